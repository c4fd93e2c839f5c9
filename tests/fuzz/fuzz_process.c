/* tests/fuzz/fuzz_process.c - bytes to a compiled process, and 1,000 random triggers on each process that came out.
 *
 * For     the gate, the reader, the rules, the compiler, and the whole machine behind them.
 * Owns    the dice: what the triggers are follows from the bytes.
 * Never   expects that a model is accepted or a trigger fits.
 * Holds   a call ends OK or with a reason that is the caller's or the process's own; every state keeps the invariants of run.c; a
 *         trigger that was refused left the state as it was. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "model/proc.h"
#include "run/run.h"

enum { TRIGGERS = 1000, FUEL = 200, LIMIT_LIVE = 400, LIMIT_TEXT = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static uint64_t dice(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15ULL; /* splitmix64 */

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

static uint32_t roll(uint64_t *seed, uint32_t n)
{
    return n == 0 ? 0 : (uint32_t)(dice(seed) % n);
}

/* A name or code that the process knows, most of the time. */
static const char *some_name(const struct proc *p, uint64_t *seed)
{
    for (uint32_t tries = 0; p->n_node > 0 && tries < 8; tries++) {
        const struct proc_node *n = &p->node[roll(seed, (uint32_t)p->n_node)];
        const struct proc_event *e = n->n_event > 0 ? &n->event[roll(seed, (uint32_t)n->n_event)] : NULL;
        const char *name = e == NULL                                               ? NULL
                           : e->kind == EVENT_error || e->kind == EVENT_escalation ? e->code.literal
                                                                                   : e->name.literal;
        if (name != NULL)
            return name;
    }
    return roll(seed, 2) == 0 ? "" : "nobody";
}

static struct val some_vars(struct arena *mem, uint64_t *seed)
{
    struct val_entry e[] = {{"x", val_int((int64_t)roll(seed, 5))}, {"ok", val_bool(roll(seed, 2) == 0)}};

    return roll(seed, 2) == 0 ? val_null() : val_context(mem, e, 2);
}

/* A token as it is now, or none; what fits it is likelier than what does not. */
static struct trigger some_trigger(struct arena *mem, const struct proc *p, const struct inst *in, uint64_t *seed)
{
    const struct token *k = in->n_token > 0 ? &in->token[roll(seed, in->n_token)] : NULL;
    struct trigger t = {
        .kind = (enum trigger_kind)(1 + roll(seed, TRIGGER_DROP)), .node = PROC_NONE, .text = some_name(p, seed)};

    t.vars = some_vars(mem, seed);
    t.asked = val_null();
    t.token = k != NULL ? k->no : roll(seed, 4);
    if (roll(seed, 4) == 0 && p->n_node > 0)
        t.node = (int32_t)roll(seed, (uint32_t)p->n_node);
    if (k == NULL || roll(seed, 3) == 0)
        return t;
    if (k->state == TOKEN_INCIDENT)
        t.kind = roll(seed, 2) == 0 ? TRIGGER_RETRY : TRIGGER_SKIP;
    else if (k->due != 0)
        t.kind = TRIGGER_TIMER;
    else if (k->event != PROC_NONE)
        t.kind = roll(seed, 2) == 0 ? TRIGGER_MESSAGE : TRIGGER_SIGNAL;
    else if (p->node[k->node].kind == NODE_user_task)
        t.kind = TRIGGER_TASK;
    else if (p->node[k->node].kind == NODE_service_task || p->node[k->node].kind == NODE_send_task)
        t.kind = TRIGGER_SERVICE;
    else if (p->node[k->node].kind == NODE_call_activity)
        t.kind = TRIGGER_CALLED;
    return t;
}

static bool expected(enum err e)
{
    return e == OK || e == E_STATE || e == E_INPUT || e == E_TOOBIG || e == E_FORM || e == E_EXPR || e == E_FUEL;
}

static struct inst *told(struct arena *mem, const struct run_env *env, const struct inst *before, const struct trigger *t)
{
    struct inst *next = inst_copy(mem, before);
    struct effects out = {.mem = mem};
    enum err e = run_trigger(env, next, t, &out);

    must(expected(e));
    if (e != OK)
        return NULL;
    must(run_check(env->proc, next) == OK);
    return next;
}

static void live(struct proc *p, uint64_t seed)
{
    struct arena *old = arena_new(0);
    struct inst *in = inst_new(old);
    struct run_env env = {.proc = p, .now = 1767225600000000, .fuel = FUEL};
    struct trigger start = {.kind = TRIGGER_START, .node = PROC_NONE, .vars = val_null(), .asked = val_null(), .text = ""};

    p->executable = true;
    for (int i = 0; i < TRIGGERS; i++) {
        struct arena *mem = arena_new(0);
        struct trigger t = start;
        if (in->n_scope == 0 && i > 0 && p->n_start > 0)
            t.node = p->start[roll(&seed, (uint32_t)p->n_start)];
        else if (in->n_scope != 0)
            t = some_trigger(mem, p, in, &seed);
        env.now += (int64_t)roll(&seed, 3) * CLOCK_HOUR;
        struct inst *next = told(mem, &env, in, &t);
        if (next != NULL) { /* the state lives on, in an arena of its own */
            arena_free(old);
            old = arena_new(0);
            in = inst_copy(old, next);
        }
        arena_free(mem);
        bool over = in->n_scope != 0 && in->state != INST_ACTIVE && in->state != INST_SUSPENDED;
        if (over || in->n_token > LIMIT_LIVE)
            in = inst_new(old);
    }
    arena_free(old);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    struct findings f = findings_new(mem);
    struct proc_list *list = NULL;
    uint64_t seed = size;

    for (size_t i = 0; i < size; i++)
        seed = seed * 1099511628211ULL ^ data[i];
    if (proc_compile(mem, "fuzz", (const char *)data, size, &f, &list) == OK) {
        for (struct proc_list *l = list; l != NULL; l = l->next) {
            live(l->proc, seed);
            arena_free(l->proc->mem);
        }
    }
    arena_free(mem);
    return 0;
}

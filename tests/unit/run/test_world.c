/* tests/unit/run/test_world.c - random files with everything in them, on the pure stage, under random acts of people, messages, signals
 * and time.
 *
 * After each step of each instance: run_check() (the stage does it); state -> rows -> state is the identity; the trigger, written and
 * read back, makes of the same state the same state and the same effects, byte for byte; a trigger that is refused has changed nothing.
 * After each act the books balance: what the effects asked for and did not take back (tasks, timers, subscriptions, calls, services,
 * incidents) is exactly what the tokens stand for. At the end everything is cancelled, and nothing is left.
 *
 * WORLD_SEEDS=N tries N seeds, WORLD_SEED=K only that one, both N from K on; the seed that fails is printed. */
#include "run/run.h"

static enum err proven(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out);

#define run_trigger proven
#include "run/world_step.c"
#undef run_trigger

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

enum { STATE_BYTES = 8 << 20 };

static uint64_t steps;

/* The trigger of the step whose effects are heard next: what it answers is done with without a word. */
static struct trigger answered = {.kind = TRIGGER_START};

static const char *state_text(struct arena *mem, const struct proc *p, const struct inst *in)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    inst_write(&b, p, in);
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

static const char *effects_text(struct arena *mem, const struct effects *out)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    for (uint32_t i = 0; i < out->n; i++) {
        const struct effect *e = &out->at[i];
        buf_fmt(&b, "%d %" PRIu32 " %d %d %d %d %" PRId64 " %s|%s|%s|%s|%s|%" PRId64 " %d ", (int)e->kind, e->token,
                (int)e->node, (int)e->flow, (int)e->trace, (int)e->event, e->due, e->text, e->key, e->assignee, e->groups,
                e->users, e->priority, (int)e->attempts);
        assert_int_equal(val_write(&b, e->input), OK);
        buf_char(&b, '\n');
    }
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

/* The real call, with its proofs. */
static enum err proven(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out)
{
    struct arena *mem = arena_new(0);
    const char *before = state_text(mem, env->proc, in);
    struct inst *again = inst_copy(mem, in);
    struct effects out_again = {.mem = mem};
    struct buf text = buf_new(mem, STATE_BYTES);
    struct trigger read;
    int64_t now;

    steps++;
    answered.kind = TRIGGER_START;
    assert_string_equal(state_text(mem, env->proc, again), before);
    assert_int_equal(trigger_write(&text, t, env->now), OK);
    assert_int_equal(trigger_read(mem, buf_text(&text), text.len, &read, &now), OK);
    assert_true(now == env->now);
    enum err e = run_trigger(env, in, t, out);
    assert_int_equal(run_trigger(env, again, &read, &out_again), e);
    const char *after = state_text(mem, env->proc, in);
    if (e == OK) {
        answered = *t;
        assert_string_equal(state_text(mem, env->proc, again), after);
        assert_string_equal(effects_text(mem, &out_again), effects_text(mem, out));
        assert_string_equal(state_text(mem, env->proc, inst_copy(mem, in)), after);
    } else if (e == E_STATE || e == E_INPUT) {
        assert_string_equal(after, before);
    }
    arena_free(mem);
    return e;
}

#include "base/text.h"
#include "run/world.h"
#include "zoo.h"

/* ---- books: what was asked for and not taken back ---- */

enum book { BOOK_TASK, BOOK_TIMER, BOOK_LISTEN, BOOK_CALL, BOOK_SERVICE, BOOK_INCIDENT, BOOKS };
enum { MOST_INSTANCES = 200, MOST_TOKENS = 4096, MOST_STEPS = 1000 /* of one seed */ };

struct show {
    struct arena *mem;
    uint64_t seed;
    struct stage stage;
    int64_t now;
    unsigned char *book[MOST_INSTANCES + 1]; /* of each instance, by token: a bit for each book */
    int64_t *due[MOST_INSTANCES + 1];
    bool ended[MOST_INSTANCES + 1];
    bool full;
};

static int roll(struct show *s, int n)
{
    struct zoo z = {.seed = s->seed};
    int r = zoo_roll(&z, n);

    s->seed = z.seed;
    return r;
}

static void mark(struct show *s, uint64_t inst, uint32_t token, enum book b, bool on)
{
    if (token >= MOST_TOKENS || inst > MOST_INSTANCES) {
        s->full = true;
        return;
    }
    if (on && (s->book[inst][token] & 1U << b) != 0)
        fail_msg("instance %" PRIu64 " token %" PRIu32 ": book %d is opened twice", inst, token, (int)b);
    if (on)
        s->book[inst][token] |= (unsigned char)(1U << b);
    else
        s->book[inst][token] &= (unsigned char)~(1U << b);
}

static void answer(struct show *s, uint64_t inst)
{
    enum trigger_kind k = answered.kind;

    if (k == TRIGGER_TIMER)
        mark(s, inst, answered.token, BOOK_TIMER, false);
    if (k == TRIGGER_CALLED || k == TRIGGER_ERROR || k == TRIGGER_FAILURE)
        mark(s, inst, answered.token, BOOK_CALL, false);
    if (k == TRIGGER_SERVICE || k == TRIGGER_ERROR || k == TRIGGER_FAILURE)
        mark(s, inst, answered.token, BOOK_SERVICE, false);
    answered.kind = TRIGGER_START;
}

static void hear(void *ctx, uint64_t inst, const struct proc *p, const struct effect *e)
{
    static const struct {
        enum effect_kind kind;
        enum book book;
        bool on;
    } entry[] = {
        {EFFECT_TASK_OPEN, BOOK_TASK, true},         {EFFECT_TASK_CLOSE, BOOK_TASK, false},
        {EFFECT_TIMER_DROP, BOOK_TIMER, false},      {EFFECT_LISTEN, BOOK_LISTEN, true},
        {EFFECT_UNLISTEN, BOOK_LISTEN, false},       {EFFECT_CALL, BOOK_CALL, true},
        {EFFECT_CALL_DROP, BOOK_CALL, false},        {EFFECT_SERVICE_CALL, BOOK_SERVICE, true},
        {EFFECT_SERVICE_DROP, BOOK_SERVICE, false},  {EFFECT_INCIDENT, BOOK_INCIDENT, true},
        {EFFECT_INCIDENT_END, BOOK_INCIDENT, false},
    };
    struct show *s = ctx;

    if (inst > MOST_INSTANCES) {
        s->full = true;
        return;
    }
    if (s->book[inst] == NULL) {
        s->book[inst] = arena_alloc(s->mem, MOST_TOKENS);
        s->due[inst] = ARENA_NEW_N(s->mem, int64_t, MOST_TOKENS);
    }
    answer(s, inst);
    assert_false(s->ended[inst]); /* EFFECT_ENDED is the last word */
    for (size_t i = 0; i < sizeof entry / sizeof *entry; i++) {
        if (entry[i].kind == e->kind)
            mark(s, inst, e->token, entry[i].book, entry[i].on);
    }
    if (e->kind == EFFECT_TIMER_ARM) {
        mark(s, inst, e->token, BOOK_TIMER, false); /* the next moment of a cycle takes the place of the last one */
        mark(s, inst, e->token, BOOK_TIMER, true);
        if (e->token < MOST_TOKENS)
            s->due[inst][e->token] = e->due;
    }
    s->ended[inst] = e->kind == EFFECT_ENDED;
}

/* Does the token wait for a message or signal? One of a parallel multiple event that has occurred does not any more. */
static bool listens_for(const struct proc *p, const struct token *t)
{
    const struct proc_node *n = &p->node[t->node];
    enum event_kind k = t->event != PROC_NONE && t->event < n->n_event ? n->event[t->event].kind : EVENT_KINDS;

    return (k == EVENT_message || k == EVENT_signal) && !(n->parallel && t->count == 1);
}

/* What the token's books must say; -1: either. */
static int expected(const struct show *s, const struct proc *p, const struct inst *in, const struct token *t, enum book b)
{
    const struct proc_node *n = &p->node[t->node];
    bool waits = t->state == TOKEN_WAITING && t->step == STEP_WAIT && t->role == ROLE_FLOW;
    bool body = n->loop.kind != LOOP_NONE && inst_scope(in, t->scope)->node != t->node;

    if (b != BOOK_INCIDENT && t->state == TOKEN_INCIDENT && t->step == STEP_WAIT)
        return -1; /* it may still wait for what it has asked for */
    switch (b) {
    case BOOK_TASK:
        return waits && n->kind == NODE_user_task && !body;
    case BOOK_TIMER:
        return t->state == TOKEN_WAITING && t->due != 0;
    case BOOK_CALL:
        return waits && n->kind == NODE_call_activity && !body;
    case BOOK_SERVICE:
        return waits && n->kind == NODE_service_task && !body;
    case BOOK_INCIDENT:
        return t->state == TOKEN_INCIDENT;
    case BOOK_LISTEN:
        return t->state == TOKEN_WAITING && listens_for(p, t);
    case BOOKS:
        break;
    }
    return -1;
}

static void balance_one(struct show *s, const struct stage_inst *i)
{
    struct arena *mem = arena_new(0);
    const struct inst *in;
    unsigned char *seen = arena_alloc(mem, MOST_TOKENS);

    assert_int_equal(s->stage.state(s->stage.ctx, mem, i->handle, &in), OK);
    for (uint32_t k = 0; k < in->n_token; k++) {
        const struct token *t = &in->token[k];
        if (t->no >= MOST_TOKENS) {
            s->full = true;
            continue;
        }
        seen[t->no] = 1;
        for (int b = 0; b < BOOKS; b++) {
            int want = expected(s, i->proc, in, t, (enum book)b), have = (s->book[i->handle][t->no] >> b) & 1;
            if (want >= 0 && want != have)
                fail_msg("instance %" PRIu64 " token %" PRIu32
                         " at %s (state %d step %d role %d): book %d says %d, the state says %d",
                         i->handle, t->no, i->proc->node[t->node].id, (int)t->state, (int)t->step, (int)t->role, b, have, want);
        }
        if (t->state == TOKEN_WAITING && t->due != 0)
            assert_true(s->due[i->handle][t->no] == t->due);
    }
    for (uint32_t no = 0; no < MOST_TOKENS && s->book[i->handle] != NULL; no++) {
        if (!seen[no] && s->book[i->handle][no] != 0)
            fail_msg("instance %" PRIu64 " token %" PRIu32 " is gone, its books are open: %02x", i->handle, no,
                     s->book[i->handle][no]);
    }
    bool over = in->state != INST_ACTIVE && in->state != INST_SUSPENDED;
    assert_true(over == (in->n_token == 0) || in->n_token == 0);
    assert_true(over == s->ended[i->handle]);
    arena_free(mem);
}

static void balance(struct show *s)
{
    struct arena *mem = arena_new(0);
    struct stage_inst *all;
    size_t n;

    assert_int_equal(s->stage.instances(s->stage.ctx, mem, &all, &n), OK);
    for (size_t i = 0; i < n && i < MOST_INSTANCES && !s->full; i++)
        balance_one(s, &all[i]);
    arena_free(mem);
}

/* ---- acts ---- */

/* A file whose instances never come to rest is left at that. */
static void may(struct show *s, enum err e, const char *what)
{
    s->full = s->full || e == E_FUEL;
    if (e != OK && e != E_STATE && e != E_INPUT && e != E_FUEL)
        fail_msg("%s: %s %s", what, err_name(e), trouble()->text);
}

static struct val make_vars(struct show *s, struct arena *mem)
{
    struct val_entry e[] = {
        {"x", val_int(roll(s, 5))}, {"y", val_bool(roll(s, 2) == 0)}, {"d", val_text(mem, roll(s, 4) > 0 ? "PT3M" : "soon")}};

    return roll(s, 3) == 0 ? val_null() : val_context(mem, e, 3);
}

/* What usually fits the token. */
static enum trigger_kind fitting(struct show *s, const struct proc *p, const struct token *t)
{
    static const enum trigger_kind any[] = {TRIGGER_VARS, TRIGGER_MOVE, TRIGGER_ADD, TRIGGER_DROP, TRIGGER_SUSPEND};

    if (roll(s, 12) == 0)
        return any[roll(s, 5)];
    if (t->state == TOKEN_INCIDENT)
        return roll(s, 3) == 0 ? TRIGGER_SKIP : TRIGGER_RETRY;
    switch ((int)p->node[t->node].kind) {
    case NODE_user_task:
        return roll(s, 6) == 0   ? TRIGGER_ERROR
               : roll(s, 8) == 0 ? TRIGGER_ESCALATION
               : roll(s, 6) == 0 ? TRIGGER_CLAIM
                                 : TRIGGER_TASK;
    case NODE_service_task:
        return roll(s, 4) == 0 ? TRIGGER_FAILURE : roll(s, 4) == 0 ? TRIGGER_ERROR : TRIGGER_SERVICE;
    case NODE_ad_hoc:
        return TRIGGER_ACTIVATE;
    default:
        return (enum trigger_kind)roll(s, TRIGGER_DROP + 1);
    }
}

static void act(struct show *s, struct arena *mem)
{
    static const char *const text[] = {"A", "B", "C", "m1", "s1", ""};
    struct trigger t = {.node = PROC_NONE, .text = text[roll(s, 6)], .vars = make_vars(s, mem)};
    struct stage_inst *all;
    const struct inst *in;
    size_t n;

    assert_int_equal(s->stage.instances(s->stage.ctx, mem, &all, &n), OK);
    if (n == 0)
        return;
    const struct stage_inst *i = &all[roll(s, (int)n)];
    assert_int_equal(s->stage.state(s->stage.ctx, mem, i->handle, &in), OK);
    if (in->state == INST_SUSPENDED && roll(s, 3) == 0)
        t.kind = TRIGGER_RESUME;
    else if (in->n_token == 0 || roll(s, 100) == 0)
        t.kind = TRIGGER_CANCEL;
    else {
        const struct token *k = &in->token[roll(s, (int)in->n_token)];
        t.token = k->no;
        t.kind = fitting(s, i->proc, k);
        if (t.kind == TRIGGER_ACTIVATE || t.kind == TRIGGER_MOVE || t.kind == TRIGGER_ADD)
            t.node = roll(s, i->proc->n_node);
        if (t.kind == TRIGGER_ADD)
            t.token = roll(s, 2) == 0 ? 0 : k->no;
        if (t.kind == TRIGGER_SUSPEND && roll(s, 4) > 0)
            t.kind = TRIGGER_VARS;
    }
    if (t.kind == TRIGGER_CALLED ||
        (t.kind == TRIGGER_ERROR && i->proc->node[inst_token(in, t.token)->node].kind == NODE_call_activity))
        return; /* the stage's own word: nobody else says that a called process has ended */
    may(s, s->stage.act(s->stage.ctx, i->handle, &t), "an act");
}

static void something(struct show *s, struct arena *mem)
{
    static const char *const message[] = {"m1", "m2", "m3"}, *const signal_name[] = {"s1", "s2"};
    struct stage_message m = {.name = message[roll(s, 3)], .key = roll(s, 2) == 0 ? "1" : NULL};
    int what = roll(s, 20);
    uint64_t inst;
    bool taken;

    if (what == 0)
        may(s, s->stage.start(s->stage.ctx, roll(s, 3) == 0 ? "q" : "p", make_vars(s, mem), &inst), "a start");
    else if (what < 3) {
        m.vars = make_vars(s, mem);
        m.until = roll(s, 2) == 0 ? s->now + CLOCK_MINUTE : 0;
        may(s, s->stage.message(s->stage.ctx, &m, &taken), "a message");
    } else if (what < 5)
        may(s, s->stage.signal(s->stage.ctx, signal_name[roll(s, 2)], make_vars(s, mem)), "a signal");
    else if (what == 5)
        may(s, s->stage.conditions(s->stage.ctx, make_vars(s, mem)), "conditions");
    else if (what < 9) {
        s->now += roll(s, 200) * CLOCK_SECOND;
        may(s, s->stage.clock(s->stage.ctx, s->now), "the clock");
    } else
        act(s, mem);
}

static void cancel_all(struct show *s, struct arena *mem)
{
    struct trigger resume = {.kind = TRIGGER_RESUME, .node = PROC_NONE, .text = ""};
    struct trigger cancel = {.kind = TRIGGER_CANCEL, .node = PROC_NONE, .text = "the end"};
    struct stage_inst *all;
    const struct inst *in;
    size_t n;

    assert_int_equal(s->stage.instances(s->stage.ctx, mem, &all, &n), OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(s->stage.state(s->stage.ctx, mem, all[i].handle, &in), OK);
        if (in->state == INST_SUSPENDED)
            may(s, s->stage.act(s->stage.ctx, all[i].handle, &resume), "resume");
        may(s, s->stage.act(s->stage.ctx, all[i].handle, &cancel), "cancel");
        assert_int_equal(s->stage.state(s->stage.ctx, mem, all[i].handle, &in), OK);
        assert_int_equal(in->n_token, 0);
    }
}

/* A script may throw an error, as in the conformance cases. */
static void split(struct arena *mem, struct val value, struct val *vars, const char **error)
{
    struct val code = val_is(value, VAL_CONTEXT) ? val_get(value, "error") : val_null();

    *vars = val_is(value, VAL_CONTEXT) && val_is(code, VAL_NULL) ? value : val_null();
    *error = val_is(code, VAL_STRING) ? code.u.s : NULL;
}

static bool one_seed(uint64_t seed, int acts)
{
    static const struct run_scripts scripts = {split};
    struct show s = {.mem = arena_new(0), .seed = ~seed, .now = INT64_C(1767225600000000)};
    struct stage_env env = {.fuel = 60, .deeds = 100, .scripts = &scripts, .hear = hear, .ctx = &s};
    struct findings f = findings_new(s.mem);
    const char *text = zoo_text(s.mem, seed);
    struct stage_file file = {.name = "zoo.bpmn", .bytes = {text, strlen(text)}};

    if (getenv("WORLD_SHOW") != NULL)
        fputs(text, stderr);
    world_stage(s.mem, &env, &s.stage);
    assert_int_equal(s.stage.reset(s.stage.ctx, s.now), OK);
    enum err e = s.stage.deploy(s.stage.ctx, &file, 1, &f);
    for (const struct finding *x = f.first; x != NULL && getenv("WORLD_SHOW") != NULL; x = x->next)
        if (x->severity == FINDING_ERROR)
            fprintf(stderr, "%d %s %s %s\n", x->line, x->rule, x->element, x->message);
    if (e == E_FINDINGS) {
        arena_free(s.mem);
        return false;
    }
    assert_int_equal(e, OK);
    uint64_t before = steps;
    for (int i = 0; i < acts && !s.full && steps - before < MOST_STEPS; i++) {
        struct arena *mem = arena_new(0);
        if (i == 0 || i == acts / 2) {
            uint64_t inst;
            may(&s, s.stage.start(s.stage.ctx, "p", make_vars(&s, mem), &inst), "the start");
        } else
            something(&s, mem);
        balance(&s);
        arena_free(mem);
    }
    if (!s.full) {
        cancel_all(&s, s.mem);
        balance(&s);
    }
    arena_free(s.mem);
    return true;
}

static void books_balance(void **state)
{
    const char *only = getenv("WORLD_SEED"), *many = getenv("WORLD_SEEDS");
    uint64_t first = 1, n = 150, told = 0;

    if (many != NULL)
        assert_true(text_u64(many, &n));
    if (only != NULL) {
        assert_true(text_u64(only, &first));
        n = many != NULL ? n : 1;
    }
    for (uint64_t k = first; k < first + n; k++) {
        print_message("# WORLD_SEED=%" PRIu64 "\n", k); /* the last one printed is the one that failed */
        told += one_seed(k, 60);
    }
    print_message("# %" PRIu64 " files told, %" PRIu64 " steps\n", told, steps);
    assert_true(told * 2 >= n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(books_balance)};

    return cmocka_run_group_tests_name("run/world", tests, NULL, NULL);
}

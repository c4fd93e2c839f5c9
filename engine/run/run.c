/* engine/run/run.c - the process machine.
 *
 * For     moving the tokens of one instance until every one of them waits or is gone.
 * Owns    the agenda and the order of moves. Nothing outlives a call; results live in the caller's arenas.
 * Never   time, I/O, SQL, randomness: same process + state + trigger = same state + effects, byte for byte.
 * Holds   between two calls
 *         1  numbers are unique and below next_no; each token has one node and one living scope, the one of its node;
 *         2  a token waits (at a kind that may) or is an incident; nothing is half done;
 *         3  an inner scope has one owner outside, and a waiting sub-process has a token inside;
 *         4  an armed boundary event has a living host in its scope; only timers that wait have a due moment;
 *         5  no join waits that could fire;
 *         6  an instance is active exactly as long as it has a token;
 *         7  a scope has one variable of a name.
 *
 * There is no recursion: a behaviour does one step of one token and puts what follows on the agenda, first in, first out. So
 * parallel branches move side by side, the depth of a model costs no stack, and fuel can be counted in one place. What an
 * operation cannot do for the process's own reasons stops that token alone: it becomes an incident at the very step. */
#include "run/run.h"

#include <inttypes.h>

#include "run/behaviours.h"
#include "run/limit.h"

/* Errors that are the process's own, not the machine's. */
static bool own_fault(enum err e)
{
    return e == E_EXPR || e == E_FUEL || e == E_TOOBIG;
}

static enum err enter(struct step *s, struct token *t)
{
    if (s->retried == t->no)
        s->retried = 0;
    else if (t->host == 0)
        step_trace(s, TRACE_ENTERED, t);
    if (s->fuel == 0)
        return fail(E_FUEL, "stopped at %s after entering %" PRIu32 " nodes without waiting: is this an endless loop?",
                    step_node(s, t)->id, s->env->fuel);
    s->fuel--;
    return behaviour_of(step_node(s, t)->kind)->enter(s, t);
}

static enum err operate(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t more = (uint32_t)(node->n_out + node->n_boundary + node->n_start) + 1;

    if (s->live + more > LIMIT_TOKENS && more > 2)
        return fail(E_FUEL, "stopped at %s: an instance may have %d tokens", node->id, (int)LIMIT_TOKENS);
    inst_reserve(s->in, more, 1);
    t = inst_token(s->in, t->no);
    switch (t->step) {
    case STEP_ENTER:
        return enter(s, t);
    case STEP_LEAVE:
        return behaviour_of(node->kind)->leave(s, t);
    case STEP_ROUTE:
        return behaviour_of(node->kind)->route(s, t);
    case STEP_WAIT:
        break;
    }
    return fail(E_BUG, "token %" PRIu32 " is on the agenda and rests", t->no);
}

/* What E means for token NO: nothing, an incident, or the end of the call. */
static enum err outcome(struct step *s, uint32_t no, enum err e)
{
    struct token *t = inst_token(s->in, no);

    if (!own_fault(e) || t == NULL)
        return e;
    step_incident(s, t, trouble()->text);
    trouble_clear();
    return OK;
}

static enum err work_off(struct step *s)
{
    struct arena_mark mark = arena_mark(s->tmp);

    while (s->n > 0) {
        uint32_t no = s->agenda[s->head];
        struct token *t = inst_token(s->in, no);
        s->head = (s->head + 1) % s->cap;
        s->n--;
        if (t == NULL)
            continue;
        TRY(outcome(s, no, operate(s, t)));
        arena_rewind(s->tmp, mark);
    }
    return OK;
}

/* ---- triggers ---- */

static enum err start(struct step *s, const struct trigger *t)
{
    const struct proc *p = s->p;
    const int32_t *at = p->start;
    int32_t n = p->n_start;

    if (s->in->n_scope != 0)
        return fail(E_STATE, "the instance has been started already");
    if (!p->executable)
        return fail(E_STATE, "the process %s is not executable", p->key);
    if (t->node != PROC_NONE) {
        at = &t->node;
        n = 1;
    }
    if (n == 0)
        return fail(E_STATE, "the process %s has nowhere to start", p->key);
    for (int32_t i = 0; i < n; i++) {
        if (at[i] < 0 || at[i] >= p->n_node || p->node[at[i]].scope != PROC_NONE || p->node[at[i]].n_in != 0)
            return fail(E_STATE, "the process %s cannot start there", p->key);
    }
    /* several start events are alternatives (13.2), several nodes without incoming flow are not */
    if (p->node[at[0]].kind == NODE_start_event)
        n = 1;
    TRY(scope_check(s, t->vars));
    inst_add_scope(s->in, (struct scope){.no = s->in->next_no++, .node = PROC_NONE})->changed = true;
    TRY(scope_set(s, 1, t->vars, SCOPE_HERE));
    step_trace(s, TRACE_STARTED, NULL);
    for (int32_t i = 0; i < n; i++)
        step_begin(s, step_token(s, at[i], 1), STEP_ENTER);
    return OK;
}

static enum err retry(struct step *s, struct token *t, const struct trigger *why)
{
    uint32_t no = t->no;

    TRY(scope_set(s, t->scope, why->vars, SCOPE_OUT));
    step_effect(s, EFFECT_INCIDENT_END, t);
    if (t->step != STEP_WAIT) {
        s->retried = t->step == STEP_ENTER ? t->no : 0;
        step_begin(s, t, t->step);
        return OK;
    }
    t->state = TOKEN_WAITING;
    t->changed = true;
    return outcome(s, no, behaviour_of(step_node(s, t)->kind)->wake(s, t, why));
}

/* A trigger for the token at T->token; E_STATE if that is not what it waits for. */
static enum err wake(struct step *s, const struct trigger *why)
{
    struct token *t = inst_token(s->in, why->token);

    if (t == NULL)
        return fail(E_STATE, "token %" PRIu32 " is gone", why->token);
    const struct proc_node *node = step_node(s, t);
    inst_reserve(s->in, (uint32_t)(node->n_out + node->n_boundary + node->n_start) + 1, 1);
    t = inst_token(s->in, why->token);
    if (why->kind == TRIGGER_RETRY) {
        if (t->state != TOKEN_INCIDENT)
            return fail(E_STATE, "token %" PRIu32 " at %s is no incident", t->no, node->id);
        return retry(s, t, why);
    }
    if (t->state != TOKEN_WAITING || (behaviour_of(node->kind)->answers & ANSWERS(why->kind)) == 0)
        return fail(E_STATE, "token %" PRIu32 " at %s does not wait for this", t->no, node->id);
    if (why->kind == TRIGGER_TIMER && t->due > s->env->now)
        return fail(E_STATE, "the timer of token %" PRIu32 " at %s is not due yet", t->no, node->id);
    return outcome(s, why->token, behaviour_of(node->kind)->wake(s, t, why));
}

static enum err stop(struct step *s, const struct trigger *t)
{
    s->verdict = INST_CANCELLED;
    s->why = arena_strdup(s->out->mem, t->text != NULL ? t->text : "");
    TRY(step_clear(s, 1, 0));
    return step_settle(s, 1);
}

static enum err handle(struct step *s, const struct trigger *t)
{
    TRY(scope_measure(s));
    if (t->kind == TRIGGER_START) {
        TRY(start(s, t));
    } else {
        if (s->in->n_scope == 0 || s->in->state != INST_ACTIVE)
            return fail(E_STATE, "the instance is not running");
        TRY(scope_check(s, t->vars));
        TRY(t->kind == TRIGGER_CANCEL ? stop(s, t) : wake(s, t));
    }
    TRY(work_off(s));
    s->in->seq++;
    return OK;
}

enum err run_trigger(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out)
{
    struct step s = {.env = env, .p = env->proc, .in = in, .out = out, .fuel = env->fuel, .verdict = INST_COMPLETED, .why = ""};

    for (uint32_t i = 0; i < in->n_token; i++)
        s.live += !in->token[i].gone;
    s.tmp = arena_new(0);
    enum err e = handle(&s, t);
    arena_free(s.tmp);
    return e;
}

/* engine/run/el_adhoc.c - the ad-hoc sub-process (BPMN 10.3.5, 13.3.5).
 *
 * For     the row ad_hoc; run.c and step.c, which ask when an activity inside has completed and when nothing is left inside.
 * Owns    which activities may begin, and when the whole is over.
 * Never   moves a token along a flow: what has begun goes on as in any sub-process.
 * Holds   with ordering "Sequential" at most one token that somebody activated is at work.
 *
 * With a completionCondition people choose: the activities that nothing leads to may be activated, any number of times, as long as the
 * sub-process is open; count of its token is no longer 0 once the condition has held. Without one nobody could ever end it by choosing, so
 * those activities begin by themselves, each once, and count says how many have. */
#include <inttypes.h>

#include "run/behaviours.h"
#include "run/limit.h"

static void begin(struct step *s, int32_t node, uint32_t scope)
{
    step_begin(s, step_token(s, node, scope), STEP_ENTER);
}

static enum err adhoc_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    int32_t n = node->done_if != NULL ? 0 : node->sequential ? 1 : node->n_start;

    TRY(activity_open(s, t));
    if (node->n_start == 0)
        return step_go(s, t, STEP_LEAVE);
    listen_scope(s, t->inner);
    for (int32_t i = 0; i < n; i++)
        begin(s, node->start[i], t->inner);
    t->count = (uint32_t)n;
    return activity_rest(s, t);
}

static bool may_begin(const struct proc_node *node, int32_t activity)
{
    for (int32_t i = 0; i < node->n_start; i++) {
        if (node->start[i] == activity)
            return true;
    }
    return false;
}

static bool is_interruption(const struct step *s, const struct token *t)
{
    return t->role == ROLE_FLOW && step_node(s, t)->kind == NODE_event_sub_process && step_node(s, t)->interrupting;
}

/* Has an event sub-process taken over (13.5.4)? */
static bool interrupted(const struct step *s, uint32_t scope)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *t = &s->in->token[i];
        if (!t->gone && t->scope == scope && is_interruption(s, t))
            return true;
    }
    return false;
}

/* TRIGGER_ACTIVATE */
static enum err adhoc_wake(struct step *s, struct token *t, const struct trigger *why)
{
    const struct proc_node *node = step_node(s, t);
    const struct scope *inside = inst_scope(s->in, t->inner);

    if (why->kind != TRIGGER_ACTIVATE)
        return OK;
    if (inside == NULL || !may_begin(node, why->node))
        return fail(E_STATE, "this activity cannot be begun in %s", node->id);
    if ((node->done_if != NULL && t->count > 0) || interrupted(s, t->inner))
        return fail(E_STATE, "%s is about to end", node->id);
    if (node->sequential && inside->live > 0)
        return fail(E_STATE, "in %s only one activity is at work at a time", node->id);
    if (s->live >= LIMIT_TOKENS)
        return fail(E_STATE, "an instance may have %d tokens", (int)LIMIT_TOKENS);
    TRY(scope_set(s, t->inner, why->vars, SCOPE_OUT));
    begin(s, why->node, t->inner);
    return OK;
}

enum err adhoc_quiet(struct step *s, struct token *owner, bool *stays)
{
    const struct proc_node *node = step_node(s, owner);

    if (node->done_if != NULL) {
        *stays = owner->count == 0;
        return OK;
    }
    *stays = node->sequential && owner->count < (uint32_t)node->n_start;
    if (*stays) {
        int32_t next = node->start[owner->count++];
        owner->changed = true;
        begin(s, next, owner->inner);
    }
    return OK;
}

enum err adhoc_route(struct step *s, struct token *t, bool *goes_on)
{
    const struct scope *sc = inst_scope(s->in, t->scope);
    struct token *owner = sc != NULL ? inst_token(s->in, sc->token) : NULL;

    *goes_on = true;
    if (owner == NULL || owner->role != ROLE_FLOW || owner->node == t->node || step_node(s, owner)->kind != NODE_ad_hoc)
        return OK;
    const struct proc_node *node = step_node(s, owner);
    bool done = owner->count > 0;
    if (is_interruption(s, t)) {
        owner->count = (uint32_t)node->n_start; /* with the handler all is over */
        owner->changed = true;
    }
    if (node->done_if == NULL || is_interruption(s, t))
        return OK;
    if (!done)
        TRY(step_true(s, t->scope, node->done_if, &done));
    if (!done)
        return OK;
    *goes_on = false;
    owner->count = 1;
    owner->changed = true;
    step_trace(s, TRACE_COMPLETED, t);
    if (node->cancel_remaining)
        TRY(step_clear(s, t->scope, t->no, true));
    return step_consume(s, t);
}

/* clang-format off */
const struct behaviour behave_ad_hoc = { adhoc_enter, adhoc_wake, activity_leave, behave_route, behave_keep,
                                         ANSWERS(TRIGGER_ACTIVATE) };
/* clang-format on */

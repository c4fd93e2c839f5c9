/* engine/run/el_boundary.c - events on the border of an activity (BPMN 10.5.4, 13.5.3).
 *
 * For     the boundary rows of node.def.
 * Owns    what happens to the activity when one of its boundary events occurs.
 * Never   arms itself: activity_rest() does, step_disarm() undoes it.
 * Holds   an armed boundary event is a token of its own with a living host in the same scope. */
#include "run/behaviours.h"

static enum err arm(struct step *s, struct token *t)
{
    int64_t due;

    TRY(moment_first(s, t, &due));
    t->due = due;
    step_effect(s, EFFECT_TIMER_ARM, t)->due = due;
    return step_go(s, t, STEP_WAIT);
}

/* It is an ordinary token from here on. */
static enum err set_off(struct step *s, struct token *t)
{
    t->host = 0;
    t->due = 0;
    return step_go(s, t, STEP_LEAVE);
}

static enum err fire(struct step *s, struct token *t, const struct trigger *why)
{
    struct token *host = inst_token(s->in, t->host);
    int64_t next = 0;

    if (!step_node(s, t)->interrupting)
        TRY(moment_next(s, t, &next));
    if (why->kind == TRIGGER_TIMER)
        step_trace(s, TRACE_TIMER_FIRED, t);
    if (step_node(s, t)->interrupting) {
        TRY(step_disarm(s, host, t->no, false));
        TRY(step_cancel(s, host));
    }
    if (next == 0)
        return set_off(s, t);
    struct token *beside = step_token(s, t->node, t->scope);
    step_begin(s, beside, STEP_LEAVE);
    t->due = next;
    t->changed = true;
    step_effect(s, EFFECT_TIMER_ARM, t)->due = next;
    return step_go(s, t, STEP_WAIT);
}

/* count is the number of the occurrence at hand, so that a retry after a failed computation does not count it twice */
static enum err timer_boundary_wake(struct step *s, struct token *t, const struct trigger *why)
{
    if (why->kind == TRIGGER_TIMER)
        t->count++;
    return fire(s, t, why);
}

/* clang-format off */
const struct behaviour behave_timer_boundary = { arm, timer_boundary_wake, behave_go, behave_route, behave_timer_off,
                                                 ANSWERS(TRIGGER_TIMER) };
/* clang-format on */

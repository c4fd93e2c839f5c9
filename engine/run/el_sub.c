/* engine/run/el_sub.c - the embedded sub-process and the event sub-process (BPMN 10.3.5, 13.3.4, 13.5.4).
 *
 * For     the rows of family SUB whose content is in the same model; what transaction and ad-hoc share with them.
 * Owns    beginning what is inside; step.c notices its end.
 * Never   looks at what is inside once it has begun; decides when an event sub-process starts (listen.c does).
 * Holds   the token outside rests as long as there is a live token inside. */
#include "run/behaviours.h"

/* The none start events are alternatives (13.2): the first. Without start events everything that nothing leads to begins. */
static void begin_inside(struct step *s, const struct proc_node *node, uint32_t scope)
{
    for (int32_t i = 0; i < node->n_start; i++) {
        const struct proc_node *first = &s->p->node[node->start[i]];
        step_begin(s, step_token(s, node->start[i], scope), STEP_ENTER);
        if (first->kind == NODE_start_event)
            return;
    }
}

enum err sub_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    TRY(activity_open(s, t));
    if (node->n_start == 0)
        return step_go(s, t, STEP_LEAVE);
    listen_scope(s, t->inner);
    begin_inside(s, node, t->inner);
    return activity_rest(s, t);
}

/* Its start event has occurred, which is why the token is here: it goes on behind that. */
static enum err event_sub_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    TRY(activity_open(s, t));
    if (node->n_start == 0)
        return step_go(s, t, STEP_LEAVE);
    listen_scope(s, t->inner);
    struct token *first = step_token(s, node->start[0], t->inner);
    step_trace(s, TRACE_ENTERED, first);
    step_begin(s, first, STEP_LEAVE);
    return step_go(s, t, STEP_WAIT);
}

/* clang-format off */
const struct behaviour behave_sub_process       = { sub_enter,       behave_never, activity_leave, behave_route, behave_keep, 0 };
const struct behaviour behave_event_sub_process = { event_sub_enter, behave_never, activity_leave, behave_route, behave_keep, 0 };
/* clang-format on */

/* engine/run/el_sub.c - the embedded sub-process (BPMN 10.3.5, 13.3.4).
 *
 * For     the rows of family SUB.
 * Owns    beginning what is inside; step.c notices its end.
 * Never   looks at what is inside once it has begun.
 * Holds   the token outside rests as long as there is a token inside. */
#include "run/behaviours.h"

static enum err sub_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    TRY(activity_open(s, t));
    if (node->n_start == 0)
        return step_go(s, t, STEP_LEAVE);
    for (int32_t i = 0; i < node->n_start; i++)
        step_begin(s, step_token(s, node->start[i], t->inner), STEP_ENTER);
    return activity_rest(s, t);
}

/* clang-format off */
const struct behaviour behave_sub_process = { sub_enter, behave_never, activity_leave, behave_route, behave_keep, 0 };
/* clang-format on */

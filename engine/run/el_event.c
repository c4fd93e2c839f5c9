/* engine/run/el_event.c - start, end and intermediate events (BPMN 10.5).
 *
 * For     the rows of family EVENT but boundary events.
 * Owns    how they begin, wait and end.
 * Never   what follows them: the shared columns do that.
 * Holds   a timer is armed by the same step that lets its token rest. */
#include "run/behaviours.h"

/* 13.5.6: everything else in the event's own scope stops; a sub-process then goes on as if it had come to its end. */
static enum err terminate(struct step *s, struct token *t)
{
    if (t->scope == 1)
        s->verdict = INST_TERMINATED;
    TRY(step_clear(s, t->scope, t->no));
    return step_take(s, t, NULL, 0);
}

static enum err timer_enter(struct step *s, struct token *t)
{
    int64_t due;

    TRY(moment_first(s, t, &due));
    t->due = due;
    step_effect(s, EFFECT_TIMER_ARM, t)->due = due;
    return step_go(s, t, STEP_WAIT);
}

static enum err timer_wake(struct step *s, struct token *t, const struct trigger *why)
{
    t->due = 0;
    t->count++;
    step_trace(s, TRACE_TIMER_FIRED, t);
    return step_go(s, t, STEP_LEAVE);
}

/* clang-format off */
const struct behaviour behave_start_event   = { behave_pass, behave_never, behave_go, behave_route, behave_keep, 0 };
const struct behaviour behave_end_event     = { behave_pass, behave_never, behave_go, behave_route, behave_keep, 0 };
const struct behaviour behave_terminate_end = { behave_pass, behave_never, behave_go, terminate, behave_keep, 0 };
const struct behaviour behave_pass_event    = { behave_pass, behave_never, behave_go, behave_route, behave_keep, 0 };
const struct behaviour behave_timer_catch   = { timer_enter, timer_wake, behave_go, behave_route, behave_timer_off,
                                                ANSWERS(TRIGGER_TIMER) };
/* clang-format on */

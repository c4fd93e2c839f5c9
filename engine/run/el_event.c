/* engine/run/el_event.c - start, end, intermediate and boundary events (BPMN 10.5, 13.5).
 *
 * For     the rows of family EVENT.
 * Owns    how they begin, wait and end, in the order of their definitions.
 * Never   looks for who catches what they throw (throw.c), nor for what an occurrence interrupts (listen.c).
 * Holds   of an event that throws several things each is thrown once: COUNT of its token says how many have been.
 *
 * Messages and signals are thrown only when nothing else in the instance can move: whoever can wait for them in this step does so
 * by then (13.5.2). Errors, escalations, cancellation and termination act at once. */
#include "run/behaviours.h"

/* ---- start ---- */

/* An instance that one part of a parallel multiple start event began waits here for the rest. */
static enum err start_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t no = t->no;
    int32_t occurred = t->event;

    t->event = PROC_NONE;
    if (!node->parallel || node->n_event < 2 || occurred == PROC_NONE)
        return step_go(s, t, STEP_LEAVE);
    listen_own(s, t, occurred);
    return step_go(s, inst_token(s->in, no), STEP_WAIT);
}

/* ---- catch ---- */

static enum err catch_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t no = t->no;

    if (node->n_event == 0 || node->event[0].kind == EVENT_link)
        return step_go(s, t, STEP_LEAVE);
    if (node->n_event == 1)
        return listen_arm(s, t, 0);
    listen_own(s, t, PROC_NONE);
    return step_go(s, inst_token(s->in, no), STEP_WAIT);
}

/* ---- throw and end ---- */

static enum err throw_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    for (int32_t i = 0; i < node->n_event; i++) {
        if (node->event[i].kind == EVENT_message || node->event[i].kind == EVENT_signal)
            return step_go_late(s, t, STEP_LEAVE);
    }
    return step_go(s, t, STEP_LEAVE);
}

/* 13.5.6: everything else in the event's own scope stops; a sub-process then goes on as if it had come to its end. */
static enum err terminate(struct step *s, const struct token *t)
{
    if (t->scope == 1)
        s->verdict = INST_TERMINATED;
    return step_clear(s, t->scope, t->no, true);
}

/* T comes to STEP_LEAVE again when all is undone. */
static enum err compensate(struct step *s, struct token *t, const struct proc_event *e)
{
    struct undo_what what = {.activity = e->activity, .then = STEP_LEAVE, .wait = e->wait};

    TRY(step_go(s, t, STEP_WAIT));
    return undo_begin(s, t, &what);
}

/* Throws the next definition; *GOES_ON = false: somebody else moves T, or T is gone. */
static enum err throw_next(struct step *s, struct token *t, const struct proc_event *e, bool *goes_on)
{
    *goes_on = true;
    switch (e->kind) {
    case EVENT_message:
    case EVENT_signal:
    case EVENT_error:
    case EVENT_escalation:
        return throw_event(s, t, e, goes_on);
    case EVENT_terminate:
        return terminate(s, t);
    case EVENT_compensation:
        *goes_on = false;
        return compensate(s, t, e);
    case EVENT_cancel:
        *goes_on = false;
        return transaction_cancel(s, t);
    case EVENT_timer:
    case EVENT_conditional:
    case EVENT_link:
    case EVENT_KINDS:
        break;
    }
    return OK;
}

static enum err throw_leave(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t no = t->no;
    bool goes_on = true;

    while (t != NULL && t->count < (uint32_t)node->n_event) {
        const struct proc_event *e = &node->event[t->count++];
        enum err failed = throw_next(s, t, e, &goes_on);
        t = inst_token(s->in, no);
        if (failed != OK && t != NULL)
            t->count--;
        if (failed != OK || !goes_on)
            return failed;
    }
    return t != NULL ? step_go(s, t, STEP_ROUTE) : OK;
}

/* A link goes on at its catch event, without a flow between (10.5.4). */
static enum err throw_route(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    if (node->n_event == 0 || node->event[0].kind != EVENT_link)
        return behave_route(s, t);
    if (node->event[0].link == PROC_NONE)
        return fail(E_EXPR, "%s: there is no link to catch it", node->id);
    step_trace(s, TRACE_COMPLETED, t);
    t->node = node->event[0].link;
    t->flow = PROC_NONE;
    t->count = 0;
    return step_go(s, t, STEP_ENTER);
}

/* Who compensates here rests while that is done. */
static enum err throw_wake(struct step *s, struct token *t, const struct trigger *why)
{
    return why->kind == TRIGGER_RETRY ? OK : behave_never(s, t, why);
}

/* clang-format off */
const struct behaviour behave_start_event    = { start_enter, behave_never, activity_leave, behave_route, behave_keep, 0 };
const struct behaviour behave_end_event      = { throw_enter, throw_wake,   throw_leave,    throw_route,  behave_keep, 0 };
const struct behaviour behave_throw_event    = { throw_enter, throw_wake,   throw_leave,    throw_route,  behave_keep, 0 };
const struct behaviour behave_catch_event    = { catch_enter, behave_never, activity_leave, behave_route, behave_deaf, 0 };
const struct behaviour behave_boundary_event = { behave_pass, behave_never, activity_leave, behave_route, behave_deaf, 0 };
/* clang-format on */

/* engine/run/run.h - the process machine (BPMN 2.0, chapter 13): process + state + trigger = state + effects.
 *
 * Pure: no I/O, no clock, no randomness; the same input gives the same output, byte for byte. The state is changed in place; a
 * caller who wants the old one keeps a copy. A call that fails with a bug or an impossible trigger leaves the state undefined:
 * roll back. A step that fails for the process's own reasons (an expression, no way out of a gateway, fuel) is no error of the
 * call: the token becomes an incident and an effect says so. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "run/effect.h"
#include "run/inst.h"

enum { RUN_FUEL = 1000 }; /* nodes entered in one call, unless the operator says otherwise */

struct run_env {
    const struct proc *proc;
    int64_t now;                      /* microseconds UTC; the only time the machine knows */
    uint32_t fuel;                    /* nodes that may be entered in this call; RUN_FUEL is the default */
    const struct feel_limits *limits; /* NULL = defaults */
};

enum trigger_kind {
    TRIGGER_START,   /* begin at the none start event, or at NODE if given */
    TRIGGER_CLAIM,   /* a person took the user task at TOKEN: boundary timers marked "until claim" are disarmed */
    TRIGGER_TASK,    /* a person completed the user task at TOKEN, with VARS */
    TRIGGER_TIMER,   /* the timer armed for TOKEN is due */
    TRIGGER_SERVICE, /* the service called for TOKEN answered with VARS (or the single value "result") */
    TRIGGER_FAILURE, /* the service for TOKEN gave up: TEXT becomes an incident */
    TRIGGER_RETRY,   /* the incident at TOKEN: set VARS, do the step again */
    TRIGGER_CANCEL   /* stop everything (operator, or the ticket was withdrawn) */
};

struct trigger {
    enum trigger_kind kind;
    uint32_t token;   /* 0 for START and CANCEL */
    int32_t node;     /* START: PROC_NONE = the none start event */
    struct val vars;  /* a context, or null */
    const char *text; /* FAILURE, CANCEL: why */
};

/* Canonical text of a trigger with its moment, and back (the trigger log that replay reads). */
enum err trigger_write(struct buf *b, const struct trigger *t, int64_t now) CHECKED;
enum err trigger_read(struct arena *mem, const char *text, size_t n, struct trigger *out, int64_t *now) CHECKED;

/* Handles one trigger and runs until every token waits or is gone. E_STATE if the trigger does not fit the state (task already
 * done, timer gone, instance over): nothing was changed then. */
enum err run_trigger(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out) CHECKED;

/* Is every invariant of run.c's door plate true? Else E_BUG with the text (property tests, and before each save in debug
 * builds). */
enum err run_check(const struct proc *p, const struct inst *in) CHECKED;

#endif

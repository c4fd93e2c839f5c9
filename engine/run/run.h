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

/* A business rule task asks for a decision. GET answers what the task sees by a name, as in struct feel_env. */
struct run_question {
    const char *key; /* id of the decision */
    enum proc_binding binding;
    uint32_t version; /* BIND_VERSION: its number */
    bool (*get)(const void *ctx, const char *name, struct val *out);
    const void *ctx;
    int64_t now;
    const struct feel_limits *limits;
    struct arena *mem; /* where the answer lives */
};

/* The answer, with its reasons. */
struct run_decided {
    struct val value;
    const char *decision; /* its name */
    const char *version;  /* "2", "draft"; "" = it has none */
    uint64_t definition;  /* in which it stands; 0 = in none */
    bool many;            /* the value is a list with a result for each matching rule */
    bool wide;            /* a result is a context of several outputs */
    const char *output;   /* name of a result that is no such context */
    const char *words;    /* why, for a person: "impact = \"team\", rule 3"; "" = no table was asked */
    const struct run_fact {
        const char *label;
        struct val value;
    } * fact;             /* of the table that gave the value: the inputs that its rule looks at */
    const uint32_t *rule; /* of the same: numbers of its matching rules, from 1 */
    size_t n_fact, n_rule;
    bool by_default;     /* no rule matched, the table's defaults were taken */
    const char *trouble; /* NULL = decided; else why not, and what to do, for a person */
};

/* Who can decide. Anything but OK ends as an incident of the token or as the end of the call, like every error of a step. */
struct run_decisions {
    enum err (*decide)(const void *ctx, const struct run_question *q, struct run_decided *out);
    const void *ctx;
};

struct run_env {
    const struct proc *proc;
    int64_t now;                           /* microseconds UTC; the only time the machine knows */
    uint32_t fuel;                         /* nodes that may be entered in this call; RUN_FUEL is the default */
    const struct feel_limits *limits;      /* NULL = defaults */
    const struct run_decisions *decisions; /* NULL = there are none */
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
    struct val
        asked; /* the definitions that decided in this call, a context; for the log only, the machine does not look at it */
};

/* Canonical text of a trigger with its moment and what decided in it, and back (the trigger log that replay reads). */
enum err trigger_write(struct buf *b, const struct trigger *t, int64_t now) CHECKED;
enum err trigger_read(struct arena *mem, const char *text, size_t n, struct trigger *out, int64_t *now) CHECKED;

/* Handles one trigger and runs until every token waits or is gone. E_STATE if the trigger does not fit the state (task already
 * done, timer gone, instance over): nothing was changed then. */
enum err run_trigger(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out) CHECKED;

/* Is every invariant of run.c's door plate true? Else E_BUG with the text (property tests, and before each save in debug
 * builds). */
enum err run_check(const struct proc *p, const struct inst *in) CHECKED;

#endif

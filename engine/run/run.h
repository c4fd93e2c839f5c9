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

enum { RUN_FUEL = 10000 }; /* nodes entered in one call, unless the operator says otherwise */

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

/* What the value of a script without result variable means. The product's rule: the entries of a context become variables, any other
 * value is dropped. A test driver may have another; pure like everything here. */
struct run_scripts {
    /* *VARS: context or null; *ERROR: code of a BPMN error that the task throws, NULL = none. */
    void (*split)(struct arena *mem, struct val value, struct val *vars, const char **error);
};

struct run_env {
    const struct proc *proc;
    int64_t now;                           /* microseconds UTC; the only time the machine knows */
    uint32_t fuel;                         /* nodes that may be entered in this call; RUN_FUEL is the default */
    const struct feel_limits *limits;      /* NULL = defaults */
    const struct run_decisions *decisions; /* NULL = there are none */
    const struct run_scripts *scripts;     /* NULL = the rule of the product */
};

enum trigger_kind {
    TRIGGER_START, /* begin at the none start event, or at NODE, where the definition EVENT occurred with VARS; TEXT: a call */
    TRIGGER_CLAIM, /* a person took the user task at TOKEN: boundary timers marked "until claim" are disarmed */
    TRIGGER_TASK,  /* a person completed the user task at TOKEN, with VARS */
    TRIGGER_TIMER, /* the timer armed for TOKEN is due */
    TRIGGER_SERVICE,    /* the service called for TOKEN answered with VARS (or the single value "result") */
    TRIGGER_FAILURE,    /* the service for TOKEN gave up: TEXT becomes an incident */
    TRIGGER_RETRY,      /* the incident at TOKEN: set VARS, do the step again */
    TRIGGER_CANCEL,     /* stop everything (operator, or the ticket was withdrawn) */
    TRIGGER_MESSAGE,    /* the message that TOKEN waits for has come: TEXT its name, VARS its payload */
    TRIGGER_SIGNAL,     /* the signal TEXT, for everything in the instance that waits for it, with VARS */
    TRIGGER_ERROR,      /* the work at TOKEN (task or call) ended with the BPMN error TEXT and VARS */
    TRIGGER_ESCALATION, /* the work at TOKEN raised the escalation TEXT with VARS; it goes on unless that interrupts it */
    TRIGGER_CALLED,     /* what the call activity at TOKEN called has completed: VARS its variables */
    TRIGGER_ACTIVATE,   /* a person begins the activity NODE of the ad-hoc sub-process at TOKEN */
    TRIGGER_VARS,       /* VARS are set, as seen from TOKEN (0 = the instance); conditions are looked at again */
    TRIGGER_SKIP,       /* the incident at TOKEN: set VARS, leave the node as if its work were done */
    TRIGGER_SUSPEND,    /* TEXT: why */
    TRIGGER_RESUME,
    TRIGGER_MOVE, /* TOKEN, with everything in it, is taken away and a new one begins at NODE (in the same or an open scope) */
    TRIGGER_ADD,  /* a new token begins at NODE, in the scope that TOKEN owns (0 = the instance) */
    TRIGGER_DROP  /* TOKEN is taken away with everything in it; its scope may end by that */
};

struct trigger {
    enum trigger_kind kind;
    uint32_t token;   /* 0 where none is named above */
    int32_t node;     /* START: PROC_NONE = the none start event */
    int32_t event;    /* START: which event definition of NODE occurred; 0 for one */
    bool called;      /* START: by a call activity */
    struct val vars;  /* a context, or null */
    const char *text; /* FAILURE, CANCEL, SUSPEND: why; name or code as above */
    struct val
        asked; /* the definitions that decided in this call, a context; for the log only, the machine does not look at it */
};

/* Canonical text of a trigger with its moment and what decided in it, and back (the trigger log that replay reads). */
enum err trigger_write(struct buf *b, const struct trigger *t, int64_t now) CHECKED;
enum err trigger_read(struct arena *mem, const char *text, size_t n, struct trigger *out, int64_t *now) CHECKED;

/* Handles one trigger and runs until every token waits or is gone. E_STATE if the trigger does not fit the state (task already
 * done, timer gone, instance over): nothing was changed then. */
enum err run_trigger(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out) CHECKED;

/* Does a message with payload VARS fit the standard's correlation keys of the event E? *KEY: the canonical text of the key that a
 * subscription for it has, NULL if E has no keys or the payload has none of their values. MEM holds it. */
enum err run_message_key(struct arena *mem, const struct proc_event *e, struct val vars, int64_t now, const char **key) CHECKED;

/* Does the condition of the conditional start event NODE hold for VARS? */
enum err run_condition(const struct run_env *env, int32_t node, struct val vars, bool *out) CHECKED;

/* The first moment of the timer definition EVENT of the start event NODE, and the one after the COUNT-th, which was at LAST; 0 when
 * there is none. The expressions see no variables. */
enum err run_start_first(const struct run_env *env, int32_t node, int32_t event, int64_t *due) CHECKED;
enum err run_start_next(const struct run_env *env, int32_t node, int32_t event, uint32_t count, int64_t *due) CHECKED;

/* ---- migrate.c ---- */

/* Pairs of node ids, old to new; nodes of one id in both need no pair. */
struct run_pair {
    const char *from, *to;
};
/* Makes IN, an instance of FROM, one of TO: tokens stay where they are, listeners are armed anew. What stands in the way is told in F,
 * all of it, and then nothing was changed (E_FINDINGS). A dry run is a run on a copy. */
struct run_migration {
    const struct proc *from, *to;
    const struct run_pair *pair;
    size_t n_pair;
};
enum err run_migrate(const struct run_env *env, const struct run_migration *m, struct inst *in, struct findings *f,
                     struct effects *out) CHECKED;

/* Is every invariant of run.c's door plate true? Else E_BUG with the text (property tests, and before each save in debug
 * builds). */
enum err run_check(const struct proc *p, const struct inst *in) CHECKED;

#endif

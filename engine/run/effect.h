/* engine/run/effect.h - what the machine asks its body to do; the body (flow/effect.c, or the scenario driver) does it in
 * order. */
#ifndef RUN_EFFECT_H
#define RUN_EFFECT_H

#include <stdint.h>

#include "run/inst.h"

enum effect_kind {
    EFFECT_TASK_OPEN,    /* a user task waits at TOKEN */
    EFFECT_TASK_CLOSE,   /* that task is over: completed, or cancelled by the process (see reason) */
    EFFECT_TIMER_ARM,    /* wake TOKEN at DUE */
    EFFECT_TIMER_DROP,   /* no longer */
    EFFECT_SERVICE_CALL, /* run TOPIC for TOKEN with INPUT; the answer comes back as TRIGGER_SERVICE */
    EFFECT_SERVICE_DROP, /* no longer wanted */
    EFFECT_INCIDENT,     /* TOKEN stopped; TEXT says why for a person */
    EFFECT_INCIDENT_END, /* solved by retry, or its token was cancelled */
    EFFECT_DECIDED,      /* a business rule task at TOKEN got its answer: DECIDED */
    EFFECT_TRACE,        /* something happened at NODE: for the audit trail and for scenarios */
    EFFECT_ENDED, /* the instance is over; its state says how, INPUT = its variables if it was called, TEXT = error code if FAULTED */
    EFFECT_SCRIPTED, /* the script at TOKEN gave INPUT */
    EFFECT_LISTEN,   /* TOKEN waits for the EVENT (message or signal) named TEXT; message: with KEY (NULL = any) */
    EFFECT_UNLISTEN, /* no longer */
    EFFECT_MESSAGE, /* thrown and not taken inside the instance: TEXT its name, KEY (NULL = none), INPUT its payload; to be kept
                          * until DUE for a later receiver, 0 = not at all */
    EFFECT_SIGNAL,  /* thrown, delivered inside the instance already: TEXT its name, INPUT its payload, for all others */
    EFFECT_ESCALATED, /* of a called instance, caught nowhere in it: TEXT its code, INPUT its payload, for the caller */
    EFFECT_CALL,      /* start the process or global task TEXT (its version: BINDING, VERSION) with INPUT; its end comes back as
                          * TRIGGER_CALLED, its error as TRIGGER_ERROR */
    EFFECT_CALL_DROP, /* no longer wanted: cancel what was called for TOKEN */
    EFFECT_SUSPENDED, /* the instance: its jobs rest */
    EFFECT_RESUMED
};

enum trace_kind {
    TRACE_STARTED,     /* instance */
    TRACE_ENTERED,     /* node */
    TRACE_COMPLETED,   /* node */
    TRACE_CANCELLED,   /* node, by a boundary event, a terminate end or an operator */
    TRACE_FLOW_TAKEN,  /* flow */
    TRACE_TIMER_FIRED, /* node */
    TRACE_ENDED,       /* instance */
    TRACE_OCCURRED,    /* node: a message, signal, condition, error or escalation was caught there; TEXT = name or code */
    TRACE_THROWN,      /* node: ... was thrown there */
    TRACE_COMPENSATED, /* node: the activity has been compensated */
    TRACE_CHANGED,     /* an operator suspended, resumed, moved, added, cancelled a token or set variables; TEXT says what */
    TRACE_MIGRATED     /* instance */
};

struct run_decided; /* run.h */

struct effect {
    enum effect_kind kind;
    uint32_t token;
    int32_t node; /* PROC_NONE where it has none */
    int32_t flow; /* TRACE_FLOW_TAKEN */
    enum trace_kind trace;
    enum event_kind event;                 /* LISTEN, UNLISTEN */
    const char *key;                       /* LISTEN, MESSAGE */
    enum proc_binding binding;             /* CALL */
    uint32_t version;                      /* CALL: with BIND_VERSION */
    int64_t due;                           /* TIMER_ARM: microseconds UTC; TASK_OPEN: due moment, 0 = none; MESSAGE */
    const char *text;                      /* INCIDENT: why; TASK_CLOSE: "completed" or "cancelled"; SERVICE_CALL: topic */
    const char *assignee, *groups, *users; /* TASK_OPEN: evaluated; "" = not given (then the lane's groups) */
    int64_t priority;                      /* TASK_OPEN: 0 to 100, 50 = default */
    struct val input;                      /* SERVICE_CALL: context of the input mappings (or null) */
    int32_t attempts;                      /* SERVICE_CALL: allowed in all */
    const struct run_decided *decided;     /* DECIDED */
};

struct effects {
    struct arena *mem; /* of the caller: owns the list and its texts and values (but those of the model) */
    struct effect *at;
    uint32_t n, cap;
};

#endif

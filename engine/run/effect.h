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
    EFFECT_ENDED         /* the instance is over; its state says how */
};

enum trace_kind {
    TRACE_STARTED,     /* instance */
    TRACE_ENTERED,     /* node */
    TRACE_COMPLETED,   /* node */
    TRACE_CANCELLED,   /* node, by a boundary event, a terminate end or an operator */
    TRACE_FLOW_TAKEN,  /* flow */
    TRACE_TIMER_FIRED, /* node */
    TRACE_ENDED        /* instance */
};

struct run_decided; /* run.h */

struct effect {
    enum effect_kind kind;
    uint32_t token;
    int32_t node; /* PROC_NONE where it has none */
    int32_t flow; /* TRACE_FLOW_TAKEN */
    enum trace_kind trace;
    int64_t due;                           /* TIMER_ARM: microseconds UTC; TASK_OPEN: due moment, 0 = none */
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

/* engine/flow/flow_int.h - what the files of flow/ share among themselves. */
#ifndef FLOW_FLOW_INT_H
#define FLOW_FLOW_INT_H

#include "audit/audit.h"
#include "flow/flow.h"
#include "run/run.h"

enum {
    LIMIT_FLOW_ROWS = 40000,        /* rows of one instance */
    LIMIT_FLOW_VALUE = 1024 * 1024, /* bytes of one stored value */
    LIMIT_FLOW_SERVICES = 100       /* services run inside one step */
};

enum task_state { TASK_OPEN = 1, TASK_COMPLETED = 2, TASK_CANCELLED = 3 };
enum job_state { JOB_WAITING = 1, JOB_FAILED = 2 };

struct q_decision_in_force;

/* A trigger of the step, as the trigger log will have it. */
struct flow_log {
    uint64_t seq;
    const char *body;
};

/* One step of one instance while it is being done. */
struct flow_step {
    uint64_t inst, definition;
    bool fresh;  /* not stored yet */
    int64_t now; /* the moment of the step; 0: that of the unit */
    int64_t started;
    const struct proc *proc;
    struct inst *state;
    unsigned char *visited; /* a bit for each node that was entered */
    void *subject;
    const struct flow_task *task; /* the task that is being completed or taken; NULL else */
    struct effects *story; /* a scenario is told: effects are collected here, services are left to the story; NULL else */
    uint32_t services;
    struct flow_log *log; /* triggers handled, to be written at the end */
    size_t n_log;
    struct flow_timer *timer; /* to be written at the end, in one go */
    size_t n_timer;
    uint32_t *dropped; /* tokens whose jobs go */
    size_t n_dropped;
    const uint64_t *model; /* of a story: definitions of its decision models; they answer alone */
    size_t n_model;
    const struct q_decision_in_force *force; /* decisions in force, read with the first question; NULL = none asked yet */
    const struct val *pinned;                /* replay: what answered when it happened */
    struct val_entry *asked;                 /* decisions that this trigger asked for, and the definitions that answered */
    size_t n_asked;
    struct flow_decided *decided; /* to be written at the end, in one go */
    size_t n_decided;
};

/* Host of this program. */
static inline const struct flow_host *flow_host_of(const struct unit *u)
{
    return u->host;
}

/* flow/inst.c: rows <-> struct inst. */
enum err flow_inst_load(struct unit *u, uint64_t inst, struct flow_step *step) CHECKED;
enum err flow_inst_save(struct unit *u, struct flow_step *step) CHECKED;

/* flow/effect.c: does what the machine asks; service answers are fed back by flow_step_run(). */
enum err flow_effects(struct unit *u, struct flow_step *step, const struct effects *fx) CHECKED;
enum err flow_effects_end(struct unit *u, struct flow_step *step) CHECKED;

/* flow/decision.c: answers business rule tasks while A lives. */
struct flow_asking {
    struct unit *u;
    struct flow_step *step;
};
struct run_decisions flow_decisions(const struct flow_asking *a);
/* What the present trigger asked for, as the trigger log has it. */
struct val flow_asked(struct unit *u, const struct flow_step *step);
enum err flow_decided(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_decided_end(struct unit *u, struct flow_step *step) CHECKED;

/* flow/flow.c: one trigger, its effects, its line in the trigger log. */
enum err flow_step_run(struct unit *u, struct flow_step *step, const struct trigger *t) CHECKED;

/* One event about this step in the subject's stream. */
struct flow_note {
    enum audit_event event;
    const char *node, *reason; /* NULL = none */
    const struct audit_field *field;
    uint32_t n_field;
};
enum err flow_event_note(struct unit *u, const struct flow_step *step, const struct flow_note *n) CHECKED;
enum err flow_event(struct unit *u, const struct flow_step *step, enum audit_event e, const char *node,
                    const struct audit_field *field, uint32_t n) CHECKED;
enum err flow_event_why(struct unit *u, const struct flow_step *step, enum audit_event e, const char *node,
                        const char *reason) CHECKED;

#endif

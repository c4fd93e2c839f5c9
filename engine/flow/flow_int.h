/* engine/flow/flow_int.h - what the files of flow/ share among themselves. */
#ifndef FLOW_FLOW_INT_H
#define FLOW_FLOW_INT_H

#include "audit/audit.h"
#include "flow/flow.h"
#include "run/run.h"

enum {
    LIMIT_WAYS = 1000,              /* ways in which the keys of one message are made */
    LIMIT_FLOW_ROWS = 40000,        /* rows of one instance */
    LIMIT_FLOW_VALUE = 1024 * 1024, /* bytes of one stored value */
    LIMIT_FLOW_SERVICES = 100,      /* services run inside one unit */
    LIMIT_FLOW_STEPS = 200,         /* instances that one unit may move */
    LIMIT_FLOW_ERRANDS = 20000,     /* triggers that one unit may handle */
    LIMIT_FLOW_NAME = 255           /* letters of the name of a message or signal */
};

enum task_state { TASK_OPEN = 1, TASK_COMPLETED = 2, TASK_CANCELLED = 3 };
enum job_state { JOB_WAITING = 1, JOB_FAILED = 2, JOB_RESTING = 3 };
enum subscription_kind { SUBSCRIPTION_MESSAGE = 1, SUBSCRIPTION_SIGNAL = 2 };

struct q_decision_in_force;

/* A story or a stage is played: what is not as in the product. In struct flow_host; NULL there. */
struct flow_play {
    bool outside;                      /* services are answered from outside */
    bool alone;                        /* as well calls; messages and signals reach nobody */
    bool force;                        /* a process that is not executable starts all the same */
    const struct run_scripts *scripts; /* NULL = the rule of the product */
    int64_t released;                  /* moment of a release; 0 = that of its unit */
    const uint64_t *model;             /* definitions of its decision models: they answer alone; NULL = those in force do */
    size_t n_model;
    /* Told each effect in the order in which it was done; NULL = nobody listens. */
    void (*hear)(void *ctx, uint64_t inst, const struct proc *p, const struct effect *e);
    void *ctx;
};

/* The host of a story or stage: hooks that do nothing, the cache of OURS, the machine's own limits. */
struct flow_host flow_play_host(const struct flow_host *ours, const struct flow_play *play);

/* A trigger of the step, as the trigger log will have it. */
struct flow_log {
    uint64_t seq;
    const char *body;
};

/* A token that begins to wait for a message or a signal. */
struct flow_listen {
    uint32_t token;
    enum subscription_kind kind;
    const char *name;
    bool off;
};

struct flow_work;

/* One instance while a unit works on it. */
struct flow_step {
    struct flow_work *work;
    uint64_t inst, definition;
    uint64_t parent; /* the instance that called it, 0 = none did */
    uint32_t parent_token;
    uint32_t depth; /* calls above it */
    bool fresh;     /* not stored yet */
    bool dead;      /* called, and never begun: leaves no row */
    bool migrated;  /* is of another definition than its row says */
    int64_t now;    /* the moment of the step; 0: that of the unit */
    int64_t started;
    const struct proc *proc;
    struct inst *state;
    unsigned char *visited; /* a bit for each node that was entered */
    struct flow_log *log;   /* triggers handled, to be written at the end */
    size_t n_log, cap_log;
    struct flow_timer *timer; /* to be written at the end, in one go */
    size_t n_timer, cap_timer;
    uint32_t *dropped; /* tokens whose jobs go */
    size_t n_dropped, cap_dropped;
    struct flow_listen *listen; /* to be written at the end, in one go */
    size_t n_listen, cap_listen;
    uint32_t *deaf; /* tokens whose subscriptions go */
    size_t n_deaf, cap_deaf;
    const struct q_decision_in_force *force; /* decisions in force, read with the first question; NULL = none asked yet */
    const struct val *pinned;                /* replay: what answered when it happened */
    struct val_entry *asked;                 /* decisions that this trigger asked for, and the definitions that answered */
    size_t n_asked;
    struct flow_decided *decided; /* to be written at the end, in one go */
    size_t n_decided;
};

/* Something that a step left to do: done first in, first out, when the step's own effects are. */
struct flow_errand {
    enum err (*run)(struct unit *u, struct flow_step *step, const struct flow_errand *d);
    struct flow_step *step;
    struct trigger t;       /* TOKEN is read by all kinds */
    const struct effect *e; /* of a service or a subscription */
};

/* What a unit does with the instances of one subject: those that it has opened, and what is still to be done. */
struct flow_work {
    void *subject;
    const struct flow_task *task; /* the task that is being completed or taken; NULL else */
    struct flow_step **step;      /* each instance once */
    size_t n_step, cap_step;
    struct flow_errand *errand; /* those before HEAD are done */
    size_t head, n_errand, cap_errand;
    uint32_t services;
};

/* Host of this program. */
static inline const struct flow_host *flow_host_of(const struct unit *u)
{
    return u->host;
}

/* ARRAY with room for one more of SIZE: the old array stays as it was until the arena ends. */
void *flow_grown(struct arena *mem, void *array, size_t n, size_t *cap, size_t size);

/* flow/inst.c: rows <-> struct inst. The subject's id is answered by the load. */
enum err flow_inst_load(struct unit *u, uint64_t inst, struct flow_step *step) CHECKED;
enum err flow_inst_save(struct unit *u, struct flow_step *step) CHECKED;

/* ---- flow/work.c ---- */

/* The compiled process of a definition as a step runs it. */
enum err flow_step_proc(struct unit *u, uint64_t definition, const struct proc **out) CHECKED;
struct flow_work *flow_work_new(struct unit *u, void *subject);
/* The instance, loaded once a unit. */
enum err flow_work_open(struct unit *u, struct flow_work *w, uint64_t inst, struct flow_step **out) CHECKED;
/* A new instance of DEFINITION, called by PARENT's token (NULL = by nobody). E_STATE if the process is not executable. */
struct flow_new {
    uint64_t definition;
    const struct flow_step *parent;
    uint32_t token;
};
enum err flow_work_fresh(struct unit *u, struct flow_work *w, const struct flow_new *n, struct flow_step **out) CHECKED;
/* Later: the trigger T for STEP; a token that is gone or does not wait any more is no failure then. A suspended instance gets it when
 * it goes on. */
void flow_work_add(struct unit *u, struct flow_step *step, const struct trigger *t);
void flow_work_later(struct unit *u, const struct flow_errand *d);
/* T, which must fit (E_STATE), and all that follows from it in all instances; then their rows are written. */
enum err flow_work_whole(struct unit *u, struct flow_step *step, const struct trigger *t) CHECKED;
/* All that is left to do, and the rows. */
enum err flow_work_end(struct unit *u, struct flow_work *w) CHECKED;
/* Saves the subject, if anything has happened. */
enum err flow_work_save(struct unit *u, struct flow_work *w) CHECKED;
/* One trigger, its effects, its line in the trigger log. *FITS = false: the machine has refused it (E_STATE). */
enum err flow_step_try(struct unit *u, struct flow_step *step, const struct trigger *t, bool *fits) CHECKED;
enum err flow_step_run(struct unit *u, struct flow_step *step, const struct trigger *t) CHECKED;
/* What the line of a migration in the trigger log begins with; and what stands before a trigger that had another fuel than RUN_FUEL. */
#define FLOW_MIGRATE "migrate "
#define FLOW_FUEL "fuel "
/* What the machine is called with in this step. */
struct run_env flow_env(struct unit *u, struct flow_step *step, struct run_decisions *decisions);
/* A line of the log that is no trigger. */
enum err flow_log_add(struct unit *u, struct flow_step *step, const char *body) CHECKED;

/* flow/effect.c: does what the machine asks. */
enum err flow_effects(struct unit *u, struct flow_step *step, const struct effects *fx) CHECKED;
enum err flow_effects_end(struct unit *u, struct flow_step *step) CHECKED;

/* The service has answered with ANSWER, or with the BPMN error that it has put into CALL. */
struct trigger flow_service_answer(const struct flow_call *call, uint32_t token, struct val answer);

/* A job that waits for its moment; TOKEN 0 = it is no token's. INST 0 = it is no instance's. */
struct flow_job_new {
    uint64_t id; /* 0 = a new one */
    const char *kind, *payload;
    uint64_t inst;
    uint32_t token;
    int64_t due;
    uint32_t attempts; /* 0 = the default */
    bool resting;
};
enum err flow_job_add(struct unit *u, const struct flow_job_new *n) CHECKED;

/* ---- flow/store.c: variables that are fields of the subject ---- */

/* Before T is handled: *SET is the trigger that gives the instance what the subject holds now; *DIFFERS = false: it has it already. A
 * start takes it along (T is changed). */
enum err flow_store_read(struct unit *u, struct flow_step *step, struct trigger *t, struct trigger *set, bool *differs) CHECKED;
/* After a trigger, before its effects: what the process has changed goes to the subject. */
enum err flow_store_write(struct unit *u, struct flow_step *step) CHECKED;

/* ---- flow/subscription.c: who waits for a message or a signal ---- */

enum err flow_listen(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_unlisten(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_listen_end(struct unit *u, struct flow_step *step) CHECKED;
/* The instance is suspended, and goes on: nobody finds its subscriptions meanwhile. */
enum err flow_listen_rest(struct unit *u, const struct flow_step *step) CHECKED;
enum err flow_listen_resume(struct unit *u, const struct flow_step *step) CHECKED;

/* ---- flow/message.c: what is thrown to others ---- */

enum err flow_message_thrown(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_signal_thrown(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_message_job(struct unit *u, const struct flow_job *j) CHECKED;
enum err flow_expire_job(struct unit *u, const struct flow_job *j) CHECKED;
enum err flow_signal_job(struct unit *u, const struct flow_job *j) CHECKED;

/* ---- flow/call.c: instances that call instances ---- */

enum err flow_call(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_call_drop(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
/* A called instance has ended, or raised an escalation that nobody in it caught. */
enum err flow_call_ended(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
enum err flow_call_escalated(struct unit *u, struct flow_step *step, const struct effect *e) CHECKED;
/* Is there a process for each call activity of P that names it plainly: one in force, or one of the same FILE? A warning for each that has
 * none: it may be released later. */
enum err flow_call_check(struct unit *u, const struct proc *p, const struct proc_list *file, struct findings *f) CHECKED;
/* What happens to the instance happens to all that it has called. */
enum err flow_call_tell(struct unit *u, struct flow_step *step, enum trigger_kind kind) CHECKED;

/* ---- flow/start.c: what begins instances ---- */

/* The version comes into force, and is in force no more: what begins it is armed and disarmed. */
enum err start_points_set(struct unit *u, uint64_t definition) CHECKED;
enum err start_points_clear(struct unit *u, uint64_t definition) CHECKED;
enum err flow_start_job(struct unit *u, const struct flow_job *j) CHECKED;
enum err flow_begin_job(struct unit *u, const struct flow_job *j) CHECKED;

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

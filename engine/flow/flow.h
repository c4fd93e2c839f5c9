/* engine/flow/flow.h - the machine's body: process instances in MariaDB. Here SQL meets tokens, and nowhere else.
 *
 * Callers (desk/) see instances, tasks and jobs; they never see tokens. What flow needs from above it is handed in as struct
 * flow_host, found in u->host. Lock order: the subject's row (the ticket, by the host), then the instance, then audit streams. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "db/unit.h"
#include "model/feel/value.h"
#include "model/finding.h"
#include "model/proc.h"

/* ---- what the desk hands in ---- */

struct flow_task {
    uint64_t id, inst, subject;
    uint32_t token;
    const char *node, *name, *tier, *role, *groups, *users, *assignee; /* assignee as the process gave it (a uid), "" = none */
    uint64_t assignee_id;                                              /* 0 = nobody; task_opened may set it */
    int32_t priority;
    uint32_t version;
    int64_t opened, due; /* due 0 = none */
};

struct flow_call {
    const char *topic;
    struct val input; /* context of the input mappings, or null */
    const char *node;
    const char *error; /* out: code of a BPMN error, which the task throws with the answer as its data; NULL = none */
};

/* A service-task topic. INLINE services run in the transaction of the step (they touch our own tables only); the others are jobs. */
struct flow_service {
    const char *topic;
    bool in_step;
    const char *prose; /* shown to designers */
    enum err (*run)(struct unit *u, void *subject, struct flow_call *call, struct val *answer);
};

/* A process that nobody starts by hand begins: by a message, a signal, a condition or a timer. */
struct flow_birth {
    uint64_t definition;
    const struct proc *proc;
    uint64_t inst;   /* the instance that will be about it */
    struct val vars; /* what it begins with; the host may add to it */
    void *subject;   /* out */
};

/* SUBJECT is the host's own struct (the ticket, locked); hooks may change it, the host saves it after the step. */
struct flow_host {
    const struct flow_service *service;
    size_t n_service;
    enum err (*subject_lock)(struct unit *u, uint64_t id, void **subject);
    enum err (*subject_save)(struct unit *u, void *subject);
    enum err (*subject_make)(struct unit *u, struct flow_birth *b); /* what a process that begins by itself is about */
    const char *(*subject_name)(const void *subject);               /* for the trail, e.g. "INC-7" */
    uint64_t (*subject_id)(const void *subject);
    /* For processes with data stores: the fields of the subject that P names, and their values, as a context; and what the process
     * made of one that it writes (proc_store_takes() has said that it fits). */
    enum err (*subject_vars)(struct unit *u, void *subject, const struct proc *p, struct val *vars);
    enum err (*subject_write)(struct unit *u, void *subject, const struct val_entry *field);
    enum err (*task_opened)(struct unit *u, void *subject, struct flow_task *t);
    enum err (*task_closed)(struct unit *u, void *subject, const struct flow_task *t, bool completed);
    enum err (*ended)(struct unit *u, void *subject, const char *how); /* "completed", "terminated", "cancelled" */
    struct flow_cache *cache;
    uint32_t fuel;
    const struct feel_limits *limits; /* of one expression or decision; NULL = the defaults */
    const struct flow_play *play;     /* tests play a story (flow/story.h, flow/stage.h); NULL in the product */
};

/* ---- compiled processes ---- */

/* A cache of compiled processes by definition id, one per program; lives in MEM. */
struct flow_cache *flow_cache_new(struct arena *mem);

/* The compiled process of a definition (released or draft). E_NOTFOUND. Valid as long as the program runs. */
enum err flow_proc(struct unit *u, uint64_t definition, const struct proc **out) CHECKED;

/* Key and version of a definition for the trail, "incident 3". */
enum err flow_label(struct unit *u, uint64_t definition, const char **out) CHECKED;

/* The bytes of a definition, as they were uploaded. */
enum err flow_source(struct unit *u, uint64_t definition, struct span *out) CHECKED;

/* ---- instances ---- */

struct flow_start {
    uint64_t definition;
    void *subject;
    const struct val_entry *var; /* variables at the start */
    size_t n_var;
};
/* Starts an instance and runs it until it waits. E_STATE if the process is not executable. */
enum err flow_start(struct unit *u, const struct flow_start *s, uint64_t *inst) CHECKED;

/* Completes the open user task T (row as read under the subject's lock) with VARS. */
enum err flow_complete(struct unit *u, const struct flow_task *t, void *subject, const struct val_entry *var, size_t n) CHECKED;

/* Somebody takes the task: assignee set, timers "until claim" disarmed. ASSIGNEE 0 = given back. */
enum err flow_claim(struct unit *u, const struct flow_task *t, void *subject, uint64_t assignee) CHECKED;

/* Stops the instance with everything in it. */
enum err flow_cancel(struct unit *u, uint64_t inst, void *subject, const char *why) CHECKED;

/* ---- what operators may do: each one unit, with its event in the trail. E_STATE: it does not fit; nothing was changed then ---- */

/* Nothing moves in the instance, nor in what it has called, until it is resumed: jobs rest, messages and signals pass it by. */
enum err flow_suspend(struct unit *u, uint64_t inst, const char *why) CHECKED;
enum err flow_resume(struct unit *u, uint64_t inst, const char *why) CHECKED;

/* A token and a node of an instance. */
struct flow_place {
    uint64_t inst;
    uint32_t token;
    const char *node; /* its id in the model */
    const char *why;
};
/* TOKEN, with everything in it, is taken away and a new one begins at NODE. */
enum err flow_move(struct unit *u, const struct flow_place *p) CHECKED;
/* A new token begins at NODE, in the sub-process at work at TOKEN (0 = the process itself). */
enum err flow_add(struct unit *u, const struct flow_place *p) CHECKED;
/* TOKEN is taken away with everything in it; NODE is not read. */
enum err flow_drop(struct unit *u, const struct flow_place *p) CHECKED;
/* The activity NODE of the ad-hoc sub-process at TOKEN begins (10.3.5). */
enum err flow_activate(struct unit *u, const struct flow_place *p) CHECKED;
/* Sets variables as seen from TOKEN (0 = the process); conditions are looked at again. */
enum err flow_vars(struct unit *u, uint64_t inst, uint32_t token, struct val vars, const char *why) CHECKED;

/* The step that stopped as an incident is done again, after setting VARS. */
enum err flow_retry(struct unit *u, uint64_t incident) CHECKED;
enum err flow_retry_with(struct unit *u, uint64_t incident, struct val vars) CHECKED;
/* ... or left as if its work were done. */
enum err flow_skip(struct unit *u, uint64_t incident, struct val vars, const char *why) CHECKED;

/* The instance becomes one of DEFINITION. PAIR: nodes that have another id there. What stands in the way is told in FINDINGS, all of it
 * (E_FINDINGS), and then nothing was changed. DRY: only looks. */
struct flow_pair {
    const char *from, *to;
};
struct flow_migration {
    uint64_t inst, definition;
    const struct flow_pair *pair;
    size_t n_pair;
    bool dry;
    const char *why;
    struct findings *findings;
};
enum err flow_migrate(struct unit *u, const struct flow_migration *m) CHECKED;

/* The work at TOKEN (user task, service, call) raises a BPMN error or escalation. */
struct flow_raise {
    uint64_t inst;
    uint32_t token;
    void *subject; /* locked by the caller, who saves it; NULL = both is done here */
    const char *code;
    struct val vars; /* its data: a context, or null */
    const char *why;
};
/* With the error CODE the work is over; uncaught it is an incident. */
enum err flow_error(struct unit *u, const struct flow_raise *r) CHECKED;
/* With the escalation CODE the work goes on unless that interrupts it; uncaught it is lost. */
enum err flow_escalation(struct unit *u, const struct flow_raise *r) CHECKED;

/* ---- looking ---- */

/* The word for the state in a row of inst: "active", "completed", "terminated", "cancelled", "faulted", "suspended". */
const char *flow_state_name(uint32_t state);

/* Where the tokens are and which nodes were entered so far, for the page. */
struct flow_mark {
    const char *node;
    const char *what; /* "active", "failed" */
    uint32_t token;   /* how operators name it */
    const char *name; /* of the node, its id if it has none */
};
struct flow_var {
    const char *node; /* of the scope it is in: the id of a sub-process or activity; "" = the process */
    const char *name;
    struct val value;
};
struct flow_picture {
    uint64_t definition;
    const struct proc *proc;
    const char *state; /* flow_state_name() */
    struct flow_mark *mark;
    size_t n;
    struct flow_var *var;
    size_t n_var;
    const unsigned char *visited; /* bit i % 8 of byte i / 8 = node i was entered */
};
enum err flow_picture(struct unit *u, uint64_t inst, struct flow_picture *out) CHECKED;

/* Runs all stored triggers of the instance through the pure machine again and compares the state byte for byte.
 * *SAME = false: *WHY shows the first difference. */
enum err flow_replay(struct unit *u, uint64_t inst, bool *same, const char **why) CHECKED;

/* ---- messages and signals from outside ---- */

enum flow_taken { FLOW_LOST, FLOW_TAKEN, FLOW_STARTED, FLOW_KEPT };
struct flow_message {
    const char *name;
    const char *key; /* correlation key of zeebe:subscription or gradus:key as val_write() writes it; NULL = none */
    struct val vars; /* payload: a context, or null; the standard's correlation keys are taken from it */
    struct val
        where;     /* variables that the receiver must have with these values: a context, or null; then no key is asked for */
    int64_t until; /* kept so long if nobody takes it, microseconds UTC; 0 = not at all */
    enum flow_taken how; /* out */
    uint64_t inst;       /* out: who took it, or what it started; 0 else */
};
/* To exactly one receiver: the token that has waited longest among those whom it fits, else a new instance by the first message start
 * event in force (8.4.2, 10.5.1). E_INPUT: the name. */
enum err flow_message(struct unit *u, struct flow_message *m) CHECKED;

/* To all who wait for it now, and to all signal start events in force; they hear it by jobs, each in a unit of its own. *REACHED = how
 * many. */
enum err flow_signal(struct unit *u, const char *name, struct val vars, uint64_t *reached) CHECKED;

/* Begins, by jobs, an instance for each conditional start event in force whose condition holds for VARS; *N of them. */
enum err flow_conditions(struct unit *u, struct val vars, uint64_t *n) CHECKED;

/* ---- jobs ---- */

struct flow_job {
    uint64_t id, inst, subject;
    uint32_t token;
    const char *kind, *payload;
    int64_t due;
    uint32_t attempts, attempts_max;
};

/* Leases due jobs for OWNER: at most N with due >= LOW (a low-water mark; INT64_MIN = all). Short unit of its own. */
struct flow_lease {
    const char *owner;
    int64_t low, until;
    uint32_t n;
    struct flow_job *job; /* out */
    size_t n_job;
};
enum err flow_job_lease(struct unit *u, struct flow_lease *l) CHECKED;

/* Does the job and removes it, in this one unit. A job whose lease was lost or whose token is gone is a no-op. */
enum err flow_job_run(struct unit *u, const struct flow_job *j, const char *owner) CHECKED;

/* In a unit of its own after flow_job_run() failed: counts the attempt, sets the back-off, or gives up with an incident. */
enum err flow_job_failed(struct unit *u, const struct flow_job *j, const char *owner, const char *why) CHECKED;

/* A job that was given up gets a new set of attempts, at once. E_STATE if it has not failed. */
enum err flow_job_retry(struct unit *u, uint64_t id) CHECKED;

/* Earliest due moment among waiting jobs; INT64_MAX if none. */
enum err flow_job_next(struct unit *u, int64_t *due) CHECKED;

#endif

/* engine/run/inst.h - the state of one running process instance, as plain data: the machine turns one into the next.
 *
 * Numbers (no) are local to the instance, start at 1 and are never used again: rows in the database are keyed by (instance,
 * no). */
#ifndef RUN_INST_H
#define RUN_INST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/feel/value.h"
#include "model/proc.h"

/* FAULTED: a called instance that ended with an error which nobody in it caught. SUSPENDED: nothing moves until it is resumed. */
enum inst_state { INST_ACTIVE, INST_COMPLETED, INST_TERMINATED, INST_CANCELLED, INST_FAULTED, INST_SUSPENDED };

enum token_state {
    TOKEN_READY,    /* on the agenda; never seen between two calls */
    TOKEN_WAITING,  /* at a node that waits: user task, timer, service, join, sub-process; a listener that is armed */
    TOKEN_INCIDENT, /* stopped where a step failed; retry or edit variables and go on */
    TOKEN_KEPT      /* a record at rest: nothing wakes it, it keeps no scope alive */
};

/* What a token is for. Only ROLE_FLOW, and a record that is at work (not KEPT), keep their scope alive: "live" below. */
enum token_role {
    ROLE_FLOW,     /* moves along the flows (13.1) */
    ROLE_LISTENER, /* armed for something else, for the event definition EVENT of its node: a boundary event for its HOST; one of
                    * several definitions of the event, or one of the events behind an event-based gateway, where its HOST waits; the
                    * start event of an event sub-process (node = the event sub-process, no HOST) for its scope */
    ROLE_RECORD /* an activity that has completed and can be compensated (13.5.5): INNER = its scope with the data as they were, its
                    * number tells the order of completion; or a flow that a complex gateway has used up before its reset */
};

/* Where inside its node a token is; each step is done whole or not at all, so a retry does exactly the step that failed. */
enum token_step {
    STEP_ENTER, /* arrived: evaluate, open, call, arm */
    STEP_WAIT,  /* at rest; only a trigger moves it */
    STEP_LEAVE, /* the work is done: output mappings, boundary events, inner scope */
    STEP_ROUTE, /* choose the flows and take them */
    STEP_GATHER /* at rest before an activity that takes several tokens to begin (startQuantity) */
};

struct token {
    uint32_t no;
    int32_t node;
    uint32_t
        scope; /* scope it lives in: the one of its node; or, inside a loop or multi-instance activity, the scope of that very
                     * activity (scope.node == node); or, of a compensation handler, the one that its record has kept */
    enum token_role role;
    enum token_state state;
    enum token_step step; /* STEP_WAIT whenever it waits; of an incident it is stored */
    int32_t flow;         /* flow it came in by, PROC_NONE at a start (joins ask) */
    uint32_t inner;       /* activity: the scope it opened (sub-process, instances, or variables of its mappings); 0 if none */
    uint32_t
        host; /* listener: the token it is armed for, 0 = its scope; record at work or chosen for it: the token that compensates,
                     * or the record it is undone with (undo.c); 0 else */
    int32_t event;  /* listener, or token that waits for one event: which definition of its node; PROC_NONE else */
    uint32_t count; /* timers: how often fired; services: attempts; conditions: 1 = held when last looked at; one of a parallel
                     * multiple event: 1 = has occurred; record that is chosen: what comes after (undo.c) */
    int64_t due;    /* timers: next moment; 0 else */
    const char *
        key; /* message: the correlation key it waits for, as val_write() writes it; NULL = any. Timer: its cycle (moment.c); NULL =
                      * occurs once */
    bool changed; /* set by the machine: differs from what was loaded */
    bool gone;    /* consumed in this call: its row is to be deleted */
};

/* Does it keep its scope alive? */
static inline bool token_live(const struct token *t)
{
    return !t->gone && (t->role == ROLE_FLOW || (t->role == ROLE_RECORD && t->state != TOKEN_KEPT));
}

struct scope {
    uint32_t no;     /* 1 = the instance itself */
    uint32_t parent; /* 0 for the instance */
    int32_t node;    /* sub-process or activity that owns it, PROC_NONE for the instance */
    uint32_t token;  /* token that owns it in the parent: waits for it, or is the record that kept it; 0 for the instance */
    uint32_t live;   /* tokens in it that keep it alive; counted, never stored */
    bool changed, gone;
};

struct var {
    uint32_t scope;
    const char *name;
    struct val value;
    bool changed, gone;
};

/* Joins keep their tokens waiting at the gateway: no state of their own. A loop or multi-instance activity is a token at the activity
 * (it has the boundary events) whose inner scope holds one token at the same node for each instance at work, and the standard's
 * numbers (10.3.8: numberOfInstances ...) as variables. */
struct inst {
    struct arena *mem; /* everything below lives here */
    enum inst_state state;
    bool called;      /* by a call activity of another instance: uncaught errors and escalations go there */
    uint32_t next_no; /* next number for token or scope */
    uint64_t seq;     /* triggers handled so far */
    struct token *token;
    uint32_t n_token, cap_token;
    struct scope *scope;
    uint32_t n_scope, cap_scope;
    struct var *var;
    uint32_t n_var, cap_var;
};

/* "active", "completed", "terminated", "cancelled", "faulted", "suspended". */
const char *inst_state_name(enum inst_state state);

/* An empty instance in MEM. */
struct inst *inst_new(struct arena *mem);

struct token *inst_token(const struct inst *in, uint32_t no); /* NULL if absent or gone */
struct scope *inst_scope(const struct inst *in, uint32_t no);

/* Loading: add one row as stored (not changed, not gone); rows may come in any order. Names and values must live as long as the
 * instance. The pointer is good until the next row is added. next_no is set by the caller. */
struct token *inst_add_token(struct inst *in, struct token t);
struct scope *inst_add_scope(struct inst *in, struct scope s);
struct var *inst_add_var(struct inst *in, struct var v);

/* A variable as seen from SCOPE: the innermost one of that name on the way up; NULL if never set. */
const struct var *inst_var(const struct inst *in, uint32_t scope, const char *name);

/* A deep copy in MEM as if stored and loaded: without gone rows, nothing marked as changed. */
struct inst *inst_copy(struct arena *mem, const struct inst *in);

/* All of it as canonical text: equal states give equal bytes (tests, replay). Gone rows are left out. */
void inst_write(struct buf *b, const struct proc *p, const struct inst *in);

#endif

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

enum inst_state { INST_ACTIVE, INST_COMPLETED, INST_TERMINATED, INST_CANCELLED };

enum token_state {
    TOKEN_READY,   /* on the agenda; never seen between two calls */
    TOKEN_WAITING, /* at a node that waits: user task, timer, service, join, sub-process */
    TOKEN_INCIDENT /* stopped where a step failed; retry or edit variables and go on */
};

/* Where inside its node a token is; each step is done whole or not at all, so a retry does exactly the step that failed. */
enum token_step {
    STEP_ENTER, /* arrived: evaluate, open, call, arm */
    STEP_WAIT,  /* at rest; only a trigger moves it */
    STEP_LEAVE, /* the work is done: output mappings, boundary events, inner scope */
    STEP_ROUTE  /* choose the flows and take them */
};

struct token {
    uint32_t no;
    int32_t node;
    uint32_t scope; /* scope it lives in */
    enum token_state state;
    enum token_step step; /* STEP_WAIT whenever it waits; of an incident it is stored */
    int32_t flow;         /* flow it came in by, PROC_NONE at a start (joins ask) */
    uint32_t inner;       /* activity: the scope it opened (sub-process, or variables of its mappings); 0 if none */
    uint32_t host;        /* boundary event: token of the activity it is armed for; 0 else */
    uint32_t count;       /* timers: how often fired; services: attempts */
    int64_t due;          /* timers: next moment; 0 else */
    bool changed;         /* set by the machine: differs from what was loaded */
    bool gone;            /* consumed in this call: its row is to be deleted */
};

struct scope {
    uint32_t no;     /* 1 = the instance itself */
    uint32_t parent; /* 0 for the instance */
    int32_t node;    /* sub-process or activity that owns it, PROC_NONE for the instance */
    uint32_t token;  /* token that waits for it in the parent; 0 for the instance */
    bool changed, gone;
};

struct var {
    uint32_t scope;
    const char *name;
    struct val value;
    bool changed, gone;
};

/* Joins keep their tokens waiting at the gateway: no state of their own. */
struct inst {
    struct arena *mem; /* everything below lives here */
    enum inst_state state;
    uint32_t next_no; /* next number for token or scope */
    uint64_t seq;     /* triggers handled so far */
    struct token *token;
    uint32_t n_token, cap_token;
    struct scope *scope;
    uint32_t n_scope, cap_scope;
    struct var *var;
    uint32_t n_var, cap_var;
};

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

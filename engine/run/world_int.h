/* engine/run/world_int.h - what the files of the pure stage share. */
#ifndef RUN_WORLD_INT_H
#define RUN_WORLD_INT_H

#include "run/await.h"
#include "run/decide.h"
#include "run/stage.h"

/* A start event (or an instantiating receive task, or an event behind an instantiating gateway): where an event definition begins an
 * instance. */
struct world_door {
    const struct world_def *def;
    int32_t node, event; /* as in TRIGGER_START */
    int32_t from;        /* the gateway before NODE, or NODE itself */
    const struct proc_event *what;
    const char *name; /* message, signal */
    bool parallel;    /* FROM needs several events: one that waits for the rest comes first */
};

/* A deployed process. */
struct world_def {
    const struct proc *proc;
    uint32_t version, deployment;
    bool latest;
    struct world_door *door;
    size_t n_door;
    struct world_def *next; /* in order of deployment */
};

struct world_inst {
    uint64_t handle;
    const struct world_def *def;
    struct inst *state; /* in an arena of its own */
    uint64_t caller;    /* 0 = none */
    uint32_t caller_token;
    uint32_t depth; /* calls above it */
};

/* Something that is to be done; lives as long as the operation. */
struct world_deed {
    enum { DEED_TRIGGER, DEED_CALL, DEED_MESSAGE, DEED_SIGNAL } what;
    uint64_t inst;          /* TRIGGER: whose; CALL: the caller; MESSAGE, SIGNAL: who throws, 0 = nobody inside */
    struct trigger trigger; /* CALL: token and vars; SIGNAL: name and vars */
    const char *key;        /* CALL: of the process */
    enum proc_binding binding;
    uint32_t version;
    struct stage_message message;
    struct world_deed *next;
};

struct world_queue {
    struct world_deed *first, *last;
};

struct world_timer {
    int64_t due;
    uint64_t order;
    uint64_t inst;  /* 0: of a start event */
    uint32_t token; /* ... */
    const struct world_door *door;
    uint32_t count; /* how often the door's timer fired */
};

struct world_kept {
    struct stage_message message;
    struct world_kept *next;
};

struct world {
    struct arena *mem, *life, *op; /* its user's; since the last reset; of the operation */
    struct stage_env env;
    int64_t now;
    struct world_def *def, **last_def;
    uint32_t deployments;
    uint32_t deeds; /* done in this operation */
    struct run_shelf *shelf;
    struct run_decisions decisions;
    struct world_inst **inst; /* handle - 1 */
    size_t n_inst, cap_inst;
    struct await *await;
    struct world_queue soon, late;
    struct world_timer *timer; /* heap: the one due first on top; may name tokens that no longer wait */
    size_t n_timer, cap_timer;
    uint64_t order;
    struct world_deed *rested; /* triggers for suspended instances, oldest first */
    struct world_kept *kept;   /* messages without a receiver, oldest first */
};

/* ---- world.c ---- */

struct world_inst *world_inst(const struct world *w, uint64_t handle);
/* What is put into Q is done when its turn comes; D is copied. */
void world_later(struct world *w, struct world_queue *q, const struct world_deed *d);
void world_timer(struct world *w, struct world_timer t);
/* Does all that steps have asked for, but for what was thrown: whoever is told next finds that done. */
enum err world_drain(struct world *w) CHECKED;
struct run_env world_env(const struct world *w, const struct world_def *d);
const struct world_def *world_def(const struct world *w, const char *key);

/* ---- world_step.c ---- */

/* One call of the machine, and what it asks for. E_STATE: it does not fit, nothing was changed. */
enum err world_step(struct world *w, struct world_inst *i, const struct trigger *t) CHECKED;
struct world_begin {
    const struct world_def *def;
    struct trigger trigger;
    uint64_t caller;
    uint32_t caller_token, depth;
};
/* A new instance; there is none if the machine refuses to begin. */
enum err world_begin(struct world *w, const struct world_begin *b, uint64_t *handle) CHECKED;
enum err world_call(struct world *w, const struct world_deed *d) CHECKED;

/* ---- world_post.c ---- */

/* Finds the doors of D, and arms its timers. */
enum err world_doors(struct world *w, struct world_def *d) CHECKED;
enum err world_message(struct world *w, const struct stage_message *m, bool *taken) CHECKED;
enum err world_signal(struct world *w, uint64_t from, const char *name, struct val vars) CHECKED;
enum err world_conditions(struct world *w, struct val vars) CHECKED;
/* A timer of a start event is due. */
enum err world_door_timer(struct world *w, struct world_timer t) CHECKED;
/* Messages that are kept are delivered again: somebody may take them now. */
void world_kept_again(struct world *w, const char *name);

#endif

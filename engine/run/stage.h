/* engine/run/stage.h - a stage: a place where instances of several processes live together and reach each other by messages,
 * signals, calls and errors.
 *
 * Two bodies: the pure one (world.h), and MariaDB (flow/stage.h). Whoever tells a conformance case, or a property test, sees only
 * this, so that both prove the same. Every function that acts answers when the stage is quiet: all that follows at the present
 * moment has happened in all instances, timers that are due by now included. Order in both bodies: what one step asks for is done
 * first in, first out; messages and signals that were thrown are delivered when nothing else is left to do, so that all who catch
 * are armed by then (13.5.2). */
#ifndef RUN_STAGE_H
#define RUN_STAGE_H

#include "base/text.h"
#include "model/finding.h"
#include "run/run.h"

/* What both bodies are made with. */
struct stage_env {
    uint32_t fuel;                    /* of one call of the machine; 0 = RUN_FUEL */
    uint32_t deeds;                   /* calls of the machine in one operation, else E_FUEL; 0 = LIMIT_STAGE_DEEDS */
    const struct feel_limits *limits; /* NULL = defaults */
    const struct run_scripts *scripts;
    bool force; /* a process that says isExecutable="false" starts all the same */
    /* Told each effect in the order in which it was done; NULL = nobody listens. INST is the handle. */
    void (*hear)(void *ctx, uint64_t inst, const struct proc *p, const struct effect *e);
    void *ctx;
};

struct stage_file {
    const char *name; /* for messages; "*.dmn" is a decision model, all else BPMN */
    struct span bytes;
};

/* A message from outside. The receiver is exactly one: the token that has waited longest for this name, whose key fits (VARS over the
 * standard's correlation keys; else KEY) and from which all of WHERE are seen with these values; else the first message start event
 * of this name. */
struct stage_message {
    const char *name;
    const char *key;  /* correlation key of zeebe:subscription or gradus:key as val_write() writes it; NULL = none */
    struct val vars;  /* payload: a context, or null */
    struct val where; /* variables that must be equal at the receiver: a context, or null; then KEY is not asked for */
    int64_t until;    /* kept so long if nobody takes it; 0 = not at all */
};

/* An instance, in the order in which they began; those that have ended stay in the list. */
struct stage_inst {
    uint64_t handle;
    const struct proc *proc;
    uint64_t caller;       /* handle of the instance that called it, 0 if none did */
    uint32_t caller_token; /* ... and its call activity's token */
    enum inst_state state;
};

struct stage {
    void *ctx;
    /* Nothing deployed, no instances; the clock shows NOW. */
    enum err (*reset)(void *ctx, int64_t now);
    /* All files or none: E_FINDINGS if there is an error in any, told in F. A process of a known key becomes its next version, and the
     * start events of the version before are disarmed; timer start events are armed. */
    enum err (*deploy)(void *ctx, const struct stage_file *file, size_t n, struct findings *f);
    /* Starts the latest version of PROCESS at its none start event (or wherever it begins without one). *INST is its handle. E_NOTFOUND;
     * E_STATE if it cannot begin there: then there is no instance. */
    enum err (*start)(void *ctx, const char *process, struct val vars, uint64_t *inst);
    enum err (*message)(void *ctx, const struct stage_message *m, bool *taken);
    /* To all that wait for it in all instances, and to all signal start events. */
    enum err (*signal)(void *ctx, const char *name, struct val vars);
    /* Begins an instance for each conditional start event whose condition holds for VARS. */
    enum err (*conditions)(void *ctx, struct val vars);
    /* run_trigger() on one instance: everything that a person or a service does to a token, cancel included. E_STATE as there. */
    enum err (*act)(void *ctx, uint64_t inst, const struct trigger *t);
    /* Moves the clock to TO. Whatever falls due on the way happens in order of due, with the clock at its moment. */
    enum err (*clock)(void *ctx, int64_t to);
    /* All instances so far; the list lives in MEM. */
    enum err (*instances)(void *ctx, struct arena *mem, struct stage_inst **out, size_t *n);
    /* The state of one, loaded anew into MEM; also of one that has ended. */
    enum err (*state)(void *ctx, struct arena *mem, uint64_t inst, const struct inst **out);
    /* Timers that are armed, in all instances and for start events. */
    enum err (*timers)(void *ctx, size_t *n);
    /* Are all stored states what their triggers make of them? E_BUG if not. NULL = nothing is stored. */
    enum err (*prove)(void *ctx);
};

#endif

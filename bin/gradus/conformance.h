/* bin/gradus/conformance.h - what the files of `gradus conformance` share: one case being told to a stage. */
#ifndef GRADUS_CONFORMANCE_H
#define GRADUS_CONFORMANCE_H

#include "base/json.h"
#include "run/stage.h"

enum {
    LIMIT_CASE_MODEL = 16 << 20, /* bytes of one model */
    LIMIT_CASE_FILES = 100,      /* models of one deployment */
    LIMIT_CASE_FUEL = 1000000    /* nodes entered in one call of the machine */
};

/* A user task that was opened. */
struct case_task {
    uint64_t inst;
    const struct proc *proc;
    struct effect effect; /* TASK_OPEN */
    bool open;
    struct case_task *next;
};

/* An instance that a step gave a name to. */
struct case_name {
    const char *name;
    uint64_t inst; /* 0: it did not begin */
    struct case_name *next;
};

struct case_word {
    const char *word;
    struct case_word *next;
};

/* One case while it is told. */
struct telling {
    struct arena *mem; /* of the case */
    const struct stage *stage;
    const char *folder; /* with '/' at its end: where the manifest is */
    int64_t now;
    struct case_task *task, **last_task;
    struct case_word *trace, **last_trace;
    struct case_name *name;
    const char *why; /* what does not hold; NULL = all holds so far */
    bool over;       /* the case has passed, whatever follows */
};

/* The step does not hold: TEXT says why. The answer is OK, for the driver has done its work. */
enum err conformance_untrue(struct telling *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A JSON value as FEEL sees it. */
enum err conformance_value(struct arena *mem, const struct json *j, struct val *out) CHECKED;
/* A text member of a step, "" if it is missing. */
const char *conformance_text(const struct json *step, const char *name);
/* The handle of the instance that the step names ("main" if it names none); false with the case failed if there is none. */
bool conformance_named(struct telling *t, const struct json *step, uint64_t *inst);
/* The oldest open task ID at which all of MATCH are visible; NULL if there is none. */
enum err conformance_task(struct telling *t, const char *id, const struct json *match, struct case_task **out) CHECKED;
/* Oldest first; those that have ended are among them. */
enum err conformance_instances(struct telling *t, struct stage_inst **out, size_t *n) CHECKED;

/* A step that looks (conformance_look.c), one that acts (conformance_act.c). */
struct conformance_op {
    const char *op;
    enum err (*tell)(struct telling *t, const struct json *step);
};
extern const struct conformance_op conformance_acts[], conformance_looks[]; /* end with a NULL */

/* conformance_act.c: what the stage is made with, so that T hears what happens. T is the telling of the moment. */
struct conformance_ear {
    struct telling *telling;
};
struct stage_env conformance_env(struct conformance_ear *ear);

#endif

/* engine/run/decide.h - answering the questions of business rule tasks from decision models. */
#ifndef RUN_DECIDE_H
#define RUN_DECIDE_H

#include "model/dmn/dmn.h"
#include "run/run.h"

/* A model that has what is asked for. */
struct run_source {
    const struct dmn *model;
    const char *version; /* for people: "2", "draft", "" */
    uint64_t definition; /* 0 = stored nowhere */
};

/* Decides with the decision of Q's key in FROM. A failed decision is an answer with its trouble; errors are others'. Nothing in the
 * answer points into the model. */
enum err run_decide(const struct run_question *q, const struct run_source *from, struct run_decided *out) CHECKED;

/* The decision (of the model itself, not of its imports) with this id; -1 if there is none. */
int64_t run_decision_find(const struct dmn *m, const char *key);

/* What to tell when nobody has the decision. */
const char *run_decision_missing(const struct run_question *q);

/* What was asked, as the log of triggers names it: "priority", "priority 3" for a version, "priority deployment". */
const char *run_question_text(struct arena *mem, const struct run_question *q);

/* ---- shelf.c: models at hand, without a database ---- */

struct run_shelf;
struct run_shelf *run_shelf_new(struct arena *mem);
/* Adds a model; those added before are its imports. Findings go to F. E_FINDINGS as dmn_read(). */
enum err run_shelf_add(struct run_shelf *shelf, const struct dmn_file *file, struct findings *f) CHECKED;
/* The model with this decision; of several the last one added. NULL if there is none. */
const struct dmn *run_shelf_find(const struct run_shelf *shelf, const char *key);
/* Answers from the shelf, whatever version is asked for. */
struct run_decisions run_shelf_decisions(const struct run_shelf *shelf);

#endif

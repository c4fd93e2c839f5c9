/* engine/run/casebook.h - stories about decisions (.dst): what a decision shall answer, case by case.
 *
 * Lines, '#' begins a comment:
 *   model FILE                       DMN file, relative to the story; several are allowed, those that are imported come first
 *   decision ID                      the cases below are about this decision
 *   given name=value ...             asks it with these inputs (FEEL values); what is not given is null
 *   expect VALUE                     its answer
 *   rule N ... | rule default        the rules of its table that made the answer, in order; or none did, and the defaults were taken
 *   because "part of text"           its reasons, in words
 *   fails "part of text"             it gives no value, and complains
 *   covered                          every rule of the decision's table made the answer of some case above */
#ifndef RUN_CASEBOOK_H
#define RUN_CASEBOOK_H

#include "base/arena.h"
#include "run/decide.h"

struct casebook;

/* Reads the story TEXT, named PATH in messages. E_INPUT, E_TOOBIG. */
enum err casebook_read(struct arena *mem, const char *path, const char *text, size_t n, struct casebook **out) CHECKED;
/* The models, paths as written, in this order; *N of them. They are the caller's to read. */
const char *const *casebook_models(const struct casebook *b, size_t *n);

/* Tells it to the decisions of SHELF; on failure *WHY is a sentence with file and line, and the answer E_STATE. *CASES = how many held. */
enum err casebook_tell(struct arena *mem, const struct casebook *b, const struct run_shelf *shelf, int *cases,
                       const char **why) CHECKED;

#endif

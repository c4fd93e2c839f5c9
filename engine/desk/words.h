/* engine/desk/words.h - codes and text keys for the coded values of the desk: what templates and catalogues call them. */
#ifndef DESK_WORDS_H
#define DESK_WORDS_H

#include <stdint.h>

#include "base/arena.h"

/* "new", "open", "resolved", "closed", "cancelled"; its words are the text "ticket.state.<code>". */
const char *words_state(uint32_t state);
/* "P1" … "P4", "" while not classified; words: "priority.<code>". */
const char *words_priority(uint32_t priority);
/* "planned", "in_use", "in_repair", "in_stock", "retired"; words: "ci.status.<code>". */
const char *words_ci_status(uint32_t status);
/* "active", "done", "cancelled" for a task's state; words: "task.state.<code>". */
const char *words_task_state(uint32_t state);

/* A catalogue, as the caller has it: the text of KEY, or OTHERWISE. */
struct words_tongue {
    const char *(*text)(const void *ctx, const char *key, const char *otherwise);
    const void *ctx;
};

/* A decision in a sentence: "P1 because impact = organisation and urgency = critical (rule 1 of Priority, version 2)". The words around
 * names and values are the catalogue's ("decided.*"); names and values are the model's own. */
struct story_why;
const char *words_why(struct arena *mem, const struct story_why *why, const struct words_tongue *tongue);

#endif

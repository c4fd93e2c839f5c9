/* engine/desk/words.h - codes and text keys for the coded values of the desk: what templates and catalogues call them. */
#ifndef DESK_WORDS_H
#define DESK_WORDS_H

#include <stdint.h>

/* "new", "open", "resolved", "closed", "cancelled"; its words are the text "ticket.state.<code>". */
const char *words_state(uint32_t state);
/* "P1" … "P4", "" while not classified; words: "priority.<code>". */
const char *words_priority(uint32_t priority);
/* "planned", "in_use", "in_repair", "in_stock", "retired"; words: "ci.status.<code>". */
const char *words_ci_status(uint32_t status);
/* "active", "done", "cancelled" for a task's state; words: "task.state.<code>". */
const char *words_task_state(uint32_t state);

#endif

/* engine/desk/words.c - codes for the coded values of the desk.
 *
 * For     pages and exports: one name for each number of the database.
 * Owns    the names.
 * Never   a language: catalogues have the words.
 * Holds   an unknown number has the name "unknown". */
#include "desk/words.h"

#include <stddef.h>

#define PICK(table, i) ((i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : "unknown")

const char *words_state(uint32_t state)
{
    static const char *const word[] = {"unknown", "new", "open", "resolved", "closed", "cancelled"};

    return PICK(word, state);
}

const char *words_priority(uint32_t priority)
{
    static const char *const word[] = {"", "P1", "P2", "P3", "P4"};

    return PICK(word, priority);
}

const char *words_ci_status(uint32_t status)
{
    static const char *const word[] = {"unknown", "planned", "in_use", "in_repair", "in_stock", "retired"};

    return PICK(word, status);
}

const char *words_task_state(uint32_t state)
{
    static const char *const word[] = {"unknown", "active", "done", "cancelled"};

    return PICK(word, state);
}

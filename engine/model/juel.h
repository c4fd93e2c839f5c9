/* engine/model/juel.h - the part of the unified expression language (${...}) that has a meaning in FEEL, translated. */
#ifndef MODEL_JUEL_H
#define MODEL_JUEL_H

#include <stdbool.h>

#include "base/arena.h"

/* Does TEXT hold an expression, ${...} or #{...}? */
bool juel_is(const char *text);

/* The FEEL for TEXT: one ${...}, or plain text and several of them (then a string). Names, literals, property access, arithmetic,
 * comparison, and, or, not, empty, "? :". NULL when something else stands there; *PROBLEM then says what, and the FEEL to write
 * instead where it can be told. */
const char *juel_to_feel(struct arena *mem, const char *text, const char **problem);

#endif

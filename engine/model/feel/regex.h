/* engine/model/feel/regex.h - the door to PCRE2: matches(), replace(), split(). */
#ifndef MODEL_FEEL_REGEX_H
#define MODEL_FEEL_REGEX_H

#include "model/feel/feel_int.h"

/* A pattern with its flags, compiled or refused; immutable. */
struct regex;

/* PATTERN is a text, FLAGS null or a text of the letters s, m, i, x, q. All memory is MEM's. */
const struct regex *regex_make(struct arena *mem, struct val pattern, struct val flags);
/* Why the pattern was refused; NULL if it was not. LIBRARY: it is right, but larger than the library can take. */
const char *regex_trouble(const struct regex *r, bool *library);

/* When a program is compiled: the pattern of a call of matches(), replace() or split() that stands there as a literal is compiled
 * into N->data; its arguments stand in the order of the parameters. Other nodes stay as they are. */
void regex_prepare(struct arena *mem, struct node *n);

/* A malformed pattern, flag or replacement answers null with a note, and so does a match that takes more than the limits "match" and
 * "heap" allow. ARG is input, pattern, flags; of replace(): input, pattern, replacement, flags; absent flags are null. */
struct val regex_matches(struct frame *f, const struct node *at, const struct val *arg);
struct val regex_replace(struct frame *f, const struct node *at, const struct val *arg);
/* ARG: input, pattern. */
struct val regex_split(struct frame *f, const struct node *at, const struct val *arg);

#endif

/* engine/model/feel/regex.h - the door to PCRE2: matches(), replace(), split(). */
#ifndef MODEL_FEEL_REGEX_H
#define MODEL_FEEL_REGEX_H

#include "model/feel/feel_int.h"

/* FLAGS is null or a text of the letters s, m, i, x. A pattern that is malformed, longer than LIMIT_REGEX_PATTERN or of
 * constructs that PCRE2 reads otherwise than XPath (class subtraction, \i \c, \p{Is...}) answers null with a note; so does a
 * match that takes too many steps. */
struct val regex_matches(struct frame *f, const struct node *at, struct val input, struct val pattern, struct val flags);
/* ARG: input, pattern, replacement with $1 ... $9 and \$. */
struct val regex_replace(struct frame *f, const struct node *at, const struct val *arg, struct val flags);
struct val regex_split(struct frame *f, const struct node *at, struct val input, struct val pattern);

#endif

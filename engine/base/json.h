/* engine/base/json.h - bounded JSON in, canonical JSON out (RFC 8259).
 *
 * Our own and not libjansson, because a number must stay the text that stood there: jansson makes it a double, and FEEL counts
 * in 34 decimal digits. Reading is bounded in bytes and depth, refuses duplicate names and everything after the value.
 * Writing is ours: members in the order given, no white space, so that the same value always gives the same bytes. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct json; /* a node; immutable */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Reads TEXT[0..N). WHERE names the source in the error, which carries line and column. E_TOOBIG, E_INPUT. */
enum err json_read(struct arena *mem, const char *where, const char *text, size_t n, const struct json **out) CHECKED;

enum json_kind json_kind(const struct json *j);                           /* NULL counts as JSON_NULL */
const struct json *json_get(const struct json *object, const char *name); /* NULL if absent */
size_t json_count(const struct json *j);                                  /* elements or members */
const struct json *json_at(const struct json *array, size_t i);
const char *json_name_at(const struct json *object, size_t i); /* members in the order of the text */
const struct json *json_value_at(const struct json *object, size_t i);
const char *json_text(const struct json *j);   /* of a string; NULL for any other kind */
const char *json_number(const struct json *j); /* of a number: its text exactly as written; NULL else */
bool json_bool(const struct json *j);
bool json_int(const struct json *j, int64_t *out); /* of an integer number */

/* Writer: plain functions on a buf. Strings escape only what RFC 8259 demands, plus < > & as \u00XX (safe inside <script>). */
void json_put_text(struct buf *b, const char *s);
void json_put_int(struct buf *b, int64_t v);
/* "name": with the comma that is due; *FIRST is cleared. */
void json_put_name(struct buf *b, bool *first, const char *name);

#endif

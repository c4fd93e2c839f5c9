/* engine/run/lines.h - stories as lines: what .scn and .dst files have in common. */
#ifndef RUN_LINES_H
#define RUN_LINES_H

#include "base/arena.h"
#include "base/err.h"
#include "model/feel/value.h"

#define STORY_BEGINS INT64_C(1767225600000000) /* 2026-01-01T00:00:00Z: the moment at which every story begins */

struct line {
    int no; /* from 1 */
    const char *verb, *rest;
};

struct lines {
    struct line *at;
    size_t n;
};

/* The lines of TEXT that say something, first word and rest; '#' begins a comment at the start or after a blank, outside quotes.
 * PATH for messages. E_INPUT, E_TOOBIG. */
enum err lines_read(struct arena *mem, const char *path, const char *text, size_t n, struct lines *out) CHECKED;

/* Cuts the next word off, up to a blank outside quotes and brackets; "" at the end. */
const char *lines_word(struct arena *mem, const char **rest);

/* A FEEL value. E_INPUT with a sentence. */
enum err lines_value(struct arena *mem, int64_t now, const char *text, struct val *out) CHECKED;

/* name=value ... up to the end of the line, as a context; null if there are none. E_INPUT with a sentence. */
enum err lines_values(struct arena *mem, int64_t now, const char *rest, struct val *out) CHECKED;

#endif

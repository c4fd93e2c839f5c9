/* engine/base/err.c - codes, and the one current trouble with its trail.
 *
 * For     saying what failed, where, and how the house treats it.
 * Owns    the current trouble: one of the three mutable objects of the house (with the log sink and the fault counter).
 * Never   allocates; ends the process.
 * Holds   the trouble belongs to the error that was returned last. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

static struct trouble current;

struct row {
    const char *name;
    int status;
    int level;
    enum err_retry retry;
    const char *key;
};

static const struct row rows[ERR_COUNT] = {
    [OK] = {"OK", 200, LOG_DEBUG, NO_RETRY, ""},
#define ERR(name, status, level, retry, key) [name] = {#name, status, level, retry, key},
#include "base/err.def"
#undef ERR
};

static const struct row *row(enum err e)
{
    return (unsigned)e < ERR_COUNT ? &rows[e] : &rows[E_BUG];
}

const char *err_name(enum err e)
{
    return row(e)->name;
}

int err_status(enum err e)
{
    return row(e)->status;
}

int err_level(enum err e)
{
    return row(e)->level;
}

enum err_retry err_retry(enum err e)
{
    return row(e)->retry;
}

const char *err_key(enum err e)
{
    return row(e)->key;
}

const struct trouble *trouble(void)
{
    return &current;
}

void trouble_clear(void)
{
    current.code = OK;
    current.text[0] = '\0';
    current.depth = 0;
}

void trouble_trail(char *out, unsigned size)
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; i < current.depth; i++) {
        int n = snprintf(out + used, size - used, "%s%s:%d", i > 0 ? " < " : "", current.trail[i].file, current.trail[i].line);
        if (n < 0 || (size_t)n >= size - used)
            return;
        used += (size_t)n;
    }
}

enum err err_fail(enum err e, const char *file, int line, const char *fmt, ...)
{
    char text[TROUBLE_TEXT];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap); /* first: an argument may be the old text */
    va_end(ap);
    memcpy(current.text, text, sizeof text);
    current.code = e;
    current.depth = 0;
    return err_pass(e, file, line);
}

enum err err_pass(enum err e, const char *file, int line)
{
    if (current.code != e) { /* returned without fail(): the place is all that is known */
        current.code = e;
        current.text[0] = '\0';
        current.depth = 0;
    }
    if (current.depth < TROUBLE_TRAIL) {
        current.trail[current.depth].file = file;
        current.trail[current.depth].line = line;
        current.depth++;
    }
    return e;
}

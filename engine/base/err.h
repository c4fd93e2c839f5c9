/* engine/base/err.h - codes, and the one current trouble with its trail.
 *
 * Every fallible function returns enum err (0 = OK). `return fail(E_X, "what, with values")` records text and place in the
 * current trouble; TRY(call) passes an error on and adds the place to the trail. A person sees the text of the code's key, the
 * log sees the trail. Expected outcomes are values, not errors. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err {
    OK = 0,
#define ERR(name, status, level, retry, key) name,
#include "base/err.def"
#undef ERR
    ERR_COUNT
};

enum err_retry { NO_RETRY, RETRY, SETTLE };

/* The columns of err.def. A code outside the table answers as E_BUG. */
const char *err_name(enum err e);
int err_status(enum err e);
int err_level(enum err e); /* a syslog level, LOG_* */
enum err_retry err_retry(enum err e);
const char *err_key(enum err e);

enum { TROUBLE_TEXT = 512, TROUBLE_TRAIL = 8 };

/* What went wrong last in this process; cleared at the start of each unit of work. */
struct trouble {
    enum err code;
    char text[TROUBLE_TEXT];
    int depth;
    struct {
        const char *file;
        int line;
    } trail[TROUBLE_TRAIL];
};

/* The current trouble; never NULL, code OK when there is none. */
const struct trouble *trouble(void);
/* Forgets it. */
void trouble_clear(void);

/* The trail as "file:line < file:line", for the log. Writes at most SIZE bytes with the NUL. */
void trouble_trail(char *out, unsigned size);

/* Behind fail(): records code, place and text, and answers E. */
enum err err_fail(enum err e, const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Behind TRY(): adds the place to the trail, and answers E. */
enum err err_pass(enum err e, const char *file, int line);

#define fail(e, ...) err_fail((e), __FILE__, __LINE__, __VA_ARGS__)
#define TRY(call)                                                                                                              \
    do {                                                                                                                       \
        enum err try_err_ = (call);                                                                                            \
        if (try_err_ != OK)                                                                                                    \
            return err_pass(try_err_, __FILE__, __LINE__);                                                                     \
    } while (0)

#define CHECKED __attribute__((warn_unused_result))

#endif

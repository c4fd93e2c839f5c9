/* engine/model/feel/feel.h - FEEL expressions (DMN 1.5, chapter 10): text to a compact read-only program, program to value.
 *
 * Compile once, when a model is read; evaluate any number of times. A failure while evaluating is the value null plus a message
 * in the result; only a broken text or an exceeded limit is an error. */
#ifndef MODEL_FEEL_FEEL_H
#define MODEL_FEEL_FEEL_H

#include "base/arena.h"
#include "base/err.h"
#include "model/feel/value.h"

struct feel_prog; /* immutable, lives in the arena of the model it belongs to */

/* The names that an expression may mean, for scope-aware parsing of names with blanks and operators (10.3.1.2, names). A name
 * that is not listed is still a variable when it is a plain identifier: process variables need no declaration. */
struct feel_names {
    const char *const *name;
    size_t n;
    const struct feel_names *outer;
    const uint16_t *element; /* of a decision model: which element each name is; NULL = variables that the environment knows */
    bool closed;             /* any other name is unknown: null and a note */
    bool members;            /* these are no variables: members of several words, known after a point and in filters */
};

enum feel_form { FEEL_EXPRESSION, FEEL_UNARY_TESTS };

/* Where a text stands in a model, for notes. */
struct feel_source {
    const char *text;
    const char *element; /* name of the decision or other element, "" = none */
    const char *part;    /* what it is in the element: "rule 3, input 2"; "" = all of it */
    int line;            /* of the file; 0 = unknown */
};

/* What is wrong with a text: offset in bytes, and line and column counted from 1 inside the expression. */
struct feel_error {
    size_t offset;
    int line, column;
    const char *message;
};

/* Compiles TEXT (valid UTF-8). On E_INPUT or E_TOOBIG *ERROR says where and what; ERROR may be NULL. */
enum err feel_compile(struct arena *mem, const char *text, enum feel_form form, const struct feel_names *names,
                      struct feel_prog **out, struct feel_error *error) CHECKED;

/* The text that was compiled. */
const char *feel_text(const struct feel_prog *p);

/* The variables that a program reads, in order of first use (for the linter and for explanations). */
size_t feel_uses(const struct feel_prog *p, const char *const **names);

struct feel_limits {
    uint64_t steps;  /* evaluation steps */
    uint32_t depth;  /* calls of user-defined functions */
    size_t bytes;    /* arena bytes of one evaluation */
    uint32_t list;   /* items of one list */
    uint32_t string; /* bytes of one string */
    int64_t time;    /* microseconds of a monotonic clock; 0 = not limited (the process machine is pure and asks no clock) */
    uint32_t match;  /* backtracking steps of one regular expression */
    uint32_t heap;   /* KiB of memory that one regular expression may use */
};

/* 1,000,000 steps, depth 200, 16 MiB, 100,000 items, 1 MiB, no limit of time, 100,000 steps and 4 MiB for a regular expression. */
extern const struct feel_limits feel_limits_default;

/* What an evaluation may know. GET answers a variable's value; false = never set (null). NOW is the moment of now() and
 * today(). */
struct feel_env {
    bool (*get)(const void *ctx, const char *name, struct val *out);
    const void *ctx;
    int64_t now;                      /* microseconds UTC */
    const struct feel_limits *limits; /* NULL = defaults */
    struct val input;                 /* the "?" of unary tests */
};

/* Messages of one evaluation, newest last, capped. */
struct feel_note {
    size_t offset;                    /* in the text */
    const struct feel_source *source; /* of that text; NULL = the one that was compiled */
    const char *message;
    struct feel_note *next;
};

/* Evaluates into MEM. Errors: E_FUEL or E_TOOBIG when a limit is met. NOTES may be NULL. */
enum err feel_eval(const struct feel_prog *p, const struct feel_env *env, struct arena *mem, struct val *out,
                   struct feel_note **notes) CHECKED;

/* ISO 8601 pieces that timers need, parsed as FEEL's duration() and date and time() do; false if S is none. */
bool feel_duration(const char *s, int64_t *months, int64_t *microseconds);
/* START plus a duration, calendar months first (end of month is clipped), then the exact part. */
int64_t feel_add_duration(int64_t start, int64_t months, int64_t microseconds);

#endif

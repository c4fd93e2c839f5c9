/* tests/unit/model/feel_util.h - tables of FEEL expressions with what they answer, for the tests of model/feel. */
#ifndef TESTS_FEEL_UTIL_H
#define TESTS_FEEL_UTIL_H

#include "model/feel/feel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct feel_row {
    const char *text, *expected; /* string() of the value; NULL = null, and a note says why */
};

/* Variables stand in a context behind get(). */
static inline bool feel_util_get(const void *ctx, const char *name, struct val *out)
{
    const struct val *vars = ctx;

    for (size_t i = 0; i < val_count(*vars); i++)
        if (strcmp(val_entry_at(*vars, i).key, name) == 0) {
            *out = val_entry_at(*vars, i).value;
            return true;
        }
    return false;
}

/* What TEXT answers with VARS in reach; *NOTES counts the notes. */
static inline enum err feel_util_run(struct arena *mem, const char *text, struct val vars, const struct feel_limits *limits,
                                     struct val *out, unsigned *notes)
{
    const struct feel_env env = {.get = feel_util_get, .ctx = &vars, .limits = limits};
    struct feel_note *note = NULL;
    struct feel_prog *p;

    *notes = 0;
    *out = val_null();
    enum err e = feel_compile(mem, text, FEEL_EXPRESSION, NULL, &p, NULL);
    if (e == OK)
        e = feel_eval(p, &env, mem, out, &note);
    for (; note != NULL; note = note->next)
        ++*notes;
    return e;
}

/* All rows are looked at, so one wrong row does not hide the others. */
static inline void feel_util_expect(const struct feel_row *row, size_t n)
{
    int failed = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        unsigned notes;
        enum err e = feel_util_run(mem, row[i].text, val_null(), NULL, &v, &notes);
        const char *got = e != OK ? trouble()->text : val_string(mem, v), *want = row[i].expected;
        bool right = e == OK && (want != NULL ? strcmp(got, want) == 0 && (notes == 0 || strcmp(want, "null") != 0)
                                              : v.tag == VAL_NULL && notes > 0);
        if (!right) {
            print_error("%s: expected %s, got %s (%u notes)\n", row[i].text, want != NULL ? want : "null and a note", got,
                        notes);
            failed++;
        }
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

#define FEEL_EXPECT(rows) feel_util_expect((rows), sizeof(rows) / sizeof *(rows))

#endif

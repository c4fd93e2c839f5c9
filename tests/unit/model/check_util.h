/* tests/unit/model/check_util.h - what the tests of the rules share: a text compiled, and what was said about it. */
#ifndef UNIT_MODEL_CHECK_UTIL_H
#define UNIT_MODEL_CHECK_UTIL_H

#include "model/check.h"

#include "unit/model/model_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct answer {
    struct arena *mem;
    struct findings f;
    struct proc_list *list;
    enum err e;
};

static inline struct answer answer_to(struct span text)
{
    struct answer a = {.mem = util_arena()};

    a.f = findings_new(a.mem);
    a.e = proc_compile(a.mem, "test", text.p, text.n, &a.f, &a.list);
    assert_int_equal(a.e, a.f.errors > 0 ? E_FINDINGS : OK);
    assert_true((a.list == NULL) || a.f.errors == 0);
    return a;
}

static inline void answer_forget(struct answer *a)
{
    util_free(a->list);
    arena_free(a->mem);
}

/* The first finding of RULE, NULL if there is none. */
static inline const struct finding *answer_said(const struct answer *a, const char *rule)
{
    const struct finding *one = a->f.first;

    while (one != NULL && strcmp(one->rule, rule) != 0)
        one = one->next;
    return one;
}

#endif

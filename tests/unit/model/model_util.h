/* tests/unit/model/model_util.h - files and compiled processes for the tests of model/. Run from the top of the tree. */
#ifndef TESTS_MODEL_UTIL_H
#define TESTS_MODEL_UTIL_H

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/proc.h"

enum { UTIL_FILE_MAX = 8 * 1024 * 1024 };

/* The file's bytes, or .p = NULL. */
static inline struct span util_file(struct arena *mem, const char *path)
{
    struct span s = {0};
    FILE *f = fopen(path, "rb");

    if (f == NULL)
        return s;
    char *p = arena_alloc(mem, UTIL_FILE_MAX + 1);
    s.n = fread(p, 1, UTIL_FILE_MAX, f);
    s.p = p;
    fclose(f);
    return s;
}

/* A chunk size for arenas that hold a whole file. */
static inline struct arena *util_arena(void)
{
    return arena_new(64 * 1024);
}

static inline void util_free(struct proc_list *l)
{
    for (; l != NULL; l = l->next)
        arena_free(l->proc->mem);
}

static inline int util_says(const struct findings *f, const char *rule)
{
    int n = 0;

    for (const struct finding *one = f->first; one != NULL; one = one->next)
        n += strcmp(one->rule, rule) == 0;
    return n;
}

static inline void util_print(const struct findings *f)
{
    for (const struct finding *one = f->first; one != NULL; one = one->next)
        fprintf(stderr, "  %d: %d [%s] %s: %s\n", one->line, (int)one->severity, one->element, one->rule, one->message);
}

#endif

/* engine/model/finding.c - what there is to tell the author of a model.
 *
 * For     collecting all findings of one reading, in the order in which they were met or of their lines.
 * Owns    the list and its counts, in the arena given.
 * Never   stops a reading; prints; decides what is an error.
 * Holds   at most LIMIT_FINDINGS entries of each severity, so that no warning keeps an error out; the counts go on beyond it, so that "how many errors" stays true. */
#include "model/finding.h"

struct findings findings_new(struct arena *mem)
{
    return (struct findings){.mem = mem};
}

void finding_add(struct findings *f, enum severity severity, const char *rule, int line, const char *element, const char *fmt,
                 ...)
{
    int *count = severity == FINDING_ERROR ? &f->errors : severity == FINDING_WARNING ? &f->warnings : &f->infos;
    va_list ap;

    if (++*count > LIMIT_FINDINGS)
        return;
    struct finding *one = ARENA_NEW(f->mem, struct finding);
    one->severity = severity;
    one->rule = rule;
    one->line = line;
    one->element = arena_strdup(f->mem, element != NULL ? element : "");
    va_start(ap, fmt);
    one->message = arena_vprintf(f->mem, fmt, ap);
    va_end(ap);
    if (f->first == NULL)
        f->first = one;
    else
        *f->last = one;
    f->last = &one->next;
}

/* Merge sort by line; findings of one line keep their order. */
static struct finding *by_line(struct finding *list, int n)
{
    struct finding *half = list, *out = NULL, **tail = &out, *cut;

    if (n < 2)
        return list;
    for (int i = 1; i < n / 2; i++)
        half = half->next;
    cut = half->next;
    half->next = NULL;
    struct finding *a = by_line(list, n / 2), *b = by_line(cut, n - n / 2);
    while (a != NULL || b != NULL) {
        struct finding **from = b == NULL || (a != NULL && a->line <= b->line) ? &a : &b;

        *tail = *from;
        *from = (*from)->next;
        tail = &(*tail)->next;
        *tail = NULL;
    }
    return out;
}

void finding_sort(struct findings *f)
{
    int n = 0;

    for (struct finding *one = f->first; one != NULL; one = one->next)
        n++;
    f->first = by_line(f->first, n);
    for (struct finding *one = f->first; one != NULL; one = one->next)
        f->last = &one->next;
}

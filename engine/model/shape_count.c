/* engine/model/shape_count.c - how many elements of each name a file has.
 *
 * For     comparing what we read with what another tool has read, and with what a vendor has written.
 * Owns    nothing.
 * Never   asks what an element means: a name that BPMN does not have is counted like any other.
 * Holds   the same file gives the same text: names are in the order of their bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "model/shape.h"

struct tally {
    const char *name;
    int64_t n;
};

static void tally_up(struct map *seen, const struct xml_node *x, const char *ns)
{
    for (; x != NULL; x = x->next) {
        if (strcmp(x->ns, ns) == 0) {
            struct tally *t = map_get(seen, x->name);

            if (t == NULL) {
                t = ARENA_NEW(seen->mem, struct tally);
                t->name = x->name;
                map_set(seen, x->name, t);
            }
            t->n++;
        }
        tally_up(seen, x->first, ns);
    }
}

static int by_name(const void *a, const void *b)
{
    const struct tally *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

enum err shape_counts(struct arena *mem, const struct xml_node *root, const char *ns, struct buf *out)
{
    struct map seen = map_new(mem);
    size_t n = 0;
    bool first = true;

    tally_up(&seen, root, ns);
    struct tally **all = ARENA_NEW_N(mem, struct tally *, seen.used);
    for (size_t i = 0; i < seen.size; i++) {
        if (seen.slot[i].key != NULL)
            all[n++] = seen.slot[i].value;
    }
    if (n > 0)
        qsort(all, n, sizeof *all, by_name);
    buf_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        json_put_name(out, &first, all[i]->name);
        json_put_int(out, all[i]->n);
    }
    buf_char(out, '}');
    return buf_done(out);
}

/* engine/model/dmn/words.c - what is in a model, and a hit, for those who show it.
 *
 * For     pages, the command line, the trail.
 * Owns    the look-ups of dmn.h; the sentence that explains a hit.
 * Never   evaluates.
 * Holds   names are looked for in the model itself, not in what it imports. */
#include "model/dmn/dmn_int.h"

#include <string.h>

const char *dmn_id(const struct dmn *m)
{
    return m->part[0].id;
}

const char *dmn_name(const struct dmn *m)
{
    return m->part[0].name;
}

const char *dmn_namespace(const struct dmn *m)
{
    return m->part[0].ns;
}

uint32_t dmn_count(const struct dmn *m)
{
    return m->n;
}

const struct dmn_element *dmn_at(const struct dmn *m, uint32_t i)
{
    return &m->element[i];
}

int64_t dmn_find(const struct dmn *m, enum dmn_kind kind, const char *name)
{
    for (const struct dmn_named *x = map_get(&m->names, name); x != NULL; x = x->next)
        if (x->element < m->n_main && m->element[x->element].kind == kind)
            return x->element;
    const struct dmn_logic *l = map_get(&m->part[0].ids, name);
    return l != NULL && m->element[l->index].kind == kind ? (int64_t)l->index : -1;
}

const uint32_t *dmn_inputs(const struct dmn *m, uint32_t i, struct arena *mem, uint32_t *n)
{
    uint32_t *way = ARENA_NEW_N(mem, uint32_t, m->n + (size_t)1), *out = ARENA_NEW_N(mem, uint32_t, m->n), last = 0;
    uint8_t *seen = ARENA_NEW_N(mem, uint8_t, m->n);

    *n = 0;
    way[last++] = i;
    seen[i] = 1;
    for (uint32_t at = 0; at < last; at++) {
        const struct dmn_element *e = &m->element[way[at]];
        if (e->kind == DMN_INPUT)
            out[(*n)++] = way[at];
        for (uint32_t k = 0; (e->kind != DMN_SERVICE || at == 0) && k < e->n_need;
             k++) /* a service gets its own from its caller */
            if (!seen[e->need[k]]) {
                seen[e->need[k]] = 1;
                way[last++] = e->need[k];
            }
    }
    return out;
}

const struct dmn_table *dmn_table(const struct dmn *m, uint32_t i)
{
    return m->logic[i].table;
}

/* ---- words ---- */

enum { LIMIT_WORDS = 4000, SHOWN = 60 };

bool dmn_asked(const struct dmn *m, const struct dmn_hit *hit, uint32_t input)
{
    const struct dmn_table *t = hit->element < m->n ? dmn_table(m, hit->element) : NULL;

    if (t == NULL || t->n_input != hit->n_input || hit->n_rule == 0 || hit->rule[0] > t->n_rule)
        return true;
    size_t row = (size_t)(hit->rule[0] - 1) * (t->n_input + t->n_output + t->n_annotation);
    const char *cell = t->cell[row + input];
    return *cell != '\0' && strcmp(cell, "-") != 0;
}

static void rules_words(struct buf *b, const struct dmn_hit *hit)
{
    enum { NAMED = 10 };

    if (hit->by_default)
        buf_str(b, "no rule, by default");
    else if (hit->n_rule == 0)
        buf_str(b, "no rule");
    else
        buf_str(b, hit->n_rule == 1 ? "rule " : "rules ");
    for (uint32_t i = 0; i < hit->n_rule && i < NAMED && !hit->by_default; i++)
        buf_fmt(b, "%s%u", i == 0 ? "" : i + 1 == hit->n_rule ? " and " : ", ", hit->rule[i]);
    if (hit->n_rule > NAMED)
        buf_fmt(b, " and %u more", hit->n_rule - NAMED);
}

const char *dmn_words(struct arena *mem, const struct dmn *m, const struct dmn_hit *hit)
{
    struct buf b = buf_new(mem, LIMIT_WORDS), tail = buf_new(mem, LIMIT_WORDS);

    rules_words(&tail, hit);
    for (uint32_t i = 0; i < hit->n_input; i++) {
        if (!dmn_asked(m, hit, i))
            continue;
        const char *one = arena_printf(mem, "%s%s = %s", b.len > 0 ? " and " : "", text_cut(mem, hit->label[i], SHOWN),
                                       text_cut(mem, val_string(mem, hit->input[i]), SHOWN));
        if (b.len + strlen(one) + tail.len + 10 > LIMIT_WORDS)
            break;
        buf_str(&b, one);
    }
    buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "", buf_text(&tail));
    return buf_text(&b);
}

/* cgi-bin/designer/table.c - decision tables for people: words for the hit policy, headings, numbered rules.
 *
 * For     the page of a decision model and the result of its try-out.
 * Owns    nothing.
 * Never   evaluates; draws more than a page can hold.
 * Holds   of a table that is too long, rules that matched are shown before others; how many are left out is told. */
#include "designer.h"

#include "base/text.h"

enum {
    LIMIT_RULES_SHOWN = 300, /* that did not match */
    LIMIT_LABEL = 60,        /* letters of a heading beside a cell */
    LIMIT_KEY_TEXT = 60,
    CELL_FRAME = 100 /* bytes that a cell takes beside its texts */
};

enum err table_read_model(struct arena *mem, const char *file, struct span bytes, struct decision_text *out)
{
    struct findings f = findings_new(mem);
    struct dmn_source source = {.model = {.name = file, .bytes = bytes}};
    struct dmn *model;
    struct outline *outline;

    TRY(dmn_read(mem, &source, &f, &model));
    TRY(outline_read(mem, bytes, &outline));
    *out = (struct decision_text){model, outline};
    return OK;
}

const struct outline_item *table_outline(const struct decision_text *t, uint32_t element)
{
    const struct dmn_element *e = dmn_at(t->model, element);

    return outline_of(t->outline, e->id, e->name);
}

/* "COLLECT" with "SUM" is the text policy.collect_sum */
static const char *policy_key(struct arena *mem, const struct dmn_table *t)
{
    const char *join = t->aggregation[0] != '\0' ? "_" : "";
    char *key = arena_printf(mem, "policy.%.*s%s%.*s", LIMIT_KEY_TEXT, t->policy, join, LIMIT_KEY_TEXT, t->aggregation);

    for (char *s = key; *s != '\0'; s++) {
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s - 'A' + 'a');
        else if (*s == ' ')
            *s = '_';
    }
    return key;
}

static void put_heads(struct web *w, const struct dmn_table *t, const struct dmn_hit *hit, const char *path)
{
    struct view *v = web_view(w);
    bool values = hit != NULL && hit->n_input == t->n_input;

    for (uint32_t i = 0; i < t->n_input; i++) {
        bool named = t->input_label[i][0] != '\0' && strcmp(t->input_label[i], t->input[i]) != 0;
        view_setf(v, named ? t->input_label[i] : t->input[i], "%s.inputs.%u.label", path, i);
        view_setf(v, named ? t->input[i] : "", "%s.inputs.%u.text", path, i);
        view_setf(v, values ? tryout_feel(web_mem(w), hit->input[i]) : "", "%s.inputs.%u.value", path, i);
    }
    for (uint32_t i = 0; i < t->n_output; i++)
        view_setf(v, t->output[i], "%s.outputs.%u.label", path, i);
    for (uint32_t i = 0; i < t->n_annotation; i++)
        view_setf(v, t->annotation[i], "%s.notes.%u.label", path, i);
}

static const char *label_of(const struct dmn_table *t, uint32_t column)
{
    uint32_t out = column - t->n_input; /* where it is no input */

    if (column < t->n_input)
        return t->input_label[column][0] != '\0' ? t->input_label[column] : t->input[column];
    return out < t->n_output ? t->output[out] : t->annotation[out - t->n_output];
}

static void put_cells(struct web *w, const struct dmn_table *t, uint32_t rule, const char *path)
{
    uint32_t n = t->n_input + t->n_output + t->n_annotation;
    const char *const *cell = &t->cell[(size_t)rule * n];
    struct view *v = web_view(w);

    for (uint32_t i = 0; i < n; i++) {
        const char *kind = i < t->n_input ? "in" : i - t->n_input < t->n_output ? "out" : "note";
        view_setf(v, cell[i], "%s.cells.%u.text", path, i);
        view_setf(v, text_cut(web_mem(w), label_of(t, i), LIMIT_LABEL), "%s.cells.%u.label", path, i);
        view_setf(v, kind, "%s.cells.%u.kind", path, i);
    }
}

/* Bytes that a rule takes on a page, about. */
static size_t size_of(const struct dmn_table *t, uint32_t rule)
{
    uint32_t n = t->n_input + t->n_output + t->n_annotation;
    size_t size = 0;

    for (uint32_t i = 0; i < n; i++)
        size += strlen(t->cell[(size_t)rule * n + i]) + LIMIT_LABEL + CELL_FRAME;
    return size;
}

/* What becomes of a rule. */
enum { RULE_HIT = 1, RULE_SHOWN = 2 };

/* A mark for each rule of T: those of HIT are RULE_HIT. */
static uint8_t *marks_of(struct arena *mem, const struct dmn_table *t, const struct dmn_hit *hit)
{
    uint8_t *mark = ARENA_NEW_N(mem, uint8_t, t->n_rule + (size_t)1);

    for (uint32_t i = 0; hit != NULL && i < hit->n_rule; i++) {
        if (hit->rule[i] >= 1 && hit->rule[i] <= t->n_rule)
            mark[hit->rule[i] - 1] = RULE_HIT;
    }
    return mark;
}

/* Rules that have room become RULE_SHOWN, those that matched first; how many. */
static uint32_t fit(const struct dmn_table *t, uint8_t *mark, size_t *room)
{
    uint32_t n = 0, others = 0;

    for (int hits = 1; hits >= 0; hits--) {
        for (uint32_t i = 0; i < t->n_rule && (hits == 1 || others < LIMIT_RULES_SHOWN); i++) {
            size_t size = (mark[i] & RULE_HIT) == hits ? size_of(t, i) : SIZE_MAX;
            if (size > *room)
                continue;
            *room -= size;
            mark[i] |= RULE_SHOWN;
            others += hits == 0;
            n++;
        }
    }
    return n;
}

bool table_put(struct web *w, const struct dmn *m, uint32_t element, const struct table_how *how)
{
    const struct dmn_table *t = dmn_table(m, element);
    struct view *v = web_view(w);
    uint32_t row = 0;

    if (t == NULL)
        return false;
    uint8_t *mark = marks_of(web_mem(w), t, how->hit);
    uint32_t shown = fit(t, mark, how->room);
    view_setf(v, "1", "%s", how->path);
    view_setf(v, t->policy, "%s.policy", how->path);
    view_textf(v, policy_key(web_mem(w), t), "%s.policy.text", how->path);
    view_setf(v, t->n_rule > shown ? version_number(w, t->n_rule - shown) : "", "%s.more", how->path);
    put_heads(w, t, how->hit, how->path);
    for (uint32_t i = 0; i < t->n_rule; i++) {
        if (!(mark[i] & RULE_SHOWN))
            continue;
        const char *path = arena_printf(web_mem(w), "%s.rules.%u", how->path, row++);
        view_setf(v, version_number(w, i + 1), "%s.number", path);
        view_setf(v, mark[i] & RULE_HIT ? "1" : "", "%s.hit", path);
        put_cells(w, t, i, path);
    }
    return true;
}

/* cgi-bin/designer/table.c - decision tables for people: words for the hit policy, headings, numbered rules.
 *
 * For     the page of a decision model and the result of its try-out.
 * Owns    nothing.
 * Never   evaluates; draws more rules than a page can hold.
 * Holds   a rule that matched is always there and marked, however long the table. */
#include "designer.h"

enum { LIMIT_RULES_SHOWN = 300, LIMIT_KEY_TEXT = 60 };

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

static void put_cells(struct web *w, const struct dmn_table *t, uint32_t rule, const char *path)
{
    uint32_t n = t->n_input + t->n_output + t->n_annotation;
    const char *const *cell = &t->cell[(size_t)rule * n];
    struct view *v = web_view(w);

    for (uint32_t i = 0; i < n; i++) {
        uint32_t out = i - t->n_input; /* only where i is not below */
        const char *label = i < t->n_input      ? t->input_label[i][0] != '\0' ? t->input_label[i] : t->input[i]
                                 : out < t->n_output ? t->output[out]
                                                : t->annotation[out - t->n_output];
        view_setf(v, cell[i], "%s.cells.%u.text", path, i);
        view_setf(v, label, "%s.cells.%u.label", path, i);
        view_setf(v, i < t->n_input ? "in" : out < t->n_output ? "out" : "note", "%s.cells.%u.kind", path, i);
    }
}

static bool is_hit(const struct dmn_hit *hit, uint32_t number)
{
    for (uint32_t i = 0; hit != NULL && i < hit->n_rule; i++) {
        if (hit->rule[i] == number)
            return true;
    }
    return false;
}

bool table_put(struct web *w, const struct dmn *m, uint32_t element, const struct dmn_hit *hit, const char *path)
{
    const struct dmn_table *t = dmn_table(m, element);
    struct view *v = web_view(w);
    uint32_t shown = 0;

    if (t == NULL)
        return false;
    view_setf(v, t->policy, "%s.policy", path);
    view_textf(v, policy_key(web_mem(w), t), "%s.policy.text", path);
    put_heads(w, t, hit, path);
    for (uint32_t i = 0; i < t->n_rule; i++) {
        bool marked = is_hit(hit, i + 1);
        if (shown >= LIMIT_RULES_SHOWN && !marked)
            continue;
        const char *row = arena_printf(web_mem(w), "%s.rules.%u", path, shown++);
        view_setf(v, version_number(w, i + 1), "%s.number", row);
        view_setf(v, marked ? "1" : "", "%s.hit", row);
        put_cells(w, t, i, row);
    }
    view_setf(v, t->n_rule > shown ? version_number(w, t->n_rule - shown) : "", "%s.more", path);
    return true;
}

/* cgi-bin/designer/decision.c - the page of a decision model: what decides what, by which rules.
 *
 * For     reading a model before it is released, and afterwards.
 * Owns    nothing; what all versions have in common is version.c.
 * Never   decides (that is tryout.c).
 * Holds   everything that the file says in logic stands on the page as text: there is no drawing that says more. */
#include "designer.h"

#include "flow/deploy.h"

enum { LIMIT_ELEMENTS_SHOWN = 500, LIMIT_NEEDS_SHOWN = 40 };

static const char *const kinds[] = {"input", "decision", "knowledge", "service"};

static void put_needs(struct web *w, const struct dmn *m, const uint32_t *list, uint32_t n, const char *path)
{
    for (uint32_t i = 0; i < n && i <= LIMIT_NEEDS_SHOWN; i++) {
        bool last = i == LIMIT_NEEDS_SHOWN;
        view_setf(web_view(w), last ? "…" : dmn_at(m, list[i])->name, "%s.%u.name", path, i);
        view_setf(web_view(w), last ? "h-parts" : arena_printf(web_mem(w), "e-%u", list[i]), "%s.%u.anchor", path, i);
    }
}

static void put_element(struct web *w, const struct decision_text *t, uint32_t i, int row, size_t *room)
{
    const struct dmn_element *e = dmn_at(t->model, i);
    const struct outline_item *o = table_outline(t, i);
    struct view *v = web_view(w);
    const char *path = arena_printf(web_mem(w), "elements.%d", row);
    bool asked = e->kind == DMN_DECISION || e->kind == DMN_SERVICE;

    view_setf(v, e->name, "%s.name", path);
    view_setf(v, e->id, "%s.id", path);
    view_setf(v, kinds[e->kind], "%s.kind", path);
    view_textf(v, arena_printf(web_mem(w), "dmn.kind.%s", kinds[e->kind]), "%s.kind.text", path);
    view_setf(v, arena_printf(web_mem(w), "e-%u", i), "%s.anchor", path);
    view_setf(v, o->type.shape, "%s.type", path);
    view_setf(v, o->type.allowed, "%s.allowed", path);
    view_setf(v, e->question, "%s.question", path);
    view_setf(v, strcmp(o->about, e->question) != 0 ? o->about : "", "%s.about", path);
    view_setf(v, o->answers, "%s.answers", path);
    view_setf(v, o->logic, "%s.logic", path);
    view_setf(v, asked ? version_number(w, (uint64_t)i + 1) : "", "%s.element", path);
    put_needs(w, t->model, e->need, e->n_need, arena_printf(web_mem(w), "%s.needs", path));
    put_needs(w, t->model, e->output, e->n_output, arena_printf(web_mem(w), "%s.gives", path));
    struct table_how how = {.path = arena_printf(web_mem(w), "%s.table", path), .room = room};
    if (!table_put(w, t->model, i, &how))
        view_setf(v, "", "%s.table", path);
}

/* What decides first, then what it is made of. */
static void put_elements(struct web *w, const struct decision_text *t)
{
    static const enum dmn_kind order[] = {DMN_DECISION, DMN_SERVICE, DMN_KNOWLEDGE, DMN_INPUT};
    size_t room = TABLE_ROOM;
    int row = 0;

    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
        for (uint32_t i = 0; i < dmn_count(t->model) && row < LIMIT_ELEMENTS_SHOWN; i++) {
            if (dmn_at(t->model, i)->kind == order[k] && !dmn_at(t->model, i)->imported)
                put_element(w, t, i, row++, &room);
        }
    }
}

/* What keeps a draft from being released. */
static enum err put_clash(struct unit *u, struct web *w, const struct q_definition_versions_row *r)
{
    struct view *v = web_view(w);
    struct deploy_clash c = {0};

    if (r->state == DEFINITION_DRAFT)
        TRY(deploy_clash(u, r->id, &c));
    view_set(v, "clash.key", c.key);
    view_set(v, "clash.name", c.name);
    view_set(v, "clash.model", c.called);
    view_set(v, "clash.page", c.key != NULL ? version_page(w, "dmn", c.model) : "");
    return OK;
}

enum err decision_show(struct unit *u, struct web *w)
{
    const struct q_definition_versions_row *shown;
    struct decision_text t;

    TRY(version_choose(u, w, &shown));
    if (strcmp(shown->kind, "dmn") != 0)
        return reply_see_other(w, version_page(w, shown->kind, web_param(w, 0)));
    TRY(version_put_findings(u, w, shown->id));
    TRY(put_clash(u, w, shown));
    TRY(version_put_obstacles(u, w, shown));
    view_set(web_view(w), "model.tryout",
             arena_printf(web_mem(w), "/designer/tryout/%s/%llu", web_param(w, 0), (unsigned long long)shown->id));
    struct q_definition_file q = {.in = {.id = shown->id, .key = web_param(w, 0)}};
    TRY(q_definition_file(u, &q));
    enum err e = table_read_model(u->mem, q.out.file, q.out.source, &t);
    if (e == E_FINDINGS || e == E_INPUT || e == E_TOOBIG)
        return OK; /* a file that would not be accepted any more: its findings come at the release */
    TRY(e);
    view_set(web_view(w), "model.namespace", dmn_namespace(t.model));
    put_elements(w, &t);
    return OK;
}

/* cgi-bin/designer/model.c - the list of all definitions, and the page of a process.
 *
 * For     what there is; the diagram of a process and the same as a table.
 * Owns    nothing; what all versions have in common is version.c.
 * Never   lets a browser run what stands in a file.
 * Holds   a decision model asked for here is shown on its own page. */
#include "designer.h"

#include "flow/flow.h"
#include "model/proc.h"

enum err model_home(struct unit *u, struct web *w)
{
    return reply_see_other(w, "/designer/model");
}

/* ---- the list ---- */

enum err model_list(struct unit *u, struct web *w)
{
    struct view *v = web_view(w);
    struct q_definition_keys q = {0};

    TRY(q_definition_keys(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        const struct q_definition_keys_row *r = &q.row[i];
        int n = (int)i;
        bool decision = strcmp(r->kind, "dmn") == 0;
        view_setf(v, r->process_key, "rows.%d.key", n);
        view_setf(v, version_page(w, r->kind, r->process_key), "rows.%d.page", n);
        view_setf(v, decision ? "decision" : "process", "rows.%d.kind", n);
        view_textf(v, decision ? "model.kind.decision" : "model.kind.process", "rows.%d.kind.text", n);
        view_setf(v, r->name, "rows.%d.name", n);
        view_setf(v, r->version_null ? "" : version_number(w, r->version), "rows.%d.version", n);
        view_setf(v, r->version_null ? "" : "released", "rows.%d.state", n);
        view_textf(v, "model.state.released", "rows.%d.state.text", n);
        view_setf(v, r->drafts > 0 ? version_number(w, r->drafts) : "", "rows.%d.drafts", n);
        view_setf(v, decision ? "" : version_number(w, r->running), "rows.%d.running", n);
        view_setf(v, version_person(w, r->author), "rows.%d.who", n);
        view_time(v, arena_printf(web_mem(w), "rows.%d.changed", n), r->changed);
    }
    web_page(w, "title", web_text(w, "model.list", "Models"));
    web_page(w, "nav.0.current", "1");
    return OK;
}

/* ---- the page of a process ---- */

static const char *next_of(struct web *w, const struct proc *p, const struct proc_node *n)
{
    struct buf b = buf_new(web_mem(w), 1 << 20);

    for (int32_t i = 0; i < n->n_out; i++) {
        const struct proc_node *to = &p->node[p->flow[n->out[i]].to];
        buf_fmt(&b, "%s%s", i > 0 ? ", " : "", to->name[0] != '\0' ? to->name : to->id);
    }
    return buf_text(&b);
}

/* The diagram as a table. A draft whose file would no longer be accepted has none: its findings come at the release. */
static enum err put_elements(struct unit *u, struct web *w, uint64_t id)
{
    struct view *v = web_view(w);
    const struct proc *p;
    enum err e = flow_proc(u, id, &p);

    if (e == E_FINDINGS)
        return OK;
    TRY(e);
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];
        view_setf(v, n->id, "elements.%d.id", (int)i);
        view_setf(v, n->name, "elements.%d.name", (int)i);
        view_textf(v, arena_printf(web_mem(w), "node.kind.%s", node_kind_name(n->kind)), "elements.%d.kind.text", (int)i);
        view_setf(v, n->lane != PROC_NONE ? p->lane[n->lane].name : "", "elements.%d.lane", (int)i);
        view_setf(v, next_of(w, p, n), "elements.%d.next", (int)i);
    }
    return OK;
}

enum err model_show(struct unit *u, struct web *w)
{
    const struct q_definition_versions_row *shown;

    TRY(version_choose(u, w, &shown));
    if (strcmp(shown->kind, "dmn") == 0)
        return reply_see_other(w, version_page(w, shown->kind, web_param(w, 0)));
    view_set(web_view(w), "model.xml",
             arena_printf(web_mem(w), "/designer/model/%s/%llu/diagram", web_param(w, 0), (unsigned long long)shown->id));
    web_page(w, "viewer", "1");
    TRY(version_put_findings(u, w, shown->id));
    TRY(version_put_obstacles(u, w, shown));
    return put_elements(u, w, shown->id);
}

/* For the viewer's fetch. Somebody who opens the address gets a download. */
enum err model_diagram(struct unit *u, struct web *w)
{
    struct q_definition_file q;

    TRY(version_load(u, w, &q));
    return reply_bytes(w, "application/xml", q.out.file, q.out.source.p, q.out.source.n);
}

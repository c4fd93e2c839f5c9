/* cgi-bin/designer/model.c - the processes, their versions, and what a person may do with a version.
 *
 * For     the list, the page of a process, its bytes, release and discarding.
 * Owns    nothing; the verbs are flow/deploy.h's.
 * Never   shows discarded drafts; lets a browser run what stands in a file.
 * Holds   the page shows one version: the one asked for, else the one in force, else the newest. */
#include "designer.h"

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "flow/deploy.h"
#include "flow/deploy.sql.h"
#include "flow/flow.h"
#include "model/check.h"

enum { HASH_SHOWN = 12 };

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

static const char *name_of(struct web *w, const char *person)
{
    return person != NULL ? person : web_text(w, "actor.system", "Gradus");
}

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
        view_setf(v, r->process_key, "rows.%d.key", n);
        view_setf(v, r->name, "rows.%d.name", n);
        view_setf(v, r->version_null ? "" : number(w, r->version), "rows.%d.version", n);
        view_setf(v, r->version_null ? "" : "released", "rows.%d.state", n);
        view_textf(v, "model.state.released", "rows.%d.state.text", n);
        view_setf(v, r->drafts > 0 ? number(w, r->drafts) : "", "rows.%d.drafts", n);
        view_setf(v, number(w, r->running), "rows.%d.running", n);
        view_setf(v, name_of(w, r->author), "rows.%d.who", n);
        view_time(v, arena_printf(web_mem(w), "rows.%d.changed", n), r->changed);
    }
    web_page(w, "title", web_text(w, "model.list", "Processes"));
    web_page(w, "nav.0.current", "1");
    return OK;
}

/* ---- findings ---- */

static const char *prose_of(const char *rule)
{
    size_t n;
    const struct check_rule *r = check_rules(&n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(r[i].id, rule) == 0)
            return r[i].prose;
    }
    return "";
}

static void put_finding(struct web *w, int row, const char *severity, int64_t line, const char *rule)
{
    struct view *v = web_view(w);

    view_setf(v, severity, "findings.%d.severity", row);
    view_textf(v, arena_printf(web_mem(w), "finding.%s", severity), "findings.%d.severity.text", row);
    view_setf(v, line > 0 ? number(w, (uint64_t)line) : "", "findings.%d.line", row);
    view_setf(v, rule, "findings.%d.rule", row);
    view_setf(v, prose_of(rule), "findings.%d.why", row);
}

void model_put_finding(struct web *w, int row, const struct finding *f)
{
    static const char *const severity[] = {"error", "warning", "info"};

    put_finding(w, row, severity[f->severity], f->line, f->rule);
    view_setf(web_view(w), f->element, "findings.%d.element", row);
    view_setf(web_view(w), f->message, "findings.%d.text", row);
}

static const char *member(const struct json *j, const char *name)
{
    const char *s = json_text(json_get(j, name));

    return s != NULL ? s : "";
}

static enum err put_stored_findings(struct unit *u, struct web *w, uint64_t id)
{
    struct q_definition_findings q = {.in = {.id = id}};
    const struct json *list;

    TRY(q_definition_findings(u, &q));
    if (!q.found)
        return OK;
    TRY(json_read(u->mem, "definition.findings", q.out.findings, strlen(q.out.findings), &list));
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *f = json_at(list, i);
        int64_t line = 0;
        bool has_line = json_int(json_get(f, "line"), &line);
        put_finding(w, (int)i, member(f, "severity"), has_line ? line : 0, member(f, "rule"));
        view_setf(web_view(w), member(f, "element"), "findings.%d.element", (int)i);
        view_setf(web_view(w), member(f, "message"), "findings.%d.text", (int)i);
    }
    return OK;
}

/* ---- the page of a process ---- */

static const char *state_word(uint32_t state)
{
    static const char *const words[] = {"draft", "released", "retired", "discarded"};

    return state >= DEFINITION_DRAFT && state <= DEFINITION_DISCARDED ? words[state - DEFINITION_DRAFT] : "";
}

static void put_version(struct web *w, const struct q_definition_versions_row *r, int n, bool shown)
{
    struct view *v = web_view(w);
    bool draft = r->state == DEFINITION_DRAFT, own = r->author_id == web_actor(w)->id;

    view_setf(v, number(w, r->id), "versions.%d.id", n);
    view_setf(v, r->version_null ? "" : number(w, r->version), "versions.%d.version", n);
    view_setf(v, state_word(r->state), "versions.%d.state", n);
    view_textf(v, arena_printf(web_mem(w), "model.state.%s", state_word(r->state)), "versions.%d.state.text", n);
    view_setf(v, name_of(w, r->author), "versions.%d.author", n);
    view_time(v, arena_printf(web_mem(w), "versions.%d.stored", n), r->created);
    if (!r->released_null) {
        view_setf(v, name_of(w, r->releaser), "versions.%d.released_by", n);
        view_time(v, arena_printf(web_mem(w), "versions.%d.released", n), r->released);
    }
    view_setf(v, number(w, r->running), "versions.%d.running", n);
    view_setf(v, arena_strndup(web_mem(w), digest_hex(web_mem(w), r->sha256.p, r->sha256.n), HASH_SHOWN), "versions.%d.hash",
              n);
    view_setf(v, shown ? "1" : "", "versions.%d.shown", n);
    view_setf(v, draft && own ? "1" : "", "versions.%d.own", n);
    view_setf(v, draft && !own ? "1" : "", "versions.%d.can.release", n);
    view_setf(v, draft ? "1" : "", "versions.%d.can.discard", n);
}

/* The row of WANTED; of the version in force, else the newest, if WANTED is 0; NULL if there is none. */
static const struct q_definition_versions_row *choose(const struct q_definition_versions *q, uint64_t wanted)
{
    for (size_t i = 0; i < q->n; i++) {
        if (wanted != 0 ? q->row[i].id == wanted : q->row[i].is_current != 0)
            return &q->row[i];
    }
    return wanted == 0 && q->n > 0 ? &q->row[0] : NULL;
}

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

static void put_model(struct web *w, const struct q_definition_versions_row *r)
{
    struct view *v = web_view(w);
    const char *key = web_param(w, 0);

    view_set(v, "model.key", key);
    view_set(v, "model.name", r->name);
    view_set(v, "model.file.name", r->file);
    view_set(v, "model.file", arena_printf(web_mem(w), "/designer/model/%s/%llu/file", key, (unsigned long long)r->id));
    view_set(v, "model.xml", arena_printf(web_mem(w), "/designer/model/%s/%llu/diagram", key, (unsigned long long)r->id));
    view_set(v, "model.hash", digest_hex(web_mem(w), r->sha256.p, r->sha256.n));
    view_set(v, "model.shown.version", r->version_null ? "" : number(w, r->version));
    web_page(w, "title", r->name);
    web_page(w, "viewer", "1");
    web_page(w, "nav.0.current", "1");
}

enum err model_show(struct unit *u, struct web *w)
{
    const struct version_form *form = web_form(w);
    struct q_definition_versions q = {.in = {.key = web_param(w, 0)}};
    uint64_t again = web_param_id(w, 1); /* of the POST that failed */

    TRY(q_definition_versions(u, &q));
    const struct q_definition_versions_row *shown = choose(&q, again != 0 || form == NULL ? 0 : form->version);
    if (again != 0 && choose(&q, again) != NULL)
        shown = choose(&q, again);
    if (shown == NULL)
        return fail(E_NOTFOUND, "process %s has no such version", web_param(w, 0));
    put_model(w, shown);
    for (size_t i = 0; i < q.n; i++)
        put_version(w, &q.row[i], (int)i, &q.row[i] == shown);
    TRY(put_stored_findings(u, w, shown->id));
    return put_elements(u, w, shown->id);
}

/* ---- bytes ---- */

static enum err load(struct unit *u, struct web *w, struct q_definition_file *q)
{
    q->in.id = web_param_id(w, 1);
    q->in.key = web_param(w, 0);
    TRY(q_definition_file(u, q));
    return q->found ? OK : fail(E_NOTFOUND, "process %s has no such version", q->in.key);
}

enum err model_file(struct unit *u, struct web *w)
{
    struct q_definition_file q;

    TRY(load(u, w, &q));
    return reply_bytes(w, "application/octet-stream", q.out.file, q.out.source.p, q.out.source.n);
}

/* For the viewer's fetch. Somebody who opens the address gets a download. */
enum err model_diagram(struct unit *u, struct web *w)
{
    struct q_definition_file q;

    TRY(load(u, w, &q));
    return reply_bytes(w, "application/xml", q.out.file, q.out.source.p, q.out.source.n);
}

/* ---- release and discarding ---- */

static const char *here(struct web *w)
{
    return arena_printf(web_mem(w), "/designer/model/%s", web_param(w, 0));
}

/* The draft of the path must be one of the process in the path. */
static enum err same_process(struct unit *u, struct web *w)
{
    struct q_definition_source q = {.in = {.id = web_param_id(w, 1)}};

    TRY(q_definition_source(u, &q));
    return q.found && strcmp(q.out.process_key, web_param(w, 0)) == 0
               ? OK
               : fail(E_NOTFOUND, "no such version of %s", web_param(w, 0));
}

enum err model_release(struct unit *u, struct web *w)
{
    const struct release_form *form = web_form(w);
    uint32_t version;

    TRY(same_process(u, w));
    TRY(deploy_release(u, web_param_id(w, 1), false, form->comment, &version));
    return reply_see_other_said(w, arena_printf(web_mem(w), "%s?version=%llu", here(w), (unsigned long long)web_param_id(w, 1)),
                                "model.released_said");
}

enum err model_discard(struct unit *u, struct web *w)
{
    TRY(same_process(u, w));
    TRY(deploy_discard(u, web_param_id(w, 1)));
    return reply_see_other_said(w, "/designer/model", "model.discarded_said");
}

/* cgi-bin/designer/version.c - the versions of a definition, whatever its kind: shown, taken away, released, discarded.
 *
 * For     what the page of a process and the page of a decision model have in common.
 * Owns    nothing; the verbs are flow/deploy.h's.
 * Never   shows discarded drafts; lets a browser run what stands in a file.
 * Holds   a page shows one version: the one asked for, else the one in force, else the newest. */
#include "designer.h"

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "flow/deploy.h"
#include "model/check.h"
#include "model/dmn/dmn.h"

enum { HASH_SHOWN = 12 };

const char *version_number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

const char *version_person(struct web *w, const char *person)
{
    return person != NULL ? person : web_text(w, "actor.system", "Gradus");
}

const char *version_page(struct web *w, const char *kind, const char *key)
{
    return arena_printf(web_mem(w), "/designer/%s/%s", strcmp(kind, "dmn") == 0 ? "decision" : "model", key);
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
    const struct dmn_rule *d = dmn_rules(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(d[i].id, rule) == 0)
            return d[i].prose;
    }
    return "";
}

static void put_finding(struct web *w, int row, const char *severity, int64_t line, const char *rule)
{
    struct view *v = web_view(w);

    view_setf(v, severity, "findings.%d.severity", row);
    view_textf(v, arena_printf(web_mem(w), "finding.%s", severity), "findings.%d.severity.text", row);
    view_setf(v, line > 0 ? version_number(w, (uint64_t)line) : "", "findings.%d.line", row);
    view_setf(v, rule, "findings.%d.rule", row);
    view_setf(v, prose_of(rule), "findings.%d.why", row);
}

void version_put_finding(struct web *w, int row, const struct finding *f)
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

enum err version_put_findings(struct unit *u, struct web *w, uint64_t id)
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

enum err version_put_obstacles(struct unit *u, struct web *w, const struct q_definition_versions_row *shown)
{
    struct findings f = findings_new(u->mem);
    int row = 0;

    if (shown->state == DEFINITION_DRAFT)
        TRY(deploy_obstacles(u, shown->id, strcmp(shown->kind, "dmn") == 0, &f));
    for (const struct finding *x = f.first; x != NULL; x = x->next)
        view_setf(web_view(w), x->message, "obstacles.%d.text", row++);
    return OK;
}

/* ---- the table of versions ---- */

static const char *state_word(uint32_t state)
{
    static const char *const words[] = {"draft", "released", "retired", "discarded"};

    return state >= DEFINITION_DRAFT && state <= DEFINITION_DISCARDED ? words[state - DEFINITION_DRAFT] : "";
}

static void put_version(struct web *w, const struct q_definition_versions_row *r, int n, bool shown)
{
    struct view *v = web_view(w);
    bool draft = r->state == DEFINITION_DRAFT, own = r->author_id == web_actor(w)->id;

    view_setf(v, version_number(w, r->id), "versions.%d.id", n);
    view_setf(v, r->version_null ? "" : version_number(w, r->version), "versions.%d.version", n);
    view_setf(v, state_word(r->state), "versions.%d.state", n);
    view_textf(v, arena_printf(web_mem(w), "model.state.%s", state_word(r->state)), "versions.%d.state.text", n);
    view_setf(v, version_person(w, r->author), "versions.%d.author", n);
    view_time(v, arena_printf(web_mem(w), "versions.%d.stored", n), r->created);
    if (!r->released_null) {
        view_setf(v, version_person(w, r->releaser), "versions.%d.released_by", n);
        view_time(v, arena_printf(web_mem(w), "versions.%d.released", n), r->released);
    }
    view_setf(v, version_number(w, r->running), "versions.%d.running", n);
    view_setf(v, arena_strndup(web_mem(w), digest_hex(web_mem(w), r->sha256.p, r->sha256.n), HASH_SHOWN), "versions.%d.hash",
              n);
    view_setf(v, shown ? "1" : "", "versions.%d.shown", n);
    view_setf(v, draft && own ? "1" : "", "versions.%d.own", n);
    view_setf(v, draft && !own ? "1" : "", "versions.%d.can.release", n);
    view_setf(v, draft ? "1" : "", "versions.%d.can.discard", n);
}

/* The row of WANTED; of the version in force, else the newest, if WANTED is 0; NULL if there is none. */
static const struct q_definition_versions_row *row_of(const struct q_definition_versions *q, uint64_t wanted)
{
    for (size_t i = 0; i < q->n; i++) {
        if (wanted != 0 ? q->row[i].id == wanted : q->row[i].is_current != 0)
            return &q->row[i];
    }
    return wanted == 0 && q->n > 0 ? &q->row[0] : NULL;
}

static void put_shown(struct web *w, const struct q_definition_versions_row *r)
{
    struct view *v = web_view(w);
    const char *key = web_param(w, 0), *page = version_page(w, r->kind, key);

    view_set(v, "model.key", key);
    view_set(v, "model.name", r->name);
    view_set(v, "model.page", page);
    view_set(v, "model.id", version_number(w, r->id));
    view_set(v, "model.file.name", r->file);
    view_set(v, "model.file", arena_printf(web_mem(w), "%s/%llu/file", page, (unsigned long long)r->id));
    view_set(v, "model.hash", digest_hex(web_mem(w), r->sha256.p, r->sha256.n));
    view_set(v, "model.shown.version", r->version_null ? "" : version_number(w, r->version));
    web_page(w, "title", r->name);
    web_page(w, "nav.0.current", "1");
}

enum err version_choose(struct unit *u, struct web *w, const struct q_definition_versions_row **out)
{
    const struct version_form *form = web_form(w);
    struct q_definition_versions *q = ARENA_NEW(web_mem(w), struct q_definition_versions);
    uint64_t again = web_param_id(w, 1); /* of the POST that failed */

    q->in.key = web_param(w, 0);
    TRY(q_definition_versions(u, q));
    const struct q_definition_versions_row *shown = row_of(q, again != 0 || form == NULL ? 0 : form->version);
    if (again != 0 && row_of(q, again) != NULL)
        shown = row_of(q, again);
    if (shown == NULL)
        return fail(E_NOTFOUND, "there is no such version of %s", web_param(w, 0));
    put_shown(w, shown);
    for (size_t i = 0; i < q->n; i++)
        put_version(w, &q->row[i], (int)i, &q->row[i] == shown);
    *out = shown;
    return OK;
}

/* ---- bytes ---- */

enum err version_load(struct unit *u, struct web *w, struct q_definition_file *q)
{
    q->in.id = web_param_id(w, 1);
    q->in.key = web_param(w, 0);
    TRY(q_definition_file(u, q));
    return q->found ? OK : fail(E_NOTFOUND, "there is no such version of %s", q->in.key);
}

enum err version_file(struct unit *u, struct web *w)
{
    struct q_definition_file q;

    TRY(version_load(u, w, &q));
    return reply_bytes(w, "application/octet-stream", q.out.file, q.out.source.p, q.out.source.n);
}

/* ---- release and discarding ---- */

/* The number in the path must be a version of the key in the path. *PAGE is where its versions are shown. */
static enum err page_of(struct unit *u, struct web *w, const char **page)
{
    struct q_definition_kind q = {.in = {.id = web_param_id(w, 1), .key = web_param(w, 0)}};

    TRY(q_definition_kind(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no such version of %s", q.in.key);
    *page = version_page(w, q.out.kind, q.in.key);
    return OK;
}

enum err version_release(struct unit *u, struct web *w)
{
    const struct release_form *form = web_form(w);
    const char *page;
    uint32_t version;

    TRY(page_of(u, w, &page));
    TRY(deploy_release(u, web_param_id(w, 1), false, form->comment, &version));
    return reply_see_other_said(w, arena_printf(web_mem(w), "%s?version=%llu", page, (unsigned long long)web_param_id(w, 1)),
                                strstr(page, "/decision/") != NULL ? "decision.released_said" : "model.released_said");
}

enum err version_discard(struct unit *u, struct web *w)
{
    const char *page;

    TRY(page_of(u, w, &page));
    TRY(deploy_discard(u, web_param_id(w, 1)));
    return reply_see_other_said(w, "/designer/model", "model.discarded_said");
}

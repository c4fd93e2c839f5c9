/* engine/flow/deploy.c - definitions: drafts, versions, release by a second person.
 *
 * For     the life of a process model: uploaded, checked, released, retired.
 * Owns    the table definition.
 * Never   touches running instances: they stay on the version they began with.
 * Holds   at most one current version a process; the releaser is not the author; bytes are stored as sent. */
#include "flow/deploy.h"

#include "audit/audit.h"
#include "base/json.h"
#include "base/text.h"
#include "flow/deploy.sql.h"
#include "flow/flow.h"
#include "model/proc.h"

enum { LIMIT_FINDINGS_JSON = 4 * 1024 * 1024, LIMIT_KEY = 100 /* of definition.process_key */ };

static bool topic_known(const struct flow_host *h, const char *topic)
{
    for (size_t i = 0; i < h->n_service; i++) {
        if (strcmp(h->service[i].topic, topic) == 0)
            return true;
    }
    return false;
}

static const char *topics(struct arena *mem, const struct flow_host *h)
{
    struct buf b = buf_new(mem, 4000);

    for (size_t i = 0; i < h->n_service; i++)
        buf_fmt(&b, "%s%s", i > 0 ? ", " : "", h->service[i].topic);
    return buf_text(&b);
}

static void check_topics(struct unit *u, const struct proc *p, struct findings *f)
{
    const struct flow_host *h = u->host;

    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];
        if (n->kind == NODE_service_task && n->topic != NULL && !topic_known(h, n->topic))
            finding_add(f, FINDING_ERROR, "service-unknown", n->line, n->id,
                        "No service is registered for the topic '%s'; use one of: %s.", n->topic, topics(u->mem, h));
    }
}

static enum err compile(struct unit *u, const struct deploy_draft *d, struct findings *f, struct proc_list **list)
{
    TRY(proc_compile(u->mem, d->file, d->bytes, d->n, f, list));
    proc_list_keep(u->mem, *list);
    for (struct proc_list *l = *list; l != NULL; l = l->next) {
        if (strlen(l->proc->key) > LIMIT_KEY)
            finding_add(f, FINDING_ERROR, "name-long", 0, l->proc->key,
                        "The id of the process is longer than %d letters; it stands in addresses and trails: shorten it.",
                        LIMIT_KEY);
        if (!d->any_topic)
            check_topics(u, l->proc, f);
    }
    if (f->errors > 0)
        return fail(E_FINDINGS, "%s: %d errors", d->file, f->errors);
    return *list != NULL ? OK : fail(E_FINDINGS, "%s: no process in it", d->file);
}

enum err deploy_check(struct unit *u, const char *file, const void *bytes, size_t n, struct findings *f)
{
    struct deploy_draft d = {.file = file, .bytes = bytes, .n = n};
    struct proc_list *list;

    return compile(u, &d, f, &list);
}

enum err deploy_findings_json(struct buf *b, const struct findings *f)
{
    static const char *const word[] = {"error", "warning", "info"};

    buf_char(b, '[');
    for (const struct finding *x = f->first; x != NULL; x = x->next) {
        bool first = true;
        buf_str(b, x == f->first ? "{" : ",{");
        json_put_name(b, &first, "severity");
        json_put_text(b, word[x->severity]);
        json_put_name(b, &first, "rule");
        json_put_text(b, x->rule);
        json_put_name(b, &first, "line");
        json_put_int(b, x->line);
        json_put_name(b, &first, "element");
        json_put_text(b, x->element);
        json_put_name(b, &first, "message");
        json_put_text(b, x->message);
        buf_char(b, '}');
    }
    buf_char(b, ']');
    return buf_done(b);
}

/* KEY names the definition, WHY may be NULL or "". */
static struct audit_note note_of(enum audit_event e, uint64_t id, const char *key, const char *why)
{
    return (struct audit_note){.event = e,
                               .stream = AUDIT_DEFINITION,
                               .id = id,
                               .subject = key,
                               .definition = id,
                               .reason = why != NULL && why[0] != '\0' ? why : NULL};
}

static enum err store(struct unit *u, struct deploy_draft *d, const struct proc *p)
{
    struct buf json = buf_new(u->mem, LIMIT_FINDINGS_JSON);
    struct digest sha = digest_of(d->bytes, d->n);
    struct q_definition_draft_add q = {.in = {.kind = "bpmn",
                                              .key = p->key,
                                              .name = text_cut(u->mem, p->name[0] != '\0' ? p->name : p->key, 190),
                                              .file = text_cut(u->mem, d->file, 190),
                                              .author = u->who->id,
                                              .at = u->now}};

    TRY(deploy_findings_json(&json, &d->findings));
    TRY(unit_number(u, UNIT_ID, &q.in.id));
    q.in.findings = buf_text(&json);
    q.in.sha256 = (struct span){(const char *)sha.b, sizeof sha.b};
    q.in.source = (struct span){d->bytes, d->n};
    TRY(q_definition_draft_add(u, &q));
    if (d->id == 0) {
        d->id = q.in.id;
        d->key = p->key;
    }
    struct audit_field f[] = {{"file", NULL, q.in.file}, {"sha256", NULL, digest_hex(u->mem, sha.b, sizeof sha.b)}};
    struct audit_note note = note_of(EV_DRAFT_STORED, q.in.id, p->key, d->why);
    note.field = f;
    note.n_field = sizeof f / sizeof f[0];
    return audit_log(u, &note);
}

enum err deploy_draft(struct unit *u, struct deploy_draft *d)
{
    struct proc_list *list;

    d->findings = findings_new(u->mem);
    d->id = 0;
    TRY(compile(u, d, &d->findings, &list));
    for (; list != NULL; list = list->next)
        TRY(store(u, d, list->proc));
    return OK;
}

static enum err draft_lock(struct unit *u, uint64_t id, struct q_definition_lock *q)
{
    q->in.id = id;
    TRY(q_definition_lock(u, q));
    if (!q->found)
        return fail(E_NOTFOUND, "there is no definition %llu", (unsigned long long)id);
    if (q->out.state != DEFINITION_DRAFT)
        return fail(E_STATE, "definition %llu is no draft any more", (unsigned long long)id);
    return OK;
}

/* The rules may have become stricter since the draft was stored; and a version in force must be able to run. */
static enum err still_good(struct unit *u, const struct q_definition_lock *q)
{
    struct deploy_draft d = {.file = q->out.process_key, .bytes = q->out.source.p, .n = q->out.source.n};
    struct findings f = findings_new(u->mem);
    struct proc_list *list;

    TRY(compile(u, &d, &f, &list));
    for (; list != NULL; list = list->next) {
        if (strcmp(list->proc->key, q->out.process_key) == 0 && !list->proc->executable)
            return fail(E_STATE,
                        "process %s is marked isExecutable=\"false\"; set it to true in the modeler and upload it again",
                        q->out.process_key);
    }
    return OK;
}

/* The version in force, if there is one, makes room for version NEXT; its own trail says so. */
static enum err retire_current(struct unit *u, const char *key, uint32_t next)
{
    struct q_definition_current now = {.in = {.key = key}};
    struct q_definition_retire_current retire = {.in = {.key = key}};

    TRY(q_definition_current(u, &now));
    if (!now.found)
        return OK;
    TRY(q_definition_retire_current(u, &retire));
    struct audit_field f[] = {
        {"state", "released", "retired"},
        {"version in force", arena_printf(u->mem, "%u", now.out.version), arena_printf(u->mem, "%u", next)}};
    struct audit_note note = note_of(EV_VERSION_RETIRED, now.out.id, key, NULL);
    note.field = f;
    note.n_field = sizeof f / sizeof f[0];
    return audit_log(u, &note);
}

enum err deploy_release(struct unit *u, uint64_t id, bool alone, const char *why, uint32_t *version)
{
    struct q_definition_lock q = {0};

    TRY(draft_lock(u, id, &q));
    if (!alone && q.out.author == u->who->id)
        return fail(E_SECOND, "a draft is released by a second person, not by its author");
    TRY(still_good(u, &q));
    struct q_definition_last_version last = {.in = {.key = q.out.process_key}};
    TRY(q_definition_last_version(u, &last));
    *version = (last.found && !last.out.version_null ? last.out.version : 0) + 1;
    TRY(retire_current(u, q.out.process_key, *version));
    struct q_definition_release release = {.in = {.id = id, .version = *version, .releaser = u->who->id, .at = u->now}};
    TRY(q_definition_release(u, &release));
    if (release.affected != 1)
        return fail(E_CONFLICT, "definition %llu was changed meanwhile", (unsigned long long)id);
    struct audit_field fields[] = {{"version", NULL, arena_printf(u->mem, "%u", *version)},
                                   {"sha256", NULL, digest_hex(u->mem, q.out.sha256.p, q.out.sha256.n)}};
    struct audit_note note = note_of(EV_VERSION_RELEASED, id, q.out.process_key, why);
    note.field = fields;
    note.n_field = sizeof fields / sizeof fields[0];
    return audit_log(u, &note);
}

enum err deploy_discard(struct unit *u, uint64_t id)
{
    struct q_definition_lock q = {0};

    TRY(draft_lock(u, id, &q));
    struct q_definition_discard discard = {.in = {.id = id}};
    TRY(q_definition_discard(u, &discard));
    struct audit_note note = note_of(EV_DRAFT_DISCARDED, id, q.out.process_key, NULL);
    return audit_log(u, &note);
}

enum err deploy_current(struct unit *u, const char *key, uint64_t *id, uint32_t *version)
{
    struct q_definition_current q = {.in = {.key = key}};

    TRY(q_definition_current(u, &q));
    *id = q.found ? q.out.id : 0;
    *version = q.found ? q.out.version : 0;
    return OK;
}

/* engine/flow/deploy.c - definitions: drafts, versions, release by a second person.
 *
 * For     the life of a process or a decision model: uploaded, checked, released, retired.
 * Owns    the tables definition and decision.
 * Never   touches running instances: they stay on the version they began with.
 * Holds   at most one current version a key, and one in force for each decision; the releaser is not the author; bytes are stored as
 *         sent; a key stays with its kind. */
#include "flow/deploy.h"

#include "audit/audit.h"
#include "base/json.h"
#include "base/text.h"
#include "flow/decision.h"
#include "flow/deploy.sql.h"
#include "flow/flow_int.h"
#include "model/check.h"
#include "model/dmn/dmn.h"
#include "model/proc.h"
#include "model/xml.h"

enum {
    LIMIT_FINDINGS_JSON = 4 * 1024 * 1024,
    LIMIT_KEY = 100,          /* of definition.process_key */
    LIMIT_DECISION_KEY = 255, /* of decision.decision_key, in letters */
    LIMIT_DECISION_NAME = 250 /* shown of a name */
};

/* ---- processes ---- */

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

/* The key must not be that of a definition of another kind than KIND. */
static enum err check_key(struct unit *u, const char *kind, const char *key, struct findings *f)
{
    struct q_definition_other_kind q = {.in = {.key = key, .kind = kind}};
    bool process = strcmp(kind, "bpmn") == 0;

    if (strlen(key) > LIMIT_KEY)
        finding_add(f, FINDING_ERROR, "name-long", 0, key,
                    "The id of the %s is longer than %d letters; it stands in addresses and trails: shorten it.",
                    process ? "process" : "model", LIMIT_KEY);
    TRY(q_definition_other_kind(u, &q));
    if (q.found)
        finding_add(f, FINDING_ERROR, "key-taken", 0, key, "'%s' is the id of a %s already: give this %s another id.", key,
                    process ? "decision model" : "process", process ? "process" : "model");
    return OK;
}

static enum err compile(struct unit *u, const struct deploy_draft *d, struct findings *f, struct proc_list **list)
{
    TRY(proc_compile(u->mem, d->file, d->bytes, d->n, f, list));
    proc_list_keep(u->mem, *list);
    for (struct proc_list *l = *list; l != NULL; l = l->next) {
        TRY(check_key(u, "bpmn", l->proc->key, f));
        if (d->any_topic)
            continue; /* a story brings its decisions, too */
        check_topics(u, l->proc, f);
        TRY(decision_check(u, l->proc, FINDING_WARNING, f));
        TRY(flow_call_check(u, l->proc, *list, f));
    }
    if (f->errors > 0)
        return fail(E_FINDINGS, "%s: %d errors", d->file, f->errors);
    return *list != NULL ? OK : fail(E_FINDINGS, "%s: no process in it", d->file);
}

/* ---- decision models ---- */

static bool root_is_decision(struct arena *mem, struct span file)
{
    struct xml_limits limits = xml_limits_default;
    struct xml_node *root;
    struct xml_error error;

    limits.bytes = dmn_limits_default.bytes;
    limits.nodes = (int)dmn_limits_default.xml;
    return xml_read(mem, file, &limits, &root, &error) == OK && dmn_is_model(root->ns, root->name);
}

bool deploy_is_decision(const void *bytes, size_t n)
{
    struct arena *mem = arena_new(0);
    bool yes = root_is_decision(mem, (struct span){bytes, n});

    arena_free(mem);
    return yes;
}

/* Of the main model; what is imported is somebody else's. */
static bool is_own_decision(const struct dmn_element *e)
{
    return e->kind == DMN_DECISION && !e->imported;
}

static void check_decisions(const struct dmn *m, struct findings *f)
{
    uint32_t decisions = 0;

    for (uint32_t i = 0; i < dmn_count(m); i++) {
        const struct dmn_element *e = dmn_at(m, i);
        if (!is_own_decision(e))
            continue;
        decisions++;
        if (e->id[0] == '\0')
            finding_add(f, FINDING_WARNING, "decision-id-missing", e->line, "",
                        "The decision '%s' has no id: no process can ask for it.", e->name);
        if (text_count(e->id) > LIMIT_DECISION_KEY)
            finding_add(f, FINDING_ERROR, "decision-id-long", e->line, e->id,
                        "The id of a decision has at most %d letters: shorten it.", LIMIT_DECISION_KEY);
    }
    if (decisions == 0)
        finding_add(f, FINDING_WARNING, "decision-none", 0, "", "There is no decision in the model.");
}

static enum err read_decisions(struct arena *mem, const char *file, struct span bytes, struct findings *f, struct dmn **out)
{
    struct dmn_source source = {.model = {.name = file, .bytes = bytes}};

    TRY(dmn_read(mem, &source, f, out));
    check_decisions(*out, f);
    return OK;
}

/* The id of the file, else its name, of letters that addresses and audit trails take; "" if nothing is left. */
static const char *key_of(struct arena *mem, const struct dmn *m)
{
    static const char fit[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-";
    char *key = arena_strdup(mem, dmn_id(m)[0] != '\0' ? dmn_id(m) : dmn_name(m)), *to = key;

    for (const char *s = key; *s != '\0'; s++) {
        if (strchr(fit, *s) != NULL)
            *to++ = *s;
        else if (to > key && to[-1] != '-')
            *to++ = '-';
    }
    *to = '\0';
    return strspn(key, ".-~") == strlen(key) ? "" : key;
}

static enum err compile_decisions(struct unit *u, const struct deploy_draft *d, struct findings *f, struct dmn **out)
{
    TRY(read_decisions(u->mem, d->file, (struct span){d->bytes, d->n}, f, out));
    const char *key = key_of(u->mem, *out);
    if (key[0] == '\0')
        finding_add(f, FINDING_ERROR, "model-id-missing", 0, "",
                    "The model has neither an id nor a name of letters and digits: versions are kept by it.");
    TRY(check_key(u, "dmn", key, f));
    return f->errors > 0 ? fail(E_FINDINGS, "%s: %d errors", d->file, f->errors) : OK;
}

/* ---- checking ---- */

enum err deploy_lint(struct arena *mem, const char *file, struct span bytes, struct findings *f)
{
    struct proc_list *list = NULL;
    struct dmn *m;

    if (deploy_is_decision(bytes.p, bytes.n)) {
        TRY(read_decisions(mem, file, bytes, f, &m));
        return f->errors > 0 ? fail(E_FINDINGS, "%s: %d errors", file, f->errors) : OK;
    }
    TRY(proc_compile(mem, file, bytes.p, bytes.n, f, &list));
    proc_list_keep(mem, list);
    return OK;
}

enum err deploy_check(struct unit *u, const char *file, const void *bytes, size_t n, struct findings *f)
{
    struct deploy_draft d = {.file = file, .bytes = bytes, .n = n};
    struct proc_list *list;
    struct dmn *m;

    return deploy_is_decision(bytes, n) ? compile_decisions(u, &d, f, &m) : compile(u, &d, f, &list);
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
        if (*check_constraint(x->rule) != '\0') {
            json_put_name(b, &first, "constraint");
            json_put_text(b, check_constraint(x->rule));
        }
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

/* ---- drafts ---- */

/* One row; its id in *ID. */
static enum err store(struct unit *u, struct deploy_draft *d, const char *key, const char *name, uint64_t *id)
{
    struct buf json = buf_new(u->mem, LIMIT_FINDINGS_JSON);
    struct digest sha = digest_of(d->bytes, d->n);
    struct q_definition_draft_add q = {.in = {.kind = d->decision ? "dmn" : "bpmn",
                                              .key = key,
                                              .name = text_cut(u->mem, name[0] != '\0' ? name : key, 190),
                                              .file = text_cut(u->mem, d->file, 190),
                                              .author = u->who->id,
                                              .at = u->now}};

    TRY(deploy_findings_json(&json, &d->findings));
    TRY(unit_number(u, UNIT_ID, &q.in.id));
    q.in.findings = buf_text(&json);
    q.in.sha256 = (struct span){(const char *)sha.b, sizeof sha.b};
    q.in.source = (struct span){d->bytes, d->n};
    TRY(q_definition_draft_add(u, &q));
    *id = q.in.id;
    if (d->id == 0) {
        d->id = q.in.id;
        d->key = key;
    }
    uint64_t *all = ARENA_NEW_N(u->mem, uint64_t, d->n_all + 1);
    if (d->n_all > 0)
        memcpy(all, d->all, d->n_all * sizeof *all);
    all[d->n_all++] = q.in.id;
    d->all = all;
    struct audit_field f[] = {{"file", NULL, q.in.file}, {"sha256", NULL, digest_hex(u->mem, sha.b, sizeof sha.b)}};
    struct audit_note note = note_of(EV_DRAFT_STORED, q.in.id, key, d->why);
    note.field = f;
    note.n_field = sizeof f / sizeof f[0];
    return audit_log(u, &note);
}

static enum err store_decisions(struct unit *u, const struct dmn *m, uint64_t definition)
{
    struct q_decision_draft_add_in *row = ARENA_NEW_N(u->mem, struct q_decision_draft_add_in, dmn_count(m) + (size_t)1);
    size_t n = 0;

    for (uint32_t i = 0; i < dmn_count(m); i++) {
        const struct dmn_element *e = dmn_at(m, i);
        if (is_own_decision(e) && e->id[0] != '\0')
            row[n++] = (struct q_decision_draft_add_in){
                .definition = definition, .key = e->id, .name = text_cut(u->mem, e->name, LIMIT_DECISION_NAME)};
    }
    return n > 0 ? q_decision_draft_add(u, row, n) : OK;
}

static enum err draft_decisions(struct unit *u, struct deploy_draft *d)
{
    struct dmn *m;
    uint64_t id;

    TRY(compile_decisions(u, d, &d->findings, &m));
    TRY(store(u, d, key_of(u->mem, m), dmn_name(m), &id));
    return store_decisions(u, m, id);
}

enum err deploy_draft(struct unit *u, struct deploy_draft *d)
{
    struct proc_list *list;
    uint64_t id;

    d->findings = findings_new(u->mem);
    d->id = 0;
    d->n_all = 0;
    d->decision = deploy_is_decision(d->bytes, d->n);
    if (d->decision)
        return draft_decisions(u, d);
    TRY(compile(u, d, &d->findings, &list));
    for (; list != NULL; list = list->next)
        TRY(store(u, d, list->proc->key, list->proc->name, &id));
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

/* ---- release ---- */

enum err deploy_clash(struct unit *u, uint64_t id, struct deploy_clash *out)
{
    struct q_decision_clash q = {.in = {.definition = id}};

    *out = (struct deploy_clash){0};
    TRY(q_decision_clash(u, &q));
    if (q.found)
        *out = (struct deploy_clash){.key = q.out.decision_key,
                                     .name = q.out.name,
                                     .model = q.out.model,
                                     .called = q.out.called,
                                     .version = q.out.version_null ? 0 : q.out.version};
    return OK;
}

static enum err decisions_still_good(struct unit *u, const struct q_definition_lock *q)
{
    struct deploy_draft d = {.file = q->out.process_key, .bytes = q->out.source.p, .n = q->out.source.n};
    struct findings f = findings_new(u->mem), leaving = findings_new(u->mem);
    struct deploy_clash clash;
    struct dmn *m;

    TRY(compile_decisions(u, &d, &f, &m));
    TRY(decision_check_leaving(u, q->in.id, &leaving));
    if (leaving.errors > 0)
        return fail(E_STATE, "%s", leaving.first->message);
    TRY(deploy_clash(u, q->in.id, &clash));
    if (clash.key == NULL)
        return OK;
    return fail(E_STATE, "decision %s stands in %s and, in force as version %u, in %s", clash.key, q->out.process_key,
                clash.version, clash.model);
}

/* Can a version in force run: is it executable, and is there an answer to each decision that it names? */
static enum err can_run(struct unit *u, const struct proc *p, struct findings *f)
{
    const struct flow_play *play = flow_host_of(u)->play;

    if (play != NULL)
        return OK; /* it runs as it is: what is missing becomes an incident */
    if (p->blocked)
        finding_add(
            f, FINDING_ERROR, "process-blocked", 0, p->key,
            "The process %s holds what cannot run here: put right what the warnings of the draft name, and upload it again.",
            p->key);
    else if (!p->executable)
        finding_add(f, FINDING_ERROR, "process-not-executable", 0, p->key,
                    "The process %s is marked isExecutable=\"false\"; set it to true in the modeler and upload it again.",
                    p->key);
    return decision_check(u, p, FINDING_ERROR, f);
}

enum err deploy_obstacles(struct unit *u, uint64_t id, bool decision, struct findings *f)
{
    const struct proc *p;

    if (decision)
        return decision_check_leaving(u, id, f);
    enum err e = flow_proc(u, id, &p);
    if (e == E_FINDINGS)
        return OK; /* a file that would not be accepted any more: its findings come at the release */
    TRY(e);
    return can_run(u, p, f);
}

/* The rules may have become stricter since the draft was stored; and a version in force must be able to run. */
static enum err still_good(struct unit *u, const struct q_definition_lock *q)
{
    struct deploy_draft d = {
        .file = q->out.process_key, .bytes = q->out.source.p, .n = q->out.source.n, .any_topic = flow_host_of(u)->play != NULL};
    struct findings f = findings_new(u->mem), missing = findings_new(u->mem);
    struct proc_list *list;

    TRY(compile(u, &d, &f, &list));
    for (; list != NULL; list = list->next) {
        if (strcmp(list->proc->key, q->out.process_key) == 0)
            TRY(can_run(u, list->proc, &missing));
    }
    return missing.errors == 0 ? OK : fail(E_STATE, "%s", missing.first->message);
}

/* The version in force, if there is one, makes room for version NEXT (0 = for none); its own trail says so. */
static enum err retire_current(struct unit *u, const char *key, uint32_t next, const char *why, bool *found)
{
    struct q_definition_current now = {.in = {.key = key}};
    struct q_definition_retire_current retire = {.in = {.key = key}};

    TRY(q_definition_current(u, &now));
    *found = now.found;
    if (!now.found)
        return OK;
    struct q_decision_retire decisions = {.in = {.definition = now.out.id}};
    TRY(q_definition_retire_current(u, &retire));
    TRY(q_decision_retire(u, &decisions));
    TRY(start_points_clear(u, now.out.id));
    struct audit_field f[] = {
        {"state", "released", "retired"},
        {"version in force", arena_printf(u->mem, "%u", now.out.version), next != 0 ? arena_printf(u->mem, "%u", next) : NULL}};
    struct audit_note note = note_of(EV_VERSION_RETIRED, now.out.id, key, why);
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
    TRY(strcmp(q.out.kind, "dmn") == 0 ? decisions_still_good(u, &q) : still_good(u, &q));
    struct q_definition_last_version last = {.in = {.key = q.out.process_key}};
    TRY(q_definition_last_version(u, &last));
    *version = (last.found && !last.out.version_null ? last.out.version : 0) + 1;
    const struct flow_play *play = flow_host_of(u)->play;
    bool before;
    TRY(retire_current(u, q.out.process_key, *version, NULL, &before));
    struct q_definition_release release = {.in = {.id = id,
                                                  .version = *version,
                                                  .releaser = u->who->id,
                                                  .at = play != NULL && play->released != 0 ? play->released : u->now}};
    TRY(q_definition_release(u, &release));
    if (release.affected != 1)
        return fail(E_CONFLICT, "definition %llu was changed meanwhile", (unsigned long long)id);
    struct q_decision_enforce enforce = {.in = {.definition = id}};
    TRY(q_decision_enforce(u, &enforce));
    if (strcmp(q.out.kind, "bpmn") == 0)
        TRY(start_points_set(u, id));
    struct audit_field fields[] = {{"version", NULL, arena_printf(u->mem, "%u", *version)},
                                   {"sha256", NULL, digest_hex(u->mem, q.out.sha256.p, q.out.sha256.n)}};
    struct audit_note note = note_of(EV_VERSION_RELEASED, id, q.out.process_key, why);
    note.field = fields;
    note.n_field = sizeof fields / sizeof fields[0];
    return audit_log(u, &note);
}

enum err deploy_retire(struct unit *u, const char *key, const char *why)
{
    bool found;

    TRY(retire_current(u, key, 0, why, &found));
    return found ? OK : fail(E_NOTFOUND, "no version of %s is in force", key);
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

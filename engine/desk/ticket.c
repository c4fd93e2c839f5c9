/* engine/desk/ticket.c - the verbs of a ticket.
 *
 * For     opening, taking, answering, handing over, resolving, confirming, withdrawing.
 * Owns    the tables ticket, article, attachment, blob_data and ticket_ci (writing); the state of a ticket.
 * Never   tokens, HTML, the order of the process: the model decides which task comes next.
 * Holds   a verb locks the ticket first, checks the right, compares versions, moves the process, saves once; each leaves an event. */
#include "desk/ticket.h"

#include "base/rand.h"
#include "desk/store.h"
#include "desk/story.h"
#include "desk/ticket.sql.h"

enum { SALT = 16, LIMIT_ASSETS = 20, LIMIT_WHY = 200, LIMIT_WORD = 20, TASK_IS_OPEN = 1 };

char *ticket_ref(struct arena *mem, uint64_t id)
{
    return arena_printf(mem, "INC-%llu", (unsigned long long)id);
}

bool ticket_ref_id(const char *ref, uint64_t *id)
{
    return text_starts(ref, "INC-") && ref[4] != '0' && text_u64(ref + 4, id);
}

enum err ticket_event(struct unit *u, const struct ticket *t, int event, const char *reason, const struct audit_field *f,
                      uint32_t n)
{
    struct audit_note note = {.event = (enum audit_event)event,
                              .stream = AUDIT_TICKET,
                              .id = t->id,
                              .subject = t->ref,
                              .reason = reason,
                              .definition = t->definition_id,
                              .node = t->stage[0] != '\0' ? t->stage : NULL,
                              .field = f,
                              .n_field = n};

    TRY(flow_label(u, t->definition_id, &note.version));
    return audit_log(u, &note);
}

static struct may_object object_of(const struct ticket *t, const struct flow_task *k)
{
    return (struct may_object){.area = t->area,
                               .requester = t->requester_id,
                               .assignee = k != NULL ? k->assignee_id : 0,
                               .groups = k != NULL ? k->groups : "",
                               .users = k != NULL ? k->users : ""};
}

static const char *number(struct unit *u, uint64_t n)
{
    return n != 0 ? arena_printf(u->mem, "%llu", (unsigned long long)n) : NULL;
}

/* ---- loading and saving ---- */

/* The two statements that lock a ticket give the same columns in structs of their own. */
/* clang-format off */
#define FROM_ROW(u, ticket_id, o)                                                                                              \
    ((struct ticket){.id = (ticket_id), .version = (o).version, .ref = ticket_ref((u)->mem, (ticket_id)),                      \
                     .title = (o).title, .state = (enum ticket_state)(o).state, .priority = (o).priority,                      \
                     .impact = (o).impact, .urgency = (o).urgency, .area = (o).area, .tier = (o).tier, .stage = (o).stage,     \
                     .service_id = (o).service, .requester_id = (o).requester, .assignee_id = (o).assignee,                    \
                     .inst_id = (o).inst, .definition_id = (o).definition, .requester_uid = (o).requester_uid,                 \
                     .role = (o).role != NULL ? (o).role : "", .due = (o).due, .created = (o).created,                         \
                     .resolved = (o).resolved, .closed = (o).closed})
/* clang-format on */

enum err ticket_lock_subject(struct unit *u, uint64_t id, void **subject)
{
    struct q_ticket_lock q = {.in = {.id = id}};
    struct ticket *t = ARENA_NEW(u->mem, struct ticket);

    TRY(q_ticket_lock(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no ticket %llu", (unsigned long long)id);
    *t = FROM_ROW(u, id, q.out);
    *subject = t;
    return OK;
}

static enum err ticket_store(struct unit *u, struct ticket *t)
{
    struct q_ticket_add q = {.in = {.id = t->id,
                                    .title = t->title,
                                    .state = t->state,
                                    .priority = t->priority,
                                    .impact = t->impact,
                                    .urgency = t->urgency,
                                    .area = t->area,
                                    .service = t->service_id,
                                    .requester = t->requester_id,
                                    .assignee = t->assignee_id,
                                    .assignee_null = t->assignee_id == 0,
                                    .role = t->role,
                                    .tier = t->tier,
                                    .inst = t->inst_id,
                                    .definition = t->definition_id,
                                    .stage = t->stage,
                                    .due = t->due,
                                    .due_null = t->due == 0,
                                    .at = u->now,
                                    .resolved = t->resolved,
                                    .resolved_null = t->resolved == 0,
                                    .closed = t->closed,
                                    .closed_null = t->closed == 0}};

    t->fresh = false;
    return q_ticket_add(u, &q);
}

enum err ticket_save_subject(struct unit *u, void *subject)
{
    struct ticket *t = subject;
    struct q_ticket_put q = {.in = {.id = t->id,
                                    .version = t->version,
                                    .title = t->title,
                                    .state = t->state,
                                    .priority = t->priority,
                                    .impact = t->impact,
                                    .urgency = t->urgency,
                                    .assignee = t->assignee_id,
                                    .assignee_null = t->assignee_id == 0,
                                    .role = t->role,
                                    .tier = t->tier,
                                    .stage = t->stage,
                                    .due = t->due,
                                    .due_null = t->due == 0,
                                    .at = u->now,
                                    .resolved = t->resolved,
                                    .resolved_null = t->resolved == 0,
                                    .closed = t->closed,
                                    .closed_null = t->closed == 0}};

    if (t->fresh)
        return ticket_store(u, t);
    TRY(q_ticket_put(u, &q));
    if (q.affected != 1)
        return fail(E_CONFLICT, "%s was changed meanwhile", t->ref);
    t->version++;
    return OK;
}

const char *ticket_subject_name(const void *subject)
{
    return ((const struct ticket *)subject)->ref;
}

uint64_t ticket_subject_id(const void *subject)
{
    return ((const struct ticket *)subject)->id;
}

/* ---- what the process does to a ticket ---- */

static enum err assignee_of(struct unit *u, const struct ticket *t, struct flow_task *k)
{
    struct q_ticket_person_by_uid q = {.in = {.uid = k->assignee}};

    if (k->assignee[0] == '\0')
        return OK;
    if (strcmp(k->assignee, t->requester_uid) == 0) {
        k->assignee_id = t->requester_id;
        return OK;
    }
    TRY(q_ticket_person_by_uid(u, &q));
    if (q.found)
        k->assignee_id = q.out.id;
    return OK;
}

enum err ticket_task_opened(struct unit *u, void *subject, struct flow_task *k)
{
    struct ticket *t = subject;

    TRY(assignee_of(u, t, k));
    bool asks_requester = k->assignee_id != 0 && k->assignee_id == t->requester_id;
    t->state = asks_requester ? TICKET_RESOLVED : t->state == TICKET_NEW ? TICKET_NEW : TICKET_OPEN;
    t->resolved = asks_requester ? u->now : 0;
    t->assignee_id = k->assignee_id;
    const char *area;
    if (k->tier[0] == '\0' && !may_role(k->role, &k->tier, &area)) /* a vendor's lanes have no tier, its groups do */
        k->tier = "";
    t->role = k->role;
    t->tier = k->tier;
    t->stage = k->node;
    t->due = k->due;
    return OK;
}

enum err ticket_task_closed(struct unit *u, void *subject, const struct flow_task *k, bool completed)
{
    struct ticket *t = subject;

    if (strcmp(t->stage, k->node) == 0) { /* the next task, if there is one, sets them again */
        t->assignee_id = 0;
        t->role = "";
        t->due = 0;
    }
    return OK;
}

enum err ticket_ended(struct unit *u, void *subject, const char *how)
{
    struct ticket *t = subject;

    if (t->state != TICKET_CANCELLED)
        t->state = strcmp(how, "cancelled") == 0 ? TICKET_CANCELLED : TICKET_CLOSED;
    t->closed = u->now;
    t->assignee_id = 0;
    t->role = "";
    t->tier = "";
    t->due = 0;
    return OK;
}

/* ---- texts and files ---- */

static enum err attach(struct unit *u, const struct ticket *t, uint64_t article, bool internal, const struct ticket_text *text)
{
    struct q_ticket_attachment_add_in *row = ARENA_NEW_N(u->mem, struct q_ticket_attachment_add_in, text->n_file);

    for (size_t i = 0; i < text->n_file; i++) {
        const struct ticket_file *f = &text->file[i];
        struct digest *sha = arena_memdup(u->mem, &(struct digest){{0}}, sizeof *sha);
        *sha = digest_of(f->bytes.p, f->bytes.n);
        struct span hash = {(const char *)sha->b, sizeof sha->b};
        struct q_ticket_blob_add blob = {.in = {.sha256 = hash, .size = (uint32_t)f->bytes.n, .data = f->bytes}};
        TRY(q_ticket_blob_add(u, &blob));
        row[i] = (struct q_ticket_attachment_add_in){.ticket = t->id,
                                                     .article = article,
                                                     .name = f->name,
                                                     .type = f->type,
                                                     .size = (uint32_t)f->bytes.n,
                                                     .sha256 = hash,
                                                     .internal = internal};
        TRY(unit_number(u, UNIT_ID, &row[i].id));
        struct audit_field field[] = {{"name", NULL, f->name}, {"sha256", NULL, digest_hex(u->mem, sha->b, sizeof sha->b)}};
        TRY(ticket_event(u, t, EV_TICKET_ATTACHED, NULL, field, 2));
    }
    return text->n_file > 0 ? q_ticket_attachment_add(u, row, text->n_file) : OK;
}

/* Stores a text; the trail gets a salted commitment, so that the text can be erased one day and the chain still holds. */
static enum err article(struct unit *u, const struct ticket *t, enum article_kind kind, const struct ticket_text *text,
                        int event)
{
    unsigned char *salt = arena_alloc(u->mem, SALT);
    struct q_ticket_article_add q = {
        .in = {.ticket = t->id, .at = u->now, .author = u->who->id, .kind = kind, .body = text->body}};

    rand_bytes(salt, SALT);
    q.in.salt = (struct span){(const char *)salt, SALT};
    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_ticket_article_add(u, &q));
    struct audit_field f[] = {{"article", NULL, number(u, q.in.id)},
                              {"text", NULL, audit_commitment(u->mem, salt, SALT, text->body, strlen(text->body))}};
    if (event != 0)
        TRY(ticket_event(u, t, event, NULL, f, 2));
    return attach(u, t, q.in.id, kind != ARTICLE_PUBLIC, text);
}

/* ---- opening ---- */

static enum err own_assets(struct unit *u, const struct ticket *t, const struct ticket_new *n)
{
    struct audit_field *f = ARENA_NEW_N(u->mem, struct audit_field, n->n_ci);

    if (n->n_ci == 0)
        return OK;
    if (n->n_ci > LIMIT_ASSETS)
        return fail(E_TOOBIG, "more than %d assets", LIMIT_ASSETS);
    for (size_t i = 0; i < n->n_ci; i++) { /* one by one: the server takes no array for INSERT ... SELECT */
        struct q_ticket_ci_add q = {.in = {.ticket = t->id, .ci = n->ci[i], .owner = t->requester_uid}};
        TRY(q_ticket_ci_add(u, &q));
        if (q.affected != 1)
            return fail(E_DENIED, "asset %llu is not the requester's own", (unsigned long long)n->ci[i]);
        f[i] = (struct audit_field){"asset", NULL, number(u, n->ci[i])};
    }
    return ticket_event(u, t, EV_TICKET_CI_LINKED, NULL, f, (uint32_t)n->n_ci);
}

/* The asset that the process is told about: the one that stays the first when they are stored. */
static uint64_t first_asset(const struct ticket_new *n)
{
    uint64_t first = n->n_ci > 0 ? n->ci[0] : 0;

    for (size_t i = 1; i < n->n_ci; i++)
        first = n->ci[i] < first ? n->ci[i] : first;
    return first;
}

static enum err start_process(struct unit *u, struct ticket *t)
{
    struct val_entry var[] = {{"ticket", val_text(u->mem, t->ref)},
                              {"title", val_text(u->mem, t->title)},
                              {"service", val_text(u->mem, t->service)},
                              {"impact", val_text(u->mem, t->impact)},
                              {"urgency", val_text(u->mem, t->urgency)},
                              {"requester", val_text(u->mem, t->requester_uid)},
                              {"asset", t->asset}};
    struct flow_start start = {.definition = t->definition_id, .subject = t, .var = var, .n_var = sizeof var / sizeof var[0]};

    return flow_start(u, &start, &t->inst_id);
}

enum err ticket_create(struct unit *u, const struct ticket_new *n, uint64_t *id)
{
    struct q_ticket_service s = {.in = {.service = n->service, .ci = first_asset(n), .owner = u->who->uid}};
    struct ticket *t = ARENA_NEW(u->mem, struct ticket);

    TRY(q_ticket_service(u, &s));
    if (!s.found)
        return fail(E_NOTFOUND, "there is no service %llu", (unsigned long long)n->service);
    if (s.out.definition_null)
        return fail(E_STATE, "the process '%s' of this service has no released version", s.out.process_key);
    *t = (struct ticket){.fresh = true,
                         .version = 1,
                         .title = n->title,
                         .state = TICKET_NEW,
                         .impact = n->impact,
                         .urgency = n->urgency,
                         .area = s.out.area,
                         .tier = "",
                         .stage = "",
                         .role = "",
                         .service_id = n->service,
                         .requester_id = u->who->id,
                         .requester_uid = u->who->uid,
                         .definition_id = s.out.definition,
                         .created = u->now};
    TRY(unit_number(u, UNIT_TICKET, &t->id));
    t->ref = ticket_ref(u->mem, t->id);
    struct audit_field f[] = {
        {"service", NULL, number(u, n->service)}, {"impact", NULL, n->impact}, {"urgency", NULL, n->urgency}};
    TRY(ticket_event(u, t, EV_TICKET_CREATED, NULL, f, 3));
    t->service = s.out.service_key;
    TRY(store_asset(u, s.out.asset, s.out.warranty_null ? NULL : &s.out.warranty, &t->asset));
    TRY(start_process(u, t));
    TRY(ticket_save_subject(u, t));
    struct ticket_text text = {.ticket = t->id, .body = n->body, .file = n->file, .n_file = n->n_file};
    TRY(article(u, t, ARTICLE_PUBLIC, &text, EV_TICKET_ANSWERED));
    TRY(own_assets(u, t, n));
    *id = t->id;
    return OK;
}

/* ---- opened by a process that began by itself ---- */

static const char *text_of(struct unit *u, struct val vars, const char *name, size_t max)
{
    struct val v = val_get(vars, name);

    return val_is(v, VAL_STRING) ? text_cut(u->mem, val_string(u->mem, v), max) : "";
}

/* A short word of plain letters, as the columns of impact and urgency take it; else "". */
static const char *word_of(struct unit *u, struct val vars, const char *name)
{
    const char *s = text_of(u, vars, name, LIMIT_WORD);
    size_t plain = 0;

    while (s[plain] > ' ' && s[plain] < 127)
        plain++;
    return s[plain] == '\0' ? s : "";
}

static enum err born_for(struct unit *u, const struct flow_birth *b, struct ticket *t)
{
    struct q_ticket_birth_person q = {
        .in = {.uid = text_of(u, b->vars, "requester", LIMIT_TITLE), .definition = b->definition}};

    TRY(q_ticket_birth_person(u, &q));
    if (!q.found)
        return fail(
            E_STATE,
            "process %s: nobody is known as its requester; give the variable \"requester\" the name somebody signs in with",
            b->proc->key);
    t->requester_id = q.out.id;
    t->requester_uid = q.out.uid;
    return OK;
}

static enum err born_of(struct unit *u, const struct flow_birth *b, struct ticket *t, const char **service)
{
    struct q_ticket_birth_service q = {.in = {.service = text_of(u, b->vars, "service", LIMIT_TITLE), .process = b->proc->key}};

    TRY(q_ticket_birth_service(u, &q));
    if (!q.found)
        return fail(E_STATE, "process %s: no service offers it; add one with `gradus add service`", b->proc->key);
    t->service_id = q.out.id;
    t->area = q.out.area;
    *service = q.out.service_key;
    return OK;
}

/* What the process begins with, and the variables that the process of a ticket always has. */
static struct val born_with(struct unit *u, const struct ticket *t, struct val vars, const char *service)
{
    struct val_entry own[] = {{"ticket", val_text(u->mem, t->ref)},      {"title", val_text(u->mem, t->title)},
                              {"service", val_text(u->mem, service)},    {"impact", val_text(u->mem, t->impact)},
                              {"urgency", val_text(u->mem, t->urgency)}, {"requester", val_text(u->mem, t->requester_uid)}};
    struct val_entry *e = ARENA_NEW_N(u->mem, struct val_entry, val_count(vars) + sizeof own / sizeof own[0]);
    size_t n = 0;

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        e[n++] = own[i];
    for (size_t i = 0; i < val_count(vars); i++) {
        struct val_entry given = val_entry_at(vars, i);
        bool taken = false;
        for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
            taken |= strcmp(own[k].key, given.key) == 0;
        if (!taken)
            e[n++] = given;
    }
    return val_context(u->mem, e, n);
}

enum err ticket_make_subject(struct unit *u, struct flow_birth *b)
{
    struct ticket *t = ARENA_NEW(u->mem, struct ticket);
    const char *title = text_of(u, b->vars, "title", LIMIT_TITLE), *body = text_of(u, b->vars, "description", LIMIT_BODY);
    const char *service = "";

    *t = (struct ticket){.fresh = true,
                         .version = 1,
                         .title = title[0] != '\0'
                                      ? title
                                      : text_cut(u->mem, b->proc->name[0] != '\0' ? b->proc->name : b->proc->key, LIMIT_TITLE),
                         .state = TICKET_NEW,
                         .impact = word_of(u, b->vars, "impact"),
                         .urgency = word_of(u, b->vars, "urgency"),
                         .tier = "",
                         .stage = "",
                         .role = "",
                         .definition_id = b->definition,
                         .inst_id = b->inst,
                         .created = u->now};
    TRY(born_for(u, b, t));
    TRY(born_of(u, b, t, &service));
    TRY(unit_number(u, UNIT_TICKET, &t->id));
    t->ref = ticket_ref(u->mem, t->id);
    struct audit_field f[] = {{"service", NULL, service}, {"impact", NULL, t->impact}, {"urgency", NULL, t->urgency}};
    TRY(ticket_event(u, t, EV_TICKET_CREATED, "begun by its process", f, 3));
    struct ticket_text text = {.ticket = t->id, .body = body[0] != '\0' ? body : t->title};
    TRY(article(u, t, ARTICLE_PUBLIC, &text, 0));
    t->service = service;
    t->asset = val_null();
    b->vars = born_with(u, t, b->vars, service);
    b->subject = t;
    return OK;
}

/* ---- tasks ---- */

static struct flow_task *task_of(struct unit *u, uint64_t id, const struct q_ticket_lock_by_task *q)
{
    struct flow_task *k = ARENA_NEW(u->mem, struct flow_task);

    *k = (struct flow_task){.id = id,
                            .inst = q->out.k_inst,
                            .subject = q->out.id,
                            .token = q->out.k_token,
                            .node = q->out.k_node,
                            .name = q->out.k_name,
                            .tier = q->out.k_tier,
                            .role = q->out.k_role,
                            .groups = q->out.k_groups,
                            .users = q->out.k_users,
                            .assignee = "",
                            .assignee_id = q->out.k_assignee,
                            .version = q->out.k_version,
                            .opened = q->out.k_opened,
                            .due = q->out.k_due};
    return k;
}

/* Locks task and ticket; refuses what the actor may not see, what is done, and what somebody changed since the form was made. */
static enum err open_task(struct unit *u, uint64_t task, uint32_t version, struct ticket *t)
{
    struct q_ticket_lock_by_task q = {.in = {.task = task}};

    TRY(q_ticket_lock_by_task(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no task %llu", (unsigned long long)task);
    *t = FROM_ROW(u, q.out.id, q.out);
    t->task = task_of(u, task, &q);
    struct may_object o = object_of(t, t->task);
    bool own = u->who->id != 0 && t->task->assignee_id == u->who->id && t->requester_id == u->who->id;
    if (!own)
        TRY(may_see(u->who, &o));
    if (q.out.k_state != TASK_IS_OPEN)
        return fail(E_STATE, "%s: the task '%s' was completed meanwhile%s%s", t->ref, t->task->name,
                    q.out.k_closed_by != NULL ? " by " : "", q.out.k_closed_by != NULL ? q.out.k_closed_by : "");
    if (version != 0 && version != t->task->version)
        return fail(E_CONFLICT, "%s: the task '%s' was changed meanwhile (form %u, now %u)", t->ref, t->task->name, version,
                    t->task->version);
    return OK;
}

enum err ticket_take(struct unit *u, uint64_t task, uint32_t version, const char **ref)
{
    struct ticket t;

    TRY(open_task(u, task, version, &t));
    struct may_object o = object_of(&t, t.task);
    TRY(may_take(u->who, &o));
    if (t.task->assignee_id != 0)
        return fail(E_CONFLICT, "%s: somebody else has taken it meanwhile", t.ref);
    t.assignee_id = u->who->id;
    if (t.state == TICKET_NEW)
        t.state = TICKET_OPEN;
    struct audit_field f[] = {{"assignee", NULL, u->who->name}, {"task", NULL, t.task->name}};
    TRY(ticket_event(u, &t, EV_TICKET_TAKEN, NULL, f, 2));
    TRY(flow_claim(u, t.task, &t, u->who->id));
    *ref = t.ref;
    return ticket_save_subject(u, &t);
}

enum err ticket_release(struct unit *u, uint64_t task, uint32_t version, const char **ref)
{
    struct ticket t;

    TRY(open_task(u, task, version, &t));
    struct may_object o = object_of(&t, t.task);
    TRY(may_work(u->who, &o));
    t.assignee_id = 0;
    struct audit_field f[] = {{"assignee", u->who->name, NULL}, {"task", NULL, t.task->name}};
    TRY(ticket_event(u, &t, EV_TICKET_RELEASED, NULL, f, 2));
    TRY(flow_claim(u, t.task, &t, 0));
    *ref = t.ref;
    return ticket_save_subject(u, &t);
}

static const struct proc_node *node_of(const struct proc *p, const struct flow_task *k)
{
    int32_t i = proc_node_find(p, k->node);

    return i != PROC_NONE ? &p->node[i] : NULL;
}

static bool hands_over(const char *outcome)
{
    return outcome != NULL && (strcmp(outcome, "handover") == 0 || strcmp(outcome, "back") == 0);
}

static bool blank(const char *s)
{
    return s == NULL || s[0] == '\0';
}

/* The reason that a person gave, as the trail keeps it: its beginning in one line. The whole text is an article, of which the trail
 * keeps a commitment. */
static const char *why(struct unit *u, const char *text)
{
    return blank(text) ? NULL : text_cut(u->mem, text_clean(u->mem, text, false), LIMIT_WHY);
}

/* Which event of the desk tells best what this completion was. */
static int event_of(const struct ticket_done *d)
{
    if (hands_over(d->outcome))
        return EV_TICKET_HANDED_OVER;
    if (d->outcome != NULL && strcmp(d->outcome, "resolved") == 0)
        return EV_TICKET_RESOLVED;
    return EV_TICKET_TASK_DONE;
}

static enum err move(struct unit *u, struct ticket *t, const struct ticket_done *d)
{
    struct val_entry *var = ARENA_NEW_N(u->mem, struct val_entry, d->n_var + 2);
    size_t n = 0;

    for (size_t i = 0; i < d->n_var; i++) {
        if (strcmp(d->var[i].key, "outcome") != 0 && strcmp(d->var[i].key, "findings") != 0)
            var[n++] = d->var[i];
    }
    if (d->outcome != NULL)
        var[n++] = (struct val_entry){"outcome", val_text(u->mem, d->outcome)};
    const char *found = blank(d->findings) ? d->answer : d->findings; /* a solution is a finding as well */
    if (!blank(found))
        var[n++] = (struct val_entry){"findings", val_text(u->mem, found)};
    return flow_complete(u, t->task, t, var, n);
}

static enum err texts_of(struct unit *u, const struct ticket *t, const struct ticket_done *d)
{
    struct ticket_text findings = {.ticket = t->id, .body = d->findings}, answer = {.ticket = t->id, .body = d->answer};

    if (d->findings != NULL && d->findings[0] != '\0')
        TRY(article(u, t, ARTICLE_FINDINGS, &findings, EV_TICKET_NOTED));
    if (d->answer != NULL && d->answer[0] != '\0')
        TRY(article(u, t, ARTICLE_PUBLIC, &answer, EV_TICKET_ANSWERED));
    return OK;
}

enum err ticket_complete(struct unit *u, const struct ticket_done *d, const char **ref)
{
    struct ticket t;
    const struct proc *p;

    TRY(open_task(u, d->task, d->version, &t));
    struct may_object o = object_of(&t, t.task);
    TRY(may_work(u->who, &o));
    TRY(flow_proc(u, t.definition_id, &p));
    if (d->outcome != NULL && !story_offers(u->mem, p, t.task->node, d->outcome))
        return fail(E_STATE, "%s: the model gives '%s' no outcome '%.40s'", t.ref, t.task->node, d->outcome);
    const struct proc_node *n = node_of(p, t.task);
    if (n != NULL && n->requires_note != NULL && blank(d->findings) && (hands_over(d->outcome) || blank(d->answer)))
        return fail(E_FORM, "%s: findings are missing", t.ref);
    const char *tier = t.tier, *node = t.task->node;
    TRY(move(u, &t, d));
    if (t.state == TICKET_NEW)
        t.state = TICKET_OPEN;
    struct audit_field f[] = {{"task", node, strcmp(t.stage, node) != 0 ? t.stage : NULL},
                              {"tier", tier, t.tier},
                              {"outcome", NULL, d->outcome},
                              {"assignee", u->who->name, NULL}};
    TRY(ticket_event(u, &t, event_of(d), why(u, hands_over(d->outcome) ? d->findings : NULL), f, 4));
    TRY(texts_of(u, &t, d));
    *ref = t.ref;
    return ticket_save_subject(u, &t);
}

/* ---- the requester ---- */

static enum err own_ticket(struct unit *u, uint64_t id, struct ticket **t)
{
    void *subject;

    TRY(ticket_lock_subject(u, id, &subject));
    *t = subject;
    struct may_object o = object_of(*t, NULL);
    return may_see_own(u->who, &o);
}

enum err ticket_confirm(struct unit *u, uint64_t ticket, bool confirmed, const char *reason)
{
    struct q_ticket_task_of q = {.in = {.ticket = ticket, .person = u->who->id}};
    struct ticket *locked, t;

    TRY(own_ticket(u, ticket, &locked));
    TRY(q_ticket_task_of(u, &q));
    if (!q.found)
        return fail(E_STATE, "%s does not wait for your answer any more", locked->ref);
    TRY(open_task(u, q.out.id, 0, &t));
    struct ticket_done d = {.task = q.out.id, .outcome = confirmed ? "confirmed" : "rejected"};
    TRY(move(u, &t, &d));
    TRY(ticket_event(u, &t, confirmed ? EV_TICKET_CONFIRMED : EV_TICKET_REJECTED, why(u, reason), NULL, 0));
    struct ticket_text text = {.ticket = t.id, .body = reason};
    if (reason != NULL && reason[0] != '\0')
        TRY(article(u, &t, ARTICLE_PUBLIC, &text, EV_TICKET_ANSWERED));
    return ticket_save_subject(u, &t);
}

enum err ticket_withdraw(struct unit *u, uint64_t ticket, const char *reason)
{
    struct ticket *t;

    TRY(own_ticket(u, ticket, &t));
    if (t->state == TICKET_CLOSED || t->state == TICKET_CANCELLED)
        return fail(E_STATE, "%s is closed already", t->ref);
    TRY(flow_cancel(u, t->inst_id, t, reason));
    t->state = TICKET_CANCELLED;
    TRY(ticket_event(u, t, EV_TICKET_CANCELLED, why(u, reason), NULL, 0));
    struct ticket_text text = {.ticket = t->id, .body = reason};
    if (reason != NULL && reason[0] != '\0')
        TRY(article(u, t, ARTICLE_PUBLIC, &text, EV_TICKET_ANSWERED));
    return ticket_save_subject(u, t);
}

/* ---- writing ---- */

static enum err write_text(struct unit *u, const struct ticket *t, const struct ticket_text *text)
{
    struct q_ticket_touch q = {.in = {.id = t->id, .at = u->now}};

    if (t->state == TICKET_CLOSED || t->state == TICKET_CANCELLED)
        return fail(E_STATE, "%s is closed", t->ref);
    TRY(article(u, t, text->internal ? ARTICLE_INTERNAL : ARTICLE_PUBLIC, text,
                text->internal ? EV_TICKET_NOTED : EV_TICKET_ANSWERED));
    return q_ticket_touch(u, &q);
}

enum err ticket_write(struct unit *u, const struct ticket_text *text)
{
    struct q_ticket_task_candidates q = {.in = {.ticket = text->ticket}};
    void *subject;

    TRY(ticket_lock_subject(u, text->ticket, &subject));
    const struct ticket *t = subject;
    TRY(q_ticket_task_candidates(u, &q));
    enum err e = E_DENIED;
    for (size_t i = 0; i < q.n && e != OK; i++) {
        struct flow_task k = {.groups = q.row[i].groups, .users = q.row[i].users, .assignee_id = q.row[i].assignee};
        struct may_object o = object_of(t, &k);
        e = may_write(u->who, &o);
    }
    if (q.n == 0) {
        struct may_object o = object_of(t, NULL);
        e = may_write(u->who, &o);
    }
    if (e != OK)
        return fail(e, "%s: only its assignee or team writes to it", t->ref);
    return write_text(u, t, text);
}

enum err ticket_write_own(struct unit *u, const struct ticket_text *text)
{
    struct ticket *t;

    TRY(own_ticket(u, text->ticket, &t));
    return write_text(u, t, text);
}

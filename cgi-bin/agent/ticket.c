/* cgi-bin/agent/ticket.c - one ticket: its page, its process, what an agent does with it.
 *
 * For     reading a ticket with everything internal, and the forms of its verbs.
 * Owns    which forms are offered; the verbs decide what is allowed.
 * Never   marks an internal text as public: two forms, two buttons, two looks.
 * Holds   a form that is refused comes back with everything typed and the reason. */
#include "agent.h"
#include "base/clock.h"
#include "desk/words.h"

static enum err ticket_of(struct web *w, uint64_t *id)
{
    return ticket_ref_id(web_param(w, 0), id) ? OK : fail(E_NOTFOUND, "'%s' is no reference", web_param(w, 0));
}

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

/* ---- the page ---- */

static void put_files(struct web *w, const struct story *s, uint64_t article, const char *list)
{
    int n = 0;

    for (size_t i = 0; i < s->file.n; i++) {
        if (s->file.row[i].article != article)
            continue;
        view_setf(web_view(w), arena_printf(web_mem(w), "/agent/file/%llu", (unsigned long long)s->file.row[i].id),
                  "%s.%d.href", list, n);
        view_setf(web_view(w), s->file.row[i].name, "%s.%d.name", list, n);
        view_setf(web_view(w), arena_printf(web_mem(w), "%u KiB", (s->file.row[i].size + 1023) / 1024), "%s.%d.size", list,
                  n++);
    }
}

static void put_text(struct web *w, const struct story *s, const struct q_story_articles_row *a, int n)
{
    static const char *const what[] = {"", "entry.answered", "entry.noted", "entry.findings"};
    struct view *v = web_view(w);

    view_setf(v, a->kind == ARTICLE_PUBLIC ? "message" : "note", "entries.%d.kind", n);
    view_setf(v, a->author_id == s->row.out.requester_id ? "1" : "", "entries.%d.own", n);
    view_setf(v, a->author != NULL ? a->author : "Gradus", "entries.%d.who", n);
    view_textf(v, what[a->kind <= ARTICLE_FINDINGS ? a->kind : 1], "entries.%d.what", n);
    view_setf(v, a->body, "entries.%d.text", n);
    view_time(v, arena_printf(web_mem(w), "entries.%d.when", n), a->at);
    put_files(w, s, a->id, arena_printf(web_mem(w), "entries.%d.files", n));
}

/* What the process did: a task that was opened for a team, one that was done or taken away. */
static void put_step(struct web *w, const struct q_story_tasks_row *k, bool closing, int n)
{
    const char *key = !closing ? "entry.task_opened" : k->state == 2 ? "entry.task_done" : "entry.task_cancelled";

    view_setf(web_view(w), "event", "entries.%d.kind", n);
    view_setf(web_view(w), closing && k->state == 2 && k->assignee != NULL ? k->assignee : "", "entries.%d.who", n);
    view_text(web_view(w), arena_printf(web_mem(w), "entries.%d.what", n), key, web_word(w, k->name), NULL);
    view_time(web_view(w), arena_printf(web_mem(w), "entries.%d.when", n), closing ? k->closed : k->opened);
}

/* Texts and steps of the process in one line, oldest first. The first text is the description above it. */
static void put_timeline(struct web *w, const struct story *s)
{
    size_t a = s->text.n > 0 ? s->text.n - 1 : 0, opened = s->task.n, closed = s->task.n; /* the lists are newest first */
    int n = 0;

    while (a > 0 || opened > 0) {
        int64_t at = a > 0 ? s->text.row[a - 1].at : INT64_MAX;
        int64_t open = opened > 0 ? s->task.row[opened - 1].opened : INT64_MAX;
        if (at < open)
            put_text(w, s, &s->text.row[--a], n++);
        else
            put_step(w, &s->task.row[--opened], false, n++);
        if (opened < closed && closed > 0 && s->task.row[closed - 1].closed != 0 &&
            s->task.row[closed - 1].closed <= (open < at ? at : open) && opened <= closed - 1) {
            put_step(w, &s->task.row[closed - 1], true, n++);
            closed--;
        }
    }
    for (; closed > 0; closed--) {
        if (s->task.row[closed - 1].closed != 0)
            put_step(w, &s->task.row[closed - 1], true, n++);
    }
}

static enum err put_steps(struct unit *u, struct web *w, const struct story *s)
{
    struct story_step *step;
    size_t n;

    TRY(story_steps(u, s, &step, &n));
    for (int i = 0; i < (int)n; i++) {
        view_setf(web_view(w), web_word(w, step[i].label), "steps.%d.label", i);
        view_setf(web_view(w), step[i].state, "steps.%d.state", i);
        view_textf(web_view(w), arena_printf(web_mem(w), "step.%s", step[i].state), "steps.%d.state.text", i);
    }
    return OK;
}

static void put_face(struct web *w, const struct story *s, int64_t now)
{
    const struct q_story_ticket *t = &s->row;
    struct view *v = web_view(w);

    view_set(v, "ticket.ref", s->ref);
    view_set(v, "ticket.title", t->out.title);
    put_state(w, "ticket.state", t->out.state);
    put_priority(w, "ticket.priority", t->out.priority);
    view_text(v, "ticket.priority.why", "ticket.priority_why",
              web_text(w, arena_printf(web_mem(w), "impact.%s", t->out.impact), t->out.impact),
              web_text(w, arena_printf(web_mem(w), "urgency.%s", t->out.urgency), t->out.urgency), NULL);
    put_tier(w, "ticket.tier", t->out.tier);
    view_set(v, "ticket.assignee", t->out.assignee);
    view_bool(v, "ticket.mine", t->out.assignee_id == web_actor(w)->id);
    view_set(v, "ticket.requester.name", t->out.requester);
    view_set(v, "ticket.requester.mail", t->out.requester_mail);
    view_set(v, "ticket.service", t->out.service);
    view_time(v, "ticket.created", t->out.created);
    put_due(w, "ticket.due", t->out.due, now);
    view_set(v, "ticket.process.name", s->proc->name);
    view_int(v, "ticket.process.version", t->out.def_version);
    if (s->text.n > 0) {
        const struct q_story_articles_row *first = &s->text.row[s->text.n - 1];
        view_set(v, "ticket.description", first->body);
        put_files(w, s, first->id, "attachments");
    }
}

static const char *tongue_text(const void *w, const char *key, const char *otherwise)
{
    return web_text(w, key, otherwise);
}

/* What was decided, and by the rules of which version. */
static enum err put_decisions(struct unit *u, struct web *w, const struct story *s)
{
    struct words_tongue tongue = {tongue_text, w};
    struct view *v = web_view(w);
    struct story_why *why;
    size_t n;

    TRY(story_decisions(u, s, &why, &n));
    const struct story_why *priority = story_priority(s, why, n);
    if (priority != NULL)
        view_set(v, "ticket.priority.why", words_why(web_mem(w), priority, &tongue));
    for (int i = 0; i < (int)n; i++) {
        int32_t node = proc_node_find(s->proc, why[i].node);
        view_setf(
            v,
            web_word(w, node != PROC_NONE && s->proc->node[node].name[0] != '\0' ? s->proc->node[node].name : why[i].decision),
            "decisions.%d.name", i);
        view_setf(v, words_why(web_mem(w), &why[i], &tongue), "decisions.%d.text", i);
        view_time(v, arena_printf(web_mem(w), "decisions.%d.when", i), why[i].at);
    }
    return OK;
}

static void put_assets(struct web *w, const struct story *s)
{
    for (int i = 0; i < (int)s->asset.n; i++) {
        view_setf(web_view(w), s->asset.row[i].number, "assets.%d.ref", i);
        view_setf(web_view(w), s->asset.row[i].name, "assets.%d.name", i);
        view_setf(web_view(w), s->asset.row[i].class, "assets.%d.class", i);
        put_ci_status(w, arena_printf(web_mem(w), "assets.%d.status", i), s->asset.row[i].status);
    }
}

static void put_tasks(struct web *w, const struct story *s, int64_t now)
{
    struct view *v = web_view(w);
    int n = 0;

    for (size_t i = 0; i < s->task.n; i++) {
        const struct q_story_tasks_row *k = &s->task.row[i];
        if (k->state != 1)
            continue;
        view_setf(v, web_word(w, k->name), "tasks.%d.name", n);
        view_setf(v, k->assignee != NULL ? k->assignee : "", "tasks.%d.who", n);
        view_setf(v, "active", "tasks.%d.state", n);
        view_textf(v, "task.state.active", "tasks.%d.state.text", n);
        put_due(w, arena_printf(web_mem(w), "tasks.%d.due", n), k->due, now);
        view_setf(v, arena_printf(web_mem(w), "/agent/task/%llu", (unsigned long long)k->id), "tasks.%d.href", n++);
    }
}

/* The open task that the forms of this page are about: mine, else the first that I may take. */
static const struct q_story_tasks_row *task_for(const struct story *s, const struct actor *who)
{
    const struct q_story_tasks_row *found = NULL;

    for (size_t i = s->task.n; i > 0; i--) {
        const struct q_story_tasks_row *k = &s->task.row[i - 1];
        struct may_object o = {.area = s->row.out.area, .assignee = k->assignee_id, .groups = k->groups, .users = k->users};
        if (k->state != 1)
            continue;
        if (k->assignee_id == who->id)
            return k;
        if (found == NULL && k->assignee_id == 0 && may_take(who, &o) == OK)
            found = k;
    }
    return found;
}

static void put_way(struct web *w, const char *path, const char *tier)
{
    view_set(web_view(w), path, tier);
    view_set(web_view(w), arena_printf(web_mem(w), "%s.text", path),
             web_text(w, arena_printf(web_mem(w), "tier.%s", tier), tier));
}

/* What may be done: by the rights, and by the outcomes that the model gives the task. */
static void put_can(struct web *w, const struct story *s)
{
    const struct actor *who = web_actor(w);
    const struct q_story_tasks_row *k = task_for(s, who);
    bool mine = k != NULL && k->assignee_id == who->id;
    struct may_object o = {.area = s->row.out.area,
                           .assignee = k != NULL ? k->assignee_id : 0,
                           .groups = k != NULL ? k->groups : "",
                           .users = k != NULL ? k->users : ""};
    bool write =
        s->row.out.state < TICKET_CLOSED && (k != NULL || s->row.out.state == TICKET_RESOLVED) && may_write(who, &o) == OK;
    int level = k != NULL && k->tier[0] == 'L' ? k->tier[1] - '0' : 0;
    struct view *v = web_view(w);

    view_set(v, "ticket.task", k != NULL ? number(w, k->id) : "");
    view_int(v, "ticket.version", k != NULL ? k->version : 0);
    view_bool(v, "ticket.can.take", k != NULL && k->assignee_id == 0);
    view_bool(v, "ticket.can.release", mine);
    view_bool(v, "ticket.can.answer", write);
    view_bool(v, "ticket.can.note", write);
    view_bool(v, "ticket.can.handover",
              mine && story_offers(web_mem(w), s->proc, k->node, "handover") && level >= 1 && level <= 2);
    view_bool(v, "ticket.can.back", mine && story_offers(web_mem(w), s->proc, k->node, "back") && level >= 2);
    view_bool(v, "ticket.can.resolve", mine && story_offers(web_mem(w), s->proc, k->node, "resolved"));
    if (level >= 1)
        put_way(w, "ticket.up", arena_printf(web_mem(w), "L%d", level + 1));
    if (level >= 2)
        put_way(w, "ticket.down", arena_printf(web_mem(w), "L%d", level - 1));
}

enum err ticket_show(struct unit *u, struct web *w)
{
    int64_t most = web_conf(w)->upload_max;
    struct story s;
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(story_read(u, id, &s));
    put_face(w, &s, u->now);
    TRY(put_decisions(u, w, &s));
    put_timeline(w, &s);
    put_assets(w, &s);
    put_tasks(w, &s, u->now);
    put_can(w, &s);
    view_int(web_view(w), "limits.bytes", most);
    view_set(web_view(w), "limits.size", arena_printf(web_mem(w), "%lld MiB", (long long)(most >> 20)));
    web_page(w, "title", s.ref);
    web_page(w, "nav.1.current", "1");
    return put_steps(u, w, &s);
}

/* ---- the process ---- */

static const char *state_of(const struct flow_picture *p, int32_t i)
{
    for (size_t k = 0; k < p->n; k++) {
        if (strcmp(p->mark[k].node, p->proc->node[i].id) == 0)
            return p->mark[k].what;
    }
    return (p->visited[i / 8] >> i % 8 & 1) != 0 ? "done" : "next";
}

static void put_node(struct web *w, const struct flow_picture *p, const struct story *s, int32_t i, int row)
{
    const struct proc_node *n = &p->proc->node[i];
    const char *state = state_of(p, i);
    struct view *v = web_view(w);

    view_setf(v, n->id, "nodes.%d.id", row);
    view_setf(v, n->name[0] != '\0' ? web_word(w, n->name) : n->id, "nodes.%d.name", row);
    view_setf(v, web_text(w, arena_printf(web_mem(w), "bpmn.%s", node_kind_local(n->kind)), node_kind_local(n->kind)),
              "nodes.%d.kind.text", row);
    view_setf(v, n->lane != PROC_NONE ? p->proc->lane[n->lane].name : "", "nodes.%d.lane", row);
    view_setf(v, state, "nodes.%d.state", row);
    view_textf(v, arena_printf(web_mem(w), "process.state.%s", state), "nodes.%d.state.text", row);
    for (size_t k = 0; k < s->task.n; k++) { /* newest first: the last visit counts */
        const struct q_story_tasks_row *t = &s->task.row[k];
        if (strcmp(t->node, n->id) != 0)
            continue;
        view_setf(v, t->assignee != NULL ? t->assignee : "", "nodes.%d.who", row);
        view_time(v, arena_printf(web_mem(w), "nodes.%d.entered", row), t->opened);
        if (t->closed != 0)
            view_time(v, arena_printf(web_mem(w), "nodes.%d.left", row), t->closed);
        return;
    }
}

enum err ticket_process(struct unit *u, struct web *w)
{
    struct flow_picture p;
    struct story s;
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(story_read_short(u, id, &s));
    TRY(flow_picture(u, s.row.out.inst, &p));
    view_set(web_view(w), "ticket.ref", s.ref);
    view_set(web_view(w), "ticket.title", s.row.out.title);
    view_set(web_view(w), "process.name", p.proc->name);
    view_int(web_view(w), "process.version", s.row.out.def_version);
    view_set(web_view(w), "process.xml", arena_printf(web_mem(w), "/agent/ticket/%s/bpmn", s.ref));
    for (int32_t i = 0; i < p.proc->n_node; i++)
        put_node(w, &p, &s, i, (int)i);
    web_page(w, "title", arena_printf(web_mem(w), "%s %s", web_text(w, "ticket.process", "Process"), s.ref));
    web_page(w, "viewer", "1");
    web_page(w, "nav.1.current", "1");
    return OK;
}

enum err ticket_bpmn(struct unit *u, struct web *w)
{
    struct span source;
    struct story s;
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(story_read_short(u, id, &s));
    TRY(flow_source(u, s.row.out.definition, &source));
    return reply_bytes(w, "application/xml", arena_printf(web_mem(w), "%s.bpmn", s.ref), source.p, source.n);
}

/* ---- what an agent does ---- */

static enum err back(struct web *w, const char *said)
{
    return reply_see_other_said(w, arena_printf(web_mem(w), "/agent/ticket/%s", web_param(w, 0)), said);
}

/* The task is named by the form, the ticket by the path: what was done to another ticket's task is rolled back. */
static enum err back_from(struct web *w, const char *ref, const char *said)
{
    return strcmp(ref, web_param(w, 0)) == 0 ? back(w, said)
                                             : fail(E_NOTFOUND, "the task is one of %s, not of %s", ref, web_param(w, 0));
}

enum err ticket_do_take(struct unit *u, struct web *w)
{
    const struct task_form *f = web_form(w);
    const char *ref;

    TRY(ticket_take(u, f->task, (uint32_t)f->version, &ref));
    return back_from(w, ref, "said.taken");
}

enum err ticket_do_release(struct unit *u, struct web *w)
{
    const struct task_form *f = web_form(w);
    const char *ref;

    TRY(ticket_release(u, f->task, (uint32_t)f->version, &ref));
    return back_from(w, ref, "said.released");
}

static enum err write_text(struct unit *u, struct web *w, bool internal)
{
    const struct write_form *f = web_form(w);
    struct ticket_file *file = ARENA_NEW_N(web_mem(w), struct ticket_file, f->file.n);
    struct ticket_text t = {.body = internal ? f->note : f->answer, .internal = internal, .file = file, .n_file = f->file.n};

    for (size_t i = 0; i < f->file.n; i++)
        file[i] = (struct ticket_file){f->file.file[i].name, f->file.file[i].type, f->file.file[i].bytes};
    TRY(ticket_of(w, &t.ticket));
    return ticket_write(u, &t);
}

enum err ticket_do_answer(struct unit *u, struct web *w)
{
    TRY(write_text(u, w, false));
    return back(w, "said.answered");
}

enum err ticket_do_note(struct unit *u, struct web *w)
{
    TRY(write_text(u, w, true));
    return back(w, "said.noted");
}

static enum err complete(struct unit *u, struct web *w, const struct ticket_done *d, const char *said)
{
    const char *ref;

    TRY(ticket_complete(u, d, &ref));
    return back_from(w, ref, said);
}

enum err ticket_do_handover(struct unit *u, struct web *w)
{
    const struct work_form *f = web_form(w);
    bool more = f->tried != NULL && f->tried[0] != '\0';
    struct ticket_done d = {.task = f->task,
                            .version = (uint32_t)f->version,
                            .outcome = "handover",
                            .findings = more ? arena_printf(web_mem(w), "%s\n\n%s: %s", f->findings,
                                                            web_text(w, "form.handover.tried", "Tried"), f->tried)
                                             : f->findings};

    return complete(u, w, &d, "said.handed_over");
}

enum err ticket_do_back(struct unit *u, struct web *w)
{
    const struct work_form *f = web_form(w);
    struct ticket_done d = {.task = f->task, .version = (uint32_t)f->version, .outcome = "back", .findings = f->back};

    return complete(u, w, &d, "said.handed_over");
}

enum err ticket_do_resolve(struct unit *u, struct web *w)
{
    const struct work_form *f = web_form(w);
    struct ticket_done d = {.task = f->task, .version = (uint32_t)f->version, .outcome = "resolved", .answer = f->solution};

    return complete(u, w, &d, "said.resolved");
}

enum err ticket_file_get(struct unit *u, struct web *w)
{
    struct story_file f;

    TRY(story_file(u, web_param_id(w, 0), &f));
    return reply_bytes(w, f.type, f.name, f.data.p, f.data.n);
}

/* cgi-bin/portal/request.c - one's own requests.
 *
 * For     the form of a new request, the list, one request with its public side.
 * Owns    nothing; the verbs are desk/ticket.h's.
 * Never   another person's request: it answers like one that does not exist.
 * Holds   a POST ends in a redirect to the request's page. */
#include "base/clock.h"
#include "desk/catalog.sql.h"
#include "desk/ci.h"
#include "desk/queue.h"
#include "desk/words.h"
#include "portal.h"

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

static void put_limits(struct web *w)
{
    int64_t most = web_conf(w)->upload_max;

    view_int(web_view(w), "limits.bytes", most);
    view_set(web_view(w), "limits.size", arena_printf(web_mem(w), "%lld MiB", (long long)(most >> 20)));
}

static const struct ticket_file *files_of(struct web *w, const struct form_files *f)
{
    struct ticket_file *out = ARENA_NEW_N(web_mem(w), struct ticket_file, f->n);

    for (size_t i = 0; i < f->n; i++)
        out[i] = (struct ticket_file){f->file[i].name, f->file[i].type, f->file[i].bytes};
    return out;
}

/* ---- the form ---- */

/* The radio cards of a scale: NAME.N.value .text .help .chosen. */
static void put_scale(struct web *w, const char *list, const char *name, const char *const *value, const char *chosen)
{
    struct view *v = web_view(w);

    for (int i = 0; value[i] != NULL; i++) {
        view_setf(v, value[i], "%s.%d.value", list, i);
        view_textf(v, arena_printf(web_mem(w), "%s.%s", name, value[i]), "%s.%d.text", list, i);
        view_textf(v, arena_printf(web_mem(w), "%s.%s.help", name, value[i]), "%s.%d.help", list, i);
        view_setf(v, chosen != NULL && strcmp(chosen, value[i]) == 0 ? "1" : "", "%s.%d.chosen", list, i);
    }
}

static enum err put_services(struct unit *u, struct web *w, uint64_t chosen)
{
    struct q_catalog_all q = {0};
    int n = 0;

    TRY(q_catalog_all(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        if (q.row[i].ready == 0)
            continue;
        view_setf(web_view(w), number(w, q.row[i].id), "services.%d.id", n);
        view_setf(web_view(w), web_text(w, arena_printf(web_mem(w), "service.%s", q.row[i].service_key), q.row[i].name),
                  "services.%d.name", n);
        view_setf(web_view(w), q.row[i].id == chosen ? "1" : "", "services.%d.chosen", n++);
    }
    return OK;
}

static enum err put_assets(struct unit *u, struct web *w, uint64_t chosen)
{
    struct q_ci_own q;

    TRY(ci_mine(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        const char *place = q.row[i].location != NULL ? q.row[i].location : "";
        view_setf(web_view(w), number(w, q.row[i].id), "assets.%d.id", (int)i);
        view_setf(web_view(w), q.row[i].name, "assets.%d.name", (int)i);
        view_setf(web_view(w), arena_printf(web_mem(w), "%s%s%s", q.row[i].class, place[0] != '\0' ? ", " : "", place),
                  "assets.%d.about", (int)i);
        view_setf(web_view(w), q.row[i].id == chosen ? "1" : "", "assets.%d.chosen", (int)i);
    }
    return OK;
}

enum err request_form_show(struct unit *u, struct web *w)
{
    static const char *const impacts[] = {"person", "team", "department", "organisation", NULL};
    static const char *const urgencies[] = {"low", "medium", "high", "critical", NULL};
    const struct service_form *get = web_form(w);
    const struct request_form *typed = web_typed(w);
    struct request_form none = {.service = typed == NULL && get != NULL ? get->service : 0};

    if (typed == NULL)
        typed = &none;
    TRY(put_services(u, w, typed->service));
    TRY(put_assets(u, w, typed->asset));
    put_scale(w, "impacts", "impact", impacts, typed->impact);
    put_scale(w, "urgencies", "urgency", urgencies, typed->urgency);
    put_limits(w);
    web_page(w, "title", web_text(w, "portal.new", "New request"));
    web_page(w, "nav.1.current", "1");
    return OK;
}

enum err request_send(struct unit *u, struct web *w)
{
    const struct request_form *f = web_form(w);
    struct ticket_new n = {.service = f->service,
                           .title = f->title,
                           .body = f->description,
                           .impact = f->impact,
                           .urgency = f->urgency,
                           .ci = &f->asset,
                           .n_ci = f->asset != 0,
                           .file = files_of(w, &f->file),
                           .n_file = f->file.n};
    uint64_t id;

    enum err e = ticket_create(u, &n, &id);
    if (e == E_NOTFOUND || e == E_STATE)
        return form_error(w, "service", "form.request.service_gone");
    if (e == E_DENIED)
        return form_error(w, "asset", "form.request.asset_not_yours");
    TRY(e);
    return reply_see_other_said(w, arena_printf(web_mem(w), "/portal/request/%s", ticket_ref(web_mem(w), id)),
                                "said.request_sent");
}

/* ---- the list ---- */

enum err request_list(struct unit *u, struct web *w)
{
    const struct list_form *f = web_form(w);
    const char *which = f->which != NULL && f->which[0] != '\0' ? f->which : "open";
    struct queue_own own = {.from = TICKET_NEW, .to = TICKET_RESOLVED};
    struct view *v = web_view(w);
    struct queue_page p;

    if (strcmp(which, "waiting") == 0)
        own.from = TICKET_RESOLVED;
    else if (strcmp(which, "closed") == 0)
        own = (struct queue_own){.from = TICKET_CLOSED, .to = TICKET_CANCELLED};
    else if (strcmp(which, "all") == 0)
        own.to = TICKET_CANCELLED;
    if (f->after != NULL && !queue_cursor_read(f->after, &own.after))
        own.after = (struct queue_cursor){0};
    TRY(queue_page_own(u, &own, &p));
    for (int i = 0; i < (int)p.n; i++) {
        view_setf(v, p.row[i].ref, "rows.%d.ref", i);
        view_setf(v, p.row[i].title, "rows.%d.title", i);
        view_setf(v, words_state(p.row[i].state), "rows.%d.state", i);
        view_textf(v, arena_printf(web_mem(w), "ticket.state.%s", words_state(p.row[i].state)), "rows.%d.state.text", i);
        view_textf(v, arena_printf(web_mem(w), "ticket.next.%s", words_state(p.row[i].state)), "rows.%d.next", i);
        view_setf(v, p.row[i].service, "rows.%d.service", i);
        view_time(v, arena_printf(web_mem(w), "rows.%d.updated", i), p.row[i].changed);
    }
    view_set(v, "filter.which", which);
    if (p.more)
        view_set(v, "Pager.next",
                 arena_printf(web_mem(w), "/portal/request?which=%s&after=%s", which, queue_cursor_text(web_mem(w), &p.next)));
    if (own.after.time != 0)
        view_set(v, "Pager.first", arena_printf(web_mem(w), "/portal/request?which=%s", which));
    web_page(w, "title", web_text(w, "portal.mine", "My requests"));
    web_page(w, "nav.2.current", "1");
    return OK;
}

/* ---- one request ---- */

static void put_files(struct web *w, const struct story *s, uint64_t article, int entry)
{
    int n = 0;

    for (size_t i = 0; i < s->file.n; i++) {
        if (s->file.row[i].article != article)
            continue;
        view_setf(web_view(w), arena_printf(web_mem(w), "/portal/file/%llu", (unsigned long long)s->file.row[i].id),
                  "entries.%d.files.%d.href", entry, n);
        view_setf(web_view(w), s->file.row[i].name, "entries.%d.files.%d.name", entry, n);
        view_setf(web_view(w), arena_printf(web_mem(w), "%u KiB", (s->file.row[i].size + 1023) / 1024),
                  "entries.%d.files.%d.size", entry, n++);
    }
}

static void put_texts(struct web *w, const struct story *s)
{
    struct view *v = web_view(w);

    for (int i = 0; i < (int)s->text.n; i++) {
        const struct q_story_articles_row *a = &s->text.row[s->text.n - 1 - (size_t)i]; /* oldest first */
        bool own = a->author_id == s->row.out.requester_id;
        view_setf(v, "message", "entries.%d.kind", i);
        view_setf(v, own ? "1" : "", "entries.%d.own", i);
        view_setf(v, a->author != NULL ? a->author : "Gradus", "entries.%d.who", i);
        view_textf(v, i == 0 ? "ticket.reported" : "entry.answered", "entries.%d.what", i);
        view_setf(v, a->body, "entries.%d.text", i);
        view_time(v, arena_printf(web_mem(w), "entries.%d.when", i), a->at);
        put_files(w, s, a->id, i);
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

static void put_face(struct web *w, const struct story *s)
{
    const char *state = words_state(s->row.out.state), *priority = words_priority(s->row.out.priority);
    bool over = s->row.out.state >= TICKET_CLOSED;
    struct view *v = web_view(w);

    view_set(v, "request.ref", s->ref);
    view_set(v, "request.title", s->row.out.title);
    view_set(v, "request.service", s->row.out.service);
    view_set(v, "request.state", state);
    view_text(v, "request.state.text", arena_printf(web_mem(w), "ticket.state.%s", state), NULL);
    view_text(v, "request.next", arena_printf(web_mem(w), "ticket.next.%s", state), NULL);
    view_set(v, "request.priority", priority);
    view_set(v, "request.priority.text",
             priority[0] != '\0' ? web_text(w, arena_printf(web_mem(w), "priority.%s", priority), priority) : "");
    view_time(v, "request.created", s->row.out.created);
    view_bool(v, "request.can.answer", !over);
    view_bool(v, "request.can.confirm", s->waits_for_me != 0);
    view_bool(v, "request.can.withdraw", !over);
    for (size_t i = 0; i < s->text.n && s->waits_for_me != 0; i++) {
        if (s->text.row[i].author_id != s->row.out.requester_id) {
            view_set(v, "request.solution", s->text.row[i].body);
            break;
        }
    }
    for (int i = 0; i < (int)s->asset.n; i++) {
        view_setf(v, s->asset.row[i].name, "assets.%d.name", i);
        view_setf(v, s->asset.row[i].class, "assets.%d.about", i);
    }
}

static const char *tongue_text(const void *w, const char *key, const char *otherwise)
{
    return web_text(w, key, otherwise);
}

static enum err put_priority_why(struct unit *u, struct web *w, const struct story *s)
{
    struct words_tongue tongue = {tongue_text, w};
    struct story_why *why;
    size_t n;

    TRY(story_decisions(u, s, &why, &n));
    const struct story_why *priority = story_priority(s, why, n);
    if (priority != NULL)
        view_set(web_view(w), "request.priority.why", words_why(web_mem(w), priority, &tongue));
    return OK;
}

static enum err ticket_of(struct web *w, uint64_t *id)
{
    return ticket_ref_id(web_param(w, 0), id) ? OK : fail(E_NOTFOUND, "'%s' is no reference", web_param(w, 0));
}

enum err request_show(struct unit *u, struct web *w)
{
    struct story s;
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(story_read_own(u, id, &s));
    put_face(w, &s);
    TRY(put_priority_why(u, w, &s));
    put_texts(w, &s);
    put_limits(w);
    web_page(w, "title", s.ref);
    web_page(w, "nav.2.current", "1");
    return put_steps(u, w, &s);
}

static enum err back(struct web *w, const char *said)
{
    return reply_see_other_said(w, arena_printf(web_mem(w), "/portal/request/%s", web_param(w, 0)), said);
}

enum err request_answer(struct unit *u, struct web *w)
{
    const struct answer_form *f = web_form(w);
    struct ticket_text t = {.body = f->answer, .file = files_of(w, &f->file), .n_file = f->file.n};

    TRY(ticket_of(w, &t.ticket));
    TRY(ticket_write_own(u, &t));
    return back(w, "said.answered");
}

enum err request_confirm(struct unit *u, struct web *w)
{
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(ticket_confirm(u, id, true, NULL));
    return back(w, "said.confirmed");
}

enum err request_reject(struct unit *u, struct web *w)
{
    const struct reason_form *f = web_form(w);
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(ticket_confirm(u, id, false, f->reason));
    return back(w, "said.rejected");
}

enum err request_withdraw(struct unit *u, struct web *w)
{
    const struct reason_form *f = web_form(w);
    uint64_t id;

    TRY(ticket_of(w, &id));
    TRY(ticket_withdraw(u, id, f->why));
    return back(w, "said.withdrawn");
}

enum err request_file(struct unit *u, struct web *w)
{
    struct story_file f;

    TRY(story_file_own(u, web_param_id(w, 0), &f));
    return reply_bytes(w, f.type, f.name, f.data.p, f.data.n);
}

/* cgi-bin/auditor/trail.c - the trails of tickets, and the page of any trail.
 *
 * For     finding a ticket, reading its events one by one, checking the chain, taking it away.
 * Owns    the words of an event: what was, what became of it.
 * Never   texts of a ticket beyond its title; the trail holds only commitments of them.
 * Holds   a page is 500 events from a sequence number on; the result of a check is read from the trail, not from the address. */
#include "auditor.h"

#include "base/clock.h"
#include "desk/queue.h"
#include "desk/ticket.h"
#include "desk/trail.sql.h"
#include "desk/words.h"

enum { HASH_SHOWN = 12, LIMIT_EXPORT = 64 << 20 };

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

enum err trail_home(struct unit *u, struct web *w)
{
    return reply_see_other(w, "/auditor/trail");
}

/* ---- the list ---- */

/* The start of a day as typed ("2026-11-21"), DAYS later. */
static enum err day_of(struct web *w, const char *typed, int days, int64_t *t)
{
    if (typed[0] == '\0')
        return OK;
    if (!clock_parse(arena_printf(web_mem(w), "%sT00:00:00Z", typed), t))
        return fail(E_INPUT, "'%s' is no date", typed);
    *t += days * CLOCK_DAY;
    return OK;
}

struct found {
    uint64_t id;
    const char *title, *requester;
    uint32_t state;
    uint64_t events;
    int64_t changed;
};

static void put_found(struct web *w, const struct found *f, int n)
{
    struct view *v = web_view(w);

    view_setf(v, ticket_ref(web_mem(w), f->id), "rows.%d.ref", n);
    view_setf(v, f->title, "rows.%d.title", n);
    view_setf(v, f->requester, "rows.%d.requester", n);
    view_setf(v, words_state(f->state), "rows.%d.state", n);
    view_textf(v, arena_printf(web_mem(w), "ticket.state.%s", words_state(f->state)), "rows.%d.state.text", n);
    view_setf(v, number(w, f->events), "rows.%d.events", n);
    view_time(v, arena_printf(web_mem(w), "rows.%d.last", n), f->changed);
}

static enum err list_latest(struct unit *u, struct web *w, const struct find_form *f, struct q_trail_tickets *q)
{
    struct queue_cursor c = {.time = INT64_MAX, .id = UINT64_MAX};

    if (f->after[0] != '\0' && !queue_cursor_read(f->after, &c))
        return fail(E_INPUT, "'%s' is no place in the list", f->after);
    q->in.changed = c.time;
    q->in.id = c.id;
    TRY(q_trail_tickets(u, q));
    for (size_t i = 0; i < q->n && i < TRAIL_PAGE; i++) {
        const struct q_trail_tickets_row *r = &q->row[i];
        struct found x = {r->id, r->title, r->requester, r->state, r->events_null ? 0 : r->events, r->changed};
        put_found(w, &x, (int)i);
    }
    const char *range = arena_printf(web_mem(w), "from=%s&to=%s", f->from, f->to);
    if (q->n > TRAIL_PAGE) {
        const struct q_trail_tickets_row *last = &q->row[TRAIL_PAGE - 1];
        c = (struct queue_cursor){.time = last->changed, .id = last->id};
        view_set(web_view(w), "Pager.next",
                 arena_printf(web_mem(w), "/auditor/trail?%s&after=%s", range, queue_cursor_text(web_mem(w), &c)));
    }
    if (f->after[0] != '\0')
        view_set(web_view(w), "Pager.first", arena_printf(web_mem(w), "/auditor/trail?%s", range));
    return OK;
}

static enum err list_search(struct unit *u, struct web *w, const struct find_form *f, struct q_trail_search *q)
{
    q->in.words = queue_words(web_mem(w), f->q);
    if (q->in.words[0] == '\0')
        return OK;
    TRY(q_trail_search(u, q));
    for (size_t i = 0; i < q->n; i++) {
        const struct q_trail_search_row *r = &q->row[i];
        struct found x = {r->id, r->title, r->requester, r->state, r->events_null ? 0 : r->events, r->changed};
        put_found(w, &x, (int)i);
    }
    return OK;
}

/* "INC-7" or the bare number leads to the trail itself. */
static enum err list_reference(struct unit *u, struct web *w, const char *q, bool *done)
{
    struct trail t;
    uint64_t id;
    const char *ref = text_u64(q, &id) ? ticket_ref(web_mem(w), id) : q;
    enum err e = ticket_ref_id(ref, &id) ? trail_of_ticket(u, ref, &t) : E_NOTFOUND;

    *done = e == OK;
    if (e == OK)
        return reply_see_other(w, arena_printf(web_mem(w), "/auditor/trail/%s", t.ref));
    return e == E_NOTFOUND ? OK : err_pass(e, __FILE__, __LINE__);
}

enum err trail_list(struct unit *u, struct web *w)
{
    const struct find_form *f = web_form(w);
    struct view *v = web_view(w);
    int64_t since = INT64_MIN, until = INT64_MAX;
    bool done = false;

    TRY(day_of(w, f->from, 0, &since));
    TRY(day_of(w, f->to, 1, &until));
    if (f->q[0] != '\0')
        TRY(list_reference(u, w, f->q, &done));
    if (done)
        return OK;
    if (f->q[0] != '\0') {
        struct q_trail_search q = {.in = {.since = since, .until = until}};
        TRY(list_search(u, w, f, &q));
    } else {
        struct q_trail_tickets q = {.in = {.since = since, .until = until}};
        TRY(list_latest(u, w, f, &q));
    }
    view_set(v, "filter.q", f->q);
    view_set(v, "filter.from", f->from);
    view_set(v, "filter.to", f->to);
    view_bool(v, "filter.set", f->q[0] != '\0' || f->from[0] != '\0' || f->to[0] != '\0');
    web_page(w, "title", web_text(w, "trail.list", "Trails"));
    web_page(w, "nav.0.current", "1");
    return OK;
}

/* ---- one trail ---- */

static void put_event(struct web *w, const struct trail *t, const struct audit_row *r, int n)
{
    struct view *v = web_view(w);
    const char *key = audit_event_key((enum audit_event)r->event), *channel = r->channel != NULL ? r->channel : "";

    view_setf(v, number(w, r->seq), "rows.%d.seq", n);
    view_setf(v, clock_text(web_mem(w), r->at), "rows.%d.at.iso", n);
    view_setf(v, r->actor != 0 && r->actor_name != NULL ? r->actor_name : web_text(w, "actor.system", "Gradus"),
              "rows.%d.actor", n);
    view_setf(v, web_text(w, arena_printf(web_mem(w), "channel.%s", channel), channel), "rows.%d.channel.text", n);
    view_setf(v, key != NULL ? web_text(w, key, key) : number(w, r->event), "rows.%d.event.text", n);
    view_setf(v, r->reason, "rows.%d.reason", n);
    view_setf(v, r->definition != 0 && r->definition == t->definition && t->version != 0 ? number(w, t->version) : "",
              "rows.%d.version", n);
    view_setf(v, r->node, "rows.%d.node", n);
    view_setf(v, arena_strndup(web_mem(w), digest_hex(web_mem(w), r->hash.b, sizeof r->hash.b), HASH_SHOWN), "rows.%d.hash", n);
    for (uint32_t i = 0; i < r->n_field; i++) {
        view_setf(v, r->field[i].name, "rows.%d.changes.%u.field", n, i);
        view_setf(v, r->field[i].before, "rows.%d.changes.%u.old", n, i);
        view_setf(v, r->field[i].after, "rows.%d.changes.%u.new", n, i);
    }
}

static enum err put_events(struct unit *u, struct web *w, const struct trail *t, const char *path, uint64_t after)
{
    struct view *v = web_view(w);
    struct audit_page page;

    TRY(audit_stream_read(u, t->stream, t->id, after, &page));
    for (size_t i = 0; i < page.n; i++)
        put_event(w, t, &page.row[i], (int)i);
    if (page.bad != 0)
        view_text(v, "trail.bad", "trail.unreadable", number(w, page.bad), NULL);
    uint64_t last = page.n > 0 ? page.row[page.n - 1].seq : after;
    if (page.n == LIMIT_AUDIT_PAGE && last < t->events)
        view_set(v, "Pager.next", arena_printf(web_mem(w), "%s?after=%llu", path, (unsigned long long)last));
    if (after > 0)
        view_set(v, "Pager.first", path);
    if (page.n > 0)
        view_text(v, "Pager.shown", "trail.shown", number(w, page.row[0].seq), number(w, last), number(w, t->events), NULL);
    return OK;
}

static enum err put_check(struct unit *u, struct web *w, const struct trail *t)
{
    struct view *v = web_view(w);
    struct trail_result r;

    TRY(trail_last_result(u, t, &r));
    if (r.seq == 0)
        return OK;
    bool bad = r.broken_at != NULL;
    view_set(v, "check.state", bad ? "bad" : "ok");
    view_text(v, "check.state.text", bad ? "trail.check.bad" : "trail.check.ok", NULL);
    const char *head = r.head != NULL ? arena_strndup(web_mem(w), r.head, HASH_SHOWN) : "";
    if (bad)
        view_text(v, "check.text", "trail.check.bad_text", r.broken_at, NULL);
    else
        view_text(v, "check.text", "trail.check.ok_text", r.count != NULL ? r.count : "", head, NULL);
    view_text(v, "check.by", "trail.check.by", r.who != NULL ? r.who : "", clock_text(web_mem(w), r.at), NULL);
    return OK;
}

enum err show_trail(struct unit *u, struct web *w, const struct trail *t, const char *path)
{
    const struct page_form *f = web_form(w);
    struct view *v = web_view(w);

    view_set(v, "trail.ref", t->ref);
    view_set(v, "trail.path", path);
    view_set(v, "trail.title", t->title);
    view_set(v, "trail.events", number(w, t->events));
    view_set(v, "trail.head", t->head);
    view_set(v, "trail.process.name", t->process);
    view_set(v, "trail.process.version", t->version != 0 ? number(w, t->version) : "");
    web_page(w, "title", t->ref);
    if (f != NULL && f->checked)
        TRY(put_check(u, w, t));
    return put_events(u, w, t, path, f != NULL ? (uint64_t)f->after : 0);
}

enum err check_trail(struct unit *u, struct web *w, const struct trail *t, const char *path)
{
    TRY(trail_check(u, t));
    return reply_see_other(w, arena_printf(web_mem(w), "%s?checked=1", path));
}

enum err send_trail(struct unit *u, struct web *w, const struct trail *t)
{
    const struct export_form *f = web_form(w);
    bool csv = strcmp(f->format, "csv") == 0;
    struct buf b = buf_new(u->mem, LIMIT_EXPORT);

    TRY(trail_export(u, t, csv, &b));
    return reply_bytes(w, csv ? "text/csv; charset=utf-8; header=present" : "application/json; charset=utf-8",
                       arena_printf(web_mem(w), "%s.%s", t->ref, f->format), buf_text(&b), b.len);
}

static const char *here(struct web *w)
{
    return arena_printf(web_mem(w), "/auditor/trail/%s", web_param(w, 0));
}

enum err trail_show(struct unit *u, struct web *w)
{
    struct view *v = web_view(w);
    struct trail t;

    TRY(trail_of_ticket(u, web_param(w, 0), &t));
    view_set(v, "trail.state", words_state(t.state));
    view_text(v, "trail.state.text", arena_printf(web_mem(w), "ticket.state.%s", words_state(t.state)), NULL);
    view_set(v, "trail.list", "/auditor/trail");
    view_text(v, "trail.list.text", "trail.list", NULL);
    web_page(w, "nav.0.current", "1");
    return show_trail(u, w, &t, here(w));
}

enum err trail_run_check(struct unit *u, struct web *w)
{
    struct trail t;

    TRY(trail_of_ticket(u, web_param(w, 0), &t));
    return check_trail(u, w, &t, here(w));
}

enum err trail_send(struct unit *u, struct web *w)
{
    struct trail t;

    TRY(trail_of_ticket(u, web_param(w, 0), &t));
    return send_trail(u, w, &t);
}

/* cgi-bin/agent/queue.c - team queues, my work, search.
 *
 * For     finding the next ticket.
 * Owns    nothing.
 * Never   a total: counts of queues are a few seconds old, lists have a next page or none.
 * Holds   filters stand in the query string: every list can be linked. */
#include "desk/queue.h"
#include "agent.h"
#include "base/clock.h"
#include "desk/words.h"

void put_state(struct web *w, const char *path, uint32_t state)
{
    const char *code = words_state(state);

    view_set(web_view(w), path, code);
    view_text(web_view(w), arena_printf(web_mem(w), "%s.text", path), arena_printf(web_mem(w), "ticket.state.%s", code), NULL);
}

void put_priority(struct web *w, const char *path, uint32_t priority)
{
    const char *code = words_priority(priority);

    view_set(web_view(w), path, code);
    view_set(web_view(w), arena_printf(web_mem(w), "%s.text", path),
             code[0] != '\0' ? web_text(w, arena_printf(web_mem(w), "priority.%s", code), code) : "");
}

void put_tier(struct web *w, const char *path, const char *tier)
{
    bool real = tier[0] == 'L';

    view_set(web_view(w), path, real ? tier : "");
    view_set(web_view(w), arena_printf(web_mem(w), "%s.text", path),
             real ? web_text(w, arena_printf(web_mem(w), "tier.%s", tier), tier) : "");
}

void put_ci_status(struct web *w, const char *path, uint32_t status)
{
    const char *code = words_ci_status(status);

    view_set(web_view(w), path, code);
    view_text(web_view(w), arena_printf(web_mem(w), "%s.text", path), arena_printf(web_mem(w), "ci.status.%s", code), NULL);
}

void put_due(struct web *w, const char *path, int64_t due, int64_t now)
{
    if (due == 0)
        return;
    view_time(web_view(w), path, due);
    view_set(web_view(w), arena_printf(web_mem(w), "%s.late", path), due < now ? "late" : due < now + CLOCK_HOUR ? "soon" : "");
}

enum err queue_home(struct unit *u, struct web *w)
{
    struct queue *queue;
    size_t n;

    TRY(queue_list(u, &queue, &n));
    if (n == 0)
        return reply_see_other(w, "/agent/queue/mine");
    return reply_see_other(w, arena_printf(web_mem(w), "/agent/queue/%llu", (unsigned long long)queue[0].id));
}

static struct queue_filter filter_of(struct web *w)
{
    const struct queue_form *f = web_form(w);
    struct queue_filter out = {.words = f->q != NULL ? f->q : "",
                               .mine = f->who != NULL && strcmp(f->who, "me") == 0,
                               .nobody = f->who != NULL && strcmp(f->who, "none") == 0};

    if (f->priority != NULL && f->priority[0] == 'P')
        out.priority = (uint32_t)(f->priority[1] - '0');
    if (f->after != NULL && !queue_cursor_read(f->after, &out.after))
        out.after = (struct queue_cursor){0};
    return out;
}

static void put_queues(struct web *w, const struct queue *queue, size_t n, uint64_t current)
{
    struct view *v = web_view(w);

    view_set(v, "queues.0.id", "mine");
    view_text(v, "queues.0.name", "nav.mine", NULL);
    view_set(v, "queues.0.current", current == 0 ? "1" : "");
    for (size_t i = 0; i < n; i++) {
        int at = (int)i + 1;
        view_setf(v, arena_printf(web_mem(w), "%llu", (unsigned long long)queue[i].id), "queues.%d.id", at);
        view_setf(v, web_text(w, arena_printf(web_mem(w), "queue.name.%s", queue[i].key), queue[i].name), "queues.%d.name", at);
        view_setf(v, arena_printf(web_mem(w), "%u", queue[i].open), "queues.%d.count", at);
        view_setf(v, queue[i].tier, "queues.%d.tier", at);
        view_setf(v, queue[i].id == current ? "1" : "", "queues.%d.current", at);
    }
}

static void put_rows(struct web *w, const struct queue_page *p, int64_t now)
{
    struct view *v = web_view(w);

    for (int i = 0; i < (int)p->n; i++) {
        const struct queue_row *r = &p->row[i];
        view_setf(v, r->ref, "rows.%d.ref", i);
        view_setf(v, r->title, "rows.%d.title", i);
        put_priority(w, arena_printf(web_mem(w), "rows.%d.priority", i), r->priority);
        put_tier(w, arena_printf(web_mem(w), "rows.%d.tier", i), r->tier);
        view_setf(v, r->assignee, "rows.%d.assignee", i);
        view_setf(v, r->requester, "rows.%d.requester", i);
        view_setf(v, r->service, "rows.%d.service", i);
        put_due(w, arena_printf(web_mem(w), "rows.%d.due", i), r->due, now);
        view_time(v, arena_printf(web_mem(w), "rows.%d.age", i), r->created);
    }
}

/* PATH with the filter, for the pager. */
static const char *link_of(struct web *w, const char *path, const struct queue_cursor *after)
{
    const struct queue_form *f = web_form(w);
    struct buf b = buf_new(web_mem(w), 2000);

    buf_fmt(&b, "%s?priority=%s&who=%s", path, f->priority != NULL ? f->priority : "", f->who != NULL ? f->who : "");
    if (f->q != NULL && f->q[0] != '\0') {
        buf_str(&b, "&q=");
        for (const char *s = f->q; *s != '\0'; s++)
            buf_fmt(&b, "%%%02X", (unsigned char)*s);
    }
    if (after != NULL)
        buf_fmt(&b, "&after=%s", queue_cursor_text(web_mem(w), after));
    return buf_text(&b);
}

static void put_list(struct web *w, const char *path, const struct queue_page *p)
{
    const struct queue_form *f = web_form(w);
    struct view *v = web_view(w);

    view_set(v, "filter.q", f->q);
    view_set(v, "filter.priority", f->priority);
    view_set(v, "filter.who", f->who);
    view_bool(v, "filter.set", (f->q != NULL && *f->q) || (f->priority != NULL && *f->priority) || (f->who != NULL && *f->who));
    if (p->more)
        view_set(v, "Pager.next", link_of(w, path, &p->next));
    if (f->after != NULL && f->after[0] != '\0')
        view_set(v, "Pager.first", link_of(w, path, NULL));
}

enum err queue_show(struct unit *u, struct web *w)
{
    struct queue_filter f = filter_of(w);
    uint64_t id = web_param_id(w, 0);
    const struct queue *this = NULL;
    struct queue_page p;
    struct queue *queue;
    size_t n;

    TRY(queue_list(u, &queue, &n));
    for (size_t i = 0; i < n; i++)
        this = queue[i].id == id ? &queue[i] : this;
    if (this == NULL)
        return fail(E_NOTFOUND, "no queue %llu in the areas of this agent", (unsigned long long)id);
    TRY(queue_page(u, id, &f, &p));
    const char *name = web_text(w, arena_printf(web_mem(w), "queue.name.%s", this->key), this->name);
    view_set(web_view(w), "queue.name", name);
    view_set(web_view(w), "queue.id", web_param(w, 0));
    put_queues(w, queue, n, id);
    put_rows(w, &p, u->now);
    put_list(w, arena_printf(web_mem(w), "/agent/queue/%s", web_param(w, 0)), &p);
    web_page(w, "title", name);
    web_page(w, "nav.1.current", "1");
    return OK;
}

enum err queue_show_mine(struct unit *u, struct web *w)
{
    struct queue_filter f = filter_of(w);
    struct queue_page p;
    struct queue *queue;
    size_t n;

    TRY(queue_list(u, &queue, &n));
    TRY(queue_page_mine(u, &f, &p));
    view_text(web_view(w), "queue.name", "nav.mine", NULL);
    view_set(web_view(w), "queue.id", "mine");
    put_queues(w, queue, n, 0);
    put_rows(w, &p, u->now);
    for (int i = 0; i < (int)p.n; i++)
        view_setf(web_view(w), "1", "rows.%d.mine", i);
    put_list(w, "/agent/queue/mine", &p);
    web_page(w, "title", web_text(w, "nav.mine", "My work"));
    web_page(w, "nav.0.current", "1");
    return OK;
}

enum err search_show(struct unit *u, struct web *w)
{
    const struct search_form *f = web_form(w);
    struct view *v = web_view(w);
    struct queue_page p = {0};
    uint64_t id;

    if (f->q != NULL && ticket_ref_id(f->q, &id))
        return reply_see_other(w, arena_printf(web_mem(w), "/agent/ticket/%s", f->q));
    if (f->q != NULL)
        TRY(queue_page_search(u, f->q, &p));
    view_set(v, "search.q", f->q);
    view_bool(v, "search.asked", f->q != NULL && f->q[0] != '\0');
    for (int i = 0; i < (int)p.n; i++) {
        view_setf(v, p.row[i].ref, "tickets.%d.ref", i);
        view_setf(v, p.row[i].title, "tickets.%d.title", i);
        put_priority(w, arena_printf(web_mem(w), "tickets.%d.priority", i), p.row[i].priority);
        put_tier(w, arena_printf(web_mem(w), "tickets.%d.tier", i), p.row[i].tier);
        put_state(w, arena_printf(web_mem(w), "tickets.%d.state", i), p.row[i].state);
        view_time(v, arena_printf(web_mem(w), "tickets.%d.updated", i), p.row[i].changed);
    }
    web_page(w, "title", web_text(w, "search.title", "Search"));
    return OK;
}

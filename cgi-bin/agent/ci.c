/* cgi-bin/agent/ci.c - the CMDB as agents read it.
 *
 * For     the list of items, one item with its relations and tickets.
 * Owns    nothing.
 * Never   tickets of other areas.
 * Holds   an item is addressed by its inventory number: CI-0042. */
#include "desk/ci.h"

#include "agent.h"
#include "base/clock.h"
#include "desk/ticket.h"

static const char *text_or(const char *s)
{
    return s != NULL ? s : "";
}

/* "after" is NAME and ID of the last row: "12~Laptop LT-101". */
static void read_after(struct web *w, const struct ci_form *f, struct ci_list *l)
{
    const char *tilde = f->after != NULL ? strchr(f->after, '~') : NULL;

    l->name = f->q != NULL ? f->q : "";
    if (tilde == NULL || !text_u64(arena_strndup(web_mem(w), f->after, (size_t)(tilde - f->after)), &l->id))
        return;
    l->name = tilde + 1;
}

static const char *next_link(struct web *w, const struct ci_list *l)
{
    const struct q_ci_rows_row *last = &l->row[l->n - 1];
    struct buf b = buf_new(web_mem(w), 2000);

    buf_fmt(&b, "/agent/ci?class=%s&after=%llu~",
            l->class != 0 ? arena_printf(web_mem(w), "%llu", (unsigned long long)l->class) : "", (unsigned long long)last->id);
    for (const char *s = last->name; *s != '\0'; s++)
        buf_fmt(&b, "%%%02X", (unsigned char)*s);
    return buf_text(&b);
}

static enum err put_classes(struct unit *u, struct web *w, uint64_t chosen)
{
    struct q_ci_classes q = {0};

    TRY(q_ci_classes(u, &q));
    for (int i = 0; i < (int)q.n; i++) {
        view_setf(web_view(w), arena_printf(web_mem(w), "%llu", (unsigned long long)q.row[i].id), "classes.%d.value", i);
        view_setf(web_view(w), web_text(w, arena_printf(web_mem(w), "ci.class.%s", q.row[i].class_key), q.row[i].name),
                  "classes.%d.text", i);
        view_setf(web_view(w), q.row[i].id == chosen ? "1" : "", "classes.%d.chosen", i);
    }
    return OK;
}

enum err ci_list_show(struct unit *u, struct web *w)
{
    const struct ci_form *f = web_form(w);
    struct ci_list l = {.class = f->class};
    struct view *v = web_view(w);

    read_after(w, f, &l);
    TRY(ci_page(u, &l));
    TRY(put_classes(u, w, f->class));
    for (int i = 0; i < (int)l.n; i++) {
        view_setf(v, l.row[i].number, "rows.%d.ref", i);
        view_setf(v, l.row[i].name, "rows.%d.name", i);
        view_setf(v, l.row[i].class, "rows.%d.class", i);
        put_ci_status(w, arena_printf(web_mem(w), "rows.%d.status", i), l.row[i].status);
        view_setf(v, text_or(l.row[i].owner), "rows.%d.owner", i);
        view_setf(v, text_or(l.row[i].location), "rows.%d.place", i);
        view_setf(v, arena_printf(web_mem(w), "%llu", (unsigned long long)l.row[i].tickets), "rows.%d.tickets", i);
    }
    view_set(v, "filter.q", f->q);
    view_bool(v, "filter.set", f->class != 0 || (f->q != NULL && f->q[0] != '\0'));
    if (l.more)
        view_set(v, "Pager.next", next_link(w, &l));
    if (f->after != NULL && f->after[0] != '\0')
        view_set(v, "Pager.first", "/agent/ci");
    web_page(w, "title", web_text(w, "nav.assets", "Assets"));
    web_page(w, "nav.2.current", "1");
    return OK;
}

static void put_attribute(struct web *w, int *n, const char *key, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    view_textf(web_view(w), key, "attributes.%d.label", *n);
    view_setf(web_view(w), value, "attributes.%d.value", (*n)++);
}

static void put_face(struct web *w, const struct q_ci_show *c)
{
    struct view *v = web_view(w);
    int n = 0;

    view_set(v, "ci.ref", c->out.number);
    view_set(v, "ci.name", c->out.name);
    view_set(v, "ci.class", c->out.class);
    put_ci_status(w, "ci.status", c->out.status);
    view_set(v, "ci.owner", c->out.owner != NULL ? c->out.owner : text_or(c->out.owner_uid));
    view_set(v, "ci.place", text_or(c->out.location));
    put_attribute(w, &n, "ci.vendor", c->out.vendor);
    put_attribute(w, &n, "ci.model", c->out.model);
    put_attribute(w, &n, "ci.serial", c->out.serial);
    put_attribute(w, &n, "ci.criticality", arena_printf(web_mem(w), "%u", c->out.criticality));
    if (!c->out.warranty_null)
        put_attribute(w, &n, "ci.warranty", arena_strndup(web_mem(w), clock_text(web_mem(w), c->out.warranty), 10));
}

enum err ci_item_show(struct unit *u, struct web *w)
{
    struct ci_face f;
    struct view *v = web_view(w);

    TRY(ci_read(u, web_param(w, 0), &f));
    put_face(w, &f.item);
    for (int i = 0; i < (int)f.relation.n; i++) {
        const char *side = f.relation.row[i].forward != 0 ? "" : ".back";
        view_textf(v, arena_printf(web_mem(w), "ci.kind.%s%s", f.relation.row[i].kind, side), "relations.%d.kind", i);
        view_setf(v, f.relation.row[i].number, "relations.%d.ref", i);
        view_setf(v, f.relation.row[i].name, "relations.%d.name", i);
        view_setf(v, f.relation.row[i].class, "relations.%d.class", i);
        put_ci_status(w, arena_printf(web_mem(w), "relations.%d.status", i), f.relation.row[i].status);
    }
    for (int i = 0; i < (int)f.ticket.n; i++) {
        view_setf(v, ticket_ref(web_mem(w), f.ticket.row[i].id), "tickets.%d.ref", i);
        view_setf(v, f.ticket.row[i].title, "tickets.%d.title", i);
        put_priority(w, arena_printf(web_mem(w), "tickets.%d.priority", i), f.ticket.row[i].priority);
        put_tier(w, arena_printf(web_mem(w), "tickets.%d.tier", i), f.ticket.row[i].tier);
        put_state(w, arena_printf(web_mem(w), "tickets.%d.state", i), f.ticket.row[i].state);
        view_time(v, arena_printf(web_mem(w), "tickets.%d.updated", i), f.ticket.row[i].changed);
    }
    web_page(w, "title", f.item.out.number);
    web_page(w, "nav.2.current", "1");
    return OK;
}

/* cgi-bin/portal/home.c - the start page, the catalogue, the profile.
 *
 * For     what a requester sees first: what waits for him, what is open, what can be asked for.
 * Owns    nothing.
 * Never   more than a page of one's own requests.
 * Holds   a tile of the catalogue leads to the form with the service chosen. */
#include "desk/catalog.sql.h"
#include "desk/may.h"
#include "desk/queue.h"
#include "desk/words.h"
#include "portal.h"

static void put_services(struct web *w, const struct q_catalog_all *q, const char *list)
{
    struct view *v = web_view(w);
    int n = 0;

    for (size_t i = 0; i < q->n; i++) {
        if (q->row[i].ready == 0)
            continue;
        view_setf(v, arena_printf(web_mem(w), "%llu", (unsigned long long)q->row[i].id), "%s.%d.id", list, n);
        view_setf(v, web_text(w, arena_printf(web_mem(w), "service.%s", q->row[i].service_key), q->row[i].name), "%s.%d.name",
                  list, n);
        view_setf(v, web_text(w, arena_printf(web_mem(w), "service.%s.about", q->row[i].service_key), q->row[i].description),
                  "%s.%d.about", list, n);
        view_setf(v, q->row[i].icon, "%s.%d.icon", list, n++);
    }
}

static void put_row(struct web *w, const struct queue_row *r, const char *list, int n)
{
    struct view *v = web_view(w);

    view_setf(v, r->ref, "%s.%d.ref", list, n);
    view_setf(v, r->title, "%s.%d.title", list, n);
    view_setf(v, words_state(r->state), "%s.%d.state", list, n);
    view_textf(v, arena_printf(web_mem(w), "ticket.state.%s", words_state(r->state)), "%s.%d.state.text", list, n);
    view_textf(v, arena_printf(web_mem(w), "ticket.next.%s", words_state(r->state)), "%s.%d.next", list, n);
    view_time(v, arena_printf(web_mem(w), "%s.%d.updated", list, n), r->changed);
}

enum err home_show(struct unit *u, struct web *w)
{
    struct queue_own f = {.from = TICKET_NEW, .to = TICKET_RESOLVED};
    struct q_catalog_all q = {0};
    struct queue_page p;
    int waiting = 0, open = 0;

    TRY(queue_page_own(u, &f, &p));
    for (size_t i = 0; i < p.n; i++) {
        if (p.row[i].state == TICKET_RESOLVED)
            put_row(w, &p.row[i], "waiting", waiting++);
        else
            put_row(w, &p.row[i], "open", open++);
    }
    TRY(q_catalog_all(u, &q));
    put_services(w, &q, "services");
    web_page(w, "title", web_text(w, "nav.start", "Start"));
    web_page(w, "nav.0.current", "1");
    return OK;
}

enum err catalog_show(struct unit *u, struct web *w)
{
    struct q_catalog_all q = {0};

    TRY(q_catalog_all(u, &q));
    view_text(web_view(w), "groups.0.name", "portal.services", NULL);
    put_services(w, &q, "groups.0.services");
    web_page(w, "title", web_text(w, "nav.catalog", "Services"));
    web_page(w, "nav.1.current", "1");
    return OK;
}

enum err profile_show(struct unit *u, struct web *w)
{
    const struct actor *who = web_actor(w);
    char *save = arena_strdup(web_mem(w), who->roles), *role;
    struct view *v = web_view(w);

    view_set(v, "profile.name", who->name);
    view_set(v, "profile.login", who->uid);
    for (int i = 0; (role = strsep(&save, ",")) != NULL; i++) {
        view_setf(v, web_text(w, arena_printf(web_mem(w), "role.%s", role), role), "roles.%d.name", i);
        view_setf(v, role, "roles.%d.via", i);
    }
    web_page(w, "title", web_text(w, "page.profile", "Profile"));
    return OK;
}

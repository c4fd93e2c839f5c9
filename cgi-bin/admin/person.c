/* cgi-bin/admin/person.c - one person: roles, where they come from, sessions.
 *
 * For     seeing a person's rights and ending the sessions.
 * Owns    nothing.
 * Never   shows what identifies a session; changes a role.
 * Holds   sessions end all at once, with an event in the person's stream. */
#include "admin.h"

#include "desk/person.sql.h"
#include "desk/upkeep.h"

/* The groups that give ROLE, as far as the mapping says. */
static const char *via(struct web *w, const struct q_person_role_map *map, const char *role)
{
    struct buf b = buf_new(web_mem(w), 64000);

    for (size_t i = 0; i < map->n; i++) {
        if (strcmp(map->row[i].role, role) == 0)
            buf_fmt(&b, "%s%s", b.len > 0 ? "; " : "", map->row[i].group_dn);
    }
    return buf_text(&b);
}

static enum err put_roles(struct unit *u, struct web *w, const char *roles)
{
    struct q_person_role_map map = {0};
    char *save = arena_strdup(web_mem(w), roles), *role;
    int n = 0;

    TRY(q_person_role_map(u, &map));
    while ((role = strsep(&save, ",")) != NULL) {
        if (*role == '\0')
            continue;
        view_setf(web_view(w), role_words(w, role), "roles.%d.name", n);
        view_setf(web_view(w), via(w, &map, role), "roles.%d.via", n++);
    }
    return OK;
}

static enum err put_sessions(struct unit *u, struct web *w, uint64_t person)
{
    struct q_person_sessions q = {.in = {.id = person}};
    int n = 0;

    TRY(q_person_sessions(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        if (q.row[i].expires <= u->now)
            continue;
        view_setf(web_view(w), q.row[i].address, "sessions.%d.address", n);
        view_time(web_view(w), arena_printf(web_mem(w), "sessions.%d.since", n), q.row[i].created);
        view_time(web_view(w), arena_printf(web_mem(w), "sessions.%d.seen", n++), q.row[i].seen);
    }
    return OK;
}

enum err person_show(struct unit *u, struct web *w)
{
    struct q_person_get q = {.in = {.id = web_param_id(w, 0)}};
    struct view *v = web_view(w);

    TRY(q_person_get(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no person %s", web_param(w, 0));
    view_set(v, "person.id", web_param(w, 0));
    view_set(v, "person.name", q.out.name);
    view_set(v, "person.login", q.out.uid);
    view_set(v, "person.mail", q.out.mail);
    view_time(v, "person.refreshed", q.out.synced);
    person_put_state(w, "person.state", q.out.active);
    TRY(put_roles(u, w, q.out.roles));
    TRY(put_sessions(u, w, q.in.id));
    web_page(w, "title", q.out.name);
    web_page(w, "nav.2.current", "1");
    return OK;
}

enum err person_end_sessions(struct unit *u, struct web *w)
{
    struct q_person_get q = {.in = {.id = web_param_id(w, 0)}};

    TRY(q_person_get(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no person %s", web_param(w, 0));
    TRY(upkeep_end_sessions(u, q.in.id));
    return reply_see_other_said(w, arena_printf(web_mem(w), "/admin/person/%s", web_param(w, 0)), "person.ended_said");
}

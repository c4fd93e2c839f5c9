/* cgi-bin/admin/role.c - which group of the directory gives which role, and who has which.
 *
 * For     answering "why can this person do that?".
 * Owns    nothing; the mapping is changed by the command line, the roles by the directory.
 * Never   gives or takes a role.
 * Holds   at most 50 people are shown; the search narrows them. */
#include "admin.h"

#include "desk/operate.sql.h"
#include "desk/person.sql.h"

enum { PEOPLE_SHOWN = 50 };

const char *role_words(struct web *w, const char *roles)
{
    char *save = arena_strdup(web_mem(w), roles), *role;
    struct buf b = buf_new(web_mem(w), 4000);

    while ((role = strsep(&save, ",")) != NULL) {
        if (*role != '\0')
            buf_fmt(&b, "%s%s", b.len > 0 ? " · " : "", web_text(w, arena_printf(web_mem(w), "role.%s", role), role));
    }
    return buf_text(&b);
}

void person_put_state(struct web *w, const char *path, bool active)
{
    const char *word = active ? "active" : "disabled";

    view_set(web_view(w), path, word);
    view_textf(web_view(w), arena_printf(web_mem(w), "person.state.%s", word), "%s.text", path);
}

static enum err put_map(struct unit *u, struct web *w)
{
    struct view *v = web_view(w);
    struct q_person_role_map map = {0};
    struct q_operate_queues queues = {0};

    TRY(q_person_role_map(u, &map));
    TRY(q_operate_queues(u, &queues));
    for (size_t i = 0; i < map.n; i++) {
        struct buf b = buf_new(web_mem(w), 4000);
        for (size_t k = 0; k < queues.n; k++) {
            if (strcmp(queues.row[k].role, map.row[i].role) == 0)
                buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "", queues.row[k].name);
        }
        view_setf(v, map.row[i].group_dn, "rows.%d.group", (int)i);
        view_setf(v, role_words(w, map.row[i].role), "rows.%d.role.text", (int)i);
        view_setf(v, buf_text(&b), "rows.%d.queue", (int)i);
    }
    return OK;
}

/* A pattern of LIKE that finds TEXT anywhere, with nothing in TEXT that means something. */
static const char *pattern(struct web *w, const char *text)
{
    struct buf b = buf_new(web_mem(w), 2000);

    buf_char(&b, '%');
    for (; *text != '\0'; text++) {
        if (strchr("%_\\", *text) != NULL)
            buf_char(&b, '\\');
        buf_char(&b, *text);
    }
    buf_char(&b, '%');
    return buf_text(&b);
}

static enum err put_people(struct unit *u, struct web *w, const char *words)
{
    struct view *v = web_view(w);
    struct q_person_list q = {.in = {.pattern = pattern(w, words)}};

    TRY(q_person_list(u, &q));
    for (size_t i = 0; i < q.n && i < PEOPLE_SHOWN; i++) {
        view_setf(v, arena_printf(web_mem(w), "%llu", (unsigned long long)q.row[i].id), "people.%d.id", (int)i);
        view_setf(v, q.row[i].name, "people.%d.name", (int)i);
        view_setf(v, q.row[i].uid, "people.%d.login", (int)i);
        view_setf(v, role_words(w, q.row[i].roles), "people.%d.roles", (int)i);
        person_put_state(w, arena_printf(web_mem(w), "people.%d.state", (int)i), q.row[i].active);
    }
    if (q.n > PEOPLE_SHOWN)
        view_int(v, "filter.more", PEOPLE_SHOWN);
    return OK;
}

enum err role_list(struct unit *u, struct web *w)
{
    const struct find_form *f = web_form(w);

    TRY(put_map(u, w));
    TRY(put_people(u, w, f->q));
    view_set(web_view(w), "filter.q", f->q);
    web_page(w, "title", web_text(w, "role.title", "Roles"));
    web_page(w, "nav.2.current", "1");
    return OK;
}

/* cgi-bin/login/login.c - signing in and out.
 *
 * For     turning a name and a password into a session.
 * Owns    the order: back-off, directory, person, session.
 * Never   says why a sign-in failed: unknown, wrong, disabled and without a role look alike.
 * Holds   a failed sign-in is counted even though the answer is an error: its row is written by a unit that succeeds. */
#include "login.h"

#include "audit/audit.h"
#include "base/text.h"
#include "desk/area.h"
#include "desk/may.h"
#include "desk/person.h"
#include "dir/dir.h"
#include "dir/roles.h"

struct asked {
    const struct login_form *form;
    int64_t wait;
    struct person_role *map;
    size_t n_map;
    bool good;
    struct dir_person person;
    struct dir_groups groups;
};

struct host {
    struct dir *dir;
};

enum err login_start(struct arena *mem, const struct conf *conf, const void **host)
{
    struct host *h = ARENA_NEW(mem, struct host);

    *host = h;
    return dir_open(mem, conf, &h->dir);
}

/* Everybody may use the portal; who has a workspace of his own lands there. */
static const char *home_of(struct web *w, const struct actor *who)
{
    const char *area, *home = "portal";

    for (int i = 0; (area = area_of(who, i)) != NULL; i++)
        home = area;
    return arena_printf(web_mem(w), "/%s/", home);
}

/* A path of our own and nothing else: no scheme, no host, no backslash. */
static bool own_path(const char *s)
{
    return s != NULL && s[0] == '/' && s[1] != '/' && s[1] != '\0' && strpbrk(s, "\\ \t\n:@") == NULL &&
           strstr(s, "..") == NULL;
}

enum err login_show(struct unit *u, struct web *w)
{
    const struct login_form *f = web_form(w);

    if (web_actor(w)->id != 0)
        return reply_see_other(w, home_of(w, web_actor(w)));
    form_value(w, "next", f != NULL && own_path(f->next) ? f->next : "");
    return OK;
}

enum err login_look(struct unit *u, struct web *w)
{
    struct asked *a = ARENA_NEW(web_mem(w), struct asked);
    struct person_role *map;

    a->form = web_form(w);
    TRY(person_backoff(u, a->form->user, web_address(w), web_conf(w)->login_tries, &a->wait));
    if (a->wait > 0)
        return fail(E_LIMIT, "sign-in: %lld seconds to wait", (long long)a->wait);
    TRY(person_role_map(u, &map, &a->n_map));
    a->map = ARENA_NEW_N(web_mem(w), struct person_role, a->n_map);
    for (size_t i = 0; i < a->n_map; i++)
        a->map[i] =
            (struct person_role){map[i].id, arena_strdup(web_mem(w), map[i].group_dn), arena_strdup(web_mem(w), map[i].role)};
    web_keep(w, a);
    return OK;
}

enum err login_ask(struct unit *u, struct web *w)
{
    struct asked *a = web_kept(w);
    const struct host *h = web_host(w);
    struct span password = {a->form->password, strlen(a->form->password)};

    enum err e = dir_login(h->dir, web_mem(w), a->form->user, password, &a->person);
    explicit_bzero((void *)(uintptr_t)a->form->password, password.n);
    if (e == E_LOGIN)
        return OK;
    TRY(e);
    TRY(dir_groups_of(h->dir, web_mem(w), a->person.dn, &a->groups));
    a->good = true;
    return OK;
}

static const char *language(struct web *w, const struct dir_person *p)
{
    return p->lang[0] != '\0' && text_in_list("en de it pl hu", p->lang) ? p->lang : web_conf(w)->site_lang;
}

static enum err refused(struct unit *u, struct web *w, const struct asked *a)
{
    TRY(person_failed(u, a->form->user, web_address(w)));
    if (form_error(w, "password", "login.refused") != E_FORM)
        return fail(E_BUG, "the form of the sign-in has no password");
    return reply_refused(w, E_FORM);
}

enum err login_enter(struct unit *u, struct web *w)
{
    const struct asked *a = web_kept(w);
    struct role_map *map = ARENA_NEW_N(u->mem, struct role_map, a->n_map);
    uint64_t id;

    for (size_t i = 0; i < a->n_map; i++)
        map[i] = (struct role_map){a->map[i].group_dn, a->map[i].role};
    const char *roles = a->good ? roles_of(u->mem, &a->groups, map, a->n_map) : "";
    if (!a->good || a->person.disabled || roles[0] == '\0')
        return refused(u, w, a);
    struct person_entry e = {.directory = "ldap",
                             .entry_id = a->person.id,
                             .uid = a->person.uid,
                             .name = a->person.name,
                             .mail = a->person.mail,
                             .lang = language(w, &a->person),
                             .roles = roles,
                             .active = true};
    TRY(person_sign_in(u, &e, &id));
    TRY(person_failures_forget(u, a->form->user, web_address(w)));
    struct session_start s = {.person = id, .address = web_address(w), .agent = web_agent(w)};
    TRY(session_begin(u, w, &s));
    struct actor who = {.id = id, .roles = roles, .caps = may_caps(roles)};
    return reply_see_other(w, own_path(a->form->next) ? a->form->next : home_of(w, &who));
}

enum err login_gone(struct unit *u, struct web *w)
{
    return OK;
}

enum err login_leave(struct unit *u, struct web *w)
{
    const struct actor *who = web_actor(w);
    struct audit_note note = {.event = EV_SIGNED_OUT, .stream = AUDIT_PERSON, .id = who->id, .subject = who->uid};

    TRY(session_end(u, w));
    TRY(audit_log(u, &note));
    return reply_see_other(w, "/login/out");
}

enum err login_leave_all(struct unit *u, struct web *w)
{
    const struct actor *who = web_actor(w);
    struct audit_note note = {.event = EV_SESSIONS_ENDED, .stream = AUDIT_PERSON, .id = who->id, .subject = who->uid};

    TRY(session_end_all(u, who->id));
    TRY(session_end(u, w)); /* the cookie of this browser goes as well */
    TRY(audit_log(u, &note));
    return reply_see_other_said(w, "/login/out", "said.sessions_ended");
}

/* Language and theme: in the person's row for those who are signed in, in a cookie for all. */
enum err login_look_change(struct unit *u, struct web *w)
{
    const struct look_form *f = web_form(w);
    const char *lang = f->lang != NULL && f->lang[0] != '\0' ? f->lang : NULL;
    const char *theme = f->theme != NULL && f->theme[0] != '\0' ? f->theme : NULL;
    const char *base = web_conf(w)->base_path, *back = f->back;

    reply_look(w, lang, theme);
    if (web_actor(w)->id != 0)
        TRY(person_prefer(u, lang, theme));
    if (back != NULL && text_starts(back, base))
        back += strlen(base);
    return reply_see_other_said(w, own_path(back) ? back : "/", "said.look");
}

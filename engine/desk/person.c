/* engine/desk/person.c - people as the directory knows them.
 *
 * For     turning directory entries into people with roles, and slowing down who guesses passwords.
 * Owns    the tables person, role_map and login_failure.
 * Never   passwords, LDAP (login and worker ask the directory and hand the answer in).
 * Holds   identity is (directory, entry id), never a mail address or a name; caps follow from roles alone. */
#include "desk/person.h"

#include "audit/audit.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "desk/may.h"
#include "desk/person.sql.h"

enum { WINDOW_MINUTES = 15, LIMIT_ADDRESS_TRIES = 100, LIMIT_WAIT = 900 };

enum err person_role_map(struct unit *u, struct person_role **out, size_t *n)
{
    struct q_person_role_map q = {0};

    TRY(q_person_role_map(u, &q));
    *out = ARENA_NEW_N(u->mem, struct person_role, q.n);
    *n = q.n;
    for (size_t i = 0; i < q.n; i++)
        (*out)[i] = (struct person_role){q.row[i].id, q.row[i].group_dn, q.row[i].role};
    return OK;
}

static enum err event(struct unit *u, enum audit_event e, uint64_t id, const char *uid, const struct audit_field *f, uint32_t n)
{
    struct audit_note note = {.event = e, .stream = AUDIT_PERSON, .id = id, .subject = uid, .field = f, .n_field = n};

    return audit_log(u, &note);
}

static enum err add(struct unit *u, const struct person_entry *e, uint64_t *id)
{
    struct q_person_add q = {.in = {.directory = e->directory,
                                    .entry = e->entry_id,
                                    .uid = e->uid,
                                    .name = e->name,
                                    .mail = e->mail,
                                    .lang = e->lang,
                                    .roles = e->roles,
                                    .caps = may_caps(e->roles),
                                    .at = u->now}};

    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_person_add(u, &q));
    *id = q.in.id;
    return event(u, EV_ROLES_CHANGED, *id, e->uid, &(struct audit_field){"roles", NULL, e->roles}, 1);
}

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Writes what differs; the row is locked by person_by_entry. */
static enum err bring_up(struct unit *u, const struct q_person_by_entry *old, const struct person_entry *e, bool *changed)
{
    const char *roles = e->active ? e->roles : "";
    bool rights = !same(old->out.roles, roles) || old->out.active != e->active || old->out.caps != may_caps(roles);

    *changed = rights;
    if (!rights && same(old->out.uid, e->uid) && same(old->out.name, e->name) && same(old->out.mail, e->mail)) {
        struct q_person_seen seen = {.in = {.id = old->out.id, .at = u->now}};
        return q_person_seen(u, &seen);
    }
    struct q_person_put q = {.in = {.id = old->out.id,
                                    .uid = e->uid,
                                    .name = e->name,
                                    .mail = e->mail,
                                    .roles = roles,
                                    .caps = may_caps(roles),
                                    .active = e->active,
                                    .at = u->now}};
    TRY(q_person_put(u, &q));
    struct audit_field f[] = {{"roles", old->out.roles, roles}, {"active", old->out.active ? "1" : "0", e->active ? "1" : "0"}};
    return event(u, e->active ? EV_ROLES_CHANGED : EV_PERSON_DISABLED, old->out.id, e->uid, f, 2);
}

enum err person_sign_in(struct unit *u, const struct person_entry *e, uint64_t *id)
{
    struct q_person_by_entry q = {.in = {.directory = e->directory, .entry = e->entry_id}};
    bool changed;

    if (!e->active || e->roles[0] == '\0')
        return fail(E_LOGIN, "%s is disabled or has no role here", e->uid);
    TRY(q_person_by_entry(u, &q));
    if (q.found) {
        *id = q.out.id;
        TRY(bring_up(u, &q, e, &changed));
    } else {
        TRY(add(u, e, id));
    }
    return event(u, EV_SIGNED_IN, *id, e->uid, NULL, 0);
}

enum err person_refresh(struct unit *u, uint64_t id, const struct person_entry *e, bool *changed)
{
    struct q_person_by_entry q = {.in = {.directory = e->directory, .entry = e->entry_id}};

    TRY(q_person_by_entry(u, &q));
    if (!q.found || q.out.id != id)
        return fail(E_NOTFOUND, "there is no person %llu", (unsigned long long)id);
    return bring_up(u, &q, e, changed);
}

enum err person_due(struct unit *u, int64_t before, struct person_due **out, size_t *n)
{
    struct q_person_stale q = {.in = {.before = before}};

    TRY(q_person_stale(u, &q));
    *out = ARENA_NEW_N(u->mem, struct person_due, q.n);
    *n = q.n;
    for (size_t i = 0; i < q.n; i++)
        (*out)[i] = (struct person_due){q.row[i].id, q.row[i].directory, q.row[i].entry, q.row[i].uid};
    return OK;
}

/* ---- back-off ---- */

static struct span name_hash(struct unit *u, const char *name)
{
    struct digest *d = arena_memdup(u->mem, &(struct digest){{0}}, sizeof *d);

    *d = digest_of(name, strlen(name));
    return (struct span){(const char *)d->b, sizeof d->b};
}

enum err person_backoff(struct unit *u, const char *name, const char *address, int64_t tries, int64_t *wait)
{
    int64_t since = u->now - WINDOW_MINUTES * CLOCK_MINUTE;
    struct q_person_failures q = {.in = {.name = name_hash(u, name), .address = address, .since = since}};

    TRY(q_person_failures(u, &q));
    *wait = 0;
    if ((int64_t)q.out.by_address >= LIMIT_ADDRESS_TRIES && tries < LIMIT_ADDRESS_TRIES)
        *wait = WINDOW_MINUTES * 60;
    int64_t over = (int64_t)q.out.by_name - tries;
    if (over < 0 || q.out.last_null)
        return OK;
    int64_t pause = over < 9 ? (int64_t)2 << over : LIMIT_WAIT; /* 2, 4, 8 … seconds after the last failure */
    int64_t left = (q.out.last + pause * CLOCK_SECOND - u->now + CLOCK_SECOND - 1) / CLOCK_SECOND;
    if (left > *wait)
        *wait = left;
    return OK;
}

enum err person_failed(struct unit *u, const char *name, const char *address)
{
    struct q_person_failure_add q = {.in = {.name = name_hash(u, name), .address = address, .at = u->now}};
    struct audit_field f = {"address", NULL, address};
    struct audit_note note = {
        .event = EV_SIGN_IN_FAILED, .stream = AUDIT_SYSTEM, .id = 1, .subject = "sign-in", .field = &f, .n_field = 1};

    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_person_failure_add(u, &q));
    return audit_log(u, &note);
}

enum err person_failures_forget(struct unit *u, const char *name, const char *address)
{
    struct q_person_failures_forget q = {.in = {.name = name_hash(u, name), .address = address}};

    return q_person_failures_forget(u, &q);
}

enum err person_failures_sweep(struct unit *u)
{
    struct q_person_failures_sweep q = {.in = {.before = u->now - CLOCK_DAY}};

    return q_person_failures_sweep(u, &q);
}

enum err person_prefer(struct unit *u, const char *lang, const char *theme)
{
    struct q_person_lang q = {.in = {.id = u->who->id, .lang = lang, .theme = theme}};

    return q_person_lang(u, &q);
}

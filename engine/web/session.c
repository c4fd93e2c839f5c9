/* engine/web/session.c - who is signed in, by the cookie of the browser.
 *
 * For     finding the person of a request in one query; beginning and ending sessions.
 * Owns    the rows of `session` and the cookie __Host-gradus (gradus where a demo runs without https).
 * Never   stores what the browser has (only its SHA-256); takes identity from anything else; knows a password.
 * Holds   a session ends after session_idle without a visit, after session_life in any case, and with the person's account.
 *
 * The cookie is SameSite=Lax: links in mails must find the person signed in. A POST from elsewhere does not carry it, and would
 * not pass csrf.c either. Roles and capabilities stand in the person's row, which is refreshed from the directory, so a session
 * never outlives a right by more than that refresh. The hash of the browser's name is compared for the log only: browsers
 * change it with every update. */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "web/session.sql.h"
#include "web/web_int.h"

/* The hash of the cookie's value; false if there is no cookie that could be ours. */
static bool cookie_hash(struct web *w, struct digest *out)
{
    unsigned char id[SESSION_ID];
    const char *value = request_cookie(&w->rq, reply_cookie_name(w, "gradus"));

    if (value == NULL || !text_unhex(value, id, sizeof id))
        return false;
    *out = digest_of(id, sizeof id);
    return true;
}

bool session_cookie(struct web *w)
{
    struct digest id;

    return cookie_hash(w, &id);
}

enum err session_load(struct unit *u, struct web *w)
{
    struct q_session_with_person q = {0};
    const struct conf *conf = &w->site->conf;

    if (!cookie_hash(w, &w->session.id))
        return OK;
    q.in.id = (struct span){.p = (const char *)w->session.id.b, .n = DIGEST_SIZE};
    TRY(q_session_with_person(u, &q));
    if (!q.found || q.out.expires <= u->now || q.out.seen + conf->session_idle * CLOCK_SECOND <= u->now ||
        q.out.csrf.n != DIGEST_SIZE)
        return OK;
    if (q.out.synced + (conf->ldap_refresh * 2 + conf->ldap_stale) * CLOCK_SECOND <= u->now) {
        log_write(LOG_WARNING, "the roles of person %" PRIu64 " were not read for too long: the directory is down",
                  q.out.person);
        return OK;
    }
    struct digest agent = digest_of(w->rq.agent, strlen(w->rq.agent));
    if (q.out.agent_hash.n == DIGEST_SIZE && !digest_same(q.out.agent_hash.p, agent.b, DIGEST_SIZE))
        log_write(LOG_NOTICE, "the session of person %" PRIu64 " comes from another browser than it began in", q.out.person);
    w->session.found = true;
    w->session.created = q.out.created;
    w->session.seen = q.out.seen;
    memcpy(w->session.csrf.b, q.out.csrf.p, DIGEST_SIZE);
    w->actor.id = q.out.person;
    w->actor.uid = arena_strdup(w->mem, q.out.uid);
    w->actor.name = arena_strdup(w->mem, q.out.name);
    w->actor.roles = arena_strdup(w->mem, q.out.roles);
    w->actor.caps = q.out.caps;
    w->theme = arena_strdup(w->mem, q.out.theme);
    const char *lang = lang_known(q.out.lang);
    if (lang != NULL)
        w->actor.lang = w->lang = lang;
    if (w->view != NULL)
        view_language(w->view, w->lang);
    return OK;
}

static enum err visit(struct unit *u, void *arg)
{
    struct web *w = arg;
    struct q_session_seen q = {.in = {.now = u->now, .before = u->now - CLOCK_MINUTE}};

    q.in.id = (struct span){.p = (const char *)w->session.id.b, .n = DIGEST_SIZE};
    return q_session_seen(u, &q);
}

void session_visit(struct web *w)
{
    if (!w->session.found || w->now - w->session.seen < CLOCK_MINUTE)
        return;
    if (unit_run(&w->site->units, w->work, UNIT_RW, &w->actor, NULL, visit, w) != OK)
        log_trouble();
}

static enum err close_one(struct unit *u, const void *id_hash)
{
    struct q_session_close q = {.in = {.id = {.p = id_hash, .n = DIGEST_SIZE}, .now = u->now}};

    return q_session_close(u, &q);
}

enum err session_begin(struct unit *u, struct web *w, const struct session_start *s)
{
    unsigned char id[SESSION_ID];
    struct q_session_open_of open = {.in = {.person = s->person, .now = u->now}};
    size_t keep = (size_t)w->site->conf.sessions_each - 1;

    if (w->session.found)
        TRY(close_one(u, w->session.id.b));
    TRY(q_session_open_of(u, &open));
    for (size_t i = keep; i < open.n; i++)
        TRY(close_one(u, open.row[i].id.p));
    rand_bytes(id, sizeof id);
    rand_bytes(w->session.csrf.b, sizeof w->session.csrf.b);
    w->session.id = digest_of(id, sizeof id);
    struct digest agent = digest_of(s->agent, strlen(s->agent));
    struct q_session_add add = {.in = {.person = s->person, .now = u->now, .address = s->address}};
    add.in.id = (struct span){.p = (const char *)w->session.id.b, .n = DIGEST_SIZE};
    add.in.csrf = (struct span){.p = (const char *)w->session.csrf.b, .n = DIGEST_SIZE};
    add.in.agent_hash = (struct span){.p = (const char *)agent.b, .n = DIGEST_SIZE};
    add.in.expires = u->now + w->site->conf.session_life * CLOCK_SECOND;
    TRY(q_session_add(u, &add));
    w->session.found = true;
    w->session.created = w->session.seen = u->now;
    reply_cookie(w, "gradus", digest_hex(w->mem, id, sizeof id), -1);
    return OK;
}

enum err session_end(struct unit *u, struct web *w)
{
    if (w->session.found)
        TRY(close_one(u, w->session.id.b));
    w->session.found = false;
    reply_header(w, "Clear-Site-Data", "\"cache\", \"storage\"");
    reply_cookie(w, "gradus", "", 0);
    return OK;
}

enum err session_end_all(struct unit *u, uint64_t person)
{
    struct q_session_close_all q = {.in = {.person = person, .now = u->now}};

    return q_session_close_all(u, &q);
}

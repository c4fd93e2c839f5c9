/* cgi-bin/admin/health.c - is the house well?
 *
 * For     one page that says what needs a look, and what the settings are.
 * Owns    the bounds beyond which a number is worth a look.
 * Never   a secret: a setting that is one is shown as set or not.
 * Holds   everything on the page is of one moment. */
#include "admin.h"

#include "base/clock.h"
#include "desk/operate.sql.h"

enum { LATE_WARN = 60, LATE_BAD = 600 }; /* seconds */

enum { PLAIN, SECRET };

/* clang-format off */
static const struct {
    const char *name;
    bool number, secret;
    size_t at; /* in struct conf */
} settings[] = {
#define CONF_TEXT(name, def, secret, prose) {#name, false, secret == SECRET, offsetof(struct conf, name)},
#define CONF_INT(name, def, least, most, prose) {#name, true, false, offsetof(struct conf, name)},
#include "conf.def"
#undef CONF_TEXT
#undef CONF_INT
};
/* clang-format on */

enum state { WELL, LOOK, FAILED };

static const char *number(struct web *w, int64_t n)
{
    return arena_printf(web_mem(w), "%lld", (long long)n);
}

/* One row of "checks": the part's name is the text KEY. */
static const char *put_check(struct web *w, int n, const char *key, enum state s)
{
    static const char *const word[] = {"ok", "warn", "bad"};
    struct view *v = web_view(w);

    view_textf(v, key, "checks.%d.name", n);
    view_setf(v, word[s], "checks.%d.state", n);
    view_textf(v, arena_printf(web_mem(w), "health.state.%s", word[s]), "checks.%d.state.text", n);
    return arena_printf(web_mem(w), "checks.%d.text", n);
}

static void put_database(struct web *w, const struct q_operate_health *q)
{
    const char *at = put_check(w, 0, "health.db", q->out.half_null ? WELL : FAILED);

    if (!q->out.half_null)
        view_text(web_view(w), at, "health.schema.half", number(w, q->out.half), NULL);
    else
        view_text(web_view(w), at, "health.db.says", q->out.server, number(w, q->out.schema), NULL);
}

static void put_worker(struct web *w, const struct q_operate_health *q, int64_t now)
{
    int64_t late = q->out.oldest_null ? 0 : (now - q->out.oldest) / CLOCK_SECOND;
    const char *at = put_check(w, 1, "health.worker", late >= LATE_BAD ? FAILED : late >= LATE_WARN ? LOOK : WELL);

    if (q->out.late == 0)
        view_text(web_view(w), at, "health.worker.ontime", NULL);
    else
        view_text(web_view(w), at, "health.worker.late", number(w, (int64_t)q->out.late), number(w, late), NULL);
}

static void put_work(struct web *w, const struct q_operate_health *q)
{
    const char *at = put_check(w, 2, "health.jobs", q->out.failed > 0 ? LOOK : WELL);

    view_text(web_view(w), at, "health.jobs.says", number(w, (int64_t)q->out.waiting), number(w, (int64_t)q->out.failed), NULL);
    at = put_check(w, 3, "health.incidents", q->out.incidents > 0 ? LOOK : WELL);
    view_text(web_view(w), at, "health.incidents.says", number(w, (int64_t)q->out.incidents), NULL);
}

/* The worker reads everybody's roles every ldap_refresh seconds; roles that are older than ldap_stale are not good any more. */
static void put_directory(struct web *w, const struct q_operate_health *q, int64_t now)
{
    const struct conf *c = web_conf(w);
    int64_t age = q->out.synced_null ? 0 : (now - q->out.synced) / CLOCK_SECOND, late = 2 * c->ldap_refresh + LATE_WARN;
    bool is_late = age > late;
    const char *at = put_check(w, 4, "health.directory", is_late && age > c->ldap_stale ? FAILED : is_late ? LOOK : WELL);

    if (q->out.synced_null)
        view_text(web_view(w), at, "health.directory.none", NULL);
    else
        view_text(web_view(w), at, is_late ? "health.directory.off" : "health.directory.says", number(w, age), NULL);
}

static void put_fact(struct web *w, int n, const char *key, int64_t value)
{
    view_textf(web_view(w), key, "facts.%d.label", n);
    view_setf(web_view(w), number(w, value), "facts.%d.value", n);
}

static void put_settings(struct web *w)
{
    const char *conf = (const char *)web_conf(w);

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const void *at = conf + settings[i].at;
        const char *text = settings[i].number ? number(w, *(const int64_t *)at) : *(const char *const *)at;
        if (settings[i].secret && text[0] != '\0')
            text = web_text(w, "health.secret_set", "***");
        view_setf(web_view(w), settings[i].name, "settings.%d.name", (int)i);
        view_setf(web_view(w), text, "settings.%d.value", (int)i);
    }
}

enum err health_show(struct unit *u, struct web *w)
{
    struct q_operate_health q = {.in = {.now = u->now}};

    TRY(q_operate_health(u, &q));
    view_time(web_view(w), "health.at", u->now);
    put_database(w, &q);
    put_worker(w, &q, u->now);
    put_work(w, &q);
    put_directory(w, &q, u->now);
    put_fact(w, 0, "health.open_tickets", q.out.tickets_null ? 0 : (int64_t)q.out.tickets);
    put_fact(w, 1, "health.sessions", (int64_t)q.out.sessions);
    put_settings(w);
    web_page(w, "title", web_text(w, "health.title", "Health"));
    web_page(w, "nav.0.current", "1");
    return OK;
}

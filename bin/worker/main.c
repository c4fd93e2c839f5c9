/* bin/worker/main.c - gradus-worker: everything that is due.
 *
 * For     timers, service jobs, the refresh of roles from the directory, small counters.
 * Owns    the loop and its rhythm; what is done stands in flow/ and desk/.
 * Never   a transaction of its own making, a page.
 * Holds   killed at any moment it loses nothing and does nothing twice: a job and its effect are one transaction, a lease ends.
 *
 * A poll for due jobs begins at the low-water mark, the due moment of the last job seen: without it every poll walks the delete-marked
 * entries at the head of the index. Every SWEEP_SECONDS one poll goes without the mark, for jobs that were committed late. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/rand.h"
#include "desk/person.h"
#include "desk/services.h"
#include "desk/upkeep.h"
#include "dir/dir.h"
#include "dir/roles.h"

enum { SWEEP_SECONDS = 5, COUNT_SECONDS = 5, TIDY_SECONDS = 600, LIMIT_PEOPLE = 200 };

struct worker {
    struct arena *mem;  /* the program's */
    struct arena *work; /* of one round; rewound */
    struct conf conf;
    struct unit_conf uc;
    struct actor who;
    struct dir *dir;
    char owner[64];
    int64_t low;                               /* low-water mark */
    int64_t swept, counted, tidied, refreshed; /* when last, monotonic microseconds */
};

static enum err unit(struct worker *w, enum unit_mode mode, unit_fn fn, void *arg)
{
    return unit_run(&w->uc, w->work, mode, &w->who, NULL, fn, arg);
}

/* ---- jobs ---- */

struct leasing {
    struct flow_lease l;
    int64_t seconds;
};

static enum err lease(struct unit *u, void *arg)
{
    struct leasing *x = arg;

    x->l.until = u->now + x->seconds * CLOCK_SECOND;
    return flow_job_lease(u, &x->l);
}

struct one {
    struct worker *w;
    const struct flow_job *job;
    const char *why;
};

static enum err run_one(struct unit *u, void *arg)
{
    const struct one *o = arg;

    return flow_job_run(u, o->job, o->w->owner);
}

static enum err failed_one(struct unit *u, void *arg)
{
    const struct one *o = arg;

    return flow_job_failed(u, o->job, o->w->owner, o->why);
}

static void do_job(struct worker *w, const struct flow_job *j)
{
    struct arena_mark mark = arena_mark(w->work);
    struct one o = {.w = w, .job = j};
    char id[40];

    snprintf(id, sizeof id, "job-%" PRIu64, j->id);
    log_request(id);
    w->who.request = id;
    enum err e = unit(w, UNIT_RW, run_one, &o);
    if (e != OK)
        log_trouble();
    if (e != OK && err_status(e) != 503) { /* a database that is busy or away is no failure of the job: the lease ends */
        o.why = arena_printf(w->work, "%s: %s", err_name(trouble()->code), trouble()->text);
        if (unit(w, UNIT_RW, failed_one, &o) != OK)
            log_trouble(); /* the lease ends by itself and the job is tried again */
    }
    w->who.request = "worker";
    log_request("");
    arena_rewind(w->work, mark);
}

/* One batch; the answer says whether there may be more. */
static bool do_jobs(struct worker *w)
{
    int64_t now = clock_monotonic();
    bool sweep = now - w->swept >= SWEEP_SECONDS * CLOCK_SECOND;
    struct leasing x = {.l = {.owner = w->owner, .low = sweep ? INT64_MIN : w->low, .n = (uint32_t)w->conf.worker_batch},
                        .seconds = w->conf.worker_lease};

    if (unit(w, UNIT_RW, lease, &x) != OK) {
        log_trouble();
        return false;
    }
    if (sweep)
        w->swept = now;
    for (size_t i = 0; i < x.l.n_job; i++) {
        if (x.l.job[i].due > w->low)
            w->low = x.l.job[i].due;
        do_job(w, &x.l.job[i]);
    }
    return x.l.n_job == x.l.n;
}

/* ---- people ---- */

struct people {
    int64_t before;
    struct person_due *due;
    size_t n;
    struct person_role *map;
    size_t n_map;
};

static enum err people_due(struct unit *u, void *arg)
{
    struct people *p = arg;

    TRY(person_role_map(u, &p->map, &p->n_map));
    return person_due(u, p->before, &p->due, &p->n);
}

struct refresh {
    const struct person_due *due;
    struct person_entry entry;
    bool changed;
};

static enum err refresh_one(struct unit *u, void *arg)
{
    struct refresh *r = arg;

    TRY(person_refresh(u, r->due->id, &r->entry, &r->changed));
    return r->changed && !r->entry.active ? upkeep_end_sessions(u, r->due->id) : OK;
}

/* What the directory says of one person now. A person who is gone is one who is not active. */
static enum err ask_directory(struct worker *w, const struct people *p, struct refresh *r)
{
    struct role_map *map = ARENA_NEW_N(w->work, struct role_map, p->n_map);
    struct dir_person person = {0};
    struct dir_groups groups;
    bool found;

    TRY(dir_find_by_id(w->dir, w->work, r->due->entry_id, &person, &found));
    r->entry = (struct person_entry){.directory = r->due->directory,
                                     .entry_id = r->due->entry_id,
                                     .uid = r->due->uid,
                                     .name = r->due->uid,
                                     .mail = "",
                                     .lang = "",
                                     .roles = ""};
    if (!found || person.disabled)
        return OK;
    TRY(dir_groups_of(w->dir, w->work, person.dn, &groups));
    for (size_t i = 0; i < p->n_map; i++)
        map[i] = (struct role_map){p->map[i].group_dn, p->map[i].role};
    r->entry.uid = person.uid;
    r->entry.name = person.name;
    r->entry.mail = person.mail;
    r->entry.roles = roles_of(w->work, &groups, map, p->n_map);
    r->entry.active = r->entry.roles[0] != '\0';
    return OK;
}

static void refresh_people(struct worker *w)
{
    struct people p = {.before = clock_now() - w->conf.ldap_refresh * CLOCK_SECOND};

    if (unit(w, UNIT_RO, people_due, &p) != OK) {
        log_trouble();
        return;
    }
    for (size_t i = 0; i < p.n; i++) {
        struct arena_mark mark = arena_mark(w->work);
        struct refresh r = {.due = &p.due[i]};
        enum err e = ask_directory(w, &p, &r);
        if (e == OK)
            e = unit(w, UNIT_RW, refresh_one, &r);
        if (e != OK)
            log_trouble();
        if (r.changed)
            log_write(LOG_NOTICE, "roles of %s changed", r.entry.uid);
        arena_rewind(w->work, mark);
        if (e == E_DIRECTORY)
            return; /* it is down: the roles stay until it answers, at most ldap_stale seconds (web/session.c) */
    }
}

/* ---- upkeep ---- */

static enum err counts(struct unit *u, void *arg)
{
    return upkeep_counts(u);
}

static enum err tidy(struct unit *u, void *arg)
{
    return upkeep_tidy(u);
}

static void every(struct worker *w, int64_t *last, int seconds, unit_fn fn)
{
    int64_t now = clock_monotonic();

    if (now - *last < seconds * CLOCK_SECOND)
        return;
    *last = now;
    if (unit(w, UNIT_RW, fn, NULL) != OK)
        log_trouble();
}

static void refresh_in_time(struct worker *w)
{
    int64_t now = clock_monotonic();
    int64_t each = w->conf.ldap_refresh * CLOCK_SECOND / 4;

    if (w->refreshed != 0 && now - w->refreshed < (each > CLOCK_SECOND ? each : CLOCK_SECOND))
        return;
    w->refreshed = now;
    refresh_people(w);
}

/* ---- the loop ---- */

/* Waits at most MS milliseconds for one of the signals that end the worker; true if one came. */
static bool told_to_end(const sigset_t *set, int64_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    return sigtimedwait(set, NULL, &t) > 0;
}

static enum err start(struct worker *w)
{
    char host[40] = "";

    TRY(conf_read(w->mem, conf_path(), &w->conf));
    log_open("gradus-worker", (int)w->conf.log_level);
    w->uc.flush = audit_flush;
    TRY(services_host(w->mem, &w->conf, &w->uc.host));
    TRY(dir_open(w->mem, &w->conf, &w->dir));
    gethostname(host, sizeof host - 1);
    snprintf(w->owner, sizeof w->owner, "%.30s:%d:%08" PRIx32, host, (int)getpid(), (uint32_t)rand_u64());
    w->low = INT64_MIN;
    return db_open(w->mem, &w->conf, "worker", &w->uc.db);
}

int main(void)
{
    struct worker w = {
        .mem = arena_new(0),
        .work = arena_new(0),
        .who = {.uid = "", .name = "system", .roles = "", .channel = "worker", .lang = "en", .request = "worker"}};
    struct arena_mark mark = arena_mark(w.work);
    sigset_t set;
    bool more = false;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    log_open("gradus-worker", LOG_INFO);
    enum err e = start(&w);
    for (int wait = 1; e == E_BUSY; wait = wait < 30 ? wait * 2 : 30) { /* the database may come later than we */
        log_trouble();
        if (told_to_end(&set, wait * 1000))
            return 0;
        e = db_open(w.mem, &w.conf, "worker", &w.uc.db);
    }
    if (e != OK) {
        log_trouble();
        return 78; /* EX_CONFIG: starting again does not help */
    }
    while (!told_to_end(&set, more ? 0 : w.conf.worker_idle)) {
        more = do_jobs(&w);
        every(&w, &w.counted, COUNT_SECONDS, counts);
        every(&w, &w.tidied, TIDY_SECONDS, tidy);
        refresh_in_time(&w);
        arena_rewind(w.work, mark);
    }
    log_write(LOG_INFO, "told to end, ending");
    arena_free(w.work);
    arena_free(w.mem);
    return 0;
}

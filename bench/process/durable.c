/* bench/process/durable.c - the machine's body against a real MariaDB: transitions, timers, messages, without HTTP and without a desk.
 *
 * For     bench/process/durable.py:
 *           durable CONF instances DEFINITION N            begins N instances (each waits at a user task or for a message)
 *           durable CONF transitions FIRST N PROCESSES COUNT  COUNT transitions: a user task is completed, the next one opens
 *           durable CONF timers COUNT BATCH                 COUNT due jobs are leased by BATCH and removed
 *           durable CONF messages NAME COUNT                COUNT messages, each to the instance whose key it has
 * Owns    processes of its own, a connection each.
 * Never   prepares the database: that is the script's.
 * Holds   each line printed is "done seconds"; the clock is the wall's, since the database works beside. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "flow/flow.h"
#include "flow/job.sql.h"

enum { STARTS_A_UNIT = 50 };

static const struct actor bench_actor = {
    .uid = "", .name = "bench", .roles = "", .channel = "cli", .lang = "en", .request = "bench"};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "durable: %s: %s: %s\n", what, err_name(e), trouble()->text);
    exit(1);
}

/* ---- a host without tickets: every instance is its own subject ---- */

struct subject {
    uint64_t id;
};

static enum err subject_lock(struct unit *u, uint64_t id, void **subject)
{
    struct subject *s = ARENA_NEW(u->mem, struct subject);

    s->id = id;
    *subject = s;
    return OK;
}

static enum err subject_save(struct unit *u, void *subject)
{
    return OK;
}

static const char *subject_name(const void *subject)
{
    return "bench";
}

static uint64_t subject_id(const void *subject)
{
    const struct subject *s = subject;

    return s->id;
}

static enum err task_opened(struct unit *u, void *subject, struct flow_task *t)
{
    return OK;
}

static enum err task_closed(struct unit *u, void *subject, const struct flow_task *t, bool completed)
{
    return OK;
}

static enum err ended(struct unit *u, void *subject, const char *how)
{
    return OK;
}

struct site {
    struct arena *mem;
    struct conf conf;
    struct flow_host host;
    struct unit_conf uc;
};

static void site_open(struct site *s, const char *conf)
{
    s->mem = arena_new(0);
    conf_defaults(&s->conf);
    must(conf_read(s->mem, conf, &s->conf), conf);
    s->host = (struct flow_host){.subject_lock = subject_lock,
                                 .subject_save = subject_save,
                                 .subject_name = subject_name,
                                 .subject_id = subject_id,
                                 .task_opened = task_opened,
                                 .task_closed = task_closed,
                                 .ended = ended,
                                 .cache = flow_cache_new(s->mem),
                                 .fuel = 1000};
    s->uc = (struct unit_conf){.flush = audit_flush, .host = &s->host};
    must(db_open(s->mem, &s->conf, "worker", &s->uc.db), "the database");
}

static void unit(struct site *s, unit_fn fn, void *arg)
{
    struct arena *mem = arena_new(0);

    must(unit_run(&s->uc, mem, UNIT_RW, &bench_actor, NULL, fn, arg), "a unit");
    arena_free(mem);
}

/* ---- instances ---- */

struct starts {
    uint64_t definition, first, n;
};

/* Subjects are numbered from the first on; the instance knows its own as the variable "key". */
static enum err start_some(struct unit *u, void *arg)
{
    const struct starts *a = arg;

    for (uint64_t i = 0; i < a->n; i++) {
        struct subject *s = ARENA_NEW(u->mem, struct subject);
        s->id = a->first + i;
        struct val_entry key = {"key", val_int((int64_t)s->id)};
        struct flow_start start = {.definition = a->definition, .subject = s, .var = &key, .n_var = 1};
        uint64_t inst;
        TRY(flow_start(u, &start, &inst));
    }
    return OK;
}

static void instances(struct site *s, char **argv)
{
    struct starts a = {.definition = strtoull(argv[0], NULL, 10), .first = 1};
    uint64_t n = strtoull(argv[1], NULL, 10);
    double from = now();

    for (uint64_t done = 0; done < n; done += a.n) {
        a.first = done + 1;
        a.n = n - done < STARTS_A_UNIT ? n - done : STARTS_A_UNIT;
        unit(s, start_some, &a);
    }
    printf("%" PRIu64 " %.3f\n", n, now() - from);
}

/* ---- transitions ---- */

struct place {
    uint64_t inst, subject;
    uint32_t token;
};

static enum err complete_one(struct unit *u, void *arg)
{
    const struct place *p = arg;
    struct flow_task t = {.inst = p->inst, .subject = p->subject, .token = p->token, .node = "work", .version = 1};
    struct subject s = {p->subject};
    struct val_entry done = {"outcome", val_text(u->mem, "done")};

    return flow_complete(u, &t, &s, &done, 1);
}

/* Process K of N works on every N-th instance, one after the other. */
static void work(const char *conf, const struct place *place, uint64_t n, uint64_t k, uint64_t processes, uint64_t count)
{
    struct site s;

    site_open(&s, conf);
    for (uint64_t i = 0, at = k; i < count; i++, at = at + processes < n ? at + processes : k) {
        struct place p = place[at];
        unit(&s, complete_one, &p);
    }
}

/* Standard input: "inst subject token" a line. */
static struct place *read_places(uint64_t *n)
{
    struct place *place = calloc(2000000, sizeof *place);

    *n = 0;
    while (place != NULL && *n < 2000000 &&
           scanf("%" SCNu64 " %" SCNu64 " %" SCNu32, &place[*n].inst, &place[*n].subject, &place[*n].token) == 3)
        ++*n;
    if (*n == 0) {
        fprintf(stderr, "durable: no instances on standard input\n");
        exit(1);
    }
    return place;
}

static void transitions(const char *conf, char **argv)
{
    uint64_t processes = strtoull(argv[0], NULL, 10), count = strtoull(argv[1], NULL, 10), n;
    struct place *place = read_places(&n);
    double from = now();
    bool failed = false;

    for (uint64_t k = 0; k < processes; k++) {
        pid_t child = fork();
        if (child == 0) {
            work(conf, place, n, k, processes, count / processes);
            exit(0);
        }
    }
    for (uint64_t k = 0; k < processes; k++) {
        int how = 0;
        failed |= wait(&how) < 0 || how != 0;
    }
    if (failed)
        exit(1);
    printf("%" PRIu64 " %.3f\n", count / processes * processes, now() - from);
    free(place);
}

/* ---- timers: leased in batches with a low-water mark, removed in one go ---- */

static enum err lease(struct unit *u, void *arg)
{
    struct flow_lease *l = arg;

    l->until = u->now + CLOCK_MINUTE;
    return flow_job_lease(u, l);
}

static enum err remove_all(struct unit *u, void *arg)
{
    const struct flow_lease *l = arg;

    for (size_t i = 0; i < l->n_job; i++) {
        struct q_job_done q = {.in = {.id = l->job[i].id, .owner = l->owner}};
        TRY(q_job_done(u, &q));
    }
    return OK;
}

static void timers(struct site *s, char **argv)
{
    uint64_t count = strtoull(argv[0], NULL, 10), done = 0;
    struct flow_lease l = {.owner = "bench", .low = INT64_MIN, .n = (uint32_t)strtoul(argv[1], NULL, 10)};
    double from = now();

    while (done < count) {
        struct arena *mem = arena_new(0);
        must(unit_run(&s->uc, mem, UNIT_RW, &bench_actor, NULL, lease, &l), "lease");
        if (l.n_job == 0)
            break;
        must(unit_run(&s->uc, mem, UNIT_RW, &bench_actor, NULL, remove_all, &l), "remove");
        l.low = l.job[l.n_job - 1].due;
        done += l.n_job;
        arena_free(mem);
    }
    printf("%" PRIu64 " %.3f\n", done, now() - from);
}

/* ---- messages ---- */

static enum err send_one(struct unit *u, void *arg)
{
    struct flow_message *m = arg;

    return flow_message(u, m);
}

static void messages(struct site *s, char **argv)
{
    uint64_t first = strtoull(argv[1], NULL, 10), count = strtoull(argv[2], NULL, 10);
    double from = now();

    for (uint64_t i = 0; i < count; i++) {
        char key[32];
        snprintf(key, sizeof key, "%" PRIu64, first + i);
        struct flow_message m = {.name = argv[0], .key = key, .vars = val_null(), .where = val_null()};
        unit(s, send_one, &m);
        if (m.how != FLOW_TAKEN) {
            fprintf(stderr, "durable: nobody took the message with the key %s\n", key);
            exit(1);
        }
    }
    printf("%" PRIu64 " %.3f\n", count, now() - from);
}

int main(int argc, char **argv)
{
    struct site s;

    if (argc >= 5 && strcmp(argv[2], "transitions") == 0) {
        transitions(argv[1], argv + 3);
        return 0;
    }
    if (argc < 5)
        return 2;
    site_open(&s, argv[1]);
    if (strcmp(argv[2], "instances") == 0)
        instances(&s, argv + 3);
    else if (strcmp(argv[2], "timers") == 0)
        timers(&s, argv + 3);
    else if (strcmp(argv[2], "messages") == 0 && argc == 6)
        messages(&s, argv + 3);
    else
        return 2;
    return 0;
}

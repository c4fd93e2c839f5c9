/* bench/raw/tx.c - the bare transaction of a recorded request, over and over.
 *
 * For     the ceiling of create and hand-over: the same statements with the same kind of values, no HTTP, no process machine.
 *         tx CONNECTIONS SECONDS FIRST COUNT PLAN SOCKET USER   (the password stands in TX_PASSWORD)
 * Owns    a thread and a connection each; repetitions FIRST to FIRST + COUNT - 1, each done once.
 * Never   retries: a deadlock is counted as an error.
 * Holds   prints one line like bench/load.c: done seconds errors p50 p90 p99 max (microseconds) 0 repetitions-left. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plan.h"

enum { LIMIT_CONNECTIONS = 64 };

struct common {
    atomic_ulong next, errors;
    unsigned long last;
    int64_t end;
};

struct runner {
    struct common *common;
    struct plan *plan;
    uint32_t *took;
    size_t n, room;
    pthread_t thread;
};

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void *run(void *arg)
{
    struct runner *r = arg;
    int64_t begun = now_us();

    while (begun < r->common->end) {
        unsigned long at = atomic_fetch_add(&r->common->next, 1);
        if (at >= r->common->last)
            break;
        unsigned no = plan_run(r->plan, at, NULL, NULL);
        if (no != 0 && atomic_fetch_add(&r->common->errors, 1) == 0)
            fprintf(stderr, "tx: repetition %lu: error %u\n", at, no);
        int64_t done = now_us();
        if (r->n < r->room)
            r->took[r->n++] = (uint32_t)(done - begun);
        begun = done;
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void report(struct common *c, struct runner *r, int n, double seconds)
{
    size_t total = 0, at = 0;

    for (int i = 0; i < n; i++)
        total += r[i].n;
    uint32_t *all = calloc(total + 1, sizeof *all);
    if (all == NULL)
        exit(1);
    for (int i = 0; i < n; at += r[i].n, i++)
        memcpy(all + at, r[i].took, r[i].n * sizeof *all);
    qsort(all, total, sizeof *all, by_size);
    size_t top = total > 0 ? total - 1 : 0;
    unsigned long next = atomic_load(&c->next);
    printf("%zu %.3f %lu %u %u %u %u 0 %lu\n", total, seconds, atomic_load(&c->errors), all[top / 2], all[top * 9 / 10],
           all[top * 99 / 100], all[top], next < c->last ? c->last - next : 0);
}

int main(int argc, char **argv)
{
    static struct runner r[LIMIT_CONNECTIONS];
    static struct common c;

    int n = argc == 8 ? (int)strtol(argv[1], NULL, 10) : 0;

    if (n < 1 || n > LIMIT_CONNECTIONS) {
        fprintf(stderr, "usage: tx CONNECTIONS SECONDS FIRST COUNT PLAN SOCKET USER\n");
        return 2;
    }
    unsigned long first = strtoul(argv[3], NULL, 10), count = strtoul(argv[4], NULL, 10);
    atomic_store(&c.next, first);
    c.last = first + count;
    mysql_library_init(0, NULL, NULL);
    for (int i = 0; i < n; i++) {
        r[i] = (struct runner){.common = &c, .room = count, .took = calloc(count + 1, sizeof(uint32_t))};
        r[i].plan = plan_open(argv[5], argv[6], argv[7], getenv("TX_PASSWORD"));
    }
    int64_t begin = now_us();
    c.end = begin + (int64_t)(strtod(argv[2], NULL) * 1e6);
    for (int i = 0; i < n; i++) {
        if (r[i].took == NULL || pthread_create(&r[i].thread, NULL, run, &r[i]) != 0)
            return 1;
    }
    for (int i = 0; i < n; i++)
        pthread_join(r[i].thread, NULL);
    report(&c, r, n, (double)(now_us() - begin) / 1e6);
    return 0;
}

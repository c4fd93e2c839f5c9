/* tests/sql/try_audit.c - engine/audit against a real server; run by tests/sql/test_audit.sh.
 *
 *   try_audit test           TAP
 *   try_audit write N        one unit with two events on ticket 7 and one on ticket 8, N times (to be run several at once)
 *   try_audit check ID       the chain of ticket ID: exit 0 intact, 1 broken (seq and reason on standard output)
 *   try_audit json ID | csv ID   the export of ticket ID on standard output
 *   try_audit once KEY       the unit of "write" once, under an idempotency key; with -DGRADUS_FAULT prints the fault points
 * passed try_audit bench          append_audit against plain inserts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail /* the house has its own */

#include "audit/audit.h"
#include "base/clock.h"
#include "base/fault.h"
#include "tests/sql/try_audit.sql.h"

static const struct actor luca = {.id = 42, .name = "Luca <Rossi>", .channel = "web", .request = "r-1"};

struct world {
    struct arena *mem;
    struct conf conf;
    struct db *db;
    struct unit_conf units;
    uint64_t id;
    struct buf out;
    uint64_t count, broken;
    const char *why;
    int n;
};

static enum err open_world(struct world *w, struct arena *mem)
{
    w->mem = mem;
    conf_defaults(&w->conf);
    w->conf.db_socket = getenv("GRADUS_TEST_SOCK");
    w->conf.db_name = getenv("GRADUS_TEST_DB");
    w->conf.db_user = getenv("GRADUS_TEST_USER");
    TRY(db_open(w->mem, &w->conf, "cli", &w->db));
    w->units = (struct unit_conf){.db = w->db, .flush = audit_flush};
    return OK;
}

static enum err note(struct unit *u, uint64_t ticket, enum audit_event e, const char *before, const char *after)
{
    struct audit_field f[] = {{"queue", before, after}, {"quote\"<&>\n", NULL, "=1+1"}};
    struct audit_note n = {.event = e,
                           .stream = AUDIT_TICKET,
                           .id = ticket,
                           .subject = "T-7",
                           .reason = "žluťoučký ,\"kůň\"\t",
                           .definition = 3,
                           .version = "incident 3",
                           .node = "triage",
                           .field = f,
                           .n_field = 2};

    return audit_log(u, &n);
}

static enum err write_some(struct unit *u, void *arg)
{
    const struct world *w = arg;

    TRY(note(u, w->id + 1, EV_TICKET_CREATED, NULL, "L1"));
    TRY(note(u, w->id, EV_TICKET_CREATED, NULL, "L1"));
    return note(u, w->id, EV_TICKET_HANDED_OVER, "L1", "L2");
}

static enum err check_one(struct unit *u, void *arg)
{
    struct world *w = arg;

    return audit_stream_check(u, AUDIT_TICKET, w->id, &w->count, &w->broken, &w->why);
}

static enum err read_one(struct unit *u, void *arg)
{
    struct world *w = arg;
    struct audit_page p;

    TRY(audit_stream_read(u, AUDIT_TICKET, w->id, 0, &p));
    assert_int_equal(p.n, 2);
    assert_int_equal(p.row[0].event, EV_TICKET_CREATED);
    assert_int_equal(p.row[1].event, EV_TICKET_HANDED_OVER);
    assert_int_equal(p.row[1].actor, 42);
    assert_string_equal(p.row[1].actor_name, "Luca <Rossi>");
    assert_string_equal(p.row[1].field[0].before, "L1");
    assert_null(p.row[0].field[0].before);
    assert_memory_equal(p.row[1].prev.b, p.row[0].hash.b, DIGEST_SIZE);
    return OK;
}

static int begin(void **state)
{
    struct arena *mem = arena_new(0);
    struct world *w = ARENA_NEW(mem, struct world);

    if (open_world(w, mem) != OK) {
        fprintf(stderr, "%s\n", trouble()->text);
        return -1;
    }
    w->id = (uint64_t)clock_now();
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    if (trouble()->code != OK)
        print_message("# last trouble: %s: %s\n", err_name(trouble()->code), trouble()->text);
    arena_free(w->mem);
    return 0;
}

static enum err run(struct world *w, enum unit_mode mode, unit_fn fn)
{
    return unit_run(&w->units, w->mem, mode, &luca, NULL, fn, w);
}

static void test_append_and_read(void **state)
{
    struct world *w = *state;
    uint64_t before = db_statements(w->db);

    assert_int_equal(run(w, UNIT_RW, write_some), OK);
    assert_int_equal(db_statements(w->db) - before, 2); /* the range of ids, and one CALL for three events */
    assert_int_equal(run(w, UNIT_RO, read_one), OK);
    assert_int_equal(run(w, UNIT_RO, check_one), OK);
    assert_int_equal(w->broken, 0);
    assert_int_equal(w->count, 2);
    assert_null(w->why);
}

static void test_empty_stream(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, UNIT_RO, check_one), OK);
    assert_int_equal(w->count, 0);
    assert_int_equal(w->broken, 0);
}

static enum err too_many(struct unit *u, void *arg)
{
    for (int i = 0; i < LIMIT_AUDIT_EVENTS; i++)
        assert_int_equal(note(u, 1, EV_TICKET_NOTED, NULL, "x"), OK);
    return note(u, 1, EV_TICKET_NOTED, NULL, "x");
}

static enum err too_long(struct unit *u, void *arg)
{
    char *s = arena_alloc(u->mem, LIMIT_AUDIT_TEXT + 2);

    memset(s, 'x', LIMIT_AUDIT_TEXT);
    assert_int_equal(note(u, 1, EV_TICKET_NOTED, NULL, s), OK);
    s[LIMIT_AUDIT_TEXT] = 'x';
    return note(u, 1, EV_TICKET_NOTED, NULL, s);
}

static enum err unknown_event(struct unit *u, void *arg)
{
    return note(u, 1, (enum audit_event)9999, NULL, "x");
}

static enum err write_fails(struct unit *u, void *arg)
{
    TRY(write_some(u, arg));
    return fail(E_STATE, "after the events");
}

static void test_refused(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, UNIT_RW, too_many), E_TOOBIG);
    assert_int_equal(run(w, UNIT_RW, too_long), E_TOOBIG);
    assert_int_equal(run(w, UNIT_RW, unknown_event), E_BUG);
    assert_int_equal(run(w, UNIT_RW, write_fails), E_STATE);
    assert_int_equal(run(w, UNIT_RO, write_some), E_BUG);
    assert_int_equal(run(w, UNIT_RO, check_one), OK);
    assert_int_equal(w->count, 0);
}

static int tests(void)
{
    const struct CMUnitTest list[] = {
        cmocka_unit_test_setup_teardown(test_append_and_read, begin, end),
        cmocka_unit_test_setup_teardown(test_empty_stream, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(list, NULL, NULL);
}

static enum err export_one(struct unit *u, void *arg)
{
    struct world *w = arg;

    return w->n == 'j' ? audit_export_json(u, AUDIT_TICKET, w->id, &w->out) : audit_export_csv(u, AUDIT_TICKET, w->id, &w->out);
}

static enum err once(struct world *w, const char *name)
{
    struct unit_key key = {.key = name};
    enum err e = unit_run(&w->units, w->mem, UNIT_RW, &luca, &key, write_some, w);

#ifdef GRADUS_FAULT
    printf("%u\n", fault_passed());
#endif
    return e;
}

/* ---- figures ---- */

static enum err bench_call(struct unit *u, void *arg)
{
    struct world *w = arg;

    for (int i = 0; i < w->n; i++)
        TRY(note(u, w->id, EV_TICKET_HANDED_OVER, "L1", "L2"));
    return OK;
}

static enum err bench_plain(struct unit *u, void *arg)
{
    struct world *w = arg;
    char body[256] = {0};
    struct span hash = {.p = body, .n = DIGEST_SIZE};

    for (int i = 0; i < w->n; i++) {
        struct q_trail_plain q = {.in = {.stream = 1,
                                         .id = w->id,
                                         .seq = ++w->count,
                                         .at = u->now,
                                         .event = 107,
                                         .actor = 42,
                                         .prev = hash,
                                         .hash = hash,
                                         .body = {.p = body, .n = sizeof body}}};
        TRY(q_trail_plain(u, &q));
    }
    return OK;
}

static enum err bench(struct world *w)
{
    enum { UNITS = 1000 };
    static const int sizes[] = {1, 3, 10};

    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        int64_t took[2];
        for (int way = 0; way < 2; way++) {
            struct arena_mark mark = arena_mark(w->mem);
            w->id = (uint64_t)clock_now();
            w->n = sizes[k];
            w->count = 0;
            int64_t from = clock_monotonic();
            for (int i = 0; i < UNITS; i++) {
                TRY(run(w, UNIT_RW, way == 0 ? bench_plain : bench_call));
                arena_rewind(w->mem, mark);
            }
            took[way] = clock_monotonic() - from;
        }
        printf("# %2d events a unit: plain inserts %lld us a unit, append_audit %lld us a unit\n", w->n,
               (long long)(took[0] / UNITS), (long long)(took[1] / UNITS));
    }
    return OK;
}

int main(int argc, char **argv)
{
    struct world w = {.id = 7};
    const char *mode = argc > 1 ? argv[1] : "test";
    enum err e = OK;

    if (strcmp(mode, "test") == 0)
        return tests();
    if (open_world(&w, arena_new(0)) != OK) {
        fprintf(stderr, "%s\n", trouble()->text);
        return 2;
    }
    if (argc > 2 && strcmp(mode, "write") != 0 && strcmp(mode, "once") != 0)
        w.id = strtoull(argv[2], NULL, 10);
    w.out = buf_new(w.mem, 256 << 20);
    if (strcmp(mode, "write") == 0) {
        for (int i = 0, n = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1; i < n && e == OK; i++)
            e = run(&w, UNIT_RW, write_some);
    } else if (strcmp(mode, "once") == 0 && argc > 2) {
        e = once(&w, argv[2]);
    } else if (strcmp(mode, "check") == 0) {
        e = run(&w, UNIT_RO, check_one);
        printf("%llu events%s%s\n", (unsigned long long)w.count, w.why != NULL ? ", broken: " : "", w.why != NULL ? w.why : "");
    } else if (strcmp(mode, "bench") == 0) {
        e = bench(&w);
    } else {
        w.n = mode[0];
        e = run(&w, UNIT_RO, export_one);
        fwrite(w.out.p, 1, w.out.len, stdout);
    }
    if (e != OK)
        fprintf(stderr, "%s: %s\n", err_name(e), trouble()->text);
    arena_free(w.mem);
    return e != OK ? 2 : w.broken != 0;
}

/* tests/sql/try_db.c - engine/db against a real server; run by tests/sql/test_db.sh.
 *
 * Environment: GRADUS_TEST_SOCK, GRADUS_TEST_DB, GRADUS_TEST_USER. Every test uses ids of its own, so that order does not
 * matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>
#undef fail /* the house has its own */

#include "base/clock.h"
#include "db/db_int.h"
#include "db/migrate.h"
#include "tests/sql/try_db.sql.h"

struct world {
    struct arena *mem;
    struct conf conf;
    struct db *db, *other;
    struct unit_conf units, units2;
    int runs;
    int cut_at; /* cut the line in COMMIT of this try */
    uint64_t id;
    const char *key;
};

static const struct actor nobody = {.name = "test", .channel = "cli", .request = "t"};

static enum err no_flush(struct unit *u)
{
    return u->n_events > 0 ? OK : fail(E_BUG, "called without events");
}

static int begin(void **state)
{
    struct arena *mem = arena_new(0);
    struct world *w = ARENA_NEW(mem, struct world);

    w->mem = mem;
    conf_defaults(&w->conf);
    w->conf.db_socket = getenv("GRADUS_TEST_SOCK");
    w->conf.db_name = getenv("GRADUS_TEST_DB");
    w->conf.db_user = getenv("GRADUS_TEST_USER");
    w->conf.db_timeout = 4;
    if (db_open(mem, &w->conf, "cli", &w->db) != OK || db_open(mem, &w->conf, "cli", &w->other) != OK) {
        fprintf(stderr, "%s\n", trouble()->text);
        return -1;
    }
    w->units = (struct unit_conf){.db = w->db, .flush = no_flush};
    w->units2 = (struct unit_conf){.db = w->other, .flush = no_flush};
    *state = w;
    return 0;
}

static int end(void **state)
{
    if (trouble()->code != OK)
        print_message("# last trouble: %s: %s\n", err_name(trouble()->code), trouble()->text);
    arena_free(((struct world *)*state)->mem);
    return 0;
}

static enum err run(struct world *w, enum unit_mode mode, unit_fn fn)
{
    return unit_run(&w->units, w->mem, mode, &nobody, NULL, fn, w);
}

/* ---- values ---- */

static enum err values(struct unit *u, void *arg)
{
    struct world *w = arg;
    char raw[300];
    struct q_thing_add a = {.in = {.n_null = true, .big = INT64_MIN, .flag = true, .name = "Zażółć"}};
    struct q_thing_get g = {0};

    for (size_t i = 0; i < sizeof raw; i++)
        raw[i] = (char)i;
    TRY(unit_number(u, UNIT_ID, &a.in.id));
    a.in.raw = (struct span){.p = raw, .n = sizeof raw};
    TRY(q_thing_add(u, &a));
    assert_int_equal(a.affected, 1);
    assert_int_equal(u->writes, 1);
    u->n_events = 1;
    g.in.id = w->id = a.in.id;
    TRY(q_thing_get(u, &g));
    assert_true(g.found);
    assert_true(g.out.n_null);
    assert_int_equal(g.out.big, INT64_MIN);
    assert_true(g.out.flag);
    assert_string_equal(g.out.name, "Zażółć");
    assert_int_equal(g.out.raw.n, sizeof raw);
    assert_memory_equal(g.out.raw.p, raw, sizeof raw);
    g.in.id = UINT64_MAX;
    TRY(q_thing_get(u, &g));
    assert_false(g.found);
    return OK;
}

static void test_values(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, UNIT_RW, values), OK);
    assert_true(w->id > 0);
}

static enum err long_text(struct unit *u, void *arg)
{
    size_t n = 3 << 20;
    char *big = arena_alloc(u->mem, n + 1);
    struct q_thing_add a = {.in = {.raw = {.p = "", .n = 0}}};
    struct q_thing_get g = {0};

    memset(big, 'x', n);
    TRY(unit_number(u, UNIT_ID, &a.in.id));
    a.in.name = big;
    a.in.n = -7;
    TRY(q_thing_add(u, &a));
    u->n_events = 1;
    g.in.id = a.in.id;
    TRY(q_thing_get(u, &g));
    assert_int_equal(strlen(g.out.name), n);
    assert_int_equal(g.out.n, -7);
    assert_non_null(g.out.raw.p);
    assert_int_equal(g.out.raw.n, 0);
    return OK;
}

static void test_long_text(void **state)
{
    assert_int_equal(run(*state, UNIT_RW, long_text), OK);
}

static enum err bulk(struct unit *u, void *arg)
{
    enum { N = 2500 };
    struct q_thing_put_in *row = ARENA_NEW_N(u->mem, struct q_thing_put_in, N);
    struct q_thing_rows rows = {0};
    uint64_t before = db_statements(u->db);

    for (size_t i = 0; i < N; i++) {
        TRY(unit_number(u, UNIT_ID, &row[i].id));
        row[i].n_null = i % 3 == 0;
        row[i].n = (int32_t)i;
        row[i].name = i % 5 == 0 ? NULL : arena_printf(u->mem, "row %zu", i);
    }
    TRY(q_thing_put(u, row, 0));
    assert_int_equal(db_statements(u->db), before);
    TRY(q_thing_put(u, row, N));
    assert_int_equal(db_statements(u->db), before + 3);
    u->n_events = 1;
    rows.in.least = row[0].id;
    TRY(q_thing_rows(u, &rows));
    assert_true(rows.n >= N);
    assert_null(rows.row[0].name);
    assert_string_equal(rows.row[1].name, "row 1");
    assert_string_equal(rows.row[N - 1].name, "row 2499");
    rows.in.least = UINT64_MAX;
    TRY(q_thing_rows(u, &rows));
    assert_int_equal(rows.n, 0);
    return OK;
}

static void test_bulk(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, UNIT_RW, bulk), OK);
    assert_int_equal(run(w, UNIT_RW, bulk), OK);
}

/* ---- what is refused ---- */

static enum err wrong_count(struct unit *u, void *arg)
{
    return q_thing_wrong_count(u, &(struct q_thing_wrong_count){0});
}

static enum err wrong_type(struct unit *u, void *arg)
{
    return q_thing_wrong_type(u, &(struct q_thing_wrong_type){0});
}

static enum err two_rows(struct unit *u, void *arg)
{
    return q_thing_two(u, &(struct q_thing_two){0});
}

static enum err narrow(struct unit *u, void *arg)
{
    return q_thing_narrow(u, &(struct q_thing_narrow){.in = {.id = 1}});
}

static enum err nul_byte(struct unit *u, void *arg)
{
    return q_thing_nul(u, &(struct q_thing_nul){.in = {.id = 1}});
}

static enum err write_in_ro(struct unit *u, void *arg)
{
    return q_thing_touch(u, &(struct q_thing_touch){.in = {.id = 1, .n = 2}});
}

static enum err lock_in_ro(struct unit *u, void *arg)
{
    return q_thing_lock(u, &(struct q_thing_lock){.in = {.id = 1}});
}

static enum err no_grant(struct unit *u, void *arg)
{
    return q_thing_secret(u, &(struct q_thing_secret){0});
}

static enum err number_in_ro(struct unit *u, void *arg)
{
    uint64_t n;

    return unit_number(u, UNIT_ID, &n);
}

static enum err slow(struct unit *u, void *arg)
{
    return q_thing_slow(u, &(struct q_thing_slow){0});
}

static enum err untraced_write(struct unit *u, void *arg)
{
    return q_thing_set(u, &(struct q_thing_set){.in = {.id = 1, .n = 99}});
}

static void test_refused(void **state)
{
    /* clang-format off */
    static const struct {
        const char *what;
        enum unit_mode mode;
        unit_fn fn;
        enum err want;
    } table[] = {
        {"number of columns",                 UNIT_RO, wrong_count,    E_BUG},
        {"type of a column",                  UNIT_RO, wrong_type,     E_BUG},
        {"two rows where one is declared",    UNIT_RO, two_rows,       E_BUG},
        {"a number that does not fit",        UNIT_RO, narrow,         E_DB},
        {"a NUL in a text",                   UNIT_RO, nul_byte,       E_DB},
        {"a write in a read-only unit",       UNIT_RO, write_in_ro,    E_BUG},
        {"a lock in a read-only unit",        UNIT_RO, lock_in_ro,     E_BUG},
        {"a number in a read-only unit",      UNIT_RO, number_in_ro,   E_BUG},
        {"a table without grant",             UNIT_RO, no_grant,       E_GRANT},
        {"a statement that takes too long",   UNIT_RO, slow,           E_BUSY},
        {"a write without a trace",           UNIT_RW, untraced_write, E_BUG},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        enum err e = run(*state, table[i].mode, table[i].fn);
        if (e != table[i].want)
            print_error("%s: %s instead of %s: %s\n", table[i].what, err_name(e), err_name(table[i].want), trouble()->text);
        assert_int_equal(e, table[i].want);
    }
}

static enum err read_99(struct unit *u, void *arg)
{
    struct q_thing_get g = {.in = {.id = 1}};

    TRY(q_thing_get(u, &g));
    assert_true(g.found);
    assert_true(g.out.n != 99);
    return OK;
}

static void test_untraced_is_rolled_back(void **state)
{
    assert_int_equal(run(*state, UNIT_RW, untraced_write), E_BUG);
    assert_int_equal(run(*state, UNIT_RO, read_99), OK);
}

/* ---- keys ---- */

static enum err add_one(struct unit *u, void *arg)
{
    struct world *w = arg;
    struct q_thing_add a = {.in = {.n = 1}};

    w->runs++;
    TRY(unit_number(u, UNIT_ID, &a.in.id));
    TRY(q_thing_add(u, &a));
    u->n_events = 1;
    w->id = a.in.id;
    return unit_result(u, arena_printf(u->mem, "/thing/%llu", (unsigned long long)a.in.id));
}

static void test_key_repeats(void **state)
{
    struct world *w = *state;
    struct unit_key k = {.key = arena_printf(w->mem, "k-%lld", (long long)clock_now())}, k2 = {.key = k.key};

    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, &k, add_one, w), OK);
    assert_false(k.repeated);
    assert_int_equal(unit_run(&w->units2, w->mem, UNIT_RW, &nobody, &k2, add_one, w), OK);
    assert_true(k2.repeated);
    assert_string_equal(k2.result, k.result);
    assert_int_equal(w->runs, 1);
    k.key = "";
    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, &k, add_one, w), E_INPUT);
    k.key = "x";
    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RO, &nobody, &k, add_one, w), E_BUG);
}

static enum err tickets(struct unit *u, void *arg)
{
    uint64_t *n = arg;

    for (int i = 0; i < 40; i++)
        TRY(unit_number(u, UNIT_TICKET, &n[i]));
    return OK;
}

static void test_ticket_numbers(void **state)
{
    struct world *w = *state;
    uint64_t a[40], b[40];

    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, NULL, tickets, a), OK);
    assert_int_equal(unit_run(&w->units2, w->mem, UNIT_RW, &nobody, NULL, tickets, b), OK);
    for (int i = 0; i < 40; i++) {
        assert_true(i == 0 || a[i] > a[i - 1]);
        for (int k = 0; k < 40; k++)
            assert_true(a[i] != b[k]);
    }
}

/* ---- trouble on the line ---- */

static enum err lose_line_first(struct unit *u, void *arg)
{
    struct world *w = arg;

    w->runs++;
    if (u->attempt == 1)
        shutdown((int)mysql_get_socket(u->db->my), SHUT_RDWR);
    return q_thing_get(u, &(struct q_thing_get){.in = {.id = 1}});
}

static void test_lost_line_is_repeated(void **state)
{
    struct world *w = *state;

    assert_int_equal(run(w, UNIT_RO, lose_line_first), OK);
    assert_int_equal(w->runs, 2);
    assert_int_equal(run(w, UNIT_RW, lose_line_first), OK);
}

/* The line is cut as the last thing before COMMIT: the server never hears of it. */
static enum err cut_before_commit(struct unit *u, void *arg)
{
    struct world *w = arg;

    TRY(add_one(u, arg));
    if (u->attempt == w->cut_at)
        shutdown((int)mysql_get_socket(u->db->my), SHUT_RDWR);
    return OK;
}

static void test_unsure_without_key(void **state)
{
    struct world *w = *state;

    w->cut_at = 1;
    assert_int_equal(run(w, UNIT_RW, cut_before_commit), E_UNSURE);
    assert_int_equal(w->runs, 1);
}

static void test_unsure_not_applied(void **state)
{
    struct world *w = *state;
    struct unit_key k = {.key = arena_printf(w->mem, "u-%lld", (long long)clock_now())};

    w->cut_at = 1;
    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, &k, cut_before_commit, w), OK);
    assert_false(k.repeated);
    assert_int_equal(w->runs, 2);
    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, &k, cut_before_commit, w), OK);
    assert_true(k.repeated);
    assert_int_equal(w->runs, 2);
}

/* The answer to COMMIT is lost although it was applied: FN commits on its own line, then the real COMMIT fails. */
static enum err commit_and_cut(struct unit *u, void *arg)
{
    TRY(add_one(u, arg));
    if (u->attempt == 1) {
        assert_int_equal(mysql_query(u->db->my, "COMMIT"), 0);
        shutdown((int)mysql_get_socket(u->db->my), SHUT_RDWR);
    }
    return OK;
}

static void test_unsure_applied(void **state)
{
    struct world *w = *state;
    struct unit_key k = {.key = arena_printf(w->mem, "a-%lld", (long long)clock_now())};

    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, &k, commit_and_cut, w), OK);
    assert_false(k.repeated);
    assert_int_equal(w->runs, 1);
    assert_string_equal(k.result, arena_printf(w->mem, "/thing/%llu", (unsigned long long)w->id));
}

/* ---- locks ---- */

struct pair {
    struct world *w;
    uint64_t first, second;
    int tries;
};

static enum err inner(struct unit *u, void *arg)
{
    struct pair *p = arg;

    p->tries++;
    u->n_events = 1;
    return q_thing_set(u, &(struct q_thing_set){.in = {.id = p->first, .n = 5}});
}

static enum err outer(struct unit *u, void *arg)
{
    struct pair *p = arg;

    TRY(q_thing_lock(u, &(struct q_thing_lock){.in = {.id = p->first}}));
    enum err e = unit_run(&p->w->units2, p->w->other->session, UNIT_RW, &nobody, NULL, inner, p);
    assert_int_equal(e, E_LOCKWAIT);
    return OK;
}

static void test_lock_wait_gives_up(void **state)
{
    struct world *w = *state;
    struct pair p = {.w = w, .first = 1};

    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, NULL, outer, &p), OK);
    assert_int_equal(p.tries, 3);
}

struct view {
    struct world *w;
    int32_t written, first, second;
};

static enum err write_it(struct unit *u, void *arg)
{
    const struct view *v = arg;

    u->n_events = 1;
    return q_thing_set(u, &(struct q_thing_set){.in = {.id = 2, .n = v->written}});
}

/* Reads, lets another connection change it, reads again. */
static enum err read_twice(struct unit *u, void *arg)
{
    struct view *v = arg;
    struct q_thing_get q = {.in = {.id = 2}};

    TRY(q_thing_get(u, &q));
    v->first = q.out.n;
    assert_int_equal(unit_run(&v->w->units2, v->w->other->session, UNIT_RW, &nobody, NULL, write_it, v), OK);
    TRY(q_thing_get(u, &q));
    v->second = q.out.n;
    return OK;
}

static void test_reading_sees_one_snapshot(void **state)
{
    struct world *w = *state;
    struct view v = {.w = w, .written = 71};

    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RO, &nobody, NULL, read_twice, &v), OK);
    assert_int_not_equal(v.first, 71);
    assert_int_equal(v.second, v.first);
    v.written = 72;
    assert_int_equal(unit_run(&w->units, w->mem, UNIT_RW, &nobody, NULL, read_twice, &v), OK);
    assert_int_equal(v.first, 71);
    assert_int_equal(v.second, 72);
}

static enum err nested(struct unit *u, void *arg)
{
    struct world *w = arg;
    struct unit_key k = {.key = "nested"};

    u->n_events = 1;
    assert_int_equal(unit_run(&w->units, u->mem, UNIT_RO, &nobody, NULL, read_99, w), E_BUG);
    return k.key != NULL ? OK : E_BUG;
}

static void test_unit_inside_unit(void **state)
{
    assert_int_equal(run(*state, UNIT_RW, nested), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, begin, end),
        cmocka_unit_test_setup_teardown(test_long_text, begin, end),
        cmocka_unit_test_setup_teardown(test_bulk, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_untraced_is_rolled_back, begin, end),
        cmocka_unit_test_setup_teardown(test_key_repeats, begin, end),
        cmocka_unit_test_setup_teardown(test_ticket_numbers, begin, end),
        cmocka_unit_test_setup_teardown(test_lost_line_is_repeated, begin, end),
        cmocka_unit_test_setup_teardown(test_unsure_without_key, begin, end),
        cmocka_unit_test_setup_teardown(test_unsure_not_applied, begin, end),
        cmocka_unit_test_setup_teardown(test_unsure_applied, begin, end),
        cmocka_unit_test_setup_teardown(test_lock_wait_gives_up, begin, end),
        cmocka_unit_test_setup_teardown(test_reading_sees_one_snapshot, begin, end),
        cmocka_unit_test_setup_teardown(test_unit_inside_unit, begin, end),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

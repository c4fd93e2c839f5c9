/* tests/unit/model/test_dmn_table_index.c - the index of decision tables against the plain scan: random tables, random inputs. */
#include "table_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
enum { TABLES = 300 };
#else
enum { TABLES = 1500 };
#endif
enum { INPUTS = 250, COLUMNS = 4, MOST_RULES = 150 };

/* ---- chance with a seed of its own, so that a failure can be run again ---- */

static uint64_t random_next(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint32_t below_n(uint64_t *seed, uint32_t n)
{
    return (uint32_t)(random_next(seed) % n);
}

static const char *one_of(uint64_t *seed, const char *const *words, uint32_t n)
{
    return words[below_n(seed, n)];
}

#define ONE_OF(seed, words) one_of((seed), (words), sizeof(words) / sizeof *(words))

/* Kinds of which a column is made; each with neighbours, equal values in different guises and extremes. */
/* clang-format off */
static const char *const numbers[] = {
    "0", "1", "1.0", "1.00", "2", "2.5", "3", "-1", "-2.5", "10", "100", "0.1", "1e-6176", "9.999999999999999999999999999999999E+6144",
    "12345678901234567890123456789.12345", "12345678901234567890123456789.12346", "-9.999999999999999999999999999999999E+6144",
    "9223372036854775807", "9223372036854775808", "1.000000000000000001", "1.0000000000000000001", "1e18", "-0"};
static const char *const texts[] = {
    "\"\"", "\"a\"", "\"b\"", "\"ab\"", "\"abcdefgh\"", "\"abcdefghi\"", "\"abcdefghj\"", "\"B\"", "\"\u00e4\"", "\"\U0001F600\"",
    "\"true\"", "\"null\"", "\"1\"", "\"-\"", "\"a\\u0001\""};
static const char *const dates[] = {
    "@\"2026-11-21\"", "@\"2026-11-22\"", "@\"1969-12-31\"", "@\"-0001-01-01\"", "@\"999999999-12-31\"", "date(\"2026-11-23\")"};
static const char *const times[] = {
    "@\"10:30:00\"", "@\"10:30:00.5\"", "@\"10:30:01\"", "@\"10:30:00Z\"", "@\"12:30:00+02:00\"", "@\"12:30:00.25+02:00\"",
    "@\"00:00:00\"", "@\"23:59:59.999999999\"", "@\"10:30:00@Europe/Paris\""};
static const char *const moments[] = {
    "@\"2026-11-21T10:30:00\"", "@\"2026-11-21T10:30:00.75\"", "@\"2026-11-21T10:30:01\"", "@\"2026-11-21T10:30:00Z\"",
    "@\"2026-11-21T12:30:00+02:00\"", "@\"2026-11-21T11:30:00@Europe/Paris\"", "@\"2026-11-21T11:30:00.5@Europe/Paris\""};
static const char *const spans[] = {
    "@\"P1Y\"", "@\"P12M\"", "@\"P13M\"", "@\"-P1M\"", "@\"P0M\"", "@\"P1D\"", "@\"PT24H\"", "@\"PT24H0.000000001S\"", "@\"-PT0.5S\"",
    "@\"PT0S\""};
static const char *const others[] = {
    "null", "true", "false", "[]", "[1]", "[1, 2]", "[\"a\"]", "[\"a\", \"b\"]", "{}", "{a: 1}", "[1..3]", "(1..3]", "[[1]]", "[null]",
    "[true, 1, \"a\"]", "[@\"2026-11-21\"]", "(< 3)", "(= 1)", "(!= 1)", "[\"a\"..\"b\"]", "function(x) x"};
/* clang-format on */

static const char *scalar(uint64_t *seed, uint32_t kind)
{
    switch (kind) {
    case 0:
        return ONE_OF(seed, numbers);
    case 1:
        return ONE_OF(seed, texts);
    case 2:
        return ONE_OF(seed, dates);
    case 3:
        return ONE_OF(seed, times);
    case 4:
        return ONE_OF(seed, moments);
    case 5:
        return ONE_OF(seed, spans);
    default:
        return ONE_OF(seed, others);
    }
}

/* ---- cells ---- */

static void add_test(struct buf *b, uint64_t *seed, uint32_t kind)
{
    static const char *const signs[] = {"< ", "<= ", "> ", ">= ", "= ", "!= "};
    static const char *const opening[] = {"[", "(", "]"}, *const closing[] = {"]", ")", "["};

    if (below_n(seed, 12) == 0)
        kind = below_n(seed, 7);
    switch (below_n(seed, 10)) {
    case 0:
    case 1:
    case 2:
    case 3:
        buf_str(b, scalar(seed, kind));
        break;
    case 4:
    case 5:
        buf_fmt(b, "%s%s", ONE_OF(seed, signs), scalar(seed, kind));
        break;
    case 6:
    case 7:
        buf_fmt(b, "%s%s", ONE_OF(seed, opening), scalar(seed, kind));
        buf_fmt(b, "..%s%s", scalar(seed, kind), ONE_OF(seed, closing));
        break;
    case 8:
        buf_fmt(b, "[%s, ", scalar(seed, kind));
        buf_fmt(b, "[%s..%s]]", scalar(seed, kind), scalar(seed, kind));
        break;
    default:
        buf_str(b, ONE_OF(seed, others));
        break;
    }
}

/* Cells that are no constants: they stay for the rules that are left. */
static void add_generic(struct buf *b, uint64_t *seed, uint32_t kind)
{
    switch (below_n(seed, 7)) {
    case 0:
        buf_fmt(b, "? = %s", scalar(seed, kind));
        break;
    case 1:
        buf_fmt(b, "v%u", below_n(seed, COLUMNS));
        break;
    case 2:
        buf_fmt(b, "not(v%u, %s)", below_n(seed, COLUMNS), scalar(seed, kind));
        break;
    case 3:
        buf_fmt(b, "> v%u", below_n(seed, COLUMNS));
        break;
    case 4:
        buf_fmt(b, "? in [%s, v%u]", scalar(seed, kind), below_n(seed, COLUMNS));
        break;
    case 5:
        buf_str(b, "count(?) > 1");
        break;
    default:
        buf_fmt(b, "? != v%u", below_n(seed, COLUMNS));
        break;
    }
}

static void add_cell(struct buf *b, uint64_t *seed, uint32_t kind)
{
    uint32_t n = 1 + below_n(seed, 3), form = below_n(seed, 20);

    if (form < 4) {
        buf_char(b, '-');
        return;
    }
    if (form < 6) {
        add_generic(b, seed, kind);
        return;
    }
    if (form < 9)
        buf_str(b, "not(");
    for (uint32_t i = 0; i < n; i++) {
        buf_str(b, i > 0 ? ", " : "");
        add_test(b, seed, kind);
    }
    if (form < 9)
        buf_char(b, ')');
}

/* ---- tables and inputs ---- */

static const char *random_table(struct arena *mem, uint64_t *seed)
{
    static const char *const policies[] = {"UNIQUE",          "ANY",      "FIRST",       "RULE ORDER", "COLLECT",
                                           "COLLECT | COUNT", "PRIORITY", "OUTPUT ORDER"};
    struct buf b = buf_new(mem, 1 << 20);
    uint32_t kind[COLUMNS], columns = 1 + below_n(seed, COLUMNS),
                            rules = 1 + below_n(seed, below_n(seed, 4) == 0 ? MOST_RULES : 20);

    buf_fmt(&b, "hit %s\n", ONE_OF(seed, policies));
    for (uint32_t i = 0; i < columns; i++) {
        kind[i] = below_n(seed, 7);
        buf_fmt(&b, "in v%u\n", i);
    }
    buf_str(&b, "out x | | 4, 2, 3, 1, 0\n");
    for (uint32_t r = 0; r < rules; r++) {
        buf_str(&b, "rule ");
        for (uint32_t i = 0; i < columns; i++) {
            buf_str(&b, i > 0 ? " | " : "");
            add_cell(&b, seed, kind[i]);
        }
        buf_fmt(&b, " => %u\n", below_n(seed, 5));
    }
    return buf_text(&b);
}

/* Values that variables take: the words of above, computed once. */
static struct val pool(struct arena *mem, uint64_t *seed)
{
    const struct feel_env env = {.now = 0};
    struct feel_prog *p;
    struct val v;

    assert_int_equal(feel_compile(mem, scalar(seed, below_n(seed, 7)), FEEL_EXPRESSION, NULL, &p, NULL), OK);
    assert_int_equal(feel_eval(p, &env, mem, &v, NULL), OK);
    return v;
}

static struct val random_inputs(struct arena *mem, uint64_t *seed, const struct val *values, uint32_t n)
{
    struct val_entry e[COLUMNS];
    static const char *const name[COLUMNS] = {"v0", "v1", "v2", "v3"};

    for (uint32_t i = 0; i < COLUMNS; i++)
        e[i] = (struct val_entry){name[i], values[below_n(seed, n)]};
    return val_context(mem, e, COLUMNS);
}

static bool hits_same(const struct dmn_hit *a, const struct dmn_hit *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->n_rule == b->n_rule && a->by_default == b->by_default && a->n_input == b->n_input &&
           (a->n_rule == 0 || memcmp(a->rule, b->rule, a->n_rule * sizeof *a->rule) == 0);
}

static unsigned compare_roads(const char *text, uint64_t *seed, const struct val *values, uint32_t n)
{
    struct arena *mem = arena_new(0);
    struct util_table u = util_table(mem, text);
    unsigned failed = 0, hits = 0;

    assert_non_null(u.table);
    for (int i = 0; i < INPUTS && failed == 0; i++) {
        struct arena_mark mark = arena_mark(mem);
        struct val in = random_inputs(mem, seed, values, n);
        struct util_answer index = util_consult(&u, mem, in, false), scan = util_consult(&u, mem, in, true);
        hits += scan.hit != NULL && scan.hit->n_rule > 0;
        if (index.err != scan.err || !hits_same(index.hit, scan.hit) ||
            strcmp(val_string(mem, index.value), val_string(mem, scan.value)) != 0) {
            print_error("index %s, scan %s for %s\n%s", val_string(mem, index.value), val_string(mem, scan.value),
                        val_string(mem, in), text);
            failed++;
        }
        arena_rewind(mem, mark);
    }
    arena_free(mem);
    return failed != 0 ? UINT32_MAX : hits;
}

static void index_answers_as_scan(void **state)
{
    enum { POOL = 400 };
    const char *given = getenv("GRADUS_SEED");
    uint64_t first = given != NULL ? strtoull(given, NULL, 10) : 20261121, seed;
    struct arena *mem = arena_new(0);
    struct val *values = ARENA_NEW_N(mem, struct val, POOL);
    uint64_t hits = 0;

    seed = first;
    for (int i = 0; i < POOL; i++)
        values[i] = pool(mem, &seed);
    for (int i = 0; i < TABLES; i++) {
        struct arena *own = arena_new(0);
        uint64_t begun = seed;
        unsigned n = compare_roads(random_table(own, &seed), &seed, values, POOL);
        arena_free(own);
        if (n == UINT32_MAX)
            fail_msg("table %d of GRADUS_SEED=%llu (state %llu)", i, (unsigned long long)first, (unsigned long long)begun);
        hits += n;
    }
    /* Inputs that never match anything would prove nothing. */
    assert_true(hits > (uint64_t)TABLES * INPUTS / 10);
    arena_free(mem);
}

/* More points than the memory of an index holds: kept points are fewer, answers are the same. */
static void index_of_many_points(void **state)
{
    enum { RULES = 6000, TRIES = 3000 };
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, UTIL_TABLE_MAX);
    uint64_t seed = 7;
    unsigned hits = 0;

    buf_str(&b, "hit COLLECT\nin v0\nin v1\nout x\n");
    for (int i = 0; i < RULES; i++)
        buf_fmt(&b, "rule %s%d, \"s%d\" | [%u..%u) => %d\n", i % 3 == 0 ? "< -" : "", i, i, below_n(&seed, 500),
                500 + below_n(&seed, 100000), i);
    struct util_table u = util_table(mem, buf_text(&b));
    assert_non_null(u.table);
    for (int i = 0; i < TRIES; i++) {
        struct arena_mark mark = arena_mark(mem);
        struct val_entry e[2] = {{"v0", val_int((int64_t)below_n(&seed, RULES) - (i % 2 == 0 ? 0 : RULES))},
                                 {"v1", val_int(below_n(&seed, 2000))}};
        if (i % 5 == 0)
            e[0].value = val_text(mem, arena_printf(mem, "s%u", below_n(&seed, RULES)));
        struct val in = val_context(mem, e, 2);
        struct util_answer index = util_consult(&u, mem, in, false);
        hits += index.hit->n_rule > 0;
        if (i % 10 == 0) {
            struct util_answer scan = util_consult(&u, mem, in, true);
            assert_true(hits_same(index.hit, scan.hit));
            assert_true(val_same(index.value, scan.value));
        }
        arena_rewind(mem, mark);
    }
    assert_true(hits > TRIES / 2);
    arena_free(mem);
}

/* A cell of many points is not tried without end: what was not tried is evaluated. */
static void trying_is_bounded(void **state)
{
    enum { ITEMS = 6000, RULES = 40 };
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, UTIL_TABLE_MAX);

    buf_str(&b, "hit COLLECT\nin v0\nout x\n");
    for (int r = 0; r < RULES; r++) {
        buf_str(&b, "rule [");
        for (int i = 0; i < ITEMS; i++)
            buf_fmt(&b, "%d, ", i * RULES + r);
        buf_fmt(&b, "-1] => %d\n", r);
    }
    struct util_table u = util_table(mem, buf_text(&b));
    for (int i = 0; i < 2 * RULES; i++) {
        const struct val_entry e = {"v0", val_int(i)};
        struct util_answer a = util_consult(&u, mem, val_context(mem, &e, 1), false);
        assert_int_equal(a.err, OK);
        assert_int_equal(a.hit->n_rule, 1);
        assert_int_equal(a.hit->rule[0], i % RULES + 1);
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(index_answers_as_scan),
        cmocka_unit_test(index_of_many_points),
        cmocka_unit_test(trying_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

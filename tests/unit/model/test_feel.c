/* tests/unit/model/test_feel.c - FEEL: expressions, unary tests, names, error positions, limits. */
#include "model/feel/feel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* One wrong row does not hide the others. */
#define fail_row(...)                                                                                                          \
    do {                                                                                                                       \
        print_error(__VA_ARGS__);                                                                                              \
        print_error("\n");                                                                                                     \
        failed++;                                                                                                              \
    } while (0)

#define NOW INT64_C(1795132800000000) /* 2026-11-20T00:00:00Z */

/* Variables of the tests: a context that stands behind get(). */
static bool get(const void *ctx, const char *name, struct val *out)
{
    const struct val *vars = ctx;

    for (size_t i = 0; i < val_count(*vars); i++)
        if (strcmp(val_entry_at(*vars, i).key, name) == 0) {
            *out = val_entry_at(*vars, i).value;
            return true;
        }
    return false;
}

static const char variables[] = "{\"x\":5,\"name\":\"Ann\",\"none\":null,\"flag\":true,\"xs\":[1,2,3,4],"
                                "\"ticket\":{\"impact\":2,\"urgency\":1,\"tags\":[\"vpn\",\"remote\"],\"first name\":\"Jo\"},"
                                "\"people\":[{\"name\":\"Ann\",\"age\":31,\"item\":7},{\"name\":\"Bob\",\"age\":17}],"
                                "\"due\":{\"@date and time\":\"2026-03-02T16:15:00Z\"},"
                                "\"far\":{\"level 2 name\":\"x\"},\"Profit and loss\":7,\"Student's "
                                "name\":\"Eve\",\"a-b\":9,\"Post-bureau risk\":\"low\",\"count\":6}";

struct outcome {
    enum err err;
    struct feel_error error;
    struct val value;
    const char *text;
    unsigned notes;
};

static struct outcome run(struct arena *mem, const char *text, enum feel_form form, const char *input,
                          const struct feel_limits *limits)
{
    static const char *const known[] = {"Profit and loss", "Student's name", "a-b", "Post-bureau risk", "first name"};
    const struct feel_names names = {.name = known, .n = sizeof known / sizeof *known};
    struct outcome o = {.text = "-"};
    struct val vars;
    struct feel_prog *p;
    struct feel_note *notes = NULL;

    assert_int_equal(val_read(mem, variables, sizeof variables - 1, &vars), OK);
    struct feel_env env = {.get = get, .ctx = &vars, .now = NOW, .limits = limits};
    if (input != NULL)
        assert_int_equal(val_read(mem, input, strlen(input), &env.input), OK);
    o.err = feel_compile(mem, text, form, &names, &p, &o.error);
    if (o.err == OK)
        o.err = feel_eval(p, &env, mem, &o.value, &notes);
    if (o.err == OK)
        o.text = val_string(mem, o.value);
    for (; notes != NULL; notes = notes->next)
        o.notes++;
    return o;
}

struct row {
    const char *text, *expected;
};

static void expect(const struct row *row, size_t n)
{
    int failed = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena *mem = arena_new(0);
        struct outcome o = run(mem, row[i].text, FEEL_EXPRESSION, NULL, NULL);
        if (o.err != OK || strcmp(o.text, row[i].expected) != 0)
            fail_row("%s: expected %s, got %s %s", row[i].text, row[i].expected, o.text, o.err != OK ? trouble()->text : "");
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

#define EXPECT(rows) expect((rows), sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void test_operators(void **state)
{
    static const struct row rows[] = {
        {"1 + 2 * 3",                       "7"},
        {"(1 + 2) * 3",                     "9"},
        {"2 ** 3 ** 2",                     "64"},
        {"-5 ** 2",                         "25"},
        {"--10",                            "10"},
        {"10 / 4",                          "2.5"},
        {"1 / 3",                           "0.3333333333333333333333333333333333"},
        {"1 / 0",                           "null"},
        {"0.1 + 0.2",                       "0.3"},
        {"12.50",                           "12.5"},
        {".5 + 1e2",                        "100.5"},
        {"9223372036854775807 + 1",         "9223372036854775808"},
        {"99999999999 * 99999999999",       "9999999999800000000001"},
        {"1e40 - 1e40",                     "0"},
        {"-7 / 2",                          "-3.5"},
        {"\"a\" + \"b\"",                   "ab"},
        {"\"a\" + 1",                       "null"},
        {"1 + null",                        "null"},
        {"1 = 1.0",                         "true"},
        {"1 = \"1\"",                       "null"},
        {"null = null",                     "true"},
        {"1 = null",                        "false"},
        {"1 != 2",                          "true"},
        {"\"a\" < \"b\"",                   "true"},
        {"[1,2] = [1,2]",                   "true"},
        {"{a: 1, b: 2} = {b: 2, a: 1}",     "true"},
        {"true and null",                   "null"},
        {"false and null",                  "false"},
        {"123 and false",                   "false"},
        {"true or null",                    "true"},
        {"false or null",                   "null"},
        {"not(true)",                       "false"},
        {"not(null)",                       "null"},
        {"if 1 < 2 then \"y\" else \"n\"",  "y"},
        {"if null then 1 else 2",           "2"},
        {"x between 1 and 5",               "true"},
        {"x between 6 and 7 or true",       "true"},
        {"x in [1..5]",                     "true"},
        {"x in [1..5)",                     "false"},
        {"x in ]4..6[",                     "true"},
        {"x in (1, 5, 9)",                  "true"},
        {"x in (< 3, > 4)",                 "true"},
        {"x in > 5",                        "false"},
        {"x in [1, 5]",                     "true"},
        {"5 in (null..10]",                 "null"},
        {"/* c */ 1 // end",                "1"},
    };
    EXPECT(rows);
}

static void test_collections(void **state)
{
    static const struct row rows[] = {
        {"[1, \"a\", null]",                                  "[1, \"a\", null]"},
        {"{a: 1, b: a + 1}.b",                                "2"},
        {"{\"x y\": 1}",                                      "{x y: 1}"},
        {"{a: 1, a: 2}",                                      "null"},
        {"ticket.impact + ticket.urgency",                    "3"},
        {"ticket.tags[1]",                                    "vpn"},
        {"ticket.tags[-1]",                                   "remote"},
        {"ticket.tags[3]",                                    "null"},
        {"ticket.first name",                                 "Jo"},
        {"ticket.none",                                       "null"},
        {"xs[item > 2]",                                      "[3, 4]"},
        {"xs[x]",                                             "null"},
        {"people[age >= 18].name",                            "[\"Ann\"]"},
        {"people[name = \"Bob\"].age",                        "[17]"},
        {"people[item = 7].name",                             "[\"Ann\"]"},
        {"5[1]",                                              "5"},
        {"5[item = 6]",                                       "[]"},
        {"[][1]",                                             "null"},
        {"for i in 1..3 return i * i",                        "[1, 4, 9]"},
        {"for i in 3..1 return i",                            "[3, 2, 1]"},
        {"for i in [1,2], j in [i, 10] return i * j",         "[1, 10, 4, 20]"},
        {"for i in 1..4 return if i = 1 then 1 else partial[-1] * i", "[1, 2, 6, 24]"},
        {"for i in \"ab\" return i",                          "[\"ab\"]"},
        {"for i in null return i",                            "null"},
        {"some p in people satisfies p.age < 18",             "true"},
        {"every p in people satisfies p.age < 18",            "false"},
        {"some i in [1, null] satisfies i > 1",               "null"},
        {"(function(a, b) a + b)(1, 2)",                      "3"},
        {"(function(p, q) p - q)(q: 1, p: 5)",                "4"},
        {"{f: function(a: number) a * 2, r: f(4)}.r",         "8"},
        {"{f: function(a: number) a * 2, r: f(\"x\")}.r",     "null"},
        {"(for i in 1..3 return function() i)[2]()",          "2"},
        {"{k: 3, f: function(a) a + k}.f(1)",                 "4"},
        {"[3,1,2][item > 1][1]",                              "3"},
        {"[1..5].start",                                      "1"},
        {"(< 10).end",                                        "10"},
        {"(= 10) = [10..10]",                                 "false"},
        {"[1..2] = [1..2]",                                   "true"},
        {"1 instance of number",                              "true"},
        {"[1, \"a\"] instance of list<number>",               "false"},
        {"null instance of Any",                              "false"},
        {"@\"P1D\" instance of days and time duration",       "true"},
    };
    EXPECT(rows);
}

static void test_names(void **state)
{
    static const struct row rows[] = {
        {"Profit and loss + 1",                                     "8"},
        {"Profit  and\n loss",                                      "7"},
        {"Student's name",                                          "Eve"},
        {"a-b",                                                     "9"},
        {"a - b",                                                   "9"},
        {"Post-bureau risk = \"low\"",                              "true"},
        {"far.level 2 name + \"y\"",                               "xy"},
        {"count([far . level  2 name])",                            "1"},
        {"{foo+bar: 1, r: foo + bar * 2}.r",                        "2"},
        {"{my key: 4}.my key",                                      "4"},
        {"for big number in [1, 2] return big number + 1",          "[2, 3]"},
        {"string length(\"abc\")",                                  "3"},
        {"date and time(\"2026-01-02T03:04:05\").hour",             "3"},
        /* a variable is nearer than the built-in function of its name, but not where that is called */
        {"count + 1",                                               "7"},
        {"count(xs) + count",                                       "10"},
        {"sum + 1",                                                 "null"},
        {"unknown thing",                                           NULL},
    };
    expect(rows, sizeof rows / sizeof *rows - 1);
}

static void test_builtins(void **state)
{
    static const struct row rows[] = {
        {"substring(\"foobar\", 3)",                          "obar"},
        {"substring(\"foobar\", -2, 1)",                      "a"},
        {"substring(string: \"foobar\", start position: 3, length: 2)", "ob"},
        {"substring(\"f\\U01F40Eoo\", 2, 1)",                 "\xF0\x9F\x90\x8E"},
        {"string length(\"\\U01F40E\")",                      "1"},
        {"upper case(\"aBc\\u00e4\")",                        "ABC\xC3\x84"},
        {"contains(\"foobar\", \"ob\")",                      "true"},
        {"substring before(\"foobar\", \"bar\")",             "foo"},
        {"string join([\"a\", null, \"b\"], \"-\")",          "a-b"},
        {"matches(\"foobar\", \"^fo*b\")",                    "true"},
        {"matches(\"foobar\", \"^[a-z-[f]]\")",               "false"},
        {"replace(\"abcd\", \"(ab)|(a)\", \"[1=$1][2=$2]\")", "[1=ab][2=]cd"},
        {"split(\"a;b;;c\", \";\")",                          "[\"a\", \"b\", \"\", \"c\"]"},
        {"sum([1, 2, 3])",                                    "6"},
        {"sum(1, 2, 3)",                                      "6"},
        {"sum([])",                                           "null"},
        {"min([\"b\", \"a\"])",                               "a"},
        {"mean([1, 2])",                                      "1.5"},
        {"median([8, 2, 5, 3, 4])",                           "4"},
        {"stddev([2, 4, 7, 5])",                              "2.081665999466132735282297706979931"},
        {"mode([6, 3, 9, 6, 6, 3, 3])",                       "[3, 6]"},
        {"count([1, null])",                                  "2"},
        {"sort([3, 1, 2], function(a, b) a > b)",             "[3, 2, 1]"},
        {"sort(list: [3, 1, 2], precedes: function(a, b) a < b)", "[1, 2, 3]"},
    };
    EXPECT(rows);
}

static void test_more_builtins(void **state)
{
    static const struct row rows[] = {
        {"distinct values([1, 2, 1])",                        "[1, 2]"},
        {"flatten([1, [2, [3]]])",                            "[1, 2, 3]"},
        {"insert before([1, 3], 2, 2)",                       "[1, 2, 3]"},
        {"list replace([1, 2, 3], 2, 9)",                     "[1, 9, 3]"},
        {"list replace([1, 2, 3], function(i, n) i > 1, 9)",  "[1, 9, 9]"},
        {"sublist([1, 2, 3], -2)",                            "[2, 3]"},
        {"index of([1, 2, 1], 1)",                            "[1, 3]"},
        {"decimal(2.5, 0)",                                   "2"},
        {"decimal(1/3, 2)",                                   "0.33"},
        {"round half up(2.5, 0)",                             "3"},
        {"round half down(2.5, 0)",                           "2"},
        {"round up(-1.21, 1)",                                "-1.3"},
        {"floor(-1.5)",                                       "-2"},
        {"ceiling(-1.5)",                                     "-1"},
        {"modulo(-12, 5)",                                    "3"},
        {"modulo(10.1, 4.5)",                                 "1.1"},
        {"sqrt(16)",                                          "4"},
        {"sqrt(-1)",                                          "null"},
        {"abs(-5)",                                           "5"},
        {"odd(5)",                                            "true"},
        {"even(-2)",                                          "true"},
        {"number(\"1 000,5\", \" \", \",\")",                 "1000.5"},
        {"number(\"x\")",                                     "null"},
        {"get value({a: 3}, \"a\")",                          "3"},
        {"get entries({a: 3})",                               "[{key: \"a\", value: 3}]"},
        {"context([{key: \"a\", value: 1}])",                 "{a: 1}"},
        {"context put({a: {b: 1}}, [\"a\", \"c\"], 2)",       "{a: {b: 1, c: 2}}"},
        {"context merge([{a: 1}, {a: 2, b: 3}])",             "{a: 2, b: 3}"},
        {"is(@\"10:00:00Z\", @\"10:00:00+00:00\")",           "true"},
        {"all([true, null, false])",                          "false"},
        {"any([])",                                           "false"},
        {"before([1..5), 5)",                                 "true"},
        {"overlaps([1..5], [5..8])",                          "true"},
        {"during(5, [1..10])",                                "true"},
        {"range(\"[1..5)\").end",                             "5"},
        {"floor(1, 2, 3)",                                    "null"},
        {"substring(nosuch: 1)",                              "null"},
    };
    EXPECT(rows);
}

static void test_time(void **state)
{
    static const struct row rows[] = {
        {"date(\"2026-02-28\") + duration(\"P1D\")",                    "2026-03-01"},
        {"date(2024, 1, 31) + @\"P1M\"",                                "2024-02-29"},
        {"date(\"2026-02-30\")",                                        "null"},
        {"@\"-2021-01-01\" - @\"P1D\"",                                 "-2022-12-31"},
        {"@\"999999999-12-31\" + @\"P1D\"",                             "null"},
        {"@\"2021-01-02\" - @\"PT1H\"",                                 "2021-01-01"},
        {"@\"2026-03-02T16:15:00Z\" - @\"2026-03-02T08:15:00Z\"",       "PT8H"},
        {"due + @\"PT30M\"",                                            "2026-03-02T16:45:00Z"},
        {"@\"23:30:00\" + @\"PT1H\"",                                   "00:30:00"},
        {"@\"10:30:00.0001\" = @\"10:30:00.0002\"",                     "true"},
        {"@\"2026-01-01T24:00:00\"",                                    "2026-01-02T00:00:00"},
        {"@\"10:00:00+19:00\"",                                         "null"},
        {"@\"2026-07-01T12:00:00@Europe/Paris\" = @\"2026-07-01T10:00:00Z\"", "true"},
        {"@\"2026-01-01T12:00:00@Europe/Paris\".time offset",           "PT1H"},
        {"@\"2050-07-01T12:00:00@Europe/Paris\".time offset",           "PT2H"},
        {"@\"2026-01-01T12:00:00@Nowhere/Land\"",                       "null"},
        {"@\"P1Y2M\" * 1.5",                                            "P1Y9M"},
        {"@\"P1D\" / @\"PT6H\"",                                        "4"},
        {"@\"-P1DT2H\"",                                                "-P1DT2H"},
        {"-@\"PT1.5S\"",                                                "-PT1.5S"},
        {"@\"P1Y1D\"",                                                  "null"},
        {"years and months duration(@\"2011-12-22\", @\"2013-08-24\")", "P1Y8M"},
        {"day of week(@\"2019-09-17\")",                                "Tuesday"},
        {"week of year(@\"2005-01-01\")",                               "53"},
        {"day of year(@\"2019-09-17\")",                                "260"},
        {"now()",                                                       "2026-11-20T00:00:00Z"},
        {"today()",                                                     "2026-11-20"},
        {"@\"2019-09-17\".weekday",                                     "2"},
        {"time(10, 30, 0.5, @\"-PT5H\")",                               "10:30:00.5-05:00"},
        {"date and time(@\"2026-01-01\", @\"10:00:00\")",               "2026-01-01T10:00:00"},
        {"for d in @\"2026-01-30\"..@\"2026-02-01\" return d.day",      "[30, 31, 1]"},
    };
    EXPECT(rows);
}

static void test_unary(void **state)
{
    static const struct { const char *text, *input, *expected; } rows[] = {
        {"-",                       "5",         "true"},
        {"5",                       "5",         "true"},
        {"< 5",                     "5",         "false"},
        {"< 5, > 4",                "5",         "true"},
        {"[1..5)",                  "5",         "false"},
        {"not(1, 2)",               "3",         "true"},
        {"not(1, 3)",               "3",         "false"},
        {"\"a\", \"b\"",            "\"b\"",     "true"},
        {"? > 3 and ? < 9",         "5",         "true"},
        {"contains(?, \"x\")",      "\"axb\"",   "true"},
        {"true",                    "true",      "true"},
        {"true",                    "false",     "false"},
        {"[1, 5]",                  "5",         "true"},
        {"x",                       "5",         "true"},
        {"null",                    "null",      "true"},
        {"> date(\"2026-01-01\")",  "{\"@date\":\"2026-01-02\"}", "true"},
        {"< 5",                     "\"a\"",     "null"},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct outcome o = run(mem, rows[i].text, FEEL_UNARY_TESTS, rows[i].input, NULL);
        if (o.err != OK || strcmp(o.text, rows[i].expected) != 0)
            fail_row("%s for %s: expected %s, got %s", rows[i].text, rows[i].input, rows[i].expected, o.text);
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

static void test_errors(void **state)
{
    static const struct { const char *text; size_t offset; int line, column; const char *message; } rows[] = {
        {"1 +",              3,  1, 4,  "an expression is expected here, but the text ends"},
        {"f(1 x",            4,  1, 5,  "',' or ')' is expected here, found 'x'"},
        {"[1,\n 2 }",        7,  2, 4,  "',' or ']' is expected here, found '}'"},
        {"if true 1",        8,  1, 9,  "'then' is expected here, found '1'"},
        {"\"abc",            0,  1, 1,  "the text that begins here has no closing '\"'"},
        {"1 2",              2,  1, 3,  "an operator or the end is expected here, found '2'"},
        {"\"\xC3\xA4\" #",   5,  1, 5,  "this character has no meaning here"},
        {"for x of y",       10, 1, 11, "'in' is expected here, but the text ends"},
        {"a.",               2,  1, 3,  "the name of a member is expected here, but the text ends"},
        {"",                 0,  1, 1,  "an expression is expected here, but the text ends"},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct outcome o = run(mem, rows[i].text, FEEL_EXPRESSION, NULL, NULL);
        assert_int_equal(o.err, E_INPUT);
        if (strcmp(o.error.message, rows[i].message) != 0)
            fail_row("%s: expected \"%s\", got \"%s\"", rows[i].text, rows[i].message, o.error.message);
        assert_int_equal(o.error.offset, rows[i].offset);
        assert_int_equal(o.error.line, rows[i].line);
        assert_int_equal(o.error.column, rows[i].column);
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}
/* clang-format on */

/* N times LEFT, "1", N times RIGHT. */
static char *wrapped(struct arena *mem, const char *left, const char *right, int n)
{
    struct buf b = buf_new(mem, 1 << 20);

    for (int i = 0; i < n; i++)
        buf_str(&b, left);
    buf_char(&b, '1');
    for (int i = 0; i < n; i++)
        buf_str(&b, right);
    return arena_strdup(mem, buf_text(&b));
}

static void test_text_limits(void **state)
{
    struct arena *mem = arena_new(0);

    assert_int_equal(run(mem, wrapped(mem, "(", ")", 199), FEEL_EXPRESSION, NULL, NULL).err, OK);
    assert_int_equal(run(mem, wrapped(mem, "(", ")", 200), FEEL_EXPRESSION, NULL, NULL).err, E_TOOBIG);
    static const char *const openers[] = {"[",  "{a:", "-",   "(<",        "[1..",   "]",
                                          "f(", "a[",  "if ", "for i in ", "x in (", "function() "};
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
        assert_int_equal(run(mem, wrapped(mem, openers[i], "", 5000), FEEL_EXPRESSION, NULL, NULL).err != OK, true);
    assert_int_equal(run(mem, wrapped(mem, "1+", "", 1000), FEEL_EXPRESSION, NULL, NULL).err, OK);
    assert_int_equal(run(mem, wrapped(mem, "1+", "", 1001), FEEL_EXPRESSION, NULL, NULL).err, E_TOOBIG);
    assert_int_equal(run(mem, wrapped(mem, "true and ", "", 5000), FEEL_EXPRESSION, NULL, NULL).err, OK);
    assert_int_equal(run(mem, wrapped(mem, " ", "", 65535), FEEL_EXPRESSION, NULL, NULL).err, OK);
    assert_int_equal(run(mem, wrapped(mem, " ", "", 65536), FEEL_EXPRESSION, NULL, NULL).err, E_TOOBIG);
    arena_free(mem);
}

static void test_eval_limits(void **state)
{
    struct arena *mem = arena_new(0);
    struct feel_limits l = feel_limits_default;

    /* 3 steps: the sum and its two variables */
    l.steps = 3;
    assert_int_equal(run(mem, "x + x", FEEL_EXPRESSION, NULL, &l).err, OK);
    l.steps = 2;
    assert_int_equal(run(mem, "x + x", FEEL_EXPRESSION, NULL, &l).err, E_FUEL);
    l = feel_limits_default;
    l.list = 10;
    assert_int_equal(run(mem, "for i in 1..(x * 2) return i", FEEL_EXPRESSION, NULL, &l).err, OK);
    assert_int_equal(run(mem, "for i in 1..(x * 2 + 1) return i", FEEL_EXPRESSION, NULL, &l).err, E_TOOBIG);
    assert_int_equal(run(mem, "for i in 1..1000000000000 return i", FEEL_EXPRESSION, NULL, NULL).err, E_TOOBIG);
    l.string = 6;
    assert_int_equal(run(mem, "name + name", FEEL_EXPRESSION, NULL, &l).err, OK);
    assert_int_equal(run(mem, "name + name + \"x\"", FEEL_EXPRESSION, NULL, &l).err, E_TOOBIG);
    l = feel_limits_default;
    l.depth = 3;
    static const char rec[] = "{f: function(g, n) if n = 0 then 0 else g(g, n - 1), r: f(f, x - %d)}.r";
    assert_int_equal(run(mem, arena_printf(mem, rec, 3), FEEL_EXPRESSION, NULL, &l).err, OK);
    assert_int_equal(run(mem, arena_printf(mem, rec, 2), FEEL_EXPRESSION, NULL, &l).err, E_FUEL);
    l = feel_limits_default;
    l.bytes = 100000;
    assert_int_equal(run(mem, "for i in 1..100 return i", FEEL_EXPRESSION, NULL, &l).err, OK);
    assert_int_equal(run(mem, "for i in 1..10000 return i", FEEL_EXPRESSION, NULL, &l).err, E_TOOBIG);
    assert_int_equal(run(mem, "for i in 1..100000, j in 1..100000 return i", FEEL_EXPRESSION, NULL, NULL).err, E_TOOBIG);
    assert_int_equal(run(mem, "some i in 1..99999, j in 1..99999 satisfies i < 0", FEEL_EXPRESSION, NULL, NULL).err, E_FUEL);
    /* a pattern that backtracks without end gives null, and a loop over it runs out of steps soon */
    static const char hopeless[] = "for i in 1..%d return matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\", \"(a+)+$\")";
    assert_string_equal(run(mem, arena_printf(mem, hopeless, 1), FEEL_EXPRESSION, NULL, NULL).text, "[null]");
    assert_int_equal(run(mem, arena_printf(mem, hopeless, 1000), FEEL_EXPRESSION, NULL, NULL).err, E_FUEL);
    /* calls inside each other at the end of a recursion: the C stack must hold */
    struct buf b = buf_new(mem, 10000);
    buf_str(&b, "{f: function(g, n) ");
    for (int i = 0; i < 150; i++)
        buf_str(&b, "g(g, ");
    buf_str(&b, "n");
    for (int i = 0; i < 150; i++)
        buf_char(&b, ')');
    buf_str(&b, ", r: f(f, 1)}.r");
    assert_int_equal(run(mem, buf_text(&b), FEEL_EXPRESSION, NULL, NULL).err, E_FUEL);
    /* values that would be walked for ever */
    assert_int_equal(run(mem, "for i in 1..60 return [partial, partial]", FEEL_EXPRESSION, NULL, NULL).err, E_TOOBIG);
    assert_int_equal(run(mem, "for i in 1..150 return if i = 1 then {} else {a: partial[-1]}", FEEL_EXPRESSION, NULL, NULL).err,
                     E_TOOBIG);
    assert_int_equal(run(mem, "for i in 1..149 return if i = 1 then {} else {a: partial[-1]}", FEEL_EXPRESSION, NULL, NULL).err,
                     OK);
    assert_int_equal(run(mem, "for i in 1..1000 return if i = 1 then [] else [partial[-1]]", FEEL_EXPRESSION, NULL, NULL).err,
                     E_TOOBIG);
    arena_free(mem);
}

static void test_uses(void **state)
{
    struct arena *mem = arena_new(0);
    struct feel_prog *p;
    const char *const *names;

    assert_int_equal(feel_compile(mem, "b + a + b + (for i in xs return i)[c]", FEEL_EXPRESSION, NULL, &p, NULL), OK);
    assert_int_equal(feel_uses(p, &names), 4);
    assert_string_equal(names[0], "b");
    assert_string_equal(names[1], "a");
    assert_string_equal(names[2], "xs");
    assert_string_equal(names[3], "c");
    assert_string_equal(feel_text(p), "b + a + b + (for i in xs return i)[c]");
    arena_free(mem);
}

static void test_notes(void **state)
{
    struct arena *mem = arena_new(0);
    struct outcome o = run(mem, "nowhere + 1", FEEL_EXPRESSION, NULL, NULL);

    assert_int_equal(o.err, OK);
    assert_int_equal(o.value.tag, VAL_NULL);
    assert_int_equal(o.notes, 2);
    assert_int_equal(run(mem, "for i in 1..100 return 1 / 0", FEEL_EXPRESSION, NULL, NULL).notes, 20);
    arena_free(mem);
}

static void test_timers(void **state)
{
    int64_t months, us;

    assert_true(feel_duration("PT1.5S", &months, &us));
    assert_int_equal(us, 1500000);
    assert_true(feel_duration("-P1DT1H", &months, &us));
    assert_int_equal(us, -(int64_t)25 * 3600 * 1000000);
    assert_true(feel_duration("P1Y2M", &months, &us));
    assert_int_equal(months, 14);
    assert_false(feel_duration("P", &months, &us));
    assert_false(feel_duration("PT", &months, &us));
    assert_false(feel_duration("1D", &months, &us));
    assert_false(feel_duration("P1H", &months, &us));
    assert_false(feel_duration("PT1M1H", &months, &us));
    /* 2024-01-31T00:00:00Z + P1M = 2024-02-29 */
    assert_int_equal(feel_add_duration(INT64_C(1706659200000000), 1, 0), INT64_C(1709164800000000));
    assert_int_equal(feel_add_duration(INT64_C(1706659200000000), 0, 5), INT64_C(1706659200000005));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators), cmocka_unit_test(test_collections), cmocka_unit_test(test_names),
        cmocka_unit_test(test_builtins),  cmocka_unit_test(test_time),        cmocka_unit_test(test_unary),
        cmocka_unit_test(test_errors),    cmocka_unit_test(test_text_limits), cmocka_unit_test(test_eval_limits),
        cmocka_unit_test(test_uses),      cmocka_unit_test(test_notes),       cmocka_unit_test(test_more_builtins),
        cmocka_unit_test(test_timers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

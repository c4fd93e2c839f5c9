/* tests/unit/model/test_feel_parse.c - the grammar of FEEL and what its parts mean, row by row: names of all shapes, contexts,
 * lists, loops, functions, "in" and unary tests. */
#include "model/feel/feel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* Variables of the rows; names of several words inside of their values are members. */
static const char values[] = "{\"x\":5,\"xs\":[1,2,3],\"days in weekend\":[\"Sat\",\"Sun\"],\"s\":\"abc\",\"b\":true,"
                             "\"Profit and loss\":7,\"r\":{\"a-b\":1,\"c d\":2}}";
static const char *const members[] = {"a-b", "c d"};

static const char odd_values[] =
    "{\"decision A 2.1\":3,\"_2021-01-11\":4,\"Post-bureau risk category\":\"HIGH\",\"Approved/Declined\":\"Approved\","
    "\"Date-Time2\":\"x\",\"days in weekend\":[\"Sat\"],\"values in a list\":[1,2,3],\"Another Date and Time\":\"adt\","
    "\"Years of Service\":7,\"r\":{\"Customer Tier\":\"gold\",\"for\":1,\"a.b\":2,\"if then\":5},\"in stock\":3,"
    "\"or else\":4,\"a+b\":9,\"a\":1,\"b\":2,\"null value\":8,\"item\":{\"x\":4},\"Today's date\":1,\"x*y\":6,"
    "\"is member\":true,\"date\":\"d\",\"some value\":3,\"list of items\":[{\"unit price\":2,\"qty\":3},"
    "{\"unit price\":5,\"qty\":1}],\"e\":{\"return\":5},\"αβγ δ\":2,\"A\":{\"B C\":{\"D-E\":11}}}";
static const char *const odd_members[] = {"Customer Tier", "a.b", "if then", "unit price", "B C", "D-E"};

struct scope {
    struct val vars;
    struct feel_names names, members;
};

static bool get(const void *ctx, const char *name, struct val *out)
{
    const struct scope *s = ctx;

    for (size_t i = 0; i < val_count(s->vars); i++)
        if (strcmp(val_entry_at(s->vars, i).key, name) == 0) {
            *out = val_entry_at(s->vars, i).value;
            return true;
        }
    return false;
}

static struct scope scope_make(struct arena *mem, const char *json, const char *const *inner, size_t n)
{
    struct scope s = {.members = {.name = inner, .n = n, .members = true}};

    assert_int_equal(val_read(mem, json, strlen(json), &s.vars), OK);
    const char **name = ARENA_NEW_N(mem, const char *, val_count(s.vars));
    for (size_t i = 0; i < val_count(s.vars); i++)
        name[i] = val_entry_at(s.vars, i).key;
    s.names = (struct feel_names){.name = name, .n = val_count(s.vars)};
    return s;
}

/* The answer as typed text, or what is wrong with TEXT. */
static const char *answer(struct arena *mem, struct scope *s, const char *text, const char *input)
{
    struct feel_env env = {.get = get, .ctx = s};
    struct buf b = buf_new(mem, 65536);
    struct feel_error error;
    struct feel_prog *p;
    struct val v;

    s->names.outer = &s->members;
    if (input != NULL)
        assert_int_equal(val_read(mem, input, strlen(input), &env.input), OK);
    if (feel_compile(mem, text, input != NULL ? FEEL_UNARY_TESTS : FEEL_EXPRESSION, &s->names, &p, &error) != OK)
        return error.message;
    if (feel_eval(p, &env, mem, &v, NULL) != OK)
        return trouble()->text;
    return val_write(&b, v) == OK ? buf_text(&b) : "a function";
}

struct row {
    const char *text, *expected;
};

static int check(const char *text, const char *got, const char *expected)
{
    if (strcmp(got, expected) == 0)
        return 0;
    print_error("%s: expected %s, got %s\n", text, expected, got);
    return 1;
}

static void expect(const struct row *row, size_t n, bool odd)
{
    int failed = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena *mem = arena_new(0);
        struct scope s = odd ? scope_make(mem, odd_values, odd_members, sizeof odd_members / sizeof *odd_members)
                             : scope_make(mem, values, members, sizeof members / sizeof *members);
        failed += check(row[i].text, answer(mem, &s, row[i].text, NULL), row[i].expected);
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

#define EXPECT(rows) expect((rows), sizeof(rows) / sizeof *(rows), false)

/* clang-format off */
static const struct row values_rows[] = {
    {"3**4**5",                                                     "3486784401"},
    {"-5**2",                                                       "25"},
    {"--10",                                                        "10"},
    {"2**-1",                                                       "0.5"},
    {"1+2*3",                                                       "7"},
    {"true and null",                                               "null"},
    {"false and null",                                              "false"},
    {"null and false",                                              "false"},
    {"123 and false",                                               "false"},
    {"123 and true",                                                "null"},
    {"true or null",                                                "true"},
    {"null or true",                                                "true"},
    {"\"a\" or false",                                              "null"},
    {"not(null)",                                                   "null"},
    {"not(1)",                                                      "null"},
    {"if null then 1 else 2",                                       "2"},
    {"if 1 then 1 else 2",                                          "2"},
    {"if true then 1 else 2",                                       "1"},
    {"1 = \"a\"",                                                   "null"},
    {"1 = null",                                                    "false"},
    {"null = null",                                                 "true"},
    {"null != null",                                                "false"},
    {"1 != \"a\"",                                                  "null"},
    {"1 < \"a\"",                                                   "null"},
    {"true < false",                                                "null"},
    {"{a:1,b:2} = {b:2,a:1}",                                       "true"},
    {"(=10).start",                                                 "10"},
    {"(=10).end",                                                   "10"},
    {"(=10).start included",                                        "true"},
    {"(=10) = [10..10]",                                            "false"},
    {"(<10) = (null..10)",                                          "false"},
    {"(<10).start",                                                 "null"},
    {"(<10).end",                                                   "10"},
    {"(<10).start included",                                        "false"},
    {"(!=10) = (!=10)",                                             "true"},
    {"(>=10) = (>=10)",                                             "true"},
    {"@\"xx\"",                                                     "null"},
    {"/* c */ 1 // d",                                              "1"},
    {"\"a\" + \"b\"",                                               "\"ab\""},
    {"\"a\" + 1",                                                   "null"},
    {"\"a\" - \"b\"",                                               "null"},
    {"\"\\uD83D\\uDC0E\"",                                          "\"🐎\""},
    {"\"\\U01F40E\"",                                               "\"🐎\""},
    {"\"a\\u0009b\\\"\"",                                               "\"a\\u0009b\\\"\""},
    {".872",                                                        "0.872"},
    {"1.23e-2",                                                     "0.0123"},
    {"Profit and loss + 1",                                         "8"},
    {"r.a-b",                                                       "1"},
    {"r.c d",                                                       "2"},
    {"count([1,2][item > 1])",                                      "1"},
    {"\"abc\".x",                                                   "null"},
    {"{a: 1}[a = 1]",                                               "[{\"a\":1}]"},
    {"if x = 5 then \"a\" else if x = 6 then \"b\" else \"c\"",     "\"a\""},
    {"-x",                                                          "-5"},
    {"-\"a\"",                                                      "null"},
    {"10 / 0",                                                      "null"},
    {"date and time(\"2020-01-01T00:00:00\").year",                 "2020"},
    {"not(true)",                                                   "false"},
    {"not(x > 3)",                                                  "false"},
    {"x > 3 and not(x < 3)",                                        "true"},
    {"list contains(xs, 2)",                                        "true"},
    {"-2147483648",                                                 "-2147483648"},
    {"1e3",                                                         "1000"},
    {"1E-3",                                                        "0.001"},
    {"true.a",                                                      "null"},
    {"(x)",                                                         "5"},
    {"((x))",                                                       "5"},
    {"null = 1",                                                    "false"},
    {"b",                                                           "true"},
    {"(if true then sum else max)(1,2)",                            "3"},
    {"string length(\"🐎a\")",                                       "2"},
    {"substring(\"🐎ab\",2,1)",                                      "\"a\""},
    {"\"\\U01F40E\" = \"🐎\"",                                       "true"},
    {"\"\\uD83D\\uDC0E\" = \"🐎\"",                                  "true"},
    {"\"🐎\" < \"🐏\"",                                               "true"},
    {"\"\\u0041\"",                                                 "\"A\""},
    {"contains(\"ab🐎\",\"🐎\")",                                     "true"},
    {"\"\\\\\"",                                                    "\"\\\\\""},
    {"\"\\'\"",                                                     "\"'\""},
    {"upper case(\"é\")",                                           "\"É\""},
    {"1 = 1.0",                                                     "true"},
    {"\"a\" = \"A\"",                                               "false"},
    {"{} = {}",                                                     "true"},
    {"{} = []",                                                     "null"},
    {"{} = null",                                                   "false"},
    {"@\"2020-01-01\" = @\"2020-01-01T00:00:00\"",                  "null"},
    {"@\"P1Y\" = @\"P365D\"",                                       "null"},
    {"@\"P12M\" = @\"P1Y\"",                                        "true"},
    {"@\"PT24H\" = @\"P1D\"",                                       "true"},
    {"@\"10:30:00.0001\" = @\"10:30:00.0002\"",                     "true"},
    {"@\"10:00:00Z\" = @\"11:00:00+01:00\"",                        "true"},
    {"@\"2020-01-01T10:00:00Z\" = @\"2020-01-01T11:00:00+01:00\"",  "true"},
    {"{a:[1]} = {a:[1]}",                                           "true"},
    {"{a:1} = {a:\"1\"}",                                           "false"},
    {"{a:1} = {b:1}",                                               "false"},
    {"true = 1",                                                    "null"},
    {"\"1\" = 1",                                                   "null"},
    {"1 != null",                                                   "true"},
    {"null < 1",                                                    "null"},
    {"null >= null",                                                "null"},
    {"\"a\" <= \"a\"",                                              "true"},
    {"@\"2020-01-01\" < @\"2020-01-02\"",                           "true"},
    {"@\"2020-01-01\" < @\"2020-01-02T00:00:00\"",                  "null"},
};

static void test_values(void **state)
{
    EXPECT(values_rows);
}

static const struct row contexts_rows[] = {
    {"{a:1}.a",                                       "1"},
    {"{a: {b: 3}}.a.b",                               "3"},
    {"{a: 1, a: 2}",                                  "null"},
    {"{\"a\": 1, b: a + 1}",                          "{\"a\":1,\"b\":2}"},
    {"{\"\": 1}",                                     "{\"\":1}"},
    {"{foo+bar: 1, c: foo+bar}",                      "{\"foo+bar\":1,\"c\":1}"},
    {"{\"foo+bar\": 1}.foo+bar",                      "1"},
    {"{🐎: \"bar\"}.🐎",                                "\"bar\""},
    {"{a b: 1, c: a  b}",                             "{\"a b\":1,\"c\":1}"},
    {"{f: function(x) x + 1, y: f(2)}.y",             "3"},
    {"{a: 1}[\"a\"]",                                 "[]"},
    {"{a: 1}[1]",                                     "{\"a\":1}"},
    {"{a:[1,2]}.a[1]",                                "1"},
    {"{\"a b\": 1}.a b",                              "1"},
    {"{a: function(b) b * 2}.a(4)",                   "8"},
    {"{Student's name: 1}.Student's name",            "1"},
    {"{Student’s name: 1, b: Student’s name + 1}.b",  "2"},
    {"{🐎: \"bar\"}.🐎",                                "\"bar\""},
    {"{\"👍\": 1}.👍",                                  "1"},
    {"{ñandú: 1}.ñandú",                              "1"},
    {"{é è: 1, r: é è + 1}.r",                        "2"},
    {"{变量: 1}.变量",                                    "1"},
};

static void test_contexts(void **state)
{
    EXPECT(contexts_rows);
}

static const struct row lists_rows[] = {
    {"[1,2,3][1]",                     "1"},
    {"[1,2,3][-1]",                    "3"},
    {"[1,2,3][0]",                     "null"},
    {"[1,2,3][4]",                     "null"},
    {"[1,2,3][item > 1]",              "[2,3]"},
    {"[{a:1},{a:2}][a = 2]",           "[{\"a\":2}]"},
    {"[{a:1},{a:2}].a",                "[1,2]"},
    {"[{a:1},{b:2}].a",                "[1,null]"},
    {"[{item:1},{item:2}][item = 2]",  "[{\"item\":2}]"},
    {"[1,2,3][true]",                  "[1,2,3]"},
    {"[1,2,3][false]",                 "[]"},
    {"[1,2,3][null]",                  "[]"},
    {"5[1]",                           "5"},
    {"5[item = 5]",                    "[5]"},
    {"null[1]",                        "null"},
    {"[][1]",                          "null"},
    {"[1,2,3][\"a\"]",                 "[]"},
    {"[1,2] = [1,2]",                  "true"},
    {"[1,2] = [2,1]",                  "false"},
    {"[1,\"a\"] = [1,2]",              "false"},
    {"[1] = 1",                        "null"},
    {"[1..10].start included",         "true"},
    {"[1..10].end",                    "10"},
    {"[1,2,3].x",                      "[null,null,null]"},
    {"[1,2,3][item>1][1]",             "2"},
    {"[1,2,3] = xs",                   "true"},
    {"xs[item = 2 or item = 3]",       "[2,3]"},
    {"[{\"a b\": 1}][a b = 1]",        "[{\"a b\":1}]"},
    {"[function(b) b * 2][1](4)",      "8"},
    {"[][a > 1]",                      "[]"},
    {"[][1]",                          "null"},
    {"[] = []",                        "true"},
    {"[] = null",                      "false"},
    {"[1..2] = [1..2]",                "true"},
    {"[1..2] != [1..3]",               "true"},
    {"[1,2] != [1,2]",                 "false"},
    {"[1,[2,3]] = [1,[2,3]]",          "true"},
    {"[1] < [2]",                      "null"},
};

static void test_lists(void **state)
{
    EXPECT(lists_rows);
}

static const struct row loops_rows[] = {
    {"for i in 1..3 return i",                                           "[1,2,3]"},
    {"for i in 4..2 return i",                                           "[4,3,2]"},
    {"for i in [1..3] return i",                                         "[1,2,3]"},
    {"for i in (1..3) return i",                                         "[2]"},
    {"for i in [2..1] return i",                                         "null"},
    {"for i in [\"a\"..\"c\"] return i",                                 "null"},
    {"for i in 1..3, j in i..3 return i*j",                              "[1,2,3,4,6,9]"},
    {"for i in [[1,2],[3]], j in i return j",                            "[1,2,3]"},
    {"for i in 0..3 return if i = 0 then 1 else i * partial[-1]",        "[1,1,2,6]"},
    {"for i in 1 return i",                                              "[1]"},
    {"for i in null return i",                                           "null"},
    {"for i in [] return i",                                             "[]"},
    {"for day in days in weekend return day",                            "[\"Sat\",\"Sun\"]"},
    {"some x in xs satisfies x > 2",                                     "true"},
    {"every x in [] satisfies x > 2",                                    "true"},
    {"some x in [] satisfies x > 2",                                     "false"},
    {"some x in [1,\"a\"] satisfies x > 2",                              "null"},
    {"every x in [3,\"a\"] satisfies x > 2",                             "null"},
    {"every x in xs satisfies x",                                        "null"},
    {"some x in null satisfies true",                                    "null"},
    {"for i in xs return for j in xs return i*j",                        "[[1,2,3],[2,4,6],[3,6,9]]"},
    {"(for i in xs return i)[1]",                                        "1"},
    {"for d in @\"2020-01-01\"..@\"2020-01-03\" return day of week(d)",  "[\"Wednesday\",\"Thursday\",\"Friday\"]"},
    {"for i in [1,2] return i + partial[1]",                             "[null,null]"},
    {"for 🐎 in [1,2] return 🐎 * 2",                                      "[2,4]"},
};

static void test_loops(void **state)
{
    EXPECT(loops_rows);
}

static const struct row functions_rows[] = {
    {"(function(a) a)(10)",                                   "10"},
    {"-(function(a) a)(10)",                                  "-10"},
    {"(function(a: number) a)(\"x\")",                        "null"},
    {"(function(a: number) a)([1])",                          "1"},
    {"(function(a: number): string a)(1)",                    "null"},
    {"(function(a,b) a-b)(b:1,a:3)",                          "2"},
    {"(function(a,b) a-b)(b:1,c:3)",                          "null"},
    {"(function(a,b) a-b)(1)",                                "null"},
    {"(function(f) f(3))(function(x) x*x)",                   "9"},
    {"(function(x) function(y) x + y)(1)(2)",                 "3"},
    {"sort([3,1,2], function(a,b) a < b)",                    "[1,2,3]"},
    {"(function() 1)()",                                      "1"},
    {"(function(a: list<number>) count(a))(3)",               "1"},
    {"(function(a: date and time) a.hour)(@\"2020-01-01\")",  "0"},
    {"(function(a: number) a)([1,2])",                        "null"},
    {"(function(🐎) 🐎)(3)",                                    "3"},
};

static void test_functions(void **state)
{
    EXPECT(functions_rows);
}

static const struct row tests_rows[] = {
    {"x in [1..10]",                                             "true"},
    {"x in (1..5)",                                              "false"},
    {"x in (1..5]",                                              "true"},
    {"x in ]1..5[",                                              "false"},
    {"x in [5]",                                                 "true"},
    {"x in (5)",                                                 "true"},
    {"x in (1,5)",                                               "true"},
    {"x in (<3, >4)",                                            "true"},
    {"x in < 6",                                                 "true"},
    {"x in [<3, >4]",                                            "true"},
    {"x in (null)",                                              "false"},
    {"null in (null)",                                           "true"},
    {"null in [1..5]",                                           "null"},
    {"5 in (null..10]",                                          "null"},
    {"5 in [[1..3],[4..6]]",                                     "true"},
    {"[1,2] in [[1,2],[3]]",                                     "true"},
    {"[1,2] in ([1,2])",                                         "true"},
    {"1 in [[1..3]]",                                            "true"},
    {"\"a\" in [\"a\"..\"c\"]",                                  "true"},
    {"x between 1 and 10",                                       "true"},
    {"x between 6 and 10",                                       "false"},
    {"x between null and 10",                                    "null"},
    {"x between 1 and 10 and true",                              "true"},
    {"[1,2,3][item in [2..3]]",                                  "[2,3]"},
    {"1 in [2,3] or true",                                       "true"},
    {"x in xs",                                                  "false"},
    {"3 in xs",                                                  "true"},
    {"\"x\" in \"x\"",                                           "true"},
    {"@\"2020-01-01\" in [@\"2019-01-01\"..@\"2021-01-01\"]",    "true"},
    {"{partial: 1, a: for i in [1,2] return count(partial)}.a",  "[0,1]"},
    {"10 in (>5)",                                               "true"},
    {"\"a\" in (\"a\",\"b\")",                                   "true"},
    {"x in (1 + 2) * 2",                                         "false"},
    {"6 in (1 + 2) * 2",                                         "true"},
    {"3 in (xs)[3]",                                             "true"},
    {"2 in (xs)[item > 1]",                                      "true"},
    {"3 in (3) - 1",                                             "false"},
    {"3 in ({a: 3}).a",                                          "true"},
    {"x in (5) and true",                                        "true"},
    {"[1,2,3] in [[[1,2,3]]]",                                   "false"},
    {"[1,2,3] in ([[1,2,3,4]], [[1,2,3]])",                      "true"},
    {"{a:1} in [{a:1}]",                                         "true"},
    {"{a:1} in ({a:2},{a:1})",                                   "true"},
    {"1 in [null, 1]",                                           "true"},
    {"null in [null]",                                           "true"},
    {"null in null",                                             "true"},
    {"1 in null",                                                "false"},
    {"\"a\" in 1",                                               "null"},
    {"\"a\" in [1]",                                             "false"},
    {"\"a\" in (1, 2)",                                          "null"},
    {"1 in (\"a\", 1)",                                          "true"},
    {"1 in < \"a\"",                                             "null"},
    {"[1..3] in [[1..3]]",                                       "true"},
    {"true in (false)",                                          "false"},
    {"@\"10:00:00\" in [@\"09:00:00\"..@\"11:00:00\"]",          "true"},
    {"2 in [[1,2]]",                                             "false"},
    {"[2] in [2]",                                               "true"},
    {"[1] in 1",                                                 "null"},
    {"2 in ([1,2])",                                             "true"},
    {"2 in ([1,2],[3])",                                         "true"},
    {"1 in []",                                                  "false"},
    {"1 between 0 and null",                                     "null"},
    {"\"b\" between \"a\" and \"c\"",                            "true"},
    {"@\"P1D\" between @\"P1D\" and @\"P2D\"",                   "true"},
    {"@\"P1M\" between @\"P1D\" and @\"P2D\"",                   "null"},
    {"true between true and true",                               "null"},
};

static void test_tests(void **state)
{
    EXPECT(tests_rows);
}

/* Parts behind parts, and operators side by side. */
static const struct row chain_rows[] = {
    {"@\"2021-01-01\".hour",                                                        "null"},
    {"@\"10:00:00\".year",                                                          "null"},
    {"@\"P1Y\".days",                                                               "null"},
    {"@\"P1D\".years",                                                              "null"},
    {"@\"2021-01-04\".weekday",                                                     "1"},
    {"@\"2021-01-01\".timezone",                                                    "null"},
    {"[1,2,3][1.5]",                                                                "null"},
    {"[[1,2],[3]][1][2]",                                                           "2"},
    {"[1,2,3][item = 2][1]",                                                        "2"},
    {"{a: [1,2,{b: 5}]}.a[3].b",                                                    "5"},
    {"[{a:{b:1}},{a:{b:2}}].a.b",                                                   "[1,2]"},
    {"[{a:[1,2]},{a:[3]}].a",                                                       "[[1,2],[3]]"},
    {"for x in [1,2,3][item>1] return x",                                           "[2,3]"},
    {"for i in 1..count([1,2]) return i",                                           "[1,2]"},
    {"for i in 3..-1 return i",                                                     "[3,2,1,0,-1]"},
    {"for i in 1..1 return i",                                                      "[1]"},
    {"for i in 1.5..3 return i",                                                    "null"},
    {"for i in @\"2021-01-03\"..@\"2021-01-01\" return i.day",                      "[3,2,1]"},
    {"some i in 1..3 satisfies i = 2",                                              "true"},
    {"every i in [1..3] satisfies i > 0",                                           "true"},
    {"if \"true\" then 1 else 2",                                                   "2"},
    {"if x > 1 then if x > 10 then \"a\" else \"b\" else \"c\"",                    "\"b\""},
    {"(if true then [1,2] else [3])[1]",                                            "1"},
    {"{x: 1, y: {z: x + 1}}.y.z",                                                   "2"},
    {"{f: function(a) {r: a * 2}, g: f(3).r}.g",                                    "6"},
    {"{a: 1} = {a: 1.0}",                                                           "true"},
    {"[1..3].start + 1",                                                            "2"},
    {"-[1..3].start",                                                               "-1"},
    {"- x ** 2",                                                                    "25"},
    {"2 ** 3 * 2",                                                                  "16"},
    {"10 - 2 - 3",                                                                  "5"},
    {"100 / 10 / 2",                                                                "5"},
    {"1 + 1 = 2 and 2 < 3",                                                         "true"},
    {"not(1 = 2) or false",                                                         "true"},
    {"1 = 1 or null",                                                               "true"},
    {"(1 + 2) between 3 and 3 + 1",                                                 "true"},
    {"x instance of number and true",                                               "true"},
    {"\"a\" + \"b\" = \"ab\"",                                                      "true"},
    {"count([1,2,3][item in [2..3]]) > 1",                                          "true"},
    {"[1,2,3][position]",                                                           "[]"},
    {"append([1], 2)[-1]",                                                          "2"},
    {"string(1) + \"a\"",                                                           "\"1a\""},
    {"max(1,2,3)+1",                                                                "4"},
    {"substring(string: \"abc\", start position: 2)",                               "\"bc\""},
    {"substring(start position: 2, string: \"abc\")",                               "\"bc\""},
    {"substring(string: \"abc\", position: 2)",                                     "null"},
    {"substring(\"abc\")",                                                          "null"},
    {"(function(a, b: number) a)(1, \"x\")",                                        "null"},
    {"(function(x) (function(y) x + y))(1)(2)",                                     "3"},
    {"{a: function(x) if x = 0 then 0 else 1}.a(0)",                                "0"},
    {"sort(list: [3,1], precedes: function(a,b) a < b)",                            "[1,3]"},
    {"[1,2,3][item >= 2 and item <= 3]",                                            "[2,3]"},
    {"[[1],[2]][item[1] = 2]",                                                      "[[2]]"},
    {"[{n:1, l:[{n:2}]}][count(l[n = 2]) = 1].n",                                   "[1]"},
};

static void test_chains(void **state)
{
    EXPECT(chain_rows);
}

/* Behind "in", "?" is the value that is asked about. */
static const struct row in_rows[] = {
    {"5 in (? > 3)",                                        "true"},
    {"5 in (? > 6, 5)",                                     "true"},
    {"2 in (? > 6, 5)",                                     "false"},
    {"5 in (? > \"a\")",                                    "null"},
    {"xs[item in (? > 1)]",                                 "[2,3]"},
    {"xs in (count(?) = 3)",                                "true"},
    {"5 in (some i in xs satisfies i + 2 = ?)",             "true"},
    {"1 in (5 in (? = 5))",                                 "null"},
    {"(function(a) a in (? = 1))(1)",                       "true"},
    {"1 in ((function() ? = 1)())",                         "true"},
    {"? = 1",                                               "false"},
};

static void test_in_question(void **state)
{
    EXPECT(in_rows);
}

/* A known name wins over any other reading of its words. */
static const struct row odd_names_rows[] = {
    {"decision A 2.1 + 1",                                                              "4"},
    {"_2021-01-11 * 2",                                                                 "8"},
    {"Post-bureau risk category = \"HIGH\"",                                            "true"},
    {"if Approved/Declined = \"Approved\" then 1 else 2",                               "1"},
    {"Date-Time2",                                                                      "\"x\""},
    {"every i in values in a list satisfies i > 0",                                     "true"},
    {"for i in values in a list return i + Years of Service",                           "[8,9,10]"},
    {"some d in days in weekend satisfies d = \"Sat\"",                                 "true"},
    {"Another Date and Time",                                                           "\"adt\""},
    {"r.Customer Tier",                                                                 "\"gold\""},
    {"r.for",                                                                           "1"},
    {"r.a.b",                                                                           "2"},
    {"r.if then",                                                                       "5"},
    {"in stock + or else",                                                              "7"},
    {"if in stock > 2 then or else else null value",                                    "4"},
    {"a+b",                                                                             "9"},
    {"a + b",                                                                           "9"},
    {"a +b",                                                                            "9"},
    {"(a)+b",                                                                           "3"},
    {"a - b",                                                                           "-1"},
    {"null value in (7, 8)",                                                            "true"},
    {"null value between 1 and null value",                                             "true"},
    {"Today's date",                                                                    "1"},
    {"x*y",                                                                             "6"},
    {"is member and true",                                                              "true"},
    {"is member or false",                                                              "true"},
    {"some value in [1..5]",                                                            "true"},
    {"some some value in [1,2] satisfies some value = 2",                               "true"},
    {"every some value in [1,2] satisfies some value > 0",                              "true"},
    {"for in stock in [1,2] return in stock",                                           "[1,2]"},
    {"list of items[unit price > 3].qty",                                               "[1]"},
    {"list of items.unit price",                                                        "[2,5]"},
    {"sum(for l in list of items return l.unit price * l.qty)",                         "11"},
    {"list of items[item.unit price > 3][1].unit price",                                "5"},
    {"item.x",                                                                          "4"},
    {"e.return",                                                                        "5"},
    {"αβγ δ + 1",                                                                       "3"},
    {"A.B C.D-E",                                                                       "11"},
    {"A.B C.D-E - 1",                                                                   "10"},
    {"{a b-c: 1, d: a b-c + 1}.d",                                                      "2"},
    {"{\"x y\": 1, z: x y}.z",                                                          "1"},
    {"{if: 1, r: 2}.if",                                                                "1"},
    {"(function(in stock, the rate) in stock * the rate)(2, 3)",                        "6"},
    {"(function(in stock, the rate) in stock * the rate)(the rate: 2, in stock: 3)",    "6"},
    {"(function(the rate: number, b c: list<number>): number the rate + sum(b c))(2, [3,4])", "9"},
    {"{f: function(Years of Service) Years of Service + 1, r: f(Years of Service: 4)}.r", "5"},
    {"[{\"a-b\": 1, \"c\": 2}][a-b = 1].c",                                             "[2]"},
    {"{\"a.b\": 3}.a.b",                                                                "3"},
    {"{x: {y: 1}, r: x.y}.r",                                                           "1"},
    {"{Approved/Declined: 5, q: Approved/Declined}.q",                                  "5"},
    {"date",                                                                            "\"d\""},
    {"date and time(\"2020-01-01T00:00:00\").year",                                     "2020"},
    {"time(\"10:00:00\").time offset",                                                  "null"},
    {"[1..5].start included",                                                           "true"},
    {"list of items[1].unit price",                                                     "2"},
    {"{unit price: 4, total: unit price * 2}.total",                                    "8"},
};

static void test_odd_names(void **state)
{
    expect(odd_names_rows, sizeof odd_names_rows / sizeof *odd_names_rows, true);
}

/* A test that mentions "?" or is a condition by its form decides; anything else is compared with the value. */
static const struct {
    const char *tests, *value, *expected;
} unary_rows[] = {
    {"5",                                                   "5",                       "true"},
    {"5",                                                   "6",                       "false"},
    {"5",                                                   "null",                    "false"},
    {"null",                                                "null",                    "true"},
    {"-",                                                   "null",                    "true"},
    {"\"a\",\"b\"",                                         "\"b\"",                   "true"},
    {"not(\"a\",\"b\")",                                    "\"b\"",                   "false"},
    {"not(\"a\",\"b\")",                                    "\"c\"",                   "true"},
    {"[1..3]",                                              "2",                       "true"},
    {"(1..3)",                                              "3",                       "false"},
    {"]1..3[",                                              "3",                       "false"},
    {"< 3",                                                 "2",                       "true"},
    {">= 3",                                                "2",                       "false"},
    {"< 3, > 10",                                           "11",                      "true"},
    {"not(< 3)",                                            "4",                       "true"},
    {"[1,2,3]",                                             "2",                       "true"},
    {"[1,2,3]",                                             "[1,2,3]",                 "true"},
    {"[1,2,3]",                                             "[1,2]",                   "false"},
    {"xs",                                                  "2",                       "true"},
    {"x",                                                   "5",                       "true"},
    {"x + 1",                                               "6",                       "true"},
    {"? > 3",                                               "4",                       "true"},
    {"? > 3",                                               "null",                    "null"},
    {"? = null",                                            "null",                    "true"},
    {"? > x",                                               "6",                       "true"},
    {"not(? > 3)",                                          "4",                       "false"},
    {"contains(?, \"a\")",                                  "\"abc\"",                 "true"},
    {"not(contains(?, \"a\"))",                             "\"abc\"",                 "false"},
    {"not(contains(?, \"a\")) and ? = \"xyz\"",             "\"xyz\"",                 "true"},
    {"count(?) > 1",                                        "[1,2]",                   "true"},
    {"list contains(?, 2)",                                 "[1,2]",                   "true"},
    {"some i in ? satisfies i > 1",                         "[1,2]",                   "true"},
    {"true",                                                "true",                    "true"},
    {"true",                                                "false",                   "false"},
    {"false",                                               "false",                   "true"},
    {"true, false",                                         "true",                    "true"},
    {"x > 3",                                               "7",                       "true"},
    {"x > 3",                                               "true",                    "true"},
    {"x > 9",                                               "7",                       "false"},
    {"b",                                                   "true",                    "true"},
    {"b",                                                   "7",                       "true"},
    {"? in [1..3]",                                         "2",                       "true"},
    {"? in (1,2)",                                          "2",                       "true"},
    {"? between 1 and 3",                                   "2",                       "true"},
    {"? instance of number",                                "2",                       "true"},
    {"?.a = 1",                                             "{\"a\":1}",               "true"},
    {"?[1] = 2",                                            "[2]",                     "true"},
    {"if ? > 1 then true else false",                       "2",                       "true"},
    {"date(\"2020-01-01\")",                                "{\"@date\":\"2020-01-01\"}", "true"},
    {"< date(\"2020-01-01\")",                              "{\"@date\":\"2019-01-01\"}", "true"},
    {"[date(\"2020-01-01\")..date(\"2020-02-01\")]",        "{\"@date\":\"2020-01-05\"}", "true"},
    {"= 5",                                                 "5",                       "true"},
    {"!= 5",                                                "5",                       "false"},
    {"!= 5",                                                "6",                       "true"},
    {"(= 5)",                                               "5",                       "true"},
    {"(< 5)",                                               "4",                       "true"},
    {"null",                                                "5",                       "false"},
    {"not(null)",                                           "5",                       "true"},
    {"not(null)",                                           "null",                    "false"},
    {"{a: 1}",                                              "{\"a\":1}",               "true"},
    {"\"a\"",                                               "[\"a\",\"b\"]",           "null"},
    {"[[\"a\",\"b\"]]",                                     "[\"a\",\"b\"]",           "true"},
    {"function(x) x > 1",                                   "2",                       "null"},
    {"(function(x) x > 1)(?)",                              "2",                       "true"},
    {"1,2,3",                                               "4",                       "false"},
    {"-5",                                                  "-5",                      "true"},
    {"- 5",                                                 "-5",                      "true"},
    {"-x",                                                  "-5",                      "true"},
    {"[-5..-1]",                                            "-3",                      "true"},
    {"< -1",                                                "-3",                      "true"},
    {"\"-\"",                                               "\"-\"",                   "true"},
    {"not(-5)",                                             "5",                       "true"},
    {"even(?)",                                             "4",                       "true"},
    {"(5)",                                                 "5",                       "true"},
    {"?",                                                   "true",                    "true"},
    {"?",                                                   "false",                   "false"},
    {"?",                                                   "5",                       "true"},
};

static void test_unary(void **state)
{
    int failed = 0;

    for (size_t i = 0; i < sizeof unary_rows / sizeof *unary_rows; i++) {
        struct arena *mem = arena_new(0);
        struct scope s = scope_make(mem, values, members, sizeof members / sizeof *members);
        failed += check(unary_rows[i].tests, answer(mem, &s, unary_rows[i].tests, unary_rows[i].value), unary_rows[i].expected);
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

/* Texts that are refused, and what is said about them. */
static const struct row refused_rows[] = {
    {"",                    "an expression is expected here, but the text ends"},
    {"1 +",                 "an expression is expected here, but the text ends"},
    {"1 < 2 < 3",           "an operator or the end is expected here, found '<'"},
    {"1..3",                "an operator or the end is expected here, found '..'"},
    {"1 /* open",           "an expression is expected here, found '*'"},
    {"[1, 2",               "',' or ']' is expected here, but the text ends"},
    {"{a 1}",               "the name of an entry is expected here, found '}'"},
    {"if true then 1",      "'else' is expected here, but the text ends"},
    {"for x return 1",      "'in' is expected here, but the text ends"},
    {"\"open",              "the text that begins here has no closing '\"'"},
    {"1 # 2",               "this character has no meaning here"},
    {"function(a 1",        "',' or ')' is expected here, but the text ends"},
    {"x in",                "an expression is expected here, but the text ends"},
    {"a.",                  "the name of a member is expected here, but the text ends"},
    {"@5",                  "the text of a date, time or duration is expected here, found '5'"},
};

static void test_refused(void **state)
{
    EXPECT(refused_rows);
}
/* clang-format on */

/* A short text must not make a large tree: each name in nested filters may mean a member of any of the items. */
static void test_nested_filters(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 65536);
    struct feel_error error;
    struct feel_prog *p;

    for (int deep = 3; deep <= 103; deep += 100) {
        b = buf_new(mem, 65536);
        for (int i = 0; i < deep; i++)
            buf_str(&b, "xs[");
        for (int i = 0; i < 2000; i++)
            buf_str(&b, "name + ");
        buf_str(&b, "1");
        for (int i = 0; i < deep; i++)
            buf_str(&b, "]");
        enum err e = feel_compile(mem, buf_text(&b), FEEL_EXPRESSION, NULL, &p, &error);
        assert_int_equal(e, E_TOOBIG);
        assert_string_equal(error.message,
                            deep == 3 ? "too many operators in a row" : "too many names in filters inside of filters");
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),    cmocka_unit_test(test_contexts),  cmocka_unit_test(test_lists),
        cmocka_unit_test(test_loops),     cmocka_unit_test(test_functions), cmocka_unit_test(test_tests),
        cmocka_unit_test(test_odd_names), cmocka_unit_test(test_unary),     cmocka_unit_test(test_in_question),
        cmocka_unit_test(test_chains),    cmocka_unit_test(test_refused),   cmocka_unit_test(test_nested_filters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

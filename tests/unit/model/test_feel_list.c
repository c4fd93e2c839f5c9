/* tests/unit/model/test_feel_list.c - built-in functions on lists and contexts: typical calls, named arguments, each wrong kind of
 * argument, edges, and how much work they may take. */
#include "feel_util.h"

/* clang-format off */
static void test_questions(void **state)
{
    static const struct feel_row rows[] = {
        {"list contains([1, 2, 3], 2)",                     "true"},
        {"list contains([1, 2, 3], 4)",                     "false"},
        {"list contains([1, null], null)",                  "true"},
        {"list contains([1], null)",                        "false"},
        {"list contains([1, 2], \"1\")",                    "false"},
        {"list contains([[1], [2]], [2.0])",                "true"},
        {"list contains([], 1)",                            "false"},
        {"list contains(\"a\", \"a\")",                     "true"},
        {"list contains(element: 1, list: [1])",            "true"},
        {"list contains([1])",                              NULL},
        {"list contains(null, 1)",                          NULL},
        {"list contains([1], 1, 1)",                        NULL},
        {"list contains(list: [1], item: 1)",               NULL},
        {"count([1, 2, 3])",                                "3"},
        {"count([])",                                       "0"},
        {"count([1, [2, 3]])",                              "2"},
        {"count([null])",                                   "1"},
        {"count(5)",                                        "1"},
        {"count(list: [1])",                                "1"},
        {"count(null)",                                     NULL},
        {"count()",                                         NULL},
        {"count([1], [2])",                                 NULL},
        {"index of([1, 2, 3, 2], 2)",                       "[2, 4]"},
        {"index of([1, null, null], null)",                 "[2, 3]"},
        {"index of([1], \"1\")",                            "[]"},
        {"index of([], 1)",                                 "[]"},
        {"index of(match: 1, list: [1])",                   "[1]"},
        {"index of(null, 1)",                               NULL},
        {"index of([1])",                                   NULL},
        {"index of(list: [1], element: 1)",                 NULL},
        {"all([true, true])",                               "true"},
        {"all([true, false, null])",                        "false"},
        {"all([true, null])",                               "null"},
        {"all([])",                                         "true"},
        {"all(true, false)",                                "false"},
        {"all(true)",                                       "true"},
        {"all(list: [true])",                               "true"},
        {"all([0, false])",                                 "false"},
        {"all([0, true])",                                  NULL},
        {"all(null)",                                       NULL},
        {"all(0)",                                          NULL},
        {"all()",                                           NULL},
        {"all(items: [true])",                              NULL},
        {"any([false, true])",                              "true"},
        {"any([false, null, true])",                        "true"},
        {"any([false, null])",                              "null"},
        {"any([])",                                         "false"},
        {"any(false, false)",                               "false"},
        {"any(list: [false])",                              "false"},
        {"any([0, true])",                                  "true"},
        {"any([0, false])",                                 NULL},
        {"any(null)",                                       NULL},
        {"any()",                                           NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_numbers(void **state)
{
    static const struct feel_row rows[] = {
        {"min([3, 1, 2])",                                  "1"},
        {"min(3, 1, 2)",                                    "1"},
        {"min([\"b\", \"a\"])",                             "a"},
        {"min([@\"2026-02-01\", @\"2026-01-31\"])",         "2026-01-31"},
        {"min(@\"PT1H\", @\"PT59M\")",                      "PT59M"},
        {"min([])",                                         "null"},
        {"min(5)",                                          "5"},
        {"min(list: [2, 1])",                               "1"},
        {"min([1, \"a\"])",                                 NULL},
        {"min([1, null])",                                  NULL},
        {"min(null)",                                       NULL},
        {"min([true, false])",                              NULL},
        {"min([[1], [2]])",                                 NULL},
        {"min()",                                           NULL},
        {"min(list: 1, c2: 2)",                             NULL},
        {"max([3, 1, 2])",                                  "3"},
        {"max(\"a\", \"b\", \"B\")",                        "b"},
        {"max(@\"P1Y\", @\"P11M\")",                        "P1Y"},
        {"max([])",                                         "null"},
        {"max(list: [2, 1])",                               "2"},
        {"max(1, @\"P1D\")",                                NULL},
        {"max(null)",                                       NULL},
        {"max()",                                           NULL},
        {"sum([1, 2, 3])",                                  "6"},
        {"sum(1, 2, 3)",                                    "6"},
        {"sum(0.1, 0.2)",                                   "0.3"},
        {"sum([])",                                         "null"},
        {"sum(5)",                                          "5"},
        {"sum([@\"PT1H\", @\"PT30M\"])",                    "PT1H30M"},
        {"sum(list: [1, 2])",                               "3"},
        {"sum([1, \"2\"])",                                 NULL},
        {"sum([1, null])",                                  NULL},
        {"sum([1, @\"PT1H\"])",                             NULL},
        {"sum([\"a\", \"b\"])",                             NULL},
        {"sum(null)",                                       NULL},
        {"sum()",                                           NULL},
        {"mean([1, 2, 3])",                                 "2"},
        {"mean(1, 2)",                                      "1.5"},
        {"mean([])",                                        "null"},
        {"mean(list: [4])",                                 "4"},
        {"mean([1, \"a\"])",                                NULL},
        {"mean(null)",                                      NULL},
        {"mean()",                                          NULL},
        {"product([2, 3, 4])",                              "24"},
        {"product(2, 0.5)",                                 "1"},
        {"product(list: [7])",                              "7"},
        {"product([])",                                     "null"},
        {"product([2, \"3\"])",                             NULL},
        {"product([@\"PT1H\"])",                            NULL},
        {"product(null)",                                   NULL},
        {"product()",                                       NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_statistics(void **state)
{
    static const struct feel_row rows[] = {
        {"median([8, 2, 5, 3, 4])",                         "4"},
        {"median(6, 1, 2, 3)",                              "2.5"},
        {"median([])",                                      "null"},
        {"median(7)",                                       "7"},
        {"median([1.0, 1])",                                "1"},
        {"median(list: [3, 1, 2])",                         "2"},
        {"median([1, \"a\"])",                              NULL},
        {"median([1, null])",                               NULL},
        {"median(null)",                                    NULL},
        {"median()",                                        NULL},
        {"median(l: [1])",                                  NULL},
        {"mode([6, 3, 9, 6, 6])",                           "[6]"},
        {"mode(6, 1, 9, 6, 1)",                             "[1, 6]"},
        {"mode([3, 2, 1])",                                 "[1, 2, 3]"},
        {"mode([1, 1.0, 2])",                               "[1]"},
        {"mode([])",                                        "[]"},
        {"mode(list: [1])",                                 "[1]"},
        {"mode([1, null])",                                 NULL},
        {"mode([\"a\", \"a\"])",                            NULL},
        {"mode(null)",                                      NULL},
        {"mode()",                                          NULL},
        {"stddev([2, 4, 7, 5])",                            "2.081665999466132735282297706979931"},
        {"stddev(1, 1, 1)",                                 "0"},
        {"stddev(list: [1, 3]) ** 2",                       "2"},
        {"stddev([47])",                                    NULL},
        {"stddev(47)",                                      NULL},
        {"stddev([])",                                      NULL},
        {"stddev([1, \"a\"])",                              NULL},
        {"stddev(null)",                                    NULL},
        {"stddev()",                                        NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_parts(void **state)
{
    static const struct feel_row rows[] = {
        {"sublist([1, 2, 3], 2)",                           "[2, 3]"},
        {"sublist([1, 2, 3], 1, 2)",                        "[1, 2]"},
        {"sublist([1, 2, 3], -2)",                          "[2, 3]"},
        {"sublist([1, 2, 3], -3, 1)",                       "[1]"},
        {"sublist([1, 2, 3], 1.9, 2.9)",                    "[1, 2]"},
        {"sublist([1, 2, 3], 2, null)",                     "[2, 3]"},
        {"sublist(start position: 2, list: [1, 2])",        "[2]"},
        {"sublist([1, 2, 3], 0)",                           NULL},
        {"sublist([1, 2, 3], 4)",                           NULL},
        {"sublist([1, 2, 3], -4)",                          NULL},
        {"sublist([1, 2, 3], 2, 3)",                        NULL},
        {"sublist([1, 2, 3], 1, 0)",                        NULL},
        {"sublist([], 1)",                                  NULL},
        {"sublist(null, 1)",                                NULL},
        {"sublist([1], null)",                              NULL},
        {"sublist([1], \"1\")",                             NULL},
        {"sublist([1])",                                    NULL},
        {"sublist(list: [1], position: 1)",                 NULL},
        {"append([1], 2, 3)",                               "[1, 2, 3]"},
        {"append([], null)",                                "[null]"},
        {"append([1], [2])",                                "[1, [2]]"},
        {"append(1, 2)",                                    "[1, 2]"},
        {"append(list: [1], item: 2)",                      "[1, 2]"},
        {"append([1])",                                     NULL},
        {"append(null, 1)",                                 NULL},
        {"append()",                                        NULL},
        {"concatenate([1, 2], [3])",                        "[1, 2, 3]"},
        {"concatenate([1], [[2]], 3)",                      "[1, [2], 3]"},
        {"concatenate([])",                                 "[]"},
        {"concatenate([1], [], [null])",                    "[1, null]"},
        {"concatenate([1], null)",                          NULL},
        {"concatenate()",                                   NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_changes(void **state)
{
    static const struct feel_row rows[] = {
        {"insert before([1, 3], 2, 2)",                     "[1, 2, 3]"},
        {"insert before([1, 3], -1, 2)",                    "[1, 2, 3]"},
        {"insert before([1], 1, null)",                     "[null, 1]"},
        {"insert before([1, 3], 2.5, 2)",                   "[1, 2, 3]"},
        {"insert before(newItem: 0, position: 1, list: [1])", "[0, 1]"},
        {"insert before([1], 2, 0)",                        NULL},
        {"insert before([1], 0, 0)",                        NULL},
        {"insert before([], 1, 0)",                         NULL},
        {"insert before(null, 1, 0)",                       NULL},
        {"insert before([1], \"1\", 0)",                    NULL},
        {"insert before([1], 1)",                           NULL},
        {"insert before(list: [1], position: 1, item: 0)",  NULL},
        {"remove([1, 2, 3], 2)",                            "[1, 3]"},
        {"remove([1, 2, 3], -1)",                           "[1, 2]"},
        {"remove([1], 1)",                                  "[]"},
        {"remove(position: 1, list: [1, 2])",               "[2]"},
        {"remove([1], 2)",                                  NULL},
        {"remove([1], 0)",                                  NULL},
        {"remove(null, 1)",                                 NULL},
        {"remove([1], null)",                               NULL},
        {"remove([1])",                                     NULL},
        {"reverse([1, 2, 3])",                              "[3, 2, 1]"},
        {"reverse([])",                                     "[]"},
        {"reverse(1)",                                      "[1]"},
        {"reverse(list: [1, 2])",                           "[2, 1]"},
        {"reverse(null)",                                   NULL},
        {"reverse([1], [2])",                               NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_sets(void **state)
{
    static const struct feel_row rows[] = {
        {"union([1, 2], [2, 3])",                           "[1, 2, 3]"},
        {"union([1, 1])",                                   "[1]"},
        {"union([], [])",                                   "[]"},
        {"union([1], [null], [null, 1.0])",                 "[1, null]"},
        {"union([1], 2)",                                   "[1, 2]"},
        {"union([1], null)",                                NULL},
        {"union()",                                         NULL},
        {"distinct values([1, 2, 1.00, \"1\", null, null])", "[1, 2, \"1\", null]"},
        {"distinct values([[1], [1.0], {a: 1, b: 2}, {b: 2, a: 1}])", "[[1], {a: 1, b: 2}]"},
        {"distinct values([@\"10:00:00Z\", @\"11:00:00+01:00\"])", "[10:00:00Z]"},
        {"distinct values([])",                             "[]"},
        {"distinct values(list: [1, 1])",                   "[1]"},
        {"distinct values(null)",                           NULL},
        {"distinct values([1], [1])",                       NULL},
        {"flatten([1, [2, [3, []]], null])",                "[1, 2, 3, null]"},
        {"flatten([])",                                     "[]"},
        {"flatten(1)",                                      "[1]"},
        {"flatten(list: [[1]])",                            "[1]"},
        {"flatten(null)",                                   NULL},
        {"flatten()",                                       NULL},
        {"count(distinct values(for i in 1..5000 return modulo(i, 777) / 10))", "777"},
        {"count(distinct values(for i in 1..900 return {k: modulo(i, 300), v: [i / i]}))", "300"},
        {"count(union(for i in 1..1000 return string(i), for i in 1..1500 return string(i)))", "1500"},
    };
    FEEL_EXPECT(rows);
}

static void test_functions(void **state)
{
    static const struct feel_row rows[] = {
        {"sort([3, 1, 2], function(a, b) a < b)",           "[1, 2, 3]"},
        {"sort([3, 1, 2], function(a, b) a > b)",           "[3, 2, 1]"},
        {"sort([], function(a, b) a < b)",                  "[]"},
        {"sort(precedes: function(x, y) x < y, list: [2, 1])", "[1, 2]"},
        {"sort([{k: 2, v: \"a\"}, {k: 1, v: \"b\"}, {k: 2, v: \"c\"}], function(a, b) a.k < b.k).v", "[\"b\", \"a\", \"c\"]"},
        {"sort(for i in 1..50 return modulo(i * 37, 50), function(a, b) a < b) = for i in 0..49 return i", "true"},
        {"sort([\"b\", \"a\"], starts with)",               "[\"b\", \"a\"]"},
        {"sort(1, function(a, b) a < b)",                   "[1]"},
        {"sort([3, 1, 2])",                                 NULL},
        {"sort([3, 1], null)",                              NULL},
        {"sort([3, 1], 1)",                                 NULL},
        {"sort(null, function(a, b) a < b)",                NULL},
        {"sort([3, 1], function(a) true)",                  NULL},
        {"sort([3, 1], function(a, b) a - b)",              NULL},
        {"sort([3, \"a\"], function(a, b) a < b)",          NULL},
        {"sort(list: [3, 1], by: function(a, b) a < b)",    NULL},
        {"list replace([1, 2, 3], 2, 9)",                   "[1, 9, 3]"},
        {"list replace([1, 2, 3], -1, 9)",                  "[1, 2, 9]"},
        {"list replace([1, 2, 3], 2.5, 9)",                 "[1, 9, 3]"},
        {"list replace([1, 2], 1, null)",                   "[null, 2]"},
        {"list replace([1, 2, 3], function(item, newItem) item < newItem, 3)", "[3, 3, 3]"},
        {"list replace([], function(item, newItem) true, 3)", "[]"},
        {"list replace(newItem: 9, position: 1, list: [1])", "[9]"},
        {"list replace(list: [1, 2], match: function(item, newItem) item = 2, newItem: 9)", "[1, 9]"},
        {"list replace(1, 1, 5)",                           "[5]"},
        {"list replace([1], 0, 9)",                         NULL},
        {"list replace([1], 2, 9)",                         NULL},
        {"list replace([1], -2, 9)",                        NULL},
        {"list replace([], 1, 9)",                          NULL},
        {"list replace(null, 1, 9)",                        NULL},
        {"list replace([1], null, 9)",                      NULL},
        {"list replace([1], \"1\", 9)",                     NULL},
        {"list replace([1], 1)",                            NULL},
        {"list replace([1], 1, 2, 3)",                      NULL},
        {"list replace([1], function(item) true, 9)",       NULL},
        {"list replace([1], function(item, newItem) item, 9)", NULL},
        {"list replace(list: [1], position: function(item, newItem) true, newItem: 9)", NULL},
        {"list replace(list: [1], match: 1, newItem: 9)",   NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_contexts(void **state)
{
    static const struct feel_row rows[] = {
        {"get value({a: 3}, \"a\")",                        "3"},
        {"get value({a: 3}, \"b\")",                        "null"},
        {"get value({\"a b\": null}, \"a b\")",             "null"},
        {"get value(key: \"a\", m: {a: 3})",                "3"},
        {"get value({a: {b: 3}}, [\"a\"])",                 "{b: 3}"},
        {"get value({a: {b: 3}}, [\"a\", \"b\"])",          NULL},
        {"get value({a: 3}, 1)",                            NULL},
        {"get value({a: 3}, null)",                         NULL},
        {"get value(null, \"a\")",                          NULL},
        {"get value(1, \"a\")",                             NULL},
        {"get value({a: 3})",                               NULL},
        {"get value(context: {a: 3}, key: \"a\")",          NULL},
        {"get entries({b: 1, a: 2})",                       "[{key: \"b\", value: 1}, {key: \"a\", value: 2}]"},
        {"get entries({})",                                 "[]"},
        {"get entries(m: {a: null})",                       "[{key: \"a\", value: null}]"},
        {"get entries([{a: 1}])",                           "[{key: \"a\", value: 1}]"},
        {"get entries([1])",                                NULL},
        {"get entries(null)",                               NULL},
        {"get entries()",                                   NULL},
        {"context([{key: \"a\", value: 1}, {key: \"b\", value: null}])", "{a: 1, b: null}"},
        {"context([])",                                     "{}"},
        {"context({key: \"a\", value: 1})",                 "{a: 1}"},
        {"context(entries: [{value: 1, key: \"a\", more: 2}])", "{a: 1}"},
        {"context(get entries({a: 1})) = {a: 1}",           "true"},
        {"count(get entries(context(for i in 1..2000 return {key: string(i), value: i})))", "2000"},
        {"context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", NULL},
        {"context([{key: 1, value: 1}])",                   NULL},
        {"context([{key: null, value: 1}])",                NULL},
        {"context([{key: \"a\"}])",                         NULL},
        {"context([{value: 1}])",                           NULL},
        {"context([null])",                                 NULL},
        {"context([1])",                                    NULL},
        {"context(null)",                                   NULL},
        {"context()",                                       NULL},
        {"context(list: [])",                               NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_context_changes(void **state)
{
    static const struct feel_row rows[] = {
        {"context put({a: 1}, \"b\", 2)",                   "{a: 1, b: 2}"},
        {"context put({a: 1, b: 2}, \"a\", 3)",             "{a: 3, b: 2}"},
        {"context put({}, \"\", 1)",                        "{\"\": 1}"},
        {"context put({a: 1}, \"a\", null)",                "{a: null}"},
        {"context put({a: {b: 1}}, [\"a\", \"c\"], 2)",     "{a: {b: 1, c: 2}}"},
        {"context put({a: {b: {c: 1}}}, [\"a\", \"b\", \"c\"], 2)", "{a: {b: {c: 2}}}"},
        {"context put({a: {b: 1}}, [\"a\", \"b\"], null)",  "{a: {b: null}}"},
        {"context put(value: 2, key: \"a\", context: {})",  "{a: 2}"},
        {"context put(context: {}, keys: [\"a\"], value: 2)", "{a: 2}"},
        {"context put({}, [\"a\", \"b\"], 2)",              NULL},
        {"context put({a: 1}, [\"a\", \"b\"], 2)",          NULL},
        {"context put({}, [], 2)",                          NULL},
        {"context put({}, [null], 2)",                      NULL},
        {"context put({}, [1], 2)",                         NULL},
        {"context put({}, 1, 2)",                           NULL},
        {"context put({}, null, 2)",                        NULL},
        {"context put(null, \"a\", 2)",                     NULL},
        {"context put([], \"a\", 2)",                       NULL},
        {"context put({}, \"a\")",                          NULL},
        {"context put({}, \"a\", 1, 2)",                    NULL},
        {"context put(context: {}, key: [\"a\", \"b\"], value: 2)", NULL},
        {"context put(context: {}, name: \"a\", value: 2)", NULL},
        {"context merge([{a: 1}, {b: 2}])",                 "{a: 1, b: 2}"},
        {"context merge([{a: 1, b: 1}, {a: 2}])",           "{a: 2, b: 1}"},
        {"context merge([{a: {b: 1}}, {a: {c: 2}}])",       "{a: {c: 2}}"},
        {"context merge([])",                               "{}"},
        {"context merge({a: 1})",                           "{a: 1}"},
        {"context merge(contexts: [{a: 1}])",               "{a: 1}"},
        {"context merge([{a: 1}, null])",                   NULL},
        {"context merge([1])",                              NULL},
        {"context merge(null)",                             NULL},
        {"context merge({a: 1}, {b: 2})",                   NULL},
        {"context merge()",                                 NULL},
        {"context merge(list: [])",                         NULL},
    };
    FEEL_EXPECT(rows);
}
/* clang-format on */

/* Steps that TEXT takes with N items: the least limit under which it ends well. */
static uint64_t least_steps(const char *text, int n)
{
    struct feel_limits limits = feel_limits_default;
    uint64_t low = 1, high = limits.steps;

    while (low < high) {
        struct arena *mem = arena_new(0);
        const struct val_entry entry[] = {{"n", val_int(n)}};
        struct val v;
        unsigned notes;
        limits.steps = low + (high - low) / 2;
        if (feel_util_run(mem, text, val_context(mem, entry, 1), &limits, &v, &notes) == OK)
            high = limits.steps;
        else
            low = limits.steps + 1;
        arena_free(mem);
    }
    return low;
}

/* Work grows with the length, not with its square. */
static void test_work(void **state)
{
    static const char *const texts[] = {
        "count(distinct values(for i in 1..n return i))",
        "count(union(for i in 1..n return i, [1]))",
        "count(flatten(for i in 1..n return [i]))",
        "count(get entries(context(for i in 1..n return {key: string(i), value: i})))",
        "list contains(for i in 1..n return i, 0)",
        "max(for i in 1..n return i)",
        "count(sort(for i in 1..n return -i, function(a, b) a < b))",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint64_t steps = least_steps(texts[i], 1000);
        assert_in_range(steps, 1000, 100 * 1000);
        assert_in_range(least_steps(texts[i], 8000), 7 * steps, 13 * steps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions), cmocka_unit_test(test_numbers),  cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_parts),     cmocka_unit_test(test_changes),  cmocka_unit_test(test_sets),
        cmocka_unit_test(test_functions), cmocka_unit_test(test_contexts), cmocka_unit_test(test_context_changes),
        cmocka_unit_test(test_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

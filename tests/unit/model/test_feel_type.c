/* tests/unit/model/test_feel_type.c - types: what belongs to them, how values are converted where they are handed over, their words. */
#include "model/feel/box.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* Item definitions in no particular order: one refers to a later one, one to itself. */
enum { T_PERSON, T_PEOPLE, T_SCORE, T_CHAIN, T_TEST, T_ALL };

static const char *const type_names_known[T_ALL] = {"t Person", "t Person.list", "tScore", "tChain", "t-Test"};

static struct feel_types model_types(struct arena *mem)
{
    static const char *const person[] = {"first name", "score"}, *const chain[] = {"next"};
    static const struct feel_type text = {.kind = TYPE_KIND, .tag = VAL_STRING}, truth = {.kind = TYPE_KIND, .tag = VAL_BOOL};
    struct feel_type *t = ARENA_NEW_N(mem, struct feel_type, T_ALL);
    const struct feel_type **of = ARENA_NEW_N(mem, const struct feel_type *, 6);
    const struct feel_type **list = ARENA_NEW_N(mem, const struct feel_type *, T_ALL);

    of[0] = &text;
    of[1] = &t[T_SCORE];
    of[2] = of[4] = &t[T_PERSON];
    of[3] = &t[T_CHAIN];
    of[5] = &truth;
    t[T_PERSON] =
        (struct feel_type){.kind = TYPE_CONTEXT, .n = 2, .of = of, .name = person, .label = "t Person", .limited = true};
    t[T_PEOPLE] = (struct feel_type){.kind = TYPE_LIST, .n = 1, .of = of + 2, .limited = true};
    t[T_SCORE] = (struct feel_type){.kind = TYPE_KIND, .tag = VAL_NUMBER, .label = "tScore", .limited = true};
    assert_int_equal(
        feel_compile(mem, "[0..100]", FEEL_UNARY_TESTS, NULL, (struct feel_prog **)(uintptr_t)&t[T_SCORE].allowed, NULL), OK);
    t[T_CHAIN] = (struct feel_type){.kind = TYPE_CONTEXT, .n = 1, .of = of + 3, .name = chain, .label = "tChain"};
    t[T_TEST] = (struct feel_type){.kind = TYPE_FUNCTION, .n = 2, .of = of + 4, .label = "t-Test"};
    for (size_t i = 0; i < T_ALL; i++)
        list[i] = &t[i];
    return (struct feel_types){.name = type_names_known, .type = list, .n = T_ALL};
}

static const char *answer(struct arena *mem, const char *text, const char *type)
{
    const struct feel_types types = model_types(mem);
    const struct feel_names names = {.closed = true};
    const struct feel_env env = {.now = 0};
    struct parser *p = box_begin(mem, &names, &types);
    const struct feel_source source = {.text = text, .element = "", .part = ""};
    struct node *n = box_text(p, &source);
    struct val v;
    struct state s;

    if (type != NULL)
        n = box_typed(p, n, box_type(p, type), "the value");
    const struct feel_prog *prog = box_end(p, n);
    if (box_broken(p) != NULL)
        return box_broken(p)->error.message;
    state_begin(&s, &env, mem);
    v = eval_program(&s, prog);
    assert_int_equal(state_end(&s, text, &v, NULL), OK);
    return val_string(mem, v);
}

struct row {
    const char *text, *type, *expected;
};

static void expect(const struct row *row, size_t n)
{
    int failed = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena *mem = arena_new(0);
        const char *got = answer(mem, row[i].text, row[i].type);
        if (strcmp(got, row[i].expected) != 0) {
            print_error("%s (%s): expected %s, got %s\n", row[i].text, row[i].type != NULL ? row[i].type : "-", row[i].expected,
                        got);
            failed++;
        }
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

#define EXPECT(rows) expect((rows), sizeof(rows) / sizeof *(rows))

/* clang-format off */
static const struct row instance_rows[] = {
    {"1 instance of number",                                            NULL, "true"},
    {"12345678901234567890123 instance of number",                      NULL, "true"},
    {"\"1\" instance of number",                                        NULL, "false"},
    {"true instance of boolean",                                        NULL, "true"},
    {"@\"2026-01-01\" instance of date",                                NULL, "true"},
    {"@\"2026-01-01\" instance of date and time",                       NULL, "false"},
    {"@\"2026-01-01T00:00:00\" instance of date and time",              NULL, "true"},
    {"@\"2026-01-01T00:00:00\" instance of dateTime",                   NULL, "true"},
    {"@\"10:00:00\" instance of time",                                  NULL, "true"},
    {"@\"P1Y\" instance of years and months duration",                  NULL, "true"},
    {"@\"P1Y\" instance of yearMonthDuration",                          NULL, "true"},
    {"@\"P1Y\" instance of days and time duration",                     NULL, "false"},
    {"@\"P1D\" instance of dayTimeDuration",                            NULL, "true"},
    {"@\"P1D\" instance of feel:days and time duration",                NULL, "true"},
    /* null belongs to Null alone, but stands for a value of any type inside of another value */
    {"null instance of Any",                                            NULL, "false"},
    {"null instance of number",                                         NULL, "false"},
    {"null instance of Null",                                           NULL, "true"},
    {"0 instance of Null",                                              NULL, "false"},
    {"[1, null] instance of list<number>",                              NULL, "true"},
    {"{a: null} instance of context<a: number>",                        NULL, "true"},
    /* lists, contexts, ranges */
    {"[] instance of list<string>",                                     NULL, "true"},
    {"[1] instance of list",                                            NULL, "true"},
    {"[1, \"a\"] instance of list<number>",                             NULL, "false"},
    {"[1, \"a\"] instance of list<Any>",                                NULL, "true"},
    {"[[1], []] instance of list<list<number>>",                        NULL, "true"},
    {"1 instance of list<number>",                                      NULL, "false"},
    {"{a: 1, b: 2} instance of context<a: number>",                     NULL, "true"},
    {"{a: 1} instance of context<a: number, b: number>",                NULL, "false"},
    {"{a: {b: 1}} instance of context<a: context<b: number>>",          NULL, "true"},
    {"{a b: 1} instance of context<a b: number>",                       NULL, "true"},
    {"{a: 1} instance of context",                                      NULL, "true"},
    {"[] instance of context<>",                                        NULL, "false"},
    {"[1..2] instance of range<number>",                                NULL, "true"},
    {"(< 5) instance of range<number>",                                 NULL, "true"},
    {"[\"a\"..\"b\"] instance of range<number>",                        NULL, "false"},
    {"[1..2] instance of range",                                        NULL, "true"},
    /* functions: a parameter may take more, a result be less */
    {"(function() 1) instance of function<> -> Any",                    NULL, "true"},
    {"(function(a) a) instance of function<number> -> Any",             NULL, "true"},
    {"(function(a: Any) a) instance of function<number> -> Any",        NULL, "true"},
    {"(function(a: number) a) instance of function<number> -> Any",     NULL, "true"},
    {"(function(a: number) a) instance of function<Any> -> Any",        NULL, "false"},
    {"(function(a: number) a) instance of function<string> -> Any",     NULL, "false"},
    {"(function(a: number) a) instance of function<number, number> -> Any", NULL, "false"},
    {"(function(a): number 1) instance of function<Any> -> number",     NULL, "true"},
    {"(function(a): string 1) instance of function<Any> -> number",     NULL, "false"},
    {"(function() 1) instance of function<> -> number",                   NULL, "true"},
    {"(function() 1) instance of function<> -> string",                   NULL, "false"},
    {"(function() \"a\" + \"b\") instance of function<> -> string",       NULL, "true"},
    {"(function(a: number) a) instance of function<number> -> number",    NULL, "true"},
    {"(function(a: number) -a * 2) instance of function<number> -> number", NULL, "true"},
    {"(function(a: string) a + \"x\") instance of function<string> -> string", NULL, "true"},
    {"(function(a: string) a - \"x\") instance of function<string> -> string", NULL, "false"},
    {"(function(a: number) a > 1) instance of function<number> -> boolean", NULL, "true"},
    {"(function(a: number) if a > 1 then a else null) instance of function<number> -> number", NULL, "true"},
    {"(function(a: number) if a > 1 then a else \"x\") instance of function<number> -> number", NULL, "false"},
    {"(function(a) a) instance of function<number> -> number",            NULL, "false"},
    {"(function(a: number) string(a)) instance of function<number> -> number", NULL, "false"},
    {"(function(a: context<x: number>) a) instance of function<context<x: number, y: number>> -> Any", NULL, "true"},
    {"(function(a: context<x: number, y: number>) a) instance of function<context<x: number>> -> Any", NULL, "false"},
    {"(function(a: list<Any>) a) instance of function<list<number>> -> Any", NULL, "true"},
    {"sum instance of function",                                        NULL, "true"},
    {"abs instance of function<number> -> number",                      NULL, "true"},
    {"abs instance of function<number, number> -> number",              NULL, "false"},
    {"1 instance of function",                                          NULL, "false"},
    /* item definitions; what they allow does not count here */
    {"{first name: \"A\", score: 5} instance of t Person",              NULL, "true"},
    {"{first name: \"A\", score: 500} instance of t Person",            NULL, "true"},
    {"{first name: \"A\"} instance of t Person",                        NULL, "false"},
    {"[{first name: \"A\", score: 5}] instance of t Person.list",       NULL, "true"},
    {"[] instance of t Person . list",                                  NULL, "true"},
    {"{next: {next: {next: null}}} instance of tChain",                 NULL, "true"},
    {"{next: {next: 1}} instance of tChain",                            NULL, "false"},
    {"[7] instance of list<tScore>",                                    NULL, "true"},
    {"1 instance of number and 2 instance of string",                   NULL, "false"},
    {"1 instance of nothing known",                                     NULL, "an operator or the end is expected here, found 'known'"},
    {"1 instance of nothing",                                           NULL, "null"},
};

static void test_instance_of(void **state)
{
    EXPECT(instance_rows);
}

/* 10.3.2.9.4 */
static void test_conversion(void **state)
{
    static const struct row rows[] = {
        {"1",                                       "number",               "1"},
        {"\"1\"",                                   "number",               "null"},
        {"[1]",                                     "number",               "1"},
        {"[[1]]",                                   "number",               "null"},
        {"[1, 2]",                                  "number",               "null"},
        {"[]",                                      "number",               "null"},
        {"null",                                    "number",               "null"},
        {"1",                                       "list<number>",         "[1]"},
        {"1",                                       "list",                 "[1]"},
        {"\"a\"",                                   "list<number>",         "null"},
        {"[1, \"a\"]",                              "list<number>",         "null"},
        {"[1, null]",                               "list<number>",         "[1, null]"},
        {"@\"2026-01-01\"",                         "date and time",        "2026-01-01T00:00:00Z"},
        {"@\"2026-01-01T10:00:00\"",                "date",                 "null"},
        {"{first name: \"A\", score: 5, more: 1}",  "t Person",             "{first name: \"A\", score: 5, more: 1}"},
        {"{first name: \"A\", score: 500}",         "t Person",             "null"},
        {"{first name: \"A\", score: null}",        "t Person",             "{first name: \"A\", score: null}"},
        {"{first name: \"A\", score: 5}",           "t Person.list",        "[{first name: \"A\", score: 5}]"},
        {"[{first name: \"A\", score: 500}]",       "t Person.list",        "null"},
        {"[100]",                                   "tScore",               "100"},
        {"101",                                     "tScore",               "null"},
        {"(function(a: tScore) a)(7)",              NULL,                   "7"},
        {"(function(a: tScore) a)(101)",            NULL,                   "null"},
        {"(function(a: tScore) a)([7])",            NULL,                   "7"},
        {"(function(a: list<tScore>) count(a))(7)", NULL,                   "1"},
        {"(function(a): tScore a + 1)(100)",        NULL,                   "null"},
        {"(function(a): string a)(1)",              NULL,                   "null"},
        {"(function(a: nothing) 1)(1)",             NULL,                   "null"},
        {"(function(f: t-Test) f({first name: \"A\", score: 5}))(function(p) p.score > 4)", NULL, "true"},
        {"(function(f: t-Test) 1)(function(p, q) true)", NULL,              "null"},
    };

    EXPECT(rows);
}
/* clang-format on */

static void test_words(void **state)
{
    static const char *const rows[] = {
        "number",
        "list<number>",
        "context<a: number, b c: list<tScore>>",
        "function<number, string> -> date and time",
        "range<days and time duration>",
        "t Person",
        "list",
        "Any",
    };
    struct arena *mem = arena_new(0);
    const struct feel_types types = model_types(mem);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parser *p = box_begin(mem, NULL, &types);
        assert_string_equal(type_words(mem, box_type(p, rows[i])), rows[i]);
    }
    struct parser *p = box_begin(mem, NULL, &types);
    assert_null(box_type(p, "Any"));
    assert_null(box_type(p, ""));
    assert_int_equal(box_type(p, "numbers")->kind, TYPE_UNKNOWN);
    assert_int_equal(box_type(p, "list<")->kind, TYPE_UNKNOWN);
    assert_ptr_equal(box_type(p, " tScore "), types.type[T_SCORE]);
    arena_free(mem);
}

/* Two types that refer to themselves twice: asking whether one conforms to the other must end. */
static void test_circular(void **state)
{
    static const char *const sides[] = {"left", "right"};
    static struct feel_type tree[2];
    static const struct feel_type *const of[2][2] = {{&tree[0], &tree[0]}, {&tree[1], &tree[1]}};
    static const char *const names[] = {"tTree", "tWood"};
    static const struct feel_type *const all[] = {&tree[0], &tree[1]};
    const struct feel_types types = {.name = names, .type = all, .n = 2};
    struct arena *mem = arena_new(0);
    struct feel_prog *prog;

    for (int i = 0; i < 2; i++)
        tree[i] = (struct feel_type){.kind = TYPE_CONTEXT, .n = 2, .of = of[i], .name = sides, .label = names[i]};
    struct parser *p = box_begin(mem, NULL, &types);
    const struct feel_source source = {.text = "(function(a: tTree) 1) instance of function<tWood> -> Any"};
    prog = box_end(p, box_text(p, &source));
    const struct feel_env env = {.now = 0};
    struct val out;
    assert_int_equal(feel_eval(prog, &env, mem, &out, NULL), OK);
    assert_int_equal(out.tag, VAL_BOOL);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instance_of),
        cmocka_unit_test(test_conversion),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_circular),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

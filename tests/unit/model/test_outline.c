/* tests/unit/model/test_outline.c - what pages tell of a decision model: types, choices, hints, boxes as FEEL. */
#include "model/dmn/outline.h"
#include "model_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROOM = 4 * 1024 * 1024 };

static struct outline *read_text(struct arena *mem, const char *body)
{
    struct outline *o = NULL;
    const char *file =
        arena_printf(mem, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\">%s</definitions>", body);

    assert_int_equal(outline_read(mem, (struct span){file, strlen(file)}, &o), OK);
    return o;
}

/* ---- types ---- */

static const struct type_case {
    const char *ref, *definitions, *shape, *allowed, *choices;
    enum outline_kind kind;
} types[] = {
    /* clang-format off */
    {"",             "", "",               "", "", OUTLINE_ANY},
    {"Any",          "", "Any",            "", "", OUTLINE_ANY},
    {"string",       "", "string",         "", "", OUTLINE_STRING},
    {"feel:number",  "", "number",         "", "", OUTLINE_NUMBER},
    {"integer",      "", "integer",        "", "", OUTLINE_NUMBER},
    {"boolean",      "", "boolean",        "", "", OUTLINE_BOOLEAN},
    {"date",         "", "date",           "", "", OUTLINE_DATE},
    {"time",         "", "time",           "", "", OUTLINE_TIME},
    {"date and time", "", "date and time", "", "", OUTLINE_DATE_TIME},
    {"days and time duration", "", "days and time duration", "", "", OUTLINE_DURATION},
    {"tNowhere",     "", "tNowhere",       "", "", OUTLINE_ANY},
    {"list&lt;number>", "", "list<number>",   "", "", OUTLINE_OTHER},
    {"t", "<itemDefinition name='t'><typeRef>string</typeRef><allowedValues><text>\"a\", \"b, c\"</text></allowedValues></itemDefinition>",
     "string", "\"a\", \"b, c\"", "a|b, c", OUTLINE_STRING},
    {"t", "<itemDefinition name='t'><typeRef>number</typeRef><allowedValues><text>1, 2.5</text></allowedValues></itemDefinition>",
     "number", "1, 2.5", "1|2.5", OUTLINE_NUMBER},
    {"t", "<itemDefinition name='t'><typeRef>number</typeRef><allowedValues><text>[1..5]</text></allowedValues></itemDefinition>",
     "number", "[1..5]", "", OUTLINE_NUMBER},
    {"t", "<itemDefinition name='t'><typeRef>string</typeRef><typeConstraint><text>string length(?) &lt; 5</text></typeConstraint></itemDefinition>",
     "string", "string length(?) < 5", "", OUTLINE_STRING},
    {"t", "<itemDefinition name='t'><typeRef>u</typeRef></itemDefinition>"
          "<itemDefinition name='u'><typeRef>string</typeRef><allowedValues><text>\"x\"</text></allowedValues></itemDefinition>",
     "string", "\"x\"", "x", OUTLINE_STRING},
    {"t", "<itemDefinition name='t' isCollection='true'><typeRef>string</typeRef></itemDefinition>",
     "list<string>", "", "", OUTLINE_OTHER},
    {"t", "<itemDefinition name='t'><itemComponent name='a'><typeRef>string</typeRef></itemComponent>"
          "<itemComponent name='b c' isCollection='true'><typeRef>number</typeRef></itemComponent></itemDefinition>",
     "context<a: string, b c: list<number>>", "", "", OUTLINE_OTHER},
    {"t", "<itemDefinition name='t'><functionItem/></itemDefinition>", "function", "", "", OUTLINE_OTHER},
    /* clang-format on */
};

static void test_types(void **state)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct type_case *c = &types[i];
        struct arena *mem = arena_new(0);
        const struct outline *o =
            read_text(mem, arena_printf(mem, "%s<inputData id='i' name='in'><variable name='in' typeRef='%s'/></inputData>",
                                        c->definitions, c->ref));
        const struct outline_type *t = &outline_of(o, "i", "")->type;
        struct buf choices = buf_new(mem, ROOM);
        for (uint32_t k = 0; k < t->n_choice; k++)
            buf_fmt(&choices, "%s%s", k > 0 ? "|" : "", t->choice[k]);
        assert_string_equal(t->shape, c->shape);
        assert_string_equal(t->allowed, c->allowed);
        assert_string_equal(buf_text(&choices), c->choices);
        assert_int_equal(t->kind, c->kind);
        arena_free(mem);
    }
}

static void test_circle(void **state)
{
    struct arena *mem = arena_new(0);
    const struct outline *o =
        read_text(mem, "<itemDefinition name='a'><typeRef>b</typeRef></itemDefinition>"
                       "<itemDefinition name='b'><typeRef>a</typeRef></itemDefinition>"
                       "<itemDefinition name='c'><itemComponent name='x'><typeRef>c</typeRef></itemComponent>"
                       "<itemComponent name='y'><typeRef>c</typeRef></itemComponent></itemDefinition>"
                       "<inputData id='1' name='p'><variable name='p' typeRef='a'/></inputData>"
                       "<inputData id='2' name='q'><variable name='q' typeRef='c'/></inputData>");

    assert_int_equal(outline_of(o, "1", "")->type.kind, OUTLINE_ANY);
    assert_int_equal(outline_of(o, "2", "")->type.kind, OUTLINE_OTHER);
    assert_true(strlen(outline_of(o, "2", "")->type.shape) <= 603);
    arena_free(mem);
}

/* ---- logic ---- */

#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"

static const struct {
    const char *box, *feel;
} logics[] = {
    /* clang-format off */
    {LITERAL(" 1 + 1 "), "1 + 1"},
    {"<context><contextEntry><variable name='a b'/>" LITERAL("1") "</contextEntry></context>", "{\n  a b: 1\n}"},
    {"<context><contextEntry><variable name='a'/>" LITERAL("1") "</contextEntry><contextEntry>" LITERAL("a + 1") "</contextEntry></context>",
     "{\n  a: 1,\n  result: a + 1\n}.result"},
    {"<invocation>" LITERAL("f") "<binding><parameter name='x'/>" LITERAL("1") "</binding><binding><parameter name='y'/></binding></invocation>",
     "f(x: 1, y: null)"},
    {"<list>" LITERAL("1") LITERAL("2") "</list>", "[1, 2]"},
    {"<relation><column name='n'/><column name='m'/><row>" LITERAL("1") LITERAL("2") "</row><row>" LITERAL("3") "</row></relation>",
     "[\n  {n: 1, m: 2},\n  {n: 3, m: null}\n]"},
    {"<functionDefinition><formalParameter name='x' typeRef='number'/><formalParameter name='y'/>" LITERAL("x * y") "</functionDefinition>",
     "function(x: number, y) x * y"},
    {"<conditional><if>" LITERAL("a") "</if><then>" LITERAL("1") "</then><else>" LITERAL("2") "</else></conditional>", "if a then 1 else 2"},
    {"<for iteratorVariable='i'><in>" LITERAL("l") "</in><return>" LITERAL("i") "</return></for>", "for i in l return i"},
    {"<some iteratorVariable='i'><in>" LITERAL("l") "</in><satisfies>" LITERAL("i") "</satisfies></some>", "some i in l satisfies i"},
    {"<every iteratorVariable='i'><in>" LITERAL("l") "</in><satisfies>" LITERAL("i") "</satisfies></every>", "every i in l satisfies i"},
    {"<filter><in>" LITERAL("l") "</in><match>" LITERAL("item > 1") "</match></filter>", "l[item > 1]"},
    {"<list><decisionTable/></list>", "[/* a decision table */]"},
    {"<decisionTable/>", ""},
    {"", ""},
    /* clang-format on */
};

static void test_logic(void **state)
{
    for (size_t i = 0; i < sizeof logics / sizeof logics[0]; i++) {
        struct arena *mem = arena_new(0);
        const struct outline *o = read_text(mem, arena_printf(mem, "<decision name='D'>%s</decision>", logics[i].box));
        assert_string_equal(outline_of(o, "", "D")->logic, logics[i].feel);
        arena_free(mem);
    }
}

static void test_deep(void **state)
{
    for (int depth = 99; depth <= 101; depth++) { /* LIMIT_OUTLINE_DEPTH is 100 */
        struct arena *mem = util_arena();
        struct buf b = buf_new(mem, ROOM);
        buf_str(&b, "<decision name='D'>");
        for (int i = 0; i < depth; i++)
            buf_str(&b, "<list>");
        buf_str(&b, LITERAL("deep"));
        for (int i = 0; i < depth; i++)
            buf_str(&b, "</list>");
        buf_str(&b, "</decision>");
        const struct outline *o = read_text(mem, buf_text(&b));
        assert_int_equal(strstr(outline_of(o, "", "D")->logic, "deep") != NULL, depth <= 100);
        arena_free(mem);
    }
}

static void test_long(void **state)
{
    struct arena *mem = util_arena();
    char *text = arena_alloc(mem, 70 * 1024);

    memset(text, 'x', 65536);
    const struct outline *o = read_text(mem, arena_printf(mem, "<decision name='D'>" LITERAL("%s") "</decision>", text));
    assert_int_equal(strlen(outline_of(o, "", "D")->logic), 65536);
    text[65536] = 'x';
    o = read_text(mem, arena_printf(mem, "<decision name='D'>" LITERAL("%s") "</decision>", text));
    assert_true(strlen(outline_of(o, "", "D")->logic) <= 65536);
    arena_free(mem);
}

/* ---- a whole file ---- */

static void test_file(void **state)
{
    struct arena *mem = util_arena();
    struct span file = util_file(mem, "tests/fixtures/dmn/request.dmn");
    struct outline *o = NULL;

    assert_int_equal(outline_read(mem, file, &o), OK);
    const struct outline_item *impact = outline_of(o, "in_impact", "");
    assert_int_equal(impact->type.n_choice, 3);
    assert_string_equal(impact->type.choice[2], "the whole house");
    assert_string_equal(outline_of(o, "in_orders", "")->type.shape, "list<context<article: string, price: number>>");
    const struct outline_item *centre = outline_of(o, "", "cost centre");
    assert_int_equal(centre->n_hint, 2);
    assert_string_equal(centre->hint[1], "teaching");
    assert_string_equal(outline_of(o, "bkm_total", "")->logic,
                        "function(orders: tOrders) if count(orders) = 0 then 0 else sum(orders.price)");
    assert_string_equal(outline_of(o, "request_priority", "")->logic, "");
    assert_string_equal(outline_of(o, "request_priority", "")->answers, "P1 to P4");
    assert_string_equal(outline_of(o, "nothing", "")->name, "");
    assert_int_equal(outline_read(mem, (struct span){"<a>", 3}, &o), E_INPUT);
    arena_free(mem);
}

static void test_hints_end(void **state)
{
    struct arena *mem = util_arena();
    struct buf b = buf_new(mem, ROOM);

    buf_str(&b, "<inputData name='in'/><decision "
                "name='D'><decisionTable><input><inputExpression><text>in</text></inputExpression></input>");
    for (int i = 0; i < 120; i++)
        buf_fmt(&b, "<rule><inputEntry><text>\"v%d\", \"v0\"</text></inputEntry></rule>", i);
    buf_str(&b, "</decisionTable></decision>");
    assert_int_equal(outline_of(read_text(mem, buf_text(&b)), "", "in")->n_hint, 50); /* LIMIT_OUTLINE_HINTS */
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_types),    cmocka_unit_test(test_circle),
                                       cmocka_unit_test(test_logic),    cmocka_unit_test(test_deep),
                                       cmocka_unit_test(test_long),     cmocka_unit_test(test_file),
                                       cmocka_unit_test(test_hints_end)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

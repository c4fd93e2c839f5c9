/* tests/unit/model/test_dmn_table.c - decision tables: hit policies, aggregations, defaults, checks of values, faults, hits. */
#include "table_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* One wrong row does not hide the others. */
#define fail_row(...)                                                                                                          \
    do {                                                                                                                       \
        print_error(__VA_ARGS__);                                                                                              \
        print_error("\n");                                                                                                     \
        failed++;                                                                                                              \
    } while (0)

/* ---- tables ---- */

#define THREE "in a\nout x\nrule > 1 => 10\nrule > 2 => 20\nrule > 3 => 30\n"
#define WORDS                                                                                                                  \
    "in a\nout x | | \"high\", \"mid\", \"low\"\nrule > 1 => \"low\"\nrule > 2 => \"high\"\nrule > 3 => \"mid\"\nrule > 4 => " \
    "\"high\"\n"
#define PAIRS                                                                                                                  \
    "in a\nout grade | | \"A\", \"B\"\nout text\nout size | | 3, 2, 1\n"                                                       \
    "rule > 0 => \"B\" | \"one\" | 3\nrule > 1 => \"A\" | \"two\" | 1\nrule > 2 => \"A\" | \"three\" | 2\n"                    \
    "rule > 3 => \"A\" | \"four\" | 2\nrule > 4 => \"C\" | \"five\" | 3\n"

/* clang-format off */
static const struct {
    const char *table, *variables, *answer, *rules; /* RULES "" = not looked at */
    const char *note;                               /* part of the first note; NULL = there is none */
} rows[] = {
    /* unique */
    {"hit UNIQUE\n" THREE,                     "{\"a\":2}",     "10",             "1",     NULL},
    {"hit\n" THREE,                            "{\"a\":2}",     "10",             "1",     NULL},
    {"hit UNIQUE\n" THREE,                     "{\"a\":1}",     "null",           "",      NULL},
    {"hit UNIQUE\n" THREE,                     "{\"a\":3}",     "null",           "1,2",   "only one rule may match, but rules 1 and 2 do"},
    {"hit UNIQUE\n" THREE,                     "{\"a\":4}",     "null",           "1,2,3", "rules 1, 2 and 3 do"},
    {"hit UNIQUE\n" THREE,                     "{\"a\":null}",  "null",           "",      NULL},
    {"hit UNIQUE\n" THREE,                     "{\"a\":\"2\"}", "null",           "",      NULL},
    /* any */
    {"hit ANY\nin a\nout x\nrule > 1 => 10\nrule > 2 => 10.0\nrule > 3 => 11\n", "{\"a\":3}", "10",   "1,2",   NULL},
    {"hit ANY\nin a\nout x\nrule > 1 => 10\nrule > 2 => 10.0\nrule > 3 => 11\n", "{\"a\":4}", "null", "1,2,3", "rules 1, 2 and 3 match and have different outputs"},
    {"hit ANY\nin a\nout x\nrule - =>\nrule - => null\n",                        "{\"a\":4}", "null", "1,2",   NULL},
    {"hit ANY\nin a\nout x\nout y\nrule - => 1 | [1, 2]\nrule - => 1.0 | [1, 2.0]\n", "{\"a\":4}", "{x: 1, y: [1, 2]}", "1,2", NULL},
    {"hit ANY\nin a\nout x\nout y\nrule - => 1 | 2\nrule - => 1 | 3\n",          "{\"a\":4}", "null", "1,2",   "different outputs"},
    {"hit ANY\nin a\nout x\nrule - => 1\nrule - => \"1\"\n",                     "{\"a\":4}", "null", "1,2",   "different outputs"},
    /* first */
    {"hit FIRST\n" THREE,                      "{\"a\":4}",     "10",             "1",     NULL},
    {"hit FIRST\n" THREE,                      "{\"a\":0}",     "null",           "",      NULL},
    {"hit FIRST\nin a\nout x\nrule 5 => 1\nrule - => 2\n", "{\"a\":null}", "2",   "2",     NULL},
    /* priority */
    {"hit PRIORITY\n" WORDS,                   "{\"a\":2}",     "\"low\"",        "1",     NULL},
    {"hit PRIORITY\n" WORDS,                   "{\"a\":4}",     "\"high\"",       "2",     NULL},
    {"hit PRIORITY\n" WORDS,                   "{\"a\":5}",     "\"high\"",       "2",     NULL},
    {"hit PRIORITY\n" WORDS,                   "{\"a\":1}",     "null",           "",      NULL},
    {"hit PRIORITY\n" PAIRS,                   "{\"a\":1}",     "{grade: \"B\", text: \"one\", size: 3}",   "1", NULL},
    {"hit PRIORITY\n" PAIRS,                   "{\"a\":2}",     "{grade: \"A\", text: \"two\", size: 1}",   "2", NULL},
    {"hit PRIORITY\n" PAIRS,                   "{\"a\":3}",     "{grade: \"A\", text: \"three\", size: 2}", "3", NULL},
    {"hit PRIORITY\n" PAIRS,                   "{\"a\":4}",     "{grade: \"A\", text: \"three\", size: 2}", "3", NULL},
    {"hit PRIORITY\nin a\nout x | | [10..20], >= 100, < 5\nrule - => 3\nrule - => 200\n", "{\"a\":1}", "200", "2", NULL},
    {"hit PRIORITY\nin a\nout x | | \"p\", \"q\"\nrule - => null\nrule - => \"q\"\n",     "{\"a\":1}", "\"q\"", "2", NULL},
    {"hit PRIORITY\nin a\nout x | | \"p\", a\nrule - => \"z\"\nrule - => \"p\"\n",        "{\"a\":\"z\"}", "\"p\"", "2", NULL},
    /* output order */
    {"hit OUTPUT ORDER\n" WORDS,               "{\"a\":5}",     "[\"high\", \"high\", \"mid\", \"low\"]", "2,4,3,1", NULL},
    {"hit OUTPUT ORDER\n" WORDS,               "{\"a\":2}",     "[\"low\"]",      "1",     NULL},
    {"hit OUTPUT ORDER\n" WORDS,               "{\"a\":0}",     "null",           "",      NULL},
    {"hit OUTPUT ORDER\nin a\nout grade | | \"A\", \"B\"\nout size | | 3, 2, 1\nrule - => \"B\" | 3\nrule - => \"A\" | 1\nrule - => \"A\" | 2\n", "{\"a\":4}",
     "[{grade: \"A\", size: 2}, {grade: \"A\", size: 1}, {grade: \"B\", size: 3}]", "3,2,1", NULL},
    /* rule order */
    {"hit RULE ORDER\n" THREE,                 "{\"a\":4}",     "[10, 20, 30]",   "1,2,3", NULL},
    {"hit RULE ORDER\n" THREE,                 "{\"a\":2}",     "[10]",           "1",     NULL},
    {"hit RULE ORDER\n" THREE,                 "{\"a\":0}",     "null",           "",      NULL},
    /* collect */
    {"hit COLLECT\n" THREE,                    "{\"a\":3}",     "[10, 20]",       "1,2",   NULL},
    {"hit COLLECT\n" THREE,                    "{\"a\":0}",     "[]",             "",      NULL},
    {"hit COLLECT\nin a\nout x\nout y\nrule > 0 => 1 | 2\nrule > 1 => 3 | null\n", "{\"a\":2}", "[{x: 1, y: 2}, {x: 3, y: null}]", "1,2", NULL},
    {"hit COLLECT | SUM\n" THREE,              "{\"a\":4}",     "60",             "1,2,3", NULL},
    {"hit COLLECT | SUM\n" THREE,              "{\"a\":0}",     "null",           "",      NULL},
    {"hit COLLECT | SUM\nin a\nout x\nrule - => 1\nrule - => 1\n", "{\"a\":0}", "2", "1,2", NULL},
    {"hit COLLECT | SUM\nin a\nout x\nrule - => 1\nrule - => null\n", "{\"a\":0}", "null", "1,2", ""},
    {"hit COLLECT | SUM\nin a\nout x\nrule - => 1\nrule - => \"b\"\n", "{\"a\":0}", "null", "1,2", ""},
    {"hit COLLECT | COUNT\n" THREE,            "{\"a\":3}",     "2",              "1,2",   NULL},
    {"hit COLLECT | COUNT\n" THREE,            "{\"a\":0}",     "0",              "",      NULL},
    {"hit COLLECT | COUNT\nin a\nout x\nrule - => 1\nrule - => 1\nrule - =>\n", "{\"a\":0}", "3", "1,2,3", NULL},
    {"hit COLLECT | MIN\n" THREE,              "{\"a\":4}",     "10",             "1,2,3", NULL},
    {"hit COLLECT | MAX\n" THREE,              "{\"a\":4}",     "30",             "1,2,3", NULL},
    {"hit COLLECT | MAX\n" THREE,              "{\"a\":0}",     "null",           "",      NULL},
    {"hit COLLECT | MIN\n" WORDS,              "{\"a\":5}",     "\"high\"",       "1,2,3,4", NULL},
    {"hit COLLECT | MAX\nin a\nout x\nrule - => @\"2026-01-01\"\nrule - => @\"2026-01-02\"\n", "{\"a\":5}", "2026-01-02", "1,2", NULL},
    /* defaults */
    {"hit UNIQUE\nin a\nout x | | | 1 + 1\nrule 5 => 1\n",  "{\"a\":4}", "2", "default", NULL},
    {"hit UNIQUE\nin a\nout x | | | 1 + 1\nrule 5 => 1\n",  "{\"a\":5}", "1", "1", NULL},
    {"hit FIRST\nin a\nout x | | | \"d\"\nout y | | | a\nrule 5 => 1 | 2\n", "{\"a\":4}", "{x: \"d\", y: 4}", "default", NULL},
    {"hit FIRST\nin a\nout x | | | \"d\"\nout y\nrule 5 => 1 | 2\n", "{\"a\":4}", "{x: \"d\", y: null}", "default", NULL},
    {"hit COLLECT\nin a\nout x | | | [1]\nrule 5 => 1\n",   "{\"a\":4}", "[1]", "default", NULL},
    {"hit COLLECT | COUNT\nin a\nout x | | | 7\nrule 5 => 1\n", "{\"a\":4}", "7", "default", NULL},
    {"hit COLLECT | SUM\nin a\nout x | | | 7\nrule 5 => 1\n", "{\"a\":4}", "7", "default", NULL},
    {"hit UNIQUE\nin a\nout x | | | 0\nrule - => 1\nrule - => 2\n", "{\"a\":4}", "null", "1,2", "only one rule"},
    /* no inputs, no rules */
    {"hit UNIQUE\nout x\nrule => 5\n",         "{}",            "5",              "1",     NULL},
    {"hit COLLECT\nout x\nrule => 5\nrule => 6\n", "{}",        "[5, 6]",         "1,2",   NULL},
    {"hit UNIQUE\nin a\nout x | | | 9\n",      "{\"a\":4}",     "9",              "default", NULL},
    {"hit COLLECT\nin a\nout x\n",             "{\"a\":4}",     "[]",             "",      NULL},
    /* outputs: any expression, one broken text, names */
    {"hit FIRST\nin a\nout x\nrule > 1 => a * 2\n", "{\"a\":4}", "8",             "1",     NULL},
    {"hit FIRST\nin a\nout x\nrule > 1 => {k: a}\n", "{\"a\":4}", "{k: 4}",       "1",     NULL},
    {"hit FIRST\nin a\nout x\nrule 1 => (((\nrule 2 => 5\n", "{\"a\":2}", "5",    "2",     NULL},
    {"hit FIRST\nin a\nout x\nrule 1 => (((\nrule 2 => 5\n", "{\"a\":1}", "null", "1",     ""},
    {"hit FIRST\nin a\nout x\nrule )( => 4\nrule 2 => 5\n", "{\"a\":2}", "5",     "2",     ""},
    {"hit FIRST\nin a\nout only\nrule - => 1\n", "{\"a\":2}",   "1",              "1",     NULL},
    /* cells: variables, "?", lists of values, a list as input */
    {"hit FIRST\nin a\nout x\nrule b => 1\nrule > b => 2\nrule ? + 1 = b => 3\n", "{\"a\":3,\"b\":3}", "1", "1", NULL},
    {"hit FIRST\nin a\nout x\nrule b => 1\nrule > b => 2\nrule ? + 1 = b => 3\n", "{\"a\":4,\"b\":3}", "2", "2", NULL},
    {"hit FIRST\nin a\nout x\nrule b => 1\nrule > b => 2\nrule ? + 1 = b => 3\n", "{\"a\":2,\"b\":3}", "3", "3", NULL},
    {"hit FIRST\nin a\nout x\nrule b => 1\n",  "{\"a\":2,\"b\":[1,2]}", "1",      "1",     NULL},
    {"hit FIRST\nin a\nout x\nrule [1, 2] => 1\n", "{\"a\":[1,2]}", "1",          "1",     NULL},
    {"hit FIRST\nin a + b\nout x\nrule 5 => 1\n", "{\"a\":2,\"b\":3}", "1",       "1",     NULL},
    {"hit FIRST\nin a\nout x\nrule not(1, 2) => 1\nrule null => 2\nrule - => 3\n", "{\"a\":3}",    "1", "1", NULL},
    {"hit FIRST\nin a\nout x\nrule not(1, 2) => 1\nrule null => 2\nrule - => 3\n", "{\"a\":2}",    "3", "3", NULL},
    {"hit FIRST\nin a\nout x\nrule 1.0 => 1\n", "{\"a\":1}",    "1",              "1",     NULL},
    {"hit FIRST\nin a\nout x\nrule false => 1\nrule null => 2\n", "{\"a\":null}", "2", "2", NULL},
    {"hit FIRST\nin a\nin b\nout x\nrule |=>1\n", "{\"a\":7}",   "1",              "1",     NULL},
    /* types and values of inputs */
    {"hit FIRST\nin a | number\nout x\nrule 1 => 1\nrule null => 2\n", "{\"a\":[1]}",   "1", "1", NULL},
    {"hit FIRST\nin a | number\nout x\nrule 1 => 1\nrule null => 2\n", "{\"a\":\"1\"}", "2", "2", "input 1"},
    {"hit FIRST\nin a | number\nout x\nrule 1 => 1\nrule null => 2\n", "{\"a\":null}",  "2", "2", NULL},
    {"hit FIRST\nin a | | \"u\", \"v\" | Letter\nout x\nrule \"w\" => 1\nrule - => 2\n", "{\"a\":\"w\"}", "2", "2", "Letter has a value that is none of its input values"},
    {"hit FIRST\nin a | | \"u\", \"v\"\nout x\nrule \"v\" => 1\nrule - => 2\n", "{\"a\":\"v\"}", "1", "1", NULL},
    {"hit FIRST\nin a | | \"u\", \"v\"\nout x\nrule \"v\" => 1\nrule - => 2\n", "{\"a\":null}", "2", "2", NULL},
    {"hit FIRST\nin a | | [0..9]\nout x\nrule 9 => 1\nrule - => 2\n", "{\"a\":10}", "2", "2", "none of its input values"},
    {"hit FIRST\nin a | | \"u\", \"v\"\nout x\nrule list contains(?, \"v\") => 1\n", "{\"a\":[\"u\",\"v\"]}", "1", "1", NULL},
    /* types and values of outputs */
    {"hit FIRST\nin a\nout x | string\nrule - => 5\n", "{\"a\":1}",  "null",      "1",     "output 1"},
    {"hit FIRST\nin a\nout x | string\nrule - => [\"s\"]\n", "{\"a\":1}", "\"s\"", "1",    NULL},
    {"hit FIRST\nin a\nout x | string\nrule - =>\n", "{\"a\":1}",    "null",      "1",     NULL},
    {"hit FIRST\nin a\nout x | string | \"p\", \"q\"\nrule - => \"z\"\n", "{\"a\":1}", "null", "1", "none of the output values"},
    {"hit FIRST\nin a\nout x | | \"p\", \"q\"\nrule - => [\"p\", \"q\"]\n", "{\"a\":1}", "[\"p\", \"q\"]", "1", NULL},
    {"hit FIRST\nin a\nout x | string | \"p\", \"q\" | \"none\"\nrule 5 => \"p\"\n", "{\"a\":1}", "\"none\"", "default", NULL},
    /* order without output values: one match needs none */
    {"hit PRIORITY\n" THREE,                   "{\"a\":2}",     "10",             "1",     NULL},
    {"hit PRIORITY\n" THREE,                   "{\"a\":3}",     "null",           "1,2",   "there are no output values to order them"},
    {"hit OUTPUT ORDER\n" THREE,               "{\"a\":3}",     "null",           "1,2",   "there are no output values to order them"},
};
/* clang-format on */

static const char *rules_of(struct arena *mem, const struct dmn_hit *hit)
{
    struct buf b = buf_new(mem, 4096);

    for (uint32_t i = 0; hit != NULL && i < hit->n_rule; i++)
        buf_fmt(&b, "%s%u", i > 0 ? "," : "", hit->rule[i]);
    return hit != NULL && hit->by_default ? "default" : buf_text(&b);
}

static void answers(void **state)
{
    unsigned failed = 0;

    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        const char *text = rows[i / 2].table;
        struct util_table u = util_table(mem, text);
        struct val variables;
        assert_int_equal(val_read(mem, rows[i / 2].variables, strlen(rows[i / 2].variables), &variables), OK);
        struct util_answer a = util_consult(&u, mem, variables, i % 2 == 1);
        const char *got = val_string(mem, a.value), *rules = rules_of(mem, a.hit);
        /* string() writes the texts of a list in quotes, a text alone without. */
        if (a.value.tag == VAL_STRING)
            got = arena_printf(mem, "\"%s\"", got);
        if (a.value.tag == VAL_NULL)
            got = "null";
        if (a.err != OK || a.hit == NULL || strcmp(got, rows[i / 2].answer) != 0 || strcmp(rules, rows[i / 2].rules) != 0)
            fail_row("%s%s\n  %s, rules %s, expected %s, rules %s", text, rows[i / 2].variables, got, rules, rows[i / 2].answer,
                     rows[i / 2].rules);
        const char *note = rows[i / 2].note;
        if ((note == NULL) != (a.note == NULL) || (note != NULL && strstr(a.note->message, note) == NULL))
            fail_row("%s%s\n  note: %s", text, rows[i / 2].variables, a.note != NULL ? a.note->message : "none");
        if (a.hit != NULL && strcmp(val_string(mem, a.hit->value), val_string(mem, a.value)) != 0)
            fail_row("%s: the hit has another value", text);
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

/* ---- what is wrong with a table ---- */

static int says(const struct findings *f, const char *rule)
{
    int n = 0;

    for (const struct finding *one = f->first; one != NULL; one = one->next)
        n += strcmp(one->rule, rule) == 0;
    return n;
}

static void faults(void **state)
{
    /* clang-format off */
    static const struct {
        const char *table, *rule, *note;
        bool fault;
    } bad[] = {
        {"hit BEST\n" THREE,                          "dmn-table-policy",  "there is no hit policy BEST", true},
        {"hit COLLECT | MEAN\n" THREE,                "dmn-table-policy",  "there is no aggregation MEAN", true},
        {"hit FIRST | SUM\n" THREE,                   "dmn-table-policy",  NULL, false},
        {"hit COLLECT | SUM\nin a\nout x\nout y\nrule - => 1 | 2\n", "dmn-table-policy", "several outputs cannot be aggregated", true},
        {"hit FIRST\nin a\nrule - =>\n",              "dmn-table-columns", "needs an output", true},
        {"hit FIRST\nin a\nin b\nout x\nrule - => 1\n", "dmn-table-columns", "rule 1 must have one entry for each of the 2 inputs and 1 outputs", true},
        {"hit FIRST\nin a\nout x\nrule - => 1\nrule - => 1 | 2\n", "dmn-table-columns", "rule 2 must have", true},
        {"hit FIRST\nin\nout x\nrule - => 1\n",       "dmn-table-columns", "input 1 has no expression", true},
        {"hit FIRST\nin a\nout x\nout\nrule - => 1 | 2\n", "dmn-table-output", "each of several outputs needs a name", true},
        {"hit FIRST\nin a\nout x\nout x\nrule - => 1 | 2\n", "dmn-table-output", "two outputs are called x", true},
        {"hit PRIORITY\n" THREE,                      "dmn-table-output",  NULL, false},
        {"hit OUTPUT ORDER\n" THREE,                  "dmn-table-output",  NULL, false},
    };
    /* clang-format on */
    unsigned failed = 0;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *mem = arena_new(0);
        struct util_table u = util_table(mem, bad[i].table);
        const struct val_entry e = {"a", val_int(2)};
        struct util_answer a = util_consult(&u, mem, val_context(mem, &e, 1), false);
        if (says(&u.findings, bad[i].rule) == 0)
            fail_row("%s  %s is not said", bad[i].table, bad[i].rule);
        if (bad[i].fault && (a.value.tag != VAL_NULL || a.note == NULL || strstr(a.note->message, bad[i].note) == NULL))
            fail_row("%s  %s, note %s", bad[i].table, val_string(mem, a.value), a.note != NULL ? a.note->message : "none");
        if (!bad[i].fault && a.value.tag == VAL_NULL)
            fail_row("%s  must answer nevertheless", bad[i].table);
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

static void limits(void **state)
{
    static const char three[] = "hit FIRST\nin a\nout x\nnote n\nnote m\nrule 1 => 1\nrule 2 => 2\nrule 3 => 3\n";
    struct dmn_limits l = dmn_limits_default;
    struct arena *mem = arena_new(0);
    const struct val_entry e = {"a", val_int(3)};
    const struct val variables = val_context(mem, &e, 1);

    l.rules = 3;
    l.columns = 2;
    struct util_table u = util_read(mem, util_xml(mem, three), &l);
    assert_int_equal(u.findings.errors, 0);
    assert_true(val_same(util_consult(&u, mem, variables, false).value, val_int(3)));
    l.rules = 2;
    u = util_read(mem, util_xml(mem, three), &l);
    assert_int_equal(says(&u.findings, "dmn-too-many"), 1);
    assert_int_equal(util_consult(&u, mem, variables, false).value.tag, VAL_NULL);
    assert_int_equal(table_view(u.table)->n_rule, 0);
    l.rules = 3;
    l.columns = 1;
    u = util_read(mem, util_xml(mem, three), &l);
    assert_int_equal(says(&u.findings, "dmn-too-many"), 1);
    arena_free(mem);
}

/* Whatever an evaluation does is counted: steps by rules and by inputs, memory by outputs. */
static void evaluation_is_limited(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, UTIL_TABLE_MAX);
    struct feel_limits few = feel_limits_default;

    buf_str(&b, "hit COLLECT\nin a\nout x\nout y\n");
    for (int i = 0; i < 300; i++)
        buf_str(&b, "rule ? = a => [a] | 2\n");
    struct util_table u = util_table(mem, buf_text(&b));
    const struct val_entry e = {"a", val_int(3)};
    const struct val variables = val_context(mem, &e, 1);
    struct feel_env env = {.get = util_get, .ctx = &variables, .limits = &few};
    struct val v;
    few.steps = 100000;
    assert_int_equal(feel_eval(u.prog, &env, mem, &v, NULL), OK);
    assert_int_equal(val_count(v), 300);
    few.steps = 300;
    assert_int_equal(feel_eval(u.prog, &env, mem, &v, NULL), E_FUEL);
    few.steps = 100000;
    few.bytes = 2000;
    assert_int_equal(feel_eval(u.prog, &env, mem, &v, NULL), E_TOOBIG);
    few.bytes = 1000000;
    few.list = 299;
    assert_int_equal(feel_eval(u.prog, &env, mem, &v, NULL), E_TOOBIG);
    arena_free(mem);
}

/* ---- output values that the type of an output states ---- */

#define HEAD                                                                                                                   \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"><itemDefinition name=\"tLevel\"><typeRef>string"      \
    "</typeRef><allowedValues><text>\"high\", \"low\"</text></allowedValues></itemDefinition>"                                 \
    "<itemDefinition name=\"tOther\"><typeRef>tLevel</typeRef></itemDefinition><decision name=\"d\">"
#define TABLE(attributes, output)                                                                                              \
    "<decisionTable hitPolicy=\"PRIORITY\"" attributes "><input><inputExpression><text>a</text></inputExpression></input>"     \
    "<output" output "/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>\"low\"</text></outputEntry></rule>"   \
    "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>\"high\"</text></outputEntry></rule></decisionTable>"     \
    "</decision></definitions>"

static void priority_by_type(void **state)
{
    static const char *const model[] = {
        HEAD "<variable name=\"d\"/>" TABLE("", " typeRef=\"tLevel\""),
        HEAD "<variable name=\"d\"/>" TABLE(" typeRef=\"tLevel\"", ""),
        HEAD "<variable name=\"d\" typeRef=\"tLevel\"/>" TABLE("", ""),
        HEAD "<variable name=\"d\"/>" TABLE("", " typeRef=\"tOther\""),
    };
    struct arena *mem = arena_new(0);
    const struct val_entry e = {"a", val_int(1)};

    for (size_t i = 0; i < sizeof model / sizeof *model; i++) {
        struct util_table u = util_read(mem, model[i], NULL);
        assert_int_equal(says(&u.findings, "dmn-table-output"), 0);
        struct util_answer a = util_consult(&u, mem, val_context(mem, &e, 1), false);
        assert_string_equal(val_string(mem, a.value), "high");
        assert_int_equal(a.hit->rule[0], 2);
    }
    arena_free(mem);
}

/* ---- views and hits ---- */

static void view(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_table u = util_table(mem, "hit COLLECT | MAX\nin a + 1 | number | | Age\nin b\nout x | number\nnote why\n"
                                          "rule > 1 | - => 10 => because\nrule \"<&>\" | => a\n");
    const struct dmn_table *v = table_view(u.table);

    assert_string_equal(v->policy, "COLLECT");
    assert_string_equal(v->aggregation, "MAX");
    assert_int_equal(v->n_input, 2);
    assert_int_equal(v->n_output, 1);
    assert_int_equal(v->n_rule, 2);
    assert_int_equal(v->n_annotation, 1);
    assert_string_equal(v->input[0], "a + 1");
    assert_string_equal(v->input_label[0], "Age");
    assert_string_equal(v->input_label[1], "");
    assert_string_equal(v->output[0], "x");
    assert_string_equal(v->annotation[0], "why");
    static const char *const cell[] = {"> 1", "-", "10", "because", "\"<&>\"", "", "a", ""};
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++)
        assert_string_equal(v->cell[i], cell[i]);
    assert_string_equal(v->rule_id[0], "");
    arena_free(mem);
}

static void hits_name_inputs(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_table u =
        util_table(mem, "hit FIRST\nin a + 1 | number | | Age\nin b\nout x\nrule > 9 | - => 1\nrule > 1 | - => 2\n");
    const struct val_entry e[] = {{"a", val_int(4)}, {"b", val_text(mem, "w")}};
    struct util_answer a = util_consult(&u, mem, val_context(mem, e, 2), false);

    assert_non_null(a.hit);
    assert_null(a.hit->next);
    assert_string_equal(a.hit->name, "t");
    assert_int_equal(a.hit->n_input, 2);
    assert_string_equal(a.hit->label[0], "Age");
    assert_string_equal(a.hit->label[1], "b");
    assert_true(val_same(a.hit->input[0], val_int(5)));
    assert_string_equal(val_string(mem, a.hit->input[1]), "w");
    assert_int_equal(a.hit->n_rule, 1);
    assert_int_equal(a.hit->rule[0], 2);
    assert_false(a.hit->by_default);
    arena_free(mem);
}

static void hits_are_capped(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_table u = util_table(mem, "hit FIRST\nout x\nrule => 1\n");
    const struct feel_env env = {.now = 0};
    struct dmn_trace trace = {.n = 0};
    struct state s;
    struct val v;

    trace.last = &trace.first;
    state_begin(&s, &env, mem);
    s.trace = &trace;
    for (int i = 0; i < LIMIT_DMN_HITS + 1; i++)
        v = eval_program(&s, u.prog);
    assert_int_equal(state_end(&s, "", &v, NULL), OK);
    uint32_t n = 0;
    for (const struct dmn_hit *hit = trace.first; hit != NULL; hit = hit->next)
        n++;
    assert_int_equal(n, LIMIT_DMN_HITS);
    assert_int_equal(trace.n, LIMIT_DMN_HITS);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),          cmocka_unit_test(faults),
        cmocka_unit_test(limits),           cmocka_unit_test(evaluation_is_limited),
        cmocka_unit_test(priority_by_type), cmocka_unit_test(view),
        cmocka_unit_test(hits_name_inputs), cmocka_unit_test(hits_are_capped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/model/test_dmn_table_check.c - what is said of a decision table as a whole: overlaps, gaps, rules that are never
 * reached, entries that are no output values. What is said must be true, and must be said where it can be known. */
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

/* clang-format off */
static const struct {
    const char *table;
    const char *said; /* all of it: rule and what must stand in the message, "" = nothing */
} rows[] = {
    /* overlaps */
    {"hit UNIQUE\nin a | number\nout x\nrule < 5 => 1\nrule [5..9] => 2\nrule [9..12] => 3\nrule > 12 => 4\n",  "overlap Rules 2 and 3 "},
    {"hit UNIQUE\nin a | number\nout x\nrule < 5 => 1\nrule [5..9] => 2\nrule (9..12] => 3\nrule > 12 => 4\n",  ""},
    {"hit UNIQUE\nin a | number\nin b | number\nout x\nrule < 5 | < 1 => 1\nrule < 5 | >= 1 => 2\nrule >= 5 | - => 3\n", ""},
    {"hit UNIQUE\nin a | number\nin b | number\nout x\nrule < 5 | < 2 => 1\nrule < 5 | >= 1 => 2\nrule >= 5 | - => 3\n", "overlap Rules 1 and 2 "},
    {"hit UNIQUE\nin a | string\nout x\nrule \"p\" => 1\nrule not(\"q\") => 2\nrule \"q\" => 3\n",              "overlap Rules 1 and 2 "},
    {"hit UNIQUE\nin a\nout x\nrule - => 1\nrule null => 2\n",                                               "overlap Rules 1 and 2 "},
    {"hit ANY\nin a | number\nout x\nrule <= 5 => 1\nrule >= 5 => 1\n",                                      ""},
    {"hit ANY\nin a | number\nout x\nrule <= 5 => 1\nrule >= 5 => 2\n",                                      "overlap Rules 1 and 2 "},
    {"hit ANY\nin a | number\nout x\nrule <= 5 => 1\nrule >= 5 => a\n",                                      ""},
    {"hit FIRST\nin a | number\nout x\nrule <= 5 => 1\nrule - => 2\n",                                       ""},
    {"hit COLLECT\nin a | number\nout x\nrule <= 5 => 1\nrule <= 5 => 2\n",                                  ""},
    /* gaps */
    {"hit UNIQUE\nin a | number\nout x\nrule < 5 => 1\nrule > 5 => 2\n",                                     "gap a = 5,"},
    {"hit UNIQUE\nin a | number\nout x | | | 0\nrule < 5 => 1\nrule > 5 => 2\n",                             ""},
    {"hit UNIQUE\nin a | number\nout x\nrule < 5 => 1\nrule > 7 => 2\n",                                     "gap a = 5,"},
    {"hit UNIQUE\nin a | number\nout x\nrule <= 1 => 1\nrule >= 2 => 2\n",                                   ""},
    {"hit UNIQUE\nin a | number\nout x\nrule <= 1.5 => 1\nrule >= 2 => 2\n",                                 "gap a = "},
    {"hit UNIQUE\nin a | number\nout x\nrule 1 => 1\nrule 2 => 2\nrule 3 => 3\n",                            ""},
    {"hit UNIQUE\nin a | number | 1, 2, 3\nout x\nrule 1 => 1\nrule 2 => 2\n",                               "gap a = 3,"},
    {"hit UNIQUE\nin a | string | \"p\", \"q\" | Kind\nout x\nrule \"p\" => 1\n",                            "gap Kind = \"q\","},
    {"hit UNIQUE\nin a | string\nout x\nrule \"p\" => 1\n",                                                  ""},
    {"hit UNIQUE\nin a | string\nin b | boolean\nout x\nrule \"p\" | true => 1\nrule not(\"p\") | - => 2\n", "gap a = \"p\" and b = false,"},
    {"hit UNIQUE\nin a | string\nin b | boolean\nout x\nrule \"p\" | - => 1\nrule not(\"p\") | true => 2\n", "gap a = another text and b = false,"},
    {"hit UNIQUE\nin a | date\nout x\nrule < @\"2026-01-01\" => 1\nrule > @\"2026-01-02\" => 2\n",           "gap a = 2026-01-01,"},
    {"hit UNIQUE\nin a | date\nout x\nrule <= @\"2026-01-01\" => 1\nrule >= @\"2026-01-02\" => 2\n",         ""},
    {"hit COLLECT\nin a | number\nout x\nrule < 5 => 1\nrule > 5 => 2\n",                                    ""},
    {"hit FIRST\nin a | number\nin b\nout x\nrule < 5 | - => 1\nrule > 5 | b = 3 => 2\n",                    "gap a = 5,"},
    {"hit UNIQUE\nin a | boolean\nout x\nrule true => 1\n",                                                  "gap a = false,"},
    /* never reached */
    {"hit FIRST\nin a | number\nout x\nrule - => 1\nrule 5 => 2\n",                                          "unreachable Rule 2 "},
    {"hit FIRST\nin a | number\nout x\nrule <= 5 => 1\nrule >= 5 => 2\nrule 5, 6 => 3\nrule null => 4\n",    "unreachable Rule 3 "},
    {"hit FIRST\nin a | number\nin b | number\nout x\nrule < 5 | < 1 => 1\nrule < 5 | >= 1 => 2\nrule [1..4] | [0..2] => 3\nrule - | - => 4\n", "unreachable Rule 3 "},
    {"hit FIRST\nin a | number\nin b | number\nout x\nrule < 5 | < 1 => 1\nrule < 5 | >= 1 => 2\nrule [1..4] | - => 3\nrule - | - => 4\n", ""}, /* b null */
    {"hit FIRST\nin a\nout x\nrule not(null) => 1\nrule - => 2\n",                                           ""},
    {"hit UNIQUE\nin a | number\nout x | | | 0\nrule \"five\" => 1\n",                                       "unreachable no value of input 1 "},
    {"hit UNIQUE\nin a | number\nout x | | | 0\nrule (5..5) => 1\n",                                         "unreachable no value of input 1 "},
    {"hit UNIQUE\nin a | string | \"p\", \"q\"\nout x | | | 0\nrule \"r\" => 1\n",                           "unreachable no value of input 1 "},
    {"hit FIRST\nin a | number\nout x\nrule > b => 1\nrule > b => 2\nrule - => 3\n",                         ""},
    /* inputs that depend on each other, and what is not constant */
    {"hit UNIQUE\nin a | number\nin a | number\nout x | | | 0\nrule < 5 | - => 1\nrule - | > 5 => 2\n",      ""},
    {"hit UNIQUE\nin a\nin a.b\nout x | | | 0\nrule 5 | - => 1\nrule - | 5 => 2\n",                          ""},
    {"hit UNIQUE\nin a\nin a + 1\nout x | | | 0\nrule 5 | - => 1\nrule - | 5 => 2\n",                        ""},
    {"hit UNIQUE\nin a.b\nin a.c\nout x | | | 0\nrule 5 | - => 1\nrule - | 5 => 2\n",                        "overlap Rules 1 and 2 "},
    {"hit UNIQUE\nin a | number\nout x | | | 0\nrule ? > 5 => 1\nrule < 9 => 2\n",                           ""},
    /* output values */
    {"hit UNIQUE\nin a | number\nout x | | 1, 2\nrule < 5 => 3\nrule >= 5 => 2\n",                           "value Output 1 of rule 1 "},
    {"hit UNIQUE\nin a | number\nout x | string\nrule < 5 => \"p\"\nrule >= 5 => 2\n",                       "value Output 1 of rule 2 "},
    {"hit UNIQUE\nin a | number\nout x | string\nrule < 5 => [\"p\"]\nrule >= 5 => null\n",                 ""},
    {"hit UNIQUE\nin a | number\nout x | | 1, 2\nrule < 5 => a\nrule >= 5 =>\n",                             ""},
};
/* clang-format on */

static const char *all_said(struct arena *mem, const struct findings *f)
{
    struct buf b = buf_new(mem, 1 << 16);

    for (const struct finding *x = f->first; x != NULL; x = x->next)
        buf_fmt(&b, "%s %s\n", x->rule, x->message);
    return buf_text(&b);
}

static void says_what_is_so(void **state)
{
    unsigned failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct util_table u = util_table(mem, rows[i].table);
        const struct finding *f = u.findings.first;
        size_t word = strcspn(rows[i].said, " ");
        bool right = *rows[i].said == '\0' ? f == NULL : f != NULL && f->next == NULL;
        if (right && f != NULL)
            right = strncmp(f->rule, "dmn-table-", 10) == 0 && strlen(f->rule) == 10 + word &&
                    strncmp(f->rule + 10, rows[i].said, word) == 0 && strstr(f->message, rows[i].said + word + 1) != NULL &&
                    f->severity == FINDING_WARNING && f->line > 0;
        if (!right)
            fail_row("%s  expected %s\n  %s", rows[i].table, rows[i].said, all_said(mem, &u.findings));
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

/* ---- random tables of constant cells, every value tried ---- */

static uint32_t chance(uint64_t *seed, uint32_t n)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % n;
}

enum { VALUES = 9, COLUMNS = 3, RULES = 6, TABLES = 1500 };

static const char *random_cell(struct arena *mem, uint64_t *seed)
{
    uint32_t a = chance(seed, 4), b = a + chance(seed, 2);

    switch (chance(seed, 8)) {
    case 0:
    case 1:
        return "-";
    case 2:
        return arena_printf(mem, "%u", a);
    case 3:
        return arena_printf(mem, "not(%u, %u)", a, b);
    case 4:
        return arena_printf(mem, "%s %u", chance(seed, 2) == 0 ? "<" : "<=", a);
    case 5:
        return arena_printf(mem, "%s %u", chance(seed, 2) == 0 ? ">" : ">=", a);
    case 6:
        return arena_printf(mem, "%u, null", a);
    default:
        return arena_printf(mem, "%s%u..%u%s", chance(seed, 2) == 0 ? "[" : "(", a, b, chance(seed, 2) == 0 ? "]" : ")");
    }
}

/* null and 0, 0.5 ... 4: a representative of every class but the outermost, and those by -1 and 9. */
static struct val value_of(struct arena *mem, uint32_t i)
{
    struct val v = val_null();

    if (i > 0)
        assert_true(val_number(mem,
                               i == 1   ? "-1"
                               : i == 2 ? "9"
                                        : arena_printf(mem, "%u.%u", (i - 3) / 2, (i - 3) % 2 * 5),
                               &v));
    return v;
}

struct seen {
    unsigned pair[RULES][RULES], alone[RULES], nothing;
};

/* Goes through all combinations of values and notes who matches. */
static void look(const struct util_table *u, uint32_t columns, struct seen *seen)
{
    enum { ALL = VALUES + 3 };
    static const char *const name[] = {"a", "b", "c"};
    struct arena *mem = arena_new(0);
    uint32_t most = 1;

    *seen = (struct seen){.nothing = 0};
    for (uint32_t i = 0; i < columns; i++)
        most *= ALL;
    for (uint32_t n = 0; n < most; n++) {
        struct arena_mark mark = arena_mark(mem);
        struct val_entry e[COLUMNS];
        for (uint32_t i = 0, rest = n; i < columns; i++, rest /= ALL)
            e[i] = (struct val_entry){name[i], value_of(mem, rest % ALL)};
        struct util_answer a = util_consult(u, mem, val_context(mem, e, columns), true);
        for (uint32_t i = 0; i < a.hit->n_rule; i++)
            for (uint32_t k = 0; k < i; k++)
                seen->pair[a.hit->rule[k] - 1][a.hit->rule[i] - 1]++;
        if (a.hit->n_rule > 0)
            seen->alone[a.hit->rule[0] - 1]++;
        seen->nothing += a.hit->n_rule == 0;
        arena_rewind(mem, mark);
    }
    arena_free(mem);
}

static const struct finding *said(const struct findings *f, const char *rule, const char *what)
{
    const struct finding *x = f->first;

    while (x != NULL && (strcmp(x->rule, rule) != 0 || strstr(x->message, what) == NULL))
        x = x->next;
    return x;
}

static void claims_hold(void **state)
{
    uint64_t seed = 20261122;
    unsigned overlaps = 0, dead = 0, gaps = 0, failed = 0;

    for (int n = 0; n < TABLES && failed == 0; n++) {
        struct arena *mem = arena_new(0);
        bool unique = chance(&seed, 2) == 0;
        uint32_t columns = 1 + chance(&seed, COLUMNS), rules = 2 + chance(&seed, RULES - 1);
        struct buf b = buf_new(mem, 1 << 16);
        struct seen seen;
        buf_fmt(&b, "hit %s\nin a | number\n%s%sout x\n", unique ? "UNIQUE" : "FIRST", columns > 1 ? "in b | number\n" : "",
                columns > 2 ? "in c | number\n" : "");
        for (uint32_t r = 0; r < rules; r++) {
            buf_str(&b, "rule ");
            for (uint32_t i = 0; i < columns; i++)
                buf_fmt(&b, "%s%s", i > 0 ? " | " : "", random_cell(mem, &seed));
            buf_fmt(&b, " => %u\n", r);
        }
        struct util_table u = util_table(mem, buf_text(&b));
        look(&u, columns, &seen);
        unsigned pairs = 0;
        for (uint32_t r = 0; r < rules; r++) {
            for (uint32_t k = 0; k < r && unique; k++) {
                bool told = said(&u.findings, "dmn-table-overlap", arena_printf(mem, "Rules %u and %u ", k + 1, r + 1)) != NULL;
                overlaps += told;
                pairs += seen.pair[k][r] > 0;
                if ((told && seen.pair[k][r] == 0) || (!told && seen.pair[k][r] > 0 && pairs <= 3))
                    fail_row("%srules %u and %u: said %d, seen %u times", buf_text(&b), k + 1, r + 1, told, seen.pair[k][r]);
            }
            bool told = said(&u.findings, "dmn-table-unreachable", arena_printf(mem, "Rule %u ", r + 1)) != NULL;
            dead += told;
            if ((told && seen.alone[r] > 0) || (!told && !unique && seen.alone[r] == 0 && dead == 0))
                fail_row("%srule %u: said %d, seen %u times", buf_text(&b), r + 1, told, seen.alone[r]);
        }
        bool told = said(&u.findings, "dmn-table-gap", "") != NULL;
        gaps += told;
        if (told && seen.nothing == 0)
            fail_row("%sa gap that is none", buf_text(&b));
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
    assert_true(overlaps > TABLES / 4 && dead > TABLES / 20 && gaps > TABLES / 20);
}

/* Inputs that a model works out from the same data cannot be combined freely: nothing is said of them. */
static void inputs_that_depend(void **state)
{
#define ASK(what, id) "<informationRequirement><required" what " href=\"#" id "\"/></informationRequirement>"
#define DATA(id) "<inputData id=\"" id "\" name=\"" id "\"><variable name=\"" id "\" typeRef=\"number\"/></inputData>"
#define TABLE_OF(a, b)                                                                                                         \
    "<decisionTable><input><inputExpression><text>" a "</text></inputExpression></input><input><inputExpression><text>" b      \
    "</text></inputExpression></input><output/><rule><inputEntry><text>5</text></inputEntry><inputEntry><text>-</text>"        \
    "</inputEntry><outputEntry><text>1</text></outputEntry></rule><rule><inputEntry><text>-</text></inputEntry><inputEntry>"   \
    "<text>6</text></inputEntry><outputEntry><text>2</text></outputEntry></rule></decisionTable>"
#define MODEL_OF(needs, a, b)                                                                                                  \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"urn:m\">" DATA("x")            \
        DATA("y") "<decision id=\"d\" name=\"d\"><variable name=\"d\"/>" ASK(                                                  \
            "Input", "x") "<literalExpression><text>x + 1</text>"                                                              \
                          "</literalExpression></decision><decision id=\"t\" name=\"t\"><variable name=\"t\"/>" needs          \
                          TABLE_OF(a, b) "</decision></definitions>"
    static const struct {
        const char *model;
        bool told;
    } models[] = {
        {MODEL_OF(ASK("Input", "x") ASK("Input", "y"), "x", "y"), true},
        {MODEL_OF(ASK("Decision", "d") ASK("Input", "y"), "d", "y"), true},
        {MODEL_OF(ASK("Decision", "d") ASK("Input", "x"), "d", "x"), false},
        {MODEL_OF(ASK("Decision", "d") ASK("Input", "x"), "x", "d"), false},
        {MODEL_OF(ASK("Decision", "d"), "d.a", "d.b"), false},
        {MODEL_OF(ASK("Input", "x"), "x.a", "x.b"), true},
    };

    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        struct arena *mem = arena_new(0);
        struct findings f = findings_new(mem);
        const struct dmn_source source = {.model = {.name = "m.dmn", .bytes = {models[i].model, strlen(models[i].model)}}};
        struct dmn *m;
        assert_int_equal(dmn_read(mem, &source, &f, &m), OK);
        assert_int_equal(f.errors, 0);
        assert_int_equal(said(&f, "dmn-table-overlap", "Rules 1 and 2 ") != NULL, models[i].told);
        arena_free(mem);
    }
}

/* The work is bounded: a table with more combinations than anybody can look at is read all the same. */
static void work_is_bounded(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, UTIL_TABLE_MAX);
    uint64_t seed = 3;

    buf_str(&b, "hit FIRST\n");
    for (int i = 0; i < 12; i++)
        buf_fmt(&b, "in v%d | number\n", i);
    buf_str(&b, "out x\n");
    for (int r = 0; r < 1500; r++) {
        buf_str(&b, "rule ");
        for (int i = 0; i < 12; i++)
            buf_fmt(&b, "%s> %u", i > 0 ? " | " : "", chance(&seed, 1000));
        buf_fmt(&b, " => %d\n", r);
    }
    struct util_table u = util_table(mem, buf_text(&b));
    assert_int_equal(u.findings.errors, 0);
    assert_non_null(u.table);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_so),
        cmocka_unit_test(claims_hold),
        cmocka_unit_test(inputs_that_depend),
        cmocka_unit_test(work_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/model/test_feel_arithmetic.c - + - * / ** and the unary minus: every kind of value with every other (10.3.2.13). */
#include "model/feel/feel.h"

#include "feel_util.h"

struct cell {
    const char *op, *a, *b, *value;
};

/* clang-format off */
static const struct kind {
    const char *name, *text;
} kinds[] = {
    {"number",      "6"},
    {"string",      "\"a\""},
    {"boolean",     "true"},
    {"null",        "null"},
    {"date",        "@\"2021-01-02\""},
    {"time",        "@\"10:00:00\""},
    {"zoned time",  "@\"10:00:00+01:00\""},
    {"local",       "@\"2021-01-02T10:00:00\""},
    {"offset",      "@\"2021-01-02T10:00:00+02:00\""},
    {"zone",        "@\"2021-01-02T10:00:00@Europe/Paris\""},
    {"months",      "@\"P1Y\""},
    {"duration",    "@\"PT36H\""},
    {"list",        "[6]"},
    {"context",     "{a: 6}"},
    {"range",       "[1..2]"},
    {"function",    "abs"},
};

/* Every pair that is not here is null. */
static const struct cell cells[] = {
    {"+",  "number",     "number",     "12"},
    {"+",  "string",     "string",     "aa"},
    {"+",  "date",       "months",     "2022-01-02"},
    {"+",  "date",       "duration",   "2021-01-03"},
    {"+",  "time",       "duration",   "22:00:00"},
    {"+",  "zoned time", "duration",   "22:00:00+01:00"},
    {"+",  "local",      "months",     "2022-01-02T10:00:00"},
    {"+",  "local",      "duration",   "2021-01-03T22:00:00"},
    {"+",  "offset",     "months",     "2022-01-02T10:00:00+02:00"},
    {"+",  "offset",     "duration",   "2021-01-03T22:00:00+02:00"},
    {"+",  "zone",       "months",     "2022-01-02T10:00:00@Europe/Paris"},
    {"+",  "zone",       "duration",   "2021-01-03T22:00:00@Europe/Paris"},
    {"+",  "months",     "date",       "2022-01-02"},
    {"+",  "months",     "local",      "2022-01-02T10:00:00"},
    {"+",  "months",     "offset",     "2022-01-02T10:00:00+02:00"},
    {"+",  "months",     "zone",       "2022-01-02T10:00:00@Europe/Paris"},
    {"+",  "months",     "months",     "P2Y"},
    {"+",  "duration",   "date",       "2021-01-03"},
    {"+",  "duration",   "time",       "22:00:00"},
    {"+",  "duration",   "zoned time", "22:00:00+01:00"},
    {"+",  "duration",   "local",      "2021-01-03T22:00:00"},
    {"+",  "duration",   "offset",     "2021-01-03T22:00:00+02:00"},
    {"+",  "duration",   "zone",       "2021-01-03T22:00:00@Europe/Paris"},
    {"+",  "duration",   "duration",   "P3D"},
    {"-",  "number",     "number",     "0"},
    {"-",  "date",       "date",       "PT0S"},
    {"-",  "date",       "offset",     "-PT8H"},
    {"-",  "date",       "zone",       "-PT9H"},
    {"-",  "date",       "months",     "2020-01-02"},
    {"-",  "date",       "duration",   "2020-12-31"},
    {"-",  "time",       "time",       "PT0S"},
    {"-",  "time",       "duration",   "22:00:00"},
    {"-",  "zoned time", "zoned time", "PT0S"},
    {"-",  "zoned time", "duration",   "22:00:00+01:00"},
    {"-",  "local",      "local",      "PT0S"},
    {"-",  "local",      "months",     "2020-01-02T10:00:00"},
    {"-",  "local",      "duration",   "2020-12-31T22:00:00"},
    {"-",  "offset",     "date",       "PT8H"},
    {"-",  "offset",     "offset",     "PT0S"},
    {"-",  "offset",     "zone",       "-PT1H"},
    {"-",  "offset",     "months",     "2020-01-02T10:00:00+02:00"},
    {"-",  "offset",     "duration",   "2020-12-31T22:00:00+02:00"},
    {"-",  "zone",       "date",       "PT9H"},
    {"-",  "zone",       "offset",     "PT1H"},
    {"-",  "zone",       "zone",       "PT0S"},
    {"-",  "zone",       "months",     "2020-01-02T10:00:00@Europe/Paris"},
    {"-",  "zone",       "duration",   "2020-12-31T22:00:00@Europe/Paris"},
    {"-",  "months",     "months",     "P0M"},
    {"-",  "duration",   "duration",   "PT0S"},
    {"*",  "number",     "number",     "36"},
    {"*",  "number",     "months",     "P6Y"},
    {"*",  "number",     "duration",   "P9D"},
    {"*",  "months",     "number",     "P6Y"},
    {"*",  "duration",   "number",     "P9D"},
    {"/",  "number",     "number",     "1"},
    {"/",  "months",     "number",     "P2M"},
    {"/",  "months",     "months",     "1"},
    {"/",  "duration",   "number",     "PT6H"},
    {"/",  "duration",   "duration",   "1"},
    {"**", "number",     "number",     "46656"},
};

static const struct feel_row negation_rows[] = {
    {"-(5)",                                                    "-5"},
    {"--10",                                                    "10"},
    {"-0",                                                      "0"},
    {"-9223372036854775808",                                    "-9223372036854775808"},
    {"-(-9223372036854775808)",                                 "9223372036854775808"},
    {"-@\"P1D\"",                                               "-P1D"},
    {"-@\"-PT0.5S\"",                                           "PT0.5S"},
    {"-@\"P1Y\"",                                               "-P1Y"},
    {"-@\"P0M\"",                                               "P0M"},
    {"-(function(a) a)(10)",                                    "-10"},
    {"-@\"2021-01-01\"",                                        NULL},
    {"-@\"10:00:00\"",                                          NULL},
    {"-@\"2021-01-01T10:00:00\"",                               NULL},
    {"-\"10\"",                                                 NULL},
    {"-true",                                                   NULL},
    {"-null",                                                   NULL},
    {"-[10]",                                                   NULL},
    {"-{a: 1}",                                                 NULL},
    {"-[1..2]",                                                 NULL},
    {"-abs",                                                    NULL},
};

static const struct feel_row edge_rows[] = {
    /* numbers */
    {"9223372036854775807 + 1",                                 "9223372036854775808"},
    {"-9223372036854775808 - 1",                                "-9223372036854775809"},
    {"9223372036854775807 * 9223372036854775807",               "85070591730234615847396907784232500000"},
    {"0.000000000000000001 * 0.1",                              "0.0000000000000000001"},
    {"1 / 3 + 1 / 3 + 1 / 3",                                   "0.9999999999999999999999999999999999"},
    {"1 / 0",                                                   NULL},
    {"0 ** -1",                                                 NULL},
    {"10 ** 6144 * 10",                                         NULL},
    /* months */
    {"@\"2021-01-31\" + @\"P1M\"",                              "2021-02-28"},
    {"@\"2020-01-31\" + @\"P1M\"",                              "2020-02-29"},
    {"@\"2020-02-29\" + @\"P1Y\"",                              "2021-02-28"},
    {"@\"2020-02-29\" - @\"P4Y\"",                              "2016-02-29"},
    {"@\"2021-01-01\" - @\"P1M\"",                              "2020-12-01"},
    {"@\"-2021-01-01T10:10:10+11:00\" + @\"-P1M\"",             "-2022-12-01T10:10:10+11:00"},
    {"@\"0001-01-01\" - @\"P1Y\"",                              "0000-01-01"},
    {"@\"0000-01-01\" - @\"P1M\"",                              "-0001-12-01"},
    {"@\"999999999-12-31\" + @\"P1M\"",                         NULL},
    {"@\"-999999999-01-01\" - @\"P1M\"",                        NULL},
    {"@\"2021-01-01\" + @\"P999999999999Y\"",                   NULL},
    {"@\"10:00:00\" + @\"P1M\"",                                NULL},
    /* days and times */
    {"@\"2021-01-02\" - @\"PT1H\"",                             "2021-01-01"},
    {"@\"2021-01-02\" - @\"PT0.1S\"",                           "2021-01-01"},
    {"@\"2021-01-02\" + @\"PT23H59M59S\"",                      "2021-01-02"},
    {"@\"2021-01-02\" + @\"-PT24H\"",                           "2021-01-01"},
    {"@\"999999999-12-31\" + @\"P1D\"",                         NULL},
    {"@\"-999999999-01-01\" - @\"PT1S\"",                       NULL},
    {"@\"999999999-12-31T23:59:59\" + @\"PT1S\"",               NULL},
    {"@\"999999999-12-31T23:59:59\" + @\"PT0.5S\"",             "999999999-12-31T23:59:59.5"},
    {"@\"-2021-01-01T10:10:10+11:00\" - @\"P1D\"",              "-2022-12-31T10:10:10+11:00"},
    {"@\"2021-01-01T24:00:00\" + @\"PT1S\"",                    "2021-01-02T00:00:01"},
    {"@\"2021-01-01T00:00:00\" - @\"PT0.000000001S\"",          "2020-12-31T23:59:59.999999999"},
    {"@\"2021-01-01T00:00:00.25Z\" - @\"2021-01-01T00:00:00.5Z\"", "-PT0.25S"},
    {"@\"2021-01-02T00:00:00Z\" - @\"2021-01-02\"",             "PT0S"},
    {"@\"2021-01-02\" - @\"2021-01-01T10:10:10+11:00\"",        "P1DT49M50S"},
    {"@\"2021-01-02\" - @\"2021-01-01T10:10:10\"",              NULL},
    {"@\"2021-01-02T10:00:00\" - @\"2021-01-02T10:00:00Z\"",    NULL},
    {"@\"999999999-12-31\" - @\"-999999999-01-01\"",            "P730484999633D"},
    {"@\"23:59:59.5\" + @\"PT0.5S\"",                           "00:00:00"},
    {"@\"00:00:00\" - @\"PT0.000000001S\"",                     "23:59:59.999999999"},
    {"@\"10:15:00@Australia/Melbourne\" + @\"P1DT1H\"",         "11:15:00@Australia/Melbourne"},
    {"@\"10:00:00+01:00\" - @\"09:00:00Z\"",                    "PT0S"},
    {"@\"10:00:00\" - @\"11:00:00\"",                           "-PT1H"},
    {"@\"10:00:00\" - @\"10:00:00Z\"",                          NULL},
    {"@\"10:00:00\" + @\"P106751991167300D\"",                  "10:00:00"},
    /* durations */
    {"@\"P1Y\" + @\"-P2M\"",                                    "P10M"},
    {"@\"PT0.5S\" - @\"PT1S\"",                                 "-PT0.5S"},
    {"@\"P106751991167300D\" + @\"P106751991167300D\"",         NULL},
    {"@\"P1Y\" + @\"P1D\"",                                     NULL},
    {"@\"P1Y11M\" * -2.5",                                      "-P4Y9M"},
    {"@\"P2M\" * 1.4",                                          "P2M"},
    {"-1.4 * @\"P2M\"",                                         "-P2M"},
    {"@\"P4DT1H\" * 1.5",                                       "P6DT1H30M"},
    {"@\"PT1S\" * 0.0000000001",                                "PT0S"},
    {"0 * @\"P1D\"",                                            "PT0S"},
    {"@\"P1D\" * 1e30",                                         NULL},
    {"@\"P1M\" * 1e30",                                         NULL},
    {"@\"P10Y11M\" / -2.5",                                     "-P4Y4M"},
    {"@\"P1D\" / 7",                                            "PT3H25M42.857142857S"},
    {"@\"P1D\" / 0",                                            NULL},
    {"@\"P1M\" / 0",                                            NULL},
    {"@\"P1D\" / @\"PT7H\"",                                    "3.428571428571428571428571428571429"},
    {"@\"PT1S\" / @\"PT0.25S\"",                                "4"},
    {"@\"P1Y\" / @\"P5M\"",                                     "2.4"},
    {"@\"P1D\" / @\"PT0S\"",                                    NULL},
    {"@\"P1M\" / @\"P0M\"",                                     NULL},
    {"@\"P1Y\" / @\"P1D\"",                                     NULL},
    {"1 / @\"P1D\"",                                            NULL},
    /* no list is taken for its item */
    {"[1] + 1",                                                 NULL},
    {"\"a\" + null",                                            NULL},
    {"\"a\" + \"\" + \"b\"",                                    "ab"},
};
/* clang-format on */

static const char *text_of(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, kind) == 0)
            return kinds[i].text;
    fail_msg("there is no kind %s", kind);
    return NULL;
}

static const char *value_of(const char *op, const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (strcmp(cells[i].op, op) == 0 && strcmp(cells[i].a, a) == 0 && strcmp(cells[i].b, b) == 0)
            return cells[i].value;
    return NULL;
}

static void test_matrix(void **state)
{
    static const char *const op[] = {"+", "-", "*", "/", "**"};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct arena *mem = arena_new(0);
    struct feel_row rows[KINDS];

    for (size_t o = 0; o < sizeof op / sizeof *op; o++)
        for (size_t a = 0; a < KINDS; a++) {
            for (size_t b = 0; b < KINDS; b++)
                rows[b] = (struct feel_row){arena_printf(mem, "(%s) %s (%s)", kinds[a].text, op[o], kinds[b].text),
                                            value_of(op[o], kinds[a].name, kinds[b].name)};
            FEEL_EXPECT(rows);
        }
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        assert_true(text_of(cells[i].a) != NULL && text_of(cells[i].b) != NULL);
    arena_free(mem);
}

static void test_negation(void **state)
{
    FEEL_EXPECT(negation_rows);
}

static void test_edges(void **state)
{
    FEEL_EXPECT(edge_rows);
}

/* Powers and zones cost steps of their own: a loop over them ends early. */
static void test_cost(void **state)
{
    static const char *const texts[] = {"count(for i in 1..100 return 1.5 ** 0.5)",
                                        "count(for i in 1..100 return log(1.5 + i))",
                                        "count(for i in 1..100 return @\"2021-01-01T10:00:00@Europe/Paris\" + @\"PT1H\" * i)"};
    static const struct feel_limits limits = {.steps = 1500, .depth = 10, .bytes = 1 << 20, .list = 1000, .string = 1000};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        unsigned notes;
        assert_int_equal(feel_util_run(mem, texts[i], val_null(), NULL, &v, &notes), OK);
        assert_string_equal(val_string(mem, v), "100");
        if (i > 0) /* constants of the first are computed once, when it is compiled */
            assert_int_equal(feel_util_run(mem, texts[i], val_null(), &limits, &v, &notes), E_FUEL);
        arena_free(mem);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_matrix), cmocka_unit_test(test_negation),
                                              cmocka_unit_test(test_edges), cmocka_unit_test(test_cost)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

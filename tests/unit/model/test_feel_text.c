/* tests/unit/model/test_feel_text.c - built-in functions on texts and the conversions: typical calls, named arguments, each wrong kind
 * of argument, edges. matches(), replace() and split() have test_feel_regex.c. */
#include "feel_util.h"

/* clang-format off */
static void test_string(void **state)
{
    static const struct feel_row rows[] = {
        {"string(1.50)",                                    "1.5"},
        {"string(-0)",                                      "0"},
        {"string(\"a\")",                                   "a"},
        {"string(true)",                                    "true"},
        {"string(null)",                                    "null"},
        {"string(null) = null",                             "true"},
        {"string(@\"2026-01-02\")",                         "2026-01-02"},
        {"string(@\"P1DT2H\")",                             "P1DT2H"},
        {"string([1, \"a\", null])",                        "[1, \"a\", null]"},
        {"string({a: 1})",                                  "{a: 1}"},
        {"string([1..5))",                                  "[1..5)"},
        {"string(from: 1)",                                 "1"},
        {"string()",                                        NULL},
        {"string(1, 2)",                                    NULL},
        {"string(value: 1)",                                NULL},
        {"string(string(10) + \"0\") = \"100\"",            "true"},
        {"not(true)",                                       "false"},
        {"not(false)",                                      "true"},
        {"not(negand: false)",                              "true"},
        {"not()",                                           NULL},
        {"not(true, false)",                                NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_substring(void **state)
{
    static const struct feel_row rows[] = {
        {"substring(\"foobar\", 3)",                        "obar"},
        {"substring(\"foobar\", 3, 3)",                     "oba"},
        {"substring(\"foobar\", -2, 1)",                    "a"},
        {"substring(\"foobar\", -6)",                       "foobar"},
        {"substring(\"foobar\", 6)",                        "r"},
        {"substring(\"foobar\", 3, 3.8)",                   "oba"},
        {"substring(\"foobar\", 2.9, 1)",                   "o"},
        {"substring(\"foobar\", 3, null)",                  "obar"},
        {"substring(\"foobar\", 5, 9)",                     "ar"},
        {"substring(\"foobar\", 5, 1e40)",                  "ar"},
        {"substring(\"foobar\", 5, 9223372036854775808)",   "ar"},
        {"substring(\"a\\U01F40Eb\\U01F40E\", 2, 2)",       "\xF0\x9F\x90\x8E" "b"},
        {"substring(\"a\\uD83D\\uDC0Eb\", -1)",             "b"},
        {"substring(string: \"foobar\", start position: 3)", "obar"},
        {"substring(length: 2, start position: 3, string: \"foobar\")", "ob"},
        {"substring([\"foobar\"], 4)",                      "bar"},
        {"substring(\"foobar\", 0)",                        NULL},
        {"substring(\"foobar\", 1, -1e40)",                 NULL},
        {"substring(\"foobar\", 1, 0.9)",                   NULL},
        {"substring(\"foobar\", 7)",                        NULL},
        {"substring(\"foobar\", -7)",                       NULL},
        {"substring(\"\", 1)",                              NULL},
        {"substring(\"foobar\", 3, 0)",                     NULL},
        {"substring(\"foobar\", 3, -1)",                    NULL},
        {"substring(\"foobar\")",                           NULL},
        {"substring(\"foobar\", 1, 2, 3)",                  NULL},
        {"substring(null, 1)",                              NULL},
        {"substring(\"foobar\", null)",                     NULL},
        {"substring(\"foobar\", \"1\")",                    NULL},
        {"substring(\"foobar\", 1, \"1\")",                 NULL},
        {"substring(12345, 1)",                             NULL},
        {"substring(string: \"foobar\", start: 3)",         NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_length_and_case(void **state)
{
    static const struct feel_row rows[] = {
        {"string length(\"\")",                             "0"},
        {"string length(\"abc\")",                          "3"},
        {"string length(\"a\\U01F40Eb\")",                  "3"},
        {"string length(string: \"ab\")",                   "2"},
        {"string length(null)",                             NULL},
        {"string length(1)",                                NULL},
        {"string length()",                                 NULL},
        {"string length(\"a\", \"b\")",                     NULL},
        {"string length(text: \"a\")",                      NULL},
        {"upper case(\"aBc4\")",                            "ABC4"},
        {"upper case(\"\")",                                ""},
        {"upper case(\"gr\xC3\xBC\xC3\x9F\")",              "GR\xC3\x9CSS"},
        {"upper case(\"\xC5\x89\xEF\xAC\x81\")",            "\xCA\xBCNFI"},
        {"upper case(\"\xC3\xBF\xC4\xB1\")",                "\xC5\xB8I"},
        {"upper case(\"\xF0\x90\x90\xA8\")",                "\xF0\x90\x90\x80"},
        {"upper case(string: \"a\")",                       "A"},
        {"upper case(null)",                                NULL},
        {"upper case(1)",                                   NULL},
        {"upper case()",                                    NULL},
        {"upper case(\"a\", \"b\")",                        NULL},
        {"lower case(\"aBc4\")",                            "abc4"},
        {"lower case(\"\xC3\x84\xD0\x96\")",                "\xC3\xA4\xD0\xB6"},
        {"lower case(\"\xC4\xB0\")",                        "i\xCC\x87"},
        {"lower case(\"\xCE\x91\xCE\xA3 \xCE\xA3\xCE\x91\")", "\xCE\xB1\xCF\x82 \xCF\x83\xCE\xB1"},
        {"lower case(\"\xCE\x91\xCE\xA3'\xCE\x91\")",       "\xCE\xB1\xCF\x83'\xCE\xB1"},
        {"lower case(\"\xCE\xA3\")",                        "\xCF\x83"},
        {"lower case(string: \"A\")",                       "a"},
        {"lower case(null)",                                NULL},
        {"lower case([])",                                  NULL},
        {"lower case()",                                    NULL},
        {"lower case(text: \"A\")",                         NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_searching(void **state)
{
    static const struct feel_row rows[] = {
        {"substring before(\"foobar\", \"bar\")",           "foo"},
        {"substring before(\"foobar\", \"o\")",             "f"},
        {"substring before(\"foobar\", \"xyz\")",           ""},
        {"substring before(\"foobar\", \"\")",              ""},
        {"substring before(\"\", \"a\")",                   ""},
        {"substring before(match: \"b\", string: \"abc\")", "a"},
        {"substring before(\"foobar\")",                    NULL},
        {"substring before(null, \"a\")",                   NULL},
        {"substring before(\"a\", null)",                   NULL},
        {"substring before(\"a\", 1)",                      NULL},
        {"substring after(\"foobar\", \"ob\")",             "ar"},
        {"substring after(\"foobar\", \"r\")",              ""},
        {"substring after(\"foobar\", \"xyz\")",            ""},
        {"substring after(\"foobar\", \"\")",               "foobar"},
        {"substring after(\"\", \"a\")",                    ""},
        {"substring after(string: \"abc\", match: \"b\")",  "c"},
        {"substring after(\"foobar\", \"a\", \"b\")",       NULL},
        {"substring after(null, \"a\")",                    NULL},
        {"substring after(\"a\", null)",                    NULL},
        {"contains(\"foobar\", \"ob\")",                    "true"},
        {"contains(\"foobar\", \"of\")",                    "false"},
        {"contains(\"foobar\", \"\")",                      "true"},
        {"contains(\"\", \"a\")",                           "false"},
        {"contains(match: \"o\", string: \"foo\")",         "true"},
        {"contains(\"foo\")",                               NULL},
        {"contains(null, \"a\")",                           NULL},
        {"contains(\"a\", null)",                           NULL},
        {"contains(\"a1\", 1)",                             NULL},
        {"contains(string: \"a\", substring: \"a\")",       NULL},
        {"starts with(\"foobar\", \"fo\")",                 "true"},
        {"starts with(\"foobar\", \"o\")",                  "false"},
        {"starts with(\"f\", \"foo\")",                     "false"},
        {"starts with(\"foobar\", \"\")",                   "true"},
        {"starts with(string: \"foo\", match: \"f\")",      "true"},
        {"starts with(\"foo\")",                            NULL},
        {"starts with(null, \"f\")",                        NULL},
        {"starts with(\"f\", null)",                        NULL},
        {"ends with(\"foobar\", \"bar\")",                  "true"},
        {"ends with(\"foobar\", \"ba\")",                   "false"},
        {"ends with(\"r\", \"bar\")",                       "false"},
        {"ends with(\"foobar\", \"\")",                     "true"},
        {"ends with(match: \"o\", string: \"foo\")",        "true"},
        {"ends with(\"foo\", \"o\", \"o\")",                NULL},
        {"ends with(null, \"f\")",                          NULL},
        {"ends with(\"f\", 1)",                             NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_string_join(void **state)
{
    static const struct feel_row rows[] = {
        {"string join([\"a\", \"b\", \"c\"])",              "abc"},
        {"string join([\"a\", \"b\"], \", \")",             "a, b"},
        {"string join([\"a\", null, \"b\"], \"-\")",        "a-b"},
        {"string join([null, \"b\", null], \"-\")",         "b"},
        {"string join([null])",                             ""},
        {"string join([], \"-\")",                          ""},
        {"string join([\"a\", \"b\"], null)",               "ab"},
        {"string join([\"a\", \"b\"], \"\")",               "ab"},
        {"string join(\"a\", \"-\")",                       "a"},
        {"string join(delimiter: \"-\", list: [\"a\", \"b\"])", "a-b"},
        {"string join([\"a\", \"\", \"b\"], \"-\")",        "a--b"},
        {"string join()",                                   NULL},
        {"string join(null)",                               NULL},
        {"string join(null, \"-\")",                        NULL},
        {"string join([1, \"a\"], \"-\")",                  NULL},
        {"string join([\"a\"], 1)",                         NULL},
        {"string join([\"a\"], \"-\", \"x\")",              NULL},
        {"string join(list: [\"a\"], separator: \"-\")",    NULL},
    };
    FEEL_EXPECT(rows);
}
/* clang-format on */

/* Six bytes: within a limit of six, beyond one of five. X is an empty text, so that nothing is computed when compiling. */
static void test_limit(void **state)
{
    static const char *const texts[] = {
        "upper case(\"\xC3\x9F\xC3\x9Fgg\" + x)",
        "lower case(\"\xC4\xB0\xC4\xB0\" + x)",
        "string join([\"abc\", \"abc\" + x], x)",
        "replace(\"aa\" + x, \"a\", \"xyz\")",
        "string([1, count(x)])",
        "upper case(\"abcdef\" + x)",
    };
    struct feel_limits limits = feel_limits_default;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena *mem = arena_new(0);
        const struct val_entry entry[] = {{"x", val_text(mem, "")}};
        struct val v;
        unsigned notes;
        limits.string = 6;
        assert_int_equal(feel_util_run(mem, texts[i], val_context(mem, entry, 1), &limits, &v, &notes), OK);
        assert_int_equal(v.tag, VAL_STRING);
        assert_int_equal(v.n, 6);
        limits.string = 5;
        assert_int_equal(feel_util_run(mem, texts[i], val_context(mem, entry, 1), &limits, &v, &notes), E_TOOBIG);
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_string),    cmocka_unit_test(test_substring),   cmocka_unit_test(test_length_and_case),
        cmocka_unit_test(test_searching), cmocka_unit_test(test_string_join), cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

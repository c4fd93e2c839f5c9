/* tests/unit/model/test_feel_regex.c - matches(), replace(), split(): the grammar of patterns, flags, replacements, limits. */
#include "model/feel/regex.h"

#include "feel_util.h"
#include "model/feel/xre.h"

/* What matches(TEXT, PATTERN, FLAGS) answers: 1, 0, or -1 for null with a note. */
static int answer(struct arena *mem, const char *text, const char *const *given)
{
    const struct val_entry entry[] = {
        {"t", val_text(mem, given[0])}, {"p", val_text(mem, given[1])}, {"f", val_text(mem, given[2])}};
    struct val v;
    unsigned notes;

    assert_int_equal(feel_util_run(mem, text, val_context(mem, entry, 3), NULL, &v, &notes), OK);
    if (v.tag == VAL_NULL && notes > 0)
        return -1;
    assert_int_equal(v.tag, VAL_BOOL);
    return v.u.truth;
}

/* S as a literal of FEEL. */
static const char *quoted(struct arena *mem, const char *s)
{
    struct buf b = buf_new(mem, 4096);

    buf_char(&b, '"');
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\\')
            buf_char(&b, '\\');
        buf_char(&b, *s);
    }
    buf_char(&b, '"');
    return buf_text(&b);
}

struct match_row {
    const char *text, *pattern, *flags;
    int expected; /* -1: the pattern or the flags are wrong */
};

/* Each row with a pattern from a variable, with one that stands in the program, and with everything constant. */
static void expect(const struct match_row *row, size_t n)
{
    int failed = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena *mem = arena_new(0);
        const char *const given[] = {row[i].text, row[i].pattern, row[i].flags};
        const char *literal = arena_printf(mem, "matches(t, %s, %s)", quoted(mem, row[i].pattern), quoted(mem, row[i].flags));
        const char *constant = arena_printf(mem, "matches(%s, %s, %s)", quoted(mem, row[i].text), quoted(mem, row[i].pattern),
                                            quoted(mem, row[i].flags));
        int got[] = {answer(mem, "matches(t, p, f)", given), answer(mem, literal, given), answer(mem, constant, given)};
        for (size_t k = 0; k < 3; k++)
            if (got[k] != row[i].expected) {
                print_error("'%s' in '%s' (%s), way %zu: expected %d, got %d\n", row[i].pattern, row[i].text, row[i].flags, k,
                            row[i].expected, got[k]);
                failed++;
            }
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

#define EXPECT(rows) expect((rows), sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void test_grammar(void **state)
{
    static const struct match_row rows[] = {
        {"ticket 4711",  "[0-9]{4}",          "",  1},
        {"ticket 471",   "[0-9]{4}",          "",  0},
        {"",             "",                  "",  1},
        {"abc",          "",                  "",  1},
        {"abc",          "x|b",               "",  1},
        {"abc",          "x|",                "",  1},
        {"abc",          "^(x|y)",            "",  0},
        {"abc",          "()b",               "",  1},
        {"aaa",          "^a{3}$",            "",  1},
        {"aaa",          "^a{2}$",            "",  0},
        {"aaa",          "^a{2,}$",           "",  1},
        {"aaa",          "^a{1,2}$",          "",  0},
        {"aaa",          "^a{0}aaa$",         "",  1},
        {"aab",          "^a+?b$",            "",  1},
        {"aab",          "^a{1,9}?b$",        "",  1},
        {"ab",           "^*a",               "",  1},
        {"ab",           "(^)?ab$+",          "",  1},
        {"ab",           "(?:a|x)b",          "",  1},
        {"a\xC3\xA9z",   "^a.z$",             "",  1},
        {"\xF0\x9F\x90\x8E", "^.$",           "",  1},
        {"a",            "*",                 "", -1},
        {"a",            "a**",               "", -1},
        {"a",            "a++",               "", -1},
        {"a",            "a{2,1}",            "", -1},
        {"a",            "a{,2}",             "", -1},
        {"a",            "a{1",               "", -1},
        {"a",            "a{}",               "", -1},
        {"a",            "a{99999999999}",    "", -1},
        {"a",            "a}",                "", -1},
        {"a",            "a]",                "", -1},
        {"a",            "a)",                "", -1},
        {"a",            "(a",                "", -1},
        {"a",            "(?=a)",             "", -1},
        {"a",            "(?<n>a)",           "", -1},
        {"a",            "(?i)a",             "", -1},
        {"a",            "(*UTF)a",           "", -1},
        {"a",            "a\\",               "", -1},
    };
    EXPECT(rows);
}

static void test_escapes(void **state)
{
    static const struct match_row rows[] = {
        {"a.b",          "^a\\.b$",           "",  1},
        {"axb",          "^a\\.b$",           "",  0},
        {"\n\r\t",       "^\\n\\r\\t$",       "",  1},
        {"\\|.?*+(){}-[]^$", "^\\\\\\|\\.\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\$$", "", 1},
        {"\xC2\xA0",     "\\s",               "",  0},
        {" ",            "\\s",               "",  1},
        {"\xC2\xA0",     "\\S",               "",  1},
        {"\xD9\xA3",     "^\\d$",             "",  1},
        {"\xC2\xBD",     "\\d",               "",  0},
        {"a",            "^\\D$",             "",  1},
        {"+",            "^\\w$",             "",  1},
        {"_",            "\\w",               "",  0},
        {"_",            "^\\W$",             "",  1},
        {"_a:b-1.2",     "^\\i\\c*$",         "",  1},
        {"1a",           "^\\i",              "",  0},
        {" ",            "^\\I\\C?$",         "",  1},
        {"-",            "\\C",               "",  0},
        {"\xC3\x84",     "^\\p{Lu}$",         "",  1},
        {"\xC3\x84",     "\\P{L}",            "",  0},
        {"\xE2\x82\xAC", "^\\p{Sc}$",         "",  1},
        {"\xCE\x91",     "^\\p{IsGreek}$",    "",  1},
        {"\xCE\x91",     "^\\p{IsGreekandCoptic}$", "", 1},
        {"\xC3\xA9",     "^\\p{IsLatin-1Supplement}$", "", 1},
        {"\xC3\xA9",     "\\p{IsBasicLatin}", "",  0},
        {"\xC3\xA9",     "\\P{IsBasicLatin}", "",  1},
        {"a",            "\\p{IsHighSurrogates}", "", 0},
        {"a",            "\\P{IsHighSurrogates}", "", 1},
        {"a",            "[^\\p{IsHighSurrogates}]", "", 1},
        {"a",            "\\p{Xx}",           "", -1},
        {"a",            "\\p{Cs}",           "", -1},
        {"a",            "\\p{IsNowhere}",    "", -1},
        {"a",            "\\p{ IsBasicLatin}", "", -1},
        {"a",            "\\p{L",             "", -1},
        {"a",            "\\pL",              "", -1},
        {"a",            "\\b",               "", -1},
        {"a",            "\\x61",             "", -1},
        {"a",            "\\u0061",           "", -1},
        {"a",            "\\Q",               "", -1},
        {"a",            "\\/",               "", -1},
    };
    EXPECT(rows);
}

static void test_classes(void **state)
{
    static const struct match_row rows[] = {
        {"b",            "^[a-z-[aeiou]]$",   "",  1},
        {"e",            "[a-z-[aeiou]]",     "",  0},
        {"e",            "[a-z-[a-z-[aeiou]]]", "", 1},
        {"b",            "[a-z-[a-z-[aeiou]]]", "", 0},
        {"E",            "[^a-z-[A-Z]]",      "",  0},
        {"5",            "[^a-z-[A-Z]]",      "",  1},
        {"-",            "[a-]",              "",  1},
        {"-",            "[-a]",              "",  1},
        {"-",            "[^-a]",             "",  0},
        {"-",            "[a--[b]]",          "",  1},
        {"^",            "[a^]",              "",  1},
        {"$.",           "^[$.]+$",           "",  1},
        {"x",            "[.]",               "",  0},
        {"]",            "[\\]]",             "",  1},
        {"5",            "[^\\D]",            "",  1},
        {"a",            "[^\\D]",            "",  0},
        {"a",            "[\\d\\s]",          "",  0},
        {"b",            "[a\\-c]",           "",  0},
        {"a",            "[]",                "", -1},
        {"a",            "[^]",               "", -1},
        {"a",            "[a",                "", -1},
        {"a",            "[a[b]]",            "", -1},
        {"a",            "[z-a]",             "", -1},
        {"a",            "[a-c-e]",           "", -1},
        {"a",            "[\\d-z]",           "", -1},
        {"a",            "[a-\\d]",           "", -1},
        {"a",            "[--z]",             "", -1},
        {"a",            "[a-z-[b]c]",        "", -1},
        {"a",            "[[:alpha:]]",       "", -1},
    };
    EXPECT(rows);
}

static void test_references(void **state)
{
    static const struct match_row rows[] = {
        {"noon",         "^(.)(.)\\2\\1$",    "",  1},
        {"nooo",         "^(.)(.)\\2\\1$",    "",  0},
        {"aa1",          "^(a)\\11$",         "",  1},
        {"abcdefghijkk", "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\\11$", "", 1},
        {"b",            "^((a)|b)\\2$",      "",  1},
        {"b",            "^(a)?b\\1$",        "",  1},
        {"aa",           "^(?:(a)\\1)$",      "",  1},
        {"aa",           "(a)\\2",            "", -1},
        {"aa",           "(a\\1)",            "", -1},
        {"aa",           "\\1(a)",            "", -1},
        {"aa",           "(a)\\0",            "", -1},
        {"aa",           "(a)[\\1]",          "", -1},
        {"aa",           "(?:a)\\1",          "", -1},
    };
    EXPECT(rows);
}

static void test_flags(void **state)
{
    static const struct match_row rows[] = {
        {"a\nb",         "a.b",               "",  0},
        {"a\rb",         "a.b",               "",  0},
        {"a\nb",         "a.b",               "s", 1},
        {"a\rb",         "a.b",               "s", 1},
        {"a\n",          "a$",                "",  0},
        {"a\n",          "a$",                "m", 1},
        {"a\nb\nc",      "^b$",               "m", 1},
        {"a\nb\nc",      "^b$",               "",  0},
        {"a\rb",         "^b",                "m", 0},
        {"a\n",          "\\n$",              "m", 0},
        {"a\n",          "\\n^",              "m", 0},
        {"a\n\nb",       "^$",                "m", 1},
        {"TICKET",       "ticket",            "",  0},
        {"TICKET",       "ticket",            "i", 1},
        {"\xE2\x84\xAA", "k",                 "i", 1},
        {"\xE2\x84\xAA", "[a-z]",             "i", 1},
        {"\xE2\x84\xAA", "\\p{IsBasicLatin}", "i", 0},
        {"\xC4\xB1",     "I",                 "i", 1},
        {"\xC4\xB1",     "[a-z]",             "i", 1},
        {"I",            "^\xC4\xB1$",        "i", 1},
        {"o",            "[A-Z-[IO]]",        "i", 0},
        {"b",            "[A-Z-[IO]]",        "i", 1},
        {"q",            "[^Q]",              "i", 0},
        {"a",            "\\p{Lu}",           "i", 0},
        {"b",            "[\\p{Nd}B]",        "i", 1},
        {"b",            "[^\\p{Nd}B]",       "i", 0},
        {"5",            "[^\\p{Nd}B]",       "i", 0},
        {"c",            "[^\\p{Nd}B]",       "i", 1},
        {"Mum",          "^([md])[aeiou]\\1$", "i", 1},
        {"a b",          "a b",               "x", 0},
        {"ab",           " a\tb\n",           "x", 1},
        {"a b",          "a[ ]b",             "x", 1},
        {"a b",          "a\\ sb",            "x", 1},
        {"ab",           "( ? : a ) b",       "x", 1},
        {"a#b",          "a#b",               "x", 1},
        {"a]b",          "a\\ ]\tb",          "x", 1},
        {"a",            "\\p{ IsBasic Latin }", "x", 1},
        {"a",            "[\\ s]",            "x", -1},
        {"a.c",          "a.c",               "q", 1},
        {"abc",          "a.c",               "q", 0},
        {"A(C",          "a(c",               "qi", 1},
        {"a c",          "a c",               "qx", 1},
        {"A\nb",         "a.b",               "iss", 1},
        {"a",            "a",                 "g", -1},
        {"a",            "a",                 " ", -1},
        {"a",            "a",                 "I", -1},
    };
    EXPECT(rows);
}

static void test_replace(void **state)
{
    static const struct feel_row rows[] = {
        {"replace(\"a-b-c\", \"-\", \"+\")",                          "a+b+c"},
        {"replace(\"VPN down\", \"vpn\", \"Network\", \"i\")",        "Network down"},
        {"replace(\"abc\", \"x\", \"y\")",                            "abc"},
        {"replace(\"\", \"x\", \"y\")",                               ""},
        {"replace(\"aaa\", \"a\", \"\")",                             ""},
        {"replace(\"aaaa\", \"a{2}?\", \"b\")",                       "bb"},
        {"replace(\"2026-11-21\", \"(\\\\d+)-(\\\\d+)-(\\\\d+)\", \"$3.$2.$1\")", "21.11.2026"},
        {"replace(\"ab\", \"(a)|(b)\", \"[$1,$2]\")",                 "[a,][,b]"},
        {"replace(\"ab\", \"ab\", \"<$0>\")",                         "<ab>"},
        {"replace(\"ab\", \"(a)b\", \"$12\")",                        "a2"},
        {"replace(\"ab\", \"(a)b\", \"$01\")",                        "a"},
        {"replace(\"ab\", \"ab\", \"$1x\")",                          "x"},
        {"replace(\"abcdefghijk\", \"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\", \"$11$10$111\")", "kjk1"},
        {"replace(\"5\", \"5\", \"\\\\$5\")",                         "$5"},
        {"replace(\"5\", \"5\", \"\\\\\\\\\")",                       "\\"},
        {"replace(\"a.b\", \".\", \"$\\\\\", \"q\")",                 "a$\\b"},
        {"replace(\"\\uD83D\\uDC0Ex\", \"x\", \"y\")",                "\xF0\x9F\x90\x8Ey"},
        {"replace(input: \"aXb\", pattern: \"x\", replacement: \"-\", flags: \"i\")", "a-b"},
        {"replace(replacement: \"-\", pattern: \"x\", input: \"axb\")", "a-b"},
        {"replace(\"axb\", \"x\", \"-\", null)",                      "a-b"},
        {"replace(\"a\", \"a\", \"$\")",                              NULL},
        {"replace(\"b\", \"a\", \"$x\")",                             NULL},
        {"replace(\"b\", \"a\", \"\\\\n\")",                          NULL},
        {"replace(\"b\", \"a\", \"b\\\\\")",                          NULL},
        {"replace(\"abc\", \"x*\", \"-\")",                           NULL},
        {"replace(\"abc\", \"^\", \"-\")",                            NULL},
        {"replace(\"abc\", \"$\", \"-\", \"m\")",                     NULL},
        {"replace(\"abc\", \"[\", \"-\")",                            NULL},
        {"replace(\"abc\", \"b\", \"-\", \"k\")",                     NULL},
        {"replace(\"abc\", \"b\")",                                   NULL},
        {"replace(null, \"b\", \"c\")",                               NULL},
        {"replace(\"abc\", null, \"c\")",                             NULL},
        {"replace(\"abc\", \"b\", null)",                             NULL},
        {"replace(\"abc\", \"b\", 1)",                                NULL},
        {"replace(\"abc\", \"b\", \"c\", 1)",                         NULL},
        {"replace(input: \"abc\", pattern: \"b\", with: \"c\")",      NULL},
    };
    FEEL_EXPECT(rows);
}

static void test_split(void **state)
{
    static const struct feel_row rows[] = {
        {"split(\"a;b;;c\", \";\")",                                  "[\"a\", \"b\", \"\", \"c\"]"},
        {"split(\";a;\", \";\")",                                     "[\"\", \"a\", \"\"]"},
        {"split(\"John Doe\", \"\\\\s\")",                            "[\"John\", \"Doe\"]"},
        {"split(\"a1b22c\", \"[0-9]+\")",                             "[\"a\", \"b\", \"c\"]"},
        {"split(\"abc\", \";\")",                                     "[\"abc\"]"},
        {"split(\"\", \";\")",                                        "[\"\"]"},
        {"split(\"a.b\", \"\\\\.\")",                                 "[\"a\", \"b\"]"},
        {"split(delimiter: \",\", string: \"a,b\")",                  "[\"a\", \"b\"]"},
        {"split(\"abc\", \"\")",                                      NULL},
        {"split(\"abc\", \"x?\")",                                    NULL},
        {"split(\"abc\", \"(\")",                                     NULL},
        {"split(\"abc\")",                                            NULL},
        {"split(\"abc\", \";\", \"i\")",                              NULL},
        {"split(null, \";\")",                                        NULL},
        {"split(\"abc\", null)",                                      NULL},
        {"split(1, \";\")",                                           NULL},
        {"split(\"abc\", pattern: \";\")",                            NULL},
    };
    static const struct feel_row more[] = {
        {"matches(\"abc\", \"b\", null)",                             "true"},
        {"matches(input: \"aBc\", pattern: \"b\", flags: \"i\")",     "true"},
        {"matches(pattern: \"b\", input: \"abc\")",                   "true"},
        {"matches([\"abc\"], \"b\")",                                 "true"},
        {"matches(\"abc\")",                                          NULL},
        {"matches(\"abc\", \"b\", \"\", \"\")",                       NULL},
        {"matches(null, \"b\")",                                      NULL},
        {"matches(\"abc\", null)",                                    NULL},
        {"matches(\"abc\", \"b\", 1)",                                NULL},
        {"matches(1, \"b\")",                                         NULL},
        {"matches(input: \"abc\", regex: \"b\")",                     NULL},
        {"for p in [\"a\", \"b\", \"[\", \"a\", \"d\", \"e\", \"f\", \"b\"] return matches(\"abc\", p)",
         "[true, true, null, true, false, false, false, true]"},
        {"[\"a1\", \"b\", \"c3\"][matches(item, \"[0-9]\")]",         "[\"a1\", \"c3\"]"},
    };
    feel_util_expect(rows, sizeof rows / sizeof *rows - 1);
    FEEL_EXPECT(more);
}
/* clang-format on */

/* ---- limits ---- */

static int limited(const char *pattern, const char *text, struct feel_limits limits)
{
    struct arena *mem = arena_new(0);
    const struct val_entry entry[] = {{"t", val_text(mem, text)}, {"p", val_text(mem, pattern)}};
    struct val v;
    unsigned notes;
    enum err e = feel_util_run(mem, "matches(t, p)", val_context(mem, entry, 2), &limits, &v, &notes);
    int got = e != OK ? -2 : v.tag == VAL_NULL && notes > 0 ? -1 : v.u.truth;

    arena_free(mem);
    return got;
}

static void test_backtracking(void **state)
{
    static const char many[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    struct feel_limits l = feel_limits_default;
    uint32_t low = 1, high = 10 * 1000 * 1000;

    assert_int_equal(limited("(a+)+$", many, l), -1); /* the exponential one */
    assert_int_equal(limited("(a+)+b$", many, l), 1);
    while (low < high) { /* the least limit under which this is found, beyond what the first try is given */
        l.match = low + (high - low) / 2;
        if (limited("^(a|aa)+$", "aaaaaaaaaaaaaaaab", l) == 0)
            high = l.match;
        else
            low = l.match + 1;
    }
    assert_in_range(low, 1000, 100 * 1000);
    l.match = low;
    assert_int_equal(limited("^(a|aa)+$", "aaaaaaaaaaaaaaaab", l), 0);
    l.match = low - 1;
    assert_int_equal(limited("^(a|aa)+$", "aaaaaaaaaaaaaaaab", l), -1);
}

static void test_steps(void **state)
{
    struct arena *mem = arena_new(0);
    struct feel_limits l = feel_limits_default;
    char *text = arena_alloc(mem, 200 * 1000 + 1);

    memset(text, 'a', 200 * 1000);
    assert_int_equal(limited("a+$", text, l), 1);
    assert_int_equal(limited("[a-z]+[0-9]", text, l), -2); /* from each place to the end: the steps end it */
    l.heap = 64;
    assert_int_equal(limited("(a|b)*[cd]", text, l), -1);
    text[1000] = '\0';
    l.steps = 100;
    assert_int_equal(limited("a", text, l), 1);
    assert_int_equal(limited("[ab]x", text, l), -2);
    arena_free(mem);
}

/* N times S between HEAD and TAIL. */
static char *repeated(struct arena *mem, const char *s, size_t n)
{
    struct buf b = buf_new(mem, 1 << 20);

    while (n-- > 0)
        buf_str(&b, s);
    return arena_strdup(mem, buf_text(&b));
}

static const char *trouble_of(struct arena *mem, const char *pattern)
{
    bool library;

    return regex_trouble(regex_make(mem, val_text(mem, pattern), val_null()), &library);
}

static void test_sizes(void **state)
{
    struct arena *mem = arena_new(0);
    const char *groups = repeated(mem, "(a)", LIMIT_XRE_GROUPS), *open = repeated(mem, "(?:", LIMIT_XRE_DEPTH),
               *close = repeated(mem, ")", LIMIT_XRE_DEPTH);

    assert_null(trouble_of(mem, repeated(mem, "a", LIMIT_XRE_PATTERN)));
    assert_non_null(trouble_of(mem, repeated(mem, "a", LIMIT_XRE_PATTERN + 1)));
    assert_null(trouble_of(mem, groups));
    assert_non_null(trouble_of(mem, arena_printf(mem, "%s(a)", groups)));
    assert_null(trouble_of(mem, arena_printf(mem, "%sa%s", open, close)));
    assert_non_null(trouble_of(mem, arena_printf(mem, "%s(?:a)%s", open, close)));
    assert_null(trouble_of(mem, arena_printf(mem, "a{%d}", LIMIT_XRE_REPEAT)));
    assert_non_null(trouble_of(mem, arena_printf(mem, "a{%d}", LIMIT_XRE_REPEAT + 1)));
    assert_non_null(trouble_of(mem, repeated(mem, "\\c", 1000))); /* what it becomes is too long */
    assert_string_equal(trouble_of(mem, "((a{9999}){9999}){9999}"), "the pattern is too large");
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),    cmocka_unit_test(test_escapes),      cmocka_unit_test(test_classes),
        cmocka_unit_test(test_references), cmocka_unit_test(test_flags),        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_split),      cmocka_unit_test(test_backtracking), cmocka_unit_test(test_steps),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/base/test_text.c - the UTF-8 gate and the helpers on bounded text. */
#include "base/text.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void utf8(void **state)
{
    static const struct {
        const char *p;
        size_t n;
        bool valid;
    } rows[] = {
        {"", 0, true},
        {"a", 1, true},
        {"\xc3\xa4", 2, true},
        {"\xe2\x82\xac", 3, true},
        {"\xf0\x9f\x98\x80", 4, true},
        {"\xf4\x8f\xbf\xbf", 4, true},  /* U+10FFFF */
        {"\xf4\x90\x80\x80", 4, false}, /* one more */
        {"\xed\x9f\xbf", 3, true},      /* before the surrogates */
        {"\xed\xa0\x80", 3, false},
        {"\xed\xbf\xbf", 3, false},
        {"\xee\x80\x80", 3, true},
        {"\xc0\xaf", 2, false}, /* overlong */
        {"\xc1\xbf", 2, false},
        {"\xe0\x9f\xbf", 3, false},
        {"\xf0\x8f\xbf\xbf", 4, false},
        {"\x80", 1, false},
        {"\xc3", 1, false},
        {"\xe2\x82", 2, false},
        {"\xc3\x28", 2, false},
        {"\xf8\x88\x80\x80\x80", 5, false},
        {"a\0b", 3, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text_valid(rows[i].p, rows[i].n) != rows[i].valid)
            fail_msg("row %zu", i);
    }
}

static void every_code_point(void **state)
{
    for (uint32_t cp = 1; cp <= 0x10ffff; cp++) {
        char s[4];
        uint32_t back = 0;
        if (cp >= 0xd800 && cp <= 0xdfff)
            continue;
        size_t n = text_encode(cp, s);
        if (text_decode(s, n, &back) != n || back != cp || !text_valid(s, n))
            fail_msg("U+%04X", cp);
    }
}

static void cleaning(void **state)
{
    static const struct {
        const char *given, *line, *lines;
    } rows[] = {
        {"  a b  ", "a b", "a b"},
        {"a\r\nb", "a b", "a\nb"},
        {"a\x01"
         "b\x7f",
         "ab", "ab"},
        {"", "", ""},
        {"\t \n", "", ""},
        {"\xc3\xa4 ", "\xc3\xa4", "\xc3\xa4"},
    };
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(text_clean(mem, rows[i].given, false), rows[i].line);
        assert_string_equal(text_clean(mem, rows[i].given, true), rows[i].lines);
    }
    arena_free(mem);
}

static void cutting(void **state)
{
    struct arena *mem = arena_new(0);

    assert_string_equal(text_cut(mem, "abc", 3), "abc");
    assert_string_equal(text_cut(mem, "\xc3\xa4\xc3\xb6\xc3\xbc!", 3), "\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x80\xa6");
    assert_int_equal(text_count("\xc3\xa4\xe2\x82\xac"), 2);
    arena_free(mem);
}

static void numbers(void **state)
{
    static const char *const bad[] = {"", " 1", "1 ", "+1", "1x", "0x1", "1.0", "18446744073709551616"};
    uint64_t u;
    int64_t i;

    assert_true(text_u64("18446744073709551615", &u));
    assert_true(u == UINT64_MAX);
    assert_true(text_u64("0", &u));
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
        assert_false(text_u64(bad[k], &u));
    assert_false(text_u64("-1", &u));
    assert_true(text_i64("-9223372036854775808", &i));
    assert_true(i == INT64_MIN);
    assert_true(text_i64("9223372036854775807", &i));
    assert_true(i == INT64_MAX);
    assert_false(text_i64("9223372036854775808", &i));
    assert_false(text_i64("-9223372036854775809", &i));
    assert_false(text_i64("-", &i));
}

static void lists_and_hex(void **state)
{
    unsigned char raw[2];

    assert_true(text_in_list("a,bc d", "bc"));
    assert_true(text_in_list("a,bc d", "d"));
    assert_false(text_in_list("a,bc d", "b"));
    assert_false(text_in_list("", "a"));
    assert_false(text_in_list("a", ""));
    assert_true(text_same_nocase("Content-TYPE", "content-type"));
    assert_false(text_same_nocase("a", "ab"));
    assert_true(text_starts("abc", "ab"));
    assert_false(text_starts("a", "ab"));
    assert_true(text_unhex("00ff", raw, 2));
    assert_memory_equal(raw, "\x00\xff", 2);
    assert_false(text_unhex("00FF", raw, 2)); /* one spelling only: ids and tokens are compared as text elsewhere */
    assert_false(text_unhex("00f", raw, 2));
    assert_false(text_unhex("00fff", raw, 2));
    assert_false(text_unhex("00fg", raw, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8),    cmocka_unit_test(every_code_point), cmocka_unit_test(cleaning),
        cmocka_unit_test(cutting), cmocka_unit_test(numbers),          cmocka_unit_test(lists_and_hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

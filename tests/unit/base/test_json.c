/* tests/unit/base/test_json.c - bounded JSON: what RFC 8259 allows, and nothing else. */
#include "base/json.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static enum err read_text(struct arena *mem, const char *s, const struct json **out)
{
    return json_read(mem, "test", s, strlen(s), out);
}

static void refused(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1,\"a\":2}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "-",
        "NaN",
        "tru",
        "nulll",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"a\nb\"",
        "'a'",
        "\"\xff\"",
        "\"\xed\xa0\x80\"",
        "1 2",
        "{} {}",
        "[1]x",
        "\"\\u0000\"",
        "// c\n1",
    };
    struct arena *mem = arena_new(0);
    const struct json *j;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (read_text(mem, bad[i], &j) == OK)
            fail_msg("accepted: %s", bad[i]);
    }
    arena_free(mem);
}

static void values(void **state)
{
    struct arena *mem = arena_new(0);
    const struct json *j;
    int64_t n;

    assert_int_equal(read_text(mem, " {\"a\" : [1, -0.50e+3, true, null, \"\\u00e4\\ud83d\\ude00\\n\"], \"b\":{}} ", &j), OK);
    assert_int_equal(json_kind(j), JSON_OBJECT);
    assert_int_equal(json_count(j), 2);
    assert_string_equal(json_name_at(j, 0), "a");
    const struct json *a = json_get(j, "a");
    assert_int_equal(json_count(a), 5);
    assert_true(json_int(json_at(a, 0), &n));
    assert_int_equal(n, 1);
    assert_string_equal(json_number(json_at(a, 1)), "-0.50e+3"); /* as written */
    assert_false(json_int(json_at(a, 1), &n));
    assert_true(json_bool(json_at(a, 2)));
    assert_int_equal(json_kind(json_at(a, 3)), JSON_NULL);
    assert_string_equal(json_text(json_at(a, 4)), "\xc3\xa4\xf0\x9f\x98\x80\n");
    assert_null(json_get(j, "c"));
    assert_null(json_text(a));
    assert_int_equal(json_kind(NULL), JSON_NULL);
    arena_free(mem);
}

static void depth(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 1000);
    const struct json *j;

    for (int i = 0; i < LIMIT_JSON_DEPTH; i++)
        buf_char(&b, '[');
    for (int i = 0; i < LIMIT_JSON_DEPTH; i++)
        buf_char(&b, ']');
    assert_int_equal(read_text(mem, buf_text(&b), &j), OK);
    assert_int_equal(read_text(mem, arena_printf(mem, "[%s]", buf_text(&b)), &j), E_TOOBIG);
    arena_free(mem);
}

static void writing(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 1000);
    bool first = true;
    const struct json *j;

    buf_char(&b, '{');
    json_put_name(&b, &first, "a\"");
    json_put_text(&b, "</script>&\x01\n\\");
    json_put_name(&b, &first, "n");
    json_put_int(&b, INT64_MIN);
    buf_char(&b, '}');
    assert_null(strpbrk(buf_text(&b), "<>&\x01\n"));
    assert_int_equal(read_text(mem, buf_text(&b), &j), OK);
    assert_string_equal(json_text(json_get(j, "a\"")), "</script>&\x01\n\\");
    assert_string_equal(json_number(json_get(j, "n")), "-9223372036854775808");
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refused), cmocka_unit_test(values), cmocka_unit_test(depth),
                                       cmocka_unit_test(writing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

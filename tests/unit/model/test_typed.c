/* tests/unit/model/test_typed.c - values as typed JSON: there and back, what is refused, how it differs from the stored form. */
#include "model/feel/typed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "model/feel/feel.h"

static enum err read_typed(struct arena *mem, const char *text, struct val *out)
{
    const struct json *j;

    TRY(json_read(mem, "test", text, strlen(text), &j));
    return typed_read(mem, j, out);
}

static const char *written(struct arena *mem, struct val v)
{
    struct buf b = buf_new(mem, 10000);

    assert_int_equal(typed_write(&b, v), OK);
    return buf_text(&b);
}

/* clang-format off */
static void test_there_and_back(void **state)
{
    static const char *const same[] = {
        "null", "true", "0", "-12.5", "1234567890123456789012345678901234", "0.0000000000000000001", "1E+50", "\"\"", "\"a\\\"b\"", "[]", "{}",
        "{\"a\":[1,null],\"b\":{\"v\":1}}", "{\"@\":\"date\",\"v\":\"2026-11-21\"}", "{\"@\":\"date\",\"v\":\"-999999999-01-01\"}",
        "{\"@\":\"time\",\"v\":\"10:00:00.5+02:00\"}", "{\"@\":\"dateTime\",\"v\":\"2026-11-21T10:00:00Z\"}",
        "{\"@\":\"dateTime\",\"v\":\"2026-11-21T10:00:00@Europe/Paris\"}", "{\"@\":\"ymDuration\",\"v\":\"-P1Y2M\"}",
        "{\"@\":\"dtDuration\",\"v\":\"P1DT2H3M4.5S\"}", "{\"@\":\"dtDuration\",\"v\":\"PT0S\"}", "{\"@\":\"ymDuration\",\"v\":\"P0M\"}",
        "{\"@\":\"range\",\"start\":1,\"end\":5,\"startIncluded\":true,\"endIncluded\":false}",
        "{\"@\":\"range\",\"start\":null,\"end\":\"x\",\"startIncluded\":false,\"endIncluded\":true}",
        "{\"@\":\"range\",\"start\":{\"@\":\"date\",\"v\":\"2026-01-01\"},\"end\":null,\"startIncluded\":false,\"endIncluded\":false}",
        "{\"@\":\"context\",\"v\":[[\"@\",\"date\"],[\"v\",\"2026-01-01\"]]}", "{\"@date\":\"2026-01-01\"}",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        assert_int_equal(read_typed(mem, same[i], &v), OK);
        assert_string_equal(written(mem, v), same[i]);
        arena_free(mem);
    }
}

static void test_read_only(void **state)
{
    static const struct { const char *in, *out; } rows[] = {
        {"{\"@\":\"number\",\"v\":\"12.50\"}", "12.5"}, {"1e3", "1000"}, {"-0.0", "0"}, {"{\"v\":1,\"@\":\"context\",\"v2\":0}", NULL},
        {"{\"v\":\"P14M\",\"@\":\"ymDuration\"}", "{\"@\":\"ymDuration\",\"v\":\"P1Y2M\"}"},
        {"{\"@\":\"context\",\"v\":[[\"a\",1]]}", "{\"a\":1}"}, {"{\"@\":\"context\",\"v\":[]}", "{}"},
        {"{\"@\":\"context\",\"v\":[[\"a\",1],[\"a\",2]]}", NULL},
        {"{\"@\":\"range\",\"start\":1,\"end\":2}", "{\"@\":\"range\",\"start\":1,\"end\":2,\"startIncluded\":false,\"endIncluded\":false}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        enum err e = read_typed(mem, rows[i].in, &v);
        assert_int_equal(e == OK, rows[i].out != NULL);
        if (e == OK)
            assert_string_equal(written(mem, v), rows[i].out);
        arena_free(mem);
    }
}

static void test_refused(void **state)
{
    static const char *const bad[] = {
        "{\"@\":\"date\",\"v\":\"2026-02-30\"}", "{\"@\":\"date\",\"v\":1}", "{\"@\":\"date\"}", "{\"@\":1}", "{\"@\":null}", "{\"@\":\"nosuch\",\"v\":\"x\"}",
        "{\"@\":\"dtDuration\",\"v\":\"P1Y\"}", "{\"@\":\"ymDuration\",\"v\":\"PT1H\"}", "{\"@\":\"time\",\"v\":\"25:00:00\"}",
        "{\"@\":\"number\",\"v\":\"1,5\"}", "{\"@\":\"number\",\"v\":5}", "1E+6145", "{\"@\":\"function\",\"v\":\"sum\"}",
        "{\"@\":\"range\",\"start\":[1],\"end\":2}", "{\"@\":\"context\",\"v\":{}}", "{\"@\":\"context\",\"v\":[[\"a\"]]}",
        "{\"@\":\"context\",\"v\":[[1,2]]}", "[{\"@\":\"date\",\"v\":\"\"}]", "{\"a\":{\"@\":\"date\",\"v\":\"\"}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        if (read_typed(mem, bad[i], &v) != E_INPUT)
            fail_msg("%s was taken", bad[i]);
        arena_free(mem);
    }
}

/* What an expression makes and no reader gives back. */
static void test_written(void **state)
{
    static const struct { const char *expr, *out; } rows[] = {
        {"(< 5)", "{\"@\":\"range\",\"start\":null,\"end\":5,\"startIncluded\":false,\"endIncluded\":false}"},
        {"(>= 5)", "{\"@\":\"range\",\"start\":5,\"end\":null,\"startIncluded\":true,\"endIncluded\":false}"},
        {"(= 5)", "{\"@\":\"range\",\"start\":5,\"end\":5,\"startIncluded\":true,\"endIncluded\":true}"},
        {"sum", "{\"@\":\"function\",\"v\":\"sum\"}"}, {"function(a) a + 1", "{\"@\":\"function\",\"v\":\"function\"}"},
        {"[function(a) a, 1]", "[{\"@\":\"function\",\"v\":\"function\"},1]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        const struct feel_env env = {.now = 0};
        struct feel_prog *p;
        struct val v;
        assert_int_equal(feel_compile(mem, rows[i].expr, FEEL_EXPRESSION, NULL, &p, NULL), OK);
        assert_int_equal(feel_eval(p, &env, mem, &v, NULL), OK);
        assert_string_equal(written(mem, v), rows[i].out);
        arena_free(mem);
    }
}
/* clang-format on */

static void test_limits(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf exact = buf_new(mem, 7), less = buf_new(mem, 6);
    struct val v = val_text(mem, "12345");

    assert_int_equal(typed_write(&exact, v), OK);
    assert_int_equal(typed_write(&less, v), E_TOOBIG);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_read_only),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_written),
                                       cmocka_unit_test(test_limits)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

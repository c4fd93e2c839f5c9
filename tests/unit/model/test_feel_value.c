/* tests/unit/model/test_feel_value.c - FEEL values: numbers, typed JSON and back, equality, depth and weight. */
#include "model/feel/number.h"
#include "model/feel/temporal.h"
#include "model/feel/value_int.h"

#include "feel_util.h"

/* clang-format off */
static void test_round_trip(void **state)
{
    static const char *const same[] = {
        "null", "true", "0", "-1", "12.5", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "0.000000000000000001", "0.0000000000000000001", "1234567890123456789012345678901234",
        "123456789012345678.9012345678901234", "1E+50", "1.5E-100", "1E+6144", "\"\"", "\"a\\\"b\\\\\"", "[]", "[[],{}]", "{\"a\":1,\"b\":[null]}",
        "{\"\":1}", "{\"@date\":\"2026-11-21\"}", "{\"@date\":\"-999999999-01-01\"}", "{\"@time\":\"10:00:00\"}",
        "{\"@time\":\"10:00:00.5+02:00\"}", "{\"@time\":\"10:00:00-02:00:01\"}", "{\"@date and time\":\"2026-11-21T10:00:00Z\"}",
        "{\"@date and time\":\"2026-11-21T10:00:00@Europe/Paris\"}", "{\"@duration\":\"P1Y2M\"}", "{\"@duration\":\"-P1DT2H3M4.5S\"}",
        "{\"@duration\":\"PT0S\"}", "{\"@duration\":\"P0M\"}", "{\"@range\":[\"[\",1,5,\")\"]}", "{\"@range\":[\"(\",null,\"x\",\"]\"]}",
        "{\"@range\":[\"<=\",{\"@date\":\"2026-01-01\"}]}", "{\"@range\":[\"=\",10]}", "{\"@range\":[\"!=\",[1]]}",
        "{\"@context\":{\"@date\":\"2026-01-01\"}}", "{\"@context\":{\"@context\":1}}", "{\"@date\":\"2026-01-01\",\"b\":1}",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct arena *mem = arena_new(0);
        struct buf b = buf_new(mem, 10000), c = buf_new(mem, 10000);
        struct val v;
        assert_int_equal(val_read(mem, same[i], strlen(same[i]), &v), OK);
        assert_int_equal(val_write(&b, v), OK);
        assert_string_equal(buf_text(&b), same[i]);
        assert_int_equal(val_write(&c, val_copy(mem, v)), OK);
        assert_string_equal(buf_text(&c), same[i]);
        assert_true(val_same(v, val_copy(mem, v)));
        arena_free(mem);
    }
}

static void test_refused(void **state)
{
    static const char *const bad[] = {
        "{\"@date\":\"2026-02-30\"}", "{\"@date\":1}", "{\"@nosuch\":\"x\"}", "{\"@duration\":\"P1Y1D\"}", "{\"@range\":[\"[\",1,5]}",
        "{\"@range\":[\"[\",[1],5,\"]\"]}", "{\"@range\":[\"?\",1]}", "{\"@time\":\"24:00:00\"}", "1E+6145", "[1,]", "{\"a\":1,\"a\":2}",
        "{\"@range\":[\"=\",{\"@range\":[\"=\",1]}]}", "{\"@context\":1}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        if (val_read(mem, bad[i], strlen(bad[i]), &v) != E_INPUT)
            fail_msg("%s was taken", bad[i]);
        assert_int_equal(v.tag, VAL_NULL);
        arena_free(mem);
    }
}

static void test_number_text(void **state)
{
    static const struct { const char *in, *out; } rows[] = {
        {"12.50", "12.5"}, {"-0", "0"}, {"-0.0", "0"}, {"007", "7"}, {"1e3", "1000"}, {"1.0E-2", "0.01"}, {"100000000000000000000", "100000000000000000000"},
        {"0.10000000000000000000000000000000005", "0.1"}, {"9999999999999999999999999999999999.6", "10000000000000000000000000000000000"},
        {"1.", NULL}, {".5", "0.5"}, {"", NULL}, {"-", NULL}, {"+1", NULL}, {"1e", NULL}, {"1 ", NULL}, {"0x1", NULL}, {"1e9999", NULL}, {"inf", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct val v;
        bool is = val_number(mem, rows[i].in, &v);
        if (is != (rows[i].out != NULL))
            fail_msg("\"%s\" was %s", rows[i].in, is ? "taken" : "refused");
        if (is)
            assert_string_equal(val_string(mem, v), rows[i].out);
        arena_free(mem);
    }
}
/* clang-format on */

static struct val number(struct arena *mem, const char *text)
{
    struct val v;

    assert_true(val_number(mem, text, &v));
    return v;
}

/* Where the small and the big form meet, both must say the same. */
static void test_small_and_big(void **state)
{
    struct arena *mem = arena_new(0);
    struct val most = val_int(INT64_MAX), one = val_int(1), least = val_int(INT64_MIN);
    struct val over = dec_add(mem, most, one);

    assert_int_equal(over.tag, VAL_BIG);
    assert_int_equal(dec_sub(mem, over, one).tag, VAL_NUMBER);
    assert_int_equal(dec_cmp(dec_sub(mem, over, one), most), 0);
    assert_int_equal(dec_cmp(over, most), 1);
    assert_int_equal(dec_cmp(least, over), -1);
    assert_string_equal(val_string(mem, dec_neg(mem, least)), "9223372036854775808");
    assert_string_equal(val_string(mem, dec_div(mem, least, val_int(-1))), "9223372036854775808");
    assert_string_equal(val_string(mem, dec_mod(mem, least, val_int(-1))), "0");
    assert_true(val_same(number(mem, "1.50"), number(mem, "1.5")));
    assert_true(val_same(number(mem, "1e20"), number(mem, "100000000000000000000.0")));
    assert_string_equal(val_string(mem, dec_mul(mem, number(mem, "0.000000001"), number(mem, "0.0000000001"))),
                        "0.0000000000000000001");
    assert_string_equal(val_string(mem, dec_round(mem, number(mem, "1234567890123456789012.345"), -2, DEC_HALF_EVEN)),
                        "1234567890123456789000");
    assert_int_equal(dec_mul(mem, number(mem, "1e6000"), number(mem, "1e6000")).tag, VAL_NULL);
    assert_int_equal(dec_div(mem, one, val_int(0)).tag, VAL_NULL);
    int64_t i;
    assert_true(val_int_of(number(mem, "3.00"), &i) && i == 3);
    assert_false(val_int_of(number(mem, "3.01"), &i));
    assert_false(val_int_of(over, &i));
    arena_free(mem);
}

/* clang-format off */
static const struct feel_row string_rows[] = {
    {"string(null)",                                        "null"},
    {"string(true)",                                        "true"},
    {"string(1.50)",                                        "1.5"},
    {"string(-0.0)",                                        "0"},
    {"string(1e20)",                                        "100000000000000000000"},
    {"string(1 / 3)",                                       "0.3333333333333333333333333333333333"},
    {"string(1e39)",                                        "1000000000000000000000000000000000000000"},
    {"string(1e50)",                                        "1E+50"},
    {"string(\"a\\\"b\")",                                 "a\"b"},
    {"string([\"a\\\"b\", \"c\\\\d\", \"e\\nf\\tg\"])", "[\"a\\\"b\", \"c\\\\d\", \"e\\nf\\tg\"]"},
    {"string([\"\\u0001\"])",                               "[\"\\u0001\"]"},
    {"string([])",                                          "[]"},
    {"string([1, [2, [3]], null, {}])",                     "[1, [2, [3]], null, {}]"},
    {"string({a: 1, \"b c\": \"x\"})",                      "{a: 1, b c: \"x\"}"},
    {"string({\":\": 1, \",\": 2, \"\": 3, \"1\": 4})",     "{\":\": 1, \",\": 2, \"\": 3, \"1\": 4}"},
    {"string({\"\\\"\": \"foo\"})",                          "{\"\\\"\": \"foo\"}"},
    {"string(@\"2018-12-10\")",                             "2018-12-10"},
    {"string([@\"2018-12-10\", @\"10:00:00Z\", @\"P1D\"])", "[2018-12-10, 10:00:00Z, P1D]"},
    {"string(@\"2018-12-10T10:30:00.0001+05:00:01\")",      "2018-12-10T10:30:00.0001+05:00:01"},
    {"string(@\"PT49H\")",                                  "P2DT1H"},
    {"string(@\"P0Y\")",                                    "P0M"},
    {"string([1..5))",                                      "[1..5)"},
    {"string(]\"a\"..\"b\"])",                              "(\"a\"..\"b\"]"},
    {"string([@\"2018-12-10\"..@\"2018-12-11\"])",          "[@\"2018-12-10\"..@\"2018-12-11\"]"},
    {"string((>= 5))",                                      "(>= 5)"},
    {"string((< @\"P1D\"))",                                "(< @\"P1D\")"},
    {"string((!= 5))",                                      "(!= 5)"},
    {"string(abs)",                                         "function"},
    {"string(function(a) a)",                               "function"},
    {"string(from: 1)",                                     "1"},
    {"range(string([@\"2018-12-10\"..@\"2018-12-11\"])) = [@\"2018-12-10\"..@\"2018-12-11\"]", "true"},
    {"range(string([\"a\\\"b\"..\"c\"])) = [\"a\\\"b\"..\"c\"]", "true"},
    {"range(string([-1.5..2.5))) = [-1.5..2.5)",            "true"},
    {"range(string([@\"P1D\"..@\"P2D\"])) = [@\"P1D\"..@\"P2D\"]", "true"},
};

/* What is stored says which of two moments is meant that a clock shows alike; what is neither is refused. */
static void test_stored_zone(void **state)
{
    static const struct { const char *text; int32_t offset; } rows[] = {
        {"2021-10-31T02:30:00@Europe/Paris",        7200},
        {"2021-10-31T02:30:00+01:00@Europe/Paris",  3600},
        {"2021-10-31T02:30:00+02:00@Europe/Paris",  -1}, /* the earlier has no offset */
        {"2021-10-31T03:30:00+01:00@Europe/Paris",  -1},
        {"2021-10-31T02:30:00Z@Europe/Paris",       -1},
        {"2021-10-31T02:30:00+01:00@Nowhere",       -1},
        {"2021-10-31T02:30:00+01:00@",              -1},
        {"2021-10-31+01:00@Europe/Paris",           -1},
        {"@Europe/Paris",                           -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct buf b = buf_new(mem, 1000);
        char *text = arena_printf(mem, "{\"@date and time\":\"%s\"}", rows[i].text);
        struct val v;
        enum err e = val_read(mem, text, strlen(text), &v);
        if ((e == OK) != (rows[i].offset >= 0) || (e == OK && v.u.moment->offset != rows[i].offset))
            fail_msg("%s", rows[i].text);
        if (e == OK) {
            assert_int_equal(val_write(&b, val_copy(mem, v)), OK);
            assert_string_equal(buf_text(&b), text);
        }
        arena_free(mem);
    }
}
/* clang-format on */

static void test_string(void **state)
{
    FEEL_EXPECT(string_rows);
}

static struct val nested(struct arena *mem, int depth)
{
    struct val v = val_list(mem, NULL, 0);

    for (int i = 1; i < depth; i++)
        v = val_list(mem, &v, 1);
    return v;
}

static void test_limits(void **state)
{
    struct arena *mem = arena_new(0);
    struct val v = val_int(1), pair[2];

    assert_int_equal(nested(mem, LIMIT_VAL_DEPTH).tag, VAL_LIST);
    assert_int_equal(nested(mem, LIMIT_VAL_DEPTH + 1).tag, VAL_NULL);
    for (int i = 0; i < 19; i++) { /* 2^20 - 1 parts, shared: the next doubling is above the limit */
        pair[0] = pair[1] = v;
        v = val_list(mem, pair, 2);
    }
    assert_int_equal(v.tag, VAL_LIST);
    assert_int_equal(val_weight(v), (1 << 20) - 1);
    pair[0] = pair[1] = v;
    assert_int_equal(val_list(mem, pair, 2).tag, VAL_NULL);
    arena_free(mem);
}

static void test_contexts(void **state)
{
    struct arena *mem = arena_new(0);
    struct val_entry e[40];

    for (int i = 0; i < 40; i++)
        e[i] = (struct val_entry){.key = arena_printf(mem, "k%d", 39 - i), .value = val_int(i)};
    for (size_t n = 0; n <= 40; n++) {
        struct val c = val_context(mem, e, n);
        assert_int_equal(val_count(c), n);
        for (size_t i = 0; i < n; i++) {
            assert_string_equal(val_entry_at(c, i).key, e[i].key);
            assert_true(val_same(val_get(c, e[i].key), e[i].value));
        }
        assert_int_equal(val_get(c, "none").tag, VAL_NULL);
        assert_null(val_entry_at(c, n).key);
    }
    e[39].key = e[0].key;
    assert_int_equal(val_context(mem, e, 40).tag, VAL_NULL);
    e[5].key = e[4].key;
    assert_int_equal(val_context(mem, e, 6).tag, VAL_NULL);
    arena_free(mem);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_refused),
                                              cmocka_unit_test(test_number_text), cmocka_unit_test(test_small_and_big),
                                              cmocka_unit_test(test_string),      cmocka_unit_test(test_stored_zone),
                                              cmocka_unit_test(test_limits),      cmocka_unit_test(test_contexts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

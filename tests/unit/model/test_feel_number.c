/* tests/unit/model/test_feel_number.c - numbers: the fast path against the library, golden results, every built-in function on
 * numbers and booleans. */
#include "model/feel/number.c"

#include <stdlib.h>

#include "base/clock.h"
#include "feel_golden.h"
#include "model/feel/feel_int.h"

/* clang-format off */
static const struct feel_row rounding_rows[] = {
    {"decimal(1/3, 2)",                          "0.33"},
    {"decimal(1.5, 0)",                          "2"},
    {"decimal(2.5, 0)",                          "2"},
    {"decimal(2.55, 1.9)",                       "2.6"},    /* a scale is cut to its integer */
    {"decimal(1234, -2)",                        "1200"},
    {"decimal(1250, -2)",                        "1200"},
    {"decimal(1, 6176)",                         "1"},
    {"decimal(1, 6177)",                         NULL},
    {"decimal(1, -6111)",                        "0"},
    {"decimal(1, -6112)",                        NULL},
    {"decimal(scale: 1, n: 0.25)",               "0.2"},
    {"decimal([0.25], 1)",                       "0.2"},
    {"decimal(1)",                               NULL},
    {"decimal(1, 2, 3)",                         NULL},
    {"decimal(null, 1)",                         NULL},
    {"decimal(1, null)",                         NULL},
    {"decimal(\"1\", 1)",                        NULL},
    {"decimal(n: 1, digits: 1)",                 NULL},
    {"decimal(true, 1)",                         NULL},
    {"floor(1.5)",                               "1"},
    {"floor(-1.5)",                              "-2"},
    {"floor(-1.56, 1)",                          "-1.6"},
    {"floor(n: 1.56, scale: 1)",                 "1.5"},
    {"floor(1.56, null)",                        NULL},
    {"floor(n: null)",                           NULL},
    {"floor()",                                  NULL},
    {"floor(1, 2, 3)",                           NULL},
    {"floor(\"1\")",                             NULL},
    {"floor(1, 6177)",                           NULL},
    {"floor(-0.0000001, -6111)",                 "-1E+6111"},
    {"ceiling(1.5)",                             "2"},
    {"ceiling(-1.5)",                            "-1"},
    {"ceiling(-0.5)",                            "0"},
    {"ceiling(-1.56, 1)",                        "-1.5"},
    {"ceiling(n: 1.51, scale: 1)",               "1.6"},
    {"ceiling(9223372036854775807.5)",           "9223372036854775808"},
    {"ceiling(null)",                            NULL},
    {"ceiling(1, \"1\")",                        NULL},
    {"ceiling(1, -6112)",                        NULL},
    {"round up(5.5, 0)",                         "6"},
    {"round up(-5.5, 0)",                        "-6"},
    {"round up(1.121, 2)",                       "1.13"},
    {"round up(-1.126, 2)",                      "-1.13"},
    {"round up(1, -6111)",                       "1E+6111"},
    {"round up(n: 1.01, scale: 1)",              "1.1"},
    {"round up(1.2, 6176)",                      "1.2"},
    {"round up(1.2, 6177)",                      NULL},
    {"round up(1.2, -6112)",                     NULL},
    {"round up(1.2)",                            NULL},
    {"round up(null, 1)",                        NULL},
    {"round up(1, \"0\")",                       NULL},
    {"round down(5.5, 0)",                       "5"},
    {"round down(-5.5, 0)",                      "-5"},
    {"round down(-1.126, 2)",                    "-1.12"},
    {"round down(n: 99, scale: -1)",             "90"},
    {"round down(1.2, 6177)",                    NULL},
    {"round down(1.2, null)",                    NULL},
    {"round down(\"1\", 0)",                     NULL},
    {"round half up(5.5, 0)",                    "6"},
    {"round half up(-5.5, 0)",                   "-6"},
    {"round half up(1.121, 2)",                  "1.12"},
    {"round half up(-1.126, 2)",                 "-1.13"},
    {"round half up(scale: 0, n: 2.5)",          "3"},
    {"round half up(1.2, 6177)",                 NULL},
    {"round half up(2.5)",                       NULL},
    {"round half up(2.5, true)",                 NULL},
    {"round half down(5.5, 0)",                  "5"},
    {"round half down(-5.5, 0)",                 "-5"},
    {"round half down(5.51, 0)",                 "6"},
    {"round half down(1.121, 2)",                "1.12"},
    {"round half down(n: -1.126, scale: 2)",     "-1.13"},
    {"round half down(1.2, -6112)",              NULL},
    {"round half down(null, null)",              NULL},
    {"round half down(1, 1, 1)",                 NULL},
};

static void test_rounding(void **state)
{
    FEEL_EXPECT(rounding_rows);
}

static const struct feel_row functions_rows[] = {
    {"abs(-10)",                                 "10"},
    {"abs(10)",                                  "10"},
    {"abs(0)",                                   "0"},
    {"abs(-9223372036854775808)",                "9223372036854775808"},
    {"abs(n: -0.5)",                             "0.5"},
    {"abs([-1])",                                "1"},
    {"abs(@\"-PT5H\")",                          "PT5H"},
    {"abs(@\"PT5H\")",                           "PT5H"},
    {"abs(@\"-PT0.5S\")",                        "PT0.5S"},
    {"abs(@\"-P1Y1M\")",                         "P1Y1M"},
    {"abs()",                                    NULL},
    {"abs(1, 1)",                                NULL},
    {"abs(null)",                                NULL},
    {"abs(\"1\")",                               NULL},
    {"abs(@\"2020-01-01\")",                     NULL},
    {"abs(number: 1)",                           NULL},
    {"modulo(12, 5)",                            "2"},
    {"modulo(-12, 5)",                           "3"},
    {"modulo(12, -5)",                           "-3"},
    {"modulo(-12, -5)",                          "-2"},
    {"modulo(10.1, 4.5)",                        "1.1"},
    {"modulo(-10.1, 4.5)",                       "3.4"},
    {"modulo(10.1, -4.5)",                       "-3.4"},
    {"modulo(-10.1, -4.5)",                      "-1.1"},
    {"modulo(0, 4)",                             "0"},
    {"modulo(1e30, 7)",                          "1"},
    {"modulo(divisor: 4, dividend: 10)",         "2"},
    {"modulo(10, 0)",                            NULL},
    {"modulo(10)",                               NULL},
    {"modulo(10, 4, 1)",                         NULL},
    {"modulo(null, 4)",                          NULL},
    {"modulo(4, null)",                          NULL},
    {"modulo(\"10\", 4)",                        NULL},
    {"modulo(@\"PT10H\", 4)",                    NULL},
    {"sqrt(16)",                                 "4"},
    {"sqrt(2)",                                  "1.414213562373095048801688724209698"},
    {"sqrt(0)",                                  "0"},
    {"sqrt(number: 0.25)",                       "0.5"},
    {"sqrt(-1)",                                 NULL},
    {"sqrt(null)",                               NULL},
    {"sqrt(\"4\")",                              NULL},
    {"sqrt(n: 4)",                               NULL},
    {"sqrt(4, 4)",                               NULL},
    {"log(10)",                                  "2.302585092994045684017991454684364"},
    {"log(1)",                                   "0"},
    {"log(number: 0.5)",                         "-0.6931471805599453094172321214581766"},
    {"log(1.000000000000000000000000000000001)", "9.999999999999999999999999999999995E-34"},
    {"log(0)",                                   NULL},
    {"log(-1)",                                  NULL},
    {"log(null)",                                NULL},
    {"log(true)",                                NULL},
    {"log()",                                    NULL},
    {"exp(5)",                                   "148.4131591025766034211155800405523"},
    {"exp(0)",                                   "1"},
    {"exp(number: -1)",                          "0.3678794411714423215955237701614609"},
    {"exp(14149)",                               "6.80180926097889412553005085189773E+6144"},
    {"exp(14150)",                               NULL},
    {"exp(-14300)",                              NULL},
    {"exp(1e100)",                               NULL},
    {"exp(null)",                                NULL},
    {"exp(n: 1)",                                NULL},
    {"exp(\"1\")",                               NULL},
    {"odd(5)",                                   "true"},
    {"odd(2)",                                   "false"},
    {"odd(-1)",                                  "true"},
    {"odd(0)",                                   "false"},
    {"odd(1.5)",                                 "false"},
    {"odd(number: 3)",                           "true"},
    {"odd(1e30 + 1)",                            "true"},
    {"odd(null)",                                NULL},
    {"odd(\"1\")",                               NULL},
    {"odd()",                                    NULL},
    {"even(2)",                                  "true"},
    {"even(5)",                                  "false"},
    {"even(0)",                                  "true"},
    {"even(-2)",                                 "true"},
    {"even(number: 1e40)",                       "true"},
    {"even(null)",                               NULL},
    {"even(@\"P4D\")",                           NULL},
    {"even(4, 4)",                               NULL},
};

static void test_functions(void **state)
{
    FEEL_EXPECT(functions_rows);
}

static const struct feel_row number_rows[] = {
    {"number(\"1 000,0\", \" \", \",\")",                 "1000"},
    {"number(\"1.5\", null, \",\")", NULL},
    {"number(\"1.5\", \" \", \",\")", NULL},
    {"number(\"1,5\", null, \",\")", "1.5"},
    {"number(\"1.000,5\", \".\", \",\")", "1000.5"},
    {"number(\"1,000.0\", \",\", \".\")",                 "1000"},
    {"number(\"1.000.000,01\", \".\", \",\")",            "1000000.01"},
    {"number(\"1000000.01\", null, \".\")",               "1000000.01"},
    {"number(\"1000000,01\", null, \",\")",               "1000000.01"},
    {"number(\"1,000,000.25\", \",\", null)",             "1000000.25"},
    {"number(\"-1.5\", null, null)",                      "-1.5"},
    {"number(\".5\", null, null)",                        "0.5"},
    {"number(from: \"1 5\", grouping separator: \" \", decimal separator: \".\")", "15"},
    {"number(\"1e3\", null, null)",                       "1000"},
    {"number(from: \"12\")",                              "12"},   /* what is not named is null */
    {"number(decimal separator: \",\", from: \"1,5\")",   "1.5"},
    {"number(\"12\")",                                    NULL},   /* without names all are given */
    {"number(\"12\", null)",                              NULL},
    {"number(from: 12)",                                    NULL},
    {"number(\"1,000.0\", \",\", \",\")",                 NULL},
    {"number(\"1,000.0\", \".\", \".\")",                 NULL},
    {"number(\"1,000.0\", \" \", \".\")",                 NULL},
    {"number(\"1;000\", \";\", \".\")",                   NULL},
    {"number(\"1:5\", \" \", \":\")",                     NULL},
    {"number(\"1.5\", \"\", \".\")",                      NULL},
    {"number(\"1.5\", \" \", \"\")",                      NULL},
    {"number(\"1.5\", \"  \", \".\")",                    NULL},
    {"number(\"1.5\", 1, \".\")",                         NULL},
    {"number(\"1.5\", \" \", 1)",                         NULL},
    {"number(\"\", null, null)",                          NULL},
    {"number(\"x\", null, null)",                         NULL},
    {"number(\"1.\", null, null)",                        NULL},
    {"number(\"+1\", null, null)",                        NULL},
    {"number(\" 1\", null, null)",                        NULL},
    {"number(\"1.2.3\", null, null)",                     NULL},
    {"number(\"1e9999\", null, null)",                    NULL},
    {"number(null, \".\", \",\")",                        NULL},
    {"number(123, \".\", \",\")",                         NULL},
    {"number(from: \"1\", grouping: \" \", decimal separator: \".\")", NULL},
    {"number(\"1\", \".\", \",\", \",\")",                NULL},
    {"number()",                                          NULL},
};

static void test_number(void **state)
{
    FEEL_EXPECT(number_rows);
}

static const struct feel_row booleans_rows[] = {
    {"not(true)",                                                       "false"},
    {"not(false)",                                                      "true"},
    {"not(negand: true)",                                               "false"},
    {"not(null)",                                                       "null"},
    {"not(\"true\")",                                                   NULL},
    {"not(0)",                                                          NULL},
    {"not()",                                                           NULL},
    {"not(true, false)",                                                NULL},
    {"is(1, 1.0)",                                                      "true"},
    {"is(1, 2)",                                                        "false"},
    {"is(1e30, 1e30)",                                                  "true"},
    {"is(null, null)",                                                  "true"},
    {"is(null, 1)",                                                     "false"},
    {"is(1, \"1\")",                                                    "false"},
    {"is(\"a\", \"a\")",                                                "true"},
    {"is(value2: true, value1: true)",                                  "true"},
    {"is([1, 2], [1, 2])",                                              "true"},
    {"is([1, 2], [2, 1])",                                              "false"},
    {"is({a: 1}, {a: 1})",                                              "true"},
    {"is([1..2], [1..2])",                                              "true"},
    {"is([1..2], [1..2))",                                              "false"},
    {"is(@\"2012-12-25\", @\"23:00:50\")",                              "false"},
    {"is(@\"2012-12-25\", @\"2012-12-25\")",                            "true"},
    {"is(@\"2012-12-25\", @\"2012-12-25T00:00:00Z\")",                  "false"},
    {"is(@\"23:00:50Z\", @\"23:00:50\")",                               "false"},
    {"is(@\"23:00:50Z\", @\"23:00:50+00:00\")",                         "true"},
    {"is(@\"23:00:50Z\", @\"22:00:50-01:00\")",                         "false"},
    {"is(@\"23:00:50Z\", @\"23:00:50@Etc/UTC\")",                       "false"},
    {"is(@\"23:00:50@Europe/Paris\", @\"23:00:50@Europe/Paris\")",      "true"},
    {"is(@\"2020-01-01T10:00:00@Europe/Paris\", @\"2020-01-01T10:00:00@Europe/Berlin\")", "false"},
    {"is(@\"2020-01-01T10:00:00+01:00\", @\"2020-01-01T09:00:00Z\")",   "false"},
    {"is(@\"2020-01-01T10:00:00\", @\"2020-01-01T10:00:00\")",          "true"},
    {"is(@\"P1D\", @\"PT24H\")",                                        "true"},
    {"is(@\"P1Y\", @\"P12M\")",                                         "true"},
    {"is(@\"P0D\", @\"P0M\")",                                          "false"},
    {"is([@\"23:00:50Z\"], [@\"22:00:50-01:00\"])",                 "false"},
    {"is({a: @\"23:00:50Z\", b: 1}, {b: 1, a: @\"23:00:50Z\"})",     "true"},
    {"is({a: 1}, {b: 1})",                                              "false"},
    {"is([null, 1], [null, 1])",                                        "true"},
    {"is([1], [1, 1])",                                                 "false"},
    {"is([], [])",                                                      "true"},
    {"is((> 5), (> 5))",                                                "true"},
    {"is((> 5), (>= 5))",                                               "false"},
    {"is(abs, abs)",                                                    "true"},
    {"is(abs, sqrt)",                                                   "false"},
    {"is(function(a) a, function(a) a)",                                "false"},
    {"is(1)",                                                           NULL},
    {"is(1, 1, 1)",                                                     NULL},
    {"is(value: 1, value2: 1)",                                         NULL},
};

static void test_booleans(void **state)
{
    FEEL_EXPECT(booleans_rows);
}

static const struct feel_row powers_rows[] = {
    {"5 ** 2",                                  "25"},
    {"5 ** -2",                                 "0.04"},
    {"4 ** 0.5",                                "2"},
    {"0.25 ** 1.5",                             "0.125"},
    {"(-2) ** 3",                               "-8"},
    {"(-2) ** -3",                              "-0.125"},
    {"(-1.1) ** 101",                           "-15158.6735738044972025301708892986"},
    {"(-1) ** 999999999",                       "-1"},
    {"(-2) ** 0.5",                             NULL},
    {"0 ** 0",                                  "1"},
    {"0 ** 0.5",                                "0"},
    {"0 ** -1",                                 NULL},
    {"1 ** 999999999",                          "1"},
    {"1 ** 1000000000",                         NULL}, /* table 60: the exponent's range */
    {"1 ** -1000000000",                        NULL},
    {"10 ** 6144",                              "1E+6144"},
    {"10 ** 6145",                              NULL},
    {"10 ** -6176",                             "1E-6176"},
    {"10 ** -6177",                             NULL},
    {"2 ** 112",                                "5192296858534827628530496329220096"},
    {"2 ** 113",                                "10384593717069655257060992658440190"},
    {"1e3000 * 1e3200",                         NULL},
    {"10 ** -6176 / 10",                        NULL},
    {"9.999999999999999999999999999999999e6144 + 1e6111", NULL},
    {"1 / 3 * 3",                               "0.9999999999999999999999999999999999"},
    {"2 / 3",                                   "0.6666666666666666666666666666666667"},
    {"1 / 0",                                   NULL},
    {"0 / 0",                                   NULL},
    {"0 / 5",                                   "0"},
};

static void test_powers(void **state)
{
    FEEL_EXPECT(powers_rows);
}
/* clang-format on */

static void test_golden(void **state)
{
    FEEL_EXPECT(feel_golden);
}

/* ---- the two paths ---- */

enum { PAIRS = 200000 };

struct dice {
    uint64_t s;
};

/* xorshift64* */
static uint64_t roll(struct dice *d)
{
    d->s ^= d->s >> 12;
    d->s ^= d->s << 25;
    d->s ^= d->s >> 27;
    return d->s * UINT64_C(2685821657736338717);
}

/* A small number of any width; one in three lies at an edge. */
static struct val any_small(struct dice *d)
{
    static const int64_t edge[] = {0, 1, -1, 2, 5, 10, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1};
    int64_t coef = (int64_t)(roll(d) >> (roll(d) % 63));

    if (roll(d) % 3 == 0) {
        uint64_t which = roll(d) % (sizeof edge / sizeof *edge + 3 * DEC_SCALE);
        size_t n = sizeof edge / sizeof *edge;
        coef = which < n ? edge[which] : ten[(which - n) / 3 + 1] + (int64_t)(which % 3) - 1;
    }
    if (roll(d) % 2 == 0 && coef != INT64_MIN)
        coef = -coef;
    return small(coef, (int)(roll(d) % (DEC_SCALE + 1)));
}

struct pair {
    struct arena *mem;
    struct val a, b;
};

static struct val slow_add(const struct pair *p)
{
    _IDEC_flags f = 0;
    BID_UINT128 d = bid128_add(wide(p->a), wide(p->b), BID_ROUNDING_TO_NEAREST, &f);
    return narrow(p->mem, d, f);
}

static struct val slow_sub(const struct pair *p)
{
    _IDEC_flags f = 0;
    BID_UINT128 d = bid128_sub(wide(p->a), wide(p->b), BID_ROUNDING_TO_NEAREST, &f);
    return narrow(p->mem, d, f);
}

static struct val slow_mul(const struct pair *p)
{
    _IDEC_flags f = 0;
    BID_UINT128 d = bid128_mul(wide(p->a), wide(p->b), BID_ROUNDING_TO_NEAREST, &f);
    return narrow(p->mem, d, f);
}

static struct val slow_div(const struct pair *p)
{
    _IDEC_flags f = 0;
    if (p->b.u.i == 0)
        return val_null();
    BID_UINT128 d = bid128_div(wide(p->a), wide(p->b), BID_ROUNDING_TO_NEAREST, &f);
    return narrow(p->mem, d, f);
}

/* dividend - divisor * floor(dividend / divisor) */
static struct val slow_mod(const struct pair *p)
{
    _IDEC_flags f = 0;
    if (p->b.u.i == 0)
        return val_null();
    BID_UINT128 d = bid128_fmod(wide(p->a), wide(p->b), &f);
    if (!bid128_isZero(d) && bid128_isSigned(d) != (p->b.u.i < 0))
        d = bid128_add(d, wide(p->b), BID_ROUNDING_TO_NEAREST, &f);
    return narrow(p->mem, d, f);
}

static struct val slow_neg(const struct pair *p)
{
    return narrow(p->mem, bid128_negate(wide(p->a)), 0);
}

static struct val slow_order(const struct pair *p)
{
    _IDEC_flags f = 0;
    BID_UINT128 a = wide(p->a), b = wide(p->b);
    return val_int(bid128_quiet_less(a, b, &f) ? -1 : bid128_quiet_greater(a, b, &f));
}

/* The digits after the point to which the first number is rounded come from the second. */
static int places(const struct pair *p)
{
    return (int)((uint64_t)p->b.u.i % 24) - 5;
}

static struct val slow_round(const struct pair *p, int mode)
{
    _IDEC_flags f = 0;
    if (places(p) >= p->a.scale)
        return narrow(p->mem, wide(p->a), 0);
    BID_UINT128 d = bid128_quantize(wide(p->a), pack(false, 1, -places(p)), (_IDEC_round)mode, &f);
    return narrow(p->mem, d, 0);
}

static struct val slow_even(const struct pair *p)
{
    return slow_round(p, BID_ROUNDING_TO_NEAREST);
}

static struct val slow_floor(const struct pair *p)
{
    return slow_round(p, BID_ROUNDING_DOWN);
}

static struct val slow_ceiling(const struct pair *p)
{
    return slow_round(p, BID_ROUNDING_UP);
}

static struct val slow_down(const struct pair *p)
{
    return slow_round(p, BID_ROUNDING_TO_ZERO);
}

static struct val slow_half_up(const struct pair *p)
{
    return slow_round(p, BID_ROUNDING_TIES_AWAY);
}

static struct val fast_add(const struct pair *p)
{
    return dec_add(p->mem, p->a, p->b);
}

static struct val fast_sub(const struct pair *p)
{
    return dec_sub(p->mem, p->a, p->b);
}

static struct val fast_mul(const struct pair *p)
{
    return dec_mul(p->mem, p->a, p->b);
}

static struct val fast_div(const struct pair *p)
{
    return dec_div(p->mem, p->a, p->b);
}

static struct val fast_mod(const struct pair *p)
{
    return dec_mod(p->mem, p->a, p->b);
}

static struct val fast_neg(const struct pair *p)
{
    return dec_neg(p->mem, p->a);
}

static struct val fast_order(const struct pair *p)
{
    return val_int(dec_cmp(p->a, p->b));
}

static struct val fast_even(const struct pair *p)
{
    return dec_round(p->mem, p->a, places(p), DEC_HALF_EVEN);
}

static struct val fast_floor(const struct pair *p)
{
    return dec_round(p->mem, p->a, places(p), DEC_FLOOR);
}

static struct val fast_ceiling(const struct pair *p)
{
    return dec_round(p->mem, p->a, places(p), DEC_CEILING);
}

static struct val fast_down(const struct pair *p)
{
    return dec_round(p->mem, p->a, places(p), DEC_DOWN);
}

static struct val fast_half_up(const struct pair *p)
{
    return dec_round(p->mem, p->a, places(p), DEC_HALF_UP);
}

struct paths {
    const char *name;
    struct val (*fast)(const struct pair *p);
    struct val (*slow)(const struct pair *p);
};

static void compare(const struct paths *path, const struct pair *p)
{
    struct val fast = path->fast(p), slow = path->slow(p);
    char a[DEC_TEXT], b[DEC_TEXT], x[DEC_TEXT] = "null", y[DEC_TEXT] = "null";

    if (val_numeric(fast))
        dec_text(fast, x);
    if (val_numeric(slow))
        dec_text(slow, y);
    dec_text(p->a, a);
    dec_text(p->b, b);
    if (strcmp(x, y) != 0)
        fail_msg("%s of %s and %s: fast %s, slow %s", path->name, a, b, x, y);
    if (fast.tag == VAL_BIG && slow.tag != VAL_BIG)
        fail_msg("%s of %s and %s: %s is big and fits small", path->name, a, b, x);
}

/* One arena chunk holds what a few thousand pairs leave behind. */
static void test_paths(void **state)
{
    static const struct paths paths[] = {
        {"+", fast_add, slow_add},         {"-", fast_sub, slow_sub},
        {"*", fast_mul, slow_mul},         {"/", fast_div, slow_div},
        {"modulo", fast_mod, slow_mod},    {"negation", fast_neg, slow_neg},
        {"order", fast_order, slow_order}, {"half even", fast_even, slow_even},
        {"floor", fast_floor, slow_floor}, {"ceiling", fast_ceiling, slow_ceiling},
        {"down", fast_down, slow_down},    {"half up", fast_half_up, slow_half_up},
    };
    const char *seed = getenv("SEED");
    struct dice d = {seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)clock_now() | 1};

    print_message("SEED=%llu\n", (unsigned long long)d.s);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct pair p = {.mem = arena_new(0)};
        struct arena_mark mark = arena_mark(p.mem);
        for (int n = 0; n < PAIRS; n++) {
            p.a = any_small(&d);
            p.b = any_small(&d);
            compare(&paths[i], &p);
            if (n % 1000 == 0)
                arena_rewind(p.mem, mark);
        }
        arena_free(p.mem);
    }
}

/* What is written reads back as the same number, in both forms. */
static void test_text(void **state)
{
    struct arena *mem = arena_new(0);
    struct arena_mark mark = arena_mark(mem);
    struct dice d = {(uint64_t)clock_now() | 1};

    print_message("SEED=%llu\n", (unsigned long long)d.s);
    for (int i = 0; i < PAIRS; i++) {
        char text[DEC_TEXT], again[DEC_TEXT];
        struct dec_parts p = {.minus = roll(&d) & 1, .coef = ((u128)roll(&d) << 49 ^ roll(&d)) >> (roll(&d) % 110)};
        p.coef %= (u128)ten[17] * ten[17];
        p.exponent = (int)(roll(&d) % 100) - 60;
        struct val v = dec_of_parts(mem, p), back;
        size_t n = dec_text(v, text);
        assert_true(dec_parse(mem, text, n, &back));
        dec_text(back, again);
        assert_string_equal(text, again);
        assert_int_equal(v.tag, back.tag);
        assert_int_equal(dec_cmp(v, back), 0);
        if (i % 1000 == 0)
            arena_rewind(mem, mark);
    }
    arena_free(mem);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_rounding), cmocka_unit_test(test_functions),
                                              cmocka_unit_test(test_number),   cmocka_unit_test(test_booleans),
                                              cmocka_unit_test(test_powers),   cmocka_unit_test(test_golden),
                                              cmocka_unit_test(test_paths),    cmocka_unit_test(test_text)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/model/test_cron.c - cycles in the form of cron: what is read, and the moments that follow. */
#include "model/cron.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define AFTER "2026-01-31T12:00:00Z" /* a Saturday */

static void moments(void **state)
{
    /* clang-format off */
    static const struct { const char *cron, *after, *next; } t[] = {
        {"* * * * * *",               AFTER,                  "2026-01-31T12:00:01.000000Z"},
        {"0 * * * * ?",               AFTER,                  "2026-01-31T12:01:00.000000Z"},
        {"0 0 9-17 * * MON-FRI",      AFTER,                  "2026-02-02T09:00:00.000000Z"},
        {"0 0 9-17 * * mon-fri",      "2026-02-02T17:00:00Z", "2026-02-03T09:00:00.000000Z"},
        {"0 0/15 8,12 * * *",         AFTER,                  "2026-01-31T12:15:00.000000Z"},
        {"0 0/15 8,12 * * *",         "2026-01-31T12:45:00Z", "2026-02-01T08:00:00.000000Z"},
        {"*/20 59 23 * * *",          AFTER,                  "2026-01-31T23:59:00.000000Z"},
        {"10-50/20 59 23 * * *",      "2026-01-31T23:59:30Z", "2026-01-31T23:59:50.000000Z"},
        {"0 0 0 1 JAN ?",             AFTER,                  "2027-01-01T00:00:00.000000Z"},
        {"0 0 0 1 1,JUL *",           AFTER,                  "2026-07-01T00:00:00.000000Z"},
        {"0 0 0 29 2 *",              AFTER,                  "2028-02-29T00:00:00.000000Z"},
        {"0 0 0 29 2 SUN",            AFTER,                  "2032-02-29T00:00:00.000000Z"},
        {"0 0 0 31 * *",              AFTER,                  "2026-03-31T00:00:00.000000Z"},
        {"0 0 0 L * *",               "2026-02-01T00:00:00Z", "2026-02-28T00:00:00.000000Z"},
        {"0 0 0 LW * *",              AFTER,                  "2026-02-27T00:00:00.000000Z"}, /* the 28th is a Saturday */
        {"0 0 0 1W * *",              "2026-02-02T00:00:00Z", "2026-03-02T00:00:00.000000Z"}, /* the 1st is a Sunday */
        {"0 0 0 15W * *",             AFTER,                  "2026-02-16T00:00:00.000000Z"}, /* the 15th is a Sunday */
        {"0 0 0 31W * *",             AFTER,                  "2026-03-31T00:00:00.000000Z"}, /* months without a 31st have none */
        {"0 0 0 ? * FRI#2",           AFTER,                  "2026-02-13T00:00:00.000000Z"},
        {"0 0 0 ? * FRI#5",           AFTER,                  "2026-05-29T00:00:00.000000Z"},
        {"0 0 0 ? * FRIL",            AFTER,                  "2026-02-27T00:00:00.000000Z"},
        {"0 0 0 * * FRI-MON",         "2026-02-02T00:00:00Z", "2026-02-06T00:00:00.000000Z"}, /* round the week */
        {"0 0 22-2/2 * * *",          "2026-02-02T00:00:00Z", "2026-02-02T02:00:00.000000Z"},
        {"@hourly",                   AFTER,                  "2026-01-31T13:00:00.000000Z"},
        {"@daily",                    AFTER,                  "2026-02-01T00:00:00.000000Z"},
        {"@weekly",                   AFTER,                  "2026-02-01T00:00:00.000000Z"},
        {"@monthly",                  AFTER,                  "2026-02-01T00:00:00.000000Z"},
        {"@yearly",                   AFTER,                  "2027-01-01T00:00:00.000000Z"},
        {" 0  0\t0 * * * ",           AFTER,                  "2026-02-01T00:00:00.000000Z"},
        {"0 0 0 * * *",               "1969-12-31T23:59:59Z", "1970-01-01T00:00:00.000000Z"},
        {"0 0 0 * * *",               "1969-12-30T23:59:59.5Z", "1969-12-31T00:00:00.000000Z"},
        {"0 0 0 31 2 *",              AFTER,                  NULL},
        {"0 0 0 30 FEB *",            AFTER,                  NULL},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        const struct timer_cron *c;
        int64_t after, next = 0;
        assert_true(clock_parse(t[i].after, &after));
        if (timer_cron(mem, t[i].cron, &c) != OK)
            fail_msg("%s: %s", t[i].cron, trouble()->text);
        bool found = timer_cron_next(c, after, &next);
        if (found != (t[i].next != NULL) || (found && strcmp(clock_text(mem, next), t[i].next) != 0))
            fail_msg("%s after %s: %s", t[i].cron, t[i].after, clock_text(mem, next));
        arena_free(mem);
    }
}

/* Every field by itself beside a search that tries each second. */
static bool by_hand(const struct timer_cron *c, int64_t second)
{
    int64_t days = second / 86400, rest = second % 86400;

    return day_fits(c, days) && (c->set[FIELD_HOUR] >> rest / 3600 & 1) != 0 &&
           (c->set[FIELD_MINUTE] >> rest / 60 % 60 & 1) != 0 && (c->set[FIELD_SECOND] >> rest % 60 & 1) != 0;
}

static void no_second_is_left_out(void **state)
{
    static const char *const t[] = {"13 7/9 3,22 * * *", "0-59/7 */11 22-2 * * SAT", "59 59 23 * * *", "30 0 0 31,1 * *"};
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        const struct timer_cron *c;
        int64_t at, want = 1769860800, have = 0;
        assert_int_equal(timer_cron(mem, t[i], &c), OK);
        at = want * CLOCK_SECOND;
        for (int n = 0; n < 60; n++) {
            do {
                want++;
            } while (!by_hand(c, want));
            assert_true(timer_cron_next(c, at, &have));
            assert_int_equal(have, want * CLOCK_SECOND);
            at = have;
        }
    }
    arena_free(mem);
}

static void what_is_no_cron(void **state)
{
    static const char *const t[] = {
        "",
        "* * * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* 60 * * * *",
        "* * 24 * * *",
        "* * * 0 * *",
        "* * * 32 * *",
        "* * * * 13 *",
        "* * * * 0 *",
        "0 0 9 ? * 2-6",
        "0 0 9 * * 1",
        "0 0 9 * * 0",
        "x * * * * *",
        "1- * * * * *",
        "1-x * * * * *",
        ", * * * * *",
        "1, * * * * *",
        "1,,2 * * * * *",
        "*/0 * * * * *",
        "*/x * * * * *",
        "?  * * * * *",
        "* * * W * *",
        "* * * L-3 * *",
        "* * * * * FRI#6",
        "* * * * * FRI#0",
        "* * * * * FRI#2,MON#1",
        "* * * * * FRIDAY",
        "* * * * JANUARY *",
        "@never",
        "1000000000000000000000 * * * * *",
    };
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        const struct timer_cron *c;
        if (timer_cron(mem, t[i], &c) != E_EXPR)
            fail_msg("%s is read", t[i]);
    }
    char *lengthy = arena_alloc(mem, 3000);
    memset(lengthy, '1', 2000);
    memcpy(lengthy + 2000, " * * * * *", 11);
    const struct timer_cron *c;
    assert_int_equal(timer_cron(mem, lengthy, &c), E_EXPR);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moments), cmocka_unit_test(no_second_is_left_out),
                                       cmocka_unit_test(what_is_no_cron)};

    return cmocka_run_group_tests_name("model/cron", tests, NULL, NULL);
}

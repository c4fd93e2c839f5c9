/* tests/unit/model/test_timer.c - the texts of timer events as values: moments, durations, cycles. */
#include "model/timer.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void spans(void **state)
{
    /* clang-format off */
    static const struct { const char *text; bool good; int64_t months, days, micros; } t[] = {
        {"P1Y2M3W4DT5H6M7.5S", true,  14, 25, 5 * CLOCK_HOUR + 6 * CLOCK_MINUTE + 7500000},
        {"P1M",                true,  1,  0,  0},
        {"PT1M",               true,  0,  0,  CLOCK_MINUTE},
        {"P0D",                true,  0,  0,  0},
        {"+P1D",               true,  0,  1,  0},
        {"-P1DT1S",            true,  0,  -1, -CLOCK_SECOND},
        {"PT0.1234567S",       true,  0,  0,  123456},
        {"P1D1M",              false, 0,  0,  0},
        {"P1D2D",              false, 0,  0,  0},
        {"P1DT",               false, 0,  0,  0},
        {"PT1D",               false, 0,  0,  0},
        {"PT5",                false, 0,  0,  0},
        {"PT.5S",              false, 0,  0,  0},
        {"PT5.S",              false, 0,  0,  0},
        {"P 1D",               false, 0,  0,  0},
        {"P1DT1S ",            false, 0,  0,  0},
        {"1D",                 false, 0,  0,  0},
        {"",                   false, 0,  0,  0},
        {"PT999999999999H",    false, 0,  0,  0},
        {"PT9999999999999S",   false, 0,  0,  0},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct timer_span s;
        if (timer_span(t[i].text, &s) != t[i].good)
            fail_msg("%s", t[i].text);
        if (t[i].good && (s.months != t[i].months || s.days != t[i].days || s.micros != t[i].micros))
            fail_msg("%s: %" PRId64 " %" PRId64 " %" PRId64, t[i].text, s.months, s.days, s.micros);
    }
}

/* The n-th occurrence is the first plus n intervals, on the clock of its zone. */
static void sums(void **state)
{
    /* clang-format off */
    static const struct { const char *from, *span; int64_t n; const char *sum; } t[] = {
        {"2026-01-31T10:00:00Z",             "P1M",    1,  "2026-02-28T10:00:00.000000Z"},
        {"2026-01-31T10:00:00Z",             "P1M",    2,  "2026-03-31T10:00:00.000000Z"},
        {"2024-02-29",                       "P1Y",    1,  "2025-02-28T00:00:00.000000Z"},
        {"2026-10-24T02:30:00@Europe/Rome",  "P1D",    1,  "2026-10-25T00:30:00.000000Z"},
        {"2026-10-24T02:30:00@Europe/Rome",  "P1D",    2,  "2026-10-26T01:30:00.000000Z"},
        {"2026-10-24T02:30:00@Europe/Rome",  "PT24H",  2,  "2026-10-26T00:30:00.000000Z"},
        {"2026-10-24T02:30:00+02:00",        "P1D",    2,  "2026-10-26T00:30:00.000000Z"},
        {"2026-01-01",                       "P1DT1H", 3,  "2026-01-04T03:00:00.000000Z"},
        {"2026-01-01",                       "P1D",    -1, "2025-12-31T00:00:00.000000Z"},
        {"2026-01-01",                       "P99999999Y",  1000,        NULL},
        {"2026-01-01",                       "P999999999D", 1000000000,  NULL},
        {"2026-01-01",                       "PT999999H",   10000000000, NULL},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        struct timer_span s;
        struct val from, sum;
        int64_t us = 0;
        assert_true(timer_moment(mem, t[i].from, &from) && timer_span(t[i].span, &s));
        bool good = timer_add(mem, from, &s, t[i].n, &sum) && timer_instant(sum, &us);
        if (good != (t[i].sum != NULL) || (good && strcmp(clock_text(mem, us), t[i].sum) != 0))
            fail_msg("%s + %s: %s", t[i].from, t[i].span, clock_text(mem, us));
        arena_free(mem);
    }
}

static void no_moments(void **state)
{
    static const char *const t[] = {"",
                                    "T",
                                    "[",
                                    "]",
                                    "2026-01-01T",
                                    "2026-01-01T10:00:00[",
                                    "2026-01-01T10:00:00Z[]",
                                    "2026-01-01]",
                                    "2026-01-01T10",
                                    "2026-01-01T25:00Z",
                                    "999999999-01-01",
                                    "T[]",
                                    "2026-01-01T10:00:00+02:00[Nowhere/X]"};
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct val v;
        if (timer_moment(mem, t[i], &v))
            fail_msg("%s", t[i]);
    }
    arena_free(mem);
}

/* A zone has slashes, and so has a cycle. */
static void cycle_parts(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *start; int64_t micros, days; const char *end; } t[] = {
        {"R/2026-01-01T09:00:00@America/Argentina/Buenos_Aires/PT1H", "2026-01-01T12:00:00.000000Z", CLOCK_HOUR, 0, NULL},
        {"R2/2026-01-01T09:00:00+01:00[Europe/Rome]/P1D",             "2026-01-01T08:00:00.000000Z", 0, 1, NULL},
        {"R/2026-01-01T09:00:00@Europe/Rome/2026-01-01T10:00:00@Europe/Rome", "2026-01-01T08:00:00.000000Z", CLOCK_HOUR, 0, NULL},
        {"R/PT1H/2026-01-02T09:00:00@Europe/Rome",                    NULL, CLOCK_HOUR, 0, "2026-01-02T08:00:00.000000Z"},
        {"R/2026-01-01T09:00:00@Europe/Rome/P1D/2026-01-09",          "2026-01-01T08:00:00.000000Z", 0, 1, "2026-01-09T00:00:00.000000Z"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        struct timer_cycle c;
        int64_t us = 0;
        if (timer_cycle(mem, t[i].text, &c) != OK)
            fail_msg("%s: %s", t[i].text, trouble()->text);
        assert_int_equal(timer_instant(c.start, &us), t[i].start != NULL);
        if (t[i].start != NULL)
            assert_string_equal(clock_text(mem, us), t[i].start);
        assert_int_equal(c.interval.micros, t[i].micros);
        assert_int_equal(c.interval.days, t[i].days);
        if (t[i].end == NULL)
            assert_true(c.end == INT64_MAX);
        else
            assert_string_equal(clock_text(mem, c.end), t[i].end);
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spans), cmocka_unit_test(sums), cmocka_unit_test(no_moments),
                                       cmocka_unit_test(cycle_parts)};

    return cmocka_run_group_tests_name("model/timer", tests, NULL, NULL);
}

/* tests/unit/base/test_clock.c - days, moments and their texts. */
#include "base/clock.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void days_and_back(void **state)
{
    static const struct {
        int64_t year;
        int month, day;
        int64_t days;
    } rows[] = {{1970, 1, 1, 0},      {1969, 12, 31, -1},    {2000, 2, 29, 11016},   {2000, 3, 1, 11017},
                {1900, 3, 1, -25508}, {2026, 11, 21, 20778}, {9999, 12, 31, 2932896}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(clock_days(rows[i].year, rows[i].month, rows[i].day), rows[i].days);
    for (int64_t d = -800000; d < 3000000; d += 13) {
        int64_t year;
        int month, day;
        clock_civil(d, &year, &month, &day);
        if (clock_days(year, month, day) != d)
            fail_msg("day %lld", (long long)d);
    }
}

static void texts(void **state)
{
    static const struct {
        const char *text, *same;
    } good[] = {
        {"2026-11-21T19:53:51.000123Z", NULL},
        {"1969-12-31T23:59:59.999999Z", NULL},
        {"2026-11-21T19:53:51Z", "2026-11-21T19:53:51.000000Z"},
        {"2026-11-21T19:53:51.5Z", "2026-11-21T19:53:51.500000Z"},
        {"2026-11-21T20:53:51+01:00", "2026-11-21T19:53:51.000000Z"},
        {"2026-11-21T00:23:51-05:30", "2026-11-21T05:53:51.000000Z"},
    };
    static const char *const bad[] = {
        "",
        "2026-11-21",
        "2026-11-21T19:53Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-21T24:00:01Z",
        "2026-11-21T19:60:00Z",
        "2026-11-21T19:53:51",
        "2026-11-21T19:53:51.Z",
        "2026-11-21T19:53:51.1234567Z",
        "2026-11-21T19:53:51Zx",
        " 2026-11-21T19:53:51Z",
        "2026-11-21T19:53:51+1:00",
    };
    struct arena *mem = arena_new(0);
    int64_t t;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(clock_parse(good[i].text, &t));
        assert_string_equal(clock_text(mem, t), good[i].same != NULL ? good[i].same : good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (clock_parse(bad[i], &t))
            fail_msg("accepted: %s", bad[i]);
    }
    arena_free(mem);
}

static void running(void **state)
{
    int64_t a = clock_monotonic(), b = clock_monotonic();

    assert_true(b >= a);
    assert_true(clock_now() > 1700000000 * CLOCK_SECOND);
}

static void shown_zone(void **state)
{
    static const struct {
        const char *zone, *at, *abbreviation;
        int ahead;
    } rows[] = {
        {"Europe/Vienna", "2026-01-15T12:00:00Z", "CET", 3600},
        {"Europe/Vienna", "2026-03-29T00:59:59Z", "CET", 3600}, /* the last second before summer time */
        {"Europe/Vienna", "2026-03-29T01:00:00Z", "CEST", 7200},
        {"Europe/Vienna", "2026-10-25T01:00:00Z", "CET", 3600},
        {"UTC", "2026-07-01T00:00:00Z", "UTC", 0},
    };
    const char *abbreviation;
    int64_t t;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        clock_zone(rows[i].zone);
        assert_true(clock_parse(rows[i].at, &t));
        assert_int_equal(clock_ahead(t, &abbreviation), rows[i].ahead);
        assert_string_equal(abbreviation, rows[i].abbreviation);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(days_and_back), cmocka_unit_test(texts), cmocka_unit_test(running),
                                       cmocka_unit_test(shown_zone)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

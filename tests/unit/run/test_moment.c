/* tests/unit/run/test_moment.c - dates, durations and cycles as timer texts. */
#include "run/moment.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW INT64_C(1769860800000000) /* 2026-01-31T12:00:00Z */

static void moments(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *moment; } t[] = {
        {"2026-02-01T10:00:00Z",                     "2026-02-01T10:00:00.000000Z"},
        {"2026-02-01T10:00:00+02:00",                "2026-02-01T08:00:00.000000Z"},
        {"2026-02-01T10:00+02:00",                   "2026-02-01T08:00:00.000000Z"},
        {"2026-02-01T10:00:00.5Z",                   "2026-02-01T10:00:00.500000Z"},
        {"2026-02-01T10:00:00",                      "2026-02-01T10:00:00.000000Z"},
        {"2026-02-01T10:00",                         "2026-02-01T10:00:00.000000Z"},
        {"2026-02-01T10:00:00@Europe/Rome",          "2026-02-01T09:00:00.000000Z"},
        {"2026-07-01T10:00:00@Europe/Rome",          "2026-07-01T08:00:00.000000Z"},
        {"2026-03-29T02:30:00@Europe/Rome",          "2026-03-29T01:30:00.000000Z"}, /* the clock leaps over it */
        {"2026-10-25T02:30:00@Europe/Rome",          "2026-10-25T00:30:00.000000Z"}, /* the first of two */
        {"2026-07-01T10:00:00+02:00[Europe/Rome]",   "2026-07-01T08:00:00.000000Z"},
        {"2026-02-01",                               "2026-02-01T00:00:00.000000Z"},
        {"2020-01-01",                               "2020-01-01T00:00:00.000000Z"},
        {"1969-12-31T23:59:59Z",                     "1970-01-01T00:00:00.000001Z"}, /* due at once; 0 would mean none */
        {"PT30M",                                    "2026-01-31T12:30:00.000000Z"},
        {"P1DT1S",                                   "2026-02-01T12:00:01.000000Z"},
        {"P1M",                                      "2026-02-28T12:00:00.000000Z"},
        {"P1M1D",                                    "2026-03-01T12:00:00.000000Z"},
        {"P1Y2M",                                    "2027-03-31T12:00:00.000000Z"},
        {"P2W",                                      "2026-02-14T12:00:00.000000Z"},
        {"PT1.5H",                                   "2026-01-31T13:30:00.000000Z"},
        {"PT0,25S",                                  "2026-01-31T12:00:00.250000Z"},
        {"-PT30M",                                   "2026-01-31T11:30:00.000000Z"},
        {"PT0S",                                     "2026-01-31T12:00:00.000000Z"},
        {"13:00:00",                                 "2026-01-31T13:00:00.000000Z"},
        {"10:00:00",                                 "2026-02-01T10:00:00.000000Z"},
        {"12:30:00@Europe/Rome",                     "2026-02-01T11:30:00.000000Z"},
        {"13:30:00@Europe/Rome",                     "2026-01-31T12:30:00.000000Z"},
        {"2026-02-01T10:00:00Z/PT2H",                "2026-02-01T12:00:00.000000Z"},
        {"2026-02-01T10:00:00Z/2026-02-03T00:00:00Z","2026-02-03T00:00:00.000000Z"},
        {"2026-03-28T10:00:00@Europe/Rome/P1D",      "2026-03-29T08:00:00.000000Z"},
        {"",                                         NULL},
        {"soon",                                     NULL},
        {"2026-02-30",                               NULL},
        {"2026-02-01T10:00:00@Europe/Nowhere",       NULL},
        {"PT",                                       NULL},
        {"P",                                        NULL},
        {"P1H",                                      NULL},
        {"PT1S1H",                                   NULL},
        {"PT1.5H10M",                                NULL},
        {"P0.5D",                                    NULL},
        {"P99999999999999999999D",                   NULL},
        {"P999999999999Y",                           NULL},
        {"R3/PT10M",                                 NULL},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        int64_t due = 0;
        enum err e = moment_of(mem, val_text(mem, t[i].text), NOW, &due);
        if (e != (t[i].moment == NULL ? E_EXPR : OK) || (e == OK && strcmp(clock_text(mem, due), t[i].moment) != 0))
            fail_msg("%s: %s %s", t[i].text, err_name(e), clock_text(mem, due));
        arena_free(mem);
    }
}

static void values_that_are_no_moment(void **state)
{
    struct arena *mem = arena_new(0);
    struct val v[] = {val_null(), val_bool(true), val_int(5), val_list(mem, NULL, 0)};
    int64_t due;

    for (size_t i = 0; i < sizeof v / sizeof *v; i++)
        assert_int_equal(moment_of(mem, v[i], NOW, &due), E_EXPR);
    arena_free(mem);
}

static void feel_values(void **state)
{
    struct arena *mem = arena_new(0);
    struct val v;
    int64_t due;

    assert_int_equal(moment_of(mem, when_date(2026, 2, 1), NOW, &due), OK);
    assert_string_equal(clock_text(mem, due), "2026-02-01T00:00:00.000000Z");
    assert_int_equal(moment_of(mem, when_duration(90, 500000000), NOW, &due), OK);
    assert_string_equal(clock_text(mem, due), "2026-01-31T12:01:30.500000Z");
    assert_int_equal(moment_of(mem, when_duration(-90, 0), NOW, &due), OK);
    assert_string_equal(clock_text(mem, due), "2026-01-31T11:58:30.000000Z");
    assert_int_equal(moment_of(mem, when_months(1), NOW, &due), OK);
    assert_string_equal(clock_text(mem, due), "2026-02-28T12:00:00.000000Z");
    assert_true(when_parse_time(mem, "09:00:00@Europe/Rome", 20, &v));
    assert_int_equal(moment_of(mem, v, NOW, &due), OK);
    assert_string_equal(clock_text(mem, due), "2026-02-01T08:00:00.000000Z");
    arena_free(mem);
}

/* All occurrences of a cycle that is armed at NOW, up to eight of them, each a line. */
static const char *told(struct arena *mem, const char *text, int64_t now, enum err *e)
{
    struct proc_event event = {.kind = EVENT_timer, .timer = TIMER_CYCLE};
    struct buf b = buf_new(mem, 2000);
    struct moment m;

    *e = moment_first(mem, &event, val_text(mem, text), now, &m);
    for (int i = 0; i < 8 && *e == OK && m.due != 0; i++) {
        buf_fmt(&b, "%s%.16s", i > 0 ? " " : "", clock_text(mem, m.due));
        m.count++;
        *e = moment_next(mem, m.cycle, m.due, &m);
    }
    return buf_text(&b);
}

static void cycles(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *moments; } t[] = {
        {"R3/PT10M",                                             "2026-01-31T12:10 2026-01-31T12:20 2026-01-31T12:30"},
        {"R3/PT10M/",                                            "2026-01-31T12:10 2026-01-31T12:20 2026-01-31T12:30"},
        {"R1/PT1S",                                              "2026-01-31T12:00"},
        /* months are counted from the first, so the 28th does not stay */
        {"R4/2026-01-31T13:00:00Z/P1M",                          "2026-01-31T13:00 2026-02-28T13:00 2026-03-31T13:00 2026-04-30T13:00"},
        {"R2/2026-02-01T00:00:00Z/P1D",                          "2026-02-01T00:00 2026-02-02T00:00"},
        {"R2/2026-02-01T00:00:00Z/2026-02-01T01:00:00Z",         "2026-02-01T00:00 2026-02-01T01:00"},
        /* nine o'clock stays nine o'clock, though the offset changes on 29 March */
        {"R3/2026-03-28T09:00:00@Europe/Rome/P1D",               "2026-03-28T08:00 2026-03-29T07:00 2026-03-30T07:00"},
        {"R3/2026-03-28T09:00:00@Europe/Rome/PT24H",             "2026-03-28T08:00 2026-03-29T08:00 2026-03-30T08:00"},
        {"R3/2026-03-28T02:30:00@Europe/Rome/P1D",               "2026-03-28T01:30 2026-03-29T01:30 2026-03-30T00:30"},
        {"R2/2026-02-01T00:00:00Z/PT1H/2026-02-01T00:30:00Z",    "2026-02-01T00:00"},
        {"R/PT6H/2026-02-01T05:00:00Z",                          "2026-01-31T18:00 2026-02-01T00:00"},
        /* what was before it was armed is history; of a cycle that is over the last is due at once */
        {"R4/2026-01-30T00:00:00Z/P1D",                          "2026-02-01T00:00 2026-02-02T00:00"},
        {"R3/2025-12-01T00:00:00Z/P1D",                          "2025-12-03T00:00"},
        {"0 30 8 * * MON-FRI",                                   "2026-02-02T08:30 2026-02-03T08:30 2026-02-04T08:30 2026-02-05T08:30 "
                                                                 "2026-02-06T08:30 2026-02-09T08:30 2026-02-10T08:30 2026-02-11T08:30"},
        {"R0/PT10M",                                             NULL},
        {"R/PT1H/2020-01-01T00:00:00Z",                          NULL},
        {"R2/2026-02-01T00:00:00Z/2026-01-01T01:00:00Z",         NULL},
        {"R2/2026-02-01T00:00:00Z/PT1H/2026-01-01T00:30:00Z",    NULL},
        {"R/PT0S",                                               NULL},
        {"R/PT0.5S",                                             NULL},
        {"R/-PT10M",                                             NULL},
        {"PT10M",                                                NULL},
        {"R3",                                                   NULL},
        {"R3/",                                                  NULL},
        {"Rx/PT10M",                                             NULL},
        {"R-1/PT10M",                                            NULL},
        {"R99999999999999999999/PT10M",                          NULL},
        {"R3/x/PT10M",                                           NULL},
        {"R3/2026-02-01T00:00:00Z/x",                            NULL},
        {"R3/2026-02-01T00:00:00Z/PT1M/PT1M",                    NULL},
        {"0 0 9 31 2 *",                                         NULL},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        enum err e;
        const char *have = told(mem, t[i].text, NOW, &e);
        if ((e == OK) != (t[i].moments != NULL) || (e == OK && strcmp(have, t[i].moments) != 0))
            fail_msg("%s: %s %s", t[i].text, err_name(e), have);
        arena_free(mem);
    }
}

static void without_end(void **state)
{
    struct arena *mem = arena_new(0);
    struct proc_event event = {.kind = EVENT_timer, .timer = TIMER_CYCLE};
    struct moment m;

    assert_int_equal(moment_first(mem, &event, val_text(mem, "R/P1D"), NOW, &m), OK);
    for (int i = 0; i < 5000; i++) {
        m.count++;
        assert_int_equal(moment_next(mem, m.cycle, m.due, &m), OK);
    }
    assert_string_equal(clock_text(mem, m.due), "2039-10-11T12:00:00.000000Z");
    arena_free(mem);
}

/* A worker that was away for a year does not fire every second of it. */
static void behind(void **state)
{
    struct arena *mem = arena_new(0);
    struct proc_event event = {.kind = EVENT_timer, .timer = TIMER_CYCLE};
    int64_t later = NOW + 365 * CLOCK_DAY;
    struct moment m;
    int n = 0;

    assert_int_equal(moment_first(mem, &event, val_text(mem, "R/PT1S"), NOW, &m), OK);
    while (m.due < later) {
        m.count++;
        assert_int_equal(moment_next(mem, m.cycle, later, &m), OK);
        n++;
    }
    assert_int_equal(n, LIMIT_CYCLE_BEHIND + 1);
    assert_int_equal(m.due, later);
    /* of a cron one */
    assert_int_equal(moment_first(mem, &event, val_text(mem, "* * * * * *"), NOW, &m), OK);
    m.count++;
    assert_int_equal(moment_next(mem, m.cycle, later, &m), OK);
    assert_int_equal(m.due, later + CLOCK_SECOND);
    arena_free(mem);
}

/* What the timers of start events do, which keep nothing but the last moment and a number. */
static void following(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *last; uint32_t count; const char *next; } t[] = {
        {"R3/PT10M",                               "2026-01-31T12:10:00Z", 1, "2026-01-31T12:20:00.000000Z"},
        {"R3/PT10M",                               "2026-01-31T12:30:00Z", 3, NULL},
        {"R/PT10M",                                "2026-01-31T12:30:00Z", 3, "2026-01-31T12:40:00.000000Z"},
        {"R2/2026-02-01T00:00:00Z/P1D",            "2026-02-01T00:00:00Z", 1, "2026-02-02T00:00:00.000000Z"},
        {"R2/2026-02-01T00:00:00Z/P1D",            "2026-02-02T00:00:00Z", 2, NULL},
        {"R2/2026-01-30T13:00:00Z/P1D",            "2026-01-31T13:00:00Z", 1, NULL},
        {"0 0 12 * * *",                           "2026-01-31T12:00:00Z", 1, "2026-02-01T12:00:00.000000Z"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        struct moment m = {.count = t[i].count};
        assert_true(clock_parse(t[i].last, &m.due));
        assert_int_equal(moment_following(mem, val_text(mem, t[i].text), NOW, &m), OK);
        if (t[i].next == NULL)
            assert_int_equal(m.due, 0);
        else
            assert_string_equal(clock_text(mem, m.due), t[i].next);
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments),     cmocka_unit_test(values_that_are_no_moment),
        cmocka_unit_test(feel_values), cmocka_unit_test(cycles),
        cmocka_unit_test(without_end), cmocka_unit_test(behind),
        cmocka_unit_test(following),
    };

    return cmocka_run_group_tests_name("run/moment", tests, NULL, NULL);
}

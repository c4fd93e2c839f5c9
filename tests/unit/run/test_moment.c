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
        {"2026-02-01T10:00:00Z",          "2026-02-01T10:00:00.000000Z"},
        {"2026-02-01T10:00:00+02:00",     "2026-02-01T08:00:00.000000Z"},
        {"2026-02-01T10:00:00.5Z",        "2026-02-01T10:00:00.500000Z"},
        {"2026-02-01T10:00:00",           "2026-02-01T10:00:00.000000Z"},
        {"2026-02-01",                    "2026-02-01T00:00:00.000000Z"},
        {"2020-01-01",                    "2020-01-01T00:00:00.000000Z"},
        {"PT30M",                         "2026-01-31T12:30:00.000000Z"},
        {"P1DT1S",                        "2026-02-01T12:00:01.000000Z"},
        {"P1M",                           "2026-02-28T12:00:00.000000Z"},
        {"",                              NULL},
        {"soon",                          NULL},
        {"2026-02-30",                    NULL},
        {"10:00:00",                      NULL},
        {"PT",                            NULL},
        {"R3/PT10M",                      NULL},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        int64_t due = 0;
        enum err e = moment_of(mem, val_text(mem, t[i].text), NOW, &due);
        if (t[i].moment == NULL) {
            assert_int_equal(e, E_EXPR);
        } else {
            assert_int_equal(e, OK);
            assert_string_equal(clock_text(mem, due), t[i].moment);
        }
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

static void cycles(void **state)
{
    /* clang-format off */
    static const struct { const char *text; bool good; int64_t times, months, micros; bool start; } t[] = {
        {"R3/PT10M",                                          true,  3,   0, 10 * CLOCK_MINUTE, false},
        {"R/PT10M",                                           true,  -1,  0, 10 * CLOCK_MINUTE, false},
        {"R0/PT10M",                                          true,  0,   0, 10 * CLOCK_MINUTE, false},
        {"R12/P1M",                                           true,  12,  1, 0,                 false},
        {"R/PT1S",                                            true,  -1,  0, CLOCK_SECOND,      false},
        {"R2/2026-02-01T00:00:00Z/P1D",                       true,  2,   0, CLOCK_DAY,         true},
        {"R2/2026-02-01T00:00:00Z/2026-02-01T01:00:00Z",      true,  2,   0, CLOCK_HOUR,        true},
        {"R2/2026-02-01T00:00:00Z/2026-01-01T01:00:00Z",      false, 0,   0, 0,                 false},
        {"R/PT0S",                                            false, 0,   0, 0,                 false},
        {"R/PT0.5S",                                          false, 0,   0, 0,                 false},
        {"R/-PT10M",                                          false, 0,   0, 0,                 false},
        {"PT10M",                                             false, 0,   0, 0,                 false},
        {"R3",                                                false, 0,   0, 0,                 false},
        {"R3/",                                               false, 0,   0, 0,                 false},
        {"R3/PT10M/",                                         true,  3,   0, 10 * CLOCK_MINUTE, false},
        {"Rx/PT10M",                                          false, 0,   0, 0,                 false},
        {"R-1/PT10M",                                         false, 0,   0, 0,                 false},
        {"R99999999999999999999/PT10M",                       false, 0,   0, 0,                 false},
        {"R3/x/PT10M",                                        false, 0,   0, 0,                 false},
        {"R3/2026-02-01T00:00:00Z/x",                         false, 0,   0, 0,                 false},
        {"R3/2026-02-01T00:00:00Z/PT1M/PT1M",                 false, 0,   0, 0,                 false},
        {"0 0 9 * * ?",                                       false, 0,   0, 0,                 false},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        struct cycle c;
        enum err e = cycle_read(mem, t[i].text, &c);
        if (e != (t[i].good ? OK : E_EXPR))
            print_error("%s: %s\n", t[i].text, err_name(e));
        assert_int_equal(e, t[i].good ? OK : E_EXPR);
        if (t[i].good) {
            assert_int_equal(c.times, t[i].times);
            assert_int_equal(c.months, t[i].months);
            assert_int_equal(c.micros, t[i].micros);
            assert_int_equal(c.start != 0, t[i].start);
        }
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moments), cmocka_unit_test(values_that_are_no_moment),
                                       cmocka_unit_test(cycles)};

    return cmocka_run_group_tests_name("run/moment", tests, NULL, NULL);
}

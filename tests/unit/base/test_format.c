/* tests/unit/base/test_format.c - format_into() answers what vsnprintf() answers. */
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/format.h"

/* For every room from 0 to more than enough: the same length, the same bytes, nothing behind them. */
__attribute__((format(printf, 1, 2))) static void same(const char *fmt, ...)
{
    for (size_t room = 0; room < 80; room++) {
        char ours[100], theirs[100];
        va_list ap, again;

        memset(ours, '#', sizeof ours);
        memset(theirs, '#', sizeof theirs);
        va_start(ap, fmt);
        va_copy(again, ap);
        int a = format_into(ours, room, fmt, ap), b = vsnprintf(theirs, room, fmt, again);
        va_end(again);
        va_end(ap);
        assert_int_equal(a, b);
        assert_memory_equal(ours, theirs, sizeof ours);
    }
}

static void directives(void **state)
{
    same("plain");
    same("%s", "");
    same("entries.%d.when", 17);
    same("%s.%d.%s", "rows", 0, "priority.text");
    same("%d%%|%d|%d", 100, INT_MIN, INT_MAX);
    same("%u %u", 0U, UINT_MAX);
    same("%ld %ld", LONG_MIN, LONG_MAX);
    same("%lld %lld %llu", LLONG_MIN, LLONG_MAX, ULLONG_MAX);
    same("%lu %zu %zd", ULONG_MAX, SIZE_MAX, (ptrdiff_t)-1);
    same("%" PRIu64 " %" PRId64, UINT64_MAX, INT64_MIN);
    same("\xc3\xa4 %s \xe2\x82\xac", "\xf0\x9f\x96\xa8");
}

static void zeros_before(void **state)
{
    same("%02d.%02d.%04" PRId64 " %02d:%02d UTC", 1, 12, INT64_C(2026), 0, 59);
    same("%09u %01d %03d", 7U, 0, 12345);
    same("%03d %02d", -5, 1); /* handed over */
    same("%06llu%010d", 12ULL, 3);
}

static void handed_over(void **state)
{
    same("%5d|%-5s|%05u", 42, "ab", 7U);
    same("%s then %x", "hex", 0xbeefU);
    same("%.3s %c %p", "abcdef", 'x', (void *)0);
    same("%s and %02d", "late", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(directives), cmocka_unit_test(zeros_before),
                                       cmocka_unit_test(handed_over)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

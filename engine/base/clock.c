/* engine/base/clock.c - the one way to know the time, and its text forms.
 *
 * For     reading the clock and writing moments as RFC 3339 text.
 * Owns    the calls to clock_gettime() and localtime_r(): nobody else makes them.
 * Never   local time but for showing it; leap seconds.
 * Holds   a moment is int64 microseconds UTC. */
#include "base/clock.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * CLOCK_SECOND + t.tv_nsec / 1000;
}

static int64_t read_fine(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_ticks(void)
{
    return read_fine(CLOCK_MONOTONIC);
}

int64_t clock_cpu(void)
{
    return read_fine(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t clock_days(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

void clock_civil(int64_t days, int64_t *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

/* V with N digits and the sign that follows them. */
static char *put(char *to, int v, int n, char after)
{
    for (int i = n; i > 0; i--, v /= 10)
        to[i - 1] = (char)('0' + v % 10);
    to[n] = after;
    return to + n + 1;
}

/* By hand: a page shows a hundred moments, and printf would take a tenth of its time for them. */
char *clock_text(struct arena *mem, int64_t t)
{
    int64_t days = t / CLOCK_DAY - (t % CLOCK_DAY < 0);
    int64_t us = t - days * CLOCK_DAY;
    int64_t year;
    int month, day;

    clock_civil(days, &year, &month, &day);
    char *text = year >= 0 && year <= 9999 ? arena_alloc(mem, sizeof "2026-11-21T20:58:28.000000Z") : NULL, *to = text;
    if (text == NULL)
        return arena_printf(mem, "%04lld-%02d-%02dT%02d:%02d:%02d.%06dZ", (long long)year, month, day, (int)(us / CLOCK_HOUR),
                            (int)(us / CLOCK_MINUTE % 60), (int)(us / CLOCK_SECOND % 60), (int)(us % CLOCK_SECOND));
    to = put(to, (int)year, 4, '-');
    to = put(to, month, 2, '-');
    to = put(to, day, 2, 'T');
    to = put(to, (int)(us / CLOCK_HOUR), 2, ':');
    to = put(to, (int)(us / CLOCK_MINUTE % 60), 2, ':');
    to = put(to, (int)(us / CLOCK_SECOND % 60), 2, '.');
    put(to, (int)(us % CLOCK_SECOND), 6, 'Z');
    return text;
}

void clock_zone(const char *zone)
{
    setenv("TZ", zone, 1); /* one process serves one site: nobody else's zone is meant */
    tzset();
}

int clock_ahead(int64_t t, const char **abbreviation)
{
    time_t seconds = (time_t)(t / CLOCK_SECOND - (t % CLOCK_SECOND < 0));
    struct tm tm = {0};

    localtime_r(&seconds, &tm);
    *abbreviation = tm.tm_zone != NULL ? tm.tm_zone : "UTC";
    return (int)tm.tm_gmtoff;
}

static bool digits(const char **s, int n, int *out)
{
    int v = 0;

    for (int i = 0; i < n; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return false;
        v = v * 10 + (**s - '0');
    }
    *out = v;
    return true;
}

static bool expect(const char **s, char c)
{
    if (**s != c)
        return false;
    (*s)++;
    return true;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

bool clock_parse(const char *s, int64_t *out)
{
    int y, mo, d, h, mi, sec, frac = 0, oh = 0, om = 0;
    bool minus = false;

    if (!digits(&s, 4, &y) || !expect(&s, '-') || !digits(&s, 2, &mo) || !expect(&s, '-') || !digits(&s, 2, &d) ||
        !expect(&s, 'T') || !digits(&s, 2, &h) || !expect(&s, ':') || !digits(&s, 2, &mi) || !expect(&s, ':') ||
        !digits(&s, 2, &sec))
        return false;
    if (mo < 1 || mo > 12 || d < 1 || d > days_of_month(y, mo) || h > 23 || mi > 59 || sec > 59)
        return false;
    if (*s == '.') {
        int scale = 100000;
        if (s[1] < '0' || s[1] > '9') /* RFC 3339: at least one digit */
            return false;
        for (s++; *s >= '0' && *s <= '9' && scale > 0; s++, scale /= 10)
            frac += (*s - '0') * scale;
    }
    if (*s == '+' || *s == '-') {
        minus = *s++ == '-';
        if (!digits(&s, 2, &oh) || !expect(&s, ':') || !digits(&s, 2, &om) || oh > 18 || om > 59)
            return false;
    } else if (!expect(&s, 'Z')) {
        return false;
    }
    if (*s != '\0')
        return false;
    int64_t offset = (oh * 60 + om) * CLOCK_MINUTE;
    *out = clock_days(y, mo, d) * CLOCK_DAY + h * CLOCK_HOUR + mi * CLOCK_MINUTE + sec * CLOCK_SECOND + frac -
           (minus ? -offset : offset);
    return true;
}

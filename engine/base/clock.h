/* engine/base/clock.h - the one way to know the time, and its text forms. Times are microseconds since 1970-01-01T00:00:00Z. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

/* Now, in microseconds UTC. Only web/serve, bin/ and db/unit ask; everybody else is told (u->now). */
int64_t clock_now(void);

/* Microseconds of a clock that never jumps, for measuring. */
int64_t clock_monotonic(void);
/* The same in nanoseconds, and nanoseconds of processor time that this process has used: for single evaluations. */
int64_t clock_ticks(void);
int64_t clock_cpu(void);

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t clock_days(int64_t year, int month, int day);
void clock_civil(int64_t days, int64_t *year, int *month, int *day);

/* The zone in which moments are shown to people by this process, "Europe/Vienna"; called once at start. An unknown one is UTC. */
void clock_zone(const char *zone);

/* Seconds that the shown zone is ahead of UTC at T; ABBREVIATION ("CET") lives as long as the process. */
int clock_ahead(int64_t t, const char **abbreviation);

/* "2026-11-21T19:53:51.000123Z" (RFC 3339, always six fraction digits). */
char *clock_text(struct arena *mem, int64_t t);

/* RFC 3339 with Z or an offset, 0 to 6 fraction digits; false if S is anything else. */
bool clock_parse(const char *s, int64_t *out);

#endif

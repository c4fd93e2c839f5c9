/* engine/model/timer.h - the texts of timer events (ISO 8601-1, 4.3 to 4.5, and cron): what they mean, for the linter and the machine.
 *
 * A moment without a zone is UTC. A zone is an offset or a name, "2026-03-29T02:30:00@Europe/Rome"; the form with brackets,
 * "2026-03-29T02:30:00+02:00[Europe/Rome]", is read as well. Years, months, weeks and days of a duration move the date on the clock of
 * that zone; hours, minutes and seconds are exact. */
#ifndef MODEL_TIMER_H
#define MODEL_TIMER_H

#include "model/feel/value.h"

/* A duration. All parts have the same sign. */
struct timer_span {
    int64_t months, days, micros;
};

/* A cycle: R[n]/[start/]interval[/end], R[n]/start/end, or cron with six fields, seconds first. */
struct timer_cycle {
    const struct timer_cron *cron; /* NULL = one of the others */
    int64_t times;                 /* occurrences in all, -1 = without end */
    struct val start;              /* a date and time, the first occurrence; null = not given: one interval from now */
    struct timer_span interval;
    int64_t end; /* none after it, microseconds UTC; INT64_MAX = not given */
};

/* The date, or date and time, S as a VAL_DATE_TIME in MEM; false if it is none, or its zone is unknown. */
bool timer_moment(struct arena *mem, const char *s, struct val *out);
/* A duration; of its last part a fraction is allowed if that is an hour, a minute or a second. */
bool timer_span(const char *s, struct timer_span *out);
/* N times SPAN after the date and time FROM; false outside of the years that can be told in microseconds. */
bool timer_add(struct arena *mem, struct val from, const struct timer_span *span, int64_t n, struct val *out);
/* Microseconds UTC of a date, or date and time; false if there are none. */
bool timer_instant(struct val v, int64_t *out);

/* When S is: a moment, a duration from NOW, the next time that a clock shows a time of day, or the end of an interval (start/duration,
 * start/end). False if S is none of these. */
bool timer_when(struct arena *mem, const char *s, int64_t now, int64_t *out);

/* Reads a cycle. E_EXPR says what is wrong with it; E_TOOBIG: it is repeated more often than once in a second, or without end at once. */
enum err timer_cycle(struct arena *mem, const char *text, struct timer_cycle *out) CHECKED;

/* ---- cron.c ---- */

/* Reads the six fields: second, minute, hour, day of month, month, day of week. Days of the week are named (MON): as a number one day
 * means another to each program that has cron. Lists, ranges, steps, "*" and "?"; L (last day) and nW (working day nearest to n) as
 * day of month, FRI#2 and FRIL as day of week; @yearly, @monthly, @weekly, @daily, @hourly. E_EXPR. */
enum err timer_cron(struct arena *mem, const char *text, const struct timer_cron **out) CHECKED;
/* The first moment after AFTER, both UTC; false if there is none within LIMIT_CRON_DAYS. */
bool timer_cron_next(const struct timer_cron *c, int64_t after, int64_t *out);

#endif

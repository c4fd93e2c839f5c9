/* engine/model/feel/temporal.h - dates, times, durations (DMN 1.5, 10.3.2.3.3 to 10.3.2.3.8): text, calendar arithmetic, order.
 */
#ifndef MODEL_FEEL_TEMPORAL_H
#define MODEL_FEEL_TEMPORAL_H

#include "model/feel/value.h"

enum { WHEN_TEXT = 128, WHEN_ZONE = 64, NANO = 1000000000, DAY_SECONDS = 86400 };

enum when_zone { WHEN_LOCAL, WHEN_OFFSET, WHEN_NAMED };

/* A time (days unused) or a date and time as it stands on the clock of its zone. */
struct val_moment {
    int64_t days;   /* since 1970-01-01 */
    int64_t second; /* of the day */
    uint32_t nano;
    uint8_t zone;   /* enum when_zone */
    bool later;     /* WHEN_NAMED: the clock shows this second twice, and it is the second time */
    int32_t offset; /* seconds east of UTC; of a named zone: at this moment, of a time there: outside of summer time */
    const char *id; /* WHEN_NAMED, else NULL */
};

struct val when_moment(struct arena *mem, enum val_tag tag, struct val_moment m);
struct val when_date(int64_t year, int64_t month, int64_t day); /* null if there is no such day */
struct val when_months(int64_t months);
struct val when_duration(int64_t seconds, int64_t nanos); /* any NANOS; carried into the seconds */
struct val when_from_us(struct arena *mem, int64_t us);   /* a date and time at UTC */
/* Finds the offset of a named zone for the clock of *M. A second that this clock leaps over becomes as much later as the leap is
 * long; one that it shows twice is the earlier. False: no such zone, or outside of FEEL's years. */
bool when_resolve(enum val_tag tag, struct val_moment *m);
/* The date, or date and time, V on the clock of zone ID, which must live as long as the result; null if there is no such zone. */
struct val when_in_zone(struct arena *mem, struct val v, const char *id);

/* Each reads the whole of P[0..N). */
bool when_parse_date(const char *p, size_t n, struct val *out);
bool when_parse_time(struct arena *mem, const char *p, size_t n, struct val *out);
bool when_parse_date_time(struct arena *mem, const char *p, size_t n, struct val *out);
bool when_parse_duration(const char *p, size_t n, struct val *out);
/* Whatever of the four it is: the @"..." literal. */
bool when_parse(struct arena *mem, const char *p, size_t n, struct val *out);

/* The canonical text (PT0S, P0M, no trailing zeros in a fraction); returns its length. */
size_t when_text(struct val v, char out[WHEN_TEXT]);

/* A + B or A - B where at least one is temporal; null if the pair has no meaning (10.3.2.13, table 54). */
struct val when_add(struct arena *mem, struct val a, struct val b);
struct val when_sub(struct arena *mem, struct val a, struct val b);
struct val when_mul(struct arena *mem, struct val a, struct val b);
struct val when_div(struct arena *mem, struct val a, struct val b);
struct val when_neg(struct val a);

/* The text in which a value is stored: of the two moments that the clock of a zone shows alike, the later has its offset before the
 * zone ("2026-10-25T02:30:00+01:00@Europe/Paris"). No literal has both. */
size_t when_stored_text(struct val v, char out[WHEN_TEXT]);
bool when_parse_stored(struct arena *mem, const char *p, size_t n, struct val *out);

/* The order of two values of one kind, false for others. A local value takes the offset of the other one (10.3.2.15, table 54). */
bool when_cmp(struct val a, struct val b, int *order);
/* The same without fractions of a second: the "=" of times; false also if one is local and the other is not. */
bool when_equal(struct val a, struct val b, bool *equal);
/* year, month, day, weekday, hour, minute, second, "time offset", timezone, years, months, days, hours, minutes, seconds. */
bool when_property(struct arena *mem, struct val v, const char *name, struct val *out);

/* The date, or the time, of a date and time (a date counts as its midnight at UTC). */
struct val when_date_of(struct val v);
struct val when_time_of(struct arena *mem, struct val v);
struct val when_join(struct arena *mem, struct val date, struct val time);

/* Is V a date, a time, both, or a duration? */
static inline bool val_temporal(struct val v)
{
    return v.tag >= VAL_DATE && v.tag <= VAL_DURATION;
}

/* ---- zone.c ---- */

/* What a second counts: the local clock, UTC, or nothing, when a time of no day is asked for. */
enum zone_clock { ZONE_LOCAL, ZONE_UTC, ZONE_STANDARD };

struct zone_time {
    int32_t offset;  /* seconds east of UTC */
    int32_t skipped; /* ZONE_LOCAL: the clock leaps over this second; OFFSET holds after the leap, and the leap is so long */
    bool later;      /* ZONE_UTC: the clock shows this second for the second time */
};

/* Asks zone ID at SECOND since 1970-01-01T00:00:00; false if there is no such zone. A second that the local clock shows twice is
 * the earlier one. */
bool zone_time(const char *id, enum zone_clock clock, int64_t second, struct zone_time *out);
/* The same of the bytes of a zone file. */
bool zone_find(const unsigned char *file, size_t n, enum zone_clock clock, int64_t second, struct zone_time *out);

#endif

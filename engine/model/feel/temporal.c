/* engine/model/feel/temporal.c - dates, times and durations.
 *
 * For     the calendar of FEEL: proleptic Gregorian with a year 0, years of up to nine digits.
 * Owns    struct val_moment; the seconds and nanoseconds of a days and time duration.
 * Never   asks for the time; uses the C library's notion of a time zone.
 * Holds   0 <= second < 86400, 0 <= nano < 10^9 (of negative durations too: the seconds are the floor). */
#include "model/feel/temporal.h"

#include "base/clock.h"
#include "model/feel/feel.h"
#include "model/feel/number.h"

/* Years -999999999 to 999999999, and the days of the first and last of them. */
#define YEAR_MOST INT64_C(999999999)
#define DAY_FIRST (-INT64_C(365243219162))
#define DAY_LAST INT64_C(365241780471)

/* ---- making ---- */

struct val when_moment(struct arena *mem, enum val_tag tag, struct val_moment m)
{
    return (struct val){.tag = (uint8_t)tag, .u.moment = arena_memdup(mem, &m, sizeof m)};
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int month_days(int64_t year, int month)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

struct val when_date(int64_t year, int64_t month, int64_t day)
{
    if (year < -YEAR_MOST || year > YEAR_MOST || month < 1 || month > 12 || day < 1 || day > month_days(year, (int)month))
        return val_null();
    return (struct val){.tag = VAL_DATE, .u.i = clock_days(year, (int)month, (int)day)};
}

static bool day_fits(int64_t days)
{
    return days >= DAY_FIRST && days <= DAY_LAST;
}

/* A day number as a date, or null outside the years that FEEL knows. */
static struct val date_of_days(int64_t days)
{
    return day_fits(days) ? (struct val){.tag = VAL_DATE, .u.i = days} : val_null();
}

struct val when_months(int64_t months)
{
    return (struct val){.tag = VAL_MONTHS, .u.i = months};
}

struct val when_duration(int64_t seconds, int64_t nanos)
{
    int64_t carry = nanos / NANO;

    nanos %= NANO;
    if (nanos < 0) {
        nanos += NANO;
        carry--;
    }
    if (__builtin_add_overflow(seconds, carry, &seconds))
        return val_null();
    return (struct val){.tag = VAL_DURATION, .n = (uint32_t)nanos, .u.i = seconds};
}

/* ---- zones ---- */

bool when_resolve(enum val_tag tag, struct val_moment *m)
{
    struct zone_time z;

    if (m->zone == WHEN_NAMED) {
        if (!zone_time(m->id, tag == VAL_TIME ? ZONE_STANDARD : ZONE_LOCAL, m->days * DAY_SECONDS + m->second, &z))
            return false;
        int64_t s = m->second + z.skipped, carry = floor_div(s, DAY_SECONDS);
        m->offset = z.offset;
        m->later = false;
        m->days += carry;
        m->second = s - carry * DAY_SECONDS;
    }
    return day_fits(m->days);
}

/* M, which has a named zone, with the clock of that zone at second UTC. */
static struct val at_instant(struct arena *mem, struct val_moment m, int64_t utc)
{
    struct zone_time z;
    int64_t day = floor_div(utc, DAY_SECONDS);

    if (!day_fits(day) || !zone_time(m.id, ZONE_UTC, utc, &z))
        return val_null();
    m.offset = z.offset;
    m.later = z.later;
    m.days = floor_div(utc + z.offset, DAY_SECONDS);
    m.second = utc + z.offset - m.days * DAY_SECONDS;
    return day_fits(m.days) ? when_moment(mem, VAL_DATE_TIME, m) : val_null();
}

struct val when_in_zone(struct arena *mem, struct val v, const char *id)
{
    struct val_moment m = {.days = v.u.i, .zone = WHEN_LOCAL};

    if (v.tag == VAL_DATE_TIME)
        m = *v.u.moment;
    bool local = m.zone == WHEN_LOCAL;
    m.zone = WHEN_NAMED;
    m.id = id;
    if (!local)
        return at_instant(mem, m, m.days * DAY_SECONDS + m.second - m.offset);
    return when_resolve(VAL_DATE_TIME, &m) ? when_moment(mem, VAL_DATE_TIME, m) : val_null();
}

struct val when_from_us(struct arena *mem, int64_t us)
{
    struct val_moment m = {.zone = WHEN_OFFSET};
    int64_t rest = us % CLOCK_DAY;

    m.days = us / CLOCK_DAY;
    if (rest < 0) {
        rest += CLOCK_DAY;
        m.days--;
    }
    m.second = rest / CLOCK_SECOND;
    m.nano = (uint32_t)(rest % CLOCK_SECOND * 1000);
    return when_moment(mem, VAL_DATE_TIME, m);
}

/* ---- arithmetic ---- */

/* The day MONTHS later, clipped to the end of its month; null outside of FEEL's years. */
static struct val month_later(int64_t days, int64_t months)
{
    int64_t year, m;
    int month, day;

    clock_civil(days, &year, &month, &day);
    if (__builtin_add_overflow(year * 12 + month - 1, months, &m))
        return val_null();
    year = floor_div(m, 12);
    month = (int)(m - year * 12) + 1;
    int last = month_days(year, month);
    return when_date(year, month, day < last ? day : last);
}

static struct val moment_plus(struct arena *mem, struct val v, struct val duration)
{
    struct val_moment m = *v.u.moment;
    int64_t s, nano = (int64_t)m.nano + duration.n;

    if (__builtin_add_overflow(m.second + nano / NANO, duration.u.i, &s))
        return val_null();
    m.nano = (uint32_t)(nano % NANO);
    if (v.tag == VAL_DATE_TIME && m.zone == WHEN_NAMED)
        return __builtin_add_overflow(m.days * DAY_SECONDS - m.offset, s, &s) ? val_null() : at_instant(mem, m, s);
    int64_t carry = floor_div(s, DAY_SECONDS);
    m.second = s - carry * DAY_SECONDS;
    m.days += v.tag == VAL_DATE_TIME ? carry : 0;
    return day_fits(m.days) ? when_moment(mem, (enum val_tag)v.tag, m) : val_null();
}

/* The clock of the day MONTHS later. Where a clock shows that second twice, it stays the second time if V was one. */
static struct val moment_months(struct arena *mem, struct val v, int64_t months)
{
    struct val_moment m = *v.u.moment;
    struct val day = month_later(m.days, months);
    struct zone_time z;

    m.days = day.u.i;
    if (day.tag == VAL_NULL || !when_resolve(VAL_DATE_TIME, &m))
        return val_null();
    if (v.u.moment->later && zone_time(m.id, ZONE_UTC, m.days * DAY_SECONDS + m.second - v.u.moment->offset, &z) && z.later &&
        z.offset == v.u.moment->offset) {
        m.offset = z.offset;
        m.later = true;
    }
    return when_moment(mem, VAL_DATE_TIME, m);
}

/* V plus a duration of either kind. */
static struct val plus(struct arena *mem, struct val v, struct val d)
{
    int64_t sum;

    if (v.tag == d.tag && v.tag == VAL_MONTHS)
        return __builtin_add_overflow(v.u.i, d.u.i, &sum) ? val_null() : when_months(sum);
    if (v.tag == d.tag && v.tag == VAL_DURATION)
        return __builtin_add_overflow(v.u.i, d.u.i, &sum) ? val_null() : when_duration(sum, (int64_t)v.n + d.n);
    if (v.tag == VAL_DATE && d.tag == VAL_MONTHS)
        return month_later(v.u.i, d.u.i);
    if (v.tag == VAL_DATE && d.tag == VAL_DURATION)
        return date_of_days(v.u.i + floor_div(d.u.i, DAY_SECONDS));
    if (v.tag == VAL_DATE_TIME && d.tag == VAL_MONTHS)
        return moment_months(mem, v, d.u.i);
    if ((v.tag == VAL_DATE_TIME || v.tag == VAL_TIME) && d.tag == VAL_DURATION)
        return moment_plus(mem, v, d);
    return val_null();
}

struct val when_add(struct arena *mem, struct val a, struct val b)
{
    if (b.tag == VAL_MONTHS || b.tag == VAL_DURATION)
        return plus(mem, a, b);
    if (a.tag == VAL_MONTHS || a.tag == VAL_DURATION)
        return plus(mem, b, a);
    return val_null();
}

struct val when_neg(struct val a)
{
    if (a.tag == VAL_MONTHS && a.u.i != INT64_MIN)
        return when_months(-a.u.i);
    if (a.tag == VAL_DURATION && a.u.i != INT64_MIN)
        return when_duration(-a.u.i, -(int64_t)a.n);
    return val_null();
}

/* A date, a time or both as seconds since 1970-01-01T00:00:00Z (times: since midnight at UTC); a local one as if its clock showed
 * UTC. */
static int64_t instant(struct val v)
{
    if (v.tag == VAL_DATE)
        return v.u.i * DAY_SECONDS;
    const struct val_moment *m = v.u.moment;
    return (v.tag == VAL_TIME ? 0 : m->days * DAY_SECONDS) + m->second - m->offset;
}

static uint32_t fraction(struct val v)
{
    return v.tag == VAL_DATE ? 0 : v.u.moment->nano;
}

static bool zoned(struct val v)
{
    return v.tag == VAL_DATE || v.u.moment->zone != WHEN_LOCAL;
}

struct val when_sub(struct arena *mem, struct val a, struct val b)
{
    bool point_a = a.tag >= VAL_DATE && a.tag <= VAL_DATE_TIME, point_b = b.tag >= VAL_DATE && b.tag <= VAL_DATE_TIME;

    if (!point_b) {
        struct val minus = when_neg(b);
        return minus.tag == VAL_NULL ? minus : plus(mem, a, minus);
    }
    if (!point_a || (a.tag == VAL_TIME) != (b.tag == VAL_TIME) || zoned(a) != zoned(b))
        return val_null();
    return when_duration(instant(a) - instant(b), (int64_t)fraction(a) - fraction(b));
}

/* A duration as a number of its unit: months or seconds. */
static struct val amount(struct arena *mem, struct val d)
{
    if (d.tag == VAL_MONTHS)
        return dec_make(mem, d.u.i, 0);
    return dec_add(mem, dec_make(mem, d.u.i, 0), dec_make(mem, d.n, 9));
}

/* And back, cut to the unit (nanoseconds for the exact kind). */
static struct val of_amount(struct arena *mem, enum val_tag tag, struct val n)
{
    int64_t whole, nano;

    if (!val_numeric(n) || !dec_int(n, &whole))
        return val_null();
    if (tag == VAL_MONTHS)
        return when_months(whole);
    struct val rest = dec_mul(mem, dec_sub(mem, n, dec_make(mem, whole, 0)), dec_make(mem, NANO, 0));
    return val_numeric(rest) && dec_int(rest, &nano) ? when_duration(whole, nano) : val_null();
}

struct val when_mul(struct arena *mem, struct val a, struct val b)
{
    if (val_numeric(a)) {
        struct val swap = a;
        a = b;
        b = swap;
    }
    if ((a.tag != VAL_MONTHS && a.tag != VAL_DURATION) || !val_numeric(b))
        return val_null();
    return of_amount(mem, (enum val_tag)a.tag, dec_mul(mem, amount(mem, a), b));
}

struct val when_div(struct arena *mem, struct val a, struct val b)
{
    if (a.tag != VAL_MONTHS && a.tag != VAL_DURATION)
        return val_null();
    if (a.tag == b.tag)
        return dec_div(mem, amount(mem, a), amount(mem, b));
    if (!val_numeric(b))
        return val_null();
    return of_amount(mem, (enum val_tag)a.tag, dec_div(mem, amount(mem, a), b));
}

/* ---- order ---- */

/* The instant of A; if it is local, with the offset of B (10.3.2.15, table 54). */
static int64_t instant_beside(struct val a, struct val b)
{
    return instant(a) - (zoned(a) ? 0 : b.u.moment->offset);
}

bool when_cmp(struct val a, struct val b, int *order)
{
    if (a.tag != b.tag || !val_temporal(a))
        return false;
    int64_t x = a.u.i, y = b.u.i;
    uint32_t nx = a.n, ny = b.n;
    if (a.tag == VAL_TIME || a.tag == VAL_DATE_TIME) {
        x = instant_beside(a, b);
        y = instant_beside(b, a);
        nx = fraction(a);
        ny = fraction(b);
    }
    *order = x != y ? (x < y ? -1 : 1) : nx != ny ? (nx < ny ? -1 : 1) : 0;
    return true;
}

bool when_equal(struct val a, struct val b, bool *equal)
{
    int order;

    if (a.tag != VAL_TIME && a.tag != VAL_DATE_TIME) {
        bool same = when_cmp(a, b, &order);
        *equal = same && order == 0;
        return same;
    }
    *equal = instant(a) == instant(b);
    return zoned(a) == zoned(b);
}

/* ---- parts ---- */

struct val when_date_of(struct val v)
{
    if (v.tag == VAL_DATE_TIME)
        return (struct val){.tag = VAL_DATE, .u.i = v.u.moment->days};
    return v.tag == VAL_DATE ? v : val_null();
}

struct val when_time_of(struct arena *mem, struct val v)
{
    if (v.tag == VAL_TIME)
        return v;
    if (v.tag == VAL_DATE)
        return when_moment(mem, VAL_TIME, (struct val_moment){.zone = WHEN_OFFSET});
    if (v.tag != VAL_DATE_TIME)
        return val_null();
    struct val_moment m = *v.u.moment;
    m.days = 0;
    m.later = false;
    return when_resolve(VAL_TIME, &m) ? when_moment(mem, VAL_TIME, m) : val_null();
}

struct val when_join(struct arena *mem, struct val date, struct val time)
{
    struct val day = when_date_of(date);

    if (day.tag == VAL_NULL || time.tag != VAL_TIME)
        return val_null();
    struct val_moment m = *time.u.moment;
    m.days = day.u.i;
    return when_resolve(VAL_DATE_TIME, &m) ? when_moment(mem, VAL_DATE_TIME, m) : val_null();
}

static bool date_property(int64_t days, const char *name, struct val *out)
{
    int64_t year;
    int month, day;

    clock_civil(days, &year, &month, &day);
    if (strcmp(name, "year") == 0)
        *out = val_int(year);
    else if (strcmp(name, "month") == 0)
        *out = val_int(month);
    else if (strcmp(name, "day") == 0)
        *out = val_int(day);
    else if (strcmp(name, "weekday") == 0)
        *out = val_int(days + 3 - floor_div(days + 3, 7) * 7 + 1); /* 1970-01-01 was a Thursday, 4 */
    else
        return false;
    return true;
}

/* Whole seconds and nanoseconds after them (before them: NANO < 0) as one number. */
static struct val second_of(struct arena *mem, int64_t second, int64_t nano)
{
    return nano == 0 ? val_int(second) : dec_make(mem, second * NANO + nano, 9);
}

static bool time_property(struct arena *mem, const struct val_moment *m, const char *name, struct val *out)
{
    if (strcmp(name, "hour") == 0)
        *out = val_int(m->second / 3600);
    else if (strcmp(name, "minute") == 0)
        *out = val_int(m->second / 60 % 60);
    else if (strcmp(name, "second") == 0)
        *out = second_of(mem, m->second % 60, m->nano);
    else if (strcmp(name, "time offset") == 0)
        *out = m->zone == WHEN_LOCAL ? val_null() : when_duration(m->offset, 0);
    else if (strcmp(name, "timezone") == 0)
        *out = m->zone == WHEN_NAMED ? val_text(mem, m->id) : val_null();
    else
        return false;
    return true;
}

static bool duration_property(struct arena *mem, struct val v, const char *name, struct val *out)
{
    bool minus = v.u.i < 0;
    int64_t s = minus && v.n > 0 ? v.u.i + 1 : v.u.i; /* towards zero */
    int64_t nano = minus && v.n > 0 ? (int64_t)v.n - NANO : (int64_t)v.n;

    if (v.tag == VAL_MONTHS && strcmp(name, "years") == 0)
        *out = val_int(v.u.i / 12);
    else if (v.tag == VAL_MONTHS && strcmp(name, "months") == 0)
        *out = val_int(v.u.i % 12);
    else if (v.tag == VAL_DURATION && strcmp(name, "days") == 0)
        *out = val_int(s / DAY_SECONDS);
    else if (v.tag == VAL_DURATION && strcmp(name, "hours") == 0)
        *out = val_int(s % DAY_SECONDS / 3600);
    else if (v.tag == VAL_DURATION && strcmp(name, "minutes") == 0)
        *out = val_int(s / 60 % 60);
    else if (v.tag == VAL_DURATION && strcmp(name, "seconds") == 0)
        *out = second_of(mem, s % 60, nano);
    else
        return false;
    return true;
}

bool when_property(struct arena *mem, struct val v, const char *name, struct val *out)
{
    if (v.tag == VAL_MONTHS || v.tag == VAL_DURATION)
        return duration_property(mem, v, name, out);
    if ((v.tag == VAL_DATE && date_property(v.u.i, name, out)) ||
        (v.tag == VAL_DATE_TIME && date_property(v.u.moment->days, name, out)))
        return true;
    return (v.tag == VAL_TIME || v.tag == VAL_DATE_TIME) && time_property(mem, v.u.moment, name, out);
}

/* ---- for timers ---- */

int64_t feel_add_duration(int64_t start, int64_t months, int64_t microseconds)
{
    int64_t day = floor_div(start, CLOCK_DAY), rest = start - day * CLOCK_DAY, at;
    struct val later = months == 0 ? date_of_days(day) : month_later(day, months);

    if (later.tag == VAL_NULL || __builtin_mul_overflow(later.u.i, CLOCK_DAY, &at) || __builtin_add_overflow(at, rest, &at) ||
        __builtin_add_overflow(at, microseconds, &at))
        return (months < 0 || (months == 0 && microseconds < 0)) ? INT64_MIN : INT64_MAX;
    return at;
}

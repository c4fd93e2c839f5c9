/* engine/model/feel/temporal.c - dates, times and durations.
 *
 * For     the calendar of FEEL: proleptic Gregorian with a year 0, years of up to nine digits.
 * Owns    struct val_moment; the seconds and nanoseconds of a days and time duration.
 * Never   asks for the time; uses the C library's notion of a time zone.
 * Holds   0 <= second < 86400, 0 <= nano < 10^9 (of negative durations too: the seconds are the floor). */
#include "model/feel/temporal.h"

#include <stdio.h>

#include "base/clock.h"
#include "model/feel/feel.h"
#include "model/feel/number.h"

#define YEAR_MOST INT64_C(999999999)
enum { OFFSET_MOST = 18 * 3600 };

struct cursor {
    const char *p, *end;
};

/* ---- making ---- */

struct val when_moment(struct arena *mem, enum val_tag tag, struct val_moment m)
{
    return (struct val){.tag = (uint8_t)tag, .u.moment = arena_memdup(mem, &m, sizeof m)};
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

/* A day number as a date, or null outside the years that FEEL knows. */
static struct val date_of_days(int64_t days)
{
    const int64_t most = 366 * (YEAR_MOST + 1);
    int64_t year;
    int month, day;

    if (days < -most || days > most)
        return val_null();
    clock_civil(days, &year, &month, &day);
    if (year < -YEAR_MOST || year > YEAR_MOST)
        return val_null();
    return (struct val){.tag = VAL_DATE, .u.i = days};
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

/* ---- reading ---- */

static bool take(struct cursor *c, char ch)
{
    if (c->p == c->end || *c->p != ch)
        return false;
    c->p++;
    return true;
}

/* LEAST to MOST digits. */
static bool digits(struct cursor *c, int least, int most, int64_t *out)
{
    int n = 0;

    *out = 0;
    while (c->p < c->end && *c->p >= '0' && *c->p <= '9' && n < most) {
        *out = *out * 10 + (*c->p++ - '0');
        n++;
    }
    return n >= least;
}

static bool read_date(struct cursor *c, struct val *out)
{
    bool minus = take(c, '-');
    const char *first = c->p;
    int64_t y, m, d;

    if (!digits(c, 4, 9, &y) || (c->p - first > 4 && *first == '0'))
        return false;
    if (!take(c, '-') || !digits(c, 2, 2, &m) || !take(c, '-') || !digits(c, 2, 2, &d))
        return false;
    *out = when_date(minus ? -y : y, m, d);
    return out->tag == VAL_DATE;
}

/* Up to nine digits count; further ones are read and cut. */
static bool read_fraction(struct cursor *c, uint32_t *nano)
{
    int n = 0;

    *nano = 0;
    if (!take(c, '.'))
        return true;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, n++)
        if (n < 9)
            *nano = *nano * 10 + (uint32_t)(*c->p - '0');
    for (int i = n; i < 9; i++)
        *nano *= 10;
    return n > 0;
}

static bool read_offset(struct cursor *c, struct val_moment *m)
{
    bool minus = *c->p == '-';
    int64_t h, min, s = 0;

    c->p++;
    if (!digits(c, 2, 2, &h) || !take(c, ':') || !digits(c, 2, 2, &min) || min > 59)
        return false;
    if (take(c, ':') && (!digits(c, 2, 2, &s) || s > 59))
        return false;
    int64_t offset = h * 3600 + min * 60 + s;
    m->zone = WHEN_OFFSET;
    m->offset = (int32_t)(minus ? -offset : offset);
    return offset <= OFFSET_MOST;
}

/* hh:mm:ss[.fraction] and a zone; 24:00:00 only where a date stands before it. */
static bool read_time(struct arena *mem, struct cursor *c, bool dated, struct val_moment *m)
{
    int64_t h, min, s;

    if (!digits(c, 2, 2, &h) || !take(c, ':') || !digits(c, 2, 2, &min) || !take(c, ':') || !digits(c, 2, 2, &s))
        return false;
    if (!read_fraction(c, &m->nano))
        return false;
    if (h > 24 || min > 59 || s > 59 || (h == 24 && (!dated || min != 0 || s != 0 || m->nano != 0)))
        return false;
    m->second = h * 3600 + min * 60 + s;
    if (h == 24) {
        m->second = 0;
        m->days++;
    }
    if (take(c, 'Z') || take(c, 'z'))
        m->zone = WHEN_OFFSET;
    else if (c->p < c->end && (*c->p == '+' || *c->p == '-'))
        return read_offset(c, m);
    else if (take(c, '@')) {
        size_t n = (size_t)(c->end - c->p);
        if (n == 0 || n >= WHEN_ZONE)
            return false;
        m->zone = WHEN_NAMED;
        m->id = arena_strndup(mem, c->p, n);
        c->p = c->end;
        return zone_offset(m->id, m->days, m->second, &m->offset);
    }
    return true;
}

bool when_parse_date(const char *p, size_t n, struct val *out)
{
    struct cursor c = {p, p + n};

    return read_date(&c, out) && c.p == c.end;
}

bool when_parse_time(struct arena *mem, const char *p, size_t n, struct val *out)
{
    struct cursor c = {p, p + n};
    struct val_moment m = {.days = 0};

    take(&c, 'T');
    if (!read_time(mem, &c, false, &m) || c.p != c.end)
        return false;
    *out = when_moment(mem, VAL_TIME, m);
    return true;
}

bool when_parse_date_time(struct arena *mem, const char *p, size_t n, struct val *out)
{
    struct cursor c = {p, p + n};
    struct val_moment m = {.days = 0};
    struct val date;

    if (!read_date(&c, &date))
        return false;
    m.days = date.u.i;
    if (c.p != c.end && (!take(&c, 'T') || !read_time(mem, &c, true, &m) || c.p != c.end))
        return false;
    if (date_of_days(m.days).tag == VAL_NULL)
        return false;
    *out = when_moment(mem, VAL_DATE_TIME, m);
    return true;
}

struct duration {
    int64_t months, seconds;
    uint32_t nano;
    bool calendar, exact; /* which of the parts were written */
};

/* One "<number><unit>" of UNITS, from position *AT on; false at the end or on anything else. */
static bool read_unit(struct cursor *c, const char *units, int *at, int64_t *n, uint32_t *nano)
{
    const char *back = c->p;

    if (!digits(c, 1, 18, n) || !read_fraction(c, nano))
        return false;
    bool fraction = memchr(back, '.', (size_t)(c->p - back)) != NULL;
    for (int i = *at; units[i] != '\0'; i++)
        if ((!fraction || units[i] == 'S') && take(c, units[i])) {
            *at = i + 1;
            return true;
        }
    return false;
}

static bool scaled(int64_t *sum, int64_t n, int64_t factor)
{
    int64_t product;

    return !__builtin_mul_overflow(n, factor, &product) && !__builtin_add_overflow(*sum, product, sum);
}

/* xsd:duration without weeks: -PnYnMnDTnHnMn.nS (XSD 1.1, 3.3.6). */
static bool read_duration(struct cursor *c, struct duration *d)
{
    static const int64_t day[] = {12, 1, DAY_SECONDS}, clock[] = {3600, 60, 1};
    bool minus = take(c, '-'), any = false;
    int64_t n;
    int at = 0;

    *d = (struct duration){.months = 0};
    if (!take(c, 'P'))
        return false;
    while (c->p != c->end && *c->p != 'T') {
        uint32_t none;
        if (!read_unit(c, "YMD", &at, &n, &none) || !scaled(at == 3 ? &d->seconds : &d->months, n, day[at - 1]))
            return false;
        *(at == 3 ? &d->exact : &d->calendar) = any = true;
    }
    if (take(c, 'T')) {
        any = false;
        for (at = 0; c->p != c->end; any = true)
            if (!read_unit(c, "HMS", &at, &n, &d->nano) || !scaled(&d->seconds, n, clock[at - 1]))
                return false;
        d->exact = true;
    }
    if (minus) {
        d->months = -d->months;
        d->seconds = -d->seconds - (d->nano > 0);
        d->nano = d->nano > 0 ? NANO - d->nano : 0;
    }
    return any && c->p == c->end;
}

bool when_parse_duration(const char *p, size_t n, struct val *out)
{
    struct cursor c = {p, p + n};
    struct duration d;

    if (!read_duration(&c, &d) || (d.calendar && d.exact))
        return false;
    *out = d.calendar ? when_months(d.months) : when_duration(d.seconds, d.nano);
    return true;
}

bool when_parse(struct arena *mem, const char *p, size_t n, struct val *out)
{
    return when_parse_date(p, n, out) || when_parse_time(mem, p, n, out) || when_parse_date_time(mem, p, n, out) ||
           when_parse_duration(p, n, out);
}

/* ---- writing ---- */

static size_t put_fraction(char *out, uint32_t nano)
{
    char text[16];

    if (nano == 0)
        return 0;
    snprintf(text, sizeof text, ".%09u", nano);
    size_t n = 10;
    while (text[n - 1] == '0')
        n--;
    memcpy(out, text, n);
    out[n] = '\0';
    return n;
}

static size_t put_date(char *out, size_t size, int64_t days)
{
    int64_t year;
    int month, day;

    clock_civil(days, &year, &month, &day);
    return (size_t)snprintf(out, size, "%s%04lld-%02d-%02d", year < 0 ? "-" : "", (long long)(year < 0 ? -year : year), month,
                            day);
}

static size_t put_time(char *out, size_t size, const struct val_moment *m)
{
    int s = (int)m->second;
    size_t n = (size_t)snprintf(out, size, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);

    n += put_fraction(out + n, m->nano);
    if (m->zone == WHEN_NAMED)
        return n + (size_t)snprintf(out + n, size - n, "@%s", m->id);
    if (m->zone == WHEN_LOCAL)
        return n;
    if (m->offset == 0)
        return n + (size_t)snprintf(out + n, size - n, "Z");
    int o = m->offset < 0 ? -m->offset : m->offset;
    n += (size_t)snprintf(out + n, size - n, "%c%02d:%02d", m->offset < 0 ? '-' : '+', o / 3600, o / 60 % 60);
    if (o % 60 != 0)
        n += (size_t)snprintf(out + n, size - n, ":%02d", o % 60);
    return n;
}

static size_t put_months(char *out, int64_t months)
{
    uint64_t m = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;
    size_t n = (size_t)snprintf(out, WHEN_TEXT, "%sP", months < 0 ? "-" : "");

    if (m >= 12)
        n += (size_t)snprintf(out + n, WHEN_TEXT - n, "%lluY", (unsigned long long)(m / 12));
    if (m % 12 != 0 || m == 0)
        n += (size_t)snprintf(out + n, WHEN_TEXT - n, "%lluM", (unsigned long long)(m % 12));
    return n;
}

static size_t put_duration(char *out, struct val v)
{
    bool minus = v.u.i < 0;
    uint32_t nano = minus && v.n > 0 ? NANO - v.n : v.n;
    uint64_t s = minus ? 0 - (uint64_t)v.u.i - (v.n > 0) : (uint64_t)v.u.i;
    unsigned h = (unsigned)(s / 3600 % 24), m = (unsigned)(s / 60 % 60), sec = (unsigned)(s % 60);
    size_t n = (size_t)snprintf(out, WHEN_TEXT, "%sP", minus ? "-" : "");

    if (s >= DAY_SECONDS)
        n += (size_t)snprintf(out + n, WHEN_TEXT - n, "%lluD", (unsigned long long)(s / DAY_SECONDS));
    if (h == 0 && m == 0 && sec == 0 && nano == 0 && s > 0)
        return n;
    out[n++] = 'T';
    if (h > 0)
        n += (size_t)snprintf(out + n, WHEN_TEXT - n, "%uH", h);
    if (m > 0)
        n += (size_t)snprintf(out + n, WHEN_TEXT - n, "%uM", m);
    if (sec > 0 || nano > 0 || s == 0) {
        n += (size_t)snprintf(out + n, WHEN_TEXT - n, "%u", sec);
        n += put_fraction(out + n, nano);
        out[n++] = 'S';
    }
    out[n] = '\0';
    return n;
}

size_t when_text(struct val v, char out[WHEN_TEXT])
{
    if (v.tag == VAL_DATE)
        return put_date(out, WHEN_TEXT, v.u.i);
    if (v.tag == VAL_TIME)
        return put_time(out, WHEN_TEXT, v.u.moment);
    if (v.tag == VAL_MONTHS)
        return put_months(out, v.u.i);
    if (v.tag == VAL_DURATION)
        return put_duration(out, v);
    size_t n = put_date(out, WHEN_TEXT, v.u.moment->days);
    out[n++] = 'T';
    return n + put_time(out + n, WHEN_TEXT - n, v.u.moment);
}

/* ---- arithmetic ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

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
    int64_t carry = floor_div(s, DAY_SECONDS);
    m.second = s - carry * DAY_SECONDS;
    if (v.tag == VAL_DATE_TIME) {
        m.days += carry;
        if (date_of_days(m.days).tag == VAL_NULL)
            return val_null();
    }
    if (m.zone == WHEN_NAMED && !zone_offset(m.id, m.days, m.second, &m.offset))
        return val_null();
    return when_moment(mem, (enum val_tag)v.tag, m);
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
    if (v.tag == VAL_DATE_TIME && d.tag == VAL_MONTHS) {
        struct val_moment m = *v.u.moment;
        struct val day = month_later(m.days, d.u.i);
        m.days = day.u.i;
        if (day.tag == VAL_NULL || (m.zone == WHEN_NAMED && !zone_offset(m.id, m.days, m.second, &m.offset)))
            return val_null();
        return when_moment(mem, VAL_DATE_TIME, m);
    }
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

/* Seconds since 1970-01-01T00:00:00Z on the clock of UTC; of a local moment on its own clock. *ZONED says which. */
static int64_t instant(struct val v, uint32_t *nano, bool *zoned)
{
    *nano = 0;
    *zoned = true;
    if (v.tag == VAL_DATE)
        return v.u.i * DAY_SECONDS;
    const struct val_moment *m = v.u.moment;
    *nano = m->nano;
    *zoned = m->zone != WHEN_LOCAL;
    return (v.tag == VAL_TIME ? 0 : m->days * DAY_SECONDS) + m->second - m->offset;
}

struct val when_sub(struct arena *mem, struct val a, struct val b)
{
    bool point_a = a.tag >= VAL_DATE && a.tag <= VAL_DATE_TIME, point_b = b.tag >= VAL_DATE && b.tag <= VAL_DATE_TIME;

    if (!point_b) {
        struct val minus = when_neg(b);
        return minus.tag == VAL_NULL ? minus : plus(mem, a, minus);
    }
    if (!point_a || (a.tag == VAL_TIME) != (b.tag == VAL_TIME))
        return val_null();
    uint32_t na, nb;
    bool za, zb;
    int64_t sa = instant(a, &na, &za), sb = instant(b, &nb, &zb);
    return za == zb ? when_duration(sa - sb, (int64_t)na - nb) : val_null();
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

bool when_cmp(struct val a, struct val b, int *order)
{
    if (a.tag != b.tag || !val_temporal(a))
        return false;
    int64_t x = a.u.i, y = b.u.i;
    uint32_t nx = a.n, ny = b.n;
    bool zx = true, zy = true;
    if (a.tag == VAL_TIME || a.tag == VAL_DATE_TIME) {
        x = instant(a, &nx, &zx);
        y = instant(b, &ny, &zy);
    }
    *order = x != y ? (x < y ? -1 : 1) : nx != ny ? (nx < ny ? -1 : 1) : 0;
    return zx == zy;
}

bool when_equal(struct val a, struct val b, bool *equal)
{
    int order;

    if (a.tag != VAL_TIME && a.tag != VAL_DATE_TIME) {
        bool same = when_cmp(a, b, &order);
        *equal = same && order == 0;
        return same;
    }
    uint32_t n;
    bool za, zb;
    int64_t x = instant(a, &n, &za), y = instant(b, &n, &zb);
    *equal = za == zb && x == y;
    return za == zb;
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
    return when_moment(mem, VAL_TIME, m);
}

struct val when_join(struct arena *mem, struct val date, struct val time)
{
    struct val day = when_date_of(date);

    if (day.tag == VAL_NULL || time.tag != VAL_TIME)
        return val_null();
    struct val_moment m = *time.u.moment;
    m.days = day.u.i;
    if (m.zone == WHEN_NAMED && !zone_offset(m.id, m.days, m.second, &m.offset))
        return val_null();
    return when_moment(mem, VAL_DATE_TIME, m);
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

static bool time_property(struct arena *mem, const struct val_moment *m, const char *name, struct val *out)
{
    if (strcmp(name, "hour") == 0)
        *out = val_int(m->second / 3600);
    else if (strcmp(name, "minute") == 0)
        *out = val_int(m->second / 60 % 60);
    else if (strcmp(name, "second") == 0)
        *out = val_int(m->second % 60);
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
        *out = val_int(s % 60);
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
    if (v.tag == VAL_DATE) {
        const struct val_moment midnight = {.zone = WHEN_OFFSET};
        return time_property(mem, &midnight, name, out);
    }
    return (v.tag == VAL_TIME || v.tag == VAL_DATE_TIME) && time_property(mem, v.u.moment, name, out);
}

/* ---- the two functions that timers use ---- */

bool feel_duration(const char *s, int64_t *months, int64_t *microseconds)
{
    struct cursor c = {s, s + strlen(s)};
    struct duration d;

    if (!read_duration(&c, &d))
        return false;
    *months = d.months;
    return !__builtin_mul_overflow(d.seconds, CLOCK_SECOND, microseconds) &&
           !__builtin_add_overflow(*microseconds, d.nano / 1000, microseconds);
}

int64_t feel_add_duration(int64_t start, int64_t months, int64_t microseconds)
{
    int64_t day = floor_div(start, CLOCK_DAY), rest = start - day * CLOCK_DAY, at;
    struct val later = months == 0 ? date_of_days(day) : month_later(day, months);

    if (later.tag == VAL_NULL || __builtin_mul_overflow(later.u.i, CLOCK_DAY, &at) || __builtin_add_overflow(at, rest, &at) ||
        __builtin_add_overflow(at, microseconds, &at))
        return (months < 0 || (months == 0 && microseconds < 0)) ? INT64_MIN : INT64_MAX;
    return at;
}

/* engine/model/feel/temporal_text.c - dates, times and durations from and to text (DMN 1.5, 10.3.1.2 and 10.3.4.1; XML Schema 1.1).
 *
 * For     literals, date() and its relatives, string(), typed JSON, timers.
 * Owns    the lexical rules: which texts are a date, a time, a duration.
 * Never   computes with what it read (temporal.c does).
 * Holds   a text that is written reads back as the same value; of a fraction nine digits count, further ones are read and cut. */
#include <stdio.h>

#include "base/clock.h"
#include "model/feel/feel.h"
#include "model/feel/temporal.h"

enum { OFFSET_MOST = 18 * 3600 };

struct cursor {
    const char *p, *end;
};

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

    if (!digits(c, 4, 9, &y) || (c->p - first > 4 && *first == '0') || (minus && y == 0))
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

    if (!read_time(mem, &c, false, &m) || c.p != c.end || !when_resolve(VAL_TIME, &m))
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
    if (!when_resolve(VAL_DATE_TIME, &m))
        return false;
    *out = when_moment(mem, VAL_DATE_TIME, m);
    return true;
}

bool when_parse_stored(struct arena *mem, const char *p, size_t n, struct val *out)
{
    const char *zone = memchr(p, '@', n);

    if (when_parse_date_time(mem, p, n, out))
        return true;
    if (zone == NULL || !when_parse_date_time(mem, p, (size_t)(zone - p), out) || out->u.moment->zone != WHEN_OFFSET)
        return false;
    *out = when_in_zone(mem, *out, arena_strndup(mem, zone + 1, (size_t)(p + n - zone - 1)));
    return out->tag == VAL_DATE_TIME && out->u.moment->later;
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

static size_t put_offset(char *out, size_t size, int32_t offset)
{
    int o = offset < 0 ? -offset : offset;
    size_t n = (size_t)snprintf(out, size, "%c%02d:%02d", offset < 0 ? '-' : '+', o / 3600, o / 60 % 60);

    if (o % 60 != 0)
        n += (size_t)snprintf(out + n, size - n, ":%02d", o % 60);
    return n;
}

/* STORED: with the offset of the later of two moments that the clock of a zone shows alike. */
static size_t put_time(char *out, size_t size, const struct val_moment *m, bool stored)
{
    int s = (int)m->second;
    size_t n = (size_t)snprintf(out, size, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);

    n += put_fraction(out + n, m->nano);
    if (m->zone == WHEN_NAMED && stored && m->later)
        n += put_offset(out + n, size - n, m->offset);
    if (m->zone == WHEN_NAMED)
        return n + (size_t)snprintf(out + n, size - n, "@%s", m->id);
    if (m->zone == WHEN_LOCAL)
        return n;
    return n + (m->offset == 0 ? (size_t)snprintf(out + n, size - n, "Z") : put_offset(out + n, size - n, m->offset));
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

static size_t put(struct val v, char out[WHEN_TEXT], bool stored)
{
    if (v.tag == VAL_DATE)
        return put_date(out, WHEN_TEXT, v.u.i);
    if (v.tag == VAL_TIME)
        return put_time(out, WHEN_TEXT, v.u.moment, stored);
    if (v.tag == VAL_MONTHS)
        return put_months(out, v.u.i);
    if (v.tag == VAL_DURATION)
        return put_duration(out, v);
    size_t n = put_date(out, WHEN_TEXT, v.u.moment->days);
    out[n++] = 'T';
    return n + put_time(out + n, WHEN_TEXT - n, v.u.moment, stored);
}

size_t when_text(struct val v, char out[WHEN_TEXT])
{
    return put(v, out, false);
}

size_t when_stored_text(struct val v, char out[WHEN_TEXT])
{
    return put(v, out, true);
}

/* ---- for timers ---- */

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

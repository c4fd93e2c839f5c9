/* engine/model/timer.c - what the texts of timer events mean.
 *
 * For     checks of a model, and the machine when it arms a timer.
 * Owns    the lexical rules of moments, durations and cycles as BPMN files have them, and calendar arithmetic with them.
 * Never   asks what time it is.
 * Holds   the n-th occurrence of a cycle is computed from its first one, so neither the end of a month nor summer time shifts those
 *         that follow. */
#include "model/timer.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "model/feel/temporal.h"

enum { LIMIT_SPAN_DIGITS = 12, LIMIT_TIMES = 1000000000 };

/* ---- moments ---- */

/* "…T10:00Z" is "…T10:00:00Z": FEEL wants seconds, ISO 8601 does not. NULL if S is not of this form. */
static const char *with_seconds(struct arena *mem, const char *s)
{
    const char *t = strchr(s, 'T');

    if (t == NULL || strlen(t) < 6 || t[3] != ':' || t[6] == ':')
        return NULL;
    return arena_printf(mem, "%.*s:00%s", (int)(t + 6 - s), s, t + 6);
}

/* "…+02:00[Europe/Rome]" as "…@Europe/Rome": the name tells the offset. NULL if S is not of this form. */
static const char *with_at(struct arena *mem, const char *s)
{
    const char *open = strchr(s, '['), *t = strchr(s, 'T');

    if (open == NULL || t == NULL || open < t || s[strlen(s) - 1] != ']')
        return NULL;
    const char *zone = strpbrk(t, "+-Z[");
    return arena_printf(mem, "%.*s@%.*s", (int)(zone - s), s, (int)(strlen(open) - 2), open + 1);
}

static bool plain_moment(struct arena *mem, const char *s, struct val *out)
{
    struct val day;

    if (when_parse_date_time(mem, s, strlen(s), out))
        return true;
    if (!when_parse_date(s, strlen(s), &day))
        return false;
    *out = when_moment(mem, VAL_DATE_TIME, (struct val_moment){.days = day.u.i, .zone = WHEN_OFFSET});
    return true;
}

bool timer_moment(struct arena *mem, const char *s, struct val *out)
{
    const char *other;

    if ((other = with_at(mem, s)) != NULL)
        s = other;
    if (!plain_moment(mem, s, out) && ((other = with_seconds(mem, s)) == NULL || !plain_moment(mem, other, out)))
        return false;
    int64_t us;
    return timer_instant(*out, &us);
}

bool timer_instant(struct val v, int64_t *out)
{
    struct val_moment m = {.days = v.u.i};

    if (val_is(v, VAL_DATE_TIME))
        m = *v.u.moment;
    else if (!val_is(v, VAL_DATE))
        return false;
    int64_t seconds = m.days * DAY_SECONDS + m.second - m.offset;
    return !__builtin_mul_overflow(seconds, CLOCK_SECOND, out) && !__builtin_add_overflow(*out, m.nano / 1000, out);
}

/* ---- durations ---- */

struct amount {
    int64_t whole, micros; /* millionths of the unit */
    bool fraction;
};

static bool amount_read(const char **s, struct amount *a)
{
    int n = 0;
    int64_t unit = CLOCK_SECOND;

    *a = (struct amount){0};
    for (; **s >= '0' && **s <= '9' && n < LIMIT_SPAN_DIGITS; n++)
        a->whole = a->whole * 10 + (*(*s)++ - '0');
    if (n == 0 || (**s >= '0' && **s <= '9'))
        return false;
    if (**s != '.' && **s != ',')
        return true;
    a->fraction = true;
    for (n = 0, (*s)++; **s >= '0' && **s <= '9'; n++, (*s)++) {
        unit /= 10;
        a->micros += unit * (**s - '0');
    }
    return n > 0;
}

/* Adds A of the unit UNIT, which must stand behind those that were there. */
static bool span_part(char unit, bool timed, const struct amount *a, struct timer_span *out)
{
    static const char days[] = "YMWD", times[] = "HMS";
    static const int64_t exact[] = {CLOCK_HOUR, CLOCK_MINUTE, CLOCK_SECOND};
    int64_t more = 0;

    if (unit == '\0' || strchr(timed ? times : days, unit) == NULL || (a->fraction && !timed))
        return false;
    if (timed) {
        int64_t size = exact[strchr(times, unit) - times];
        return !__builtin_mul_overflow(a->whole, size, &more) &&
               !__builtin_add_overflow(more, a->micros * (size / CLOCK_SECOND), &more) &&
               !__builtin_add_overflow(out->micros, more, &out->micros);
    }
    if (unit == 'Y' || unit == 'M')
        out->months += a->whole * (unit == 'Y' ? 12 : 1);
    else
        out->days += a->whole * (unit == 'W' ? 7 : 1);
    return true;
}

bool timer_span(const char *s, struct timer_span *out)
{
    static const char order[] = "YMWDThms";
    const char *last = order;
    bool minus = s[0] == '-', timed = false, any = false, fraction = false;

    *out = (struct timer_span){0};
    s += s[0] == '-' || s[0] == '+';
    if (*s++ != 'P')
        return false;
    while (*s != '\0') {
        struct amount a;
        if (*s == 'T' && !timed) {
            timed = true;
            last = order + 5;
            if (*++s == '\0')
                return false;
        }
        if (fraction || !amount_read(&s, &a) || !span_part(*s, timed, &a, out))
            return false;
        /* each unit once, the larger first; those of the time stand as small letters in the order */
        const char *place = strchr(last, timed ? *s + ('a' - 'A') : *s);
        if (place == NULL)
            return false;
        last = place + 1;
        fraction = a.fraction;
        any = true;
        s++;
    }
    if (minus)
        *out = (struct timer_span){-out->months, -out->days, -out->micros};
    return any;
}

bool timer_add(struct arena *mem, struct val from, const struct timer_span *span, int64_t n, struct val *out)
{
    int64_t months, days, micros, us;

    if (__builtin_mul_overflow(span->months, n, &months) || __builtin_mul_overflow(span->days, n, &days) ||
        __builtin_mul_overflow(span->micros, n, &micros))
        return false;
    *out = from;
    if (months != 0)
        *out = when_add(mem, *out, when_months(months));
    if (!timer_instant(*out, &us))
        return false;
    if (days != 0) {
        struct val_moment m = *out->u.moment;
        if (__builtin_add_overflow(m.days, days, &m.days) || !when_resolve(VAL_DATE_TIME, &m))
            return false;
        *out = when_moment(mem, VAL_DATE_TIME, m);
    }
    if (micros != 0)
        *out = when_add(mem, *out, when_duration(micros / CLOCK_SECOND, micros % CLOCK_SECOND * 1000));
    return timer_instant(*out, &us);
}

/* ---- when ---- */

/* The next time at which a clock shows the time of day V. */
static bool next_time(struct arena *mem, struct val v, int64_t now, int64_t *out)
{
    struct val today = when_from_us(mem, now);
    struct timer_span day = {.days = 1};

    if (v.u.moment->zone == WHEN_NAMED)
        today = when_in_zone(mem, today, v.u.moment->id);
    else if (v.u.moment->zone == WHEN_OFFSET)
        today = when_from_us(mem, now + v.u.moment->offset * CLOCK_SECOND);
    struct val moment = when_join(mem, today, v);
    return timer_instant(moment, out) &&
           (*out >= now || (timer_add(mem, moment, &day, 1, &moment) && timer_instant(moment, out)));
}

bool timer_when(struct arena *mem, const char *s, int64_t now, int64_t *out)
{
    struct timer_span span;
    struct val v;

    if (timer_moment(mem, s, &v))
        return timer_instant(v, out);
    if (timer_span(s, &span))
        return timer_add(mem, when_from_us(mem, now), &span, 1, &v) && timer_instant(v, out);
    if (when_parse_time(mem, s, strlen(s), &v))
        return next_time(mem, v, now, out);
    for (const char *slash = strchr(s, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        struct val start, end;
        if (!timer_moment(mem, arena_strndup(mem, s, (size_t)(slash - s)), &start))
            continue;
        if (timer_moment(mem, slash + 1, &end))
            return timer_instant(end, out);
        return timer_span(slash + 1, &span) && timer_add(mem, start, &span, 1, &end) && timer_instant(end, out);
    }
    return false;
}

/* ---- cycles ---- */

/* Cuts the next part off *S at the slash; "" after the last one. A zone has slashes of its own: what begins with a letter that no part
 * begins with belongs to the part before it. */
static const char *cycle_part(struct arena *mem, const char **s)
{
    const char *first = *s, *end = first + strcspn(first, "/");

    while (*end == '/' && memchr(first, '@', (size_t)(end - first)) != NULL && strchr("P-+0123456789", end[1]) == NULL)
        end += 1 + strcspn(end + 1, "/");
    while (*end == '/' && memchr(first, '[', (size_t)(end - first)) != NULL &&
           memchr(first, ']', (size_t)(end - first)) == NULL)
        end += 1 + strcspn(end + 1, "/");
    *s = end + (*end == '/');
    return arena_strndup(mem, first, (size_t)(end - first));
}

static bool times_read(const char *s, int64_t *times)
{
    *times = -1;
    if (s[0] != 'R')
        return false;
    if (s[1] == '\0')
        return true;
    *times = 0;
    for (const char *d = s + 1; *d != '\0'; d++) {
        if (*d < '0' || *d > '9' || *times > LIMIT_TIMES)
            return false;
        *times = *times * 10 + (*d - '0');
    }
    return true;
}

/* The interval from START to END. */
static bool span_between(struct val start, struct val end, struct timer_span *out)
{
    int64_t a, b;

    *out = (struct timer_span){0};
    return timer_instant(start, &a) && timer_instant(end, &b) && !__builtin_sub_overflow(b, a, &out->micros);
}

/* The parts behind R[n]. */
static enum err cycle_rest(struct arena *mem, const char *text, const char *rest, struct timer_cycle *c)
{
    const char *p = cycle_part(mem, &rest);
    struct val moment;

    if (timer_moment(mem, p, &c->start)) {
        p = cycle_part(mem, &rest);
        if (timer_moment(mem, p, &moment)) {
            if (!span_between(c->start, moment, &c->interval))
                return fail(E_EXPR, "\"%.80s\": the interval is too long", text);
            p = NULL;
        }
    }
    if (p != NULL && !timer_span(p, &c->interval))
        return fail(E_EXPR, "\"%.80s\" is no cycle such as R3/PT10M: \"%.40s\" is no duration", text, p);
    if (p != NULL && rest[0] != '\0') {
        p = cycle_part(mem, &rest);
        if (!timer_moment(mem, p, &moment) || !timer_instant(moment, &c->end))
            return fail(E_EXPR, "\"%.80s\": \"%.40s\" is no date and time at which the cycle ends", text, p);
    }
    return rest[0] == '\0' ? OK : fail(E_EXPR, "\"%.80s\" has a part too many", text);
}

enum err timer_cycle(struct arena *mem, const char *text, struct timer_cycle *out)
{
    const char *rest = text;
    const struct timer_span *i = &out->interval;
    int64_t start;

    *out = (struct timer_cycle){.start = val_null(), .times = -1, .end = INT64_MAX};
    if (text[0] == '@' || strchr(text, ' ') != NULL)
        return timer_cron(mem, text, &out->cron);
    if (!times_read(cycle_part(mem, &rest), &out->times))
        return fail(E_EXPR, "\"%.80s\" is no cycle such as R3/PT10M", text);
    TRY(cycle_rest(mem, text, rest, out));
    if (out->times == 0)
        return fail(E_EXPR, "\"%.80s\": a cycle occurs at least once", text);
    if (i->months < 0 || i->days < 0 || i->micros < 0)
        return fail(E_EXPR, "\"%.80s\": the interval is negative", text);
    if (i->months == 0 && i->days == 0 && i->micros < CLOCK_SECOND)
        return fail(E_TOOBIG, "\"%.80s\": the shortest interval of a cycle is a second", text);
    if (timer_instant(out->start, &start) && start > out->end)
        return fail(E_EXPR, "\"%.80s\" ends before it begins", text);
    return OK;
}

/* engine/run/moment.c - when a timer is due.
 *
 * For     timer events and the due date of user tasks.
 * Owns    what a timer definition's value means, and the text in which an armed cycle is kept.
 * Never   asks what time it is: NOW is given.
 * Holds   a cycle is evaluated once, when its timer is armed, and kept with its first moment: R3/2026-01-01T09:00:00@Europe/Rome/P1D.
 *         Each occurrence follows from that and its number, so they do not drift, whenever the worker comes round to them; one that has
 *         passed already is due at once. */
#include <inttypes.h>

#include "base/clock.h"
#include "model/feel/temporal.h"
#include "model/timer.h"
#include "run/behaviours.h"
#include "run/limit.h"

/* ---- dates and durations ---- */

enum err moment_of(struct arena *mem, struct val v, int64_t now, int64_t *out)
{
    bool known = false;

    if (val_is(v, VAL_STRING))
        known = timer_when(mem, v.u.s, now, out);
    else if (val_is(v, VAL_DATE) || val_is(v, VAL_DATE_TIME))
        known = timer_instant(v, out);
    else if (val_is(v, VAL_TIME) || val_is(v, VAL_MONTHS) || val_is(v, VAL_DURATION))
        known = timer_when(mem, val_string(mem, v), now, out);
    if (!known)
        return fail(E_EXPR, "\"%.80s\" is neither a date and time nor a duration", val_string(mem, v));
    if (*out <= 0)
        *out = 1; /* long ago: due at once, and 0 means none */
    return OK;
}

/* ---- cycles ---- */

/* The N-th occurrence, from 1 on; false if there is none. */
static bool occurrence(struct arena *mem, const struct timer_cycle *c, int64_t n, int64_t *out)
{
    struct val v;

    return (c->times < 0 || n <= c->times) && timer_add(mem, c->start, &c->interval, n - 1, &v) && timer_instant(v, out) &&
           *out <= c->end && *out > 0;
}

/* How many occurrences are before MOMENT. */
static int64_t passed(struct arena *mem, const struct timer_cycle *c, int64_t moment)
{
    int64_t low = 0, step = 1, at;
    struct arena_mark mark = arena_mark(mem);

    /* at least LOW of them are; first by steps that double, then by halves */
    while (occurrence(mem, c, low + step, &at) && at < moment) {
        low += step;
        step *= 2;
    }
    for (; step > 0; step /= 2) {
        if (occurrence(mem, c, low + step, &at) && at < moment)
            low += step;
        arena_rewind(mem, mark);
    }
    return low;
}

static void span_write(struct buf *b, const struct timer_span *s)
{
    buf_char(b, 'P');
    if (s->months != 0)
        buf_fmt(b, "%" PRId64 "M", s->months);
    if (s->days != 0)
        buf_fmt(b, "%" PRId64 "D", s->days);
    if (s->micros != 0)
        buf_fmt(b, "T%" PRId64 ".%06" PRId64 "S", s->micros / CLOCK_SECOND, s->micros % CLOCK_SECOND);
}

/* C, whose start is known, as text. */
static const char *cycle_text(struct arena *mem, const struct timer_cycle *c)
{
    struct buf b = buf_new(mem, 4 * WHEN_TEXT);
    char start[WHEN_TEXT];

    (void)when_text(c->start, start);
    buf_char(&b, 'R');
    if (c->times >= 0)
        buf_fmt(&b, "%" PRId64, c->times);
    buf_fmt(&b, "/%s/", start);
    span_write(&b, &c->interval);
    if (c->end != INT64_MAX)
        buf_fmt(&b, "/%s", clock_text(mem, c->end));
    return buf_text(&b);
}

static enum err cycle_first(struct arena *mem, const char *text, int64_t now, struct moment *out)
{
    struct timer_cycle c;
    int64_t before = 0;

    TRY(timer_cycle(mem, text, &c));
    if (c.cron != NULL) {
        out->cycle = text;
        return timer_cron_next(c.cron, now, &out->due) ? OK : fail(E_EXPR, "\"%.80s\" never occurs", text);
    }
    if (val_is(c.start, VAL_NULL)) {
        if (!timer_add(mem, when_from_us(mem, now), &c.interval, 1, &c.start))
            return fail(E_EXPR, "\"%.80s\" is too far away", text);
    } else {
        /* those before now are history; of a cycle that is over the last one is due at once */
        before = passed(mem, &c, now);
        if (before == c.times || (before > 0 && !occurrence(mem, &c, before + 1, &out->due)))
            before--;
    }
    if (before > UINT32_MAX || !occurrence(mem, &c, before + 1, &out->due))
        return fail(E_EXPR, "\"%.80s\" never occurs", text);
    out->count = (uint32_t)before;
    out->cycle = cycle_text(mem, &c);
    return OK;
}

enum err moment_first(struct arena *mem, const struct proc_event *e, struct val v, int64_t now, struct moment *out)
{
    *out = (struct moment){0};
    if (val_is(v, VAL_NULL))
        return fail(E_EXPR, "the timer's date, duration or cycle is null");
    if (e->timer != TIMER_CYCLE)
        return moment_of(mem, v, now, &out->due);
    if (!val_is(v, VAL_STRING))
        return fail(E_EXPR, "%.80s is no cycle such as R3/PT10M", val_string(mem, v));
    return cycle_first(mem, v.u.s, now, out);
}

/* The occurrence after the COUNT-th. A worker that was away makes up for LIMIT_CYCLE_BEHIND of them, no more. */
static void next_of(struct arena *mem, const struct timer_cycle *c, int64_t now, struct moment *m)
{
    int64_t behind = passed(mem, c, now) - m->count;

    if (behind > LIMIT_CYCLE_BEHIND)
        m->count += (uint32_t)(behind - LIMIT_CYCLE_BEHIND);
    if (!occurrence(mem, c, (int64_t)m->count + 1, &m->due))
        m->due = 0;
}

/* What a worker that was away has missed of a cron is made up for once. */
static void next_cron(const struct timer_cycle *c, int64_t now, struct moment *m)
{
    if (!timer_cron_next(c->cron, m->due > now ? m->due : now, &m->due))
        m->due = 0;
}

enum err moment_next(struct arena *mem, const char *cycle, int64_t now, struct moment *m)
{
    struct timer_cycle c;

    if (cycle == NULL) {
        m->due = 0;
        return OK;
    }
    TRY(timer_cycle(mem, cycle, &c));
    if (c.cron != NULL)
        next_cron(&c, now, m);
    else
        next_of(mem, &c, now, m);
    return OK;
}

enum err moment_following(struct arena *mem, struct val v, int64_t now, struct moment *m)
{
    struct timer_cycle c;
    struct val last = when_from_us(mem, m->due);

    if (!val_is(v, VAL_STRING))
        return fail(E_EXPR, "%.80s is no cycle such as R3/PT10M", val_string(mem, v));
    TRY(timer_cycle(mem, v.u.s, &c));
    if (c.cron != NULL) {
        next_cron(&c, now, m);
    } else if (val_is(c.start, VAL_NULL)) {
        if ((c.times >= 0 && m->count >= c.times) || !timer_add(mem, last, &c.interval, 1, &last) ||
            !timer_instant(last, &m->due) || m->due > c.end)
            m->due = 0;
    } else {
        m->count = (uint32_t)passed(mem, &c, m->due + 1);
        next_of(mem, &c, now, m);
    }
    return OK;
}

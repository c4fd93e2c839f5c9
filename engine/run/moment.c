/* engine/run/moment.c - when a timer is due.
 *
 * For     timer events and the due date of user tasks.
 * Owns    reading dates, durations and cycles (ISO 8601-1, 4.4 and 4.5) from text or FEEL values.
 * Never   asks what time it is: NOW is given.
 * Holds   a moment without an offset is UTC; each occurrence of a cycle is computed from the one before, not from when the
 * worker came round to it, so they do not drift; one that has passed already is due at once. */
#include <inttypes.h>

#include "base/clock.h"
#include "run/behaviours.h"
#include "run/limit.h"

/* A cycle: R[n]/[start/]interval. */
struct cycle {
    int64_t times; /* -1 = without end */
    int64_t start; /* 0 = now plus the interval */
    int64_t months, micros;
};

/* A date and time, or a date, as text; without an offset it is UTC. */
static bool moment_parse(struct arena *mem, const char *s, int64_t *out)
{
    return clock_parse(s, out) || clock_parse(arena_printf(mem, "%sZ", s), out) ||
           clock_parse(arena_printf(mem, "%sT00:00:00Z", s), out);
}

static enum err moment_text(struct arena *mem, const char *s, int64_t now, int64_t *out)
{
    int64_t months, micros;

    if (moment_parse(mem, s, out))
        return OK;
    if (!feel_duration(s, &months, &micros))
        return fail(E_EXPR, "\"%.80s\" is neither a date and time nor a duration", s);
    *out = feel_add_duration(now, months, micros);
    return OK;
}

enum err moment_of(struct arena *mem, struct val v, int64_t now, int64_t *out)
{
    static const enum val_tag timely[] = {VAL_STRING, VAL_DATE, VAL_DATE_TIME, VAL_MONTHS, VAL_DURATION};

    for (size_t i = 0; i < sizeof timely / sizeof *timely; i++) {
        if (val_is(v, timely[i]))
            return moment_text(mem, val_string(mem, v), now, out);
    }
    return fail(E_EXPR, "%.80s is neither a date and time nor a duration", val_string(mem, v));
}

/* Cuts the next part off *S at the slash; the rest is "" after the last one. */
static char *part(struct arena *mem, const char **s)
{
    size_t n = strcspn(*s, "/");
    char *p = arena_strndup(mem, *s, n);

    *s += n + ((*s)[n] == '/');
    return p;
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
        if (*d < '0' || *d > '9' || *times > 1000000)
            return false;
        *times = *times * 10 + (*d - '0');
    }
    return true;
}

static enum err cycle_read(struct arena *mem, const char *text, struct cycle *c)
{
    const char *rest = text, *last;
    int64_t end;

    *c = (struct cycle){0};
    if (!times_read(part(mem, &rest), &c->times))
        return fail(E_EXPR, "\"%.80s\" is no cycle such as R3/PT10M", text);
    last = part(mem, &rest);
    if (rest[0] != '\0') { /* R3/start/interval or R3/start/end */
        if (!moment_parse(mem, last, &c->start))
            return fail(E_EXPR, "\"%.80s\": the part after R is no date and time", text);
        last = part(mem, &rest);
        if (moment_parse(mem, last, &end))
            c->micros = end - c->start;
        else if (!feel_duration(last, &c->months, &c->micros))
            return fail(E_EXPR, "\"%.80s\": the last part is no duration", text);
    } else if (!feel_duration(last, &c->months, &c->micros)) {
        return fail(E_EXPR, "\"%.80s\" is no cycle such as R3/PT10M", text);
    }
    if (rest[0] != '\0' || c->months < 0 || c->micros < 0 || (c->months == 0 && c->micros < CLOCK_SECOND))
        return fail(E_EXPR, "\"%.80s\": the interval of a cycle is at least one second", text);
    return OK;
}

static enum err timer_value(struct step *s, const struct token *t, struct val *v)
{
    return step_value(s, t->scope, &step_node(s, t)->timer_text, v);
}

enum err moment_first(struct step *s, const struct token *t, int64_t *due)
{
    struct val v;
    struct cycle c;

    TRY(timer_value(s, t, &v));
    if (step_node(s, t)->timer != TIMER_CYCLE)
        return moment_of(s->tmp, v, s->env->now, due);
    if (!val_is(v, VAL_STRING))
        return fail(E_EXPR, "%.80s is no cycle such as R3/PT10M", val_string(s->tmp, v));
    TRY(cycle_read(s->tmp, v.u.s, &c));
    if (c.times == 0)
        return fail(E_EXPR, "\"%.80s\": a cycle occurs at least once", v.u.s);
    *due = c.start != 0 ? c.start : feel_add_duration(s->env->now, c.months, c.micros);
    return OK;
}

enum err moment_next(struct step *s, const struct token *t, int64_t *due)
{
    struct val v;
    struct cycle c;

    *due = 0;
    if (step_node(s, t)->timer != TIMER_CYCLE)
        return OK;
    TRY(timer_value(s, t, &v));
    if (!val_is(v, VAL_STRING))
        return fail(E_EXPR, "%.80s is no cycle such as R3/PT10M", val_string(s->tmp, v));
    TRY(cycle_read(s->tmp, v.u.s, &c));
    if (c.times >= 0 && t->count >= c.times)
        return OK;
    if (t->count >= LIMIT_CYCLE_FIRINGS)
        return fail(E_FUEL, "the timer has fired %d times, more are not allowed", (int)LIMIT_CYCLE_FIRINGS);
    *due = feel_add_duration(t->due, c.months, c.micros);
    return OK;
}

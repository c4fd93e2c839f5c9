/* engine/model/cron.c - cycles in the form of cron, as timeCycle of Camunda and Zeebe has them.
 *
 * For     timer.c.
 * Owns    the six fields, and the search for the next moment that fits all of them.
 * Never   reads a number as a day of the week: 1 is Monday for one program and Sunday for the other.
 * Holds   the search ends: after LIMIT_CRON_DAYS days there is no such moment. */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/timer.h"

enum { LIMIT_CRON_DAYS = 366 * 41, LIMIT_CRON_FIELD = 200 }; /* 29 February of one weekday comes again after 40 years */

enum { FIELD_SECOND, FIELD_MINUTE, FIELD_HOUR, FIELD_DAY, FIELD_MONTH, FIELD_WEEKDAY, FIELDS };

struct timer_cron {
    uint64_t set[FIELDS]; /* bit n: the number n; weekdays: 0 = Monday */
    bool last_day;        /* L: the last day of the month */
    bool last_work;       /* LW: its last working day */
    int near_work;        /* nW: working day nearest to this one, 0 = not given */
    int nth, nth_day;     /* FRI#2: the 2nd Friday; nth 0 = not given, -1 = the last one */
};

static const char *const month_name[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
static const char *const day_name[] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};

static const struct {
    const char *what;
    int least, most;
} field_of[FIELDS] = {{"second", 0, 59},       {"minute", 0, 59}, {"hour", 0, 23},
                      {"day of month", 1, 31}, {"month", 1, 12},  {"day of week", 0, 6}};

static int named(const char *const *names, int n, const char *p)
{
    for (int i = 0; i < n; i++) {
        const char three[4] = {p[0], p[0] == '\0' ? '\0' : p[1], p[0] == '\0' || p[1] == '\0' ? '\0' : p[2], '\0'};
        if (text_same_nocase(names[i], three))
            return i;
    }
    return -1;
}

/* A number or name of the field F; -1 if there is none at *P. */
static int one(int f, const char **p)
{
    int n = f == FIELD_MONTH ? named(month_name, 12, *p) : f == FIELD_WEEKDAY ? named(day_name, 7, *p) : -1;

    if (n >= 0) {
        *p += 3;
        return f == FIELD_MONTH ? n + 1 : n;
    }
    if (f == FIELD_WEEKDAY || **p < '0' || **p > '9')
        return -1;
    for (n = 0; **p >= '0' && **p <= '9' && n < 1000; (*p)++)
        n = n * 10 + (**p - '0');
    return n >= field_of[f].least && n <= field_of[f].most ? n : -1;
}

/* What only days have: L, LW, nW, FRI#2, FRIL. False: the item is none of these. */
static bool special(struct timer_cron *c, int f, const char *item)
{
    const char *p = item;

    if (f == FIELD_DAY && strcmp(item, "L") == 0)
        return c->last_day = true;
    if (f == FIELD_DAY && strcmp(item, "LW") == 0)
        return c->last_work = true;
    int n = one(f, &p);
    if (n < 0)
        return false;
    if (f == FIELD_DAY && strcmp(p, "W") == 0) {
        c->near_work = n;
        return true;
    }
    if (f != FIELD_WEEKDAY || c->nth != 0)
        return false;
    c->nth_day = n;
    if (strcmp(p, "L") == 0)
        c->nth = -1;
    else if (p[0] == '#' && p[1] >= '1' && p[1] <= '5' && p[2] == '\0')
        c->nth = p[1] - '0';
    return c->nth != 0;
}

/* One of a list: all, a number, a range, each with a step. */
static bool item_read(struct timer_cron *c, int f, const char *item)
{
    const char *p = item;
    int from = field_of[f].least, to = field_of[f].most, step = 1;

    if (special(c, f, item))
        return true;
    if (*p == '*' || (*p == '?' && (f == FIELD_DAY || f == FIELD_WEEKDAY))) {
        p++;
    } else {
        if ((from = one(f, &p)) < 0)
            return false;
        if (*p == '-') {
            p++;
            if ((to = one(f, &p)) < 0)
                return false;
        } else if (*p != '/') {
            to = from;
        }
    }
    if (*p == '/') {
        for (p++, step = 0; *p >= '0' && *p <= '9' && step < 1000; p++)
            step = step * 10 + (*p - '0');
    }
    if (*p != '\0' || step == 0)
        return false;
    int span = field_of[f].most - field_of[f].least + 1;
    for (int n = from; n <= (to < from ? to + span : to); n += step) /* FRI-MON goes round */
        c->set[f] |= UINT64_C(1) << (field_of[f].least + (n - field_of[f].least) % span);
    return true;
}

static bool field_read(struct arena *mem, struct timer_cron *c, int f, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, ",");
        if (n == 0 || !item_read(c, f, arena_strndup(mem, text, n)))
            return false;
        text += n;
        if (*text == ',' && *++text == '\0')
            return false;
    }
    return true;
}

static const char *unfold(const char *text)
{
    static const struct {
        const char *name, *fields;
    } macro[] = {{"@yearly", "0 0 0 1 1 *"},   {"@annually", "0 0 0 1 1 *"}, {"@monthly", "0 0 0 1 * *"},
                 {"@weekly", "0 0 0 * * SUN"}, {"@daily", "0 0 0 * * *"},    {"@midnight", "0 0 0 * * *"},
                 {"@hourly", "0 0 * * * *"}};

    for (size_t i = 0; i < sizeof macro / sizeof *macro; i++) {
        if (strcmp(text, macro[i].name) == 0)
            return macro[i].fields;
    }
    return text;
}

enum err timer_cron(struct arena *mem, const char *text, const struct timer_cron **out)
{
    struct timer_cron *c = ARENA_NEW(mem, struct timer_cron);
    const char *p = unfold(text);
    int f = 0;

    for (p += strspn(p, " \t\n\r"); *p != '\0' && f < FIELDS; f++) {
        size_t n = strcspn(p, " \t\n\r");
        if (n > LIMIT_CRON_FIELD || !field_read(mem, c, f, arena_strndup(mem, p, n)))
            return fail(E_EXPR, "\"%.80s\": \"%.*s\" is no %s of cron%s", text, (int)(n > 40 ? 40 : n), p, field_of[f].what,
                        f == FIELD_WEEKDAY ? ", which are named: MON-FRI" : "");
        p += n;
        p += strspn(p, " \t\n\r");
    }
    if (f < FIELDS || *p != '\0')
        return fail(E_EXPR, "\"%.80s\" is no cron of six fields such as 0 30 8 * * MON-FRI (seconds first)", text);
    *out = c;
    return OK;
}

/* ---- the next moment ---- */

static int month_last(int64_t year, int month)
{
    int64_t next = month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, month + 1, 1);

    return (int)(next - clock_days(year, month, 1));
}

static int weekday_of(int64_t days)
{
    return (int)((days % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}

/* The working day (Monday to Friday) of the month nearest to DAY. */
static int nearest_work(int64_t year, int month, int day)
{
    int last = month_last(year, month), w;

    day = day > last ? last : day;
    w = weekday_of(clock_days(year, month, day));
    if (w == 5)
        return day > 1 ? day - 1 : day + 2;
    if (w == 6)
        return day < last ? day + 1 : day - 2;
    return day;
}

static bool day_fits(const struct timer_cron *c, int64_t days)
{
    int64_t year;
    int month, day, w = weekday_of(days);

    clock_civil(days, &year, &month, &day);
    int last = month_last(year, month);
    bool of_month = (c->set[FIELD_DAY] >> day & 1) != 0 || (c->last_day && day == last) ||
                    (c->last_work && day == nearest_work(year, month, last)) ||
                    (c->near_work != 0 && c->near_work <= last && day == nearest_work(year, month, c->near_work));
    bool of_week = (c->set[FIELD_WEEKDAY] >> w & 1) != 0 || (c->nth > 0 && w == c->nth_day && (day - 1) / 7 + 1 == c->nth) ||
                   (c->nth < 0 && w == c->nth_day && day + 7 > last);
    return (c->set[FIELD_MONTH] >> month & 1) != 0 && of_month && of_week;
}

/* The least number in SET from FROM on; -1 if there is none. */
static int least_from(uint64_t set, int from)
{
    uint64_t rest = from > 63 ? 0 : set >> from;

    return rest == 0 ? -1 : from + __builtin_ctzll(rest);
}

/* The first second of a day, from SECOND on, that fits; -1 if there is none. */
static int64_t time_from(const struct timer_cron *c, int64_t second)
{
    for (int h = least_from(c->set[FIELD_HOUR], (int)(second / 3600)); h >= 0; h = least_from(c->set[FIELD_HOUR], h + 1)) {
        int first = h == second / 3600 ? (int)(second / 60 % 60) : 0;
        for (int m = least_from(c->set[FIELD_MINUTE], first); m >= 0; m = least_from(c->set[FIELD_MINUTE], m + 1)) {
            int s = least_from(c->set[FIELD_SECOND], h * 60 + m == second / 60 ? (int)(second % 60) : 0);
            if (s >= 0)
                return h * INT64_C(3600) + m * 60 + s;
        }
    }
    return -1;
}

bool timer_cron_next(const struct timer_cron *c, int64_t after, int64_t *out)
{
    int64_t second = after / CLOCK_SECOND - (after % CLOCK_SECOND < 0) + 1;
    int64_t days = second / 86400 - (second % 86400 < 0), rest = second - days * 86400;

    for (int n = 0; n < LIMIT_CRON_DAYS; n++, days++, rest = 0) {
        int64_t at = day_fits(c, days) ? time_from(c, rest) : -1;
        if (at >= 0)
            return !__builtin_mul_overflow(days * 86400 + at, CLOCK_SECOND, out);
    }
    return false;
}

/* engine/model/feel/builtins_time.c - built-in functions on dates, times and ranges (DMN 1.5, 10.3.4.1, 10.3.4.7 to 10.3.4.9).
 *
 * For     builtin.def.
 * Owns    the relations between ranges (table 78).
 * Never   asks for the time: now() and today() are told by the environment.
 * Holds   a malformed text is null with a note. */
#include "base/clock.h"
#include "model/feel/builtins.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

/* Counts the look-up of a zone if the text V may name one, or the moment V has one. */
static bool zone_charge(struct frame *f, struct val v)
{
    bool named =
        (v.tag == VAL_STRING && memchr(v.u.s, '@', v.n) != NULL) || (v.tag == VAL_DATE_TIME && v.u.moment->zone == WHEN_NAMED);

    return !named || eval_charge(f->s, STEPS_ZONE);
}

struct val bif_at(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val v;

    if (!zone_charge(f, arg[0]))
        return val_null();
    return when_parse(f->s->mem, arg[0].u.s, arg[0].n, &v) ? v : eval_note(f, at, "this is no date, time or duration");
}

struct val bif_date(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t y, m, d;
    struct val v = val_null();

    arg[0] = val_single(arg[0]);
    if (n == 3 && dec_int(arg[0], &y) && dec_int(arg[1], &m) && dec_int(arg[2], &d))
        v = when_date(y, m, d);
    else if (n == 1 && arg[0].tag == VAL_STRING && !when_parse_date(arg[0].u.s, arg[0].n, &v))
        v = val_null();
    else if (n == 1 && arg[0].tag != VAL_STRING)
        v = when_date_of(arg[0]);
    return v.tag == VAL_NULL ? eval_note(f, at, "there is no such date") : v;
}

static struct val time_of_parts(struct frame *f, const struct val *arg, unsigned n)
{
    struct val_moment m = {.zone = WHEN_LOCAL};
    int64_t h, min, s, nano;

    if (!dec_int(arg[0], &h) || !dec_int(arg[1], &min) || !dec_int(arg[2], &s) || dec_sign(arg[2]) < 0)
        return val_null();
    if (h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 59)
        return val_null();
    struct val rest = dec_mul(f->s->mem, dec_sub(f->s->mem, arg[2], val_int(s)), val_int(NANO));
    if (!val_numeric(rest) || !dec_int(rest, &nano))
        return val_null();
    m.second = h * 3600 + min * 60 + s;
    m.nano = (uint32_t)nano;
    if (n > 3 && arg[3].tag != VAL_NULL) {
        if (arg[3].tag != VAL_DURATION || arg[3].n != 0 || arg[3].u.i > 18 * 3600 || arg[3].u.i < -18 * 3600)
            return val_null();
        m.zone = WHEN_OFFSET;
        m.offset = (int32_t)arg[3].u.i;
    }
    return when_moment(f->s->mem, VAL_TIME, m);
}

struct val bif_time(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val v = val_null();

    arg[0] = val_single(arg[0]);
    if (!zone_charge(f, arg[0]))
        return v;
    if (n >= 3)
        v = time_of_parts(f, arg, n);
    else if (arg[0].tag != VAL_STRING)
        v = when_time_of(f->s->mem, arg[0]);
    else if (!when_parse_time(f->s->mem, arg[0].u.s, arg[0].n, &v))
        v = val_null();
    return v.tag == VAL_NULL ? eval_note(f, at, "there is no such time") : v;
}

struct val bif_date_and_time(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val v = val_null();

    arg[0] = val_single(arg[0]);
    if (!(n == 2 ? eval_charge(f->s, STEPS_ZONE) : zone_charge(f, arg[0])))
        return v;
    if (n == 2)
        v = arg[1].tag == VAL_TIME ? when_join(f->s->mem, arg[0], arg[1]) : when_in_zone(f->s->mem, arg[0], arg[1].u.s);
    else if (arg[0].tag == VAL_DATE_TIME)
        v = arg[0];
    else if (arg[0].tag == VAL_DATE)
        v = when_moment(f->s->mem, VAL_DATE_TIME, (struct val_moment){.days = arg[0].u.i, .zone = WHEN_OFFSET});
    else if (arg[0].tag == VAL_STRING && !when_parse_date_time(f->s->mem, arg[0].u.s, arg[0].n, &v))
        v = val_null();
    return v.tag == VAL_NULL ? eval_note(f, at, "there is no such date and time") : v;
}

struct val bif_duration(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val v;

    return when_parse_duration(arg[0].u.s, arg[0].n, &v) ? v : eval_note(f, at, "this is no duration");
}

/* Whole months from A to B, cut towards zero. */
struct val bif_months_duration(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val a = when_date_of(arg[0]), b = when_date_of(arg[1]);
    int64_t ya, yb;
    int ma, mb, da, db;

    clock_civil(a.u.i, &ya, &ma, &da);
    clock_civil(b.u.i, &yb, &mb, &db);
    int64_t months = (yb - ya) * 12 + (mb - ma);
    if (months > 0 && db < da)
        months--;
    else if (months < 0 && db > da)
        months++;
    return when_months(months);
}

struct val bif_now(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return when_from_us(f->s->mem, f->s->env->now);
}

struct val bif_today(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return when_date_of(when_from_us(f->s->mem, f->s->env->now));
}

struct val bif_day_of_year(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t days = when_date_of(arg[0]).u.i, year;
    int month, day;

    clock_civil(days, &year, &month, &day);
    return val_int(days - clock_days(year, 1, 1) + 1);
}

/* 0 = Monday */
static int weekday(int64_t days)
{
    return (int)(((days + 3) % 7 + 7) % 7);
}

struct val bif_day_of_week(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    const char *name = names[weekday(when_date_of(arg[0]).u.i)];

    return (struct val){.tag = VAL_STRING, .n = (uint32_t)strlen(name), .u.s = name};
}

struct val bif_month_of_year(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    int64_t year;
    int month, day;

    clock_civil(when_date_of(arg[0]).u.i, &year, &month, &day);
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)strlen(names[month - 1]), .u.s = names[month - 1]};
}

/* ISO 8601: the week of a day is the week of its Thursday. */
struct val bif_week_of_year(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t days = when_date_of(arg[0]).u.i, thursday = days - weekday(days) + 3, year;
    int month, day;

    clock_civil(thursday, &year, &month, &day);
    return val_int((thursday - clock_days(year, 1, 1)) / 7 + 1);
}

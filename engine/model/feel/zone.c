/* engine/model/feel/zone.c - offsets of named time zones from the system's zone files.
 *
 * For     "@Europe/Paris": which moment a clock of that zone shows, and what it shows at a moment.
 * Owns    reading /usr/share/zoneinfo (TZif version 2 and later, RFC 8536).
 * Never   uses TZ, localtime() or anything that the environment can steer; reads a path that a name could have bent.
 * Holds   a name begins with a capital letter and has only letters, digits, '_', '+', '-' and single '/', so it cannot leave the
 * directory, and lists, local settings and clocks with leap seconds beside the zones are not taken for zones.
 *
 * Everything rests on one question, the offset at an instant: in the table of changes as far as that goes, by the POSIX rule of
 * the footer after it. A second of the local clock is looked for under the offsets of the day before and the day after: both fit =
 * the clock shows it twice, none fits = the clock leaps over it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/feel/temporal.h"

/* Offsets lie within 26 hours (RFC 8536, 3.2 recommends so), hence a local second and the instant it names do too. */
enum { LIMIT_ZONE_FILE = 65536, HEADER = 44, AROUND = 26 * 3600 };

struct zone_file {
    const unsigned char *times, *kinds, *infos;
    uint32_t ntimes, ninfos;
    const char *footer; /* the POSIX rule for all later times */
    size_t nfooter;
};

static uint32_t be32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p)
{
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool name_fits(const char *id)
{
    char before = '/';

    if (*id < 'A' || *id > 'Z' || strlen(id) >= WHEN_ZONE)
        return false;
    for (const char *p = id; *p != '\0'; before = *p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '_' || *p == '+' ||
              *p == '-' || (*p == '/' && before != '/')))
            return false;
    return before != '/';
}

static size_t zone_bytes(const char *id, unsigned char *out)
{
    char path[WHEN_ZONE + 32];
    size_t n = 0;
    ssize_t got;

    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", id);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    while (n < LIMIT_ZONE_FILE && (got = read(fd, out + n, LIMIT_ZONE_FILE - n)) > 0)
        n += (size_t)got;
    close(fd);
    return n;
}

/* The size of a data block with times of WIDTH bytes (RFC 8536, 3.1 and 3.2). */
static size_t block_size(const unsigned char *h, size_t width)
{
    size_t isut = be32(h + 20), isstd = be32(h + 24), leap = be32(h + 28), time = be32(h + 32), type = be32(h + 36),
           chars = be32(h + 40);

    return time * width + time + type * 6 + chars + leap * (width + 4) + isstd + isut;
}

static bool zone_read(const unsigned char *p, size_t n, struct zone_file *z)
{
    if (n < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return false;
    size_t skip = HEADER + block_size(p, 4);
    if (skip > n || n - skip < HEADER || memcmp(p + skip, "TZif", 4) != 0)
        return false;
    const unsigned char *h = p + skip;
    size_t body = block_size(h, 8), rest = n - skip - HEADER;
    if (body > rest)
        return false;
    z->ntimes = be32(h + 32);
    z->ninfos = be32(h + 36);
    z->times = h + HEADER;
    z->kinds = z->times + (size_t)z->ntimes * 8;
    z->infos = z->kinds + z->ntimes;
    z->footer = (const char *)h + HEADER + body + 1; /* it stands between two line feeds */
    z->nfooter = rest - body >= 2 ? rest - body - 2 : 0;
    return z->ninfos > 0;
}

/* ---- the POSIX rule: std offset [dst [offset],start[/time],end[/time]] (RFC 8536, 3.3) ---- */

enum rule_form { RULE_WEEKDAY, RULE_JULIAN, RULE_ORDINAL };

struct rule_day {
    enum rule_form form;
    int month, week, day; /* RULE_WEEKDAY: Mm.w.d; else DAY is 1 to 365 without 29 February, or 0 to 365 with it */
    int32_t second;
};

struct rule {
    int32_t std, dst; /* seconds east of UTC */
    bool summer;
    struct rule_day on, off; /* by the clock that is in force until then */
};

static const char *rule_name(const char *p, const char *end)
{
    if (p < end && *p == '<') {
        while (p < end && *p != '>')
            p++;
        return p < end ? p + 1 : p;
    }
    while (p < end && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')))
        p++;
    return p;
}

static const char *rule_number(const char *p, const char *end, int *n)
{
    *n = 0;
    for (; p < end && *p >= '0' && *p <= '9' && *n < 1000; p++)
        *n = *n * 10 + (*p - '0');
    return p;
}

static const char *rule_time(const char *p, const char *end, int32_t *seconds)
{
    int part[3] = {0, 0, 0}, sign = 1;

    if (p < end && (*p == '-' || *p == '+'))
        sign = *p++ == '-' ? -1 : 1;
    for (int i = 0; i < 3; i++) {
        p = rule_number(p, end, &part[i]);
        if (p >= end || *p != ':')
            break;
        p++;
    }
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return p;
}

static bool rule_valid(const struct rule_day *r)
{
    if (r->form == RULE_WEEKDAY)
        return r->month >= 1 && r->month <= 12 && r->week >= 1 && r->week <= 5 && r->day <= 6;
    return r->day >= (r->form == RULE_JULIAN ? 1 : 0) && r->day <= 365;
}

/* ",Mm.w.d", ",Jn" or ",n" with "/time"; NULL if it is none. */
static const char *rule_day(const char *p, const char *end, struct rule_day *r)
{
    if (p >= end || *p++ != ',' || p >= end)
        return NULL;
    r->form = *p == 'M' ? RULE_WEEKDAY : *p == 'J' ? RULE_JULIAN : RULE_ORDINAL;
    p += r->form != RULE_ORDINAL;
    if (r->form == RULE_WEEKDAY) {
        p = rule_number(p, end, &r->month);
        p = rule_number(p < end ? p + 1 : p, end, &r->week);
        p += p < end;
    }
    p = rule_number(p, end, &r->day);
    r->second = 7200;
    if (p < end && *p == '/')
        p = rule_time(p + 1, end, &r->second);
    return rule_valid(r) ? p : NULL;
}

static bool rule_read(const struct zone_file *z, struct rule *r)
{
    const char *p = z->footer, *end = z->footer + z->nfooter;

    if (z->nfooter == 0)
        return false;
    p = rule_time(rule_name(p, end), end, &r->std);
    r->dst = r->std - 3600;
    r->summer = false;
    if (p < end) {
        p = rule_name(p, end);
        if (p < end && *p != ',')
            p = rule_time(p, end, &r->dst);
        r->summer = (p = rule_day(p, end, &r->on)) != NULL && rule_day(p, end, &r->off) != NULL;
    }
    r->std = -r->std; /* the text counts west */
    r->dst = -r->dst;
    return true;
}

static int64_t floor_day(int64_t second)
{
    return second / DAY_SECONDS - (second % DAY_SECONDS < 0);
}

/* Local seconds of the change in YEAR. */
static int64_t rule_at(const struct rule_day *r, int64_t year)
{
    int64_t first = clock_days(year, 1, 1), march = clock_days(year, 3, 1);

    if (r->form == RULE_ORDINAL)
        return (first + r->day) * DAY_SECONDS + r->second;
    if (r->form == RULE_JULIAN)
        return (r->day < 60 ? first + r->day - 1 : march + r->day - 60) * DAY_SECONDS + r->second;
    first = clock_days(year, r->month, 1);
    int64_t next = r->month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, r->month + 1, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7;
    int64_t day = first + (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
    while (day >= next)
        day -= 7;
    return day * DAY_SECONDS + r->second;
}

static int32_t rule_offset(const struct rule *r, int64_t utc)
{
    int64_t year;
    int month, day;

    if (!r->summer)
        return r->std;
    clock_civil(floor_day(utc + r->std), &year, &month, &day);
    int64_t from = rule_at(&r->on, year) - r->std, until = rule_at(&r->off, year) - r->dst;
    bool summer = from < until ? utc >= from && utc < until : utc >= from || utc < until;
    return summer ? r->dst : r->std;
}

/* ---- look-up ---- */

static int32_t info_offset(const struct zone_file *z, uint32_t kind)
{
    int32_t offset = kind < z->ninfos ? (int32_t)be32(z->infos + 6 * (size_t)kind) : 0;

    return offset >= -AROUND && offset <= AROUND ? offset : 0;
}

static int32_t offset_at(const struct zone_file *z, int64_t utc)
{
    uint32_t low = 0, high = z->ntimes;
    struct rule r;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (be64(z->times + 8 * (size_t)mid) <= utc)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == z->ntimes && rule_read(z, &r))
        return rule_offset(&r, utc);
    return info_offset(z, low > 0 ? z->kinds[low - 1] : 0);
}

/* The offset at SECOND of the local clock; see zone_local(). */
static struct zone_time local_offset(const struct zone_file *z, int64_t second)
{
    int32_t before = offset_at(z, second - AROUND), after = offset_at(z, second + AROUND);
    bool old = offset_at(z, second - before) == before, new = offset_at(z, second - after) == after;

    if (old || !new)
        return (struct zone_time){.offset = !old && after > before ? after : before,
                                  .skipped = !old && after > before ? after - before : 0};
    return (struct zone_time){.offset = after};
}

static struct zone_time instant_offset(const struct zone_file *z, int64_t second)
{
    int32_t offset = offset_at(z, second);

    return (struct zone_time){.offset = offset, .later = local_offset(z, second + offset).offset != offset};
}

bool zone_find(const unsigned char *file, size_t n, enum zone_clock clock, int64_t second, struct zone_time *out)
{
    struct zone_file z;
    struct rule r;

    if (!zone_read(file, n, &z))
        return false;
    if (clock == ZONE_LOCAL)
        *out = local_offset(&z, second);
    else if (clock == ZONE_UTC)
        *out = instant_offset(&z, second);
    else if (rule_read(&z, &r))
        *out = (struct zone_time){.offset = r.summer && r.dst < r.std ? r.dst : r.std};
    else
        *out = (struct zone_time){.offset = info_offset(&z, z.ntimes > 0 ? z.kinds[z.ntimes - 1] : 0)};
    return true;
}

bool zone_time(const char *id, enum zone_clock clock, int64_t second, struct zone_time *out)
{
    unsigned char bytes[LIMIT_ZONE_FILE];

    if (strcmp(id, "UTC") == 0 || strcmp(id, "Etc/UTC") == 0) {
        *out = (struct zone_time){.offset = 0};
        return true;
    }
    return name_fits(id) && zone_find(bytes, zone_bytes(id, bytes), clock, second, out);
}

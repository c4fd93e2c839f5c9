/* engine/model/feel/zone.c - offsets of named time zones from the system's zone files.
 *
 * For     "@Europe/Paris": the offset at a local moment.
 * Owns    reading /usr/share/zoneinfo (TZif version 2 and later, RFC 8536).
 * Never   uses TZ, localtime() or anything that the environment can steer; reads a path that a name could have bent.
 * Holds   a name has only letters, digits, '_', '+', '-' and single '/', so it cannot leave the directory. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/feel/temporal.h"

enum { LIMIT_ZONE_FILE = 65536, HEADER = 44 };

struct zone_file {
    const unsigned char *times, *kinds, *infos, *end;
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
    size_t body = block_size(h, 8);
    if (body > n - skip - HEADER)
        return false;
    z->ntimes = be32(h + 32);
    z->ninfos = be32(h + 36);
    z->times = h + HEADER;
    z->kinds = z->times + (size_t)z->ntimes * 8;
    z->infos = z->kinds + z->ntimes;
    z->end = h + HEADER + body;
    z->footer = (const char *)z->end + 1;
    z->nfooter = (size_t)(p + n - z->end);
    z->nfooter = z->nfooter >= 2 ? z->nfooter - 2 : 0;
    return z->ninfos > 0;
}

/* ---- the POSIX rule: std offset [dst [offset],start[/time],end[/time]] (RFC 8536, 3.3) ---- */

struct rule {
    int month, week, day;
    int32_t second;
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

/* Only the form Mm.w.d, which all zones in use have. */
static const char *rule_date(const char *p, const char *end, struct rule *r)
{
    if (p + 1 >= end || p[0] != ',' || p[1] != 'M')
        return NULL;
    p = rule_number(p + 2, end, &r->month);
    p = rule_number(p < end ? p + 1 : p, end, &r->week);
    p = rule_number(p < end ? p + 1 : p, end, &r->day);
    r->second = 7200;
    if (p < end && *p == '/')
        p = rule_time(p + 1, end, &r->second);
    return r->month >= 1 && r->month <= 12 && r->week >= 1 && r->week <= 5 && r->day <= 6 ? p : NULL;
}

/* Local seconds (on the clock before the change) of the change in YEAR. */
static int64_t rule_at(const struct rule *r, int64_t year)
{
    int64_t first = clock_days(year, r->month, 1);
    int64_t next = r->month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, r->month + 1, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7;
    int64_t day = first + (r->day - weekday + 7) % 7 + 7 * (r->week - 1);

    while (day >= next)
        day -= 7;
    return day * DAY_SECONDS + r->second;
}

static bool rule_offset(const struct zone_file *z, int64_t local, int32_t *offset)
{
    const char *p = z->footer, *end = z->footer + z->nfooter;
    int32_t std, dst;
    struct rule on, off;
    int64_t year;
    int month, day;

    if (z->nfooter == 0)
        return false;
    p = rule_time(rule_name(p, end), end, &std);
    *offset = -std;
    if (p >= end)
        return true;
    p = rule_name(p, end);
    dst = std - 3600;
    if (p < end && *p != ',')
        p = rule_time(p, end, &dst);
    if ((p = rule_date(p, end, &on)) == NULL || rule_date(p, end, &off) == NULL)
        return true;
    clock_civil(local >= 0 ? local / DAY_SECONDS : -((-local + DAY_SECONDS - 1) / DAY_SECONDS), &year, &month, &day);
    int64_t from = rule_at(&on, year) + (std - dst), until = rule_at(&off, year);
    bool summer = from < until ? local >= from && local < until : local >= from || local < until;
    *offset = summer ? -dst : -std;
    return true;
}

/* ---- look-up ---- */

static int32_t info_offset(const struct zone_file *z, uint32_t kind)
{
    return kind < z->ninfos ? (int32_t)be32(z->infos + 6 * (size_t)kind) : 0;
}

/* The offset in force at local second LOCAL: the last change whose local time, on the later of both clocks, is not after it. */
static int32_t file_offset(const struct zone_file *z, int64_t local, bool *after)
{
    uint32_t low = 0, high = z->ntimes;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int32_t was = info_offset(z, mid > 0 ? z->kinds[mid - 1] : 0), is = info_offset(z, z->kinds[mid]);
        if (be64(z->times + 8 * (size_t)mid) + (was > is ? was : is) <= local)
            low = mid + 1;
        else
            high = mid;
    }
    *after = low == z->ntimes;
    return info_offset(z, low > 0 ? z->kinds[low - 1] : 0);
}

bool zone_offset(const char *id, int64_t days, int64_t second, int32_t *offset)
{
    unsigned char bytes[LIMIT_ZONE_FILE];
    struct zone_file z;
    bool after;

    if (strcmp(id, "UTC") == 0 || strcmp(id, "Etc/UTC") == 0 || strcmp(id, "Z") == 0) {
        *offset = 0;
        return true;
    }
    if (!name_fits(id) || strlen(id) >= WHEN_ZONE || !zone_read(bytes, zone_bytes(id, bytes), &z))
        return false;
    int64_t local = days * DAY_SECONDS + second;
    *offset = file_offset(&z, local, &after);
    int32_t by_rule;
    if (after && rule_offset(&z, local, &by_rule))
        *offset = by_rule;
    return true;
}

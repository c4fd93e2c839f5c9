/* engine/web/record.c - the reading half of FastCGI 1.0.
 *
 * For     taking records off a connection so that nothing outside the limits reaches anybody else.
 * Owns    the place within the record in hand.
 * Never   allocates by a length that the other side states; answers; knows what a variable means.
 * Holds   one connection carries one request; every wait ends at the deadline.
 *
 * libfcgi has a reader too, but it allocates name and value by the lengths it is told before it has seen a byte of them, and
 * Debian's patch for CVE-2025-23016 still aborts the process at a length of 2^31-2, in PARAMS and in GET_VALUES alike. So the
 * bytes of the web server are read here; libfcgi gets well-formed records that we wrote (see gateway.c).
 *
 * Refused by closing: management records (no web server that Debian ships sends any), other versions, roles but the responder,
 * records before BEGIN_REQUEST, an abort, a second BEGIN_REQUEST of the same id. A second request that is mixed into the
 * connection is answered with "cannot multiplex" and its records are skipped. */
#include "web/record.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/gateway.h"

enum {
    RECORD_VERSION = 1,
    ROLE_RESPONDER = 1,
    CANT_MULTIPLEX = 1,
    UNKNOWN_ROLE = 3,
    BEGIN_BODY = 8,
    LIMIT_STRANGE = 64, /* records of other requests on this connection */
    LIMIT_PARAMS_RECORDS = 1024
};

static bool wait_readable(const struct record *r)
{
    for (;;) {
        int64_t rest = r->deadline - clock_monotonic();
        if (rest <= 0)
            return false;
        struct pollfd p = {.fd = r->fd, .events = POLLIN};
        int n = poll(&p, 1, (int)(rest / 1000 + 1));
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

/* One read of at most N bytes; 0 at the end, -1 on error. */
static long read_some(struct record *r, void *p, size_t n)
{
    for (;;) {
        ssize_t got = recv(r->fd, p, n, MSG_DONTWAIT);
        if (got >= 0)
            return got;
        if (errno == EAGAIN ? !wait_readable(r) : errno != EINTR)
            return -1;
    }
}

static bool read_all(struct record *r, void *p, size_t n)
{
    char *at = p;

    while (n > 0) {
        long got = read_some(r, at, n);
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool skip(struct record *r, size_t n)
{
    char waste[1024];

    while (n > 0) {
        size_t step = n < sizeof waste ? n : sizeof waste;
        if (!read_all(r, waste, step))
            return false;
        n -= step;
    }
    return true;
}

static void refuse(const struct record *r, uint16_t id, uint8_t why)
{
    unsigned char out[16] = {
        RECORD_VERSION, RECORD_END, (unsigned char)(id >> 8), (unsigned char)id, 0, 8, 0, 0, 0, 0, 0, 0, why, 0, 0, 0};

    if (send(r->fd, out, sizeof out, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return; /* the answer is a courtesy */
}

/* The next record of our request; what belongs to another one is skipped. */
static bool next_record(struct record *r)
{
    for (;;) {
        unsigned char h[RECORD_HEADER];

        if (!skip(r, r->left + r->pad) || !read_all(r, h, sizeof h) || h[0] != RECORD_VERSION)
            return false;
        uint16_t id = (uint16_t)(h[2] << 8 | h[3]);
        r->type = h[1];
        r->left = (uint32_t)h[4] << 8 | h[5];
        r->pad = h[6];
        if (id == 0)
            return false;
        if (r->id == 0)
            r->id = id;
        if (id == r->id)
            return true;
        if (++r->strange > LIMIT_STRANGE)
            return false;
        if (r->type == RECORD_BEGIN)
            refuse(r, id, CANT_MULTIPLEX);
    }
}

bool record_start(struct record *r, int fd, struct buf *env)
{
    unsigned char b[BEGIN_BODY];
    char piece[4096];

    *r = (struct record){.fd = fd, .deadline = r->deadline};
    if (!next_record(r) || r->type != RECORD_BEGIN || r->left != BEGIN_BODY || !read_all(r, b, sizeof b))
        return false;
    r->left = 0;
    if ((b[0] << 8 | b[1]) != ROLE_RESPONDER) {
        refuse(r, r->id, UNKNOWN_ROLE);
        return false;
    }
    for (int i = 0; i < LIMIT_PARAMS_RECORDS; i++) {
        if (!next_record(r) || r->type != RECORD_PARAMS)
            return false;
        if (r->left == 0)
            return skip(r, r->pad) && (r->pad = 0, buf_done(env) == OK) && record_pairs(buf_text(env), env->len);
        while (r->left > 0) {
            size_t step = r->left < sizeof piece ? r->left : sizeof piece;
            if (!read_all(r, piece, step))
                return false;
            buf_add(env, piece, step);
            r->left -= (uint32_t)step;
        }
        if (buf_done(env) != OK)
            return false;
    }
    return false;
}

long record_body(struct record *r, void *p, size_t n)
{
    while (r->left == 0) {
        if (r->ended)
            return 0;
        if (!next_record(r) || r->type != RECORD_STDIN)
            return -1;
        r->ended = r->left == 0;
    }
    long got = read_some(r, p, n < r->left ? n : r->left);
    if (got <= 0)
        return -1;
    r->left -= (uint32_t)got;
    return got;
}

/* A length of one or four bytes; false at the end of the bytes. */
static bool pair_length(const unsigned char **p, const unsigned char *end, uint32_t *out)
{
    const unsigned char *s = *p;

    if (s == end)
        return false;
    if (s[0] < 0x80) {
        *out = s[0];
        *p = s + 1;
        return true;
    }
    if (end - s < 4)
        return false;
    *out = (uint32_t)(s[0] & 0x7f) << 24 | (uint32_t)s[1] << 16 | (uint32_t)s[2] << 8 | s[3];
    *p = s + 4;
    return true;
}

bool record_pairs(const void *bytes, size_t n)
{
    const unsigned char *p = bytes, *end = p + n;
    uint32_t name, value;

    for (int pairs = 0; p < end; pairs++) {
        if (pairs == LIMIT_ENV_PAIRS || !pair_length(&p, end, &name) || !pair_length(&p, end, &value))
            return false;
        if (name == 0 || name > LIMIT_ENV_NAME || value > LIMIT_ENV_VALUE || (size_t)(end - p) < (size_t)name + value)
            return false;
        for (uint32_t i = 0; i < name; i++) {
            if (p[i] <= ' ' || p[i] >= 0x7f || p[i] == '=')
                return false;
        }
        if (memchr(p + name, '\0', value) != NULL)
            return false;
        p += name + value;
    }
    return true;
}

/* tests/unit/web/test_record.c - records off a connection: what is taken, what closes it. */
#include "web/record.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct arena *mem;

static int setup(void **state)
{
    mem = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(mem);
    return 0;
}

static void put(struct buf *b, int type, int id, const void *p, size_t n)
{
    buf_u8(b, 1), buf_u8(b, (uint8_t)type), buf_u16(b, (uint16_t)id), buf_u16(b, (uint16_t)n), buf_u16(b, 0);
    buf_add(b, p, n);
}

#define BEGIN_ONE "\0\1\0\0\0\0\0\0", 8

/* Feeds B into a connection whose other end is closed, and starts reading it. */
static bool start(const struct buf *b, struct record *r, struct buf *env)
{
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(send(pair[1], buf_text(b), b->len, MSG_DONTWAIT), b->len);
    shutdown(pair[1], SHUT_WR);
    *env = buf_new(mem, LIMIT_ENV_BYTES);
    r->deadline = clock_monotonic() + CLOCK_SECOND;
    bool done = record_start(r, pair[0], env);
    close(pair[1]);
    if (!done)
        close(pair[0]);
    return done;
}

static void whole_request(void **state)
{
    struct buf b = buf_new(mem, 100000), env;
    struct record r;
    char body[16];

    put(&b, RECORD_BEGIN, 7, BEGIN_ONE);
    put(&b, RECORD_PARAMS, 7, "\1\1Ax", 4);
    put(&b, RECORD_PARAMS, 7, "\1\0B", 3);
    put(&b, RECORD_PARAMS, 7, "", 0);
    put(&b, RECORD_STDIN, 7, "abc", 3);
    put(&b, RECORD_BEGIN, 8, BEGIN_ONE); /* a second request: skipped */
    put(&b, RECORD_STDIN, 8, "zzz", 3);
    put(&b, RECORD_STDIN, 7, "de", 2);
    put(&b, RECORD_STDIN, 7, "", 0);
    assert_true(start(&b, &r, &env));
    assert_int_equal(r.id, 7);
    assert_int_equal(env.len, 7);
    assert_int_equal(record_body(&r, body, sizeof body), 3);
    assert_int_equal(record_body(&r, body, 1), 1);
    assert_memory_equal(body, "d", 1);
    assert_int_equal(record_body(&r, body, sizeof body), 1);
    assert_int_equal(record_body(&r, body, sizeof body), 0);
    assert_int_equal(record_body(&r, body, sizeof body), 0);
    close(r.fd);
}

static void closed_connections(void **state)
{
    static const struct {
        const char *why;
        int type, id;
        const char *p;
        size_t n;
    } rows[] = {
        {"management record", 9, 0, "", 0},
        {"params before begin", RECORD_PARAMS, 1, "", 0},
        {"begin of nine bytes", RECORD_BEGIN, 1, "\0\1\0\0\0\0\0\0\0", 9},
        {"role of a filter", RECORD_BEGIN, 1, "\0\3\0\0\0\0\0\0", 8},
        {"unknown type", 12, 1, "", 0},
    };
    struct buf env;
    struct record r;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b = buf_new(mem, 100);
        put(&b, rows[i].type, rows[i].id, rows[i].p, rows[i].n);
        if (start(&b, &r, &env))
            fail_msg("taken: %s", rows[i].why);
    }
    struct buf b = buf_new(mem, 1000);
    put(&b, RECORD_BEGIN, 1, BEGIN_ONE);
    put(&b, RECORD_ABORT, 1, "", 0);
    assert_false(start(&b, &r, &env));
    b = buf_new(mem, 1000);
    buf_str(&b, "GET / HTTP/1.1\r\n\r\n");
    assert_false(start(&b, &r, &env));
    b = buf_new(mem, 1000);
    put(&b, RECORD_BEGIN, 1, BEGIN_ONE);
    put(&b, RECORD_PARAMS, 1, "\1\1Ax", 4); /* and no end */
    assert_false(start(&b, &r, &env));
}

static void stalled_connection(void **state)
{
    struct record r = {.deadline = clock_monotonic() + 1000};
    struct buf env = buf_new(mem, LIMIT_ENV_BYTES);
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_false(record_start(&r, pair[0], &env)); /* open but silent: the deadline ends it */
    close(pair[0]);
    close(pair[1]);
}

static size_t pair_bytes(char *out, uint32_t name, uint32_t value)
{
    struct buf b = buf_new(mem, 100000);

    buf_u32(&b, name | 0x80000000u);
    buf_u32(&b, value | 0x80000000u);
    for (uint32_t i = 0; i < name + value; i++)
        buf_char(&b, 'A');
    memcpy(out, buf_text(&b), b.len);
    return b.len;
}

static void pairs(void **state)
{
    char s[20000];

    assert_true(record_pairs("", 0));
    assert_true(record_pairs("\1\1Ax", 4));
    assert_true(record_pairs(s, pair_bytes(s, LIMIT_ENV_NAME, LIMIT_ENV_VALUE)));
    assert_false(record_pairs(s, pair_bytes(s, LIMIT_ENV_NAME + 1, 1)));
    assert_false(record_pairs(s, pair_bytes(s, 1, LIMIT_ENV_VALUE + 1)));
    assert_false(record_pairs("\0\1x", 3));  /* no name */
    assert_false(record_pairs("\1\2Ax", 4)); /* longer than the bytes */
    assert_false(record_pairs("\1", 1));
    assert_false(record_pairs("\xff\xff\xff\xff\xff\xff\xff\xff", 8));
    assert_false(record_pairs("\xff\xff\xff\xfe\0AAAA", 9)); /* 2^31-2: what libfcgi dies of */
    assert_false(record_pairs("\1\1A\0", 4));                /* NUL in a value */
    assert_false(record_pairs("\1\1=x", 4));
    assert_false(record_pairs("\1\1\nx", 4));
    for (int i = 0; i < LIMIT_ENV_PAIRS; i++)
        memcpy(s + 4 * i, "\1\1Ax", 4);
    assert_true(record_pairs(s, 4 * LIMIT_ENV_PAIRS));
    memcpy(s + 4 * LIMIT_ENV_PAIRS, "\1\1Ax", 4);
    assert_false(record_pairs(s, 4 * LIMIT_ENV_PAIRS + 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_request),
        cmocka_unit_test(closed_connections),
        cmocka_unit_test(stalled_connection),
        cmocka_unit_test(pairs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

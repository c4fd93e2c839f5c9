/* tests/unit/audit/test_verify.c - canonical bytes and exports without a database: every changed byte is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail /* the house has its own */

#include "audit/audit_int.h"
#include "base/clock.h"

enum { EVENTS = 4 };

static int begin(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static void event_make(struct audit_row *r, uint64_t seq)
{
    static struct audit_field field[] = {{"queue", NULL, "L1"}, {"empty", "", NULL}, {"odd\"<&>\\\n\x01", "žluť", "=1"}};

    *r = (struct audit_row){.stream = AUDIT_TICKET,
                            .id = 42,
                            .seq = seq,
                            .at = INT64_C(1795291200000000) + (int64_t)seq * 1234567,
                            .event = EV_TICKET_HANDED_OVER,
                            .actor = 7,
                            .actor_name = "Anna",
                            .channel = "web",
                            .request = "r-1",
                            .subject = "T-42",
                            .version = "incident 3",
                            .node = seq % 2 == 0 ? NULL : "triage",
                            .reason = seq == 2 ? "" : NULL,
                            .definition = 3,
                            .field = field,
                            .n_field = (uint32_t)seq % 4};
}

/* An export of N events, as export.c makes it from rows. */
static struct buf file_make(struct arena *mem, uint64_t n)
{
    struct buf b = buf_new(mem, 1 << 20);
    struct digest head = {{0}};
    struct audit_row r;

    audit_line_head(&b, 1, AUDIT_TICKET, 42);
    for (uint64_t seq = 1; seq <= n; seq++) {
        event_make(&r, seq);
        r.prev = head;
        assert_int_equal(audit_hash(mem, &r, &r.hash), OK);
        head = r.hash;
        audit_line_event(&b, mem, &r, audit_event_name((enum audit_event)r.event));
    }
    struct digest all = digest_of(b.p, b.len);
    audit_line_end(&b, n, NULL, &head, &all);
    assert_int_equal(buf_done(&b), OK);
    return b;
}

/* What gradus-verify's exit code would be. */
static int verdict(const char *p, size_t n, char *why, size_t size)
{
    struct arena *mem = arena_new(0);
    bool bad = true;
    const char *text = NULL;
    uint64_t count;
    enum err e = audit_verify_json(mem, p, n, &bad, &text, &count);

    if (why != NULL)
        snprintf(why, size, "%s", text != NULL ? text : "");
    arena_free(mem);
    trouble_clear();
    return e != OK ? 2 : bad;
}

static void test_intact(void **state)
{
    for (uint64_t n = 0; n <= EVENTS; n++) {
        struct buf b = file_make(*state, n);
        assert_int_equal(verdict(b.p, b.len, NULL, 0), 0);
    }
}

static void test_every_byte(void **state)
{
    static const unsigned char masks[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff};
    struct buf b = file_make(*state, EVENTS);

    for (size_t i = 0; i < b.len; i++) {
        char was = b.p[i];
        for (size_t k = 0; k <= sizeof masks; k++) {
            b.p[i] = k < sizeof masks ? (char)(was ^ (char)masks[k]) : '\0';
            int got = verdict(b.p, b.len, NULL, 0);
            if (got != 1 && got != 2)
                print_error("byte %zu %02x -> %02x: verdict %d\n", i, (unsigned char)was, (unsigned char)b.p[i], got);
            assert_true(got == 1 || got == 2);
        }
        b.p[i] = was;
    }
    assert_int_equal(verdict(b.p, b.len, NULL, 0), 0);
}

static void test_every_length(void **state)
{
    struct buf b = file_make(*state, EVENTS);
    char *more = arena_alloc(*state, b.len + 1);

    for (size_t n = 0; n < b.len; n++)
        assert_true(verdict(b.p, n, NULL, 0) != 0);
    for (size_t at = 0; at <= b.len; at++) {
        memcpy(more, b.p, at);
        more[at] = '\n';
        memcpy(more + at + 1, b.p + at, b.len - at);
        assert_true(verdict(more, b.len + 1, NULL, 0) != 0);
        more[at] = ' ';
        assert_true(verdict(more, b.len + 1, NULL, 0) != 0);
    }
}

static void test_every_missing_byte(void **state)
{
    struct buf b = file_make(*state, EVENTS);
    char *less = arena_alloc(*state, b.len);

    for (size_t at = 0; at < b.len; at++) {
        memcpy(less, b.p, at);
        memcpy(less + at, b.p + at + 1, b.len - at - 1);
        assert_true(verdict(less, b.len - 1, NULL, 0) != 0);
    }
}

static const char *replaced(struct arena *mem, const struct buf *b, const char *from, const char *to)
{
    const char *at = strstr(b->p, from);

    assert_non_null(at);
    return arena_printf(mem, "%.*s%s%s", (int)(at - b->p), b->p, to, at + strlen(from));
}

static void test_places(void **state)
{
    /* clang-format off */
    static const struct {
        const char *from, *to;
        int verdict;
        const char *why;
    } table[] = {
        {"gradus-audit",         "gradus-adit",           2, ""},
        {"\"version\":1,",       "\"version\":3,",        2, ""},
        {"\"version\":1,",       "\"version\":2,",        1, "line 6, event 5: the last line names another first event after the seal"},
        {"\"stream\":\"ticket\"","\"stream\":\"tickets\"",1, "line 1, header: the stream is not named"},
        {"\"id\":\"42\"",        "\"id\":\"43\"",         1, "line 2, event 1: its content does not give its hash"},
        {"\"id\":\"42\"",        "\"id\":\"042\"",        1, "line 1, header: the line is not written as Gradus writes it"},
        {"\"after\":\"L1\"",     "\"after\":\"L2\"",      1, "line 2, event 1: its content does not give its hash"},
        {"\"seq\":\"3\"",        "\"seq\":\"4\"",         1, "line 4, event 3: an event is missing before this one"},
        {"\"seq\":\"2\"",        "\"seq\": \"2\"",        1, "line 3, event 2: the line is not written as Gradus writes it"},
        {"\"reason\":\"\"",      "\"reason\":null",       1, "line 3, event 2: its content does not give its hash"},
        {"handed_over",          "handed-over",           1, "line 6, event 5: the SHA-256 of the file is not the one stated in the last line"},
        {"\"count\":\"4\"",      "\"count\":\"5\"",       1, "line 6, event 5: the last line counts another number of events"},
        {"{\"seq\":\"1\"",       "[\"seq\":\"1\"",        1, "line 2, event 1: the line cannot be read"},
        {"\"fields\":[",         "\"fields\":[1,",        1, "line 2, event 1: a value is missing or is not of its kind"},
    };
    /* clang-format on */
    struct buf b = file_make(*state, EVENTS);
    char why[200];

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *text = replaced(*state, &b, table[i].from, table[i].to);
        int got = verdict(text, strlen(text), why, sizeof why);
        assert_string_equal(why, table[i].why);
        assert_int_equal(got, table[i].verdict);
    }
    const char *twice = arena_printf(*state, "%s%s", b.p, b.p);
    assert_int_equal(verdict(twice, strlen(twice), why, sizeof why), 1);
    assert_string_equal(why, "line 7, event 5: there is something after the last line");
}

/* An event of a later Gradus, whose name this program does not know, is no alteration. */
static void test_unknown_event(void **state)
{
    struct buf b = buf_new(*state, 1 << 20);
    struct audit_row r;

    event_make(&r, 1);
    r.event = 60000;
    audit_line_head(&b, 1, AUDIT_TICKET, 42);
    assert_int_equal(audit_hash(*state, &r, &r.hash), OK);
    audit_line_event(&b, *state, &r, "ticket.of_the_future");
    struct digest all = digest_of(b.p, b.len);
    audit_line_end(&b, 1, NULL, &r.hash, &all);
    assert_int_equal(verdict(b.p, b.len, NULL, 0), 0);
}

static void test_body_round_trip(void **state)
{
    struct audit_row r, again;
    struct buf a = buf_new(*state, LIMIT_AUDIT_BODY), b = buf_new(*state, LIMIT_AUDIT_BODY);

    event_make(&r, 3);
    assert_int_equal(audit_body(&a, &r), OK);
    assert_int_equal(audit_body_read(*state, a.p, a.len, &again), OK);
    assert_int_equal(audit_body(&b, &again), OK);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.p, b.p, a.len);
    /* every shorter body and every changed byte: refused, or exactly what stands there */
    for (size_t n = 0; n < a.len; n++)
        assert_int_equal(audit_body_read(*state, a.p, n, &again), E_INPUT);
    for (size_t i = 0; i < a.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            a.p[i] = (char)(a.p[i] ^ (1 << bit));
            if (audit_body_read(*state, a.p, a.len, &again) == OK) {
                struct buf c = buf_new(*state, LIMIT_AUDIT_BODY);
                assert_int_equal(audit_body(&c, &again), OK);
                assert_int_equal(c.len, a.len);
                assert_memory_equal(c.p, a.p, a.len);
            }
            a.p[i] = (char)(a.p[i] ^ (1 << bit));
        }
    }
}

/* Fixed for ever: the value was computed by tests/sql/audit_check.py's rules. */
static void test_known_hash(void **state)
{
    struct audit_row r = {.stream = AUDIT_TICKET, .id = 5, .seq = 1, .at = 1, .event = 101, .actor = 7, .subject = "T"};
    struct digest d;

    assert_int_equal(audit_hash(*state, &r, &d), OK);
    assert_string_equal(digest_hex(*state, d.b, sizeof d.b),
                        "dd81b58ec6e3564d28c3745976f74894063f936330066e2656dd85b65c0fed66");
}

static void test_names(void **state)
{
    assert_string_equal(audit_event_name(EV_TICKET_HANDED_OVER), "ticket.handed_over");
    assert_null(audit_event_name((enum audit_event)1));
    assert_string_equal(audit_stream_name(AUDIT_JOB), "job");
    assert_null(audit_stream_name(0));
    assert_null(audit_stream_name(7));
    assert_string_equal(audit_commitment(*state, "ab", 2, "c", 1), digest_hex(*state, digest_of("abc", 3).b, DIGEST_SIZE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_intact, begin, end),
        cmocka_unit_test_setup_teardown(test_every_byte, begin, end),
        cmocka_unit_test_setup_teardown(test_every_length, begin, end),
        cmocka_unit_test_setup_teardown(test_every_missing_byte, begin, end),
        cmocka_unit_test_setup_teardown(test_places, begin, end),
        cmocka_unit_test_setup_teardown(test_unknown_event, begin, end),
        cmocka_unit_test_setup_teardown(test_body_round_trip, begin, end),
        cmocka_unit_test_setup_teardown(test_known_hash, begin, end),
        cmocka_unit_test_setup_teardown(test_names, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/audit/test_proof.c - sealed exports without a database: each way of cheating is found and named, each byte counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#undef fail /* the house has its own */

#include "audit/audit_int.h"
#include "base/clock.h"

enum { EVENTS = 4, SEALS = 3 };

static const int64_t T0 = INT64_C(1795291200000000);

/* A log of three seals: 5, 9 and 12 leaves; our stream has leaf 3 (event 1) and leaf 8 (event 3). */
struct world {
    struct arena *mem;
    struct digest_ctx *ctx;
    unsigned char secret[SIGN_KEY], public[SIGN_KEY];
    struct audit_row row[EVENTS + 1];
    struct audit_leaf leaf[13];
    struct merkle *tree;
    struct audit_seal seal[SEALS + 1];
    int64_t last_at; /* of the newest seal */
};

static void events(struct world *w)
{
    struct digest head = {{0}};

    for (uint64_t i = 1; i <= EVENTS; i++) {
        w->row[i] = (struct audit_row){.stream = AUDIT_TICKET, .id = 42, .seq = i, .event = 101, .actor = 7, .subject = "T-42"};
        w->row[i].at = T0 + (int64_t)i * CLOCK_HOUR;
        w->row[i].prev = head;
        assert_int_equal(audit_hash(w->mem, &w->row[i], &w->row[i].hash), OK);
        head = w->row[i].hash;
    }
}

static void seals(struct world *w)
{
    static const uint64_t sizes[SEALS + 1] = {0, 5, 9, 12};
    struct merkle_edge edge = {0};

    w->tree = merkle_new(w->mem);
    for (uint64_t k = 1, n = 1; k <= SEALS; k++) {
        for (; n <= sizes[k]; n++) {
            struct audit_leaf *l = &w->leaf[n];
            *l = (struct audit_leaf){.number = n, .stream = AUDIT_TICKET, .id = 100 + n, .seq = 1};
            l->hash = digest_of(&n, sizeof n);
            if (n == 3 || n == 8) {
                l->id = 42;
                l->seq = n == 3 ? 1 : 3;
                l->hash = w->row[l->seq].hash;
            }
            struct digest d = audit_leaf_digest(w->ctx, l);
            assert_int_equal(merkle_add(w->tree, &d), OK);
            assert_int_equal(merkle_edge_add(w->ctx, &edge, &d), OK);
        }
        struct audit_seal *s = &w->seal[k];
        *s = (struct audit_seal){.number = k, .size = sizes[k], .root = merkle_edge_root(w->ctx, &edge)};
        s->at = k == SEALS ? w->last_at : T0 + (int64_t)k * CLOCK_HOUR + CLOCK_MINUTE;
        s->key = digest_of(w->public, SIGN_KEY);
        if (k > 1)
            s->prev = audit_seal_digest(w->ctx, &w->seal[k - 1]);
        assert_int_equal(audit_seal_sign(w->mem, s, w->secret), OK);
    }
}

static int begin(void **state)
{
    struct arena *mem = arena_new(0);
    struct world *w = ARENA_NEW(mem, struct world);

    w->mem = mem;
    w->ctx = digest_new(mem);
    w->last_at = T0 + 3 * CLOCK_HOUR + CLOCK_MINUTE;
    if (sign_keypair(w->secret, w->public) != OK)
        return -1;
    events(w);
    seals(w);
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    arena_free(w->mem);
    return 0;
}

/* How an export is made; the defaults are those of an honest one. */
struct plan {
    uint64_t seal, leaf, count; /* number of the newest seal and of the stream's leaf; events */
    bool no_since;
    struct merkle_proof *proof; /* instead of the right one */
};

static struct buf file_make(struct world *w, const struct plan *p)
{
    struct buf b = buf_new(w->mem, 1 << 20);
    struct merkle_proof proof;
    uint64_t sealed = p->leaf != 0 ? w->leaf[p->leaf].seq : 0, unsealed = audit_unsealed(sealed, p->count);

    audit_line_head(&b, AUDIT_EXPORT_VERSION, AUDIT_TICKET, 42);
    if (p->seal != 0)
        audit_line_seal(&b, w->mem, &w->seal[p->seal]);
    if (p->leaf != 0) {
        merkle_inclusion(w->tree, p->leaf - 1, w->seal[p->seal].size, &proof);
        audit_line_leaf(&b, &w->leaf[p->leaf], p->proof != NULL ? p->proof : &proof);
    }
    for (uint64_t k = p->seal; k > 1 && !p->no_since; k--) {
        merkle_consistency(w->tree, w->seal[k - 1].size, w->seal[p->seal].size, &proof);
        audit_line_since(&b, w->mem, &w->seal[k - 1], p->seal, &proof);
    }
    for (uint64_t i = 1; i <= p->count; i++)
        audit_line_event(&b, w->mem, &w->row[i], "ticket.created");
    struct digest all = digest_of(b.p, b.len);
    audit_line_end(&b, p->count, &unsealed, &w->row[p->count].hash, &all);
    assert_int_equal(buf_done(&b), OK);
    return b;
}

/* The trailer's SHA-256 made right again, as a forger would. */
static struct buf again(struct world *w, const char *text)
{
    struct buf b = buf_new(w->mem, 1 << 20);
    size_t n = strlen(text) - 1;

    while (n > 0 && text[n - 1] != '\n')
        n--;
    struct digest all = digest_of(text, n);
    const char *sha = strstr(text + n, "\"sha256\":\"");
    buf_add(&b, text, (size_t)(sha - text) + 10);
    buf_hex(&b, all.b, DIGEST_SIZE);
    buf_str(&b, "\"}\n");
    return b;
}

static int verdict(const struct buf *b, const struct audit_trust *t, char *why, size_t size)
{
    struct arena *mem = arena_new(0);
    struct audit_verify *v = audit_verify_new(mem);
    bool bad = true;
    const char *text = NULL;
    uint64_t count;
    enum err e = OK;

    audit_verify_trust(v, t);
    for (size_t at = 0; at < b->len && e == OK;) {
        const char *nl = memchr(b->p + at, '\n', b->len - at);
        size_t len = nl != NULL ? (size_t)(nl - (b->p + at)) + 1 : b->len - at;
        e = audit_verify_line(v, b->p + at, len);
        at += len;
    }
    if (e == OK)
        e = audit_verify_end(v, &bad, &text, &count);
    if (why != NULL)
        snprintf(why, size, "%.511s", e != OK ? trouble()->text : text != NULL ? text : audit_verify_words(v));
    arena_free(mem);
    trouble_clear();
    return e != OK ? 2 : bad;
}

static void expect(const struct buf *b, const struct audit_trust *t, int code, const char *why)
{
    char got[600];
    int verdict_got = verdict(b, t, got, sizeof got);

    if (strstr(got, why) == NULL)
        print_error("wanted '%s', got '%s'\n", why, got);
    assert_non_null(strstr(got, why));
    assert_int_equal(verdict_got, code);
}

static struct audit_kept kept(struct world *w, uint64_t from, uint64_t to)
{
    struct buf b = buf_new(w->mem, 1 << 16);
    struct audit_kept k;

    for (uint64_t i = from; i <= to; i++)
        audit_line_seal(&b, w->mem, &w->seal[i]);
    assert_int_equal(audit_kept_read(w->mem, b.p, b.len, &k), OK);
    return k;
}

static void test_intact(void **state)
{
    struct world *w = *state;
    struct buf b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    struct audit_trust t = {.now = T0 + CLOCK_DAY};

    expect(&b, NULL, 0, "seal not checked: no key was given");
    expect(&b, &t, 0, "seal not checked: no key was given");
    t.key = w->public;
    expect(&b, &t, 0, "is signed and covers events 1 to 3, unsealed since 4");
    for (uint64_t k = 1; k <= SEALS; k++) {
        struct audit_kept one = kept(w, k, k), many = kept(w, 1, k);
        t.kept = &one;
        expect(&b, &t, 0, arena_printf(w->mem, "it continues the kept head %llu", (unsigned long long)k));
        t.kept = &many;
        expect(&b, &t, 0, "it continues the kept head");
    }
    t.kept = NULL;
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 3});
    expect(&b, &t, 0, "covers events 1 to 3");
    b = file_make(w, &(struct plan){.count = 2});
    expect(&b, NULL, 0, "there was none yet");
    expect(&b, &t, 2, "the export has no seal, because none was made yet");
}

static void test_every_byte(void **state)
{
    static const unsigned char masks[] = {0x01, 0x04, 0x20, 0xff};
    struct world *w = *state;
    struct buf b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    struct audit_kept k = kept(w, 1, 2);
    struct audit_trust all = {.key = w->public, .kept = &k, .now = T0 + CLOCK_DAY};

    for (size_t i = 0; i < b.len; i++) {
        char was = b.p[i];
        for (size_t m = 0; m < sizeof masks; m++) {
            b.p[i] = (char)(was ^ (char)masks[m]);
            assert_int_not_equal(verdict(&b, NULL, NULL, 0), 0);
            if (m == 2)
                assert_int_not_equal(verdict(&b, &all, NULL, 0), 0);
        }
        b.p[i] = was;
    }
    assert_int_equal(verdict(&b, &all, NULL, 0), 0);
}

/* The same with the file's own SHA-256 made right: what seals prove must not rest on it. */
static void test_every_byte_of_the_seal(void **state)
{
    struct world *w = *state;
    struct buf b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    struct audit_kept k = kept(w, 1, 2);
    struct audit_trust all = {.key = w->public, .kept = &k, .now = T0 + CLOCK_DAY};
    const char *from = strchr(b.p, '\n') + 1, *to = strstr(b.p, "{\"seq\"");

    for (char *p = b.p + (from - b.p); p < to; p++) {
        char was = *p;
        for (int m = 1; m < 256; m <<= 3) {
            struct arena_mark mark = arena_mark(w->mem);
            *p = (char)(was ^ (char)m);
            if (*p != '\0') {
                struct buf forged = again(w, b.p);
                assert_int_not_equal(verdict(&forged, &all, NULL, 0), 0);
            }
            arena_rewind(w->mem, mark);
        }
        *p = was;
    }
}

static void test_every_length(void **state)
{
    struct world *w = *state;
    struct buf b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});

    for (size_t n = 0; n < b.len; n++) {
        struct buf part = b;
        part.len = n;
        assert_int_not_equal(verdict(&part, NULL, NULL, 0), 0);
    }
}

static void test_rewritten(void **state)
{
    struct world *w = *state;
    struct audit_trust t = {.key = w->public, .now = T0 + CLOCK_DAY};

    w->row[1].actor = 8; /* and everything after it computed anew, in the file and in its leaf */
    struct digest head = {{0}};
    for (uint64_t i = 1; i <= EVENTS; i++) {
        w->row[i].prev = head;
        assert_int_equal(audit_hash(w->mem, &w->row[i], &w->row[i].hash), OK);
        head = w->row[i].hash;
    }
    struct buf b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    expect(&b, &t, 1, "event 3: it was sealed with another hash: this event or one before it was rewritten");
    w->leaf[8].hash = w->row[3].hash;
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    expect(&b, &t, 1, "line 3, seal: the leaf of the stream is not under the sealed root");
    seals(w); /* a tree of its own, signed with another key */
    unsigned char other[SIGN_KEY];
    memcpy(other, w->public, SIGN_KEY);
    assert_int_equal(sign_keypair(w->secret, w->public), OK);
    seals(w);
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    t.key = other;
    expect(&b, &t, 1, "line 2, seal: it is signed with the key ");
    for (int k = 1; k <= SEALS; k++) /* the right name of the key does not help */
        w->seal[k].key = digest_of(other, SIGN_KEY);
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    expect(&b, &t, 1, "line 2, seal: its signature is not that of the key");
}

/* Signed anew with the right key: only a head from outside shows it. */
static void test_kept(void **state)
{
    struct world *w = *state;
    struct audit_kept one = kept(w, 1, 1), two = kept(w, 2, 2), three = kept(w, 1, 3);
    struct audit_trust t = {.key = w->public, .now = T0 + CLOCK_DAY, .kept = &three};
    struct buf b = file_make(w, &(struct plan){.seal = 2, .leaf = 8, .count = 3});

    expect(&b, &t, 1, "it is older than the kept head 3 (9 leaves instead of 12)");
    b = file_make(w, &(struct plan){.count = 2});
    expect(&b, &t, 1, "there is no seal, although head 3 was kept");
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4, .no_since = true});
    t.kept = &one;
    expect(&b, &t, 2, "gradus-sealer --prove 1 3");
    struct buf more = buf_new(w->mem, 1 << 16);
    struct merkle_proof proof;
    struct audit_kept proved;
    merkle_consistency(w->tree, 5, 12, &proof);
    audit_line_seal(&more, w->mem, &w->seal[1]);
    audit_line_since(&more, w->mem, &w->seal[1], 3, &proof);
    assert_int_equal(audit_kept_read(w->mem, more.p, more.len, &proved), OK);
    t.kept = &proved;
    expect(&b, &t, 0, "it continues the kept head 1");
    proved.since[0].proof.n--;
    expect(&b, &t, 1, "it does not continue the kept head 1");
    w->last_at += CLOCK_MINUTE; /* the log made anew: seal 1 and 2 stay, 3 becomes another */
    seals(w);
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    t.kept = &three;
    expect(&b, &t, 1, "it is not the kept head 3");
    t.kept = &two;
    expect(&b, &t, 0, "it continues the kept head 2");
    two.head[0].root.b[0] ^= 1;
    expect(&b, &t, 1, "the kept head 2: its signature is not that of the key");
    t.key = NULL;
    expect(&b, &t, 1, "it is not the kept head 2");
}

static void test_proof_size(void **state)
{
    struct world *w = *state;
    struct audit_trust t = {.key = w->public, .now = T0 + CLOCK_DAY};
    struct merkle_proof proof;

    merkle_inclusion(w->tree, 7, 12, &proof);
    proof.n--;
    struct plan p = {.seal = 3, .leaf = 8, .count = 4, .proof = &proof};
    struct buf b = file_make(w, &p);
    expect(&b, &t, 1, "line 3, seal: the leaf of the stream is not under the sealed root");
    proof.n += 2;
    proof.node[proof.n - 1] = w->leaf[1].hash;
    b = file_make(w, &p);
    expect(&b, &t, 1, "line 3, seal: the leaf of the stream is not under the sealed root");
    proof.n--;
    b = file_make(w, &p);
    char *at = strstr(b.p, "\"proof\":[\"") + 10; /* an element of 31 bytes */
    memmove(at, at + 2, strlen(at + 2) + 1);
    b = again(w, b.p);
    expect(&b, &t, 1, "line 3, seal: a value is missing or is not of its kind");
    /* an inner node told as leaf */
    w->leaf[8].hash = w->seal[1].root;
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    expect(&b, &t, 1, "line 3, seal: the leaf of the stream is not under the sealed root");
}

static void test_times_and_tail(void **state)
{
    struct world *w = *state;
    struct audit_trust t = {.key = w->public, .now = T0 + 2 * CLOCK_HOUR};
    struct buf b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});

    expect(&b, &t, 1, "line 2, seal: its time lies in the future");
    t.now = T0 + CLOCK_DAY;
    w->last_at = T0 + CLOCK_HOUR;
    seals(w);
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    expect(&b, &t, 1, "line 4, seal: the time of seal 3 is before that of seal 2");
    w->last_at = T0 + 5 * CLOCK_HOUR;
    seals(w);
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 4});
    expect(&b, &t, 1, "event 4: it is older than the seal, but the seal does not cover it");
    b = file_make(w, &(struct plan){.seal = 3, .count = 4});
    expect(&b, &t, 1, "event 1: it is older than the seal, but the seal does not cover it");
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 8, .count = 2});
    expect(&b, &t, 1, "the seal covers event 3, which is missing");
    b = file_make(w, &(struct plan){.seal = 3, .leaf = 3, .count = 3});
    expect(&b, &t, 1, "event 2: it is older than the seal, but the seal does not cover it");
}

static void test_version_1(void **state)
{
    struct world *w = *state;
    struct buf b = buf_new(w->mem, 1 << 20);
    struct audit_trust t = {.key = w->public, .now = T0 + CLOCK_DAY};
    struct audit_kept k = kept(w, 1, 1);

    audit_line_head(&b, 1, AUDIT_TICKET, 42);
    audit_line_event(&b, w->mem, &w->row[1], "ticket.created");
    struct digest all = digest_of(b.p, b.len);
    audit_line_end(&b, 1, NULL, &w->row[1].hash, &all);
    expect(&b, NULL, 0, "seal not checked: version 1 has none");
    expect(&b, &t, 2, "the export has no seal: it is of version 1");
    t.kept = &k;
    expect(&b, &t, 2, "the export has no seal: it is of version 1");
}

static void test_kept_file(void **state)
{
    struct world *w = *state;
    struct buf b = buf_new(w->mem, 1 << 16);
    struct audit_kept k;

    assert_int_equal(audit_kept_read(w->mem, "", 0, &k), E_INPUT);
    assert_int_equal(audit_kept_read(w->mem, "hello\n", 6, &k), E_INPUT);
    audit_line_seal(&b, w->mem, &w->seal[2]);
    audit_line_seal(&b, w->mem, &w->seal[1]);
    assert_int_equal(audit_kept_read(w->mem, b.p, b.len, &k), E_INPUT);
    b.len = 0;
    audit_line_seal(&b, w->mem, &w->seal[1]);
    w->seal[2].prev.b[3] ^= 1;
    audit_line_seal(&b, w->mem, &w->seal[2]);
    assert_int_equal(audit_kept_read(w->mem, b.p, b.len, &k), E_INPUT);
    assert_non_null(strstr(trouble()->text, "line 2: head 2 does not continue head 1"));
    trouble_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_intact, begin, end),
        cmocka_unit_test_setup_teardown(test_every_byte, begin, end),
        cmocka_unit_test_setup_teardown(test_every_byte_of_the_seal, begin, end),
        cmocka_unit_test_setup_teardown(test_every_length, begin, end),
        cmocka_unit_test_setup_teardown(test_rewritten, begin, end),
        cmocka_unit_test_setup_teardown(test_kept, begin, end),
        cmocka_unit_test_setup_teardown(test_proof_size, begin, end),
        cmocka_unit_test_setup_teardown(test_times_and_tail, begin, end),
        cmocka_unit_test_setup_teardown(test_version_1, begin, end),
        cmocka_unit_test_setup_teardown(test_kept_file, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/audit/test_merkle.c - roots and proofs against vectors of another implementation; every change of a proof is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#undef fail /* the house has its own */

#include "audit/audit_int.h"

enum { LEAVES = 70 };

struct world {
    struct arena *mem;
    struct digest_ctx *ctx;
    struct digest leaf[LEAVES], root[LEAVES + 1];
    struct merkle *tree;
};

/* Leaf i is SHA-256(0x00 || i as one byte). */
static int begin(void **state)
{
    struct arena *mem = arena_new(0);
    struct world *w = ARENA_NEW(mem, struct world);
    struct merkle_edge edge = {0};

    w->mem = mem;
    w->ctx = digest_new(mem);
    w->tree = merkle_new(mem);
    w->root[0] = merkle_edge_root(w->ctx, &edge);
    for (int i = 0; i < LEAVES; i++) {
        unsigned char b[2] = {0, (unsigned char)i};
        w->leaf[i] = digest_of(b, 2);
        if (merkle_add(w->tree, &w->leaf[i]) != OK || merkle_edge_add(w->ctx, &edge, &w->leaf[i]) != OK)
            return -1;
        w->root[i + 1] = merkle_edge_root(w->ctx, &edge);
    }
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    arena_free(w->mem);
    return 0;
}

static void is(struct world *w, const struct digest *d, const char *hex)
{
    assert_string_equal(digest_hex(w->mem, d->b, DIGEST_SIZE), hex);
}

/* The values are those of a recursive program after the text of RFC 9162, section 2.1, in another language. */
static void test_vectors(void **state)
{
    struct world *w = *state;
    struct buf roots = buf_new(w->mem, 1 << 20), paths = buf_new(w->mem, 4 << 20), subs = buf_new(w->mem, 4 << 20);
    struct merkle_proof p;
    struct digest d;

    is(w, &w->root[0], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    is(w, &w->root[1], "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
    is(w, &w->root[2], "a20bf9a7cc2dc8a08f5f415a71b19f6ac427bab54d24eec868b5d3103449953a");
    is(w, &w->root[3], "3b6cccd7e3e023ff393006f030315ee7ad9eb111b022b41fba7e5b7a3973f688");
    is(w, &w->root[7], "3560191803028444b232018ac047fdb561c09c23a7a6876c85e08b5e4d48e9f3");
    is(w, &w->root[8], "ef7f49b620f6c7ea9b963a214da34b5021c6ded8ed57734380a311ab726aa907");
    is(w, &w->root[64], "4433a69f32158463382405ec957c31b8bc89a1f08964b920f6cf53dc13098cb3");
    is(w, &w->root[70], "353edce931ebf5791739a588c15a724846776a98366aab1e8baa428f9135c26a");
    for (uint64_t n = 1; n <= LEAVES; n++) {
        buf_add(&roots, w->root[n].b, DIGEST_SIZE);
        for (uint64_t m = 0; m < n; m++) {
            merkle_inclusion(w->tree, m, n, &p);
            buf_add(&paths, p.node, p.n * DIGEST_SIZE);
            merkle_consistency(w->tree, m + 1, n, &p);
            buf_add(&subs, p.node, p.n * DIGEST_SIZE);
        }
    }
    d = digest_of(roots.p, roots.len);
    is(w, &d, "54fc24958fcd6eaa5f978220f0120f4a3cee532f0b0fbec25e195bb6d1df6731");
    d = digest_of(paths.p, paths.len);
    is(w, &d, "31538801b157cb65ed264f35ad38ac80189794b52753be3831622e93dc876b40");
    d = digest_of(subs.p, subs.len);
    is(w, &d, "7d7f91c46c0471e0890af1e7108b5855bc82229ed3b66e6c07b263b45a5f17ea");
}

typedef bool (*proof_ok)(struct world *w, uint64_t a, uint64_t n, const struct merkle_proof *p);

static bool included(struct world *w, uint64_t a, uint64_t n, const struct merkle_proof *p)
{
    return merkle_inclusion_check(w->ctx, &w->leaf[a], a, (struct merkle_state){n, &w->root[n]}, p);
}

static bool consistent(struct world *w, uint64_t a, uint64_t n, const struct merkle_proof *p)
{
    return merkle_consistency_check(w->ctx, (struct merkle_state){a, &w->root[a]}, (struct merkle_state){n, &w->root[n]}, p);
}

/* Every byte changed, every element missing, every element twice, two exchanged. */
static void mutate(struct world *w, uint64_t a, uint64_t n, const struct merkle_proof *p, proof_ok ok)
{
    struct merkle_proof q = *p;

    for (size_t i = 0; i < p->n; i++) {
        for (size_t k = 0; k < DIGEST_SIZE; k++) {
            q.node[i].b[k] ^= (unsigned char)(1 << ((i + k) % 8));
            assert_false(ok(w, a, n, &q));
            q.node[i].b[k] = p->node[i].b[k];
        }
        for (size_t k = i; k + 1 < p->n; k++)
            q.node[k] = p->node[k + 1];
        q.n = p->n - 1;
        assert_false(ok(w, a, n, &q));
        for (size_t k = i; k < p->n; k++)
            q.node[k + 1] = p->node[k];
        q.n = p->n + 1;
        assert_false(ok(w, a, n, &q));
        q = *p;
        if (i + 1 < p->n) {
            q.node[i] = p->node[i + 1];
            q.node[i + 1] = p->node[i];
            assert_false(ok(w, a, n, &q));
        }
        q = *p;
    }
    q.node[q.n++] = w->leaf[0];
    assert_false(ok(w, a, n, &q));
}

static void test_inclusion(void **state)
{
    struct world *w = *state;
    struct merkle_proof p;

    for (uint64_t n = 1; n <= LEAVES; n++) {
        for (uint64_t m = 0; m < n; m++) {
            merkle_inclusion(w->tree, m, n, &p);
            assert_true(included(w, m, n, &p));
            for (uint64_t other = 0; other <= n; other++)
                assert_true(other == m ||
                            !merkle_inclusion_check(w->ctx, &w->leaf[m], other, (struct merkle_state){n, &w->root[n]}, &p));
            if (n % 7 == 0 || n < 10)
                mutate(w, m, n, &p, included);
        }
    }
}

static void test_consistency(void **state)
{
    struct world *w = *state;
    struct merkle_proof p;

    for (uint64_t n = 1; n <= LEAVES; n++) {
        for (uint64_t m = 1; m <= n; m++) {
            merkle_consistency(w->tree, m, n, &p);
            assert_true(consistent(w, m, n, &p));
            if (m < n) {
                struct digest other = w->root[m];
                other.b[m % DIGEST_SIZE] ^= 1;
                assert_false(merkle_consistency_check(w->ctx, (struct merkle_state){m, &other},
                                                      (struct merkle_state){n, &w->root[n]}, &p));
                assert_false(merkle_consistency_check(w->ctx, (struct merkle_state){n, &w->root[n]},
                                                      (struct merkle_state){m, &w->root[m]}, &p));
            }
            if (n % 7 == 0 || n < 10)
                mutate(w, m, n, &p, consistent);
        }
    }
    p.n = 0;
    assert_false(
        merkle_consistency_check(w->ctx, (struct merkle_state){0, &w->root[0]}, (struct merkle_state){1, &w->root[1]}, &p));
}

/* An inner node is no leaf: the root of two leaves, taken for a leaf, gives another root (second preimage). */
static void test_second_preimage(void **state)
{
    struct world *w = *state;
    struct merkle_proof p = {.n = 1};
    unsigned char both[1 + 2 * DIGEST_SIZE] = {0};

    p.node[0] = w->leaf[2];
    assert_false(merkle_inclusion_check(w->ctx, &w->root[2], 0, (struct merkle_state){3, &w->root[3]}, &p));
    memcpy(both + 1, w->leaf[0].b, DIGEST_SIZE);
    memcpy(both + 1 + DIGEST_SIZE, w->leaf[1].b, DIGEST_SIZE);
    struct digest as_leaf = digest_of(both, sizeof both);
    assert_false(digest_same(as_leaf.b, w->root[2].b, DIGEST_SIZE));
    p.n = 0;
    assert_false(merkle_inclusion_check(w->ctx, &as_leaf, 0, (struct merkle_state){1, &w->root[2]}, &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_vectors, begin, end),
        cmocka_unit_test_setup_teardown(test_inclusion, begin, end),
        cmocka_unit_test_setup_teardown(test_consistency, begin, end),
        cmocka_unit_test_setup_teardown(test_second_preimage, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

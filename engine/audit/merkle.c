/* engine/audit/merkle.c - the Merkle tree of RFC 9162: roots, proofs, and their checks.
 *
 * For     saying of a leaf that it is under a root, and of a tree that it only grew.
 * Owns    the hash of an inner node.
 * Never   what a leaf stands for.
 * Holds   a proof with an element too many, too few or changed is refused. */
#include "audit/merkle.h"

#include <string.h>

#include "base/buf.h"

static struct digest node_hash(struct digest_ctx *ctx, const struct digest *left, const struct digest *right)
{
    static const unsigned char inner = 1;

    digest_start(ctx);
    digest_add(ctx, &inner, 1);
    digest_add(ctx, left->b, DIGEST_SIZE);
    digest_add(ctx, right->b, DIGEST_SIZE);
    return digest_end(ctx);
}

/* ---- the right edge: node[k] is the root of a full tree of 2^k leaves wherever bit k of size is set ---- */

enum err merkle_edge_add(struct digest_ctx *ctx, struct merkle_edge *e, const struct digest *leaf)
{
    struct digest d = *leaf;
    int k = 0;

    if (e->size + 1 >= UINT64_C(1) << LIMIT_MERKLE_LEVELS)
        return fail(E_TOOBIG, "the tree has 2^%d leaves", LIMIT_MERKLE_LEVELS);
    for (; (e->size >> k & 1) != 0; k++)
        d = node_hash(ctx, &e->node[k], &d);
    e->node[k] = d;
    e->size++;
    return OK;
}

struct digest merkle_edge_root(struct digest_ctx *ctx, const struct merkle_edge *e)
{
    struct digest d;
    bool first = true;

    if (e->size == 0)
        return digest_of("", 0);
    for (int k = 0; k < LIMIT_MERKLE_LEVELS; k++) {
        if ((e->size >> k & 1) == 0)
            continue;
        d = first ? e->node[k] : node_hash(ctx, &e->node[k], &d);
        first = false;
    }
    return d;
}

/* ---- the whole tree: level k holds the roots of all full trees of 2^k leaves ---- */

struct merkle {
    struct arena *mem;
    struct digest_ctx *ctx;
    struct buf level[LIMIT_MERKLE_LEVELS];
    uint64_t size;
};

struct merkle *merkle_new(struct arena *mem)
{
    struct merkle *t = ARENA_NEW(mem, struct merkle);

    t->mem = mem;
    t->ctx = digest_new(mem);
    for (int k = 0; k < LIMIT_MERKLE_LEVELS; k++)
        t->level[k] = buf_new(mem, (size_t)DIGEST_SIZE << LIMIT_MERKLE_LEVELS);
    return t;
}

static struct digest node_at(const struct merkle *t, int level, uint64_t no)
{
    struct digest d;

    memcpy(d.b, t->level[level].p + no * DIGEST_SIZE, DIGEST_SIZE);
    return d;
}

enum err merkle_add(struct merkle *t, const struct digest *leaf)
{
    struct digest d = *leaf;

    if (t->size + 1 >= UINT64_C(1) << LIMIT_MERKLE_LEVELS)
        return fail(E_TOOBIG, "the tree has 2^%d leaves", LIMIT_MERKLE_LEVELS);
    for (int k = 0; k < LIMIT_MERKLE_LEVELS; k++) {
        buf_add(&t->level[k], d.b, DIGEST_SIZE);
        TRY(buf_done(&t->level[k]));
        if ((t->size >> k & 1) == 0)
            break;
        struct digest left = node_at(t, k, (t->size >> k) - 1);
        d = node_hash(t->ctx, &left, &d);
    }
    t->size++;
    return OK;
}

uint64_t merkle_size(const struct merkle *t)
{
    return t->size;
}

/* The largest power of two below N (N > 1), as exponent. */
static int split(uint64_t n)
{
    int k = 0;

    while (UINT64_C(2) << k < n)
        k++;
    return k;
}

/* The root of the N leaves from LO on; LO is a multiple of every full tree in N. */
static struct digest range_root(const struct merkle *t, uint64_t lo, uint64_t n)
{
    struct digest part[LIMIT_MERKLE_LEVELS];
    int parts = 0;

    for (; (n & (n - 1)) != 0; parts++) {
        int k = split(n);
        part[parts] = node_at(t, k, lo >> k);
        lo += UINT64_C(1) << k;
        n -= UINT64_C(1) << k;
    }
    int k = n > 1 ? split(n) + 1 : 0;
    struct digest d = node_at(t, k, lo >> k);
    while (parts > 0)
        d = node_hash(t->ctx, &part[--parts], &d);
    return d;
}

static void proof_add(struct merkle_proof *p, struct digest d)
{
    if (p->n < LIMIT_MERKLE_PROOF)
        p->node[p->n++] = d;
}

/* Both are found from the root down and told from the leaf up. */
static void proof_turn(struct merkle_proof *p)
{
    for (size_t i = 0, k = p->n; i + 1 < k; i++, k--) {
        struct digest d = p->node[i];
        p->node[i] = p->node[k - 1];
        p->node[k - 1] = d;
    }
}

void merkle_inclusion(const struct merkle *t, uint64_t index, uint64_t size, struct merkle_proof *out)
{
    uint64_t lo = 0;

    out->n = 0;
    while (size > 1) {
        uint64_t left = UINT64_C(1) << split(size);
        if (index - lo < left) {
            proof_add(out, range_root(t, lo + left, size - left));
            size = left;
        } else {
            proof_add(out, range_root(t, lo, left));
            lo += left;
            size -= left;
        }
    }
    proof_turn(out);
}

void merkle_consistency(const struct merkle *t, uint64_t old, uint64_t size, struct merkle_proof *out)
{
    uint64_t lo = 0;

    out->n = 0;
    while (old != size) {
        uint64_t left = UINT64_C(1) << split(size);
        if (old <= left) {
            proof_add(out, range_root(t, lo + left, size - left));
            size = left;
        } else {
            proof_add(out, range_root(t, lo, left));
            lo += left;
            old -= left;
            size -= left;
        }
    }
    if (lo != 0) /* else the verifier has that root: it is the old one */
        proof_add(out, range_root(t, lo, size));
    proof_turn(out);
}

/* ---- checks ---- */

bool merkle_inclusion_check(struct digest_ctx *ctx, const struct digest *leaf, uint64_t index, struct merkle_state now,
                            const struct merkle_proof *proof)
{
    uint64_t fn = index, sn = now.size - 1;
    struct digest r = *leaf;

    if (index >= now.size || proof->n > LIMIT_MERKLE_PROOF)
        return false;
    for (size_t i = 0; i < proof->n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            r = node_hash(ctx, &proof->node[i], &r);
            for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            r = node_hash(ctx, &r, &proof->node[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_same(r.b, now.root->b, DIGEST_SIZE);
}

bool merkle_consistency_check(struct digest_ctx *ctx, struct merkle_state old, struct merkle_state now,
                              const struct merkle_proof *proof)
{
    bool full = (old.size & (old.size - 1)) == 0; /* then the first element is the old root itself and is not told */
    uint64_t fn = old.size - 1, sn = now.size - 1;

    if (old.size == 0 || old.size > now.size || proof->n > LIMIT_MERKLE_PROOF)
        return false;
    if (old.size == now.size)
        return proof->n == 0 && digest_same(old.root->b, now.root->b, DIGEST_SIZE);
    if (proof->n == 0)
        return false;
    for (; (fn & 1) != 0; fn >>= 1)
        sn >>= 1;
    struct digest fr = full ? *old.root : proof->node[0], sr = fr;
    for (size_t i = full ? 0 : 1; i < proof->n; i++) {
        const struct digest *c = &proof->node[i];
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            fr = node_hash(ctx, c, &fr);
            sr = node_hash(ctx, c, &sr);
            for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            sr = node_hash(ctx, &sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_same(fr.b, old.root->b, DIGEST_SIZE) && digest_same(sr.b, now.root->b, DIGEST_SIZE);
}

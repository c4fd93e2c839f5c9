/* engine/audit/merkle.h - the Merkle tree of RFC 9162, section 2.1, over SHA-256.
 *
 * A leaf comes here as its hash SHA-256(0x00 || ...); an inner node is SHA-256(0x01 || left || right), so that neither can be
 * taken for the other. Leaves are counted from 0 here; sizes are at least 1 in every proof. */
#ifndef AUDIT_MERKLE_H
#define AUDIT_MERKLE_H

#include "base/arena.h"
#include "base/digest.h"

/* No proof of fewer than 2^40 leaves is longer than this. */
enum { LIMIT_MERKLE_LEVELS = 40, LIMIT_MERKLE_PROOF = LIMIT_MERKLE_LEVELS + 1 };

struct merkle_proof {
    struct digest node[LIMIT_MERKLE_PROOF];
    size_t n;
};

/* The right edge of a growing tree: all that a root needs. Begins as zeros. */
struct merkle_edge {
    uint64_t size;
    struct digest node[LIMIT_MERKLE_LEVELS];
};

/* Adds a leaf. E_TOOBIG above 2^40 - 1 leaves. */
enum err merkle_edge_add(struct digest_ctx *ctx, struct merkle_edge *e, const struct digest *leaf) CHECKED;
/* The root; SHA-256 of nothing for a tree without leaves. */
struct digest merkle_edge_root(struct digest_ctx *ctx, const struct merkle_edge *e);

/* A tree with all its nodes (64 bytes a leaf), for making proofs. */
struct merkle;
struct merkle *merkle_new(struct arena *mem);
enum err merkle_add(struct merkle *t, const struct digest *leaf) CHECKED;
uint64_t merkle_size(const struct merkle *t);

/* The proof that leaf INDEX is in the tree of the first SIZE leaves (2.1.3.1); INDEX < SIZE <= merkle_size(). */
void merkle_inclusion(const struct merkle *t, uint64_t index, uint64_t size, struct merkle_proof *out);
/* The proof that the tree of SIZE leaves begins with that of OLD (2.1.4.1); 1 <= OLD <= SIZE <= merkle_size(). */
void merkle_consistency(const struct merkle *t, uint64_t old, uint64_t size, struct merkle_proof *out);

/* Their checks (2.1.3.2, 2.1.4.2): every element is used, and not one more or less is taken. */
struct merkle_state {
    uint64_t size;
    const struct digest *root;
};
bool merkle_inclusion_check(struct digest_ctx *ctx, const struct digest *leaf, uint64_t index, struct merkle_state now,
                            const struct merkle_proof *proof);
bool merkle_consistency_check(struct digest_ctx *ctx, struct merkle_state old, struct merkle_state now,
                              const struct merkle_proof *proof);

#endif

/* engine/audit/seal.h - seals: signed roots of a Merkle tree over the heads of all streams.
 *
 * A chain shows every change by somebody who does not compute it anew. A seal shows the others: the head of each stream that moved
 * becomes a leaf, and the signed root covers all leaves that ever were. Formats: docs/audit-format.md. */
#ifndef AUDIT_SEAL_H
#define AUDIT_SEAL_H

#include "audit/audit.h"
#include "audit/merkle.h"

struct json;

struct audit_seal {
    uint64_t number, size; /* 1, 2, ...; leaves covered */
    int64_t at;
    struct digest root, prev, key; /* KEY = SHA-256 of the public key */
    unsigned char signature[SIGN_SIZE];
};

struct audit_leaf {
    uint64_t number, id, seq; /* NUMBER counts from 1 */
    uint8_t stream;
    struct digest hash; /* of the event */
};

/* ---- without a database ---- */

enum { LIMIT_SEAL_LINE = 8192, LIMIT_SEAL_KEPT = 64 << 20, LIMIT_SEAL_KEY = 200 };
#define SEAL_TOLERANCE (10 * CLOCK_MINUTE) /* clocks of two hosts, and a unit of work that takes long to commit */

struct digest audit_leaf_digest(struct digest_ctx *ctx, const struct audit_leaf *l);
/* What the next seal names as PREV. */
struct digest audit_seal_digest(struct digest_ctx *ctx, const struct audit_seal *s);
enum err audit_seal_sign(struct arena *mem, struct audit_seal *s, const unsigned char secret[SIGN_KEY]) CHECKED;
bool audit_seal_signed(struct arena *mem, const struct audit_seal *s, const unsigned char public[SIGN_KEY]);
bool audit_seal_same(const struct audit_seal *a, const struct audit_seal *b);

/* A head as a line of the file seal_heads and of an export, with its LF; and back (false if it is not one). */
void audit_line_seal(struct buf *b, struct arena *mem, const struct audit_seal *s);
bool audit_line_seal_read(const struct json *j, struct audit_seal *out);
/* An older seal with the proof that the tree of seal TO continues it. */
void audit_line_since(struct buf *b, struct arena *mem, const struct audit_seal *s, uint64_t to, const struct merkle_proof *p);
bool audit_line_since_read(const struct json *j, struct audit_seal *out, uint64_t *to, struct merkle_proof *p);
/* The leaf of the exported stream with the proof that it is under the root. */
void audit_line_leaf(struct buf *b, const struct audit_leaf *l, const struct merkle_proof *p);
bool audit_line_leaf_read(const struct json *j, struct audit_leaf *out, struct merkle_proof *p);

/* What an auditor holds outside of the system: heads as copied from seal_heads, and lines of gradus-sealer --prove. */
struct audit_since {
    struct audit_seal seal;
    uint64_t to;
    struct merkle_proof proof;
};
struct audit_kept {
    struct audit_seal *head;
    struct audit_since *since;
    size_t n, n_since;
    const struct audit_seal *newest;
};
/* Reads such a file. E_INPUT if a line is neither, or if there is no head; heads must be in order, each continuing the one before
 * it where their numbers follow each other. */
enum err audit_kept_read(struct arena *mem, const char *text, size_t n, struct audit_kept *out) CHECKED;

/* 64 hexadecimal letters and at most one LF: the form of both key files. */
bool audit_key_read(const char *text, size_t n, unsigned char key[SIGN_KEY]);

/* Against what gradus-verify checks the seal of an export; NULL and 0 = not. Everything must live as long as V. */
struct audit_trust {
    const unsigned char *key; /* SIGN_KEY bytes, the public key, from outside */
    const struct audit_kept *kept;
    int64_t now;
};
void audit_verify_trust(struct audit_verify *v, const struct audit_trust *t);
/* After audit_verify_end() found it intact: what the seal says, in words. */
const char *audit_verify_words(const struct audit_verify *v);

/* ---- with one ---- */

struct audit_sealing {
    const unsigned char *secret, *public;
    struct audit_seal seal; /* out: the newest seal, made now or before; number 0 = none */
    uint64_t leaves;        /* out: sealed by this call; 0 = nothing had moved */
};
/* Seals the heads that moved. Before, it computes every root anew from the stored leaves and compares each head with its event.
 * E_STATE is the alarm: what is stored is not what was sealed, and nothing was signed. E_BUSY: another sealer holds the lock. For a
 * read-write unit (struct unit_conf.no_numbers). */
enum err audit_seal_make(struct unit *u, struct audit_sealing *s) CHECKED;

struct audit_sealed {
    const unsigned char *public; /* NULL: signatures are not checked */
    uint64_t seals, leaves;      /* out */
    const char *alarm;           /* out: the first fault in words; NULL = all is well */
};
/* Walks all seals, leaves and the events that they name. */
enum err audit_seal_check(struct unit *u, struct audit_sealed *s) CHECKED;

/* The seal of this number (0: the newest); number 0 in OUT = there is none. */
enum err audit_seal_get(struct unit *u, uint64_t number, struct audit_seal *out) CHECKED;
/* At most 500 lines of seals after AFTER; *LAST becomes the number of the last one. */
enum err audit_seal_lines(struct unit *u, uint64_t after, struct buf *out, uint64_t *last) CHECKED;
/* The line that proves seal TO (0: the newest) to continue seal FROM. E_INPUT if one of them is not there. */
enum err audit_seal_prove(struct unit *u, uint64_t from, uint64_t to, struct buf *out) CHECKED;

/* The lines of an export between its header and its events; *SEALED becomes the seq of the newest sealed event, 0 = none. */
enum err audit_seal_export(struct unit *u, enum audit_stream s, uint64_t id, struct buf *out, uint64_t *sealed) CHECKED;

#endif

/* engine/audit/audit_int.h - what the files of this folder share. */
#ifndef AUDIT_AUDIT_INT_H
#define AUDIT_AUDIT_INT_H

#include "audit/audit.h"
#include "audit/seal.h"

enum {
    AUDIT_BODY_VERSION = 1,
    AUDIT_EXPORT_VERSION = 2, /* 1, without seals, is still read */
    LIMIT_AUDIT_BODY = 512 << 10,
    LIMIT_AUDIT_PACKED = 12 << 20, /* below max_allowed_packet of the server */
    LIMIT_AUDIT_EXPORT = 256 << 20,
    LIMIT_AUDIT_STREAM_PAGES = 1 << 20
};

#define AUDIT_AT_MAX INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* One row as the table has it. */
struct audit_stored {
    uint64_t seq;
    int64_t at;
    uint32_t event;
    uint64_t actor;
    struct span prev, hash, body;
};

/* The next rows after AFTER, undecoded. */
enum err audit_stored_read(struct unit *u, enum audit_stream s, uint64_t id, uint64_t after, struct audit_stored **row,
                           size_t *n) CHECKED;
/* Decodes; E_INPUT if the body is not canonical or a copied column differs from it. */
enum err audit_stored_decode(struct arena *mem, enum audit_stream s, uint64_t id, const struct audit_stored *in,
                             struct audit_row *out) CHECKED;

const char *audit_stream_name(uint8_t stream); /* NULL if unknown */

/* The hash with a context that is made once. */
struct digest audit_hash_with(struct digest_ctx *ctx, const struct audit_row *r, const void *body, size_t n);

/* The lines of an export but those of its seal, each with its LF. NAME is the event's, as this program or the export names it.
 * UNSEALED is NULL in version 1. */
void audit_line_head(struct buf *b, int version, uint8_t stream, uint64_t id);
void audit_line_event(struct buf *b, struct arena *mem, const struct audit_row *r, const char *name);
void audit_line_end(struct buf *b, uint64_t count, const uint64_t *unsealed, const struct digest *head,
                    const struct digest *all);
/* The first event after the sealed ones; 0 = all of them are sealed. */
uint64_t audit_unsealed(uint64_t sealed, uint64_t count);

/* proof.c: what the lines of the seal say, while an export is read. */
struct audit_proof {
    struct arena *mem; /* for words */
    struct digest_ctx *ctx;
    const struct audit_trust *trust; /* NULL = nothing from outside */
    uint8_t stream;
    uint64_t id;
    struct audit_seal seal;  /* number 0 = none so far */
    struct audit_leaf leaf;  /* number 0 = none so far */
    struct audit_seal since; /* the one read last */
    const char *continues;   /* in words: that the kept head is under this seal */
};
/* Is J a line of the seal at all? */
bool audit_proof_is(const struct json *j);
/* These answer what is wrong, or NULL. LINE is memory for the time of the call, AGAIN gets the line as it should be. */
const char *audit_proof_line(struct audit_proof *p, struct arena *line, const struct json *j, struct buf *again);
const char *audit_proof_event(const struct audit_proof *p, const struct audit_row *r);
const char *audit_proof_end(struct audit_proof *p, uint64_t count);
/* E_INPUT if the file is whole but cannot prove what was asked for. */
enum err audit_proof_settle(const struct audit_proof *p, int version) CHECKED;

#endif

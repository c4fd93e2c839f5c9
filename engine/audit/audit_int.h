/* engine/audit/audit_int.h - what the files of this folder share. */
#ifndef AUDIT_AUDIT_INT_H
#define AUDIT_AUDIT_INT_H

#include "audit/audit.h"

enum {
    AUDIT_BODY_VERSION = 1,
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

/* The three kinds of lines of an export, each with its LF. NAME is the event's, as this program or the export names it. */
void audit_line_head(struct buf *b, uint8_t stream, uint64_t id);
void audit_line_event(struct buf *b, struct arena *mem, const struct audit_row *r, const char *name);
void audit_line_end(struct buf *b, uint64_t count, const struct digest *head, const struct digest *all);

#endif

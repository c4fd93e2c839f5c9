/* engine/audit/audit.h - the trail: append-only events, one hash chain per stream. What everybody writes to stands below
 * everybody.
 *
 * Events are kept in the unit and written by its commit hook with one CALL of append_audit(), the definer procedure that alone
 * may insert: it locks the heads of the streams in sorted order, gives seq and prev, hashes and stores. The format of the bytes
 * is docs/audit-format.md. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/digest.h"
#include "db/unit.h"

/* One stream = one hash chain. */
enum audit_stream { AUDIT_TICKET = 1, AUDIT_DEFINITION = 2, AUDIT_PERSON = 3, AUDIT_CI = 4, AUDIT_SYSTEM = 5, AUDIT_JOB = 6 };

enum audit_event {
#define EVENT(name, code, subject, retention, key) name = code,
#include "event.def"
#undef EVENT
    AUDIT_EVENT_END
};

const char *audit_event_name(enum audit_event e); /* "ticket.handed_over"; NULL if unknown */
const char *audit_event_key(enum audit_event e);  /* text key */

/* One field of an event: what it was and what it became; either may be NULL (not set). Texts of people are not put here but as
 * audit_commitment() of them. */
struct audit_field {
    const char *name, *before, *after;
};

enum { LIMIT_AUDIT_FIELDS = 64, LIMIT_AUDIT_TEXT = 4000, LIMIT_AUDIT_EVENTS = 20000 };

struct audit_note {
    enum audit_event event;
    enum audit_stream stream;
    uint64_t id;         /* ticket.id, definition.id, ... */
    const char *subject; /* public name: ticket reference, process key; never NULL */
    const char *reason;  /* why, as the person or the process gave it; NULL = none */
    uint64_t definition; /* definition.id in force; 0 = none */
    const char *version; /* "incident 3"; NULL = none */
    const char *node;    /* BPMN element; NULL = none */
    const struct audit_field *field;
    uint32_t n_field;
};

/* Adds an event to the unit; everything is copied. Actor, channel, request and moment come from the unit. */
enum err audit_log(struct unit *u, const struct audit_note *note) CHECKED;

/* The commit hook (struct unit_conf.flush). */
enum err audit_flush(struct unit *u) CHECKED;

/* SHA-256 over salt and text, in hexadecimal: what the chain keeps of a text that may have to be erased later. */
char *audit_commitment(struct arena *mem, const void *salt, size_t n_salt, const char *text, size_t n);

/* ---- the canonical bytes (also used by gradus-verify, which has no database) ---- */

struct audit_row {
    uint8_t stream;
    uint64_t id, seq;
    int64_t at;
    uint16_t event;
    uint64_t actor;
    const char *actor_name, *channel, *request, *subject, *reason, *version, *node; /* NULL = not set */
    uint64_t definition;
    struct audit_field *field;
    uint32_t n_field;
    struct digest prev, hash;
};

/* The body that C makes: everything but stream, id, seq, prev and hash. */
enum err audit_body(struct buf *b, const struct audit_row *r) CHECKED;
/* And back; E_INPUT if the bytes are not canonical. */
enum err audit_body_read(struct arena *mem, const void *p, size_t n, struct audit_row *out) CHECKED;
/* The hash of a row: SHA-256(0x00 || "GRADUS-AUDIT-1" || stream u8 || id u64 || seq u64 || prev[32] || body). */
enum err audit_hash(struct arena *mem, const struct audit_row *r, struct digest *out) CHECKED;

/* ---- reading, for the auditor's pages and tools ---- */

struct audit_page {
    struct audit_row *row;
    size_t n;
    uint64_t bad; /* seq of the first row that cannot be read: ROW ends before it; 0 = none */
};
/* Rows of one stream with seq > AFTER, at most LIMIT_AUDIT_PAGE, in order. A row that somebody altered so that it cannot be read
 * any more is no error: whoever looks at a trail wants to see what stands before it. */
enum { LIMIT_AUDIT_PAGE = 500 };
enum err audit_stream_read(struct unit *u, enum audit_stream s, uint64_t id, uint64_t after, struct audit_page *out) CHECKED;

/* Walks the stream and recomputes every link. *BROKEN_AT = seq of the first bad row (0 = intact), *WHY a sentence. */
enum err audit_stream_check(struct unit *u, enum audit_stream s, uint64_t id, uint64_t *count, uint64_t *broken_at,
                            const char **why) CHECKED;

/* The export of one stream: canonical JSON (docs/audit-format.md) or CSV (RFC 4180, UTF-8, safe against formulas). */
enum err audit_export_json(struct unit *u, enum audit_stream s, uint64_t id, struct buf *out) CHECKED;
enum err audit_export_csv(struct unit *u, enum audit_stream s, uint64_t id, struct buf *out) CHECKED;

/* Checks an export offline: *BAD = false intact; true altered, with *WHY naming line or event. E_INPUT = not an export at all.
 */
enum err audit_verify_json(struct arena *mem, const char *bytes, size_t n, bool *bad, const char **why,
                           uint64_t *count) CHECKED;

/* The same, line by line (each with its LF), for files of any size: gradus-verify stays within 64 MB. E_INPUT = not an export.
 */
enum { LIMIT_AUDIT_LINE = 4 << 20 };
struct audit_verify;
struct audit_verify *audit_verify_new(struct arena *mem);
enum err audit_verify_line(struct audit_verify *v, const char *line, size_t n) CHECKED;
enum err audit_verify_end(struct audit_verify *v, bool *bad, const char **why, uint64_t *count) CHECKED;

#endif

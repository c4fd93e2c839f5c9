/* engine/desk/trail.h - the trail of one thing, as an auditor reads, checks and takes it. */
#ifndef DESK_TRAIL_H
#define DESK_TRAIL_H

#include "audit/audit.h"
#include "base/buf.h"
#include "db/unit.h"

enum { TRAIL_PAGE = 50 }; /* rows of a list */

struct trail {
    enum audit_stream stream;
    uint64_t id;
    const char *ref; /* "INC-7", "incident-12": also the name of an export's file */
    const char *title, *process;
    uint32_t state;      /* enum ticket_state or enum definition_state */
    uint64_t definition; /* in force for the thing */
    uint32_t version;    /* its number; 0 = never released */
    uint64_t events;     /* in the chain */
    const char *head;    /* hash of the last one, 64 letters; "" if there is none */
};

/* The trail of a ticket by its reference, of a version of a process by its definition.id. E_NOTFOUND. */
enum err trail_of_ticket(struct unit *u, const char *ref, struct trail *out) CHECKED;
enum err trail_of_definition(struct unit *u, uint64_t id, struct trail *out) CHECKED;

/* Recomputes the chain and leaves the result as an event in it. */
enum err trail_check(struct unit *u, const struct trail *t) CHECKED;

/* The newest result in the chain; SEQ 0 = it was never checked. */
struct trail_result {
    uint64_t seq;
    int64_t at;
    const char *who, *count, *broken_at, *head; /* broken_at NULL = intact */
};
enum err trail_last_result(struct unit *u, const struct trail *t, struct trail_result *out) CHECKED;

/* Writes the export into OUT (JSON, or CSV) and leaves an event, which comes after the last one that the export holds. E_INPUT if
 * a stored event cannot be read. */
enum err trail_export(struct unit *u, const struct trail *t, bool csv, struct buf *out) CHECKED;

#endif

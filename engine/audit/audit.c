/* engine/audit/audit.c - taking events in and handing them to the database.
 *
 * For     audit_log(): one call at the verb; audit_flush(): one CALL per unit of work.
 * Owns    the list of events of the unit and the packed form of append_audit().
 * Never   a link of a chain: seq, prev and hash are made by the database, so that no program can forge one.
 * Holds   events of one stream keep the order of their audit_log() calls; streams are locked in ascending order. */
#include "audit/audit_int.h"

#include <stdlib.h>

#include "audit/audit.sql.h"

enum { PACKED_VERSION = 1 };

struct unit_event {
    struct unit_event *next;
    uint8_t stream;
    uint32_t no;
    uint64_t id;
    struct span body;
};

struct event_row {
    enum audit_event event;
    const char *key;
};

/* clang-format off */
static const struct event_row event_rows[] = {
#define EVENT(name, code, subject, retention, key) {name, key},
#include "event.def"
#undef EVENT
};
/* clang-format on */

const char *audit_event_key(enum audit_event e)
{
    for (size_t i = 0; i < sizeof event_rows / sizeof event_rows[0]; i++) {
        if (event_rows[i].event == e)
            return event_rows[i].key;
    }
    return NULL;
}

const char *audit_event_name(enum audit_event e)
{
    const char *key = audit_event_key(e);

    return key != NULL ? key + strlen("event.") : NULL;
}

const char *audit_stream_name(uint8_t stream)
{
    static const char *const names[] = {NULL, "ticket", "definition", "person", "ci", "system", "job"};

    return stream < sizeof names / sizeof names[0] ? names[stream] : NULL;
}

enum err audit_log(struct unit *u, const struct audit_note *note)
{
    struct audit_row r = {.at = u->now,
                          .event = (uint16_t)note->event,
                          .subject = note->subject,
                          .reason = note->reason,
                          .version = note->version,
                          .node = note->node,
                          .definition = note->definition,
                          .n_field = note->n_field};
    struct buf b = buf_new(u->mem, LIMIT_AUDIT_BODY);

    if (audit_event_key(note->event) == NULL || audit_stream_name((uint8_t)note->stream) == NULL)
        return fail(E_BUG, "there is no event %d or no stream %d", (int)note->event, (int)note->stream);
    if (u->n_events >= LIMIT_AUDIT_EVENTS)
        return fail(E_TOOBIG, "one unit writes more than %d events", LIMIT_AUDIT_EVENTS);
    if (note->n_field > LIMIT_AUDIT_FIELDS)
        return fail(E_TOOBIG, "an event has more than %d fields", LIMIT_AUDIT_FIELDS);
    if (u->who != NULL) {
        r.actor = u->who->id;
        r.actor_name = u->who->name;
        r.channel = u->who->channel;
        r.request = u->who->request;
    }
    if (note->n_field > 0)
        r.field = arena_memdup(u->mem, note->field, note->n_field * sizeof *note->field);
    TRY(audit_body(&b, &r));
    struct unit_event *e = ARENA_NEW(u->mem, struct unit_event);
    *e =
        (struct unit_event){.stream = (uint8_t)note->stream, .id = note->id, .no = u->n_events, .body = {.p = b.p, .n = b.len}};
    *u->events_end = e;
    u->events_end = &e->next;
    u->n_events++;
    return OK;
}

static int by_place(const void *a, const void *b)
{
    const struct unit_event *x = *(const struct unit_event *const *)a, *y = *(const struct unit_event *const *)b;

    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->no < y->no ? -1 : 1;
}

enum err audit_flush(struct unit *u)
{
    struct buf b = buf_new(u->mem, LIMIT_AUDIT_PACKED);
    const struct unit_event **list = arena_alloc_n(u->mem, u->n_events, sizeof *list);
    size_t n = 0;

    for (const struct unit_event *e = u->events; e != NULL && n < u->n_events; e = e->next)
        list[n++] = e;
    if (n == 0)
        return OK;
    qsort(list, n, sizeof *list, by_place);
    buf_u8(&b, PACKED_VERSION);
    for (size_t i = 0; i < n; i++) {
        buf_u8(&b, list[i]->stream);
        buf_u64(&b, list[i]->id);
        buf_u32(&b, (uint32_t)list[i]->body.n);
        buf_add(&b, list[i]->body.p, list[i]->body.n);
    }
    TRY(buf_done(&b));
    struct q_audit_append q = {.in = {.packed = {.p = b.p, .n = b.len}}};
    return q_audit_append(u, &q);
}

char *audit_commitment(struct arena *mem, const void *salt, size_t n_salt, const char *text, size_t n)
{
    struct digest_ctx *ctx = digest_new(mem);

    digest_start(ctx);
    digest_add(ctx, salt, n_salt);
    digest_add(ctx, text, n);
    struct digest d = digest_end(ctx);
    return digest_hex(mem, d.b, sizeof d.b);
}

/* ---- reading ---- */

enum err audit_stored_read(struct unit *u, enum audit_stream s, uint64_t id, uint64_t after, struct audit_stored **row,
                           size_t *n)
{
    struct q_audit_rows q = {.in = {.stream = (uint32_t)s, .id = id, .after = after}};

    TRY(q_audit_rows(u, &q));
    *row = ARENA_NEW_N(u->mem, struct audit_stored, q.n);
    *n = q.n;
    for (size_t i = 0; i < q.n; i++) {
        const struct q_audit_rows_row *r = &q.row[i];
        (*row)[i] = (struct audit_stored){.seq = r->seq,
                                          .at = r->at,
                                          .event = r->event,
                                          .actor = r->actor,
                                          .prev = r->prev,
                                          .hash = r->hash,
                                          .body = r->body};
    }
    return OK;
}

enum err audit_stored_decode(struct arena *mem, enum audit_stream s, uint64_t id, const struct audit_stored *in,
                             struct audit_row *out)
{
    *out = (struct audit_row){.stream = (uint8_t)s, .id = id, .seq = in->seq};
    if (in->prev.n != DIGEST_SIZE || in->hash.n != DIGEST_SIZE)
        return fail(E_INPUT, "a hash is not of %d bytes", DIGEST_SIZE);
    memcpy(out->prev.b, in->prev.p, DIGEST_SIZE);
    memcpy(out->hash.b, in->hash.p, DIGEST_SIZE);
    TRY(audit_body_read(mem, in->body.p, in->body.n, out));
    if (out->at != in->at || out->event != in->event || out->actor != in->actor)
        return fail(E_INPUT, "time, event or actor beside the body differ from it");
    return OK;
}

enum err audit_stream_read(struct unit *u, enum audit_stream s, uint64_t id, uint64_t after, struct audit_page *out)
{
    struct audit_stored *row;
    size_t n;

    *out = (struct audit_page){0};
    TRY(audit_stored_read(u, s, id, after, &row, &n));
    out->row = ARENA_NEW_N(u->mem, struct audit_row, n);
    for (; out->n < n; out->n++) {
        enum err e = audit_stored_decode(u->mem, s, id, &row[out->n], &out->row[out->n]);
        if (e == E_INPUT) {
            out->bad = row[out->n].seq;
            break;
        }
        TRY(e);
    }
    return OK;
}

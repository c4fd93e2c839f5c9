/* engine/desk/trail.c - the trail of one thing: found, checked, exported.
 *
 * For     the auditor's program.
 * Owns    the events of checking and exporting.
 * Never   changes what it reads; texts of tickets beyond the title.
 * Holds   whoever checks or takes a trail leaves a trace in it, behind what was read. */
#include "desk/trail.h"

#include "audit/audit.sql.h"
#include "base/digest.h"
#include "desk/ticket.h"
#include "desk/trail.sql.h"

static enum err find_head(struct unit *u, struct trail *t)
{
    struct q_audit_head_get q = {.in = {.stream = t->stream, .id = t->id}};

    TRY(q_audit_head_get(u, &q));
    t->events = q.found ? q.out.seq : 0;
    t->head = q.found ? digest_hex(u->mem, q.out.hash.p, q.out.hash.n) : "";
    return OK;
}

enum err trail_of_ticket(struct unit *u, const char *ref, struct trail *out)
{
    struct q_trail_ticket q = {0};

    if (!ticket_ref_id(ref, &q.in.id))
        return fail(E_NOTFOUND, "'%s' is no reference of a ticket", ref);
    TRY(q_trail_ticket(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no ticket %s", ref);
    *out = (struct trail){.stream = AUDIT_TICKET,
                          .id = q.in.id,
                          .ref = ticket_ref(u->mem, q.in.id),
                          .title = q.out.title,
                          .process = q.out.process,
                          .state = q.out.state,
                          .definition = q.out.definition,
                          .version = q.out.version_null ? 0 : q.out.version};
    return find_head(u, out);
}

enum err trail_of_definition(struct unit *u, uint64_t id, struct trail *out)
{
    struct q_trail_definition q = {.in = {.id = id}};

    TRY(q_trail_definition(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no definition %llu", (unsigned long long)id);
    *out = (struct trail){.stream = AUDIT_DEFINITION,
                          .id = id,
                          .title = q.out.name,
                          .process = q.out.name,
                          .ref = arena_printf(u->mem, "%s-%llu", q.out.process_key, (unsigned long long)id),
                          .state = q.out.state,
                          .definition = id,
                          .version = q.out.version_null ? 0 : q.out.version};
    return find_head(u, out);
}

/* ---- checking ---- */

static enum err leave(struct unit *u, const struct trail *t, enum audit_event event, const struct audit_field *f, uint32_t n)
{
    struct audit_note note = {.event = event, .stream = t->stream, .id = t->id, .subject = t->ref, .field = f, .n_field = n};

    return audit_log(u, &note);
}

enum err trail_check(struct unit *u, const struct trail *t)
{
    uint64_t count, broken_at;
    const char *why;

    TRY(audit_stream_check(u, t->stream, t->id, &count, &broken_at, &why));
    struct audit_field f[] = {{"result", NULL, broken_at == 0 ? "intact" : "broken"},
                              {"events", NULL, arena_printf(u->mem, "%llu", (unsigned long long)count)},
                              {"head", NULL, t->head},
                              {"broken at", NULL, arena_printf(u->mem, "%llu", (unsigned long long)broken_at)},
                              {"why", NULL, why}};
    return leave(u, t, EV_TRAIL_CHECKED, f, broken_at == 0 ? 3 : 5);
}

static const char *after_of(const struct audit_row *r, const char *name)
{
    for (uint32_t i = 0; i < r->n_field; i++) {
        if (strcmp(r->field[i].name, name) == 0)
            return r->field[i].after;
    }
    return NULL;
}

enum err trail_last_result(struct unit *u, const struct trail *t, struct trail_result *out)
{
    struct q_trail_last q = {.in = {.stream = t->stream, .id = t->id, .event = EV_TRAIL_CHECKED}};
    struct audit_page page;

    *out = (struct trail_result){0};
    TRY(q_trail_last(u, &q));
    if (!q.found || q.out.seq_null)
        return OK;
    TRY(audit_stream_read(u, t->stream, t->id, q.out.seq - 1, &page));
    if (page.n == 0 || page.row[0].event != EV_TRAIL_CHECKED)
        return OK;
    const struct audit_row *r = &page.row[0];
    *out = (struct trail_result){.seq = r->seq,
                                 .at = r->at,
                                 .who = r->actor_name,
                                 .count = after_of(r, "events"),
                                 .broken_at = after_of(r, "broken at"),
                                 .head = after_of(r, "head")};
    return OK;
}

/* ---- exporting ---- */

enum err trail_export(struct unit *u, const struct trail *t, bool csv, struct buf *out)
{
    TRY(csv ? audit_export_csv(u, t->stream, t->id, out) : audit_export_json(u, t->stream, t->id, out));
    struct digest d = digest_of(out->p, out->len);
    struct audit_field f[] = {{"format", NULL, csv ? "csv" : "json"},
                              {"events", NULL, arena_printf(u->mem, "%llu", (unsigned long long)t->events)},
                              {"head", NULL, t->head},
                              {"sha256", NULL, digest_hex(u->mem, d.b, sizeof d.b)}};
    return leave(u, t, EV_TRAIL_EXPORTED, f, sizeof f / sizeof f[0]);
}

/* engine/audit/verify.c - proving a trail: in the database, and from an export without one.
 *
 * For     finding the first place at which a trail is not what was written.
 * Owns    the checks of docs/audit-format.md, section "Checking".
 * Never   repairs; trusts a stored hash that it can compute.
 * Holds   an export is intact only if writing it anew from what was read gives the same bytes, so no byte is without meaning.
 */
#include "audit/audit_int.h"

#include "audit/audit.sql.h"
#include "base/clock.h"
#include "base/json.h"

/* ---- in the database ---- */

struct walk {
    struct digest_ctx *ctx;
    uint64_t count;
    struct digest head;
    const char *why;
};

static const char *link_wrong(struct walk *w, const struct audit_row *r, const void *body, size_t n)
{
    if (r->seq != w->count + 1)
        return "an event is missing before this one";
    if (!digest_same(r->prev.b, w->head.b, DIGEST_SIZE))
        return "it does not continue the event before it";
    struct digest d = audit_hash_with(w->ctx, r, body, n);
    if (!digest_same(d.b, r->hash.b, DIGEST_SIZE))
        return "its content does not give its hash";
    return NULL;
}

static enum err check_page(struct unit *u, enum audit_stream s, uint64_t id, struct walk *w, size_t *n)
{
    struct audit_stored *row;
    struct audit_row r;

    TRY(audit_stored_read(u, s, id, w->count, &row, n));
    for (size_t i = 0; i < *n; i++) {
        if (audit_stored_decode(u->mem, s, id, &row[i], &r) != OK)
            w->why = "its bytes are not canonical, or the columns beside them differ";
        else
            w->why = link_wrong(w, &r, row[i].body.p, row[i].body.n);
        trouble_clear();
        if (w->why != NULL)
            return OK;
        w->count = r.seq;
        w->head = r.hash;
    }
    return OK;
}

static enum err check_head(struct unit *u, enum audit_stream s, uint64_t id, struct walk *w)
{
    struct q_audit_head_get q = {.in = {.stream = (uint32_t)s, .id = id}};

    TRY(q_audit_head_get(u, &q));
    if (!q.found)
        w->why = w->count > 0 ? "the head of the stream is missing" : NULL;
    else if (q.out.seq > w->count)
        w->why = "events are missing at the end";
    else if (q.out.seq < w->count || q.out.hash.n != DIGEST_SIZE || !digest_same(q.out.hash.p, w->head.b, DIGEST_SIZE))
        w->why = "the head of the stream is not its last event";
    return OK;
}

enum err audit_stream_check(struct unit *u, enum audit_stream s, uint64_t id, uint64_t *count, uint64_t *broken_at,
                            const char **why)
{
    struct arena *mem = arena_new(0);
    struct unit part = *u;
    struct walk w = {.ctx = digest_new(mem)};
    size_t n = LIMIT_AUDIT_PAGE;
    enum err e = OK;

    part.mem = mem;
    for (int i = 0; i < LIMIT_AUDIT_STREAM_PAGES && e == OK && w.why == NULL && n == LIMIT_AUDIT_PAGE; i++) {
        struct arena_mark mark = arena_mark(mem);
        e = check_page(&part, s, id, &w, &n);
        arena_rewind(mem, mark);
    }
    if (e == OK && w.why == NULL)
        e = check_head(&part, s, id, &w);
    arena_free(mem);
    *count = w.count;
    *broken_at = w.why != NULL ? w.count + 1 : 0;
    *why = w.why;
    return e;
}

/* ---- an export ---- */

struct audit_verify {
    struct arena *mem, *line; /* LINE is rewound after every line */
    struct digest_ctx *all, *ctx;
    struct digest head;
    struct audit_proof proof;
    int version;
    uint64_t lines, count, id;
    uint8_t stream;
    bool ended;
    const char *why; /* the first thing found; NULL = none */
};

static void line_end(void *mem)
{
    arena_free(mem);
}

struct audit_verify *audit_verify_new(struct arena *mem)
{
    struct audit_verify *v = ARENA_NEW(mem, struct audit_verify);

    v->mem = mem;
    v->line = arena_new(1 << 16);
    arena_at_end(mem, line_end, v->line);
    v->all = digest_new(mem);
    v->ctx = digest_new(mem);
    v->proof.mem = mem;
    v->proof.ctx = v->ctx;
    digest_start(v->all);
    return v;
}

void audit_verify_trust(struct audit_verify *v, const struct audit_trust *t)
{
    v->proof.trust = t;
}

static void found(struct audit_verify *v, const char *what)
{
    if (v->why != NULL)
        return;
    if (v->lines == 1)
        v->why = arena_printf(v->mem, "line 1, header: %s", what);
    else
        v->why = arena_printf(v->mem, "line %llu, event %llu: %s", (unsigned long long)v->lines,
                              (unsigned long long)v->count + 1, what);
}

static bool get_u64(const struct json *j, const char *name, uint64_t *out)
{
    const char *s = json_text(json_get(j, name));

    return s != NULL && text_u64(s, out);
}

static bool get_digest(const struct json *j, const char *name, struct digest *out)
{
    const char *s = json_text(json_get(j, name));

    return s != NULL && text_unhex(s, out->b, DIGEST_SIZE);
}

static enum err head_line(struct audit_verify *v, const struct json *j, struct buf *again)
{
    const char *format = json_text(json_get(j, "format")), *stream = json_text(json_get(j, "stream"));
    int64_t version = 0;

    if (format == NULL || strcmp(format, "gradus-audit") != 0)
        return fail(E_INPUT, "this is not an export of a Gradus trail");
    if (!json_int(json_get(j, "version"), &version) || version < 1 || version > AUDIT_EXPORT_VERSION)
        return fail(E_INPUT, "the export is of a version that this program does not know");
    for (uint8_t s = 1; audit_stream_name(s) != NULL; s++) {
        if (stream != NULL && strcmp(stream, audit_stream_name(s)) == 0)
            v->stream = s;
    }
    if (v->stream == 0 || !get_u64(j, "id", &v->id))
        found(v, "the stream is not named");
    v->version = (int)version;
    v->proof.stream = v->stream;
    v->proof.id = v->id;
    audit_line_head(again, v->version, v->stream, v->id);
    return OK;
}

static bool read_fields(struct audit_verify *v, const struct json *list, struct audit_row *r)
{
    size_t n = json_count(list);

    if (json_kind(list) != JSON_ARRAY || n > LIMIT_AUDIT_FIELDS)
        return false;
    r->n_field = (uint32_t)n;
    r->field = ARENA_NEW_N(v->line, struct audit_field, n);
    for (size_t i = 0; i < n; i++) {
        const struct json *f = json_at(list, i);
        r->field[i] = (struct audit_field){.name = json_text(json_get(f, "name")),
                                           .before = json_text(json_get(f, "before")),
                                           .after = json_text(json_get(f, "after"))};
        if (r->field[i].name == NULL)
            return false;
    }
    return true;
}

static bool read_event(struct audit_verify *v, const struct json *j, struct audit_row *r)
{
    const char *at = json_text(json_get(j, "at"));
    int64_t event;

    *r = (struct audit_row){.stream = v->stream,
                            .id = v->id,
                            .actor_name = json_text(json_get(j, "actor_name")),
                            .channel = json_text(json_get(j, "channel")),
                            .request = json_text(json_get(j, "request")),
                            .subject = json_text(json_get(j, "subject")),
                            .reason = json_text(json_get(j, "reason")),
                            .version = json_text(json_get(j, "version")),
                            .node = json_text(json_get(j, "node"))};
    if (!json_int(json_get(j, "event"), &event) || event < 1 || event > UINT16_MAX)
        return false;
    r->event = (uint16_t)event;
    return at != NULL && clock_parse(at, &r->at) && get_u64(j, "seq", &r->seq) && get_u64(j, "actor", &r->actor) &&
           get_u64(j, "definition", &r->definition) && get_digest(j, "prev", &r->prev) && get_digest(j, "hash", &r->hash) &&
           read_fields(v, json_get(j, "fields"), r);
}

static void event_line(struct audit_verify *v, const struct json *j, struct buf *again)
{
    struct walk w = {.ctx = v->ctx, .count = v->count, .head = v->head};
    struct buf body = buf_new(v->line, LIMIT_AUDIT_BODY);
    struct audit_row r;

    if (!read_event(v, j, &r) || audit_body(&body, &r) != OK) {
        found(v, "a value is missing or is not of its kind");
        return;
    }
    const char *wrong = link_wrong(&w, &r, body.p, body.len);
    if (wrong == NULL)
        wrong = audit_proof_event(&v->proof, &r);
    if (wrong != NULL)
        found(v, wrong);
    /* the name as it stands there: a program of another year may not know this event, and the code is what is hashed */
    audit_line_event(again, v->line, &r, json_text(json_get(j, "name")));
}

static void seal_line(struct audit_verify *v, const struct json *j, struct buf *again)
{
    const char *wrong = audit_proof_line(&v->proof, v->line, j, again);

    if (wrong != NULL)
        v->why = arena_printf(v->mem, "line %llu, seal: %s", (unsigned long long)v->lines, wrong);
}

static void end_line(struct audit_verify *v, const struct json *j, struct buf *again)
{
    uint64_t count = 0, unsealed = 0, expected = audit_unsealed(v->proof.leaf.seq, v->count);
    const char *wrong = v->version > 1 ? audit_proof_end(&v->proof, v->count) : NULL;
    struct digest head, stated, all = digest_end(v->all);

    v->ended = true;
    if (!get_u64(j, "count", &count) || !get_digest(j, "head", &head) || !get_digest(j, "sha256", &stated))
        found(v, "the last line is not complete");
    else if (count != v->count)
        found(v, "the last line counts another number of events");
    else if (!digest_same(head.b, v->head.b, DIGEST_SIZE))
        found(v, "the last line names another head");
    else if (wrong != NULL)
        found(v, wrong);
    else if (v->version > 1 && (!get_u64(j, "unsealed", &unsealed) || unsealed != expected))
        found(v, "the last line names another first event after the seal");
    else if (!digest_same(stated.b, all.b, DIGEST_SIZE))
        found(v, "the SHA-256 of the file is not the one stated in the last line");
    audit_line_end(again, v->count, v->version > 1 ? &expected : NULL, &v->head, &all);
}

enum err audit_verify_line(struct audit_verify *v, const char *line, size_t n)
{
    struct buf again = buf_new(v->line, LIMIT_AUDIT_LINE);
    struct arena_mark mark = arena_mark(v->line);
    const struct json *j;

    if (++v->lines > 1 && v->why != NULL)
        return OK;
    enum err e = json_read(v->line, "export", line, n, &j);
    if (e != OK && v->lines == 1)
        return fail(E_INPUT, "this is not an export of a Gradus trail");
    if (e != OK)
        found(v, "the line cannot be read");
    else if (v->ended)
        found(v, "there is something after the last line");
    else if (v->lines == 1)
        TRY(head_line(v, j, &again));
    else if (json_get(j, "count") != NULL)
        end_line(v, j, &again);
    else if (v->version > 1 && v->count == 0 && audit_proof_is(j))
        seal_line(v, j, &again);
    else
        event_line(v, j, &again);
    if (v->why == NULL && (again.over || again.len != n || memcmp(again.p, line, n) != 0))
        found(v, "the line is not written as Gradus writes it");
    if (v->why == NULL && !v->ended) {
        digest_add(v->all, line, n);
        if (v->lines > 1 && json_get(j, "event") != NULL) {
            v->count++;
            TRY(get_digest(j, "hash", &v->head) ? OK : fail(E_BUG, "a hash that was read is gone"));
        }
    }
    trouble_clear();
    arena_rewind(v->line, mark);
    return OK;
}

enum err audit_verify_end(struct audit_verify *v, bool *bad, const char **why, uint64_t *count)
{
    if (v->lines == 0)
        return fail(E_INPUT, "the file is empty");
    if (v->why == NULL && !v->ended)
        v->why = arena_printf(v->mem, "after line %llu, event %llu: the file ends without its last line",
                              (unsigned long long)v->lines, (unsigned long long)v->count);
    *bad = v->why != NULL;
    *why = v->why;
    *count = v->count;
    return v->why != NULL ? OK : audit_proof_settle(&v->proof, v->version);
}

const char *audit_verify_words(const struct audit_verify *v)
{
    const struct audit_proof *p = &v->proof;
    uint64_t unsealed = audit_unsealed(p->leaf.seq, v->count);

    if (p->seal.number == 0)
        return v->version == 1 ? "seal not checked: version 1 has none" : "seal not checked: there was none yet";
    if (p->trust == NULL || p->trust->key == NULL)
        return "seal not checked: no key was given";
    return arena_printf(v->mem, "seal %llu of %s is signed and covers events 1 to %llu%s%s%s",
                        (unsigned long long)p->seal.number, clock_text(v->mem, p->seal.at), (unsigned long long)p->leaf.seq,
                        unsealed != 0 ? arena_printf(v->mem, ", unsealed since %llu", (unsigned long long)unsealed) : "",
                        p->continues != NULL ? "; " : "", p->continues != NULL ? p->continues : "");
}

enum err audit_verify_json(struct arena *mem, const char *bytes, size_t n, bool *bad, const char **why, uint64_t *count)
{
    struct audit_verify *v = audit_verify_new(mem);

    for (size_t at = 0; at < n;) {
        const char *nl = memchr(bytes + at, '\n', n - at);
        size_t len = nl != NULL ? (size_t)(nl - (bytes + at)) + 1 : n - at;
        TRY(audit_verify_line(v, bytes + at, len));
        at += len;
    }
    return audit_verify_end(v, bad, why, count);
}

/* engine/audit/export.c - a stream as a file: canonical JSON lines for machines and proof, CSV for spreadsheets.
 *
 * For     handing the trail of one thing to somebody outside.
 * Owns    the lines of both forms.
 * Never   a second way to write the same event: gradus-verify writes each line anew and compares bytes.
 * Holds   the last line of the JSON form carries the SHA-256 of every byte before it. */
#include "audit/audit_int.h"
#include "base/clock.h"
#include "base/json.h"

static void put_u64(struct buf *b, bool *first, const char *name, uint64_t v)
{
    json_put_name(b, first, name);
    buf_fmt(b, "\"%llu\"", (unsigned long long)v);
}

static void put_text(struct buf *b, bool *first, const char *name, const char *s)
{
    json_put_name(b, first, name);
    if (s != NULL)
        json_put_text(b, s);
    else
        buf_str(b, "null");
}

static void put_digest(struct buf *b, bool *first, const char *name, const struct digest *d)
{
    json_put_name(b, first, name);
    buf_char(b, '"');
    buf_hex(b, d->b, sizeof d->b);
    buf_char(b, '"');
}

void audit_line_head(struct buf *b, int version, uint8_t stream, uint64_t id)
{
    bool first = true;

    buf_char(b, '{');
    put_text(b, &first, "format", "gradus-audit");
    json_put_name(b, &first, "version");
    json_put_int(b, version);
    put_text(b, &first, "stream", audit_stream_name(stream));
    put_u64(b, &first, "id", id);
    buf_str(b, "}\n");
}

void audit_line_event(struct buf *b, struct arena *mem, const struct audit_row *r, const char *name)
{
    bool first = true;

    buf_char(b, '{');
    put_u64(b, &first, "seq", r->seq);
    put_text(b, &first, "at", clock_text(mem, r->at));
    json_put_name(b, &first, "event");
    json_put_int(b, r->event);
    put_text(b, &first, "name", name);
    put_u64(b, &first, "actor", r->actor);
    put_text(b, &first, "actor_name", r->actor_name);
    put_text(b, &first, "channel", r->channel);
    put_text(b, &first, "request", r->request);
    put_text(b, &first, "subject", r->subject);
    put_text(b, &first, "reason", r->reason);
    put_u64(b, &first, "definition", r->definition);
    put_text(b, &first, "version", r->version);
    put_text(b, &first, "node", r->node);
    json_put_name(b, &first, "fields");
    buf_char(b, '[');
    for (uint32_t i = 0; i < r->n_field; i++) {
        bool inner = true;
        buf_str(b, i > 0 ? ",{" : "{");
        put_text(b, &inner, "name", r->field[i].name);
        put_text(b, &inner, "before", r->field[i].before);
        put_text(b, &inner, "after", r->field[i].after);
        buf_char(b, '}');
    }
    buf_char(b, ']');
    put_digest(b, &first, "prev", &r->prev);
    put_digest(b, &first, "hash", &r->hash);
    buf_str(b, "}\n");
}

void audit_line_end(struct buf *b, uint64_t count, const uint64_t *unsealed, const struct digest *head,
                    const struct digest *all)
{
    bool first = true;

    buf_char(b, '{');
    put_u64(b, &first, "count", count);
    put_digest(b, &first, "head", head);
    if (unsealed != NULL)
        put_u64(b, &first, "unsealed", *unsealed);
    put_digest(b, &first, "sha256", all);
    buf_str(b, "}\n");
}

/* ---- CSV ---- */

/* Would a spreadsheet take the cell for a formula? Full-width forms too: some programs fold them first. */
static bool is_formula(const char *s)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(s, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}

static void put_cell(struct buf *b, const char *s, const char *end)
{
    if (s != NULL) {
        buf_char(b, '"');
        if (is_formula(s))
            buf_char(b, '\'');
        for (const char *quote = strchr(s, '"'); quote != NULL; quote = strchr(s, '"')) {
            buf_add(b, s, (size_t)(quote - s) + 1);
            buf_char(b, '"');
            s = quote + 1;
        }
        buf_str(b, s);
        buf_char(b, '"');
    }
    buf_str(b, end);
}

static const char *changes(struct arena *mem, const struct audit_row *r)
{
    struct buf b = buf_new(mem, LIMIT_AUDIT_BODY * 2);

    for (uint32_t i = 0; i < r->n_field; i++) {
        const struct audit_field *f = &r->field[i];
        buf_fmt(&b, "%s%s: ", i > 0 ? "\n" : "", f->name);
        if (f->before != NULL)
            buf_fmt(&b, "%s → ", f->before);
        buf_str(&b, f->after != NULL ? f->after : "(none)");
    }
    return buf_text(&b);
}

static void csv_row(struct buf *b, struct arena *mem, const struct audit_row *r)
{
    buf_fmt(b, "%llu,%s,", (unsigned long long)r->seq, clock_text(mem, r->at));
    put_cell(b, audit_event_name((enum audit_event)r->event), ",");
    buf_fmt(b, "%llu,", (unsigned long long)r->actor);
    put_cell(b, r->actor_name, ",");
    put_cell(b, r->channel, ",");
    put_cell(b, r->request, ",");
    put_cell(b, r->subject, ",");
    put_cell(b, r->reason, ",");
    put_cell(b, r->version, ",");
    put_cell(b, r->node, ",");
    put_cell(b, changes(mem, r), ",");
    buf_hex(b, r->hash.b, sizeof r->hash.b);
    buf_str(b, "\r\n");
}

/* ---- both ---- */

struct export
{
    struct buf *out;
    bool csv;
    uint64_t count;
    struct digest head;
};

static enum err export_pages(struct unit *u, enum audit_stream s, uint64_t id, struct export *x)
{
    struct arena *mem = arena_new(0); /* of one page, so that a long stream does not fill the unit's arena with rows */
    struct unit part = *u;
    struct audit_page page;
    enum err e = OK;

    part.mem = mem;
    for (int i = 0; i < LIMIT_AUDIT_STREAM_PAGES && e == OK; i++) {
        struct arena_mark mark = arena_mark(mem);
        e = audit_stream_read(&part, s, id, x->count, &page);
        if (e == OK && page.bad != 0)
            e = fail(E_INPUT, "event %llu cannot be read", (unsigned long long)page.bad);
        for (size_t k = 0; e == OK && k < page.n; k++) {
            if (x->csv)
                csv_row(x->out, mem, &page.row[k]);
            else
                audit_line_event(x->out, mem, &page.row[k], audit_event_name((enum audit_event)page.row[k].event));
            x->count = page.row[k].seq;
            x->head = page.row[k].hash;
        }
        bool last = e == OK && page.n < LIMIT_AUDIT_PAGE;
        arena_rewind(mem, mark);
        if (last)
            break;
    }
    arena_free(mem);
    return e == OK ? buf_done(x->out) : e;
}

enum err audit_export_json(struct unit *u, enum audit_stream s, uint64_t id, struct buf *out)
{
    struct export x = {.out = out};
    uint64_t sealed;

    audit_line_head(out, AUDIT_EXPORT_VERSION, (uint8_t)s, id);
    TRY(audit_seal_export(u, s, id, out, &sealed));
    TRY(export_pages(u, s, id, &x));
    struct digest all = digest_of(out->p, out->len);
    uint64_t unsealed = audit_unsealed(sealed, x.count);
    audit_line_end(out, x.count, &unsealed, &x.head, &all);
    return buf_done(out);
}

enum err audit_export_csv(struct unit *u, enum audit_stream s, uint64_t id, struct buf *out)
{
    struct export x = {.out = out, .csv = true};

    buf_str(out, "\xEF\xBB\xBFseq,at,event,actor,actor name,channel,request,subject,reason,version,node,changes,hash\r\n");
    return export_pages(u, s, id, &x);
}

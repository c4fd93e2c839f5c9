/* engine/audit/canon.c - the canonical bytes of an event, docs/audit-format.md.
 *
 * For     making the bytes that are hashed, and reading them back.
 * Owns    version 1 of the body.
 * Never   more than one encoding of the same event; a byte that is not accounted for.
 * Holds   audit_body(audit_body_read(x)) = x for every x that audit_body_read() takes. */
#include "audit/audit_int.h"
#include "base/text.h"

static const char hash_name[] = "GRADUS-AUDIT-1";

enum { HASH_NAME = sizeof hash_name - 1, PLACE = 1 + HASH_NAME + 1 + 8 + 8 };

#define TEXT_NULL UINT32_MAX

/* ---- writing ---- */

static void put_text(struct buf *b, const char *s)
{
    size_t n = s != NULL ? strlen(s) : 0;

    if (n > LIMIT_AUDIT_TEXT)
        b->over = true;
    buf_u32(b, s != NULL ? (uint32_t)n : TEXT_NULL);
    buf_add(b, s, n);
}

enum err audit_body(struct buf *b, const struct audit_row *r)
{
    if (r->subject == NULL || r->at < 0 || r->at > AUDIT_AT_MAX || r->event == 0 || r->n_field > LIMIT_AUDIT_FIELDS)
        return fail(E_BUG, "event %u has no subject, no sensible time or too many fields", r->event);
    buf_u8(b, AUDIT_BODY_VERSION);
    buf_u64(b, (uint64_t)r->at);
    buf_u16(b, r->event);
    buf_u64(b, r->actor);
    put_text(b, r->actor_name);
    put_text(b, r->channel);
    put_text(b, r->request);
    put_text(b, r->subject);
    put_text(b, r->reason);
    buf_u64(b, r->definition);
    put_text(b, r->version);
    put_text(b, r->node);
    buf_u16(b, (uint16_t)r->n_field);
    for (uint32_t i = 0; i < r->n_field; i++) {
        if (r->field[i].name == NULL)
            return fail(E_BUG, "event %u has a field without a name", r->event);
        put_text(b, r->field[i].name);
        put_text(b, r->field[i].before);
        put_text(b, r->field[i].after);
    }
    return buf_done(b);
}

/* ---- reading ---- */

struct reader {
    struct arena *mem;
    const unsigned char *p;
    size_t n, at;
    bool bad;
};

static uint64_t get_number(struct reader *r, size_t size)
{
    uint64_t v = 0;

    if (r->bad || r->n - r->at < size) {
        r->bad = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++)
        v = v << 8 | r->p[r->at++];
    return v;
}

static const char *get_text(struct reader *r)
{
    uint32_t n = (uint32_t)get_number(r, 4);
    const char *p = (const char *)r->p + r->at;

    if (r->bad || n == TEXT_NULL)
        return NULL;
    if (n > LIMIT_AUDIT_TEXT || n > r->n - r->at || !text_valid(p, n)) {
        r->bad = true;
        return NULL;
    }
    r->at += n;
    return arena_strndup(r->mem, p, n);
}

enum err audit_body_read(struct arena *mem, const void *p, size_t n, struct audit_row *out)
{
    struct reader r = {.mem = mem, .p = p, .n = n};

    if (get_number(&r, 1) != AUDIT_BODY_VERSION)
        return fail(E_INPUT, "the body is not of version %d", AUDIT_BODY_VERSION);
    uint64_t at = get_number(&r, 8);
    out->at = (int64_t)at;
    out->event = (uint16_t)get_number(&r, 2);
    out->actor = get_number(&r, 8);
    out->actor_name = get_text(&r);
    out->channel = get_text(&r);
    out->request = get_text(&r);
    out->subject = get_text(&r);
    out->reason = get_text(&r);
    out->definition = get_number(&r, 8);
    out->version = get_text(&r);
    out->node = get_text(&r);
    out->n_field = (uint32_t)get_number(&r, 2);
    if (r.bad || at > (uint64_t)AUDIT_AT_MAX || out->event == 0 || out->subject == NULL || out->n_field > LIMIT_AUDIT_FIELDS)
        return fail(E_INPUT, "the body is not canonical before byte %zu", r.at);
    out->field = ARENA_NEW_N(mem, struct audit_field, out->n_field);
    for (uint32_t i = 0; i < out->n_field; i++) {
        struct audit_field *f = &out->field[i];
        f->name = get_text(&r);
        f->before = get_text(&r);
        f->after = get_text(&r);
        if (f->name == NULL)
            r.bad = true;
    }
    if (r.bad || r.at != n)
        return fail(E_INPUT, "the body is not canonical at byte %zu of %zu", r.at, n);
    return OK;
}

/* ---- hashing ---- */

static size_t put_be(unsigned char *to, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(v >> (56 - 8 * i));
    return 8;
}

struct digest audit_hash_with(struct digest_ctx *ctx, const struct audit_row *r, const void *body, size_t n)
{
    unsigned char place[PLACE];
    size_t at = 0;

    place[at++] = 0;
    memcpy(place + at, hash_name, HASH_NAME);
    at += HASH_NAME;
    place[at++] = r->stream;
    at += put_be(place + at, r->id);
    at += put_be(place + at, r->seq);
    digest_start(ctx);
    digest_add(ctx, place, at);
    digest_add(ctx, r->prev.b, sizeof r->prev.b);
    digest_add(ctx, body, n);
    return digest_end(ctx);
}

enum err audit_hash(struct arena *mem, const struct audit_row *r, struct digest *out)
{
    struct buf b = buf_new(mem, LIMIT_AUDIT_BODY);

    TRY(audit_body(&b, r));
    *out = audit_hash_with(digest_new(mem), r, b.p, b.len);
    return OK;
}

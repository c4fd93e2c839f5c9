/* engine/audit/head.c - leaves, seals and proofs as bytes and as lines.
 *
 * For     the sealer that signs them, the export that carries them, gradus-verify that checks them.
 * Owns    the bytes that are hashed and signed, docs/audit-format.md, section "Seals".
 * Never   a database; a judgement of what a seal says about a stream.
 * Holds   a line that is read is written again as the same bytes, or it was not ours. */
#include <string.h>

#include "audit/audit_int.h"
#include "audit/seal.h"
#include "base/clock.h"
#include "base/json.h"

static const char leaf_name[] = "GRADUS-LEAF-1", seal_name[] = "GRADUS-SEAL-1";

enum {
    LEAF_BYTES = 1 + sizeof leaf_name - 1 + 1 + 8 + 8 + DIGEST_SIZE,
    SEAL_BYTES = 256,
    LIMIT_KEPT_LINES = 200000,
    LIMIT_KEPT_PROOFS = 1000
};

static void put_be(unsigned char *to, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(v >> (56 - 8 * i));
}

struct digest audit_leaf_digest(struct digest_ctx *ctx, const struct audit_leaf *l)
{
    unsigned char b[LEAF_BYTES] = {0};
    unsigned char *p = b + 1;

    memcpy(p, leaf_name, sizeof leaf_name - 1);
    p += sizeof leaf_name - 1;
    *p++ = l->stream;
    put_be(p, l->id);
    put_be(p + 8, l->seq);
    memcpy(p + 16, l->hash.b, DIGEST_SIZE);
    digest_start(ctx);
    digest_add(ctx, b, sizeof b);
    return digest_end(ctx);
}

/* The bytes that are signed. */
static struct buf message(struct arena *mem, const struct audit_seal *s)
{
    struct buf b = buf_new(mem, SEAL_BYTES);

    buf_str(&b, seal_name);
    buf_add(&b, s->key.b, DIGEST_SIZE);
    buf_u64(&b, s->number);
    buf_u64(&b, s->size);
    buf_add(&b, s->root.b, DIGEST_SIZE);
    buf_add(&b, s->prev.b, DIGEST_SIZE);
    buf_u64(&b, (uint64_t)s->at);
    return b;
}

struct digest audit_seal_digest(struct digest_ctx *ctx, const struct audit_seal *s)
{
    struct arena *mem = arena_new(SEAL_BYTES * 2);
    struct buf b = message(mem, s);

    digest_start(ctx);
    digest_add(ctx, b.p, b.len);
    digest_add(ctx, s->signature, SIGN_SIZE);
    arena_free(mem);
    return digest_end(ctx);
}

enum err audit_seal_sign(struct arena *mem, struct audit_seal *s, const unsigned char secret[SIGN_KEY])
{
    struct buf b = message(mem, s);

    return sign_make(secret, b.p, b.len, s->signature);
}

bool audit_seal_signed(struct arena *mem, const struct audit_seal *s, const unsigned char public[SIGN_KEY])
{
    struct buf b = message(mem, s);
    struct digest id = digest_of(public, SIGN_KEY);

    return digest_same(id.b, s->key.b, DIGEST_SIZE) && sign_check(public, b.p, b.len, s->signature);
}

bool audit_seal_same(const struct audit_seal *a, const struct audit_seal *b)
{
    return a->number == b->number && a->size == b->size && a->at == b->at && digest_same(a->root.b, b->root.b, DIGEST_SIZE) &&
           digest_same(a->prev.b, b->prev.b, DIGEST_SIZE) && digest_same(a->key.b, b->key.b, DIGEST_SIZE) &&
           digest_same(a->signature, b->signature, SIGN_SIZE);
}

/* ---- lines ---- */

static void put_hex(struct buf *b, const char *name, const void *p, size_t n)
{
    buf_fmt(b, ",\"%s\":\"", name);
    buf_hex(b, p, n);
    buf_char(b, '"');
}

static void put_proof(struct buf *b, const struct merkle_proof *p)
{
    buf_str(b, ",\"proof\":[");
    for (size_t i = 0; i < p->n; i++) {
        buf_str(b, i > 0 ? ",\"" : "\"");
        buf_hex(b, p->node[i].b, DIGEST_SIZE);
        buf_char(b, '"');
    }
    buf_char(b, ']');
}

static void put_seal(struct buf *b, struct arena *mem, const char *name, const struct audit_seal *s)
{
    buf_fmt(b, "{\"%s\":\"%llu\",\"at\":\"%s\",\"size\":\"%llu\"", name, (unsigned long long)s->number, clock_text(mem, s->at),
            (unsigned long long)s->size);
    put_hex(b, "root", s->root.b, DIGEST_SIZE);
    put_hex(b, "prev", s->prev.b, DIGEST_SIZE);
    put_hex(b, "key", s->key.b, DIGEST_SIZE);
    put_hex(b, "signature", s->signature, SIGN_SIZE);
}

void audit_line_seal(struct buf *b, struct arena *mem, const struct audit_seal *s)
{
    put_seal(b, mem, "seal", s);
    buf_str(b, "}\n");
}

void audit_line_since(struct buf *b, struct arena *mem, const struct audit_seal *s, uint64_t to, const struct merkle_proof *p)
{
    put_seal(b, mem, "since", s);
    buf_fmt(b, ",\"to\":\"%llu\"", (unsigned long long)to);
    put_proof(b, p);
    buf_str(b, "}\n");
}

void audit_line_leaf(struct buf *b, const struct audit_leaf *l, const struct merkle_proof *p)
{
    buf_fmt(b, "{\"leaf\":\"%llu\",\"seq\":\"%llu\"", (unsigned long long)l->number, (unsigned long long)l->seq);
    put_hex(b, "hash", l->hash.b, DIGEST_SIZE);
    put_proof(b, p);
    buf_str(b, "}\n");
}

static bool take_u64(const struct json *j, const char *name, uint64_t *out)
{
    const char *s = json_text(json_get(j, name));

    return s != NULL && text_u64(s, out);
}

static bool take_hex(const struct json *j, const char *name, void *out, size_t n)
{
    const char *s = json_text(json_get(j, name));

    return s != NULL && text_unhex(s, out, n);
}

static bool take_proof(const struct json *j, struct merkle_proof *p)
{
    const struct json *list = json_get(j, "proof");

    p->n = json_count(list);
    if (json_kind(list) != JSON_ARRAY || p->n > LIMIT_MERKLE_PROOF)
        return false;
    for (size_t i = 0; i < p->n; i++) {
        const char *s = json_text(json_at(list, i));
        if (s == NULL || !text_unhex(s, p->node[i].b, DIGEST_SIZE))
            return false;
    }
    return true;
}

static bool take_seal(const struct json *j, const char *name, struct audit_seal *s)
{
    const char *at = json_text(json_get(j, "at"));

    return take_u64(j, name, &s->number) && s->number > 0 && at != NULL && clock_parse(at, &s->at) && s->at >= 0 &&
           take_u64(j, "size", &s->size) && s->size > 0 && take_hex(j, "root", s->root.b, DIGEST_SIZE) &&
           take_hex(j, "prev", s->prev.b, DIGEST_SIZE) && take_hex(j, "key", s->key.b, DIGEST_SIZE) &&
           take_hex(j, "signature", s->signature, SIGN_SIZE);
}

bool audit_line_seal_read(const struct json *j, struct audit_seal *out)
{
    return take_seal(j, "seal", out);
}

bool audit_line_since_read(const struct json *j, struct audit_seal *out, uint64_t *to, struct merkle_proof *p)
{
    return take_seal(j, "since", out) && take_u64(j, "to", to) && *to > out->number && take_proof(j, p);
}

bool audit_line_leaf_read(const struct json *j, struct audit_leaf *out, struct merkle_proof *p)
{
    return take_u64(j, "leaf", &out->number) && out->number > 0 && take_u64(j, "seq", &out->seq) && out->seq > 0 &&
           take_hex(j, "hash", out->hash.b, DIGEST_SIZE) && take_proof(j, p);
}

bool audit_key_read(const char *text, size_t n, unsigned char key[SIGN_KEY])
{
    char hex[2 * SIGN_KEY + 1] = "";

    if (n > 0 && text[n - 1] == '\n')
        n--;
    if (n != sizeof hex - 1)
        return false;
    memcpy(hex, text, n);
    return text_unhex(hex, key, SIGN_KEY);
}

/* ---- what an auditor keeps ---- */

static enum err kept_line(struct digest_ctx *ctx, const struct json *j, struct audit_kept *k)
{
    struct audit_seal s, *before = k->n > 0 ? &k->head[k->n - 1] : NULL;
    struct audit_since since;

    if (audit_line_since_read(j, &since.seal, &since.to, &since.proof)) {
        if (k->n_since == LIMIT_KEPT_PROOFS)
            return fail(E_TOOBIG, "more than %d proofs", LIMIT_KEPT_PROOFS);
        k->since[k->n_since++] = since;
        return OK;
    }
    if (!audit_line_seal_read(j, &s))
        return fail(E_INPUT, "is neither a head nor a proof");
    if (before != NULL && (s.number <= before->number || s.size <= before->size || s.at < before->at))
        return fail(E_INPUT, "head %llu follows head %llu, but its number, size or time do not", (unsigned long long)s.number,
                    (unsigned long long)before->number);
    if (before != NULL && s.number == before->number + 1) {
        struct digest d = audit_seal_digest(ctx, before);
        if (!digest_same(d.b, s.prev.b, DIGEST_SIZE))
            return fail(E_INPUT, "head %llu does not continue head %llu", (unsigned long long)s.number,
                        (unsigned long long)before->number);
    }
    k->head[k->n++] = s;
    return OK;
}

enum err audit_kept_read(struct arena *mem, const char *text, size_t n, struct audit_kept *out)
{
    struct digest_ctx *ctx = digest_new(mem);
    struct arena *line;
    size_t lines = 0, no = 0;
    enum err e = OK;

    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    *out = (struct audit_kept){0};
    if (lines > LIMIT_KEPT_LINES)
        return fail(E_TOOBIG, "more than %d lines; the newest are enough", LIMIT_KEPT_LINES);
    line = arena_new(LIMIT_SEAL_LINE);
    out->head = ARENA_NEW_N(mem, struct audit_seal, lines + 1);
    out->since = ARENA_NEW_N(mem, struct audit_since, lines < LIMIT_KEPT_PROOFS ? lines + 1 : LIMIT_KEPT_PROOFS);
    for (size_t at = 0; at < n && e == OK;) {
        struct arena_mark mark = arena_mark(line);
        const char *nl = memchr(text + at, '\n', n - at);
        size_t len = nl != NULL ? (size_t)(nl - (text + at)) : n - at;
        const struct json *j;
        no++;
        e = json_read(line, "head", text + at, len, &j);
        if (e == OK)
            e = kept_line(ctx, j, out);
        if (e != OK)
            e = fail(E_INPUT, "line %zu: %s", no, arena_strdup(mem, trouble()->text));
        at += len + 1;
        arena_rewind(line, mark);
    }
    arena_free(line);
    if (e == OK && out->n == 0)
        e = fail(E_INPUT, "there is no head in it");
    out->newest = out->n > 0 ? &out->head[out->n - 1] : NULL;
    return e;
}

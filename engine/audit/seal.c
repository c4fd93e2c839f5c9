/* engine/audit/seal.c - making seals, walking them, and telling them to an export.
 *
 * For     a trail whose rewriting shows although every hash was computed anew.
 * Owns    audit_seal and audit_leaf; only here a seal is made.
 * Never   signs over leaves that it has not read again and found under the last signed root; repairs anything.
 * Holds   a leaf is a head that no leaf named before: found by comparing, not by time or number, so a late commit is never missed. */
#include "audit/seal.h"

#include "audit/audit_int.h"
#include "audit/seal.sql.h"
#include "base/clock.h"

enum {
    LIMIT_SEAL_LEAVES = 100000, /* of one seal; the next takes the rest */
    LIMIT_SEAL_PAGES = 1 << 24,
    SEAL_SINCE = 16 /* older seals that every export tells; before them, always twice as far back */
};

/* One row as the table has it, the columns of three statements. */
static bool seal_of(struct audit_seal *s, const struct q_seal_page_row *r)
{
    *s = (struct audit_seal){.number = r->number, .at = r->at, .size = r->size};
    if (r->root.n != DIGEST_SIZE || r->prev.n != DIGEST_SIZE || r->key_id.n != DIGEST_SIZE || r->signature.n != SIGN_SIZE)
        return false;
    memcpy(s->root.b, r->root.p, DIGEST_SIZE);
    memcpy(s->prev.b, r->prev.p, DIGEST_SIZE);
    memcpy(s->key.b, r->key_id.p, DIGEST_SIZE);
    memcpy(s->signature, r->signature.p, SIGN_SIZE);
    return true;
}

static bool leaf_of(struct audit_leaf *l, const struct q_seal_leaf_page_row *r)
{
    *l = (struct audit_leaf){.number = r->number, .stream = (uint8_t)r->stream, .id = r->id, .seq = r->seq};
    if (r->hash.n != DIGEST_SIZE)
        return false;
    memcpy(l->hash.b, r->hash.p, DIGEST_SIZE);
    return true;
}

enum err audit_seal_get(struct unit *u, uint64_t number, struct audit_seal *out)
{
    struct q_seal_page_row row = {0};

    *out = (struct audit_seal){0};
    if (number == 0) {
        struct q_seal_last q = {0};
        TRY(q_seal_last(u, &q));
        if (!q.found)
            return OK;
        row = (struct q_seal_page_row){.number = q.out.number,
                                       .at = q.out.at,
                                       .size = q.out.size,
                                       .root = q.out.root,
                                       .prev = q.out.prev,
                                       .key_id = q.out.key_id,
                                       .signature = q.out.signature};
    } else {
        struct q_seal_get q = {.in = {.number = number}};
        TRY(q_seal_get(u, &q));
        if (!q.found)
            return OK;
        row = (struct q_seal_page_row){.number = q.out.number,
                                       .at = q.out.at,
                                       .size = q.out.size,
                                       .root = q.out.root,
                                       .prev = q.out.prev,
                                       .key_id = q.out.key_id,
                                       .signature = q.out.signature};
    }
    return seal_of(out, &row) ? OK : fail(E_DB, "seal %llu has a value of a wrong length", (unsigned long long)row.number);
}

enum err audit_seal_lines(struct unit *u, uint64_t after, struct buf *out, uint64_t *last)
{
    struct q_seal_page q = {.in = {.after = after}};
    struct audit_seal s;

    *last = after;
    TRY(q_seal_page(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        if (!seal_of(&s, &q.row[i]))
            return fail(E_DB, "seal %llu has a value of a wrong length", (unsigned long long)q.row[i].number);
        audit_line_seal(out, u->mem, &s);
        *last = s.number;
    }
    return buf_done(out);
}

/* ---- the walk: every seal, every leaf, every root ---- */

struct seal_walk {
    struct unit page; /* the unit with memory of its own, so that a long log does not fill the unit's */
    struct arena *words;
    struct digest_ctx *ctx;
    const unsigned char *public; /* NULL = signatures are not looked at */
    bool all_signed;             /* all signatures, or the newest alone */
    uint64_t leaves;             /* there were at least so many before the first seal was read */
    struct merkle_edge edge;
    struct audit_seal last;
    struct q_seal_leaf_page_row *leaf; /* of the page in hand */
    size_t n_leaf, at_leaf;
    const char *alarm;
};

static enum err next_leaf(struct seal_walk *w, const struct audit_seal *s)
{
    struct audit_leaf l;

    if (w->at_leaf == w->n_leaf) {
        struct q_seal_leaf_page q = {.in = {.after = w->edge.size}};
        TRY(q_seal_leaf_page(&w->page, &q));
        w->leaf = q.row;
        w->n_leaf = q.n;
        w->at_leaf = 0;
    }
    const struct q_seal_leaf_page_row *r = &w->leaf[w->at_leaf];
    if (w->n_leaf == 0 || r->number != w->edge.size + 1) {
        w->alarm = arena_printf(w->words, "leaf %llu is missing", (unsigned long long)w->edge.size + 1);
        return OK;
    }
    w->at_leaf++;
    if (!leaf_of(&l, r) || r->seal != s->number) {
        w->alarm = arena_printf(w->words, "leaf %llu is not one of seal %llu", (unsigned long long)r->number,
                                (unsigned long long)s->number);
        return OK;
    }
    struct digest d = audit_leaf_digest(w->ctx, &l);
    return merkle_edge_add(w->ctx, &w->edge, &d);
}

static const char *chain_wrong(struct seal_walk *w, const struct audit_seal *s)
{
    struct digest prev = {{0}}, id;

    if (w->last.number != 0)
        prev = audit_seal_digest(w->ctx, &w->last);
    if (s->number != w->last.number + 1)
        return "a seal is missing before it";
    if (!digest_same(prev.b, s->prev.b, DIGEST_SIZE))
        return "it does not continue the seal before it";
    if (s->size <= w->last.size)
        return "it does not cover more than the seal before it";
    if (s->at < w->last.at)
        return "its time is before that of the seal before it";
    if (s->at > w->page.now + SEAL_TOLERANCE)
        return "its time lies in the future";
    if (w->public == NULL)
        return NULL;
    id = digest_of(w->public, SIGN_KEY);
    if (!digest_same(id.b, s->key.b, DIGEST_SIZE))
        return "it was made with another key";
    return w->all_signed && !audit_seal_signed(w->page.mem, s, w->public) ? "its signature is wrong" : NULL;
}

static enum err walk_seal(struct seal_walk *w, const struct q_seal_page_row *r)
{
    struct audit_seal s;
    const char *wrong = seal_of(&s, r) ? chain_wrong(w, &s) : "a value has a wrong length";

    while (wrong == NULL && w->alarm == NULL && w->edge.size < s.size)
        TRY(next_leaf(w, &s));
    if (w->alarm != NULL)
        return OK;
    if (wrong == NULL) {
        struct digest root = merkle_edge_root(w->ctx, &w->edge);
        if (!digest_same(root.b, s.root.b, DIGEST_SIZE))
            wrong = "the leaves do not give its root: a leaf after the seal before it was changed";
    }
    if (wrong != NULL)
        w->alarm = arena_printf(w->words, "seal %llu: %s", (unsigned long long)r->number, wrong);
    w->last = s;
    return OK;
}

static enum err walk_pages(struct seal_walk *w)
{
    struct q_seal_page q = {0};

    for (int i = 0; i < LIMIT_SEAL_PAGES && w->alarm == NULL; i++) {
        struct arena_mark mark = arena_mark(w->page.mem);
        w->n_leaf = w->at_leaf = 0;
        q.in.after = w->last.number;
        TRY(q_seal_page(&w->page, &q));
        for (size_t k = 0; k < q.n && w->alarm == NULL; k++)
            TRY(walk_seal(w, &q.row[k]));
        arena_rewind(w->page.mem, mark);
        if (q.n == 0)
            break;
    }
    if (w->alarm == NULL && w->leaves > w->edge.size)
        w->alarm = arena_printf(w->words, "leaf %llu has no seal", (unsigned long long)w->edge.size + 1);
    if (w->alarm == NULL && w->public != NULL && w->last.number != 0 && !audit_seal_signed(w->page.mem, &w->last, w->public))
        w->alarm = arena_printf(w->words, "seal %llu: its signature is wrong", (unsigned long long)w->last.number);
    return OK;
}

static enum err walk(struct unit *u, struct seal_walk *w)
{
    struct q_seal_leaves q = {0};
    struct arena *mem = arena_new(0);

    w->page = *u;
    w->page.mem = mem;
    w->words = u->mem;
    w->ctx = digest_new(u->mem);
    enum err e = q_seal_leaves(&w->page, &q); /* before the seals: what is counted here has its seal below */
    w->leaves = q.out.n;
    if (e == OK)
        e = walk_pages(w);
    arena_free(mem);
    return e;
}

/* ---- sealing ---- */

/* Why the head of a stream must not be sealed; NULL = it may. */
static const char *moved_wrong(struct arena *mem, const struct q_seal_moved_row *r)
{
    const char *what = NULL;

    if (r->hash.n != DIGEST_SIZE || r->event.p == NULL || r->event.n != DIGEST_SIZE ||
        !digest_same(r->event.p, r->hash.p, DIGEST_SIZE))
        what = "the event of the head is missing or has another hash";
    else if (!r->sealed_null && r->sealed == r->seq)
        what = "this event was sealed with another hash: it was rewritten";
    else if (!r->sealed_null && r->sealed > r->seq)
        what = "a later event was sealed and is gone";
    if (what == NULL)
        return NULL;
    return arena_printf(mem, "stream %s/%llu event %llu: %s", audit_stream_name((uint8_t)r->stream), (unsigned long long)r->id,
                        (unsigned long long)r->seq, what);
}

static enum err add_page(struct unit *u, struct seal_walk *w, const struct q_seal_moved *q)
{
    struct q_seal_leaf_add_in *row = ARENA_NEW_N(u->mem, struct q_seal_leaf_add_in, q->n);

    for (size_t i = 0; i < q->n; i++) {
        const struct q_seal_moved_row *r = &q->row[i];
        const char *wrong = moved_wrong(u->mem, r);
        if (wrong != NULL)
            return fail(E_STATE, "%s", wrong);
        struct audit_leaf l = {.stream = (uint8_t)r->stream, .id = r->id, .seq = r->seq};
        memcpy(l.hash.b, r->hash.p, DIGEST_SIZE);
        struct digest d = audit_leaf_digest(w->ctx, &l);
        TRY(merkle_edge_add(w->ctx, &w->edge, &d));
        row[i] = (struct q_seal_leaf_add_in){.number = w->edge.size,
                                             .stream = r->stream,
                                             .id = r->id,
                                             .seq = r->seq,
                                             .hash = r->hash,
                                             .seal = w->last.number + 1};
    }
    return q_seal_leaf_add(u, row, q->n);
}

static enum err add_leaves(struct unit *u, struct seal_walk *w)
{
    struct arena *mem = arena_new(0);
    struct unit part = *u;
    struct q_seal_moved q = {0};
    enum err e = OK;

    part.mem = mem;
    do {
        struct arena_mark mark = arena_mark(mem);
        e = q_seal_moved(&part, &q);
        if (e == OK && q.n > 0) {
            q.in.stream = q.row[q.n - 1].stream;
            q.in.id = q.row[q.n - 1].id;
            e = add_page(&part, w, &q);
        }
        arena_rewind(mem, mark);
    } while (e == OK && q.n > 0 && w->edge.size - w->last.size < LIMIT_SEAL_LEAVES);
    arena_free(mem);
    return e;
}

enum err audit_seal_make(struct unit *u, struct audit_sealing *s)
{
    struct q_seal_lock lock = {0};
    struct seal_walk w = {.public = s->public};

    s->leaves = 0;
    TRY(q_seal_lock(u, &lock));
    if (lock.out.got_null || !lock.out.got)
        return fail(E_BUSY, "another sealer holds the lock");
    TRY(walk(u, &w));
    if (w.alarm != NULL)
        return fail(E_STATE, "%s", w.alarm);
    if (u->now < w.last.at)
        return fail(E_STATE, "the clock stands before the time of seal %llu", (unsigned long long)w.last.number);
    s->seal = w.last;
    TRY(add_leaves(u, &w));
    s->leaves = w.edge.size - w.last.size;
    if (s->leaves == 0)
        return OK;
    s->seal = (struct audit_seal){.number = w.last.number + 1,
                                  .size = w.edge.size,
                                  .at = u->now,
                                  .root = merkle_edge_root(w.ctx, &w.edge),
                                  .key = digest_of(s->public, SIGN_KEY)};
    if (w.last.number != 0)
        s->seal.prev = audit_seal_digest(w.ctx, &w.last);
    TRY(audit_seal_sign(u->mem, &s->seal, s->secret));
    struct q_seal_add q = {.in = {.number = s->seal.number,
                                  .at = s->seal.at,
                                  .size = s->seal.size,
                                  .root = {.p = (const char *)s->seal.root.b, .n = DIGEST_SIZE},
                                  .prev = {.p = (const char *)s->seal.prev.b, .n = DIGEST_SIZE},
                                  .key_id = {.p = (const char *)s->seal.key.b, .n = DIGEST_SIZE},
                                  .signature = {.p = (const char *)s->seal.signature, .n = SIGN_SIZE}}};
    return q_seal_add(u, &q);
}

/* ---- checking ---- */

static enum err check_events(struct unit *u, struct seal_walk *w)
{
    struct arena *mem = arena_new(0);
    struct unit part = *u;
    struct q_seal_leaf_events q = {0};
    enum err e = OK;

    part.mem = mem;
    do {
        struct arena_mark mark = arena_mark(mem);
        e = q_seal_leaf_events(&part, &q);
        for (size_t i = 0; e == OK && i < q.n && w->alarm == NULL; i++) {
            const struct q_seal_leaf_events_row *r = &q.row[i];
            if (!r->same)
                w->alarm = arena_printf(w->words, "leaf %llu: event %llu of stream %s/%llu was sealed and is gone or rewritten",
                                        (unsigned long long)r->number, (unsigned long long)r->seq,
                                        audit_stream_name((uint8_t)r->stream), (unsigned long long)r->id);
            q.in.after = r->number;
        }
        arena_rewind(mem, mark);
    } while (e == OK && q.n > 0 && w->alarm == NULL);
    arena_free(mem);
    return e;
}

enum err audit_seal_check(struct unit *u, struct audit_sealed *s)
{
    struct seal_walk w = {.public = s->public, .all_signed = true};

    TRY(walk(u, &w));
    if (w.alarm == NULL)
        TRY(check_events(u, &w));
    s->seals = w.last.number;
    s->leaves = w.edge.size;
    s->alarm = w.alarm;
    return OK;
}

/* ---- proofs ---- */

/* Reads the first SIZE leaves into a tree of MEM and looks for the newest of one stream. Fewer leaves than that give proofs that
 * fail: the export shows what the database holds. */
static enum err tree_read(struct unit *u, uint64_t size, struct merkle **out, struct audit_leaf *find)
{
    struct digest_ctx *ctx = digest_new(u->mem);
    struct arena *mem = arena_new(0);
    struct unit part = *u;
    struct q_seal_leaf_page q = {0};
    struct merkle *t = merkle_new(u->mem);
    struct audit_leaf l;
    enum err e = OK;

    part.mem = mem;
    do {
        struct arena_mark mark = arena_mark(mem);
        e = q_seal_leaf_page(&part, &q);
        for (size_t i = 0; e == OK && i < q.n && merkle_size(t) < size; i++) {
            q.in.after = q.row[i].number;
            if (!leaf_of(&l, &q.row[i]))
                e = fail(E_DB, "leaf %llu has a hash of a wrong length", (unsigned long long)q.row[i].number);
            struct digest d = audit_leaf_digest(ctx, &l);
            if (e == OK)
                e = merkle_add(t, &d);
            if (l.stream == find->stream && l.id == find->id) {
                *find = l;
                find->number = merkle_size(t);
            }
        }
        arena_rewind(mem, mark);
    } while (e == OK && q.n > 0 && merkle_size(t) < size);
    arena_free(mem);
    *out = t;
    return e;
}

/* The number of the next older seal that an export of seal NEWEST tells; 0 = that was the last. */
static uint64_t older(uint64_t newest, uint64_t number)
{
    uint64_t back = newest - number;

    back = back < SEAL_SINCE ? back + 1 : back * 2;
    if (number <= 1)
        return 0;
    return back < newest ? newest - back : 1;
}

static enum err since_put(struct unit *u, const struct merkle *t, const struct audit_seal *s, uint64_t number, struct buf *out)
{
    struct merkle_proof proof;
    struct audit_seal old;

    TRY(audit_seal_get(u, number, &old));
    if (old.number == 0 || old.size == 0 || old.size > s->size || s->size > merkle_size(t))
        return OK;
    merkle_consistency(t, old.size, s->size, &proof);
    audit_line_since(out, u->mem, &old, s->number, &proof);
    return buf_done(out);
}

enum err audit_seal_prove(struct unit *u, uint64_t from, uint64_t to, struct buf *out)
{
    struct audit_leaf none = {0};
    struct audit_seal s;
    struct merkle *t;

    TRY(audit_seal_get(u, to, &s));
    if (s.number == 0 || from == 0 || from >= s.number)
        return fail(E_INPUT, "there is no seal %llu, or it is not before seal %llu", (unsigned long long)from,
                    (unsigned long long)to);
    TRY(tree_read(u, s.size, &t, &none));
    TRY(since_put(u, t, &s, from, out));
    return out->len > 0 ? OK : fail(E_INPUT, "seal %llu is not there, or leaves are missing", (unsigned long long)from);
}

enum err audit_seal_export(struct unit *u, enum audit_stream s, uint64_t id, struct buf *out, uint64_t *sealed)
{
    struct arena *mem = arena_new(0);
    struct unit part = *u;
    struct audit_leaf leaf = {.stream = (uint8_t)s, .id = id};
    struct merkle_proof proof;
    struct audit_seal seal;
    struct merkle *t = NULL;

    part.mem = mem;
    *sealed = 0;
    enum err e = audit_seal_get(&part, 0, &seal);
    if (e == OK && seal.number != 0)
        e = tree_read(&part, seal.size, &t, &leaf);
    if (e == OK && t != NULL) {
        audit_line_seal(out, mem, &seal);
        if (leaf.number != 0) {
            merkle_inclusion(t, leaf.number - 1, merkle_size(t), &proof);
            audit_line_leaf(out, &leaf, &proof);
            *sealed = leaf.seq;
        }
        for (uint64_t k = older(seal.number, seal.number); k != 0 && e == OK; k = older(seal.number, k))
            e = since_put(&part, t, &seal, k, out);
    }
    arena_free(mem);
    return e == OK ? buf_done(out) : e;
}

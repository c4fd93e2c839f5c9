/* engine/audit/proof.c - what the seal of an export proves.
 *
 * For     gradus-verify: signature, inclusion of the stream's leaf, consistency with heads that the auditor kept.
 * Owns    the checks of docs/audit-format.md, section "Checking a seal".
 * Never   a key or a head from the file itself counts as trusted.
 * Holds   without a key everything is checked but who signed. */
#include "audit/audit_int.h"
#include "base/clock.h"
#include "base/json.h"

uint64_t audit_unsealed(uint64_t sealed, uint64_t count)
{
    return sealed < count ? sealed + 1 : 0;
}

bool audit_proof_is(const struct json *j)
{
    return json_get(j, "seal") != NULL || json_get(j, "leaf") != NULL || json_get(j, "since") != NULL;
}

static const char *signed_wrong(const struct audit_proof *p, struct arena *line, const struct audit_seal *s)
{
    if (p->trust == NULL || p->trust->key == NULL)
        return NULL;
    struct digest id = digest_of(p->trust->key, SIGN_KEY);
    if (!digest_same(id.b, s->key.b, DIGEST_SIZE))
        return arena_printf(p->mem, "it is signed with the key %s, not with the key given, %s",
                            digest_hex(line, s->key.b, DIGEST_SIZE), digest_hex(line, id.b, DIGEST_SIZE));
    return audit_seal_signed(line, s, p->trust->key) ? NULL : "its signature is not that of the key";
}

/* ---- against the heads that the auditor kept ---- */

static const char *continues(struct audit_proof *p, const struct audit_seal *kept)
{
    p->continues = arena_printf(p->mem, "it continues the kept head %llu of %s", (unsigned long long)kept->number,
                                clock_text(p->mem, kept->at));
    return NULL;
}

/* A head of the file must be the kept one of its number. */
static const char *kept_wrong(const struct audit_proof *p, const struct audit_seal *s)
{
    const struct audit_kept *k = p->trust != NULL ? p->trust->kept : NULL;

    for (size_t i = 0; k != NULL && i < k->n; i++) {
        if (k->head[i].number == s->number && !audit_seal_same(&k->head[i], s))
            return arena_printf(p->mem, "it is not the kept head %llu", (unsigned long long)s->number);
    }
    return NULL;
}

static const char *seal_against_kept(struct audit_proof *p, struct arena *line)
{
    const struct audit_kept *k = p->trust != NULL ? p->trust->kept : NULL;
    struct merkle_state now = {p->seal.size, &p->seal.root};

    if (k == NULL)
        return NULL;
    const struct audit_seal *newest = k->newest;
    const char *wrong = signed_wrong(p, line, newest);
    if (wrong != NULL)
        return arena_printf(p->mem, "the kept head %llu: %s", (unsigned long long)newest->number, wrong);
    if (p->seal.number < newest->number || p->seal.size < newest->size)
        return arena_printf(p->mem, "it is older than the kept head %llu (%llu leaves instead of %llu)",
                            (unsigned long long)newest->number, (unsigned long long)p->seal.size,
                            (unsigned long long)newest->size);
    if (p->seal.at < newest->at)
        return arena_printf(p->mem, "its time is before that of the kept head %llu", (unsigned long long)newest->number);
    wrong = kept_wrong(p, &p->seal);
    if (wrong != NULL || p->seal.number == newest->number)
        return wrong != NULL ? wrong : continues(p, newest);
    for (size_t i = 0; i < k->n_since; i++) {
        const struct audit_since *s = &k->since[i];
        if (s->to != p->seal.number || !audit_seal_same(&s->seal, newest))
            continue;
        if (!merkle_consistency_check(p->ctx, (struct merkle_state){newest->size, &newest->root}, now, &s->proof))
            return arena_printf(p->mem, "it does not continue the kept head %llu", (unsigned long long)newest->number);
        return continues(p, newest);
    }
    return NULL;
}

/* ---- lines ---- */

static const char *seal_line(struct audit_proof *p, struct arena *line, const struct json *j, struct buf *again)
{
    if (p->seal.number != 0)
        return "there is a second one";
    if (!audit_line_seal_read(j, &p->seal))
        return "a value is missing or is not of its kind";
    audit_line_seal(again, line, &p->seal);
    if (p->trust != NULL && p->trust->now != 0 && p->seal.at > p->trust->now + SEAL_TOLERANCE)
        return "its time lies in the future";
    const char *wrong = signed_wrong(p, line, &p->seal);
    return wrong != NULL ? wrong : seal_against_kept(p, line);
}

static const char *leaf_line(struct audit_proof *p, const struct json *j, struct buf *again)
{
    struct merkle_proof proof;

    if (p->seal.number == 0 || p->leaf.number != 0 || p->since.number != 0)
        return "a leaf stands where none belongs";
    if (!audit_line_leaf_read(j, &p->leaf, &proof))
        return "a value is missing or is not of its kind";
    p->leaf.stream = p->stream;
    p->leaf.id = p->id;
    audit_line_leaf(again, &p->leaf, &proof);
    struct digest leaf = audit_leaf_digest(p->ctx, &p->leaf);
    if (!merkle_inclusion_check(p->ctx, &leaf, p->leaf.number - 1, (struct merkle_state){p->seal.size, &p->seal.root}, &proof))
        return "the leaf of the stream is not under the sealed root";
    return NULL;
}

static const char *since_line(struct audit_proof *p, struct arena *line, const struct json *j, struct buf *again)
{
    const struct audit_seal *after = p->since.number != 0 ? &p->since : &p->seal; /* the lines go back in time */
    struct merkle_state now = {p->seal.size, &p->seal.root};
    struct merkle_proof proof;
    struct audit_seal s;
    uint64_t to;

    if (p->seal.number == 0)
        return "an older seal stands where none belongs";
    if (!audit_line_since_read(j, &s, &to, &proof))
        return "a value is missing or is not of its kind";
    audit_line_since(again, line, &s, to, &proof);
    if (to != p->seal.number || s.number >= after->number || s.size >= after->size)
        return "the older seals are not in order";
    if (s.at > after->at)
        return arena_printf(p->mem, "the time of seal %llu is before that of seal %llu", (unsigned long long)after->number,
                            (unsigned long long)s.number);
    struct digest d = audit_seal_digest(p->ctx, &s);
    if (s.number + 1 == after->number && !digest_same(d.b, after->prev.b, DIGEST_SIZE))
        return "the seal after this one names another before it";
    const char *wrong = signed_wrong(p, line, &s);
    if (wrong == NULL)
        wrong = kept_wrong(p, &s);
    if (wrong != NULL)
        return wrong;
    if (!merkle_consistency_check(p->ctx, (struct merkle_state){s.size, &s.root}, now, &proof))
        return arena_printf(p->mem, "the tree of seal %llu does not continue that of seal %llu",
                            (unsigned long long)p->seal.number, (unsigned long long)s.number);
    p->since = s;
    if (p->trust != NULL && p->trust->kept != NULL && s.number == p->trust->kept->newest->number)
        return continues(p, p->trust->kept->newest);
    return NULL;
}

const char *audit_proof_line(struct audit_proof *p, struct arena *line, const struct json *j, struct buf *again)
{
    if (json_get(j, "seal") != NULL)
        return seal_line(p, line, j, again);
    return json_get(j, "leaf") != NULL ? leaf_line(p, j, again) : since_line(p, line, j, again);
}

const char *audit_proof_event(const struct audit_proof *p, const struct audit_row *r)
{
    if (p->leaf.number != 0 && r->seq == p->leaf.seq && !digest_same(r->hash.b, p->leaf.hash.b, DIGEST_SIZE))
        return "it was sealed with another hash: this event or one before it was rewritten";
    bool asked = p->trust != NULL && p->trust->key != NULL;
    if (asked && p->seal.number != 0 && r->seq > p->leaf.seq && r->at < p->seal.at - SEAL_TOLERANCE)
        return "it is older than the seal, but the seal does not cover it";
    return NULL;
}

const char *audit_proof_end(struct audit_proof *p, uint64_t count)
{
    if (p->leaf.seq > count)
        return arena_printf(p->mem, "the seal covers event %llu, which is missing", (unsigned long long)p->leaf.seq);
    if (p->seal.number == 0 && p->trust != NULL && p->trust->kept != NULL)
        return arena_printf(p->mem, "there is no seal, although head %llu was kept",
                            (unsigned long long)p->trust->kept->newest->number);
    return NULL;
}

enum err audit_proof_settle(const struct audit_proof *p, int version)
{
    if (p->trust == NULL || (p->trust->key == NULL && p->trust->kept == NULL))
        return OK;
    if (p->seal.number == 0)
        return fail(E_INPUT, "the export has no seal%s; nothing of it can be proved with a key",
                    version == 1 ? ": it is of version 1" : ", because none was made yet");
    if (p->trust->kept != NULL && p->continues == NULL)
        return fail(
            E_INPUT,
            "no proof leads from the kept head %llu to seal %llu: ask for the line of 'gradus-sealer --prove %llu %llu' "
            "and add it to the file of heads",
            (unsigned long long)p->trust->kept->newest->number, (unsigned long long)p->seal.number,
            (unsigned long long)p->trust->kept->newest->number, (unsigned long long)p->seal.number);
    return OK;
}

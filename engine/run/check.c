/* engine/run/check.c - are the invariants of run.c's door plate true?
 *
 * For     property tests, replay, and each save of a debug build.
 * Owns    nothing; reads the state only.
 * Never   repairs anything.
 * Holds   the numbers in the messages are those of the plate. */
#include <inttypes.h>

#include "run/behaviours.h"

static bool is_sub(const struct proc *p, int32_t node)
{
    enum node_kind kind = node != PROC_NONE ? p->node[node].kind : NODE_KINDS;

    return kind == NODE_sub_process || kind == NODE_event_sub_process || kind == NODE_transaction || kind == NODE_ad_hoc;
}

/* Is SC the scope of the token's node, or that of an activity that stands in it: its own (one instance of several), or one whose record
 * is being compensated? */
static bool may_stand(const struct proc *p, const struct scope *sc, const struct proc_node *node)
{
    return sc->node == node->scope || (sc->node != PROC_NONE && p->node[sc->node].scope == node->scope);
}

static enum err check_token(const struct proc *p, const struct inst *in, const struct token *t)
{
    if (t->no == 0 || t->no >= in->next_no || t->node < 0 || t->node >= p->n_node)
        return fail(E_BUG, "1: token %" PRIu32 " has an impossible number or node", t->no);
    const struct proc_node *node = &p->node[t->node];
    const struct scope *sc = inst_scope(in, t->scope);
    if (sc == NULL || !may_stand(p, sc, node))
        return fail(E_BUG, "1: token %" PRIu32 " at %s is not in the scope of its node", t->no, node->id);
    if (t->flow != PROC_NONE &&
        (t->flow < 0 || t->flow >= p->n_flow || (p->flow[t->flow].to != t->node && node->scope == sc->node)))
        return fail(E_BUG, "1: token %" PRIu32 " at %s came by a flow that leads elsewhere", t->no, node->id);
    if (t->state == TOKEN_READY)
        return fail(E_BUG, "2: token %" PRIu32 " at %s is on its way", t->no, node->id);
    if ((t->state == TOKEN_KEPT) && t->role != ROLE_RECORD)
        return fail(E_BUG, "2: token %" PRIu32 " at %s is kept and no record", t->no, node->id);
    if (t->state == TOKEN_WAITING && t->role == ROLE_FLOW && t->step != STEP_GATHER &&
        (t->step != STEP_WAIT || (!behaviour_waits(node->kind) && node->loop.kind == LOOP_NONE)))
        return fail(E_BUG, "2: token %" PRIu32 " waits at %s, where none may", t->no, node->id);
    const struct scope *inner = t->inner != 0 ? inst_scope(in, t->inner) : NULL;
    if (t->inner != 0 && (inner == NULL || inner->token != t->no || inner->node != t->node || inner->parent != t->scope))
        return fail(E_BUG, "3: token %" PRIu32 " at %s does not own its inner scope", t->no, node->id);
    return OK;
}

/* What the token waits for; NULL if for no event definition. */
static const struct proc_event *waits_for(const struct proc *p, const struct token *t)
{
    const struct proc_node *node = &p->node[t->node];

    return t->event >= 0 && t->event < node->n_event && t->state == TOKEN_WAITING ? &node->event[t->event] : NULL;
}

static enum err check_listener(const struct proc *p, const struct inst *in, const struct token *t)
{
    const struct proc_node *node = &p->node[t->node];
    const struct proc_event *e = waits_for(p, t);
    const struct token *host = t->host != 0 ? inst_token(in, t->host) : NULL;

    if (t->role == ROLE_FLOW && t->host != 0)
        return fail(E_BUG, "4: token %" PRIu32 " at %s has a host and is no listener", t->no, node->id);
    if (t->role == ROLE_LISTENER && (t->event < 0 || t->event >= node->n_event))
        return fail(E_BUG, "4: token %" PRIu32 " at %s listens for nothing", t->no, node->id);
    if (t->role == ROLE_LISTENER && t->host != 0 && (host == NULL || host->scope != t->scope))
        return fail(E_BUG, "4: token %" PRIu32 " at %s listens for an activity that is not there", t->no, node->id);
    if (t->role == ROLE_LISTENER && t->host == 0 && node->kind != NODE_event_sub_process)
        return fail(E_BUG, "4: token %" PRIu32 " at %s listens for nobody", t->no, node->id);
    if (t->due != 0 && (e == NULL || e->kind != EVENT_timer) && t->state == TOKEN_WAITING)
        return fail(E_BUG, "4: token %" PRIu32 " at %s: due moment %" PRId64, t->no, node->id, t->due);
    if (e != NULL && e->kind == EVENT_timer && t->due == 0 && t->count == 0)
        return fail(E_BUG, "4: the timer of token %" PRIu32 " at %s is never due", t->no, node->id);
    return OK;
}

static bool waits_at(const struct inst *in, const struct token *at, int32_t flow)
{
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (!t->gone && t->state == TOKEN_WAITING && t->node == at->node && t->scope == at->scope && t->flow == flow)
            return true;
    }
    return false;
}

static enum err check_join(const struct proc *p, const struct inst *in, const struct token *t)
{
    const struct proc_node *node = &p->node[t->node];

    if (t->state != TOKEN_WAITING || t->role != ROLE_FLOW)
        return OK;
    if (node->kind == NODE_inclusive_gateway && in->state == INST_ACTIVE) {
        struct arena *tmp = arena_new(0);
        bool could = join_could_fire(tmp, p, in, t);
        arena_free(tmp);
        return could ? fail(E_BUG, "5: the join %s waits and could fire", node->id) : OK;
    }
    if (node->kind != NODE_parallel_gateway)
        return OK;
    for (int32_t i = 0; i < node->n_in; i++) {
        if (!waits_at(in, t, node->in[i]))
            return OK;
    }
    return fail(E_BUG, "5: the join %s waits and could fire", node->id);
}

static uint32_t live_in(const struct inst *in, uint32_t scope)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < in->n_token; i++)
        n += token_live(&in->token[i]) && in->token[i].scope == scope;
    return n;
}

static enum err check_scope(const struct proc *p, const struct inst *in, const struct scope *sc)
{
    const struct token *owner = inst_token(in, sc->token);

    if (sc->no == 1)
        return sc->parent == 0 && sc->node == PROC_NONE && sc->token == 0 ? OK : fail(E_BUG, "3: scope 1 has an owner");
    if (sc->no >= in->next_no || owner == NULL || owner->inner != sc->no)
        return fail(E_BUG, "3: scope %" PRIu32 " has no owner", sc->no);
    bool flows = is_sub(p, sc->node) || p->node[sc->node].loop.kind != LOOP_NONE;
    if (is_sub(p, sc->node) && sc->node != PROC_NONE && p->node[sc->node].kind != NODE_ad_hoc && owner->role == ROLE_FLOW &&
        owner->state == TOKEN_WAITING && live_in(in, sc->no) == 0)
        return fail(E_BUG, "3: %s waits for nothing", p->node[sc->node].id);
    if (!flows && owner->role == ROLE_FLOW && live_in(in, sc->no) != 0)
        return fail(E_BUG, "3: there is a token inside %s", p->node[sc->node].id);
    return OK;
}

static enum err check_vars(const struct inst *in)
{
    for (uint32_t i = 0; i < in->n_var; i++) {
        const struct var *v = &in->var[i];
        if (v->gone)
            continue;
        if (inst_scope(in, v->scope) == NULL)
            return fail(E_BUG, "7: variable %s is in a scope that is gone", v->name);
        for (uint32_t k = 0; k < i; k++) {
            if (!in->var[k].gone && in->var[k].scope == v->scope && strcmp(in->var[k].name, v->name) == 0)
                return fail(E_BUG, "7: variable %s is there twice", v->name);
        }
    }
    return OK;
}

enum err run_check(const struct proc *p, const struct inst *in)
{
    bool over = in->state != INST_ACTIVE && in->state != INST_SUSPENDED;
    uint32_t live = 0;

    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (i > 0 && t->no <= in->token[i - 1].no)
            return fail(E_BUG, "1: token %" PRIu32 " is there twice", t->no);
        if (t->gone)
            continue;
        live += token_live(t);
        TRY(check_token(p, in, t));
        TRY(check_listener(p, in, t));
        TRY(check_join(p, in, t));
    }
    for (uint32_t i = 0; i < in->n_scope; i++) {
        if (!in->scope[i].gone)
            TRY(check_scope(p, in, &in->scope[i]));
    }
    if (in->n_scope != 0 && over != (live == 0))
        return fail(E_BUG, "6: an instance with %" PRIu32 " live tokens is in state %d", live, (int)in->state);
    return check_vars(in);
}

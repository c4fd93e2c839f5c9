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
    return node != PROC_NONE && p->node[node].kind == NODE_sub_process;
}

static enum err check_token(const struct proc *p, const struct inst *in, const struct token *t)
{
    if (t->no == 0 || t->no >= in->next_no || t->node < 0 || t->node >= p->n_node)
        return fail(E_BUG, "1: token %" PRIu32 " has an impossible number or node", t->no);
    const struct proc_node *node = &p->node[t->node];
    const struct scope *sc = inst_scope(in, t->scope);
    if (sc == NULL || sc->node != node->scope)
        return fail(E_BUG, "1: token %" PRIu32 " at %s is not in the scope of its node", t->no, node->id);
    if (t->flow != PROC_NONE && (t->flow < 0 || t->flow >= p->n_flow || p->flow[t->flow].to != t->node))
        return fail(E_BUG, "1: token %" PRIu32 " at %s came by a flow that leads elsewhere", t->no, node->id);
    if (t->state == TOKEN_READY)
        return fail(E_BUG, "2: token %" PRIu32 " at %s is on its way", t->no, node->id);
    if (t->state == TOKEN_WAITING && (t->step != STEP_WAIT || !behaviour_waits(node->kind)))
        return fail(E_BUG, "2: token %" PRIu32 " waits at %s, where none may", t->no, node->id);
    const struct scope *inner = t->inner != 0 ? inst_scope(in, t->inner) : NULL;
    if (t->inner != 0 && (inner == NULL || inner->token != t->no || inner->node != t->node || inner->parent != t->scope))
        return fail(E_BUG, "3: token %" PRIu32 " at %s does not own its inner scope", t->no, node->id);
    return OK;
}

static enum err check_timer(const struct proc *p, const struct inst *in, const struct token *t)
{
    const struct proc_node *node = &p->node[t->node];
    bool boundary = node->kind == NODE_timer_boundary;
    const struct token *host = t->host != 0 ? inst_token(in, t->host) : NULL;

    if (t->host != 0 && (!boundary || host == NULL || host->node != node->host || host->scope != t->scope))
        return fail(E_BUG, "4: token %" PRIu32 " at %s is armed for an activity that is not there", t->no, node->id);
    if (boundary && t->host == 0 && (t->state != TOKEN_INCIDENT || t->step == STEP_ENTER || t->step == STEP_WAIT))
        return fail(E_BUG, "4: token %" PRIu32 " rests at %s without an activity", t->no, node->id);
    bool timer = t->state == TOKEN_WAITING && (boundary || node->kind == NODE_timer_catch);
    if (t->state == TOKEN_WAITING && timer != (t->due != 0))
        return fail(E_BUG, "4: token %" PRIu32 " at %s: due moment %" PRId64, t->no, node->id, t->due);
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

    if (node->kind != NODE_parallel_gateway || t->state != TOKEN_WAITING)
        return OK;
    for (int32_t i = 0; i < node->n_in; i++) {
        if (!waits_at(in, t, node->in[i]))
            return OK;
    }
    return fail(E_BUG, "5: the join %s waits and could fire", node->id);
}

static uint32_t tokens_in(const struct inst *in, uint32_t scope)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < in->n_token; i++)
        n += !in->token[i].gone && in->token[i].scope == scope;
    return n;
}

static enum err check_scope(const struct proc *p, const struct inst *in, const struct scope *sc)
{
    const struct token *owner = inst_token(in, sc->token);

    if (sc->no == 1)
        return sc->parent == 0 && sc->node == PROC_NONE && sc->token == 0 ? OK : fail(E_BUG, "3: scope 1 has an owner");
    if (sc->no >= in->next_no || owner == NULL || owner->inner != sc->no)
        return fail(E_BUG, "3: scope %" PRIu32 " has no owner", sc->no);
    if (is_sub(p, sc->node) && owner->state == TOKEN_WAITING && tokens_in(in, sc->no) == 0)
        return fail(E_BUG, "3: %s waits for nothing", p->node[sc->node].id);
    if (!is_sub(p, sc->node) && tokens_in(in, sc->no) != 0)
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
    uint32_t tokens = 0;

    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (i > 0 && t->no <= in->token[i - 1].no)
            return fail(E_BUG, "1: token %" PRIu32 " is there twice", t->no);
        if (t->gone)
            continue;
        tokens++;
        TRY(check_token(p, in, t));
        TRY(check_timer(p, in, t));
        TRY(check_join(p, in, t));
    }
    for (uint32_t i = 0; i < in->n_scope; i++) {
        if (!in->scope[i].gone)
            TRY(check_scope(p, in, &in->scope[i]));
    }
    if (in->n_scope != 0 && (in->state == INST_ACTIVE) != (tokens > 0))
        return fail(E_BUG, "6: an instance with %" PRIu32 " tokens is in state %d", tokens, (int)in->state);
    return check_vars(in);
}

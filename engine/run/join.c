/* engine/run/join.c - when inclusive and complex gateways fire (BPMN 10.6.3, 10.6.5, 13.4.3, 13.4.5).
 *
 * For     run.c, which asks when nothing else can move; complex gateways, at each arrival; step.c, when a scope is about to end; check.c.
 * Owns    the rule of paths: may a token that is still on its way come to a flow that none has come by yet?
 * Never   evaluates conditions of outgoing flows (el_gateway.c); looks across the border of a scope.
 * Holds   a join fires once for the tokens it takes, and in one look at most one join of a scope fires, since that moves the tokens
 *         that the others are judged by.
 *
 * The rule (13.4.3): a join with a token on some of its flows fires unless there is a token elsewhere in its scope from which a path
 * leads, not through the join, to an empty flow of the join, and none to a flow that has a token. Which flow leads to which was
 * worked out when the process was compiled (proc_node.reach); here it is one bit for each flow out of the node where a token is. A token
 * inside a sub-process is one at the sub-process; a boundary event that has not occurred is no path.
 *
 * A complex gateway (13.4.5) waits for its activation condition, which is asked at each arrival (one like "exactly one token" holds only
 * then) and again when variables have changed; it takes a token of each flow that has one, and remembers these flows
 * by records. Then it waits by the same rule, counting remembered flows as filled, for the tokens that may still come; takes them, and
 * is as at first. */
#include <stdlib.h>

#include "run/behaviours.h"

/* Where a token or record is. Sorted, those of a scope stand together, and in it those of a node, oldest first. */
struct place {
    uint32_t scope;
    int32_t node;
    uint32_t no;
};

struct group { /* the tokens at one gateway in one scope, among all of that scope */
    const struct place *at, *all;
    size_t n, n_all;
};

static bool is_join(const struct proc_node *node)
{
    return (node->kind == NODE_inclusive_gateway || node->kind == NODE_complex_gateway) && node->n_in > 0;
}

/* At rest before the gateway, on the flow it came by. */
static bool rests(const struct proc *p, const struct token *t)
{
    return t->role == ROLE_FLOW && t->step == STEP_WAIT && (t->state == TOKEN_WAITING || t->state == TOKEN_INCIDENT) &&
           is_join(&p->node[t->node]);
}

static bool is_record(const struct proc *p, const struct token *t)
{
    return t->role == ROLE_RECORD && p->node[t->node].kind == NODE_complex_gateway;
}

static int place_order(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->scope != y->scope)
        return x->scope < y->scope ? -1 : 1;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return x->no < y->no ? -1 : x->no > y->no;
}

/* All tokens that move along flows, and the records of complex gateways; none if no join waits for anything. */
static size_t places(struct arena *tmp, const struct proc *p, const struct inst *in, struct place **out)
{
    bool any = false;
    size_t n = 0;

    for (uint32_t i = 0; i < in->n_token && !any; i++)
        any = !in->token[i].gone && (rests(p, &in->token[i]) || is_record(p, &in->token[i]));
    if (!any)
        return 0;
    *out = ARENA_NEW_N(tmp, struct place, in->n_token);
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (!t->gone && (t->role == ROLE_FLOW || is_record(p, t)))
            (*out)[n++] = (struct place){t->scope, t->node, t->no};
    }
    qsort(*out, n, sizeof **out, place_order);
    return n;
}

/* The group that begins at PLACE[I], of the scope whose places begin at FROM. */
static struct group group_at(const struct place *place, size_t n, size_t from, size_t i)
{
    struct group g = {.at = &place[i], .all = &place[from]};

    while (i + g.n < n && place[i + g.n].scope == g.at->scope && place[i + g.n].node == g.at->node)
        g.n++;
    for (g.n_all = i + g.n - from; from + g.n_all < n && place[from + g.n_all].scope == g.at->scope;)
        g.n_all++;
    return g;
}

/* ---- the rule of paths ---- */

static bool bit(const unsigned char *set, int32_t i)
{
    return (set[i / 8] >> (i % 8) & 1) != 0;
}

/* Does a path lead from where T is to the flow whose set is REACH? */
static bool leads(const struct proc *p, const struct token *t, int32_t gateway, const unsigned char *reach)
{
    const struct proc_node *node = &p->node[t->node];

    if (t->node == gateway && t->step == STEP_ENTER && t->flow != PROC_NONE)
        return bit(reach, t->flow);
    if (node->kind == NODE_throw_event && node->n_event == 1 && node->event[0].kind == EVENT_link &&
        node->event[0].link != PROC_NONE)
        node = &p->node[node->event[0].link];
    for (int32_t i = 0; i < node->n_out; i++) {
        if (bit(reach, node->out[i]))
            return true;
    }
    return false;
}

/* May a token still come to a flow of the gateway that is not FULL, and to none that is? */
static bool expected(const struct proc *p, const struct inst *in, const struct group *g, const bool *full)
{
    const struct proc_node *node = &p->node[g->at->node];

    for (size_t k = 0; k < g->n_all; k++) {
        const struct token *t = inst_token(in, g->all[k].no);
        bool to_full = false, to_empty = false;
        if (t == NULL || t->role != ROLE_FLOW || (t->node == g->at->node && t->step == STEP_WAIT))
            continue;
        for (int32_t i = 0; i < node->n_in && !to_full; i++) {
            bool there = leads(p, t, g->at->node, node->reach[i]);
            to_full = there && full[i];
            to_empty |= there && !full[i];
        }
        if (to_empty && !to_full)
            return true;
    }
    return false;
}

/* ---- what rests at a gateway ---- */

struct gate {
    uint32_t *first; /* for each flow in: oldest token that rests there, 0 = none */
    int64_t *count;  /* ... how many */
    bool *used;      /* ... a record says that one was taken */
    bool *full;      /* first, or used */
    int64_t tokens;
    uint32_t oldest; /* of all tokens, 0 = none */
    bool reset;      /* there are records: it waits for its reset */
    bool incident;   /* one of the tokens is: it is retried first */
};

static struct gate gate_of(struct arena *tmp, const struct proc *p, const struct inst *in, const struct group *g)
{
    const struct proc_node *node = &p->node[g->at->node];
    size_t n = (size_t)node->n_in + 1;
    struct gate e = {.first = ARENA_NEW_N(tmp, uint32_t, n),
                     .count = ARENA_NEW_N(tmp, int64_t, n),
                     .used = ARENA_NEW_N(tmp, bool, n),
                     .full = ARENA_NEW_N(tmp, bool, n)};

    for (size_t k = 0; k < g->n; k++) {
        const struct token *t = inst_token(in, g->at[k].no);
        int32_t i = 0;
        while (t != NULL && i < node->n_in && node->in[i] != t->flow)
            i++;
        if (t == NULL || i == node->n_in || (!rests(p, t) && !is_record(p, t)))
            continue;
        e.full[i] = true;
        if (t->role == ROLE_RECORD) {
            e.used[i] = e.reset = true;
            continue;
        }
        e.incident |= t->state == TOKEN_INCIDENT;
        e.first[i] = e.first[i] == 0 ? t->no : e.first[i];
        e.oldest = e.oldest == 0 ? t->no : e.oldest;
        e.count[i]++;
        e.tokens++;
    }
    return e;
}

/* ---- firing ---- */

/* One token of each flow but of those in BUT (NULL = none): the oldest goes on with COUNT, the others are used up, or kept as records. */
static enum err fire(struct step *s, const struct proc_node *node, const struct gate *e, const bool *but, int64_t count)
{
    uint32_t first = 0;
    bool record = count > 0;

    for (int32_t i = 0; i < node->n_in; i++) {
        if (e->first[i] != 0 && (but == NULL || !but[i]) && (first == 0 || e->first[i] < first))
            first = e->first[i];
    }
    for (int32_t i = 0; i < node->n_in; i++) {
        struct token *t = e->first[i] != 0 && (but == NULL || !but[i]) ? inst_token(s->in, e->first[i]) : NULL;
        if (t == NULL)
            continue;
        if (t->no == first && record) {
            struct token *mark = step_token(s, t->node, t->scope);
            mark->flow = t->flow;
            mark->step = STEP_WAIT;
            step_role(s, mark, ROLE_RECORD, TOKEN_KEPT);
        } else if (t->no != first && record) {
            step_role(s, t, ROLE_RECORD, TOKEN_KEPT);
        } else if (t->no != first) {
            step_remove(s, t);
        }
    }
    struct token *t = inst_token(s->in, first);
    t->count = (uint32_t)count;
    return step_go(s, t, STEP_LEAVE);
}

static enum err look_inclusive(struct step *s, const struct group *g, bool *fired)
{
    const struct proc_node *node = &s->p->node[g->at->node];
    struct gate e = gate_of(s->tmp, s->p, s->in, g);

    if (e.tokens == 0 || expected(s->p, s->in, g, e.full))
        return OK;
    *fired = true;
    return fire(s, node, &e, NULL, 0);
}

/* activationCondition; besides variables it sees the gateway's own attributes, and by its id how many tokens a flow has. */
static enum err activated(struct step *s, const struct group *g, const struct gate *e, bool *out)
{
    const struct proc_node *node = &s->p->node[g->at->node];
    struct val_entry *seen = ARENA_NEW_N(s->tmp, struct val_entry, (size_t)node->n_in + 2);
    struct step_also also = {seen, (size_t)node->n_in + 2};

    seen[0] = (struct val_entry){"activationCount", val_int(e->tokens)};
    seen[1] = (struct val_entry){"waitingForStart", val_bool(true)};
    for (int32_t i = 0; i < node->n_in; i++)
        seen[i + 2] = (struct val_entry){s->p->flow[node->in[i]].id, val_int(e->count[i])};
    return step_true_also(s, g->at->scope, node->done_if, &also, out);
}

static bool says_when(const struct step *s, const struct proc_node *node)
{
    bool any = false;

    for (int32_t i = 0; i < node->n_out; i++)
        any |= s->p->flow[node->out[i]].condition != NULL;
    return any;
}

/* All that was expected is there. Without a token to carry it, only an outgoing flow with a condition needs one. */
static enum err reset(struct step *s, const struct group *g, const struct gate *e)
{
    const struct proc_node *node = &s->p->node[g->at->node];
    bool more = false;

    for (size_t k = 0; k < g->n; k++) {
        struct token *t = inst_token(s->in, g->at[k].no);
        if (t != NULL && is_record(s->p, t))
            step_remove(s, t);
    }
    for (int32_t i = 0; i < node->n_in; i++)
        more |= e->first[i] != 0 && !e->used[i];
    if (more)
        return fire(s, node, e, e->used, 0);
    if (says_when(s, node))
        step_begin(s, step_token(s, g->at->node, g->at->scope), STEP_LEAVE);
    return OK;
}

/* It waits for its start: does it activate? */
static enum err activate(struct step *s, const struct group *g, const struct gate *e, bool *fired)
{
    bool holds = false;

    if (e->incident || e->tokens == 0)
        return OK;
    TRY(step_outcome(s, e->oldest, activated(s, g, e, &holds)));
    if (!holds)
        return OK;
    *fired = true;
    return fire(s, &s->p->node[g->at->node], e, NULL, e->tokens);
}

static enum err look_complex(struct step *s, const struct group *g, bool *fired)
{
    struct gate e = gate_of(s->tmp, s->p, s->in, g);

    if (!e.reset)
        return activate(s, g, &e, fired);
    if (e.incident || expected(s->p, s->in, g, e.full))
        return OK;
    *fired = true;
    return reset(s, g, &e);
}

static enum err look_at(struct step *s, const struct group *g, bool *fired)
{
    const struct proc_node *node = &s->p->node[g->at->node];

    *fired = false;
    if (!is_join(node))
        return OK;
    inst_reserve(s->in, STEP_ROOM, 0);
    return node->kind == NODE_inclusive_gateway ? look_inclusive(s, g, fired) : look_complex(s, g, fired);
}

enum err join_look(struct step *s, bool *again)
{
    struct place *place = NULL;
    size_t n = places(s->tmp, s->p, s->in, &place), from = 0;
    bool fired = false;

    for (size_t i = 0; i < n;) {
        if (place[i].scope != place[from].scope) {
            from = i;
            fired = false;
        }
        struct group g = group_at(place, n, from, i);
        if (!fired)
            TRY(look_at(s, &g, &fired));
        *again |= fired;
        i += g.n;
    }
    return OK;
}

enum err join_arrive(struct step *s, const struct token *t)
{
    struct place *place = NULL, here = {t->scope, t->node, 0};
    size_t n = places(s->tmp, s->p, s->in, &place), i = 0;
    bool fired = false;

    while (i < n && place_order(&place[i], &here) < 0)
        i++;
    if (i == n)
        return OK;
    struct group g = group_at(place, n, i, i);
    struct gate e = gate_of(s->tmp, s->p, s->in, &g);
    return e.reset ? OK : activate(s, &g, &e, &fired);
}

static bool has_record(const struct step *s, uint32_t scope)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *t = &s->in->token[i];
        if (!t->gone && t->scope == scope && is_record(s->p, t))
            return true;
    }
    return false;
}

enum err join_last(struct step *s, uint32_t scope)
{
    struct place *place = NULL;
    size_t n = has_record(s, scope) ? places(s->tmp, s->p, s->in, &place) : 0;

    for (size_t i = 0; i < n;) {
        struct group g = group_at(place, n, i, i);
        struct gate e = gate_of(s->tmp, s->p, s->in, &g);
        if (g.at->scope == scope && e.reset)
            TRY(reset(s, &g, &e));
        i += g.n;
    }
    return OK;
}

bool join_could_fire(struct arena *tmp, const struct proc *p, const struct inst *in, const struct token *t)
{
    struct place *place = NULL;
    size_t n = places(tmp, p, in, &place), from = 0;

    for (size_t i = 0; i < n;) {
        from = place[i].scope != place[from].scope ? i : from;
        struct group g = group_at(place, n, from, i);
        if (g.at->scope == t->scope && g.at->node == t->node) {
            struct gate e = gate_of(tmp, p, in, &g);
            return p->node[t->node].kind == NODE_inclusive_gateway && e.tokens > 0 && !expected(p, in, &g, e.full);
        }
        i += g.n;
    }
    return false;
}

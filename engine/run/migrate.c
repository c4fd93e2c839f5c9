/* engine/run/migrate.c - an instance of one version of a process becomes one of another.
 *
 * For     operators who release a better process while instances of the old one run; a dry run is a run on a copy.
 * Owns    which node, flow and event of the new process stands for which of the old one, and what that means for each row.
 * Never   moves a token to another kind of node or into another scope: that is an operator's move, before or after.
 * Holds   with a finding nothing has changed; to an identical process nothing changes at all.
 *
 * What is at work goes on: tasks stay open, services and calls stay out. What waits for an event goes on waiting for the same one:
 * a listener whose definition reads as before is left alone, so that timers keep their moment; one that reads otherwise is armed anew,
 * one whose definition is gone is disarmed, and events that the old process did not have are armed where they belong. One that the
 * old process had, but that is not armed any more (it has occurred, or somebody took the task), stays unarmed.
 *
 * Arming evaluates expressions, which can fail. So all of it is done twice: on a copy first, where a failure is a finding. */
#include "run/behaviours.h"

#include <inttypes.h>

#include "run/limit.h"

enum { RULE_MISSING, RULE_KIND, RULE_SCOPE, RULE_LOOP, RULE_EVENT, RULE_FLOW, RULE_UNDO, RULE_EXPRESSION, RULE_TOKENS, RULES };

static const char *const rule_id[RULES] = {[RULE_MISSING] = "migrate-node-missing", [RULE_KIND] = "migrate-node-kind",
                                           [RULE_SCOPE] = "migrate-scope",          [RULE_LOOP] = "migrate-loop",
                                           [RULE_EVENT] = "migrate-event",          [RULE_FLOW] = "migrate-flow",
                                           [RULE_UNDO] = "migrate-compensation",    [RULE_TOKENS] = "migrate-tokens",
                                           [RULE_EXPRESSION] = "migrate-expression"};

struct plan {
    const struct proc *from, *to;
    int32_t *node, *flow; /* of TO, for each of FROM; PROC_NONE = it has none */
    unsigned *told;       /* for each node of FROM: rules that were told of it */
    struct findings *f;
};

/* ---- what corresponds to what ---- */

static enum err map_pairs(struct plan *m, const struct run_migration *what)
{
    for (size_t i = 0; i < what->n_pair; i++) {
        int32_t from = proc_node_find(m->from, what->pair[i].from), to = proc_node_find(m->to, what->pair[i].to);
        if (from == PROC_NONE)
            finding_add(m->f, FINDING_ERROR, "migrate-pair", 0, what->pair[i].from,
                        "The old process has no node \"%s\". Take the pair out, or correct its first id.", what->pair[i].from);
        if (to == PROC_NONE)
            finding_add(m->f, FINDING_ERROR, "migrate-pair", 0, what->pair[i].to,
                        "The new process has no node \"%s\". Take the pair out, or correct its second id.", what->pair[i].to);
        if (from == PROC_NONE || to == PROC_NONE)
            continue;
        if (m->node[from] != PROC_NONE && m->node[from] != to)
            finding_add(m->f, FINDING_ERROR, "migrate-pair", 0, what->pair[i].from,
                        "Two pairs say what becomes of \"%s\". Keep one of them.", what->pair[i].from);
        m->node[from] = to;
    }
    return m->f->errors > 0 ? fail(E_FINDINGS, "the pairs do not fit the processes") : OK;
}

/* The flow of the new process by id, if it leads to the same place; else the only one between the same two nodes. */
static int32_t flow_like(const struct plan *m, const struct proc_flow *old)
{
    int32_t from = m->node[old->from], to = m->node[old->to], found = PROC_NONE;

    for (int32_t i = 0; i < m->to->n_flow; i++) {
        const struct proc_flow *f = &m->to->flow[i];
        if (f->to != to)
            continue;
        if (strcmp(f->id, old->id) == 0)
            return i;
        if (f->from == from)
            found = found == PROC_NONE ? i : -2;
    }
    return found < 0 ? PROC_NONE : found;
}

static enum err plan_make(struct arena *mem, const struct run_migration *what, struct findings *f, struct plan *m)
{
    *m = (struct plan){.from = what->from, .to = what->to, .f = f};
    m->node = ARENA_NEW_N(mem, int32_t, (size_t)m->from->n_node + 1);
    m->flow = ARENA_NEW_N(mem, int32_t, (size_t)m->from->n_flow + 1);
    m->told = ARENA_NEW_N(mem, unsigned, (size_t)m->from->n_node + 1);
    for (int32_t i = 0; i < m->from->n_node; i++)
        m->node[i] = PROC_NONE;
    TRY(map_pairs(m, what));
    for (int32_t i = 0; i < m->from->n_node; i++) {
        if (m->node[i] == PROC_NONE)
            m->node[i] = proc_node_find(m->to, m->from->node[i].id);
    }
    for (int32_t i = 0; i < m->from->n_flow; i++)
        m->flow[i] = flow_like(m, &m->from->flow[i]);
    return OK;
}

static int32_t mapped(const struct plan *m, int32_t node)
{
    return node == PROC_NONE ? PROC_NONE : m->node[node];
}

/* The node of the old process that became NODE and stood at HOST or in LIST; PROC_NONE if it is new there. */
static int32_t origin(const struct plan *m, int32_t node, const int32_t *list, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        if (m->node[list[i]] == node)
            return list[i];
    }
    return PROC_NONE;
}

/* ---- does an event read as before? ---- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_prog(const struct feel_prog *a, const struct feel_prog *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(feel_text(a), feel_text(b)) == 0;
}

static bool same_expr(const struct proc_expr *a, const struct proc_expr *b)
{
    return same_text(a->literal, b->literal) && same_prog(a->feel, b->feel);
}

static bool same_keys(const struct proc_event *a, const struct proc_event *b)
{
    if (a->n_correlation != b->n_correlation)
        return false;
    for (int32_t i = 0; i < a->n_correlation; i++) {
        const struct proc_key *x = &a->correlation[i], *y = &b->correlation[i];
        if (x->n != y->n)
            return false;
        for (int32_t k = 0; k < x->n; k++) {
            if (!same_prog(x->message[k], y->message[k]) || !same_prog(x->data[k], y->data[k]))
                return false;
        }
    }
    return true;
}

static bool same_event(const struct proc_event *a, const struct proc_event *b)
{
    return a->kind == b->kind && same_expr(&a->name, &b->name) && same_expr(&a->code, &b->code) &&
           same_expr(&a->key, &b->key) && a->timer == b->timer && same_expr(&a->timer_text, &b->timer_text) &&
           same_prog(a->condition, b->condition) && same_keys(a, b);
}

static bool same_kinds(const struct proc_node *a, const struct proc_node *b)
{
    for (int32_t i = 0; a->n_event == b->n_event && i < a->n_event; i++) {
        if (a->event[i].kind != b->event[i].kind)
            return false;
    }
    return a->n_event == b->n_event && a->parallel == b->parallel;
}

/* ---- what stands in the way ---- */

static void tell(struct plan *m, int32_t node, int rule, const char *what)
{
    const struct proc_node *n = &m->from->node[node];

    if ((m->told[node] & 1U << rule) != 0)
        return;
    m->told[node] |= 1U << rule;
    finding_add(m->f, FINDING_ERROR, rule_id[rule], n->line, n->id, "%s %s", n->id, what);
}

static bool is_join(const struct proc_node *n)
{
    return n->n_in > 1 &&
           (n->kind == NODE_parallel_gateway || n->kind == NODE_inclusive_gateway || n->kind == NODE_complex_gateway);
}

static void check_token(struct plan *m, const struct inst *in, const struct token *t)
{
    const struct proc_node *old = &m->from->node[t->node];
    int32_t to = m->node[t->node];

    if (to == PROC_NONE) {
        tell(m, t->node, RULE_MISSING,
             "is at work and not in the new process. Name the node that takes its place, or move its token.");
        return;
    }
    const struct proc_node *new = &m->to->node[to];
    if (new->kind != old->kind) {
        tell(m, t->node, RULE_KIND, "is at work and of another kind in the new process. Move its token first.");
        return;
    }
    if (new->scope != mapped(m, old->scope) || new->for_compensation != old->for_compensation)
        tell(m, t->node, RULE_SCOPE, "is at work and stands elsewhere in the new process. Move its token first.");
    if (new->loop.kind != old->loop.kind)
        tell(m, t->node, RULE_LOOP, "is at work and repeats otherwise in the new process. Let it come to its end first.");
    if (t->role == ROLE_RECORD && old->kind != NODE_complex_gateway && !new->compensable)
        tell(m, t->node, RULE_UNDO, "was done and can be compensated, but not so in the new process. Give it a handler there.");
    if (t->role == ROLE_FLOW && t->state == TOKEN_WAITING && t->step == STEP_WAIT && old->kind != NODE_event_sub_process &&
        !same_kinds(old, new))
        tell(m, t->node, RULE_EVENT, "waits for other events in the new process. Move its token first.");
    if (t->flow != PROC_NONE && m->flow[t->flow] == PROC_NONE && is_join(new))
        tell(m, t->node, RULE_FLOW,
             "waits for a token of each flow, and the flow by which one came is not in the new process.");
    if (in->state == INST_SUSPENDED && new->kind == NODE_parallel_gateway &&new->n_in < old->n_in)
        tell(m, t->node, RULE_FLOW,
             "waits for fewer flows in the new process and may have to go on: resume the instance first.");
}

static enum err check(struct plan *m, const struct inst *in)
{
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (t->gone)
            continue;
        if (t->node < 0 || t->node >= m->from->n_node || (t->flow != PROC_NONE && t->flow >= m->from->n_flow))
            return fail(E_INPUT, "the instance is none of the process %s", m->from->key);
        if (t->role != ROLE_LISTENER)
            check_token(m, in, t);
    }
    return OK;
}

/* ---- rows ---- */

/* T listens for, or waits for, the definition EVENT of its new node, whatever it did before. */
static enum err arm(struct step *s, struct plan *m, struct token *t, int32_t event)
{
    t->step = STEP_ENTER;
    t->count = 0;
    t->due = 0;
    t->key = NULL;
    step_role(s, t, t->role, TOKEN_READY);
    enum err e = listen_arm(s, t, event);
    if (e != E_EXPR && e != E_FUEL && e != E_TOOBIG)
        return e;
    /* only on the copy: the second time it succeeds as it did the first */
    const char *id = step_node(s, t)->id;
    finding_add(m->f, FINDING_ERROR, rule_id[RULE_EXPRESSION], step_node(s, t)->line, id, "%s cannot be armed: %s.", id,
                trouble()->text);
    trouble_clear();
    return OK;
}

/* Where the listener L belongs to, does the new process have it, too? */
static bool has_place(const struct step *s, const struct plan *m, const struct token *l)
{
    const struct proc_node *old = &m->from->node[l->node];
    int32_t to = m->node[l->node];
    const struct proc_node *new = to != PROC_NONE ? &m->to->node[to] : NULL;
    const struct token *host = l->host != 0 ? inst_token(s->in, l->host) : NULL;

    if (new == NULL || new->kind != old->kind || l->event >= new->n_event ||
        new->event[l->event].kind != old->event[l->event].kind)
        return false;
    if (host == NULL)
        return new->scope == mapped(m, old->scope);
    if (new->kind == NODE_boundary_event && host->node != l->node)
        return new->host == m->node[host->node];
    const struct proc_node *at = &m->to->node[m->node[host->node]];
    bool behind = host->node == l->node;
    for (int32_t i = 0; i < at->n_out && !behind; i++)
        behind = m->to->flow[at->out[i]].to == to;
    return behind;
}

/* The rows still name nodes of the old process: first what listens, since that looks at its host. */
static enum err drop_homeless(struct step *s, const struct plan *m)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *l = &s->in->token[i];
        if (!l->gone && l->role == ROLE_LISTENER && !has_place(s, m, l))
            TRY(step_cancel(s, l));
    }
    return OK;
}

static void rename_rows(struct step *s, const struct plan *m)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *t = &s->in->token[i];
        if (t->gone)
            continue;
        int32_t node = m->node[t->node], flow = t->flow != PROC_NONE ? m->flow[t->flow] : PROC_NONE;
        t->changed = t->changed || node != t->node || flow != t->flow;
        t->node = node;
        t->flow = flow;
    }
    for (uint32_t i = 0; i < s->in->n_scope; i++) {
        struct scope *sc = &s->in->scope[i];
        int32_t node = mapped(m, sc->node);
        sc->changed = sc->changed || node != sc->node;
        sc->node = node;
    }
}

/* The definition that T waits for reads otherwise: it is armed anew. WAS: its node in the old process. */
static enum err rearm(struct step *s, struct plan *m, struct token *t, int32_t was)
{
    const struct proc_node *old = &m->from->node[was];
    int32_t event = t->event;

    if (t->role == ROLE_RECORD || t->state != TOKEN_WAITING || event < 0 || event >= old->n_event ||
        same_event(&old->event[event], &step_node(s, t)->event[event]))
        return OK;
    listen_drop(s, t);
    return arm(s, m, t, event);
}

/* ---- events that are new ---- */

struct post {
    uint32_t host, scope;
    int32_t flow; /* behind an event-based gateway: the way to it; PROC_NONE else */
    int32_t was;  /* the same node of the old process, PROC_NONE if it had none there */
};

static enum err arm_new(struct step *s, struct plan *m, int32_t node, struct post at)
{
    const struct proc_node *new = &m->to->node[node], *old = at.was != PROC_NONE ? &m->from->node[at.was] : NULL;

    for (int32_t e = 0; e < new->n_event; e++) {
        if (new->event[e].kind == EVENT_compensation ||
            (old != NULL && e < old->n_event && old->event[e].kind == new->event[e].kind))
            continue;
        inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
        struct token *l = step_token(s, node, at.scope);
        step_role(s, l, ROLE_LISTENER, TOKEN_READY);
        l->host = at.host;
        l->flow = at.flow;
        l->event = e;
        TRY(arm(s, m, l, e));
    }
    return OK;
}

/* Does it have boundary events or events behind it that are armed? A transaction that rolls back has stopped listening. */
static bool hosts(const struct step *s, const struct token *t)
{
    bool rests = t->step == STEP_WAIT || (t->state == TOKEN_INCIDENT && t->step == STEP_LEAVE);

    if (t->gone || t->role != ROLE_FLOW || !rests || multi_inside(s, t))
        return false;
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        if (!s->in->token[i].gone && s->in->token[i].role == ROLE_RECORD && s->in->token[i].host == t->no)
            return false;
    }
    return true;
}

static enum err arm_host(struct step *s, struct plan *m, uint32_t no, int32_t was)
{
    const struct token *t = inst_token(s->in, no);
    const struct proc_node *new = step_node(s, t), *old = &m->from->node[was];
    struct post at = {.host = no, .scope = t->scope, .flow = PROC_NONE};

    for (int32_t i = 0; i < new->n_boundary; i++) {
        at.was = origin(m, new->boundary[i], old->boundary, old->n_boundary);
        TRY(arm_new(s, m, new->boundary[i], at));
    }
    for (int32_t i = 0; new->kind == NODE_event_based_gateway &&i < new->n_out; i++) {
        int32_t to = m->to->flow[new->out[i]].to;
        at.was = PROC_NONE;
        at.flow = new->out[i];
        for (int32_t k = 0; k < old->n_out && at.was == PROC_NONE; k++)
            at.was = origin(m, to, &m->from->flow[old->out[k]].to, 1);
        TRY(arm_new(s, m, to, at));
    }
    return OK;
}

/* While an interrupting event sub-process runs in SCOPE, the others of it are not armed. */
static bool interrupted(const struct step *s, uint32_t scope)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *t = &s->in->token[i];
        if (!t->gone && t->role == ROLE_FLOW && t->scope == scope && step_node(s, t)->kind == NODE_event_sub_process &&
            step_node(s, t)->interrupting)
            return true;
    }
    return false;
}

static enum err arm_scope(struct step *s, struct plan *m, uint32_t no, int32_t was)
{
    const struct scope *sc = inst_scope(s->in, no);
    const struct token *owner = sc->token != 0 ? inst_token(s->in, sc->token) : NULL;
    bool top = sc->node == PROC_NONE;
    const int32_t *esp = top ? m->to->esp : m->to->node[sc->node].esp;
    const int32_t *old = top ? m->from->esp : m->from->node[was].esp;
    int32_t n = top ? m->to->n_esp : m->to->node[sc->node].n_esp, n_old = top ? m->from->n_esp : m->from->node[was].n_esp;
    bool all = owner != NULL && step_node(s, owner)->loop.kind != LOOP_NONE && !multi_inside(s, owner);

    if (!top && (owner == NULL || owner->role != ROLE_FLOW || all || (!multi_inside(s, owner) && !hosts(s, owner))))
        return OK;
    if (interrupted(s, no))
        return OK;
    for (int32_t i = 0; i < n; i++) {
        struct post at = {.scope = no, .flow = PROC_NONE, .was = origin(m, esp[i], old, n_old)};
        TRY(arm_new(s, m, esp[i], at));
    }
    return OK;
}

/* ---- joins ---- */

static uint32_t waiting_by(const struct inst *in, const struct token *at, int32_t flow)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        n += !t->gone && t->role == ROLE_FLOW && t->state == TOKEN_WAITING && t->node == at->node && t->scope == at->scope &&
             (flow == PROC_NONE || t->flow == flow);
    }
    return n;
}

/* With fewer flows into it a parallel join may be complete now: so many of its tokens as can go on arrive again. */
static void wake_joins(struct step *s)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *t = &s->in->token[i];
        const struct proc_node *node = !t->gone ? step_node(s, t) : NULL;
        if (node == NULL || node->kind != NODE_parallel_gateway || t->state != TOKEN_WAITING)
            continue;
        bool goes = node->n_in <= 1 || t->flow == node->in[0];
        for (int32_t k = 0; k < node->n_in && node->n_in > 1 && goes; k++)
            goes = waiting_by(s->in, t, node->in[k]) > 0;
        if (goes)
            step_begin(s, t, STEP_ENTER);
    }
}

/* ---- all of it ---- */

static enum err rewrite(struct step *s, struct plan *m)
{
    uint32_t n_token = s->in->n_token, n_scope = s->in->n_scope;
    int32_t *was = ARENA_NEW_N(s->tmp, int32_t, (size_t)n_token + n_scope + 1);
    uint32_t *no = ARENA_NEW_N(s->tmp, uint32_t, (size_t)n_token + n_scope + 1);

    s->p = m->from;
    TRY(drop_homeless(s, m));
    for (uint32_t i = 0; i < n_token; i++) {
        no[i] = s->in->token[i].gone ? 0 : s->in->token[i].no;
        was[i] = s->in->token[i].node;
    }
    for (uint32_t i = 0; i < n_scope; i++) {
        no[n_token + i] = s->in->scope[i].gone ? 0 : s->in->scope[i].no;
        was[n_token + i] = s->in->scope[i].node;
    }
    rename_rows(s, m);
    s->p = m->to;
    for (uint32_t i = 0; i < n_token; i++) {
        if (no[i] == 0)
            continue;
        inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
        TRY(rearm(s, m, inst_token(s->in, no[i]), was[i]));
        if (hosts(s, inst_token(s->in, no[i])))
            TRY(arm_host(s, m, no[i], was[i]));
    }
    for (uint32_t i = n_token; i < n_token + n_scope; i++) {
        if (no[i] != 0)
            TRY(arm_scope(s, m, no[i], was[i]));
    }
    if (s->live > LIMIT_TOKENS)
        finding_add(m->f, FINDING_ERROR, rule_id[RULE_TOKENS], 0, NULL, "An instance may have %d tokens, and listeners count.",
                    (int)LIMIT_TOKENS);
    return OK;
}

static enum err run_on(const struct run_env *env, struct plan *m, struct inst *in, struct effects *out, bool trial)
{
    struct step s = {.env = env, .p = m->to, .in = in, .out = out, .fuel = env->fuel, .verdict = INST_COMPLETED, .why = ""};
    enum err e;

    for (uint32_t i = 0; i < in->n_token; i++)
        s.live += !in->token[i].gone;
    inst_count(in);
    s.tmp = arena_new(0);
    step_trace(&s, TRACE_MIGRATED, NULL);
    e = scope_measure(&s);
    if (e == OK)
        e = rewrite(&s, m);
    if (e == OK && !trial && in->state == INST_ACTIVE) {
        wake_joins(&s);
        s.moved = true;
        e = run_agenda(&s);
    }
    arena_free(s.tmp);
    return e;
}

enum err run_migrate(const struct run_env *env, const struct run_migration *m, struct inst *in, struct findings *f,
                     struct effects *out)
{
    struct run_env now = *env;
    struct plan plan;

    if (in->n_scope == 0 || (in->state != INST_ACTIVE && in->state != INST_SUSPENDED))
        return fail(E_STATE, "the instance is not running");
    now.proc = m->to;
    struct arena *mem = arena_new(0);
    struct effects lost = {.mem = mem};
    int errors = f->errors;
    enum err e = plan_make(mem, m, f, &plan);
    if (e == OK)
        e = check(&plan, in);
    if (e == OK && f->errors == errors)
        e = run_on(&now, &plan, inst_copy(mem, in), &lost, true);
    if (e == OK && f->errors > errors)
        e = fail(E_FINDINGS, "%d things stand in the way of the migration", f->errors - errors);
    if (e == OK)
        e = run_on(&now, &plan, in, out, false);
    arena_free(mem);
    return e;
}

/* engine/run/run.c - the process machine.
 *
 * For     moving the tokens of one instance until every one of them waits or is gone.
 * Owns    the agenda and the order of moves. Nothing outlives a call; results live in the caller's arenas.
 * Never   time, I/O, SQL, randomness: same process + state + trigger = same state + effects, byte for byte.
 * Holds   between two calls
 *         1  numbers are unique and below next_no; each token has one node and one living scope: that of its node, or that of an activity
 *            in it (an instance of several, a compensation handler);
 *         2  a token waits (at a kind that may), is kept as a record, or is an incident; nothing is half done;
 *         3  an inner scope has one owner outside, and a waiting sub-process has a live token inside;
 *         4  a listener has a living host or scope; only timers that wait have a due moment;
 *         5  no join waits that could fire;
 *         6  an instance is active or suspended exactly as long as it has a live token;
 *         7  a scope has one variable of a name.
 *
 * There is no recursion: a behaviour does one step of one token and puts what follows on the agenda, first in, first out. So
 * parallel branches move side by side, the depth of a model costs no stack, and fuel can be counted in one place. What an
 * operation cannot do for the process's own reasons stops that token alone: it becomes an incident at the very step. */
#include "run/run.h"

#include <inttypes.h>

#include "run/behaviours.h"
#include "run/limit.h"

enum { TIDY_ROWS = 256 };

static bool is_activity(const struct proc_node *n)
{
    return n->kind >= NODE_task && n->kind <= NODE_ad_hoc;
}

static enum err enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    bool ready = true;

    if (t->role == ROLE_LISTENER)
        return listen_arm(s, t, t->event);
    if (s->retried == t->no)
        s->retried = 0;
    else
        step_trace(s, TRACE_ENTERED, t);
    if (s->fuel == 0)
        return fail(E_FUEL, "stopped at %s after entering %" PRIu32 " nodes without waiting: is this an endless loop?",
                    node->id, s->env->fuel);
    s->fuel--;
    if (is_activity(node) && !multi_inside(s, t)) {
        if (node->start_quantity > 1)
            TRY(multi_gather(s, t, &ready));
        if (!ready)
            return OK;
        if (node->loop.kind != LOOP_NONE)
            return multi_enter(s, t);
    }
    return behaviour_of(node->kind)->enter(s, t);
}

static uint32_t listeners_of(const struct proc *p, const int32_t *node, int32_t n)
{
    uint32_t sum = 0;

    for (int32_t i = 0; i < n; i++)
        sum += (uint32_t)p->node[node[i]].n_event;
    return sum;
}

/* Rows that one operation at NODE may add. */
static uint32_t room_for(const struct step *s, const struct proc_node *node)
{
    uint32_t each = node->done_quantity > 1 ? (uint32_t)node->done_quantity : 1;

    return (uint32_t)node->n_out * each + (uint32_t)node->n_start + (uint32_t)node->n_event +
           listeners_of(s->p, node->boundary, node->n_boundary) + listeners_of(s->p, node->esp, node->n_esp) + STEP_ROOM;
}

static enum err route(struct step *s, struct token *t)
{
    bool goes_on = true;

    if (is_activity(step_node(s, t)))
        TRY(adhoc_route(s, t, &goes_on));
    return goes_on ? behaviour_of(step_node(s, t)->kind)->route(s, t) : OK;
}

static enum err operate(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t more = room_for(s, node);

    if (s->live + more > LIMIT_TOKENS && more > STEP_ROOM + 1)
        return fail(E_FUEL, "stopped at %s: an instance may have %d tokens", node->id, (int)LIMIT_TOKENS);
    inst_reserve(s->in, more, STEP_ROOM);
    t = inst_token(s->in, t->no);
    switch (t->step) {
    case STEP_ENTER:
        return enter(s, t);
    case STEP_LEAVE:
        if (is_activity(node) && node->loop.kind != LOOP_NONE && !multi_inside(s, t))
            return activity_leave(s, t);
        return behaviour_of(node->kind)->leave(s, t);
    case STEP_ROUTE:
        return route(s, t);
    case STEP_WAIT:
    case STEP_GATHER:
        break;
    }
    return fail(E_BUG, "token %" PRIu32 " is on the agenda and rests", t->no);
}

static enum err next(struct step *s, struct agenda *a)
{
    uint32_t no = a->at[a->head];
    struct token *t = inst_token(s->in, no);

    a->head = (a->head + 1) % a->cap;
    a->n--;
    return t == NULL || t->state != TOKEN_READY ? OK : step_outcome(s, no, operate(s, t));
}

/* Variables that the last operation set: a condition that they make true interrupts before anything else moves. */
static enum err heed(struct step *s)
{
    if (!s->vars_set)
        return OK;
    s->vars_set = false;
    s->moved = true; /* activation conditions of complex gateways see variables, too */
    return listen_vars(s);
}

/* When nothing is left to do: joins that nothing can reach any more, and then the first of those that throw, since everything that
 * could be armed is (13.5.2). */
static enum err quiet(struct step *s, bool *again)
{
    *again = false;
    if (s->moved) {
        s->moved = false;
        TRY(join_look(s, again));
    }
    if (!*again && s->soon.n == 0 && s->late.n > 0) {
        *again = true;
        TRY(next(s, &s->late));
    }
    return OK;
}

static void tidy(struct step *s)
{
    const struct inst *in = s->in;

    if (s->first == 0 || in->n_token + in->n_scope + in->n_var < s->tidy)
        return;
    inst_tidy(s->in, s->first);
    s->tidy = 2 * (in->n_token + in->n_scope + in->n_var) + TIDY_ROWS;
}

enum err run_agenda(struct step *s)
{
    struct arena_mark mark = arena_mark(s->tmp);
    bool again = true;

    while (again) {
        TRY(heed(s));
        while (s->soon.n > 0) {
            TRY(next(s, &s->soon));
            TRY(heed(s));
            tidy(s);
            arena_rewind(s->tmp, mark);
        }
        TRY(quiet(s, &again));
        again |= s->soon.n > 0;
        arena_rewind(s->tmp, mark);
    }
    return OK;
}

/* ---- triggers ---- */

/* Where an instance begins when nobody says where: its none start event; several are alternatives (13.2). Without start events all
 * nodes that nothing leads to. */
static enum err none_start(const struct step *s, const int32_t **at, int32_t *n)
{
    const struct proc *p = s->p;
    bool events = false;

    for (int32_t i = 0; i < p->n_start; i++) {
        const struct proc_node *node = &p->node[p->start[i]];
        events |= node->kind == NODE_start_event || node->instantiate;
        *at = &p->start[i];
        *n = 1;
        if (node->kind == NODE_start_event && node->n_event == 0)
            return OK;
    }
    if (p->n_start == 0)
        return fail(E_STATE, "the process %s has nowhere to start", p->key);
    if (events)
        return fail(E_STATE, "the process %s starts by an event only: it has no start event without trigger", p->key);
    *at = p->start;
    *n = p->n_start;
    return OK;
}

/* The event-based gateway that leads to NODE and creates instances (13.4.4); PROC_NONE if there is none. */
static int32_t instantiating(const struct proc *p, int32_t node)
{
    const struct proc_node *n = &p->node[node];

    for (int32_t i = 0; i < n->n_in; i++) {
        int32_t from = p->flow[n->in[i]].from;
        if (p->node[from].kind == NODE_event_based_gateway && p->node[from].instantiate)
            return from;
    }
    return PROC_NONE;
}

/* Does an instance begin with a token that enters NODE: a start event, or a node that nothing leads to? */
static bool begins(const struct proc_node *node)
{
    return node->kind == NODE_start_event || (node->n_in == 0 && !node->instantiate && node->kind != NODE_boundary_event);
}

/* May an instance begin at NODE: there, at a receive task that creates instances, or at an event behind such a gateway? */
static enum err event_place(const struct proc *p, int32_t at)
{
    if (at < 0 || at >= p->n_node || p->node[at].scope != PROC_NONE)
        return fail(E_STATE, "the process %s cannot start there", p->key);
    const struct proc_node *node = &p->node[at];
    if (begins(node) || instantiating(p, at) != PROC_NONE || (node->kind == NODE_receive_task && node->instantiate))
        return OK;
    return fail(E_STATE, "the process %s cannot start at %s", p->key, node->id);
}

/* The event at T->node has occurred; all others behind a parallel gateway are waited for. */
static enum err event_start(struct step *s, const struct trigger *t)
{
    const struct proc *p = s->p;
    const struct proc_node *node = &p->node[t->node];
    int32_t gateway = instantiating(p, t->node);

    if (begins(node)) {
        struct token *first = step_token(s, t->node, 1);
        first->event = node->n_event > 0 ? t->event : PROC_NONE;
        step_begin(s, first, STEP_ENTER);
        return OK;
    }
    struct token *arrived = step_token(s, t->node, 1);
    step_trace(s, TRACE_ENTERED, arrived);
    step_begin(s, arrived, STEP_LEAVE);
    for (int32_t i = 0; gateway != PROC_NONE && p->node[gateway].parallel && i < p->node[gateway].n_out; i++) {
        int32_t to = p->flow[p->node[gateway].out[i]].to;
        if (to != t->node)
            step_begin(s, step_token(s, to, 1), STEP_ENTER);
    }
    return OK;
}

static enum err start(struct step *s, const struct trigger *t)
{
    const struct proc *p = s->p;
    const int32_t *at = NULL;
    int32_t n = 0;

    if (s->in->n_scope != 0)
        return fail(E_STATE, "the instance has been started already");
    if (!p->executable)
        return fail(E_STATE, p->blocked ? "the process %s holds what cannot run here" : "the process %s is not executable",
                    p->key);
    TRY(t->node == PROC_NONE ? none_start(s, &at, &n) : event_place(p, t->node));
    TRY(scope_check(s, t->vars));
    inst_reserve(s->in, (uint32_t)(p->n_start + p->n_node) + STEP_ROOM, STEP_ROOM);
    inst_add_scope(s->in, (struct scope){.no = s->in->next_no++, .node = PROC_NONE})->changed = true;
    s->in->called = t->called;
    TRY(scope_set(s, 1, t->vars, SCOPE_HERE));
    TRY(scope_init(s, 1, p->data, p->n_data));
    step_trace(s, TRACE_STARTED, NULL);
    listen_scope(s, 1);
    if (t->node != PROC_NONE)
        return event_start(s, t);
    for (int32_t i = 0; i < n; i++)
        step_begin(s, step_token(s, at[i], 1), STEP_ENTER);
    return OK;
}

/* What waits for an event is asked again whether it occurred; anything else that rests is told of the retry. */
static enum err wake_again(struct step *s, struct token *t, const struct trigger *why)
{
    const struct proc_node *node = step_node(s, t);

    const struct proc_event *e = listen_event(s, t);

    if (e != NULL && e->kind == EVENT_conditional) {
        s->vars_set = true;
        s->no_data = false;
        return OK;
    }
    if (e != NULL)
        return listen_occur(s, t, val_null());
    const struct scope *inner = t->inner != 0 ? inst_scope(s->in, t->inner) : NULL;
    bool undone = node->kind == NODE_transaction && inner != NULL && inner->live == 0; /* all of its instances at once */
    if (node->loop.kind != LOOP_NONE && !multi_inside(s, t) && !undone)
        return OK;
    return behaviour_of(node->kind)->wake(s, t, why);
}

static enum err retry(struct step *s, struct token *t, const struct trigger *why)
{
    uint32_t no = t->no;

    TRY(scope_set(s, t->scope, why->vars, SCOPE_OUT));
    step_effect(s, EFFECT_INCIDENT_END, t);
    if (t->step != STEP_WAIT && t->step != STEP_GATHER) {
        s->retried = t->step == STEP_ENTER ? t->no : 0;
        step_begin(s, t, t->step);
        return OK;
    }
    step_role(s, t, t->role, TOKEN_WAITING);
    return step_outcome(s, no, wake_again(s, t, why));
}

/* Message or timer: for what T waits for. */
static enum err occur(struct step *s, struct token *t, const struct trigger *why)
{
    const struct proc_event *e = listen_event(s, t);
    enum event_kind kind = why->kind == TRIGGER_TIMER ? EVENT_timer : EVENT_message;

    if (e == NULL || e->kind != kind)
        return fail(E_STATE, "token %" PRIu32 " at %s does not wait for this", t->no, step_node(s, t)->id);
    if (kind == EVENT_timer) {
        if (t->due > s->env->now)
            return fail(E_STATE, "the timer of token %" PRIu32 " at %s is not due yet", t->no, step_node(s, t)->id);
        t->count++;
        t->changed = true;
        step_trace(s, TRACE_TIMER_FIRED, t);
    }
    return step_outcome(s, why->token, listen_occur(s, t, why->vars));
}

static enum err answer(struct step *s, struct token *t, const struct trigger *why)
{
    const struct behaviour *b = behaviour_of(step_node(s, t)->kind);
    struct throw_what w = {.code = why->text != NULL ? why->text : "", .text = "", .vars = why->vars};
    bool all = step_node(s, t)->loop.kind != LOOP_NONE && !multi_inside(s, t), goes_on;

    if (all || t->role != ROLE_FLOW || (b->answers & ANSWERS(why->kind)) == 0)
        return fail(E_STATE, "token %" PRIu32 " at %s does not wait for this", t->no, step_node(s, t)->id);
    if (why->kind == TRIGGER_ERROR)
        return throw_error(s, t, &w);
    if (why->kind == TRIGGER_ESCALATION)
        return throw_escalation(s, t, &w, &goes_on);
    return b->wake(s, t, why);
}

/* A trigger for the token at T->token; E_STATE if that is not what it waits for. */
static enum err wake(struct step *s, const struct trigger *why)
{
    struct token *t = inst_token(s->in, why->token);

    if (t == NULL)
        return fail(E_STATE, "token %" PRIu32 " is gone", why->token);
    inst_reserve(s->in, room_for(s, step_node(s, t)), STEP_ROOM);
    t = inst_token(s->in, why->token);
    if (why->kind == TRIGGER_RETRY) {
        if (t->state != TOKEN_INCIDENT)
            return fail(E_STATE, "token %" PRIu32 " at %s is no incident", t->no, step_node(s, t)->id);
        return retry(s, t, why);
    }
    if (t->state != TOKEN_WAITING || t->step != STEP_WAIT)
        return fail(E_STATE, "token %" PRIu32 " at %s does not wait for this", t->no, step_node(s, t)->id);
    if (why->kind == TRIGGER_TIMER || why->kind == TRIGGER_MESSAGE)
        return occur(s, t, why);
    return step_outcome(s, why->token, answer(s, t, why));
}

static enum err stop(struct step *s, const struct trigger *t)
{
    s->in->state = INST_ACTIVE; /* a suspended instance can be stopped, too */
    s->verdict = INST_CANCELLED;
    s->why = arena_strdup(s->out->mem, t->text != NULL ? t->text : "");
    TRY(step_clear(s, 1, 0, false));
    return step_settle(s, 1);
}

static enum err dispatch(struct step *s, const struct trigger *t)
{
    switch (t->kind) {
    case TRIGGER_START:
        return start(s, t);
    case TRIGGER_CANCEL:
        return stop(s, t);
    case TRIGGER_SIGNAL:
        return listen_signal(s, t->text != NULL ? t->text : "", t->vars);
    case TRIGGER_VARS:
    case TRIGGER_SKIP:
    case TRIGGER_SUSPEND:
    case TRIGGER_RESUME:
    case TRIGGER_MOVE:
    case TRIGGER_ADD:
    case TRIGGER_DROP:
        return operate_trigger(s, t);
    case TRIGGER_CLAIM:
    case TRIGGER_TASK:
    case TRIGGER_TIMER:
    case TRIGGER_SERVICE:
    case TRIGGER_FAILURE:
    case TRIGGER_RETRY:
    case TRIGGER_MESSAGE:
    case TRIGGER_ERROR:
    case TRIGGER_ESCALATION:
    case TRIGGER_CALLED:
    case TRIGGER_ACTIVATE:
        break;
    }
    return wake(s, t);
}

static enum err handle(struct step *s, const struct trigger *t)
{
    bool rests = s->in->state == INST_SUSPENDED;

    TRY(scope_measure(s));
    if (t->kind != TRIGGER_START) {
        if (s->in->n_scope == 0 || (s->in->state != INST_ACTIVE && !rests))
            return fail(E_STATE, "the instance is not running");
        if (rests && t->kind != TRIGGER_RESUME && t->kind != TRIGGER_CANCEL && t->kind != TRIGGER_VARS)
            return fail(E_STATE, "the instance is suspended: resume it first");
        TRY(scope_check(s, t->vars));
    }
    TRY(dispatch(s, t));
    if (s->in->state == INST_ACTIVE)
        TRY(run_agenda(s));
    s->in->seq++;
    return OK;
}

enum err run_trigger(const struct run_env *env, struct inst *in, const struct trigger *t, struct effects *out)
{
    struct step s = {.env = env, .p = env->proc, .in = in, .out = out, .fuel = env->fuel, .verdict = INST_COMPLETED, .why = ""};

    for (uint32_t i = 0; i < in->n_token; i++)
        s.live += !in->token[i].gone;
    s.first = in->next_no;
    s.tidy = TIDY_ROWS;
    inst_count(in);
    s.tmp = arena_new(0);
    enum err e = handle(&s, t);
    arena_free(s.tmp);
    return e;
}

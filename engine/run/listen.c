/* engine/run/listen.c - waiting for events, and what happens when they occur (BPMN 10.5, 13.5).
 *
 * For     the behaviours of catching events, run.c when a trigger comes, throw.c when something is thrown.
 * Owns    listeners: tokens that wait on behalf of an activity, an event with several definitions, a gateway or a scope.
 * Never   decides what may be caught by whom: throw.c looks for that.
 * Holds   a token that waits for a message or signal is known to the body by one EFFECT_LISTEN; when it stops waiting and was not taken
 *         away by its own timer, one effect says so.
 *
 * A condition is an event that nobody tells of: it occurs when it becomes true. It is looked at when it is armed, and after each
 * operation that set variables, so it interrupts before the next step of what it interrupts. It must become false before it can occur
 * again (10.5.2). Of an activity whose work is done, results no longer trigger its own boundary events.
 *
 * The payload of an event becomes variables: of the event's own scope if it maps them out, of the event sub-process that it
 * starts, else of the scope that knows the names, else of the instance. */
#include <inttypes.h>

#include "run/behaviours.h"

/* ---- what a token waits for ---- */

/* Is T one of several that must all occur? */
static bool one_of_all(const struct step *s, const struct token *t)
{
    return t->role == ROLE_LISTENER && step_node(s, t)->parallel && step_node(s, t)->n_event > 1;
}

/* Has it occurred already? */
static bool noted(const struct step *s, const struct token *t)
{
    if (!one_of_all(s, t) || t->state != TOKEN_WAITING)
        return false;
    return step_node(s, t)->event[t->event].kind == EVENT_timer ? t->due == 0 : t->count == 1;
}

const struct proc_event *listen_event(const struct step *s, const struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    if (t->event < 0 || t->event >= node->n_event || (t->role != ROLE_LISTENER && t->step != STEP_WAIT) || noted(s, t))
        return NULL;
    return &node->event[t->event];
}

uint32_t listen_view(const struct step *s, const struct token *t)
{
    const struct token *host = t->role == ROLE_LISTENER && t->host != 0 ? inst_token(s->in, t->host) : NULL;

    return step_scope(host != NULL ? host : t);
}

/* ---- arming ---- */

/* What is known of a wait before anything is changed. */
struct wait {
    struct moment moment;
    const char *name, *key;
};

/* The standard's keys, from the data of the instance: the first key all of whose properties have a value. */
static enum err standard_key(struct step *s, const struct proc_event *e, const char **key)
{
    for (int32_t i = 0; i < e->n_correlation && *key == NULL; i++) {
        const struct proc_key *k = &e->correlation[i];
        struct val *v = ARENA_NEW_N(s->tmp, struct val, (size_t)k->n + 1);
        for (int32_t p = 0; p < k->n; p++) {
            v[p] = val_null();
            if (k->data[p] != NULL)
                TRY(step_feel(s, 1, k->data[p], &v[p]));
        }
        TRY(listen_key_text(s->out->mem, k, v, key));
    }
    return OK;
}

enum err listen_own_key(struct step *s, uint32_t scope, const struct proc_event *e, const char **key)
{
    struct buf b = buf_new(s->out->mem, LISTEN_KEY_BYTES);
    struct val v;

    *key = NULL;
    if (e->key.literal == NULL && e->key.feel == NULL)
        return OK;
    TRY(step_value(s, scope, &e->key, &v));
    if (val_is(v, VAL_NULL))
        return OK;
    if (val_write(&b, v) != OK || buf_done(&b) != OK)
        return fail(E_EXPR, "the correlation key of the message is no value that can be compared, or too long");
    *key = buf_text(&b);
    return OK;
}

static enum err prepare(struct step *s, const struct token *t, const struct proc_event *e, struct wait *w)
{
    uint32_t scope = listen_view(s, t);
    struct val v;

    *w = (struct wait){.name = ""};
    switch (e->kind) {
    case EVENT_timer:
        TRY(step_value(s, scope, &e->timer_text, &v));
        return moment_first(s->tmp, e, v, s->env->now, &w->moment);
    case EVENT_message:
        TRY(listen_own_key(s, scope, e, &w->key));
        if (w->key == NULL && (e->key.literal != NULL || e->key.feel != NULL))
            return fail(E_EXPR, "the correlation key of the message that is waited for is null");
        if (w->key == NULL)
            TRY(standard_key(s, e, &w->key));
        return step_text(s, scope, &e->name, &w->name);
    case EVENT_signal:
        return step_text(s, scope, &e->name, &w->name);
    case EVENT_conditional:
    case EVENT_error:
    case EVENT_escalation:
    case EVENT_compensation:
    case EVENT_cancel:
    case EVENT_link:
    case EVENT_terminate:
    case EVENT_KINDS:
        break;
    }
    return OK;
}

static const char *kept_text(const struct step *s, const char *text)
{
    return text != NULL ? arena_strdup(s->in->mem, text) : NULL;
}

/* The body is told what T waits for. */
static void tell(struct step *s, const struct token *t, const struct proc_event *e, const struct wait *w)
{
    if (e->kind == EVENT_timer)
        step_effect(s, EFFECT_TIMER_ARM, t)->due = t->due;
    if (e->kind == EVENT_message || e->kind == EVENT_signal) {
        struct effect *listen = step_effect(s, EFFECT_LISTEN, t);
        listen->event = e->kind;
        listen->text = w->name;
        listen->key = w->key;
    }
}

/* T rests. */
static enum err rest(struct step *s, struct token *t, const struct proc_event *e, const struct wait *w)
{
    t->due = w->moment.due;
    t->count = w->moment.count;
    s->no_data = s->no_data && e->kind != EVENT_conditional && e->n_correlation == 0;
    t->key = kept_text(s, e->kind == EVENT_timer ? w->moment.cycle : w->key);
    TRY(step_go(s, t, STEP_WAIT));
    tell(s, t, e, w);
    return OK;
}

/* The condition of T holds, and did not before. */
static enum err becomes_true(struct step *s, struct token *t)
{
    if (!one_of_all(s, t))
        t->count = 1;
    t->changed = true;
    return listen_occur(s, t, val_null());
}

enum err listen_arm(struct step *s, struct token *t, int32_t event)
{
    const struct proc_event *e = &step_node(s, t)->event[event];
    struct wait w;
    bool holds = false;

    TRY(prepare(s, t, e, &w));
    if (e->kind == EVENT_conditional && e->condition != NULL)
        TRY(step_true(s, listen_view(s, t), e->condition, &holds));
    t->event = event;
    TRY(rest(s, t, e, &w));
    return holds ? becomes_true(s, t) : OK;
}

void listen_drop(struct step *s, struct token *t)
{
    const struct proc_event *e = listen_event(s, t);

    if (e == NULL || (t->state != TOKEN_WAITING && t->state != TOKEN_INCIDENT) || t->step != STEP_WAIT)
        return;
    if (e->kind == EVENT_timer && t->due != 0)
        step_effect(s, EFFECT_TIMER_DROP, t);
    if (e->kind == EVENT_message || e->kind == EVENT_signal)
        step_effect(s, EFFECT_UNLISTEN, t)->event = e->kind;
}

/* ---- listeners ---- */

static struct token *listener(struct step *s, int32_t node, uint32_t scope, uint32_t host)
{
    struct token *l = step_token(s, node, scope);

    step_role(s, l, ROLE_LISTENER, TOKEN_READY);
    l->host = host;
    return l;
}

void listen_begin(struct step *s, int32_t node, uint32_t scope, uint32_t host)
{
    for (int32_t i = 0; i < s->p->node[node].n_event; i++) {
        struct token *l = listener(s, node, scope, host);
        l->event = i;
        step_begin(s, l, STEP_ENTER);
    }
}

void listen_behind(struct step *s, int32_t flow, uint32_t scope, uint32_t host)
{
    int32_t node = s->p->flow[flow].to;

    for (int32_t i = 0; i < s->p->node[node].n_event; i++) {
        struct token *l = listener(s, node, scope, host);
        l->event = i;
        l->flow = flow;
        step_begin(s, l, STEP_ENTER);
    }
}

void listen_own(struct step *s, const struct token *t, int32_t occurred)
{
    int32_t node = t->node;
    uint32_t scope = t->scope, host = t->no;

    for (int32_t i = 0; i < s->p->node[node].n_event; i++) {
        struct token *l = listener(s, node, scope, host);
        l->event = i;
        if (i != occurred) {
            step_begin(s, l, STEP_ENTER);
            continue;
        }
        l->step = STEP_WAIT;
        l->count = 1;
        step_role(s, l, ROLE_LISTENER, TOKEN_WAITING);
    }
}

void listen_boundary(struct step *s, const struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t scope = t->scope, host = t->no;

    for (int32_t i = 0; i < node->n_boundary; i++)
        listen_begin(s, node->boundary[i], scope, host);
}

void listen_scope(struct step *s, uint32_t scope)
{
    const struct scope *sc = inst_scope(s->in, scope);
    const struct proc_node *node = sc->node != PROC_NONE ? &s->p->node[sc->node] : NULL;
    const int32_t *esp = node != NULL ? node->esp : s->p->esp;
    int32_t n = node != NULL ? node->n_esp : s->p->n_esp, undo = node != NULL ? node->undo : s->p->undo;

    for (int32_t i = 0; i < n; i++) {
        if (esp[i] != undo)
            listen_begin(s, esp[i], scope, 0);
    }
}

enum err listen_off(struct step *s, const struct token *t, uint32_t keep, bool only_claim)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t host = t->no;

    if (node->n_boundary == 0 && node->n_event < 2 && node->kind != NODE_event_based_gateway)
        return OK; /* it has none, however many others there are */
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *l = &s->in->token[i];
        if (l->gone || l->role != ROLE_LISTENER || l->host != host || l->no == keep ||
            (only_claim && !step_node(s, l)->until_claim))
            continue;
        TRY(step_cancel(s, l));
    }
    return OK;
}

/* ---- occurrences ---- */

/* A timer that occurs has fired: the body has forgotten it. */
static void fired(struct token *t)
{
    t->due = 0;
}

/* Is L one of those that were armed together with T, for the same event? */
static bool together(const struct token *l, const struct token *t)
{
    return !l->gone && l->role == ROLE_LISTENER && l->node == t->node && l->host == t->host && l->scope == t->scope;
}

/* T, of a parallel multiple event, has occurred: notes it, with the payload in a scope of its own. *ALL = it was the last. */
static enum err note(struct step *s, struct token *t, struct val vars, bool *all)
{
    fired(t);
    listen_drop(s, t);
    if (step_node(s, t)->event[t->event].kind != EVENT_timer)
        t->count = 1;
    t->changed = true;
    if (val_count(vars) > 0) {
        scope_open(s, t);
        TRY(scope_set(s, t->inner, vars, SCOPE_HERE));
    }
    *all = true;
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *l = &s->in->token[i];
        if (together(l, t) && !noted(s, l))
            *all = false;
    }
    return OK;
}

/* What those that were armed together with T have noted, as one payload; of a name that comes twice the value of the later definition. */
static struct val noted_vars(struct step *s, const struct token *t)
{
    struct val_entry *e = ARENA_NEW_N(s->tmp, struct val_entry, (size_t)s->in->n_var + 1);
    size_t n = 0;

    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *l = &s->in->token[i];
        if (!together(l, t) || l->inner == 0)
            continue;
        for (uint32_t k = 0; k < s->in->n_var; k++) {
            const struct var *v = &s->in->var[k];
            size_t at = 0;
            if (v->gone || v->scope != l->inner)
                continue;
            while (at < n && strcmp(e[at].key, v->name) != 0)
                at++;
            e[at] = (struct val_entry){v->name, v->value};
            n += at == n;
        }
    }
    return n > 0 ? val_context(s->tmp, e, n) : val_null();
}

enum err listen_payload(struct step *s, struct token *t, struct val vars)
{
    if (step_node(s, t)->n_output > 0 && t->inner == 0)
        scope_open(s, t);
    return activity_result(s, t, vars);
}

/* A catch event or receive task. */
static enum err caught(struct step *s, struct token *t, struct val vars)
{
    fired(t);
    listen_drop(s, t);
    t->event = PROC_NONE;
    t->count = 0;
    t->key = NULL;
    TRY(listen_payload(s, t, vars));
    return step_go(s, t, STEP_LEAVE);
}

/* Does the event that T listens for stop what it is armed for? Errors and cancellation always do (10.5.4). */
static bool interrupts(const struct step *s, const struct token *t)
{
    enum event_kind kind = step_node(s, t)->event[t->event].kind;

    return step_node(s, t)->interrupting || kind == EVENT_error || kind == EVENT_cancel;
}

/* A new token leaves the boundary event; an activity that is interrupted stops with all that is in it (13.5.3). */
static enum err boundary(struct step *s, struct token *t, struct val vars)
{
    struct token *host = inst_token(s->in, t->host), *out = step_token(s, t->node, t->scope);

    TRY(listen_payload(s, out, vars));
    step_begin(s, out, STEP_LEAVE);
    if (!interrupts(s, t))
        return OK;
    fired(t);
    if (host == NULL)
        return fail(E_BUG, "token %" PRIu32 " at %s listens for an activity that is not there", t->no, step_node(s, t)->id);
    TRY(listen_off(s, host, 0, false));
    return step_cancel(s, host);
}

/* A new token begins at the event sub-process; with an interrupting one everything else in its scope stops, and nothing else is
 * listened for there any more (13.5.4). */
static enum err event_sub(struct step *s, struct token *t, struct val vars)
{
    struct token *out = step_token(s, t->node, t->scope);

    if (interrupts(s, t)) {
        fired(t);
        TRY(step_clear(s, out->scope, out->no, true));
    }
    if (val_count(vars) > 0) {
        scope_open(s, out);
        TRY(scope_set(s, out->inner, vars, SCOPE_HERE));
    }
    step_begin(s, out, STEP_ENTER);
    return OK;
}

/* T, which listens beside what goes on, does so again: a cycle has a next moment, all else stays armed; a single moment is over. */
static enum err again(struct step *s, struct token *t)
{
    const struct proc_event *e = listen_event(s, t);
    struct moment m = {.due = t->due, .count = t->count};

    if (e == NULL || e->kind != EVENT_timer)
        return OK;
    TRY(moment_next(s->tmp, t->key, s->env->now, &m));
    t->changed = true;
    t->due = m.due;
    t->count = m.count;
    if (m.due != 0)
        step_effect(s, EFFECT_TIMER_ARM, t)->due = m.due;
    else
        step_remove(s, t);
    return OK;
}

/* All of a parallel multiple event beside what goes on have occurred: they are waited for anew. */
static enum err all_again(struct step *s, struct token *t)
{
    int32_t node = t->node;
    uint32_t scope = t->scope, host = t->host;

    for (uint32_t i = s->in->n_token; i > 0; i--) {
        struct token *l = &s->in->token[i - 1];
        if (l != t && together(l, t))
            TRY(step_cancel(s, l));
    }
    TRY(step_cancel(s, t));
    inst_reserve(s->in, (uint32_t)s->p->node[node].n_event, 0);
    listen_begin(s, node, scope, host);
    return OK;
}

/* The event that T listens for has occurred, all of it. */
static enum err goes_on(struct step *s, struct token *t, struct val vars)
{
    const struct proc_node *node = step_node(s, t);
    struct token *host = t->role == ROLE_LISTENER ? inst_token(s->in, t->host) : NULL;

    if (t->role != ROLE_LISTENER)
        return caught(s, t, vars);
    if (node->kind == NODE_boundary_event || node->kind == NODE_event_sub_process) {
        bool stops = interrupts(s, t);
        TRY(node->kind == NODE_boundary_event ? boundary(s, t, vars) : event_sub(s, t, vars));
        if (stops)
            return OK;
        return one_of_all(s, t) ? all_again(s, t) : again(s, t);
    }
    if (host == NULL)
        return fail(E_BUG, "token %" PRIu32 " at %s listens for nobody", t->no, node->id);
    fired(t);
    if (host->node != t->node)
        return race_won(s, host, t->flow, vars);
    TRY(listen_off(s, host, 0, false));
    return caught(s, host, vars);
}

enum err listen_caught(struct step *s, struct token *t, struct val vars, const char *text)
{
    const struct proc_node *node = step_node(s, t);
    const struct proc_event *e = listen_event(s, t);
    bool all = true;

    if (e == NULL)
        return fail(E_STATE, "token %" PRIu32 " at %s does not wait for this", t->no, node->id);
    TRY(scope_check(s, vars));
    if (e->kind != EVENT_timer) {
        struct effect *told = step_effect(s, EFFECT_TRACE, t);
        told->trace = TRACE_OCCURRED;
        told->event = e->kind;
        told->text = text;
    }
    if (one_of_all(s, t)) {
        TRY(note(s, t, vars, &all));
        vars = all ? noted_vars(s, t) : val_null();
    }
    return all ? goes_on(s, t, vars) : OK;
}

enum err listen_occur(struct step *s, struct token *t, struct val vars)
{
    const struct proc_event *e = listen_event(s, t);
    const char *text = "";

    if (e != NULL && (e->kind == EVENT_message || e->kind == EVENT_signal))
        TRY(step_text(s, listen_view(s, t), &e->name, &text));
    return listen_caught(s, t, vars, text);
}

/* ---- what variables change ---- */

/* The definition of the condition that T waits for, or of the message whose key is made of data; NULL if it waits for neither. */
static const struct proc_event *made_of_data(const struct step *s, const struct token *t)
{
    const struct proc_event *e = t->gone ? NULL : listen_event(s, t);

    if (e == NULL)
        return NULL;
    if (e->kind == EVENT_conditional)
        return e->condition != NULL ? e : NULL;
    return e->kind == EVENT_message && e->n_correlation > 0 && e->key.literal == NULL && e->key.feel == NULL ? e : NULL;
}

/* May it change now? Of an activity that has stopped resting the boundary events are past. */
static bool in_time(const struct step *s, const struct token *t)
{
    const struct token *host = t->host != 0 ? inst_token(s->in, t->host) : NULL;

    return t->state == TOKEN_WAITING && (t->host == 0 || (host != NULL && host->state != TOKEN_READY));
}

static enum err look(struct step *s, struct token *t, const struct proc_event *e)
{
    bool holds;

    TRY(step_true(s, listen_view(s, t), e->condition, &holds));
    if (holds && t->count == 0)
        return becomes_true(s, t);
    if (!holds && t->count != 0) {
        t->count = 0;
        t->changed = true;
    }
    return OK;
}

/* 8.4.2: the key follows the data that it is made of. */
static enum err key_again(struct step *s, struct token *t, const struct proc_event *e)
{
    struct wait w;

    TRY(prepare(s, t, e, &w));
    if ((w.key == NULL) == (t->key == NULL) && (w.key == NULL || strcmp(w.key, t->key) == 0))
        return OK;
    listen_drop(s, t);
    t->key = kept_text(s, w.key);
    t->changed = true;
    tell(s, t, e, &w);
    return OK;
}

enum err listen_vars(struct step *s)
{
    uint32_t last = s->in->next_no;
    bool any = false;

    for (uint32_t i = 0; i < s->in->n_token && !s->no_data; i++) {
        uint32_t no = s->in->token[i].no;
        const struct proc_event *e = no < last ? made_of_data(s, &s->in->token[i]) : NULL;
        if (e == NULL)
            continue;
        any = true;
        if (!in_time(s, &s->in->token[i]))
            continue;
        inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
        struct token *t = inst_token(s->in, no);
        TRY(step_outcome(s, no, e->kind == EVENT_conditional ? look(s, t, e) : key_again(s, t, e)));
    }
    s->no_data = !any;
    return OK;
}

/* ---- signals ---- */

bool listen_named(struct step *s, const struct token *t, enum event_kind kind, const char *name)
{
    const struct proc_event *e = !t->gone && t->state == TOKEN_WAITING ? listen_event(s, t) : NULL;
    const char *mine;

    if (e == NULL || e->kind != kind)
        return false;
    if (step_text(s, listen_view(s, t), &e->name, &mine) == OK)
        return strcmp(mine, name) == 0;
    trouble_clear(); /* its name was known when it was armed, and no longer is */
    return false;
}

enum err listen_signal(struct step *s, const char *name, struct val vars)
{
    uint32_t *hears = ARENA_NEW_N(s->tmp, uint32_t, (size_t)s->in->n_token + 1), n = 0;

    for (uint32_t i = 0; i < s->in->n_token; i++) {
        if (listen_named(s, &s->in->token[i], EVENT_signal, name))
            hears[n++] = s->in->token[i].no;
    }
    for (uint32_t i = 0; i < n; i++) {
        inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
        struct token *t = inst_token(s->in, hears[i]);
        if (t != NULL && listen_named(s, t, EVENT_signal, name))
            TRY(step_outcome(s, hears[i], listen_caught(s, t, vars, arena_strdup(s->out->mem, name))));
    }
    return OK;
}

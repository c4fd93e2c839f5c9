/* engine/run/throw.c - what events throw, and where it goes (BPMN 10.5.1, 10.5.7, 13.5).
 *
 * For     throw and end events, send tasks, activities that end with an error or escalate.
 * Owns    the way outwards of errors and escalations; who inside the instance takes a message.
 * Never   does what follows from being caught: listen.c does.
 * Holds   an error that nobody catches stops the instance where it was thrown, visibly; an escalation that nobody catches is lost. */
#include <inttypes.h>

#include "base/clock.h"
#include "run/behaviours.h"

static void told(struct step *s, const struct token *t, enum event_kind kind, const char *text)
{
    struct effect *e = step_effect(s, EFFECT_TRACE, t);

    e->trace = TRACE_THROWN;
    e->event = kind;
    e->text = text;
}

/* ---- errors and escalations ---- */

/* What is looked for on the way outwards. */
struct search {
    enum event_kind kind;
    const char *code; /* "" = none: only who catches all catches it */
    int32_t not_esp;  /* what is thrown inside an event sub-process is not caught by itself */
};

/* Does L catch it? By its code: *EXACT; without one it catches all. */
static enum err catches(struct step *s, const struct token *l, const struct search *w, bool *any, bool *exact)
{
    const struct proc_event *e = listen_event(s, l);
    const char *code = "";

    *any = *exact = false;
    if (e == NULL || e->kind != w->kind || l->state == TOKEN_INCIDENT || l->state == TOKEN_KEPT)
        return OK;
    if (e->code.literal != NULL || e->code.feel != NULL)
        TRY(step_text(s, listen_view(s, l), &e->code, &code));
    *exact = code[0] != '\0' && strcmp(code, w->code) == 0;
    *any = *exact || code[0] == '\0';
    return OK;
}

/* The listener for HOST (0: for the scope itself) in SCOPE that catches it; NULL if there is none. */
static enum err catcher_in(struct step *s, uint32_t scope, uint32_t host, const struct search *w, struct token **out)
{
    *out = NULL;
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *l = &s->in->token[i];
        bool any, exact;
        if (l->gone || l->role != ROLE_LISTENER || l->host != host || l->scope != scope || (host == 0 && l->node == w->not_esp))
            continue;
        TRY(catches(s, l, w, &any, &exact));
        if (exact || (any && *out == NULL))
            *out = l;
        if (exact)
            return OK;
    }
    return OK;
}

/* Nearest first: the boundary events of T itself; then scope by scope its event sub-processes, and the boundary events of the activity
 * that the scope belongs to. */
static enum err catcher_of(struct step *s, const struct token *t, struct search *w, struct token **out)
{
    const struct scope *sc = inst_scope(s->in, t->scope);

    w->not_esp = PROC_NONE;
    TRY(catcher_in(s, t->scope, t->no, w, out));
    while (*out == NULL && sc != NULL) {
        TRY(catcher_in(s, sc->no, 0, w, out));
        const struct token *owner = inst_token(s->in, sc->token);
        if (*out != NULL || owner == NULL)
            return OK;
        TRY(catcher_in(s, owner->scope, owner->no, w, out));
        w->not_esp = step_node(s, owner)->kind == NODE_event_sub_process ? owner->node : PROC_NONE;
        sc = inst_scope(s->in, owner->scope);
    }
    return OK;
}

/* Payload, and the variables that the catching event names for code and text. */
static struct val caught_vars(struct step *s, const struct token *l, const struct throw_what *w)
{
    const struct proc_event *e = listen_event(s, l);
    size_t n = val_count(w->vars), k = 0;
    struct val_entry *all = ARENA_NEW_N(s->tmp, struct val_entry, n + 2);
    const struct val_entry more[] = {{e->code_var, val_text(s->tmp, w->code)}, {e->text_var, val_text(s->tmp, w->text)}};

    for (size_t i = 0; i < n; i++) {
        struct val_entry x = val_entry_at(w->vars, i);
        if ((e->code_var == NULL || strcmp(x.key, e->code_var) != 0) &&
            (e->text_var == NULL || strcmp(x.key, e->text_var) != 0))
            all[k++] = x;
    }
    for (size_t i = 0; i < 2; i++) {
        if (more[i].key != NULL && (i == 0 || e->code_var == NULL || strcmp(more[i].key, e->code_var) != 0))
            all[k++] = more[i];
    }
    return k > 0 ? val_context(s->tmp, all, k) : val_null();
}

/* Nobody in the instance catches the error. */
static enum err uncaught(struct step *s, const struct token *t, const struct throw_what *w)
{
    const char *id = step_node(s, t)->id;

    if (!s->in->called)
        return fail(E_EXPR, "the error %s%.200s%s thrown at %s is caught nowhere%s%.200s",
                    w->code[0] != '\0' ? "\"" : "without code", w->code, w->code[0] != '\0' ? "\"" : "", id,
                    w->text[0] != '\0' ? ": " : "", w->text);
    told(s, t, EVENT_error, arena_strdup(s->out->mem, w->code));
    s->verdict = INST_FAULTED;
    s->why = arena_strdup(s->out->mem, w->code);
    TRY(step_clear(s, 1, 0, false));
    return step_settle(s, 1);
}

enum err throw_error(struct step *s, struct token *t, const struct throw_what *w)
{
    struct search find = {.kind = EVENT_error, .code = w->code};
    struct token *l;
    uint32_t no = t->no;

    TRY(catcher_of(s, t, &find, &l));
    if (l == NULL)
        return uncaught(s, t, w);
    struct val vars = caught_vars(s, l, w);
    TRY(scope_check(s, vars));
    const char *code = arena_strdup(s->out->mem, w->code);
    told(s, t, EVENT_error, code);
    TRY(listen_caught(s, l, vars, code));
    /* who throws an error ends by it, whatever the one that caught it interrupts */
    t = inst_token(s->in, no);
    if (t == NULL)
        return OK;
    uint32_t scope = t->scope;
    TRY(step_cancel(s, t));
    return step_settle(s, scope);
}

enum err throw_escalation(struct step *s, struct token *t, const struct throw_what *w, bool *goes_on)
{
    struct search find = {.kind = EVENT_escalation, .code = w->code};
    const char *code = arena_strdup(s->out->mem, w->code);
    struct token *l;
    uint32_t no = t->no;

    *goes_on = true;
    TRY(catcher_of(s, t, &find, &l));
    struct val vars = l != NULL ? caught_vars(s, l, w) : w->vars;
    TRY(scope_check(s, vars));
    told(s, t, EVENT_escalation, code);
    if (l != NULL) {
        TRY(listen_caught(s, l, vars, code));
        *goes_on = inst_token(s->in, no) != NULL;
        return OK;
    }
    if (s->in->called) {
        struct effect *e = step_effect(s, EFFECT_ESCALATED, t);
        e->text = code;
        e->input = val_copy(s->out->mem, vars);
    }
    return OK;
}

/* ---- messages ---- */

/* What is thrown: the input mappings of the event, or those that the send task has evaluated already. */
static enum err payload(struct step *s, const struct token *t, struct val *out)
{
    const struct proc_node *node = step_node(s, t);
    struct val_entry *e = ARENA_NEW_N(s->tmp, struct val_entry, (size_t)node->n_input + 1);
    bool event = node->kind == NODE_throw_event || node->kind == NODE_end_event;

    *out = val_null();
    if (node->n_input == 0 || (!event && node->kind != NODE_send_task))
        return OK;
    for (int32_t i = 0; i < node->n_input; i++) {
        const struct var *v = event ? NULL : inst_var(s->in, step_scope(t), node->input[i].target);
        e[i] = (struct val_entry){node->input[i].target, v != NULL ? v->value : val_null()};
        if (event)
            TRY(step_value(s, t->scope, &node->input[i].source, &e[i].value));
    }
    struct val all = val_context(s->tmp, e, (size_t)node->n_input);
    if (val_is(all, VAL_NULL))
        return fail(E_EXPR, "%s: two mappings have the same target", node->id);
    TRY(scope_check(s, all));
    *out = val_copy(s->out->mem, all);
    return OK;
}

/* A message that is being thrown. */
struct letter {
    const char *name, *key;
    struct val vars;
    int64_t due;
};

/* Does the key of the message fit the one that L waits for? */
static enum err key_fits(struct step *s, const struct token *l, const struct letter *m, bool *fits)
{
    const struct proc_event *e = listen_event(s, l);
    const char *key = m->key;

    *fits = l->key == NULL;
    if (*fits)
        return OK;
    if (e->n_correlation > 0 && e->key.literal == NULL && e->key.feel == NULL)
        TRY(run_message_key(s->tmp, e, m->vars, s->env->now, &key));
    *fits = key != NULL && strcmp(key, l->key) == 0;
    return OK;
}

/* The oldest in this instance that waits for it; NULL if there is none. */
static enum err receiver(struct step *s, const struct letter *m, struct token **out)
{
    *out = NULL;
    for (uint32_t i = 0; i < s->in->n_token && *out == NULL; i++) {
        struct token *l = &s->in->token[i];
        bool fits = false;
        if (listen_named(s, l, EVENT_message, m->name))
            TRY(key_fits(s, l, m, &fits));
        if (fits)
            *out = l;
    }
    return OK;
}

static enum err letter_of(struct step *s, const struct token *t, const struct proc_event *e, struct letter *m)
{
    struct val ttl;

    *m = (struct letter){.vars = val_null()};
    TRY(payload(s, t, &m->vars));
    TRY(step_text(s, step_scope(t), &e->name, &m->name));
    TRY(listen_own_key(s, step_scope(t), e, &m->key));
    TRY(step_value(s, step_scope(t), &e->ttl, &ttl));
    return val_is(ttl, VAL_NULL) ? OK : moment_of(s->tmp, ttl, s->env->now, &m->due);
}

static enum err throw_message(struct step *s, struct token *t, const struct proc_event *e)
{
    struct letter m;
    struct token *l;

    TRY(letter_of(s, t, e, &m));
    TRY(receiver(s, &m, &l));
    told(s, t, EVENT_message, m.name);
    if (l != NULL)
        return listen_caught(s, l, m.vars, m.name);
    struct effect *send = step_effect(s, EFFECT_MESSAGE, t);
    send->text = m.name;
    send->key = m.key;
    send->input = m.vars;
    send->due = m.due;
    return OK;
}

/* ---- signals ---- */

static enum err throw_signal(struct step *s, struct token *t, const struct proc_event *e)
{
    const char *name;
    struct val vars;
    uint32_t no = t->no;
    int32_t node = t->node;

    TRY(payload(s, t, &vars));
    TRY(step_text(s, step_scope(t), &e->name, &name));
    told(s, t, EVENT_signal, name);
    TRY(listen_signal(s, name, vars));
    struct effect *send = step_effect(s, EFFECT_SIGNAL, NULL);
    send->token = no;
    send->node = node;
    send->text = name;
    send->input = vars;
    return OK;
}

enum err throw_event(struct step *s, struct token *t, const struct proc_event *e, bool *goes_on)
{
    struct throw_what w = {.text = "", .vars = val_null()};
    uint32_t no = t->no;

    if (e->kind == EVENT_error || e->kind == EVENT_escalation) {
        TRY(payload(s, t, &w.vars));
        TRY(step_text(s, step_scope(t), &e->code, &w.code));
    }
    if (e->kind == EVENT_error)
        TRY(throw_error(s, t, &w));
    else if (e->kind == EVENT_escalation)
        TRY(throw_escalation(s, t, &w, goes_on));
    else if (e->kind == EVENT_message)
        TRY(throw_message(s, t, e));
    else if (e->kind == EVENT_signal)
        TRY(throw_signal(s, t, e));
    else
        told(s, t, e->kind, "");
    *goes_on = inst_token(s->in, no) != NULL;
    return OK;
}

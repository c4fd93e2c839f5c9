/* engine/run/scenario.c - process stories: what a process shall do, told line by line.
 *
 * For     tests, and the release gate of a definition.
 * Owns    the language of .scn files and the story's clock.
 * Never   opens a file; knows which body it is told to.
 * Holds   a story stops at its first line that is not true, and says which and why. */
#include "run/scenario.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "run/limit.h"
#include "run/lines.h"

struct scenario {
    const char *path, *model, *process;
    const char *decision[LIMIT_STORY_MODELS];
    size_t n_decision;
    struct line *line;
    size_t n;
};

/* Something the machine said about a token, in order. */
struct said {
    enum effect_kind kind;
    uint32_t token;
    int32_t node;
    const char *word; /* of the trail, or text of the incident */
    struct effect effect;
    struct said *next;
};

struct tale {
    struct arena *mem;
    const struct proc *p;
    const struct scenario_body *body;
    int64_t now;
    struct said *first, **last;
    bool untrue; /* the story itself is wrong; not a refusal */
};

__attribute__((format(printf, 2, 3))) static enum err untrue(struct tale *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    const char *text = arena_vprintf(t->mem, fmt, ap);
    va_end(ap);
    t->untrue = true;
    return fail(E_STATE, "%s", text);
}

static enum err value(struct tale *t, const char *text, struct val *out)
{
    return lines_value(t->mem, t->now, text, out) == OK ? OK : untrue(t, "%s", trouble()->text);
}

static enum err assignments(struct tale *t, const char *rest, struct val *out)
{
    return lines_values(t->mem, t->now, rest, out) == OK ? OK : untrue(t, "%s", trouble()->text);
}

static enum err node_named(struct tale *t, const char *id, int32_t *node)
{
    *node = proc_node_find(t->p, id);
    return *node == PROC_NONE ? untrue(t, "the process has no node \"%s\"", id) : OK;
}

static const char *node_id(const struct tale *t, int32_t node)
{
    return node == PROC_NONE ? "" : t->p->node[node].id;
}

/* ---- what the machine says ---- */

static const char *trail_word(const struct tale *t, const struct effect *e)
{
    static const char *const prefix[] = {[TRACE_STARTED] = "started",      [TRACE_ENTERED] = "entered:",
                                         [TRACE_COMPLETED] = "completed:", [TRACE_CANCELLED] = "cancelled:",
                                         [TRACE_FLOW_TAKEN] = "flow:",     [TRACE_TIMER_FIRED] = "timer:",
                                         [TRACE_ENDED] = "ended",          [TRACE_OCCURRED] = "occurred:",
                                         [TRACE_THROWN] = "thrown:",       [TRACE_COMPENSATED] = "compensated:",
                                         [TRACE_CHANGED] = "changed:",     [TRACE_MIGRATED] = "migrated"};
    bool flow = e->trace == TRACE_FLOW_TAKEN;

    return arena_printf(t->mem, "%s%s", prefix[e->trace], flow ? t->p->flow[e->flow].id : node_id(t, e->node));
}

static void listen(struct tale *t, const struct effects *out)
{
    for (uint32_t i = 0; i < out->n; i++) {
        const struct effect *e = &out->at[i];
        struct said *s = ARENA_NEW(t->mem, struct said);
        *s = (struct said){.kind = e->kind, .token = e->token, .node = e->node, .word = e->text, .effect = *e};
        if (e->kind == EFFECT_TRACE)
            s->word = trail_word(t, e);
        if (e->kind == EFFECT_DECIDED)
            s->word = arena_printf(t->mem, "decided:%s", node_id(t, e->node));
        *t->last = s;
        t->last = &s->next;
    }
}

static enum err act(struct tale *t, const struct trigger *trigger)
{
    struct effects out = {.mem = t->mem};

    TRY(t->body->trigger(t->body->ctx, trigger, t->now, &out));
    listen(t, &out);
    return OK;
}

/* The newest KIND about NODE; NULL if there was none. */
static const struct said *said_about(const struct tale *t, enum effect_kind kind, int32_t node)
{
    const struct said *found = NULL;

    for (const struct said *s = t->first; s != NULL; s = s->next) {
        if (s->kind == kind && s->node == node)
            found = s;
    }
    return found;
}

/* Is the token where the instance is? Not a listener or a record, and not an activity whose tokens are inside. */
static bool stands(const struct inst *in, const struct token *k)
{
    const struct scope *inner = k->inner != 0 && k->state == TOKEN_WAITING ? inst_scope(in, k->inner) : NULL;
    bool inside = false;

    for (uint32_t i = 0; inner != NULL && i < in->n_token; i++)
        inside |= token_live(&in->token[i]) && in->token[i].scope == inner->no;
    return token_live(k) && k->role == ROLE_FLOW && !inside;
}

/* The oldest token at NODE, with NODE#2 the second oldest, that does its work there, or is an incident; else the last one that something
 * of KIND was said about, so that the machine may refuse. */
static enum err token_at(struct tale *t, const char *id, enum effect_kind kind, uint32_t *no)
{
    const struct inst *in = t->body->state(t->body->ctx);
    const char *hash = strchr(id, '#');
    bool incident = kind == EFFECT_INCIDENT;
    int64_t older = 1;
    int32_t node;

    if (hash != NULL && !text_i64(hash + 1, &older))
        return untrue(t, "\"%s\" should be like node#2", id);
    id = hash != NULL ? arena_strndup(t->mem, id, (size_t)(hash - id)) : id;
    TRY(node_named(t, id, &node));
    for (uint32_t i = 0; in != NULL && i < in->n_token; i++) {
        const struct token *k = &in->token[i];
        if (!k->gone && k->node == node &&
            (incident ? k->state == TOKEN_INCIDENT : k->state == TOKEN_WAITING && stands(in, k)) && --older == 0) {
            *no = k->no;
            return OK;
        }
    }
    const struct said *s = said_about(t, kind, node);
    if (s == NULL)
        return untrue(t, "nothing like that has happened at \"%s\"", id);
    *no = s->token;
    return OK;
}

/* ---- lines that act ---- */

static enum err tell_start(struct tale *t, const char *rest)
{
    struct trigger start = {.kind = TRIGGER_START, .node = PROC_NONE, .text = ""};

    TRY(assignments(t, rest, &start.vars));
    return act(t, &start);
}

/* The event of NODE, or with NODE#2 its second definition, begins the instance. */
static enum err tell_begin(struct tale *t, const char *rest)
{
    struct trigger start = {.kind = TRIGGER_START, .text = ""};
    const char *id = lines_word(t->mem, &rest), *hash = strchr(id, '#');
    int64_t nth = 1;

    if (hash != NULL && (!text_i64(hash + 1, &nth) || nth < 1 || nth > INT32_MAX))
        return untrue(t, "\"%s\" should be like node#2", id);
    TRY(node_named(t, hash != NULL ? arena_strndup(t->mem, id, (size_t)(hash - id)) : id, &start.node));
    start.event = (int32_t)nth - 1;
    TRY(assignments(t, rest, &start.vars));
    return act(t, &start);
}

static enum err tell_token(struct tale *t, const char *rest, enum trigger_kind kind, enum effect_kind about)
{
    struct trigger trigger = {.kind = kind, .node = PROC_NONE, .vars = val_null(), .text = ""};
    const char *id = lines_word(t->mem, &rest);

    TRY(token_at(t, id, about, &trigger.token));
    TRY(assignments(t, rest, &trigger.vars));
    return act(t, &trigger);
}

static enum err tell_claim(struct tale *t, const char *rest)
{
    return tell_token(t, rest, TRIGGER_CLAIM, EFFECT_TASK_OPEN);
}

static enum err tell_done(struct tale *t, const char *rest)
{
    return tell_token(t, rest, TRIGGER_TASK, EFFECT_TASK_OPEN);
}

static enum err tell_service(struct tale *t, const char *rest)
{
    return tell_token(t, rest, TRIGGER_SERVICE, EFFECT_SERVICE_CALL);
}

static enum err tell_called(struct tale *t, const char *rest)
{
    return tell_token(t, rest, TRIGGER_CALLED, EFFECT_CALL);
}

static enum err tell_retry(struct tale *t, const char *rest)
{
    return tell_token(t, rest, TRIGGER_RETRY, EFFECT_INCIDENT);
}

static enum err tell_skip(struct tale *t, const char *rest)
{
    return tell_token(t, rest, TRIGGER_SKIP, EFFECT_INCIDENT);
}

/* A text in quotes, or null if there is none. */
static enum err text_value(struct tale *t, const char *rest, const char **out)
{
    struct val v;

    TRY(value(t, rest, &v));
    if (!val_is(v, VAL_STRING))
        return untrue(t, "a text in quotes is missing");
    *out = v.u.s;
    return OK;
}

static enum err tell_failed(struct tale *t, const char *rest)
{
    struct trigger failure = {.kind = TRIGGER_FAILURE, .node = PROC_NONE, .vars = val_null()};
    const char *id = lines_word(t->mem, &rest);

    TRY(token_at(t, id, EFFECT_SERVICE_CALL, &failure.token));
    TRY(text_value(t, rest, &failure.text));
    return act(t, &failure);
}

/* The work at a node ends with a BPMN error, or raises an escalation. */
static enum err tell_raised(struct tale *t, const char *rest, enum trigger_kind kind)
{
    struct trigger raised = {.kind = kind, .node = PROC_NONE};
    const char *id = lines_word(t->mem, &rest);

    TRY(token_at(t, id, EFFECT_TASK_OPEN, &raised.token));
    raised.text = lines_word(t->mem, &rest);
    TRY(assignments(t, rest, &raised.vars));
    return act(t, &raised);
}

static enum err tell_error(struct tale *t, const char *rest)
{
    return tell_raised(t, rest, TRIGGER_ERROR);
}

static enum err tell_escalation(struct tale *t, const char *rest)
{
    return tell_raised(t, rest, TRIGGER_ESCALATION);
}

static enum err tell_cancel(struct tale *t, const char *rest)
{
    struct trigger cancel = {.kind = TRIGGER_CANCEL, .node = PROC_NONE, .vars = val_null()};

    TRY(text_value(t, rest, &cancel.text));
    return act(t, &cancel);
}

static enum err tell_suspend(struct tale *t, const char *rest)
{
    struct trigger suspend = {.kind = TRIGGER_SUSPEND, .node = PROC_NONE, .vars = val_null()};

    TRY(text_value(t, rest, &suspend.text));
    return act(t, &suspend);
}

static enum err tell_resume(struct tale *t, const char *rest)
{
    return act(t, &(struct trigger){.kind = TRIGGER_RESUME, .node = PROC_NONE, .vars = val_null()});
}

static enum err tell_set(struct tale *t, const char *rest)
{
    struct trigger set = {.kind = TRIGGER_VARS, .node = PROC_NONE};

    TRY(assignments(t, rest, &set.vars));
    return act(t, &set);
}

/* What an operator does to the oldest token at the node that is named first: KIND, with the node named second if there is one. */
static enum err tell_token_to(struct tale *t, const char *rest, struct trigger trigger)
{
    const struct inst *in = t->body->state(t->body->ctx);
    const char *id = lines_word(t->mem, &rest), *to = lines_word(t->mem, &rest);
    int32_t node;

    trigger.vars = val_null();
    TRY(node_named(t, id, &node));
    for (uint32_t i = 0; in != NULL && i < in->n_token && trigger.token == 0; i++) {
        if (!in->token[i].gone && in->token[i].role == ROLE_FLOW && in->token[i].node == node)
            trigger.token = in->token[i].no;
    }
    if (trigger.token == 0)
        return untrue(t, "there is no token at \"%s\"", id);
    trigger.node = PROC_NONE;
    if (to[0] != '\0')
        TRY(node_named(t, to, &trigger.node));
    return act(t, &trigger);
}

static enum err tell_move(struct tale *t, const char *rest)
{
    return tell_token_to(t, rest, (struct trigger){.kind = TRIGGER_MOVE});
}

static enum err tell_activate(struct tale *t, const char *rest)
{
    return tell_token_to(t, rest, (struct trigger){.kind = TRIGGER_ACTIVATE});
}

static enum err tell_drop(struct tale *t, const char *rest)
{
    return tell_token_to(t, rest, (struct trigger){.kind = TRIGGER_DROP});
}

static enum err tell_add(struct tale *t, const char *rest)
{
    struct trigger add = {.kind = TRIGGER_ADD, .vars = val_null()};
    const char *id = lines_word(t->mem, &rest);

    if (rest[0] != '\0')
        return tell_token_to(t, arena_printf(t->mem, "%s %s", rest, id), add);
    TRY(node_named(t, id, &add.node));
    return act(t, &add);
}

/* "+1h30m" in microseconds. */
static bool span_read(const char *s, int64_t *out)
{
    static const struct {
        char letter;
        int64_t micros;
    } unit[] = {{'s', CLOCK_SECOND}, {'m', CLOCK_MINUTE}, {'h', CLOCK_HOUR}, {'d', CLOCK_DAY}};

    *out = 0;
    if (s[0] != '+' || s[1] == '\0')
        return false;
    for (s++; *s != '\0'; s++) {
        int64_t n = 0, micros = 0;
        for (; *s >= '0' && *s <= '9' && n < 1000000; s++)
            n = n * 10 + (*s - '0');
        for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
            if (unit[i].letter == *s)
                micros = unit[i].micros;
        }
        if (micros == 0)
            return false;
        *out += n * micros;
    }
    return true;
}

/* The timer that is due first, by moment and then by number; NULL if none is due until END. */
static const struct token *due_first(const struct inst *in, int64_t end)
{
    const struct token *first = NULL;

    for (uint32_t i = 0; in != NULL && i < in->n_token; i++) {
        const struct token *k = &in->token[i];
        if (!k->gone && k->state == TOKEN_WAITING && k->due != 0 && k->due <= end && (first == NULL || k->due < first->due))
            first = k;
    }
    return first;
}

static enum err tell_clock(struct tale *t, const char *rest)
{
    const char *span = lines_word(t->mem, &rest);
    int64_t more;

    if (!span_read(span, &more))
        return untrue(t, "\"%s\" should be like +30m or +1d12h", span);
    int64_t end = t->now + more;
    for (int n = 0; n < LIMIT_STORY_FIRINGS; n++) {
        const struct token *k = due_first(t->body->state(t->body->ctx), end);
        if (k == NULL) {
            t->now = end;
            return OK;
        }
        struct trigger timer = {.kind = TRIGGER_TIMER, .token = k->no, .node = PROC_NONE, .vars = val_null(), .text = ""};
        t->now = k->due > t->now ? k->due : t->now;
        TRY(act(t, &timer));
    }
    return untrue(t, "more than %d timers fall due", (int)LIMIT_STORY_FIRINGS);
}

/* ---- messages and signals ---- */

/* Has the token of L said since then that it no longer waits? */
static bool still_waits(const struct inst *in, const struct said *l)
{
    const struct token *k = inst_token(in, l->token);

    for (const struct said *s = l->next; s != NULL; s = s->next) {
        if (s->token == l->token && (s->kind == EFFECT_UNLISTEN || s->kind == EFFECT_LISTEN))
            return false;
    }
    return k != NULL && k->state == TOKEN_WAITING;
}

struct letter_line {
    const char *name, *key;
    struct val vars;
};

/* Does its key fit the one that L waits for? */
static enum err letter_fits(struct tale *t, const struct inst *in, const struct said *l, const struct letter_line *m,
                            bool *fits)
{
    const struct token *k = inst_token(in, l->token);
    const struct proc_event *e = &t->p->node[k->node].event[k->event];
    const char *key = m->key;

    if (e->n_correlation > 0)
        TRY(run_message_key(t->mem, e, m->vars, t->now, &key));
    *fits = l->effect.key == NULL || (key != NULL && strcmp(key, l->effect.key) == 0);
    return OK;
}

static enum err letter_read(struct tale *t, const char *rest, struct letter_line *m)
{
    struct buf b = buf_new(t->mem, LIMIT_VAR_BYTES);
    const char *word;
    struct val key;

    *m = (struct letter_line){.name = lines_word(t->mem, &rest)};
    const char *behind = rest;
    word = lines_word(t->mem, &behind);
    if (strcmp(word, "key") == 0) {
        TRY(value(t, lines_word(t->mem, &behind), &key));
        TRY(val_write(&b, key));
        m->key = buf_text(&b);
        rest = behind;
    }
    return assignments(t, rest, &m->vars);
}

/* The message goes to whoever has waited longest for it. */
static enum err tell_message(struct tale *t, const char *rest)
{
    const struct inst *in = t->body->state(t->body->ctx);
    struct trigger trigger = {.kind = TRIGGER_MESSAGE, .node = PROC_NONE};
    struct letter_line m;
    bool fits = false;

    TRY(letter_read(t, rest, &m));
    for (const struct said *s = t->first; s != NULL && in != NULL && !fits; s = s->next) {
        if (s->kind == EFFECT_LISTEN && s->effect.event == EVENT_message && strcmp(s->word, m.name) == 0 &&
            still_waits(in, s)) {
            trigger.token = s->token;
            TRY(letter_fits(t, in, s, &m, &fits));
        }
    }
    if (!fits)
        return fail(E_STATE, "nobody waits for the message %s", m.name);
    trigger.text = m.name;
    trigger.vars = m.vars;
    return act(t, &trigger);
}

static enum err tell_signal(struct tale *t, const char *rest)
{
    struct trigger signal = {.kind = TRIGGER_SIGNAL, .node = PROC_NONE};

    signal.text = lines_word(t->mem, &rest);
    TRY(assignments(t, rest, &signal.vars));
    return act(t, &signal);
}

/* ---- lines that look ---- */

static const char *places(const struct tale *t, const struct inst *in)
{
    struct buf b = buf_new(t->mem, 4096);

    for (uint32_t i = 0; in != NULL && i < in->n_token; i++) {
        if (stands(in, &in->token[i]))
            buf_fmt(&b, " %s", node_id(t, in->token[i].node));
    }
    return b.len == 0 ? " nowhere" : buf_text(&b);
}

static enum err tell_at(struct tale *t, const char *rest)
{
    const struct inst *in = t->body->state(t->body->ctx);
    int64_t *more = ARENA_NEW_N(t->mem, int64_t, (size_t)t->p->n_node + 1);
    int32_t node;

    for (uint32_t i = 0; in != NULL && i < in->n_token; i++)
        more[in->token[i].node] += stands(in, &in->token[i]);
    while (rest[0] != '\0') {
        const char *w = lines_word(t->mem, &rest), *star = strchr(w, '*');
        int64_t times = 1;
        if (star != NULL && !text_i64(star + 1, &times))
            return untrue(t, "\"%s\" should be like node*2", w);
        TRY(node_named(t, star != NULL ? arena_strndup(t->mem, w, (size_t)(star - w)) : w, &node));
        more[node] -= times;
    }
    for (int32_t i = 0; i < t->p->n_node; i++) {
        if (more[i] != 0)
            return untrue(t, "the tokens are at%s", places(t, in));
    }
    return OK;
}

static enum err tell_var(struct tale *t, const char *rest)
{
    const struct inst *in = t->body->state(t->body->ctx);
    const char *name = lines_word(t->mem, &rest), *is = lines_word(t->mem, &rest);
    struct val want, have = val_null();

    if (strcmp(is, "=") != 0)
        return untrue(t, "a line about a variable is: var NAME = VALUE");
    TRY(value(t, rest, &want));
    const struct var *v = in != NULL ? inst_var(in, 1, name) : NULL;
    if (v != NULL)
        have = v->value;
    if (!val_same(have, want) && !(val_is(have, VAL_NULL) && val_is(want, VAL_NULL)))
        return untrue(t, "%s is %s", name, val_string(t->mem, have));
    return OK;
}

static enum err tell_incident(struct tale *t, const char *rest)
{
    const struct inst *in = t->body->state(t->body->ctx);
    const char *id = lines_word(t->mem, &rest), *part;
    int32_t node;

    TRY(node_named(t, id, &node));
    TRY(text_value(t, rest, &part));
    const struct said *s = said_about(t, EFFECT_INCIDENT, node);
    const struct token *k = s != NULL && in != NULL ? inst_token(in, s->token) : NULL;
    if (k == NULL || k->state != TOKEN_INCIDENT)
        return untrue(t, "there is no incident at %s", id);
    return strstr(s->word, part) != NULL ? OK : untrue(t, "the incident says: %s", s->word);
}

static struct val text_or_null(struct arena *mem, const char *s)
{
    return s[0] == '\0' ? val_null() : val_text(mem, s);
}

/* Does HAVE have everything that is wanted of it? */
static enum err compare(struct tale *t, const char *what, struct val have, struct val want)
{
    for (size_t i = 0; i < val_count(want); i++) {
        struct val_entry w = val_entry_at(want, i);
        struct val h = val_get(have, w.key);
        if (!val_same(h, w.value) && !(val_is(h, VAL_NULL) && val_is(w.value, VAL_NULL)))
            return untrue(t, "%s of the %s is %s", w.key, what, val_string(t->mem, h));
    }
    return OK;
}

static enum err tell_task(struct tale *t, const char *rest)
{
    const char *id = lines_word(t->mem, &rest);
    struct val want;
    int32_t node;

    TRY(node_named(t, id, &node));
    TRY(assignments(t, rest, &want));
    const struct said *s = said_about(t, EFFECT_TASK_OPEN, node);
    if (s == NULL)
        return untrue(t, "no task was opened at %s", id);
    const struct effect *e = &s->effect;
    struct val_entry have[] = {{"assignee", text_or_null(t->mem, e->assignee)},
                               {"groups", text_or_null(t->mem, e->groups)},
                               {"users", text_or_null(t->mem, e->users)},
                               {"priority", val_int(e->priority)},
                               {"due", e->due == 0 ? val_null() : val_text(t->mem, clock_text(t->mem, e->due))}};
    return compare(t, "task", val_context(t->mem, have, sizeof have / sizeof *have), want);
}

static enum err tell_decided(struct tale *t, const char *rest)
{
    const char *id = lines_word(t->mem, &rest);
    struct val want;
    int32_t node;

    TRY(node_named(t, id, &node));
    TRY(assignments(t, rest, &want));
    const struct said *s = said_about(t, EFFECT_DECIDED, node);
    if (s == NULL)
        return untrue(t, "nothing was decided at %s", id);
    const struct run_decided *d = s->effect.decided;
    struct val *rule = ARENA_NEW_N(t->mem, struct val, d->n_rule + 1);
    for (size_t i = 0; i < d->n_rule; i++)
        rule[i] = val_int(d->rule[i]);
    struct val_entry have[] = {{"decision", val_text(t->mem, d->decision)},
                               {"value", d->value},
                               {"rules", val_list(t->mem, rule, d->n_rule)},
                               {"words", val_text(t->mem, d->words)}};
    return compare(t, "decision", val_context(t->mem, have, sizeof have / sizeof *have), want);
}

static enum err tell_call(struct tale *t, const char *rest)
{
    const char *id = lines_word(t->mem, &rest);
    struct val want;
    int32_t node;

    TRY(node_named(t, id, &node));
    TRY(value(t, rest, &want));
    const struct said *s = said_about(t, t->p->node[node].kind == NODE_call_activity ? EFFECT_CALL : EFFECT_SERVICE_CALL, node);
    if (s == NULL)
        return untrue(t, "nothing was called at %s", id);
    return val_same(s->effect.input, want) ? OK : untrue(t, "the input is %s", val_string(t->mem, s->effect.input));
}

/* The newest message or signal of that name that left the instance. */
static enum err tell_sent(struct tale *t, const char *rest)
{
    const char *name = lines_word(t->mem, &rest);
    const struct said *found = NULL;
    struct val want;

    TRY(assignments(t, rest, &want));
    for (const struct said *s = t->first; s != NULL; s = s->next) {
        if ((s->kind == EFFECT_MESSAGE || s->kind == EFFECT_SIGNAL) && strcmp(s->word, name) == 0)
            found = s;
    }
    if (found == NULL)
        return untrue(t, "no message or signal %s has left the instance", name);
    return compare(t, "payload", found->effect.input, want);
}

static enum err tell_timers(struct tale *t, const char *rest)
{
    const struct inst *in = t->body->state(t->body->ctx);
    const char *w = lines_word(t->mem, &rest);
    int64_t want, have = 0;

    if (!text_i64(w, &want))
        return untrue(t, "\"%s\" should be a number", w);
    for (uint32_t i = 0; in != NULL && i < in->n_token; i++)
        have += !in->token[i].gone && in->token[i].state == TOKEN_WAITING && in->token[i].due != 0;
    return have == want ? OK : untrue(t, "%" PRId64 " timers are armed", have);
}

static enum err tell_ended(struct tale *t, const char *rest)
{
    const struct inst *in = t->body->state(t->body->ctx);
    const char *want = lines_word(t->mem, &rest);
    const char *have = in != NULL && in->n_scope != 0 ? inst_state_name(in->state) : "not started";

    return strcmp(have, want) == 0 ? OK : untrue(t, "the instance is %s, with tokens at%s", have, places(t, in));
}

static enum err tell_trail(struct tale *t, const char *rest)
{
    const struct said *s = t->first;

    while (rest[0] != '\0') {
        const char *w = lines_word(t->mem, &rest);
        while (s != NULL && !((s->kind == EFFECT_TRACE || s->kind == EFFECT_DECIDED) && strcmp(s->word, w) == 0))
            s = s->next;
        if (s == NULL)
            return untrue(t, "the trail has no \"%s\" at this place", w);
        s = s->next;
    }
    return OK;
}

/* ---- telling ---- */

static enum err tell_fails(struct tale *t, const char *rest);

static const struct {
    const char *verb;
    enum err (*tell)(struct tale *t, const char *rest);
    bool acts;
} verbs[] = {
    /* clang-format off */
    { "start",      tell_start,       true  },
    { "begin",      tell_begin,       true  },
    { "message",    tell_message,     true  },
    { "signal",     tell_signal,      true  },
    { "claim",      tell_claim,       true  },
    { "done",       tell_done,        true  },
    { "service",    tell_service,     true  },
    { "failed",     tell_failed,      true  },
    { "called",     tell_called,      true  },
    { "error",      tell_error,       true  },
    { "escalation", tell_escalation,  true  },
    { "retry",      tell_retry,       true  },
    { "skip",       tell_skip,        true  },
    { "suspend",    tell_suspend,     true  },
    { "resume",     tell_resume,      true  },
    { "set",        tell_set,         true  },
    { "move",       tell_move,        true  },
    { "add",        tell_add,         true  },
    { "activate",   tell_activate,    true  },
    { "drop",       tell_drop,        true  },
    { "cancel",     tell_cancel,      true  },
    { "clock",      tell_clock,       true  },
    { "fails",      tell_fails,       false },
    { "at",         tell_at,          false },
    { "var",        tell_var,         false },
    { "incident",   tell_incident,    false },
    { "task",       tell_task,        false },
    { "call",       tell_call,        false },
    { "decided",    tell_decided,     false },
    { "sent",       tell_sent,        false },
    { "timers",     tell_timers,      false },
    { "ended",      tell_ended,       false },
    { "trail",      tell_trail,       false },
    /* clang-format on */
};
enum { VERBS = sizeof verbs / sizeof *verbs };

static int verb_find(const char *verb)
{
    int i = 0;

    while (i < VERBS && strcmp(verbs[i].verb, verb) != 0)
        i++;
    return i < VERBS ? i : -1;
}

static enum err tell_fails(struct tale *t, const char *rest)
{
    const char *verb = lines_word(t->mem, &rest), *blank = strrchr(rest, ' ');
    const char *code = blank != NULL ? blank + 1 : rest;
    int i = verb_find(verb);

    if (i < 0 || !verbs[i].acts || code[0] == '\0')
        return untrue(t, "a line that must be refused is: fails LINE CODE");
    const char *line = arena_strndup(t->mem, rest, blank != NULL ? (size_t)(blank - rest) : 0);
    enum err e = verbs[i].tell(t, line);
    if (t->untrue)
        return e;
    return strcmp(err_name(e), code) == 0 ? OK : untrue(t, "the answer is %s", err_name(e));
}

static enum err read_line(struct arena *mem, struct scenario *s, struct line line)
{
    if (strcmp(line.verb, "model") == 0) {
        s->model = lines_word(mem, &line.rest);
        s->process = lines_word(mem, &line.rest);
        return OK;
    }
    if (strcmp(line.verb, "decision") == 0) {
        if (s->n_decision == LIMIT_STORY_MODELS)
            return fail(E_TOOBIG, "%s:%d: a story has at most %d decision models", s->path, line.no, (int)LIMIT_STORY_MODELS);
        s->decision[s->n_decision++] = lines_word(mem, &line.rest);
        return OK;
    }
    if (verb_find(line.verb) < 0)
        return fail(E_INPUT, "%s:%d: \"%s\" is no word of a story", s->path, line.no, line.verb);
    s->line[s->n++] = line;
    return OK;
}

enum err scenario_read(struct arena *mem, const char *path, const char *text, size_t n, struct scenario **out)
{
    struct scenario *s = ARENA_NEW(mem, struct scenario);
    struct lines lines;

    *s = (struct scenario){.path = arena_strdup(mem, path), .model = "", .process = ""};
    TRY(lines_read(mem, path, text, n, &lines));
    s->line = ARENA_NEW_N(mem, struct line, lines.n + 1);
    for (size_t i = 0; i < lines.n; i++)
        TRY(read_line(mem, s, lines.at[i]));
    if (s->model[0] == '\0')
        return fail(E_INPUT, "%s: the line \"model FILE\" is missing", path);
    *out = s;
    return OK;
}

const char *scenario_model(const struct scenario *s)
{
    return s->model;
}

const char *scenario_process(const struct scenario *s)
{
    return s->process;
}

const char *const *scenario_decisions(const struct scenario *s, size_t *n)
{
    *n = s->n_decision;
    return s->decision;
}

enum err scenario_tell(struct arena *mem, const struct scenario *s, const struct proc *p, const struct scenario_body *body,
                       const char **why)
{
    struct tale t = {.mem = mem, .p = p, .body = body, .now = STORY_BEGINS};

    t.last = &t.first;
    *why = "";
    for (size_t i = 0; i < s->n; i++) {
        const struct line *line = &s->line[i];
        enum err e = verbs[verb_find(line->verb)].tell(&t, line->rest);
        if (e != OK) {
            *why = arena_printf(mem, "%s:%d: %s %s: %s%s%s", s->path, line->no, line->verb, line->rest,
                                t.untrue ? "" : err_name(e), t.untrue ? "" : " ", trouble()->text);
            return E_STATE;
        }
    }
    return OK;
}

/* ---- the pure machine as a body: each trigger works on what was "stored" by the one before ---- */

struct pure {
    struct arena *mem;
    const struct proc *p;
    const struct run_decisions *decisions;
    struct inst *in;
};

static enum err pure_trigger(void *ctx, const struct trigger *t, int64_t now, struct effects *out)
{
    struct pure *pure = ctx;
    struct run_env env = {.proc = pure->p, .now = now, .fuel = RUN_FUEL, .decisions = pure->decisions};
    struct inst *next = inst_copy(pure->mem, pure->in);

    TRY(run_trigger(&env, next, t, out));
    TRY(run_check(pure->p, next));
    pure->in = inst_copy(pure->mem, next);
    return OK;
}

static const struct inst *pure_state(void *ctx)
{
    const struct pure *pure = ctx;

    return pure->in;
}

enum err scenario_run(struct arena *mem, const struct scenario *s, const struct proc *p, const struct run_decisions *decisions,
                      const char **why)
{
    struct pure pure = {mem, p, decisions, inst_new(mem)};
    struct scenario_body body = {&pure, pure_trigger, pure_state};

    return scenario_tell(mem, s, p, &body, why);
}

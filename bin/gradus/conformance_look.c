/* bin/gradus/conformance_look.c - steps of a behaviour case that look whether something is so.
 *
 * For     gradus conformance.
 * Owns    what "waiting", "faulted", a visible variable and an open task mean to a case.
 * Never   changes anything.
 * Holds   lists are compared as multisets unless the step says otherwise. */
#include <stdlib.h>

#include "base/clock.h"
#include "conformance.h"

enum { LIMIT_WORDS = 64 * 1024 }; /* bytes of a list in a message */

/* ---- lists ---- */

struct words {
    const char **at;
    size_t n;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct words from_json(struct arena *mem, const struct json *list)
{
    struct words w = {ARENA_NEW_N(mem, const char *, json_count(list) + 1), json_count(list)};

    for (size_t i = 0; i < w.n; i++) {
        const char *text = json_text(json_at(list, i));
        w.at[i] = text != NULL ? text : "";
    }
    return w;
}

static struct words sorted(struct arena *mem, struct words w)
{
    struct words out = {ARENA_NEW_N(mem, const char *, w.n + 1), w.n};

    memcpy(out.at, w.at, w.n * sizeof *w.at);
    qsort(out.at, out.n, sizeof *out.at, by_text);
    return out;
}

static bool same(struct words a, struct words b)
{
    bool is = a.n == b.n;

    for (size_t i = 0; is && i < a.n; i++)
        is = strcmp(a.at[i], b.at[i]) == 0;
    return is;
}

static bool same_set(struct arena *mem, struct words a, struct words b)
{
    return same(sorted(mem, a), sorted(mem, b));
}

static const char *shown(struct arena *mem, struct words w)
{
    struct buf b = buf_new(mem, LIMIT_WORDS);

    for (size_t i = 0; i < w.n; i++)
        buf_fmt(&b, "%s%s", i > 0 ? ", " : "", w.at[i]);
    return w.n > 0 ? buf_text(&b) : "none";
}

/* ---- tasks ---- */

static uint32_t scope_at(const struct token *t)
{
    return t->inner != 0 ? t->inner : t->scope;
}

/* What is seen at the token by this name. The format counts instances from 0, as the machine does unless the model's own engine counts
 * from 1. */
static struct val seen(const struct proc *p, const struct inst *in, const struct token *t, const char *name)
{
    const struct var *v = inst_var(in, scope_at(t), name);
    const struct scope *sc = v != NULL ? inst_scope(in, v->scope) : NULL;
    int64_t n;

    if (v == NULL)
        return val_null();
    if (strcmp(name, "loopCounter") != 0 || sc == NULL || sc->node == PROC_NONE || !val_int_of(v->value, &n))
        return v->value;
    return val_int(n - p->node[sc->node].loop.first);
}

static bool same_value(struct val a, struct val b)
{
    return (val_is(a, VAL_NULL) && val_is(b, VAL_NULL)) || val_same(a, b);
}

static enum err matches(struct telling *t, const struct case_task *k, const struct json *match, bool *out)
{
    const struct inst *in;
    struct val want;

    *out = true;
    if (json_count(match) == 0)
        return OK;
    TRY(t->stage->state(t->stage->ctx, t->mem, k->inst, &in));
    const struct token *token = inst_token(in, k->effect.token);
    if (token == NULL)
        return fail(E_BUG, "an open task has no token");
    for (size_t i = 0; i < json_count(match) && *out; i++) {
        TRY(conformance_value(t->mem, json_value_at(match, i), &want));
        *out = same_value(seen(k->proc, in, token, json_name_at(match, i)), want);
    }
    return OK;
}

static const struct proc_node *node_of(const struct case_task *k)
{
    return &k->proc->node[k->effect.node];
}

enum err conformance_task(struct telling *t, const char *id, const struct json *match, struct case_task **out)
{
    *out = NULL;
    for (struct case_task *k = t->task; k != NULL; k = k->next) {
        bool is = false;
        if (!k->open || strcmp(node_of(k)->id, id) != 0)
            continue;
        TRY(matches(t, k, match, &is));
        if (is) {
            *out = k;
            return OK;
        }
    }
    return OK;
}

static enum err look_tasks(struct telling *t, const struct json *step)
{
    struct words want = from_json(t->mem, json_get(step, "tasks")), have = {0};

    for (const struct case_task *k = t->task; k != NULL; k = k->next)
        have.n += k->open;
    have.at = ARENA_NEW_N(t->mem, const char *, have.n + 1);
    have.n = 0;
    for (const struct case_task *k = t->task; k != NULL; k = k->next) {
        if (k->open)
            have.at[have.n++] = node_of(k)->id;
    }
    return same_set(t->mem, want, have) ? OK : conformance_untrue(t, "the open tasks are: %s", shown(t->mem, have));
}

/* The comma-separated words of LIST. */
static struct words cut(struct arena *mem, const char *list)
{
    struct words w = {ARENA_NEW_N(mem, const char *, strlen(list) + 1), 0};

    for (list += strspn(list, ", "); *list != '\0'; list += strspn(list, ", ")) {
        size_t n = strcspn(list, ",");
        while (list[n - 1] == ' ')
            n--;
        w.at[w.n++] = arena_strndup(mem, list, n);
        list += n;
    }
    return w;
}

static enum err wrong_text(struct telling *t, const struct json *step, const char *key, const char *have)
{
    const struct json *want = json_get(step, key);

    if (want == NULL || t->why != NULL || strcmp(have != NULL ? have : "", conformance_text(step, key)) == 0)
        return OK;
    return conformance_untrue(t, "%s is \"%s\"", key, have != NULL ? have : "");
}

static enum err look_task(struct telling *t, const struct json *step)
{
    const char *id = conformance_text(step, "task");
    const struct json *groups = json_get(step, "candidateGroups");
    struct case_task *k;
    int64_t due, priority;
    bool sees;

    TRY(conformance_task(t, id, NULL, &k));
    if (k == NULL)
        return conformance_untrue(t, "no task \"%s\" is open", id);
    struct words have = cut(t->mem, k->effect.groups);
    TRY(wrong_text(t, step, "name", node_of(k)->name));
    TRY(wrong_text(t, step, "assignee", k->effect.assignee));
    TRY(wrong_text(t, step, "formKey", node_of(k)->form_key));
    if (t->why != NULL)
        return OK;
    if (groups != NULL && !same_set(t->mem, from_json(t->mem, groups), have))
        return conformance_untrue(t, "the candidate groups are: %s", shown(t->mem, have));
    if (json_get(step, "dueDate") != NULL && (!clock_parse(conformance_text(step, "dueDate"), &due) || due != k->effect.due))
        return conformance_untrue(t, "it is due at %s", k->effect.due != 0 ? clock_text(t->mem, k->effect.due) : "no moment");
    if (json_int(json_get(step, "priority"), &priority) && priority != k->effect.priority)
        return conformance_untrue(t, "the priority is %lld", (long long)k->effect.priority);
    TRY(matches(t, k, json_get(step, "vars"), &sees));
    return sees ? OK : conformance_untrue(t, "it does not see these variables");
}

/* ---- instances ---- */

static bool alive(enum inst_state s)
{
    return s == INST_ACTIVE || s == INST_SUSPENDED;
}

/* Does something in the instance, or in what it called, stand still as an incident? */
static enum err stuck(struct telling *t, uint64_t inst, bool *out)
{
    const struct inst *in;
    struct stage_inst *all;
    size_t n;

    TRY(t->stage->state(t->stage->ctx, t->mem, inst, &in));
    for (uint32_t i = 0; i < in->n_token && !*out; i++)
        *out = in->token[i].state == TOKEN_INCIDENT;
    TRY(conformance_instances(t, &all, &n));
    for (size_t i = 0; i < n && !*out; i++) {
        if (all[i].caller == inst && alive(all[i].state))
            TRY(stuck(t, all[i].handle, out));
    }
    return OK;
}

static enum err state_of(struct telling *t, uint64_t inst, const char **out)
{
    static const char *const word[] = {
        [INST_ACTIVE] = "waiting",      [INST_COMPLETED] = "completed", [INST_TERMINATED] = "completed",
        [INST_CANCELLED] = "cancelled", [INST_FAULTED] = "faulted",     [INST_SUSPENDED] = "waiting"};
    const struct inst *in;
    bool fault = false;

    *out = "faulted";
    if (inst == 0)
        return OK;
    TRY(t->stage->state(t->stage->ctx, t->mem, inst, &in));
    if (alive(in->state))
        TRY(stuck(t, inst, &fault));
    *out = fault ? "faulted" : word[in->state];
    return OK;
}

static enum err look_state(struct telling *t, const struct json *step)
{
    const struct json *want = json_get(step, "state");
    const char *have;
    uint64_t inst;

    if (!conformance_named(t, step, &inst))
        return OK;
    TRY(state_of(t, inst, &have));
    bool is = json_kind(want) == JSON_STRING && strcmp(json_text(want), have) == 0;
    for (size_t i = 0; json_kind(want) == JSON_ARRAY && i < json_count(want); i++) {
        const char *one = json_text(json_at(want, i));
        is = is || (one != NULL && strcmp(one, have) == 0);
    }
    return is ? OK : conformance_untrue(t, "the instance is %s", have);
}

static enum err look_vars(struct telling *t, const struct json *step)
{
    const struct json *want = json_get(step, "vars");
    const struct inst *in;
    struct val v;
    uint64_t inst;

    if (!conformance_named(t, step, &inst))
        return OK;
    if (inst == 0)
        return conformance_untrue(t, "the instance did not begin");
    TRY(t->stage->state(t->stage->ctx, t->mem, inst, &in));
    for (size_t i = 0; i < json_count(want); i++) {
        struct val have = val_null();
        TRY(conformance_value(t->mem, json_value_at(want, i), &v));
        for (uint32_t k = 0; k < in->n_var; k++) {
            if (in->var[k].scope == 1 && !in->var[k].gone && strcmp(in->var[k].name, json_name_at(want, i)) == 0)
                have = in->var[k].value;
        }
        if (!same_value(have, v))
            return conformance_untrue(t, "%s is %s", json_name_at(want, i), val_string(t->mem, have));
    }
    return OK;
}

static enum err look_instances(struct telling *t, const struct json *step)
{
    const char *process = conformance_text(step, "process");
    int64_t active = 0, total = 0, want;
    struct stage_inst *all;
    size_t n;

    TRY(conformance_instances(t, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].proc->key, process) == 0) {
            total++;
            active += alive(all[i].state);
        }
    }
    if (json_int(json_get(step, "active"), &want) && want != active)
        return conformance_untrue(t, "%lld instances of %s are active", (long long)active, process);
    if (json_int(json_get(step, "total"), &want) && want != total)
        return conformance_untrue(t, "there are %lld instances of %s", (long long)total, process);
    return OK;
}

/* Tokens at rest that are no user tasks, and not only there for what is inside. */
static enum err waiting(struct telling *t, const struct stage_inst *i, struct words *out)
{
    const struct inst *in;

    TRY(t->stage->state(t->stage->ctx, t->mem, i->handle, &in));
    const char **wider = ARENA_NEW_N(t->mem, const char *, out->n + in->n_token + 1);
    for (size_t k = 0; k < out->n; k++)
        wider[k] = out->at[k];
    out->at = wider;
    for (uint32_t k = 0; k < in->n_token; k++) {
        const struct token *x = &in->token[k];
        if (x->role == ROLE_FLOW && x->state == TOKEN_WAITING && x->inner == 0 && i->proc->node[x->node].kind != NODE_user_task)
            out->at[out->n++] = i->proc->node[x->node].id;
    }
    return OK;
}

static enum err look_waiting(struct telling *t, const struct json *step)
{
    struct words want = from_json(t->mem, json_get(step, "elements")), have = {0};
    struct stage_inst *all;
    size_t n;

    TRY(conformance_instances(t, &all, &n));
    for (size_t i = 0; i < n; i++)
        TRY(waiting(t, &all[i], &have));
    return same_set(t->mem, want, have) ? OK : conformance_untrue(t, "tokens wait at: %s", shown(t->mem, have));
}

static enum err look_timers(struct telling *t, const struct json *step)
{
    int64_t want = 0;
    size_t have;

    TRY(t->stage->timers(t->stage->ctx, &have));
    if (!json_int(json_get(step, "count"), &want))
        return fail(E_INPUT, "expect_timers needs a count");
    return (size_t)want == have ? OK : conformance_untrue(t, "%zu timers are armed", have);
}

/* ---- the trace ---- */

static struct words trace_of(const struct telling *t)
{
    struct words w = {0};

    for (const struct case_word *x = t->trace; x != NULL; x = x->next)
        w.n++;
    w.at = ARENA_NEW_N(t->mem, const char *, w.n + 1);
    w.n = 0;
    for (const struct case_word *x = t->trace; x != NULL; x = x->next)
        w.at[w.n++] = x->word;
    return w;
}

static size_t first_at(struct words w, const char *word)
{
    size_t i = 0;

    while (i < w.n && strcmp(w.at[i], word) != 0)
        i++;
    return i;
}

static enum err in_order(struct telling *t, const struct json *order, struct words have)
{
    for (size_t i = 0; i < json_count(order); i++) {
        struct words pair = from_json(t->mem, json_at(order, i));
        if (pair.n != 2)
            return fail(E_INPUT, "an entry of \"order\" is a pair");
        if (first_at(have, pair.at[0]) >= first_at(have, pair.at[1]))
            return conformance_untrue(t, "%s should be before %s in: %s", pair.at[0], pair.at[1], shown(t->mem, have));
    }
    return OK;
}

static enum err look_trace(struct telling *t, const struct json *step)
{
    const struct json *accept = json_get(step, "accept");
    struct words want = from_json(t->mem, json_get(step, "trace")), have = trace_of(t);
    bool sequence = strcmp(conformance_text(step, "mode"), "sequence") == 0;
    bool is = sequence ? same(want, have) : same_set(t->mem, want, have);

    for (size_t i = 0; i < json_count(accept) && !is; i++)
        is = same_set(t->mem, from_json(t->mem, json_at(accept, i)), have);
    if (!is)
        return conformance_untrue(t, "the trace is: %s", shown(t->mem, have));
    return in_order(t, json_get(step, "order"), have);
}

/* clang-format off */
const struct conformance_op conformance_looks[] = {
    { "expect_tasks",     look_tasks     },
    { "expect_task",      look_task      },
    { "expect_waiting",   look_waiting   },
    { "expect_trace",     look_trace     },
    { "expect_state",     look_state     },
    { "expect_vars",      look_vars      },
    { "expect_instances", look_instances },
    { "expect_timers",    look_timers    },
    { NULL,               NULL           }
};
/* clang-format on */

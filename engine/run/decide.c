/* engine/run/decide.c - a business rule task asks, a decision model answers.
 *
 * For     el_task.c, and whoever has models and wants to answer (shelf.c, flow/decision.c).
 * Owns    the way from a task's attributes to a question, from a model's answer to reasons that people understand, and from the answer
 *         to the value that the task keeps.
 * Never   looks for a model: run_env says who has them.
 * Holds   a decision that failed is an incident whose text names decision, place and remedy; null without a complaint is a value. */
#include <inttypes.h>

#include "model/dmn/dmn.h"
#include "run/behaviours.h"
#include "run/decide.h"
#include "run/limit.h"

enum { LIMIT_WORDS = 2000 /* bytes of an explanation */, LIMIT_HITS = 5 /* tables named in one */ };

/* ---- the question ---- */

static enum err question_of(struct step *s, const struct token *t, struct run_question *q)
{
    const struct proc_node *node = step_node(s, t);
    struct val v;
    int64_t version = 0;

    q->binding = node->decision.binding;
    TRY(step_text(s, step_scope(t), &node->decision.key, &q->key));
    if (q->key[0] == '\0')
        return fail(E_EXPR,
                    "%s names no decision: the text for it is empty. Set the variables that it is made of, and try again.",
                    node->id);
    if (q->binding != BIND_VERSION)
        return OK;
    TRY(step_value(s, step_scope(t), &node->decision.version, &v));
    if (val_is(v, VAL_STRING) && !val_number(s->tmp, v.u.s, &v))
        v = val_null();
    if (!val_int_of(v, &version) || version < 1 || version > UINT32_MAX)
        return fail(E_EXPR, "%s asks for the version %.40s of the decision %.80s; a version is a number from 1 on.", node->id,
                    val_string(s->tmp, v), q->key);
    q->version = (uint32_t)version;
    return OK;
}

/* ---- the value that is kept ---- */

/* The only entry of one result. */
static enum err entry_of(const struct run_decided *d, struct val row, struct val *out)
{
    *out = row;
    if (!d->wide || val_is(row, VAL_NULL))
        return OK;
    if (val_count(row) != 1)
        return fail(E_EXPR,
                    "The decision %s answers with %zu outputs, and the task takes one. Write singleResult or resultList.",
                    d->decision, val_count(row));
    *out = val_entry_at(row, 0).value;
    return OK;
}

/* One result as a context of outputs. */
static struct val result_of(struct arena *mem, const struct run_decided *d, struct val row)
{
    struct val_entry e = {d->output, row};

    return d->wide || val_is(row, VAL_NULL) ? row : val_context(mem, &e, 1);
}

static enum err several(const struct run_decided *d, size_t n)
{
    return fail(E_EXPR,
                "The decision %s answers with %zu results, and the task takes one. Write resultList or collectEntries, or "
                "give the table the hit policy UNIQUE or FIRST.",
                d->decision, n);
}

static enum err all_rows(struct arena *mem, const struct run_decided *d, enum proc_shape shape, struct val *out)
{
    bool none = val_is(d->value, VAL_NULL);
    size_t n = d->many ? val_count(d->value) : !none;
    struct val *row = ARENA_NEW_N(mem, struct val, n + 1);

    for (size_t i = 0; i < n; i++) {
        struct val one = d->many ? val_at(d->value, i) : d->value;
        if (shape == SHAPE_COLLECT_ENTRIES)
            TRY(entry_of(d, one, &row[i]));
        else
            row[i] = result_of(mem, d, one);
    }
    *out = val_list(mem, row, n);
    return OK;
}

static enum err shaped(struct arena *mem, const struct run_decided *d, enum proc_shape shape, struct val *out)
{
    struct val one = d->value;

    *out = d->value;
    if (shape == SHAPE_VALUE)
        return OK;
    if (shape == SHAPE_COLLECT_ENTRIES || shape == SHAPE_RESULT_LIST)
        return all_rows(mem, d, shape, out);
    if (d->many && !val_is(d->value, VAL_NULL)) {
        if (val_count(d->value) > 1)
            return several(d, val_count(d->value));
        one = val_at(d->value, 0);
    }
    if (shape == SHAPE_SINGLE_ENTRY)
        return entry_of(d, one, out);
    *out = result_of(mem, d, one);
    return OK;
}

enum err decide_ask(struct step *s, const struct token *t, struct run_decided *out, struct val *value)
{
    const struct run_decisions *who = s->env->decisions;
    struct sight look = {s->in, step_scope(t)};
    struct run_question q = {.get = step_sight, .ctx = &look, .now = s->env->now, .limits = s->env->limits, .mem = s->out->mem};

    TRY(question_of(s, t, &q));
    if (who == NULL)
        return fail(E_EXPR, "There are no decision models here, and %s asks for %.80s.", step_node(s, t)->id, q.key);
    TRY(who->decide(who->ctx, &q, out));
    if (out->trouble != NULL)
        return fail(E_EXPR, "%s", out->trouble);
    return shaped(s->tmp, out, step_node(s, t)->decision.shape, value);
}

/* ---- the answer of a model ---- */

const char *run_question_text(struct arena *mem, const struct run_question *q)
{
    if (q->binding == BIND_VERSION)
        return arena_printf(mem, "%s %" PRIu32, q->key, q->version);
    return q->binding == BIND_DEPLOYMENT ? arena_printf(mem, "%s deployment", q->key) : q->key;
}

/* Input data that the decision may need, as far as the task sees variables of these names; the others are null. */
static const struct dmn_input *inputs_of(const struct run_question *q, const struct dmn *m, uint32_t element, size_t *n)
{
    uint32_t count = 0;
    const uint32_t *need = dmn_inputs(m, element, q->mem, &count);
    struct dmn_input *in = ARENA_NEW_N(q->mem, struct dmn_input, (size_t)count + 1);

    *n = 0;
    for (uint32_t i = 0; i < count; i++) {
        in[*n].name = dmn_at(m, need[i])->name;
        in[*n].value = val_null();
        *n += q->get(q->ctx, in[*n].name, &in[*n].value);
    }
    return in;
}

/* The inputs that the first matching rule looks at; all of them where the defaults were taken. */
static void put_facts(struct arena *mem, const struct dmn *m, const struct dmn_hit *hit, struct run_decided *out)
{
    struct run_fact *fact = ARENA_NEW_N(mem, struct run_fact, (size_t)hit->n_input + 1);

    for (uint32_t i = 0; i < hit->n_input; i++) {
        if (dmn_asked(m, hit, i))
            fact[out->n_fact++] = (struct run_fact){arena_strdup(mem, hit->label[i]), val_copy(mem, hit->input[i])};
    }
    out->fact = fact;
    out->n_rule = hit->n_rule;
    out->rule = arena_memdup(mem, hit->rule, hit->n_rule * sizeof *hit->rule);
    out->by_default = hit->by_default;
}

static void explain(struct arena *mem, const struct dmn *m, const struct dmn_hit *hit, struct run_decided *out)
{
    struct buf b = buf_new(mem, LIMIT_WORDS);
    int n = 0;

    for (; hit != NULL; hit = hit->next) {
        if (n++ < LIMIT_HITS) {
            buf_str(&b, n > 1 ? "; " : "");
            if (strcmp(hit->name, out->decision) != 0)
                buf_fmt(&b, "%s: ", hit->name);
            buf_str(&b, dmn_words(mem, m, hit));
        }
        if (hit->next == NULL)
            put_facts(mem, m, hit, out);
    }
    out->words = buf_text(&b);
}

static void put_form(struct arena *mem, const struct dmn *m, uint32_t element, struct run_decided *out)
{
    const struct dmn_table *t = dmn_table(m, element);

    out->output = out->decision;
    if (t == NULL)
        return;
    out->wide = t->n_output > 1;
    out->many = strcmp(t->policy, "RULE ORDER") == 0 || strcmp(t->policy, "OUTPUT ORDER") == 0 ||
                (strcmp(t->policy, "COLLECT") == 0 && t->aggregation[0] == '\0');
    if (t->n_output == 1 && t->output[0][0] != '\0')
        out->output = arena_strdup(mem, t->output[0]);
}

static const char *called(struct arena *mem, const struct run_decided *d)
{
    return d->version[0] == '\0'              ? d->decision
           : strcmp(d->version, "draft") == 0 ? arena_printf(mem, "%s (draft)", d->decision)
                                              : arena_printf(mem, "%s (version %s)", d->decision, d->version);
}

static const char *complaint(struct arena *mem, const struct run_decided *d, const struct dmn_note *n)
{
    bool elsewhere = n->element[0] != '\0' && strcmp(n->element, d->decision) != 0;

    return arena_printf(
        mem, "The decision %s gives no value: %s%s%s%s%s. Correct the decision or the variables that it needs, and try again.",
        called(mem, d), elsewhere ? n->element : "", elsewhere ? ": " : "", n->part, n->part[0] != '\0' ? ": " : "",
        n->message);
}

int64_t run_decision_find(const struct dmn *m, const char *key)
{
    for (uint32_t i = 0; i < dmn_count(m); i++) {
        const struct dmn_element *e = dmn_at(m, i);
        if (e->kind == DMN_DECISION && !e->imported && strcmp(e->id, key) == 0)
            return i;
    }
    return -1;
}

enum err run_decide(const struct run_question *q, const struct run_source *from, struct run_decided *out)
{
    int64_t at = run_decision_find(from->model, q->key);
    struct dmn_answer answer;

    *out = (struct run_decided){.value = val_null(), .definition = from->definition, .words = ""};
    out->version = arena_strdup(q->mem, from->version);
    if (at < 0) {
        out->decision = q->key;
        out->trouble = run_decision_missing(q);
        return OK;
    }
    uint32_t element = (uint32_t)at;
    out->decision = arena_strdup(q->mem, dmn_at(from->model, element)->name);
    struct dmn_call call = {.model = from->model, .element = element, .now = q->now, .limits = q->limits, .explain = true};
    call.input = inputs_of(q, from->model, element, &call.n_input);
    enum err e = dmn_decide(&call, q->mem, &answer);
    if (e == E_FUEL || e == E_TOOBIG) {
        out->trouble =
            arena_printf(q->mem, "The decision %s was stopped: %s. Make it smaller, or ask the operator for a higher limit.",
                         called(q->mem, out), trouble()->text);
        trouble_clear();
        return OK;
    }
    TRY(e);
    out->value = val_copy(q->mem, answer.value);
    put_form(q->mem, from->model, element, out);
    explain(q->mem, from->model, answer.hit, out);
    if (val_is(answer.value, VAL_NULL) && answer.note != NULL)
        out->trouble = complaint(q->mem, out, answer.note);
    return OK;
}

const char *run_decision_missing(const struct run_question *q)
{
    if (q->binding == BIND_VERSION)
        return arena_printf(q->mem,
                            "There is no version %" PRIu32
                            " of the decision \"%.100s\". Name a version that was released, and try again.",
                            q->version, q->key);
    return arena_printf(
        q->mem, "There is no decision \"%.100s\" in force. Upload its model and have it released, then try again.", q->key);
}

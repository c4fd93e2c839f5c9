/* engine/flow/decision.c - which stored decision model answers a business rule task.
 *
 * For     the steps of instances (flow.c, effect.c), their replay, and the check of a process before its release.
 * Owns    the choice of the version; the table decided; the line "asked" of the trigger log.
 * Never   evaluates (run/decide.c does); writes decision models (deploy.c does).
 * Holds   what answered is logged by id with the trigger, and a replay asks these and no others: a newer version in force changes
 *         nothing that has happened. */
#include "flow/decision.h"

#include "base/json.h"
#include "base/text.h"
#include "flow/decision.sql.h"
#include "flow/flow_int.h"
#include "run/decide.h"

enum { LIMIT_TEXT = 1 << 20, LIMIT_RESULT = 200, LIMIT_RULES = 250, LIMIT_NAME = 250 };

/* ---- which one ---- */

/* The keys that P's tasks name plainly, and KEY (NULL = none), as a list. */
static const char *keys_of(struct arena *mem, const struct proc *p, const char *key)
{
    struct buf b = buf_new(mem, LIMIT_TEXT);

    buf_char(&b, '[');
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_decision *d = &p->node[i].decision;
        if (p->node[i].kind != NODE_business_rule_task || d->key.literal == NULL || d->binding == BIND_VERSION)
            continue;
        buf_str(&b, b.len > 1 ? "," : "");
        json_put_text(&b, d->key.literal);
    }
    if (key != NULL) {
        buf_str(&b, b.len > 1 ? "," : "");
        json_put_text(&b, key);
    }
    buf_char(&b, ']');
    return buf_text(&b);
}

static uint64_t found_in(const struct q_decision_in_force *q, const char *key)
{
    for (size_t i = 0; i < q->n; i++) {
        if (strcmp(q->row[i].decision_key, key) == 0)
            return q->row[i].definition;
    }
    return 0;
}

/* All that the process names is asked for at once, with the first question of a step; what is in force stays so for the step. */
static enum err in_force(struct unit *u, struct flow_step *step, const char *key, uint64_t *id)
{
    if (step->force != NULL && (*id = found_in(step->force, key)) != 0)
        return OK;
    struct q_decision_in_force *q = ARENA_NEW(u->mem, struct q_decision_in_force);
    q->in.keys = keys_of(u->mem, step->proc, key);
    TRY(q_decision_in_force(u, q));
    step->force = q;
    *id = found_in(q, key);
    return OK;
}

static enum err of_version(struct unit *u, const char *key, uint32_t version, uint64_t *id)
{
    struct q_decision_of_version q = {.in = {.key = key, .version = version}};

    TRY(q_decision_of_version(u, &q));
    *id = q.found ? q.out.definition : 0;
    return OK;
}

/* The version in force when the process was released; a decision that came later counts from its first version on. */
static enum err at_release(struct unit *u, struct flow_step *step, const char *key, uint64_t *id)
{
    struct q_decision_at_release q = {.in = {.key = key, .process = step->definition}};

    TRY(q_decision_at_release(u, &q));
    *id = q.out.definition;
    return q.found ? OK : in_force(u, step, key, id);
}

/* A story brings its own models, stored as drafts. */
static enum err of_story(struct unit *u, const char *key, uint64_t *id)
{
    const struct flow_play *play = flow_host_of(u)->play;
    struct decision_model m;

    *id = 0;
    for (size_t i = play->n_model; i > 0 && *id == 0; i--) {
        TRY(decision_model(u, play->model[i - 1], &m));
        if (run_decision_find(m.dmn, key) >= 0)
            *id = play->model[i - 1];
    }
    return OK;
}

static enum err pinned(const struct flow_step *step, const char *question, uint64_t *id)
{
    int64_t n = 0;

    if (!val_int_of(val_get(*step->pinned, question), &n) || n < 0)
        return fail(E_BUG, "the trigger log does not say what answered \"%s\"", question);
    *id = (uint64_t)n;
    return OK;
}

static enum err choose(struct unit *u, struct flow_step *step, const struct run_question *q, uint64_t *id)
{
    if (flow_host_of(u)->play != NULL && flow_host_of(u)->play->model != NULL)
        return of_story(u, q->key, id);
    switch (q->binding) {
    case BIND_LATEST:
        return in_force(u, step, q->key, id);
    case BIND_DEPLOYMENT:
        return at_release(u, step, q->key, id);
    case BIND_VERSION:
        return of_version(u, q->key, q->version, id);
    }
    return fail(E_BUG, "binding %d", (int)q->binding);
}

/* The same question has one answer within a step, whatever is released meanwhile. */
static enum err asked_before(const struct flow_step *step, const char *question, uint64_t *id, bool *found)
{
    int64_t n = 0;

    *found = false;
    for (size_t i = 0; i < step->n_asked && !*found; i++) {
        *found = strcmp(step->asked[i].key, question) == 0 && val_int_of(step->asked[i].value, &n);
        *id = (uint64_t)n;
    }
    return OK;
}

static enum err answers(struct unit *u, struct flow_step *step, const struct run_question *q, uint64_t *id)
{
    const char *question = run_question_text(u->mem, q);
    bool found;

    if (step->pinned != NULL)
        return pinned(step, question, id);
    TRY(asked_before(step, question, id, &found));
    if (found)
        return OK;
    TRY(choose(u, step, q, id));
    struct val_entry *wider = ARENA_NEW_N(u->mem, struct val_entry, step->n_asked + 1);
    if (step->n_asked > 0)
        memcpy(wider, step->asked, step->n_asked * sizeof *wider);
    wider[step->n_asked++] = (struct val_entry){question, val_int((int64_t)*id)};
    step->asked = wider;
    return OK;
}

/* ---- the answer ---- */

static struct run_decided refusal(const struct run_question *q, const char *why)
{
    return (struct run_decided){.value = val_null(), .decision = q->key, .version = "", .words = "", .trouble = why};
}

static enum err decide(const void *ctx, const struct run_question *q, struct run_decided *out)
{
    const struct flow_asking *a = ctx;
    struct decision_model m;
    uint64_t id = 0;

    TRY(answers(a->u, a->step, q, &id));
    if (id == 0) {
        *out = refusal(q, run_decision_missing(q));
        return OK;
    }
    enum err e = decision_model(a->u, id, &m);
    if (e == E_FINDINGS || e == E_NOTFOUND) {
        *out = refusal(
            q, arena_printf(q->mem,
                            "The model of the decision %.100s cannot be used: %s. Release a new version of it, and try again.",
                            q->key, trouble()->text));
        trouble_clear();
        return OK;
    }
    TRY(e);
    struct run_source from = {.model = m.dmn, .version = m.version, .definition = id};
    return run_decide(q, &from, out);
}

struct run_decisions flow_decisions(const struct flow_asking *a)
{
    return (struct run_decisions){.decide = decide, .ctx = a};
}

struct val flow_asked(struct unit *u, const struct flow_step *step)
{
    return step->n_asked > 0 ? val_context(u->mem, step->asked, step->n_asked) : val_null();
}

/* ---- what was decided, for the trail and for pages ---- */

struct flow_decided {
    struct q_decision_decided_add_in row;
};

static enum err written(struct unit *u, struct val v, const char **out)
{
    struct buf b = buf_new(u->mem, LIMIT_TEXT);

    TRY(val_write(&b, v));
    TRY(buf_done(&b));
    *out = buf_text(&b);
    return OK;
}

static enum err facts_text(struct unit *u, const struct run_decided *d, const char **out)
{
    struct val *fact = ARENA_NEW_N(u->mem, struct val, d->n_fact + 1);

    for (size_t i = 0; i < d->n_fact; i++) {
        struct val pair[] = {val_text(u->mem, d->fact[i].label), d->fact[i].value};
        fact[i] = val_list(u->mem, pair, 2);
    }
    return written(u, val_list(u->mem, fact, d->n_fact), out);
}

static const char *rules_text(struct arena *mem, const struct run_decided *d)
{
    struct buf b = buf_new(mem, LIMIT_TEXT);

    for (size_t i = 0; i < d->n_rule && b.len < LIMIT_RULES; i++)
        buf_fmt(&b, "%s%u", i > 0 ? ", " : "", d->rule[i]);
    return text_cut(mem, buf_text(&b), LIMIT_RULES);
}

enum err flow_decided(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const struct run_decided *d = e->decided;
    struct flow_decided *wider = ARENA_NEW_N(u->mem, struct flow_decided, step->n_decided + 1);
    struct decision_model m = {.version = ""};
    const char *node = step->proc->node[e->node].id;

    if (d->definition != 0)
        TRY(decision_model(u, d->definition, &m));
    struct q_decision_decided_add_in row = {.subject = flow_host_of(u)->subject_id(step->work->subject),
                                            .inst = step->inst,
                                            .node = node,
                                            .at = u->now,
                                            .definition = d->definition,
                                            .decision = text_cut(u->mem, d->decision, LIMIT_NAME),
                                            .version = m.number,
                                            .version_null = m.number == 0,
                                            .rules = rules_text(u->mem, d),
                                            .by_default = d->by_default};
    TRY(unit_number(u, UNIT_ID, &row.id));
    TRY(written(u, d->value, &row.value));
    TRY(facts_text(u, d, &row.facts));
    if (step->n_decided > 0)
        memcpy(wider, step->decided, step->n_decided * sizeof *wider);
    wider[step->n_decided++].row = row;
    step->decided = wider;
    struct audit_field f[] = {{"decision", NULL, row.decision},
                              {"version", NULL, d->version},
                              {"rule", NULL, row.by_default ? "default" : row.rules},
                              {"result", NULL, text_cut(u->mem, val_string(u->mem, d->value), LIMIT_RESULT)}};
    struct flow_note note = {.event = EV_DECIDED,
                             .node = node,
                             .reason = d->words[0] != '\0' ? d->words : NULL,
                             .field = f,
                             .n_field = sizeof f / sizeof f[0]};
    return flow_event_note(u, step, &note);
}

enum err flow_decided_end(struct unit *u, struct flow_step *step)
{
    struct q_decision_decided_add_in *row = ARENA_NEW_N(u->mem, struct q_decision_decided_add_in, step->n_decided);

    for (size_t i = 0; i < step->n_decided; i++)
        row[i] = step->decided[i].row;
    return step->n_decided > 0 ? q_decision_decided_add(u, row, step->n_decided) : OK;
}

/* ---- before a release ---- */

static enum err check_version(struct unit *u, const struct proc_node *n, enum severity severity, struct findings *f)
{
    const struct proc_decision *d = &n->decision;
    uint64_t id = 0, version = 0;

    if (d->version.literal == NULL || !text_u64(d->version.literal, &version) || version > UINT32_MAX)
        return OK; /* an expression; or the rule decision-wrong has said it */
    TRY(of_version(u, d->key.literal, (uint32_t)version, &id));
    if (id == 0)
        finding_add(f, severity, "decision-unknown", n->line, n->id,
                    "There is no version %s of the decision '%s'; every ticket would stop here. Name one that was released.",
                    d->version.literal, d->key.literal);
    return OK;
}

enum err decision_check(struct unit *u, const struct proc *p, enum severity severity, struct findings *f)
{
    struct q_decision_in_force q = {.in = {.keys = keys_of(u->mem, p, NULL)}};

    if (strcmp(q.in.keys, "[]") != 0)
        TRY(q_decision_in_force(u, &q));
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];
        const char *key = n->decision.key.literal;
        if (n->kind != NODE_business_rule_task || key == NULL)
            continue;
        if (n->decision.binding == BIND_VERSION)
            TRY(check_version(u, n, severity, f));
        else if (found_in(&q, key) == 0)
            finding_add(f, severity, "decision-unknown", n->line, n->id,
                        "There is no decision '%s' in force; every ticket would stop here. Upload its model and have it "
                        "released first.",
                        key);
    }
    return OK;
}

static void name_leaving(const struct proc *p, const struct q_decision_leaving *q, struct findings *f)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_decision *d = &p->node[i].decision;
        if (p->node[i].kind != NODE_business_rule_task || d->key.literal == NULL || d->binding == BIND_VERSION)
            continue;
        for (size_t k = 0; k < q->n; k++) {
            if (strcmp(q->row[k].decision_key, d->key.literal) == 0)
                finding_add(
                    f, FINDING_ERROR, "decision-leaving", 0, d->key.literal,
                    "The process %s asks for the decision '%s', which is not in the model any more. Put it back, or release a "
                    "process without it first.",
                    p->key, d->key.literal);
        }
    }
}

enum err decision_check_leaving(struct unit *u, uint64_t draft, struct findings *f)
{
    struct q_decision_leaving q = {.in = {.draft = draft}};
    struct q_decision_processes all = {0};
    const struct proc *p;

    TRY(q_decision_leaving(u, &q));
    if (q.n == 0)
        return OK;
    TRY(q_decision_processes(u, &all));
    for (size_t i = 0; i < all.n; i++) {
        TRY(flow_proc(u, all.row[i].id, &p));
        name_leaving(p, &q, f);
    }
    return OK;
}

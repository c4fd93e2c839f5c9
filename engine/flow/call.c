/* engine/flow/call.c - call activities: instances that call instances (10.3.6, 13.3.4).
 *
 * For     starting what a call activity names, and telling the caller how it went.
 * Owns    which version is called; the columns parent_inst and parent_token.
 * Never   another subject: what is called is about the same ticket and moves in the same unit.
 * Holds   a called instance that cannot begin leaves no row; whatever becomes of it, its caller is told once. */
#include "flow/call.sql.h"
#include "flow/flow_int.h"
#include "flow/inst.sql.h"
#include "run/limit.h"

static bool alone(const struct unit *u)
{
    const struct flow_play *play = flow_host_of(u)->play;

    return play != NULL && play->alone;
}

static enum err failed(struct unit *u, struct flow_step *caller, uint32_t token, const char *why)
{
    struct trigger t = {.kind = TRIGGER_FAILURE, .token = token, .node = PROC_NONE, .vars = val_null(), .text = why};

    flow_work_add(u, caller, &t);
    return OK;
}

/* ---- which version ---- */

static enum err at_release(struct unit *u, const struct flow_step *caller, const char *key, uint64_t *id)
{
    struct q_call_at_release q = {.in = {.key = key, .caller = caller->definition}};

    TRY(q_call_at_release(u, &q));
    *id = q.found ? q.out.id : 0;
    return OK;
}

/* 0 if there is none. A process that came into force after its caller counts from its first version on. */
static enum err version_of(struct unit *u, const struct flow_step *caller, const struct effect *e, uint64_t *id)
{
    struct q_call_in_force force = {.in = {.key = e->text}};
    struct q_call_version version = {.in = {.key = e->text, .version = e->version}};

    *id = 0;
    if (e->binding == BIND_VERSION) {
        TRY(q_call_version(u, &version));
        *id = version.found ? version.out.id : 0;
        return OK;
    }
    if (e->binding == BIND_DEPLOYMENT)
        TRY(at_release(u, caller, e->text, id));
    if (*id != 0)
        return OK;
    TRY(q_call_in_force(u, &force));
    *id = force.found ? force.out.id : 0;
    return OK;
}

/* ---- beginning ---- */

static enum err begin(struct unit *u, struct flow_step *step, const struct flow_errand *d)
{
    struct flow_step *caller;
    bool fits;

    if (step->dead)
        return OK; /* its caller did not wait for it to begin */
    enum err e = flow_step_try(u, step, &d->t, &fits);
    if (fits)
        return e;
    const char *why = arena_strdup(u->mem, trouble()->text);
    trouble_clear();
    step->dead = true;
    TRY(flow_work_open(u, step->work, step->parent, &caller));
    return failed(u, caller, step->parent_token, why);
}

static enum err fresh(struct unit *u, struct flow_step *caller, const struct effect *e, uint64_t definition)
{
    struct flow_new n = {.definition = definition, .parent = caller, .token = e->token};
    struct flow_errand d = {.run = begin, .t = {.kind = TRIGGER_START, .node = PROC_NONE, .called = true, .vars = e->input}};
    const char *label;

    TRY(flow_work_fresh(u, caller->work, &n, &d.step));
    TRY(flow_label(u, definition, &label));
    TRY(flow_event(u, caller, EV_CALL_STARTED, caller->proc->node[e->node].id, &(struct audit_field){"process", NULL, label},
                   1));
    flow_work_later(u, &d);
    return OK;
}

enum err flow_call(struct unit *u, struct flow_step *step, const struct effect *e)
{
    uint64_t definition;

    if (alone(u))
        return OK;
    if (step->depth >= LIMIT_CALL_DEPTH)
        return failed(u, step, e->token, arena_printf(u->mem, "more than %d calls within each other", (int)LIMIT_CALL_DEPTH));
    if (step->work->n_step >= LIMIT_FLOW_STEPS)
        return failed(u, step, e->token,
                      arena_printf(u->mem,
                                   "more than %d processes were called in one go: does one call itself? Try again to go on.",
                                   LIMIT_FLOW_STEPS));
    TRY(version_of(u, step, e, &definition));
    if (definition == 0)
        return failed(u, step, e->token,
                      arena_printf(u->mem, "there is no process '%s' in force%s: release it, and try again", e->text,
                                   e->binding == BIND_VERSION ? " with this version" : ""));
    enum err failure = fresh(u, step, e, definition);
    if (failure != E_STATE && failure != E_FINDINGS)
        return failure;
    const char *why = arena_strdup(u->mem, trouble()->text);
    trouble_clear();
    return failed(u, step, e->token, why);
}

/* ---- telling those who were called ---- */

/* Adds T for each instance that TOKEN of STEP (0 = any) has called and that is not over. */
static enum err tell(struct unit *u, struct flow_step *step, uint32_t token, const struct trigger *t)
{
    struct q_inst_called q = {.in = {.inst = step->inst, .token = token}};
    struct flow_work *w = step->work;
    struct flow_step *called;

    if (!step->fresh)
        TRY(q_inst_called(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        TRY(flow_work_open(u, w, q.row[i].id, &called));
        flow_work_add(u, called, t);
    }
    for (size_t i = 0; i < w->n_step; i++) {
        called = w->step[i];
        if (!called->fresh || called->parent != step->inst || (token != 0 && called->parent_token != token))
            continue;
        if (called->state->n_scope == 0 && t->kind == TRIGGER_CANCEL)
            called->dead = true;
        else
            flow_work_add(u, called, t);
    }
    return OK;
}

enum err flow_call_drop(struct unit *u, struct flow_step *step, const struct effect *e)
{
    struct trigger t = {.kind = TRIGGER_CANCEL,
                        .node = PROC_NONE,
                        .vars = val_null(),
                        .text = "the process that called it does not wait for it any more"};

    return alone(u) ? OK : tell(u, step, e->token, &t);
}

enum err flow_call_tell(struct unit *u, struct flow_step *step, enum trigger_kind kind)
{
    struct trigger t = {.kind = kind, .node = PROC_NONE, .vars = val_null(), .text = "with the process that called it"};

    return alone(u) ? OK : tell(u, step, 0, &t);
}

/* ---- telling the caller ---- */

enum err flow_call_ended(struct unit *u, struct flow_step *step, const struct effect *e)
{
    struct trigger t = {.kind = TRIGGER_CALLED, .token = step->parent_token, .node = PROC_NONE, .vars = e->input};
    struct flow_step *caller;

    TRY(flow_event(u, step, EV_CALL_ENDED, NULL, &(struct audit_field){"state", "active", inst_state_name(step->state->state)},
                   1));
    TRY(flow_work_open(u, step->work, step->parent, &caller));
    if (step->state->state == INST_FAULTED) {
        t.kind = TRIGGER_ERROR;
        t.text = e->text;
    }
    if (step->state->state == INST_CANCELLED)
        return failed(u, caller, step->parent_token, "what it called was cancelled");
    flow_work_add(u, caller, &t);
    return OK;
}

enum err flow_call_escalated(struct unit *u, struct flow_step *step, const struct effect *e)
{
    struct trigger t = {
        .kind = TRIGGER_ESCALATION, .token = step->parent_token, .node = PROC_NONE, .vars = e->input, .text = e->text};
    struct flow_step *caller;

    if (step->parent == 0)
        return OK;
    TRY(flow_work_open(u, step->work, step->parent, &caller));
    flow_work_add(u, caller, &t);
    return OK;
}

/* ---- before a release ---- */

static bool in_file(const struct proc_list *file, const char *key)
{
    while (file != NULL && strcmp(file->proc->key, key) != 0)
        file = file->next;
    return file != NULL;
}

enum err flow_call_check(struct unit *u, const struct proc *p, const struct proc_list *file, struct findings *f)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];
        struct q_call_in_force q = {.in = {.key = n->call.key.literal}};
        if (n->kind != NODE_call_activity || q.in.key == NULL || in_file(file, q.in.key))
            continue;
        TRY(q_call_in_force(u, &q));
        if (!q.found)
            finding_add(f, FINDING_WARNING, "call-unknown", n->line, n->id,
                        "There is no process '%s' in force; every ticket would stop here. Have it released, too.", q.in.key);
    }
    return OK;
}

/* engine/flow/flow.c - what people do to a process instance: start it, take and complete its tasks, stop it, look at it.
 *
 * For     the desk.
 * Owns    which trigger a verb is; the events about a step.
 * Never   tickets (the host's hooks do that), HTTP, the clock (u->now).
 * Holds   the subject is locked by the caller; instance, effects, rows and trigger log are one unit (work.c).
 *
 * Services of the host that run inside the unit are answered at once: the answer is a trigger of its own, logged like any other, so that
 * a replay needs no service. */
#include "flow/flow_int.h"
#include "flow/task.sql.h"

enum err flow_start(struct unit *u, const struct flow_start *s, uint64_t *inst)
{
    struct flow_new n = {.definition = s->definition};
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .vars = val_context(u->mem, s->var, s->n_var)};
    struct flow_step *step;

    TRY(flow_work_fresh(u, flow_work_new(u, s->subject), &n, &step));
    TRY(flow_event(u, step, EV_INST_STARTED, NULL, NULL, 0));
    *inst = step->inst;
    return flow_work_whole(u, step, &t);
}

static enum err step_of_task(struct unit *u, const struct flow_task *task, void *subject, struct flow_step **step)
{
    struct flow_work *w = flow_work_new(u, subject);

    w->task = task;
    return flow_work_open(u, w, task->inst, step);
}

enum err flow_complete(struct unit *u, const struct flow_task *task, void *subject, const struct val_entry *var, size_t n)
{
    struct trigger t = {.kind = TRIGGER_TASK, .token = task->token, .node = PROC_NONE, .vars = val_context(u->mem, var, n)};
    struct flow_step *step;

    TRY(step_of_task(u, task, subject, &step));
    return flow_work_whole(u, step, &t);
}

enum err flow_claim(struct unit *u, const struct flow_task *task, void *subject, uint64_t assignee)
{
    struct q_task_assign q = {
        .in = {.id = task->id, .assignee = assignee, .assignee_null = assignee == 0, .version = task->version}};
    struct trigger t = {.kind = TRIGGER_CLAIM, .token = task->token, .node = PROC_NONE, .vars = val_null()};
    struct flow_step *step;

    TRY(q_task_assign(u, &q));
    if (q.affected == 0)
        return fail(E_CONFLICT, "task %llu was changed meanwhile", (unsigned long long)task->id);
    if (assignee == 0)
        return OK;
    TRY(step_of_task(u, task, subject, &step));
    return flow_work_whole(u, step, &t);
}

enum err flow_cancel(struct unit *u, uint64_t inst, void *subject, const char *why)
{
    struct trigger t = {.kind = TRIGGER_CANCEL, .node = PROC_NONE, .text = why, .vars = val_null()};
    struct flow_step *step;

    TRY(flow_work_open(u, flow_work_new(u, subject), inst, &step));
    return flow_work_whole(u, step, &t);
}

static void picture_tokens(struct unit *u, const struct flow_step *step, struct flow_picture *out)
{
    out->mark = ARENA_NEW_N(u->mem, struct flow_mark, step->state->n_token);
    for (uint32_t i = 0; i < step->state->n_token; i++) {
        const struct token *t = &step->state->token[i];
        const struct proc_node *n = &step->proc->node[t->node];
        if (t->role != ROLE_FLOW && t->state != TOKEN_INCIDENT)
            continue; /* what only listens, or has been done */
        out->mark[out->n++] = (struct flow_mark){.node = n->id,
                                                 .what = t->state == TOKEN_INCIDENT ? "failed" : "active",
                                                 .token = t->no,
                                                 .name = n->name[0] != '\0' ? n->name : n->id};
    }
}

static void picture_variables(struct unit *u, const struct flow_step *step, struct flow_picture *out)
{
    out->var = ARENA_NEW_N(u->mem, struct flow_var, step->state->n_var);
    for (uint32_t i = 0; i < step->state->n_var; i++) {
        const struct var *v = &step->state->var[i];
        const struct scope *sc = inst_scope(step->state, v->scope);
        out->var[out->n_var++] =
            (struct flow_var){sc != NULL && sc->node != PROC_NONE ? step->proc->node[sc->node].id : "", v->name, v->value};
    }
}

const char *flow_state_name(uint32_t state)
{
    return state <= INST_SUSPENDED ? inst_state_name((enum inst_state)state) : "unknown";
}

enum err flow_picture(struct unit *u, uint64_t inst, struct flow_picture *out)
{
    struct flow_step step = {0};

    TRY(flow_inst_load(u, inst, &step));
    *out = (struct flow_picture){.definition = step.definition, .proc = step.proc, .visited = step.visited};
    out->state = inst_state_name(step.state->state);
    picture_tokens(u, &step, out);
    picture_variables(u, &step, out);
    return OK;
}

static enum err event(struct unit *u, const struct flow_step *step, struct audit_note note)
{
    const struct flow_host *h = flow_host_of(u);

    note.stream = AUDIT_TICKET;
    note.id = h->subject_id(step->work->subject);
    note.subject = h->subject_name(step->work->subject);
    note.definition = step->definition;
    TRY(flow_label(u, step->definition, &note.version));
    return audit_log(u, &note);
}

enum err flow_event(struct unit *u, const struct flow_step *step, enum audit_event e, const char *node,
                    const struct audit_field *field, uint32_t n)
{
    return event(u, step, (struct audit_note){.event = e, .node = node, .field = field, .n_field = n});
}

enum err flow_event_note(struct unit *u, const struct flow_step *step, const struct flow_note *n)
{
    return event(
        u, step,
        (struct audit_note){.event = n->event, .node = n->node, .reason = n->reason, .field = n->field, .n_field = n->n_field});
}

enum err flow_event_why(struct unit *u, const struct flow_step *step, enum audit_event e, const char *node, const char *reason)
{
    return event(u, step, (struct audit_note){.event = e, .node = node, .reason = reason});
}

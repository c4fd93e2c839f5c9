/* engine/flow/flow.c - one trigger at a time: lock, load, run, do the effects, save.
 *
 * For     everything that moves a stored process instance.
 * Owns    the order: subject locked by the caller, instance loaded, machine, effects, state, trigger log, all in the caller's unit.
 * Never   tickets (the host's hooks do that), HTTP, the clock (u->now).
 * Holds   the trigger log, run through the machine again, gives the stored state (flow_replay proves it).
 *
 * Services of the host that run inside the step are answered at once: the answer is a trigger of its own, logged like any other, so
 * that a replay needs no service. */
#include "flow/flow_int.h"
#include "flow/inst.sql.h"
#include "flow/task.sql.h"

/* Kept for the end of the step: all its triggers, services' answers among them, are written in one go. */
static enum err log_trigger(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);
    struct flow_log *wider = ARENA_NEW_N(u->mem, struct flow_log, step->n_log + 1);
    struct trigger told = *t;

    told.asked = flow_asked(u, step);
    TRY(trigger_write(&b, &told, step->now));
    TRY(buf_done(&b));
    if (step->n_log > 0)
        memcpy(wider, step->log, step->n_log * sizeof *wider);
    wider[step->n_log++] = (struct flow_log){step->state->seq, buf_text(&b)};
    step->log = wider;
    return OK;
}

enum err flow_step_run(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    if (step->now < u->now)
        step->now = u->now;
    struct flow_asking asking = {u, step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = {.proc = step->proc,
                          .now = step->now,
                          .fuel = flow_host_of(u)->fuel,
                          .limits = flow_host_of(u)->limits,
                          .decisions = &decisions};
    struct effects fx = {.mem = u->mem};

    step->n_asked = 0;
    TRY(run_trigger(&env, step->state, t, &fx));
    TRY(log_trigger(u, step, t));
    if (step->story != NULL)
        *step->story = fx;
    return flow_effects(u, step, &fx);
}

static enum err step_end(struct unit *u, struct flow_step *step)
{
    TRY(flow_effects_end(u, step));
    return flow_inst_save(u, step);
}

static enum err step_whole(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    TRY(flow_step_run(u, step, t));
    return step_end(u, step);
}

enum err flow_start(struct unit *u, const struct flow_start *s, uint64_t *inst)
{
    struct flow_step step = {.fresh = true, .definition = s->definition, .subject = s->subject, .started = u->now};

    TRY(flow_proc(u, s->definition, &step.proc));
    if (!step.proc->executable)
        return fail(E_STATE, "process %s is not executable: set isExecutable=\"true\" in the model and release it again",
                    step.proc->key);
    TRY(unit_number(u, UNIT_ID, &step.inst));
    step.state = inst_new(u->mem);
    step.visited = arena_alloc(u->mem, (size_t)step.proc->n_node / 8 + 1);
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .vars = val_context(u->mem, s->var, s->n_var)};
    TRY(flow_event(u, &step, EV_INST_STARTED, NULL, NULL, 0));
    *inst = step.inst;
    return step_whole(u, &step, &t);
}

static enum err step_of_task(struct unit *u, const struct flow_task *task, void *subject, struct flow_step *step)
{
    *step = (struct flow_step){.subject = subject, .task = task};
    return flow_inst_load(u, task->inst, step);
}

enum err flow_complete(struct unit *u, const struct flow_task *task, void *subject, const struct val_entry *var, size_t n)
{
    struct flow_step step;

    TRY(step_of_task(u, task, subject, &step));
    struct trigger t = {.kind = TRIGGER_TASK, .token = task->token, .node = PROC_NONE, .vars = val_context(u->mem, var, n)};
    return step_whole(u, &step, &t);
}

enum err flow_claim(struct unit *u, const struct flow_task *task, void *subject, uint64_t assignee)
{
    struct q_task_assign q = {
        .in = {.id = task->id, .assignee = assignee, .assignee_null = assignee == 0, .version = task->version}};
    struct flow_step step;

    TRY(q_task_assign(u, &q));
    if (q.affected == 0)
        return fail(E_CONFLICT, "task %llu was changed meanwhile", (unsigned long long)task->id);
    if (assignee == 0)
        return OK;
    TRY(step_of_task(u, task, subject, &step));
    struct trigger t = {.kind = TRIGGER_CLAIM, .token = task->token, .node = PROC_NONE, .vars = val_null()};
    return step_whole(u, &step, &t);
}

enum err flow_cancel(struct unit *u, uint64_t inst, void *subject, const char *why)
{
    struct flow_step step = {.subject = subject};

    TRY(flow_inst_load(u, inst, &step));
    struct trigger t = {.kind = TRIGGER_CANCEL, .node = PROC_NONE, .text = why, .vars = val_null()};
    return step_whole(u, &step, &t);
}

enum err flow_picture(struct unit *u, uint64_t inst, struct flow_picture *out)
{
    struct flow_step step = {0};

    TRY(flow_inst_load(u, inst, &step));
    *out = (struct flow_picture){.definition = step.definition, .proc = step.proc, .visited = step.visited};
    out->mark = ARENA_NEW_N(u->mem, struct flow_mark, step.state->n_token);
    for (uint32_t i = 0; i < step.state->n_token; i++) {
        const struct token *t = &step.state->token[i];
        out->mark[out->n++] = (struct flow_mark){step.proc->node[t->node].id, t->state == TOKEN_INCIDENT ? "failed" : "active"};
    }
    return OK;
}

static enum err event(struct unit *u, const struct flow_step *step, struct audit_note note)
{
    const struct flow_host *h = flow_host_of(u);

    note.stream = AUDIT_TICKET;
    note.id = h->subject_id(step->subject);
    note.subject = h->subject_name(step->subject);
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

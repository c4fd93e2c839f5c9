/* engine/flow/effect.c - does what the machine asks.
 *
 * For     turning effects into rows: tasks, jobs, incidents, events of the trail; and asking the host's services.
 * Owns    the table effect -> function; the gathering of rows so that each table is written once a step.
 * Never   decides where a token goes.
 * Holds   effects are done in the order given; a timer armed and dropped in one step leaves no row. */
#include "base/text.h"
#include "flow/flow_int.h"
#include "flow/incident.sql.h"
#include "flow/job.sql.h"
#include "flow/task.sql.h"

enum { ATTEMPTS = 3, LIMIT_MESSAGE = 300, LIMIT_NAMES = 400, LIMIT_TOLD = 200 };

struct flow_timer {
    uint32_t token;
    int64_t due;
    const char *kind, *payload;
    uint32_t attempts;
    bool off;
};

static const struct proc_node *node_of(const struct flow_step *step, const struct effect *e)
{
    return &step->proc->node[e->node];
}

/* ---- tasks ---- */

static const char *first_word(struct arena *mem, const char *list)
{
    list += strspn(list, ", ");
    return arena_strndup(mem, list, strcspn(list, ", "));
}

static enum err task_open(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const struct proc_node *n = node_of(step, e);
    const struct proc_lane *lane = n->lane != PROC_NONE ? &step->proc->lane[n->lane] : NULL;
    const struct flow_host *h = flow_host_of(u);
    struct flow_task t = {.inst = step->inst,
                          .subject = h->subject_id(step->work->subject),
                          .token = e->token,
                          .node = n->id,
                          .name = n->name[0] != '\0' ? text_cut(u->mem, n->name, 250) : n->id,
                          .tier = lane != NULL ? lane->tier : "",
                          .groups = e->groups[0] != '\0' ? e->groups
                                    : lane != NULL       ? lane->groups
                                                         : "",
                          .users = e->users,
                          .assignee = e->assignee,
                          .priority = (int32_t)e->priority,
                          .version = 1,
                          .opened = u->now,
                          .due = e->due};

    if (strlen(t.groups) > LIMIT_NAMES || strlen(t.users) > LIMIT_NAMES)
        return fail(E_TOOBIG, "task %s: the list of candidates is longer than %d bytes", n->id, LIMIT_NAMES);
    t.role = first_word(u->mem, t.groups);
    TRY(unit_number(u, UNIT_ID, &t.id));
    TRY(h->task_opened(u, step->work->subject, &t));
    struct q_task_add_in row = {.id = t.id,
                                .inst = t.inst,
                                .token = t.token,
                                .subject = t.subject,
                                .node = t.node,
                                .name = t.name,
                                .tier = t.tier,
                                .role = t.role,
                                .groups = t.groups,
                                .users = t.users,
                                .assignee = t.assignee_id,
                                .assignee_null = t.assignee_id == 0,
                                .priority = t.priority,
                                .opened = t.opened,
                                .due = t.due,
                                .due_null = t.due == 0};
    TRY(q_task_add(u, &row, 1));
    struct audit_field f[] = {{"task", NULL, t.name}, {"candidates", NULL, t.groups}, {"tier", NULL, t.tier}};
    return flow_event(u, step, EV_TASK_OPENED, n->id, f, 3);
}

static enum err task_closed(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const struct flow_host *h = flow_host_of(u);
    bool completed = strcmp(e->text, "completed") == 0;
    struct q_task_close_in row = {.inst = step->inst,
                                  .token = e->token,
                                  .state = completed ? TASK_COMPLETED : TASK_CANCELLED,
                                  .at = u->now,
                                  .by = u->who->id};
    struct flow_task t = {.inst = step->inst,
                          .subject = h->subject_id(step->work->subject),
                          .token = e->token,
                          .node = node_of(step, e)->id,
                          .name = node_of(step, e)->name};

    TRY(q_task_close(u, &row, 1));
    TRY(h->task_closed(u, step->work->subject,
                       step->work->task != NULL && step->work->task->token == e->token ? step->work->task : &t, completed));
    return flow_event(u, step, completed ? EV_TASK_COMPLETED : EV_TASK_CANCELLED, node_of(step, e)->id, NULL, 0);
}

/* ---- jobs ---- */

static enum err job_later(struct unit *u, struct flow_step *step, struct flow_timer job)
{
    step->timer = flow_grown(u->mem, step->timer, step->n_timer, &step->cap_timer, sizeof *step->timer);
    step->timer[step->n_timer++] = job;
    return OK;
}

static enum err job_off(struct unit *u, struct flow_step *step, const struct effect *e)
{
    for (size_t i = step->n_timer; i > 0; i--) {
        struct flow_timer *t = &step->timer[i - 1];
        if (t->token == e->token && !t->off) {
            t->off = true;
            return OK;
        }
    }
    if (step->fresh)
        return OK;
    step->dropped = flow_grown(u->mem, step->dropped, step->n_dropped, &step->cap_dropped, sizeof *step->dropped);
    step->dropped[step->n_dropped++] = e->token;
    return OK;
}

static enum err timer_arm(struct unit *u, struct flow_step *step, const struct effect *e)
{
    return job_later(
        u, step, (struct flow_timer){.token = e->token, .due = e->due, .kind = "timer", .payload = "", .attempts = ATTEMPTS});
}

/* ---- services ---- */

static const struct flow_service *service_find(const struct flow_host *h, const char *topic)
{
    for (size_t i = 0; i < h->n_service; i++) {
        if (strcmp(h->service[i].topic, topic) == 0)
            return &h->service[i];
    }
    return NULL;
}

/* What a service is told: the model's input mappings, or, where it has none, every variable that the task can see. */
static struct val input_of(struct unit *u, const struct flow_step *step, const struct effect *e)
{
    const struct inst *in = step->state;
    const struct token *t = inst_token(in, e->token);
    struct val_entry *entry = ARENA_NEW_N(u->mem, struct val_entry, in->n_var);
    size_t n = 0;

    if (!val_is(e->input, VAL_NULL) || t == NULL)
        return e->input;
    for (uint32_t i = 0; i < in->n_var; i++) {
        if (!in->var[i].gone && inst_var(in, t->scope, in->var[i].name) == &in->var[i])
            entry[n++] = (struct val_entry){in->var[i].name, in->var[i].value};
    }
    return val_context(u->mem, entry, n);
}

static enum err service_failed(struct unit *u, struct flow_step *step, const struct effect *e, const char *why)
{
    struct trigger t = {.kind = TRIGGER_FAILURE, .token = e->token, .node = PROC_NONE, .vars = val_null(), .text = why};

    flow_work_add(u, step, &t);
    return OK;
}

/* A service that cannot do what the model asks (E_EXPR) becomes an incident; any other failure ends the unit. */
static enum err service_now(struct unit *u, struct flow_step *step, const struct flow_errand *d)
{
    const struct token *waiting = inst_token(step->state, d->e->token);
    const struct flow_service *s = service_find(flow_host_of(u), d->e->text);
    struct flow_call call = {.topic = d->e->text, .node = node_of(step, d->e)->id};
    struct val answer = val_null();

    if (waiting == NULL || waiting->state != TOKEN_WAITING || waiting->node != d->e->node)
        return OK; /* cancelled before its turn came */
    if (++step->work->services > LIMIT_FLOW_SERVICES)
        return service_failed(u, step, d->e, arena_printf(u->mem, "more than %d services in one step", LIMIT_FLOW_SERVICES));
    call.input = input_of(u, step, d->e);
    enum err failed = s->run(u, step->work->subject, &call, &answer);
    if (failed == E_EXPR)
        return service_failed(u, step, d->e, arena_strdup(u->mem, trouble()->text));
    TRY(failed);
    struct trigger t = flow_service_answer(&call, d->e->token, answer);
    if (t.kind == TRIGGER_SERVICE)
        TRY(flow_event(u, step, EV_SERVICE_DONE, call.node, &(struct audit_field){"topic", NULL, call.topic}, 1));
    return flow_step_run(u, step, &t);
}

struct trigger flow_service_answer(const struct flow_call *call, uint32_t token, struct val answer)
{
    return (struct trigger){.kind = call->error != NULL ? TRIGGER_ERROR : TRIGGER_SERVICE,
                            .token = token,
                            .node = PROC_NONE,
                            .vars = answer,
                            .text = call->error};
}

static enum err service_call(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const struct flow_service *s = service_find(flow_host_of(u), e->text);
    struct flow_errand now = {.run = service_now, .step = step, .e = e};

    if (flow_host_of(u)->play != NULL && flow_host_of(u)->play->outside)
        return OK;
    if (s == NULL)
        return service_failed(u, step, e, arena_printf(u->mem, "no service is registered for the topic '%s'", e->text));
    if (s->in_step) {
        flow_work_later(u, &now);
        return OK;
    }
    struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);
    struct val_entry entry[] = {{"topic", val_text(u->mem, e->text)},
                                {"node", val_text(u->mem, node_of(step, e)->id)},
                                {"input", input_of(u, step, e)}};
    TRY(val_write(&b, val_context(u->mem, entry, 3)));
    TRY(buf_done(&b));
    return job_later(u, step,
                     (struct flow_timer){.token = e->token,
                                         .due = u->now,
                                         .kind = "service",
                                         .payload = buf_text(&b),
                                         .attempts = e->attempts > 0 ? (uint32_t)e->attempts : ATTEMPTS});
}

/* ---- incidents, trace, end ---- */

static enum err incident(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const char *message = text_cut(u->mem, e->text, LIMIT_MESSAGE);
    struct q_incident_add q = {.in = {.inst = step->inst,
                                      .token = e->token,
                                      .subject = flow_host_of(u)->subject_id(step->work->subject),
                                      .node = node_of(step, e)->id,
                                      .message = message,
                                      .at = u->now}};

    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_incident_add(u, &q));
    return flow_event_why(u, step, EV_INCIDENT_RAISED, node_of(step, e)->id, message);
}

static enum err incident_end(struct unit *u, struct flow_step *step, const struct effect *e)
{
    struct q_incident_end q = {.in = {.inst = step->inst, .token = e->token, .at = u->now}};

    TRY(q_incident_end(u, &q));
    return flow_event(u, step, EV_INCIDENT_RETRIED, e->node != PROC_NONE ? node_of(step, e)->id : NULL, NULL, 0);
}

/* ---- what happened, for the trail ---- */

/* What was caught at the node, as far as the trail tells it: timers have an event of their own, compensation tells what was undone. */
static const enum audit_event caught[EVENT_KINDS] = {
    [EVENT_message] = EV_MESSAGE_TAKEN,        [EVENT_signal] = EV_SIGNAL_TAKEN,       [EVENT_error] = EV_ERROR_CAUGHT,
    [EVENT_escalation] = EV_ESCALATION_CAUGHT, [EVENT_conditional] = EV_CONDITION_MET,
};

static enum err told(struct unit *u, const struct flow_step *step, enum audit_event event, const struct effect *e)
{
    const char *name = e->text != NULL ? text_cut(u->mem, e->text, LIMIT_TOLD) : "";
    struct audit_field f[] = {{"name", NULL, name}};

    return flow_event(u, step, event, e->node != PROC_NONE ? node_of(step, e)->id : NULL, f, name[0] != '\0' ? 1 : 0);
}

static enum err trace(struct unit *u, struct flow_step *step, const struct effect *e)
{
    switch (e->trace) {
    case TRACE_ENTERED:
        if (e->node != PROC_NONE)
            step->visited[e->node / 8] |= (unsigned char)(1 << e->node % 8);
        return OK;
    case TRACE_TIMER_FIRED:
        return flow_event(u, step, EV_TIMER_FIRED, node_of(step, e)->id, NULL, 0);
    case TRACE_OCCURRED:
        return e->event < EVENT_KINDS && caught[e->event] != 0 ? told(u, step, caught[e->event], e) : OK;
    case TRACE_THROWN:
        return told(u, step, EV_EVENT_THROWN, e);
    case TRACE_COMPENSATED:
        return told(u, step, EV_COMPENSATED, e);
    case TRACE_STARTED:
    case TRACE_COMPLETED:
    case TRACE_CANCELLED:
    case TRACE_FLOW_TAKEN:
    case TRACE_ENDED:
    case TRACE_CHANGED: /* the operator's verb has said it, and why */
    case TRACE_MIGRATED:
        break;
    }
    return OK; /* what people see has events of its own; each single move is in the trigger log */
}

static enum err silent(struct unit *u, struct flow_step *step, const struct effect *e)
{
    return OK; /* told to whoever listens, see flow_effects() */
}

/* ---- the end, and pauses ---- */

static enum err ended(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const char *word = inst_state_name(step->state->state);

    if (step->parent != 0)
        return flow_call_ended(u, step, e);
    TRY(flow_host_of(u)->ended(u, step->work->subject, word));
    return flow_event(u, step, EV_INST_ENDED, NULL, &(struct audit_field){"state", "active", word}, 1);
}

static enum err rest(struct unit *u, struct flow_step *step, enum job_state from, enum job_state to)
{
    struct q_job_rest q = {.in = {.inst = step->inst, .from = from, .to = to}};

    return q_job_rest(u, &q);
}

static enum err suspended(struct unit *u, struct flow_step *step, const struct effect *e)
{
    TRY(rest(u, step, JOB_WAITING, JOB_RESTING));
    TRY(flow_listen_rest(u, step));
    return flow_call_tell(u, step, TRIGGER_SUSPEND);
}

static enum err resumed(struct unit *u, struct flow_step *step, const struct effect *e)
{
    TRY(rest(u, step, JOB_RESTING, JOB_WAITING));
    TRY(flow_listen_resume(u, step));
    return flow_call_tell(u, step, TRIGGER_RESUME);
}

typedef enum err (*effect_fn)(struct unit *u, struct flow_step *step, const struct effect *e);

/* clang-format off */
static const effect_fn effects[] = {
    [EFFECT_TASK_OPEN]    = task_open,
    [EFFECT_TASK_CLOSE]   = task_closed,
    [EFFECT_TIMER_ARM]    = timer_arm,
    [EFFECT_TIMER_DROP]   = job_off,
    [EFFECT_SERVICE_CALL] = service_call,
    [EFFECT_SERVICE_DROP] = job_off,
    [EFFECT_INCIDENT]     = incident,
    [EFFECT_INCIDENT_END] = incident_end,
    [EFFECT_DECIDED]      = flow_decided,
    [EFFECT_TRACE]        = trace,
    [EFFECT_ENDED]        = ended,
    [EFFECT_SCRIPTED]     = silent,
    [EFFECT_LISTEN]       = flow_listen,
    [EFFECT_UNLISTEN]     = flow_unlisten,
    [EFFECT_MESSAGE]      = flow_message_thrown,
    [EFFECT_SIGNAL]       = flow_signal_thrown,
    [EFFECT_ESCALATED]    = flow_call_escalated,
    [EFFECT_CALL]         = flow_call,
    [EFFECT_CALL_DROP]    = flow_call_drop,
    [EFFECT_SUSPENDED]    = suspended,
    [EFFECT_RESUMED]      = resumed,
};
/* clang-format on */

enum err flow_effects(struct unit *u, struct flow_step *step, const struct effects *fx)
{
    const struct flow_play *play = flow_host_of(u)->play;

    for (uint32_t i = 0; i < fx->n; i++) {
        if (play != NULL && play->hear != NULL)
            play->hear(play->ctx, step->inst, step->proc, &fx->at[i]);
        TRY(effects[fx->at[i].kind](u, step, &fx->at[i]));
    }
    return OK;
}

static enum err drop_jobs(struct unit *u, struct flow_step *step)
{
    struct q_job_drop_in *drop = ARENA_NEW_N(u->mem, struct q_job_drop_in, step->n_dropped);
    size_t n = 0;

    for (size_t i = 0; i < step->n_dropped; i++) {
        if (inst_token(step->state, step->dropped[i]) != NULL) /* else its jobs go with the token's row */
            drop[n++] = (struct q_job_drop_in){.inst = step->inst, .token = step->dropped[i]};
    }
    return n > 0 ? q_job_drop(u, drop, n) : OK;
}

enum err flow_effects_end(struct unit *u, struct flow_step *step)
{
    struct q_job_add_in *add = ARENA_NEW_N(u->mem, struct q_job_add_in, step->n_timer);
    bool resting = step->state->state == INST_SUSPENDED;
    size_t n = 0;

    TRY(drop_jobs(u, step));
    for (size_t i = 0; i < step->n_timer; i++) {
        const struct flow_timer *t = &step->timer[i];
        if (t->off)
            continue;
        add[n] = (struct q_job_add_in){.kind = t->kind,
                                       .inst = step->inst,
                                       .token = t->token,
                                       .due = t->due,
                                       .payload = t->payload,
                                       .attempts_max = t->attempts,
                                       .state = resting ? JOB_RESTING : JOB_WAITING,
                                       .at = u->now};
        TRY(unit_number(u, UNIT_ID, &add[n].id));
        n++;
    }
    if (n > 0)
        TRY(q_job_add(u, add, n));
    TRY(flow_listen_end(u, step));
    return flow_decided_end(u, step);
}

enum err flow_job_add(struct unit *u, const struct flow_job_new *n)
{
    struct q_job_add_in row = {.id = n->id,
                               .kind = n->kind,
                               .inst = n->inst,
                               .inst_null = n->inst == 0,
                               .token = n->token,
                               .due = n->due,
                               .payload = n->payload,
                               .attempts_max = n->attempts != 0 ? n->attempts : ATTEMPTS,
                               .state = n->resting ? JOB_RESTING : JOB_WAITING,
                               .at = u->now};

    if (row.id == 0)
        TRY(unit_number(u, UNIT_ID, &row.id));
    return q_job_add(u, &row, 1);
}

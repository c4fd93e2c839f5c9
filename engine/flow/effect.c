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

enum { ATTEMPTS = 3, LIMIT_MESSAGE = 300, LIMIT_NAMES = 400 };

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
                          .subject = h->subject_id(step->subject),
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
    TRY(h->task_opened(u, step->subject, &t));
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
                          .subject = h->subject_id(step->subject),
                          .token = e->token,
                          .node = node_of(step, e)->id,
                          .name = node_of(step, e)->name};

    TRY(q_task_close(u, &row, 1));
    TRY(h->task_closed(u, step->subject, step->task != NULL && step->task->token == e->token ? step->task : &t, completed));
    return flow_event(u, step, completed ? EV_TASK_COMPLETED : EV_TASK_CANCELLED, node_of(step, e)->id, NULL, 0);
}

/* ---- jobs ---- */

static enum err job_later(struct unit *u, struct flow_step *step, struct flow_timer job)
{
    struct flow_timer *wider = ARENA_NEW_N(u->mem, struct flow_timer, step->n_timer + 1);

    if (step->n_timer > 0)
        memcpy(wider, step->timer, step->n_timer * sizeof *wider);
    wider[step->n_timer++] = job;
    step->timer = wider;
    return OK;
}

static enum err job_off(struct unit *u, struct flow_step *step, const struct effect *e)
{
    for (size_t i = 0; i < step->n_timer; i++) {
        if (step->timer[i].token == e->token && !step->timer[i].off) {
            step->timer[i].off = true;
            return OK;
        }
    }
    uint32_t *wider = ARENA_NEW_N(u->mem, uint32_t, step->n_dropped + 1);
    if (step->n_dropped > 0)
        memcpy(wider, step->dropped, step->n_dropped * sizeof *wider);
    wider[step->n_dropped++] = e->token;
    step->dropped = wider;
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

    return flow_step_run(u, step, &t);
}

/* A service that cannot do what the model asks (E_EXPR) becomes an incident; any other failure ends the unit. */
static enum err service_now(struct unit *u, struct flow_step *step, const struct effect *e, const struct flow_service *s)
{
    struct flow_call call = {.topic = e->text, .input = input_of(u, step, e), .node = node_of(step, e)->id};
    struct val answer = val_null();

    if (++step->services > LIMIT_FLOW_SERVICES)
        return service_failed(u, step, e, arena_printf(u->mem, "more than %d services in one step", LIMIT_FLOW_SERVICES));
    enum err failed = s->run(u, step->subject, &call, &answer);
    if (failed == E_EXPR)
        return service_failed(u, step, e, arena_strdup(u->mem, trouble()->text));
    TRY(failed);
    TRY(flow_event(u, step, EV_SERVICE_DONE, call.node, &(struct audit_field){"topic", NULL, call.topic}, 1));
    struct trigger t = {.kind = TRIGGER_SERVICE, .token = e->token, .node = PROC_NONE, .vars = answer};
    return flow_step_run(u, step, &t);
}

static enum err service_call(struct unit *u, struct flow_step *step, const struct effect *e)
{
    const struct flow_service *s = service_find(flow_host_of(u), e->text);

    if (step->story != NULL)
        return OK;
    if (s == NULL)
        return service_failed(u, step, e, arena_printf(u->mem, "no service is registered for the topic '%s'", e->text));
    if (s->in_step)
        return service_now(u, step, e, s);
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
                                      .subject = flow_host_of(u)->subject_id(step->subject),
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
    return flow_event(u, step, EV_INCIDENT_RETRIED, node_of(step, e)->id, NULL, 0);
}

static enum err trace(struct unit *u, struct flow_step *step, const struct effect *e)
{
    if (e->trace == TRACE_ENTERED && e->node != PROC_NONE)
        step->visited[e->node / 8] |= (unsigned char)(1 << e->node % 8);
    if (e->trace == TRACE_TIMER_FIRED)
        return flow_event(u, step, EV_TIMER_FIRED, node_of(step, e)->id, NULL, 0);
    return OK; /* what people see has events of its own; each single move is in the trigger log */
}

static enum err ended(struct unit *u, struct flow_step *step, const struct effect *e)
{
    static const char *const how[] = {"active", "completed", "terminated", "cancelled"};
    const char *word = how[step->state->state];

    TRY(flow_host_of(u)->ended(u, step->subject, word));
    return flow_event(u, step, EV_INST_ENDED, NULL, &(struct audit_field){"state", "active", word}, 1);
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
};
/* clang-format on */

enum err flow_effects(struct unit *u, struct flow_step *step, const struct effects *fx)
{
    for (uint32_t i = 0; i < fx->n; i++)
        TRY(effects[fx->at[i].kind](u, step, &fx->at[i]));
    return OK;
}

enum err flow_effects_end(struct unit *u, struct flow_step *step)
{
    struct q_job_add_in *add = ARENA_NEW_N(u->mem, struct q_job_add_in, step->n_timer);
    struct q_job_drop_in *drop = ARENA_NEW_N(u->mem, struct q_job_drop_in, step->n_dropped);
    size_t n = 0;

    for (size_t i = 0; i < step->n_dropped; i++) {
        if (inst_token(step->state, step->dropped[i]) != NULL) /* else its jobs go with the token's row */
            drop[n++] = (struct q_job_drop_in){.inst = step->inst, .token = step->dropped[i]};
    }
    if (n > 0)
        TRY(q_job_drop(u, drop, n));
    n = 0;
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
                                       .at = u->now};
        TRY(unit_number(u, UNIT_ID, &add[n].id));
        n++;
    }
    if (n > 0)
        TRY(q_job_add(u, add, n));
    return flow_decided_end(u, step);
}

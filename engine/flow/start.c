/* engine/flow/start.c - what begins instances by itself: start events of the versions in force.
 *
 * For     the release of a version (deploy.c), messages and signals (message.c), due start timers (job.c).
 * Owns    the table start_point and the jobs of its timers.
 * Never   starts what somebody asks for by name: flow_start() does.
 * Holds   a version in force has a row for each event definition that can begin it, any other version has none; a start timer that goes on
 *         has exactly one job. */
#include "flow/start.sql.h"

#include "flow/job.sql.h"
#include "flow/message_int.h"
#include "flow/subscription.sql.h"

enum { LIMIT_DOORS = 1000 };

/* ---- the doors of a process ---- */

struct doors {
    struct q_start_add_in *row;
    size_t n, cap;
};

static bool nothing(const void *ctx, const char *name, struct val *out)
{
    return false;
}

/* A name that is an expression is evaluated without variables: there is no instance yet. */
static enum err name_of(struct unit *u, const struct proc_expr *x, const char **out)
{
    struct feel_env env = {.get = nothing, .now = u->now, .limits = flow_host_of(u)->limits};
    struct val v = val_null();

    if (x->literal != NULL || x->feel == NULL) {
        *out = x->literal != NULL ? x->literal : "";
        return OK;
    }
    TRY(feel_eval(x->feel, &env, u->mem, &v, NULL));
    *out = val_is(v, VAL_STRING) ? val_string(u->mem, v) : "";
    return OK;
}

static uint32_t kind_of(enum event_kind k)
{
    return k == EVENT_message       ? START_MESSAGE
           : k == EVENT_signal      ? START_SIGNAL
           : k == EVENT_conditional ? START_CONDITION
           : k == EVENT_timer       ? START_TIMER
                                    : 0;
}

static enum err add_node(struct unit *u, struct doors *d, uint64_t definition, const struct proc_node *n)
{
    for (int32_t i = 0; i < n->n_event; i++) {
        struct q_start_add_in row = {
            .definition = definition, .node = n->id, .event = i, .kind = kind_of(n->event[i].kind), .position = (uint32_t)d->n};
        if (row.kind == 0)
            continue;
        if (d->n >= LIMIT_DOORS)
            return fail(E_TOOBIG, "a process has at most %d events that begin it", LIMIT_DOORS);
        TRY(name_of(u, &n->event[i].name, &row.name));
        if (text_count(row.name) > LIMIT_FLOW_NAME)
            return fail(E_TOOBIG, "the name of a message or signal has at most %d letters", LIMIT_FLOW_NAME);
        d->row = flow_grown(u->mem, d->row, d->n, &d->cap, sizeof *d->row);
        d->row[d->n++] = row;
    }
    return OK;
}

/* Start events, receive tasks that create instances, and the events behind a gateway that does (13.2, 13.4.4). */
static enum err doors_of(struct unit *u, uint64_t definition, const struct proc *p, struct doors *d)
{
    for (int32_t i = 0; i < p->n_start; i++) {
        const struct proc_node *n = &p->node[p->start[i]];
        if (n->kind == NODE_start_event || (n->kind == NODE_receive_task && n->instantiate))
            TRY(add_node(u, d, definition, n));
        for (int32_t f = 0; n->kind == NODE_event_based_gateway && n->instantiate && f < n->n_out; f++)
            TRY(add_node(u, d, definition, &p->node[p->flow[n->out[f]].to]));
    }
    return OK;
}

/* ---- start timers ---- */

static struct run_env env_of(struct unit *u, const struct proc *p)
{
    return (struct run_env){.proc = p, .now = u->now, .fuel = flow_host_of(u)->fuel, .limits = flow_host_of(u)->limits};
}

static enum err timer_job(struct unit *u, const struct flow_door *d, int64_t due, uint64_t *id)
{
    struct val_entry e[] = {
        {"definition", val_int((int64_t)d->definition)}, {"node", val_text(u->mem, d->node)}, {"event", val_int(d->event)}};
    struct flow_job_new job = {.kind = "start", .due = due};

    TRY(flow_payload(u, e, 3, &job.payload));
    TRY(unit_number(u, UNIT_ID, &job.id));
    *id = job.id;
    return flow_job_add(u, &job);
}

static enum err arm(struct unit *u, const struct proc *p, struct q_start_add_in *row)
{
    struct flow_door d = {.definition = row->definition, .node = row->node, .event = row->event};
    struct run_env env = env_of(u, p);

    TRY(run_start_first(&env, proc_node_find(p, row->node), row->event, &row->due));
    return row->due != 0 ? timer_job(u, &d, row->due, &row->job) : OK;
}

enum err start_points_set(struct unit *u, uint64_t definition)
{
    struct doors d = {0};
    const struct proc *p;

    TRY(flow_proc(u, definition, &p));
    TRY(doors_of(u, definition, p, &d));
    for (size_t i = 0; i < d.n; i++) {
        if (d.row[i].kind == START_TIMER)
            TRY(arm(u, p, &d.row[i]));
    }
    if (d.n == 0)
        return OK;
    TRY(q_start_add(u, d.row, d.n));
    for (size_t i = 0; i < d.n; i++) {
        if (d.row[i].kind == START_MESSAGE)
            TRY(flow_kept_again(u, d.row[i].name));
    }
    return OK;
}

enum err start_points_clear(struct unit *u, uint64_t definition)
{
    struct q_start_jobs jobs = {.in = {.definition = definition}};
    struct q_start_drop drop = {.in = {.definition = definition}};

    TRY(q_start_jobs(u, &jobs));
    for (size_t i = 0; i < jobs.n; i++) {
        struct q_job_forget q = {.in = {.id = jobs.row[i].job}};
        TRY(q_job_forget(u, &q));
    }
    return q_start_drop(u, &drop);
}

/* ---- beginning ---- */

enum err flow_begin(struct unit *u, const struct flow_door *d, uint64_t *inst)
{
    const struct flow_host *h = flow_host_of(u);
    struct flow_new n = {.definition = d->definition};
    struct flow_work *w = flow_work_new(u, NULL);
    struct flow_step *step;

    TRY(flow_work_fresh(u, w, &n, &step));
    struct flow_birth b = {.definition = d->definition, .proc = step->proc, .inst = step->inst, .vars = d->vars};
    TRY(h->subject_make(u, &b));
    w->subject = b.subject;
    struct trigger t = {.kind = TRIGGER_START,
                        .node = proc_node_find(step->proc, d->node),
                        .event = d->event,
                        .vars = b.vars,
                        .text = d->text != NULL ? d->text : ""};
    if (t.node == PROC_NONE)
        return fail(E_BUG, "process %s has no node '%s'", step->proc->key, d->node);
    TRY(flow_event(u, step, EV_INST_STARTED, d->node, NULL, 0));
    TRY(flow_work_whole(u, step, &t));
    *inst = step->inst;
    return h->subject_save(u, w->subject);
}

enum err flow_door_message(struct unit *u, const char *name, struct flow_door *out)
{
    struct q_start_find q = {.in = {.kind = START_MESSAGE, .name = name}};

    TRY(q_start_find(u, &q));
    *out = (struct flow_door){.vars = val_null(), .text = name};
    if (q.n > 0) {
        out->definition = q.row[0].definition;
        out->node = q.row[0].node;
        out->event = q.row[0].event;
    }
    return OK;
}

static enum err begin_job(struct unit *u, const struct flow_door *d)
{
    struct val_entry e[] = {{"definition", val_int((int64_t)d->definition)},
                            {"node", val_text(u->mem, d->node)},
                            {"event", val_int(d->event)},
                            {"vars", d->vars},
                            {"text", val_text(u->mem, d->text)}};
    struct flow_job_new job = {.kind = "begin", .due = u->now};

    TRY(flow_payload(u, e, sizeof e / sizeof e[0], &job.payload));
    return flow_job_add(u, &job);
}

static enum err door_read(struct unit *u, const char *payload, struct flow_door *d)
{
    int64_t definition = 0, event = 0;
    struct val v;

    TRY(val_read(u->mem, payload, strlen(payload), &v));
    if (!val_int_of(val_get(v, "definition"), &definition) || !val_int_of(val_get(v, "event"), &event))
        return fail(E_BUG, "a start without its place");
    *d = (struct flow_door){.definition = (uint64_t)definition,
                            .node = flow_payload_text(u, v, "node"),
                            .event = (int32_t)event,
                            .vars = val_get(v, "vars"),
                            .text = flow_payload_text(u, v, "text")};
    return d->node != NULL ? OK : fail(E_BUG, "a start without its node");
}

enum err flow_begin_job(struct unit *u, const struct flow_job *j)
{
    struct flow_door d;
    uint64_t inst;

    TRY(door_read(u, j->payload, &d));
    return flow_begin(u, &d, &inst);
}

/* The instance, and the timer's next moment. */
enum err flow_start_job(struct unit *u, const struct flow_job *j)
{
    struct q_start_timer q = {0};
    struct flow_door d;
    const struct proc *p;
    uint64_t inst;

    TRY(door_read(u, j->payload, &d));
    q.in.definition = d.definition;
    q.in.node = d.node;
    q.in.event = d.event;
    TRY(q_start_timer(u, &q));
    if (!q.found || q.out.job != j->id)
        return OK; /* a newer version is in force */
    TRY(flow_begin(u, &d, &inst));
    TRY(flow_proc(u, d.definition, &p));
    struct run_env env = env_of(u, p);
    struct q_start_again again = {
        .in = {.definition = d.definition, .node = d.node, .event = d.event, .count = q.out.count + 1, .due = j->due}};
    TRY(run_start_next(&env, proc_node_find(p, d.node), d.event, again.in.count, &again.in.due));
    if (again.in.due != 0)
        TRY(timer_job(u, &d, again.in.due, &again.in.job));
    return q_start_again(u, &again);
}

/* Must several events occur: at the start event NODE, or behind the gateway before it? */
static bool is_parallel(const struct proc *p, int32_t node)
{
    const struct proc_node *n = &p->node[node];
    bool parallel = n->parallel;

    for (int32_t i = 0; i < n->n_in; i++) {
        const struct proc_node *from = &p->node[p->flow[n->in[i]].from];
        parallel |= from->kind == NODE_event_based_gateway && from->parallel;
    }
    return parallel;
}

/* Of several events that must all occur, the one that has begun an instance is not begun again: that instance waits for the others. */
static enum err is_begun(struct unit *u, const struct flow_door *d, bool *out)
{
    struct q_subscription_begun q = {.in = {.name = d->text, .definition = d->definition, .node = d->node}};
    const struct proc *p;

    *out = false;
    TRY(flow_proc(u, d->definition, &p));
    int32_t node = proc_node_find(p, d->node);
    if (node == PROC_NONE || !is_parallel(p, node))
        return OK;
    TRY(q_subscription_begun(u, &q));
    *out = q.found;
    return OK;
}

enum err flow_door_signal(struct unit *u, const char *name, struct val vars, uint64_t *n)
{
    struct q_start_find q = {.in = {.kind = START_SIGNAL, .name = name}};
    bool begun;

    TRY(q_start_find(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        struct flow_door d = {q.row[i].definition, q.row[i].node, q.row[i].event, vars, name};
        TRY(is_begun(u, &d, &begun));
        if (begun)
            continue;
        TRY(begin_job(u, &d));
        ++*n;
    }
    return OK;
}

enum err flow_conditions(struct unit *u, struct val vars, uint64_t *n)
{
    struct q_start_find q = {.in = {.kind = START_CONDITION, .name = ""}};
    const struct proc *p;
    bool holds;

    *n = 0;
    TRY(q_start_find(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        struct flow_door d = {q.row[i].definition, q.row[i].node, q.row[i].event, vars, ""};
        TRY(flow_proc(u, d.definition, &p));
        struct run_env env = env_of(u, p);
        TRY(run_condition(&env, proc_node_find(p, d.node), vars, &holds));
        if (!holds)
            continue;
        TRY(begin_job(u, &d));
        ++*n;
    }
    return OK;
}

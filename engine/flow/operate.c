/* engine/flow/operate.c - what operators, and those who work on a task, may do to a stored instance besides completing it.
 *
 * For     admin pages, the command line, services of the desk.
 * Owns    which trigger an operation is, its event in the trail with the reason, the line of a migration in the trigger log.
 * Never   asks who may: the caller has.
 * Holds   each is one unit: done whole, with its event, or refused and nothing is changed. */
#include "flow/flow_int.h"
#include "flow/incident.sql.h"
#include "flow/operate.sql.h"

enum { LIMIT_PAIRS = 1000 };

/* ---- one operation ---- */

struct operation {
    uint64_t inst;
    struct trigger t;
    enum audit_event event;
    const char *why;
    const struct audit_field *field;
    uint32_t n_field;
};

/* The instance, under the lock of its subject. */
static enum err open_inst(struct unit *u, uint64_t inst, struct flow_step **out)
{
    struct q_operate_subject q = {.in = {.inst = inst}};
    void *subject;

    TRY(q_operate_subject(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no process instance %llu", (unsigned long long)inst);
    TRY(flow_host_of(u)->subject_lock(u, q.out.subject, &subject));
    return flow_work_open(u, flow_work_new(u, subject), inst, out);
}

static const char *node_of(const struct flow_step *step, uint32_t token)
{
    const struct token *t = token != 0 ? inst_token(step->state, token) : NULL;

    return t != NULL ? step->proc->node[t->node].id : NULL;
}

static enum err note_operation(struct unit *u, const struct flow_step *step, const struct operation *o)
{
    struct flow_note note = {.event = o->event,
                             .node = node_of(step, o->t.token),
                             .reason = o->why != NULL && o->why[0] != '\0' ? o->why : NULL,
                             .field = o->field,
                             .n_field = o->n_field};

    return flow_event_note(u, step, &note);
}

/* The event stands before those of what follows from it. */
static enum err operate(struct unit *u, struct flow_step *step, const struct operation *o)
{
    TRY(note_operation(u, step, o));
    TRY(flow_work_whole(u, step, &o->t));
    return flow_work_save(u, step->work);
}

static enum err operate_inst(struct unit *u, const struct operation *o)
{
    struct flow_step *step;

    TRY(open_inst(u, o->inst, &step));
    return operate(u, step, o);
}

static struct trigger trigger_of(enum trigger_kind kind, uint32_t token)
{
    return (struct trigger){.kind = kind, .token = token, .node = PROC_NONE, .vars = val_null(), .text = ""};
}

enum err flow_suspend(struct unit *u, uint64_t inst, const char *why)
{
    struct operation o = {.inst = inst, .t = trigger_of(TRIGGER_SUSPEND, 0), .event = EV_INST_SUSPENDED, .why = why};

    o.t.text = why;
    return operate_inst(u, &o);
}

enum err flow_resume(struct unit *u, uint64_t inst, const char *why)
{
    struct operation o = {.inst = inst, .t = trigger_of(TRIGGER_RESUME, 0), .event = EV_INST_RESUMED, .why = why};

    return operate_inst(u, &o);
}

static enum err node_index(const struct flow_step *step, const char *id, int32_t *out)
{
    *out = proc_node_find(step->proc, id);
    return *out != PROC_NONE ? OK : fail(E_INPUT, "the process %s has no node '%s'", step->proc->key, id);
}

static enum err to_node(struct unit *u, struct operation *o, const struct flow_place *p, const char *field)
{
    struct audit_field f = {field, NULL, p->node};
    struct flow_step *step;

    TRY(open_inst(u, p->inst, &step));
    TRY(node_index(step, p->node, &o->t.node));
    o->field = &f;
    o->n_field = 1;
    o->why = p->why;
    return operate(u, step, o);
}

enum err flow_move(struct unit *u, const struct flow_place *p)
{
    struct operation o = {.t = trigger_of(TRIGGER_MOVE, p->token), .event = EV_TOKEN_MOVED};

    return to_node(u, &o, p, "to");
}

enum err flow_add(struct unit *u, const struct flow_place *p)
{
    struct operation o = {.t = trigger_of(TRIGGER_ADD, p->token), .event = EV_TOKEN_ADDED};

    return to_node(u, &o, p, "at");
}

enum err flow_activate(struct unit *u, const struct flow_place *p)
{
    struct operation o = {.t = trigger_of(TRIGGER_ACTIVATE, p->token), .event = EV_TOKEN_ADDED};

    return to_node(u, &o, p, "activity");
}

enum err flow_drop(struct unit *u, const struct flow_place *p)
{
    struct operation o = {.inst = p->inst, .t = trigger_of(TRIGGER_DROP, p->token), .event = EV_TOKEN_DROPPED, .why = p->why};

    return operate_inst(u, &o);
}

/* Names only: values may be about people. */
static const char *names_of(struct arena *mem, struct val vars)
{
    struct buf b = buf_new(mem, LIMIT_AUDIT_TEXT / 2);

    for (size_t i = 0; i < val_count(vars); i++)
        buf_fmt(&b, "%s%s", i > 0 ? ", " : "", val_entry_at(vars, i).key);
    return buf_done(&b) == OK ? buf_text(&b) : "many";
}

enum err flow_vars(struct unit *u, uint64_t inst, uint32_t token, struct val vars, const char *why)
{
    struct audit_field f = {"variables", NULL, names_of(u->mem, vars)};
    struct operation o = {
        .inst = inst, .t = trigger_of(TRIGGER_VARS, token), .event = EV_VARS_SET, .why = why, .field = &f, .n_field = 1};

    o.t.vars = vars;
    return operate_inst(u, &o);
}

/* ---- incidents ---- */

static enum err incident_trigger(struct unit *u, uint64_t incident, struct trigger *t, struct flow_step **step)
{
    struct q_incident_get q = {.in = {.id = incident}};

    TRY(q_incident_get(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no incident %llu", (unsigned long long)incident);
    if (q.out.state != 1)
        return fail(E_STATE, "incident %llu is solved already", (unsigned long long)incident);
    t->token = q.out.token;
    return open_inst(u, q.out.inst, step);
}

enum err flow_retry_with(struct unit *u, uint64_t incident, struct val vars)
{
    struct trigger t = trigger_of(TRIGGER_RETRY, 0);
    struct flow_step *step;

    t.vars = vars;
    TRY(incident_trigger(u, incident, &t, &step));
    TRY(flow_work_whole(u, step, &t));
    return flow_work_save(u, step->work);
}

enum err flow_retry(struct unit *u, uint64_t incident)
{
    return flow_retry_with(u, incident, val_null());
}

enum err flow_skip(struct unit *u, uint64_t incident, struct val vars, const char *why)
{
    struct audit_field f = {"variables", NULL, names_of(u->mem, vars)};
    struct operation o = {.t = trigger_of(TRIGGER_SKIP, 0),
                          .event = EV_INCIDENT_SKIPPED,
                          .why = why,
                          .field = &f,
                          .n_field = val_count(vars) > 0 ? 1 : 0};
    struct flow_step *step;

    o.t.vars = vars;
    TRY(incident_trigger(u, incident, &o.t, &step));
    return operate(u, step, &o);
}

/* ---- work that ends otherwise ---- */

static enum err raise(struct unit *u, const struct flow_raise *r, enum trigger_kind kind)
{
    struct audit_field f = {kind == TRIGGER_ERROR ? "error" : "escalation", NULL, r->code};
    struct operation o = {.t = trigger_of(kind, r->token), .event = EV_EVENT_THROWN, .why = r->why, .field = &f, .n_field = 1};
    struct flow_step *step;

    o.t.text = r->code;
    o.t.vars = r->vars;
    TRY(r->subject != NULL ? flow_work_open(u, flow_work_new(u, r->subject), r->inst, &step) : open_inst(u, r->inst, &step));
    TRY(note_operation(u, step, &o));
    TRY(flow_work_whole(u, step, &o.t));
    return r->subject != NULL ? OK : flow_work_save(u, step->work);
}

enum err flow_error(struct unit *u, const struct flow_raise *r)
{
    return raise(u, r, TRIGGER_ERROR);
}

enum err flow_escalation(struct unit *u, const struct flow_raise *r)
{
    return raise(u, r, TRIGGER_ESCALATION);
}

/* ---- migration ---- */

/* The line that replay reads: which version of which, and the pairs. */
static enum err migration_line(struct unit *u, const struct flow_step *step, const struct flow_migration *m, const char **out)
{
    struct val *pair = ARENA_NEW_N(u->mem, struct val, m->n_pair + 1);
    struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);

    for (size_t i = 0; i < m->n_pair; i++) {
        struct val two[] = {val_text(u->mem, m->pair[i].from), val_text(u->mem, m->pair[i].to)};
        pair[i] = val_list(u->mem, two, 2);
    }
    struct val_entry e[] = {{"now", val_int(step->now)},
                            {"fuel", val_int(flow_host_of(u)->fuel)},
                            {"from", val_int((int64_t)step->definition)},
                            {"to", val_int((int64_t)m->definition)},
                            {"pairs", val_list(u->mem, pair, m->n_pair)}};
    buf_str(&b, FLOW_MIGRATE);
    TRY(val_write(&b, val_context(u->mem, e, sizeof e / sizeof e[0])));
    TRY(buf_done(&b));
    *out = buf_text(&b);
    return OK;
}

/* What names a node beside the token itself. */
static enum err rename_rows(struct unit *u, const struct flow_step *step)
{
    const struct inst *in = step->state;
    struct q_operate_task_node_in *task = ARENA_NEW_N(u->mem, struct q_operate_task_node_in, in->n_token);
    struct q_operate_incident_node_in *incident = ARENA_NEW_N(u->mem, struct q_operate_incident_node_in, in->n_token);
    struct q_operate_subscription_node_in *wait = ARENA_NEW_N(u->mem, struct q_operate_subscription_node_in, in->n_token);
    size_t n = 0;

    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (t->gone)
            continue;
        const char *node = step->proc->node[t->node].id;
        task[n] = (struct q_operate_task_node_in){.inst = step->inst, .token = t->no, .node = node};
        incident[n] = (struct q_operate_incident_node_in){.inst = step->inst, .token = t->no, .node = node};
        wait[n++] = (struct q_operate_subscription_node_in){
            .inst = step->inst, .token = t->no, .definition = step->definition, .node = node};
    }
    if (n == 0)
        return OK;
    TRY(q_operate_task_node(u, task, n));
    TRY(q_operate_incident_node(u, incident, n));
    return q_operate_subscription_node(u, wait, n);
}

static int32_t became(const struct run_migration *m, int32_t node)
{
    for (size_t i = 0; i < m->n_pair; i++) {
        if (strcmp(m->pair[i].from, m->from->node[node].id) == 0)
            return proc_node_find(m->to, m->pair[i].to);
    }
    return proc_node_find(m->to, m->from->node[node].id);
}

/* The bits of the nodes that were entered, as the new process numbers them. */
static unsigned char *visited_in(struct arena *mem, const struct run_migration *m, const unsigned char *old)
{
    unsigned char *bits = arena_alloc(mem, (size_t)m->to->n_node / 8 + 1);

    for (int32_t i = 0; i < m->from->n_node; i++) {
        int32_t to = (old[i / 8] & 1 << i % 8) != 0 ? became(m, i) : PROC_NONE;
        if (to != PROC_NONE)
            bits[to / 8] |= (unsigned char)(1 << to % 8);
    }
    return bits;
}

static enum err note_migration(struct unit *u, const struct flow_step *step, const struct flow_migration *m)
{
    struct audit_field f = {"version", NULL, NULL};
    struct flow_note note = {
        .event = EV_INST_MIGRATED, .reason = m->why != NULL && m->why[0] != '\0' ? m->why : NULL, .field = &f, .n_field = 1};

    TRY(flow_label(u, step->definition, &f.before));
    TRY(flow_label(u, m->definition, &f.after));
    return flow_event_note(u, step, &note);
}

/* Rows name nodes and flows by id, the machine by place: a row may have to be written although the state is as before. */
static void touch_rows(struct inst *in)
{
    for (uint32_t i = 0; i < in->n_token; i++)
        in->token[i].changed = true;
    for (uint32_t i = 0; i < in->n_scope; i++)
        in->scope[i].changed = true;
}

static enum err migrate(struct unit *u, struct flow_step *step, const struct flow_migration *m, const struct run_migration *how)
{
    struct flow_asking asking = {u, step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = flow_env(u, step, &decisions);
    struct effects fx = {.mem = u->mem};
    const char *line = "";

    env.proc = how->to;
    TRY(run_migrate(&env, how, step->state, m->findings, &fx));
    TRY(note_migration(u, step, m));
    TRY(migration_line(u, step, m, &line));
    step->state->seq++;
    TRY(flow_log_add(u, step, line));
    step->visited = visited_in(u->mem, how, step->visited);
    step->definition = m->definition;
    step->proc = how->to;
    for (uint32_t i = 0; i < fx.n; i++) {
        if (fx.at[i].kind == EFFECT_INCIDENT_END)
            fx.at[i].node = PROC_NONE; /* of a listener that the new process does not have: its node is of the old one */
    }
    step->migrated = true;
    touch_rows(step->state);
    TRY(flow_effects(u, step, &fx));
    TRY(flow_work_end(u, step->work));
    TRY(rename_rows(u, step));
    return flow_work_save(u, step->work);
}

/* Only looks, so it locks nothing and may do so in a unit that reads. */
static enum err migrate_dry(struct unit *u, const struct flow_migration *m, struct run_migration *how)
{
    struct flow_step step = {0};
    struct effects lost = {.mem = u->mem};

    TRY(flow_inst_load(u, m->inst, &step));
    how->from = step.proc;
    struct flow_asking asking = {u, &step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = flow_env(u, &step, &decisions);
    env.proc = how->to;
    return run_migrate(&env, how, step.state, m->findings, &lost);
}

enum err flow_migrate(struct unit *u, const struct flow_migration *m)
{
    struct run_pair *pair = ARENA_NEW_N(u->mem, struct run_pair, m->n_pair + 1);
    struct run_migration how = {.pair = pair, .n_pair = m->n_pair};
    struct flow_step *step;

    if (m->n_pair > LIMIT_PAIRS)
        return fail(E_TOOBIG, "more than %d pairs of nodes", LIMIT_PAIRS);
    TRY(flow_step_proc(u, m->definition, &how.to));
    if (!how.to->executable)
        return fail(E_STATE, "process %s is not executable", how.to->key);
    for (size_t i = 0; i < m->n_pair; i++)
        pair[i] = (struct run_pair){m->pair[i].from, m->pair[i].to};
    if (m->dry)
        return migrate_dry(u, m, &how);
    TRY(open_inst(u, m->inst, &step));
    how.from = step->proc;
    return migrate(u, step, m, &how);
}

/* engine/run/el_task.c - tasks (BPMN 10.3.3, 13.3.3).
 *
 * For     the rows of family TASK.
 * Owns    what a task asks of people and services, and where their answers go.
 * Never   knows who these people are or what a service does.
 * Holds   effects that ask for something are written only after all expressions of the step have been evaluated. */
#include "run/behaviours.h"

enum { PRIORITY_DEFAULT = 50, PRIORITY_MOST = 100, ATTEMPTS_DEFAULT = 3 };

/* ---- abstract and manual ---- */

static enum err task_enter(struct step *s, struct token *t)
{
    TRY(activity_open(s, t));
    return step_go(s, t, STEP_LEAVE);
}

/* ---- user ---- */

static bool nothing(struct val v)
{
    return val_is(v, VAL_NULL) || (val_is(v, VAL_STRING) && v.n == 0);
}

static enum err priority_of(struct step *s, const struct token *t, int64_t *out)
{
    struct val v;

    *out = PRIORITY_DEFAULT;
    TRY(step_value(s, step_scope(t), &step_node(s, t)->priority, &v));
    if (nothing(v))
        return OK;
    if (val_is(v, VAL_STRING) && !val_number(s->tmp, v.u.s, &v))
        return fail(E_EXPR, "the priority \"%.40s\" is no number", v.u.s);
    if (!val_int_of(v, out) || *out < 0 || *out > PRIORITY_MOST)
        return fail(E_EXPR, "the priority %.40s is no whole number from 0 to %d", val_string(s->tmp, v), (int)PRIORITY_MOST);
    return OK;
}

static enum err due_of(struct step *s, const struct token *t, int64_t *out)
{
    struct val v;

    *out = 0;
    TRY(step_value(s, step_scope(t), &step_node(s, t)->due, &v));
    if (!nothing(v))
        TRY(moment_of(s->tmp, v, s->env->now, out));
    return OK;
}

/* The groups of the innermost lane that names any. */
static const char *lane_groups(const struct step *s, int32_t lane)
{
    while (lane != PROC_NONE && s->p->lane[lane].groups[0] == '\0')
        lane = s->p->lane[lane].parent;
    return lane == PROC_NONE ? "" : s->p->lane[lane].groups;
}

static enum err user_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    struct effect ask = {0};

    TRY(activity_open(s, t));
    TRY(step_text(s, step_scope(t), &node->assignee, &ask.assignee));
    TRY(step_text(s, step_scope(t), &node->groups, &ask.groups));
    TRY(step_text(s, step_scope(t), &node->users, &ask.users));
    TRY(priority_of(s, t, &ask.priority));
    TRY(due_of(s, t, &ask.due));
    struct effect *e = step_effect(s, EFFECT_TASK_OPEN, t);
    e->assignee = ask.assignee;
    e->groups = ask.groups[0] != '\0' ? ask.groups : lane_groups(s, node->lane);
    e->users = ask.users;
    e->priority = ask.priority;
    e->due = ask.due;
    return activity_rest(s, t);
}

static enum err user_wake(struct step *s, struct token *t, const struct trigger *why)
{
    const struct proc_node *node = step_node(s, t);

    if (why->kind == TRIGGER_RETRY)
        return OK; /* an error that nobody caught: the task is still there */
    if (why->kind == TRIGGER_CLAIM)
        return listen_off(s, t, 0, true);
    if (node->requires_note != NULL && (!val_is(why->vars, VAL_CONTEXT) || nothing(val_get(why->vars, node->requires_note))))
        return fail(E_FORM, "%s: \"%s\" must be given", node->id, node->requires_note);
    TRY(activity_result(s, t, why->vars));
    step_effect(s, EFFECT_TASK_CLOSE, t)->text = "completed";
    return step_go(s, t, STEP_LEAVE);
}

static enum err user_cancel(struct step *s, struct token *t)
{
    step_effect(s, EFFECT_TASK_CLOSE, t)->text = "cancelled";
    return OK;
}

/* ---- service ---- */

static enum err call(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    if (node->topic == NULL)
        return fail(E_EXPR, "%s names no topic", node->id);
    TRY(activity_open(s, t));
    struct effect *e = step_effect(s, EFFECT_SERVICE_CALL, t);
    e->text = node->topic;
    e->attempts = node->retries > 0 ? node->retries : ATTEMPTS_DEFAULT;
    if (node->n_input > 0)
        e->input = activity_given(s, t);
    t->count++;
    t->changed = true;
    return OK;
}

static enum err service_enter(struct step *s, struct token *t)
{
    TRY(call(s, t));
    return activity_rest(s, t);
}

/* With a result variable, that one takes the answer: its member "result" if there is one, else all of it. */
static struct val answer_of(struct step *s, const struct proc_node *node, struct val vars)
{
    struct val_entry e = {node->result, vars};

    if (node->result == NULL)
        return vars;
    for (size_t i = 0; i < val_count(vars); i++) {
        if (strcmp(val_entry_at(vars, i).key, "result") == 0)
            e.value = val_entry_at(vars, i).value;
    }
    return val_context(s->tmp, &e, 1);
}

static enum err service_wake(struct step *s, struct token *t, const struct trigger *why)
{
    if (why->kind == TRIGGER_RETRY) {
        TRY(call(s, t));
        return step_go(s, t, STEP_WAIT);
    }
    if (why->kind == TRIGGER_FAILURE) {
        step_incident(s, t, why->text != NULL && why->text[0] != '\0' ? why->text : "the service failed");
        return OK;
    }
    TRY(activity_result(s, t, answer_of(s, step_node(s, t), why->vars)));
    return step_go(s, t, STEP_LEAVE);
}

static enum err service_cancel(struct step *s, struct token *t)
{
    step_effect(s, EFFECT_SERVICE_DROP, t);
    return OK;
}

/* ---- send and receive ---- */

/* With a topic a service sends it; else it is thrown as soon as everything that could wait for it does. */
static enum err send_enter(struct step *s, struct token *t)
{
    if (step_node(s, t)->topic != NULL)
        return service_enter(s, t);
    TRY(activity_open(s, t));
    return step_go_late(s, t, STEP_LEAVE);
}

static enum err send_leave(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t no = t->no;
    bool goes_on = true;

    if (node->topic == NULL && node->n_event > 0)
        TRY(throw_event(s, t, &node->event[0], &goes_on));
    return goes_on ? activity_leave(s, inst_token(s->in, no)) : OK;
}

static enum err receive_enter(struct step *s, struct token *t)
{
    if (step_node(s, t)->n_event == 0)
        return fail(E_EXPR, "%s names no message to wait for", step_node(s, t)->id);
    TRY(activity_open(s, t));
    TRY(listen_arm(s, t, 0));
    if (!multi_inside(s, t))
        listen_boundary(s, t);
    return OK;
}

/* ---- script ---- */

/* The result variable takes the value; without one the entries of a context become variables, and any other value is dropped. */
static enum err keep_value(struct step *s, struct token *t, struct val v)
{
    struct val_entry e = {step_node(s, t)->result, v};

    if (e.key != NULL)
        v = val_context(s->tmp, &e, 1);
    else if (!val_is(v, VAL_CONTEXT))
        v = val_null();
    return activity_result(s, t, v);
}

/* The task ends with a BPMN error: its boundary events may catch it, though it never rested. */
static enum err script_throws(struct step *s, struct token *t, const char *code)
{
    struct throw_what w = {.code = code, .text = "", .vars = val_null()};

    if (!multi_inside(s, t))
        listen_boundary(s, t);
    return throw_error(s, t, &w);
}

static enum err script_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    const struct run_scripts *rule = s->env->scripts;
    const char *error = NULL;
    struct val v = val_null(), vars;

    TRY(activity_open(s, t));
    if (node->script != NULL)
        TRY(step_feel(s, step_scope(t), node->script, &v));
    vars = v;
    if (rule != NULL && node->result == NULL)
        rule->split(s->tmp, v, &vars, &error);
    TRY(scope_check(s, val_is(vars, VAL_CONTEXT) ? vars : val_null()));
    TRY(keep_value(s, t, vars));
    step_effect(s, EFFECT_SCRIPTED, t)->input = val_copy(s->out->mem, v);
    return error != NULL ? script_throws(s, t, error) : step_go(s, t, STEP_LEAVE);
}

/* ---- business rule ---- */

static enum err rule_enter(struct step *s, struct token *t)
{
    struct run_decided *d = ARENA_NEW(s->out->mem, struct run_decided);
    struct val v;

    TRY(activity_open(s, t));
    TRY(decide_ask(s, t, d, &v));
    TRY(keep_value(s, t, v));
    step_effect(s, EFFECT_DECIDED, t)->decided = d;
    return step_go(s, t, STEP_LEAVE);
}

/* clang-format off */
#define THROWS (ANSWERS(TRIGGER_ERROR) | ANSWERS(TRIGGER_ESCALATION))
#define SERVED (ANSWERS(TRIGGER_SERVICE) | ANSWERS(TRIGGER_FAILURE) | THROWS)
const struct behaviour behave_task               = { task_enter,    behave_never, activity_leave, behave_route, behave_keep,    0 };
const struct behaviour behave_manual_task        = { task_enter,    behave_never, activity_leave, behave_route, behave_keep,    0 };
const struct behaviour behave_user_task          = { user_enter,    user_wake,    activity_leave, behave_route, user_cancel,
                                                     ANSWERS(TRIGGER_CLAIM) | ANSWERS(TRIGGER_TASK) | THROWS };
const struct behaviour behave_service_task       = { service_enter, service_wake, activity_leave, behave_route, service_cancel, SERVED };
const struct behaviour behave_send_task          = { send_enter,    service_wake, send_leave,     behave_route, service_cancel, SERVED };
const struct behaviour behave_receive_task       = { receive_enter, behave_never, activity_leave, behave_route, behave_deaf,    0 };
const struct behaviour behave_script_task        = { script_enter,  behave_never, activity_leave, behave_route, behave_keep,    0 };
const struct behaviour behave_business_rule_task = { rule_enter,    behave_never, activity_leave, behave_route, behave_keep,    0 };
/* clang-format on */

/* engine/run/el_call.c - the call activity (BPMN 10.3.6, 13.3.4).
 *
 * For     the row call_activity of node.def.
 * Owns    what is called and with what, and where its variables go when it has completed.
 * Never   knows how a called process runs: the body starts it and tells its end.
 * Holds   while the token rests exactly one call is under way; a call that is not wanted any more is dropped. */
#include "run/behaviours.h"

static enum err version_of(struct step *s, const struct token *t, uint32_t *out)
{
    const struct proc_node *node = step_node(s, t);
    int64_t version = 0;
    struct val v;

    *out = 0;
    if (node->call.binding != BIND_VERSION)
        return OK;
    TRY(step_value(s, step_scope(t), &node->call.version, &v));
    if (val_is(v, VAL_STRING) && !val_number(s->tmp, v.u.s, &v))
        v = val_null();
    if (!val_int_of(v, &version) || version < 1 || version > UINT32_MAX)
        return fail(E_EXPR, "%s calls a version of a process that is no number from 1 on", node->id);
    *out = (uint32_t)version;
    return OK;
}

static enum err call(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    const char *key;
    uint32_t version;

    TRY(step_text(s, step_scope(t), &node->call.key, &key));
    if (key[0] == '\0')
        return fail(E_EXPR, "%s does not say which process it calls", node->id);
    TRY(version_of(s, t, &version));
    struct effect *e = step_effect(s, EFFECT_CALL, t);
    e->text = key;
    e->binding = node->call.binding;
    e->version = version;
    e->input = node->call.all_in ? val_copy(s->out->mem, scope_all(s->in, step_scope(t), s->tmp)) : activity_given(s, t);
    return OK;
}

static enum err call_enter(struct step *s, struct token *t)
{
    TRY(activity_open(s, t));
    TRY(call(s, t));
    return activity_rest(s, t);
}

/* The variables of what was called: all of them go outwards, or output mappings pick from them. */
static enum err call_result(struct step *s, struct token *t, struct val vars)
{
    const struct proc_node *node = step_node(s, t);

    if (node->n_output > 0)
        TRY(scope_set(s, t->inner, vars, SCOPE_HERE));
    /* one instance of several has variables of its own, which have gone in with the others */
    return node->call.all_out ? scope_set(s, multi_inside(s, t) ? step_scope(t) : t->scope, vars, SCOPE_OUT) : OK;
}

static enum err call_wake(struct step *s, struct token *t, const struct trigger *why)
{
    if (why->kind == TRIGGER_RETRY) {
        TRY(call(s, t));
        return step_go(s, t, STEP_WAIT);
    }
    if (why->kind == TRIGGER_FAILURE) {
        step_incident(s, t, why->text != NULL && why->text[0] != '\0' ? why->text : "what is called here could not be started");
        return OK;
    }
    TRY(call_result(s, t, why->vars));
    return step_go(s, t, STEP_LEAVE);
}

static enum err call_cancel(struct step *s, struct token *t)
{
    step_effect(s, EFFECT_CALL_DROP, t);
    return OK;
}

/* clang-format off */
const struct behaviour behave_call_activity = { call_enter, call_wake, activity_leave, behave_route, call_cancel,
                                                ANSWERS(TRIGGER_CALLED) | ANSWERS(TRIGGER_FAILURE) | ANSWERS(TRIGGER_ERROR) |
                                                    ANSWERS(TRIGGER_ESCALATION) };
/* clang-format on */

/* engine/run/activity.c - what tasks and sub-processes have in common (BPMN 10.3, 13.3.2).
 *
 * For     the behaviours of activities.
 * Owns    mappings in and out, the activity's own scope, the arming of boundary events.
 * Never   knows what the activity does.
 * Holds   boundary events are armed exactly while their activity rests; an activity's scope ends when it is left. */
#include "run/behaviours.h"
#include "run/limit.h"

/* Evaluates the N mappings in SCOPE into one context. */
static enum err mapped(struct step *s, uint32_t scope, const struct proc_mapping *map, int32_t n, struct val *out)
{
    struct val_entry *e = ARENA_NEW_N(s->tmp, struct val_entry, (size_t)n + 1);

    for (int32_t i = 0; i < n; i++) {
        e[i].key = map[i].target;
        TRY(step_value(s, scope, &map[i].source, &e[i].value));
    }
    *out = val_context(s->tmp, e, (size_t)n);
    if (n > 0 && val_is(*out, VAL_NULL))
        return fail(E_EXPR, "two mappings have the same target");
    return OK;
}

enum err activity_open(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    struct val vars = val_null();

    if (node->n_input > 0)
        TRY(mapped(s, t->scope, node->input, node->n_input, &vars));
    TRY(scope_check(s, vars));
    if (t->inner == 0 && (node->kind == NODE_sub_process || node->n_input > 0 || node->n_output > 0))
        scope_open(s, t);
    return scope_set(s, step_scope(t), vars, SCOPE_HERE);
}

enum err activity_rest(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    TRY(step_go(s, t, STEP_WAIT));
    for (int32_t i = 0; i < node->n_boundary; i++) {
        struct token *b = step_token(s, node->boundary[i], t->scope);
        b->host = t->no;
        step_begin(s, b, STEP_ENTER);
    }
    return OK;
}

enum err activity_result(struct step *s, struct token *t, struct val vars)
{
    if (step_node(s, t)->n_output > 0)
        return scope_set(s, t->inner, vars, SCOPE_HERE);
    return scope_set(s, t->scope, vars, SCOPE_OUT);
}

enum err activity_leave(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    struct val vars = val_null();

    if (node->n_output > 0)
        TRY(mapped(s, step_scope(t), node->output, node->n_output, &vars));
    TRY(scope_set(s, t->scope, vars, SCOPE_OUT));
    TRY(step_disarm(s, t, 0, false));
    if (t->inner != 0) {
        scope_close(s, t->inner);
        t->inner = 0;
    }
    return step_go(s, t, STEP_ROUTE);
}

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

static bool needs_scope(const struct step *s, const struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    bool sub = node->kind == NODE_sub_process || node->kind == NODE_event_sub_process || node->kind == NODE_transaction ||
               node->kind == NODE_ad_hoc;

    return sub || node->n_input > 0 || node->n_output > 0 || node->n_data > 0 || multi_inside(s, t);
}

enum err activity_open(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    struct val vars = val_null();

    if (multi_inside(s, t)) { /* its mappings see which instance this is */
        if (t->inner == 0)
            scope_open(s, t);
        TRY(multi_vars(s, t));
    }
    if (node->n_input > 0)
        TRY(mapped(s, step_scope(t), node->input, node->n_input, &vars));
    TRY(scope_check(s, vars));
    if (t->inner == 0 && needs_scope(s, t))
        scope_open(s, t);
    TRY(scope_set(s, step_scope(t), vars, SCOPE_HERE));
    return scope_init(s, step_scope(t), node->data, node->n_data);
}

struct val activity_given(const struct step *s, const struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    struct val_entry *e = ARENA_NEW_N(s->tmp, struct val_entry, (size_t)node->n_input + 1);

    for (int32_t i = 0; i < node->n_input; i++) {
        const struct var *v = inst_var(s->in, t->inner, node->input[i].target);
        e[i] = (struct val_entry){node->input[i].target, v != NULL ? v->value : val_null()};
    }
    return val_copy(s->out->mem, val_context(s->tmp, e, (size_t)node->n_input));
}

enum err activity_rest(struct step *s, struct token *t)
{
    TRY(step_go(s, t, STEP_WAIT));
    if (!multi_inside(s, t))
        listen_boundary(s, t);
    return OK;
}

enum err activity_result(struct step *s, struct token *t, struct val vars)
{
    if (step_node(s, t)->n_output > 0)
        return scope_set(s, t->inner, vars, SCOPE_HERE);
    return scope_set(s, step_scope(t), vars, SCOPE_OUT);
}

enum err activity_close(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    if (node->compensable && !node->for_compensation)
        return undo_keep(s, t);
    if (t->inner != 0) {
        TRY(step_clear(s, t->inner, 0, false)); /* records of what nobody can undo any more */
        scope_close(s, t->inner);
        t->inner = 0;
        t->changed = true;
    }
    return OK;
}

/* What output mappings give goes outwards, but for the result of one instance of several, which the loop collects. */
static enum err hand_out(struct step *s, const struct token *t, struct val vars)
{
    TRY(scope_check(s, vars));
    TRY(scope_stores(s, t->scope, vars, SCOPE_OUT));
    for (size_t i = 0; i < val_count(vars); i++) {
        struct val_entry e = val_entry_at(vars, i);
        bool own = multi_own(s, t, e.key);
        TRY(scope_set(s, own ? t->inner : t->scope, val_context(s->tmp, &e, 1), own ? SCOPE_HERE : SCOPE_OUT));
    }
    return OK;
}

enum err activity_leave(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    bool inside = multi_inside(s, t), all = node->loop.kind != LOOP_NONE && !inside;
    struct val vars = val_null();

    if (node->n_output > 0 && !all)
        TRY(mapped(s, step_scope(t), node->output, node->n_output, &vars));
    TRY(hand_out(s, t, vars));
    if (inside)
        return multi_done(s, t);
    if (all)
        TRY(multi_close(s, t));
    TRY(listen_off(s, t, 0, false));
    TRY(activity_close(s, t));
    return step_go(s, t, STEP_ROUTE);
}

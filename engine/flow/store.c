/* engine/flow/store.c - data stores: variables of an instance that are fields of its subject.
 *
 * For     processes with gradus:source; all others pass by without a statement.
 * Owns    when such a variable is read and when it is written back.
 * Never   knows what a ticket is: the host names the fields and keeps them.
 * Holds   the instance sees the subject as it is when a trigger comes; what it sees is in the trigger log, so that a replay asks nobody.
 *
 * Before each trigger the variables are compared with the fields. What differs was changed by others and is set by a trigger of its own;
 * a start takes the fields along. After the trigger what differs was changed by the process: fields that it writes go to the subject, at
 * once, so that services called by the same trigger see them. The others are set right before the next trigger. */
#include "flow/flow_int.h"

static struct val variable(const struct flow_step *step, const char *name)
{
    const struct var *v = inst_var(step->state, 1, name);

    return v != NULL ? v->value : val_null();
}

/* VARS with FIELDS in place of what they say about the same names. */
static struct val with_fields(struct unit *u, struct val vars, struct val fields)
{
    struct val_entry *e = ARENA_NEW_N(u->mem, struct val_entry, val_count(vars) + val_count(fields) + 1);
    size_t n = 0;

    for (size_t i = 0; i < val_count(vars); i++) {
        struct val_entry one = val_entry_at(vars, i), field;
        bool taken = false;
        for (size_t k = 0; k < val_count(fields) && !taken; k++) {
            field = val_entry_at(fields, k);
            taken = strcmp(field.key, one.key) == 0;
        }
        if (!taken)
            e[n++] = one;
    }
    for (size_t k = 0; k < val_count(fields); k++)
        e[n++] = val_entry_at(fields, k);
    return val_context(u->mem, e, n);
}

/* Those of FIELDS that the instance has otherwise. */
static struct val changed(struct unit *u, const struct flow_step *step, struct val fields)
{
    struct val_entry *e = ARENA_NEW_N(u->mem, struct val_entry, val_count(fields) + 1);
    size_t n = 0;

    for (size_t i = 0; i < val_count(fields); i++) {
        struct val_entry one = val_entry_at(fields, i);
        struct val have = variable(step, one.key);
        bool both_null = val_is(have, VAL_NULL) && val_is(one.value, VAL_NULL);
        if (!both_null && !val_same(have, one.value))
            e[n++] = one;
    }
    return val_context(u->mem, e, n);
}

static bool has_stores(struct unit *u, const struct flow_step *step)
{
    return step->proc->n_store > 0 && flow_host_of(u)->subject_vars != NULL;
}

enum err flow_store_read(struct unit *u, struct flow_step *step, struct trigger *t, struct trigger *set, bool *differs)
{
    bool steers = t->kind == TRIGGER_CANCEL || t->kind == TRIGGER_SUSPEND || t->kind == TRIGGER_RESUME;
    struct val fields;

    *differs = false;
    if (!has_stores(u, step) || steers || (t->kind != TRIGGER_START && step->state->state != INST_ACTIVE))
        return OK;
    TRY(flow_host_of(u)->subject_vars(u, step->work->subject, step->proc, &fields));
    if (t->kind == TRIGGER_START) {
        t->vars = with_fields(u, t->vars, fields);
        return OK;
    }
    *set = (struct trigger){.kind = TRIGGER_VARS, .node = PROC_NONE, .vars = changed(u, step, fields), .text = ""};
    *differs = val_count(set->vars) > 0;
    return OK;
}

enum err flow_store_write(struct unit *u, struct flow_step *step)
{
    const struct flow_host *h = flow_host_of(u);
    struct val fields;

    if (!has_stores(u, step))
        return OK;
    TRY(h->subject_vars(u, step->work->subject, step->proc, &fields));
    for (int32_t i = 0; i < step->proc->n_store; i++) {
        const struct proc_store *s = &step->proc->store[i];
        struct val_entry e = {s->name, variable(step, s->name)};
        if (s->written && !val_is(e.value, VAL_NULL) && !val_same(e.value, val_get(fields, s->name)))
            TRY(h->subject_write(u, step->work->subject, &e));
    }
    return OK;
}

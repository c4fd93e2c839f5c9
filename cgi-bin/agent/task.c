/* cgi-bin/agent/task.c - the form of any user task, as its model describes it.
 *
 * For     tasks of processes that nobody at Gradus has seen: fields, choices, instructions come from the model.
 * Owns    the reading of such fields into FEEL values.
 * Never   a field that the model does not name.
 * Holds   a task without fields is completed by its button alone. */
#include "desk/task.h"
#include "agent.h"
#include "desk/words.h"

enum { LIMIT_FIELD = 4000 };

static const struct proc_node *node_of(const struct task_face *t)
{
    int32_t i = proc_node_find(t->proc, t->node);

    return i != PROC_NONE ? &t->proc->node[i] : NULL;
}

static const char *typed_value(const struct web *w, const char *name)
{
    const struct complete_form *f = web_typed(w);

    for (size_t i = 0; f != NULL && i < f->value.n; i++) {
        if (strcmp(f->value.field[i].name, name) == 0)
            return f->value.field[i].value;
    }
    return "";
}

static void put_choices(struct web *w, const struct proc_field *f, int row, const char *value)
{
    for (int k = 0; k < f->n_choice; k++) {
        view_setf(web_view(w), f->choice[k].value, "fields.%d.options.%d.value", row, k);
        view_setf(web_view(w), f->choice[k].label, "fields.%d.options.%d.text", row, k);
        view_setf(web_view(w), strcmp(value, f->choice[k].value) == 0 ? "1" : "", "fields.%d.options.%d.chosen", row, k);
    }
}

static void put_field(struct web *w, const struct proc_field *f, int row)
{
    static const char *const kind[] = {"text", "lines", "number", "bool", "date", "choice"};
    const char *value = typed_value(w, f->id);
    struct view *v = web_view(w);

    view_setf(v, f->id, "fields.%d.name", row);
    view_setf(v, f->label != NULL && f->label[0] != '\0' ? f->label : f->id, "fields.%d.label", row);
    view_setf(v, kind[f->kind], "fields.%d.kind", row);
    view_setf(v, value, "fields.%d.value", row);
    view_setf(v, "4000", "fields.%d.most", row);
    view_setf(v, f->required ? "1" : "", "fields.%d.required", row);
    if (web_typed(w) != NULL && f->required && value[0] == '\0')
        view_textf(v, "form.required", "fields.%d.error", row);
    put_choices(w, f, row, value);
}

enum err task_show(struct unit *u, struct web *w)
{
    struct task_face t;
    struct view *v = web_view(w);

    TRY(task_read(u, web_param_id(w, 0), &t));
    const struct proc_node *n = node_of(&t);
    bool open = t.state == 1, mine = t.assignee == web_actor(w)->id;
    view_set(v, "ticket.ref", t.ref);
    view_set(v, "ticket.title", t.title);
    view_set(v, "task.id", web_param(w, 0));
    view_set(v, "task.name", web_word(w, t.name));
    view_set(v, "task.about", n != NULL ? n->doc : "");
    view_int(v, "task.version", t.version);
    view_set(v, "task.state", words_task_state(t.state));
    view_text(v, "task.state.text", arena_printf(web_mem(w), "task.state.%s", words_task_state(t.state)), NULL);
    put_tier(w, "task.tier", t.tier);
    put_due(w, "task.due", t.due, u->now);
    view_bool(v, "task.can.claim", open && t.assignee == 0 && t.may_take);
    view_bool(v, "task.can.complete", open && mine);
    for (int i = 0; n != NULL && i < n->n_field; i++)
        put_field(w, &n->field[i], i);
    web_page(w, "title", t.name);
    web_page(w, "nav.1.current", "1");
    return OK;
}

/* A field's text as the value of its kind; false if it is none. */
static bool value_of(struct web *w, const struct proc_field *f, const char *text, struct val *out)
{
    *out = val_null();
    if (f->kind == FIELD_BOOL)
        *out = val_bool(strcmp(text, "1") == 0);
    else if (text[0] == '\0')
        return !f->required;
    else if (f->kind == FIELD_NUMBER)
        return val_number(web_mem(w), text, out);
    else if (f->kind == FIELD_CHOICE) {
        for (int k = 0; k < f->n_choice; k++) {
            if (strcmp(f->choice[k].value, text) == 0)
                *out = val_text(web_mem(w), text);
        }
        return val_is(*out, VAL_STRING);
    } else
        *out = val_text(web_mem(w), text);
    return true;
}

static const char *given(const struct complete_form *f, const char *name)
{
    for (size_t i = 0; i < f->value.n; i++) {
        if (strcmp(f->value.field[i].name, name) == 0)
            return f->value.field[i].value;
    }
    return "";
}

enum err task_complete(struct unit *u, struct web *w)
{
    const struct complete_form *f = web_form(w);
    struct task_face t;
    const char *ref;

    TRY(task_read(u, web_param_id(w, 0), &t));
    const struct proc_node *n = node_of(&t);
    int32_t fields = n != NULL ? n->n_field : 0;
    struct val_entry *var = ARENA_NEW_N(web_mem(w), struct val_entry, (size_t)fields + 1);
    struct ticket_done d = {.task = t.id, .version = (uint32_t)f->version, .var = var};
    for (int32_t i = 0; i < fields; i++) {
        const char *text = given(f, n->field[i].id);
        struct val value;
        if (strlen(text) > LIMIT_FIELD || !value_of(w, &n->field[i], text, &value))
            return fail(E_FORM, "task %s: field %s", t.node, n->field[i].id);
        if (strcmp(n->field[i].id, "outcome") == 0)
            d.outcome = text[0] != '\0' ? text : NULL;
        else if (strcmp(n->field[i].id, "findings") == 0)
            d.findings = text;
        else
            var[d.n_var++] = (struct val_entry){n->field[i].id, value};
    }
    TRY(ticket_complete(u, &d, &ref));
    return reply_see_other_said(w, arena_printf(web_mem(w), "/agent/ticket/%s", ref), "said.task_done");
}

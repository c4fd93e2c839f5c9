/* engine/model/proc_event.c - event definitions, loops, data and calls, compiled.
 *
 * For     proc.c.
 * Owns    nothing.
 * Never   resolves references (bpmn*.c has).
 * Holds   an event that stands for no definition has the kind EVENT_KINDS; that is only so where proc.h allows it. */
#include <string.h>

#include "model/proc_int.h"

/* ---- events ---- */

static enum err key(struct make *m, const struct bpmn_key *from, struct proc_key *to)
{
    to->id = make_keep(m, from->id);
    to->n = from->n;
    to->message = ARENA_NEW_N(m->p->mem, const struct feel_prog *, (size_t)from->n);
    to->data = ARENA_NEW_N(m->p->mem, const struct feel_prog *, (size_t)from->n);
    for (int32_t i = 0; i < from->n; i++) {
        TRY(make_program(m, &from->message[i], &to->message[i]));
        TRY(make_program(m, &from->data[i], &to->data[i]));
    }
    return OK;
}

/* Events of one message share their keys. */
static enum err keys(struct make *m, const struct bpmn_event *from, struct proc_event *to)
{
    const char *message = from->n_correlation > 0 ? xml_attr(from->root, "", "id") : NULL;
    const struct proc_event *same = message != NULL ? map_get(&m->keys, message) : NULL;

    to->n_correlation = from->n_correlation;
    if (same != NULL) {
        to->correlation = same->correlation;
        return OK;
    }
    to->correlation = ARENA_NEW_N(m->p->mem, struct proc_key, (size_t)from->n_correlation);
    for (int32_t i = 0; i < from->n_correlation; i++)
        TRY(key(m, &from->correlation[i], &to->correlation[i]));
    if (message != NULL)
        map_set(&m->keys, message, to);
    return OK;
}

static enum err event(struct make *m, const struct bpmn_event *from, struct proc_event *to)
{
    *to = (struct proc_event){.kind = EVENT_KINDS, .timer = TIMER_NONE, .activity = PROC_NONE, .link = PROC_NONE, .wait = true};
    if (from == NULL)
        return OK;
    to->kind = from->kind;
    to->line = from->line;
    to->timer = from->timer;
    to->activity = make_index(from->activity);
    to->wait = from->wait;
    to->link = make_index(from->to);
    to->code_var = make_keep(m, from->code_var);
    to->text_var = make_keep(m, from->text_var);
    TRY(keys(m, from, to));
    TRY(make_text(m, &from->name, &to->name));
    TRY(make_text(m, &from->code, &to->code));
    TRY(make_text(m, &from->key, &to->key));
    TRY(make_text(m, &from->ttl, &to->ttl));
    TRY(make_text(m, &from->timer_text, &to->timer_text));
    return make_program(m, &from->condition, &to->condition);
}

/* A send or receive task that names no message has no event. */
static bool is_silent(const struct bpmn_node *n)
{
    return (n->kind == NODE_send_task || n->kind == NODE_receive_task) && n->definition[0].name.text == NULL;
}

enum err make_events(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    to->parallel = from->parallel;
    to->instantiate = from->instantiate;
    if (is_silent(from))
        return OK;
    to->n_event = from->n_event;
    to->event = ARENA_NEW_N(m->p->mem, struct proc_event, (size_t)from->n_event);
    for (int32_t i = 0; i < from->n_event; i++)
        TRY(event(m, &from->definition[i], &to->event[i]));
    return OK;
}

/* ---- loops ---- */

static enum proc_behavior behavior(const char *word)
{
    static const char *const words[] = {
        [BEHAVIOR_ALL] = "All", [BEHAVIOR_NONE] = "None", [BEHAVIOR_ONE] = "One", [BEHAVIOR_COMPLEX] = "Complex"};

    for (size_t i = 0; word != NULL && i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0)
            return (enum proc_behavior)i;
    }
    return BEHAVIOR_ALL;
}

enum err make_loop(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    const struct bpmn_loop *l = &from->loop;
    struct proc_loop *out = &to->loop;

    out->kind = l->kind;
    if (l->kind == LOOP_NONE)
        return OK;
    out->test_before = l->test_before;
    out->first = l->first;
    out->element = make_keep(m, l->element);
    out->output = make_keep(m, l->output);
    out->behavior = behavior(l->behavior);
    out->n_complex = l->n_complex;
    out->complex = ARENA_NEW_N(m->p->mem, struct proc_complex, (size_t)l->n_complex);
    TRY(make_program(m, &l->condition, &out->condition));
    TRY(make_text(m, &l->maximum, &out->maximum));
    TRY(make_text(m, &l->collection, &out->collection));
    TRY(make_program(m, &l->result, &out->result));
    TRY(event(m, l->none, &out->none));
    TRY(event(m, l->one, &out->one));
    for (int32_t i = 0; i < l->n_complex; i++) {
        TRY(make_program(m, &l->complex[i].condition, &out->complex[i].condition));
        out->complex[i].n_event = l->complex[i].n_event;
        out->complex[i].event = ARENA_NEW_N(m->p->mem, struct proc_event, (size_t)l->complex[i].n_event);
        for (int32_t k = 0; k < l->complex[i].n_event; k++)
            TRY(event(m, &l->complex[i].event[k], &out->complex[i].event[k]));
    }
    return OK;
}

/* ---- data and calls ---- */

enum err make_data(struct make *m, const struct bpmn_data *from, int32_t n, struct proc_data **out)
{
    *out = ARENA_NEW_N(m->p->mem, struct proc_data, (size_t)n);
    for (int32_t i = 0; i < n; i++) {
        (*out)[i].name = make_keep(m, from[i].name);
        (*out)[i].collection = from[i].collection;
        TRY(make_text(m, &from[i].initial, &(*out)[i].initial));
    }
    return OK;
}

enum err make_call(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    const struct bpmn_call *c = &from->call;

    if (from->kind != NODE_call_activity)
        return OK;
    bpmn_binding(c->binding, &to->call.binding);
    to->call.all_in = c->all_in;
    to->call.all_out = c->all_out;
    TRY(make_text(m, &c->key, &to->call.key));
    return make_text(m, &c->version, &to->call.version);
}

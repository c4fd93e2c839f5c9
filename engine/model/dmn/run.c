/* engine/model/dmn/run.c - a model and inputs to a value.
 *
 * For     dmn_decide().
 * Owns    worlds: which elements are known, and what a decision service may see; notes and hits as callers get them.
 * Never   changes a model; evaluates an element that nobody asks for.
 * Holds   an element is evaluated at most once in a world; one that is being evaluated and is asked for again is null. */
#include "model/dmn/dmn_int.h"

#include <string.h>

/* So much of the stack counts for an element that is evaluated inside the evaluation of another one, besides its logic. */
enum { STACK_ELEMENT = 8 };

struct world {
    struct feel_world w;
    const struct dmn *model;
    uint8_t *running;
};

/* ---- elements ---- */

/* Box nodes without text of their own leave notes without source: they belong to the element that was evaluated. */
static void notes_name(struct feel_note *first, const struct feel_source *source)
{
    for (struct feel_note *n = first; n != NULL; n = n->next)
        if (n->source == NULL)
            n->source = source;
}

static struct val logic_run(struct state *s, const struct dmn_logic *l)
{
    struct feel_note *before = s->last_note;
    struct dmn_trace *trace = s->trace;
    uint32_t around = trace != NULL ? trace->element : 0;

    if (trace != NULL)
        trace->element = l->index;
    s->stack += STACK_ELEMENT;
    struct val v = eval_program(s, l->prog);
    s->stack -= STACK_ELEMENT;
    if (trace != NULL)
        trace->element = around;
    notes_name(before != NULL ? before->next : s->note, l->source);
    return v;
}

static struct val world_element(struct feel_world *fw, struct frame *f, const struct node *at, uint16_t i)
{
    struct world *w = (struct world *)fw;
    const struct dmn_logic *l = &w->model->logic[i];
    const struct node here = {.source = l->source};
    struct val v = val_null();

    if (w->running[i])
        return eval_notef(f, at, "'%s' requires itself", w->model->element[i].name);
    if (l->native != NULL)
        v = eval_native(f->s, l->native, fw);
    else if (l->prog != NULL) {
        w->running[i] = 1;
        v = logic_run(f->s, l);
        w->running[i] = 0;
    } else if (w->model->element[i].kind != DMN_INPUT)
        eval_note(f, &here, "there is no logic");
    fw->value[i] = v;
    fw->known[i] = 1;
    return v;
}

static struct val element_value(struct world *w, struct frame *f, uint32_t i)
{
    const struct node at = {.source = w->model->logic[i].source};

    return w->w.known[i] ? w->w.value[i] : world_element(&w->w, f, &at, (uint16_t)i);
}

static struct world *world_new(struct state *s, const struct dmn *m)
{
    struct world *w = eval_alloc(s, sizeof *w);
    struct val *value = eval_alloc(s, (m->n + (size_t)1) * sizeof *value);
    uint8_t *flags = eval_alloc(s, 2 * (m->n + (size_t)1));

    if (w == NULL || value == NULL || flags == NULL)
        return NULL;
    *w = (struct world){.w = {.value = value, .known = flags, .element = world_element}, .model = m, .running = flags + m->n};
    return w;
}

/* Makes V the value of element I, as its type wants it. */
static void world_give(struct world *w, struct frame *f, uint32_t i, struct val v)
{
    const struct dmn_logic *l = &w->model->logic[i];
    const struct node at = {.source = l->source};

    if (!eval_coerce(f, l->type, &v))
        v = eval_notef(f, &at, "the value given for '%s' is not of type %s", w->model->element[i].name,
                       type_words(f->s->mem, l->type));
    w->w.value[i] = v;
    w->w.known[i] = 1;
}

/* ---- decision services ---- */

static struct val outputs_context(struct world *w, struct frame *f, const struct dmn_element *e)
{
    const char **key = eval_alloc(f->s, e->n_output * sizeof *key);
    struct val *value = eval_alloc(f->s, (e->n_output + (size_t)1) * sizeof *value);

    if (key == NULL || value == NULL)
        return val_null();
    for (uint32_t i = 0; i < e->n_output; i++) {
        key[i] = w->model->logic[e->output[i]].variable;
        value[i] = element_value(w, f, e->output[i]);
    }
    struct val v = context_seal(f->s->mem, key, value, e->n_output);
    return v.tag == VAL_NULL && f->s->err == OK ? eval_stop(f->s, E_TOOBIG, "a value is nested too deep or has too many parts")
                                                : v;
}

/* The service L called with ARG, which are of their types: the value of output ONLY, or all that it has to say. */
static struct val service_call(struct frame *f, const struct dmn_logic *l, const struct val *arg, int64_t only)
{
    const struct dmn_element *e = &l->model->element[l->index];
    const struct node at = {.source = l->source};
    struct world *w = world_new(f->s, l->model);
    struct feel_world *around = f->s->world;
    struct val v;

    if (w == NULL)
        return val_null();
    for (uint32_t i = 0; i < e->n_param; i++) {
        w->w.value[l->arg[i]] = arg[i];
        w->w.known[l->arg[i]] = 1;
    }
    f->s->world = &w->w;
    if (only >= 0)
        v = element_value(w, f, (uint32_t)only);
    else
        v = e->n_output == 1 ? element_value(w, f, e->output[0]) : outputs_context(w, f, e);
    f->s->world = around;
    if ((only < 0 || e->n_output == 1) && !eval_coerce(f, l->type, &v))
        return eval_notef(f, &at, "the result of '%s' is not of type %s", e->name, type_words(f->s->mem, l->type));
    return v;
}

struct val run_service(struct frame *f, const struct node *at, const struct val_function *self, struct val *arg)
{
    return service_call(f, self->native->data, arg, -1);
}

/* ---- what was asked for ---- */

static bool means(const struct dmn *m, const struct dmn_input *in, uint32_t i)
{
    return in->ns == NULL || strcmp(m->part[m->logic[i].part].ns, in->ns) == 0;
}

/* Gives one input to all elements that it may mean: those of the model itself come first, imported ones only if it has none. */
static void input_give(struct world *w, struct frame *f, const struct dmn_input *in)
{
    const struct dmn *m = w->model;
    bool own = false;

    for (const struct dmn_named *x = map_get(&m->names, in->name); x != NULL; x = x->next) {
        if (m->element[x->element].kind == DMN_SERVICE || !means(m, in, x->element) || (own && x->element >= m->n_main))
            continue;
        own = own || x->element < m->n_main;
        world_give(w, f, x->element, in->value);
    }
}

/* The value given for element I, null if there is none. */
static struct val input_for(const struct dmn_call *call, const char *name, uint32_t i)
{
    const struct dmn *m = call->model;

    for (size_t k = 0; k < call->n_input; k++)
        if ((strcmp(call->input[k].name, name) == 0 || strcmp(call->input[k].name, m->element[i].name) == 0) &&
            means(m, &call->input[k], i))
            return call->input[k].value;
    return val_null();
}

static enum err output_find(const struct dmn_call *call, const struct dmn_element *e, int64_t *out)
{
    const struct dmn *m = call->model;

    *out = -1;
    if (call->output == NULL)
        return OK;
    for (uint32_t i = 0; i < e->n_output && *out < 0; i++)
        if (strcmp(m->logic[e->output[i]].variable, call->output) == 0 ||
            strcmp(m->element[e->output[i]].name, call->output) == 0)
            *out = e->output[i];
    return *out >= 0 ? OK : fail(E_NOTFOUND, "the service %s has no output %s", e->name, call->output);
}

static enum err service_ask(const struct dmn_call *call, struct frame *f, struct val *out)
{
    const struct dmn_logic *l = &call->model->logic[call->element];
    const struct dmn_element *e = &call->model->element[call->element];
    const struct node at = {.source = l->source};
    struct val *arg = eval_alloc(f->s, (e->n_param + (size_t)1) * sizeof *arg);
    int64_t only;

    TRY(output_find(call, e, &only));
    if (arg == NULL)
        return OK;
    for (uint32_t i = 0; i < e->n_param; i++) {
        arg[i] = input_for(call, e->param[i], l->arg[i]);
        if (!eval_coerce(f, l->native->types[i], &arg[i])) {
            eval_notef(f, &at, "the value given for '%s' is not of type %s", e->param[i],
                       type_words(f->s->mem, l->native->types[i]));
            return OK;
        }
    }
    *out = service_call(f, l, arg, only);
    return OK;
}

static struct val knowledge_ask(const struct dmn_call *call, struct world *w, struct frame *f)
{
    const struct dmn_element *e = &call->model->element[call->element];
    const struct node at = {.source = call->model->logic[call->element].source};
    struct val fn = element_value(w, f, call->element), *arg = eval_alloc(f->s, (e->n_param + (size_t)1) * sizeof *arg);

    if (arg == NULL || fn.tag != VAL_FUNCTION)
        return val_null();
    for (uint32_t i = 0; i < e->n_param; i++)
        arg[i] = input_for(call, e->param[i], call->element);
    return eval_call(f, &at, fn, arg, e->n_param);
}

static enum err ask(const struct dmn_call *call, struct state *s, struct val *out)
{
    struct frame f = {.s = s};
    struct world *w = world_new(s, call->model);
    enum dmn_kind kind = call->model->element[call->element].kind;

    *out = val_null();
    if (w == NULL)
        return OK;
    s->world = &w->w;
    if (kind == DMN_SERVICE)
        return service_ask(call, &f, out);
    for (size_t i = 0; i < call->n_input && kind != DMN_KNOWLEDGE; i++)
        input_give(w, &f, &call->input[i]);
    *out = kind == DMN_KNOWLEDGE ? knowledge_ask(call, w, &f) : element_value(w, &f, call->element);
    return OK;
}

/* ---- notes ---- */

static void place(const struct feel_note *note, struct dmn_note *out)
{
    const struct feel_source *s = note->source;
    size_t n = s != NULL ? strlen(s->text) : 0;

    if (s == NULL)
        return;
    out->element = s->element;
    out->part = s->part;
    out->line = s->line;
    out->column = n > 0;
    for (size_t i = 0; i < note->offset && i < n; i++)
        if (s->text[i] == '\n') {
            out->line += s->line > 0;
            out->column = 1;
        } else if (((unsigned char)s->text[i] & 0xC0) != 0x80)
            out->column++;
}

static const struct dmn_note *notes_of(struct arena *mem, const struct feel_note *note)
{
    struct dmn_note *first = NULL, **last = &first;

    for (; note != NULL; note = note->next) {
        struct dmn_note *one = ARENA_NEW(mem, struct dmn_note);
        *one = (struct dmn_note){.element = "", .part = "", .message = note->message};
        place(note, one);
        *last = one;
        last = &one->next;
    }
    return first;
}

enum err dmn_decide(const struct dmn_call *call, struct arena *mem, struct dmn_answer *out)
{
    const struct feel_env env = {.now = call->now, .limits = call->limits};
    struct dmn_trace trace = {.element = call->element};
    struct feel_note *notes = NULL;
    struct state s;

    *out = (struct dmn_answer){.value = val_null()};
    if (call->element >= call->model->n)
        return fail(E_NOTFOUND, "the model has no element %u", call->element);
    state_begin(&s, &env, mem);
    trace.last = &trace.first;
    s.trace = call->explain ? &trace : NULL;
    TRY(ask(call, &s, &out->value));
    enum err e = state_end(&s, call->model->element[call->element].name, &out->value, &notes);
    notes_name(notes, call->model->logic[call->element].source);
    out->note = notes_of(mem, notes);
    out->hit = trace.first;
    return e;
}

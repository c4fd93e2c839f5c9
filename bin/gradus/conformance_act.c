/* bin/gradus/conformance_act.c - steps of a behaviour case that do something.
 *
 * For     gradus conformance.
 * Owns    the conventions of the cases' scripts: what becomes the trace, a variable, an error.
 * Never   more than one operation of the stage a step.
 * Holds   a step that the stage refuses fails the case; one that is not understood fails the driver. */
#include <stdio.h>

#include "conformance.h"
#include "model/feel/feel.h"

/* ---- scripts, and what is heard ---- */

/* A context's entries become variables, but for "trace" and "error"; any other value is for the trace alone. */
static void split(struct arena *mem, struct val value, struct val *vars, const char **error)
{
    struct val_entry *e = ARENA_NEW_N(mem, struct val_entry, val_count(value) + 1);
    size_t n = 0;

    *vars = val_null();
    *error = NULL;
    if (!val_is(value, VAL_CONTEXT))
        return;
    for (size_t i = 0; i < val_count(value); i++) {
        struct val_entry x = val_entry_at(value, i);
        if (strcmp(x.key, "error") == 0)
            *error = val_is(x.value, VAL_STRING) ? x.value.u.s : NULL;
        else if (strcmp(x.key, "trace") != 0)
            e[n++] = x;
    }
    *vars = val_context(mem, e, n);
}

static const struct run_scripts scripts = {split};

static void heard_script(struct telling *t, struct val v)
{
    if (val_is(v, VAL_CONTEXT))
        v = val_get(v, "trace");
    if (!val_is(v, VAL_STRING))
        return;
    struct case_word *w = ARENA_NEW(t->mem, struct case_word);
    *w = (struct case_word){.word = arena_strdup(t->mem, v.u.s)};
    *t->last_trace = w;
    t->last_trace = &w->next;
}

static void heard_task(struct telling *t, uint64_t inst, const struct proc *p, const struct effect *e)
{
    struct case_task *k = ARENA_NEW(t->mem, struct case_task);

    *k = (struct case_task){.inst = inst, .proc = p, .effect = *e, .open = true};
    k->effect.assignee = arena_strdup(t->mem, e->assignee);
    k->effect.groups = arena_strdup(t->mem, e->groups);
    k->effect.users = arena_strdup(t->mem, e->users);
    *t->last_task = k;
    t->last_task = &k->next;
}

static void hear(void *ctx, uint64_t inst, const struct proc *p, const struct effect *e)
{
    struct telling *t = ((const struct conformance_ear *)ctx)->telling;

    if (t == NULL)
        return;
    if (e->kind == EFFECT_SCRIPTED)
        heard_script(t, e->input);
    if (e->kind == EFFECT_TASK_OPEN)
        heard_task(t, inst, p, e);
    for (struct case_task *k = t->task; e->kind == EFFECT_TASK_CLOSE && k != NULL; k = k->next) {
        if (k->inst == inst && k->effect.token == e->token)
            k->open = false;
    }
}

struct stage_env conformance_env(struct conformance_ear *ear)
{
    return (struct stage_env){.fuel = LIMIT_CASE_FUEL, .scripts = &scripts, .force = true, .hear = hear, .ctx = ear};
}

/* ---- instances by name ---- */

static void name_set(struct telling *t, const char *name, uint64_t inst)
{
    struct case_name *n = ARENA_NEW(t->mem, struct case_name);

    *n = (struct case_name){.name = name, .inst = inst, .next = t->name};
    t->name = n;
}

bool conformance_named(struct telling *t, const struct json *step, uint64_t *inst)
{
    const char *name = json_text(json_get(step, "instance"));

    name = name != NULL ? name : "main";
    for (const struct case_name *n = t->name; n != NULL; n = n->next) {
        if (strcmp(n->name, name) == 0) {
            *inst = n->inst;
            return true;
        }
    }
    conformance_untrue(t, "no instance is called \"%s\"", name);
    return false;
}

enum err conformance_instances(struct telling *t, struct stage_inst **out, size_t *n)
{
    return t->stage->instances(t->stage->ctx, t->mem, out, n);
}

/* Gives the name of the step to the first instance that began since there were BEFORE of them; *BEGAN = how many did that nobody
 * called. */
static enum err name_new(struct telling *t, const struct json *step, size_t before, size_t *began)
{
    const char *as = json_text(json_get(step, "as"));
    struct stage_inst *inst;
    size_t n;

    TRY(conformance_instances(t, &inst, &n));
    *began = 0;
    for (size_t i = before; i < n; i++) {
        if (inst[i].caller == 0 && (*began)++ == 0 && as != NULL)
            name_set(t, as, inst[i].handle);
    }
    return as != NULL && *began == 0 ? conformance_untrue(t, "no instance began") : OK;
}

static enum err count(struct telling *t, size_t *n)
{
    struct stage_inst *inst;

    return conformance_instances(t, &inst, n);
}

static enum err vars_of(struct telling *t, const struct json *step, const char *name, struct val *out)
{
    return conformance_value(t->mem, json_get(step, name), out);
}

/* ---- deploy, start ---- */

static void file_end(void *f)
{
    fclose(f);
}

static enum err read_model(struct telling *t, const char *name, struct stage_file *out)
{
    const char *path = arena_printf(t->mem, "%s%s", t->folder, name);
    FILE *f = fopen(path, "rbe");
    char *bytes = arena_alloc(t->mem, LIMIT_CASE_MODEL + 1);

    if (f == NULL)
        return fail(E_INPUT, "%s: cannot be read", path);
    arena_at_end(t->mem, file_end, f);
    size_t n = fread(bytes, 1, LIMIT_CASE_MODEL + 1, f);
    if (n > LIMIT_CASE_MODEL)
        return fail(E_INPUT, "%s: larger than %d bytes", path, (int)LIMIT_CASE_MODEL);
    *out = (struct stage_file){.name = name, .bytes = {bytes, n}};
    return OK;
}

static enum err act_deploy(struct telling *t, const struct json *step)
{
    const struct json *files = json_get(step, "files");
    const char *expect = conformance_text(step, "expect");
    struct findings f = findings_new(t->mem);
    struct stage_file file[LIMIT_CASE_FILES];
    size_t n = json_count(files);

    if (n == 0 || n > LIMIT_CASE_FILES)
        return fail(E_INPUT, "a deployment has 1 to %d files", (int)LIMIT_CASE_FILES);
    for (size_t i = 0; i < n; i++) {
        const char *name = json_text(json_at(files, i));
        TRY(read_model(t, name != NULL ? name : "", &file[i]));
    }
    enum err e = t->stage->deploy(t->stage->ctx, file, n, &f);
    if (e != OK && e != E_FINDINGS)
        return err_pass(e, __FILE__, __LINE__);
    if (strcmp(expect, "rejected") == 0)
        return e == OK ? conformance_untrue(t, "the deployment was not rejected") : OK;
    if (strcmp(expect, "any") == 0) {
        t->over = e != OK;
        return OK;
    }
    const struct finding *x = f.first;
    while (x != NULL && x->severity != FINDING_ERROR)
        x = x->next;
    return e == OK ? OK
                   : conformance_untrue(t, "rejected: %s %s", x != NULL ? x->element : "",
                                        x != NULL ? x->message : trouble()->text);
}

static enum err act_start(struct telling *t, const struct json *step)
{
    const char *as = json_text(json_get(step, "as"));
    uint64_t inst = 0;
    struct val vars;

    TRY(vars_of(t, step, "vars", &vars));
    enum err e = t->stage->start(t->stage->ctx, conformance_text(step, "process"), vars, &inst);
    if (e != OK && e != E_STATE)
        return err_pass(e, __FILE__, __LINE__);
    name_set(t, as != NULL ? as : "main", e == OK ? inst : 0);
    return OK;
}

/* ---- events from outside ---- */

static enum err act_message(struct telling *t, const struct json *step)
{
    struct stage_message m = {.name = conformance_text(step, "name")};
    bool nobody = strcmp(conformance_text(step, "expect"), "none") == 0, taken = false;
    size_t before, began;

    TRY(vars_of(t, step, "vars", &m.vars));
    TRY(vars_of(t, step, "correlation", &m.where));
    TRY(count(t, &before));
    TRY(t->stage->message(t->stage->ctx, &m, &taken));
    if (taken == nobody)
        return conformance_untrue(t, taken ? "somebody took the message \"%s\"" : "nobody took the message \"%s\"", m.name);
    return name_new(t, step, before, &began);
}

static enum err act_signal(struct telling *t, const struct json *step)
{
    size_t before, began;
    struct val vars;

    TRY(vars_of(t, step, "vars", &vars));
    TRY(count(t, &before));
    TRY(t->stage->signal(t->stage->ctx, conformance_text(step, "name"), vars));
    return name_new(t, step, before, &began);
}

static enum err act_conditions(struct telling *t, const struct json *step)
{
    size_t before, began;
    struct val vars;
    int64_t want;

    TRY(vars_of(t, step, "vars", &vars));
    TRY(count(t, &before));
    TRY(t->stage->conditions(t->stage->ctx, vars));
    TRY(name_new(t, step, before, &began));
    if (json_int(json_get(step, "started"), &want) && (size_t)want != began)
        return conformance_untrue(t, "%zu instances began", began);
    return OK;
}

static enum err act_advance(struct telling *t, const struct json *step)
{
    int64_t months, micros;

    if (!feel_duration(conformance_text(step, "duration"), &months, &micros))
        return fail(E_INPUT, "\"%s\" is no duration", conformance_text(step, "duration"));
    t->now = feel_add_duration(t->now, months, micros);
    return t->stage->clock(t->stage->ctx, t->now);
}

/* ---- people at work ---- */

static enum err at_task(struct telling *t, const struct json *step, enum trigger_kind kind)
{
    struct trigger trigger = {.kind = kind, .node = PROC_NONE, .text = conformance_text(step, "code")};
    const char *id = conformance_text(step, "task");
    struct case_task *k;

    TRY(conformance_task(t, id, json_get(step, "match"), &k));
    if (k == NULL)
        return conformance_untrue(t, "no task \"%s\" is open", id);
    TRY(vars_of(t, step, "vars", &trigger.vars));
    trigger.token = k->effect.token;
    return t->stage->act(t->stage->ctx, k->inst, &trigger);
}

static enum err act_complete(struct telling *t, const struct json *step)
{
    return at_task(t, step, TRIGGER_TASK);
}

static enum err act_error(struct telling *t, const struct json *step)
{
    return at_task(t, step, TRIGGER_ERROR);
}

static enum err act_escalation(struct telling *t, const struct json *step)
{
    return at_task(t, step, TRIGGER_ESCALATION);
}

static enum err at_instance(struct telling *t, const struct json *step, enum trigger_kind kind)
{
    struct trigger trigger = {.kind = kind, .node = PROC_NONE, .text = ""};
    uint64_t inst;

    if (!conformance_named(t, step, &inst))
        return OK;
    if (inst == 0)
        return conformance_untrue(t, "the instance did not begin");
    TRY(vars_of(t, step, "vars", &trigger.vars));
    return t->stage->act(t->stage->ctx, inst, &trigger);
}

static enum err act_set_vars(struct telling *t, const struct json *step)
{
    return at_instance(t, step, TRIGGER_VARS);
}

static enum err act_cancel(struct telling *t, const struct json *step)
{
    return at_instance(t, step, TRIGGER_CANCEL);
}

/* Asks each ad-hoc sub-process of the instance that has the activity, oldest first, until one begins it. */
static enum err activate(struct telling *t, const struct stage_inst *i, const char *id, bool *begun)
{
    int32_t node = proc_node_find(i->proc, id);
    const struct inst *in;

    if (node == PROC_NONE)
        return OK;
    TRY(t->stage->state(t->stage->ctx, t->mem, i->handle, &in));
    for (uint32_t k = 0; k < in->n_token && !*begun; k++) {
        struct trigger trigger = {
            .kind = TRIGGER_ACTIVATE, .token = in->token[k].no, .node = node, .vars = val_null(), .text = ""};
        if (in->token[k].node != i->proc->node[node].scope || i->proc->node[in->token[k].node].kind != NODE_ad_hoc)
            continue;
        enum err e = t->stage->act(t->stage->ctx, i->handle, &trigger);
        if (e != OK && e != E_STATE)
            return err_pass(e, __FILE__, __LINE__);
        *begun = e == OK;
    }
    return OK;
}

static enum err act_adhoc(struct telling *t, const struct json *step)
{
    const char *id = conformance_text(step, "activity");
    bool begun = false, refused = strcmp(conformance_text(step, "expect"), "refused") == 0;
    struct stage_inst *inst;
    size_t n;

    TRY(conformance_instances(t, &inst, &n));
    for (size_t i = 0; i < n && !begun; i++) {
        if (inst[i].state == INST_ACTIVE)
            TRY(activate(t, &inst[i], id, &begun));
    }
    if (begun == refused)
        return conformance_untrue(t, begun ? "the activity \"%s\" has begun" : "the activity \"%s\" could not begin", id);
    return OK;
}

/* clang-format off */
const struct conformance_op conformance_acts[] = {
    { "deploy",              act_deploy     },
    { "start",               act_start      },
    { "message",             act_message    },
    { "signal",              act_signal     },
    { "evaluate_conditions", act_conditions },
    { "advance",             act_advance    },
    { "complete",            act_complete   },
    { "throw_error",         act_error      },
    { "throw_escalation",    act_escalation },
    { "set_vars",            act_set_vars   },
    { "cancel",              act_cancel     },
    { "activate_adhoc",      act_adhoc      },
    { NULL,                  NULL           }
};
/* clang-format on */

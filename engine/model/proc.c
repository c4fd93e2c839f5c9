/* engine/model/proc.c - checked structs to a compiled process.
 *
 * For     what the machine runs: flat arrays, indices instead of ids, FEEL as programs.
 * Owns    the order of things in a process: nodes and flows as in the document, entries, stages.
 * Never   reports (check.c has, before a process is made), keeps a pointer into the file.
 * Holds   every index is PROC_NONE or inside its array; every string lives in the process's own arena; a process exists only
 * when the whole file has no error. */
#include "model/proc.h"

#include <string.h>

#include "base/text.h"
#include "model/check.h"
#include "model/proc_int.h"

enum { LIMIT_SCALE_WORD = 20 }; /* letters of an impact or urgency */

static const char *const names[NODE_KINDS] = {
#define NODE(name, local, family, waits, clause) [NODE_##name] = #name,
#include "model/node.def"
#undef NODE
};

static const char *const locals[NODE_KINDS] = {
#define NODE(name, local, family, waits, clause) [NODE_##name] = local,
#include "model/node.def"
#undef NODE
};

static const char *const clauses[NODE_KINDS] = {
#define NODE(name, local, family, waits, clause) [NODE_##name] = clause,
#include "model/node.def"
#undef NODE
};

static const char *const event_names[EVENT_KINDS] = {
#define EVENT(name, local, places) [EVENT_##name] = #name,
#include "model/event.def"
#undef EVENT
};

static const char *const event_locals[EVENT_KINDS] = {
#define EVENT(name, local, places) [EVENT_##name] = local,
#include "model/event.def"
#undef EVENT
};

const char *node_kind_name(enum node_kind k)
{
    return k < NODE_KINDS ? names[k] : "unknown";
}

const char *node_kind_local(enum node_kind k)
{
    return k < NODE_KINDS ? locals[k] : "unknown";
}

const char *node_kind_clause(enum node_kind k)
{
    return k < NODE_KINDS ? clauses[k] : "";
}

const char *event_kind_name(enum event_kind k)
{
    return k < EVENT_KINDS ? event_names[k] : "none";
}

const char *event_kind_local(enum event_kind k)
{
    return k < EVENT_KINDS ? event_locals[k] : "";
}

int32_t proc_node_find(const struct proc *p, const char *id)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        if (strcmp(p->node[i].id, id) == 0)
            return i;
    }
    return PROC_NONE;
}

/* ---- small things ---- */

const char *make_keep(struct make *m, const char *s)
{
    return s == NULL ? NULL : arena_strdup(m->p->mem, s);
}

int32_t make_index(const struct bpmn_node *n)
{
    return n != NULL ? n->index : PROC_NONE;
}

enum err make_program(struct make *m, const struct bpmn_expr *e, const struct feel_prog **out)
{
    struct feel_prog *prog = NULL;

    *out = NULL;
    if (e->text == NULL)
        return OK;
    enum err err = feel_compile(m->p->mem, e->text, FEEL_EXPRESSION, m->names, &prog, NULL);
    if (err != OK && m->p->executable)
        return err_pass(err, __FILE__, __LINE__);
    *out = err == OK ? prog : NULL; /* in a process that is only viewed a text may be anything */
    return OK;
}

enum err make_text(struct make *m, const struct bpmn_expr *e, struct proc_expr *out)
{
    *out = (struct proc_expr){0};
    if (e->feel)
        return make_program(m, e, &out->feel);
    out->literal = make_keep(m, e->text);
    return OK;
}

/* ---- nodes ---- */

static enum err mappings(struct make *m, const struct bpmn_mapping *from, int32_t n, struct proc_mapping **out)
{
    *out = ARENA_NEW_N(m->p->mem, struct proc_mapping, (size_t)n);
    for (int32_t i = 0; i < n; i++) {
        (*out)[i].target = make_keep(m, from[i].target);
        TRY(make_text(m, &from[i].source, &(*out)[i].source));
    }
    return OK;
}

static void fields(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    to->n_field = from->n_field;
    to->field = ARENA_NEW_N(m->p->mem, struct proc_field, (size_t)from->n_field);
    for (int32_t i = 0; i < from->n_field; i++) {
        struct proc_field *f = &to->field[i];

        *f = from->field[i].field;
        f->id = make_keep(m, f->id);
        f->label = make_keep(m, f->label);
        f->choice = arena_memdup(m->p->mem, f->choice, (size_t)f->n_choice * sizeof *f->choice);
        for (int k = 0; k < f->n_choice; k++) {
            f->choice[k].value = make_keep(m, f->choice[k].value);
            f->choice[k].label = make_keep(m, f->choice[k].label);
        }
    }
}

static enum err people(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    TRY(make_text(m, &from->assignee, &to->assignee));
    TRY(make_text(m, &from->groups, &to->groups));
    TRY(make_text(m, &from->users, &to->users));
    TRY(make_text(m, &from->due, &to->due));
    TRY(make_text(m, &from->priority, &to->priority));
    /* A task that names nobody is for the groups of its lane. */
    if (from->kind == NODE_user_task && from->groups.text == NULL && from->users.text == NULL && from->lane != NULL &&
        *from->lane->groups != '\0')
        to->groups.literal = make_keep(m, from->lane->groups);
    to->form_key = make_keep(m, from->form_key);
    to->requires_note = make_keep(m, from->findings);
    fields(m, from, to);
    return OK;
}

static enum err decision(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    const struct bpmn_decision *d = &from->decision;
    struct proc_decision *out = &to->decision;

    if (from->kind != NODE_business_rule_task)
        return OK;
    TRY(make_text(m, &d->key, &out->key));
    TRY(make_text(m, &d->version, &out->version));
    bpmn_binding(d->binding, &out->binding);
    bpmn_shape(d, &out->shape);
    /* Camunda 7 shows the answer to the output mappings under this name. */
    if (d->vendor == VENDOR_JUEL && to->result == NULL && from->n_output > 0)
        to->result = "decisionResult";
    return OK;
}

static enum err work(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    uint64_t retries = 0;

    if (from->retries != NULL && text_u64(from->retries, &retries))
        to->retries = (int32_t)retries;
    to->topic = make_keep(m, from->topic);
    to->result = make_keep(m, from->result);
    to->n_input = from->n_input;
    to->n_output = from->n_output;
    TRY(make_program(m, &from->script, &to->script));
    TRY(mappings(m, from->input, from->n_input, &to->input));
    TRY(mappings(m, from->output, from->n_output, &to->output));
    TRY(decision(m, from, to));
    TRY(make_loop(m, from, to));
    TRY(make_call(m, from, to));
    TRY(make_program(m, &from->done_if, &to->done_if));
    to->n_data = from->n_data;
    TRY(make_data(m, from->data, from->n_data, &to->data));
    return make_events(m, from, to);
}

static int32_t *entry_list(struct make *m, const struct bpmn_node *first, int32_t n)
{
    int32_t *list = ARENA_NEW_N(m->p->mem, int32_t, (size_t)n);

    for (int32_t i = 0; first != NULL && i < n; first = first->next_entry)
        list[i++] = first->index;
    return list;
}

static void links(struct make *m, const struct bpmn_node *from, struct proc_node *to)
{
    int32_t i = 0;

    to->scope = make_index(from->scope);
    to->lane = from->lane != NULL ? from->lane->index : PROC_NONE;
    to->host = make_index(from->host);
    to->interrupting = from->interrupting;
    to->until_claim = from->until != NULL;
    to->handler = make_index(from->handler);
    to->for_compensation = from->for_compensation;
    to->undo = PROC_NONE;
    to->start_quantity = from->start_quantity;
    to->done_quantity = from->done_quantity;
    to->sequential = from->sequential;
    to->cancel_remaining = from->cancel_remaining;
    to->default_flow = from->default_flow != NULL ? from->default_flow->index : PROC_NONE;
    to->n_in = from->n_in;
    to->n_out = from->n_out;
    to->in = ARENA_NEW_N(m->p->mem, int32_t, (size_t)from->n_in);
    to->out = ARENA_NEW_N(m->p->mem, int32_t, (size_t)from->n_out);
    for (i = 0; i < from->n_in; i++)
        to->in[i] = from->in[i]->index;
    for (i = 0; i < from->n_out; i++)
        to->out[i] = from->out[i]->index;
    to->n_boundary = from->n_boundary;
    to->boundary = ARENA_NEW_N(m->p->mem, int32_t, (size_t)from->n_boundary);
    i = 0;
    for (const struct bpmn_node *b = from->boundary; b != NULL; b = b->next_boundary)
        to->boundary[i++] = b->index;
    to->n_start = from->n_entry;
    to->start = entry_list(m, from->entry, from->n_entry);
}

static enum err nodes(struct make *m, const struct bpmn_process *from)
{
    struct proc *p = m->p;

    p->n_node = from->n_node;
    p->node = ARENA_NEW_N(m->p->mem, struct proc_node, (size_t)from->n_node);
    for (int32_t i = 0; i < from->n_node; i++) {
        const struct bpmn_node *n = &from->node[i];

        p->node[i].kind = n->kind;
        p->node[i].id = make_keep(m, n->id);
        p->node[i].name = make_keep(m, n->name);
        p->node[i].doc = make_keep(m, n->doc);
        p->node[i].line = n->line;
        links(m, n, &p->node[i]);
        TRY(people(m, n, &p->node[i]));
        TRY(work(m, n, &p->node[i]));
    }
    return OK;
}

/* ---- flows, lanes, stages ---- */

static enum err flows(struct make *m, const struct bpmn_process *from)
{
    struct proc *p = m->p;

    p->n_flow = from->n_flow;
    p->flow = ARENA_NEW_N(m->p->mem, struct proc_flow, (size_t)from->n_flow);
    for (int32_t i = 0; i < from->n_flow; i++) {
        const struct bpmn_flow *w = &from->flow[i];

        p->flow[i] = (struct proc_flow){.id = make_keep(m, w->id),
                                        .name = make_keep(m, w->name),
                                        .from = w->source->index,
                                        .to = w->target->index,
                                        .line = w->line};
        TRY(make_program(m, &w->condition, &p->flow[i].condition));
    }
    return OK;
}

static void lanes(struct make *m, const struct bpmn_process *from)
{
    struct proc *p = m->p;

    p->n_lane = from->n_lane;
    p->lane = ARENA_NEW_N(m->p->mem, struct proc_lane, (size_t)from->n_lane);
    for (int32_t i = 0; i < from->n_lane; i++) {
        const struct bpmn_lane *l = &from->lane[i];

        p->lane[i] = (struct proc_lane){.id = make_keep(m, l->id),
                                        .name = make_keep(m, l->name),
                                        .tier = make_keep(m, l->tier),
                                        .groups = make_keep(m, l->groups),
                                        .parent = l->parent != NULL ? l->parent->index : PROC_NONE};
    }
}

static void given_stages(struct make *m, const struct bpmn_process *from)
{
    struct proc *p = m->p;

    p->n_stage = from->n_stage;
    p->stage = ARENA_NEW_N(m->p->mem, struct proc_stage, (size_t)from->n_stage);
    for (int32_t i = 0; i < from->n_stage; i++) {
        struct proc_stage *s = &p->stage[i];
        const char *at = from->stage[i].nodes;

        s->key = make_keep(m, from->stage[i].key);
        s->label = make_keep(m, from->stage[i].label);
        s->node = ARENA_NEW_N(m->p->mem, int32_t, strlen(at) / 2 + 1);
        while (*(at += strspn(at, ", ")) != '\0') {
            size_t n = strcspn(at, ", ");

            s->node[s->n_node++] = proc_node_find(p, arena_strndup(m->p->mem, at, n));
            at += n;
        }
    }
}

static void one_stage(struct proc *p, int32_t node)
{
    struct proc_stage *s = &p->stage[p->n_stage++];
    const struct proc_node *n = &p->node[node];

    s->key = n->id;
    s->label = *n->name != '\0' ? n->name : n->id;
    s->node = ARENA_NEW_N(p->mem, int32_t, 1);
    s->node[s->n_node++] = node;
}

/* A file that names no stages: one for each thing that a person does, in the order in which the paths first come to it. */
static void derived_stages(struct proc *p)
{
    bool *seen = ARENA_NEW_N(p->mem, bool, (size_t)p->n_node);
    int32_t *queue = ARENA_NEW_N(p->mem, int32_t, (size_t)p->n_node);
    int32_t head = 0, tail = 0;

    p->stage = ARENA_NEW_N(p->mem, struct proc_stage, (size_t)p->n_node);
    for (int32_t i = 0; i < p->n_start; i++) {
        seen[p->start[i]] = true;
        queue[tail++] = p->start[i];
    }
    while (head < tail) {
        const struct proc_node *n = &p->node[queue[head++]];
        const int32_t *more[] = {n->start, n->boundary, n->esp};
        int32_t n_more[] = {n->n_start, n->n_boundary, n->n_esp};

        if (n->kind == NODE_user_task || n->kind == NODE_manual_task)
            one_stage(p, queue[head - 1]);
        for (int32_t i = 0; i < n->n_out; i++) {
            int32_t to = p->flow[n->out[i]].to;

            if (!seen[to]) {
                seen[to] = true;
                queue[tail++] = to;
            }
        }
        for (int k = 0; k < 3; k++) {
            for (int32_t i = 0; i < n_more[k]; i++) {
                if (!seen[more[k][i]]) {
                    seen[more[k][i]] = true;
                    queue[tail++] = more[k][i];
                }
            }
        }
    }
}

/* ---- fields of the desk ---- */

static void stores(struct make *m, const struct bpmn_process *from)
{
    m->p->n_store = from->n_store;
    m->p->store = ARENA_NEW_N(m->p->mem, struct proc_store, (size_t)from->n_store);
    for (int32_t i = 0; i < from->n_store; i++)
        m->p->store[i] = (struct proc_store){make_keep(m, from->store[i].name), from->store[i].written};
}

/* A word as the desk's scales have it. */
static bool is_scale_word(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

    return n > 0 && n <= LIMIT_SCALE_WORD && s[n] == '\0';
}

bool proc_store_takes(const struct proc_store *s, struct val v)
{
    if (!s->written || val_is(v, VAL_NULL))
        return true;
    if (!val_is(v, VAL_STRING))
        return false;
    if (strcmp(s->name, "priority") == 0)
        return v.u.s[0] == 'P' && v.u.s[1] >= '1' && v.u.s[1] <= '4' && v.u.s[2] == '\0';
    return strcmp(s->name, "title") == 0 ? v.u.s[0] != '\0' : is_scale_word(v.u.s);
}

/* ---- the whole ---- */

static enum err fill(struct make *m, const struct bpmn_process *from, const struct digest *hash)
{
    struct proc *p = m->p;

    p->key = make_keep(m, from->id);
    p->name = make_keep(m, *from->name != '\0' ? from->name : from->id);
    p->version_tag = make_keep(m, from->version_tag);
    p->executable = from->executable && !from->blocked;
    p->blocked = from->blocked;
    p->global = from->global;
    p->undo = PROC_NONE;
    p->hash = *hash;
    p->n_start = from->n_entry;
    p->start = entry_list(m, from->entry, from->n_entry);
    p->n_data = from->n_data;
    TRY(make_data(m, from->data, from->n_data, &p->data));
    stores(m, from);
    lanes(m, from);
    TRY(nodes(m, from));
    TRY(flows(m, from));
    make_scopes(m);
    make_reach(p);
    if (from->n_stage > 0)
        given_stages(m, from);
    else
        derived_stages(p);
    return OK;
}

enum err make_all(struct arena *mem, const struct bpmn_file *file, struct span bytes, struct proc_list **out)
{
    struct proc_list **tail = out;
    struct digest hash = digest_of(bytes.p, bytes.n);

    for (const struct bpmn_process *one = file->process; one != NULL; one = one->next) {
        struct arena *own = arena_new(0);
        struct make m = {.p = ARENA_NEW(own, struct proc), .names = &file->names, .keys = map_new(mem)};

        m.p->mem = own;
        *tail = ARENA_NEW(mem, struct proc_list);
        (*tail)->proc = m.p;
        tail = &(*tail)->next;
        TRY(fill(&m, one, &hash));
    }
    return OK;
}

enum err proc_compile(struct arena *mem, const char *where, const char *bytes, size_t n, struct findings *f,
                      struct proc_list **out)
{
    struct span file = {.p = bytes, .n = n};
    struct xml_node *root = NULL;
    struct xml_error error = {.message = ""};

    *out = NULL;
    enum err e = xml_read(mem, file, &xml_limits_lenient, &root, &error);
    if (e == E_INPUT || e == E_TOOBIG) {
        check_not_xml(f, &error);
        return fail(E_FINDINGS, "%s: %s", where, error.message);
    }
    TRY(e);
    struct bpmn_file *model = bpmn_read(mem, root);
    check_file(model, f);
    if (f->errors > 0)
        return fail(E_FINDINGS, "%s: %d errors", where, f->errors);
    e = make_all(mem, model, file, out);
    if (e != OK) {
        for (struct proc_list *l = *out; l != NULL; l = l->next)
            arena_free(l->proc->mem);
        *out = NULL;
        return err_pass(e, __FILE__, __LINE__);
    }
    return OK;
}

static void proc_end(void *mem)
{
    arena_free(mem);
}

void proc_list_keep(struct arena *mem, const struct proc_list *list)
{
    for (; list != NULL; list = list->next)
        arena_at_end(mem, proc_end, list->proc->mem);
}

/* engine/flow/inst.c - rows <-> struct inst.
 *
 * For     bringing an instance into memory with one statement and writing back only what changed, by array binds.
 * Owns    the tables inst, token, scope, variable and trigger_log.
 * Never   decides anything about tokens; that is run/'s.
 * Holds   load after save gives the same state byte for byte; the root scope (1) is implied and has no row. */
#include "base/text.h"
#include "flow/flow_int.h"
#include "flow/inst.sql.h"

enum row_kind { ROW_INST, ROW_TOKEN, ROW_SCOPE, ROW_VAR };

static enum err node_index(const struct proc *p, const char *id, int32_t *out)
{
    *out = proc_node_find(p, id);
    return *out != PROC_NONE ? OK : fail(E_BUG, "process %s has no node '%s' any more", p->key, id);
}

static enum err flow_index(const struct proc *p, const char *id, int32_t *out)
{
    *out = PROC_NONE;
    if (id == NULL)
        return OK;
    for (int32_t i = 0; i < p->n_flow; i++) {
        if (strcmp(p->flow[i].id, id) == 0) {
            *out = i;
            return OK;
        }
    }
    return fail(E_BUG, "process %s has no sequence flow '%s' any more", p->key, id);
}

static enum err load_token(struct flow_step *step, const struct q_inst_rows_row *r)
{
    struct token t = {.no = r->no,
                      .scope = (uint32_t)r->a,
                      .state = (enum token_state)r->b,
                      .inner = (uint32_t)r->c,
                      .host = (uint32_t)r->d,
                      .count = (uint32_t)r->e,
                      .step = (enum token_step)r->f,
                      .role = (enum token_role)r->g,
                      .event = r->h,
                      .due = r->due,
                      .key = r->value};

    TRY(node_index(step->proc, r->node, &t.node));
    TRY(flow_index(step->proc, r->flow, &t.flow));
    inst_add_token(step->state, t);
    return OK;
}

static enum err load_scope(struct flow_step *step, const struct q_inst_rows_row *r)
{
    struct scope s = {.no = r->no, .parent = (uint32_t)r->a, .token = (uint32_t)r->b, .node = PROC_NONE};

    if (r->node != NULL)
        TRY(node_index(step->proc, r->node, &s.node));
    inst_add_scope(step->state, s);
    return OK;
}

static enum err load_var(struct unit *u, struct flow_step *step, const struct q_inst_rows_row *r)
{
    struct var v = {.scope = r->no, .name = r->node};

    TRY(val_read(u->mem, r->value, strlen(r->value), &v.value));
    inst_add_var(step->state, v);
    return OK;
}

static size_t visited_bytes(const struct proc *p)
{
    return ((size_t)p->n_node + 7) / 8;
}

/* The bits of the nodes that were entered; as hexadecimal text in the row, so that one column serves all kinds. */
static enum err load_visited(struct unit *u, struct flow_step *step, const char *hex)
{
    size_t n = visited_bytes(step->proc);

    step->visited = arena_alloc(u->mem, n);
    if (hex == NULL || hex[0] == '\0')
        return OK;
    char *small = arena_strdup(u->mem, hex);
    for (char *s = small; *s != '\0'; s++)
        *s = (char)(*s >= 'A' && *s <= 'F' ? *s - 'A' + 'a' : *s);
    return text_unhex(small, step->visited, n)
               ? OK
               : fail(E_BUG, "instance %llu: its visited nodes do not fit the model", (unsigned long long)step->inst);
}

enum err flow_inst_load(struct unit *u, uint64_t inst, struct flow_step *step)
{
    struct q_inst_rows q = {.in = {.inst = inst}};

    TRY(q_inst_rows(u, &q));
    if (q.n == 0 || q.row[0].kind != ROW_INST)
        return fail(E_NOTFOUND, "there is no process instance %llu", (unsigned long long)inst);
    if (q.n >= LIMIT_FLOW_ROWS)
        return fail(E_TOOBIG, "process instance %llu has more than %d rows", (unsigned long long)inst, LIMIT_FLOW_ROWS);
    step->inst = inst;
    step->definition = q.row[0].a;
    step->parent_token = (uint32_t)q.row[0].f;
    step->parent = q.row[0].g;
    step->depth = q.row[0].no;
    step->started = q.row[0].due;
    TRY(flow_step_proc(u, step->definition, &step->proc));
    step->state = inst_new(u->mem);
    step->state->state = (enum inst_state)q.row[0].b;
    step->state->next_no = (uint32_t)q.row[0].c;
    step->state->seq = q.row[0].d;
    step->state->called = q.row[0].h != 0;
    TRY(load_visited(u, step, q.row[0].value));
    inst_add_scope(step->state, (struct scope){.no = 1, .node = PROC_NONE});
    for (size_t i = 1; i < q.n; i++) {
        if (q.row[i].kind == ROW_TOKEN)
            TRY(load_token(step, &q.row[i]));
        else if (q.row[i].kind == ROW_SCOPE)
            TRY(load_scope(step, &q.row[i]));
        else
            TRY(load_var(u, step, &q.row[i]));
    }
    return OK;
}

static enum err save_tokens(struct unit *u, const struct flow_step *step)
{
    const struct inst *in = step->state;
    struct q_inst_token_put_in *put = ARENA_NEW_N(u->mem, struct q_inst_token_put_in, in->n_token);
    struct buf gone = buf_new(u->mem, (size_t)in->n_token * 12); /* one statement for all of them and their jobs */
    size_t n_put = 0;

    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (t->gone) {
            buf_fmt(&gone, "%s%u", gone.len > 0 ? "," : "", t->no);
        } else if (t->changed) {
            put[n_put++] = (struct q_inst_token_put_in){.inst = step->inst,
                                                        .no = t->no,
                                                        .node = step->proc->node[t->node].id,
                                                        .flow = t->flow != PROC_NONE ? step->proc->flow[t->flow].id : NULL,
                                                        .scope = t->scope,
                                                        .state = t->state,
                                                        .step = t->step,
                                                        .inner = t->inner,
                                                        .host = t->host,
                                                        .count = t->count,
                                                        .due = t->due,
                                                        .role = t->role,
                                                        .event = t->event,
                                                        .key = t->key};
        }
    }
    if (n_put > 0)
        TRY(q_inst_token_put(u, put, n_put));
    if (gone.len == 0 || step->fresh)
        return OK;
    TRY(buf_done(&gone));
    struct q_inst_token_drop q = {.in = {.inst = step->inst, .nos = buf_text(&gone)}};
    return q_inst_token_drop(u, &q);
}

static enum err save_scopes(struct unit *u, const struct flow_step *step)
{
    const struct inst *in = step->state;
    struct q_inst_scope_put_in *put = ARENA_NEW_N(u->mem, struct q_inst_scope_put_in, in->n_scope);
    struct q_inst_scope_drop_in *drop = ARENA_NEW_N(u->mem, struct q_inst_scope_drop_in, in->n_scope);
    size_t n_put = 0, n_drop = 0;

    for (uint32_t i = 0; i < in->n_scope; i++) {
        const struct scope *s = &in->scope[i];
        if (s->no == 1)
            continue;
        if (s->gone)
            drop[n_drop++] = (struct q_inst_scope_drop_in){.inst = step->inst, .no = s->no};
        else if (s->changed)
            put[n_put++] = (struct q_inst_scope_put_in){.inst = step->inst,
                                                        .no = s->no,
                                                        .parent = s->parent,
                                                        .node = s->node != PROC_NONE ? step->proc->node[s->node].id : NULL,
                                                        .token = s->token};
    }
    if (n_put > 0)
        TRY(q_inst_scope_put(u, put, n_put));
    if (n_drop > 0 && !step->fresh)
        TRY(q_inst_scope_drop(u, drop, n_drop));
    return OK;
}

static enum err save_vars(struct unit *u, const struct flow_step *step)
{
    const struct inst *in = step->state;
    struct q_inst_var_put_in *put = ARENA_NEW_N(u->mem, struct q_inst_var_put_in, in->n_var);
    struct q_inst_var_drop_in *drop = ARENA_NEW_N(u->mem, struct q_inst_var_drop_in, in->n_var);
    size_t n_put = 0, n_drop = 0;

    for (uint32_t i = 0; i < in->n_var; i++) {
        const struct var *v = &in->var[i];
        if (v->gone) {
            drop[n_drop++] = (struct q_inst_var_drop_in){.inst = step->inst, .scope = v->scope, .name = v->name};
        } else if (v->changed) {
            struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);
            TRY(val_write(&b, v->value));
            TRY(buf_done(&b));
            put[n_put++] =
                (struct q_inst_var_put_in){.inst = step->inst, .scope = v->scope, .name = v->name, .value = buf_text(&b)};
        }
    }
    if (n_put > 0)
        TRY(q_inst_var_put(u, put, n_put));
    if (n_drop > 0 && !step->fresh)
        TRY(q_inst_var_drop(u, drop, n_drop));
    return OK;
}

static enum err save_log(struct unit *u, const struct flow_step *step)
{
    struct q_inst_trigger_add_in *row = ARENA_NEW_N(u->mem, struct q_inst_trigger_add_in, step->n_log);

    for (size_t i = 0; i < step->n_log; i++)
        row[i] = (struct q_inst_trigger_add_in){.inst = step->inst, .seq = step->log[i].seq, .body = step->log[i].body};
    return step->n_log > 0 ? q_inst_trigger_add(u, row, step->n_log) : OK;
}

/* What the instance itself is, without its parts. */
static enum err save_inst(struct unit *u, const struct flow_step *step)
{
    const struct inst *in = step->state;
    bool over = in->state != INST_ACTIVE && in->state != INST_SUSPENDED;
    struct span visited = {(const char *)step->visited, visited_bytes(step->proc)};
    struct q_inst_put put = {.in = {.id = step->inst,
                                    .state = in->state,
                                    .next_no = in->next_no,
                                    .seq = in->seq,
                                    .visited = visited,
                                    .ended = u->now,
                                    .ended_null = !over}};
    struct q_inst_add add = {.in = {.id = step->inst,
                                    .definition = step->definition,
                                    .subject = flow_host_of(u)->subject_id(step->work->subject),
                                    .state = in->state,
                                    .next_no = in->next_no,
                                    .seq = in->seq,
                                    .visited = visited,
                                    .started = u->now,
                                    .ended = u->now,
                                    .ended_null = !over,
                                    .called = in->called,
                                    .parent = step->parent,
                                    .parent_null = step->parent == 0,
                                    .parent_token = step->parent_token,
                                    .depth = step->depth}};

    return step->fresh ? q_inst_add(u, &add) : q_inst_put(u, &put);
}

enum err flow_inst_save(struct unit *u, struct flow_step *step)
{
    const struct flow_play *play = flow_host_of(u)->play;
    struct q_inst_migrate migrate = {.in = {.id = step->inst, .definition = step->definition}};

    if (play != NULL)
        TRY(run_check(step->proc, step->state));
    TRY(save_inst(u, step));
    if (step->migrated)
        TRY(q_inst_migrate(u, &migrate));
    TRY(save_log(u, step));
    TRY(save_tokens(u, step));
    TRY(save_scopes(u, step));
    return save_vars(u, step);
}

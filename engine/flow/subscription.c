/* engine/flow/subscription.c - who waits for a message or a signal.
 *
 * For     tokens that begin to wait and cease to; whoever looks for a receiver.
 * Owns    the table subscription, and how a message finds the one that takes it.
 * Never   delivers: message.c does, in a unit of the receiver's own.
 * Holds   a token has one row exactly while it waits; rows of a suspended instance are found by nobody.
 *
 * The key of a message depends on who waits for it: each correlation of a model has its own expressions over the payload. So first the
 * few ways are read that a name's keys are made in (schema/0006_events.sql), then for each the oldest row with that key, and the oldest
 * that takes any. Nothing else is touched, however many wait. */
#include "flow/flow_int.h"
#include "flow/message_int.h"
#include "flow/subscription.sql.h"

static enum subscription_kind kind_of(const struct effect *e)
{
    return e->event == EVENT_signal ? SUBSCRIPTION_SIGNAL : SUBSCRIPTION_MESSAGE;
}

enum err flow_listen(struct unit *u, struct flow_step *step, const struct effect *e)
{
    if (text_count(e->text) > LIMIT_FLOW_NAME)
        return fail(E_TOOBIG, "the name of a message or signal has at most %d letters", LIMIT_FLOW_NAME);
    step->listen = flow_grown(u->mem, step->listen, step->n_listen, &step->cap_listen, sizeof *step->listen);
    step->listen[step->n_listen++] = (struct flow_listen){.token = e->token, .kind = kind_of(e), .name = e->text};
    return OK;
}

enum err flow_unlisten(struct unit *u, struct flow_step *step, const struct effect *e)
{
    for (size_t i = step->n_listen; i > 0; i--) {
        struct flow_listen *l = &step->listen[i - 1];
        if (l->token == e->token && !l->off) {
            l->off = true;
            return OK;
        }
    }
    if (step->fresh)
        return OK;
    step->deaf = flow_grown(u->mem, step->deaf, step->n_deaf, &step->cap_deaf, sizeof *step->deaf);
    step->deaf[step->n_deaf++] = e->token;
    return OK;
}

/* ---- writing ---- */

static const unsigned char any_key[DIGEST_SIZE];

struct span flow_key_hash(struct arena *mem, const char *key)
{
    if (key == NULL)
        return (struct span){(const char *)any_key, DIGEST_SIZE};
    struct digest d = digest_of(key, strlen(key));
    return (struct span){arena_memdup(mem, d.b, sizeof d.b), sizeof d.b};
}

/* The event definition that the token waits for. */
static const struct proc_event *event_of(const struct flow_step *step, const struct token *t)
{
    const struct proc_node *n = &step->proc->node[t->node];

    return n->n_event > 0 ? &n->event[t->event != PROC_NONE ? t->event : 0] : NULL;
}

static enum err row_of(struct unit *u, const struct flow_step *step, const struct flow_listen *l,
                       struct q_subscription_add_in *row)
{
    const struct token *t = inst_token(step->state, l->token);
    const struct proc_event *e = event_of(step, t);
    const char *node = step->proc->node[t->node].id;
    bool own_way = l->kind == SUBSCRIPTION_MESSAGE && e != NULL && e->n_correlation > 0;

    *row = (struct q_subscription_add_in){.inst = step->inst,
                                          .token = l->token,
                                          .kind = l->kind,
                                          .name = l->name,
                                          .way_definition = own_way ? step->definition : 0,
                                          .way_node = own_way ? node : "",
                                          .way_event = own_way && t->event != PROC_NONE ? t->event : 0,
                                          .key_hash = flow_key_hash(u->mem, t->key),
                                          .definition = step->definition,
                                          .node = node,
                                          .subject = flow_host_of(u)->subject_id(step->work->subject),
                                          .at = u->now};
    return unit_number(u, UNIT_ID, &row->id);
}

static enum err drop(struct unit *u, const struct flow_step *step)
{
    struct q_subscription_drop_in *row = ARENA_NEW_N(u->mem, struct q_subscription_drop_in, step->n_deaf);
    size_t n = 0;

    for (size_t i = 0; i < step->n_deaf; i++) {
        if (inst_token(step->state, step->deaf[i]) != NULL) /* else its row goes with the token's */
            row[n++] = (struct q_subscription_drop_in){.inst = step->inst, .token = step->deaf[i]};
    }
    return n > 0 ? q_subscription_drop(u, row, n) : OK;
}

enum err flow_listen_end(struct unit *u, struct flow_step *step)
{
    struct q_subscription_add_in *row = ARENA_NEW_N(u->mem, struct q_subscription_add_in, step->n_listen);
    size_t n = 0;

    TRY(drop(u, step));
    for (size_t i = 0; i < step->n_listen; i++) {
        if (!step->listen[i].off && inst_token(step->state, step->listen[i].token) != NULL)
            TRY(row_of(u, step, &step->listen[i], &row[n++]));
    }
    if (n == 0)
        return OK;
    TRY(q_subscription_add(u, row, n));
    for (size_t i = 0; i < n; i++) {
        if (row[i].kind == SUBSCRIPTION_MESSAGE)
            TRY(flow_kept_for(u, step, row[i].token, row[i].name));
    }
    return OK;
}

/* ---- which key a message has for whom ---- */

static enum err way_event(struct unit *u, const struct flow_way *w, const struct proc_event **out)
{
    const struct proc *p;

    *out = NULL;
    if (w->definition == 0)
        return OK;
    TRY(flow_proc(u, w->definition, &p));
    int32_t node = proc_node_find(p, w->node);
    if (node == PROC_NONE || w->event < 0 || w->event >= p->node[node].n_event)
        return fail(E_BUG, "process %s has no event %d at '%s' any more", p->key, (int)w->event, w->node);
    *out = &p->node[node].event[w->event];
    return OK;
}

enum err flow_key_for(struct unit *u, const struct proc_event *e, const struct flow_post *m, const char **key)
{
    *key = m->key;
    return e != NULL && e->n_correlation > 0 ? run_message_key(u->mem, e, m->vars, u->now, key) : OK;
}

/* ---- the receiver ---- */

static bool older(const struct flow_receiver *a, const struct flow_receiver *b)
{
    return a->created != b->created ? a->created < b->created : a->id < b->id;
}

static enum err oldest(struct unit *u, const struct flow_post *m, const struct flow_way *w, const char *key,
                       struct flow_receiver *best)
{
    struct q_subscription_oldest q = {.in = {.name = m->name,
                                             .definition = w->definition,
                                             .node = w->node,
                                             .event = w->event,
                                             .key_hash = flow_key_hash(u->mem, key)}};

    TRY(q_subscription_oldest(u, &q));
    struct flow_receiver r = {
        .inst = q.out.inst, .token = q.out.token, .subject = q.out.subject, .created = q.out.created, .id = q.out.id};
    if (q.found && (best->inst == 0 || older(&r, best)))
        *best = r;
    return OK;
}

static enum err by_key(struct unit *u, const struct flow_post *m, struct flow_receiver *out)
{
    struct q_subscription_way q = {.in = {.name = m->name, .node = "", .event = INT32_MIN}};
    const struct proc_event *e;
    const char *key;

    *out = (struct flow_receiver){0};
    for (int n = 0; n < LIMIT_WAYS; n++) {
        TRY(q_subscription_way(u, &q));
        if (!q.found)
            return OK;
        struct flow_way w = {q.out.definition, q.out.node, q.out.event};
        TRY(way_event(u, &w, &e));
        TRY(flow_key_for(u, e, m, &key));
        TRY(oldest(u, m, &w, NULL, out));
        if (key != NULL)
            TRY(oldest(u, m, &w, key, out));
        q.in.definition = w.definition;
        q.in.node = w.node;
        q.in.event = w.event;
    }
    return fail(E_TOOBIG, "the keys of the message %s are made in more than %d ways", m->name, (int)LIMIT_WAYS);
}

/* Are all of WHERE what the token sees? */
bool flow_agrees(const struct inst *in, uint32_t token, struct val where)
{
    const struct token *t = inst_token(in, token);

    for (size_t i = 0; i < val_count(where); i++) {
        struct val_entry want = val_entry_at(where, i);
        const struct var *have = t != NULL ? inst_var(in, t->scope, want.key) : NULL;
        if (have == NULL || !val_same(have->value, want.value))
            return false;
    }
    return true;
}

static enum err by_variables(struct unit *u, const struct flow_post *m, struct flow_receiver *out)
{
    struct q_subscription_next q = {.in = {.name = m->name, .created = INT64_MIN}};

    *out = (struct flow_receiver){0};
    do {
        TRY(q_subscription_next(u, &q));
        for (size_t i = 0; i < q.n; i++) {
            struct flow_step seen = {0};
            TRY(flow_inst_load(u, q.row[i].inst, &seen));
            if (!flow_agrees(seen.state, q.row[i].token, m->where))
                continue;
            *out = (struct flow_receiver){.inst = q.row[i].inst,
                                          .token = q.row[i].token,
                                          .subject = q.row[i].subject,
                                          .created = q.row[i].created,
                                          .id = q.row[i].id};
            return OK;
        }
        if (q.n > 0) {
            q.in.created = q.row[q.n - 1].created;
            q.in.id = q.row[q.n - 1].id;
        }
    } while (q.n > 0);
    return OK;
}

enum err flow_receiver_find(struct unit *u, const struct flow_post *m, struct flow_receiver *out)
{
    return val_count(m->where) > 0 ? by_variables(u, m, out) : by_key(u, m, out);
}

enum err flow_receiver_still(struct unit *u, const struct flow_post *m, const struct flow_receiver *r,
                             const struct flow_step *step, bool *out)
{
    struct q_subscription_still q = {.in = {.inst = r->inst, .token = r->token, .id = r->id}};

    TRY(q_subscription_still(u, &q));
    *out = q.found && flow_agrees(step->state, r->token, m->where);
    return OK;
}

/* ---- pauses ---- */

enum err flow_listen_rest(struct unit *u, const struct flow_step *step)
{
    struct q_subscription_rest q = {.in = {.inst = step->inst}};

    return q_subscription_rest(u, &q);
}

enum err flow_listen_resume(struct unit *u, const struct flow_step *step)
{
    struct q_subscription_resume q = {.in = {.inst = step->inst}};

    return q_subscription_resume(u, &q);
}

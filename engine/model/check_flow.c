/* engine/model/check_flow.c - the rules about flows, reachability and structure.
 *
 * For     the graph: what leads where, and what never runs.
 * Owns    nothing.
 * Never   reads vendor texts (check_task.c).
 * Holds   every walk is linear in nodes and flows. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

static bool local_is(const struct bpmn_node *n, const char *local)
{
    return strcmp(n->local, local) == 0;
}

/* ---- flows ---- */

void check_flow_source(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        if (c->flow[i]->source == NULL && !check_is_artifact(check_find(c, c->flow[i]->source_id)))
            check_say(c, c->flow[i]->line, c->flow[i]->id,
                      "The flow begins at \"%s\", which is no activity, event or gateway of this file. Draw it anew.",
                      text_cut(c->mem, c->flow[i]->source_id, 60));
    }
}

void check_flow_target(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        if (c->flow[i]->target == NULL && !check_is_artifact(check_find(c, c->flow[i]->target_id)))
            check_say(c, c->flow[i]->line, c->flow[i]->id,
                      "The flow leads to \"%s\", which is no activity, event or gateway of this file. Draw it anew.",
                      text_cut(c->mem, c->flow[i]->target_id, 60));
    }
}

void check_flow_scope(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        const struct bpmn_flow *w = c->flow[i];

        if (w->source == NULL || w->target == NULL)
            continue;
        if (w->source->process != w->target->process)
            check_say(c, w->line, w->id, "The flow leads from one process to another. Use a call or a message between them.");
        else if (w->source->scope != w->target->scope)
            check_say(c, w->line, w->id,
                      "The flow crosses the border of a sub-process. Lead it to the sub-process itself, or begin inside with a "
                      "start event.");
        else if (w->process != w->source->process || w->scope != w->source->scope)
            check_say(c, w->line, w->id,
                      "The flow is listed outside of the process or sub-process of its nodes. Draw it anew.");
    }
}

/* <incoming> or <outgoing> of N name flows that are not its own. */
static void list_wrong(struct check *c, const struct bpmn_node *n, bool in)
{
    const char *local = in ? "incoming" : "outgoing";

    for (const struct xml_node *x = check_child(n->xml, local); x != NULL; x = xml_again(x)) {
        const char *id = check_text(c, x);
        const struct bpmn_flow *w = map_get(&c->file->flows, id);

        if (w == NULL)
            check_run(c, x, "<%s> names \"%s\", which is no flow of this file. The flows count; remove the line.", local,
                      text_cut(c->mem, id, CHECK_SHORT));
        else if ((in ? w->target : w->source) != n)
            check_tell(c, FINDING_WARNING, x,
                       "<%s> names \"%s\", which is no such flow of this node. The flows count; remove the line.", local,
                       text_cut(c->mem, id, CHECK_SHORT));
    }
}

void check_flow_list(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        list_wrong(c, c->node[i], true);
        list_wrong(c, c->node[i], false);
    }
}

/* Each "id of node>id of flow" that is listed. */
static void list_of(struct check *c, struct map *listed, const char *local)
{
    for (const struct check_item *i = check_all(c, local); i != NULL; i = i->next)
        map_set(listed, arena_printf(c->mem, "%s>%s", check_attr(i->x->parent, "id"), check_text(c, i->x)), c);
}

static void list_lacks(struct check *c, const struct bpmn_flow *w, const struct map *in, const struct map *out)
{
    if (w->target != NULL && map_get(in, arena_printf(c->mem, "%s>%s", w->target->id, w->id)) == NULL)
        check_say(c, w->line, w->id, "The flow is missing among the <incoming> of \"%s\". The flows count; add the line.",
                  w->target->id);
    if (w->source != NULL && map_get(out, arena_printf(c->mem, "%s>%s", w->source->id, w->id)) == NULL)
        check_say(c, w->line, w->id, "The flow is missing among the <outgoing> of \"%s\". The flows count; add the line.",
                  w->source->id);
}

/* Files that leave the lists out altogether are common and mean no harm: one word for all of their flows. */
void check_flow_unlisted(struct check *c)
{
    struct map in = map_new(c->mem), out = map_new(c->mem);

    list_of(c, &in, "incoming");
    list_of(c, &out, "outgoing");
    for (int32_t i = 0; i < c->n_flow && in.used + out.used > 0; i++)
        list_lacks(c, c->flow[i], &in, &out);
    if (in.used + out.used == 0 && c->n_flow > 0)
        check_say(c, c->flow[0]->line, c->flow[0]->id,
                  "No node of the file names its flows in <incoming> and <outgoing>. The flows count; other tools may ask for "
                  "the lines.");
}

void check_default_wrong(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->default_id != NULL && (n->default_flow == NULL || n->default_flow->source != n))
            check_say(c, n->line, n->id,
                      "The default flow \"%s\" does not begin here. Mark one of the node's own flows as default.",
                      text_cut(c->mem, n->default_id, 60));
    }
}

void check_default_cond(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->default_flow != NULL && n->default_flow->source == n && n->default_flow->condition.text != NULL)
            check_say(c, n->default_flow->line, n->default_flow->id,
                      "The default flow has a condition, which is never asked. Remove one of the two.");
    }
}

void check_gateway_default(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        bool always = false;

        for (int32_t k = 0; k < n->n_out; k++)
            always = always || n->out[k]->condition.text == NULL;
        if ((n->kind == NODE_exclusive_gateway || n->kind == NODE_inclusive_gateway) && n->n_out > 1 &&
            n->default_flow == NULL && !always)
            check_say(
                c, n->line, n->id,
                "The gateway has no default flow. When no condition holds the process stops here; mark one flow as default.");
    }
}

void check_gateway_cond(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        for (int32_t k = 0; n->kind == NODE_exclusive_gateway && n->n_out > 1 && k < n->n_out; k++) {
            if (n->out[k]->condition.text == NULL && n->out[k] != n->default_flow)
                check_say(
                    c, n->out[k]->line, n->out[k]->id,
                    "The flow has no condition and is always taken when it is reached. Give it one, or make it the default.");
        }
    }
}

void check_cond_ignored(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        const struct bpmn_flow *w = c->flow[i];

        if (w->source != NULL && w->condition.text != NULL &&
            (local_is(w->source, "parallelGateway") || check_is_event(w->source->xml)))
            check_say(c, w->line, w->id,
                      "The flow out of the %s \"%s\" is taken whatever its condition. Remove the condition, or use an "
                      "exclusive gateway.",
                      w->source->local, w->source->id);
    }
}

/* ---- structure ---- */

void check_process_empty(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL && c->file->elements <= LIMIT_MODEL_ELEMENTS; p = p->next) {
        if (p->n_entry == 0)
            check_block(c, p->xml, "The process has no node to begin at. Add a start event.");
        for (int32_t i = 0; i < p->n_node; i++) {
            const struct bpmn_node *n = &p->node[i];

            if (check_is(n->xml, "subProcess transaction") && !check_is_event_sub_process(n->xml) && n->n_entry == 0)
                check_at(
                    c, n->xml,
                    "The sub-process has no node to begin at: it ends as soon as it is reached. Add a start event inside.");
        }
    }
}

void check_start_missing(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        if (p->n_start == 0 && p->n_entry > 0 && !p->global)
            check_say(c, p->line, p->id,
                      "The process has no start event: it begins at every node that nothing leads to. Add a start event.");
    }
}

struct walk {
    const struct bpmn_process *p;
    bool *seen;
    struct bpmn_node **stack;
    int32_t n;
};

static void push(struct walk *w, struct bpmn_node *n)
{
    if (n == NULL || n->process != w->p || w->seen[n->index])
        return;
    w->seen[n->index] = true;
    w->stack[w->n++] = n;
}

/* Reached: where nothing leads to (that begins by itself, or another rule has said it), and all that lies behind. */
static void reach(struct bpmn_process *p, struct walk *w)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        if (p->node[i].n_in == 0 || strcmp(p->node[i].local, "startEvent") == 0)
            push(w, &p->node[i]);
    }
    while (w->n > 0) {
        struct bpmn_node *at = w->stack[--w->n];

        for (int32_t i = 0; i < at->n_out; i++)
            push(w, at->out[i]->target);
    }
}

void check_unreachable(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        struct walk w = {.p = p,
                         .seen = ARENA_NEW_N(c->mem, bool, (size_t)p->n_node),
                         .stack = ARENA_NEW_N(c->mem, struct bpmn_node *, (size_t)p->n_node)};

        reach(p, &w);
        for (int32_t i = 0; i < p->n_node; i++) {
            const struct bpmn_node *n = &p->node[i];

            if (!w.seen[i])
                check_say(c, n->line, n->id, "No path leads here. Connect it or remove it.");
        }
    }
}

void check_boundary_host(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i], *h = n->host;

        if (!bpmn_is_boundary(n))
            continue;
        if (n->host_id == NULL || h == NULL)
            check_say(c, n->line, n->id,
                      "The boundary event sits on \"%s\", which is no node of this file. Attach it to an activity.",
                      n->host_id != NULL ? text_cut(c->mem, n->host_id, 60) : "");
        else if (h->process != n->process || h->scope != n->scope)
            check_say(c, n->line, n->id,
                      "The boundary event and its activity \"%s\" stand in different processes or sub-processes.", h->id);
        else if (strstr(h->local, "Event") != NULL || strstr(h->local, "Gateway") != NULL)
            check_say(c, n->line, n->id, "The boundary event sits on the %s \"%s\". Attach it to a task or sub-process.",
                      h->local, h->id);
    }
}

static bool rests(const struct bpmn_node *n)
{
    static const bool waits[] = {
#define WAIT true
#define PASS false
#define NODE(name, local, family, wait, clause) [NODE_##name] = wait,
#include "model/node.def"
#undef NODE
#undef WAIT
#undef PASS
    };

    return n->kind == NODE_KINDS || waits[n->kind];
}

/* Takes away, again and again, what no passing node leads to; what remains lies in or behind a circle; the first of
 * it is named. */
static const struct bpmn_node *circle(struct check *c, const struct bpmn_process *p)
{
    int32_t *in = ARENA_NEW_N(c->mem, int32_t, (size_t)p->n_node);
    const struct bpmn_node **stack = ARENA_NEW_N(c->mem, const struct bpmn_node *, (size_t)p->n_node);
    bool *gone = ARENA_NEW_N(c->mem, bool, (size_t)p->n_node);
    int32_t n = 0;

    for (int32_t i = 0; i < p->n_node; i++) {
        for (int32_t k = 0; k < p->node[i].n_in; k++) {
            const struct bpmn_node *from = p->node[i].in[k]->source;

            in[i] += from != NULL && from->process == p && !rests(from);
        }
        if (rests(&p->node[i]) || in[i] == 0) {
            gone[i] = true;
            stack[n++] = &p->node[i];
        }
    }
    while (n > 0) {
        const struct bpmn_node *at = stack[--n];

        for (int32_t k = 0; k < at->n_out && !rests(at); k++) {
            const struct bpmn_node *to = at->out[k]->target;

            if (to != NULL && to->process == p && !gone[to->index] && --in[to->index] == 0) {
                gone[to->index] = true;
                stack[n++] = to;
            }
        }
    }
    for (int32_t i = 0; i < p->n_node; i++) {
        if (!gone[i])
            return &p->node[i];
    }
    return NULL;
}

void check_endless(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        const struct bpmn_node *n = circle(c, p);

        if (n != NULL)
            check_say(c, n->line, n->id,
                      "The node is in, or behind, a circle of steps that never waits. Put a user task or a timer of at least "
                      "%d seconds into it.",
                      LIMIT_MODEL_TIMER);
    }
}

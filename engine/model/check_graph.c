/* engine/model/check_graph.c - the rules about what sequence flows may connect, and about gateways.
 *
 * For     chapters 8.3.13, 10.5 and 10.6 of the standard, as far as they are about flows.
 * Owns    nothing.
 * Never   follows a path further than one step (check_flow.c does).
 * Holds   linear in nodes and flows. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

static bool local_is(const struct bpmn_node *n, const char *names)
{
    return text_in_list(names, n->local);
}

static bool instantiates(const struct bpmn_node *n)
{
    return local_is(n, "receiveTask eventBasedGateway") && check_true(n->xml, "instantiate", false);
}

static bool is_link(struct check *c, const struct bpmn_node *n)
{
    return check_has_trigger(c, n->xml, EVENT_link);
}

/* ---- what is no node ---- */

static void artifact_end(struct check *c, const struct bpmn_flow *w, bool source)
{
    const struct xml_node *x = check_find(c, source ? w->source_id : w->target_id);

    if ((source ? w->source : w->target) == NULL && check_is_artifact(x))
        check_say(c, w->line, w->id,
                  "The flow %s the %s \"%s\", which is drawing only. Draw it %s an activity, event or gateway.",
                  source ? "begins at" : "leads to", x->name, check_attr(x, "id"), source ? "from" : "to");
}

void check_artifact_source(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++)
        artifact_end(c, c->flow[i], true);
}

void check_artifact_target(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++)
        artifact_end(c, c->flow[i], false);
}

void check_esp_source(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        const struct bpmn_flow *w = c->flow[i];

        if (w->source != NULL && check_is_event_sub_process(w->source->xml))
            check_say(c, w->line, w->id,
                      "The flow begins at an event sub-process, which nothing follows. Remove it, or use a boundary "
                      "event on a sub-process.");
    }
}

void check_esp_target(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        const struct bpmn_flow *w = c->flow[i];

        if (w->target != NULL && check_is_event_sub_process(w->target->xml))
            check_say(c, w->line, w->id,
                      "The flow leads to an event sub-process, which begins when its event occurs. Remove it, or make "
                      "it a sub-process without triggeredByEvent.");
    }
}

void check_esp_flow(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_is_event_sub_process(n->xml) && n->n_in + n->n_out > 0)
            check_say(c, n->line, n->id,
                      "The event sub-process has %d incoming and %d outgoing flows. It begins when its event occurs "
                      "and nothing follows it; remove them.",
                      (int)n->n_in, (int)n->n_out);
    }
}

/* ---- events ---- */

void check_start_incoming(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (local_is(n, "startEvent") && n->n_in > 0)
            check_say(c, n->line, n->id,
                      "The flow \"%s\" leads into a start event, which begins by itself. Lead it to the node behind.",
                      n->in[0]->id);
    }
}

void check_end_outgoing(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (local_is(n, "endEvent") && n->n_out > 0)
            check_say(c, n->line, n->id,
                      "The flow \"%s\" leads out of an end event. Make it an intermediate event, or remove the flow.",
                      n->out[0]->id);
    }
}

void check_boundary_incoming(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (bpmn_is_boundary(n) && n->n_in > 0)
            check_say(c, n->line, n->id,
                      "The flow \"%s\" leads into a boundary event, which begins when it occurs. Lead it to the node "
                      "behind.",
                      n->in[0]->id);
    }
}

void check_boundary_outgoing(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (bpmn_is_boundary(n) && n->n_out == 0 && !check_has_trigger(c, n->xml, EVENT_compensation))
            check_say(c, n->line, n->id,
                      "Nothing follows the boundary event: when it occurs its path ends at once. Draw a flow.");
    }
}

static bool is_intermediate(const struct bpmn_node *n)
{
    return local_is(n, "intermediateCatchEvent intermediateThrowEvent");
}

void check_event_incoming(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (is_intermediate(n) && n->n_in == 0 && (local_is(n, "intermediateThrowEvent") || !is_link(c, n)))
            check_say(c, n->line, n->id, "Nothing leads into the intermediate event. Draw a flow, or make it a start event.");
    }
}

void check_event_outgoing(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (is_intermediate(n) && n->n_out == 0 && (local_is(n, "intermediateCatchEvent") || !is_link(c, n)))
            check_say(c, n->line, n->id, "Nothing follows the intermediate event. Draw a flow, or make it an end event.");
    }
}

/* ---- levels: a process or sub-process with its start and end events ---- */

/* The first start and end event of each process and sub-process, by its element. */
struct level {
    const struct xml_node *x;
    const struct bpmn_node *start, *end;
    bool instantiated;
};

static struct level *level_of(struct check *c, struct map *all, const struct bpmn_node *n)
{
    const char *key = arena_printf(c->mem, "%p", (const void *)n->xml->parent);
    struct level *l = map_get(all, key);

    if (l == NULL) {
        l = ARENA_NEW(c->mem, struct level);
        l->x = n->xml->parent;
        map_set(all, key, l);
    }
    return l;
}

static struct map levels(struct check *c)
{
    struct map all = map_new(c->mem);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        struct level *l = level_of(c, &all, n);

        if (local_is(n, "startEvent") && l->start == NULL)
            l->start = n;
        else if (local_is(n, "endEvent") && l->end == NULL)
            l->end = n;
        l->instantiated = l->instantiated || instantiates(n);
    }
    return all;
}

void check_end_without_start(struct check *c)
{
    struct map all = levels(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        const struct level *l = level_of(c, &all, n);

        if (l->end == n && l->start == NULL && !l->instantiated)
            check_say(c, n->line, n->id,
                      "There is an end event here and no start event: a reader cannot see where it begins. Add one.");
    }
}

void check_start_without_end(struct check *c)
{
    struct map all = levels(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        const struct level *l = level_of(c, &all, n);

        if (l->start == n && l->end == NULL)
            check_say(c, n->line, n->id,
                      "There is a start event here and no end event: a reader cannot see where it ends. Add one.");
    }
}

/* Does N begin, or end, without a flow by its nature? */
static bool stands_alone(const struct bpmn_node *n)
{
    return bpmn_is_boundary(n) || check_is_event_sub_process(n->xml) || check_true(n->xml, "isForCompensation", false) ||
           check_is(n->xml->parent, "adHocSubProcess");
}

void check_no_incoming(struct check *c)
{
    struct map all = levels(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->n_in == 0 && level_of(c, &all, n)->start != NULL && !local_is(n, "startEvent") && !stands_alone(n) &&
            !instantiates(n) && !is_intermediate(n))
            check_say(c, n->line, n->id,
                      "No flow leads to this %s although there is a start event, so it never runs. Connect it or "
                      "remove it.",
                      n->local);
    }
}

void check_no_outgoing(struct check *c)
{
    struct map all = levels(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->n_out == 0 && level_of(c, &all, n)->end != NULL && !local_is(n, "endEvent startEvent") && !stands_alone(n) &&
            !is_intermediate(n))
            check_say(c, n->line, n->id,
                      "No flow leads out of this %s although there are end events: the path stops here without a "
                      "word. Lead it to an end event.",
                      n->local);
    }
}

void check_dead_end(struct check *c)
{
    struct map all = levels(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->n_out == 0 && level_of(c, &all, n)->end == NULL && !local_is(n, "startEvent") && !stands_alone(n) &&
            !is_intermediate(n))
            check_say(c, n->line, n->id, "The path ends here without an end event. That is allowed; an end event says it.");
    }
}

/* Does the file use <incoming> and <outgoing> at all? */
static bool has_lists(const struct check *c)
{
    return check_all(c, "incoming") != NULL || check_all(c, "outgoing") != NULL;
}

void check_end_incoming(struct check *c)
{
    bool lists = has_lists(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (local_is(n, "endEvent") && n->n_in == 0)
            check_say(c, n->line, n->id, "No flow leads to the end event. Connect it or remove it.");
        else if (local_is(n, "endEvent") && lists && check_child(n->xml, "incoming") == NULL)
            check_say(c, n->line, n->id, "The end event names no flow in <incoming>. The flows count; add the line.");
    }
}

void check_start_outgoing(struct check *c)
{
    bool lists = has_lists(c);

    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (local_is(n, "startEvent") && n->n_out == 0)
            check_say(c, n->line, n->id, "Nothing follows the start event. Connect it or remove it.");
        else if (local_is(n, "startEvent") && lists && check_child(n->xml, "outgoing") == NULL)
            check_say(c, n->line, n->id, "The start event names no flow in <outgoing>. The flows count; add the line.");
    }
}

/* ---- conditions ---- */

void check_cond_alone(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_is_activity(n->xml) && n->n_out == 1 && n->out[0]->condition.text != NULL && n->default_flow != n->out[0])
            check_say(c, n->line, n->id,
                      "The only flow out of this %s has a condition: when it does not hold the process stops here. Add "
                      "another flow, or remove the condition.",
                      n->local);
    }
}

/* ---- gateways ---- */

static bool is_gateway(const struct bpmn_node *n)
{
    return strstr(n->local, "Gateway") != NULL;
}

void check_gateway_alone(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (is_gateway(n) && !local_is(n, "eventBasedGateway") && n->n_in < 2 && n->n_out < 2)
            check_say(c, n->line, n->id,
                      "The gateway has %d incoming and %d outgoing flows: it neither splits nor joins. Draw the others, "
                      "or remove it.",
                      (int)n->n_in, (int)n->n_out);
    }
}

static void direction(struct check *c, const char *word, bool (*wrong)(const struct bpmn_node *n))
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (is_gateway(n) && strcmp(check_attr(n->xml, "gatewayDirection"), word) == 0 && wrong(n))
            check_say(c, n->line, n->id,
                      "The gateway says gatewayDirection=\"%s\" and has %d incoming and %d outgoing flows. The flows "
                      "count; correct the word.",
                      word, (int)n->n_in, (int)n->n_out);
    }
}

static bool not_converging(const struct bpmn_node *n)
{
    return n->n_out > 1 || n->n_in < 2;
}

static bool not_diverging(const struct bpmn_node *n)
{
    return n->n_in > 1 || n->n_out < 2;
}

static bool not_mixed(const struct bpmn_node *n)
{
    return n->n_in < 2 || n->n_out < 2;
}

void check_direction_converging(struct check *c)
{
    direction(c, "Converging", not_converging);
}

void check_direction_diverging(struct check *c)
{
    direction(c, "Diverging", not_diverging);
}

void check_direction_mixed(struct check *c)
{
    direction(c, "Mixed", not_mixed);
}

/* ---- event-based gateways (10.6.6) ---- */

static bool is_race(const struct bpmn_node *n)
{
    return local_is(n, "eventBasedGateway");
}

void check_race_outgoing(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        if (is_race(c->node[i]) && c->node[i]->n_out < 2)
            check_say(c, c->node[i]->line, c->node[i]->id,
                      "The event-based gateway has %d outgoing flows; it needs two or more to wait "
                      "for. Draw the others, or remove it.",
                      (int)c->node[i]->n_out);
    }
}

void check_race_condition(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        const struct bpmn_flow *w = c->flow[i];

        if (w->source != NULL && is_race(w->source) && w->condition.text != NULL)
            check_say(c, w->line, w->id,
                      "A flow out of an event-based gateway is taken when its event occurs, whatever its condition. "
                      "Remove the condition.");
    }
}

/* A receive task, or a catch event with nothing but message, signal, timer and conditional triggers. */
static bool may_race(struct check *c, const struct bpmn_node *n)
{
    if (local_is(n, "receiveTask"))
        return true;
    if (!local_is(n, "intermediateCatchEvent"))
        return false;
    for (const struct check_trigger *t = check_triggers(c, n->xml); t != NULL; t = t->next) {
        if (t->kind != EVENT_message && t->kind != EVENT_signal && t->kind != EVENT_timer && t->kind != EVENT_conditional)
            return false;
    }
    return true;
}

void check_race_target(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        bool may = may_race(c, n);

        for (int32_t k = 0; k < n->n_in && !may; k++) {
            const struct bpmn_flow *w = n->in[k];

            if (w->source != NULL && is_race(w->source))
                check_say(c, w->line, w->id,
                          "The flow leads from an event-based gateway to the %s \"%s\". Lead it to a receive task or a "
                          "catch event with message, signal, timer or condition.",
                          n->local, n->id);
        }
    }
}

void check_race_mixed(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        bool task = false, event = false;

        for (int32_t k = 0; k < n->n_out && is_race(n); k++) {
            const struct bpmn_node *to = n->out[k]->target;

            task = task || (to != NULL && local_is(to, "receiveTask"));
            event =
                event || (to != NULL && local_is(to, "intermediateCatchEvent") && check_has_trigger(c, to->xml, EVENT_message));
        }
        if (task && event)
            check_say(c, n->line, n->id,
                      "The event-based gateway waits for a receive task and for a message event. Use one kind for all "
                      "messages.");
    }
}

void check_race_boundary(struct check *c)
{
    for (int32_t i = 0; i < c->n_flow; i++) {
        const struct bpmn_flow *w = c->flow[i];

        if (w->source != NULL && w->target != NULL && is_race(w->source) && w->target->n_boundary > 0)
            check_say(c, w->target->line, w->target->id,
                      "The %s behind an event-based gateway has boundary events; its waiting is over "
                      "when it is reached. Put them on another path.",
                      w->target->local);
    }
}

void check_race_incoming(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        bool raced = false;

        for (int32_t k = 0; k < n->n_in && n->n_in > 1; k++)
            raced = raced || (n->in[k]->source != NULL && is_race(n->in[k]->source));
        if (raced)
            check_say(c, n->line, n->id,
                      "The %s behind an event-based gateway has another incoming flow. Lead the other one to a %s of its "
                      "own.",
                      n->local, n->local);
    }
}

void check_race_start(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (is_race(n) && instantiates(n) && n->n_in > 0)
            check_say(c, n->line, n->id,
                      "The event-based gateway begins the process (instantiate) and has an incoming flow. Remove one of "
                      "the two.");
    }
}

void check_race_parallel(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (!is_race(n) || strcmp(check_attr(n->xml, "eventGatewayType"), "Parallel") != 0)
            continue;
        if (!instantiates(n))
            check_say(c, n->line, n->id,
                      "Only an event-based gateway that begins the process can be parallel. Set instantiate, or use a "
                      "parallel gateway before the events.");
        for (int32_t k = 0; k < n->n_out; k++) {
            const struct bpmn_node *to = n->out[k]->target;

            if (to != NULL && !local_is(to, "receiveTask") && !check_has_trigger(c, to->xml, EVENT_message))
                check_tell(c, FINDING_WARNING, to->xml,
                           "Behind a parallel event-based gateway all events are messages of one conversation. Replace "
                           "this %s.",
                           to->local);
        }
    }
}

void check_receive_start(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (local_is(n, "receiveTask") && instantiates(n) && n->n_in > 0)
            check_say(c, n->line, n->id,
                      "The receive task begins the process (instantiate) and has an incoming flow. Remove one of the "
                      "two.");
    }
}

/* ---- compensation (10.7) ---- */

static bool undoes(struct check *c, const struct xml_node *x)
{
    return check_is(x, "boundaryEvent") && check_has_trigger(c, x, EVENT_compensation);
}

static void handler_marker(struct check *c, const struct xml_node *x)
{
    const struct xml_node *end[2] = {check_ref(c, x, "sourceRef"), check_ref(c, x, "targetRef")};

    for (int k = 0; k < 2; k++) {
        const struct xml_node *event = end[k], *to = end[1 - k];

        if (!undoes(c, event) || to == NULL || check_is_artifact(to) || strstr(to->name, "data") == to->name)
            continue;
        if (!check_is_activity(to))
            check_at(c, event,
                     "The compensation leads to \"%s\", a %s. Lead it to an activity that is marked for compensation.",
                     check_attr(to, "id"), to->name);
        else if (!check_true(to, "isForCompensation", false))
            check_at(c, event,
                     "The compensation leads to \"%s\", which is not marked for it. Set isForCompensation=\"true\" there.",
                     check_attr(to, "id"));
    }
}

void check_handler_marker(struct check *c)
{
    check_each(c, "association", handler_marker);
}

void check_handler_missing(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (!undoes(c, n->xml))
            continue;
        if (n->n_out > 0)
            check_at(c, n->xml,
                     "A flow leads out of the compensation event. Connect it with its handler by an association instead.");
        else if (n->host != NULL && n->host->handler == NULL)
            check_run(c, n->xml,
                      "The compensation event has no handler. Connect it by an association with an activity marked for "
                      "compensation.");
    }
}

void check_handler_flow(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_true(n->xml, "isForCompensation", false) && n->n_in + n->n_out > 0)
            check_at(c, n->xml,
                     "The %s is marked for compensation and has %d incoming and %d outgoing flows. Remove the flows, or the "
                     "marker.",
                     n->local, (int)n->n_in, (int)n->n_out);
    }
}

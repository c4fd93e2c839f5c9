/* engine/model/check_event.c - the rules about events: which definition may stand where, and what each one needs.
 *
 * For     chapter 10.5 of the standard.
 * Owns    nothing; which definition may stand where is event.def.
 * Never   looks along flows (check_flow.c), at data (check_data.c) or at message flows (check_message.c).
 * Holds   an event that could never occur, or that would occur without effect, is an ERROR; what the standard asks for and the
 * executor does without is a WARNING. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

/* ---- which definition may stand where (tables 10.84, 10.86, 10.88, 10.89, 10.93) ---- */

enum place { START = 1, ESP = 2, CATCH = 4, BOUNDARY = 8, THROW = 16, END = 32 };

static bool allowed(enum event_kind kind, enum place where)
{
    static const int places[] = {
#define EVENT(name, local, where_) [EVENT_##name] = where_,
#include "model/event.def"
#undef EVENT
    };

    return kind < EVENT_KINDS && (places[kind] & (int)where) != 0;
}

static void placed(struct check *c, const struct xml_node *x, enum place where, const char *what, const char *instead)
{
    for (const struct check_trigger *t = check_triggers(c, x); t != NULL; t = t->next) {
        if (t->kind == EVENT_KINDS && check_is(t->at, "eventDefinitionRef"))
            continue; /* leads nowhere, or to something else: said by the rules about references */
        if (!allowed(t->kind, where))
            check_at(c, x, "%s cannot have the trigger \"%s\". %s", what, check_trigger_name(t), instead);
    }
}

/* A start event of a process, of an event sub-process, or of another sub-process. */
static enum place start_place(const struct xml_node *x)
{
    if (check_is(x->parent, "process choreography globalChoreographyTask"))
        return START;
    return check_is_event_sub_process(x->parent) ? ESP : (enum place)0;
}

static void start_trigger(struct check *c, const struct xml_node *x)
{
    if (start_place(x) == START)
        placed(c, x, START, "A start event of a process", "Use message, timer, conditional or signal, or none at all.");
}

void check_start_trigger(struct check *c)
{
    check_each(c, "startEvent", start_trigger);
}

static void start_inside(struct check *c, const struct xml_node *x)
{
    if (start_place(x) == (enum place)0 && check_is_sub_process(x->parent) && check_trigger_count(c, x) > 0)
        check_at(c, x,
                 "The start event of a sub-process waits for nothing: the sub-process begins when it is reached. Remove its "
                 "event definition, or make the sub-process an event sub-process.");
}

void check_start_inside(struct check *c)
{
    check_each(c, "startEvent", start_inside);
}

static void catch_trigger(struct check *c, const struct xml_node *x)
{
    placed(c, x, CATCH, "An intermediate catch event", "Use message, timer, conditional, signal or link.");
    if (check_triggers(c, x) == NULL)
        check_at(c, x, "The intermediate catch event waits for nothing. Give it an event definition, such as a timer.");
}

void check_catch_trigger(struct check *c)
{
    check_each(c, "intermediateCatchEvent", catch_trigger);
}

static void throw_trigger(struct check *c, const struct xml_node *x)
{
    placed(c, x, THROW, "An intermediate throw event", "Use message, signal, escalation, compensation or link.");
}

void check_throw_trigger(struct check *c)
{
    check_each(c, "intermediateThrowEvent", throw_trigger);
}

static void end_trigger(struct check *c, const struct xml_node *x)
{
    placed(c, x, END, "An end event",
           "Use message, signal, error, escalation, cancel, compensation or terminate, or none at all.");
}

void check_end_trigger(struct check *c)
{
    check_each(c, "endEvent", end_trigger);
}

static void boundary_trigger(struct check *c, const struct xml_node *x)
{
    bool stays = !check_true(x, "cancelActivity", true);

    placed(c, x, BOUNDARY, "A boundary event",
           "Use message, timer, signal, conditional, error, escalation, cancel or compensation.");
    if (check_triggers(c, x) == NULL)
        check_at(c, x, "The boundary event waits for nothing. Give it an event definition, such as a timer.");
    for (const struct check_trigger *t = check_triggers(c, x); t != NULL && stays; t = t->next) {
        if (t->kind == EVENT_error || t->kind == EVENT_cancel || t->kind == EVENT_compensation)
            check_at(c, x,
                     "A boundary event with the trigger \"%s\" cannot leave its activity running. Set cancelActivity to true.",
                     check_trigger_name(t));
    }
}

void check_boundary_trigger(struct check *c)
{
    check_each(c, "boundaryEvent", boundary_trigger);
}

static void esp_trigger(struct check *c, const struct xml_node *x)
{
    bool stays = !check_true(x, "isInterrupting", true);

    if (start_place(x) != ESP)
        return;
    placed(c, x, ESP, "The start event of an event sub-process",
           "Use message, timer, signal, conditional, error, escalation or compensation.");
    if (check_triggers(c, x) == NULL)
        check_at(c, x, "The event sub-process waits for nothing. Give its start event an event definition.");
    for (const struct check_trigger *t = check_triggers(c, x); t != NULL && stays; t = t->next) {
        if (t->kind == EVENT_error || t->kind == EVENT_compensation)
            check_at(c, x,
                     "An event sub-process with the trigger \"%s\" always interrupts. Set isInterrupting of its start event to "
                     "true.",
                     check_trigger_name(t));
    }
}

void check_esp_trigger(struct check *c)
{
    check_each(c, "startEvent", esp_trigger);
}

/* ---- cancel ---- */

static void cancel_end(struct check *c, const struct xml_node *x)
{
    const struct xml_node *scope = x->parent;

    while (scope != NULL && check_is(scope, "subProcess adHocSubProcess"))
        scope = scope->parent;
    if (check_has_trigger(c, x, EVENT_cancel) && !check_is(scope, "transaction"))
        check_at(c, x,
                 "A cancel end event stands in a transaction; there is none around it. Make the sub-process a transaction, or "
                 "use an error.");
}

void check_cancel_end(struct check *c)
{
    check_each(c, "endEvent", cancel_end);
}

static void cancel_boundary(struct check *c, const struct xml_node *x)
{
    const struct xml_node *host = check_ref(c, x, "attachedToRef");

    if (check_has_trigger(c, x, EVENT_cancel) && host != NULL && !check_is(host, "transaction"))
        check_at(c, x, "A cancel event sits on a transaction; \"%s\" is a %s. Make that a transaction, or use an error.",
                 check_attr(host, "id"), host->name);
}

void check_cancel_boundary(struct check *c)
{
    check_each(c, "boundaryEvent", cancel_boundary);
}

/* ---- what the definitions need ---- */

/* Calls FN for every definition of that kind which an event (or a loop) uses or holds. */
static void each_definition(struct check *c, enum event_kind kind, void (*fn)(struct check *c, const struct xml_node *x))
{
    check_each(c, event_kind_local(kind), fn);
}

/* A vendor's topic says who sends the message instead of which it is. */
static bool sent_by_topic(struct check *c, const struct xml_node *x)
{
    const struct bpmn_node *n = check_node(c, x->parent);

    return dialect_attr(x, "topic", NULL) != NULL || (n != NULL && n->topic != NULL && *n->topic != '\0');
}

/* By a message flow to another node of the file. An operation knows its messages too, but the standard asks for both. */
static bool named_otherwise(struct check *c, const struct xml_node *x)
{
    const struct bpmn_node *n = check_ref_text(c, x, "operationRef") == NULL ? check_node(c, x->parent) : NULL;

    for (int32_t i = 0; n != NULL && i < n->n_event; i++) {
        if (n->definition[i].xml == x && n->definition[i].name.text != NULL)
            return true;
    }
    return false;
}

static void message_ref(struct check *c, const struct xml_node *x)
{
    if (check_executable(c, x) && check_ref_text(c, x, "messageRef") == NULL && !sent_by_topic(c, x) && !named_otherwise(c, x))
        check_at(c, x, "The message event does not say which message. Set messageRef to a message of the file.");
}

void check_message_ref(struct check *c)
{
    each_definition(c, EVENT_message, message_ref);
}

/* Messages here need no operation of a service; other engines may. One word for each place, as the standard asks. */
static void operation_ref(struct check *c, const struct xml_node *x)
{
    if (check_executable(c, x) && check_ref_text(c, x, "operationRef") == NULL && check_ref_text(c, x, "messageRef") != NULL)
        check_at(c, x,
                 "The message event names no operation. The standard asks for operationRef; the message is sent and received "
                 "here without one.");
}

void check_operation_ref(struct check *c)
{
    each_definition(c, EVENT_message, operation_ref);
}

static void signal_ref(struct check *c, const struct xml_node *x)
{
    if (check_ref_text(c, x, "signalRef") == NULL)
        check_block(c, x, "The signal event does not say which signal. Set signalRef to a signal of the file.");
}

void check_signal_ref(struct check *c)
{
    each_definition(c, EVENT_signal, signal_ref);
}

static void escalation_code(struct check *c, const struct xml_node *x)
{
    for (const struct check_trigger *t = check_triggers(c, x); t != NULL; t = t->next) {
        const struct xml_node *e = check_ref(c, t->x, "escalationRef");
        const char *ref = check_ref_text(c, t->x, "escalationRef");

        if (t->kind != EVENT_escalation || !check_executable(c, x) || (ref != NULL && e == NULL))
            continue;
        if (e == NULL || *check_attr(e, "escalationCode") == '\0')
            check_at(c, x,
                     "The escalation is thrown without a code, so that nobody can tell it from others. Refer to an escalation "
                     "with an escalationCode.");
    }
}

void check_escalation_code(struct check *c)
{
    check_each(c, "endEvent intermediateThrowEvent implicitThrowEvent", escalation_code);
}

static void error_code(struct check *c, const struct xml_node *x)
{
    for (const struct check_trigger *t = check_triggers(c, x); t != NULL; t = t->next) {
        const struct xml_node *e = check_ref(c, t->x, "errorRef");
        const char *ref = check_ref_text(c, t->x, "errorRef");

        if (t->kind != EVENT_error || !check_executable(c, x) || (ref != NULL && e == NULL))
            continue;
        if (e == NULL || *check_attr(e, "errorCode") == '\0')
            check_at(c, x,
                     "The error is thrown without a code, so that nobody can tell it from others. Refer to an error with an "
                     "errorCode.");
    }
}

void check_error_code(struct check *c)
{
    check_each(c, "endEvent", error_code);
}

static void condition_missing(struct check *c, const struct xml_node *x)
{
    if (*check_text(c, check_child(x, "condition")) == '\0')
        check_run(c, x, "The conditional event has no condition, so it never occurs. Write one.");
}

void check_condition_missing(struct check *c)
{
    each_definition(c, EVENT_conditional, condition_missing);
}

/* ---- links ---- */

static const char *link_name(const struct xml_node *x)
{
    return check_attr(x, "name");
}

static void link_target(struct check *c, const struct xml_node *x)
{
    int targets = check_count(x, "target");

    if (check_is(x->parent, "intermediateThrowEvent") && targets != 1)
        check_at(c, x,
                 "The link is thrown to %s target. Name the link event definition that catches it in <target>; here the one of "
                 "the same name is taken.",
                 targets == 0 ? "no" : "more than one");
}

void check_link_target(struct check *c)
{
    each_definition(c, EVENT_link, link_target);
}

static void link_source(struct check *c, const struct xml_node *x)
{
    if (check_is(x->parent, "intermediateCatchEvent") && check_count(x, "source") == 0)
        check_at(c, x,
                 "The link names no <source>. Name the link event definitions that throw it; here those of the same name are "
                 "taken.");
}

void check_link_source(struct check *c)
{
    each_definition(c, EVENT_link, link_source);
}

/* Links meet within one level of a process: by their names, else by target. */
static const char *link_key(struct check *c, const struct xml_node *x, const char *name)
{
    const struct xml_node *level = x->parent->parent;

    return arena_printf(c->mem, "%p %s", (const void *)level, name);
}

static struct map caught(struct check *c, bool ids)
{
    struct map all = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "linkEventDefinition"); i != NULL; i = i->next) {
        if (check_is(i->x->parent, "intermediateCatchEvent"))
            map_set(&all, link_key(c, i->x, ids ? check_attr(i->x, "id") : link_name(i->x)), c);
    }
    return all;
}

void check_link_pair(struct check *c)
{
    struct map names = caught(c, false), ids = caught(c, true);

    for (const struct check_item *i = check_all(c, "linkEventDefinition"); i != NULL; i = i->next) {
        const char *target = check_ref_text(c, i->x, "target");

        if (!check_is(i->x->parent, "intermediateThrowEvent"))
            continue;
        if (map_get(&names, link_key(c, i->x, link_name(i->x))) == NULL &&
            (target == NULL || map_get(&ids, link_key(c, i->x, target)) == NULL))
            check_run(c, i->x,
                      "Nothing catches the link \"%s\" in this process or sub-process. Add an intermediate catch event with "
                      "a link of that name.",
                      text_cut(c->mem, link_name(i->x), CHECK_SHORT));
    }
}

void check_link_twice(struct check *c)
{
    struct map seen = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "linkEventDefinition"); i != NULL; i = i->next) {
        if (!check_is(i->x->parent, "intermediateCatchEvent") || *link_name(i->x) == '\0')
            continue;
        if (map_set(&seen, link_key(c, i->x, link_name(i->x)), c) != NULL)
            check_run(c, i->x->parent,
                      "The link \"%s\" is caught twice, so that it is not clear where it leads. Give one of them "
                      "another name.",
                      text_cut(c->mem, link_name(i->x), CHECK_SHORT));
    }
}

void check_link_flow(struct check *c)
{
    for (const struct check_item *i = check_all(c, "linkEventDefinition"); i != NULL; i = i->next) {
        const struct bpmn_node *n = check_node(c, i->x->parent);

        if (n != NULL && check_is(n->xml, "intermediateThrowEvent") && n->n_out > 0)
            check_run(c, n->xml,
                      "A flow leads out of a link that is thrown: the path goes on where the link is caught. Remove it.");
        if (n != NULL && check_is(n->xml, "intermediateCatchEvent") && n->n_in > 0)
            check_run(c, n->xml,
                      "A flow leads into a link that is caught: the path comes from where the link is thrown. Remove it.");
    }
}

/* ---- shared definitions ---- */

/* 10.5.1: an event definition inside an event belongs to that event; one at the top of the file may be referred to. */
void check_definition_shared(struct check *c)
{
    struct map seen = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "eventDefinitionRef"); i != NULL; i = i->next) {
        const struct xml_node *d = check_find(c, check_text(c, i->x));

        if (d != NULL && check_is_event(d->parent) && map_set(&seen, check_attr(d, "id"), c) == NULL)
            check_at(c, d,
                     "The event definition belongs to its %s and is referred to at line %d as well. Move it to the top of the "
                     "file, or give each event its own.",
                     d->parent->name, i->x->line);
    }
}

/* engine/model/check_message.c - the rules about collaborations: participants, message flows, conversations, choreographies.
 *
 * For     chapters 8.4, 9 and 11 of the standard, and the message flows of events (10.5).
 * Owns    which pool an element stands in.
 * Never   asks what is sent (check_io.c).
 * Holds   message flows are drawn between processes and found again by message names, so a wrong one is a WARNING; what would stand
 * in a process without being run is an ERROR. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

/* ---- pools ---- */

/* The participant that X is or stands in, NULL if its process is in no pool. */
static const struct xml_node *pool_of(struct check *c, const struct xml_node *x)
{
    const struct xml_node *process = check_process_of(x);

    if (check_is(x, "participant"))
        return x;
    const struct xml_node *const *p = process != NULL ? map_get(&c->pools, check_attr(process, "id")) : NULL;
    return p != NULL ? *p : NULL;
}

static void message_flow_pool(struct check *c, const struct xml_node *x)
{
    const struct xml_node *from = check_ref(c, x, "sourceRef"), *to = check_ref(c, x, "targetRef");

    if (from == NULL || to == NULL)
        return;
    const struct xml_node *a = pool_of(c, from), *b = pool_of(c, to), *p = check_process_of(from);
    if ((a != NULL && a == b) || (a == NULL && b == NULL && p != NULL && p == check_process_of(to)))
        check_at(c, x,
                 "The message flow begins and ends in the same pool. Use a sequence flow inside, and messages between pools.");
}

void check_message_flow_pool(struct check *c)
{
    check_each(c, "messageFlow", message_flow_pool);
}

static void artifact(struct check *c, const struct xml_node *x, const char *name)
{
    const struct xml_node *to = check_ref(c, x, name);

    if (check_is_artifact(to))
        check_at(c, x, "The message flow %s the %s \"%s\", which is drawing only. Connect it with a pool, a task or an event.",
                 strcmp(name, "sourceRef") == 0 ? "begins at" : "leads to", to->name, check_attr(to, "id"));
}

static void message_artifact_source(struct check *c, const struct xml_node *x)
{
    artifact(c, x, "sourceRef");
}

void check_message_artifact_source(struct check *c)
{
    check_each(c, "messageFlow", message_artifact_source);
}

static void message_artifact_target(struct check *c, const struct xml_node *x)
{
    artifact(c, x, "targetRef");
}

void check_message_artifact_target(struct check *c)
{
    check_each(c, "messageFlow", message_artifact_target);
}

/* ---- message flows and what they connect ---- */

static void start_message_source(struct check *c, const struct xml_node *x)
{
    if (check_is(check_ref(c, x, "sourceRef"), "startEvent"))
        check_at(
            c, x,
            "The message flow begins at a start event, which sends nothing. Begin it at a task or at an event that is thrown.");
}

void check_start_message_source(struct check *c)
{
    check_each(c, "messageFlow", start_message_source);
}

static void end_message_target(struct check *c, const struct xml_node *x)
{
    if (check_is(check_ref(c, x, "targetRef"), "endEvent"))
        check_at(
            c, x,
            "The message flow leads to an end event, which receives nothing. Lead it to a task or to an event that is caught.");
}

void check_end_message_target(struct check *c)
{
    check_each(c, "messageFlow", end_message_target);
}

/* The elements named NAMES that are the END of a message flow without a message to send or receive. */
static void wants_message(struct check *c, const char *names, const char *end, const char *does)
{
    struct map seen = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "messageFlow"); i != NULL; i = i->next) {
        const struct xml_node *x = check_ref(c, i->x, end);

        if (check_is(x, names) && !check_has_trigger(c, x, EVENT_message) && map_set(&seen, check_attr(x, "id"), c) == NULL)
            check_at(c, x, "A message flow %s this event and the event has no message. Give it a message event definition.",
                     does);
    }
}

void check_start_message(struct check *c)
{
    wants_message(c, "startEvent", "targetRef", "leads to");
}

void check_end_message(struct check *c)
{
    wants_message(c, "endEvent", "sourceRef", "begins at");
}

void check_event_message(struct check *c)
{
    wants_message(c, "intermediateCatchEvent boundaryEvent", "targetRef", "leads to");
    wants_message(c, "intermediateThrowEvent", "sourceRef", "begins at");
}

static void turned(struct check *c, const char *names, const char *end, const char *what)
{
    struct map seen = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "messageFlow"); i != NULL; i = i->next) {
        const struct xml_node *x = check_ref(c, i->x, end);

        if (check_is(x, names) && map_set(&seen, check_attr(x, "id"), c) == NULL)
            check_at(c, x, "%s Turn the message flow of line %d, or use the other kind of event.", what, i->x->line);
    }
}

void check_event_message_turned(struct check *c)
{
    turned(c, "intermediateCatchEvent boundaryEvent", "sourceRef",
           "A message flow begins at this event, which receives and never sends.");
    turned(c, "intermediateThrowEvent", "targetRef", "A message flow leads to this event, which sends and never receives.");
}

/* ---- participants ---- */

static int64_t number(const struct xml_node *x, const char *name, int64_t otherwise)
{
    const char *v = xml_attr(x, "", name);
    int64_t n = otherwise;

    if (v != NULL && !text_i64(v, &n))
        return otherwise;
    return n;
}

static void multiplicity_minimum(struct check *c, const struct xml_node *x)
{
    if (number(x, "minimum", 0) < 0)
        check_at(c, x, "The least number of participants is %s. Write 0 or more.", check_attr(x, "minimum"));
}

void check_multiplicity_minimum(struct check *c)
{
    check_each(c, "participantMultiplicity", multiplicity_minimum);
}

static void multiplicity_maximum(struct check *c, const struct xml_node *x)
{
    int64_t least = number(x, "minimum", 0), most = number(x, "maximum", 1);

    if (most < 1 || most < least)
        check_at(c, x,
                 "The greatest number of participants is %lld and the least %lld. Write a greatest of 1 or more that is not "
                 "below the "
                 "least.",
                 (long long)most, (long long)least);
}

void check_multiplicity_maximum(struct check *c)
{
    check_each(c, "participantMultiplicity", multiplicity_maximum);
}

/* ---- conversations and choreographies ---- */

static void choreography_ref(struct check *c, const struct xml_node *x)
{
    if (check_child(x, "choreographyRef") != NULL)
        check_at(c, x, "A %s refers to no choreography; a collaboration does. Remove <choreographyRef>.", x->name);
}

void check_choreography_ref(struct check *c)
{
    check_each(c, "globalConversation choreography globalChoreographyTask", choreography_ref);
}

static void conversation_content(struct check *c, const struct xml_node *x)
{
    static const char inside[] =
        "conversation subConversation callConversation conversationLink conversationAssociation messageFlowAssociation "
        "participantAssociation textAnnotation group association";

    for (const struct xml_node *k = x->first; k != NULL; k = k->next) {
        if (check_is(k, inside))
            check_at(
                c, k,
                "A global conversation holds participants, message flows and keys only. Move this %s into a collaboration.",
                k->name);
    }
}

void check_conversation_content(struct check *c)
{
    check_each(c, "globalConversation", conversation_content);
}

static void choreography_data(struct check *c, const struct xml_node *x)
{
    if (check_is(x->parent, "choreography subChoreography globalChoreographyTask"))
        check_at(c, x, "A %s belongs into a process or sub-process; nobody holds data in a choreography. Move it there.",
                 x->name);
}

void check_choreography_data(struct check *c)
{
    check_each(c, "dataObject dataObjectReference dataStoreReference", choreography_data);
}

static void called_collaboration(struct check *c, const struct xml_node *x)
{
    const struct xml_node *to = check_ref(c, x, "calledCollaborationRef");

    if (to != NULL && !check_is(to, "collaboration globalConversation"))
        check_at(c, x, "The call conversation calls \"%s\", a %s. Call a collaboration or a global conversation.",
                 check_attr(to, "id"), to->name);
}

void check_called_collaboration(struct check *c)
{
    check_each(c, "callConversation", called_collaboration);
}

static const char conversations[] = "conversation subConversation callConversation";

static void conversation_link(struct check *c, const struct xml_node *x)
{
    const struct xml_node *from = check_ref(c, x, "sourceRef"), *to = check_ref(c, x, "targetRef");

    if (from != NULL && to != NULL && check_is(from, conversations) == check_is(to, conversations))
        check_at(c, x,
                 "The conversation link connects \"%s\" with \"%s\": one end is a conversation, the other takes part in it.",
                 check_attr(from, "id"), check_attr(to, "id"));
}

void check_conversation_link(struct check *c)
{
    check_each(c, "conversationLink", conversation_link);
}

/* How many conversation links end at each element, by its id. */
static struct map link_ends(struct check *c)
{
    static const char *const ends[] = {"sourceRef", "targetRef"};
    struct map all = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "conversationLink"); i != NULL; i = i->next) {
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
            const char *id = check_ref_text(c, i->x, ends[k]);
            int *n = id != NULL ? map_get(&all, id) : NULL;

            if (n == NULL)
                n = ARENA_NEW(c->mem, int);
            if (id != NULL && ++*n == 1)
                map_set(&all, id, n);
        }
    }
    return all;
}

/* Who takes part: as listed, or as linked. */
void check_conversation_few(struct check *c)
{
    struct map links = link_ends(c);

    for (const char *at = conversations; *(at += strspn(at, " ")) != '\0'; at += strcspn(at, " ")) {
        for (const struct check_item *i = check_all(c, arena_strndup(c->mem, at, strcspn(at, " "))); i != NULL; i = i->next) {
            const int *n = map_get(&links, check_attr(i->x, "id"));

            if (check_count(i->x, "participantRef") + (n != NULL ? *n : 0) < 2)
                check_at(c, i->x,
                         "The %s has fewer than two participants. Name them in <participantRef>, or draw conversation links.",
                         i->x->name);
        }
    }
}

static void collaboration_closed(struct check *c, const struct xml_node *x)
{
    for (const struct xml_node *k = check_child(x, "choreographyRef"); k != NULL; k = xml_again(k)) {
        const struct xml_node *to = check_find(c, check_text(c, k));

        if (check_is(to, "choreography globalChoreographyTask") &&
            check_true(to, "isClosed", false) != check_true(x, "isClosed", false))
            check_at(c, x,
                     "The collaboration says isClosed=\"%s\" and its choreography \"%s\" says the opposite. Make them equal.",
                     check_true(x, "isClosed", false) ? "true" : "false", check_attr(to, "id"));
    }
}

void check_collaboration_closed(struct check *c)
{
    check_each(c, "collaboration", collaboration_closed);
}

/* Table 10.1: the collaboration that defines a process has a participant for it. */
void check_definitional(struct check *c)
{
    struct map all = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "participant"); i != NULL; i = i->next)
        map_set(&all, check_listed_key(c, i->x->parent, "processRef", check_attr(i->x, "processRef")), c);
    for (const struct check_item *i = check_all(c, "process"); i != NULL; i = i->next) {
        const struct xml_node *by = check_ref(c, i->x, "definitionalCollaborationRef");

        if (by != NULL && map_get(&all, check_listed_key(c, by, "processRef", check_attr(i->x, "id"))) == NULL)
            check_at(
                c, i->x,
                "The collaboration \"%s\" that defines this process has no participant for it. Add one with processRef, or "
                "remove definitionalCollaborationRef.",
                check_attr(by, "id"));
    }
}

static void public_executable(struct check *c, const struct xml_node *x)
{
    if (strcmp(check_attr(x, "processType"), "Public") == 0 && check_true(x, "isExecutable", false))
        check_at(c, x,
                 "A public process shows only what others see and cannot be executed. Make it private, or not executable.");
}

void check_public_executable(struct check *c)
{
    check_each(c, "process", public_executable);
}

static const char choreography_nodes[] = "choreographyTask subChoreography callChoreography";
static const char conversation_nodes[] = "conversation subConversation callConversation conversationLink";

static bool is_in(const struct xml_node *x, const char *names)
{
    return check_is(x->parent, names);
}

static void choreography_node(struct check *c, const struct xml_node *x)
{
    if (is_in(x, "process"))
        check_at(c, x, "A %s is part of a choreography and cannot stand in a process. Replace it by a task.", x->name);
}

void check_choreography_node(struct check *c)
{
    check_each(c, choreography_nodes, choreography_node);
}

static void choreography_inside(struct check *c, const struct xml_node *x)
{
    if (is_in(x, "subProcess transaction"))
        check_at(c, x, "A %s is part of a choreography and cannot stand in a sub-process. Replace it by a task.", x->name);
}

void check_choreography_inside(struct check *c)
{
    check_each(c, choreography_nodes, choreography_inside);
}

static void conversation_node(struct check *c, const struct xml_node *x)
{
    if (is_in(x, "process subProcess transaction"))
        check_at(c, x, "A %s is part of a collaboration and cannot stand in a process. Move it there.", x->name);
}

void check_conversation_node(struct check *c)
{
    check_each(c, conversation_nodes, conversation_node);
}

static void ad_hoc_content(struct check *c, const struct xml_node *x)
{
    for (const struct xml_node *k = x->first; k != NULL; k = k->next) {
        if (check_is(k, "startEvent endEvent") || check_is(k, choreography_nodes) || check_is(k, conversation_nodes))
            check_at(c, x,
                     "The ad-hoc sub-process holds a %s (line %d). Its activities begin and end as people choose; remove it.",
                     k->name, k->line);
    }
}

void check_ad_hoc_content(struct check *c)
{
    check_each(c, "adHocSubProcess", ad_hoc_content);
}

static void ad_hoc_empty(struct check *c, const struct xml_node *x)
{
    const struct xml_node *k = x->first;

    while (k != NULL && !check_is_activity(k))
        k = k->next;
    if (k == NULL)
        check_at(c, x, "The ad-hoc sub-process holds no activity to choose. Add one.");
}

void check_ad_hoc_empty(struct check *c)
{
    check_each(c, "adHocSubProcess", ad_hoc_empty);
}

/* engine/model/check_schema.c - the rules about structure: what the standard's schemas say, told to the author.
 *
 * For     what shape.c has found, each under the rule that it breaks.
 * Owns    which slip is an error: one that changes what runs, or leaves it open. What only is not as the schemas have it, a warning.
 * Never   looks at the file itself.
 * Holds   slips in the diagram part are one rule, warnings all, and at most LIMIT_DRAWING of them: the drawing runs nowhere. */
#include "model/check_int.h"

enum { LIMIT_DRAWING = 20 };

static void say(struct check *c, const struct shape_slip *s)
{
    check_tell(c, s->mild ? FINDING_WARNING : FINDING_ERROR, s->at, "%s", s->message);
}

static void tell(struct check *c, enum shape_kind kind)
{
    for (const struct shape_slip *s = c->slip; s != NULL; s = s->next) {
        if (s->kind == kind && !s->drawing && !s->told)
            say(c, s);
    }
}

/* Conversations in a process are a rule of their own. */
void check_unknown(struct check *c)
{
    static const char elsewhere[] = "conversation subConversation callConversation conversationLink";

    for (const struct shape_slip *s = c->slip; s != NULL; s = s->next) {
        if (s->kind == SLIP_CHILD_UNKNOWN && !s->drawing && !(check_is(s->at, elsewhere) && check_process_of(s->at) != NULL))
            say(c, s);
    }
}

void check_schema_attribute(struct check *c)
{
    tell(c, SLIP_ATTRIBUTE_UNKNOWN);
}

void check_schema_needed(struct check *c)
{
    tell(c, SLIP_ATTRIBUTE_MISSING);
}

void check_schema_value(struct check *c)
{
    tell(c, SLIP_VALUE);
}

void check_schema_child(struct check *c)
{
    tell(c, SLIP_CHILD_MISSING);
}

void check_schema_many(struct check *c)
{
    tell(c, SLIP_CHILD_MANY);
}

void check_schema_order(struct check *c)
{
    tell(c, SLIP_CHILD_ORDER);
}

void check_schema_vendor(struct check *c)
{
    tell(c, SLIP_FOREIGN);
}

void check_schema_text(struct check *c)
{
    tell(c, SLIP_TEXT);
}

void check_schema_type(struct check *c)
{
    tell(c, SLIP_TYPE);
}

void check_schema_prefix(struct check *c)
{
    for (const struct shape_slip *s = c->slip; s != NULL; s = s->next) {
        if (s->kind == SLIP_PREFIX)
            say(c, s);
    }
}

void check_schema_drawing(struct check *c)
{
    int n = 0;

    for (const struct shape_slip *s = c->slip; s != NULL; s = s->next) {
        if (s->kind == SLIP_PREFIX || (!s->drawing && (s->kind != SLIP_ID || s->told)))
            continue;
        if (++n <= LIMIT_DRAWING)
            say(c, s);
    }
    if (n > LIMIT_DRAWING)
        check_say(c, 0, "", "%d more slips of the drawing are not listed.", n - LIMIT_DRAWING);
}

/* ---- what is read and never executed ---- */

/* Choreography activities are listed with their choreography; in a process they are an error of their own. */
static void drawn(struct check *c, const struct xml_node *x)
{
    if (check_process_of(x) == NULL || !check_is(x, "choreographyTask subChoreography callChoreography"))
        check_at(c, x, "<%s> is kept in the file; nothing here executes it.", x->name);
}

void check_drawn(struct check *c)
{
    check_each(
        c,
        "choreography globalChoreographyTask choreographyTask subChoreography callChoreography conversation subConversation "
        "callConversation globalConversation conversationLink conversationAssociation participantAssociation "
        "messageFlowAssociation partnerEntity partnerRole endPoint participantMultiplicity relationship auditing monitoring "
        "rendering resourceRole performer ioBinding",
        drawn);
}

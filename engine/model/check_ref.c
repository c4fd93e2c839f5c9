/* engine/model/check_ref.c - the rules about references: they lead to something, and to something of the right kind.
 *
 * For     every attribute and element of the standard that names another element.
 * Owns    the table of them.
 * Never   looks at sequence flows, lanes and boundary events: they have rules of their own (check_flow.c, check_task.c).
 * Holds   a reference without which something would run differently is an ERROR; one that is only drawn, or that this engine does
 * not follow, a WARNING. What is imported is not here, so a reference into it is broken as well. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

enum weight {
    FIRM,  /* an error */
    RUN,   /* an error where it is to be executed */
    LOOSE, /* a warning */
    ABROAD /* may lead out of the file: only what is found is looked at, with a warning */
};

/* clang-format off */
#define TASKS        "task userTask manualTask serviceTask scriptTask sendTask receiveTask businessRuleTask callActivity " \
                     "subProcess transaction adHocSubProcess"
#define EVENTS       "startEvent endEvent intermediateThrowEvent intermediateCatchEvent boundaryEvent implicitThrowEvent event"
#define DEFINITIONS  "messageEventDefinition timerEventDefinition signalEventDefinition conditionalEventDefinition errorEventDefinition " \
                     "escalationEventDefinition compensateEventDefinition cancelEventDefinition linkEventDefinition terminateEventDefinition"
#define ITEMS        "dataObject dataObjectReference dataStore dataStoreReference dataInput dataOutput property inputDataItem outputDataItem"
#define CALLABLE     "process globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask"
#define CONVERSES    "conversation subConversation callConversation"
#define SENDERS      "participant " TASKS " " EVENTS " " CONVERSES " choreographyTask subChoreography callChoreography " \
                     "textAnnotation group association" /* said by a rule of its own */
#define EXPRESSIONS  "conditionExpression condition activationCondition completionCondition loopCondition loopCardinality timeDate " \
                     "timeCycle timeDuration from to transformation messagePath dataPath expression formalExpression"
#define ROLES        "resourceRole performer humanPerformer potentialOwner"

/* where it stands, its name, what it may lead to ("" = anything), what a broken one means */
static const struct {
    const char *holders, *name, *kinds;
    enum weight weight;
} refs[] = {
    {"participant",                          "processRef",             "process",                FIRM},
    {"participant",                          "interfaceRef",           "interface",              FIRM},
    {"participant",                          "endPointRef",            "endPoint",               FIRM},
    {"messageFlow",                          "sourceRef",              SENDERS,                  FIRM},
    {"messageFlow",                          "targetRef",              SENDERS,                  FIRM},
    {"messageFlow",                          "messageRef",             "message",                FIRM},
    {"association",                          "sourceRef",              "",                       FIRM},
    {"association",                          "targetRef",              "",                       FIRM},
    {"correlationKey",                       "correlationPropertyRef", "correlationProperty",    FIRM},
    {"correlationPropertyRetrievalExpression", "messageRef",           "message",                FIRM},
    {"correlationPropertyBinding",           "correlationPropertyRef", "correlationProperty",    FIRM},
    {"correlationSubscription",              "correlationKeyRef",      "correlationKey",         FIRM},
    {"operation",                            "inMessageRef",           "message",                FIRM},
    {"operation",                            "outMessageRef",          "message",                FIRM},
    {"operation",                            "errorRef",               "error",                  FIRM},
    {"message",                              "itemRef",                "itemDefinition",         FIRM},
    {"signal error escalation",              "structureRef",           "itemDefinition",         LOOSE},
    {"dataObject dataObjectReference dataStore dataStoreReference dataInput dataOutput property inputDataItem outputDataItem",
                                             "itemSubjectRef",         "itemDefinition",         FIRM},
    {"resourceParameter",                    "type",                   "itemDefinition",         LOOSE},
    {"messageEventDefinition",               "messageRef",             "message",                FIRM},
    {"signalEventDefinition",                "signalRef",              "signal",                 FIRM},
    {"errorEventDefinition",                 "errorRef",               "error",                  FIRM},
    {"escalationEventDefinition",            "escalationRef",          "escalation",             FIRM},
    {"compensateEventDefinition",            "activityRef",            TASKS,                    FIRM},
    {"linkEventDefinition",                  "source",                 "linkEventDefinition",    LOOSE},
    {"linkEventDefinition",                  "target",                 "linkEventDefinition",    LOOSE},
    {EVENTS,                                 "eventDefinitionRef",     DEFINITIONS,              FIRM},
    {"sendTask receiveTask",                 "messageRef",             "message",                FIRM},
    {"sendTask receiveTask serviceTask messageEventDefinition", "operationRef", "operation",     LOOSE},
    {"callActivity",                         "calledElement",          CALLABLE,                 ABROAD},
    {"multiInstanceLoopCharacteristics",     "noneBehaviorEventRef",   DEFINITIONS,              FIRM},
    {"multiInstanceLoopCharacteristics",     "oneBehaviorEventRef",    DEFINITIONS,              FIRM},
    {"multiInstanceLoopCharacteristics",     "loopDataInputRef",       "itemDefinition " ITEMS,  ABROAD},
    {"multiInstanceLoopCharacteristics",     "loopDataOutputRef",      "itemDefinition " ITEMS,  ABROAD},
    {"dataObjectReference",                  "dataObjectRef",          "dataObject",             FIRM},
    {"dataStoreReference",                   "dataStoreRef",           "dataStore",              RUN},
    {"inputSet",                             "dataInputRefs",          "dataInput",              FIRM},
    {"inputSet",                             "optionalInputRefs",      "dataInput",              FIRM},
    {"inputSet",                             "whileExecutingInputRefs", "dataInput",             FIRM},
    {"inputSet",                             "outputSetRefs",          "outputSet",              FIRM},
    {"outputSet",                            "dataOutputRefs",         "dataOutput",             FIRM},
    {"outputSet",                            "optionalOutputRefs",     "dataOutput",             FIRM},
    {"outputSet",                            "whileExecutingOutputRefs", "dataOutput",           FIRM},
    {"outputSet",                            "inputSetRefs",           "inputSet",               FIRM},
    {"dataInputAssociation dataOutputAssociation", "sourceRef",        ITEMS,                    RUN},
    {"dataInputAssociation dataOutputAssociation", "targetRef",        ITEMS,                    RUN},
    {"ioBinding",                            "operationRef",           "operation",              FIRM},
    {"ioBinding",                            "inputDataRef",           "dataInput inputSet",     FIRM},
    {"ioBinding",                            "outputDataRef",          "dataOutput outputSet",   FIRM},
    {CALLABLE,                               "supportedInterfaceRef",  "interface",              FIRM},
    {"process",                              "supports",               "process",                FIRM},
    {"process",                              "definitionalCollaborationRef", "collaboration globalConversation choreography", FIRM},
    {"group",                                "categoryValueRef",       "categoryValue",          RUN},
    {ROLES,                                  "resourceRef",            "resource",               RUN},
    {"resourceParameterBinding",             "parameterRef",           "resourceParameter",      RUN},
    {"correlationSubscription",              "correlationKeyRef",      "correlationKey",         FIRM},
    {"collaboration globalConversation choreography", "choreographyRef", "choreography globalChoreographyTask", FIRM},
    {"choreographyTask subChoreography callChoreography", "participantRef", "participant",       LOOSE},
    {"choreographyTask subChoreography callChoreography", "initiatingParticipantRef", "participant", LOOSE},
    {"choreographyTask",                     "messageFlowRef",         "messageFlow",            LOOSE},
    {"callChoreography",                     "calledChoreographyRef",  "choreography globalChoreographyTask", LOOSE},
    {CONVERSES,                              "participantRef",         "participant",            FIRM},
    {CONVERSES,                              "messageFlowRef",         "messageFlow",            FIRM},
    {"callConversation",                     "calledCollaborationRef", "collaboration globalConversation choreography", FIRM},
    {"conversationLink",                     "sourceRef",              "participant " CONVERSES " " TASKS " " EVENTS, FIRM},
    {"conversationLink",                     "targetRef",              "participant " CONVERSES " " TASKS " " EVENTS, FIRM},
    {"participantAssociation",               "innerParticipantRef",    "participant",            FIRM},
    {"participantAssociation",               "outerParticipantRef",    "participant",            FIRM},
    {"messageFlowAssociation",               "innerMessageFlowRef",    "messageFlow",            FIRM},
    {"messageFlowAssociation",               "outerMessageFlowRef",    "messageFlow",            FIRM},
    {"conversationAssociation",              "innerConversationNodeRef", CONVERSES,              FIRM},
    {"conversationAssociation",              "outerConversationNodeRef", CONVERSES,              FIRM},
    {"partnerEntity partnerRole",            "participantRef",         "participant",            FIRM},
    {"lane",                                 "partitionElementRef",    "",                       LOOSE},
    {EXPRESSIONS,                            "evaluatesToTypeRef",     "itemDefinition",         LOOSE},
};
/* clang-format on */

static enum severity weigh(const struct check *c, const struct xml_node *x, enum weight w)
{
    if (w == LOOSE || w == ABROAD)
        return FINDING_WARNING;
    return w == RUN ? check_weight(c, x) : c->rule->severity;
}

/* "xsd:string" and its like: a type of XML Schema in the place of an item definition. */
static bool is_schema_type(const char *ref)
{
    return text_starts(ref, "xsd:") || text_starts(ref, "xs:");
}

/* One reference as it stands: HOLDER names REF, in itself or in its child AT. */
struct reference {
    const struct xml_node *holder, *at;
    const char *ref;
    const char *name, *kinds; /* of the table */
    enum weight weight;
};

static void missing(struct check *c, const struct reference *r)
{
    enum weight w = is_schema_type(r->ref) ? LOOSE : r->weight;

    if (w == ABROAD || check_find(c, r->ref) != NULL)
        return;
    if (check_imports(c, r->ref) && w != LOOSE)
        w = check_process_of(r->holder) != NULL ? RUN : LOOSE;
    check_tell(c, weigh(c, r->holder, w), r->at,
               "%s of this %s leads to \"%s\", which is not in the file. Correct it or remove it.", r->name, r->holder->name,
               text_cut(c->mem, r->ref, CHECK_SHORT));
}

static void wrong_kind(struct check *c, const struct reference *r)
{
    const struct xml_node *to = check_find(c, r->ref);

    if (to == NULL || *r->kinds == '\0' || text_in_list(r->kinds, to->name))
        return;
    check_tell(c, weigh(c, r->holder, r->weight), r->at, "%s of this %s leads to \"%s\", which is <%s> and cannot stand there.",
               r->name, r->holder->name, text_cut(c->mem, r->ref, CHECK_SHORT), to->name);
}

static void visit(struct check *c, const struct xml_node *x, size_t row, void (*fn)(struct check *c, const struct reference *r))
{
    struct reference r = {.holder = x, .at = x, .name = refs[row].name, .kinds = refs[row].kinds, .weight = refs[row].weight};
    const char *v = xml_attr(x, "", r.name);

    r.ref = v != NULL ? text_clean(c->mem, v, false) : "";
    if (*r.ref != '\0')
        fn(c, &r);
    for (const struct xml_node *k = check_child(x, r.name); k != NULL; k = xml_again(k)) {
        r.at = k;
        r.ref = check_text(c, k);
        if (*r.ref != '\0')
            fn(c, &r);
    }
}

static void visit_all(struct check *c, void (*fn)(struct check *c, const struct reference *r))
{
    for (size_t row = 0; row < sizeof refs / sizeof *refs; row++) {
        for (const char *at = refs[row].holders; *(at += strspn(at, " ")) != '\0'; at += strcspn(at, " ")) {
            const char *name = arena_strndup(c->mem, at, strcspn(at, " "));

            for (const struct check_item *i = check_all(c, name); i != NULL; i = i->next)
                visit(c, i->x, row, fn);
        }
    }
}

void check_reference_missing(struct check *c)
{
    visit_all(c, missing);
}

void check_reference_kind(struct check *c)
{
    visit_all(c, wrong_kind);
}

/* ---- the drawing ---- */

static void drawn(struct check *c, const struct xml_node *x)
{
    for (; x != NULL; x = x->next) {
        const char *ref = strcmp(x->ns, BPMN_DI_NS) == 0 ? check_attr(x, "bpmnElement") : "";

        if (*ref != '\0' && !check_imports(c, ref) && check_find(c, ref) == NULL)
            check_at(c, x, "The drawing shows \"%s\", which is not in the file. Draw it anew.",
                     text_cut(c->mem, ref, CHECK_SHORT));
        if (strcmp(x->ns, BPMN_DI_NS) == 0)
            drawn(c, x->first);
    }
}

void check_drawing_ref(struct check *c)
{
    if (c->file->definitions)
        drawn(c, c->file->root->first);
}

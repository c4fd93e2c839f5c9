/* engine/model/check_activity.c - the rules about activities: sub-processes, loops, quantities, calls, compensation, roles.
 *
 * For     chapters 10.3 and 10.7 of the standard.
 * Owns    nothing.
 * Never   looks at data (check_data.c, check_io.c) or at what a single task says to this executor (check_task.c).
 * Holds   what could never run as it is written is an ERROR. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

/* ---- sub-processes ---- */

static void esp_start(struct check *c, const struct xml_node *x)
{
    int n = check_count(x, "startEvent");

    if (check_is_event_sub_process(x) && n != 1)
        check_at(c, x, "The event sub-process has %d start events. Give it exactly one, with the event that it waits for.", n);
}

static void esp_kind(struct check *c, const struct xml_node *x)
{
    if (check_is_event_sub_process(x))
        check_run(c, x, "Only a plain sub-process can be triggered by an event. Make this %s one, with the %s inside.", x->name,
                  x->name);
}

void check_esp_kind(struct check *c)
{
    check_each(c, "transaction adHocSubProcess", esp_kind);
}

void check_esp_marker(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind != NODE_event_sub_process)
            continue;
        if (n->loop.kind != LOOP_NONE)
            check_run(c, n->xml, "An event sub-process runs once for each event and has no loop of its own. Remove the loop.");
        if (n->n_boundary > 0)
            check_run(c, n->xml, "An event sub-process has no boundary events. Put them on a sub-process inside.");
    }
}

void check_esp_start(struct check *c)
{
    check_each(c, "subProcess transaction adHocSubProcess", esp_start);
}

/* ---- URIs and formats ---- */

static bool is_uri(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s <= ' ' || strchr("<>\"{}|\\^`", *s) != NULL)
            return false;
        if (*s == '%' && (strspn(s + 1, "0123456789abcdefABCDEF") < 2))
            return false;
    }
    return true;
}

static void uri_language(struct check *c, const struct xml_node *x)
{
    static const char *const names[] = {"language", "expressionLanguage", "typeLanguage"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!is_uri(check_attr(x, names[i])))
            check_at(c, x,
                     "%s=\"%s\" is no URI. Write the one of the language, such as https://www.omg.org/spec/DMN/20191111/FEEL/.",
                     names[i], text_cut(c->mem, check_attr(x, names[i]), CHECK_SHORT));
    }
}

/* Every element whose type is an expression. */
static const char expressions[] = "conditionExpression condition activationCondition completionCondition loopCondition "
                                  "loopCardinality timeDate timeCycle timeDuration "
                                  "from to transformation messagePath dataPath expression formalExpression";

void check_language_uri(struct check *c)
{
    check_each(c, "definitions", uri_language);
    check_each(c, expressions, uri_language);
}

static void transaction_method(struct check *c, const struct xml_node *x)
{
    const char *method = check_attr(x, "method");

    if (!is_uri(method))
        check_at(c, x, "The method \"%s\" of the transaction is no URI. Write ##Compensate, or remove it.",
                 text_cut(c->mem, method, CHECK_SHORT));
}

void check_transaction_method(struct check *c)
{
    check_each(c, "transaction", transaction_method);
}

static bool is_mime(const char *s)
{
    static const char tail[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+";
    size_t type = strspn(s, tail);

    if (type == 0 || s[type] != '/')
        return false;
    size_t sub = strspn(s + type + 1, tail);
    return sub > 0 && (s[type + 1 + sub] == '\0' || s[type + 1 + sub] == ';' || s[type + 1 + sub] == ' ');
}

static void text_format(struct check *c, const struct xml_node *x)
{
    const char *format = xml_attr(x, "", "textFormat");

    if (format != NULL && !is_mime(format))
        check_at(c, x, "textFormat=\"%s\" is no media type. Write text/plain, or another with a \"/\".",
                 text_cut(c->mem, format, CHECK_SHORT));
}

void check_documentation_format(struct check *c)
{
    check_each(c, "documentation", text_format);
}

void check_annotation_format(struct check *c)
{
    check_each(c, "textAnnotation", text_format);
}

/* ---- expressions (8.3.6) ---- */

/* xsi:type, without its prefix. */
static bool is_formal(const struct xml_node *x)
{
    const char *type = xml_attr(x, "http://www.w3.org/2001/XMLSchema-instance", "type");
    const char *colon = type != NULL ? strchr(type, ':') : NULL;

    return check_is(x, "formalExpression transformation messagePath dataPath") ||
           check_is(x->parent, "complexBehaviorDefinition") ||
           (type != NULL && strcmp(colon != NULL ? colon + 1 : type, "tFormalExpression") == 0);
}

static const char executed[] = "conditionExpression condition activationCondition completionCondition loopCondition "
                               "loopCardinality timeDate timeCycle timeDuration "
                               "from to expression";

static void natural(struct check *c, const struct xml_node *x)
{
    if (!is_formal(x) && check_executable(c, x) && *check_text(c, x) != '\0')
        check_at(c, x->parent,
                 "<%s> is an expression in natural language, by its type. It is read all the same; say "
                 "xsi:type=\"tFormalExpression\".",
                 x->name);
}

void check_natural(struct check *c)
{
    check_each(c, executed, natural);
}

static void body(struct check *c, const struct xml_node *x)
{
    if (is_formal(x) && *check_text(c, x) == '\0')
        check_run(c, x, "<%s> is a formal expression without text. Write one, or remove the element.", x->name);
}

void check_expr_body(struct check *c)
{
    check_each(c, expressions, body);
}

/* ---- loops (10.3.8) ---- */

/* Vendors name the collection in extensions of their own. */
static bool names_collection(const struct xml_node *x)
{
    const struct xml_node *more = check_child(x, "extensionElements");

    for (const struct xml_attr *a = x->attr; a != NULL; a = a->next) {
        if (strcmp(a->name, "collection") == 0 && vendor_of(a->ns) != VENDOR_OTHER && *a->value != '\0')
            return true;
    }
    for (const struct xml_node *k = more != NULL ? more->first : NULL; k != NULL; k = k->next) {
        if (strcmp(k->name, "loopCharacteristics") == 0 || strcmp(k->name, "collection") == 0)
            return true;
    }
    return false;
}

static void loop_count(struct check *c, const struct xml_node *x)
{
    bool cardinality = check_child(x, "loopCardinality") != NULL, data = check_ref_text(c, x, "loopDataInputRef") != NULL;

    if (!cardinality && !data && !names_collection(x))
        check_run(c, x, "The loop does not say how often it runs. Give it a loopCardinality or a loopDataInputRef.");
}

void check_loop_count(struct check *c)
{
    check_each(c, "multiInstanceLoopCharacteristics", loop_count);
}

static void loop_behavior(struct check *c, const struct xml_node *x)
{
    const char *behavior = check_attr(x, "behavior");

    if (strcmp(behavior, "None") == 0 && check_ref_text(c, x, "noneBehaviorEventRef") == NULL)
        check_run(c, x,
                  "The loop throws an event for each instance that completes (behavior None) and does not say which. Set "
                  "noneBehaviorEventRef.");
    else if (strcmp(behavior, "One") == 0 && check_ref_text(c, x, "oneBehaviorEventRef") == NULL)
        check_run(c, x,
                  "The loop throws an event when the first instance completes (behavior One) and does not say which. Set "
                  "oneBehaviorEventRef.");
    else if (strcmp(behavior, "Complex") == 0 && check_child(x, "complexBehaviorDefinition") == NULL)
        check_run(c, x,
                  "The loop throws events under conditions (behavior Complex) and has no complexBehaviorDefinition. Add one.");
}

void check_loop_behavior(struct check *c)
{
    check_each(c, "multiInstanceLoopCharacteristics", loop_behavior);
}

static void complex_behavior(struct check *c, const struct xml_node *x)
{
    const struct xml_node *event = check_child(x, "event");

    if (event == NULL)
        check_tell(c, FINDING_WARNING, x,
                   "The behavior of the loop throws no event, so nothing follows when its condition holds. Add "
                   "<event> with an event definition.");
    for (const struct check_trigger *t = event != NULL ? check_triggers(c, event) : NULL; t != NULL; t = t->next) {
        if (t->kind != EVENT_message && t->kind != EVENT_signal && t->kind != EVENT_escalation &&
            t->kind != EVENT_compensation && t->kind != EVENT_error && t->kind != EVENT_cancel)
            check_run(
                c, x,
                "The behavior of the loop cannot throw the event \"%s\". Use message, signal, escalation or compensation.",
                check_trigger_name(t));
    }
}

void check_complex_behavior(struct check *c)
{
    check_each(c, "complexBehaviorDefinition", complex_behavior);
}

static void loop_maximum(struct check *c, const struct xml_node *x)
{
    const char *v = xml_attr(x, "", "loopMaximum");
    uint64_t n = 0;

    if (v != NULL && (!text_u64(text_clean(c->mem, v, false), &n) || n < 1))
        check_run(c, x, "loopMaximum=\"%s\" is no number of at least 1. Correct it, or remove it for no limit.",
                  text_cut(c->mem, v, CHECK_SHORT));
    if (v == NULL && *check_text(c, check_child(x, "loopCondition")) == '\0')
        check_tell(c, FINDING_WARNING, x,
                   "The loop has neither a condition nor a maximum: it would never end by itself. Give it one.");
}

void check_loop_maximum(struct check *c)
{
    check_each(c, "standardLoopCharacteristics", loop_maximum);
}

static void quantity(struct check *c, const struct xml_node *x)
{
    static const char *const names[] = {"startQuantity", "completionQuantity"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *v = xml_attr(x, "", names[i]);
        uint64_t n = 0;

        if (v != NULL && (!text_u64(text_clean(c->mem, v, false), &n) || n < 1 || n > LIMIT_MODEL_ELEMENTS))
            check_run(c, x, "%s=\"%s\" is no number from 1 to %d. Correct it, or remove it for 1.", names[i],
                      text_cut(c->mem, v, CHECK_SHORT), LIMIT_MODEL_ELEMENTS);
    }
}

void check_quantity(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        if (check_is_activity(c->node[i]->xml))
            quantity(c, c->node[i]->xml);
    }
}

/* ---- calls ---- */

/* 10.3.6: a process that is called begins at a none start event. */
void check_called_start(struct check *c)
{
    struct map seen = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "callActivity"); i != NULL; i = i->next) {
        const struct xml_node *p = check_ref(c, i->x, "calledElement");
        const struct xml_node *s = check_is(p, "process") ? check_child(p, "startEvent") : NULL;

        if (s == NULL || map_set(&seen, check_attr(p, "id"), c) != NULL)
            continue;
        while (s != NULL && check_triggers(c, s) != NULL)
            s = xml_again(s);
        if (s == NULL)
            check_at(c, p, "The process is called at line %d and has no start event without trigger to begin at. Add one.",
                     i->x->line);
    }
}

static void call_missing(struct check *c, const struct xml_node *x)
{
    const struct xml_node *more = check_child(x, "extensionElements");

    for (const struct xml_node *k = more != NULL ? more->first : NULL; k != NULL; k = k->next) {
        if (strcmp(k->name, "calledElement") == 0)
            return;
    }
    if (check_ref_text(c, x, "calledElement") == NULL && dialect_attr(x, "calledElement", NULL) == NULL)
        check_block(c, x, "The call activity does not say what it calls. Set calledElement to the id of a process.");
}

void check_call_missing(struct check *c)
{
    check_each(c, "callActivity", call_missing);
}

static bool is_number(const char *text)
{
    uint64_t n = 0;

    return text != NULL && text_u64(text, &n) && n >= 1 && n <= UINT32_MAX;
}

void check_call_words(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        enum proc_binding binding;

        if (n->kind != NODE_call_activity)
            continue;
        if (!bpmn_binding(n->call.binding, &binding))
            check_run(c, n->xml,
                      "The binding \"%s\" of the call is not known here. Write latest, deployment, or version with a version.",
                      text_cut(c->mem, n->call.binding, CHECK_SHORT));
        else if (binding == BIND_VERSION && !n->call.version.feel && n->call.version.problem == NULL &&
                 !is_number(n->call.version.text))
            check_run(c, n->xml, "\"%s\" is no version of a process. Write its number, as the designer's pages show it.",
                      text_cut(c->mem, n->call.version.text != NULL ? n->call.version.text : "", CHECK_SHORT));
    }
}

/* Only what stands in the process itself can begin it. */
void check_instantiate_inside(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->scope != NULL && check_is(n->xml, "receiveTask eventBasedGateway") && check_true(n->xml, "instantiate", false))
            check_run(c, n->xml,
                      "The %s is to begin the process (instantiate) and stands in a sub-process. Move it out, or remove the "
                      "attribute.",
                      n->local);
    }
}

/* ---- compensation ---- */

void check_handler_unused(struct check *c)
{
    struct map used = map_new(c->mem);

    for (int32_t i = 0; i < c->n_node; i++) {
        if (c->node[i]->handler != NULL)
            map_set(&used, c->node[i]->handler->id, c);
    }
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_true(n->xml, "isForCompensation", false) && n->kind != NODE_event_sub_process &&
            map_get(&used, n->id) == NULL)
            check_at(c, n->xml,
                     "The %s is marked for compensation and no compensation event leads to it, so it never runs. Connect it by "
                     "an association.",
                     n->local);
    }
}

static void compensate_other(struct check *c, const struct xml_node *x, const struct bpmn_node *n)
{
    if (check_process_of(n->xml) != check_process_of(x))
        check_run(c, x, "The activity \"%s\" to compensate stands in another process. Name one of this process.", n->id);
    else if (n->handler == NULL && !check_is_sub_process(n->xml) && !check_is(n->xml, "callActivity"))
        check_tell(c, FINDING_WARNING, x,
                   "The activity \"%s\" has nothing that compensates it, so the event is without effect. Give it a "
                   "compensation event with a handler.",
                   n->id);
}

static void compensate_ref(struct check *c, const struct xml_node *x)
{
    const struct xml_node *to = check_ref(c, x, "activityRef");
    const struct bpmn_node *n = check_node(c, to);

    if (to != NULL && check_is(x->parent, "boundaryEvent startEvent"))
        check_tell(c, FINDING_WARNING, x,
                   "What is compensated is where the %s stands; activityRef is without effect. Remove it.", x->parent->name);
    else if (n != NULL && check_is_activity(to))
        compensate_other(c, x, n);
}

void check_compensate_ref(struct check *c)
{
    check_each(c, "compensateEventDefinition", compensate_ref);
}

/* ---- roles (10.3.1) ---- */

static const char roles[] = "resourceRole performer humanPerformer potentialOwner";

static void role_both(struct check *c, const struct xml_node *x)
{
    if (check_child(x, "resourceRef") != NULL && check_child(x, "resourceAssignmentExpression") != NULL)
        check_at(c, x, "The %s names a resource and an expression that assigns one. Remove one of the two.", x->name);
}

void check_role_both(struct check *c)
{
    check_each(c, roles, role_both);
}

static void role_binding(struct check *c, const struct xml_node *x)
{
    if (check_child(x, "resourceRef") == NULL && check_child(x, "resourceParameterBinding") != NULL)
        check_at(c, x, "The %s binds parameters of a resource and names no resource. Add <resourceRef>.", x->name);
}

void check_role_binding(struct check *c)
{
    check_each(c, roles, role_binding);
}

static void role_parameter(struct check *c, const struct xml_node *x)
{
    const struct xml_node *r = check_ref(c, x, "resourceRef");

    for (const struct xml_node *b = check_child(x, "resourceParameterBinding"); b != NULL && r != NULL; b = xml_again(b)) {
        const struct xml_node *p = check_ref(c, b, "parameterRef");

        if (p != NULL && p->parent != r)
            check_at(c, b, "The parameter \"%s\" does not belong to the resource \"%s\". Name one of its parameters.",
                     check_attr(p, "id"), check_attr(r, "id"));
    }
}

void check_role_parameter(struct check *c)
{
    check_each(c, roles, role_parameter);
}

/* engine/model/bpmn_activity.c - what activities have besides their kind: loops, quantities, calls, conditions.
 *
 * For     standard loop and multi-instance, start and completion quantity, call activity, ad-hoc sub-process, complex gateway.
 * Owns    the names of these elements and attributes.
 * Never   judges: a quantity that is no number is 0 here, and check*.c says so.
 * Holds   the standard's own elements count first; what vendors add comes from dialect*.c. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"

enum { LIMIT_QUANTITY = 10000 };

static int32_t quantity(const struct xml_node *x, const char *name)
{
    const char *text = xml_attr(x, "", name);
    uint64_t n = 0;

    if (text == NULL)
        return 1;
    return text_u64(text, &n) && n >= 1 && n <= LIMIT_QUANTITY ? (int32_t)n : 0;
}

/* ---- loops ---- */

static void standard_loop(struct bpmn_file *f, struct bpmn_loop *l)
{
    const char *maximum = xml_attr(l->xml, "", "loopMaximum");

    l->kind = LOOP_STANDARD;
    l->test_before = bpmn_attr_true(l->xml, "testBefore", false);
    l->condition = bpmn_formal(f, xml_child(l->xml, BPMN_NS, "loopCondition"));
    if (maximum != NULL)
        l->maximum = bpmn_text(f, l->xml, maximum);
}

/* The association of the activity N that brings something to, or from, the item ID of a loop. */
static const struct xml_node *association_of(const struct bpmn_file *f, const struct bpmn_node *n, bool in, const char *id)
{
    const char *local = in ? "dataInputAssociation" : "dataOutputAssociation";

    for (const struct xml_node *a = xml_child(n->xml, BPMN_NS, local); a != NULL; a = xml_again(a)) {
        const char *end = bpmn_child_text(f, a, in ? "targetRef" : "sourceRef");

        if (end != NULL && strcmp(end, id) == 0)
            return a;
    }
    return NULL;
}

/* The collection is a variable; where it is an input of the activity, what the association brings to it. */
static struct bpmn_expr collection_of(struct bpmn_file *f, const struct bpmn_node *n, const char *ref)
{
    const struct xml_node *a = association_of(f, n, true, ref);
    const struct xml_node *change = xml_child(a, BPMN_NS, "transformation");
    const char *source = a != NULL ? bpmn_child_text(f, a, "sourceRef") : NULL;

    if (change != NULL)
        return bpmn_formal(f, change);
    return bpmn_name_expr(bpmn_data_name(f, source != NULL ? source : ref), n->loop.xml->line);
}

static const char *item_name(const struct bpmn_file *f, const struct xml_node *x)
{
    return x != NULL ? bpmn_item_name(f, x) : NULL;
}

static void read_complex(struct bpmn_file *f, struct bpmn_loop *l)
{
    size_t n = 0;

    for (const struct xml_node *c = xml_child(l->xml, BPMN_NS, "complexBehaviorDefinition"); c != NULL; c = xml_again(c))
        n++;
    l->complex = ARENA_NEW_N(f->mem, struct bpmn_complex, n);
    for (const struct xml_node *c = xml_child(l->xml, BPMN_NS, "complexBehaviorDefinition"); c != NULL; c = xml_again(c)) {
        struct bpmn_complex *x = &l->complex[l->n_complex++];
        const struct xml_node *event = xml_child(c, BPMN_NS, "event");

        x->line = c->line;
        x->condition = bpmn_formal(f, xml_child(c, BPMN_NS, "condition"));
        if (event != NULL)
            x->event = bpmn_events(f, event, &x->n_event);
    }
}

static void multi_instance(struct bpmn_file *f, struct bpmn_node *n)
{
    struct bpmn_loop *l = &n->loop;
    const char *input = bpmn_child_text(f, l->xml, "loopDataInputRef"),
               *output = bpmn_child_text(f, l->xml, "loopDataOutputRef");
    const char *result = item_name(f, xml_child(l->xml, BPMN_NS, "outputDataItem"));
    const struct xml_node *cardinality = xml_child(l->xml, BPMN_NS, "loopCardinality");

    l->kind = bpmn_attr_true(l->xml, "isSequential", false) ? LOOP_SEQUENTIAL : LOOP_PARALLEL;
    if (cardinality != NULL)
        l->maximum = bpmn_formal(f, cardinality);
    l->condition = bpmn_formal(f, xml_child(l->xml, BPMN_NS, "completionCondition"));
    l->element = item_name(f, xml_child(l->xml, BPMN_NS, "inputDataItem"));
    if (input != NULL)
        l->collection = collection_of(f, n, input);
    if (output != NULL) {
        const struct xml_node *a = association_of(f, n, false, output);
        const char *target = a != NULL ? bpmn_child_text(f, a, "targetRef") : NULL;

        l->output = bpmn_data_name(f, target != NULL ? target : output);
    }
    if (result != NULL)
        l->result = bpmn_name_expr(result, l->xml->line);
    l->behavior = xml_attr(l->xml, "", "behavior");
    l->none_id = xml_attr(l->xml, "", "noneBehaviorEventRef");
    l->one_id = xml_attr(l->xml, "", "oneBehaviorEventRef");
    l->none = bpmn_event_ref(f, l->none_id, l->xml->line);
    l->one = bpmn_event_ref(f, l->one_id, l->xml->line);
    read_complex(f, l);
    dialect_loop(f, n);
}

static void read_loop(struct bpmn_file *f, struct bpmn_node *n)
{
    const struct xml_node *multi = xml_child(n->xml, BPMN_NS, "multiInstanceLoopCharacteristics");
    const struct xml_node *loop = xml_child(n->xml, BPMN_NS, "standardLoopCharacteristics");

    n->loop.xml = multi != NULL ? multi : loop;
    if (multi != NULL)
        multi_instance(f, n);
    else if (loop != NULL)
        standard_loop(f, &n->loop);
}

/* ---- calls ---- */

/* The id behind a prefix; an expression stays as it is. */
static const char *called_id(const char *ref)
{
    const char *colon = strchr(ref, ':');

    return colon != NULL && strpbrk(ref, "{=\"") == NULL ? colon + 1 : ref;
}

static void read_call(struct bpmn_file *f, struct bpmn_node *n)
{
    const char *called = xml_attr(n->xml, "", "calledElement");

    if (called != NULL && *called != '\0')
        n->call.key = bpmn_text(f, n->xml, called_id(called));
}

void bpmn_read_activity(struct bpmn_file *f, struct bpmn_node *n)
{
    const char *condition = n->kind == NODE_ad_hoc ? "completionCondition" : "activationCondition";

    n->start_quantity = quantity(n->xml, "startQuantity");
    n->done_quantity = quantity(n->xml, "completionQuantity");
    if (bpmn_is_activity(n->kind)) {
        n->for_compensation = bpmn_attr_true(n->xml, "isForCompensation", false);
        n->data = n->process->global ? NULL : bpmn_data(f, n->xml, &n->n_data);
        read_loop(f, n);
    }
    if (n->kind == NODE_ad_hoc || n->kind == NODE_complex_gateway)
        n->done_if = bpmn_formal(f, xml_child(n->xml, BPMN_NS, condition));
    n->sequential = strcmp(bpmn_attr(n->xml, "ordering"), "Sequential") == 0;
    n->cancel_remaining = bpmn_attr_true(n->xml, "cancelRemainingInstances", true);
    if (n->kind == NODE_call_activity)
        read_call(f, n);
}

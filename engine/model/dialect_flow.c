/* engine/model/dialect_flow.c - what modelers keep in extensions about messages, calls and loops.
 *
 * For     correlation keys and lifetimes of messages, bindings and mappings of call activities, collections of multi-instance.
 * Owns    nothing: the lists of names are in dialect.c.
 * Never   reports; overrides what the standard's own elements say.
 * Holds   ours first, then zeebe:, then camunda:, flowable:, activiti:. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"
#include "model/dialect_int.h"

/* ---- messages ---- */

static struct bpmn_expr own_text(struct bpmn_file *f, const struct bpmn_event *e, const char *name)
{
    const char *text = xml_attr(e->xml, GRADUS_NS, name);

    if (text == NULL && e->root != NULL)
        text = xml_attr(e->root, GRADUS_NS, name);
    return dialect_text(f->mem, VENDOR_GRADUS, text, e->line);
}

void dialect_message(struct bpmn_file *f, struct bpmn_event *e)
{
    const struct xml_node *subscription = dialect_extension(e->root, VENDOR_ZEEBE, "subscription");

    e->key = own_text(f, e, "key");
    e->ttl = own_text(f, e, "ttl");
    if (e->key.text == NULL && subscription != NULL)
        e->key = dialect_text(f->mem, VENDOR_ZEEBE, xml_attr(subscription, "", "correlationKey"), subscription->line);
}

/* ---- data ---- */

/* What a declared variable begins with; not part of the standard. */
struct bpmn_expr dialect_initial(struct bpmn_file *f, const struct xml_node *x)
{
    const struct xml_node *value = dialect_extension(x, VENDOR_JUEL, "value");
    const char *own = xml_attr(x, GRADUS_NS, "initial");

    if (own != NULL)
        return dialect_text(f->mem, VENDOR_GRADUS, own, x->line);
    return dialect_text(f->mem, VENDOR_JUEL, value != NULL ? value->text : NULL, x->line);
}

/* ---- calls ---- */

static struct bpmn_expr in_source(struct bpmn_file *f, const struct xml_node *x)
{
    const char *expression = xml_attr(x, "", "sourceExpression");

    if (expression != NULL)
        return dialect_text(f->mem, VENDOR_JUEL, expression, x->line);
    return bpmn_name_expr(bpmn_attr(x, "source"), x->line);
}

/* camunda:in and camunda:out of the direction LOCAL that stand in X: added to what the node has; *ALL is set if all variables are
 * wanted. */
static void vendor_mappings(struct bpmn_file *f, struct bpmn_node *n, const struct xml_node *x, bool in, bool *all)
{
    struct bpmn_mapping **list = in ? &n->input : &n->output, *more = NULL;
    const char *local = in ? "in" : "out";
    int32_t *count = in ? &n->n_input : &n->n_output, found = 0;
    const struct xml_node *ext = xml_child(x, BPMN_NS, "extensionElements");

    for (const struct xml_node *c = ext != NULL ? ext->first : NULL; c != NULL; c = c->next)
        found += vendor_of(c->ns) == VENDOR_JUEL && strcmp(c->name, local) == 0;
    if (found == 0)
        return;
    more = ARENA_NEW_N(f->mem, struct bpmn_mapping, (size_t)(*count + found));
    for (int32_t i = 0; i < *count; i++)
        more[i] = (*list)[i];
    for (const struct xml_node *c = ext->first; c != NULL; c = c->next) {
        if (vendor_of(c->ns) != VENDOR_JUEL || strcmp(c->name, local) != 0)
            continue;
        if (strcmp(bpmn_attr(c, "variables"), "all") == 0)
            *all = true;
        else if (xml_attr(c, "", "businessKey") == NULL)
            more[(*count)++] =
                (struct bpmn_mapping){.target = bpmn_attr(c, "target"), .source = in_source(f, c), .line = c->line};
    }
    *list = more;
}

static void read_call(struct bpmn_file *f, struct bpmn_node *n)
{
    const struct xml_node *zeebe = dialect_extension(n->xml, VENDOR_ZEEBE, "calledElement");
    const char *inherit = dialect_attr(n->xml, "inheritVariables", NULL);
    struct bpmn_call *c = &n->call;

    c->binding = dialect_attr(n->xml, "calledElementBinding", NULL);
    c->version = dialect_text(f->mem, VENDOR_JUEL, dialect_attr(n->xml, "calledElementVersion", NULL), n->line);
    c->all_in = inherit != NULL && strcmp(inherit, "true") == 0;
    vendor_mappings(f, n, n->xml, true, &c->all_in);
    vendor_mappings(f, n, n->xml, false, &c->all_out);
    if (zeebe != NULL) {
        c->key = dialect_text(f->mem, VENDOR_ZEEBE, xml_attr(zeebe, "", "processId"), zeebe->line);
        c->binding = xml_attr(zeebe, "", "bindingType");
        c->all_in = strcmp(bpmn_attr(zeebe, "propagateAllParentVariables"), "false") != 0;
        c->all_out = strcmp(bpmn_attr(zeebe, "propagateAllChildVariables"), "false") != 0 && n->n_output == 0;
        return;
    }
    c->all_in = c->all_in || n->n_input == 0;
    c->all_out = c->all_out || n->n_output == 0;
}

void dialect_mappings(struct bpmn_file *f, struct bpmn_node *n)
{
    bool all = false;

    if (n->kind == NODE_call_activity)
        read_call(f, n);
    for (int32_t i = 0; i < n->n_event; i++) { /* what a signal carries */
        if (n->definition[i].kind == EVENT_signal)
            vendor_mappings(f, n, n->definition[i].xml, true, &all);
    }
}

/* ---- loops ---- */

static void zeebe_loop(struct bpmn_file *f, struct bpmn_loop *l, const struct xml_node *z)
{
    if (l->collection.text == NULL)
        l->collection = dialect_text(f->mem, VENDOR_ZEEBE, xml_attr(z, "", "inputCollection"), z->line);
    if (l->element == NULL)
        l->element = xml_attr(z, "", "inputElement");
    if (l->output == NULL)
        l->output = xml_attr(z, "", "outputCollection");
    if (l->result.text == NULL)
        l->result = dialect_text(f->mem, VENDOR_ZEEBE, xml_attr(z, "", "outputElement"), z->line);
    l->first = 1; /* what the model's own engine counts from; the standard leaves it open */
}

void dialect_loop(struct bpmn_file *f, struct bpmn_node *n)
{
    struct bpmn_loop *l = &n->loop;
    const struct xml_node *zeebe = dialect_extension(l->xml, VENDOR_ZEEBE, "loopCharacteristics");
    const char *collection = dialect_attr(l->xml, "collection", NULL), *element = dialect_attr(l->xml, "elementVariable", NULL);

    if (zeebe != NULL)
        zeebe_loop(f, l, zeebe);
    if (collection != NULL && l->collection.text == NULL) {
        l->collection = dialect_text(f->mem, VENDOR_JUEL, collection, l->xml->line);
        if (!l->collection.feel && l->collection.text != NULL)
            l->collection = bpmn_name_expr(l->collection.text, l->xml->line);
    }
    if (element != NULL && l->element == NULL)
        l->element = element;
}

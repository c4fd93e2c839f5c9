/* engine/model/check_data.c - the rules about data: items, inputs and outputs, their sets, associations.
 *
 * For     chapter 10.4 of the standard, and the data of events (10.5).
 * Owns    when two items count as the same.
 * Never   asks what a type means: type languages are not read.
 * Holds   variables have no declared types here, so a wrong item is a WARNING: the process runs, another engine may refuse it. */
#include <string.h>

#include "base/text.h"
#include "model/check_io.h"

/* ---- items ---- */

struct check_item_ref check_item_of(struct check *c, const struct xml_node *x)
{
    static const char *const names[] = {"itemSubjectRef", "itemRef", "structureRef"};
    const struct xml_node *at = x;

    for (int hops = 0; at != NULL && hops < 2; hops++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            const char *ref = check_ref_text(c, at, names[i]);

            if (ref != NULL)
                return (struct check_item_ref){.ref = ref, .def = check_find(c, ref)};
        }
        at = check_is(at, "dataObjectReference")  ? check_ref(c, at, "dataObjectRef")
             : check_is(at, "dataStoreReference") ? check_ref(c, at, "dataStoreRef")
                                                  : NULL;
    }
    return (struct check_item_ref){0};
}

bool check_item_same(struct check_item_ref a, struct check_item_ref b)
{
    const char *s = a.def != NULL ? check_attr(a.def, "structureRef") : "",
               *t = b.def != NULL ? check_attr(b.def, "structureRef") : "";

    if (a.ref == NULL || b.ref == NULL)
        return a.ref == b.ref;
    return strcmp(a.ref, b.ref) == 0 || (a.def != NULL && a.def == b.def) || (*s != '\0' && strcmp(s, t) == 0);
}

const char *check_item_key(struct check *c, struct check_item_ref i)
{
    const char *s = i.def != NULL ? check_attr(i.def, "structureRef") : "";

    if (*s != '\0')
        return arena_printf(c->mem, "structure %s", s);
    return i.ref != NULL ? arena_printf(c->mem, "item %s", i.ref) : "none";
}

static const char *named(struct check_item_ref i)
{
    return i.ref != NULL ? i.ref : "none";
}

static void collection(struct check *c, const struct xml_node *x)
{
    struct check_item_ref item = check_item_of(c, x);
    bool here = check_true(x, "isCollection", false);

    if (check_is(item.def, "itemDefinition") && here != check_true(item.def, "isCollection", false))
        check_at(c, x, "This %s says isCollection=\"%s\" and its item definition \"%s\" says the opposite. Make them equal.",
                 x->name, here ? "true" : "false", item.ref);
}

void check_collection_differs(struct check *c)
{
    check_each(c, "dataInput dataOutput dataObject inputDataItem outputDataItem", collection);
}

/* "Order [paid]": the naming convention of table 10.55 for data objects in several states. */
static void data_name(struct check *c, const struct xml_node *x)
{
    const struct xml_node *o = check_ref(c, x, "dataObjectRef"), *state = check_child(x, "dataState");
    const char *name = check_attr(x, "name"), *whole = check_attr(o != NULL ? o : x, "name");

    if (o == NULL || *name == '\0' || *whole == '\0')
        return;
    if (state != NULL)
        whole = arena_printf(c->mem, "%s [%s]", whole, check_attr(state, "name"));
    if (strcmp(name, whole) != 0)
        check_at(c, x, "The reference to a data object is called \"%s\". By the standard's convention its name is \"%s\".",
                 text_cut(c->mem, name, CHECK_SHORT), text_cut(c->mem, whole, CHECK_SHORT));
}

void check_data_name(struct check *c)
{
    check_each(c, "dataObjectReference", data_name);
}

/* ---- inputs, outputs and their sets ---- */

static void io_sub_process(struct check *c, const struct xml_node *x)
{
    if (check_is_sub_process(x->parent) && check_child(x->parent, "multiInstanceLoopCharacteristics") == NULL)
        check_at(c, x,
                 "A sub-process has no inputs and outputs of its own: what is inside sees the data around it. Remove "
                 "<ioSpecification>, or call the sub-process as a process.");
}

void check_io_sub_process(struct check *c)
{
    check_each(c, "ioSpecification", io_sub_process);
}

static bool has_sets(const struct xml_node *parent)
{
    return check_is(parent, "ioSpecification") || check_is_event(parent);
}

/* The DATA that no set beside it names in REFS. */
static void unlisted(struct check *c, const char *data, const char *refs, const char *what)
{
    struct map all = check_listed(c, refs, true);

    for (const struct check_item *i = check_all(c, data); i != NULL; i = i->next) {
        if (has_sets(i->x->parent) && map_get(&all, check_listed_key(c, i->x->parent, refs, check_attr(i->x, "id"))) == NULL)
            check_at(c, i->x, "No %s set names this data %s in <%s>. Add it to one.", what, what, refs);
    }
}

void check_input_unlisted(struct check *c)
{
    unlisted(c, "dataInput", "dataInputRefs", "input");
}

void check_output_unlisted(struct check *c)
{
    unlisted(c, "dataOutput", "dataOutputRefs", "output");
}

/* What a set lists as SPECIAL must be among its ALL. */
static void subset(struct check *c, const char *special, const char *all)
{
    struct map listed = check_listed(c, all, false);

    for (const struct check_item *i = check_all(c, special); i != NULL; i = i->next) {
        const char *ref = check_text(c, i->x);

        if (map_get(&listed, check_listed_key(c, i->x->parent, all, ref)) == NULL)
            check_at(c, i->x->parent, "The set names \"%s\" in <%s> and not in <%s>. Name it there as well.",
                     text_cut(c->mem, ref, CHECK_SHORT), special, all);
    }
}

void check_set_input_optional(struct check *c)
{
    subset(c, "optionalInputRefs", "dataInputRefs");
}

void check_set_input_while(struct check *c)
{
    subset(c, "whileExecutingInputRefs", "dataInputRefs");
}

void check_set_output_optional(struct check *c)
{
    subset(c, "optionalOutputRefs", "dataOutputRefs");
}

void check_set_output_while(struct check *c)
{
    subset(c, "whileExecutingOutputRefs", "dataOutputRefs");
}

static void pairs(struct check *c, const char *there, const char *back)
{
    struct map listed = check_listed(c, back, false);

    for (const struct check_item *i = check_all(c, there); i != NULL; i = i->next) {
        const struct xml_node *set = i->x->parent, *other = check_find(c, check_text(c, i->x));

        if (other != NULL && map_get(&listed, check_listed_key(c, other, back, check_attr(set, "id"))) == NULL)
            check_at(c, set, "The %s names \"%s\" in <%s>, which does not name it in <%s>. Name each in the other.", set->name,
                     check_attr(other, "id"), there, back);
    }
}

void check_set_pair(struct check *c)
{
    pairs(c, "outputSetRefs", "inputSetRefs");
    pairs(c, "inputSetRefs", "outputSetRefs");
}

/* ---- associations ---- */

static bool of_process(const struct xml_node *x, const char *names)
{
    return check_is(x, names) && check_is(x->parent, "ioSpecification") && check_is(x->parent->parent, "process");
}

void check_io_process_input(struct check *c)
{
    static const char *const kinds[] = {"dataInputAssociation", "dataOutputAssociation"};

    for (size_t k = 0; k < 2; k++) {
        for (const struct check_item *i = check_all(c, kinds[k]); i != NULL; i = i->next) {
            const struct xml_node *to = check_ref(c, i->x, "targetRef");

            if (of_process(to, "dataInput"))
                check_at(
                    c, i->x,
                    "The association leads to \"%s\", an input of the process, which only its caller fills. Lead it to a data "
                    "object.",
                    check_attr(to, "id"));
        }
    }
}

void check_io_process_output(struct check *c)
{
    static const char *const kinds[] = {"dataInputAssociation", "dataOutputAssociation"};

    for (size_t k = 0; k < 2; k++) {
        for (const struct check_item *i = check_all(c, kinds[k]); i != NULL; i = i->next) {
            const struct xml_node *from = check_ref(c, i->x, "sourceRef");

            if (of_process(from, "dataOutput"))
                check_at(
                    c, i->x,
                    "The association begins at \"%s\", an output of the process, which only its caller reads. Begin at a data "
                    "object.",
                    check_attr(from, "id"));
        }
    }
}

static void association_item(struct check *c, const struct xml_node *x)
{
    const struct xml_node *from = check_ref(c, x, "sourceRef"), *to = check_ref(c, x, "targetRef");

    if (from == NULL || to == NULL || check_child(x, "transformation") != NULL)
        return;
    struct check_item_ref a = check_item_of(c, from), b = check_item_of(c, to);
    if (a.ref != NULL && b.ref != NULL && !check_item_same(a, b))
        check_at(
            c, x,
            "The association leads from an item \"%s\" to an item \"%s\" without a transformation. Use one item definition, or "
            "say how the one becomes the other.",
            named(a), named(b));
}

void check_association_item(struct check *c)
{
    check_each(c, "dataInputAssociation dataOutputAssociation", association_item);
}

static void association_sources(struct check *c, const struct xml_node *x)
{
    if (check_count(x, "sourceRef") > 1 && check_child(x, "transformation") == NULL)
        check_at(c, x,
                 "The association has %d sources and no transformation that makes one value of them. Write <transformation>.",
                 check_count(x, "sourceRef"));
}

void check_association_sources(struct check *c)
{
    check_each(c, "dataInputAssociation dataOutputAssociation", association_sources);
}

/* ---- events ---- */

static const char *data_of(const struct xml_node *event)
{
    return check_is(event, "startEvent intermediateCatchEvent boundaryEvent") ? "dataOutput" : "dataInput";
}

static void event_data_count(struct check *c, const struct xml_node *x)
{
    int data = check_count(x, data_of(x)), triggers = check_trigger_count(c, x);

    if (data > 0 && triggers > 1 && data < triggers)
        check_at(c, x, "The event has %d event definitions and %d <%s>. Give each definition one, in the same order.", triggers,
                 data, data_of(x));
}

void check_event_data_count(struct check *c)
{
    check_each(c, "startEvent intermediateCatchEvent boundaryEvent intermediateThrowEvent endEvent", event_data_count);
}

/* The item that comes or goes with an event definition: that of its message, signal, error or escalation. */
static struct check_item_ref payload(struct check *c, const struct xml_node *definition)
{
    static const char *const refs[] = {"messageRef", "signalRef", "errorRef", "escalationRef"};

    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
        const struct xml_node *what = check_ref(c, definition, refs[i]);

        if (what != NULL)
            return check_item_of(c, what);
    }
    return (struct check_item_ref){0};
}

static void event_data_item(struct check *c, const struct xml_node *x)
{
    const struct xml_node *data = check_child(x, data_of(x));

    for (const struct check_trigger *t = check_triggers(c, x); t != NULL && data != NULL; t = t->next) {
        struct check_item_ref a = check_item_of(c, data), b = payload(c, t->x);

        if (b.ref != NULL && !check_item_same(a, b))
            check_at(c, t->at, "The %s carries the item \"%s\" and the <%s> of the event has \"%s\". Use one item definition.",
                     check_trigger_name(t), named(b), data_of(x), named(a));
        data = xml_again(data);
    }
}

void check_event_data_item(struct check *c)
{
    check_each(c, "startEvent intermediateCatchEvent boundaryEvent intermediateThrowEvent endEvent", event_data_item);
}

/* ---- multi-instance ---- */

/* The collection that a loop reads or fills, NULL if it names none in this file. */
static const struct xml_node *loop_data(struct check *c, const struct xml_node *x, bool in)
{
    return check_ref(c, x, in ? "loopDataInputRef" : "loopDataOutputRef");
}

static void loop_item(struct check *c, const struct xml_node *x, bool in)
{
    const struct xml_node *all = loop_data(c, x, in), *one = check_child(x, in ? "inputDataItem" : "outputDataItem");

    if (all == NULL || one == NULL)
        return;
    struct check_item_ref a = check_item_of(c, all), b = check_item_of(c, one);
    if (a.def == NULL || b.def == NULL)
        return;
    bool scalar = !check_true(b.def, "isCollection", false) && !check_true(one, "isCollection", false);
    const char *s = check_attr(a.def, "structureRef");
    bool same = *s == '\0' || strcmp(s, check_attr(b.def, "structureRef")) == 0;
    if (!scalar || !same)
        check_at(
            c, x,
            "The item of the loop is \"%s\", which is not one element of the collection \"%s\". Use an item definition of the "
            "same structure that is no collection.",
            b.ref, a.ref);
}

void check_loop_input_item(struct check *c)
{
    for (const struct check_item *i = check_all(c, "multiInstanceLoopCharacteristics"); i != NULL; i = i->next)
        loop_item(c, i->x, true);
}

void check_loop_output_item(struct check *c)
{
    for (const struct check_item *i = check_all(c, "multiInstanceLoopCharacteristics"); i != NULL; i = i->next)
        loop_item(c, i->x, false);
}

static void loop_ref(struct check *c, const struct xml_node *x)
{
    static const struct {
        const char *ref, *data;
    } rows[] = {{"loopDataInputRef", "dataInput"}, {"loopDataOutputRef", "dataOutput"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *ref = check_ref_text(c, x, rows[i].ref);
        const struct xml_node *to = ref != NULL ? check_find(c, ref) : NULL;

        if (to == NULL)
            continue;
        if (check_is_sub_process(x->parent)
                ? !check_is(to, "dataObject dataObjectReference dataInput dataOutput property dataStore "
                                "dataStoreReference")
                : !check_is(to, rows[i].data) || to->parent->parent != x->parent)
            check_at(c, x, "<%s> names \"%s\", a %s. Name a <%s> of the same activity; a sub-process can name a data object.",
                     rows[i].ref, text_cut(c->mem, ref, CHECK_SHORT), to->name, rows[i].data);
    }
}

void check_loop_ref(struct check *c)
{
    check_each(c, "multiInstanceLoopCharacteristics", loop_ref);
}

/* ---- stores ---- */

static void store_source(struct check *c, const struct xml_node *x)
{
    const char *source = xml_attr(x, GRADUS_NS, "source");
    bool writable = false;

    if (source != NULL && bpmn_store_field(source, &writable) == NULL)
        check_at(
            c, x,
            "gradus:source=\"%s\" is nothing of the desk. Write for example ticket.impact or asset.name; docs/bpmn.md lists "
            "them.",
            text_cut(c->mem, source, CHECK_SHORT));
}

static void store_written(struct check *c, const struct xml_node *x)
{
    const struct xml_node *to = check_ref(c, x, "targetRef");
    const char *source = check_is(to, "dataStore dataStoreReference") ? bpmn_store_source(c->file, to) : NULL;
    bool writable = false;

    if (source != NULL && bpmn_store_field(source, &writable) != NULL && !writable)
        check_at(c, x, "\"%s\" can be read here, not written. Write to another variable.",
                 text_cut(c->mem, source, CHECK_SHORT));
}

void check_data_store(struct check *c)
{
    check_each(c, "dataStore dataStoreReference", store_source);
    check_each(c, "dataOutputAssociation", store_written);
}

static void store_passing(struct check *c, const struct xml_node *x)
{
    if (check_executable(c, x) && bpmn_store_source(c->file, x) == NULL)
        check_at(
            c, x,
            "The data store is a variable of the instance and ends with it. gradus:source ties it to the ticket or its asset.");
}

void check_data_store_bare(struct check *c)
{
    check_each(c, "dataStoreReference", store_passing);
}

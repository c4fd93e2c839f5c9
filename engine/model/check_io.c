/* engine/model/check_io.c - the rules about the inputs and outputs of tasks with messages, of calls and of services.
 *
 * For     tables 10.8 to 10.16 (service, send, receive task), 10.3.6 (call activity), 10.4.2 (service bindings) of the standard.
 * Owns    nothing.
 * Never   asks whether the task can be done here (check_task.c).
 * Holds   nothing of this changes what runs here, where messages carry variables by name: all of it is a WARNING. */
#include "model/check_io.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static const struct xml_node *spec_of(const struct xml_node *x)
{
    return check_child(x, "ioSpecification");
}

static const char *item_name(struct check_item_ref i)
{
    return i.ref != NULL ? i.ref : "none";
}

/* ---- service tasks ---- */

static const struct xml_node *operation_of(struct check *c, const struct xml_node *task)
{
    const struct xml_node *o = check_ref(c, task, "operationRef");

    return check_is(o, "operation") ? o : NULL;
}

static void service_input_set(struct check *c, const struct xml_node *x)
{
    int n = check_count(spec_of(x), "inputSet");

    if (operation_of(c, x) != NULL && n != 1)
        check_at(c, x,
                 "The service task names an operation and has %d input sets. Give it an <ioSpecification> with exactly one.",
                 n);
}

void check_service_input_set(struct check *c)
{
    check_each(c, "serviceTask", service_input_set);
}

static void service_output_set(struct check *c, const struct xml_node *x)
{
    int n = check_count(spec_of(x), "outputSet");

    if (operation_of(c, x) != NULL && n > 1)
        check_at(c, x, "The service task names an operation and has %d output sets. Leave it at most one.", n);
}

void check_service_output_set(struct check *c)
{
    check_each(c, "serviceTask", service_output_set);
}

/* The service task has one DATA with the item of the message that its operation names in REF. */
static void service_item(struct check *c, const struct xml_node *x, const char *ref, const char *data)
{
    const struct xml_node *o = operation_of(c, x), *m = o != NULL ? check_ref(c, o, ref) : NULL;
    const struct xml_node *d = check_child(spec_of(x), data);

    if (m == NULL || spec_of(x) == NULL)
        return;
    struct check_item_ref a = check_item_of(c, m), b = d != NULL ? check_item_of(c, d) : (struct check_item_ref){0};
    int n = check_count(spec_of(x), data);
    if (n != 1)
        check_at(c, x, "The service task has %d <%s> for the message \"%s\" of its operation. Give it exactly one.", n, data,
                 check_attr(m, "id"));
    else if (a.ref != NULL && !check_item_same(a, b))
        check_at(
            c, x,
            "The <%s> of the service task has the item \"%s\" and the message \"%s\" of its operation has \"%s\". Use one item "
            "definition.",
            data, item_name(b), check_attr(m, "id"), item_name(a));
}

static void service_input_item(struct check *c, const struct xml_node *x)
{
    service_item(c, x, "inMessageRef", "dataInput");
}

void check_service_input_item(struct check *c)
{
    check_each(c, "serviceTask", service_input_item);
}

static void service_output_item(struct check *c, const struct xml_node *x)
{
    service_item(c, x, "outMessageRef", "dataOutput");
}

void check_service_output_item(struct check *c)
{
    check_each(c, "serviceTask", service_output_item);
}

/* ---- send and receive tasks ---- */

static void at_most_one(struct check *c, const char *task, const char *child)
{
    for (const struct check_item *i = check_all(c, task); i != NULL; i = i->next) {
        int n = check_count(spec_of(i->x), child);

        if (check_ref_text(c, i->x, "messageRef") != NULL && n > 1)
            check_at(c, i->x, "The %s names one message and has %d <%s>. Leave it at most one.", task, n, child);
    }
}

void check_send_input_set(struct check *c)
{
    at_most_one(c, "sendTask", "inputSet");
}

void check_send_input(struct check *c)
{
    at_most_one(c, "sendTask", "dataInput");
}

void check_receive_output_set(struct check *c)
{
    at_most_one(c, "receiveTask", "outputSet");
}

void check_receive_output(struct check *c)
{
    at_most_one(c, "receiveTask", "dataOutput");
}

static void message_item(struct check *c, const char *task, const char *data)
{
    for (const struct check_item *i = check_all(c, task); i != NULL; i = i->next) {
        const struct xml_node *m = check_ref(c, i->x, "messageRef"), *d = check_child(spec_of(i->x), data);

        if (m == NULL || d == NULL)
            continue;
        struct check_item_ref a = check_item_of(c, m), b = check_item_of(c, d);
        if (a.ref != NULL && !check_item_same(a, b))
            check_at(c, i->x, "The <%s> of the %s has the item \"%s\" and its message has \"%s\". Use one item definition.",
                     data, task, item_name(b), item_name(a));
    }
}

void check_send_item(struct check *c)
{
    message_item(c, "sendTask", "dataInput");
}

void check_receive_item(struct check *c)
{
    message_item(c, "receiveTask", "dataOutput");
}

/* ---- call activities ---- */

/* One side of a call: how many inputs and outputs, their items, and the items of each set. */
struct io {
    int n[2];
    struct map item[2], set[2];
};

static const struct {
    const char *data, *set, *refs;
} sides[] = {{"dataInput", "inputSet", "dataInputRefs"}, {"dataOutput", "outputSet", "dataOutputRefs"}};

/* The items of a set, in order. */
static const char *set_key(struct check *c, const struct xml_node *set, const char *refs)
{
    struct buf b = buf_new(c->mem, LIMIT_XML_BYTES);

    for (const struct xml_node *k = check_child(set, refs); k != NULL; k = xml_again(k)) {
        const struct xml_node *d = check_find(c, check_text(c, k));

        buf_fmt(&b, "%s;", d != NULL ? check_item_key(c, check_item_of(c, d)) : "?");
    }
    return buf_text(&b);
}

static struct io *io_of(struct check *c, const struct xml_node *x)
{
    struct io *io = ARENA_NEW(c->mem, struct io);
    const struct xml_node *spec = spec_of(x);

    for (size_t i = 0; i < 2; i++) {
        io->item[i] = map_new(c->mem);
        io->set[i] = map_new(c->mem);
        for (const struct xml_node *d = check_child(spec, sides[i].data); d != NULL; d = xml_again(d)) {
            io->n[i]++;
            map_set(&io->item[i], check_item_key(c, check_item_of(c, d)), c);
        }
        for (const struct xml_node *t = check_child(spec, sides[i].set); t != NULL; t = xml_again(t))
            map_set(&io->set[i], set_key(c, t, sides[i].refs), c);
    }
    return io;
}

static void call_side(struct check *c, const struct xml_node *call, const char *called, const struct io *there, size_t i)
{
    int n = check_count(spec_of(call), sides[i].data);

    if (n != there->n[i]) {
        check_at(c, call, "The call activity has %d <%s> and what it calls, \"%s\", has %d. They must match.", n, sides[i].data,
                 called, there->n[i]);
        return;
    }
    for (const struct xml_node *d = check_child(spec_of(call), sides[i].data); d != NULL; d = xml_again(d)) {
        if (map_get(&there->item[i], check_item_key(c, check_item_of(c, d))) == NULL)
            check_at(c, d, "What is called, \"%s\", has no <%s> with the item \"%s\". They must match.", called, sides[i].data,
                     item_name(check_item_of(c, d)));
    }
    for (const struct xml_node *s = check_child(spec_of(call), sides[i].set); s != NULL; s = xml_again(s)) {
        if (map_get(&there->set[i], set_key(c, s, sides[i].refs)) == NULL)
            check_at(c, s, "What is called, \"%s\", has no %s like this one. They must match.", called, sides[i].set);
    }
}

/* A call that says nothing about data passes all variables: only what is said is held against the other side. */
void check_call_io(struct check *c)
{
    struct map seen = map_new(c->mem);

    for (const struct check_item *i = check_all(c, "callActivity"); i != NULL; i = i->next) {
        const struct xml_node *called = check_ref(c, i->x, "calledElement");
        const char *id = called != NULL ? check_attr(called, "id") : "";
        struct io *there = map_get(&seen, id);

        if (called == NULL)
            continue;
        if (there == NULL) {
            there = io_of(c, called);
            map_set(&seen, id, there);
        }
        if (spec_of(i->x) == NULL && there->n[0] + there->n[1] == 0)
            continue;
        call_side(c, i->x, id, there, 0);
        call_side(c, i->x, id, there, 1);
    }
}

/* ---- services ---- */

static const char callable[] = "process globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask";

static void io_binding_missing(struct check *c, const struct xml_node *x)
{
    if (check_child(x, "supportedInterfaceRef") != NULL && check_child(x, "ioBinding") == NULL)
        check_at(
            c, x,
            "The %s offers an interface and binds none of its inputs and outputs to it. Add an <ioBinding> for each operation.",
            x->name);
}

void check_io_binding_missing(struct check *c)
{
    check_each(c, callable, io_binding_missing);
}

static void bound(struct check *c, const struct xml_node *x, const char *data_ref, const struct xml_node *message)
{
    const struct xml_node *d = check_ref(c, x, data_ref);

    if (d == NULL && check_ref_text(c, x, data_ref) == NULL)
        return;
    struct check_item_ref a = d != NULL ? check_item_of(c, d) : (struct check_item_ref){0};
    struct check_item_ref b = message != NULL ? check_item_of(c, message) : (struct check_item_ref){0};
    if (!check_item_same(a, b))
        check_at(c, x->parent,
                 "The <ioBinding> ties \"%s\" with the item \"%s\" to a message with \"%s\". Use one item definition.",
                 text_cut(c->mem, check_ref_text(c, x, data_ref), CHECK_SHORT), item_name(a), item_name(b));
}

void check_io_binding_item(struct check *c)
{
    struct map offered = check_listed(c, "supportedInterfaceRef", false);

    for (const struct check_item *i = check_all(c, "ioBinding"); i != NULL; i = i->next) {
        const struct xml_node *o = operation_of(c, i->x), *who = i->x->parent;

        if (o == NULL)
            continue;
        bound(c, i->x, "inputDataRef", check_ref(c, o, "inMessageRef"));
        bound(c, i->x, "outputDataRef", check_ref(c, o, "outMessageRef"));
        if (check_is(who, callable) &&
            map_get(&offered, check_listed_key(c, who, "supportedInterfaceRef", check_attr(o->parent, "id"))) == NULL)
            check_at(
                c, who,
                "The <ioBinding> names the operation \"%s\" of an interface that the %s does not offer. Add its interface to "
                "<supportedInterfaceRef>.",
                check_attr(o, "id"), who->name);
    }
}

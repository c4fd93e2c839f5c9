/* engine/model/bpmn_data.c - data: the variables that scopes declare, and the associations between them.
 *
 * For     property, dataObject, data inputs and outputs, data associations, data stores.
 * Owns    by which name a variable is known: an item's name, else its id; a data object reference means its object.
 * Never   looks at types (itemSubjectRef): values are FEEL's.
 * Holds   a mapping of a vendor or of ours takes precedence over the associations of the same direction, which then are drawing only. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"

enum { LIMIT_DATA_NAMES = 1000 };

/* ---- names ---- */

static const char *own_name(const struct xml_node *x)
{
    return *bpmn_attr(x, "name") != '\0' ? bpmn_attr(x, "name") : bpmn_attr(x, "id");
}

/* What gradus:source of a data store, or of a reference to it, says; NULL if nothing. */
static const char *store_source(const struct bpmn_file *f, const struct xml_node *x)
{
    const char *source = xml_attr(x, GRADUS_NS, "source");
    const struct xml_node *store = bpmn_find(f, xml_attr(x, "", "dataStoreRef"));

    return source == NULL && store != NULL ? xml_attr(store, GRADUS_NS, "source") : source;
}

const char *bpmn_data_name(const struct bpmn_file *f, const char *ref)
{
    static const char items[] = "dataObject dataInput dataOutput property inputDataItem outputDataItem dataStore";
    const struct xml_node *x = bpmn_find(f, ref);

    if (x != NULL && (bpmn_is(x, "dataStoreReference") || bpmn_is(x, "dataStore")) && store_source(f, x) != NULL)
        return store_source(f, x);
    if (x != NULL && bpmn_is(x, "dataObjectReference")) {
        const struct xml_node *object = bpmn_find(f, xml_attr(x, "", "dataObjectRef"));

        return own_name(object != NULL ? object : x);
    }
    return x != NULL && (text_in_list(items, x->name) || bpmn_is(x, "dataStoreReference")) ? own_name(x) : ref;
}

struct bpmn_expr bpmn_name_expr(const char *name, int line)
{
    return (struct bpmn_expr){.text = name, .feel = true, .line = line};
}

static bool plain_word(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(s);
}

static void gather_names(struct bpmn_file *f, const struct xml_node *x, const char **list, size_t *n)
{
    static const char named[] = "dataObject dataInput dataOutput property inputDataItem outputDataItem dataStoreReference";

    for (; x != NULL; x = x->next) {
        if (strcmp(x->ns, BPMN_NS) != 0)
            continue;
        if (text_in_list(named, x->name) && !plain_word(own_name(x)) && *n < LIMIT_DATA_NAMES)
            list[(*n)++] = own_name(x);
        gather_names(f, x->first, list, n);
    }
}

void bpmn_read_names(struct bpmn_file *f)
{
    const char **list = ARENA_NEW_N(f->mem, const char *, LIMIT_DATA_NAMES);

    gather_names(f, f->root, list, &f->names.n);
    f->names.name = list;
}

/* ---- declarations ---- */

static size_t declared(struct bpmn_file *f, const struct xml_node *in, const char *local, struct bpmn_data *to)
{
    size_t n = 0;

    for (const struct xml_node *x = xml_child(in, BPMN_NS, local); x != NULL; x = xml_again(x), n++) {
        if (to == NULL)
            continue;
        to[n].name = own_name(x);
        to[n].xml = x;
        to[n].collection = bpmn_attr_true(x, "isCollection", false);
        to[n].initial = dialect_initial(f, x);
    }
    return n;
}

struct bpmn_data *bpmn_data(struct bpmn_file *f, const struct xml_node *x, int32_t *n)
{
    const struct xml_node *io = bpmn_is(x, "process") || bpmn_is_node(x) ? NULL : xml_child(x, BPMN_NS, "ioSpecification");
    size_t properties = declared(f, x, "property", NULL), objects = declared(f, x, "dataObject", NULL);
    struct bpmn_data *list = ARENA_NEW_N(f->mem, struct bpmn_data, properties + objects + declared(f, io, "dataInput", NULL));
    size_t all = declared(f, x, "property", list);

    all += declared(f, x, "dataObject", list + all);
    all += declared(f, io, "dataInput", list + all); /* of a global task */
    *n = (int32_t)all;
    return list;
}

/* ---- associations ---- */

struct ends {
    struct bpmn_file *f;
    struct bpmn_node *n;
    bool in;
    struct bpmn_mapping *list; /* NULL: only counted */
    int32_t n_list;
};

static void add(struct ends *e, const char *target, struct bpmn_expr source, int line)
{
    if (e->list != NULL)
        e->list[e->n_list] = (struct bpmn_mapping){.target = target, .source = source, .line = line};
    e->n_list++;
}

/* The collections of a loop are taken apart and put together by the loop itself. */
static bool is_of_loop(const struct ends *e, const struct xml_node *a)
{
    const char *loop = bpmn_child_text(e->f, e->n->loop.xml, e->in ? "loopDataInputRef" : "loopDataOutputRef");
    const char *end = bpmn_child_text(e->f, a, e->in ? "targetRef" : "sourceRef");

    return loop != NULL && end != NULL && strcmp(loop, end) == 0;
}

static void association(struct ends *e, const struct xml_node *a)
{
    const struct xml_node *assignment = xml_child(a, BPMN_NS, "assignment");
    const struct xml_node *change = xml_child(a, BPMN_NS, "transformation");
    const char *source = bpmn_child_text(e->f, a, "sourceRef"), *target = bpmn_child_text(e->f, a, "targetRef");

    if (is_of_loop(e, a))
        return;
    for (const struct xml_node *x = assignment; x != NULL; x = xml_again(x)) {
        const char *to = bpmn_child_text(e->f, x, "to");

        if (to != NULL)
            add(e, bpmn_data_name(e->f, *to == '=' ? to + 1 : to), bpmn_formal(e->f, xml_child(x, BPMN_NS, "from")), x->line);
    }
    if (assignment != NULL || target == NULL || (source == NULL && change == NULL))
        return;
    if (change != NULL)
        add(e, bpmn_data_name(e->f, target), bpmn_formal(e->f, change), a->line);
    else
        add(e, bpmn_data_name(e->f, target), bpmn_name_expr(bpmn_data_name(e->f, source), a->line), a->line);
}

static void associations(struct ends *e)
{
    const char *local = e->in ? "dataInputAssociation" : "dataOutputAssociation";

    for (const struct xml_node *a = xml_child(e->n->xml, BPMN_NS, local); a != NULL; a = xml_again(a))
        association(e, a);
}

void bpmn_read_mappings(struct bpmn_file *f, struct bpmn_node *n)
{
    struct bpmn_mapping **to[2] = {&n->input, &n->output};
    int32_t *count[2] = {&n->n_input, &n->n_output};

    for (int k = 0; k < 2; k++) {
        struct ends e = {.f = f, .n = n, .in = k == 0};

        if (*count[k] > 0)
            continue;
        associations(&e);
        if (e.n_list == 0)
            continue;
        e.list = ARENA_NEW_N(f->mem, struct bpmn_mapping, (size_t)e.n_list);
        e.n_list = 0;
        associations(&e);
        *to[k] = e.list;
        *count[k] = e.n_list;
    }
    if (n->kind == NODE_call_activity)
        dialect_call(f, n);
}

/* engine/model/dmn/implicit.c - models that declare no input data.
 *
 * For     dmn_read(). Modelers for other engines leave input data out: a table just names variables of the process.
 * Owns    which names become inputs, and of which type.
 * Never   touches a model that declares any input data, imports another one, or requires nothing unknown: there the rule holds that
 *         a decision uses what it requires (DMN 1.5, 6.3.7), and any other name is null.
 * Holds   afterwards the tree says what a modeler would have written: an inputData for each name, a requirement for each use.
 *
 * Which names are unknown is found by reading the model once, in memory and with findings of its own. */
#include <string.h>

#include "model/dmn/dmn_int.h"

enum { LIMIT_DMN_IMPLICIT = 500 };

static struct xml_node *add(struct arena *mem, struct xml_node *to, const char *name, int line)
{
    struct xml_node *n = ARENA_NEW(mem, struct xml_node);

    *n = (struct xml_node){.ns = to->ns, .name = name, .text = "", .line = line, .parent = to};
    if (to->last != NULL)
        to->last->next = n;
    else
        to->first = n;
    to->last = n;
    return n;
}

static void add_attr(struct arena *mem, struct xml_node *n, const char *name, const char *value)
{
    struct xml_attr *a = ARENA_NEW(mem, struct xml_attr);

    *a = (struct xml_attr){.ns = "", .name = name, .value = value, .next = n->attr};
    n->attr = a;
}

/* The type that a column of the decision's table asks of NAME; "" if none is just that name. */
static const char *type_of(struct arena *mem, const struct xml_node *decision, const char *name)
{
    const struct xml_node *table = dmn_child(decision, "decisionTable");

    for (const struct xml_node *in = table != NULL ? dmn_child(table, "input") : NULL; in != NULL; in = dmn_again(in)) {
        const struct xml_node *e = dmn_child(in, "inputExpression"), *t = e != NULL ? dmn_child(e, "text") : NULL;
        const char *text = "";
        if (t != NULL)
            dmn_text(mem, t, &text);
        if (strcmp(dmn_normal(mem, text), name) == 0)
            return dmn_attr(e, "typeRef");
    }
    return "";
}

static void declare(struct dmn *m, const struct dmn_unknown *u, const char *id)
{
    struct xml_node *root = m->part[0].writable, *input = add(m->mem, root, "inputData", u->decision->line);
    struct xml_node *variable = add(m->mem, input, "variable", u->decision->line);
    const char *type = type_of(m->mem, u->decision, u->name);

    add_attr(m->mem, input, "id", id);
    add_attr(m->mem, input, "name", u->name);
    add_attr(m->mem, variable, "name", u->name);
    if (*type != '\0')
        add_attr(m->mem, variable, "typeRef", arena_strdup(m->mem, type));
    dmn_say(m, "dmn-input-implicit", u->decision,
            "'%s' is declared nowhere. It is taken as an input; draw it as input data to say so.", u->name);
}

/* The decision of the tree that can be written to. */
static struct xml_node *writable(const struct dmn *m, const struct xml_node *decision)
{
    struct xml_node *x = m->part[0].writable->first;

    while (x != NULL && x != decision)
        x = x->next;
    return x;
}

static void require(struct dmn *m, const struct dmn_unknown *u, const char *id)
{
    struct xml_node *decision = writable(m, u->decision);

    if (decision == NULL)
        return;
    struct xml_node *edge = add(m->mem, decision, "informationRequirement", decision->line);
    add_attr(m->mem, add(m->mem, edge, "requiredInput", decision->line), "href", arena_printf(m->mem, "#%s", id));
}

/* Oldest first. */
static struct dmn_unknown *turned(struct dmn_unknown *list)
{
    struct dmn_unknown *out = NULL;

    while (list != NULL) {
        struct dmn_unknown *next = list->next;
        list->next = out;
        out = list;
        list = next;
    }
    return out;
}

static void declare_all(struct dmn *m, struct dmn_unknown *unknown)
{
    struct map seen = map_new(m->mem);
    int n = 0;

    for (struct dmn_unknown *u = turned(unknown); u != NULL; u = u->next) {
        if (!dmn_is(u->decision, "decision") || (n == LIMIT_DMN_IMPLICIT && map_get(&seen, u->name) == NULL))
            continue;
        struct dmn_unknown mine = {.decision = u->decision, .name = arena_strdup(m->mem, u->name)};
        char *id = map_get(&seen, mine.name);
        if (id == NULL) {
            id = arena_printf(m->mem, "implicit input %d", ++n); /* no id of XML has a blank */
            map_set(&seen, mine.name, id);
            declare(m, &mine, id);
        }
        require(m, &mine, id);
    }
}

void implicit_inputs(struct dmn *m)
{
    struct dmn trial = *m;
    struct dmn_part part = m->part[0];

    if (dmn_child(part.root, "import") != NULL || dmn_child(part.root, "inputData") != NULL)
        return;
    struct arena *mem = arena_new(0);
    struct findings f = findings_new(mem);
    trial.mem = mem;
    trial.f = &f;
    trial.part = &part;
    part.ids = map_new(mem);
    if (read_elements(&trial) == OK)
        declare_all(m, trial.unknown); /* else the model is refused when it is read in earnest */
    arena_free(mem);
}

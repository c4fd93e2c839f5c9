/* engine/model/bpmn_data.c - data: the variables that scopes declare, and the associations between them.
 *
 * For     property, dataObject, data inputs and outputs, data stores.
 * Owns    by which name a variable is known: an item's name, else its id; a data object reference means its object.
 * Never   looks at types (itemSubjectRef): values are FEEL's; reads associations (bpmn_mapping.c).
 * Holds   a name that a file declares can stand in an expression: where the name as written cannot, it is spelled with '_'. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"

enum { LIMIT_DATA_NAMES = 200 }; /* names that are no plain words, which expressions may use; further ones are spelled anew */

/* ---- names ---- */

static const char items[] =
    "dataObject dataObjectReference dataInput dataOutput property inputDataItem outputDataItem dataStoreReference dataStore";

bool bpmn_is_item(const struct xml_node *x)
{
    return strcmp(x->ns, BPMN_NS) == 0 && text_in_list(items, x->name);
}

static const char *written_name(const struct bpmn_file *f, const struct xml_node *x)
{
    const char *name = text_clean(f->mem, bpmn_attr(x, "name"), false);

    return *name != '\0' ? name : bpmn_attr(x, "id");
}

const char *bpmn_item_name(const struct bpmn_file *f, const struct xml_node *x)
{
    const char *name = written_name(f, x), *word = map_get(&f->words, name);

    return word != NULL ? word : name;
}

static bool plain_word(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(s);
}

/* Does NAME mean the variable of that name when it stands in an expression, which knows that name or not? */
static bool is_readable(struct bpmn_file *f, const char *name, bool known)
{
    struct feel_names one = {.name = &name, .n = 1};
    struct feel_prog *prog = NULL;
    struct arena_mark before = arena_mark(f->mem);
    const char *const *uses = NULL;
    bool ok = *name != '\0' && feel_compile(f->mem, name, FEEL_EXPRESSION, known ? &one : NULL, &prog, NULL) == OK &&
              feel_uses(prog, &uses) == 1 && strcmp(uses[0], name) == 0;

    arena_rewind(f->mem, before);
    return ok;
}

/* A name that cannot stand in an expression gets '_' for each letter that is in the way. */
static const char *word_of(struct bpmn_file *f, const char *name)
{
    char *word = NULL;

    if (is_readable(f, name, f->names.n < LIMIT_DATA_NAMES))
        return name;
    word = arena_printf(f->mem, "%s%s", *name >= '0' && *name <= '9' ? "_" : "", name);
    for (char *c = word; *c != '\0'; c++) {
        char one[2] = {*c, '\0'};

        if (!plain_word(one))
            *c = '_';
    }
    return is_readable(f, word, false) ? word : arena_printf(f->mem, "%s_", word);
}

static void gather_names(struct bpmn_file *f, const struct xml_node *x, const char **list)
{
    for (; x != NULL; x = x->next) {
        const char *name = NULL, *word = NULL;

        if (strcmp(x->ns, BPMN_NS) != 0)
            continue;
        gather_names(f, x->first, list);
        if (!bpmn_is_item(x))
            continue;
        name = written_name(f, x);
        if (map_get(&f->words, name) != NULL)
            continue;
        word = word_of(f, name);
        map_set(&f->words, name, arena_strdup(f->mem, word));
        if (!is_readable(f, word, false) && f->names.n < LIMIT_DATA_NAMES)
            list[f->names.n++] = word;
    }
}

void bpmn_read_names(struct bpmn_file *f)
{
    const char **list = ARENA_NEW_N(f->mem, const char *, LIMIT_DATA_NAMES);

    gather_names(f, f->root, list);
    f->names.name = list;
}

/* The element that a reference to data means: of a data object reference its object. */
static const struct xml_node *item_of(const struct bpmn_file *f, const char *ref)
{
    const struct xml_node *x = bpmn_find(f, ref), *object = NULL;

    if (x != NULL && bpmn_is(x, "dataObjectReference")) {
        object = bpmn_find(f, xml_attr(x, "", "dataObjectRef"));
        return object != NULL ? object : x;
    }
    return x != NULL && bpmn_is_item(x) ? x : NULL;
}

/* ---- data stores ---- */

/* What gradus:source of a data store, or of a reference to it, says; NULL if nothing. */
const char *bpmn_store_source(const struct bpmn_file *f, const struct xml_node *x)
{
    const char *source = xml_attr(x, GRADUS_NS, "source");
    const struct xml_node *store = bpmn_find(f, xml_attr(x, "", "dataStoreRef"));

    return source == NULL && store != NULL ? xml_attr(store, GRADUS_NS, "source") : source;
}

/* The fields of a ticket are variables of its process, by their names. */
static const char ticket_fields[] = "ticket title service impact urgency requester priority";

const char *bpmn_store_field(const char *source, bool *writable)
{
    const char *field = text_starts(source, "ticket.") ? source + strlen("ticket.") : source;
    bool ticket = field != source && text_in_list(ticket_fields, field);

    *writable = ticket && text_in_list("title impact urgency priority", field);
    if (ticket)
        return field;
    return strcmp(source, "asset") == 0 || strcmp(source, "asset.name") == 0 || strcmp(source, "asset.warranty") == 0 ? source
                                                                                                                      : NULL;
}

static const char *store_name(const struct bpmn_file *f, const struct xml_node *x)
{
    const char *source = bpmn_is(x, "dataStoreReference") || bpmn_is(x, "dataStore") ? bpmn_store_source(f, x) : NULL;
    bool writable = false;

    return source != NULL ? bpmn_store_field(source, &writable) : NULL;
}

static void note_store(const struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *x, bool written)
{
    const char *field = x != NULL ? store_name(f, x) : NULL;

    if (field == NULL)
        return;
    const char *name = arena_strndup(f->mem, field, strcspn(field, ".")); /* asset.name is a part of the variable asset */
    for (int32_t i = 0; i < p->n_store; i++) {
        if (strcmp(p->store[i].name, name) == 0) {
            p->store[i].written |= written;
            return;
        }
    }
    if (p->n_store < BPMN_STORES)
        p->store[p->n_store++] = (struct proc_store){name, written};
}

static void gather_stores(const struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *x)
{
    for (; x != NULL; x = x->next) {
        bool in = bpmn_is(x, "dataInputAssociation"), out = bpmn_is(x, "dataOutputAssociation");

        note_store(f, p, bpmn_is(x, "dataStoreReference") ? x : NULL, false);
        if (in)
            note_store(f, p, bpmn_find(f, bpmn_child_text(f, x, "sourceRef")), false);
        if (out)
            note_store(f, p, bpmn_find(f, bpmn_child_text(f, x, "targetRef")), true);
        gather_stores(f, p, x->first);
    }
}

void bpmn_read_stores(const struct bpmn_file *f, struct bpmn_process *p)
{
    gather_stores(f, p, p->xml->first);
}

/* ---- what references mean ---- */

const char *bpmn_data_name(const struct bpmn_file *f, const char *ref)
{
    const struct xml_node *x = item_of(f, ref);
    const char *store = x != NULL ? store_name(f, x) : NULL;

    if (store != NULL)
        return store;
    return x != NULL ? bpmn_item_name(f, x) : ref;
}

struct bpmn_expr bpmn_name_expr(const char *name, int line)
{
    return (struct bpmn_expr){.text = name, .feel = true, .line = line};
}

/* ---- declarations ---- */

static size_t declared(struct bpmn_file *f, const struct xml_node *in, const char *local, struct bpmn_data *to)
{
    size_t n = 0;

    for (const struct xml_node *x = xml_child(in, BPMN_NS, local); x != NULL; x = xml_again(x), n++) {
        if (to == NULL)
            continue;
        to[n].name = bpmn_item_name(f, x);
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

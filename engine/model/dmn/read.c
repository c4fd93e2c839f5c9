/* engine/model/dmn/read.c - files to a model: the gate, the parts, the elements.
 *
 * For     dmn_read().
 * Owns    struct dmn while it is made; the rules about files, imports, ids and names.
 * Never   keeps a pointer into the bytes that were given; knows a kind of expression.
 * Holds   one part for each file that is reached; an element's number is its place in m->element and m->logic. */
#include "model/dmn/dmn_int.h"

#include <string.h>

static const char xmlns_model[][48] = {"http://www.omg.org/spec/DMN/20151101/dmn.xsd",  /* 1.1 */
                                       "http://www.omg.org/spec/DMN/20180521/MODEL/",   /* 1.2 */
                                       "https://www.omg.org/spec/DMN/20191111/MODEL/",  /* 1.3 */
                                       "https://www.omg.org/spec/DMN/20211108/MODEL/",  /* 1.4 */
                                       "https://www.omg.org/spec/DMN/20230324/MODEL/"}; /* 1.5 */

enum { LIMIT_DMN_ELEMENTS = 60000 }; /* whatever is set: programs number the elements in 16 bits */

const struct dmn_limits dmn_limits_default = {
    .bytes = 2 * 1024 * 1024, .xml = 200000, .elements = 5000, .rules = 10000, .columns = 200, .depth = 100};

static const struct dmn_rule rules[] = {
#define RULE(id, severity, prose) {id, FINDING_##severity, prose},
#include "model/dmn/dmn.def"
#undef RULE
};

const struct dmn_rule *dmn_rules(size_t *n)
{
    *n = sizeof rules / sizeof *rules;
    return rules;
}

static bool is_model_ns(const char *ns)
{
    for (size_t i = 0; i < sizeof xmlns_model / sizeof *xmlns_model; i++)
        if (strcmp(ns, xmlns_model[i]) == 0)
            return true;
    return false;
}

bool dmn_is_model(const char *ns, const char *local)
{
    return strcmp(local, "definitions") == 0 && is_model_ns(ns);
}

bool dmn_is_feel(const char *uri)
{
    static const char *const known[] = {
        "http://www.omg.org/spec/FEEL/20140401",         "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",   "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",   "http://www.omg.org/spec/DMN/20180521/S-FEEL/",
        "https://www.omg.org/spec/DMN/20191111/S-FEEL/", "https://www.omg.org/spec/DMN/20211108/S-FEEL/",
        "https://www.omg.org/spec/DMN/20230324/S-FEEL/"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(uri, known[i]) == 0)
            return true;
    return *uri == '\0' || text_same_nocase(uri, "feel") || text_same_nocase(uri, "s-feel");
}

/* ---- walking the tree ---- */

bool dmn_is(const struct xml_node *n, const char *local)
{
    return strcmp(n->name, local) == 0 && is_model_ns(n->ns);
}

static const struct xml_node *from(const struct xml_node *n, const char *local)
{
    while (n != NULL && !dmn_is(n, local))
        n = n->next;
    return n;
}

const struct xml_node *dmn_child(const struct xml_node *n, const char *local)
{
    return from(n->first, local);
}

const struct xml_node *dmn_again(const struct xml_node *n)
{
    return from(n->next, n->name);
}

const char *dmn_attr(const struct xml_node *n, const char *name)
{
    const char *v = xml_attr(n, "", name);

    return v != NULL ? v : "";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int dmn_text(struct arena *mem, const struct xml_node *n, const char **text)
{
    const char *p = n->text, *end = p + strlen(p);
    int line = n->line;

    for (; is_blank(*p); p++)
        line += *p == '\n';
    while (end > p && is_blank(end[-1]))
        end--;
    *text = arena_strndup(mem, p, (size_t)(end - p));
    return line;
}

const char *dmn_normal(struct arena *mem, const char *name)
{
    return lex_normal(mem, name, strlen(name));
}

/* ---- findings ---- */

static enum severity severity_of(const char *rule)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].id, rule) == 0)
            return rules[i].severity;
    return FINDING_ERROR;
}

/* The file that AT stands in; NULL if that is the model itself. */
static const struct dmn_part *foreign(const struct dmn *m, const struct xml_node *at)
{
    while (at->parent != NULL)
        at = at->parent;
    for (uint32_t i = 1; i < m->n_part; i++)
        if (m->part[i].root == at)
            return &m->part[i];
    return NULL;
}

/* The id of AT, else of what it stands in. */
static const char *id_at(const struct xml_node *at)
{
    for (; at != NULL; at = at->parent)
        if (*dmn_attr(at, "id") != '\0')
            return dmn_attr(at, "id");
    return "";
}

static void say(struct dmn *m, enum severity s, const char *rule, const struct xml_node *at, int line, const char *text)
{
    const struct dmn_part *part = at != NULL ? foreign(m, at) : NULL;

    if (part != NULL)
        finding_add(m->f, s, rule, 0, id_at(at), "In %s, line %d: %s", part->file, line, text);
    else
        finding_add(m->f, s, rule, line, at != NULL ? id_at(at) : "", "%s", text);
}

void dmn_say_as(struct dmn *m, enum severity s, const char *rule, const struct xml_node *at, const char *text)
{
    say(m, s, rule, at, at != NULL ? at->line : 0, text);
}

void dmn_say_line(struct dmn *m, const char *rule, const struct xml_node *at, int line, const char *text)
{
    say(m, severity_of(rule), rule, at, line, text);
}

void dmn_say(struct dmn *m, const char *rule, const struct xml_node *at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    dmn_say_as(m, severity_of(rule), rule, at, arena_vprintf(m->mem, fmt, ap));
    va_end(ap);
}

/* ---- parts ---- */

static enum err part_read(struct dmn *m, const struct dmn_file *file, struct dmn_part *part)
{
    struct xml_limits limits = xml_limits_default;
    struct xml_error error = {.line = 0};
    struct xml_node *root;

    limits.bytes = m->limits.bytes;
    limits.nodes = (int)m->limits.xml;
    if (xml_read(m->mem, file->bytes, &limits, &root, &error) != OK) {
        finding_add(m->f, FINDING_ERROR, "dmn-xml", error.line, "", "%s", error.message);
        return fail(E_FINDINGS, "%s, line %d: %s", file->name, error.line, error.message);
    }
    if (!dmn_is_model(root->ns, root->name)) {
        finding_add(m->f, FINDING_ERROR, "dmn-not-dmn", root->line, "",
                    "The root element is <%s>, not <definitions> of DMN 1.1 to 1.5. Export the model as DMN XML.",
                    text_cut(m->mem, root->name, 60));
        return fail(E_FINDINGS, "%s is no DMN model", file->name);
    }
    *part = (struct dmn_part){.file = arena_strdup(m->mem, file->name),
                              .ns = dmn_attr(root, "namespace"),
                              .name = dmn_attr(root, "name"),
                              .id = dmn_attr(root, "id"),
                              .root = root,
                              .writable = root,
                              .ids = map_new(m->mem)};
    return OK;
}

/* The part of namespace NS, read now if it is reached for the first time; -1 if no such file was given. */
static int64_t part_of(struct dmn *m, const struct dmn_part *given, size_t n, const char *ns)
{
    for (uint32_t i = 0; i < m->n_part; i++)
        if (strcmp(m->part[i].ns, ns) == 0)
            return i;
    for (size_t i = 0; i < n; i++)
        if (given[i].root != NULL && strcmp(given[i].ns, ns) == 0) {
            m->part[m->n_part] = given[i];
            return m->n_part++;
        }
    return -1;
}

static void import_check(struct dmn *m, const struct dmn_part *part, const struct xml_node *at, const struct dmn_import *found)
{
    for (uint32_t i = 0; i < part->n_import; i++) {
        if (part->import[i].part == found->part && strcmp(part->import[i].prefix, found->prefix) == 0)
            dmn_say(m, "dmn-import-twice", at, "This model is imported under the name '%s' already. Remove one of the two.",
                    found->prefix);
        else if (*found->prefix != '\0' && strcmp(part->import[i].prefix, found->prefix) == 0)
            dmn_say(m, "dmn-import-twice", at, "Another import is named '%s'. Give each a name of its own.", found->prefix);
    }
}

static void imports_read(struct dmn *m, uint32_t at, const struct dmn_part *given, size_t n_given)
{
    struct dmn_part *part = &m->part[at];
    struct dmn_import *list;
    uint32_t n = 0;

    for (const struct xml_node *x = dmn_child(part->root, "import"); x != NULL; x = dmn_again(x))
        n++;
    part->import = list = ARENA_NEW_N(m->mem, struct dmn_import, n);
    for (const struct xml_node *x = dmn_child(part->root, "import"); x != NULL; x = dmn_again(x)) {
        const char *type = dmn_attr(x, "importType"), *ns = dmn_attr(x, "namespace");
        if (*type != '\0' && !is_model_ns(type)) {
            dmn_say(m, "dmn-import-ignored", x, "This imports something else than a decision model (%s): it has no effect.",
                    text_cut(m->mem, type, 100));
            continue;
        }
        int64_t found = part_of(m, given, n_given, ns);
        if (found < 0) {
            dmn_say(m, "dmn-import-unknown", x, "No model of namespace '%s' was given. Give its file along with this one.",
                    text_cut(m->mem, ns, 200));
            continue;
        }
        struct dmn_import one = {.prefix = dmn_normal(m->mem, dmn_attr(x, "name")), .part = (uint32_t)found};
        import_check(m, part, x, &one);
        list[part->n_import++] = one;
    }
}

/* Is part AT reached from itself through at most m->limits.depth imports? Fills HOW deep it lies. */
static enum err depth_check(struct dmn *m)
{
    uint32_t *depth = ARENA_NEW_N(m->mem, uint32_t, m->n_part);

    for (uint32_t i = 0; i < m->n_part; i++) /* parts are numbered in the order in which they are reached: breadth first */
        for (uint32_t k = 0; k < m->part[i].n_import; k++) {
            uint32_t to = m->part[i].import[k].part;
            if (to == 0 || depth[to] != 0)
                continue;
            depth[to] = depth[i] + 1;
            if (depth[to] > m->limits.depth) {
                dmn_say(m, "dmn-too-many", NULL, "Models import models more than %u deep. Flatten the imports.",
                        m->limits.depth);
                return fail(E_FINDINGS, "imports are too deep");
            }
        }
    return OK;
}

static enum err parts_read(struct dmn *m, const struct dmn_source *source)
{
    struct dmn_part *given = ARENA_NEW_N(m->mem, struct dmn_part, source->n_import);

    m->part = ARENA_NEW_N(m->mem, struct dmn_part, source->n_import + 1);
    TRY(part_read(m, &source->model, &m->part[m->n_part++]));
    for (size_t i = 0; i < source->n_import; i++)
        TRY(part_read(m, &source->import[i], &given[i]));
    for (uint32_t i = 0; i < m->n_part; i++)
        imports_read(m, i, given, source->n_import);
    return depth_check(m);
}

/* ---- elements ---- */

static bool kind_of(const struct xml_node *x, enum dmn_kind *kind)
{
    static const struct {
        const char *local;
        enum dmn_kind kind;
    } kinds[] = {{"inputData", DMN_INPUT},
                 {"decision", DMN_DECISION},
                 {"businessKnowledgeModel", DMN_KNOWLEDGE},
                 {"decisionService", DMN_SERVICE}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (dmn_is(x, kinds[i].local)) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

static const char *question_of(struct dmn *m, const struct xml_node *x)
{
    const struct xml_node *q = dmn_child(x, "question");
    const char *text = "";

    if (q == NULL)
        q = dmn_child(x, "description");
    if (q != NULL)
        dmn_text(m->mem, q, &text);
    return text;
}

static void name_add(struct dmn *m, const char *name, uint32_t element)
{
    struct dmn_named *one = ARENA_NEW(m->mem, struct dmn_named), *list = map_get(&m->names, name);

    one->element = element;
    if (list == NULL) {
        map_set(&m->names, name, one);
        return;
    }
    while (list->next != NULL)
        list = list->next;
    list->next = one;
}

static void element_read(struct dmn *m, uint32_t part, const struct xml_node *x, enum dmn_kind kind)
{
    struct dmn_element *e = &m->element[m->n];
    struct dmn_logic *l = &m->logic[m->n];
    const struct xml_node *variable = dmn_child(x, "variable");
    const char *name = dmn_normal(m->mem, dmn_attr(x, "name"));

    *e = (struct dmn_element){.kind = kind,
                              .id = dmn_attr(x, "id"),
                              .name = name,
                              .type = variable != NULL ? dmn_attr(variable, "typeRef") : "",
                              .question = kind == DMN_DECISION ? question_of(m, x) : "",
                              .line = x->line,
                              .imported = part != 0,
                              .table = (kind == DMN_DECISION && dmn_child(x, "decisionTable") != NULL)};
    *l = (struct dmn_logic){.index = m->n++, .part = part, .model = m, .at = x, .variable = name};
    if (*name == '\0')
        dmn_say(m, "dmn-name-missing", x, "This %s has no name. Give it one: logic and callers mean it by its name.", x->name);
    if (variable != NULL && *dmn_attr(variable, "name") != '\0') {
        l->variable = dmn_normal(m->mem, dmn_attr(variable, "name"));
        if (strcmp(l->variable, name) != 0)
            dmn_say(m, "dmn-variable-differs", variable, "The variable is named '%s', the element '%s'. Give both one name.",
                    l->variable, name);
    }
    name_add(m, name, l->index);
    if (strcmp(l->variable, name) != 0)
        name_add(m, l->variable, l->index);
    if (*e->id != '\0' && map_get(&m->part[part].ids, e->id) == NULL)
        map_set(&m->part[part].ids, e->id, l);
}

static void ids_check(struct dmn *m, const struct dmn_part *part)
{
    struct map seen = map_new(m->mem);
    enum dmn_kind kind;

    for (const struct xml_node *x = part->root->first; x != NULL; x = x->next) {
        const char *id = dmn_attr(x, "id");
        if (*id == '\0' || !is_model_ns(x->ns) || (!kind_of(x, &kind) && !dmn_is(x, "itemDefinition")))
            continue;
        const struct xml_node *first = map_get(&seen, id);
        if (first != NULL)
            dmn_say(m, "dmn-id-duplicate", x, "The id '%s' stands at line %d already. Give this %s an id of its own.", id,
                    first->line, x->name);
        else
            map_set(&seen, id, arena_memdup(m->mem, x, sizeof *x));
    }
}

/* Two elements of one kind and name: a caller that asks for one by name gets the first. */
static void names_check(struct dmn *m)
{
    struct map seen[DMN_SERVICE + 1];

    for (size_t k = 0; k < sizeof seen / sizeof *seen; k++)
        seen[k] = map_new(m->mem);
    for (uint32_t i = 0; i < m->n_main; i++) {
        struct dmn_element *e = &m->element[i];
        struct dmn_element *first = map_get(&seen[e->kind], e->name);
        if (*e->name == '\0')
            continue;
        if (first != NULL)
            dmn_say(m, "dmn-name-duplicate", m->logic[i].at, "The name '%s' stands at line %d already. Rename one of them.",
                    e->name, first->line);
        else
            map_set(&seen[e->kind], e->name, e);
    }
}

static enum err elements_read(struct dmn *m)
{
    uint32_t most = m->limits.elements < LIMIT_DMN_ELEMENTS ? m->limits.elements : LIMIT_DMN_ELEMENTS, n = 0;
    enum dmn_kind kind;

    for (uint32_t p = 0; p < m->n_part; p++)
        for (const struct xml_node *x = m->part[p].root->first; x != NULL; x = x->next)
            n += kind_of(x, &kind);
    if (n > most) {
        dmn_say(m, "dmn-too-many", NULL, "%u decisions, inputs, knowledge models and services; at most %u are read.", n, most);
        return fail(E_FINDINGS, "%u elements, at most %u", n, most);
    }
    m->names = map_new(m->mem);
    m->element = ARENA_NEW_N(m->mem, struct dmn_element, n);
    m->logic = ARENA_NEW_N(m->mem, struct dmn_logic, n);
    for (uint32_t p = 0; p < m->n_part; p++) {
        for (const struct xml_node *x = m->part[p].root->first; x != NULL; x = x->next)
            if (kind_of(x, &kind))
                element_read(m, p, x, kind);
        m->n_main = p == 0 ? m->n : m->n_main;
        ids_check(m, &m->part[p]);
    }
    names_check(m);
    return OK;
}

/* ---- member names ---- */

/* The names while they are gathered. */
struct members {
    struct map seen;
    const char **name;
    size_t n;
};

static void member_add(struct dmn *m, struct members *to, const char *raw)
{
    const char *name = dmn_normal(m->mem, raw);

    if (lex_word(name, strlen(name), 0) == strlen(name) || map_get(&to->seen, name) != NULL || to->n == LIMIT_FEEL_NAMES)
        return;
    map_set(&to->seen, name, m);
    to->name[to->n++] = name;
}

/* Names that contexts of this model may have: of components, entries, columns, output decisions. Rows that come from outside without
 * a type are often named as what they are handed to: inputs, decisions, parameters. */
static void members_below(struct dmn *m, struct members *to, uint32_t part, const struct xml_node *x)
{
    for (x = x->first; x != NULL; x = x->next) {
        bool entry = dmn_is(x, "variable") && dmn_is(x->parent, "contextEntry");
        bool part_of = entry || dmn_is(x, "itemComponent") || dmn_is(x, "column") || dmn_is(x, "output");
        if (part_of || dmn_is(x, "inputData") || dmn_is(x, "decision") || dmn_is(x, "formalParameter"))
            member_add(m, to, dmn_attr(x, "name"));
        if (dmn_is(x, "decisionService"))
            for (const struct xml_node *o = dmn_child(x, "outputDecision"); o != NULL; o = dmn_again(o)) {
                const struct dmn_logic *l = graph_find(m, part, dmn_attr(o, "href"));
                if (l != NULL)
                    member_add(m, to, l->variable);
            }
        if (is_model_ns(x->ns))
            members_below(m, to, part, x);
    }
}

static void members_read(struct dmn *m)
{
    struct members to = {.seen = map_new(m->mem), .name = ARENA_NEW_N(m->mem, const char *, LIMIT_FEEL_NAMES)};

    for (uint32_t p = 0; p < m->n_part; p++)
        members_below(m, &to, p, m->part[p].root);
    m->members = (struct feel_names){.name = to.name, .n = to.n, .members = true};
}

/* ---- the door ---- */

enum err read_elements(struct dmn *m)
{
    TRY(elements_read(m));
    members_read(m);
    types_read(m);
    graph_read(m);
    build_model(m);
    return OK;
}

enum err dmn_read(struct arena *mem, const struct dmn_source *source, struct findings *f, struct dmn **out)
{
    struct dmn *m = ARENA_NEW(mem, struct dmn);

    *out = NULL;
    *m = (struct dmn){.mem = mem, .f = f, .limits = source->limits != NULL ? *source->limits : dmn_limits_default};
    TRY(parts_read(m, source));
    implicit_inputs(m);
    TRY(read_elements(m));
    finding_sort(f);
    m->f = NULL;
    *out = m;
    return OK;
}

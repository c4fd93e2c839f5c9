/* engine/model/dmn/outline.c - a decision model as its author wrote it: logic as text, types with their choices.
 *
 * For     the designer's page of a decision model and the form of its try-out.
 * Owns    the list of a file's elements with their texts.
 * Never   decides or judges: what it does not understand it leaves out.
 * Holds   every text is bounded; types that go round in circles end.
 *
 * Boxed expressions become FEEL: a context {a: 1}, with a result {a: 1, result: a + 1}.result, an invocation f(x: 1), a relation a
 * list of contexts, and so on; a decision table inside a box is told in a comment, since FEEL has no text for one. */
#include "model/dmn/outline.h"

#include "base/map.h"
#include "model/dmn/dmn.h"
#include "model/feel/feel.h"
#include "model/xml.h"

enum {
    LIMIT_OUTLINE_LOGIC = 64 * 1024, /* bytes of one element's logic */
    LIMIT_OUTLINE_SHAPE = 600,       /* bytes of a type's text */
    LIMIT_OUTLINE_DEPTH = 100,       /* boxes in boxes, types in types */
    LIMIT_OUTLINE_CHOICES = 200,
    LIMIT_OUTLINE_HINTS = 50
};

struct entry {
    struct outline_item item;
    const char **hint; /* LIMIT_OUTLINE_HINTS places; NULL = none yet */
    bool input;        /* input data */
};

struct outline {
    struct arena *mem;
    struct map types;   /* name -> itemDefinition */
    struct map by_id;   /* -> struct entry */
    struct map by_name; /* the same */
    struct outline_item none;
};

/* ---- XML ---- */

static bool is(const struct xml_node *n, const char *name)
{
    return strcmp(n->name, name) == 0;
}

static const struct xml_node *child(const struct xml_node *n, const char *name)
{
    for (const struct xml_node *c = n->first; c != NULL; c = c->next) {
        if (is(c, name))
            return c;
    }
    return NULL;
}

static const char *attr(const struct xml_node *n, const char *name)
{
    const char *s = n != NULL ? xml_attr(n, "", name) : NULL;

    return s != NULL ? s : "";
}

/* The text of N's child NAME, or of the child "text" in it; trimmed. */
static const char *text_of(struct arena *mem, const struct xml_node *n, const char *name)
{
    const struct xml_node *c = n != NULL ? child(n, name) : NULL;
    const struct xml_node *inner = c != NULL ? child(c, "text") : NULL;

    return c != NULL ? text_clean(mem, inner != NULL ? inner->text : c->text, true) : "";
}

/* ---- logic ---- */

static const char *const boxes[] = {"literalExpression",
                                    "context",
                                    "invocation",
                                    "functionDefinition",
                                    "relation",
                                    "list",
                                    "conditional",
                                    "for",
                                    "some",
                                    "every",
                                    "filter",
                                    "decisionTable"};

static bool is_box(const struct xml_node *n)
{
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        if (is(n, boxes[i]))
            return true;
    }
    return false;
}

static const struct xml_node *box_in(const struct xml_node *n)
{
    for (const struct xml_node *c = n != NULL ? n->first : NULL; c != NULL; c = c->next) {
        if (is_box(c))
            return c;
    }
    return NULL;
}

static void put_box(struct arena *mem, struct buf *b, const struct xml_node *n, int depth);

static void put_line(struct buf *b, int depth)
{
    buf_char(b, '\n');
    for (int i = 0; i < depth; i++)
        buf_str(b, "  ");
}

static void put_context(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    bool first = true, result = false;

    buf_char(b, '{');
    for (const struct xml_node *e = n->first; e != NULL; e = e->next) {
        if (!is(e, "contextEntry"))
            continue;
        const struct xml_node *variable = child(e, "variable");
        result = variable == NULL;
        buf_str(b, first ? "" : ",");
        put_line(b, depth + 1);
        buf_fmt(b, "%s: ", result ? "result" : attr(variable, "name"));
        put_box(mem, b, box_in(e), depth + 1);
        first = false;
    }
    put_line(b, depth);
    buf_str(b, result ? "}.result" : "}");
}

static void put_invocation(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    bool first = true;

    put_box(mem, b, box_in(n), depth);
    buf_char(b, '(');
    for (const struct xml_node *e = n->first; e != NULL; e = e->next) {
        if (!is(e, "binding"))
            continue;
        const char *name = attr(child(e, "parameter"), "name");
        buf_fmt(b, "%s%s: ", first ? "" : ", ", name);
        put_box(mem, b, box_in(e), depth);
        first = false;
    }
    buf_char(b, ')');
}

static void put_function(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    bool first = true;

    buf_str(b, "function(");
    for (const struct xml_node *e = n->first; e != NULL; e = e->next) {
        if (!is(e, "formalParameter"))
            continue;
        const char *type = attr(e, "typeRef");
        buf_fmt(b, "%s%s%s%s", first ? "" : ", ", attr(e, "name"), type[0] != '\0' ? ": " : "", type);
        first = false;
    }
    buf_str(b, strcmp(attr(n, "kind"), "FEEL") == 0 || attr(n, "kind")[0] == '\0' ? ") " : ") external ");
    put_box(mem, b, box_in(n), depth);
}

static void put_list(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    bool first = true;

    buf_char(b, '[');
    for (const struct xml_node *e = n->first; e != NULL; e = e->next) {
        if (!is_box(e))
            continue;
        buf_str(b, first ? "" : ", ");
        put_box(mem, b, e, depth);
        first = false;
    }
    buf_char(b, ']');
}

/* The cells of a row are in the order of the columns. */
static void put_row(struct arena *mem, struct buf *b, const struct xml_node *relation, const struct xml_node *row, int depth)
{
    const struct xml_node *cell = row->first;
    bool first = true;

    buf_char(b, '{');
    for (const struct xml_node *c = relation->first; c != NULL; c = c->next) {
        if (!is(c, "column"))
            continue;
        while (cell != NULL && !is_box(cell))
            cell = cell->next;
        buf_fmt(b, "%s%s: ", first ? "" : ", ", attr(c, "name"));
        put_box(mem, b, cell, depth);
        cell = cell != NULL ? cell->next : NULL;
        first = false;
    }
    buf_char(b, '}');
}

static void put_relation(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    bool first = true;

    buf_char(b, '[');
    for (const struct xml_node *e = n->first; e != NULL; e = e->next) {
        if (!is(e, "row"))
            continue;
        buf_str(b, first ? "" : ",");
        put_line(b, depth + 1);
        put_row(mem, b, n, e, depth + 1);
        first = false;
    }
    put_line(b, depth);
    buf_char(b, ']');
}

static void put_child(struct arena *mem, struct buf *b, const struct xml_node *n, const char *name, int depth)
{
    put_box(mem, b, box_in(child(n, name)), depth);
}

/* conditional, for, some, every, filter */
static void put_words(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    if (is(n, "filter")) {
        put_child(mem, b, n, "in", depth);
        buf_char(b, '[');
        put_child(mem, b, n, "match", depth);
        buf_char(b, ']');
        return;
    }
    if (is(n, "conditional")) {
        buf_str(b, "if ");
        put_child(mem, b, n, "if", depth);
        buf_str(b, " then ");
        put_child(mem, b, n, "then", depth);
        buf_str(b, " else ");
        put_child(mem, b, n, "else", depth);
        return;
    }
    buf_fmt(b, "%s %s in ", n->name, attr(n, "iteratorVariable"));
    put_child(mem, b, n, "in", depth);
    buf_str(b, is(n, "for") ? " return " : " satisfies ");
    put_child(mem, b, n, is(n, "for") ? "return" : "satisfies", depth);
}

static void put_box(struct arena *mem, struct buf *b, const struct xml_node *n, int depth)
{
    if (n == NULL || depth > LIMIT_OUTLINE_DEPTH)
        buf_str(b, "null");
    else if (is(n, "literalExpression"))
        buf_str(b, text_of(mem, n, "text"));
    else if (is(n, "context"))
        put_context(mem, b, n, depth);
    else if (is(n, "invocation"))
        put_invocation(mem, b, n, depth + 1);
    else if (is(n, "functionDefinition"))
        put_function(mem, b, n, depth + 1);
    else if (is(n, "list"))
        put_list(mem, b, n, depth + 1);
    else if (is(n, "relation"))
        put_relation(mem, b, n, depth);
    else if (is(n, "decisionTable"))
        buf_str(b, "/* a decision table */");
    else
        put_words(mem, b, n, depth + 1);
}

static const char *logic_of(struct arena *mem, const struct xml_node *element)
{
    const struct xml_node *function = child(element, "encapsulatedLogic");
    const struct xml_node *box = box_in(function != NULL ? function : element);
    struct buf b = buf_new(mem, LIMIT_OUTLINE_LOGIC);

    if (box == NULL || is(box, "decisionTable"))
        return "";
    if (function != NULL)
        put_function(mem, &b, function, 0);
    else
        put_box(mem, &b, box, 0);
    return buf_text(&b);
}

/* ---- types ---- */

static const struct {
    const char *name;
    enum outline_kind kind;
} builtin[] = {
    {"Any", OUTLINE_ANY},
    {"string", OUTLINE_STRING},
    {"number", OUTLINE_NUMBER},
    {"integer", OUTLINE_NUMBER}, /* these three by modelers of DMN 1.1 */
    {"long", OUTLINE_NUMBER},
    {"double", OUTLINE_NUMBER},
    {"boolean", OUTLINE_BOOLEAN},
    {"date", OUTLINE_DATE},
    {"time", OUTLINE_TIME},
    {"date and time", OUTLINE_DATE_TIME},
    {"dateTime", OUTLINE_DATE_TIME},
    {"days and time duration", OUTLINE_DURATION},
    {"dayTimeDuration", OUTLINE_DURATION},
    {"years and months duration", OUTLINE_DURATION},
    {"yearMonthDuration", OUTLINE_DURATION},
};

static void put_shape(const struct outline *o, struct buf *b, const char *ref, int depth);

/* An item definition or component: what it is, without its name. */
static void put_item_shape(const struct outline *o, struct buf *b, const struct xml_node *item, int depth)
{
    bool list = strcmp(attr(item, "isCollection"), "true") == 0, first = true;

    if (b->over || depth > LIMIT_OUTLINE_DEPTH)
        return; /* a type that contains itself twice would grow for ever: the text's end is its end */
    buf_str(b, list ? "list<" : "");
    if (child(item, "itemComponent") == NULL && child(item, "functionItem") == NULL)
        put_shape(o, b, text_of(o->mem, item, "typeRef"), depth + 1);
    else if (child(item, "functionItem") != NULL)
        buf_str(b, "function");
    else {
        buf_str(b, "context<");
        for (const struct xml_node *c = item->first; c != NULL && !b->over; c = c->next) {
            if (!is(c, "itemComponent"))
                continue;
            buf_fmt(b, "%s%s: ", first ? "" : ", ", attr(c, "name"));
            put_item_shape(o, b, c, depth + 1);
            first = false;
        }
        buf_char(b, '>');
    }
    buf_str(b, list ? ">" : "");
}

static const char *local_type(const char *ref)
{
    return text_starts(ref, "feel:") ? ref + strlen("feel:") : ref;
}

static void put_shape(const struct outline *o, struct buf *b, const char *ref, int depth)
{
    const struct xml_node *item = map_get(&o->types, ref);

    if (item != NULL)
        put_item_shape(o, b, item, depth);
    else
        buf_str(b, ref[0] != '\0' ? local_type(ref) : "Any");
}

/* The values of a list of constants, all of them of KIND; 0 if it is anything else (a range, a comparison, not(...)). */
static uint32_t constants(struct arena *mem, const char *allowed, enum outline_kind kind, const char *const **out)
{
    enum val_tag tag = kind == OUTLINE_STRING ? VAL_STRING : VAL_NUMBER;
    struct feel_names none = {.closed = true};
    struct feel_limits limits = feel_limits_default;
    struct feel_env env = {.limits = &limits};
    struct feel_prog *p;
    struct val v;

    limits.steps = 10000;
    if (allowed[0] == '\0' || (kind != OUTLINE_STRING && kind != OUTLINE_NUMBER) ||
        feel_compile(mem, arena_printf(mem, "[%s]", allowed), FEEL_EXPRESSION, &none, &p, NULL) != OK ||
        feel_eval(p, &env, mem, &v, NULL) != OK)
        return 0;
    size_t n = val_count(v);
    if (n > LIMIT_OUTLINE_CHOICES)
        return 0;
    const char **text = ARENA_NEW_N(mem, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool fits = val_is(val_at(v, i), tag) || (tag == VAL_NUMBER && val_is(val_at(v, i), VAL_BIG));
        if (!fits)
            return 0;
        text[i] = val_string(mem, val_at(v, i));
    }
    *out = text;
    return (uint32_t)n;
}

static struct outline_type type_of(const struct outline *o, const char *ref)
{
    struct outline_type t = {.shape = "", .allowed = ""};
    struct buf shape = buf_new(o->mem, LIMIT_OUTLINE_SHAPE);
    const struct xml_node *item = map_get(&o->types, ref);

    if (ref[0] == '\0')
        return t;
    put_shape(o, &shape, ref, 0);
    t.shape = shape.over ? arena_printf(o->mem, "%s…", buf_text(&shape)) : buf_text(&shape);
    for (int depth = 0; item != NULL && depth < LIMIT_OUTLINE_DEPTH; depth++) {
        if (t.allowed[0] == '\0')
            t.allowed = text_of(o->mem, item, child(item, "typeConstraint") != NULL ? "typeConstraint" : "allowedValues");
        bool plain = child(item, "itemComponent") == NULL && child(item, "functionItem") == NULL;
        if (!plain || strcmp(attr(item, "isCollection"), "true") == 0) {
            t.kind = OUTLINE_OTHER;
            return t;
        }
        ref = text_of(o->mem, item, "typeRef");
        item = map_get(&o->types, ref);
    }
    for (size_t i = 0; i < sizeof builtin / sizeof builtin[0]; i++) {
        if (strcmp(local_type(ref), builtin[i].name) == 0)
            t.kind = builtin[i].kind;
    }
    if (strchr(ref, '<') != NULL)
        t.kind = OUTLINE_OTHER;
    t.n_choice = constants(o->mem, t.allowed, t.kind, &t.choice);
    return t;
}

/* ---- hints: what tables compare an input with ---- */

static void add_hint(struct entry *e, const char *value)
{
    for (uint32_t i = 0; i < e->item.n_hint; i++) {
        if (strcmp(e->hint[i], value) == 0)
            return;
    }
    if (e->item.n_hint < LIMIT_OUTLINE_HINTS)
        e->hint[e->item.n_hint++] = value;
}

static void add_hints(const struct outline *o, struct entry *e, const char *tests)
{
    const char *const *value;
    enum outline_kind kind = e->item.type.kind == OUTLINE_NUMBER ? OUTLINE_NUMBER : OUTLINE_STRING;
    uint32_t n = e->item.n_hint < LIMIT_OUTLINE_HINTS ? constants(o->mem, tests, kind, &value) : 0;

    for (uint32_t i = 0; i < n; i++)
        add_hint(e, value[i]);
}

/* COLUMN of TABLE compares what E holds. */
static void column_hints(const struct outline *o, struct entry *e, const struct xml_node *table, uint32_t column)
{
    for (const struct xml_node *r = table->first; r != NULL; r = r->next) {
        uint32_t i = 0;
        for (const struct xml_node *c = is(r, "rule") ? r->first : NULL; c != NULL; c = c->next) {
            if (is(c, "inputEntry") && i++ == column)
                add_hints(o, e, text_of(o->mem, c, "text"));
        }
    }
}

static void table_hints(struct outline *o, const struct xml_node *table)
{
    uint32_t column = 0;

    for (const struct xml_node *c = table->first; c != NULL; c = c->next) {
        if (!is(c, "input"))
            continue;
        struct entry *e = map_get(&o->by_name, text_of(o->mem, c, "inputExpression"));
        if (e != NULL && e->input) {
            if (e->hint == NULL)
                e->item.hint = e->hint = ARENA_NEW_N(o->mem, const char *, LIMIT_OUTLINE_HINTS);
            add_hints(o, e, text_of(o->mem, c, "inputValues"));
            column_hints(o, e, table, column);
        }
        column++;
    }
}

static void find_tables(struct outline *o, const struct xml_node *n)
{
    if (is(n, "decisionTable"))
        table_hints(o, n);
    for (const struct xml_node *c = n->first; c != NULL; c = c->next)
        find_tables(o, c);
}

/* ---- the file ---- */

static bool is_element(const struct xml_node *n)
{
    return is(n, "decision") || is(n, "inputData") || is(n, "businessKnowledgeModel") || is(n, "decisionService");
}

static void add_element(struct outline *o, const struct xml_node *n)
{
    struct entry *e = ARENA_NEW(o->mem, struct entry);
    const struct xml_node *variable = child(n, "variable");

    e->input = is(n, "inputData");
    e->item = (struct outline_item){.id = attr(n, "id"),
                                    .name = attr(n, "name"),
                                    .about = text_of(o->mem, n, "description"),
                                    .answers = text_of(o->mem, n, "allowedAnswers"),
                                    .logic = logic_of(o->mem, n),
                                    .type = type_of(o, attr(variable, "typeRef"))};
    if (e->item.id[0] != '\0')
        map_set(&o->by_id, e->item.id, e);
    map_set(&o->by_name, e->item.name, e);
}

static const struct xml_limits *limits_of(struct xml_limits *l)
{
    *l = xml_limits_default;
    l->bytes = dmn_limits_default.bytes;
    l->nodes = (int)dmn_limits_default.xml;
    return l;
}

enum err outline_read(struct arena *mem, struct span file, struct outline **out)
{
    struct outline *o = ARENA_NEW(mem, struct outline);
    struct xml_node *root;
    struct xml_error error;
    struct xml_limits limits;

    TRY(xml_read(mem, file, limits_of(&limits), &root, &error));
    *o = (struct outline){.mem = mem, .types = map_new(mem), .by_id = map_new(mem), .by_name = map_new(mem)};
    o->none = (struct outline_item){
        .id = "", .name = "", .about = "", .answers = "", .logic = "", .type = {.shape = "", .allowed = ""}};
    for (const struct xml_node *n = root->first; n != NULL; n = n->next) {
        if (is(n, "itemDefinition"))
            map_set(&o->types, attr(n, "name"), (void *)(uintptr_t)n);
    }
    for (const struct xml_node *n = root->first; n != NULL; n = n->next) {
        if (is_element(n))
            add_element(o, n);
    }
    find_tables(o, root);
    *out = o;
    return OK;
}

const struct outline_item *outline_of(const struct outline *o, const char *id, const char *name)
{
    const struct entry *e = id[0] != '\0' ? map_get(&o->by_id, id) : map_get(&o->by_name, name);

    return e != NULL ? &e->item : &o->none;
}

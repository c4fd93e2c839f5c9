/* engine/model/dmn/build.c - boxed expressions (DMN 1.5, 7.3 and 10.2.2) to nodes, one program an element.
 *
 * For     read.c; table.c reads the cells of its tables through the same functions.
 * Owns    struct dmn_build; which element of the XML is which box; the checks of types that a typeRef asks for.
 * Never   evaluates.
 * Holds   whatever is broken becomes a node that answers null with its message, and a finding with its line; nesting stays within
 *         limits->depth. */
#include "model/dmn/dmn_int.h"

#include <string.h>

typedef struct node *box_reader(struct dmn_build *b, const struct xml_node *n);

static box_reader read_literal, read_context, read_relation, read_list, read_invocation, read_function, read_conditional,
    read_filter, read_for, read_some, read_every, read_table;

/* clang-format off */
static const struct {
    const char *local;
    box_reader *read;
} boxes[] = {
    {"literalExpression",  read_literal},
    {"decisionTable",      read_table},
    {"context",            read_context},
    {"invocation",         read_invocation},
    {"functionDefinition", read_function},
    {"relation",           read_relation},
    {"list",               read_list},
    {"conditional",        read_conditional},
    {"filter",             read_filter},
    {"for",                read_for},
    {"some",               read_some},
    {"every",              read_every},
};
/* clang-format on */

static box_reader *reader_of(const struct xml_node *n)
{
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (dmn_is(n, boxes[i].local))
            return boxes[i].read;
    return NULL;
}

/* ---- what the readers share ---- */

static const struct xml_node *next_box(const struct xml_node *x)
{
    while (x != NULL && reader_of(x) == NULL)
        x = x->next;
    return x;
}

const struct xml_node *build_child(const struct xml_node *n)
{
    return next_box(n->first);
}

/* The same, but where nothing else than an expression can stand: one of a kind that does not exist counts as well. */
static const struct xml_node *guessed(const struct xml_node *x)
{
    static const char *const besides[] = {"description", "extensionElements", "variable",
                                          "parameter",   "formalParameter",   "binding"};

    for (; x != NULL; x = x->next) {
        bool other = strcmp(x->ns, x->parent->ns) != 0;
        for (size_t i = 0; i < sizeof besides / sizeof *besides && !other; i++)
            other = strcmp(x->name, besides[i]) == 0;
        if (!other)
            return x;
    }
    return NULL;
}

void build_finding(struct dmn_build *b, enum severity s, const char *rule, const struct xml_node *at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    dmn_say_as(b->model, s, rule, at, arena_vprintf(b->mem, fmt, ap));
    va_end(ap);
}

/* Goes into a part of the present expression; the answer is what b->where must become again. */
static const char *enter(struct dmn_build *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static const char *enter(struct dmn_build *b, const char *fmt, ...)
{
    enum { SHOWN = 200 };
    const char *before = b->where;
    va_list ap;

    va_start(ap, fmt);
    const char *part = text_cut(b->mem, arena_vprintf(b->mem, fmt, ap), SHOWN);
    va_end(ap);
    b->where = *before != '\0' ? arena_printf(b->mem, "%s, %s", text_cut(b->mem, before, SHOWN), part) : part;
    return before;
}

static const struct feel_source *source_of(struct dmn_build *b, const char *text, const char *part, int line)
{
    struct feel_source *s = ARENA_NEW(b->mem, struct feel_source);
    const char *before = b->where;

    if (*part != '\0')
        enter(b, "%s", part);
    *s = (struct feel_source){.text = text, .element = b->element, .part = b->where, .line = line};
    b->where = before;
    return s;
}

const struct feel_source *build_source(struct dmn_build *b, const struct xml_node *n, const char *part)
{
    const struct xml_node *x = n != NULL ? dmn_child(n, "text") : NULL;
    const char *text;

    if (x == NULL)
        return NULL;
    int line = dmn_text(b->mem, x, &text);
    return *text != '\0' ? source_of(b, text, part, line) : NULL;
}

const struct feel_type *build_type(struct dmn_build *b, const char *ref)
{
    return types_find(b->model, (uint32_t)(b->part - b->model->part), b->p, ref, b->at);
}

static struct node *fault(struct dmn_build *b, const struct xml_node *at, const char *message)
{
    return box_fault(b->p, source_of(b, "", "", at->line), message);
}

static struct node *missing(struct dmn_build *b, const struct xml_node *at, const char *what)
{
    dmn_say(b->model, "dmn-expression-missing", at, "The %s of this %s has no expression. Write one.", what, at->name);
    return fault(b, at, "there is no expression");
}

/* NODE's value as the typeRef of AT wants it. */
static struct node *typed(struct dmn_build *b, const struct xml_node *at, const char *ref, struct node *node)
{
    const struct xml_node *around = b->at;

    b->at = at;
    const struct feel_type *t = build_type(b, ref);
    b->at = around;
    return box_typed(b->p, node, t, *b->where != '\0' ? b->where : "the value");
}

struct node *build_expression(struct dmn_build *b, const struct xml_node *n)
{
    const struct xml_node *around = b->at;
    box_reader *read = reader_of(n);
    struct node *node;

    if (read == NULL) {
        dmn_say(b->model, "dmn-expression-unknown", n, "<%s> is no expression of DMN 1.5. Use another one.", n->name);
        return fault(b, n, "this kind of expression is not known");
    }
    if (b->depth >= b->limits->depth) {
        dmn_say(b->model, "dmn-too-many", n, "Expressions stand more than %u deep inside each other.", b->limits->depth);
        return fault(b, n, "the expressions are nested too deep");
    }
    b->depth++;
    b->at = n;
    node = read(b, n);
    b->at = around;
    b->depth--;
    return read == read_function ? node : typed(b, n, dmn_attr(n, "typeRef"), node);
}

/* The expression below X, which is WHAT of AT. */
static struct node *below(struct dmn_build *b, const struct xml_node *at, const struct xml_node *x, const char *what)
{
    const struct xml_node *child = x != NULL ? build_child(x) : NULL;

    if (child == NULL && x != NULL)
        child = guessed(x->first);
    return child != NULL ? build_expression(b, child) : missing(b, at, what);
}

/* The expression in the child LOCAL of N. */
static struct node *part(struct dmn_build *b, const struct xml_node *n, const char *local)
{
    const char *before = enter(b, "%s", local);
    struct node *node = below(b, n, dmn_child(n, local), local);

    b->where = before;
    return node;
}

/* ---- literal expressions ---- */

static struct node *read_literal(struct dmn_build *b, const struct xml_node *n)
{
    enum { SHOWN = 100 };
    const struct feel_source *s = build_source(b, n, "");
    const char *language = dmn_attr(n, "expressionLanguage");

    if (*language == '\0')
        language = dmn_attr(b->part->root, "expressionLanguage");
    if (!dmn_is_feel(language)) {
        dmn_say(b->model, "dmn-expression-language", n, "Expressions in '%s' are not evaluated. Write it in FEEL.",
                text_cut(b->mem, language, SHOWN));
        return fault(b, n, "the expression is not FEEL");
    }
    return s != NULL ? box_text(b->p, s) : missing(b, n, "text");
}

static struct node *read_table(struct dmn_build *b, const struct xml_node *n)
{
    return table_read(b, n);
}

/* ---- contexts, relations, lists ---- */

static uint32_t count(const struct xml_node *n, const char *local)
{
    uint32_t c = 0;

    for (const struct xml_node *x = dmn_child(n, local); x != NULL; x = dmn_again(x))
        c++;
    return c;
}

static struct node *read_entry(struct dmn_build *b, const struct xml_node *x, const struct xml_node *variable, const char *name)
{
    const char *before = *name != '\0' ? enter(b, "entry %s", name) : enter(b, "result");
    struct node *node = below(b, x, x, *name != '\0' ? "entry" : "result");

    if (variable != NULL)
        node = typed(b, variable, dmn_attr(variable, "typeRef"), node);
    b->where = before;
    return node;
}

static struct node *read_context(struct dmn_build *b, const struct xml_node *n)
{
    struct box_part *entry = ARENA_NEW_N(b->mem, struct box_part, count(n, "contextEntry"));
    struct box_mark mark = box_open(b->p);
    struct map seen = map_new(b->mem);
    const char *wrong = NULL;
    uint32_t k = 0;
    bool result = false;

    for (const struct xml_node *x = dmn_child(n, "contextEntry"); x != NULL; x = dmn_again(x)) {
        const struct xml_node *variable = dmn_child(x, "variable");
        const char *name = variable != NULL ? dmn_normal(b->mem, dmn_attr(variable, "name")) : "";
        result = *name == '\0';
        if (result && dmn_again(x) != NULL) {
            dmn_say(b->model, "dmn-entry", x, "Only the last entry of a context may have no name: it is the result.");
            wrong = "an entry of this context has no name";
            continue;
        }
        if (!result && map_set(&seen, name, n->first) != NULL) {
            dmn_say(b->model, "dmn-entry", x, "The context has an entry '%s' already. Rename one of them.", name);
            wrong = "two entries of this context have one name"; /* as of one that is written in a text */
            continue;
        }
        entry[k].node = read_entry(b, x, variable, name);
        entry[k++].name = result ? NULL : name;
        if (!result)
            box_declare(b->p, name);
    }
    box_close(b->p, mark);
    return wrong != NULL ? fault(b, n, wrong) : box_context(b->p, mark.slots, entry, k, result);
}

struct column {
    const char *name, *type;
    const struct xml_node *at;
};

static void row_check(struct dmn_build *b, const struct xml_node *row, uint32_t columns)
{
    uint32_t cells = 0;

    for (const struct xml_node *x = next_box(row->first); x != NULL; x = next_box(x->next))
        cells++;
    if (cells != columns)
        dmn_say(b->model, "dmn-relation", row, "The row has %u cells, the relation %u columns. Give each column one.", cells,
                columns);
}

static struct node *read_row(struct dmn_build *b, const struct xml_node *row, const struct column *column, uint32_t n)
{
    struct box_part *cell = ARENA_NEW_N(b->mem, struct box_part, n);
    struct box_mark mark = box_open(b->p);
    const struct xml_node *x = next_box(row->first);

    row_check(b, row, n);
    for (uint32_t i = 0; i < n; i++) {
        const char *before = enter(b, "column %s", column[i].name);
        cell[i].name = column[i].name;
        cell[i].node = x != NULL ? build_expression(b, x) : fault(b, row, "the row has no such cell");
        cell[i].node = typed(b, column[i].at, column[i].type, cell[i].node);
        b->where = before;
        box_declare(b->p, ""); /* a slot that nothing can mean: cells do not see each other */
        x = x != NULL ? next_box(x->next) : NULL;
    }
    box_close(b->p, mark);
    return box_context(b->p, mark.slots, cell, n, false);
}

static struct node *read_relation(struct dmn_build *b, const struct xml_node *n)
{
    uint32_t columns = 0, rows = 0;
    struct column *column = ARENA_NEW_N(b->mem, struct column, count(n, "column"));
    struct node **row = ARENA_NEW_N(b->mem, struct node *, count(n, "row"));
    struct map seen = map_new(b->mem);

    for (const struct xml_node *x = dmn_child(n, "column"); x != NULL; x = dmn_again(x)) {
        const char *name = dmn_normal(b->mem, dmn_attr(x, "name"));
        if (*name == '\0' || map_set(&seen, name, n->first) != NULL)
            dmn_say(b->model, "dmn-relation", x, "Each column has a name of its own: '%s' is none.", name);
        column[columns++] = (struct column){.name = name, .type = dmn_attr(x, "typeRef"), .at = x};
    }
    for (const struct xml_node *x = dmn_child(n, "row"); x != NULL; x = dmn_again(x)) {
        const char *before = enter(b, "row %u", rows + 1);
        row[rows++] = read_row(b, x, column, columns);
        b->where = before;
    }
    return box_list(b->p, row, rows);
}

static struct node *read_list(struct dmn_build *b, const struct xml_node *n)
{
    uint32_t items = 0;

    for (const struct xml_node *x = guessed(n->first); x != NULL; x = guessed(x->next))
        items++;
    struct node **item = ARENA_NEW_N(b->mem, struct node *, items);
    items = 0;
    for (const struct xml_node *x = guessed(n->first); x != NULL; x = guessed(x->next)) {
        const char *before = enter(b, "item %u", items + 1);
        item[items++] = build_expression(b, x);
        b->where = before;
    }
    return box_list(b->p, item, items);
}

/* ---- calls and functions ---- */

static struct node *read_invocation(struct dmn_build *b, const struct xml_node *n)
{
    struct box_part *arg = ARENA_NEW_N(b->mem, struct box_part, count(n, "binding"));
    const char *before = enter(b, "called function");
    struct node *callee = below(b, n, n, "called function");
    uint32_t k = 0;

    b->where = before;
    for (const struct xml_node *x = dmn_child(n, "binding"); x != NULL; x = dmn_again(x)) {
        const struct xml_node *param = dmn_child(x, "parameter");
        const char *name = param != NULL ? dmn_normal(b->mem, dmn_attr(param, "name")) : "";
        if (*name == '\0') {
            dmn_say(b->model, "dmn-parameter", x, "This binding names no parameter. Name the one that it is for.");
            continue;
        }
        before = enter(b, "parameter %s", name);
        arg[k].name = name;
        arg[k++].node = typed(b, param, dmn_attr(param, "typeRef"), below(b, x, x, "binding"));
        b->where = before;
    }
    return box_call(b->p, callee, arg, k);
}

struct params {
    const char **name;
    const struct feel_type **type;
    uint32_t n;
};

static struct params params_of(struct dmn_build *b, const struct xml_node *n)
{
    uint32_t most = count(n, "formalParameter");
    struct params p = {.name = ARENA_NEW_N(b->mem, const char *, most),
                       .type = ARENA_NEW_N(b->mem, const struct feel_type *, most)};
    struct map seen = map_new(b->mem);

    for (const struct xml_node *x = dmn_child(n, "formalParameter"); x != NULL; x = dmn_again(x)) {
        const char *name = dmn_normal(b->mem, dmn_attr(x, "name"));
        if (*name == '\0' || map_set(&seen, name, n->first) != NULL)
            dmn_say(b->model, "dmn-parameter", x, "Each parameter has a name of its own: '%s' is none.", name);
        b->at = x;
        p.name[p.n] = name;
        p.type[p.n++] = build_type(b, dmn_attr(x, "typeRef"));
    }
    return p;
}

static struct node *function_body(struct dmn_build *b, const struct xml_node *n, uint32_t params)
{
    const char *kind = dmn_attr(n, "kind");

    if (*kind == '\0' || strcmp(kind, "FEEL") == 0)
        return below(b, n, n, "body");
    dmn_say(b->model, "dmn-external", n, "The function is not FEEL but %s: nothing outside of the engine is called%s.",
            text_cut(b->mem, kind, 20), strcmp(kind, "Java") == 0 ? ", a few methods of java.lang are emulated" : "");
    if (strcmp(kind, "Java") != 0)
        return fault(b, n, "no function outside of the engine is called");
    struct node *said = below(b, n, n, "body"), *call = box_handled(b->p, external_call, NULL, &said, 1);
    call->slot = (uint16_t)params;
    return call;
}

/* What the typeRef of a function or knowledge model says of its result: a function type names it, DMN 1.1 writes it alone. */
static const struct feel_type *result_of(struct dmn_build *b, const char *ref)
{
    const struct feel_type *t = build_type(b, ref);

    if (t == NULL || t->kind != TYPE_FUNCTION)
        return t;
    return t->n > 0 ? t->of[t->n - 1] : NULL;
}

/* A function definition, or the encapsulated logic of a knowledge model, which is one. RESULT is checked besides its own typeRef. */
static struct node *function_of(struct dmn_build *b, const struct xml_node *n, const struct feel_type *result)
{
    const char *before = b->where;
    struct params params = params_of(b, n);

    b->at = n;
    if (result == NULL)
        result = result_of(b, dmn_attr(n, "typeRef"));
    if (!box_function_open(b->p, params.name, params.type, params.n))
        return fault(b, n, "functions are nested too deep");
    struct node *body = function_body(b, n, params.n);
    b->where = before;
    return box_function_close(b->p, body, result);
}

static struct node *read_function(struct dmn_build *b, const struct xml_node *n)
{
    return function_of(b, n, NULL);
}

/* ---- conditional, filter, iterators ---- */

static struct node *read_conditional(struct dmn_build *b, const struct xml_node *n)
{
    struct node *condition = part(b, n, "if"), *yes = part(b, n, "then");

    return box_handled(b->p, logic_if, NULL, (struct node *[]){condition, yes, part(b, n, "else")}, 3);
}

static struct node *read_filter(struct dmn_build *b, const struct xml_node *n)
{
    struct node *list = part(b, n, "in");
    struct box_mark mark = box_open(b->p);
    uint16_t slot = box_item(b->p);
    struct node *match = part(b, n, "match");

    box_close(b->p, mark);
    struct node *filter = box_handled(b->p, logic_filter, NULL, (struct node *[]){list, match}, 2);
    filter->slot = slot;
    return filter;
}

static const char *iterator_name(struct dmn_build *b, const struct xml_node *n)
{
    const char *name = dmn_normal(b->mem, dmn_attr(n, "iteratorVariable"));

    if (*name == '\0')
        dmn_say(b->model, "dmn-parameter", n, "This %s has no iterator variable. Name it.", n->name);
    return name;
}

static struct node *read_for(struct dmn_build *b, const struct xml_node *n)
{
    struct node *domain = part(b, n, "in");
    struct box_mark mark = box_open(b->p);
    uint16_t slot = box_declare(b->p, iterator_name(b, n)), partial = box_declare(b->p, "partial");
    struct node *body = part(b, n, "return");

    box_close(b->p, mark);
    return box_for(b->p, domain, body, slot, partial);
}

static struct node *quantified(struct dmn_build *b, const struct xml_node *n, bool some)
{
    struct node *domain = part(b, n, "in");
    struct box_mark mark = box_open(b->p);
    uint16_t slot = box_declare(b->p, iterator_name(b, n));
    struct node *condition = box_typed(b->p, part(b, n, "satisfies"), box_type(b->p, "boolean"), "the condition");

    box_close(b->p, mark);
    return box_quantified(b->p, some, domain, condition, slot);
}

static struct node *read_some(struct dmn_build *b, const struct xml_node *n)
{
    return quantified(b, n, true);
}

static struct node *read_every(struct dmn_build *b, const struct xml_node *n)
{
    return quantified(b, n, false);
}

/* ---- elements ---- */

static const struct dmn_table *view_of(const struct node *n)
{
    const struct table *t = n->kind == N_TYPED ? table_of(n->kid[0]) : table_of(n);

    return t != NULL ? table_view(t) : NULL;
}

static struct node *decision_logic(struct dmn_build *b, struct dmn_logic *l, const struct xml_node *x)
{
    struct node *node = build_expression(b, x);

    l->table = view_of(node);
    return box_typed(b->p, node, l->type, arena_printf(b->mem, "the value of '%s'", b->element));
}

static struct node *knowledge_logic(struct dmn_build *b, struct dmn_logic *l, const struct xml_node *logic)
{
    const struct xml_node *variable = dmn_child(l->at, "variable");

    b->at = variable != NULL ? variable : l->at;
    const struct feel_type *result = variable != NULL ? result_of(b, dmn_attr(variable, "typeRef")) : NULL;
    struct node *function = function_of(b, logic, result);
    if (function->kind != N_FUNCTION)
        return function;
    l->table = view_of(function->kid[0]);
    function->kid[0] = box_handled(b->p, logic_within, l, &function->kid[0], 1);
    function->height++;
    return function;
}

static void broken_report(struct dmn_build *b, const struct xml_node *at)
{
    for (const struct box_broken *x = box_broken(b->p); x != NULL; x = x->next)
        dmn_say_line(b->model, "dmn-expression-broken", at, x->source->line + x->error.line - 1,
                     arena_printf(b->mem, "%s%s%s: column %d: %s", b->element, *x->source->part != '\0' ? ", " : "",
                                  x->source->part, x->error.column, x->error.message));
}

/* Names that mean nothing, each once. In a filter a name may be a member of the item, which is known only when it runs. */
static void unknown_report(struct dmn_build *b, const struct xml_node *at, struct map *seen, const struct node *n)
{
    uint32_t kids = n->kind == N_FUNCTION || n->kind == N_MEMBER_OR ? 1 : n->n;

    for (uint32_t i = 0; i < kids; i++)
        unknown_report(b, at, seen, n->kid[i]);
    if (n->kind != N_FAULT || n->op == 0 || n->source == NULL || map_set(seen, n->name, b) != NULL)
        return;
    struct dmn_unknown *u = ARENA_NEW(b->model->mem, struct dmn_unknown);
    *u = (struct dmn_unknown){at, n->names[0], b->model->unknown};
    b->model->unknown = u;
    int line = n->source->line;
    for (uint32_t i = 0; i < n->at && n->source->text[i] != '\0'; i++)
        line += n->source->text[i] == '\n';
    dmn_say_line(b->model, "dmn-name-unknown", at, line,
                 arena_printf(b->mem, "%s%s%s: %s. Correct it, or draw the requirement of what it means.", b->element,
                              *n->source->part != '\0' ? ", " : "", n->source->part, n->name));
}

static void element_build(struct dmn *m, uint32_t i)
{
    struct dmn_logic *l = &m->logic[i];
    struct dmn_element *e = &m->element[i];
    bool decision = e->kind == DMN_DECISION;
    const struct xml_node *x = decision ? build_child(l->at) : dmn_child(l->at, "encapsulatedLogic");
    struct map seen = map_new(m->mem);
    struct dmn_build b = {.mem = m->mem, .model = m, .f = m->f, .limits = &m->limits, .part = &m->part[l->part], .where = ""};
    struct feel_names names = graph_names(m, i), *kept = arena_memdup(m->mem, &names, sizeof names);

    b.element = e->name;
    b.id = e->id;
    b.p = box_begin(m->mem, kept, &b.part->types);
    box_external(b.p, external_call);
    l->source = source_of(&b, "", "", l->at->line);
    b.at = dmn_child(l->at, "variable");
    if (decision)
        l->type = build_type(&b, e->type);
    if (x == NULL) {
        dmn_say(m, "dmn-logic-missing", l->at, "'%s' has no logic: its value is null unless it is given.", e->name);
        return;
    }
    struct node *root = decision ? decision_logic(&b, l, x) : knowledge_logic(&b, l, x);
    broken_report(&b, l->at);
    unknown_report(&b, l->at, &seen, root);
    l->prog = box_end(b.p, root);
    for (struct table *t = b.tables; t != NULL; t = table_next(t))
        table_seal(m->mem, t);
    e->table = l->table != NULL;
}

/* Types of input data, which services ask for too. */
static void input_build(struct dmn *m, uint32_t i)
{
    struct dmn_logic *l = &m->logic[i];
    struct parser *p = box_begin(m->mem, NULL, &m->part[l->part].types);

    l->type = types_find(m, l->part, p, m->element[i].type, dmn_child(l->at, "variable"));
}

static void service_build(struct dmn *m, uint32_t i)
{
    struct dmn_logic *l = &m->logic[i];
    const struct dmn_element *e = &m->element[i];
    struct feel_native *native = ARENA_NEW(m->mem, struct feel_native);
    const struct feel_type **types = ARENA_NEW_N(m->mem, const struct feel_type *, e->n_param);
    struct parser *p = box_begin(m->mem, NULL, &m->part[l->part].types);
    const struct feel_type *t = types_find(m, l->part, p, e->type, dmn_child(l->at, "variable"));

    for (uint32_t k = 0; k < e->n_param; k++)
        types[k] = m->logic[l->arg[k]].type;
    if (t != NULL && t->kind == TYPE_FUNCTION)
        t = t->n > 0 ? t->of[t->n - 1] : NULL;
    l->type = t;
    *native = (struct feel_native){
        .name = e->name, .n = e->n_param, .params = e->param, .types = types, .run = run_service, .data = l};
    l->native = native;
}

void build_model(struct dmn *m)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (m->element[i].kind == DMN_INPUT)
            input_build(m, i);
    for (uint32_t i = 0; i < m->n; i++)
        if (m->element[i].kind == DMN_DECISION || m->element[i].kind == DMN_KNOWLEDGE)
            element_build(m, i);
    for (uint32_t i = 0; i < m->n; i++)
        if (m->element[i].kind == DMN_SERVICE)
            service_build(m, i);
}

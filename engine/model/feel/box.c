/* engine/model/feel/box.c - boxed expressions (DMN 1.5, 10.2.2) as nodes of the tree that FEEL texts become.
 *
 * For     dmn/, which walks the boxes of a model and reads all texts of one element in one scope, into one program.
 * Owns    which node a box becomes; the texts that could not be read.
 * Never   reads XML.
 * Holds   nothing here fails: what could not be read is a node that answers null and says why, each time. */
#include "model/feel/box.h"

#include "model/feel/parse_int.h"

struct parser *box_begin(struct arena *mem, const struct feel_names *names, const struct feel_types *types)
{
    struct parser *p = ARENA_NEW(mem, struct parser);

    *p = (struct parser){.mem = mem, .text = "", .names = names, .types = types, .last = &p->broken, .nodes = SIZE_MAX};
    return p;
}

static struct node *broken(struct parser *p)
{
    struct box_broken *b = ARENA_NEW(p->mem, struct box_broken);

    *b = (struct box_broken){.source = p->source, .error = p->error};
    *p->last = b;
    p->last = &b->next;
    struct node *n = parse_fault(p, p->error.offset, p->error.message);
    p->err = OK;
    p->error = (struct feel_error){.message = NULL};
    return n;
}

struct feel_prog *box_end(struct parser *p, struct node *root)
{
    struct feel_prog *prog = ARENA_NEW(p->mem, struct feel_prog);

    if (p->overflow != NULL)
        root = p->overflow;
    compile_node(p->mem, root);
    *prog = (struct feel_prog){.text = "", .root = root, .use = p->use, .nuse = p->nuse, .slots = p->most[0]};
    return prog;
}

void box_external(struct parser *p, feel_handler *ev)
{
    p->external = ev;
}

void box_member(struct parser *p, const char *name)
{
    scope_key(p, name);
}

const struct box_broken *box_broken(const struct parser *p)
{
    return p->broken;
}

/* ---- texts ---- */

static struct node *read_text(struct parser *p, const struct feel_source *source, enum feel_form form)
{
    p->source = source;
    struct node *n = parse_text(p, source->text, form);
    if (n == NULL)
        n = broken(p);
    p->source = NULL;
    p->nodes = SIZE_MAX;
    return n;
}

struct node *box_text(struct parser *p, const struct feel_source *source)
{
    return read_text(p, source, FEEL_EXPRESSION);
}

struct node *box_tests(struct parser *p, const struct feel_source *source)
{
    return read_text(p, source, FEEL_UNARY_TESTS);
}

const struct feel_type *box_type(struct parser *p, const char *text)
{
    static const struct feel_type unknown = {.kind = TYPE_UNKNOWN};
    struct parser own = {.mem = p->mem, .text = text, .len = strlen(text), .types = p->types};

    parse_next(&own);
    if (own.tok.kind == T_END)
        return NULL;
    const struct feel_type *t = parse_type(&own);
    if (own.tok.kind != T_END || own.error.message != NULL)
        return &unknown;
    return t->kind == TYPE_ANY ? NULL : t;
}

/* ---- scopes ---- */

struct box_mark box_open(struct parser *p)
{
    return (struct box_mark){.symbols = p->nsymbol, .slots = p->next[p->level]};
}

void box_close(struct parser *p, struct box_mark mark)
{
    p->nsymbol = mark.symbols;
    p->next[p->level] = mark.slots;
}

/* Too many variables or functions, outside of any text: nothing can be said about the whole then. */
static void overflowed(struct parser *p)
{
    static const struct feel_source nowhere = {.text = "", .element = "", .part = ""};

    if (p->error.message != NULL && p->overflow == NULL) {
        p->source = &nowhere;
        p->overflow = broken(p);
        p->source = NULL;
    }
    p->err = OK;
    p->error = (struct feel_error){.message = NULL};
}

static uint16_t declared(struct parser *p, const char *name, bool item)
{
    uint16_t slot = scope_declare(p, name, item);

    overflowed(p);
    return slot;
}

uint16_t box_declare(struct parser *p, const char *name)
{
    scope_key(p, name);
    return declared(p, name, false);
}

uint16_t box_tested(struct parser *p)
{
    return declared(p, "?", false);
}

uint16_t box_item(struct parser *p)
{
    return declared(p, "item", true);
}

/* ---- boxes ---- */

static struct node *boxed(struct parser *p, enum node_kind kind, struct node *const *kid, uint32_t n)
{
    struct node *made = parse_new(p, kind, 0, n);
    uint16_t highest = 0;

    for (uint32_t i = 0; i < n; i++) {
        made->kid[i] = kid[i];
        highest = kid[i]->height > highest ? kid[i]->height : highest;
    }
    made->height = (uint16_t)(highest + 1);
    /* Its notes belong to the first text inside, which is where a reader looks. */
    if (n > 0) {
        made->source = kid[0]->source;
        made->at = kid[0]->at;
    }
    return made;
}

struct node *box_value(struct parser *p, struct val v)
{
    return parse_literal(p, 0, v);
}

struct node *box_fault(struct parser *p, const struct feel_source *source, const char *message)
{
    struct node *n = parse_fault(p, 0, message);

    n->source = source;
    return n;
}

struct node *box_typed(struct parser *p, struct node *node, const struct feel_type *type, const char *what)
{
    if (type == NULL || type->kind == TYPE_ANY)
        return node;
    const struct feel_type **types = ARENA_NEW(p->mem, const struct feel_type *);
    struct node *n = boxed(p, N_TYPED, &node, 1);
    *types = type;
    n->types = types;
    n->name = what;
    return n;
}

static struct node *parts(struct parser *p, enum node_kind kind, const struct box_part *part, uint32_t n)
{
    struct node **kid = ARENA_NEW_N(p->mem, struct node *, n);
    const char **name = ARENA_NEW_N(p->mem, const char *, n);

    for (uint32_t i = 0; i < n; i++) {
        kid[i] = part[i].node;
        name[i] = part[i].name;
    }
    struct node *made = boxed(p, kind, kid, n);
    made->names = name;
    return made;
}

struct node *box_context(struct parser *p, uint16_t first, const struct box_part *part, uint32_t n, bool result)
{
    struct node *made = parts(p, N_CONTEXT, part, n);

    made->slot = first;
    made->op = result && n > 0;
    return made;
}

struct node *box_list(struct parser *p, struct node *const *item, uint32_t n)
{
    return boxed(p, N_LIST, item, n);
}

struct node *box_call(struct parser *p, struct node *callee, const struct box_part *arg, uint32_t n)
{
    struct box_part *all = ARENA_NEW_N(p->mem, struct box_part, n + (size_t)1);

    all[0].node = callee;
    for (uint32_t i = 0; i < n; i++)
        all[i + 1] = arg[i];
    struct node *made = parts(p, N_CALL, all, n + 1);
    if (n == 0 || arg[0].name == NULL)
        made->names = NULL;
    return made;
}

struct node *box_if(struct parser *p, struct node *condition, struct node *yes, struct node *no)
{
    return boxed(p, N_IF, (struct node *[]){condition, yes, no}, 3);
}

static struct node *looped(struct parser *p, enum node_kind kind, struct node *domain, struct node *body, uint16_t slot)
{
    struct node *n = boxed(p, kind, (struct node *[]){domain, body}, 2);

    n->slot = slot;
    return n;
}

struct node *box_filter(struct parser *p, struct node *list, struct node *condition, uint16_t slot)
{
    return looped(p, N_FILTER, list, condition, slot);
}

struct node *box_for(struct parser *p, struct node *domain, struct node *body, uint16_t slot, uint16_t partial)
{
    struct node *n = looped(p, N_FOR, domain, body, slot);

    n->level = partial;
    return n;
}

struct node *box_quantified(struct parser *p, bool some, struct node *domain, struct node *condition, uint16_t slot)
{
    struct node *n = looped(p, N_QUANTIFIED, domain, condition, slot);

    n->op = some ? T_SOME : T_EVERY;
    return n;
}

bool box_function_open(struct parser *p, const char *const *name, const struct feel_type *const *type, uint32_t n)
{
    bool open = parse_function_open(p, 0);

    for (uint32_t i = 0; open && i < n; i++)
        parse_param(p, name[i], type != NULL ? type[i] : NULL);
    overflowed(p);
    return open;
}

struct node *box_function_close(struct parser *p, struct node *body, const struct feel_type *result)
{
    struct node *n = parse_function_close(p, body->at, body, result);

    n->source = body->source;
    return n;
}

struct node *box_handled(struct parser *p, feel_handler *ev, const void *data, struct node **kid, uint32_t n)
{
    struct node *made = boxed(p, N_HANDLED, kid, n);

    made->ev = ev;
    made->data = data;
    return made;
}

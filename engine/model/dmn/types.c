/* engine/model/dmn/types.c - item definitions (DMN 1.5, 7.3.2) as types of FEEL.
 *
 * For     the boundaries of build.c and run.c, and "instance of" in expressions.
 * Owns    struct definition; what a typeRef means in a file.
 * Never   looks at a value.
 * Holds   each definition has one struct feel_type whose address is known before its content, so definitions may stand in any
 *         order and their components may lead back to them.
 *
 * What a definition allows. allowedValues hold for a value of the type, in a collection for each element (7.3.2: they are
 * projected); typeConstraint holds for the value itself, in a collection for the list. Both narrow what the type that is referred
 * to allows already, and in a component both may name the components beside it. They take part where a value is handed over (10.3.2.9.4: a value that is not of the type becomes null), not
 * in "instance of", which asks for the type alone. */
#include "model/dmn/dmn_int.h"

#include <string.h>

enum { LIMIT_SIBLINGS = 200 }; /* components that the limit of one among them may name */

enum filling { NOT_YET, NOW, DONE };

struct definition {
    struct feel_type type;
    const struct xml_node *at;
    uint32_t part;
    enum filling filling;
};

struct reader {
    struct dmn *m;
    struct parser *p;
    uint32_t part, depth;
};

static const struct feel_type *type_read(struct reader *r, const struct xml_node *x, struct feel_type *out);

/* ---- references ---- */

static struct definition *find_in(const struct dmn_part *part, const char *name)
{
    return map_get(&part->definitions, name);
}

static struct definition *find_imported(const struct dmn *m, const struct dmn_part *part, const char *name)
{
    struct definition *d = NULL;

    for (uint32_t i = 0; i < part->n_import && d == NULL; i++) {
        const struct dmn_import *im = &part->import[i];
        size_t n = strlen(im->prefix);
        if (n == 0)
            d = find_in(&m->part[im->part], name);
        else if (strncmp(name, im->prefix, n) == 0 && name[n] == '.')
            d = find_in(&m->part[im->part], name + n + 1);
    }
    return d;
}

/* DMN 1.1 writes qualified names, whose prefixes stand for namespaces: the name behind the colon, wherever it is defined. */
static struct definition *find_qualified(const struct dmn *m, const struct dmn_part *part, const char *name)
{
    const char *colon = strchr(name, ':');
    struct definition *d = colon != NULL ? find_in(part, colon + 1) : NULL;

    for (uint32_t i = 0; colon != NULL && i < part->n_import && d == NULL; i++)
        d = find_in(&m->part[part->import[i].part], colon + 1);
    return d;
}

static struct definition *find(const struct dmn *m, uint32_t part, const char *name)
{
    const struct dmn_part *p = &m->part[part];
    struct definition *d = find_in(p, name);

    if (d == NULL)
        d = find_imported(m, p, name);
    return d != NULL ? d : find_qualified(m, p, name);
}

/* "xsd:string" of old files says the same as "string". */
static const char *without_prefix(const char *ref)
{
    const char *colon = strchr(ref, ':');

    return colon != NULL && strchr(ref, '<') == NULL ? colon + 1 : ref;
}

/* Modelers for other engines write the types of Java where FEEL has one kind of number. */
static bool is_number_elsewhere(const char *name)
{
    return strcmp(name, "integer") == 0 || strcmp(name, "long") == 0 || strcmp(name, "double") == 0;
}

const struct feel_type *types_find(struct dmn *m, uint32_t part, struct parser *p, const char *ref, const struct xml_node *at)
{
    enum { SHOWN = 80 };
    const char *name = dmn_normal(m->mem, ref);
    struct definition *d = *name != '\0' ? find(m, part, name) : NULL;

    if (*name == '\0')
        return NULL;
    if (d != NULL)
        return &d->type;
    const struct feel_type *t = box_type(p, without_prefix(name));
    if (t != NULL && t->kind == TYPE_UNKNOWN && is_number_elsewhere(name))
        return box_type(p, "number");
    if (t != NULL && t->kind == TYPE_UNKNOWN && at != NULL)
        dmn_say(m, "dmn-type-unknown", at,
                "There is no type '%s'. Define it, or use one that is built in (number, string, ...).",
                text_cut(m->mem, ref, SHOWN));
    return t;
}

/* ---- what is allowed ---- */

/* Several tests of one value, and what the type allows that this one is made of. */
struct tests {
    const struct feel_prog *base;
    uint16_t slot;
};

static struct val ev_tests_all(const struct node *n, struct frame *f)
{
    const struct tests *t = n->data;

    if (t->base != NULL && !val_true(eval_tested(f->s, t->base, f->slot[t->slot])))
        return val_bool(false);
    for (uint32_t i = 0; i < n->n; i++)
        if (!val_true(eval_node(n->kid[i], f)))
            return val_bool(false);
    return val_bool(true);
}

static const struct feel_source *limit_source(struct reader *r, const struct xml_node *x)
{
    struct feel_source *s = ARENA_NEW(r->m->mem, struct feel_source);
    const struct xml_node *text = dmn_child(x, "text");

    s->line = dmn_text(r->m->mem, text != NULL ? text : x, &s->text);
    s->element = dmn_attr(x->parent, "name");
    s->part = strcmp(x->name, "typeConstraint") == 0 ? "type constraint" : "allowed values";
    return s;
}

static void broken_report(struct reader *r, const struct parser *p, const struct xml_node *at)
{
    for (const struct box_broken *b = box_broken(p); b != NULL; b = b->next)
        dmn_say_line(r->m, "dmn-expression-broken", at, b->source->line + b->error.line - 1,
                     arena_printf(r->m->mem, "The %s cannot be read: column %d: %s", b->source->part, b->error.column,
                                  b->error.message));
}

/* What a limit of the component X may name: the components beside it. */
static const struct feel_names *siblings(struct reader *r, const struct xml_node *x)
{
    struct feel_names *names = ARENA_NEW(r->m->mem, struct feel_names);
    const struct xml_node *first = dmn_is(x, "itemComponent") ? dmn_child(x->parent, "itemComponent") : NULL;
    const char *name[LIMIT_SIBLINGS];

    for (const struct xml_node *c = first; c != NULL && names->n < LIMIT_SIBLINGS; c = dmn_again(c))
        name[names->n++] = dmn_normal(r->m->mem, dmn_attr(c, "name"));
    names->name = arena_memdup(r->m->mem, name, names->n * sizeof *name);
    names->closed = true;
    return names;
}

/* Narrows T to what LIMIT[0..N) say. */
static void narrow(struct reader *r, struct feel_type *t, const struct xml_node *const *limit, uint32_t n)
{
    struct node *kid[2];
    struct tests *tests = ARENA_NEW(r->m->mem, struct tests);

    if (n == 0)
        return;
    struct parser *p = box_begin(r->m->mem, siblings(r, limit[0]->parent), &r->m->part[r->part].types);
    tests->base = t->allowed;
    tests->slot = box_tested(p);
    for (uint32_t i = 0; i < n; i++)
        kid[i] = box_tests(p, limit_source(r, limit[i]));
    broken_report(r, p, limit[0]);
    struct node *root = n == 1 && tests->base == NULL ? kid[0] : box_handled(p, ev_tests_all, tests, kid, n);
    struct feel_prog *prog = box_end(p, root);
    prog->form = FEEL_UNARY_TESTS;
    prog->tested = tests->slot;
    t->allowed = prog;
    t->limited = true;
}

/* The limit element LOCAL of X, NULL if there is none or it has no text. */
static const struct xml_node *limit_of(const struct xml_node *x, const char *local)
{
    const struct xml_node *l = dmn_child(x, local);
    const struct xml_node *text = l != NULL ? dmn_child(l, "text") : NULL;

    return text != NULL && text->text[strspn(text->text, " \t\r\n")] != '\0' ? l : NULL;
}

/* ---- definitions ---- */

static bool is_limited(const struct feel_type *t)
{
    bool limited = t->allowed != NULL || t->limited;

    for (uint32_t i = 0; i < t->n && !limited; i++)
        limited = t->of[i] != NULL && t->of[i]->limited;
    return limited;
}

static bool is_language(struct dmn *m, const struct definition *d)
{
    enum { SHOWN = 100 };
    const char *language = dmn_attr(d->at, "typeLanguage");

    if (*language == '\0')
        language = dmn_attr(m->part[d->part].root, "typeLanguage");
    if (dmn_is_feel(language))
        return true;
    dmn_say(m, "dmn-type-language", d->at, "Types in '%s' are not known. Define it with types of FEEL.",
            text_cut(m->mem, language, SHOWN));
    return false;
}

/* DEPTH: of what refers to it. */
static void definition_fill(struct dmn *m, struct parser *p, struct definition *d, uint32_t depth)
{
    struct reader r = {.m = m, .p = p, .part = d->part, .depth = depth};

    if (d->filling != NOT_YET)
        return;
    d->filling = NOW;
    if (!is_language(m, d)) {
        d->type.kind = TYPE_UNKNOWN;
        d->filling = DONE;
        return;
    }
    const struct feel_type *same = type_read(&r, d->at, &d->type);
    if (same != &d->type)
        d->type = *same;
    d->type.label = dmn_normal(m->mem, dmn_attr(d->at, "name"));
    d->filling = DONE;
}

/* The type that X refers to. A component may lead back to the definition it stands in: then the address is all there is yet. */
static const struct feel_type *referred(struct reader *r, const struct xml_node *x)
{
    const struct xml_node *ref = dmn_child(x, "typeRef");
    const char *name = dmn_attr(x, "typeRef");

    if (ref != NULL)
        dmn_text(r->m->mem, ref, &name);
    struct definition *d = *name != '\0' ? find(r->m, r->part, dmn_normal(r->m->mem, name)) : NULL;
    if (d != NULL && d->filling == NOT_YET && r->depth >= r->m->limits.depth) {
        dmn_say(r->m, "dmn-too-many", x, "Types refer to each other more than %u deep.", r->m->limits.depth);
        return NULL;
    }
    if (d != NULL)
        definition_fill(r->m, d->part == r->part ? r->p : box_begin(r->m->mem, NULL, &r->m->part[d->part].types), d,
                        r->depth + 1);
    if (d == NULL || d->filling == DONE)
        return types_find(r->m, r->part, r->p, name, ref != NULL ? ref : x);
    if (dmn_is(x, "itemDefinition")) {
        dmn_say(r->m, "dmn-type-circle", x, "The type '%s' is defined by itself. Refer to another type.", dmn_attr(x, "name"));
        return NULL;
    }
    dmn_say(r->m, "dmn-type-recursive", x,
            "The component '%s' is of the type that it is part of. It works here; other engines may refuse it.",
            dmn_attr(x, "name"));
    d->type.limited = true; /* whatever it allows is not known yet: the parts of a value are looked at */
    return &d->type;
}

static void function_read(struct reader *r, const struct xml_node *x, struct feel_type *out)
{
    uint32_t n = 0;

    for (const struct xml_node *p = dmn_child(x, "parameters"); p != NULL; p = dmn_again(p))
        n++;
    static const struct feel_type any = {.kind = TYPE_ANY};
    const struct feel_type **of = ARENA_NEW_N(r->m->mem, const struct feel_type *, n + 1);
    const char **name = ARENA_NEW_N(r->m->mem, const char *, n + 1);
    *out = (struct feel_type){.kind = TYPE_FUNCTION, .tag = VAL_FUNCTION, .of = of, .name = name};
    for (const struct xml_node *p = dmn_child(x, "parameters"); p != NULL; p = dmn_again(p)) {
        const struct feel_type *t = types_find(r->m, r->part, r->p, dmn_attr(p, "typeRef"), p);
        name[out->n] = dmn_normal(r->m->mem, dmn_attr(p, "name"));
        of[out->n++] = t != NULL ? t : &any;
    }
    const struct feel_type *result = types_find(r->m, r->part, r->p, dmn_attr(x, "outputTypeRef"), x);
    of[out->n++] = result != NULL ? result : &any;
}

static void components_read(struct reader *r, const struct xml_node *x, uint32_t n, struct feel_type *out)
{
    const struct feel_type **of = ARENA_NEW_N(r->m->mem, const struct feel_type *, n);
    const char **name = ARENA_NEW_N(r->m->mem, const char *, n);
    struct map seen = map_new(r->m->mem);

    *out = (struct feel_type){.kind = TYPE_CONTEXT, .tag = VAL_CONTEXT, .of = of, .name = name};
    if (++r->depth > r->m->limits.depth) {
        dmn_say(r->m, "dmn-too-many", x, "Components stand more than %u deep inside each other.", r->m->limits.depth);
        r->depth--;
        return;
    }
    for (const struct xml_node *c = dmn_child(x, "itemComponent"); c != NULL; c = dmn_again(c)) {
        struct feel_type *t = ARENA_NEW(r->m->mem, struct feel_type);
        const char *key = dmn_normal(r->m->mem, dmn_attr(c, "name"));
        if (*key == '\0' || map_set(&seen, key, t) != NULL) {
            dmn_say(r->m, "dmn-type-duplicate", c, "A component has a name of its own: '%s' is none.", key);
            continue;
        }
        name[out->n] = key;
        of[out->n++] = type_read(r, c, t);
    }
    r->depth--;
}

/* The type that X refers to or consists of: OUT, or the definition itself. */
static const struct feel_type *base_read(struct reader *r, const struct xml_node *x, struct feel_type *out)
{
    const struct xml_node *function = dmn_child(x, "functionItem");
    uint32_t n = 0;

    for (const struct xml_node *c = dmn_child(x, "itemComponent"); c != NULL; c = dmn_again(c))
        n++;
    if (function != NULL)
        function_read(r, function, out);
    else if (n > 0)
        components_read(r, x, n, out);
    else {
        const struct feel_type *t = referred(r, x);
        if (t != NULL)
            return t;
        *out = (struct feel_type){.kind = TYPE_ANY};
    }
    return out;
}

static bool is_collection(const struct xml_node *x)
{
    const char *v = dmn_attr(x, "isCollection");

    return strcmp(v, "true") == 0 || strcmp(v, "1") == 0;
}

/* The type that X defines: OUT, or what it refers to if it adds nothing of its own (which may not be filled yet). */
static const struct feel_type *type_read(struct reader *r, const struct xml_node *x, struct feel_type *out)
{
    const struct xml_node *limit[2], *allowed = limit_of(x, "allowedValues"), *constraint = limit_of(x, "typeConstraint");
    const struct feel_type *base = base_read(r, x, out);
    uint32_t n = 0;

    if (allowed != NULL)
        limit[n++] = allowed;
    if (is_collection(x)) {
        const struct feel_type **of = ARENA_NEW(r->m->mem, const struct feel_type *);
        struct feel_type *item = ARENA_NEW(r->m->mem, struct feel_type);
        *item = *base;
        narrow(r, item, limit, n);
        item->limited = is_limited(item);
        *of = n == 0 && base != out ? base : item;
        *out = (struct feel_type){.kind = TYPE_LIST, .tag = VAL_LIST, .n = 1, .of = of};
        base = out;
        n = 0;
    }
    if (constraint != NULL)
        limit[n++] = constraint;
    if (n > 0 && base != out)
        *out = *base;
    narrow(r, out, limit, n);
    if (n == 0 && base != out)
        return base;
    out->limited = is_limited(out);
    return out;
}

/* ---- all of them ---- */

enum { LIMIT_DMN_TYPES = 5000 }; /* item definitions of one file */

static void declare(struct dmn *m, uint32_t part)
{
    struct dmn_part *p = &m->part[part];
    uint32_t n = 0;

    p->definitions = map_new(m->mem);
    for (const struct xml_node *x = dmn_child(p->root, "itemDefinition"); x != NULL; x = dmn_again(x)) {
        const char *name = dmn_normal(m->mem, dmn_attr(x, "name"));
        struct definition *d = ARENA_NEW(m->mem, struct definition), *first = map_get(&p->definitions, name);
        *d = (struct definition){.type = {.kind = TYPE_ANY, .label = name}, .at = x, .part = part};
        if (++n > LIMIT_DMN_TYPES) {
            dmn_say(m, "dmn-too-many", x, "More than %d item definitions.", LIMIT_DMN_TYPES);
            return;
        }
        if (*name == '\0')
            dmn_say(m, "dmn-name-missing", x, "This item definition has no name. Give it one: types are meant by their names.");
        else if (first != NULL)
            dmn_say(m, "dmn-type-duplicate", x, "The type '%s' stands at line %d already. Rename one of them.", name,
                    first->at->line);
        else
            map_set(&p->definitions, name, d);
    }
}

/* The names that are in reach, while they are gathered. */
struct reach {
    const char **name;
    const struct feel_type **type;
    size_t n;
};

static size_t definitions_of(const struct dmn_part *part)
{
    size_t n = 0;

    for (const struct xml_node *x = dmn_child(part->root, "itemDefinition"); x != NULL; x = dmn_again(x))
        n++;
    return n;
}

static void reach_add(struct dmn *m, struct reach *r, const struct dmn_part *from, const char *prefix)
{
    for (const struct xml_node *x = dmn_child(from->root, "itemDefinition"); x != NULL; x = dmn_again(x)) {
        const char *name = dmn_normal(m->mem, dmn_attr(x, "name"));
        struct definition *d = find_in(from, name);
        if (d == NULL || d->at != x)
            continue;
        r->name[r->n] = *prefix != '\0' ? arena_printf(m->mem, "%s.%s", prefix, name) : name;
        r->type[r->n++] = &d->type;
    }
}

static void reach_all(struct dmn *m, struct dmn_part *p)
{
    size_t n = definitions_of(p);

    for (uint32_t i = 0; i < p->n_import; i++)
        n += definitions_of(&m->part[p->import[i].part]);
    struct reach r = {.name = ARENA_NEW_N(m->mem, const char *, n), .type = ARENA_NEW_N(m->mem, const struct feel_type *, n)};
    reach_add(m, &r, p, "");
    for (uint32_t i = 0; i < p->n_import; i++)
        reach_add(m, &r, &m->part[p->import[i].part], p->import[i].prefix);
    p->types = (struct feel_types){.name = r.name, .type = r.type, .n = r.n};
}

void types_read(struct dmn *m)
{
    for (uint32_t i = 0; i < m->n_part; i++)
        declare(m, i);
    for (uint32_t i = 0; i < m->n_part; i++)
        reach_all(m, &m->part[i]);
    for (uint32_t i = 0; i < m->n_part; i++) {
        struct parser *p = box_begin(m->mem, NULL, &m->part[i].types);
        for (const struct xml_node *x = dmn_child(m->part[i].root, "itemDefinition"); x != NULL; x = dmn_again(x)) {
            struct definition *d = find_in(&m->part[i], dmn_normal(m->mem, dmn_attr(x, "name")));
            if (d != NULL && d->at == x)
                definition_fill(m, p, d, 0);
        }
    }
}

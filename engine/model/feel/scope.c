/* engine/model/feel/scope.c - which names are known where, and what they stand for.
 *
 * For     names with blanks and operators ("date and time", "Profit and loss"): a known name wins over any other reading.
 * Owns    the symbols of the parser, slots of variables, the list of variables that a program reads.
 * Never   looks at values.
 * Holds   inner names hide outer ones; a name given by the caller hides a built-in function; slots < LIMIT_FEEL_SLOTS. */
#include "model/feel/parse_int.h"

/* Room for one more element of SIZE behind N; the room doubles at powers of two, so it is never asked how much there is. */
static void *room(struct arena *mem, void *old, size_t n, size_t size)
{
    if (n != 0 && (n < 8 || (n & (n - 1)) != 0))
        return old;
    void *p = arena_alloc_n(mem, n < 8 ? 8 : 2 * n, size);
    if (n > 0)
        memcpy(p, old, n * size);
    return p;
}

static uint16_t scope_slot(struct parser *p)
{
    if (p->next[p->level] >= LIMIT_FEEL_SLOTS) {
        p->err = E_TOOBIG;
        parse_fail(p, p->tok.at, "too many variables");
        return 0;
    }
    uint16_t slot = p->next[p->level]++;
    if (p->next[p->level] > p->most[p->level])
        p->most[p->level] = p->next[p->level];
    return slot;
}

uint16_t scope_declare(struct parser *p, const char *name, bool item)
{
    if (p->nsymbol == LIMIT_FEEL_NAMES) {
        p->err = E_TOOBIG;
        parse_fail(p, p->tok.at, "too many variables");
        return 0;
    }
    uint16_t slot = scope_slot(p);
    if (p->nsymbol == p->rsymbol) {
        p->symbol = room(p->mem, p->symbol, p->rsymbol, sizeof *p->symbol);
        p->rsymbol = p->rsymbol < 8 ? 8 : 2 * p->rsymbol;
    }
    p->symbol[p->nsymbol++] = (struct symbol){.name = name, .slot = slot, .level = p->level, .item = item};
    return slot;
}

static bool one_word(const char *name)
{
    size_t n = strlen(name);

    return lex_word(name, n, 0) == n;
}

void scope_key(struct parser *p, const char *name)
{
    if (p->nkey == LIMIT_FEEL_NAMES || one_word(name))
        return;
    p->key = room(p->mem, p->key, p->nkey, sizeof *p->key);
    p->key[p->nkey++] = name;
}

struct longest {
    const struct parser *p;
    size_t at, took;
    const char *name;
};

static void consider(struct longest *l, const char *name)
{
    if (name[0] != l->p->text[l->at])
        return;
    size_t n = lex_match(l->p->text, l->p->len, l->at, name);
    if (n > l->took) {
        l->took = n;
        l->name = name;
    }
}

const char *scope_longest(const struct parser *p, size_t at, size_t least, bool members, size_t *took)
{
    static const char *const properties[] = {"time offset", "start included", "end included"};
    struct longest l = {.p = p, .at = at, .took = least};
    bool inside = members; /* after a point, or in a filter, where members of the item are names */

    if (at >= p->len)
        return NULL;
    for (size_t i = p->nsymbol; !inside && i > 0; i--)
        inside = p->symbol[i - 1].item;
    for (size_t i = p->nkey; inside && i > 0; i--)
        consider(&l, p->key[i - 1]);
    for (size_t i = 0; members && i < sizeof properties / sizeof *properties; i++)
        consider(&l, properties[i]);
    for (size_t i = p->nsymbol; !members && i > 0; i--)
        consider(&l, p->symbol[i - 1].name);
    for (const struct feel_names *n = p->names; n != NULL; n = n->outer)
        for (size_t i = 0; i < n->n && (inside || !n->members); i++)
            consider(&l, n->name[i]);
    for (size_t i = 0; !members && i < feel_nbuiltins; i++)
        consider(&l, feel_builtins[i].name);
    *took = l.took;
    return l.name;
}

static struct node *global(struct parser *p, const char *name, size_t at)
{
    struct node *n = parse_new(p, N_GLOBAL, at, 0);
    size_t i = 0;

    while (i < p->nuse && strcmp(p->use[i], name) != 0)
        i++;
    if (i == LIMIT_FEEL_NAMES) {
        p->err = E_TOOBIG;
        parse_fail(p, at, "too many variables");
        return n;
    }
    if (i == p->nuse) {
        p->use = room(p->mem, p->use, p->nuse, sizeof *p->use);
        p->use[p->nuse++] = name;
    }
    n->name = name;
    n->slot = (uint16_t)i;
    return n;
}

static struct node *element(struct parser *p, const char *name, uint16_t number, size_t at)
{
    struct node *n = parse_new(p, N_ELEMENT, at, 0);

    n->name = name;
    n->slot = number;
    return n;
}

static struct node *outermost(struct parser *p, const char *name, size_t at)
{
    bool closed = false;

    for (const struct feel_names *n = p->names; n != NULL; n = n->outer) {
        closed = closed || n->closed;
        for (size_t i = 0; i < n->n && !n->members; i++)
            if (strcmp(n->name[i], name) == 0)
                return n->element != NULL ? element(p, name, n->element[i], at) : global(p, name, at);
    }
    const struct builtin *b = builtin_find(name);
    if (b == NULL && closed) {
        struct node *unknown = parse_fault(p, at, arena_printf(p->mem, "the name '%s' is not known here", name));
        unknown->op = 1;
        unknown->names = arena_memdup(p->mem, &name, sizeof name);
        return unknown;
    }
    if (b == NULL)
        return global(p, name, at);
    struct node *n = parse_new(p, N_BUILTIN, at, 0);
    n->builtin = b;
    n->name = b->name;
    return n;
}

static struct node *local(struct parser *p, const struct symbol *s, size_t at)
{
    struct node *n = parse_new(p, s->level == p->level ? N_LOCAL : N_OUTER, at, 0);

    n->slot = s->slot;
    n->level = (uint16_t)(p->level - s->level);
    n->name = s->name;
    return n;
}

/* From the innermost symbol outwards; each filter on the way may know the name as a member of its item. */
static struct node *resolve(struct parser *p, const char *name, size_t at, size_t below)
{
    for (size_t i = below; i > 0; i--) {
        const struct symbol *s = &p->symbol[i - 1];
        if (s->item) {
            struct node *n = parse_new(p, N_MEMBER_OR, at, 2);
            n->name = name;
            n->kid[0] = local(p, s, at);
            n->kid[1] = strcmp(s->name, name) == 0 ? local(p, s, at) : resolve(p, name, at, i - 1);
            return n;
        }
        if (strcmp(s->name, name) == 0)
            return local(p, s, at);
    }
    return outermost(p, name, at);
}

struct node *scope_resolve(struct parser *p, const char *name, size_t at)
{
    return resolve(p, name, at, p->nsymbol);
}

struct node *scope_tested(struct parser *p, size_t at)
{
    p->input = true;
    for (size_t i = p->nsymbol; i > 0; i--)
        if (strcmp(p->symbol[i - 1].name, "?") == 0)
            return local(p, &p->symbol[i - 1], at);
    return parse_fault(p, at, "'?' has a meaning only in a test");
}

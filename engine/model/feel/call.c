/* engine/model/feel/call.c - calls of built-in functions: the table, names of arguments, types of arguments.
 *
 * For     every call that does not go to a function written in FEEL.
 * Owns    the meaning of the columns of builtin.def.
 * Never   computes a result itself.
 * Holds   a function runs only with as many arguments as one of its signatures has, each of the type stated. */
#include "model/feel/builtins.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

const struct builtin feel_builtins[] = {
#define BUILTIN(id, name, params, types, least, pure) {name, params, types, least, pure, bif_##id},
#include "model/feel/builtin.def"
#undef BUILTIN
};
const size_t feel_nbuiltins = sizeof feel_builtins / sizeof *feel_builtins;

const struct builtin *builtin_find(const char *name)
{
    for (size_t i = 0; i < feel_nbuiltins; i++)
        if (strcmp(feel_builtins[i].name, name) == 0)
            return &feel_builtins[i];
    return NULL;
}

/* The position of NAME in the comma-separated list that P begins and '|' or the end closes; -1 if it is not there. */
static int param_at(const char *p, const char *name)
{
    size_t n = strlen(name);

    for (int i = 0;; i++) {
        size_t len = strcspn(p, ",|.");
        if (len == n && memcmp(p, name, n) == 0)
            return i;
        p += strcspn(p, ",|");
        if (*p++ != ',')
            return -1;
    }
}

/* Has the signature at P all of NAMES, each once, and all that it must have? POS says where. */
static bool has_names(const struct builtin *b, const char *p, const char *const *names, unsigned n, unsigned *pos)
{
    unsigned seen = 0, must = p == b->params ? (1u << b->least) - 1 : 0;

    for (unsigned i = 0; i < n; i++) {
        int at = param_at(p, names[i]);
        if (at < 0 || at >= BUILTIN_ARGS || (seen & 1u << at) != 0)
            return false;
        seen |= 1u << at;
        pos[i] = (unsigned)at;
    }
    return (seen & must) == must;
}

/* The signature that has all of NAMES; NULL if none has. When several have them (point and range, range and point), it is the one
 * whose order they are written in, else the first. */
static const char *place(const struct builtin *b, const char *const *names, unsigned n, unsigned *pos, unsigned *count)
{
    const char *found = NULL;
    bool sorted = false;

    for (const char *p = b->params; p != NULL && !sorted; p = strchr(p, '|') != NULL ? strchr(p, '|') + 1 : NULL) {
        unsigned here[BUILTIN_ARGS];
        if (n > BUILTIN_ARGS || !has_names(b, p, names, n, here))
            continue;
        sorted = true;
        for (unsigned i = 1; i < n; i++)
            sorted = sorted && here[i] > here[i - 1];
        if (found != NULL && !sorted)
            continue;
        found = p;
        memcpy(pos, here, n * sizeof *pos);
    }
    *count = 0;
    for (unsigned i = 0; found != NULL && i < n; i++)
        *count = pos[i] + 1 > *count ? pos[i] + 1 : *count;
    return found;
}

bool builtin_place(const struct builtin *b, const char *const *names, unsigned n, unsigned *pos, unsigned *count)
{
    return place(b, names, n, pos, count) != NULL;
}

/* The letters of the signature whose parameters begin at P. */
static const char *types_of(const struct builtin *b, const char *p)
{
    const char *types = b->types;

    for (const char *q = b->params; q < p; q++)
        if (*q == '|')
            types = strchr(types, '|') + 1;
    return types;
}

void builtin_order(struct arena *mem, struct node *n)
{
    unsigned pos[BUILTIN_ARGS], count = 0;

    if (n->names == NULL)
        return;
    const char *p = n->n <= BUILTIN_ARGS ? place(n->builtin, n->names, n->n, pos, &count) : NULL;
    if (p == NULL) {
        n->kind = N_FAULT;
        n->n = 0;
        n->name = "the function has no parameters of these names";
        return;
    }
    struct node **kid = ARENA_NEW_N(mem, struct node *, count);
    for (unsigned i = 0; i < n->n; i++)
        kid[pos[i]] = n->kid[i];
    for (unsigned i = 0; i < count; i++)
        if (kid[i] == NULL) {
            kid[i] = ARENA_NEW(mem, struct node);
            *kid[i] = (struct node){.kind = N_LITERAL, .at = n->at, .source = n->source, .value = val_null()};
        }
    n->kid = kid;
    n->n = count;
    n->names = NULL;
    n->name = types_of(n->builtin, p);
}

static bool fits_letter(char letter, const struct val *v)
{
    switch (letter) {
    case 'n':
        return val_numeric(*v);
    case 's':
        return v->tag == VAL_STRING;
    case 'b':
        return v->tag == VAL_BOOL;
    case 'c':
        return v->tag == VAL_CONTEXT;
    case 'd':
        return v->tag == VAL_DATE || v->tag == VAL_DATE_TIME;
    case 't':
        return v->tag == VAL_TIME;
    case 'f':
        return v->tag == VAL_FUNCTION;
    case 'p':
        return val_numeric(*v) || v->tag == VAL_STRING || val_temporal(*v);
    case 'i':
        return v->tag == VAL_RANGE;
    case 'l':
        return v->tag == VAL_LIST;
    default:
        return true;
    }
}

/* Makes *V what LETTER asks for; false if it cannot. */
static bool convert(struct frame *f, char letter, struct val *v)
{
    bool nullable = letter >= 'A' && letter <= 'Z';
    char lower = nullable ? (char)(letter - 'A' + 'a') : letter;

    if (lower == 'a' || (nullable && v->tag == VAL_NULL) || fits_letter(lower, v))
        return true;
    if (lower == 'l' && v->tag != VAL_NULL) {
        *v = eval_list_of(f->s, v, 1);
        return v->tag == VAL_LIST;
    }
    if (v->tag == VAL_LIST && v->n == 1 && fits_letter(lower, &v->u.list[0])) {
        *v = v->u.list[0];
        return true;
    }
    return false;
}

/* Does the signature TYPES take these arguments? They are converted only if it does. */
static bool signature(struct frame *f, const char *types, bool many, unsigned least, struct val *arg, unsigned n)
{
    unsigned have = (unsigned)strcspn(types, "|");

    if (n < least || (n > have && !many) || have == 0)
        return n == 0 && have == 0;
    struct val kept[BUILTIN_ARGS];
    unsigned checked = n < BUILTIN_ARGS ? n : BUILTIN_ARGS;
    memcpy(kept, arg, checked * sizeof *kept);
    for (unsigned i = 0; i < n; i++)
        if (!convert(f, types[i < have ? i : have - 1], &arg[i])) {
            memcpy(arg, kept, checked * sizeof *kept);
            return false;
        }
    return true;
}

/* Arguments that the signature TYPES, a further one, must have. */
static unsigned least_of(const char *types)
{
    unsigned least = (unsigned)strcspn(types, "|");

    while (least > 1 && types[least - 1] >= 'A' && types[least - 1] <= 'Z')
        least--;
    return least;
}

bool builtin_takes(const struct builtin *b, unsigned n)
{
    bool many = strstr(b->params, "...") != NULL;
    unsigned least = b->least;

    for (const char *types = b->types;; least = least_of(types)) {
        if (n >= least && (many || n <= strcspn(types, "|")))
            return true;
        if ((types = strchr(types, '|')) == NULL)
            return false;
        types++;
    }
}

static unsigned first_least(const struct builtin *b, const char *types)
{
    return types == b->types ? b->least : least_of(types);
}

struct val builtin_call(const struct builtin *b, struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    bool many = strstr(b->params, "...") != NULL;

    if (n > BUILTIN_ARGS && !eval_charge(f->s, n))
        return val_null();
    for (const char *types = b->types; types != NULL;) {
        if (signature(f, types, many, first_least(b, types), arg, n))
            return b->run(f, at, arg, n);
        types = strchr(types, '|');
        if (types != NULL)
            types++;
    }
    return eval_note(f, at, "the function does not take these arguments");
}

struct val builtin_direct(const struct node *n, struct frame *f, struct val *arg)
{
    const struct builtin *b = n->builtin;

    if (n->name == NULL)
        return builtin_call(b, f, n, arg, n->n);
    if (!signature(f, n->name, false, first_least(b, n->name), arg, n->n))
        return eval_note(f, n, "the function does not take these arguments");
    return b->run(f, n, arg, n->n);
}

/* engine/model/shape.c - holds a BPMN file against the structure that the standard's schemas prescribe.
 *
 * For     an author whose tool has written something that BPMN does not have: which element, which attribute, what to do.
 * Owns    the walk, the sequence of parts, the ids of the whole file.
 * Never   reads a schema file; follows references; asks what an element does.
 * Holds   a file without slips is valid by the schemas, and the other way round (tests/unit/model/test_shape.c asks libxml2); each
 * element is looked at once, so the work grows with the file.
 *
 * The content of a type is a row of parts, each for some elements. The schemas are deterministic: an element fits one part only.
 * So the walk keeps a cursor: a child fits a part at or behind it (the cursor moves there), or one before it (the order is wrong),
 * or none. What is still missing is told at the end. Branches are the two places where the schemas offer a choice: the first child
 * of a branch decides. */
#include "model/shape.h"

#include <string.h>

#include "model/shape_int.h"

enum { SHOWN = 60, LIMIT_SHAPE_PARTS = 64 };

struct look {
    struct arena *mem;
    const struct shape_table *table;
    struct map ids;   /* -> the element that has it */
    struct map steer; /* attributes that steer what runs -> their row; empty until one is looked for */
    struct shape_slip *first, **last;
    int strict, mild; /* slips so far */
};

static bool is_model(const struct xml_node *x)
{
    return strcmp(x->ns, BPMN_NS) == 0;
}

static bool is_drawing(const struct xml_node *x)
{
    return strcmp(x->ns, BPMN_DI_NS) == 0 || strcmp(x->ns, DI_NS) == 0 || strcmp(x->ns, DC_NS) == 0;
}

static void slip(struct look *k, struct shape_slip one, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Adds ONE; in the diagram part each is mild. */
static void slip(struct look *k, struct shape_slip one, const char *fmt, ...)
{
    va_list ap;

    one.drawing = is_drawing(one.at);
    one.mild = one.mild || one.drawing;
    if (++*(one.mild ? &k->mild : &k->strict) > LIMIT_SHAPE_SLIPS)
        return;
    va_start(ap, fmt);
    one.message = arena_vprintf(k->mem, fmt, ap);
    va_end(ap);
    *k->last = arena_memdup(k->mem, &one, sizeof one);
    k->last = &(*k->last)->next;
}

/* Does a slip in what ROW is about, in a TYPE, change nothing that runs? */
static bool is_mild(const struct shape_type *type, const struct shape_row *row)
{
    return ((type->how | row->how) & (SHAPE_DRAWN | SHAPE_MILD)) != 0;
}

static const char *shown(struct look *k, const char *text)
{
    return text_cut(k->mem, text, SHOWN);
}

/* ---- attributes ---- */

static void note_id(struct look *k, const struct xml_node *x, const char *text)
{
    struct span s = shape_trim(text);
    const struct xml_node *other = map_get_n(&k->ids, s.p, s.n);

    if (other == NULL) {
        map_set(&k->ids, arena_strndup(k->mem, s.p, s.n), arena_memdup(k->mem, x, sizeof *x));
        return;
    }
    bool told = is_model(x) && is_model(other); /* id-duplicate */
    slip(k, (struct shape_slip){.kind = SLIP_ID, .at = x, .told = told, .mild = !told},
         "The id \"%s\" stands at line %d already. Give this <%s> an id of its own.", shown(k, text), other->line, x->name);
}

/* An id that only begins with a digit or dot is as good as any other here; what else is wrong with it rule id-form tells. */
static bool only_begins_wrong(const char *text)
{
    struct span s = shape_trim(text);

    for (size_t i = 0; i < s.n; i++) {
        if (strchr(" \t\r\n:", s.p[i]) != NULL)
            return false;
    }
    return s.n > 0;
}

/* An empty reference is none, and one whose prefix nobody has declared leads by its other half to the same place here. */
static bool leads_all_the_same(enum shape_value v, const char *text)
{
    struct span s = shape_trim(text);
    const char *colon = memchr(s.p, ':', s.n);
    size_t prefix = colon != NULL ? (size_t)(colon - s.p) : 0;

    if (v != SHAPE_V_QNAME)
        return false;
    return s.n == 0 || (colon != NULL && shape_ncname(s.p, prefix) && shape_ncname(colon + 1, s.n - prefix - 1));
}

static void attribute_value(struct look *k, const struct xml_node *x, const struct shape_type *t, const struct shape_row *row,
                            const char *text)
{
    enum shape_value v = (enum shape_value)row->what;
    const char *wanted = shape_value_wrong(x, v, text);
    struct shape_slip one = {
        .kind = SLIP_VALUE, .at = x, .mild = is_mild(t, row) || v == SHAPE_V_ID, .told = (row->how & SHAPE_TOLD) != 0};

    one.mild = one.mild || leads_all_the_same(v, text);
    if (v == SHAPE_V_ID)
        one.told = !only_begins_wrong(text);
    if (wanted != NULL)
        slip(k, one, "%s=\"%s\" of <%s> is not %s. Correct it, or remove the attribute.", row->name, shown(k, text), x->name,
             wanted);
    if (v == SHAPE_V_ID && shape_trim(text).n > 0)
        note_id(k, x, text);
}

static const struct shape_row *attribute_row(const struct shape_type *t, const char *name)
{
    for (size_t i = 0; i < t->n_attr; i++) {
        if (strcmp(t->attr[i]->name, name) == 0)
            return t->attr[i];
    }
    return NULL;
}

/* Is it an attribute of a type made from T? Then it is understood, though xsi:type does not say so. */
static bool has_heir(const struct look *k, const struct shape_type *t, const char *name)
{
    for (int i = SHAPE_T_nothing + 1; i < SHAPE_TYPES; i++) {
        if (shape_derives(k->table, i, (int)(t - k->table->type)) && attribute_row(&k->table->type[i], name) != NULL)
            return true;
    }
    return false;
}

static const char *in_small(struct look *k, const char *name)
{
    char *small = arena_strdup(k->mem, name);

    for (char *p = small; *p != '\0'; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    return small;
}

static void gather_steering(struct look *k)
{
    for (int i = SHAPE_T_nothing + 1; i < SHAPE_TYPES; i++) {
        const struct shape_type *t = &k->table->type[i];

        for (size_t a = 0; a < t->n_attr; a++) {
            const struct shape_row *row = t->attr[a];

            if (!is_mild(t, row) && row->what != SHAPE_V_STRING && row->what != SHAPE_V_ID)
                map_set(&k->steer, in_small(k, row->name), arena_memdup(k->mem, row, sizeof *row));
        }
    }
}

/* An attribute that BPMN has elsewhere and that steers what runs there was meant to steer here as well; "false" steers nothing. */
static bool steers(struct look *k, const struct xml_attr *a)
{
    enum { LONGEST = 40 }; /* names of BPMN are shorter */

    if (k->steer.used == 0)
        gather_steering(k);
    if (strnlen(a->name, LONGEST) == LONGEST)
        return false;
    const struct shape_row *row = map_get(&k->steer, in_small(k, a->name));
    return row != NULL && (row->what != SHAPE_V_BOOLEAN || (strcmp(a->value, "false") != 0 && strcmp(a->value, "0") != 0));
}

/* T is NULL where everything is mild. */
static void attribute_unknown(struct look *k, const struct xml_node *x, const struct xml_attr *a, const struct shape_type *t)
{
    bool strict = t != NULL && *a->ns == '\0' && steers(k, a) && !has_heir(k, t, a->name);

    slip(k, (struct shape_slip){.kind = SLIP_ATTRIBUTE_UNKNOWN, .at = x, .mild = !strict},
         "<%s> has no attribute \"%s\". Remove it, or correct its name.", x->name, shown(k, a->name));
}

/* What any element may carry for a validator. xsi:nil is not of these: nothing in BPMN may be nil. */
static bool for_validator(const struct xml_attr *a)
{
    return strcmp(a->ns, XSI_NS) == 0 && (strcmp(a->name, "type") == 0 || strcmp(a->name, "schemaLocation") == 0 ||
                                          strcmp(a->name, "noNamespaceSchemaLocation") == 0);
}

static bool of_vendor(const struct xml_attr *a, const struct shape_type *t)
{
    return *a->ns != '\0' && t->open != NULL && strcmp(a->ns, t->open) != 0 &&
           (strcmp(a->ns, XSI_NS) != 0 || strcmp(a->name, "nil") != 0);
}

static void attributes(struct look *k, const struct xml_node *x, const struct shape_type *t)
{
    bool drawn = (t->how & SHAPE_DRAWN) != 0;

    for (const struct xml_attr *a = x->attr; a != NULL; a = a->next) {
        const struct shape_row *row = *a->ns == '\0' ? attribute_row(t, a->name) : NULL;

        if (row != NULL)
            attribute_value(k, x, t, row, a->value);
        else if (!for_validator(a) && !of_vendor(a, t))
            attribute_unknown(k, x, a, drawn ? NULL : t);
    }
    for (size_t i = 0; i < t->n_attr; i++) {
        const struct shape_row *row = t->attr[i];

        if ((row->how & SHAPE_REQUIRED) == 0 || xml_attr(x, "", row->name) != NULL)
            continue;
        slip(k,
             (struct shape_slip){
                 .kind = SLIP_ATTRIBUTE_MISSING, .at = x, .mild = is_mild(t, row), .told = (row->how & SHAPE_TOLD) != 0},
             "<%s> needs the attribute \"%s\". Add it.", x->name, row->name);
    }
}

/* ---- the type of an element ---- */

struct full_name {
    const char *ns, *name;
};

/* What the text prefix:name means at X; namespace "" for a prefix that nobody has declared. */
static struct full_name resolved(struct look *k, const struct xml_node *x, const char *text)
{
    struct span s = shape_trim(text);
    const char *colon = memchr(s.p, ':', s.n), *local = colon != NULL ? colon + 1 : s.p;
    const char *ns = xml_namespace(x, (struct span){.p = s.p, .n = colon != NULL ? (size_t)(colon - s.p) : 0});

    return (struct full_name){.ns = ns != NULL ? ns : "", .name = arena_strndup(k->mem, local, (size_t)(s.p + s.n - local))};
}

/* What X is by its xsi:type, if that is right; else DECLARED. */
static int settled_type(struct look *k, const struct xml_node *x, int declared)
{
    const struct shape_type *t = &k->table->type[declared];
    const char *said = xml_attr(x, XSI_NS, "type");

    if (said != NULL) {
        struct full_name full = resolved(k, x, said);
        int type = shape_type_named(k->table, full.ns, full.name);

        if (shape_derives(k->table, type, declared) && (k->table->type[type].how & SHAPE_ABSTRACT) == 0)
            return type;
        type = shape_type_named(k->table, t->ns, full.name); /* right but for its prefix? */
        bool derives = shape_derives(k->table, type, declared);
        slip(k, (struct shape_slip){.kind = SLIP_TYPE, .at = x, .mild = derives || (t->how & SHAPE_DRAWN) != 0},
             "xsi:type=\"%s\" is no type that <%s> may have. Remove it, or correct it.", shown(k, said), x->name);
        if (derives)
            return type;
    } else if ((t->how & SHAPE_ABSTRACT) != 0) {
        slip(k, (struct shape_slip){.kind = SLIP_TYPE, .at = x, .mild = (t->how & SHAPE_DRAWN) != 0},
             "<%s> only stands for others. Write the element that is meant.", x->name);
    }
    return declared;
}

/* ---- children ---- */

struct place {
    const struct shape_type *type;
    const struct xml_node *x;
    size_t cursor;
    const struct xml_node *last; /* that moved the cursor */
    bool disordered;             /* told already: once for each element is enough */
    unsigned branch;
    int found[LIMIT_SHAPE_PARTS]; /* by part */
    int vendors;
};

static void look_at(struct look *k, const struct xml_node *x, int type);
static void look_inside(struct look *k, const struct xml_node *x);

/* The part that C, ELEMENT by its name, fits: at the cursor or behind it, else before it; n_part if none. */
static size_t part_of(const struct look *k, const struct place *p, const struct xml_node *c, int element)
{
    size_t n = p->type->n_part;

    for (size_t i = 0; i < n; i++) {
        size_t at = (p->cursor + i) % n;
        const struct shape_row *row = p->type->part[at];

        if (row->kind == ROW_REF ? shape_stands_for(k->table, element, row->what)
                                 : strcmp(row->name, c->name) == 0 && strcmp(p->type->part_ns[at], c->ns) == 0)
            return at;
    }
    return n;
}

/* An element that holds a plain value. */
static void plain(struct look *k, const struct xml_node *x, const struct shape_type *t, const struct shape_row *row)
{
    enum shape_value v = (enum shape_value)row->what;
    const char *wanted = shape_value_wrong(x, v, x->text);
    bool mild = is_mild(t, row);

    for (const struct xml_attr *a = x->attr; a != NULL; a = a->next) {
        if (!for_validator(a))
            attribute_unknown(k, x, a, NULL);
        else if (strcmp(a->name, "type") == 0 && strcmp(resolved(k, x, a->value).ns, XSD_NS) != 0)
            slip(k, (struct shape_slip){.kind = SLIP_TYPE, .at = x, .mild = true},
                 "<%s> holds a plain value and has no other type. Remove xsi:type.", x->name);
    }
    if (x->first != NULL)
        slip(k, (struct shape_slip){.kind = SLIP_CHILD_UNKNOWN, .at = x->first, .mild = mild},
             "<%s> holds a plain value. Remove <%s> from it.", x->name, shown(k, x->first->name));
    else if (wanted != NULL)
        slip(k, (struct shape_slip){.kind = SLIP_VALUE, .at = x, .mild = mild || leads_all_the_same(v, x->text)},
             "\"%s\" in <%s> is not %s. Correct it.", shown(k, x->text), x->name, wanted);
}

/* A child that fits no part. */
static void stranger(struct look *k, struct place *p, const struct xml_node *c, int element)
{
    const struct shape_row *any = p->type->any;
    bool ours = is_model(c), extension = any != NULL && any->what == SHAPE_OTHER;
    bool harmless = element != SHAPE_E_nothing && (k->table->element[element].row->how & SHAPE_HARMLESS) != 0;
    bool welcome = any != NULL && p->vendors < any->max;

    if (extension)
        welcome = !ours && *c->ns != '\0';
    else if (any != NULL && any->what == SHAPE_KNOWN)
        welcome = element != SHAPE_E_nothing && strcmp(c->ns, p->type->ns) != 0;
    if (ours && !welcome) {
        slip(k,
             (struct shape_slip){
                 .kind = SLIP_CHILD_UNKNOWN, .at = c, .mild = harmless || extension || (p->type->how & SHAPE_DRAWN) != 0},
             "<%s> may not stand in <%s>. Move or remove it, or correct its name.", shown(k, c->name), p->x->name);
        return;
    }
    if (!welcome && is_drawing(c))
        slip(k, (struct shape_slip){.kind = SLIP_CHILD_UNKNOWN, .at = c}, "<%s> may not stand in <%s>. Move or remove it.",
             shown(k, c->name), p->x->name);
    else if (!welcome)
        slip(k, (struct shape_slip){.kind = SLIP_FOREIGN, .at = c, .mild = true},
             "<%s> is no element of BPMN. It is kept, and has no effect; it belongs into <extensionElements>.",
             shown(k, c->name));
    p->vendors++;
    look_inside(k, c);
}

static void too_many(struct look *k, const struct place *p, const struct shape_row *row, const struct xml_node *c)
{
    struct shape_slip one = {.kind = SLIP_CHILD_MANY, .at = c, .mild = is_mild(p->type, row)};

    if (p->branch != 0 && (row->how & SHAPE_BRANCHES & ~p->branch) != 0) {
        one.told = (row->how & SHAPE_TOLD) != 0;
        slip(k, one, "<%s> may not stand beside what stands in this <%s> already. Keep one of them.", c->name, p->x->name);
    } else {
        slip(k, one, "<%s> may stand in <%s> at most %d times. Remove what is too much.", c->name, p->x->name, row->max);
    }
}

static void child(struct look *k, struct place *p, const struct xml_node *c)
{
    int element = shape_element(k->table, c);
    size_t at = part_of(k, p, c, element);

    if (at == p->type->n_part) {
        stranger(k, p, c, element);
        return;
    }
    const struct shape_row *row = p->type->part[at];
    unsigned branch = row->how & SHAPE_BRANCHES;
    if ((branch != 0 && p->branch != 0 && branch != p->branch) || p->found[at] >= row->max) {
        too_many(k, p, row, c);
    } else if (at < p->cursor) {
        if (!p->disordered)
            slip(k, (struct shape_slip){.kind = SLIP_CHILD_ORDER, .at = c, .mild = true},
                 "<%s> stands behind <%s>; in <%s> it comes before it. Move it up.", c->name, p->last->name, p->x->name);
        p->disordered = true;
    } else {
        p->cursor = at;
        p->last = c;
    }
    p->found[at]++;
    p->branch = p->branch != 0 ? p->branch : branch;
    if (row->kind == ROW_TEXT)
        plain(k, c, p->type, row);
    else
        look_at(k, c, row->kind == ROW_PART ? row->what : k->table->element[element].row->what);
}

static void missing(struct look *k, const struct place *p)
{
    for (size_t i = 0; i < p->type->n_part; i++) {
        const struct shape_row *row = p->type->part[i];
        unsigned branch = row->how & SHAPE_BRANCHES;
        struct shape_slip one = {
            .kind = SLIP_CHILD_MISSING, .at = p->x, .mild = is_mild(p->type, row), .told = (row->how & SHAPE_TOLD) != 0};

        if (p->found[i] >= row->min || (branch != 0 && branch != p->branch))
            continue;
        if (row->min == 1)
            slip(k, one, "<%s> needs a <%s>. Add it.", p->x->name, row->name);
        else
            slip(k, one, "<%s> needs at least %d <%s>. Add them.", p->x->name, row->min, row->name);
    }
}

static void look_at(struct look *k, const struct xml_node *x, int type)
{
    struct place p = {.type = &k->table->type[settled_type(k, x, type)], .x = x};
    bool empty = p.type->n_part == 0 && p.type->any == NULL; /* then not even blanks may stand in it */

    attributes(k, x, p.type);
    if ((p.type->how & SHAPE_MIXED) == 0 && (empty ? *x->text != '\0' : shape_trim(x->text).n > 0))
        slip(k, (struct shape_slip){.kind = SLIP_TEXT, .at = x, .mild = (p.type->how & SHAPE_DRAWN) != 0},
             "\"%s\" stands between the elements of <%s>, where no text may be. Remove it.",
             shown(k, text_clean(k->mem, x->text, false)), x->name);
    for (const struct xml_node *c = x->first; c != NULL; c = c->next)
        child(k, &p, c);
    missing(k, &p);
}

/* The first prefix at or below X that nobody has declared: once for a file is enough. */
static bool stray_prefix(struct look *k, const struct xml_node *x)
{
    size_t n = strlen(x->ns);
    const char *stray = n > 0 && x->ns[n - 1] == ':' ? x->ns : NULL;

    for (const struct xml_attr *a = x->attr; a != NULL && stray == NULL; a = a->next) {
        n = strlen(a->ns);
        stray = n > 0 && a->ns[n - 1] == ':' ? a->ns : NULL;
    }
    if (stray != NULL) {
        const char *prefix = shown(k, arena_strndup(k->mem, stray, strlen(stray) - 1));

        slip(k, (struct shape_slip){.kind = SLIP_PREFIX, .at = x, .mild = true},
             "Nobody says what the prefix \"%s\" stands for. Declare it, with xmlns:%s.", prefix, prefix);
        return true;
    }
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        if (stray_prefix(k, c))
            return true;
    }
    return false;
}

/* What the schemas know inside of vendors' elements is held against them, the rest is left alone. */
static void look_inside(struct look *k, const struct xml_node *x)
{
    int element = shape_element(k->table, x);

    if (element != SHAPE_E_nothing) {
        look_at(k, x, k->table->element[element].row->what);
        return;
    }
    for (const struct xml_node *c = x->first; c != NULL; c = c->next)
        look_inside(k, c);
}

struct shape_slip *shape_check(struct arena *mem, const struct xml_node *root)
{
    struct look k = {.mem = mem, .table = shape_table(mem), .ids = map_new(mem), .steer = map_new(mem)};

    k.last = &k.first;
    stray_prefix(&k, root);
    look_inside(&k, root);
    return k.first;
}

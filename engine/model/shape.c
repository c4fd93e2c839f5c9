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
#include <strings.h>

#include "model/shape_int.h"

enum { SHOWN = 60, LIMIT_SHAPE_PARTS = 64 };

struct look {
    struct arena *mem;
    const struct shape_table *table;
    struct map ids; /* -> the element that has it */
    struct shape_slip *first, **last;
    int n;
};

static bool is_model(const struct xml_node *x)
{
    return strcmp(x->ns, BPMN_NS) == 0;
}

static bool is_drawing(const struct xml_node *x)
{
    return strcmp(x->ns, BPMN_DI_NS) == 0 || strcmp(x->ns, DI_NS) == 0 || strcmp(x->ns, DC_NS) == 0;
}

static struct shape_slip *slip(struct look *k, enum shape_kind kind, const struct xml_node *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* A slip at AT; the answer may be marked as mild or told. */
static struct shape_slip *slip(struct look *k, enum shape_kind kind, const struct xml_node *at, const char *fmt, ...)
{
    struct shape_slip *s = ARENA_NEW(k->mem, struct shape_slip);
    va_list ap;

    s->kind = kind;
    s->at = at;
    s->drawing = is_drawing(at);
    s->mild = s->drawing;
    if (k->n++ >= LIMIT_SHAPE_SLIPS)
        return s;
    va_start(ap, fmt);
    s->message = arena_vprintf(k->mem, fmt, ap);
    va_end(ap);
    *k->last = s;
    k->last = &s->next;
    return s;
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
    struct shape_slip *one = slip(k, SLIP_ID, x, "The id \"%s\" stands at line %d already. Give this <%s> an id of its own.",
                                  shown(k, text), other->line, x->name);
    one->told = is_model(x) && is_model(other); /* id-duplicate */
    one->mild = !one->told;
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

static void attribute_value(struct look *k, const struct xml_node *x, const struct shape_row *row, const char *text, bool drawn)
{
    enum shape_value v = (enum shape_value)row->what;
    const char *wanted = shape_value_wrong(x, v, text);

    if (wanted != NULL) {
        struct shape_slip *one = slip(k, SLIP_VALUE, x, "%s=\"%s\" of <%s> is not %s. Correct it, or remove the attribute.",
                                      row->name, shown(k, text), x->name, wanted);
        one->mild = one->mild || drawn || (row->how & SHAPE_MILD) != 0 || (v == SHAPE_V_QNAME && shape_trim(text).n == 0);
        one->told = (row->how & SHAPE_TOLD) != 0;
        if (v == SHAPE_V_ID) {
            one->mild = true;
            one->told = !only_begins_wrong(text);
        }
    }
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

/* An attribute that BPMN has elsewhere and that steers what runs there was meant to steer here as well. */
static bool steers(const struct look *k, const char *name, const char *value)
{
    for (int i = SHAPE_T_nothing + 1; i < SHAPE_TYPES; i++) {
        const struct shape_type *t = &k->table->type[i];

        for (size_t a = 0; a < t->n_attr && (t->how & SHAPE_DRAWN) == 0; a++) {
            const struct shape_row *row = t->attr[a];

            if ((row->how & SHAPE_MILD) == 0 && row->what != SHAPE_V_STRING && row->what != SHAPE_V_ID &&
                strcasecmp(row->name, name) == 0)
                return row->what != SHAPE_V_BOOLEAN || (strcmp(value, "false") != 0 && strcmp(value, "0") != 0);
        }
    }
    return false;
}

/* T is NULL where everything is mild. */
static void attribute_unknown(struct look *k, const struct xml_node *x, const struct xml_attr *a, const struct shape_type *t)
{
    struct shape_slip *one = slip(k, SLIP_ATTRIBUTE_UNKNOWN, x, "<%s> has no attribute \"%s\". Remove it, or correct its name.",
                                  x->name, shown(k, a->name));

    one->mild = one->mild || t == NULL || *a->ns != '\0' || has_heir(k, t, a->name) || !steers(k, a->name, a->value);
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
            attribute_value(k, x, row, a->value, drawn);
        else if (!for_validator(a) && !of_vendor(a, t))
            attribute_unknown(k, x, a, drawn ? NULL : t);
    }
    for (size_t i = 0; i < t->n_attr; i++) {
        const struct shape_row *row = t->attr[i];

        if ((row->how & SHAPE_REQUIRED) == 0 || xml_attr(x, "", row->name) != NULL)
            continue;
        struct shape_slip *one =
            slip(k, SLIP_ATTRIBUTE_MISSING, x, "<%s> needs the attribute \"%s\". Add it.", x->name, row->name);
        one->mild = one->mild || drawn || (row->how & SHAPE_MILD) != 0;
        one->told = (row->how & SHAPE_TOLD) != 0;
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
        struct shape_slip *one =
            slip(k, SLIP_TYPE, x, "xsi:type=\"%s\" is no type that <%s> may have. Remove it, or correct it.", shown(k, said),
                 x->name);
        type = shape_type_named(k->table, t->ns, full.name); /* right but for its prefix */
        one->mild = one->mild || (t->how & SHAPE_DRAWN) != 0 || shape_derives(k->table, type, declared);
        if (shape_derives(k->table, type, declared))
            return type;
    } else if ((t->how & SHAPE_ABSTRACT) != 0) {
        struct shape_slip *one =
            slip(k, SLIP_TYPE, x, "<%s> only stands for others. Write the element that is meant.", x->name);
        one->mild = one->mild || (t->how & SHAPE_DRAWN) != 0;
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

static bool fits(const struct look *k, const struct place *p, size_t part, const struct xml_node *c)
{
    const struct shape_row *row = p->type->part[part];

    if (row->kind == ROW_REF)
        return shape_stands_for(k->table, shape_element(k->table, c), row->what);
    return strcmp(row->name, c->name) == 0 && strcmp(p->type->part_ns[part], c->ns) == 0;
}

/* The part that C fits: at the cursor or behind it, else before it; n_part if none. */
static size_t part_of(const struct look *k, const struct place *p, const struct xml_node *c)
{
    size_t n = p->type->n_part;

    for (size_t i = 0; i < n; i++) {
        size_t at = (p->cursor + i) % n;

        if (fits(k, p, at, c))
            return at;
    }
    return n;
}

/* An element that holds a plain value. */
static void plain(struct look *k, const struct xml_node *x, const struct shape_row *row, bool drawn)
{
    enum shape_value v = (enum shape_value)row->what;
    const char *wanted = shape_value_wrong(x, v, x->text);

    drawn = drawn || (row->how & SHAPE_MILD) != 0;
    for (const struct xml_attr *a = x->attr; a != NULL; a = a->next) {
        if (!for_validator(a))
            attribute_unknown(k, x, a, NULL);
        else if (strcmp(a->name, "type") == 0 && strcmp(resolved(k, x, a->value).ns, XSD_NS) != 0)
            slip(k, SLIP_TYPE, x, "<%s> holds a plain value and has no other type. Remove xsi:type.", x->name)->mild = true;
    }
    if (x->first != NULL) {
        struct shape_slip *one = slip(k, SLIP_CHILD_UNKNOWN, x->first, "<%s> holds a plain value. Remove <%s> from it.",
                                      x->name, shown(k, x->first->name));
        one->mild = one->mild || drawn;
    } else if (wanted != NULL) {
        struct shape_slip *one =
            slip(k, SLIP_VALUE, x, "\"%s\" in <%s> is not %s. Correct it.", shown(k, x->text), x->name, wanted);
        one->mild = one->mild || drawn || (v == SHAPE_V_QNAME && shape_trim(x->text).n == 0);
    }
}

/* A child that fits no part. */
static void stranger(struct look *k, struct place *p, const struct xml_node *c)
{
    const struct shape_row *any = p->type->any;
    bool ours = is_model(c), drawn = (p->type->how & SHAPE_DRAWN) != 0;
    int element = shape_element(k->table, c);
    bool welcome = any != NULL && p->vendors < any->max;

    if (any != NULL && any->what == SHAPE_OTHER)
        welcome = !ours && *c->ns != '\0';
    else if (any != NULL && any->what == SHAPE_KNOWN)
        welcome = element != SHAPE_E_nothing && strcmp(c->ns, p->type->ns) != 0;
    if (welcome) {
        p->vendors++;
        look_inside(k, c);
        return;
    }
    if (ours || is_drawing(c)) {
        struct shape_slip *one =
            slip(k, SLIP_CHILD_UNKNOWN, c, "<%s> may not stand in <%s>. Move or remove it, or correct its name.",
                 shown(k, c->name), p->x->name);
        one->mild = one->mild || drawn ||
                    (element != SHAPE_E_nothing && (k->table->element[element].row->how & SHAPE_HARMLESS) != 0) ||
                    (any != NULL && any->what == SHAPE_OTHER);
    } else {
        slip(k, SLIP_FOREIGN, c,
             "<%s> is no element of BPMN. It is kept, and has no effect; it belongs into <extensionElements>.",
             shown(k, c->name))
            ->mild = true;
        look_inside(k, c);
    }
}

static void too_many(struct look *k, const struct place *p, const struct shape_row *row, const struct xml_node *c,
                     bool excluded)
{
    struct shape_slip *one =
        excluded ? slip(k, SLIP_CHILD_MANY, c, "<%s> may not stand beside what stands in this <%s> already. Keep one of them.",
                        c->name, p->x->name)
                 : slip(k, SLIP_CHILD_MANY, c, "<%s> may stand in <%s> at most %d times. Remove what is too much.", c->name,
                        p->x->name, row->max);

    one->mild = one->mild || ((p->type->how | row->how) & (SHAPE_DRAWN | SHAPE_MILD)) != 0;
    one->told = excluded && (row->how & SHAPE_TOLD) != 0;
}

static void child(struct look *k, struct place *p, const struct xml_node *c)
{
    size_t at = part_of(k, p, c);
    bool drawn = (p->type->how & SHAPE_DRAWN) != 0;

    if (at == p->type->n_part) {
        stranger(k, p, c);
        return;
    }
    const struct shape_row *row = p->type->part[at];
    unsigned branch = row->how & SHAPE_BRANCHES;
    if (branch != 0 && p->branch != 0 && branch != p->branch) {
        too_many(k, p, row, c, true);
    } else if (p->found[at] >= row->max) {
        too_many(k, p, row, c, false);
    } else if (at < p->cursor) {
        if (!p->disordered)
            slip(k, SLIP_CHILD_ORDER, c, "<%s> stands behind <%s>; in <%s> it comes before it. Move it up.", c->name,
                 p->last->name, p->x->name)
                ->mild = true;
        p->disordered = true;
    } else {
        p->cursor = at;
        p->last = c;
    }
    p->found[at]++;
    p->branch = p->branch != 0 ? p->branch : branch;
    if (row->kind == ROW_TEXT)
        plain(k, c, row, drawn);
    else
        look_at(k, c, row->kind == ROW_PART ? row->what : k->table->element[shape_element(k->table, c)].row->what);
}

static void missing(struct look *k, const struct place *p)
{
    for (size_t i = 0; i < p->type->n_part; i++) {
        const struct shape_row *row = p->type->part[i];
        unsigned branch = row->how & SHAPE_BRANCHES;

        if (p->found[i] >= row->min || (branch != 0 && branch != p->branch))
            continue;
        struct shape_slip *one =
            row->min == 1
                ? slip(k, SLIP_CHILD_MISSING, p->x, "<%s> needs a <%s>. Add it.", p->x->name, row->name)
                : slip(k, SLIP_CHILD_MISSING, p->x, "<%s> needs at least %d <%s>. Add them.", p->x->name, row->min, row->name);
        one->mild = one->mild || ((p->type->how | row->how) & (SHAPE_DRAWN | SHAPE_MILD)) != 0;
        one->told = (row->how & SHAPE_TOLD) != 0;
    }
}

static void look_at(struct look *k, const struct xml_node *x, int type)
{
    struct place p = {.type = &k->table->type[settled_type(k, x, type)], .x = x};

    bool empty = p.type->n_part == 0 && p.type->any == NULL; /* then not even blanks may stand in it */

    attributes(k, x, p.type);
    if ((p.type->how & SHAPE_MIXED) == 0 && (empty ? *x->text != '\0' : shape_trim(x->text).n > 0)) {
        struct shape_slip *one =
            slip(k, SLIP_TEXT, x, "\"%s\" stands between the elements of <%s>, where no text may be. Remove it.",
                 shown(k, text_clean(k->mem, x->text, false)), x->name);
        one->mild = one->mild || (p.type->how & SHAPE_DRAWN) != 0;
    }
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

        slip(k, SLIP_PREFIX, x, "Nobody says what the prefix \"%s\" stands for. Declare it, with xmlns:%s.", prefix, prefix)
            ->mild = true;
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
    struct look k = {.mem = mem, .table = shape_table(mem), .ids = map_new(mem)};

    k.last = &k.first;
    stray_prefix(&k, root);
    look_inside(&k, root);
    return k.first;
}

/* engine/model/shape_table.c - the table of shape.def, laid out for asking.
 *
 * For     "what may stand in a tUserTask": its own rows and those of all its bases, in one list.
 * Owns    the rows; the laying out.
 * Never   looks at a file.
 * Holds   a base stands above what is made from it, so that one pass is enough.
 *
 * It is laid out anew for each file (about 170 types and 1,500 rows, some 30 microseconds), since a table kept for longer would be
 * a static that changes. */
#include <string.h>

#include "model/shape_int.h"

static const struct shape_row rows[] = {
#define MANY SHAPE_MANY
#define ABSTRACT SHAPE_ABSTRACT
#define MIXED SHAPE_MIXED
#define DRAWN SHAPE_DRAWN
#define REQUIRED SHAPE_REQUIRED
#define MILD SHAPE_MILD
#define TOLD SHAPE_TOLD
#define HARMLESS SHAPE_HARMLESS
#define HEAD_ONLY SHAPE_HEAD_ONLY
#define BRANCH_1 SHAPE_BRANCH_1
#define BRANCH_2 SHAPE_BRANCH_2
#define BRANCH_3 SHAPE_BRANCH_3
#define WORDS(name, words) {ROW_WORDS, words, SHAPE_V_##name, 0, 0, 0, 0},
#define SPACE(ns) {ROW_SPACE, ns, 0, 0, 0, 0, 0},
#define TYPE(name, base, how) {ROW_TYPE, #name, SHAPE_T_##base, 0, 0, 0, how},
#define ATTR(name, value, how) {ROW_ATTR, #name, SHAPE_V_##value, 0, 1, 0, how},
#define PART(name, type, min, max, how) {ROW_PART, #name, SHAPE_T_##type, min, max, 0, how},
#define TEXT(name, value, min, max, how) {ROW_TEXT, #name, SHAPE_V_##value, min, max, 0, how},
#define REF(element, min, max, how) {ROW_REF, #element, SHAPE_E_##element, min, max, 0, how},
#define ANY(where, max) {ROW_ANY, "", SHAPE_##where, 0, max, 0, 0},
#define OPEN() {ROW_OPEN, "", 0, 0, 0, 0, 0},
#define ELEMENT(name, type, head, how) {ROW_ELEMENT, #name, SHAPE_T_##type, 0, 0, SHAPE_E_##head, how},
#include "model/shape.def"
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct shape_row **joined(struct arena *mem, const struct shape_row **base, size_t n, size_t more)
{
    const struct shape_row **all = ARENA_NEW_N(mem, const struct shape_row *, n + more);

    if (n > 0)
        memcpy(all, base, n * sizeof *all);
    return all;
}

/* The type whose rows follow row AT. */
static void lay_type(struct arena *mem, struct shape_table *t, struct shape_type *type, size_t at)
{
    size_t attrs = 0, parts = 0;

    for (size_t i = at; i < ROWS && rows[i].kind >= ROW_ATTR && rows[i].kind < ROW_ELEMENT; i++) {
        attrs += rows[i].kind == ROW_ATTR;
        parts += rows[i].kind == ROW_PART || rows[i].kind == ROW_TEXT || rows[i].kind == ROW_REF;
    }
    const struct shape_type *base = &t->type[type->base];
    type->how |= base->how & (SHAPE_MIXED | SHAPE_DRAWN);
    type->open = base->open;
    type->any = base->any;
    type->n_attr = base->n_attr;
    type->n_part = base->n_part;
    type->attr = joined(mem, base->attr, base->n_attr, attrs);
    type->part = joined(mem, base->part, base->n_part, parts);
    type->part_ns = ARENA_NEW_N(mem, const char *, base->n_part + parts);
    for (size_t i = 0; i < base->n_part; i++)
        type->part_ns[i] = base->part_ns[i];
    for (size_t i = at; i < ROWS && rows[i].kind >= ROW_ATTR && rows[i].kind < ROW_ELEMENT; i++) {
        if (rows[i].kind == ROW_ATTR)
            type->attr[type->n_attr++] = &rows[i];
        else if (rows[i].kind == ROW_ANY)
            type->any = &rows[i];
        else if (rows[i].kind == ROW_OPEN)
            type->open = type->ns;
        else {
            type->part_ns[type->n_part] = type->ns;
            type->part[type->n_part++] = &rows[i];
        }
    }
}

const struct shape_table *shape_table(struct arena *mem)
{
    struct shape_table *t = ARENA_NEW(mem, struct shape_table);
    const char *ns = "";
    int types = SHAPE_T_nothing, elements = SHAPE_E_nothing;

    t->by_name = map_new(mem);
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].kind == ROW_SPACE) {
            ns = rows[i].name;
        } else if (rows[i].kind == ROW_TYPE) {
            struct shape_type *type = &t->type[++types];
            *type = (struct shape_type){.name = rows[i].name, .ns = ns, .base = rows[i].what, .how = rows[i].how};
            lay_type(mem, t, type, i + 1);
        } else if (rows[i].kind == ROW_ELEMENT) {
            struct shape_element *e = &t->element[++elements];
            *e = (struct shape_element){.row = &rows[i], .ns = ns};
            map_set(&t->by_name, rows[i].name, e);
        }
    }
    return t;
}

int shape_element(const struct shape_table *t, const struct xml_node *x)
{
    const struct shape_element *e = map_get(&t->by_name, x->name);

    return e != NULL && strcmp(e->ns, x->ns) == 0 ? (int)(e - t->element) : SHAPE_E_nothing;
}

bool shape_stands_for(const struct shape_table *t, int element, int head)
{
    while (element != SHAPE_E_nothing && element != head)
        element = t->element[element].row->head;
    return element != SHAPE_E_nothing;
}

bool shape_derives(const struct shape_table *t, int type, int base)
{
    while (type != SHAPE_T_nothing && type != base)
        type = t->type[type].base;
    return type != SHAPE_T_nothing;
}

int shape_type_named(const struct shape_table *t, const char *ns, const char *name)
{
    for (int i = SHAPE_T_nothing + 1; i < SHAPE_TYPES; i++) {
        if (strcmp(t->type[i].name, name) == 0 && strcmp(t->type[i].ns, ns) == 0)
            return i;
    }
    return SHAPE_T_nothing;
}

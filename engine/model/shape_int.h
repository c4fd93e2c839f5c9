/* engine/model/shape_int.h - what the files of the structure check share: the table of shape.def, laid out for asking. */
#ifndef MODEL_SHAPE_INT_H
#define MODEL_SHAPE_INT_H

#include "base/map.h"
#include "model/bpmn.h"
#include "model/shape.h"

#define DI_NS "http://www.omg.org/spec/DD/20100524/DI"
#define DC_NS "http://www.omg.org/spec/DD/20100524/DC"
#define XSD_NS "http://www.w3.org/2001/XMLSchema"
#define XSI_NS "http://www.w3.org/2001/XMLSchema-instance"

/* Kinds of values; those of WORDS() are lists of words. */
enum shape_value {
    SHAPE_V_STRING,
    SHAPE_V_ID,
    SHAPE_V_IDREF,
    SHAPE_V_QNAME,
    SHAPE_V_BOOLEAN,
    SHAPE_V_INTEGER,
    SHAPE_V_INT,
    SHAPE_V_DOUBLE,
    SHAPE_V_URI,
    SHAPE_V_IMPLEMENTATION,
    SHAPE_V_METHOD,
#define WORDS(name, words) SHAPE_V_##name,
#define SPACE(ns)
#define TYPE(name, base, how)
#define ATTR(name, value, how)
#define PART(name, type, min, max, how)
#define TEXT(name, value, min, max, how)
#define REF(element, min, max, how)
#define ANY(where, max)
#define OPEN()
#define ELEMENT(name, type, head, how)
#include "model/shape.def"
#undef WORDS
    SHAPE_VALUES
};

enum shape_type_index {
    SHAPE_T_nothing,
#define WORDS(name, words)
#undef TYPE
#define TYPE(name, base, how) SHAPE_T_##name,
#include "model/shape.def"
#undef TYPE
    SHAPE_TYPES
};

enum shape_element_index {
    SHAPE_E_nothing,
#define TYPE(name, base, how)
#undef ELEMENT
#define ELEMENT(name, type, head, how) SHAPE_E_##name,
#include "model/shape.def"
#undef WORDS
#undef SPACE
#undef TYPE
#undef ATTR
#undef PART
#undef TEXT
#undef REF
#undef ANY
#undef OPEN
#undef ELEMENT
    SHAPE_ELEMENTS
};

/* The words of the columns "how". */
enum shape_how {
    SHAPE_ABSTRACT = 1 << 0,
    SHAPE_MIXED = 1 << 1,
    SHAPE_DRAWN = 1 << 2,
    SHAPE_REQUIRED = 1 << 3,
    SHAPE_MILD = 1 << 4,
    SHAPE_TOLD = 1 << 5,
    SHAPE_HARMLESS = 1 << 6,
    SHAPE_HEAD_ONLY = 1 << 7,
    SHAPE_BRANCH_1 = 1 << 8,
    SHAPE_BRANCH_2 = 1 << 9,
    SHAPE_BRANCH_3 = 1 << 10,
    SHAPE_BRANCHES = SHAPE_BRANCH_1 | SHAPE_BRANCH_2 | SHAPE_BRANCH_3
};

enum shape_where { SHAPE_OTHER, SHAPE_ALL, SHAPE_KNOWN };

enum { SHAPE_MANY = 1 << 30 };

enum shape_row_kind { ROW_WORDS, ROW_SPACE, ROW_TYPE, ROW_ATTR, ROW_PART, ROW_TEXT, ROW_REF, ROW_ANY, ROW_OPEN, ROW_ELEMENT };

/* One row of shape.def. WHAT is its base, value, type, element or where; HEAD is that of an element. */
struct shape_row {
    enum shape_row_kind kind;
    const char *name;
    int what, min, max, head;
    unsigned how;
};

/* A type with all that its bases give it, in the order of the schemas. */
struct shape_type {
    const char *name, *ns;
    int base;
    unsigned how; /* MIXED and DRAWN come from the base as well */
    const struct shape_row **attr, **part;
    const char **part_ns; /* of the element in the same place of PART */
    size_t n_attr, n_part;
    const struct shape_row *any; /* NULL: no vendors' elements */
    const char *open;            /* attributes of vendors: of all namespaces but this one; NULL = of none */
};

struct shape_element {
    const struct shape_row *row;
    const char *ns;
};

struct shape_table {
    struct shape_type type[SHAPE_TYPES];
    struct shape_element element[SHAPE_ELEMENTS];
    struct map by_name; /* of elements; no name stands in two namespaces */
};

/* The table of shape.def in MEM. */
const struct shape_table *shape_table(struct arena *mem);

/* The element that X is by its name, SHAPE_E_nothing if the standard has none. */
int shape_element(const struct shape_table *t, const struct xml_node *x);

/* May ELEMENT stand where HEAD may? */
bool shape_stands_for(const struct shape_table *t, int element, int head);

/* Is TYPE the type BASE, or made from it? */
bool shape_derives(const struct shape_table *t, int type, int base);

/* The type of that name, SHAPE_T_nothing if there is none. */
int shape_type_named(const struct shape_table *t, const char *ns, const char *name);

/* NULL if TEXT, standing at X, is a value of kind V; else what such a value is: "true or false". */
const char *shape_value_wrong(const struct xml_node *x, enum shape_value v, const char *text);

/* Is it a name without colon (XML names, 2.3; namespaces 3)? */
bool shape_ncname(const char *p, size_t n);

/* TEXT without blanks at both ends. */
struct span shape_trim(const char *text);

#endif

/* engine/model/shape.h - the structure of a BPMN file: what the standard's schemas say about elements and attributes. */
#ifndef MODEL_SHAPE_H
#define MODEL_SHAPE_H

#include "base/buf.h"
#include "model/xml.h"

enum shape_kind {
    SLIP_ATTRIBUTE_MISSING,
    SLIP_ATTRIBUTE_UNKNOWN,
    SLIP_VALUE, /* of an attribute, or of an element that holds a plain value */
    SLIP_CHILD_MISSING,
    SLIP_CHILD_UNKNOWN, /* an element of the standard, or of its namespace, where it may not stand */
    SLIP_CHILD_ORDER,
    SLIP_CHILD_MANY, /* too often, or beside another that excludes it */
    SLIP_FOREIGN,    /* a vendor's element outside of extensionElements */
    SLIP_TEXT,       /* words between elements where none may stand */
    SLIP_TYPE,       /* xsi:type, or an element that only stands for others */
    SLIP_PREFIX,     /* of an element or attribute, that nobody has declared */
    SLIP_ID,         /* an xsd:ID that stands twice */
    SLIP_KINDS
};

/* Where a file differs from the schemas. */
struct shape_slip {
    enum shape_kind kind;
    bool mild;    /* nothing that runs depends on it */
    bool drawing; /* it stands in the diagram part */
    bool told;    /* another rule of check.def says the same in better words */
    const struct xml_node *at;
    const char *message; /* what is wrong and what to do */
    struct shape_slip *next;
};

enum { LIMIT_SHAPE_SLIPS = 1000 }; /* mild ones, and as many others */

/* Where the file of ROOT, a <definitions> of BPMN, differs from the schemas of ISO/IEC 19510 annex B: in the order of the file,
 * at most LIMIT_SHAPE_SLIPS of each weight, in MEM. NULL: it is valid, but that references (xsd:IDREF) are not followed. What stands
 * inside of vendors' elements is looked at as far as it is the standard's. */
struct shape_slip *shape_check(struct arena *mem, const struct xml_node *root);

/* How many elements of namespace NS there are at and below ROOT, by local name: a JSON object {"name":n,...} in the order of the
 * names, whatever the elements mean and wherever they stand. */
enum err shape_counts(struct arena *mem, const struct xml_node *root, const char *ns, struct buf *out) CHECKED;

#endif

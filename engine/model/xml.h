/* engine/model/xml.h - the gate for XML from outside, and the plain tree behind it. */
#ifndef MODEL_XML_H
#define MODEL_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* What a file may be at most. All of it is counted before the parser sees a byte. */
struct xml_limits {
    size_t bytes;   /* of the file */
    size_t tag;     /* bytes between "<" and ">", comments and CDATA sections apart */
    int attributes; /* of one tag, namespace declarations included */
    int namespaces; /* declarations that are in scope at one element */
    int depth;      /* elements inside each other; the root is 1 */
    int nodes;      /* elements in all */
    bool lenient;   /* slips in namespaces, such as a prefix that nobody has declared, are let pass */
};

#define XML_NS "http://www.w3.org/XML/1998/namespace"

/* Measured by what modelers export (up to 140 bytes of drawing, extensions and texts to an element, pictures as base64 in an
 * attribute) with room above it: such a file is read in about 50 ms and 30 MB. What may be uploaded is less: model_max. */
enum {
    LIMIT_XML_BYTES = 4 * 1024 * 1024,
    LIMIT_XML_TAG = 256 * 1024,
    LIMIT_XML_ATTRIBUTES = 64,
    LIMIT_XML_NAMESPACES = 256,
    LIMIT_XML_DEPTH = 256,
    LIMIT_XML_NODES = 50000
};

extern const struct xml_limits xml_limits_default;
/* For BPMN, where the check tells of them and a file of a modeler is read as far as it goes. */
extern const struct xml_limits xml_limits_lenient;

/* Namespace URIs and names are valid UTF-8; "" where there is none. Of a prefix that nobody has declared the namespace is the prefix
 * and a ":", which is no URI. Namespace declarations are no attributes here. */
struct xml_attr {
    const char *ns, *name, *value;
    struct xml_attr *next;
};

/* A declaration xmlns:PREFIX="NS"; prefix "" for xmlns="NS". */
struct xml_prefix {
    const char *prefix, *ns;
    struct xml_prefix *next;
};

struct xml_node {
    const char *ns, *name;
    const char *text; /* all character data directly in the element, joined; "" if none */
    int line;         /* of its "<", from 1 */
    struct xml_attr *attr;
    struct xml_prefix *prefix; /* declared at this element */
    struct xml_node *parent, *first, *last, *next;
};

struct xml_error {
    int line;            /* 0 = the whole file */
    const char *message; /* what is wrong and what to do */
};

/* Reads FILE into a tree in MEM. LIMITS may be NULL (the defaults). No entity, DTD, XInclude, schema or network is ever
 * touched: a document type declaration alone refuses the file. E_TOOBIG when a limit was met, else E_INPUT; *ERROR then says
 * where. */
enum err xml_read(struct arena *mem, struct span file, const struct xml_limits *limits, struct xml_node **root,
                  struct xml_error *error) CHECKED;

/* The value of the attribute NAME in namespace NS ("" = none), or NULL. */
const char *xml_attr(const struct xml_node *n, const char *ns, const char *name);

/* What PREFIX ("" = none) stands for at N; NULL if nobody has declared it. */
const char *xml_namespace(const struct xml_node *n, struct span prefix);

/* The first child of that name, or NULL; and the next one of the same name after N. */
const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name);
const struct xml_node *xml_again(const struct xml_node *n);

#endif

/* engine/model/shape.h - the structure of a BPMN file: what the standard's schemas say about elements and attributes. */
#ifndef MODEL_SHAPE_H
#define MODEL_SHAPE_H

#include "base/buf.h"
#include "model/xml.h"

/* How many elements of namespace NS there are at and below ROOT, by local name: a JSON object {"name":n,...} in the order of the
 * names, whatever the elements mean and wherever they stand. */
enum err shape_counts(struct arena *mem, const struct xml_node *root, const char *ns, struct buf *out) CHECKED;

#endif

/* engine/model/check_io.h - what check_data.c and check_io.c share: items. */
#ifndef MODEL_CHECK_IO_H
#define MODEL_CHECK_IO_H

#include "model/check_int.h"

/* The item definition that an element names. */
struct check_item_ref {
    const char *ref;            /* as written, NULL = none */
    const struct xml_node *def; /* what it leads to in this file, NULL if to nothing */
};

/* The item of a data element, message, signal, error or escalation; that of a reference is its data object's or data store's. */
struct check_item_ref check_item_of(struct check *c, const struct xml_node *x);
/* The same definition, or two with the same structure; two that name none are the same. */
bool check_item_same(struct check_item_ref a, struct check_item_ref b);
/* A text that two items have in common exactly if they are the same. */
const char *check_item_key(struct check *c, struct check_item_ref i);

#endif

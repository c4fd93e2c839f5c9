/* engine/model/dialect_int.h - what the files that read the extensions of vendors share. */
#ifndef MODEL_DIALECT_INT_H
#define MODEL_DIALECT_INT_H

#include "model/bpmn.h"

/* The first element NAME of V inside bpmn:extensionElements of N, or NULL. */
const struct xml_node *dialect_extension(const struct xml_node *n, enum vendor v, const char *name);

#endif

/* engine/model/check.h - holds a BPMN file against the rules of check.def. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "model/bpmn.h"
#include "model/finding.h"

struct check_rule {
    const char *id;
    enum severity severity;
    const char *constraint; /* numbers by which lists of the standard's constraints know it, "" if none */
    const char *prose;
};

/* All rules, in the order of check.def; *N = how many. For docs and for the designer. */
const struct check_rule *check_rules(size_t *n);

/* The column "constraint" of the rule with that id; "" if there is none. */
const char *check_constraint(const char *rule);

/* Adds what there is to say about FILE to F, in the order of the file's lines. */
void check_file(struct bpmn_file *file, struct findings *f);

/* A file that is no XML: the finding of rule "xml". */
void check_not_xml(struct findings *f, const struct xml_error *e);

#endif

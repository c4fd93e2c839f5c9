/* engine/flow/decision.h - decisions that processes ask for: which version answers, and whether there is one at all. */
#ifndef FLOW_DECISION_H
#define FLOW_DECISION_H

#include "db/unit.h"
#include "model/dmn/dmn.h"
#include "model/finding.h"
#include "model/proc.h"

/* Is there an answer for each business rule task of P that names its decision plainly: the decision in force, or the version that it
 * asks for? One finding of SEVERITY for each that has none (a warning for a draft, an error for a release: every ticket would stop
 * there). */
enum err decision_check(struct unit *u, const struct proc *p, enum severity severity, struct findings *f) CHECKED;

/* May the decision model DRAFT replace the version in force: does it hold every decision of that one that a process in force names? One
 * error finding for each process that would stop. */
enum err decision_check_leaving(struct unit *u, uint64_t draft, struct findings *f) CHECKED;

/* The compiled model of a definition of kind dmn and its version for people ("2", "draft"), from the program's cache; good until the
 * next call. E_NOTFOUND; E_FINDINGS if the stored text can no longer be read. */
struct decision_model {
    const struct dmn *dmn;
    const char *version;
    uint32_t number; /* of the version; 0 = a draft */
};
enum err decision_model(struct unit *u, uint64_t definition, struct decision_model *out) CHECKED;

#endif

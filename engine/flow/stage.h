/* engine/flow/stage.h - the stage in MariaDB: run/stage.h over stored instances, for `gradus conformance --through-db` and property tests. */
#ifndef FLOW_STAGE_H
#define FLOW_STAGE_H

#include "db/unit.h"
#include "run/stage.h"

/* A stage in MEM over the database of UC, whose host lends its cache. Each step is a unit, each look loads the rows anew, each state is
 * checked by run_check() before it is stored. Messages, signals and timers are the jobs of the product, done at the stage's own moment.
 * The database must be the stage's own (E_STATE from reset): no tickets, no processes in force but those that stages have left. */
struct flow_stage {
    const struct unit_conf *uc;
    const struct actor *who;
    struct stage_env env;
};
void flow_stage(struct arena *mem, const struct flow_stage *f, struct stage *out);

#endif

/* engine/run/world.h - the pure stage: any number of instances in memory, under a clock that only its user moves. */
#ifndef RUN_WORLD_H
#define RUN_WORLD_H

#include "run/stage.h"

/* A stage in MEM, empty, its clock at 0; it is released with MEM. *ENV is copied. Each step is checked by run_check(): a state that breaks
 * an invariant is E_BUG. */
void world_stage(struct arena *mem, const struct stage_env *env, struct stage *out);

#endif

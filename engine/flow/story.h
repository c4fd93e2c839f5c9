/* engine/flow/story.h - tells scenarios (.scn) through MariaDB: the second driver of run/scenario.h. Tests and `gradus scenario`. */
#ifndef FLOW_STORY_H
#define FLOW_STORY_H

#include "db/unit.h"
#include "flow/flow.h"

struct scenario;

/* Tells S to process P (of DEFINITION, stored before) step by step, each in a unit of its own, loading the state anew each time;
 * afterwards the instance is replayed. Services are not run: the story answers for them. On failure *WHY is a sentence. */
struct flow_story {
    const struct unit_conf *uc;
    const struct actor *who;
    uint64_t definition;
    const struct proc *proc;
    const uint64_t
        *model; /* definitions of the decision models that the story brings along, stored before; they answer alone */
    size_t n_model;
};
enum err flow_story_tell(struct arena *mem, const struct scenario *s, const struct flow_story *story, const char **why) CHECKED;

#endif

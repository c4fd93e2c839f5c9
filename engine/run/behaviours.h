/* engine/run/behaviours.h - what a node does: one row per kind of node.def, one column per thing that can happen to a token
 * there.
 *
 * A function that answers E_EXPR, E_FUEL or E_TOOBIG has changed nothing: the token becomes an incident at the step it is in
 * and a retry calls the same function again. Any other error is a bug or an impossible trigger and ends the call. */
#ifndef RUN_BEHAVIOURS_H
#define RUN_BEHAVIOURS_H

#include "run/step_int.h"

#define ANSWERS(kind) (1U << (kind))

struct behaviour {
    enum err (*enter)(struct step *s, struct token *t);                           /* a token arrived */
    enum err (*wake)(struct step *s, struct token *t, const struct trigger *why); /* it rests here and a trigger is for it */
    enum err (*leave)(struct step *s, struct token *t);                           /* the work is done */
    enum err (*route)(struct step *s, struct token *t);                           /* choose the outgoing flows */
    enum err (*cancel)(struct step *s, struct token *t);                          /* it rests here and is torn down */
    unsigned answers;                                                             /* triggers that a token resting here takes */
};

#define NODE(name, local, family, waits, clause) extern const struct behaviour behave_##name;
#include "model/node.def"
#undef NODE

/* The row of KIND; never NULL. */
const struct behaviour *behaviour_of(enum node_kind kind);
/* May a token rest at a node of KIND between two triggers (column "waits" of node.def)? */
bool behaviour_waits(enum node_kind kind);

/* Columns that many rows share. */
enum err behave_pass(struct step *s, struct token *t);                             /* enter: nothing to do here */
enum err behave_never(struct step *s, struct token *t, const struct trigger *why); /* wake: a token never rests here */
enum err behave_go(struct step *s, struct token *t);                               /* leave: nothing to tidy up */
enum err behave_route(struct step *s, struct token *t);                            /* route: 13.3.2, implicit split */
enum err behave_keep(struct step *s, struct token *t);                             /* cancel: nothing to call off */
enum err behave_deaf(struct step *s, struct token *t);                             /* cancel: waits for no event any more */

#endif

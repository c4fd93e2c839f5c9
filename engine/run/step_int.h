/* engine/run/step_int.h - what the files of run/ share: the state of one call, and the small operations that behaviours are
 * made of.
 *
 * A pointer to a token or scope is good for one operation: before each one run.c makes room for all rows that it can add. */
#ifndef RUN_STEP_INT_H
#define RUN_STEP_INT_H

#include "run/effect.h"
#include "run/inst.h"
#include "run/run.h"

struct step {
    const struct run_env *env;
    const struct proc *p;
    struct inst *in;
    struct effects *out;
    struct arena *tmp; /* evaluations; emptied after each operation */
    uint32_t *agenda;  /* ring of token numbers, first in, first out */
    uint32_t head, n, cap;
    uint32_t fuel;
    uint32_t live;           /* tokens that are not gone */
    uint32_t retried;        /* token whose step is done again: it does not arrive a second time */
    size_t bytes;            /* size of all variables */
    uint32_t n_var;          /* variables that are not gone */
    const char *why;         /* ... and the reason given, "" if none */
    enum inst_state verdict; /* how the instance will have ended once the last token is gone */
};

/* ---- inst.c ---- */

/* Room for so many more rows: no pointer to a row moves until then. */
void inst_reserve(struct inst *in, uint32_t tokens, uint32_t scopes);

/* ---- step.c: tokens ---- */

static inline const struct proc_node *step_node(const struct step *s, const struct token *t)
{
    return &s->p->node[t->node];
}

/* The scope in which the token's own expressions are evaluated: its inner one if it has one. */
static inline uint32_t step_scope(const struct token *t)
{
    return t->inner != 0 ? t->inner : t->scope;
}

/* A new token at NODE in SCOPE, not yet on the agenda. */
struct token *step_token(struct step *s, int32_t node, uint32_t scope);
/* Puts the token on the agenda at a step to begin with: a new one, or one whose incident is tried again. */
void step_begin(struct step *s, struct token *t, enum token_step at);
/* The only way from step to step; E_BUG if the move is impossible. */
enum err step_go(struct step *s, struct token *t, enum token_step to) CHECKED;
/* Stops the token: TEXT says why. */
void step_incident(struct step *s, struct token *t, const char *text);
/* Is SCOPE without tokens? Then what it belongs to is over: its activity is left, or the instance has ended. */
enum err step_settle(struct step *s, uint32_t scope) CHECKED;
/* The token is used up; a scope that is empty then is over. */
enum err step_consume(struct step *s, struct token *t) CHECKED;
/* The token is gone without a word about its scope. */
void step_remove(struct step *s, struct token *t);
/* Takes the token and whatever it has opened away, telling the body what is no longer wanted. */
enum err step_cancel(struct step *s, struct token *t) CHECKED;
/* Cancels all tokens inside SCOPE (and scopes inside it) but KEEP; SCOPE itself stays. */
enum err step_clear(struct step *s, uint32_t scope, uint32_t keep) CHECKED;
/* Disarms the boundary events of the activity at T but KEEP; with ONLY_CLAIM those that last until somebody takes the task. */
enum err step_disarm(struct step *s, const struct token *t, uint32_t keep, bool only_claim) CHECKED;
/* Moves on along the N flows: the token takes the first, new tokens the others; none = it ends here. */
enum err step_take(struct step *s, struct token *t, const int32_t *flow, int32_t n) CHECKED;

/* ---- step.c: effects ---- */

struct effect *step_effect(struct step *s, enum effect_kind kind, const struct token *t);
void step_trace(struct step *s, enum trace_kind kind, const struct token *t);

/* ---- step.c: expressions. Values live until the operation ends. E_EXPR, E_FUEL, E_TOOBIG: the token becomes an incident. ----
 */

enum err step_feel(struct step *s, uint32_t scope, const struct feel_prog *prog, struct val *out) CHECKED;
/* Literal or FEEL; null if not given. */
enum err step_value(struct step *s, uint32_t scope, const struct proc_expr *x, struct val *out) CHECKED;
/* As text in the arena of the effects: "" for null, the items of a list with commas between. */
enum err step_text(struct step *s, uint32_t scope, const struct proc_expr *x, const char **out) CHECKED;
enum err step_true(struct step *s, uint32_t scope, const struct feel_prog *condition, bool *out) CHECKED;

/* What an expression at a place may see: step_sight() gives the innermost variable of a name on the way up from SCOPE. */
struct sight {
    const struct inst *in;
    uint32_t scope;
};
bool step_sight(const void *sight, const char *name, struct val *out);

/* ---- decide.c: asking for a decision ---- */

/* Asks for the decision of the business rule task at T; *VALUE is what its result variable takes. */
enum err decide_ask(struct step *s, const struct token *t, struct run_decided *out, struct val *value) CHECKED;

/* ---- scope.c: variables ---- */

struct scope *scope_open(struct step *s, struct token *owner);
void scope_close(struct step *s, uint32_t no);
bool scope_inside(const struct inst *in, uint32_t scope, uint32_t root);
/* May these be set at all (names, sizes, kinds)? Nothing is changed. VARS is a context or null. */
enum err scope_check(struct step *s, struct val vars) CHECKED;
/* Sets all entries of VARS or none. HERE: in SCOPE itself; OUT: where the name is known on the way up, else in the instance. */
enum scope_rule { SCOPE_HERE, SCOPE_OUT };
enum err scope_set(struct step *s, uint32_t scope, struct val vars, enum scope_rule rule) CHECKED;
/* Counts what there is into s->bytes and s->n_var. */
enum err scope_measure(struct step *s) CHECKED;

/* ---- activity.c: what tasks and sub-processes have in common ---- */

/* Opens the activity's own scope if it needs one and evaluates the input mappings into it. */
enum err activity_open(struct step *s, struct token *t) CHECKED;
/* The activity is at work: rests, and its boundary events are armed. */
enum err activity_rest(struct step *s, struct token *t) CHECKED;
/* Where results go: with output mappings into the activity's scope, else outwards. */
enum err activity_result(struct step *s, struct token *t, struct val vars) CHECKED;
/* Output mappings, boundary events, inner scope; then STEP_ROUTE. */
enum err activity_leave(struct step *s, struct token *t) CHECKED;

/* ---- moment.c: when a timer is due ---- */

/* A date and time, a date, a duration from NOW, or the text of one. */
enum err moment_of(struct arena *mem, struct val v, int64_t now, int64_t *out) CHECKED;
/* The first moment of the timer event at T. */
enum err moment_first(struct step *s, const struct token *t, int64_t *due) CHECKED;
/* The one after T->due, which was the T->count-th; *DUE = 0 when there is none. */
enum err moment_next(struct step *s, const struct token *t, int64_t *due) CHECKED;

#endif

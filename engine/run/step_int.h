/* engine/run/step_int.h - what the files of run/ share: the state of one call, and the small operations that behaviours are
 * made of.
 *
 * A pointer to a token or scope is good for one operation: before each one run.c makes room for STEP_ROOM rows and for those that the
 * node of the token can add (flows, starts, listeners). What may add more calls inst_reserve() first, and its callers ask anew for the
 * tokens that they go on with. */
#ifndef RUN_STEP_INT_H
#define RUN_STEP_INT_H

#include "run/effect.h"
#include "run/inst.h"
#include "run/run.h"

enum { STEP_ROOM = 16 };

struct step {
    const struct run_env *env;
    const struct proc *p;
    struct inst *in;
    struct effects *out;
    struct arena *tmp; /* evaluations; emptied after each operation */
    struct agenda {
        uint32_t *at; /* ring of token numbers, first in, first out */
        uint32_t head, n, cap;
    } soon, late;  /* late: tokens that throw; they move when nothing else can, so that all catchers are armed (13.5.2) */
    bool vars_set; /* a variable changed since conditions were looked at */
    bool no_data;  /* known: nobody waits for a condition, or for a message whose key is made of data */
    bool moved;    /* a token was taken away or moved since waiting joins were looked at */
    uint32_t fuel;
    uint32_t first;          /* numbers from here on are of this call: their rows are stored nowhere; 0 = not known */
    uint32_t tidy;           /* so many rows are looked at before those that are gone are forgotten */
    uint32_t live;           /* tokens that are not gone */
    uint32_t retried;        /* token whose step is done again: it does not arrive a second time */
    size_t bytes;            /* size of all variables */
    uint32_t n_var;          /* variables that are not gone */
    const char *why;         /* ... and the reason given, "" if none */
    enum inst_state verdict; /* how the instance will have ended once the last token is gone */
};

/* ---- inst.c ---- */

/* Counts the live tokens of all scopes: before a call works on what was loaded. */
void inst_count(struct inst *in);
/* Room for so many more rows: no pointer to a row moves until then. */
void inst_reserve(struct inst *in, uint32_t tokens, uint32_t scopes);

/* ---- run.c ---- */

/* Works off the agenda, and what conditions and joins put on it, until nothing moves by itself. */
enum err run_agenda(struct step *s) CHECKED;

/* Rows that are gone and were made in this call (numbers from FIRST on) are forgotten: nobody has stored them. Pointers to rows are void
 * then. Without it a loop of n rounds would look at all rows of the rounds before, n * n in the end. */
void inst_tidy(struct inst *in, uint32_t first);

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

/* A new token of ROLE_FLOW at NODE in SCOPE, not yet on the agenda. */
struct token *step_token(struct step *s, int32_t node, uint32_t scope);
/* Changes what a token is for, or a record from KEPT to WAITING and back: the scope's count of live tokens follows. */
void step_role(struct step *s, struct token *t, enum token_role role, enum token_state state);
/* Puts the token on the agenda at a step to begin with: a new one, or one whose incident is tried again. */
void step_begin(struct step *s, struct token *t, enum token_step at);
/* The only way from step to step; E_BUG if the move is impossible. */
enum err step_go(struct step *s, struct token *t, enum token_step to) CHECKED;
/* The token comes to its next step only when nothing else can move (s->late). */
enum err step_go_late(struct step *s, struct token *t, enum token_step to) CHECKED;
/* What E, the answer of an operation on token NO, means: nothing, an incident of that token (the process's own faults: E_EXPR, E_FUEL,
 * E_TOOBIG), or the end of the call. */
enum err step_outcome(struct step *s, uint32_t no, enum err e) CHECKED;
/* Stops the token: TEXT says why. */
void step_incident(struct step *s, struct token *t, const char *text);
/* Is SCOPE without live tokens? Then what it belongs to is over: its listeners go, its owner is left or the instance has ended. */
enum err step_settle(struct step *s, uint32_t scope) CHECKED;
/* The token is used up; a scope that is empty then is over. */
enum err step_consume(struct step *s, struct token *t) CHECKED;
/* What the token at rest has asked the body for (task, timer, subscription, service, call) is not wanted any more. */
enum err step_unask(struct step *s, struct token *t) CHECKED;
/* The token is gone without a word about its scope. */
void step_remove(struct step *s, struct token *t);
/* Takes the token and whatever it has opened away, telling the body what is no longer wanted. */
enum err step_cancel(struct step *s, struct token *t) CHECKED;
/* Cancels all tokens inside SCOPE (and scopes inside it) but KEEP; SCOPE itself stays, and with RECORDS the records in it and what
 * they have kept. */
enum err step_clear(struct step *s, uint32_t scope, uint32_t keep, bool records) CHECKED;
/* Moves on along the N flows: the token takes the first, new tokens the others; none = it ends here. */
enum err step_take(struct step *s, struct token *t, const int32_t *flow, int32_t n) CHECKED;

/* ---- listen.c: waiting for events ---- */

enum { LISTEN_KEY_BYTES = 1000 }; /* of the text of a correlation key */

/* Event definition that T waits for, or will as soon as it is armed; NULL if none, or if it has occurred and waits for others. */
const struct proc_event *listen_event(const struct step *s, const struct token *t);
/* The scope from which the expressions of what T waits for are seen: its host's if it has one. */
uint32_t listen_view(const struct step *s, const struct token *t);
/* Is T armed for the event of this kind and name? */
bool listen_named(struct step *s, const struct token *t, enum event_kind kind, const char *name);
/* T rests until the event definition EVENT of its node occurs; the body is told. Expressions are evaluated first: E_EXPR changes
 * nothing. A condition that holds already occurs in the same operation. */
enum err listen_arm(struct step *s, struct token *t, int32_t event) CHECKED;
/* T is torn down or will not wait any more: tells the body (timer, subscription). T itself stays as it is. */
void listen_drop(struct step *s, struct token *t);
/* New listeners, put on the agenda, for all event definitions of NODE: for HOST (0 = none) in SCOPE. */
void listen_begin(struct step *s, int32_t node, uint32_t scope, uint32_t host);
/* The same for the events behind FLOW of an event-based gateway. */
void listen_behind(struct step *s, int32_t flow, uint32_t scope, uint32_t host);
/* The same for T's own node, of which OCCURRED (PROC_NONE = none) has occurred already. */
void listen_own(struct step *s, const struct token *t, int32_t occurred);
/* Those for the boundary events of the activity at T; for the event sub-processes of SCOPE, which was just opened. */
void listen_boundary(struct step *s, const struct token *t);
void listen_scope(struct step *s, uint32_t scope);
/* Disarms the listeners of host T but KEEP; with ONLY_CLAIM those that last until somebody takes the task. */
enum err listen_off(struct step *s, const struct token *t, uint32_t keep, bool only_claim) CHECKED;
/* What T waits for has occurred, with VARS (the payload): it, its host or its scope goes on as its place says (13.5.2 to 13.5.4):
 * catch and receive T leaves; behind an event-based gateway T leaves and the others are disarmed; boundary and event sub-process,
 * interrupting and not. One of a parallel multiple event only notes it until it is the last. Of a timer run.c has counted t->count and told the trace
 * before; a retry calls this again without counting. */
enum err listen_occur(struct step *s, struct token *t, struct val vars) CHECKED;
/* The same, TEXT being the name or code told to the trail. */
enum err listen_caught(struct step *s, struct token *t, struct val vars, const char *text) CHECKED;
/* Sets the payload of the event at T, which goes on from it: for its output mappings, else outwards. */
enum err listen_payload(struct step *s, struct token *t, struct val vars) CHECKED;
/* Variables were set: conditions that hold now occur, and keys of messages that are made of data follow it. */
enum err listen_vars(struct step *s) CHECKED;
/* The canonical text of the correlation key of a message's definition E that is no standard one; NULL if it has none or that is null. */
enum err listen_own_key(struct step *s, uint32_t scope, const struct proc_event *e, const char **key) CHECKED;
/* The same of the standard's key K with the values V of its properties; NULL if one of them is null. */
enum err listen_key_text(struct arena *mem, const struct proc_key *k, const struct val *v, const char **out) CHECKED;
/* The signal NAME, for all that wait for it now; those that are armed by it do not hear it. */
enum err listen_signal(struct step *s, const char *name, struct val vars) CHECKED;

/* ---- el_race.c ---- */

/* HOST waits at an event-based gateway, and the event behind FLOW is the first to occur. */
enum err race_won(struct step *s, struct token *host, int32_t flow, struct val vars) CHECKED;

/* ---- throw.c: what events throw, and where it goes ---- */

/* Throws E from T (a throw or end event, or an activity with such behavior): messages and signals to the instance's own
 * listeners, else to the body; errors and escalations outwards. Compensation, cancel, link and terminate are their events' own. Data
 * as the node's input mappings say. *GOES_ON = false: T was cancelled by what it threw. */
enum err throw_event(struct step *s, struct token *t, const struct proc_event *e, bool *goes_on) CHECKED;
/* The error CODE goes outwards from T (its boundary events first if T is an activity): nearest scope first, in one scope event
 * sub-processes before boundary events, the one that names the code before one that catches all (10.5.7). Listeners that are still on
 * the agenda (READY) catch as well. Uncaught: a called instance ends
 * FAULTED, in any other E_EXPR (T becomes an incident). "" = no code. */
struct throw_what {
    const char *code, *text;
    struct val vars;
};
enum err throw_error(struct step *s, struct token *t, const struct throw_what *w) CHECKED;
/* The same for an escalation; uncaught it is lost, in a called instance handed to the caller. */
enum err throw_escalation(struct step *s, struct token *t, const struct throw_what *w, bool *goes_on) CHECKED;

/* ---- undo.c: compensation ---- */

/* The activity at T has completed and may be compensated: a record of it is made, which takes over T's inner scope. */
enum err undo_keep(struct step *s, struct token *t) CHECKED;
/* T, at rest at its node, compensates: everything of ACTIVITY, or with PROC_NONE all that is visible from T's scope, latest first, one
 * at a time; then T goes to step THEN. With nothing to compensate at once. WAIT = false: T goes to THEN at once, handlers run beside it. */
struct undo_what {
    int32_t activity;
    enum token_step then;
    bool wait;
};
enum err undo_begin(struct step *s, struct token *t, const struct undo_what *w) CHECKED;
/* The scope kept by the record R, where its handler ran, is empty: the next one, or the token that compensates goes on. */
enum err undo_done(struct step *s, struct token *r) CHECKED;
/* Everything in X, a transaction that is cancelled, stops; what has completed in it, also in activities that were still at work, is
 * compensated, latest first; then transaction_over(). */
enum err undo_all(struct step *s, struct token *x) CHECKED;

/* ---- el_transaction.c ---- */

/* The cancel end event at T, which is gone then, cancels the nearest transaction around it (10.5.6): all of it is undone before its
 * cancel boundary event occurs. E_EXPR if there is none. */
enum err transaction_cancel(struct step *s, struct token *t) CHECKED;
/* X is undone: its cancel boundary event occurs, or X becomes an incident. */
enum err transaction_over(struct step *s, struct token *x) CHECKED;

/* ---- el_sub.c ---- */

/* Opens the scope of a sub-process of any kind, arms its event sub-processes, begins inside; rests. */
enum err sub_enter(struct step *s, struct token *t) CHECKED;

/* ---- multi.c: loops and multi-instance ---- */

/* Is T one of several instances of its activity (and not the token that stands for all)? */
bool multi_inside(const struct step *s, const struct token *t);
/* T stands for all: opens their scope, begins the first or all instances; or leaves at once if there is none. */
enum err multi_enter(struct step *s, struct token *t) CHECKED;
/* Variables of the instance T (loopCounter, its item), set in its inner scope, once. */
enum err multi_vars(struct step *s, struct token *t) CHECKED;
/* Is NAME the variable in which T, one of several instances, gives its result? Each has its own. */
bool multi_own(const struct step *s, const struct token *t, const char *name);
/* The instance T has done its work: result (evaluated in T's inner scope), activity_close(), numbers, events of the behavior, completion
 * condition, the next one; T is gone then. */
enum err multi_done(struct step *s, struct token *t) CHECKED;
/* T, which stands for all, is left: the list of results goes to where its variable is known outside. */
enum err multi_close(struct step *s, struct token *t) CHECKED;
/* Is NAME a variable in which a loop keeps its own books? No expression can mean it, and no other instance is given it. */
bool multi_book(const char *name);

/* startQuantity (13.3.2): T, which has arrived, rests at STEP_GATHER until as many tokens are there as the activity takes; *READY = they
 * are, the others are used up and T goes on in this very operation; it stands for tokens of several flows then, and names none. */
enum err multi_gather(struct step *s, struct token *t, bool *ready) CHECKED;

/* ---- el_adhoc.c ---- */

/* Nothing moves any more inside the ad-hoc sub-process that OWNER stands for: *STAYS = it is not over all the same (13.3.5). */
enum err adhoc_quiet(struct step *s, struct token *owner, bool *stays) CHECKED;
/* The activity at T is about to choose its flows: is it inside an ad-hoc sub-process whose completionCondition holds now? Then what
 * remains in it is cancelled or waited for, and T is used up: *GOES_ON = false. */
enum err adhoc_route(struct step *s, struct token *t, bool *goes_on) CHECKED;

/* ---- el_transaction.c ---- */

/* The cancel end event at T (13.5.3): the nearest transaction around it stops, what has completed in it is compensated, and then its
 * cancel boundary event occurs. */
enum err transaction_cancel(struct step *s, struct token *t) CHECKED;

/* ---- join.c: inclusive and complex gateways ---- */

/* Nothing is on the agenda: does a waiting join fire now? *AGAIN = one did. */
enum err join_look(struct step *s, bool *again) CHECKED;
/* T has come to rest before a complex gateway: does that activate it? */
enum err join_arrive(struct step *s, const struct token *t) CHECKED;
/* SCOPE has no live token any more, so complex gateways in it are reset; that may bring a last token. */
enum err join_last(struct step *s, uint32_t scope) CHECKED;
/* Does T rest at an inclusive join that could fire (check.c)? */
bool join_could_fire(struct arena *tmp, const struct proc *p, const struct inst *in, const struct token *t);

/* ---- operate.c: what operators may do ---- */

/* TRIGGER_VARS, SKIP, SUSPEND, RESUME, MOVE, ADD, DROP. */
enum err operate_trigger(struct step *s, const struct trigger *t) CHECKED;

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

/* The same for a condition that sees names besides the variables, and before them: what the standard calls runtime attributes. */
struct step_also {
    const struct val_entry *seen;
    size_t n;
};
enum err step_true_also(struct step *s, uint32_t scope, const struct feel_prog *condition, const struct step_also *also,
                        bool *out) CHECKED;

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
/* E_EXPR if one of them is a field of the desk that cannot hold its value (proc_store_takes()). */
enum err scope_stores(const struct step *s, uint32_t scope, struct val vars, enum scope_rule rule) CHECKED;
/* Declares the N variables of DATA in SCOPE, with their initial values; those that are there already stay. */
enum err scope_init(struct step *s, uint32_t scope, const struct proc_data *data, int32_t n) CHECKED;
/* Everything that is seen from SCOPE, innermost first, as a context in MEM; without the books of loops. */
struct val scope_all(const struct inst *in, uint32_t scope, struct arena *mem);
/* Counts what there is into s->bytes and s->n_var. */
enum err scope_measure(struct step *s) CHECKED;

/* ---- activity.c: what tasks and sub-processes have in common ---- */

/* Opens the activity's own scope if it needs one and evaluates the input mappings into it. */
enum err activity_open(struct step *s, struct token *t) CHECKED;
/* What its input mappings have made, as one context in the arena of the effects. */
struct val activity_given(const struct step *s, const struct token *t);
/* The activity is at work: rests, and its boundary events are armed (those of instances on the token that stands for all). */
enum err activity_rest(struct step *s, struct token *t) CHECKED;
/* Where results go: with output mappings into the activity's scope, else outwards. */
enum err activity_result(struct step *s, struct token *t, struct val vars) CHECKED;
/* The inner scope ends with the activity, or a record takes it over if the activity can be compensated. */
enum err activity_close(struct step *s, struct token *t) CHECKED;
/* Output mappings; then of an instance multi_done(), else boundary events, activity_close(), STEP_ROUTE. */
enum err activity_leave(struct step *s, struct token *t) CHECKED;

/* ---- moment.c: when a timer is due ---- */

/* A moment, and for a cycle how many of its occurrences have been before and its text with the first of them, which is kept in the
 * token's key; NULL = occurs once. */
struct moment {
    int64_t due;
    uint32_t count;
    const char *cycle;
};

/* A date and time, a date (its midnight, UTC), a duration from NOW, a time of day, or the text of one; what has passed is due at
 * once. */
enum err moment_of(struct arena *mem, struct val v, int64_t now, int64_t *out) CHECKED;
/* The first moment of the timer definition E, whose date, duration or cycle is V. */
enum err moment_first(struct arena *mem, const struct proc_event *e, struct val v, int64_t now, struct moment *out) CHECKED;
/* The one after M->due, which was the M->count-th of CYCLE; M->due = 0 when there is none. */
enum err moment_next(struct arena *mem, const char *cycle, int64_t now, struct moment *m) CHECKED;
/* The same of a cycle V that was not kept with its first moment. */
enum err moment_following(struct arena *mem, struct val v, int64_t now, struct moment *m) CHECKED;

#endif

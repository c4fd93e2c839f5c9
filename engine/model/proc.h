/* engine/model/proc.h - a compiled process: flat, immutable arrays; ids are indices. Made by proc_compile(), read by run/.
 *
 * Everything lives in one arena and may be shared by any number of instances. Index -1 (PROC_NONE) means "none". */
#ifndef MODEL_PROC_H
#define MODEL_PROC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "model/feel/feel.h"
#include "model/finding.h"

enum { PROC_NONE = -1 };

enum node_kind {
#define NODE(name, local, family, waits, clause) NODE_##name,
#include "model/node.def"
#undef NODE
    NODE_KINDS
};

/* The columns "name", "local name in XML" and "clause". */
const char *node_kind_name(enum node_kind k);
const char *node_kind_local(enum node_kind k);
const char *node_kind_clause(enum node_kind k);

enum event_kind {
#define EVENT(name, local, places) EVENT_##name,
#include "model/event.def"
#undef EVENT
    EVENT_KINDS
};

/* The columns "name" and "local name in XML" of event.def. */
const char *event_kind_name(enum event_kind k);
const char *event_kind_local(enum event_kind k);

enum proc_timer { TIMER_NONE, TIMER_DATE, TIMER_DURATION, TIMER_CYCLE };

/* A text that is either literal or FEEL: exactly one of the two is set; both NULL = not given. */
struct proc_expr {
    const char *literal;
    const struct feel_prog *feel;
};

struct proc_mapping { /* input: evaluated in the outer scope, set in the task's; output: the other way round */
    const char *target;
    struct proc_expr source;
};

/* Which version of a decision or called process is meant: the one in force, the one that was in force when the process was
 * released, or the one of a number. */
enum proc_binding { BIND_LATEST, BIND_DEPLOYMENT, BIND_VERSION };

/* A bpmn:correlationKey for one message (8.4.2): where in the payload the values of its properties stand, and where in the instance
 * (processRef's correlationSubscription). Only properties that have a retrieval expression for the message. */
struct proc_key {
    const char *id;                   /* of the correlation key */
    const struct feel_prog **message; /* messagePath of each property, evaluated over the payload */
    const struct feel_prog **data;    /* dataPath of each property, over the instance's variables; [i] NULL = not bound */
    int32_t n;
};

/* One event definition of an event, or what a send or receive task sends or receives. */
struct proc_event {
    enum event_kind kind;
    int line;
    struct proc_expr name;        /* message, signal: its name, or the id of one without a name; error, escalation: same */
    struct proc_expr code;        /* error, escalation: its code; both NULL = catches all, or thrown without code */
    struct proc_expr key;         /* message: correlation key of zeebe:subscription or gradus:key; both NULL = none */
    struct proc_key *correlation; /* message: the standard's keys that are bound for it */
    int32_t n_correlation;        /* ... */
    struct proc_expr ttl;         /* message thrown: how long it is kept for a later receiver (duration); NULL = not at all */
    enum proc_timer timer;        /* timer */
    struct proc_expr timer_text;  /* ISO 8601 text or FEEL */
    const struct feel_prog *condition; /* conditional; NULL = never true */
    int32_t activity;                  /* compensation thrown: activityRef, PROC_NONE = all that is visible */
    bool wait;                         /* compensation thrown: waitForCompletion */
    int32_t link;                      /* link thrown: the catch event of the same name, PROC_NONE if none */
    const char *code_var, *text_var;   /* error, escalation caught: variables that take code and message; NULL = none */
};

/* How often an activity runs (10.3.8). */
enum proc_loop_kind { LOOP_NONE, LOOP_STANDARD, LOOP_SEQUENTIAL, LOOP_PARALLEL };
enum proc_behavior { BEHAVIOR_ALL, BEHAVIOR_NONE, BEHAVIOR_ONE, BEHAVIOR_COMPLEX };
struct proc_complex { /* complexBehaviorDefinition: when CONDITION holds after an instance completed, all of EVENT are thrown */
    const struct feel_prog *condition;
    struct proc_event *event;
    int32_t n_event;
};
struct proc_loop {
    enum proc_loop_kind kind;
    bool test_before;                  /* standard */
    const struct feel_prog *condition; /* standard: loopCondition, NULL = always; others: completionCondition, NULL = never */
    struct proc_expr maximum;          /* standard: loopMaximum; others: loopCardinality; both NULL = not given */
    struct proc_expr collection;       /* others: loopDataInputRef as the FEEL of its name; both NULL = not given */
    const char *element;               /* variable of an instance that takes its item; NULL = none */
    const char *output;                /* variable outside that takes the list of results; NULL = none */
    const struct feel_prog *result;    /* what an instance gives to it; NULL = null */
    enum proc_behavior behavior;
    struct proc_event none, one; /* events thrown for behavior None and One; kind EVENT_KINDS = one without definition */
    struct proc_complex *complex;
    int32_t n_complex;
    int32_t first; /* loopCounter of the first instance: 0, or 1 in the models of an engine that counts so */
};

/* A variable that a scope declares: bpmn:property, bpmn:dataObject, or input of a global task. */
struct proc_data {
    const char *name;
    struct proc_expr initial; /* both NULL = null */
    bool collection;
};

/* A variable that is a field of the desk: gradus:source of a data store that the process names. */
struct proc_store {
    const char *name; /* "priority", "asset" */
    bool written;     /* an output association leads to it: what the process makes of it goes to the desk */
};

/* Can the desk keep V in this field? Null is always taken, and leaves the field as it is. */
bool proc_store_takes(const struct proc_store *s, struct val v);

/* What a call activity calls. */
struct proc_call {
    struct proc_expr key;      /* id of the process or global task; both NULL = nothing */
    enum proc_binding binding; /* which version, as for decisions */
    struct proc_expr version;
    bool all_in, all_out; /* all variables are copied: there are no mappings of that direction, or it is asked for */
};

/* What of a decision's answer the result variable takes: the value as the decision gives it; or, as Camunda 7 names them, from
 * the list of results, one for each rule, each a context of outputs: its only entry, the only result, all entries, the list. */
enum proc_shape { SHAPE_VALUE, SHAPE_SINGLE_ENTRY, SHAPE_SINGLE_RESULT, SHAPE_COLLECT_ENTRIES, SHAPE_RESULT_LIST };

struct proc_decision {
    struct proc_expr key; /* both NULL = not given */
    struct proc_expr version;
    enum proc_binding binding;
    enum proc_shape shape;
};

/* A field of a user task's form, from gradus:form, camunda:formData or zeebe:userTaskForm as far as it is plain. */
enum field_kind { FIELD_TEXT, FIELD_LINES, FIELD_NUMBER, FIELD_BOOL, FIELD_DATE, FIELD_CHOICE };
struct proc_choice {
    const char *value, *label;
};
struct proc_field {
    const char *id, *label;
    enum field_kind kind;
    bool required;
    struct proc_choice *choice;
    int n_choice;
};

struct proc_node {
    enum node_kind kind;
    const char *id;   /* as in the file; unique in the process */
    const char *name; /* "" if none */
    const char *doc;  /* bpmn:documentation, "" if none */
    int line;
    int32_t scope;     /* the sub-process (of whatever kind) it stands in, PROC_NONE = the process itself */
    int32_t lane;      /* innermost lane, PROC_NONE if none */
    int32_t *in, *out; /* flows; out in document order */
    int32_t n_in, n_out;
    int32_t default_flow; /* PROC_NONE if none */

    /* events; receive and send task: one message, if the task names one; event sub-process: those of its start event */
    struct proc_event *event; /* its event definitions in document order */
    int32_t n_event;
    bool parallel;     /* catching: parallelMultiple, all of them must occur; event-based gateway: parallel and instantiating */
    bool instantiate;  /* event-based gateway, receive task: creates instances */
    int32_t host;      /* boundary event: the activity it sits on */
    bool interrupting; /* boundary event: cancelActivity; event sub-process: isInterrupting of its start event */
    bool until_claim;  /* boundary timer: gradus:until="claim", disarmed as soon as somebody takes the task */

    /* activities */
    int32_t *boundary; /* its boundary events but the compensation one */
    int32_t n_boundary;
    int32_t handler;        /* the activity that compensates it, PROC_NONE if none */
    bool for_compensation;  /* isForCompensation: only compensation runs it */
    bool compensable;       /* once completed it can be compensated: handler, or something compensable inside */
    int32_t start_quantity; /* tokens it takes to begin; 1 */
    int32_t done_quantity;  /* completionQuantity: tokens on each outgoing flow; 1 */
    struct proc_loop loop;  /* kind LOOP_NONE: runs once */

    /* sub-processes (also event, transaction, ad-hoc) */
    int32_t *start; /* where it begins: start events, else nodes without incoming flow that are no boundary event, no event
                     * sub-process and not for compensation; event sub-process: its one start event; ad-hoc: activities that can be
                     * activated */
    int32_t n_start;
    int32_t *esp; /* event sub-processes directly inside */
    int32_t n_esp;
    int32_t undo;           /* the one of them that begins with a compensation event, PROC_NONE if none */
    struct proc_data *data; /* declared variables; activities as well (properties) */
    int32_t n_data;
    bool sequential;                 /* ad-hoc: ordering="Sequential" */
    bool cancel_remaining;           /* ad-hoc */
    const struct feel_prog *done_if; /* ad-hoc: completionCondition; complex gateway: activationCondition; NULL = none */
    struct proc_call call;           /* call activity */

    /* inclusive and complex gateway: bit f of reach[i] (byte f / 8): a path of flows from flow f to in[i] that does not visit the
     * gateway; a flow reaches itself */
    unsigned char **reach;

    /* user task */
    struct proc_expr assignee, groups, users, due, priority;
    const char *form_key; /* NULL if none */
    struct proc_field *field;
    int32_t n_field;
    const char *requires_note; /* gradus:findings: name of the variable that must be given to complete it; NULL if none */

    struct proc_decision decision; /* business rule task */

    /* service, script and business rule task */
    const char *topic; /* NULL if none */
    int32_t retries;   /* attempts of the job; 0 = the default */
    const struct feel_prog *script;
    const char *result; /* variable that takes the script's, service's or decision's value; NULL = none */
    struct proc_mapping *input, *output;
    int32_t n_input, n_output;
};

struct proc_flow {
    const char *id, *name;
    int32_t from, to;
    const struct feel_prog *condition; /* NULL = always */
    int line;
};

struct proc_lane {
    const char *id, *name;
    const char *tier;   /* gradus:tier: "L1", "L2", "L3", "requester"; else "" */
    const char *groups; /* gradus:groups: default candidate groups of its user tasks; else "" */
    int32_t parent;     /* lane it is nested in */
};

struct proc {
    struct arena *mem;
    const char *key; /* bpmn:process/@id */
    const char *name;
    const char *version_tag; /* "" if none */
    bool executable;         /* isExecutable, and all of it can run here; false: deployable and viewable, start refused */
    bool blocked;            /* it says isExecutable, and something in it cannot run here: the findings say what */
    struct digest hash;      /* SHA-256 of the file's bytes */
    struct proc_node *node;
    struct proc_flow *flow;
    struct proc_lane *lane;
    int32_t n_node, n_flow, n_lane;
    int32_t *start; /* start events of the process and instantiating receive tasks and event-based gateways, else nodes without
                     * incoming flow, as for sub-processes */
    int32_t n_start;
    int32_t *esp; /* event sub-processes directly inside */
    int32_t n_esp;
    int32_t undo;
    struct proc_data *data;
    int32_t n_data;
    struct proc_store *store; /* each field once */
    int32_t n_store;
    bool global;              /* a global task as a process: one node */
    struct proc_stage *stage; /* gradus:stages or derived: the stepper in words */
    int32_t n_stage;
};

/* A stage of the stepper: "Triage", "Diagnosis" ...; the nodes that belong to it, in the order of the main path. */
struct proc_stage {
    const char *key, *label;
    int32_t *node;
    int32_t n_node;
};

/* Index of the node with this id, or PROC_NONE. */
int32_t proc_node_find(const struct proc *p, const char *id);

/* Reads FILE's bytes (named WHERE in messages), checks, and compiles every process in it. All findings are added to F, the first
 * error does not stop the reading. With f->errors > 0 the list is NULL and the answer E_FINDINGS; a file that is no XML or too
 * large is a finding as well. Processes live in arenas of their own (proc->mem) that the caller frees or keeps. */
struct proc_list {
    struct proc *proc;
    struct proc_list *next;
};
enum err proc_compile(struct arena *mem, const char *where, const char *bytes, size_t n, struct findings *f,
                      struct proc_list **out) CHECKED;

/* Ties the processes of LIST to MEM: their arenas are freed when it ends. */
void proc_list_keep(struct arena *mem, const struct proc_list *list);

#endif

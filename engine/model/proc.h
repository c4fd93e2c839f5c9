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
#define NODE(name, local, family, waits) NODE_##name,
#include "model/node.def"
#undef NODE
    NODE_KINDS
};

/* The column "name", and "local name in XML". */
const char *node_kind_name(enum node_kind k);
const char *node_kind_local(enum node_kind k);

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

/* Which version of a decision a business rule task asks: the one in force, the one that was in force when the process was
 * released, or the one of a number. */
enum proc_binding { BIND_LATEST, BIND_DEPLOYMENT, BIND_VERSION };

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
    int32_t scope;     /* the sub-process it stands in, PROC_NONE = the process itself */
    int32_t lane;      /* innermost lane, PROC_NONE if none */
    int32_t *in, *out; /* flows; out in document order */
    int32_t n_in, n_out;
    int32_t default_flow; /* PROC_NONE if none */

    int32_t host;      /* boundary event: the activity it sits on */
    bool interrupting; /* boundary event: cancelActivity */
    bool until_claim;  /* boundary timer: gradus:until="claim", disarmed as soon as somebody takes the task */
    int32_t *boundary; /* activity: its boundary events */
    int32_t n_boundary;
    int32_t *start; /* sub-process: where it begins (start events, else nodes without incoming flow) */
    int32_t n_start;

    enum proc_timer timer;
    struct proc_expr timer_text; /* ISO 8601 text or FEEL */

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
    bool executable;         /* isExecutable; false: deployable and viewable, start refused */
    struct digest hash;      /* SHA-256 of the file's bytes */
    struct proc_node *node;
    struct proc_flow *flow;
    struct proc_lane *lane;
    int32_t n_node, n_flow, n_lane;
    int32_t *start; /* start events of the process, else nodes without incoming flow */
    int32_t n_start;
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

/* engine/model/bpmn.h - a BPMN file as plain structs: what it says, resolved as far as it resolves, nothing judged yet.
 *
 * Reading never fails: what is missing is NULL or "", what could not be understood is kept beside it (a problem text, a raw
 * value), and check.c reports it. All of it lives in one arena together with the XML tree that it points into. */
#ifndef MODEL_BPMN_H
#define MODEL_BPMN_H

#include "base/map.h"
#include "model/proc.h"
#include "model/xml.h"

#define BPMN_NS "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define BPMN_DI_NS "http://www.omg.org/spec/BPMN/20100524/DI"
#define GRADUS_NS "https://gradus.example/schema/bpmn/1.0"

enum {
    LIMIT_MODEL_ELEMENTS = 10000, /* nodes, flows and lanes of a file */
    LIMIT_MODEL_NAME = 255,       /* letters of a name or id */
    LIMIT_MODEL_TIMER = 60,       /* seconds: shortest interval of a repeating timer */
    LIMIT_MODEL_KEYS = 20         /* correlation keys of a process, properties of a key */
};

/* Who wrote an extension: decides how its texts are read. */
enum vendor {
    VENDOR_STANDARD, /* "=" begins FEEL, else literal */
    VENDOR_GRADUS,   /* the same */
    VENDOR_ZEEBE,    /* the same */
    VENDOR_JUEL,     /* camunda, flowable, activiti: ${...}, translated */
    VENDOR_OTHER
};

/* Whose a namespace is; VENDOR_STANDARD for BPMN's own and for none. */
enum vendor vendor_of(const char *ns);

/* What becomes of an extension of a vendor that we know. */
enum treatment {
    EXT_READ,    /* its meaning is taken over */
    EXT_IGNORED, /* kept in the file, without effect here; worth an info */
    EXT_REFUSED  /* ignoring it would change what the process does */
};

/* For the element or attribute NAME in a namespace of V. In our own namespace an unknown name is refused. */
enum treatment extension_treatment(enum vendor v, const char *name);

struct bpmn_expr {
    const char *text; /* NULL = not given; FEEL comes without its "=" */
    bool feel;
    int line;
    const char *problem; /* what could not be translated, and the remedy; NULL = none */
};

struct bpmn_mapping {
    const char *target;
    struct bpmn_expr source;
    int line;
};

struct bpmn_field {
    struct proc_field field;
    const char *type; /* as written */
    bool known;       /* type is one of ours */
    int line;
};

/* Which decision a business rule task asks, and what becomes of the answer. */
struct bpmn_decision {
    enum vendor vendor;            /* whose attributes name it; VENDOR_OTHER: nobody's */
    struct bpmn_expr key, version; /* text NULL = not given */
    const char *binding;           /* as written, NULL = none */
    const char *map;               /* camunda:mapDecisionResult, NULL = none */
};

/* A correlation key for one message and process (8.4.2). */
struct bpmn_key {
    const char *id;
    struct bpmn_expr *message, *data; /* of each property; data text NULL = not bound */
    int32_t n;
};

/* An event definition of a node, or what a send or receive task sends or receives. */
struct bpmn_event {
    const char *local;           /* local name in XML; of an eventDefinitionRef that leads nowhere that name */
    enum event_kind kind;        /* EVENT_KINDS: no such definition */
    const char *id;              /* of the definition, "" if none */
    const struct xml_node *xml;  /* the definition, wherever it stands; the task */
    int line;                    /* where the node names it */
    const char *ref;             /* message, signal, error, escalation: the reference as written, NULL = none */
    const struct xml_node *root; /* ... and what it leads to, NULL = nothing */
    struct bpmn_expr name, code, key, ttl;
    struct bpmn_key *correlation;
    int32_t n_correlation;
    const struct bpmn_event *same_keys; /* an earlier event of the process with the same correlation, NULL = none */
    int n_timer;                        /* timer texts given; one is right */
    enum proc_timer timer;
    struct bpmn_expr timer_text, condition;
    const char *activity_id; /* compensation: activityRef as written, NULL = none */
    struct bpmn_node *activity;
    bool wait;
    const char *link;     /* its name, "" if none */
    struct bpmn_node *to; /* link thrown: the catch event */
    const char *code_var, *text_var;
};

/* complexBehaviorDefinition and the definitions of its event. */
struct bpmn_complex {
    struct bpmn_expr condition;
    struct bpmn_event *event;
    int32_t n_event;
    int line;
};

struct bpmn_loop {
    enum proc_loop_kind kind;
    const struct xml_node *xml;
    bool test_before;
    struct bpmn_expr condition, maximum, collection, result;
    const char *element, *output; /* NULL = none */
    const char *behavior;         /* as written, NULL = none */
    const char *none_id, *one_id; /* references to event definitions, NULL = none */
    struct bpmn_event *none, *one;
    struct bpmn_complex *complex;
    int32_t n_complex;
    int32_t first; /* loopCounter of the first instance */
};

struct bpmn_call {
    struct bpmn_expr key, version;
    const char *binding; /* as written, NULL = none */
    bool all_in, all_out;
};

/* A variable that a scope declares. */
struct bpmn_data {
    const char *name;
    struct bpmn_expr initial;
    bool collection;
    const struct xml_node *xml;
};

struct bpmn_node {
    const char *local; /* local name in XML; of a global task that of the task it is */
    const char *id;    /* "" if none */
    const char *name, *doc;
    int line;
    int32_t index;                 /* in its process */
    enum node_kind kind;           /* NODE_KINDS: the executor has no such thing */
    struct bpmn_event *definition; /* its event definitions; receive, send: its message */
    int32_t n_event;
    bool parallel, instantiate;
    struct bpmn_node *scope; /* sub-process around it, NULL = the process */
    struct bpmn_process *process;
    struct bpmn_lane *lane;
    int n_leaf; /* lanes without inner lanes that name it */
    const struct xml_node *xml;

    struct bpmn_flow **in, **out;
    int32_t n_in, n_out;
    const char *default_id; /* NULL = not given */
    struct bpmn_flow *default_flow;

    const char *host_id; /* boundary event: attachedToRef as written, NULL = none */
    struct bpmn_node *host;
    struct bpmn_node *boundary, *next_boundary; /* activity: its first boundary event; that one's next */
    struct bpmn_node *entry, *next_entry;       /* sub-process: where it begins */
    int32_t n_boundary, n_entry, n_start;       /* n_start: start events directly inside */
    bool interrupting;
    const char *until; /* gradus:until as written, NULL = none */

    bool for_compensation;
    struct bpmn_node *handler;
    int32_t start_quantity, done_quantity; /* 0 = no number from 1 on */
    struct bpmn_loop loop;
    struct bpmn_call call;
    struct bpmn_data *data;
    int32_t n_data;
    bool sequential, cancel_remaining; /* ad-hoc */
    struct bpmn_expr done_if;          /* ad-hoc: completionCondition; complex gateway: activationCondition */

    struct bpmn_expr assignee, groups, users, due, priority;
    const char *form_key, *findings;
    struct bpmn_field *field;
    int32_t n_field;

    const char *topic;
    const char *retries; /* as written, NULL = none */
    struct bpmn_expr script;
    const char *script_format; /* "" if none */
    const char *result;
    struct bpmn_decision decision; /* business rule task */
    struct bpmn_mapping *input, *output;
    int32_t n_input, n_output;
};

struct bpmn_flow {
    const char *id, *name;
    int line;
    int32_t index;
    const char *source_id, *target_id; /* "" if none */
    struct bpmn_node *source, *target; /* NULL if there is no such node */
    struct bpmn_node *scope;
    struct bpmn_process *process;
    struct bpmn_expr condition;
    const char *language; /* of the condition, "" if none */
};

struct bpmn_lane {
    const char *id, *name;
    int line;
    int32_t index;
    const char *tier, *groups;
    struct bpmn_lane *parent;
    bool leaf;
    const struct xml_node *xml;
};

struct bpmn_stage {
    const char *key, *label;
    const char *nodes; /* ids, separated by blanks or commas */
    int line;
};

enum { BPMN_STORES = 8 }; /* fields of the desk that there are */

struct bpmn_process {
    const char *id, *name, *version_tag;
    int line;
    bool executable;
    bool blocked; /* set by check.c: something in it cannot run here, so it is viewed and not started */
    const struct xml_node *xml;
    struct bpmn_node *node;
    struct bpmn_flow *flow;
    struct bpmn_lane *lane;
    struct bpmn_stage *stage;
    int32_t n_node, n_flow, n_lane, n_stage;
    struct bpmn_node *entry; /* start events, else the nodes that nothing leads to; by next_entry */
    int32_t n_entry, n_start;
    struct bpmn_data *data;
    int32_t n_data;
    struct proc_store store[BPMN_STORES];
    int32_t n_store;
    bool global; /* a global task: one node */
    struct bpmn_process *next;
};

struct bpmn_file {
    struct arena *mem;
    const struct xml_node *root;
    bool definitions;     /* the root is bpmn:definitions */
    enum vendor platform; /* by modeler:executionPlatform; VENDOR_STANDARD if it does not say */
    int elements;         /* nodes, flows, lanes */
    struct bpmn_process *process;
    struct map nodes;        /* id -> struct bpmn_node, the first of that id */
    struct map flows;        /* id -> struct bpmn_flow */
    struct map ids;          /* id -> struct xml_node of any element of BPMN, the first of that id */
    struct map words;        /* name of data -> of the variable, where the name itself cannot stand in an expression */
    struct feel_names names; /* declared variables that expressions must know to see them: no plain words, names of functions */
};

/* ROOT must outlive the result. Over LIMIT_MODEL_ELEMENTS the processes stay empty. */
struct bpmn_file *bpmn_read(struct arena *mem, const struct xml_node *root);

/* Is N a boundary event, of whatever trigger? */
bool bpmn_is_boundary(const struct bpmn_node *n);

/* Is this the local name of a flow node, of ours or not? */
bool bpmn_is_node(const struct xml_node *n);

/* The kind for a local name, NODE_KINDS if the executor has none; an event sub-process is told apart by its attribute. */
enum node_kind bpmn_kind(const char *local);

/* May an activity be what this kind is? (Tasks, calls and sub-processes of all kinds.) */
bool bpmn_is_activity(enum node_kind k);

/* The first event definition of that kind, or NULL. */
const struct bpmn_event *bpmn_event_of(const struct bpmn_node *n, enum event_kind k);

/* The text of a timeDate, timeDuration or timeCycle: ISO 8601, or FEEL. */
struct bpmn_expr bpmn_timer_text(struct bpmn_file *f, const struct xml_node *x);

/* What a data store is, by gradus:source: the variable, or a path in one; NULL if there is no such thing. May it be written? */
const char *bpmn_store_field(const char *source, bool *writable);
const char *bpmn_store_source(const struct bpmn_file *f, const struct xml_node *x);

/* What a QName in a reference leads to, by its local part; NULL if nothing. */
const struct xml_node *bpmn_find(const struct bpmn_file *f, const char *ref);
struct bpmn_node *bpmn_find_node(const struct bpmn_file *f, const char *ref);

/* What the words of a business rule task mean; false if they mean nothing here. */
bool bpmn_binding(const char *word, enum proc_binding *out);
bool bpmn_shape(const struct bpmn_decision *d, enum proc_shape *out);

/* Everything about people, forms, services and data that vendors keep in attributes and extension elements. In dialect.c. */
void dialect_read(struct bpmn_file *f, struct bpmn_node *n);
struct bpmn_expr dialect_text(struct arena *mem, enum vendor v, const char *text, int line);

/* Does the node name a decision, whatever kind it is? */
bool dialect_names_decision(const struct bpmn_node *n);

/* What vendors say about a message, a call and a loop; after the standard's own has been read. */
void dialect_message(struct bpmn_file *f, struct bpmn_event *e);
void dialect_mappings(struct bpmn_file *f, struct bpmn_node *n);
/* The first value of a declared variable. */
struct bpmn_expr dialect_initial(struct bpmn_file *f, const struct xml_node *x);
void dialect_loop(struct bpmn_file *f, struct bpmn_node *n);

/* The attribute NAME in any namespace that we read (ours first), or NULL; *V says whose. */
const char *dialect_attr(const struct xml_node *n, const char *name, enum vendor *v);

#endif

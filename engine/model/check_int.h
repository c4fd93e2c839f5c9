/* engine/model/check_int.h - what the files of rules share: the frame, and the file's elements by name and by id. */
#ifndef MODEL_CHECK_INT_H
#define MODEL_CHECK_INT_H

#include "model/check.h"
#include "model/shape.h"

enum { CHECK_SHORT = 60 }; /* letters of an author's text in a message */

/* A text that may be FEEL, and where it stands. */
struct check_expr {
    const struct xml_node *x; /* the node, flow or process that it belongs to */
    const char *what;         /* "condition", "assignee" ... */
    const struct bpmn_expr *expr;
};

/* The elements of one name, in the order of the document. */
struct check_item {
    const struct xml_node *x;
    struct check_item *next;
};

struct check {
    struct arena *mem;
    struct findings *f;
    struct bpmn_file *file;
    const struct check_rule *rule;
    struct bpmn_node **node; /* of all processes */
    struct bpmn_flow **flow;
    struct bpmn_lane **lane;
    struct check_expr *expr;
    const struct shape_slip *slip; /* where the file differs from the schemas */
    int32_t n_node, n_flow, n_lane, n_expr, cap_expr;
    struct map names; /* local name -> struct check_names: the elements of BPMN's namespace, but those in extensionElements */
    struct map ids;   /* id -> struct xml_node, the first that has it */
    struct map processes; /* id -> struct bpmn_process */
    struct map triggers;  /* address of an event -> its struct check_trigger */
    bool any_executable;  /* is any process of the file? */
    struct map pools;     /* id of a process -> struct xml_node of its participant */
};

/* ---- check_tree.c: the file as elements ---- */

/* Fills names, ids, processes and pools of C. */
void check_tree(struct check *c);
/* The first of all elements of that local name, NULL if there is none. */
const struct check_item *check_all(const struct check *c, const char *local);
/* Calls FN for every element that has one of the NAMES, which are separated by blanks. */
void check_each(struct check *c, const char *names, void (*fn)(struct check *c, const struct xml_node *x));

/* The attribute of that name without namespace, "" if there is none. */
const char *check_attr(const struct xml_node *x, const char *name);
bool check_true(const struct xml_node *x, const char *name, bool otherwise);
/* Is X an element of BPMN's namespace with one of the NAMES, which are separated by blanks? */
bool check_is(const struct xml_node *x, const char *names);
/* The first child of X in BPMN's namespace, NULL if there is none; how many there are. */
const struct xml_node *check_child(const struct xml_node *x, const char *local);
int check_count(const struct xml_node *x, const char *local);
/* The text of X without blanks at both ends. */
const char *check_text(struct check *c, const struct xml_node *x);

/* What a QName leads to in this file, NULL if to nothing. */
const struct xml_node *check_find(const struct check *c, const char *ref);
/* The reference NAME of X as written, in an attribute or a child element; NULL if it is not given. */
const char *check_ref_text(struct check *c, const struct xml_node *x, const char *name);
/* ... and what it leads to. */
const struct xml_node *check_ref(struct check *c, const struct xml_node *x, const char *name);
/* What is listed by child elements of the NAMES: the keys are those of check_listed_key() for the element that lists, or (SIBLINGS)
 * for the one that holds it. */
struct map check_listed(struct check *c, const char *names, bool siblings);
const char *check_listed_key(struct check *c, const struct xml_node *holder, const char *name, const char *ref);
/* Does the file import others, so that what a reference means may stand there? */
bool check_imports(const struct check *c, const char *ref);

/* The process or global task around X, or X itself; NULL if there is none. */
const struct xml_node *check_process_of(const struct xml_node *x);
/* Is X in a process that says that it can be executed, or in a global task; outside of both: does the file hold such a process? */
bool check_executable(const struct check *c, const struct xml_node *x);
/* The node of that element, NULL if it is none. */
struct bpmn_node *check_node(const struct check *c, const struct xml_node *x);
bool check_is_activity(const struct xml_node *x);
bool check_is_event(const struct xml_node *x);
bool check_is_artifact(const struct xml_node *x);
bool check_is_sub_process(const struct xml_node *x); /* of whatever kind */
bool check_is_event_sub_process(const struct xml_node *x);

/* An event definition of an event, as the event names it. */
struct check_trigger {
    enum event_kind kind;      /* EVENT_KINDS: no such definition */
    const struct xml_node *x;  /* the definition, wherever it stands */
    const struct xml_node *at; /* what names it inside the event */
    struct check_trigger *next;
};
/* The event definitions of the event (or start event of an event sub-process) X, in the order of the document. */
const struct check_trigger *check_triggers(struct check *c, const struct xml_node *x);
bool check_has_trigger(struct check *c, const struct xml_node *x, enum event_kind kind);
int check_trigger_count(struct check *c, const struct xml_node *x);
/* What the first of them is called in a message: "message", "two events" ...; "none". */
const char *check_trigger_name(const struct check_trigger *t);

/* ---- saying it ---- */

/* A finding of the present rule. */
void check_say(struct check *c, int line, const char *element, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* At the element X: its line, its id or that of the nearest element around it that has one. */
void check_at(struct check *c, const struct xml_node *x, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same with another severity than the rule's. */
void check_tell(struct check *c, enum severity s, const struct xml_node *x, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The rule's severity where X is to be executed, else a warning for an error. */
enum severity check_weight(const struct check *c, const struct xml_node *x);
/* The same, of the rule's severity where X is to be executed, and a warning where it is only drawn. */
void check_run(struct check *c, const struct xml_node *x, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same as a warning; where X is to be executed, its process can be viewed but not started. */
void check_block(struct check *c, const struct xml_node *x, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#define RULE(name, id, severity, constraint, prose) void check_##name(struct check *c);
#include "model/check.def"
#undef RULE

#endif

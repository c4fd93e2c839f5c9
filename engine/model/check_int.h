/* engine/model/check_int.h - what the three files of rules share. */
#ifndef MODEL_CHECK_INT_H
#define MODEL_CHECK_INT_H

#include "model/check.h"

/* A text that may be FEEL, and where it stands. */
struct check_expr {
    const char *element; /* id */
    const char *what;    /* "condition", "assignee" ... */
    const struct bpmn_expr *expr;
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
    int32_t n_node, n_flow, n_lane, n_expr, cap_expr;
};

/* A finding of the present rule. */
void check_say(struct check *c, int line, const char *element, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same with another severity than the rule's. */
void check_say_as(struct check *c, enum severity s, const struct bpmn_node *n, const char *message);

#define RULE(name, id, severity, prose) void check_##name(struct check *c);
#include "model/check.def"
#undef RULE

#endif

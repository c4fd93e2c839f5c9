/* engine/model/proc_int.h - what the files that compile a process share. */
#ifndef MODEL_PROC_INT_H
#define MODEL_PROC_INT_H

#include "model/bpmn.h"
#include "model/proc.h"

/* A process in the making. */
struct make {
    struct proc *p;
    const struct feel_names *names; /* of the file */
    struct map keys;                /* id of a message -> struct proc_event that has its correlation compiled */
};

/* ---- proc.c ---- */

/* All processes of FILE, whose bytes are BYTES, without asking whether they are sound: check_file() has, or a test need not. */
enum err make_all(struct arena *mem, const struct bpmn_file *file, struct span bytes, struct proc_list **out) CHECKED;

/* A copy in the process's arena; NULL stays NULL. */
const char *make_keep(struct make *m, const char *s);
int32_t make_index(const struct bpmn_node *n);
/* The program of an expression, NULL if it is not given. */
enum err make_program(struct make *m, const struct bpmn_expr *e, const struct feel_prog **out) CHECKED;
enum err make_text(struct make *m, const struct bpmn_expr *e, struct proc_expr *out) CHECKED;

/* ---- proc_event.c ---- */

enum err make_events(struct make *m, const struct bpmn_node *from, struct proc_node *to) CHECKED;
enum err make_loop(struct make *m, const struct bpmn_node *from, struct proc_node *to) CHECKED;
enum err make_data(struct make *m, const struct bpmn_data *from, int32_t n, struct proc_data **out) CHECKED;
enum err make_call(struct make *m, const struct bpmn_node *from, struct proc_node *to) CHECKED;

/* ---- proc_scope.c: when all nodes are made ---- */

/* Event sub-processes of scopes, what they wait for, and what can be compensated. */
void make_scopes(struct make *m);

/* ---- reach.c ---- */

/* Fills reach of the inclusive and complex gateways; flows and nodes are made. */
void make_reach(struct proc *p);

#endif

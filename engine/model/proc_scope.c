/* engine/model/proc_scope.c - what a scope is made of: event sub-processes, what they begin with, what can be compensated.
 *
 * For     proc.c, once all nodes stand.
 * Owns    the lists of event sub-processes.
 * Never   decides what happens when (run/).
 * Holds   a scope stands before its content in the array of nodes, so one walk from the last node to the first sees the inside
 * before the outside. */
#include "model/proc_int.h"

static bool waits_for(const struct proc_node *n, enum event_kind k)
{
    for (int32_t i = 0; i < n->n_event; i++) {
        if (n->event[i].kind == k)
            return true;
    }
    return false;
}

/* An event sub-process waits for what its start event waits for. */
static void begin(struct proc *p, struct proc_node *n)
{
    if (n->kind != NODE_event_sub_process || n->n_start == 0)
        return;
    const struct proc_node *start = &p->node[n->start[0]];

    n->event = start->event;
    n->n_event = start->n_event;
    n->parallel = start->parallel;
    n->interrupting = start->interrupting || waits_for(start, EVENT_error); /* errors always interrupt (10.5.6) */
}

/* The event sub-processes of SCOPE, in document order; *UNDO the one that begins with compensation. */
static int32_t *inside(struct proc *p, int32_t scope, int32_t n, int32_t *undo)
{
    int32_t *list = ARENA_NEW_N(p->mem, int32_t, (size_t)n);
    int32_t at = 0;

    for (int32_t i = scope + 1; at < n && i < p->n_node; i++) {
        if (p->node[i].kind != NODE_event_sub_process || p->node[i].scope != scope)
            continue;
        list[at++] = i;
        if (*undo == PROC_NONE && waits_for(&p->node[i], EVENT_compensation))
            *undo = i;
    }
    return list;
}

static bool is_scope(const struct proc_node *n)
{
    return n->kind == NODE_sub_process || n->kind == NODE_event_sub_process || n->kind == NODE_transaction ||
           n->kind == NODE_ad_hoc;
}

/* Something with a handler, or a sub-process that knows how to undo itself or holds such a thing (13.5.5). */
static void compensable(struct proc *p)
{
    for (int32_t i = p->n_node - 1; i >= 0; i--) {
        struct proc_node *n = &p->node[i];
        struct proc_node *outer = n->scope != PROC_NONE ? &p->node[n->scope] : NULL;

        n->compensable = n->compensable || n->handler != PROC_NONE || n->undo != PROC_NONE;
        if (n->compensable && outer != NULL && is_scope(outer) && outer->undo != i)
            outer->compensable = true;
    }
}

void make_scopes(struct make *m)
{
    struct proc *p = m->p;

    for (int32_t i = 0; i < p->n_node; i++) {
        struct proc_node *n = &p->node[i];

        begin(p, n);
        if (n->kind == NODE_event_sub_process)
            *(n->scope == PROC_NONE ? &p->n_esp : &p->node[n->scope].n_esp) += 1;
    }
    p->esp = inside(p, PROC_NONE, p->n_esp, &p->undo);
    for (int32_t i = 0; i < p->n_node; i++) {
        if (p->node[i].n_esp > 0)
            p->node[i].esp = inside(p, i, p->node[i].n_esp, &p->node[i].undo);
    }
    compensable(p);
}

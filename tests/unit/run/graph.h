/* tests/unit/run/graph.h - compiled processes by hand, for tests that need no file: nodes and flows are added one by one, and
 * graph_proc() makes the arrays that proc_compile() would have made. */
#ifndef TESTS_RUN_GRAPH_H
#define TESTS_RUN_GRAPH_H

#include "model/proc.h"

enum { GRAPH_NODES = 256, GRAPH_FLOWS = 512 };

struct graph {
    struct arena *mem;
    struct proc_node node[GRAPH_NODES];
    struct proc_flow flow[GRAPH_FLOWS];
    int32_t n_node, n_flow;
};

static inline struct graph *graph_new(struct arena *mem)
{
    struct graph *g = ARENA_NEW(mem, struct graph);

    g->mem = mem;
    return g;
}

/* A node named by its number, inside SCOPE. A catch or boundary event waits five minutes. */
static inline int32_t graph_node(struct graph *g, enum node_kind kind, int32_t scope)
{
    int32_t i = g->n_node++;

    g->node[i] = (struct proc_node){.kind = kind, .name = "", .doc = "", .line = i + 1, .scope = scope};
    g->node[i].id = arena_printf(g->mem, "n%d", (int)i);
    g->node[i].lane = g->node[i].default_flow = g->node[i].host = g->node[i].handler = g->node[i].undo = PROC_NONE;
    g->node[i].start_quantity = g->node[i].done_quantity = 1;
    if (kind == NODE_service_task)
        g->node[i].topic = "topic";
    if (kind == NODE_catch_event || kind == NODE_boundary_event) {
        g->node[i].n_event = 1;
        g->node[i].event = ARENA_NEW(g->mem, struct proc_event);
        *g->node[i].event = (struct proc_event){.kind = EVENT_timer,
                                                .timer = TIMER_DURATION,
                                                .timer_text.literal = "PT5M",
                                                .activity = PROC_NONE,
                                                .link = PROC_NONE};
    }
    return i;
}

/* An end event that stops its scope. */
static inline int32_t graph_terminate(struct graph *g, int32_t scope)
{
    int32_t i = graph_node(g, NODE_end_event, scope);

    g->node[i].n_event = 1;
    g->node[i].event = ARENA_NEW(g->mem, struct proc_event);
    *g->node[i].event = (struct proc_event){.kind = EVENT_terminate, .activity = PROC_NONE, .link = PROC_NONE};
    return i;
}

static inline int32_t graph_flow(struct graph *g, int32_t from, int32_t to)
{
    int32_t i = g->n_flow++;

    g->flow[i] = (struct proc_flow){.id = arena_printf(g->mem, "f%d", (int)i), .name = "", .from = from, .to = to};
    return i;
}

static inline int32_t graph_boundary(struct graph *g, int32_t host, bool interrupting)
{
    int32_t b = graph_node(g, NODE_boundary_event, g->node[host].scope);

    g->node[b].host = host;
    g->node[b].interrupting = interrupting;
    return b;
}

/* All X of 0..n-1 for which TEST holds, as an array. */
#define GRAPH_LIST(g, list, count, x, n, test)                                                                                 \
    do {                                                                                                                       \
        (list) = ARENA_NEW_N((g)->mem, int32_t, (size_t)(n) + 1);                                                              \
        (count) = 0;                                                                                                           \
        for (int32_t x = 0; x < (n); x++) {                                                                                    \
            if (test)                                                                                                          \
                (list)[(count)++] = x;                                                                                         \
        }                                                                                                                      \
    } while (0)

static inline bool graph_begins(const struct graph *g, int32_t node, int32_t scope)
{
    if (g->node[node].scope != scope || g->node[node].kind == NODE_boundary_event)
        return false;
    for (int32_t f = 0; f < g->n_flow; f++) {
        if (g->flow[f].to == node)
            return false;
    }
    return true;
}

static inline struct proc *graph_proc(struct graph *g)
{
    struct proc *p = ARENA_NEW(g->mem, struct proc);

    *p = (struct proc){.mem = g->mem, .key = "graph", .name = "", .version_tag = "", .executable = true, .undo = PROC_NONE};
    for (int32_t i = 0; i < g->n_node; i++) {
        struct proc_node *n = &g->node[i];
        GRAPH_LIST(g, n->in, n->n_in, f, g->n_flow, g->flow[f].to == i);
        GRAPH_LIST(g, n->out, n->n_out, f, g->n_flow, g->flow[f].from == i);
        GRAPH_LIST(g, n->boundary, n->n_boundary, k, g->n_node, g->node[k].host == i);
        GRAPH_LIST(g, n->start, n->n_start, k, g->n_node, n->kind == NODE_sub_process && graph_begins(g, k, i));
    }
    GRAPH_LIST(g, p->start, p->n_start, k, g->n_node, graph_begins(g, k, PROC_NONE));
    p->node = g->node;
    p->flow = g->flow;
    p->n_node = g->n_node;
    p->n_flow = g->n_flow;
    return p;
}

#endif

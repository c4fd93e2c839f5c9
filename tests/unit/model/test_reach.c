/* tests/unit/model/test_reach.c - reachability of joins against a search of all paths, on small random graphs with links. */
#include "model/proc_int.h"

#include "base/buf.h"

#include "unit/model/proc_util.h"

enum { NODES = 9, FLOWS = 14, ROUNDS = 4000 };

struct graph {
    struct proc p;
    struct proc_node node[NODES];
    struct proc_flow flow[FLOWS];
    struct proc_event link[NODES];
    int32_t in[NODES][FLOWS], out[NODES][FLOWS];
};

static uint32_t roll(uint64_t *seed, uint32_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % n;
}

static void random_graph(struct graph *g, struct arena *mem, uint64_t *seed)
{
    *g = (struct graph){.p = {.mem = mem, .node = g->node, .flow = g->flow, .n_node = NODES, .n_flow = FLOWS}};
    for (int32_t i = 0; i < NODES; i++) {
        g->node[i] = (struct proc_node){.kind = i < 2 ? NODE_inclusive_gateway : NODE_task, .in = g->in[i], .out = g->out[i]};
        if (i >= NODES - 2 && roll(seed, 2) == 0) { /* a throw that leads to the node five places before it */
            g->link[i] = (struct proc_event){.kind = EVENT_link, .link = i - 5};
            g->node[i].kind = NODE_throw_event;
            g->node[i].event = &g->link[i];
            g->node[i].n_event = 1;
        }
    }
    for (int32_t f = 0; f < FLOWS; f++) {
        struct proc_flow *w = &g->flow[f];

        *w = (struct proc_flow){.from = (int32_t)roll(seed, NODES), .to = (int32_t)roll(seed, NODES)};
        g->node[w->from].out[g->node[w->from].n_out++] = f;
        g->node[w->to].in[g->node[w->to].n_in++] = f;
    }
}

/* Is there a way from flow F to flow GOAL that does not pass GATEWAY? Follows all of them, forwards. */
static bool leads(const struct graph *g, int32_t f, int32_t goal, int32_t gateway, uint32_t tried)
{
    const struct proc_node *at = &g->node[g->flow[f].to];

    if (f == goal)
        return true;
    if ((tried >> f & 1) != 0 || g->flow[f].to == gateway)
        return false;
    tried |= 1u << f;
    for (int32_t i = 0; i < at->n_out; i++) {
        if (leads(g, at->out[i], goal, gateway, tried))
            return true;
    }
    if (at->n_event == 0)
        return false;
    const struct proc_node *target = &g->node[at->event[0].link];
    for (int32_t i = 0; at->event[0].link != gateway && i < target->n_out; i++) {
        if (leads(g, target->out[i], goal, gateway, tried))
            return true;
    }
    return false;
}

static void test_random(void **state)
{
    uint64_t seed = 20260101;
    int set = 0;

    for (int round = 0; round < ROUNDS; round++) {
        struct arena *mem = arena_new(0);
        struct graph g;
        uint64_t from = seed;

        random_graph(&g, mem, &seed);
        make_reach(&g.p);
        for (int32_t n = 0; n < 2; n++) {
            for (int32_t i = 0; i < g.node[n].n_in; i++) {
                for (int32_t f = 0; f < FLOWS; f++) {
                    bool got = (g.node[n].reach[i][f / 8] >> (f % 8) & 1) != 0;

                    set += got;
                    if (got != leads(&g, f, g.node[n].in[i], n, 0))
                        fail_msg("seed %llu: flow %d to the entry %d of gateway %d", (unsigned long long)from, f, i, n);
                }
            }
        }
        assert_null(g.node[2].reach);
        arena_free(mem);
    }
    assert_true(set > ROUNDS); /* the graphs are no deserts */
}

/* A gateway with thousands of entries stays quick: each flow is walked once for each of them. */
static void test_large(void **state)
{
    struct arena *mem = util_arena();
    struct buf b = buf_new(mem, UTIL_FILE_MAX);

    buf_str(&b, "<process id='p' isExecutable='true'><inclusiveGateway id='a'/><inclusiveGateway id='z'/>");
    for (int i = 0; i < 3000; i++)
        buf_fmt(&b,
                "<task id='t%d'/><sequenceFlow id='f%d' sourceRef='a' targetRef='t%d'/>"
                "<sequenceFlow id='g%d' sourceRef='t%d' targetRef='z'/>",
                i, i, i, i, i);
    buf_str(&b, "</process>");
    struct made m = made_file("", buf_text(&b));
    const struct proc_node *z = made_node(&m, "z");

    assert_int_equal(z->n_in, 3000);
    for (int32_t i = 0; i < z->n_in; i++) {
        int32_t f = z->in[i], before = m.p->node[m.p->flow[f].from].in[0], other = z->in[(i + 1) % z->n_in];

        assert_true(z->reach[i][f / 8] >> (f % 8) & 1);
        assert_true(z->reach[i][before / 8] >> (before % 8) & 1);
        assert_false(z->reach[i][other / 8] >> (other % 8) & 1);
    }
    made_free(&m);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_large)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

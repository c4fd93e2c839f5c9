/* tests/fuzz/run.c - the machine under arbitrary input. The first byte chooses what the rest is:
 *   't'  the text of a trigger: what is accepted must write the same bytes again
 *   's'  a story, told about a fixed process
 *   else triggers, three bytes each (kind, token, variables and time), for the same process; after each one the door plate of
 *        run.c must be true, and a refusal must have changed nothing */
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "run/run.h"
#include "run/scenario.h"
#include "unit/run/graph.h"

enum { FUEL = 40, STATE_BYTES = 4 << 20 };

#define NOW INT64_C(1767225600000000)

static void must(bool holds)
{
    if (!holds)
        abort();
}

static const struct feel_prog *compiled(struct arena *mem, const char *text)
{
    struct feel_prog *prog;

    must(feel_compile(mem, text, FEEL_EXPRESSION, NULL, &prog, NULL) == OK);
    return prog;
}

/* fork -> (task with a timer that cancels and one that repeats | sub-process with a service and a terminate end) -> join ->
 * way: back to the fork while x is 1, else a script and the end. */
static struct proc *model(struct arena *mem)
{
    struct graph *g = graph_new(mem);
    int32_t start = graph_node(g, NODE_start_event, PROC_NONE), merge = graph_node(g, NODE_exclusive_gateway, PROC_NONE);
    int32_t fork = graph_node(g, NODE_parallel_gateway, PROC_NONE), task = graph_node(g, NODE_user_task, PROC_NONE);
    int32_t sub = graph_node(g, NODE_sub_process, PROC_NONE), call = graph_node(g, NODE_service_task, sub);
    int32_t pause = graph_node(g, NODE_catch_event, sub), stop = graph_terminate(g, sub);
    int32_t join = graph_node(g, NODE_parallel_gateway, PROC_NONE), way = graph_node(g, NODE_exclusive_gateway, PROC_NONE);
    int32_t script = graph_node(g, NODE_script_task, PROC_NONE), end = graph_node(g, NODE_end_event, PROC_NONE);
    int32_t late = graph_boundary(g, task, true), remind = graph_boundary(g, task, false);
    int32_t chain[][2] = {{start, merge}, {merge, fork}, {fork, task},  {fork, sub},   {call, stop}, {task, join},
                          {sub, join},    {join, way},   {way, script}, {script, end}, {late, join}, {remind, end}};

    for (size_t i = 0; i < sizeof chain / sizeof *chain; i++)
        graph_flow(g, chain[i][0], chain[i][1]);
    g->flow[graph_flow(g, way, merge)].condition = compiled(mem, "x = 1");
    g->flow[8].condition = compiled(mem, "x > 1");
    g->node[script].script = compiled(mem, "{x: x - 1}");
    g->node[remind].event->timer = TIMER_CYCLE;
    g->node[remind].event->timer_text.literal = "R3/PT1M";
    g->node[late].until_claim = true;
    g->node[pause].event->timer_text = (struct proc_expr){.feel = compiled(mem, "wait")};
    return graph_proc(g);
}

static void try_trigger(struct arena *mem, const char *text, size_t n)
{
    struct buf b = buf_new(mem, n + 64), again = buf_new(mem, n + 64);
    struct trigger t;
    int64_t now;

    if (trigger_read(mem, text, n, &t, &now) != OK || trigger_write(&b, &t, now) != OK)
        return;
    must(trigger_read(mem, buf_text(&b), b.len, &t, &now) == OK);
    must(trigger_write(&again, &t, now) == OK && strcmp(buf_text(&again), buf_text(&b)) == 0);
}

static void try_story(struct arena *mem, const char *text, size_t n)
{
    struct scenario *s;
    const char *why;

    if (scenario_read(mem, "fuzz.scn", text, n, &s) == OK && scenario_run(mem, s, model(mem), NULL, &why) != OK)
        must(why[0] != '\0' && trouble()->code != E_BUG);
}

static const char *state_of(struct arena *mem, const struct proc *p, const struct inst *in)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    inst_write(&b, p, in);
    return buf_text(&b);
}

static void try_machine(struct arena *mem, const uint8_t *at, size_t n)
{
    struct run_env env = {.proc = model(mem), .now = NOW, .fuel = FUEL};
    struct inst *in = inst_new(mem);

    for (; n >= 3; at += 3, n -= 3) {
        struct val_entry e[] = {{"x", val_int(at[2] & 3)}, {"wait", at[2] & 4 ? val_text(mem, "PT1M") : val_int(1)}};
        struct trigger t = {
            .kind = (enum trigger_kind)(at[0] % (TRIGGER_CANCEL + 1)), .token = at[1], .node = PROC_NONE, .text = ""};
        struct effects out = {.mem = mem};
        struct inst *next = inst_copy(mem, in);
        t.vars = at[2] & 8 ? val_null() : val_context(mem, e, 2);
        env.now += (at[2] >> 4) * CLOCK_MINUTE;
        enum err e_run = run_trigger(&env, next, &t, &out);
        must(e_run == OK || e_run == E_STATE);
        must(e_run != OK || run_check(env.proc, next) == OK);
        must(e_run == OK || strcmp(state_of(mem, env.proc, next), state_of(mem, env.proc, in)) == 0);
        in = inst_copy(mem, next);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);

    if (size > 0 && data[0] == 't')
        try_trigger(mem, (const char *)data + 1, size - 1);
    else if (size > 0 && data[0] == 's')
        try_story(mem, (const char *)data + 1, size - 1);
    else if (size > 0 && size < 400)
        try_machine(mem, data + 1, size - 1);
    arena_free(mem);
    return 0;
}

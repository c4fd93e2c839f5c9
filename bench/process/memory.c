/* bench/process/memory.c - the process machine alone, in memory: whole instances, and single steps of a waiting one.
 *
 * For     bench/process/run.py: memory MODEL... (each file's first process; one line "name measure value" each).
 * Owns    nothing but its clock.
 * Never   measures reading or compiling.
 * Holds   an instance begins in fresh memory and must end; a model with user tasks is completed task by task. A transition is a node
 *         that was entered. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/proc.h"
#include "run/run.h"

enum { LIMIT_FILE = 1 << 20, INSTANCES = 20000, STEPS = 50000, ROUNDS = 5 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "memory: %s: %s\n", what, trouble()->text);
    exit(1);
}

static struct proc *compiled(struct arena *mem, const char *name)
{
    struct findings f = findings_new(mem);
    struct proc_list *list;
    char *text = arena_alloc(mem, LIMIT_FILE);
    FILE *file = fopen(name, "re");

    if (file == NULL) {
        perror(name);
        exit(1);
    }
    size_t n = fread(text, 1, LIMIT_FILE, file);
    fclose(file);
    must(proc_compile(mem, name, text, n, &f, &list), name);
    return list->proc;
}

static uint32_t entered(const struct effects *out)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < out->n; i++)
        n += out->at[i].kind == EFFECT_TRACE && out->at[i].trace == TRACE_ENTERED;
    return n;
}

static void start(const struct run_env *env, struct inst *in, struct effects *out, int64_t x)
{
    struct val_entry vars = {"x", val_int(x)};
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .text = ""};

    t.vars = val_context(in->mem, &vars, 1);
    must(run_trigger(env, in, &t, out), "start");
}

/* Whole instances without a wait. */
static void whole(const struct proc *p, const struct run_env *env, double *instances, double *transitions)
{
    for (int r = 0; r < ROUNDS; r++) {
        uint64_t nodes = 0;
        double from = now();
        for (int i = 0; i < INSTANCES; i++) {
            struct arena *mem = arena_new(0);
            struct inst *in = inst_new(mem);
            struct effects out = {.mem = mem};
            start(env, in, &out, i % 7);
            if (in->state != INST_COMPLETED) {
                fprintf(stderr, "memory: %s does not end\n", p->key);
                exit(1);
            }
            nodes += entered(&out);
            arena_free(mem);
        }
        double took = now() - from;
        if (INSTANCES / took > *instances) {
            *instances = INSTANCES / took;
            *transitions = (double)nodes / took;
        }
    }
}

/* Steps of one instance: a user task is completed, the next one opens. */
static double steps(const struct run_env *env)
{
    double best = 0;

    for (int r = 0; r < ROUNDS; r++) {
        struct arena *mem = arena_new(0);
        struct inst *in = inst_new(mem);
        struct effects out = {.mem = mem};
        start(env, in, &out, 0);
        double from = now();
        for (int i = 0; i < STEPS; i++) {
            struct arena *own = arena_new(0);
            struct inst *loaded = inst_copy(own, in); /* what a body does: load, run, store */
            struct effects fx = {.mem = own};
            struct trigger t = {.kind = TRIGGER_TASK, .node = PROC_NONE, .text = "", .token = loaded->token[0].no};
            t.vars = val_null();
            must(run_trigger(env, loaded, &t, &fx), "step");
            arena_free(mem);
            mem = arena_new(0);
            in = inst_copy(mem, loaded);
            arena_free(own);
        }
        double rate = STEPS / (now() - from);
        best = rate > best ? rate : best;
        arena_free(mem);
    }
    return best;
}

static bool waits(const struct proc *p)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        if (p->node[i].kind == NODE_user_task)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct arena *mem = arena_new(0);
        struct proc *p = compiled(mem, argv[i]);
        struct run_env env = {.proc = p, .now = 1767225600000000, .fuel = RUN_FUEL};
        double instances = 0, transitions = 0;
        if (waits(p)) {
            printf("%s steps %.0f\n", p->key, steps(&env));
        } else {
            whole(p, &env, &instances, &transitions);
            printf("%s instances %.0f\n%s transitions %.0f\n", p->key, instances, p->key, transitions);
        }
        arena_free(p->mem);
        arena_free(mem);
    }
    return 0;
}

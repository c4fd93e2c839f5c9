/* bench/engine/engine.c - the pure parts alone, in memory: process machine, FEEL, deployment.
 *
 * For     `make bench-engine`: engine MODEL STORY...   (a BPMN file and the .scn stories that belong to it)
 * Owns    nothing but its clock.
 * Never   measures reading of files.
 * Holds   prints ratios beside the figures: to copying the state (what any body must do), to compiling, to libxml2's bare parse. */
#include <inttypes.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/proc.h"
#include "run/decide.h"
#include "run/run.h"
#include "run/scenario.h"

enum { LIMIT_FILE = 1 << 20, LIMIT_TRIGGERS = 256, ROUNDS = 2000, FEEL_ROUNDS = 20000, DEPLOY_ROUNDS = 300 };

struct text {
    char *p;
    size_t n;
};

static double clock_of(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* For long loops: the time that others take does not count. */
static double now(void)
{
    return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "engine: %s: %s\n", what, trouble()->text);
    exit(1);
}

static struct text file_read(struct arena *mem, const char *name)
{
    struct text t = {.p = arena_alloc(mem, LIMIT_FILE)};
    FILE *f = fopen(name, "re");

    if (f == NULL) {
        perror(name);
        exit(1);
    }
    t.n = fread(t.p, 1, LIMIT_FILE - 1, f);
    fclose(f);
    return t;
}

/* ---- the machine: the shipped stories, each trigger on the state that the one before left ---- */

struct body {
    struct arena *mem;
    const struct proc *p;
    const struct run_decisions *decisions;
    struct inst *in;
    uint32_t n, steps;    /* triggers of this telling; nodes that they entered */
    double *run, *copied; /* the best time of each trigger over all tellings, in microseconds */
};

static void keep_best(double *best, double took)
{
    if (*best == 0 || took < *best)
        *best = took;
}

/* A single trigger is too short for the processor clock, and wall time counts what others take: so the best of many counts. */
static enum err body_trigger(void *ctx, const struct trigger *t, int64_t at, struct effects *out)
{
    struct body *b = ctx;
    struct run_env env = {.proc = b->p, .now = at, .fuel = RUN_FUEL, .decisions = b->decisions};
    double begun = clock_of(CLOCK_MONOTONIC);
    struct inst *next = inst_copy(b->mem, b->in);
    double copied = clock_of(CLOCK_MONOTONIC);
    enum err e = run_trigger(&env, next, t, out);
    double done = clock_of(CLOCK_MONOTONIC);

    if (b->n < LIMIT_TRIGGERS) {
        keep_best(&b->copied[b->n], copied - begun);
        keep_best(&b->run[b->n++], done - copied);
    }
    for (uint32_t i = 0; i < out->n; i++)
        b->steps += out->at[i].kind == EFFECT_TRACE && out->at[i].trace == TRACE_ENTERED;
    if (e == OK)
        b->in = next;
    return e;
}

static const struct inst *body_state(void *ctx)
{
    return ((struct body *)ctx)->in;
}

/* The decision models that the story brings along. */
static struct run_shelf *models_of(struct arena *mem, const struct scenario *s, const char *name)
{
    struct run_shelf *shelf = run_shelf_new(mem);
    size_t n;
    const char *const *file = scenario_decisions(s, &n), *slash = strrchr(name, '/');

    for (size_t i = 0; i < n; i++) {
        struct findings found = findings_new(mem);
        const char *path = arena_printf(mem, "%.*s%s", slash != NULL ? (int)(slash - name + 1) : 0, name, file[i]);
        struct text t = file_read(mem, path);
        must(run_shelf_add(shelf, &(struct dmn_file){path, {t.p, t.n}}, &found), path);
    }
    return shelf;
}

static void story(const struct proc *p, const char *name)
{
    struct arena *mem = arena_new(0);
    struct text t = file_read(mem, name);
    struct run_decisions decisions;
    struct scenario *s;
    double run[LIMIT_TRIGGERS] = {0}, copied[LIMIT_TRIGGERS] = {0}, all = 0, copies = 0;
    const char *why = "", *base = strrchr(name, '/');
    struct body b = {0};

    must(scenario_read(mem, name, t.p, t.n, &s), name);
    decisions = run_shelf_decisions(models_of(mem, s, name));
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *work = arena_new(0);
        b = (struct body){.mem = work, .p = p, .decisions = &decisions, .in = inst_new(work), .run = run, .copied = copied};
        struct scenario_body sb = {&b, body_trigger, body_state};
        must(scenario_tell(work, s, p, &sb, &why), why);
        arena_free(work);
    }
    for (uint32_t i = 0; i < b.n; i++) {
        all += run[i];
        copies += copied[i];
    }
    printf("  %-20s %9.0f triggers/s %9.0f nodes/s   %5.2f us a trigger = %.1f times the copy of its state (%.2f us)\n",
           base != NULL ? base + 1 : name, b.n / all * 1e6, b.steps / all * 1e6, all / b.n, all / copies, copies / b.n);
    arena_free(mem);
}

/* ---- FEEL: the expressions of the model ---- */

static bool answer(const void *ctx, const char *name, struct val *out)
{
    struct arena *mem = *(struct arena *const *)ctx;
    const char *value = strcmp(name, "impact") == 0 ? "team" : strcmp(name, "urgency") == 0 ? "high" : "resolved";

    *out = val_text(mem, value);
    return true;
}

static void feel(const char *id, const struct feel_prog *prog)
{
    struct arena *mem = arena_new(0);
    struct feel_env env = {.get = answer, .ctx = &mem};
    struct arena_mark mark = arena_mark(mem);
    struct feel_prog *again;
    struct val v;

    double begun = now();
    for (int i = 0; i < FEEL_ROUNDS / 10; i++) {
        must(feel_compile(mem, feel_text(prog), FEEL_EXPRESSION, NULL, &again, NULL), id);
        arena_rewind(mem, mark);
    }
    double compiled = (now() - begun) / (FEEL_ROUNDS / 10.0);
    begun = now();
    for (int i = 0; i < FEEL_ROUNDS; i++) {
        must(feel_eval(prog, &env, mem, &v, NULL), id);
        arena_rewind(mem, mark);
    }
    double evaluated = (now() - begun) / FEEL_ROUNDS;
    printf("  %-20s %4zu bytes: eval %6.2f us (%.0f/s), compile %6.1f us = %.0f evals\n", id, strlen(feel_text(prog)),
           evaluated, 1e6 / evaluated, compiled, compiled / evaluated);
    arena_free(mem);
}

static void feel_all(const struct proc *p)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        if (p->node[i].script != NULL)
            feel(p->node[i].id, p->node[i].script);
    }
    for (int32_t i = 0; i < p->n_flow; i++) {
        if (p->flow[i].condition != NULL)
            feel(p->flow[i].id, p->flow[i].condition);
    }
}

/* ---- deployment ---- */

static void deploy(const char *name, struct text t)
{
    double begun = now();
    for (int i = 0; i < DEPLOY_ROUNDS; i++)
        xmlFreeDoc(xmlReadMemory(t.p, (int)t.n, name, NULL, XML_PARSE_NONET));
    double parsed = (now() - begun) / DEPLOY_ROUNDS;
    begun = now();
    for (int i = 0; i < DEPLOY_ROUNDS; i++) {
        struct arena *mem = arena_new(0);
        struct findings f = findings_new(mem);
        struct proc_list *list;
        must(proc_compile(mem, name, t.p, t.n, &f, &list), name);
        proc_list_keep(mem, list);
        arena_free(mem);
    }
    double compiled = (now() - begun) / DEPLOY_ROUNDS;
    printf("  %zu KiB: read, check and compile %.0f us = %.1f times libxml2's bare parse (%.0f us)\n", t.n / 1024, compiled,
           compiled / parsed, parsed);
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(0);
    struct findings f = findings_new(mem);
    struct proc_list *list;

    if (argc < 2) {
        fprintf(stderr, "usage: engine MODEL STORY...\n");
        return 2;
    }
    struct text model = file_read(mem, argv[1]);
    must(proc_compile(mem, argv[1], model.p, model.n, &f, &list), argv[1]);
    proc_list_keep(mem, list);
    printf("machine, one core, in memory\n");
    for (int i = 2; i < argc; i++)
        story(list->proc, argv[i]);
    printf("FEEL\n");
    feel_all(list->proc);
    printf("deployment\n");
    deploy(argv[1], model);
    arena_free(mem);
    return 0;
}

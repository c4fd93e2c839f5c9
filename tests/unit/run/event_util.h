/* tests/unit/run/event_util.h - a process from a text, one instance of it, and what the machine said last: for tests of events. */
#ifndef TESTS_RUN_EVENT_UTIL_H
#define TESTS_RUN_EVENT_UTIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "run/lines.h"
#include "run/run.h"

#define EVENT_FILE(roots, body)                                                                                                \
    "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                                                      \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                                                                 \
    "xmlns:gradus=\"https://gradus.example/schema/bpmn/1.0\" id=\"defs\" targetNamespace=\"urn:t\">" roots                     \
    "<process id=\"p\" isExecutable=\"true\">" body "</process></definitions>"

struct event_bench {
    struct arena *mem;
    const struct proc *p;
    struct inst *in;
    struct effects out; /* of the last trigger */
    int64_t now;
    bool called;
};

static inline struct event_bench *event_bench(struct arena *mem, const char *text)
{
    struct event_bench *b = ARENA_NEW(mem, struct event_bench);
    struct findings f = findings_new(mem);
    struct proc_list *list;

    if (proc_compile(mem, "t.bpmn", text, strlen(text), &f, &list) != OK) {
        for (const struct finding *x = f.first; x != NULL; x = x->next)
            print_error("%s: %s\n", x->element != NULL ? x->element : "", x->message);
        fail_msg("%s", "the model has errors");
    }
    proc_list_keep(mem, list);
    *b = (struct event_bench){.mem = mem, .p = list->proc, .in = inst_new(mem), .now = STORY_BEGINS};
    return b;
}

/* One trigger on a copy, so that one that is refused leaves nothing. */
static inline enum err event_send(struct event_bench *b, struct trigger t)
{
    struct run_env env = {.proc = b->p, .now = b->now, .fuel = RUN_FUEL};
    struct inst *next = inst_copy(b->mem, b->in);

    b->out = (struct effects){.mem = b->mem};
    enum err e = run_trigger(&env, next, &t, &b->out);
    if (e != OK)
        return e;
    if (run_check(b->p, next) != OK)
        fail_msg("%s", trouble()->text);
    b->in = inst_copy(b->mem, next);
    return OK;
}

static inline struct val event_vars(struct event_bench *b, const char *text)
{
    struct val v;

    assert_int_equal(lines_values(b->mem, b->now, text, &v), OK);
    return v;
}

static inline void event_start(struct event_bench *b, const char *vars)
{
    if (event_send(b, (struct trigger){
                          .kind = TRIGGER_START, .node = PROC_NONE, .called = b->called, .vars = event_vars(b, vars)}) != OK)
        fail_msg("%s", trouble()->text);
}

/* The N-th (from 0) effect KIND of the last trigger; NULL if there are not so many. */
static inline const struct effect *event_said(const struct event_bench *b, enum effect_kind kind, int n)
{
    for (uint32_t i = 0; i < b->out.n; i++) {
        if (b->out.at[i].kind == kind && n-- == 0)
            return &b->out.at[i];
    }
    return NULL;
}

/* The oldest token at the node ID in that role; NULL if there is none. */
static inline const struct token *event_token(const struct event_bench *b, const char *id, enum token_role role)
{
    int32_t node = proc_node_find(b->p, id);

    for (uint32_t i = 0; i < b->in->n_token; i++) {
        if (b->in->token[i].node == node && b->in->token[i].role == role)
            return &b->in->token[i];
    }
    return NULL;
}

static inline enum err event_task(struct event_bench *b, const char *id, const char *vars)
{
    return event_send(b, (struct trigger){.kind = TRIGGER_TASK,
                                          .token = event_token(b, id, ROLE_FLOW)->no,
                                          .node = PROC_NONE,
                                          .vars = event_vars(b, vars)});
}

#endif

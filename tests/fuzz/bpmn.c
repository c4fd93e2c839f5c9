/* tests/fuzz/bpmn.c - bytes to compiled processes: the gate, the parser, the reader, the rules, the compiler.
 *
 * What must hold besides memory: the answer is OK or E_FINDINGS, an answer of E_FINDINGS comes with an error among the findings and
 * without processes, and every index of a process that came out lies inside its array. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/proc.h"

static void index_ok(int32_t i, int32_t n)
{
    assert(i == PROC_NONE || (i >= 0 && i < n));
}

static void sound(const struct proc *p)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];

        assert(n->kind < NODE_KINDS);
        assert(text_valid(n->id, strlen(n->id)) && text_valid(n->name, strlen(n->name)));
        index_ok(n->scope, p->n_node);
        index_ok(n->host, p->n_node);
        index_ok(n->lane, p->n_lane);
        index_ok(n->default_flow, p->n_flow);
        for (int32_t k = 0; k < n->n_in; k++)
            assert(p->flow[n->in[k]].to == i);
        for (int32_t k = 0; k < n->n_out; k++)
            assert(p->flow[n->out[k]].from == i);
    }
    for (int32_t i = 0; i < p->n_stage; i++) {
        for (int32_t k = 0; k < p->stage[i].n_node; k++)
            assert(p->stage[i].node[k] >= 0 && p->stage[i].node[k] < p->n_node);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    struct findings f = findings_new(mem);
    struct proc_list *list = NULL;
    enum err e = proc_compile(mem, "fuzz", (const char *)data, size, &f, &list);

    assert(e == OK || e == E_FINDINGS);
    assert((e == OK) == (f.errors == 0));
    assert(e == OK || list == NULL);
    for (struct proc_list *l = list; l != NULL; l = l->next) {
        sound(l->proc);
        arena_free(l->proc->mem);
    }
    arena_free(mem);
    return 0;
}

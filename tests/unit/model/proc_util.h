/* tests/unit/model/proc_util.h - a process from a few lines of BPMN, and its nodes by id. */
#ifndef TESTS_PROC_UTIL_H
#define TESTS_PROC_UTIL_H

#include "model/proc_int.h"

#include "unit/model/model_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct made {
    struct arena *mem;
    struct proc_list *list;
    const struct proc *p; /* the first process */
};

/* INSIDE stands in bpmn:definitions, with the prefixes of all vendors that we know. It is read and compiled, not checked: what a test
 * shows need not be a whole model. */
static inline struct made made_file(const char *attrs, const char *inside)
{
    static const char head[] =
        "<definitions xmlns='" BPMN_NS "' xmlns:b='" BPMN_NS "' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
        "xmlns:gradus='" GRADUS_NS "' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' "
        "xmlns:camunda='http://camunda.org/schema/1.0/bpmn' xmlns:flowable='http://flowable.org/bpmn' "
        "xmlns:modeler='http://camunda.org/schema/modeler/1.0' %s>%s</definitions>";
    struct made m = {.mem = util_arena()};
    const char *text = arena_printf(m.mem, head, attrs, inside);
    struct span bytes = {.p = text, .n = strlen(text)};
    struct xml_node *root = NULL;
    struct xml_error error = {.message = ""};

    if (xml_read(m.mem, bytes, NULL, &root, &error) != OK)
        fail_msg("%s: %s", error.message, inside);
    if (make_all(m.mem, bpmn_read(m.mem, root), bytes, &m.list) != OK)
        fail_msg("%s", inside);
    m.p = m.list->proc;
    return m;
}

/* The same with INSIDE in a process "p" and ROOTS beside it. */
static inline struct made made(const char *roots, const char *inside)
{
    struct arena *mem = util_arena();
    struct made m = made_file("", arena_printf(mem, "%s<process id='p' isExecutable='true'>%s</process>", roots, inside));

    arena_free(mem);
    return m;
}

static inline void made_free(struct made *m)
{
    util_free(m->list);
    arena_free(m->mem);
}

static inline const struct proc_node *made_node(const struct made *m, const char *id)
{
    int32_t i = proc_node_find(m->p, id);

    if (i == PROC_NONE)
        fail_msg("no node %s", id);
    return &m->p->node[i];
}

/* The ids of N nodes, with blanks between. */
static inline const char *made_ids(const struct made *m, const int32_t *list, int32_t n)
{
    const char *all = "";

    for (int32_t i = 0; i < n; i++)
        all = arena_printf(m->mem, "%s%s%s", all, i > 0 ? " " : "", m->p->node[list[i]].id);
    return all;
}

/* A text as it stands, FEEL behind "=", "-" if it is not given. */
static inline const char *made_text(const struct made *m, const struct proc_expr *e)
{
    if (e->feel != NULL)
        return arena_printf(m->mem, "=%s", feel_text(e->feel));
    return e->literal != NULL ? e->literal : "-";
}

static inline const char *made_feel(const struct feel_prog *p)
{
    return p != NULL ? feel_text(p) : "-";
}

/* Mappings as "target<-source; ...". */
static inline const char *made_maps(const struct made *m, const struct proc_mapping *map, int32_t n)
{
    const char *all = "";

    for (int32_t i = 0; i < n; i++)
        all = arena_printf(m->mem, "%s%s%s<-%s", all, i > 0 ? "; " : "", map[i].target, made_text(m, &map[i].source));
    return all;
}

#endif

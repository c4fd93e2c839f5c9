/* engine/model/dmn/logic.c - what boxed expressions do otherwise than the FEEL that looks like them.
 *
 * For     build.c, which puts these handlers into programs.
 * Owns    the boxed conditional and filter, and whose logic runs while a knowledge model is called.
 * Never   reads XML.
 * Holds   conditions of boxes are boolean (DMN 1.5, 7.3: they "must resolve to a boolean"): something else than a boolean or
 *         null makes the whole box null, where FEEL's own if and filter take it as not true. */
#include "model/dmn/dmn_int.h"

static bool is_condition(struct val v)
{
    return v.tag == VAL_BOOL || v.tag == VAL_NULL;
}

struct val logic_if(const struct node *n, struct frame *f)
{
    struct val c = eval_node(n->kid[0], f);

    if (!is_condition(c))
        return eval_note(f, n, "the condition is no boolean");
    return eval_node(n->kid[val_true(c) ? 1 : 2], f);
}

struct val logic_filter(const struct node *n, struct frame *f)
{
    struct val list = eval_node(n->kid[0], f);
    struct vec kept = {.n = 0};

    if (list.tag == VAL_NULL)
        return list;
    uint32_t items = list.tag == VAL_LIST ? list.n : 1; /* one value stands for the list of it (10.3.2.9.4) */
    for (uint32_t i = 0; i < items; i++) {
        struct val item = list.tag == VAL_LIST ? list.u.list[i] : list;
        f->slot[n->slot] = item;
        struct val r = eval_node(n->kid[1], f);
        if (!is_condition(r))
            return eval_note(f, n->kid[1], "the condition is no boolean");
        if (val_true(r) && !vec_push(f->s, &kept, item))
            return val_null();
    }
    return vec_list(f->s, &kept);
}

struct val logic_within(const struct node *n, struct frame *f)
{
    const struct dmn_logic *l = n->data;
    struct dmn_trace *trace = f->s->trace;

    if (trace == NULL)
        return eval_node(n->kid[0], f);
    uint32_t around = trace->element;
    trace->element = l->index;
    struct val v = eval_node(n->kid[0], f);
    trace->element = around;
    return v;
}

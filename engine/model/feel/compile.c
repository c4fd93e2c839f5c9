/* engine/model/feel/compile.c - a tree made ready to run: handlers chosen, constants computed.
 *
 * For     feel_compile(), once a text.
 * Owns    what counts as constant: literals, operators and pure functions over them.
 * Never   folds what reads a variable, the clock or "?"; keeps a constant that met a limit or left a note.
 * Holds   a folded node answers what the unfolded one would. */
#include "model/feel/feel_int.h"
#include "model/feel/regex.h"

enum { FOLD_STEPS = 10000, FOLD_BYTES = 65536, FOLD_LIST = 1000, FOLD_STRING = 16384, FOLD_HEAP = 1024 };

static bool foldable(const struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case N_CALL_BUILTIN:
        if (!n->builtin->pure)
            return false;
        break;
    case N_NEGATE:
    case N_ARITHMETIC:
    case N_COMPARE:
    case N_BETWEEN:
    case N_LIST:
    case N_RANGE:
    case N_PATH:
        break;
    case N_CONTEXT:
        if (n->op != 0)
            return false;
        break;
    case N_TYPED:
        if (n->types[0]->limited)
            return false;
        break;
    case N_LITERAL:
    case N_LOCAL:
    case N_OUTER:
    case N_GLOBAL:
    case N_ELEMENT:
    case N_FAULT:
    case N_MEMBER_OR:
    case N_BUILTIN:
    case N_AND:
    case N_OR:
    case N_IF:
    case N_IN:
    case N_FILTER:
    case N_SPAN:
    case N_FOR:
    case N_QUANTIFIED:
    case N_FUNCTION:
    case N_CALL:
    case N_INSTANCE:
    case N_TESTS:
    case N_HANDLED:
    case N_COUNT:
        return false;
    }
    for (uint32_t i = 0; i < n->n; i++)
        if (n->kid[i]->kind != N_LITERAL)
            return false;
    return true;
}

/* Computes N now; if that leaves a note, it is computed at each evaluation, where the note is heard. */
static void fold(struct arena *mem, struct node *n)
{
    static const struct feel_limits limits = {.steps = FOLD_STEPS,
                                              .depth = 1,
                                              .bytes = FOLD_BYTES,
                                              .list = FOLD_LIST,
                                              .string = FOLD_STRING,
                                              .match = FOLD_STEPS,
                                              .heap = FOLD_HEAP};
    const struct feel_env env = {.limits = &limits};
    struct state s = {.mem = mem, .env = &env, .limits = &limits, .steps = limits.steps, .base = arena_used(mem)};
    struct frame f = {.s = &s};
    if (n->kind == N_CONTEXT) /* its entries stand in slots */
        f.slot = ARENA_NEW_N(mem, struct val, n->slot + n->n);
    struct val v = eval_node(n, &f);

    if (s.err != OK || s.notes > 0 || v.tag == VAL_FUNCTION)
        return;
    n->kind = N_LITERAL;
    n->value = v;
    n->ev = eval_handler(N_LITERAL);
    n->n = 0;
}

void compile_node(struct arena *mem, struct node *n)
{
    if (n->kind == N_CALL_BUILTIN)
        builtin_order(mem, n);
    uint32_t kids = n->kind == N_FUNCTION ? 1 : n->n;

    for (uint32_t i = 0; i < kids; i++)
        compile_node(mem, n->kid[i]);
    if (n->kind != N_HANDLED)
        n->ev = eval_handler((enum node_kind)n->kind);
    if (foldable(n))
        fold(mem, n);
    if (n->kind == N_CALL_BUILTIN)
        regex_prepare(mem, n);
}

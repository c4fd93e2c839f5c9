/* engine/model/feel/state.c - one evaluation: its limits, its messages, its memory; the door to run a program.
 *
 * For     feel_eval(), and dmn/, which runs the programs of many elements in one evaluation.
 * Owns    struct state: what an evaluation may use and what it left behind.
 * Never   knows what a node means.
 * Holds   all limits are looked at every STEP_BATCH steps at the latest; after one was met, every further step answers null. */
#include "base/clock.h"
#include "model/feel/feel_int.h"

const struct feel_limits feel_limits_default = {.steps = 1000000,
                                                .depth = 200,
                                                .bytes = 16 * 1024 * 1024,
                                                .list = 100000,
                                                .string = 1024 * 1024,
                                                .match = 100000,
                                                .heap = 4096};

/* ---- limits ---- */

struct val eval_stop(struct state *s, enum err e, const char *what)
{
    if (s->err == OK) {
        s->err = e;
        s->trouble = what;
    }
    s->until = -1;
    s->steps = 0;
    return val_null();
}

bool eval_refill(struct state *s)
{
    if (s->err == OK && s->steps == 0)
        eval_stop(s, E_FUEL, "the expression needs too many steps");
    if (s->err == OK && arena_used(s->mem) - s->base > s->limits->bytes)
        eval_stop(s, E_TOOBIG, "the expression needs too much memory");
    if (s->err == OK && s->deadline > 0 && clock_monotonic() > s->deadline)
        eval_stop(s, E_FUEL, "the expression takes too long");
    if (s->err != OK) {
        s->until = 0;
        return false;
    }
    uint64_t batch = s->steps < STEP_BATCH ? s->steps : STEP_BATCH;
    s->steps -= batch;
    s->until = (int32_t)batch - 1; /* the step that asked counts */
    return true;
}

bool eval_charge(struct state *s, uint64_t n)
{
    if (n <= (uint64_t)(s->until > 0 ? s->until : 0)) {
        s->until -= (int32_t)n;
        return true;
    }
    n -= (uint64_t)(s->until > 0 ? s->until : 0);
    s->until = 0;
    if (n > s->steps) {
        eval_stop(s, E_FUEL, "the expression needs too many steps");
        return false;
    }
    s->steps -= n;
    return s->err == OK;
}

void *eval_alloc(struct state *s, size_t size)
{
    size_t used = arena_used(s->mem) - s->base;

    if (s->err != OK || used > s->limits->bytes || size > s->limits->bytes - used) {
        eval_stop(s, E_TOOBIG, "the expression needs too much memory");
        return NULL;
    }
    return arena_alloc(s->mem, size);
}

char *eval_string_room(struct state *s, size_t n)
{
    if (n > s->limits->string) {
        eval_stop(s, E_TOOBIG, "a text grows too long");
        return NULL;
    }
    return eval_alloc(s, n + 1);
}

struct val eval_string(struct state *s, const char *p, size_t n)
{
    char *copy = eval_string_room(s, n);

    if (copy == NULL)
        return val_null();
    if (n > 0)
        memcpy(copy, p, n);
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)n, .u.s = copy};
}

bool vec_push(struct state *s, struct vec *v, struct val item)
{
    if (v->n >= s->limits->list) {
        eval_stop(s, E_TOOBIG, "a list grows too long");
        return false;
    }
    if (v->n == v->cap) {
        uint32_t cap = v->cap != 0 ? v->cap * 2 : 8;
        struct val *items = eval_alloc(s, (cap + (size_t)1) * sizeof *items);
        if (items == NULL)
            return false;
        if (v->n > 0)
            memcpy(items + 1, v->items, v->n * sizeof *items);
        v->items = items + 1;
        v->cap = cap;
    }
    v->weight += val_weight(item);
    if (val_depth(item) > v->depth)
        v->depth = val_depth(item);
    v->items[v->n++] = item;
    if (v->weight >= LIMIT_VAL_WEIGHT || v->depth >= LIMIT_VAL_DEPTH) {
        eval_stop(s, E_TOOBIG, "a value is nested too deep or has too many parts");
        return false;
    }
    return true;
}

/* What was pushed so far, as a list. It may be asked for again after further pushes: the items of a list that is out already do
 * not change, only its weight is counted too high. */
struct val vec_list(struct state *s, struct vec *v)
{
    if (s->err != OK)
        return val_null();
    if (v->items == NULL) {
        struct val *room = eval_alloc(s, sizeof *room);
        if (room == NULL)
            return val_null();
        v->items = room + 1;
    }
    v->items[-1] = val_int((int64_t)v->weight + 1);
    return (struct val){.tag = VAL_LIST, .flags = (uint8_t)(v->depth + 1), .n = v->n, .u.list = v->items};
}

struct val eval_list_of(struct state *s, const struct val *items, size_t n)
{
    struct vec v = {.n = 0};

    for (size_t i = 0; i < n; i++)
        if (!vec_push(s, &v, items[i]))
            return val_null();
    return vec_list(s, &v);
}

struct val eval_note(struct frame *f, const struct node *n, const char *message)
{
    struct state *s = f->s;

    if (s->notes < LIMIT_FEEL_NOTES && s->err == OK) {
        struct feel_note *note = ARENA_NEW(s->mem, struct feel_note);
        *note = (struct feel_note){.offset = n->at, .source = n->source, .message = message};
        if (s->last_note != NULL)
            s->last_note->next = note;
        else
            s->note = note;
        s->last_note = note;
        s->notes++;
    }
    return val_null();
}

struct val eval_notef(struct frame *f, const struct node *n, const char *fmt, ...)
{
    va_list ap;

    if (f->s->notes >= LIMIT_FEEL_NOTES)
        return val_null();
    va_start(ap, fmt);
    const char *message = arena_vprintf(f->s->mem, fmt, ap);
    va_end(ap);
    return eval_note(f, n, message);
}

/* ---- the door ---- */

void state_begin(struct state *s, const struct feel_env *env, struct arena *mem)
{
    const struct feel_limits *limits = env->limits != NULL ? env->limits : &feel_limits_default;

    *s = (struct state){.mem = mem, .env = env, .limits = limits, .steps = limits->steps, .base = arena_used(mem)};
    if (limits->time > 0)
        s->deadline = clock_monotonic() + limits->time;
}

struct val eval_tested(struct state *s, const struct feel_prog *p, struct val input)
{
    struct val slots[LOCAL_SLOTS], globals[LOCAL_GLOBALS], *global = s->global;
    uint8_t known[LOCAL_GLOBALS], *was_known = s->known;
    struct frame f = {.s = s, .slot = slots};

    if (s->stack + p->root->height > LIMIT_FEEL_STACK)
        return eval_stop(s, E_FUEL, "decisions need each other too deep");
    s->global = globals;
    s->known = known;
    if (p->slots > LOCAL_SLOTS)
        f.slot = ARENA_NEW_N(s->mem, struct val, p->slots);
    if (p->nuse > LOCAL_GLOBALS) {
        s->global = ARENA_NEW_N(s->mem, struct val, p->nuse);
        s->known = ARENA_NEW_N(s->mem, uint8_t, p->nuse);
    } else
        memset(known, 0, p->nuse);
    if (p->form == FEEL_UNARY_TESTS)
        f.slot[p->tested] = input;
    s->stack += p->root->height;
    struct val v = eval_node(p->root, &f);
    s->stack -= p->root->height;
    s->global = global;
    s->known = was_known;
    return v;
}

struct val eval_program(struct state *s, const struct feel_prog *p)
{
    return eval_tested(s, p, s->env->input);
}

enum err state_end(struct state *s, const char *text, struct val *out, struct feel_note **notes)
{
    enum { SHOWN = 80 }; /* code points of the text in the message */

    if (s->err == OK && arena_used(s->mem) - s->base > s->limits->bytes)
        eval_stop(s, E_TOOBIG, "the expression needs too much memory");
    if (notes != NULL)
        *notes = s->note;
    if (s->err == OK)
        return OK;
    *out = val_null();
    return fail(s->err, "%s: %s", s->trouble, text_cut(s->mem, text, SHOWN));
}

enum err feel_eval(const struct feel_prog *p, const struct feel_env *env, struct arena *mem, struct val *out,
                   struct feel_note **notes)
{
    struct state s;

    state_begin(&s, env, mem);
    *out = eval_program(&s, p);
    return state_end(&s, p->text, out, notes);
}

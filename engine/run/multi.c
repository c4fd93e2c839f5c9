/* engine/run/multi.c - activities that run more than once (BPMN 10.3.8, 13.3.6, 13.3.7), and those that take several tokens to begin.
 *
 * For     run.c and activity.c, which ask whether a token is one of several instances, and hand over what is not a single run.
 * Owns    how many instances there are, their numbers, results and events, and when enough of them have completed.
 * Never   knows what an instance does.
 * Holds   whatever can fail for the process's own reasons is evaluated before anything is changed.
 *
 * One token stands for all: it has the boundary events, and count says how many instances have completed. Its inner scope holds a token
 * at the same node for each instance at work, and variables: the standard's numbers, for whoever wants to read them; and the loop's own
 * books, which no expression can name: the items (or how many instances there are), the number of the first token of a
 * parallel one (a later one's place follows from its own), and a result for each instance that has given one. The numbers that conditions
 * see are counted, not read: a script may set a variable of any name. */
#include <inttypes.h>

#include "base/text.h"
#include "run/behaviours.h"
#include "run/limit.h"

#define BOOK "loop:"
static const char book_items[] = BOOK "items";
static const char book_first[] = BOOK "first";

bool multi_book(const char *name)
{
    return strncmp(name, BOOK, sizeof BOOK - 1) == 0;
}

bool multi_inside(const struct step *s, const struct token *t)
{
    if (step_node(s, t)->loop.kind == LOOP_NONE)
        return false;
    const struct scope *sc = inst_scope(s->in, t->scope);
    return sc != NULL && sc->node == t->node;
}

/* The token that stands for all instances of which T is one. */
static struct token *all_of(const struct step *s, const struct token *t)
{
    const struct scope *sc = inst_scope(s->in, t->scope);

    return sc != NULL ? inst_token(s->in, sc->token) : NULL;
}

/* The variable of that name in exactly this scope; null if there is none. */
static struct val own(const struct step *s, uint32_t scope, const char *name)
{
    const struct var *v = scope != 0 ? inst_var(s->in, scope, name) : NULL;

    return v != NULL && v->scope == scope ? v->value : val_null();
}

static bool given(const struct proc_expr *x)
{
    return x->literal != NULL || x->feel != NULL;
}

/* How many instances there are: as many as items. */
static int64_t total_of(struct val items)
{
    int64_t n = 0;

    return val_is(items, VAL_LIST) ? (int64_t)val_count(items) : val_int_of(items, &n) ? n : 0;
}

/* Which instance T is, from 0: the numbers of parallel ones follow each other; a sequential one is the next. */
static int64_t index_of(const struct step *s, const struct token *t, const struct token *all)
{
    int64_t first;

    return val_int_of(own(s, all->inner, book_first), &first) ? (int64_t)t->no - first : (int64_t)all->count;
}

/* ---- how often ---- */

/* A whole number that is not negative. WHAT names it for people. */
static enum err number_of(struct step *s, const struct token *t, const struct proc_expr *x, const char *what, int64_t *out)
{
    struct val v;

    TRY(step_value(s, t->scope, x, &v));
    if (val_is(v, VAL_STRING) && !val_number(s->tmp, v.u.s, &v))
        return fail(E_EXPR, "the %s of %s, \"%.40s\", is no number", what, step_node(s, t)->id, v.u.s);
    if (!val_int_of(v, out) || *out < 0)
        return fail(E_EXPR, "the %s of %s is %.40s; it must be a whole number that is not negative", what, step_node(s, t)->id,
                    val_string(s->tmp, v));
    return OK;
}

/* Standard loop, DONE times round, seen from SCOPE: once more? ALL stands for all. */
static enum err once_more(struct step *s, const struct token *all, uint32_t scope, int64_t done, bool *more)
{
    const struct proc_loop *loop = &step_node(s, all)->loop;
    const struct val_entry seen[] = {{"loopCounter", val_int(done)}};
    int64_t most;

    *more = true;
    if (given(&loop->maximum)) {
        TRY(number_of(s, all, &loop->maximum, "loopMaximum", &most));
        *more = done < most;
    }
    if (*more && (done > 0 || loop->test_before))
        TRY(step_true_also(s, scope, loop->condition, &(struct step_also){seen, 1}, more));
    return OK;
}

/* Multi-instance: the items, or how many instances there are if no collection is named; of both the smaller one counts. */
static enum err items_of(struct step *s, const struct token *t, struct val *items)
{
    const struct proc_node *node = step_node(s, t);
    const struct proc_loop *loop = &node->loop;
    int64_t n = 0;

    if (!given(&loop->maximum) && !given(&loop->collection))
        return fail(E_EXPR, "%s has neither a loopCardinality nor a collection", node->id);
    if (given(&loop->maximum))
        TRY(number_of(s, t, &loop->maximum, "loopCardinality", &n));
    *items = val_int(n);
    if (given(&loop->collection)) {
        TRY(step_value(s, t->scope, &loop->collection, items));
        if (val_is(*items, VAL_NULL))
            *items = val_list(s->tmp, NULL, 0);
        if (!val_is(*items, VAL_LIST))
            return fail(E_EXPR, "the collection of %s is no list but %.40s", node->id, val_string(s->tmp, *items));
        if (given(&loop->maximum) && n < (int64_t)val_count(*items)) {
            struct val *some = ARENA_NEW_N(s->tmp, struct val, (size_t)n + 1);
            for (int64_t i = 0; i < n; i++)
                some[i] = val_at(*items, (size_t)i);
            *items = val_list(s->tmp, some, (size_t)n);
        }
    }
    if (total_of(*items) > LIMIT_INSTANCES)
        return fail(E_TOOBIG, "%s would have %" PRId64 " instances; an activity may have %d", node->id, total_of(*items),
                    (int)LIMIT_INSTANCES);
    return OK;
}

/* ---- the beginning ---- */

/* N tokens, each one instance; T, which stands for all, rests before they begin, so that its boundary events are armed. */
static enum err begin(struct step *s, struct token *t, int64_t n)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t no = t->no, first = s->in->next_no, inner = t->inner;
    int32_t at = t->node;
    uint32_t room = (uint32_t)n + STEP_ROOM;

    for (int32_t i = 0; i < node->n_boundary; i++)
        room += (uint32_t)s->p->node[node->boundary[i]].n_event;
    inst_reserve(s->in, room, STEP_ROOM);
    for (int64_t i = 0; i < n; i++)
        step_token(s, at, inner);
    TRY(activity_rest(s, inst_token(s->in, no)));
    for (int64_t i = 0; i < n; i++)
        step_begin(s, inst_token(s->in, first + (uint32_t)i), STEP_ENTER);
    return OK;
}

static enum err standard_enter(struct step *s, struct token *t)
{
    const struct proc_loop *loop = &step_node(s, t)->loop;
    bool more;

    if (loop->condition == NULL && !given(&loop->maximum))
        return fail(E_EXPR, "%s loops without a loopCondition and without a loopMaximum: it would never end",
                    step_node(s, t)->id);
    TRY(once_more(s, t, t->scope, 0, &more));
    if (!more)
        return step_go(s, t, STEP_LEAVE);
    scope_open(s, t);
    return begin(s, t, 1);
}

enum { VARS_OF_ALL = 6 }; /* those that multi_enter() sets */

/* Is there room for N instances, NOW at a time, with their variables and results? Better none begins than some cannot. */
static enum err check_room(struct step *s, const struct token *t, int64_t n, int64_t now)
{
    const struct proc_node *node = step_node(s, t);
    bool result = node->loop.result != NULL;
    int64_t each = 1 + (node->loop.element != NULL) + result, vars = now * each;

    if (s->live + now > LIMIT_TOKENS)
        return fail(E_FUEL, "stopped at %s before its %" PRId64 " instances: an instance of a process may have %d tokens",
                    node->id, n, (int)LIMIT_TOKENS);
    if (result && vars < n + each)
        vars = n + each;
    if (s->n_var + VARS_OF_ALL + vars > LIMIT_VARS)
        return fail(E_TOOBIG,
                    "stopped at %s before its %" PRId64 " instances: they need %" PRId64
                    " variables, and an instance of a process may "
                    "have %d",
                    node->id, n, VARS_OF_ALL + vars, (int)LIMIT_VARS);
    return OK;
}

enum err multi_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    bool parallel = node->loop.kind == LOOP_PARALLEL;
    struct val items;

    t->count = 0;
    if (node->loop.kind == LOOP_STANDARD)
        return standard_enter(s, t);
    TRY(items_of(s, t, &items));
    int64_t n = total_of(items), now = parallel ? n : 1;
    if (n == 0)
        return step_go(s, t, STEP_LEAVE);
    TRY(check_room(s, t, n, now));
    /* the scope takes the next number, the tokens those after it */
    const struct val_entry e[] = {{"numberOfInstances", val_int(n)},
                                  {"numberOfActiveInstances", val_int(now)},
                                  {"numberOfCompletedInstances", val_int(0)},
                                  {"numberOfTerminatedInstances", val_int(0)},
                                  {book_items, items},
                                  {book_first, val_int((int64_t)s->in->next_no + 1)}};
    struct val vars = val_context(s->tmp, e, parallel ? VARS_OF_ALL : VARS_OF_ALL - 1);
    TRY(scope_check(s, vars));
    scope_open(s, t);
    TRY(scope_set(s, t->inner, vars, SCOPE_HERE));
    return begin(s, t, now);
}

static enum err set_one(struct step *s, uint32_t scope, const char *name, struct val v)
{
    struct val_entry e = {name, v};

    return scope_set(s, scope, val_context(s->tmp, &e, 1), SCOPE_HERE);
}

/* The variable that an instance gives its result in: each has its own, else parallel ones would overwrite each other's. NULL if the
 * result is computed. */
static const char *result_name(const struct proc_loop *loop)
{
    const char *const *names;

    if (loop->result == NULL || feel_uses(loop->result, &names) == 0)
        return NULL;
    const char *text = feel_text(loop->result), *begins = text + strspn(text, " \t\r\n=");
    size_t n = strlen(names[0]);
    bool whole = strncmp(begins, names[0], n) == 0 && (begins[n] == '.' || begins[n + strspn(begins + n, " \t\r\n")] == '\0');
    return whole ? names[0] : NULL;
}

bool multi_own(const struct step *s, const struct token *t, const char *name)
{
    const char *own = multi_inside(s, t) ? result_name(&step_node(s, t)->loop) : NULL;

    return own != NULL && strcmp(own, name) == 0;
}

enum err multi_vars(struct step *s, struct token *t)
{
    const struct proc_loop *loop = &step_node(s, t)->loop;
    const struct token *all = all_of(s, t);

    if (all == NULL)
        return fail(E_BUG, "instance %" PRIu32 " of %s is one of none", t->no, step_node(s, t)->id);
    if (!val_is(own(s, t->inner, "loopCounter"), VAL_NULL))
        return OK; /* the step is done again */
    int64_t index = index_of(s, t, all);
    const char *name = result_name(loop);
    if (name != NULL)
        TRY(set_one(s, t->inner, name, val_null()));
    if (loop->element != NULL) {
        struct val items = own(s, all->inner, book_items);
        TRY(set_one(s, t->inner, loop->element, val_is(items, VAL_LIST) ? val_at(items, (size_t)index) : val_null()));
    }
    return set_one(s, t->inner, "loopCounter", val_int(index + loop->first));
}

/* ---- an instance completes ---- */

struct sum {
    struct val vars; /* its result, under the name of its place; null if none is asked for */
    bool more;       /* another one begins */
    bool enough;     /* the others are cancelled */
    int64_t total, done, active, terminated;
    const struct proc_event **event; /* thrown now */
    int32_t n_event;
};

enum { NUMBERS = 7 };

/* The standard's names, and those that Camunda 7 gives to the same. */
static struct step_also numbers(struct step *s, const struct sum *sum)
{
    const struct val_entry e[NUMBERS] = {{"numberOfInstances", val_int(sum->total)},
                                         {"numberOfActiveInstances", val_int(sum->active)},
                                         {"numberOfCompletedInstances", val_int(sum->done)},
                                         {"numberOfTerminatedInstances", val_int(sum->terminated)},
                                         {"nrOfInstances", val_int(sum->total)},
                                         {"nrOfActiveInstances", val_int(sum->active)},
                                         {"nrOfCompletedInstances", val_int(sum->done)}};

    return (struct step_also){arena_memdup(s->tmp, e, sizeof e), NUMBERS};
}

/* An event that the model leaves open is one that nothing can catch (the checks warn of it). */
static void add_event(struct sum *sum, const struct proc_event *e)
{
    if (e->kind != EVENT_KINDS)
        sum->event[sum->n_event++] = e;
}

/* Which events the behavior wants thrown when an instance completes. */
static enum err weigh_events(struct step *s, const struct token *t, const struct step_also *also, struct sum *sum)
{
    const struct proc_loop *loop = &step_node(s, t)->loop;
    size_t most = 1;
    bool holds;

    for (int32_t i = 0; i < loop->n_complex; i++)
        most += (size_t)loop->complex[i].n_event;
    sum->event = ARENA_NEW_N(s->tmp, const struct proc_event *, most);
    switch (loop->behavior) {
    case BEHAVIOR_ALL:
        break;
    case BEHAVIOR_NONE:
        add_event(sum, &loop->none);
        break;
    case BEHAVIOR_ONE:
        if (sum->done == 1)
            add_event(sum, &loop->one);
        break;
    case BEHAVIOR_COMPLEX:
        for (int32_t i = 0; i < loop->n_complex; i++) {
            TRY(step_true_also(s, step_scope(t), loop->complex[i].condition, also, &holds));
            for (int32_t k = 0; holds && k < loop->complex[i].n_event; k++)
                add_event(sum, &loop->complex[i].event[k]);
        }
        break;
    }
    return OK;
}

/* Everything that follows from the completion of T, before anything is done. */
static enum err weigh(struct step *s, const struct token *t, const struct token *all, struct sum *sum)
{
    const struct proc_loop *loop = &step_node(s, t)->loop;
    const struct scope *inside = inst_scope(s->in, all->inner);

    *sum = (struct sum){.vars = val_null(), .done = (int64_t)all->count + 1, .active = (int64_t)inside->live - 1};
    if (loop->kind == LOOP_STANDARD)
        return once_more(s, all, step_scope(t), sum->done, &sum->more);
    sum->total = total_of(own(s, all->inner, book_items));
    sum->terminated = loop->kind == LOOP_PARALLEL ? sum->total - sum->done - sum->active : 0;
    struct step_also also = numbers(s, sum);
    if (loop->result != NULL && loop->output != NULL) {
        struct val_entry e = {arena_printf(s->tmp, BOOK "%" PRId64, index_of(s, t, all)), val_null()};
        TRY(step_feel(s, step_scope(t), loop->result, &e.value));
        sum->vars = val_context(s->tmp, &e, 1);
        TRY(scope_check(s, sum->vars));
    }
    if (loop->condition != NULL)
        TRY(step_true_also(s, step_scope(t), loop->condition, &also, &sum->enough));
    sum->more = !sum->enough && loop->kind == LOOP_SEQUENTIAL && sum->done < sum->total;
    return weigh_events(s, t, &also, sum);
}

/* Compensation runs beside: nobody waits for what an instance has set off. */
static enum err throw_one(struct step *s, uint32_t all, const struct proc_event *e, bool *goes_on)
{
    struct token *t = inst_token(s->in, all);
    bool known = e->kind == EVENT_message || e->kind == EVENT_signal || e->kind == EVENT_error || e->kind == EVENT_escalation ||
                 e->kind == EVENT_compensation;

    if (!known)
        return fail(E_EXPR, "an instance of %s cannot throw the event %s: use a message, signal, escalation or compensation",
                    step_node(s, t)->id, event_kind_local(e->kind));
    TRY(throw_event(s, t, e, goes_on));
    if (e->kind != EVENT_compensation)
        return OK;
    return undo_begin(s, inst_token(s->in, all), &(struct undo_what){e->activity, STEP_WAIT, false});
}

/* *GOES_ON = false: what was thrown has cancelled the activity. */
static enum err throw_all(struct step *s, uint32_t all, const struct sum *sum, bool *goes_on)
{
    *goes_on = true;
    for (int32_t i = 0; i < sum->n_event && *goes_on; i++) {
        inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
        TRY(throw_one(s, all, sum->event[i], goes_on));
        *goes_on = *goes_on && inst_token(s->in, all) != NULL;
    }
    return OK;
}

/* The numbers that people and other expressions may read. */
static void tell_numbers(struct step *s, uint32_t scope, const struct sum *sum)
{
    const struct val_entry e[] = {{"numberOfActiveInstances", val_int(sum->active + sum->more)},
                                  {"numberOfCompletedInstances", val_int(sum->done)},
                                  {"numberOfTerminatedInstances", val_int(sum->terminated)}};

    for (uint32_t i = 0; i < s->in->n_var; i++) {
        struct var *v = &s->in->var[i];
        for (size_t k = 0; k < sizeof e / sizeof *e && v->scope == scope && !v->gone; k++) {
            if (strcmp(v->name, e[k].key) == 0) {
                v->value = e[k].value;
                v->changed = true;
                s->vars_set = true;
            }
        }
    }
}

enum err multi_done(struct step *s, struct token *t)
{
    struct token *all = all_of(s, t);
    struct sum sum;
    bool goes_on;

    if (all == NULL)
        return fail(E_BUG, "instance %" PRIu32 " of %s is one of none", t->no, step_node(s, t)->id);
    uint32_t no = t->no, stands = all->no;
    TRY(weigh(s, t, all, &sum));
    TRY(throw_all(s, stands, &sum, &goes_on));
    t = inst_token(s->in, no);
    if (!goes_on || t == NULL)
        return OK;
    uint32_t inner = t->scope;
    TRY(scope_set(s, inner, sum.vars, SCOPE_HERE));
    inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
    TRY(activity_close(s, inst_token(s->in, no)));
    all = inst_token(s->in, stands);
    all->count++;
    all->changed = true;
    tell_numbers(s, inner, &sum);
    step_trace(s, TRACE_COMPLETED, inst_token(s->in, no));
    if (sum.more)
        step_begin(s, step_token(s, all->node, inner), STEP_ENTER);
    if (sum.enough)
        TRY(step_clear(s, inner, no, true));
    return step_consume(s, inst_token(s->in, no));
}

enum err multi_close(struct step *s, struct token *t)
{
    const struct proc_loop *loop = &step_node(s, t)->loop;
    int64_t n = total_of(own(s, t->inner, book_items)), i;

    if (loop->output == NULL || loop->kind == LOOP_STANDARD)
        return OK;
    struct val *item = ARENA_NEW_N(s->tmp, struct val, (size_t)n + 1);
    for (i = 0; i < n; i++)
        item[i] = val_null();
    for (uint32_t k = 0; k < s->in->n_var; k++) {
        const struct var *v = &s->in->var[k];
        if (!v->gone && t->inner != 0 && v->scope == t->inner && multi_book(v->name) &&
            text_i64(v->name + sizeof BOOK - 1, &i) && i >= 0 && i < n)
            item[i] = v->value;
    }
    struct val_entry e = {loop->output, val_list(s->tmp, item, (size_t)n)};
    return scope_set(s, t->scope, val_context(s->tmp, &e, 1), SCOPE_OUT);
}

/* ---- startQuantity ---- */

enum err multi_gather(struct step *s, struct token *t, bool *ready)
{
    int32_t need = step_node(s, t)->start_quantity - 1;
    int32_t n = 0;

    *ready = true;
    if (t->flow == PROC_NONE)
        return OK; /* gathered before, or put here by an operator */
    for (uint32_t i = 0; i < s->in->n_token && n < need; i++) {
        const struct token *o = &s->in->token[i];
        n += !o->gone && o->node == t->node && o->scope == t->scope && o->state == TOKEN_WAITING && o->step == STEP_GATHER;
    }
    if (n < need) {
        *ready = false;
        return step_go(s, t, STEP_GATHER);
    }
    for (uint32_t i = 0; i < s->in->n_token && n > 0; i++) {
        struct token *o = &s->in->token[i];
        if (o->gone || o->node != t->node || o->scope != t->scope || o->state != TOKEN_WAITING || o->step != STEP_GATHER)
            continue;
        step_remove(s, o);
        n--;
    }
    t->flow = PROC_NONE;
    t->changed = true;
    return OK;
}

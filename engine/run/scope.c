/* engine/run/scope.c - variables and the scopes that hold them.
 *
 * For     behaviours: opening and closing scopes, reading upwards, setting what results and mappings bring.
 * Owns    the rules of visibility (innermost first) and the limits on what an instance may keep.
 * Never   moves a token.
 * Holds   a scope's variables go with it; an assignment is made whole or not at all; no variable holds a function, and none is
 *         deeper or larger than its limit.
 *
 * Values share their parts, so a script that puts a list twice into itself, again and again, makes a value whose text is
 * exponentially long. The measure therefore stops as soon as the budget is used up, whatever the value looks like. */
#include "run/behaviours.h"
#include "run/limit.h"

/* Takes the size of V from *LEFT. */
static enum err measure(struct arena *tmp, struct val v, int depth, size_t *left)
{
    size_t cost = 16, n = val_count(v);

    if (depth > LIMIT_VALUE_DEPTH)
        return fail(E_TOOBIG, "a value is nested deeper than %d", (int)LIMIT_VALUE_DEPTH);
    if (val_is(v, VAL_STRING)) {
        cost += v.n;
    } else if (val_is(v, VAL_FUNCTION)) {
        return fail(E_EXPR, "a variable cannot hold a function");
    } else if (val_is(v, VAL_RANGE)) {
        struct buf b = buf_new(tmp, LIMIT_VAR_BYTES);
        if (val_write(&b, v) != OK || buf_done(&b) != OK)
            return fail(E_EXPR, "a variable cannot hold this range");
        cost += b.len;
    }
    bool context = val_is(v, VAL_CONTEXT);
    for (size_t i = 0; i < n && cost <= *left; i++) {
        struct val_entry e = {"", val_null()};
        if (context)
            e = val_entry_at(v, i);
        else
            e.value = val_at(v, i);
        size_t rest = *left - cost;
        TRY(measure(tmp, e.value, depth + 1, &rest));
        cost = *left - rest + strlen(e.key);
    }
    if (cost > *left)
        return fail(E_TOOBIG, "the variables of an instance may have %d bytes together", (int)LIMIT_VAR_BYTES);
    *left -= cost;
    return OK;
}

static enum err size_of(struct step *s, struct val v, size_t *size)
{
    size_t left = LIMIT_VAR_BYTES;

    TRY(measure(s->tmp, v, 0, &left));
    *size = LIMIT_VAR_BYTES - left;
    return OK;
}

enum err scope_measure(struct step *s)
{
    s->bytes = 0;
    s->n_var = 0;
    for (uint32_t i = 0; i < s->in->n_var; i++) {
        const struct var *v = &s->in->var[i];
        size_t size = 0;
        if (v->gone)
            continue;
        TRY(size_of(s, v->value, &size));
        s->bytes += size;
        s->n_var++;
    }
    return OK;
}

struct scope *scope_open(struct step *s, struct token *owner)
{
    struct scope *sc = inst_add_scope(
        s->in, (struct scope){.no = s->in->next_no++, .parent = owner->scope, .node = owner->node, .token = owner->no});

    sc->changed = true;
    owner->inner = sc->no;
    owner->changed = true;
    return sc;
}

void scope_close(struct step *s, uint32_t no)
{
    struct scope *sc = inst_scope(s->in, no);

    if (sc == NULL)
        return;
    sc->gone = true;
    for (uint32_t i = 0; i < s->in->n_var; i++) {
        struct var *v = &s->in->var[i];
        if (v->scope == no && !v->gone) {
            v->gone = true;
            s->n_var--;
        }
    }
}

bool scope_inside(const struct inst *in, uint32_t scope, uint32_t root)
{
    const struct scope *s = inst_scope(in, scope);

    while (s != NULL && s->no != root)
        s = inst_scope(in, s->parent);
    return s != NULL;
}

static bool name_fits(const char *name)
{
    return name[0] != '\0' && strlen(name) <= LIMIT_VAR_NAME;
}

enum err scope_check(struct step *s, struct val vars)
{
    size_t more = 0;

    if (val_is(vars, VAL_NULL))
        return OK;
    if (!val_is(vars, VAL_CONTEXT))
        return fail(E_INPUT, "variables come as a context of names and values");
    for (size_t i = 0; i < val_count(vars); i++) {
        struct val_entry e = val_entry_at(vars, i);
        size_t size = 0;
        if (!name_fits(e.key))
            return fail(E_TOOBIG, "a variable's name has 1 to %d bytes", (int)LIMIT_VAR_NAME);
        TRY(size_of(s, e.value, &size));
        more += size;
    }
    /* what is replaced is not subtracted: near the limit this refuses a little early, and never late */
    if (s->bytes + more > LIMIT_VAR_BYTES)
        TRY(scope_measure(s)); /* closed scopes may have given some back */
    if (s->bytes + more > LIMIT_VAR_BYTES)
        return fail(E_TOOBIG, "the variables of an instance may have %d bytes together", (int)LIMIT_VAR_BYTES);
    if (s->n_var + val_count(vars) > LIMIT_VARS)
        return fail(E_TOOBIG, "an instance may have %d variables", (int)LIMIT_VARS);
    return OK;
}

/* The variable of that name in exactly this scope. */
static struct var *var_here(const struct inst *in, uint32_t scope, const char *name)
{
    for (uint32_t i = 0; i < in->n_var; i++) {
        struct var *v = &in->var[i];
        if (v->scope == scope && !v->gone && strcmp(v->name, name) == 0)
            return v;
    }
    return NULL;
}

static enum err put(struct step *s, uint32_t scope, struct val_entry e)
{
    struct inst *in = s->in;
    struct var *v = var_here(in, scope, e.key);
    size_t size = 0, before = 0;

    TRY(size_of(s, e.value, &size));
    if (v == NULL) {
        v = inst_add_var(in, (struct var){.scope = scope, .name = arena_strdup(in->mem, e.key), .value = val_null()});
        s->n_var++;
    } else {
        TRY(size_of(s, v->value, &before));
    }
    s->bytes = s->bytes - before + size;
    v->value = val_copy(in->mem, e.value);
    v->changed = true;
    s->vars_set = true;
    return OK;
}

/* Where a variable is set: what is set outwards goes to where it is known, else to the instance. */
static uint32_t place_of(const struct inst *in, uint32_t scope, const char *name, enum scope_rule rule)
{
    const struct var *known = rule == SCOPE_OUT ? inst_var(in, scope, name) : NULL;

    return rule == SCOPE_HERE ? scope : known != NULL ? known->scope : 1;
}

enum err scope_stores(const struct step *s, uint32_t scope, struct val vars, enum scope_rule rule)
{
    for (size_t i = 0; s->p->n_store > 0 && i < val_count(vars); i++) {
        struct val_entry e = val_entry_at(vars, i);

        for (int32_t k = 0; k < s->p->n_store; k++) {
            const struct proc_store *store = &s->p->store[k];
            if (strcmp(store->name, e.key) == 0 && place_of(s->in, scope, e.key, rule) == 1 &&
                !proc_store_takes(store, e.value))
                return fail(E_EXPR,
                            "the ticket cannot take %s as its %s: priorities are P1 to P4, impact and urgency words of their "
                            "scales, a title is a text",
                            val_string(s->tmp, e.value), e.key);
        }
    }
    return OK;
}

enum err scope_set(struct step *s, uint32_t scope, struct val vars, enum scope_rule rule)
{
    TRY(scope_check(s, vars));
    TRY(scope_stores(s, scope, vars, rule));
    if (val_is(vars, VAL_NULL))
        return OK;
    for (size_t i = 0; i < val_count(vars); i++) {
        struct val_entry e = val_entry_at(vars, i);
        TRY(put(s, place_of(s->in, scope, e.key, rule), e));
    }
    return OK;
}

enum err scope_init(struct step *s, uint32_t scope, const struct proc_data *data, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        struct val_entry e = {data[i].name, val_null()};
        if (var_here(s->in, scope, e.key) != NULL)
            continue;
        TRY(step_value(s, scope, &data[i].initial, &e.value));
        TRY(scope_set(s, scope, val_context(s->tmp, &e, 1), SCOPE_HERE));
    }
    return OK;
}

struct val scope_all(const struct inst *in, uint32_t scope, struct arena *mem)
{
    struct val_entry *e = ARENA_NEW_N(mem, struct val_entry, (size_t)in->n_var + 1);
    size_t n = 0;

    for (uint32_t i = 0; i < in->n_var; i++) {
        const struct var *v = &in->var[i];
        if (!v->gone && !multi_book(v->name) && inst_var(in, scope, v->name) == v)
            e[n++] = (struct val_entry){v->name, v->value};
    }
    return val_context(mem, e, n);
}

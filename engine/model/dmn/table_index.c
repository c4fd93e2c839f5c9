/* engine/model/dmn/table_index.c - which rules of a decision table may match, by one look-up a column.
 *
 * For     table.c, once a table when a model was read (index_build) and once an evaluation (index_match).
 * Owns    struct table_index.
 * Never   knows what a cell means: it asks the cell itself, once for each class of values that it tells apart.
 * Holds   the hits are those of the plain scan, always.
 *
 * A cell whose tests are all constants looks at its input only through "equal" and "less" against the numbers, texts and times in
 * those constants. Such points, of all cells of a column, sorted, cut the values of a kind into classes: each point, and what lies
 * between two points. All values of a class get the same answer from the cell, so one representative of each class is tried when
 * the table is built, and the rules that accept it are kept as a bitset. A cell of one point needs three trials a kind, however
 * many points the column has. An evaluation finds the class of each input by binary search and intersects the bitsets.
 *
 * A cell that reads variables, or leaves a note for any representative, accepts everything here and is evaluated for the rules that
 * are left. So are all cells of a column whose points are too many for the memory: then only every second, fourth ... point is
 * kept. Lists, contexts, ranges and functions are no classes: for such an input its column is evaluated; so it is for a time
 * without zone where the column has times with one, and the other way round, since a comparison of the two looks at both clocks. */
#include <limits.h>
#include <stdlib.h>

#include "model/dmn/table_int.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

/* Kinds whose values have one order (or are alone). */
enum kind {
    KIND_NULL,
    KIND_FALSE,
    KIND_TRUE,
    KIND_NUMBER,
    KIND_STRING,
    KIND_DATE,
    KIND_TIME,
    KIND_TIME_ZONED,
    KIND_MOMENT,
    KIND_MOMENT_ZONED,
    KIND_MONTHS,
    KIND_DURATION,
    KINDS,
    KIND_OTHER = KINDS
};

/* The values of one kind in a column: 2n + 1 classes, class 2i lies before point i and class 2i + 1 is point i. */
struct axis {
    uint32_t n;
    uint8_t scale; /* of key */
    const struct val *point;
    const int64_t *key;  /* numbers: the points x 10^scale; NULL = compare the points */
    const uint64_t *set; /* a bitset of rules a class; NULL = no classes, the column is evaluated */
};

struct column {
    bool exact; /* all points are kept */
    struct axis axis[KINDS];
};

struct table_index {
    uint32_t words; /* of a bitset */
    const uint64_t *all;
    const struct column *column;
    const uint32_t *from; /* rule r needs the columns check[from[r]] up to check[from[r + 1]] evaluated */
    const uint16_t *check;
};

static enum kind kind_of(struct val v)
{
    switch ((enum val_tag)v.tag) {
    case VAL_NULL:
        return KIND_NULL;
    case VAL_BOOL:
        return v.u.truth ? KIND_TRUE : KIND_FALSE;
    case VAL_NUMBER:
    case VAL_BIG:
        return KIND_NUMBER;
    case VAL_STRING:
        return KIND_STRING;
    case VAL_DATE:
        return KIND_DATE;
    case VAL_TIME:
        return v.u.moment->zone == WHEN_LOCAL ? KIND_TIME : KIND_TIME_ZONED;
    case VAL_DATE_TIME:
        return v.u.moment->zone == WHEN_LOCAL ? KIND_MOMENT : KIND_MOMENT_ZONED;
    case VAL_MONTHS:
        return KIND_MONTHS;
    case VAL_DURATION:
        return KIND_DURATION;
    case VAL_LIST:
    case VAL_CONTEXT:
    case VAL_RANGE:
    case VAL_FUNCTION:
        break;
    }
    return KIND_OTHER;
}

/* Is it a kind that has a twin with, or without, zone? */
static bool has_twin(enum kind kind)
{
    return kind >= KIND_TIME && kind <= KIND_MOMENT_ZONED;
}

static enum kind twin_of(enum kind kind)
{
    return kind == KIND_TIME || kind == KIND_MOMENT ? kind + 1 : kind - 1;
}

static int compare(const void *a, const void *b)
{
    int order = 0;

    return val_order(*(const struct val *)a, *(const struct val *)b, &order) ? order : 0;
}

/* ---- values between values ---- */

static struct val number(struct arena *mem, const char *text)
{
    struct val v = val_null();

    return val_number(mem, text, &v) ? v : val_null();
}

/* Some value above A and, unless B is NULL, below B; null if there is none. */
static struct val number_above(struct arena *mem, struct val a, const struct val *b)
{
    struct val v = b != NULL ? dec_add(mem, a, dec_div(mem, dec_sub(mem, *b, a), val_int(2)))
                             : number(mem, "9.999999999999999999999999999999999E+6144");

    return v.tag != VAL_NULL && dec_cmp(v, a) > 0 && (b == NULL || dec_cmp(v, *b) < 0) ? v : val_null();
}

/* The least text above A: A and a NUL, which never ends up in an answer. */
static struct val text_above(struct arena *mem, struct val a)
{
    char *p = arena_alloc(mem, a.n + (size_t)2);

    memcpy(p, a.u.s, a.n);
    return (struct val){.tag = VAL_STRING, .n = a.n + 1, .u.s = p};
}

/* The next moment or, with STEP -1, the one before. */
static struct val moment_beside(struct arena *mem, struct val a, int step)
{
    struct val_moment m = *a.u.moment;

    if (step > 0 && ++m.nano == NANO) {
        m.nano = 0;
        m.second++;
    } else if (step < 0 && m.nano-- == 0) {
        m.nano = NANO - 1;
        m.second--;
    }
    return when_moment(mem, (enum val_tag)a.tag, m);
}

/* The neighbour of a date or duration, in steps of a day, month or nanosecond; null if there is none. */
static struct val whole_beside(struct val a, int step)
{
    bool carry = true;

    if (a.tag == VAL_DURATION) {
        carry = step > 0 ? a.n == NANO - 1 : a.n == 0;
        a.n = carry ? (step > 0 ? 0 : NANO - 1) : a.n + (uint32_t)step;
    }
    return carry && __builtin_add_overflow(a.u.i, step, &a.u.i) ? val_null() : a;
}

static struct val above(struct arena *mem, struct val a, const struct val *b)
{
    struct val v;

    if (val_numeric(a))
        return number_above(mem, a, b);
    if (a.tag == VAL_STRING)
        v = text_above(mem, a);
    else if (a.tag == VAL_TIME || a.tag == VAL_DATE_TIME)
        v = moment_beside(mem, a, 1);
    else
        v = whole_beside(a, 1);
    return b == NULL || v.tag == VAL_NULL || compare(&v, b) < 0 ? v : val_null();
}

static struct val below(struct arena *mem, struct val a)
{
    if (val_numeric(a)) {
        struct val least = number(mem, "-9.999999999999999999999999999999999E+6144");
        return dec_cmp(least, a) < 0 ? least : val_null();
    }
    if (a.tag == VAL_STRING)
        return a.n > 0 ? val_text(mem, "") : val_null();
    if (a.tag == VAL_TIME || a.tag == VAL_DATE_TIME)
        return moment_beside(mem, a, -1);
    return whole_beside(a, -1);
}

/* Some value of a kind of which a column knows no point. */
static struct val sample(struct arena *mem, enum kind kind)
{
    const struct val_moment local = {.zone = WHEN_LOCAL}, utc = {.zone = WHEN_OFFSET};

    switch (kind) {
    case KIND_FALSE:
        return val_bool(false);
    case KIND_TRUE:
        return val_bool(true);
    case KIND_NUMBER:
        return val_int(0);
    case KIND_STRING:
        return val_text(mem, "");
    case KIND_DATE:
        return when_date(2000, 1, 1);
    case KIND_TIME:
        return when_moment(mem, VAL_TIME, local);
    case KIND_TIME_ZONED:
        return when_moment(mem, VAL_TIME, utc);
    case KIND_MOMENT:
        return when_moment(mem, VAL_DATE_TIME, local);
    case KIND_MOMENT_ZONED:
        return when_moment(mem, VAL_DATE_TIME, utc);
    case KIND_MONTHS:
        return when_months(0);
    case KIND_DURATION:
        return when_duration(0, 0);
    case KIND_NULL:
    case KINDS:
        break;
    }
    return val_null();
}

/* ---- points ---- */

struct points {
    struct val *v;
    uint32_t n, room;
};

static void point_add(struct arena *mem, struct points *p, struct val v)
{
    if (p->n == p->room) {
        uint32_t room = p->room != 0 ? 2 * p->room : 16;
        struct val *more = ARENA_NEW_N(mem, struct val, room);
        if (p->n > 0)
            memcpy(more, p->v, p->n * sizeof *more);
        p->v = more;
        p->room = room;
    }
    p->v[p->n++] = v;
}

/* What a comparison with V looks at. The "=" of times does not see fractions of a second, "<" does. */
static void points_of(struct arena *mem, struct points p[KINDS], struct val v)
{
    enum kind kind = kind_of(v);

    if (v.tag == VAL_RANGE) {
        points_of(mem, p, v.u.range->lo);
        points_of(mem, p, v.u.range->hi);
    }
    for (uint32_t i = 0; v.tag == VAL_LIST && i < v.n; i++)
        points_of(mem, p, v.u.list[i]);
    if (kind <= KIND_TRUE || kind == KIND_OTHER)
        return;
    point_add(mem, &p[kind], v);
    if (v.tag != VAL_TIME && v.tag != VAL_DATE_TIME)
        return;
    struct val_moment m = *v.u.moment;
    m.nano = 0;
    point_add(mem, &p[kind], when_moment(mem, (enum val_tag)v.tag, m));
    m.second++;
    point_add(mem, &p[kind], when_moment(mem, (enum val_tag)v.tag, m));
}

static void points_sort(struct points *p)
{
    uint32_t n = 0;

    if (p->n == 0)
        return;
    qsort(p->v, p->n, sizeof *p->v, compare);
    for (uint32_t i = 1; i < p->n; i++)
        if (compare(&p->v[n], &p->v[i]) != 0)
            p->v[++n] = p->v[i];
    p->n = n + 1;
}

/* The class of V among the N points. */
static uint32_t class_of(const struct val *point, uint32_t n, struct val v)
{
    uint32_t low = 0, high = n;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int order = compare(&v, &point[mid]);
        if (order == 0)
            return 2 * mid + 1;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return 2 * low;
}

/* ---- building ---- */

/* Cells of one text in a column: the rules RULE[0..N), and what they need. */
struct group {
    const struct node *cell;
    const uint32_t *rule;
    uint32_t n;
    bool generic;
};

struct build {
    struct arena *mem;  /* of the model */
    struct arena *work; /* dropped afterwards */
    struct table *t;
    uint32_t words, input;
    struct bench bench;
    struct group *group;
    uint32_t n_group;
    struct points point[KINDS];
    struct val *between[KINDS]; /* a value of each class 2i, null = there is none */
    uint32_t stride;            /* every so manieth point is kept */
    uint64_t *set[KINDS];
};

void bench_open(struct bench *b, struct arena *mem, const struct table *t)
{
    b->limits = feel_limits_default;
    b->limits.bytes = SIZE_MAX / 2; /* the steps bound it, and the arena has other users */
    b->limits.steps = LIMIT_TABLE_STEPS + LIMIT_CELL_STEPS * table_cells(t);
    b->env = (struct feel_env){.limits = &b->limits};
    state_begin(&b->s, &b->env, mem);
    b->f = (struct frame){.s = &b->s, .slot = ARENA_NEW_N(mem, struct val, t->slot + (size_t)1)};
}

bool bench_run(struct bench *b, const struct node *n, struct val *out)
{
    *out = eval_node(n, &b->f);
    bool silent = b->s.notes == 0;
    b->s.notes = 0;
    b->s.note = b->s.last_note = NULL;
    return silent && b->s.err == OK;
}

bool index_constant(const struct table *t, const struct node *cell)
{
    if (cell->kind != N_TESTS || cell->kid[0]->kind != N_LOCAL || cell->kid[0]->slot != t->slot)
        return false;
    for (uint32_t i = 1; i < cell->n; i++)
        if (cell->kid[i]->kind != N_LITERAL)
            return false;
    return true;
}

struct row {
    const char *text;
    uint32_t rule;
};

static int by_text(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = strcmp(x->text, y->text);

    return order != 0 ? order : x->rule < y->rule ? -1 : 1;
}

/* Gathers the cells of the column that are not "-" by their texts. */
static void find_groups(struct build *b)
{
    const struct table *t = b->t;
    uint32_t ni = t->view.n_input, n = 0, width = ni + t->view.n_output + t->view.n_annotation;
    struct row *row = ARENA_NEW_N(b->work, struct row, t->view.n_rule);
    uint32_t *rule = ARENA_NEW_N(b->work, uint32_t, t->view.n_rule);

    for (uint32_t r = 0; r < t->view.n_rule; r++)
        if (t->cell[(size_t)r * ni + b->input] != NULL)
            row[n++] = (struct row){.text = t->view.cell[(size_t)r * width + b->input], .rule = r};
    qsort(row, n, sizeof *row, by_text);
    b->group = ARENA_NEW_N(b->work, struct group, n);
    b->n_group = 0;
    for (uint32_t i = 0; i < n; i++) {
        rule[i] = row[i].rule;
        if (i == 0 || strcmp(row[i].text, row[i - 1].text) != 0) {
            const struct node *cell = t->cell[(size_t)rule[i] * ni + b->input];
            b->group[b->n_group++] = (struct group){.cell = cell, .rule = rule + i, .generic = !index_constant(t, cell)};
        }
        b->group[b->n_group - 1].n++;
    }
}

/* What the constants in TESTS name. */
static void points_below(struct build *b, const struct node *tests)
{
    if (tests->kind == N_LITERAL)
        points_of(b->work, b->point, tests->value);
    for (uint32_t i = 0; i < tests->n; i++)
        points_below(b, tests->kid[i]);
}

/* The points of the cells; those of the values that an input may have cut no class that matters to a cell, but table_check.c asks
 * for one of each. */
static void find_points(struct build *b)
{
    const struct feel_type *type = b->t->type[b->input];

    for (enum kind k = 0; k < KINDS; k++)
        b->point[k].n = 0;
    if (b->t->allowed[b->input] != NULL)
        points_below(b, b->t->allowed[b->input]);
    if (type != NULL && type->allowed != NULL)
        points_below(b, type->allowed->root);
    for (uint32_t g = 0; g < b->n_group; g++)
        for (uint32_t i = 1; !b->group[g].generic && i < b->group[g].cell->n; i++)
            points_of(b->work, b->point, b->group[g].cell->kid[i]->value);
    for (enum kind k = 0; k < KINDS; k++) {
        struct points *p = &b->point[k];
        points_sort(p);
        b->between[k] = ARENA_NEW_N(b->work, struct val, p->n + (size_t)1);
        b->between[k][0] = p->n > 0 ? below(b->work, p->v[0]) : sample(b->work, k);
        for (uint32_t i = 0; i < p->n; i++)
            b->between[k][i + 1] = above(b->work, p->v[i], i + 1 < p->n ? &p->v[i + 1] : NULL);
    }
}

/* How many points can be kept within the column's share of the memory, and room for the bitsets of their classes. */
static void make_sets(struct build *b)
{
    size_t share = LIMIT_TABLE_INDEX / sizeof(uint64_t) / b->t->view.n_input, classes, most = 0;

    for (enum kind k = 0; k < KINDS; k++)
        most = b->point[k].n > most ? b->point[k].n : most;
    for (b->stride = 1;; b->stride *= 2) {
        classes = 0;
        for (enum kind k = 0; k < KINDS; k++)
            classes += 2 * (((size_t)b->point[k].n + b->stride - 1) / b->stride) + 1;
        if (classes * b->words <= share || b->stride >= most)
            break;
    }
    for (enum kind k = 0; k < KINDS; k++)
        b->set[k] = ARENA_NEW_N(b->mem, uint64_t, (2 * (((size_t)b->point[k].n + b->stride - 1) / b->stride) + 1) * b->words);
}

/* The class among the kept points. */
static uint32_t coarse(const struct build *b, uint32_t class)
{
    uint32_t i = class / 2, kept = (i + b->stride - 1) / b->stride;

    return class % 2 == 1 && i % b->stride == 0 ? 2 * (i / b->stride) + 1 : 2 * kept;
}

static void mark(struct build *b, enum kind kind, uint32_t low, uint32_t high, const struct group *g)
{
    uint32_t last = coarse(b, high);

    for (uint32_t class = coarse(b, low); class <= last; class ++)
        for (uint32_t i = 0; i < g->n; i++)
            b->set[kind][(size_t) class * b->words + g->rule[i] / 64] |= UINT64_C(1) << g->rule[i] % 64;
}

/* Asks the cell about the classes LOW to HIGH, among which it makes no difference. */
static bool try_classes(struct build *b, struct group *g, enum kind kind, uint32_t low, uint32_t high)
{
    struct val *v = &b->bench.f.slot[b->t->slot], answer;
    uint32_t one = low % 2 == 0 && low < high ? low + 1 : low;

    *v = one % 2 == 1 ? b->point[kind].v[one / 2] : b->between[kind][one / 2];
    if (kind != KIND_NULL && v->tag == VAL_NULL)
        return true;
    if (!bench_run(&b->bench, g->cell, &answer))
        return false;
    if (val_true(answer))
        mark(b, kind, low, high, g);
    return true;
}

/* Asks the cell about all classes of a kind; OWN: the points it looks at. */
static bool try_kind(struct build *b, struct group *g, enum kind kind, const struct points *own)
{
    const struct points *p = &b->point[kind];
    uint32_t next = 0;

    for (uint32_t i = 0; i < own->n; i++) {
        uint32_t class = class_of(p->v, p->n, own->v[i]);
        if (!try_classes(b, g, kind, next, class - 1) || !try_classes(b, g, kind, class, class))
            return false;
        next = class + 1;
    }
    return try_classes(b, g, kind, next, 2 * p->n);
}

/* A cell that leaves a note for one of the values is evaluated each time, so that the note is heard; what was marked until then
 * is no harm, since it then accepts everything. */
static void try_group(struct build *b, struct group *g)
{
    struct points own[KINDS] = {{NULL, 0, 0}};

    for (uint32_t i = 1; !g->generic && i < g->cell->n; i++)
        points_of(b->work, own, g->cell->kid[i]->value);
    for (enum kind k = 0; k < KINDS && !g->generic; k++) {
        points_sort(&own[k]);
        if (!has_twin(k) || b->point[twin_of(k)].n == 0)
            g->generic = !try_kind(b, g, k, &own[k]);
    }
    for (enum kind k = 0; k < KINDS && g->generic; k++)
        mark(b, k, 0, 2 * b->point[k].n, g);
}

/* "-" accepts everything. */
static void mark_open(struct build *b)
{
    const struct table *t = b->t;

    for (uint32_t r = 0; r < t->view.n_rule; r++) {
        const struct group g = {.rule = &r, .n = 1};
        for (enum kind k = 0; t->cell[(size_t)r * t->view.n_input + b->input] == NULL && k < KINDS; k++)
            mark(b, k, 0, 2 * b->point[k].n, &g);
    }
}

/* Whole numbers compare faster: the points x 10^scale, if that fits for all. */
static void make_keys(struct arena *mem, struct axis *a)
{
    int64_t *key = ARENA_NEW_N(mem, int64_t, a->n);

    for (uint32_t i = 0; i < a->n; i++)
        if (a->point[i].tag == VAL_NUMBER && a->point[i].scale > a->scale)
            a->scale = (uint8_t)a->point[i].scale;
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->point[i].tag != VAL_NUMBER)
            return;
        key[i] = a->point[i].u.i;
        for (int s = a->point[i].scale; s < a->scale; s++)
            if (__builtin_mul_overflow(key[i], 10, &key[i]))
                return;
    }
    a->key = key;
}

static void keep_axis(struct build *b, enum kind kind, struct axis *a)
{
    const struct points *p = &b->point[kind];
    struct val *point = ARENA_NEW_N(b->mem, struct val, (p->n + (size_t)b->stride - 1) / b->stride);

    for (uint32_t i = 0; i < p->n; i += b->stride)
        point[a->n++] = val_copy(b->mem, p->v[i]);
    a->point = point;
    a->set = !has_twin(kind) || b->point[twin_of(kind)].n == 0 ? b->set[kind] : NULL;
    if (a->n > 0 && kind == KIND_NUMBER)
        make_keys(b->mem, a);
}

static void build_column(struct build *b, struct column *column, uint8_t *check)
{
    find_groups(b);
    find_points(b);
    make_sets(b);
    mark_open(b);
    for (uint32_t g = 0; g < b->n_group; g++) {
        try_group(b, &b->group[g]);
        for (uint32_t i = 0; i < b->group[g].n && (b->group[g].generic || b->stride > 1); i++)
            check[(size_t)b->group[g].rule[i] * b->t->view.n_input + b->input] = 1;
    }
    column->exact = b->stride == 1;
    for (enum kind k = 0; k < KINDS; k++)
        keep_axis(b, k, &column->axis[k]);
}

/* Which cells must be evaluated, rule by rule. */
static void keep_checks(struct build *b, struct table_index *x, const uint8_t *check)
{
    uint32_t ni = b->t->view.n_input, n = 0;
    size_t cells = (size_t)b->t->view.n_rule * ni;
    uint32_t *from = ARENA_NEW_N(b->mem, uint32_t, b->t->view.n_rule + (size_t)1);

    for (size_t i = 0; i < cells; i++)
        n += check[i];
    uint16_t *columns = ARENA_NEW_N(b->mem, uint16_t, n);
    n = 0;
    for (size_t i = 0; i < cells; i++) {
        if (i % ni == 0)
            from[i / ni] = n;
        if (check[i] != 0)
            columns[n++] = (uint16_t)(i % ni);
    }
    from[b->t->view.n_rule] = n;
    x->from = from;
    x->check = columns;
}

void index_build(struct arena *mem, struct table *t)
{
    uint32_t n = t->view.n_rule;
    struct build b = {.mem = mem, .work = arena_new(0), .t = t, .words = (n + 63) / 64};
    struct table_index *x = ARENA_NEW(mem, struct table_index);
    struct column *column = ARENA_NEW_N(mem, struct column, t->view.n_input);
    uint64_t *all = ARENA_NEW_N(mem, uint64_t, b.words);
    uint8_t *check = ARENA_NEW_N(b.work, uint8_t, (size_t)n * t->view.n_input);

    bench_open(&b.bench, b.work, t);
    for (uint32_t r = 0; r < n; r++)
        all[r / 64] |= UINT64_C(1) << r % 64;
    for (b.input = 0; b.input < t->view.n_input; b.input++)
        build_column(&b, &column[b.input], check);
    *x = (struct table_index){.words = b.words, .all = all, .column = column};
    keep_checks(&b, x, check);
    t->index = x;
    arena_free(b.work);
}

/* ---- matching ---- */

/* V x 10^scale; false if it is not that. */
static bool key_of(const struct axis *a, struct val v, int64_t *key)
{
    return v.tag == VAL_NUMBER && v.scale <= a->scale && dec_scaled(v, a->scale, key);
}

static uint32_t axis_class(const struct axis *a, struct val v)
{
    uint32_t low = 0, n = a->n;
    int64_t key;

    if (a->key == NULL || !key_of(a, v, &key))
        return class_of(a->point, a->n, v);
    while (n > 1) {
        uint32_t half = n / 2;
        low += a->key[low + half] <= key ? half : 0;
        n -= half;
    }
    if (a->key[low] == key)
        return 2 * low + 1;
    return a->key[low] < key ? 2 * low + 2 : 0;
}

/* The rules whose cells accept V as far as is known beforehand; all of them if V has no class. */
static const uint64_t *set_of(const struct table_index *x, const struct column *column, struct val v)
{
    enum kind kind = kind_of(v);
    const struct axis *a = kind != KIND_OTHER ? &column->axis[kind] : NULL;

    if (a == NULL || a->set == NULL)
        return x->all;
    return a->n > 0 ? a->set + (size_t)axis_class(a, v) * x->words : a->set;
}

/* Evaluates the cells of the rule that the bitsets left open. */
static bool accepted(const struct consult *c, const struct table_index *x, uint32_t rule)
{
    for (uint32_t i = x->from[rule]; i < x->from[rule + 1]; i++)
        if (!table_cell(c, rule, x->check[i]))
            return false;
    return true;
}

/* Evaluates the cells of the rule whose inputs have no class. */
static bool accepted_others(const struct consult *c, const struct table_index *x, const uint64_t *const *set, uint32_t rule)
{
    for (uint32_t i = 0; i < c->t->view.n_input; i++)
        if (set[i] == x->all && !table_cell(c, rule, i))
            return false;
    return true;
}

void index_match(struct consult *c, bool first)
{
    const struct table_index *x = c->t->index;
    uint32_t ni = c->t->view.n_input;
    const uint64_t *few[TABLE_FEW], **set = few;
    bool other = false;

    if (ni > TABLE_FEW && (set = eval_alloc(c->f->s, ni * sizeof *set)) == NULL)
        return;
    if (!eval_charge(c->f->s, ni + (uint64_t)x->words))
        return;
    for (uint32_t i = 0; i < ni; i++) {
        set[i] = set_of(x, &x->column[i], c->in[i]);
        other = other || set[i] == x->all;
    }
    for (uint32_t w = 0; w < x->words; w++) {
        uint64_t left = x->all[w];
        for (uint32_t i = 0; i < ni; i++)
            left &= set[i][w];
        for (; left != 0; left &= left - 1) {
            uint32_t rule = w * 64 + (uint32_t)__builtin_ctzll(left);
            if (accepted(c, x, rule) && (!other || accepted_others(c, x, set, rule)) && (!table_hit(c, rule) || first))
                return;
        }
    }
}

/* ---- what there is to know of a table as a whole ---- */

uint32_t index_words(const struct table *t)
{
    return t->index->words;
}

bool index_vague(const struct table *t, uint32_t rule)
{
    return t->index->from[rule] != t->index->from[rule + 1];
}

/* A value of the class before point I as a person would give it: a whole number, if there is one. */
static struct val usual(struct arena *mem, const struct axis *a, enum kind kind, uint32_t i)
{
    struct val v;

    if (a->n == 0)
        return sample(mem, kind);
    if (i == 0 && kind == KIND_NUMBER) {
        v = dec_sub(mem, a->point[0], val_int(1));
        return v.tag != VAL_NULL && dec_cmp(v, a->point[0]) < 0 ? v : below(mem, a->point[0]);
    }
    if (i == 0)
        return below(mem, a->point[0]);
    if (kind == KIND_NUMBER) {
        v = dec_add(mem, dec_round(mem, a->point[i - 1], 0, DEC_FLOOR), val_int(1));
        if (v.tag != VAL_NULL && dec_cmp(v, a->point[i - 1]) > 0 && (i == a->n || dec_cmp(v, a->point[i]) < 0))
            return v;
    }
    return above(mem, a->point[i - 1], i < a->n ? &a->point[i] : NULL);
}

uint32_t index_classes(struct arena *mem, const struct table *t, uint32_t input, struct index_class **out, bool *others)
{
    const struct column *c = &t->index->column[input];
    uint32_t words = t->index->words, n = 0;
    size_t most = 0;

    *others = false;
    for (enum kind k = 0; k < KINDS; k++)
        most += 2 * (size_t)c->axis[k].n + 1;
    *out = ARENA_NEW_N(mem, struct index_class, most);
    for (enum kind k = 0; k < KINDS && c->exact; k++) {
        const struct axis *a = &c->axis[k];
        *others = *others || a->set == NULL;
        for (uint32_t i = 0; i < 2 * a->n + 1 && a->set != NULL; i++) {
            struct index_class *x = &(*out)[n];
            *x = (struct index_class){.between = i % 2 == 0, .inner = i > 0 && i<2 * a->n, .named = a->n> 0};
            x->sample = i % 2 == 0 ? usual(mem, a, k, i / 2) : a->point[i / 2];
            x->set = a->set + (size_t)i * words;
            n += x->sample.tag != VAL_NULL || k == KIND_NULL;
        }
    }
    return n;
}

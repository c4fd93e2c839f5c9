/* tests/unit/model/test_feel_box.c - boxes: texts of one element in one scope, worlds of elements, natives, "?", broken texts. */
#include "model/feel/box.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* A model of three elements: a number, a context, and a function that is made when it is asked for. */
static const char *const element_names[] = {"Base rate", "Model B.Say Hello", "loan-A 2.1", "later"};
static const uint16_t element_numbers[] = {0, 1, 2, 3};
static const struct feel_names model_names = {.name = element_names, .n = 4, .element = element_numbers, .closed = true};

static struct val ask(struct feel_world *w, struct frame *f, const struct node *at, uint16_t element)
{
    assert_int_equal(element, 3);
    w->known[3] = 1;
    return w->value[3] = val_int(99);
}

static struct val greet(struct frame *f, const struct node *at, const struct val_function *self, struct val *arg)
{
    return val_text(f->s->mem, arena_printf(f->s->mem, "%s %s", (const char *)self->native->data, arg[0].u.s));
}

static const struct feel_type type_string = {.kind = TYPE_KIND, .tag = VAL_STRING};
static const struct feel_type type_number = {.kind = TYPE_KIND, .tag = VAL_NUMBER};

struct bench {
    struct arena *mem;
    struct parser *p;
    struct feel_note *notes;
    enum err err;
};

static struct val finish(struct bench *b, struct node *root)
{
    static const char *const params[] = {"who"};
    static const struct feel_type *const types[] = {&type_string};
    static const struct feel_native native = {
        .name = "Say Hello", .n = 1, .params = params, .types = types, .run = greet, .data = "Hello"};
    struct val value[4], out;
    uint8_t known[4] = {1, 1, 1, 0};
    struct feel_world w = {.value = value, .known = known, .element = ask};
    const struct feel_env env = {.now = 0};
    const struct feel_prog *prog = box_end(b->p, root);
    struct state s;

    state_begin(&s, &env, b->mem);
    s.world = &w;
    value[0] = val_int(5);
    value[1] = eval_native(&s, &native, &w);
    value[2] = val_text(b->mem, "x");
    out = eval_program(&s, prog);
    b->err = state_end(&s, "test", &out, &b->notes);
    return out;
}

static struct bench begin(struct arena *mem, const struct feel_types *types)
{
    return (struct bench){.mem = mem, .p = box_begin(mem, &model_names, types)};
}

static const struct feel_source *source(struct arena *mem, const char *text)
{
    struct feel_source *s = ARENA_NEW(mem, struct feel_source);

    *s = (struct feel_source){.text = arena_strdup(mem, text), .element = "tested", .part = "", .line = 7};
    return s;
}

static struct node *text(struct bench *b, const char *s)
{
    return box_text(b->p, source(b->mem, s));
}

#define expect(b, root, string) assert_string_equal(val_string((b)->mem, finish((b), (root))), string)

static void test_elements(void **state)
{
    static const struct {
        const char *text, *expected;
        const char *note; /* NULL = none */
    } rows[] = {
        {"Base rate * 2", "10", NULL},
        {"Base   rate+1", "6", NULL},
        {"Model B.Say Hello(\"you\")", "Hello you", NULL},
        {"Model B . Say Hello(who: \"you\")", "Hello you", NULL},
        {"Model B.Say Hello(whom: \"you\")", "null", "the function has no parameters of these names"},
        {"Model B.Say Hello(3)", "null", "the argument who is not of type string"},
        {"Model B.Say Hello([\"you\"])", "Hello you", NULL},
        {"Model B.Say Hello()", "null", "the function takes another number of arguments"},
        {"loan-A 2.1 + \"y\"", "xy", NULL},
        {"later + later", "198", NULL},
        {"nowhere = null", "true", "the name 'nowhere' is not known here"},
        {"for i in [1, 2] return Base rate + i", "[6, 7]", NULL},
        {"[1, 6][item > Base rate]", "[6]", NULL},
        {"(function(x) x + later)(1)", "100", NULL},
        {"count([1, 2])", "2", NULL},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct bench b = begin(mem, NULL);
        const char *got = val_string(mem, finish(&b, text(&b, rows[i].text)));
        const char *note = b.notes != NULL ? b.notes->message : NULL;
        if (strcmp(got, rows[i].expected) != 0 || (note == NULL) != (rows[i].note == NULL) ||
            (note != NULL && strcmp(note, rows[i].note) != 0)) {
            print_error("%s: %s, %s\n", rows[i].text, got, note != NULL ? note : "no note");
            failed++;
        }
        arena_free(mem);
    }
    assert_int_equal(failed, 0);
}

/* Entries see earlier ones by their names; the nameless last one is the value of all. */
static void test_context(void **state)
{
    struct arena *mem = arena_new(0);

    for (int result = 0; result < 2; result++) {
        struct bench b = begin(mem, NULL);
        struct box_part part[3] = {{.name = "monthly fee"}, {.name = "a/b"}, {.name = NULL}};
        struct box_mark mark = box_open(b.p);
        part[0].node = text(&b, "{r: Base rate}.r + 1");
        uint16_t first = box_declare(b.p, part[0].name);
        part[1].node = text(&b, "monthly fee * 2");
        box_declare(b.p, part[1].name);
        part[2].node = text(&b, "a/b + monthly fee");
        box_close(b.p, mark);
        struct node *c = box_context(b.p, first, part, result ? 3 : 2, result);
        expect(&b, c, result ? "18" : "{monthly fee: 6, \"a/b\": 12}");
        assert_null(b.notes);
    }
    arena_free(mem);
}

/* A text that cannot be read spoils nothing else: it answers null, and its error is kept. */
static void test_broken(void **state)
{
    struct arena *mem = arena_new(0);
    struct bench b = begin(mem, NULL);
    struct node *item[3] = {text(&b, "1 + 1"), text(&b, "function(a) function(b) (1 +"), NULL};

    item[2] = text(&b, "some x in [1] satisfies x = 1");
    expect(&b, box_list(b.p, item, 3), "[2, null, true]");
    assert_non_null(b.notes);
    assert_string_equal(b.notes->source->element, "tested");
    const struct box_broken *broken = box_broken(b.p);
    assert_string_equal(broken->source->text, "function(a) function(b) (1 +");
    assert_non_null(strstr(broken->error.message, "the text ends"));
    assert_int_equal(broken->error.column, 29);
    assert_null(broken->next);
    arena_free(mem);
}

static struct node *function_of(struct bench *b, const struct feel_type *param, const struct feel_type *result,
                                const char *body)
{
    const char *const name[] = {"first name", "n"};
    const struct feel_type *const types[] = {NULL, param};

    assert_true(box_function_open(b->p, name, types, 2));
    return box_function_close(b->p, text(b, body), result);
}

static void test_functions(void **state)
{
    static const struct {
        const char *body;
        bool number; /* the declared result, else text */
        const char *expected;
    } rows[] = {
        {"n + 1", true, "3"}, {"first name + string(n)", false, "Jo2"},   {"first name", true, "null"},
        {"[n]", true, "2"},   {"{k: function(q) q + n}.k(5)", true, "7"},
    };
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b = begin(mem, NULL);
        struct node *fn = function_of(&b, &type_number, rows[i].number ? &type_number : &type_string, rows[i].body);
        struct box_part arg[2] = {{.name = "n", .node = box_value(b.p, val_int(2))},
                                  {.name = "first name", .node = text(&b, "\"Jo\"")}};
        expect(&b, box_call(b.p, fn, arg, 2), rows[i].expected);
        assert_int_equal(b.notes == NULL, strcmp(rows[i].expected, "null") != 0);
    }
    arena_free(mem);
}

static void test_loops(void **state)
{
    struct arena *mem = arena_new(0);
    struct bench b = begin(mem, NULL);
    struct box_mark mark = box_open(b.p);
    struct node *domain = text(&b, "[1, 2, 3]");
    uint16_t slot = box_declare(b.p, "this one"), partial = box_declare(b.p, "partial");
    struct node *each = box_for(b.p, domain, text(&b, "this one + sum(partial) + 0"), slot, partial);
    box_close(b.p, mark);
    mark = box_open(b.p);
    struct node *item[4] = {each};
    for (int some = 0; some < 2; some++) {
        domain = text(&b, "[1, 2, 3]");
        slot = box_declare(b.p, "this one");
        item[1 + some] = box_quantified(b.p, some == 1, domain, text(&b, "this one > 2"), slot);
        box_close(b.p, mark);
    }
    struct node *list = text(&b, "[{size: 1}, {size: 6}]");
    slot = box_item(b.p);
    item[3] = box_filter(b.p, list, text(&b, "size > Base rate and item.size < 10"), slot);
    box_close(b.p, mark);
    struct node *if_node = box_if(b.p, text(&b, "Base rate = 5"), box_list(b.p, item, 4), text(&b, "0"));
    expect(&b, if_node, "[[null, null, null], false, true, [{size: 6}]]");
    arena_free(mem);
}

/* "?" is a variable of its scope: a table inside of a cell of another one tests its own input. */
static struct val test_seven(const struct node *n, struct frame *f)
{
    f->slot[n->slot] = val_int(*(const int *)n->data);
    return eval_node(n->kid[0], f);
}

static struct node *tested(struct bench *b, const int *input, const char *tests)
{
    struct box_mark mark = box_open(b->p);
    uint16_t slot = box_tested(b->p);
    struct node *cell = box_tests(b->p, source(b->mem, tests));
    struct node *n = box_handled(b->p, test_seven, input, &cell, 1);

    n->slot = slot;
    box_close(b->p, mark);
    return n;
}

static void test_tested(void **state)
{
    static const int seven = 7, one = 1;
    static const struct {
        const char *tests, *expected;
    } rows[] = {
        {"7", "true"},
        {"[6..8]", "true"},
        {"< Base rate", "false"},
        {"? > Base rate", "true"},
        {"1, 7", "true"},
        {"not(1, 7)", "false"},
        {"[1, 7]", "true"},
        {"-", "true"},
        {"some x in [7] satisfies x = ?", "true"},
        {"(function(y) y = ?)(7)", "true"},
        {"Base rate = 5", "true"},
        {"Base rate < 5", "false"},
        {"? < \"a\"", "null"},
    };
    struct arena *mem = arena_new(0);
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b = begin(mem, NULL);
        const char *got = val_string(mem, finish(&b, tested(&b, &seven, rows[i].tests)));
        if (strcmp(got, rows[i].expected) != 0) {
            print_error("7: %s: %s\n", rows[i].tests, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    struct bench b = begin(mem, NULL);
    struct node *item[3] = {tested(&b, &seven, "7"), tested(&b, &one, "1"), tested(&b, &one, "7")};
    expect(&b, box_list(b.p, item, 3), "[true, true, false]");
    b = begin(mem, NULL);
    expect(&b, text(&b, "? = 7"), "false"); /* outside of a test it is nothing */
    assert_non_null(b.notes);
    arena_free(mem);
}

static void test_types(void **state)
{
    struct arena *mem = arena_new(0);
    struct feel_type *age = ARENA_NEW(mem, struct feel_type), *list = ARENA_NEW(mem, struct feel_type);
    static const char *const names[] = {"t age", "Model B.t age", "date"};
    const struct feel_type *const types[] = {age, list, &type_number};
    const struct feel_types reach = {.name = names, .type = types, .n = 3};
    static const struct {
        const char *type, *value, *expected;
    } rows[] = {
        {"number", "1", "1"},
        {"feel:number", "1", "1"},
        {"number", "\"1\"", "null"},
        {"number", "[1]", "1"},
        {"Any", "[1]", "[1]"},
        {"", "\"x\"", "x"},
        {"t age", "10", "10"},
        {"t age", "200", "null"},
        {"t age", "[10]", "10"},
        {"Model B.t age", "[10, 20]", "[10, 20]"},
        {"Model B.t age", "[10, 200]", "null"},
        {"list<t age>", "[10]", "[10]"},
        {"context<a: t age>", "{a: 5, b: 6}", "{a: 5, b: 6}"},
        {"date", "5", "5"},
        {"no such type", "5", "null"},
        {"number extra", "5", "null"},
    };
    int failed = 0;

    *age = (struct feel_type){.kind = TYPE_KIND, .tag = VAL_NUMBER, .label = "t age", .limited = true};
    assert_int_equal(feel_compile(mem, "[0..120]", FEEL_UNARY_TESTS, NULL, (struct feel_prog **)(uintptr_t)&age->allowed, NULL),
                     OK);
    *list = (struct feel_type){.kind = TYPE_LIST, .of = types, .n = 1, .limited = true};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b = begin(mem, &reach);
        struct node *n = box_typed(b.p, text(&b, rows[i].value), box_type(b.p, rows[i].type), "the result");
        const char *got = val_string(mem, finish(&b, n));
        if (strcmp(got, rows[i].expected) != 0) {
            print_error("%s as %s: %s\n", rows[i].value, rows[i].type, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    struct bench b = begin(mem, &reach);
    expect(&b, text(&b, "[200 instance of t age, [1] instance of Model B.t age, \"\" instance of t age]"),
           "[true, true, false]");
    b = begin(mem, &reach);
    expect(&b, box_typed(b.p, text(&b, "200"), box_type(b.p, "t age"), "the result"), "null");
    assert_string_equal(b.notes->message, "the result is not of type t age");
    arena_free(mem);
}

/* Members of several words may be known from a type only. */
static void test_members(void **state)
{
    struct arena *mem = arena_new(0);
    struct bench b = begin(mem, NULL);

    box_member(b.p, "Customer Tier");
    box_member(b.p, "a-b");
    expect(
        &b,
        text(&b, "[get value(context([{key: \"k\", value: {\"Customer Tier\": 3}}]), \"k\")][Customer Tier = 3].Customer Tier"),
        "[3]");
    b = begin(mem, NULL);
    box_member(b.p, "a-b");
    expect(&b, text(&b, "{a: 5, b: 3, c: a-b}.c"), "2"); /* a member's name is no name of its own */
    arena_free(mem);
}

/* More names than a scope may hold: the whole is null and says why. */
static void test_overflow(void **state)
{
    struct arena *mem = arena_new(0);
    struct bench b = begin(mem, NULL);
    struct box_mark mark = box_open(b.p);
    struct box_part part[1500];

    for (uint32_t i = 0; i < 1500; i++) {
        part[i] = (struct box_part){.name = arena_printf(mem, "entry %u", i), .node = text(&b, "1")};
        box_declare(b.p, part[i].name);
    }
    box_close(b.p, mark);
    assert_string_equal(box_broken(b.p)->error.message, "too many variables");
    assert_null(box_broken(b.p)->next);
    expect(&b, box_context(b.p, mark.slots, part, 1500, false), "null");
    assert_string_equal(b.notes->message, "too many variables");
    arena_free(mem);
}

/* An evaluation ends when its time is over, however few steps it took. */
static void test_time(void **state)
{
    struct arena *mem = arena_new(0);
    struct feel_limits limits = feel_limits_default;
    const struct feel_env env = {.limits = &limits};
    struct feel_prog *prog;
    struct val out;

    limits.steps = UINT64_MAX;
    limits.time = 1;
    assert_int_equal(feel_compile(mem, "count(for a in 1..300, b in 1..300 return 1)", FEEL_EXPRESSION, NULL, &prog, NULL), OK);
    assert_int_equal(feel_eval(prog, &env, mem, &out, NULL), E_FUEL);
    assert_int_equal(out.tag, VAL_NULL);
    limits.time = 60 * INT64_C(1000000);
    assert_int_equal(feel_eval(prog, &env, mem, &out, NULL), OK);
    assert_string_equal(val_string(mem, out), "90000");
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elements),  cmocka_unit_test(test_context), cmocka_unit_test(test_broken),
        cmocka_unit_test(test_functions), cmocka_unit_test(test_loops),   cmocka_unit_test(test_tested),
        cmocka_unit_test(test_types),     cmocka_unit_test(test_members), cmocka_unit_test(test_time),
        cmocka_unit_test(test_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

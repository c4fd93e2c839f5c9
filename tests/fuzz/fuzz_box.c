/* tests/fuzz/fuzz_box.c - boxes of hostile texts: a broken one spoils no other, slots and scopes stay whole, limits hold.
 *
 * The input is cut at '\x1f'; the first letter of each piece says which box its text stands in. All of them are entries of one
 * context, so that later ones can mean earlier ones. */
#include "model/feel/box.h"

#include <stdlib.h>

enum { LIMIT_PIECES = 24 };

static void must(bool ok)
{
    if (!ok)
        abort();
}

static struct val ask(struct feel_world *w, struct frame *f, const struct node *at, uint16_t element)
{
    w->known[element] = 1;
    return w->value[element] = val_int(element);
}

/* Puts a value behind "?", as decision tables do. */
static struct val test_slot(const struct node *n, struct frame *f)
{
    f->slot[n->slot] = f->s->world->value[0];
    return eval_node(n->kid[0], f);
}

static struct node *function_box(struct parser *p, const struct feel_source *s)
{
    static const char *const names[] = {"a", "b c"};
    const struct feel_type *types[] = {NULL, box_type(p, "number")};

    if (!box_function_open(p, names, types, 2))
        return box_fault(p, s, "too deep");
    struct node *body = box_text(p, s);
    struct node *fn = box_function_close(p, body, box_type(p, "list<number>"));
    struct box_part arg[] = {{.node = box_value(p, val_int(2))}, {.node = box_value(p, val_int(3))}};
    return box_call(p, fn, arg, 2);
}

static struct node *loop_box(struct parser *p, const struct feel_source *s, char kind)
{
    struct node *domain = box_list(p, (struct node *[]){box_value(p, val_int(1)), box_value(p, val_null())}, 2);
    struct box_mark mark = box_open(p);
    struct node *n;

    if (kind == 'i') {
        uint16_t slot = box_item(p);
        n = box_filter(p, domain, box_text(p, s), slot);
    } else if (kind == 's') {
        uint16_t slot = box_declare(p, "x");
        n = box_quantified(p, true, domain, box_text(p, s), slot);
    } else {
        uint16_t slot = box_declare(p, "x"), partial = box_declare(p, "partial");
        n = box_for(p, domain, box_text(p, s), slot, partial);
    }
    box_close(p, mark);
    return n;
}

static struct node *tests_box(struct parser *p, const struct feel_source *s)
{
    struct box_mark mark = box_open(p);
    uint16_t slot = box_tested(p);
    struct node *kid = box_tests(p, s);
    struct node *n = box_handled(p, test_slot, NULL, &kid, 1);

    n->slot = slot;
    box_close(p, mark);
    return n;
}

static struct node *piece(struct parser *p, const struct feel_source *s, char kind)
{
    switch (kind) {
    case 'f':
        return function_box(p, s);
    case 'i':
    case 's':
    case 'l':
        return loop_box(p, s, kind);
    case 't':
        return tests_box(p, s);
    case 'y':
        return box_typed(p, box_text(p, s), box_type(p, s->text), "the value");
    default:
        return box_text(p, s);
    }
}

static void run(struct arena *mem, struct parser *p, struct node *root)
{
    static const struct feel_limits limits = {
        .steps = 20000, .depth = 50, .bytes = 4 << 20, .list = 5000, .string = 65536, .match = 10000, .heap = 512};
    const struct feel_env env = {.limits = &limits};
    struct val value[3] = {{.tag = VAL_NULL}}, out;
    uint8_t known[3] = {1, 0, 0};
    struct feel_world w = {.value = value, .known = known, .element = ask};
    struct feel_note *notes;
    struct state s;

    value[0] = val_int(7);
    const struct feel_prog *prog = box_end(p, root);
    for (const struct box_broken *b = box_broken(p); b != NULL; b = b->next)
        must(b->error.message != NULL);
    state_begin(&s, &env, mem);
    s.world = &w;
    out = eval_program(&s, prog);
    if (state_end(&s, "boxes", &out, &notes) == OK)
        val_string(mem, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const known[] = {"Profit and loss", "Model B.Say Hello", "a-b"};
    static const uint16_t element[] = {0, 1, 2};
    static const struct feel_names names = {.name = known, .n = 3, .element = element, .closed = true};
    struct box_part part[LIMIT_PIECES];
    uint32_t n = 0;

    if (size < 2 || !text_valid((const char *)data, size))
        return 0;
    struct arena *mem = arena_new(0);
    struct parser *p = box_begin(mem, &names, NULL);
    const char *at = arena_strndup(mem, (const char *)data, size), *end = at + size;
    struct box_mark mark = box_open(p);
    while (at < end && n < LIMIT_PIECES) {
        size_t len = strcspn(at, "\x1f");
        struct feel_source *s = ARENA_NEW(mem, struct feel_source);
        *s = (struct feel_source){.text = arena_strndup(mem, at + (len > 0), len - (len > 0)), .element = "e", .part = ""};
        part[n] = (struct box_part){.name = arena_printf(mem, "entry %u", n), .node = piece(p, s, *at)};
        box_declare(p, part[n].name);
        n++;
        at += len + 1;
    }
    box_close(p, mark);
    run(mem, p, box_context(p, mark.slots, part, n, size % 2 == 0));
    arena_free(mem);
    return 0;
}

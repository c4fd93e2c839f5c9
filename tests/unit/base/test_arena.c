/* tests/unit/base/test_arena.c - memory with one end. */
#include "base/arena.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void aligned_and_zeroed(void **state)
{
    struct arena *mem = arena_new(64);

    for (size_t n = 0; n < 300; n++) {
        unsigned char *p = arena_alloc(mem, n);
        assert_int_equal((uintptr_t)p % ARENA_ALIGN, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n); /* dirt for the next one */
    }
    arena_free(mem);
}

struct order {
    int n, seen[4];
};
struct step {
    struct order *order;
    int value;
};

static void note_end(void *p)
{
    const struct step *s = p;

    s->order->seen[s->order->n++] = s->value;
}

static void ends_run_newest_first(void **state)
{
    struct order order = {0};
    struct step s[3] = {{&order, 0}, {&order, 1}, {&order, 2}};
    struct arena *mem = arena_new(0);

    arena_at_end(mem, note_end, &s[0]);
    struct arena_mark mark = arena_mark(mem);
    arena_at_end(mem, note_end, &s[1]);
    arena_at_end(mem, note_end, &s[2]);
    arena_rewind(mem, mark);
    assert_int_equal(order.n, 2);
    assert_int_equal(order.seen[0], 2);
    assert_int_equal(order.seen[1], 1);
    arena_free(mem);
    assert_int_equal(order.n, 3);
    assert_int_equal(order.seen[2], 0);
}

static void rewind_gives_back(void **state)
{
    struct arena *mem = arena_new(128);

    arena_alloc(mem, 10);
    size_t before = arena_used(mem);
    struct arena_mark mark = arena_mark(mem);
    for (int i = 0; i < 50; i++)
        memset(arena_alloc(mem, 100), 0xff, 100);
    assert_true(arena_used(mem) >= before + 5000);
    arena_rewind(mem, mark);
    assert_int_equal(arena_used(mem), before);
    const char *p = arena_alloc(mem, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    arena_free(mem);
}

static void extends_the_last_one_only(void **state)
{
    struct arena *mem = arena_new(256);
    char *a = arena_alloc(mem, 20);

    assert_true(arena_extend(mem, a, 20, 100));
    memset(a, 'a', 100);
    char *b = arena_alloc(mem, 16);
    assert_true(b >= a + 100);
    assert_false(arena_extend(mem, a, 100, 120)); /* no longer the last */
    assert_true(arena_extend(mem, b, 16, 128));
    assert_false(arena_extend(mem, b, 128, 1000)); /* no room in the chunk */
    assert_false(arena_extend(mem, b, 128, 64));   /* never shrinks */
    assert_int_equal(a[99], 'a');
    char *text = arena_printf(mem, "%s", "longer than what is left of the first chunk, so it gets another");
    assert_int_equal(strlen(text), 63);
    arena_free(mem);
}

static void copies(void **state)
{
    struct arena *mem = arena_new(0);

    assert_string_equal(arena_strdup(mem, "abc"), "abc");
    assert_string_equal(arena_strndup(mem, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(mem, "", 0), "");
    assert_string_equal(arena_printf(mem, "%s-%d", "x", 7), "x-7");
    assert_memory_equal(arena_memdup(mem, "a\0b", 3), "a\0b", 3);
    arena_free(mem);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned_and_zeroed),
        cmocka_unit_test(ends_run_newest_first),
        cmocka_unit_test(rewind_gives_back),
        cmocka_unit_test(extends_the_last_one_only),
        cmocka_unit_test(copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

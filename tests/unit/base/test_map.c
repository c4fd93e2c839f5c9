/* tests/unit/base/test_map.c - text to pointer. */
#include "base/map.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void many_keys(void **state)
{
    struct arena *mem = arena_new(0);
    struct map m = map_new(mem);
    enum { MANY = 5000 };
    static int value[MANY];

    assert_null(map_get(&m, "k0"));
    for (int i = 0; i < MANY; i++)
        assert_null(map_set(&m, arena_printf(mem, "k%d", i), &value[i]));
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(map_get(&m, arena_printf(mem, "k%d", i)), &value[i]);
    assert_null(map_get(&m, "k5000"));
    assert_int_equal(m.used, MANY);
    arena_free(mem);
}

static void replacing(void **state)
{
    struct arena *mem = arena_new(0);
    struct map m = map_new(mem);
    int a, b;

    assert_null(map_set(&m, "", &a));
    assert_ptr_equal(map_set(&m, "", &b), &a);
    assert_ptr_equal(map_get(&m, ""), &b);
    assert_ptr_equal(map_get_n(&m, "xyz", 0), &b);
    map_set(&m, "ab", &a);
    assert_ptr_equal(map_get_n(&m, "abc", 2), &a);
    assert_null(map_get_n(&m, "abc", 3));
    assert_int_equal(m.used, 2);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_keys), cmocka_unit_test(replacing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

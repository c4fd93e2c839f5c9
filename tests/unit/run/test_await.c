/* tests/unit/run/test_await.c - who takes a message: the one that has waited longest of those whose key fits, among very many. */
#include "run/await.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { MANY = 100000 };

static bool never(const void *ctx, const struct await_entry *e)
{
    return false;
}

static bool not_that(const void *ctx, const struct await_entry *e)
{
    return e->inst == *(const uint64_t *)ctx;
}

static void add(struct await *a, uint64_t inst, const char *name, const char *key)
{
    struct await_entry e = {.inst = inst, .token = 1, .kind = EVENT_message, .name = name, .key = key};

    assert_int_equal(await_add(a, &e), OK);
}

/* The instance that takes it; 0 = nobody. */
static uint64_t taker(const struct await *a, struct arena *mem, struct await_wanted w)
{
    struct await_entry *e;

    if (w.skip == NULL)
        w.skip = never;
    assert_int_equal(await_match(a, mem, &w, &e), OK);
    return e != NULL ? e->inst : 0;
}

static void the_oldest_that_fits(void **state)
{
    struct arena *mem = arena_new(0);
    struct await *a = await_new(mem);
    uint64_t resting = 2;

    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go"}), 0);
    assert_null(await_first(a, EVENT_message, "go"));
    add(a, 1, "go", "1");
    add(a, 2, "go", NULL);
    add(a, 3, "go", "1");
    add(a, 4, "stop", NULL);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go", .key = "1"}), 1);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go", .key = "2"}), 2);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go"}), 2);
    await_drop(a, 1, 1);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go", .key = "1"}), 2);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go", .key = "1", .skip = not_that, .ctx = &resting}), 3);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go", .skip = not_that, .ctx = &resting}), 0);
    await_drop(a, 9, 9); /* did not wait */
    add(a, 1, "go", "1");
    assert_int_equal(await_first(a, EVENT_message, "go")->inst, 2);
    await_drop(a, 2, 1);
    assert_int_equal(taker(a, mem, (struct await_wanted){.name = "go", .key = "1"}), 3);
    assert_null(await_first(a, EVENT_signal, "go"));
    arena_free(mem);
}

static void a_token_waits_once(void **state)
{
    struct arena *mem = arena_new(0);
    struct await *a = await_new(mem);
    struct await_entry e = {.inst = 1, .token = 1, .kind = EVENT_signal, .name = "horn"};

    assert_int_equal(await_add(a, &e), OK);
    assert_int_equal(await_add(a, &e), E_BUG);
    await_drop(a, 1, 1);
    assert_int_equal(await_add(a, &e), OK);
    arena_free(mem);
}

static void very_many(void **state)
{
    struct arena *mem = arena_new(0), *op = arena_new(0);
    struct await *a = await_new(mem);
    char key[16];

    for (uint32_t i = 1; i <= MANY; i++) {
        snprintf(key, sizeof key, "%u", i);
        add(a, i, "paid", key);
    }
    size_t used = arena_used(mem);
    for (uint32_t i = MANY; i > 0; i--) { /* each is found by its key: MANY * MANY looks would never end here */
        snprintf(key, sizeof key, "%u", i);
        assert_int_equal(taker(a, op, (struct await_wanted){.name = "paid", .key = key}), i);
        await_drop(a, i, 1);
        assert_int_equal(taker(a, op, (struct await_wanted){.name = "paid", .key = key}), 0);
    }
    assert_null(await_first(a, EVENT_message, "paid"));
    assert_true(arena_used(mem) == used); /* dropping takes nothing */
    arena_free(op);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_that_fits),
        cmocka_unit_test(a_token_waits_once),
        cmocka_unit_test(very_many),
    };

    return cmocka_run_group_tests_name("run/await", tests, NULL, NULL);
}

/* tests/unit/run/test_trigger.c - triggers as text: there and back, and what is no trigger. */
#include "run/limit.h"
#include "run/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void every_kind_reads_back(void **state)
{
    for (int k = TRIGGER_START; k <= TRIGGER_CANCEL; k++) {
        struct arena *mem = arena_new(0);
        struct val_entry e[] = {{"a b", val_int(1)}, {"c", val_text(mem, "line\n\"quoted\" ü")}};
        struct trigger t = {.kind = (enum trigger_kind)k, .token = 4000000000U, .node = k % 2 == 0 ? PROC_NONE : 7};
        t.vars = k % 3 == 0 ? val_null() : val_context(mem, e, 2);
        struct val_entry asked[] = {{"rank", val_int(17)}, {"route 3", val_int(0)}};
        t.asked = k % 2 == 0 ? val_null() : val_context(mem, asked, 2);
        t.text = k == TRIGGER_CANCEL ? "because\nof it" : NULL;
        struct buf b = buf_new(mem, 4096), again = buf_new(mem, 4096);
        struct trigger back;
        int64_t now;
        assert_int_equal(trigger_write(&b, &t, -5), OK);
        assert_int_equal(trigger_read(mem, buf_text(&b), b.len, &back, &now), OK);
        assert_int_equal(back.kind, t.kind);
        assert_int_equal(back.token, t.token);
        assert_int_equal(back.node, t.node);
        assert_int_equal(now, -5);
        assert_true(val_is(t.asked, VAL_NULL) ? val_is(back.asked, VAL_NULL) : val_same(back.asked, t.asked));
        assert_string_equal(back.text, t.text != NULL ? t.text : "");
        assert_int_equal(trigger_write(&again, &back, now), OK);
        assert_string_equal(buf_text(&again), buf_text(&b));
        arena_free(mem);
    }
}

static void the_format_is_fixed(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 4096);
    struct val_entry e = {"a", val_int(1)};
    struct trigger t = {.kind = TRIGGER_TASK, .token = 3, .node = PROC_NONE, .vars = val_context(mem, &e, 1)};

    assert_int_equal(trigger_write(&b, &t, 1767225600000000), OK);
    assert_string_equal(buf_text(&b), "trigger task\nnow 1767225600000000\ntoken 3\nnode -1\ntext \"\"\nvars {\"a\":1}\n");
    t.asked = val_context(mem, &(struct val_entry){"rank", val_int(17)}, 1);
    struct buf more = buf_new(mem, 4096);
    assert_int_equal(trigger_write(&more, &t, 1767225600000000), OK);
    assert_string_equal(
        buf_text(&more),
        "trigger task\nnow 1767225600000000\ntoken 3\nnode -1\ntext \"\"\nvars {\"a\":1}\nasked {\"rank\":17}\n");
    arena_free(mem);
}

static void other_texts_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "trigger task",
        "trigger nap\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars null\n",
        "trigger task\nnow x\ntoken 3\nnode -1\ntext \"\"\nvars null\n",
        "trigger task\nnow 1\ntoken -3\nnode -1\ntext \"\"\nvars null\n",
        "trigger task\nnow 1\ntoken 4294967296\nnode -1\ntext \"\"\nvars null\n",
        "trigger task\nnow 1\ntoken 3\nnode -2\ntext \"\"\nvars null\n",
        "trigger task\nnow 1\ntoken 3\nnode 3000000000\ntext \"\"\nvars null\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext 5\nvars null\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\nvars null\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars nul\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars null",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars null\n\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars null\nasked null\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars null\nasked {\"a\":1}",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nvars null\nasked {}\nasked {}\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\"\nasked {}\nvars null\n",
        "trigger task\ntoken 3\nnow 1\nnode -1\ntext \"\"\nvars null\n",
        "trigger task\nnow 1\ntoken 3\nnode -1\ntext \"\xff\"\nvars null\n",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *mem = arena_new(0);
        struct trigger t;
        int64_t now;
        enum err e = trigger_read(mem, bad[i], strlen(bad[i]), &t, &now);
        if (e != E_INPUT)
            print_error("%s: %s\n", bad[i], err_name(e));
        assert_int_equal(e, E_INPUT);
        arena_free(mem);
    }
}

static void its_size_is_bounded(void **state)
{
    struct arena *mem = arena_new(0);
    char *text = arena_alloc(mem, LIMIT_TRIGGER_BYTES + 2);
    struct trigger t;
    int64_t now;

    memset(text, 'x', LIMIT_TRIGGER_BYTES + 1);
    assert_int_equal(trigger_read(mem, text, LIMIT_TRIGGER_BYTES, &t, &now), E_INPUT);
    assert_int_equal(trigger_read(mem, text, LIMIT_TRIGGER_BYTES + 1, &t, &now), E_TOOBIG);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_reads_back), cmocka_unit_test(the_format_is_fixed),
                                       cmocka_unit_test(other_texts_are_refused), cmocka_unit_test(its_size_is_bounded)};

    return cmocka_run_group_tests_name("run/trigger", tests, NULL, NULL);
}

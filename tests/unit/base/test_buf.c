/* tests/unit/base/test_buf.c - the bounded builder. */
#include "base/buf.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void at_the_maximum(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 5);

    assert_string_equal(buf_text(&b), "");
    buf_str(&b, "1234");
    buf_char(&b, '5');
    assert_int_equal(buf_done(&b), OK);
    assert_string_equal(buf_text(&b), "12345");
    buf_char(&b, '6');
    assert_int_equal(buf_done(&b), E_TOOBIG);
    buf_add(&b, "", 0); /* stays over */
    assert_int_equal(buf_done(&b), E_TOOBIG);
    b = buf_new(mem, 5);
    buf_fmt(&b, "%s", "123456");
    assert_int_equal(buf_done(&b), E_TOOBIG);
    b = buf_new(mem, 5);
    buf_fmt(&b, "%d", 12345);
    assert_int_equal(buf_done(&b), OK);
    assert_string_equal(buf_text(&b), "12345");
    arena_free(mem);
}

static void growth(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 100000);

    for (int i = 0; i < 20000; i++)
        buf_fmt(&b, "%04d.", i % 10000);
    assert_int_equal(buf_done(&b), OK);
    assert_int_equal(b.len, 100000);
    assert_memory_equal(buf_text(&b) + 99995, "9999.", 6);
    arena_free(mem);
}

static void numbers_and_hex(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 100);

    buf_u8(&b, 1);
    buf_u16(&b, 0x0203);
    buf_u32(&b, 0x04050607);
    buf_u64(&b, UINT64_C(0x08090a0b0c0d0e0f));
    assert_int_equal(b.len, 15);
    assert_memory_equal(b.p, "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf", 16);
    b = buf_new(mem, 4);
    buf_hex(&b, "\x00\xff", 2);
    assert_string_equal(buf_text(&b), "00ff");
    buf_hex(&b, "\x01", 1);
    assert_int_equal(buf_done(&b), E_TOOBIG);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_the_maximum), cmocka_unit_test(growth),
                                       cmocka_unit_test(numbers_and_hex)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

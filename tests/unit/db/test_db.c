/* tests/unit/db/test_db.c - what the numbers of the server mean, and the arithmetic of number ranges; no server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail /* the house has its own */

#include "db/unit.c" /* NOLINT: reaches the statics */

static void test_codes(void **state)
{
    /* clang-format off */
    static const struct {
        unsigned no;
        enum err read, write, commit;
    } table[] = {
        {1213, E_DEADLOCK, E_DEADLOCK, E_DEADLOCK}, {1020, E_DEADLOCK, E_DEADLOCK, E_DEADLOCK},
        {1205, E_LOCKWAIT, E_LOCKWAIT, E_LOCKWAIT}, {1180, E_DB,       E_DB,       E_UNSURE},
        {2006, E_LOST,     E_LOST,     E_UNSURE},   {2013, E_LOST,     E_LOST,     E_UNSURE},
        {1053, E_LOST,     E_LOST,     E_UNSURE},   {1317, E_BUSY,     E_LOCKWAIT, E_UNSURE},
        {1969, E_BUSY,     E_LOCKWAIT, E_UNSURE},   {1047, E_LOST,     E_LOST,     E_LOST},
        {1062, E_CONFLICT, E_CONFLICT, E_CONFLICT}, {1040, E_BUSY,     E_BUSY,     E_BUSY},
        {1226, E_BUSY,     E_BUSY,     E_BUSY},     {1021, E_BUSY,     E_BUSY,     E_BUSY},
        {1114, E_BUSY,     E_BUSY,     E_BUSY},     {1142, E_GRANT,    E_GRANT,    E_GRANT},
        {1143, E_GRANT,    E_GRANT,    E_GRANT},    {1044, E_GRANT,    E_GRANT,    E_GRANT},
        {1370, E_GRANT,    E_GRANT,    E_GRANT},    {1290, E_BUSY,     E_BUSY,     E_BUSY},
        {1836, E_BUSY,     E_BUSY,     E_BUSY},     {1792, E_BUG,      E_BUG,      E_BUG},
        {1064, E_DB,       E_DB,       E_DB},       {0,    E_DB,       E_DB,       E_DB},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(db_code(table[i].no, DB_READ), table[i].read);
        assert_int_equal(db_code(table[i].no, DB_WRITE), table[i].write);
        assert_int_equal(db_code(table[i].no, DB_COMMIT), table[i].commit);
    }
}

/* Both ranges are used up, in order, and an empty pool asks for more next time, up to its limit. */
static void test_numbers(void **state)
{
    struct arena *mem = arena_new(0);
    struct db *db = ARENA_NEW(mem, struct db);
    struct unit u = {.mem = mem, .db = db, .rw = true};
    uint64_t n;

    db->range[UNIT_ID] = (struct range){.next = 10, .end = 12, .next2 = 100, .end2 = 101, .least = 1024};
    assert_int_equal(range_left(&db->range[UNIT_ID]), 3);
    for (uint64_t want = 10; want != 101; want = want == 11 ? 100 : want + 1) {
        assert_int_equal(unit_number(&u, UNIT_ID, &n), OK);
        assert_int_equal(n, want);
    }
    assert_int_equal(unit_number(&u, UNIT_ID, &n), E_IDS);
    assert_int_equal(db->range[UNIT_ID].least, 4096);
    assert_int_equal(unit_number(&u, UNIT_ID, &n), E_IDS);
    assert_int_equal(unit_number(&u, UNIT_ID, &n), E_IDS);
    assert_int_equal(unit_number(&u, UNIT_ID, &n), E_TOOBIG);
    assert_int_equal(unit_number(&u, UNIT_TICKET, &n), E_IDS);
    assert_int_equal(db->range[UNIT_TICKET].least, 1);
    arena_free(mem);
}

static void test_tries(void **state)
{
    struct unit_key key = {.key = "k"};
    struct job j = {.attempt = 1};

    assert_true(again(&j, E_DEADLOCK));
    assert_true(again(&j, E_LOST));
    assert_true(again(&j, E_IDS));
    assert_false(again(&j, E_UNSURE));
    assert_false(again(&j, E_CONFLICT));
    assert_false(again(&j, E_BUSY));
    j.key = &key;
    assert_true(again(&j, E_UNSURE));
    j.attempt = LIMIT_UNIT_LOCK_TRIES - 1;
    assert_true(again(&j, E_LOCKWAIT));
    j.attempt = LIMIT_UNIT_LOCK_TRIES;
    assert_false(again(&j, E_LOCKWAIT));
    assert_true(again(&j, E_DEADLOCK));
    j.attempt = LIMIT_UNIT_TRIES;
    assert_false(again(&j, E_DEADLOCK));
    assert_false(again(&j, E_UNSURE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_tries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/base/test_conf.c - settings: names, ranges, repeats; secrets stay secret. */
#include "base/conf.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static enum err read_lines(struct arena *mem, const char *text, struct conf *c)
{
    char path[] = "/tmp/gradus-conf-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    enum err e = conf_read(mem, path, c);
    unlink(path);
    return e;
}

static void good_file(void **state)
{
    struct arena *mem = arena_new(0);
    struct conf c;

    assert_int_equal(read_lines(mem, "# a comment\n\nsite_name = The Desk \nsession_idle=60\n", &c), OK);
    assert_string_equal(c.site_name, "The Desk");
    assert_int_equal(c.session_idle, 60);
    assert_int_equal(c.session_life, 43200);
    arena_free(mem);
}

static void bad_files(void **state)
{
    static const char *const bad[] = {
        "no_such_name = 1\n", "session_idle = 59\n", "session_idle = 86401\n",
        "session_idle = x\n", "session_idle\n",      "site_name = a\nsite_name = b\n",
        "site_name = \xff\n",
    };
    struct arena *mem = arena_new(0);
    struct conf c;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (read_lines(mem, bad[i], &c) != E_CONF)
            fail_msg("accepted: %s", bad[i]);
    }
    assert_int_equal(conf_read(mem, "/nonexistent/gradus.conf", &c), E_CONF);
    arena_free(mem);
}

static void example(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 100000);
    struct conf c;

    conf_defaults(&c);
    c.db_password = "swordfish";
    conf_example(&b, &c, true);
    assert_int_equal(buf_done(&b), OK);
    assert_null(strstr(buf_text(&b), "swordfish"));
    b = buf_new(mem, 100000);
    conf_defaults(&c);
    conf_example(&b, &c, false);
    assert_int_equal(read_lines(mem, buf_text(&b), &c), OK); /* the example can be read */
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good_file), cmocka_unit_test(bad_files), cmocka_unit_test(example)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

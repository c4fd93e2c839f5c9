/* tests/unit/dir/test_dir.c - the parts of the directory that need no server: gates, escaping, names, choice of server. */
#include "dir/dir.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct conf settings(void)
{
    struct conf c;

    conf_defaults(&c);
    c.ldap_urls = "ldaps://one.example ldap://two.example";
    c.ldap_bind_dn = "cn=svc,dc=example";
    c.ldap_bind_password = "secret";
    c.ldap_base = "ou=people,dc=example";
    c.ldap_group_base = "ou=groups,dc=example";
    return c;
}

static void names_are_bounded(void **state)
{
    /* clang-format off */
    static const struct { const char *name; bool good; } t[] = {
        {"a",                   true }, {"Anna.Bianchi-2_x@example.org", true},
        {"",                    false}, {"*",              false}, {"a*",         false}, {"a)(uid=b",   false},
        {"a b",                 false}, {"a\\2a",          false}, {"\xc3\xa9va", false}, {"a\n",        false},
        {"1234567890123456789012345678901234567890123456789012345678901234",  true },
        {"12345678901234567890123456789012345678901234567890123456789012345", false},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
        assert_int_equal(name_possible(t[i].name), t[i].good);
}

static void filter_values_are_escaped(void **state)
{
    /* clang-format off */
    static const struct { const char *in; size_t n; const char *out; } t[] = {
        {"anna",       4, "anna"},
        {"*",          1, "\\2a"},
        {"a)(b=\\",    6, "a\\29\\28b=\\5c"},
        {"\0x",        2, "\\00x"},
        {"\xc3\xa9",   2, "\\c3\\a9"},
        {"a\x7f\x1f",  3, "a\\7f\\1f"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        struct buf b = buf_new(*state, 100);
        filter_value(&b, t[i].in, t[i].n);
        assert_string_equal(buf_text(&b), t[i].out);
    }
}

static void names_have_one_spelling(void **state)
{
    /* clang-format off */
    static const struct { const char *in, *out; } t[] = {
        {"",                                         ""},
        {"CN=Gradus-L1, OU=Groups ,DC=Example",      "cn=gradus-l1,ou=groups,dc=example"},
        {"cn=a  b   c,dc=x",                         "cn=a b c,dc=x"},
        {"cn=Miller\\, Anna,dc=x",                   "cn=miller\\2c anna,dc=x"},
        {"cn=Miller\\2C Anna,dc=x",                  "cn=miller\\2c anna,dc=x"},
        {"uid=a+cn=b,dc=x",                          "cn=b+uid=a,dc=x"},
        {"cn=a\\+b,dc=x",                            "cn=a\\2bb,dc=x"},
        {"cn=a\\\\,dc=x",                            "cn=a\\5c,dc=x"},
        {"cn=\\C3\\89va,dc=x",                       "cn=\xc3\x89va,dc=x"},
    };
    static const char *const bad[] = {"x", "cn", "cn=a,", ",cn=a", "cn=a,,dc=x", "cn=\"a, b\",dc=x", "cn=\\zz"};
    /* clang-format on */
    const char *out;

    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        assert_int_equal(dir_dn_normal(*state, t[i].in, &out), OK);
        assert_string_equal(out, t[i].out);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(dir_dn_normal(*state, bad[i], &out), E_INPUT);
    char *at_limit = arena_alloc(*state, LIMIT_DIR_DN + 2);
    memset(at_limit, 'a', LIMIT_DIR_DN);
    memcpy(at_limit, "cn=", 3);
    assert_int_equal(dir_dn_normal(*state, at_limit, &out), OK);
    at_limit[LIMIT_DIR_DN] = 'a';
    assert_int_equal(dir_dn_normal(*state, at_limit, &out), E_INPUT);
}

static void languages(void **state)
{
    /* clang-format off */
    static const struct { const char *in, *out; } t[] = {
        {"de", "de"}, {"de-DE", "de"}, {"EN-gb, en;q=0.5", "en"}, {"", ""}, {"d", ""}, {"deu", ""}, {"*", ""}, {"\xc3\xa9", ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
        assert_string_equal(lang_of(*state, t[i].in), t[i].out);
}

static void settings_that_cannot_work(void **state)
{
    struct dir *d;
    struct conf c = settings();

    assert_int_equal(dir_open(*state, &c, &d), OK);
    assert_int_equal(d->n, 2);
    assert_false(d->server[0].start_tls);
    assert_true(d->server[1].start_tls);
    assert_string_equal(getenv("LDAPNOINIT"), "1");
#define REFUSED(field, value)                                                                                                  \
    do {                                                                                                                       \
        struct conf bad = settings();                                                                                          \
        bad.field = (value);                                                                                                   \
        assert_int_equal(dir_open(*state, &bad, &d), E_CONF);                                                                  \
    } while (0)
    REFUSED(ldap_urls, "");
    REFUSED(ldap_urls, "http://one.example");
    REFUSED(ldap_urls, "cldap://one.example");
    REFUSED(ldap_urls, "one.example");
    REFUSED(ldap_urls, "ldaps://one.example/dc=x??sub?(uid=*)");
    REFUSED(ldap_urls, "ldapi:/// ldapi:/// ldapi:/// ldapi:/// ldapi:/// ldapi:/// ldapi:/// ldapi:/// ldapi:///");
    REFUSED(ldap_bind_dn, "");
    REFUSED(ldap_bind_dn, "svc");
    REFUSED(ldap_base, "");
    REFUSED(ldap_base, "people");
    REFUSED(ldap_group_base, "");
    REFUSED(ldap_filter, "");
    REFUSED(ldap_filter, "objectClass=person");
    REFUSED(ldap_filter, "(objectClass=person)(uid=*)");
    REFUSED(ldap_filter, "(&(objectClass=person)");
    REFUSED(ldap_disabled, "(a=b))");
    REFUSED(ldap_login, "uid=*)(x");
    REFUSED(ldap_id, "");
    c.ldap_urls = "ldapi:///";
    c.ldap_bind_dn = "";
    assert_int_equal(dir_open(*state, &c, &d), OK);
}

static void refused_before_anything_is_sent(void **state)
{
    struct conf c = settings(); /* no such servers: whoever is asked answers E_DIRECTORY */
    struct dir_person p;
    struct dir *d;
    char *long_one = arena_alloc(*state, LIMIT_DIR_PASSWORD + 2);

    c.ldap_urls = "ldapi://%2Fnonexistent%2Fsocket";
    assert_int_equal(dir_open(*state, &c, &d), OK);
    memset(long_one, 'a', LIMIT_DIR_PASSWORD + 1);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){"", 0}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){NULL, 0}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){"\0abc", 4}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){"abc\0", 4}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){long_one, LIMIT_DIR_PASSWORD + 1}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "*", (struct span){"x", 1}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "", (struct span){"x", 1}, &p), E_LOGIN);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){"x", 1}, &p), E_DIRECTORY);
    assert_int_equal(dir_login(d, *state, "anna", (struct span){long_one, LIMIT_DIR_PASSWORD}, &p), E_DIRECTORY);
}

static void servers_in_order(void **state)
{
    struct conf c = settings();
    struct dir *d;

    c.ldap_urls = "ldaps://a.example ldaps://b.example ldaps://c.example";
    assert_int_equal(dir_open(*state, &c, &d), OK);
    struct call call = call_begin(d, *state);
    assert_true(server_choose(&call));
    assert_int_equal(d->at, 0);
    server_failed(&call, LDAP_SERVER_DOWN);
    assert_true(server_choose(&call));
    assert_int_equal(d->at, 1);

    struct call next = call_begin(d, *state); /* a is at rest: b is first, a comes after c */
    assert_true(server_choose(&next));
    assert_int_equal(d->at, 1);
    server_failed(&next, LDAP_TIMEOUT);
    assert_true(server_choose(&next));
    assert_int_equal(d->at, 2);
    server_failed(&next, LDAP_TIMEOUT);
    assert_true(server_choose(&next));
    assert_int_equal(d->at, 0);
    server_failed(&next, LDAP_TIMEOUT);
    assert_false(server_choose(&next));
}

static void deadline_is_shared(void **state)
{
    struct conf c = settings();
    struct timeval tv = {0};
    struct dir *d;

    c.ldap_timeout = 4;
    assert_int_equal(dir_open(*state, &c, &d), OK);
    struct call call = call_begin(d, *state);
    assert_true(share(&call, &tv));
    assert_in_range(tv.tv_sec * CLOCK_SECOND + tv.tv_usec, 1900000, 2000000);
    call.failed = 1;
    assert_true(share(&call, &tv));
    assert_in_range(tv.tv_sec * CLOCK_SECOND + tv.tv_usec, 3900000, 4000000);
    call.deadline = clock_monotonic() - 1;
    assert_false(share(&call, &tv));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(filter_values_are_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(names_have_one_spelling, setup, teardown),
        cmocka_unit_test_setup_teardown(languages, setup, teardown),
        cmocka_unit_test_setup_teardown(settings_that_cannot_work, setup, teardown),
        cmocka_unit_test_setup_teardown(refused_before_anything_is_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(servers_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(deadline_is_shared, setup, teardown),
    };

    log_open("test_dir", LOG_ALERT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

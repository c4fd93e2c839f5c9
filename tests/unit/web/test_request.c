/* tests/unit/web/test_request.c - the gate: paths, fields, cookies, lengths; every limit at N and N + 1. */
#include "web/request.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct arena *mem;

static int setup(void **state)
{
    mem = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(mem);
    return 0;
}

static void paths(void **state)
{
    static const struct {
        const char *uri, *base, *want; /* NULL = refused */
        enum err code;
    } rows[] = {
        {"/agent/queue/3", "", "/agent/queue/3", OK},
        {"/agent?x=/../", "", "/agent", OK},
        {"/a%2Fb", "", "/a/b", OK},
        {"/a%252F", "", "/a%2F", OK}, /* decoded once */
        {"/caf%C3%A9", "", "/caf\xc3\xa9", OK},
        {"/desk/agent", "/desk", "/agent", OK},
        {"/desk", "/desk", "/", OK},
        {"/desktop", "/desk", NULL, E_NOTFOUND},
        {"/../etc", "", NULL, E_INPUT},
        {"/a/%2e%2e/b", "", NULL, E_INPUT},
        {"/a/./b", "", NULL, E_INPUT},
        {"/a..b", "", "/a..b", OK},
        {"/a%00b", "", NULL, E_INPUT},
        {"/a%0ab", "", NULL, E_INPUT},
        {"/a%5cb", "", NULL, E_INPUT},
        {"/a%C0%AFb", "", NULL, E_INPUT},
        {"/a%E0%80%AFb", "", NULL, E_INPUT},
        {"/a%ff", "", NULL, E_INPUT},
        {"/a%", "", NULL, E_INPUT},
        {"/a%2", "", NULL, E_INPUT},
        {"/a%zz", "", NULL, E_INPUT},
        {"http://other/a", "", NULL, E_INPUT},
        {"", "", NULL, E_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *out = NULL;
        assert_int_equal(request_path(mem, rows[i].uri, rows[i].base, &out), rows[i].code);
        if (rows[i].want != NULL)
            assert_string_equal(out, rows[i].want);
    }
}

static void path_length(void **state)
{
    char *uri = arena_alloc(mem, LIMIT_PATH + 2);
    const char *out;

    memset(uri, 'a', LIMIT_PATH);
    uri[0] = '/';
    assert_int_equal(request_path(mem, uri, "", &out), OK);
    uri[LIMIT_PATH] = 'a';
    assert_int_equal(request_path(mem, uri, "", &out), E_INPUT);
}

static void fields(void **state)
{
    static const struct {
        const char *text;
        enum err code;
        size_t n;
        const char *name, *value; /* of the last field */
    } rows[] = {
        {"", OK, 0, NULL, NULL},
        {"a=1", OK, 1, "a", "1"},
        {"a=1&b=x+y%26z", OK, 2, "b", "x y&z"},
        {"a", OK, 1, "a", ""},
        {"a=b=c", OK, 1, "a", "b=c"},
        {"&&a=1&", OK, 1, "a", "1"},
        {"a=%2527", OK, 1, "a", "%27"},
        {"a=%0D%0A", OK, 1, "a", "\r\n"},
        {"=1", E_INPUT, 0, NULL, NULL},
        {"a%00=1", E_INPUT, 0, NULL, NULL},
        {"a=%00", E_INPUT, 0, NULL, NULL},
        {"a%0A=1", E_INPUT, 0, NULL, NULL},
        {"a=%C0%80", E_INPUT, 0, NULL, NULL},
        {"a=%ED%A0%80", E_INPUT, 0, NULL, NULL}, /* a surrogate */
        {"a=%u0041", E_INPUT, 0, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pair *p = NULL;
        size_t n = 0;
        assert_int_equal(request_fields(mem, rows[i].text, strlen(rows[i].text), &p, &n), rows[i].code);
        if (rows[i].code != OK)
            continue;
        assert_int_equal(n, rows[i].n);
        if (n > 0) {
            assert_string_equal(p[n - 1].name, rows[i].name);
            assert_string_equal(p[n - 1].value, rows[i].value);
        }
    }
}

static enum err count_fields(int many)
{
    struct buf b = buf_new(mem, 1 << 20);
    struct pair *p;
    size_t n;

    for (int i = 0; i < many; i++)
        buf_fmt(&b, "f%d=1&", i);
    return request_fields(mem, buf_text(&b), b.len, &p, &n);
}

static enum err field_sizes(size_t name, size_t value)
{
    char *s = arena_alloc(mem, name + value + 2);
    struct pair *p;
    size_t n;

    memset(s, 'a', name + value + 1);
    s[name] = '=';
    return request_fields(mem, s, name + value + 1, &p, &n);
}

static void field_limits(void **state)
{
    assert_int_equal(count_fields(LIMIT_FIELDS), OK);
    assert_int_equal(count_fields(LIMIT_FIELDS + 1), E_INPUT);
    assert_int_equal(field_sizes(LIMIT_FIELD_NAME, 1), OK);
    assert_int_equal(field_sizes(LIMIT_FIELD_NAME + 1, 1), E_INPUT);
    assert_int_equal(field_sizes(1, LIMIT_FIELD_TEXT), OK);
    assert_int_equal(field_sizes(1, LIMIT_FIELD_TEXT + 1), E_TOOBIG);
}

static void cookies(void **state)
{
    struct request rq = {0};
    struct buf b = buf_new(mem, 10000);

    assert_int_equal(request_cookies(mem, "a=1; b=x=y;c=; =z; novalue; d=1; d=2", &rq), OK);
    assert_string_equal(request_cookie(&rq, "a"), "1");
    assert_string_equal(request_cookie(&rq, "b"), "x=y");
    assert_string_equal(request_cookie(&rq, "c"), "");
    assert_null(request_cookie(&rq, "novalue"));
    assert_null(request_cookie(&rq, "d")); /* twice: neither is believed */
    for (int i = 0; i < LIMIT_COOKIES; i++)
        buf_fmt(&b, "c%d=1;", i);
    assert_int_equal(request_cookies(mem, buf_text(&b), &rq), OK);
    buf_str(&b, "one=more");
    assert_int_equal(request_cookies(mem, buf_text(&b), &rq), E_INPUT);
}

static void methods_and_lengths(void **state)
{
    struct conf conf;
    struct request rq;
    uint64_t n;

    conf_defaults(&conf);
    assert_int_equal(method_read("GET", &rq), OK);
    assert_int_equal(rq.method, GET);
    assert_int_equal(method_read("HEAD", &rq), OK);
    assert_true(rq.head);
    assert_int_equal(rq.method, GET);
    assert_int_equal(method_read("POST", &rq), OK);
    assert_int_equal(rq.method, POST);
    static const char *const bad[] = {"get", "PUT", "DELETE", "TRACE", "GET ", "", NULL};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(method_read(bad[i], &rq), E_METHOD);
    assert_int_equal(length_read(NULL, &conf, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(length_read("17", &conf, &n), OK);
    assert_int_equal(n, 17);
    static const char *const wrong[] = {"-1", "+1", "0x10", "5,5", " 5", "1e3", "5 "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(length_read(wrong[i], &conf, &n), E_INPUT);
    assert_int_equal(length_read("18446744073709551616", &conf, &n), E_TOOBIG);
    assert_int_equal(length_read(arena_printf(mem, "%lld", (long long)conf.body_max), &conf, &n), OK);
    assert_int_equal(length_read(arena_printf(mem, "%lld", (long long)conf.body_max + 1), &conf, &n), E_TOOBIG);
}

static void variables_are_read_once(void **state)
{
    static const char *const good[] = {"REQUEST_METHOD=GET", "HTTP_X_ANY=1", "HTTP_X_ANY=2", "HTTP_HOST=a", "ODD", NULL};
    static const char *const twice[] = {"CONTENT_LENGTH=5", "CONTENT_LENGTH=5", NULL};
    struct variables v = {0};

    assert_int_equal(variables_read(good, &v), OK);
    assert_string_equal(v.method, "GET");
    assert_string_equal(v.host, "a");
    v = (struct variables){0};
    assert_int_equal(variables_read(twice, &v), E_INPUT);
    const char *big[] = {arena_printf(mem, "HTTP_HOST=%0255d", 0), NULL};
    v = (struct variables){0};
    assert_int_equal(variables_read(big, &v), OK);
    big[0] = arena_printf(mem, "HTTP_HOST=%0256d", 0);
    v = (struct variables){0};
    assert_int_equal(variables_read(big, &v), E_INPUT);
}

/* No client header may become identity: the table names none of them. */
static void no_identity_from_headers(void **state)
{
    static const char *const never[] = {"HTTP_X_REMOTE_USER",   "HTTP_REMOTE_USER", "HTTP_X_FORWARDED_USER",
                                        "HTTP_X_FORWARDED_FOR", "REMOTE_USER",      "HTTP_X_HTTP_METHOD_OVERRIDE",
                                        "HTTP_X_ORIGINAL_URL",  "HTTP_PROXY"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        for (size_t k = 0; k < sizeof never / sizeof never[0]; k++)
            assert_string_not_equal(variables[i].name, never[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(path_length),
        cmocka_unit_test(fields),
        cmocka_unit_test(field_limits),
        cmocka_unit_test(cookies),
        cmocka_unit_test(methods_and_lengths),
        cmocka_unit_test(variables_are_read_once),
        cmocka_unit_test(no_identity_from_headers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/* tests/unit/web/test_route.c - patterns and the table of a program. */
#include "web/route.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static enum err nothing(struct unit *u, struct web *w)
{
    return OK;
}

static const struct route routes[] = {
    {.method = GET, .path = "/", .run = nothing, .template = "home.cs"},
    {.method = GET, .path = "/task/{id}", .run = nothing, .template = "task.cs"},
    {.method = POST, .path = "/task/{id}/close", .run = nothing, .form_page = "/task/{id}"},
    {.method = GET, .path = "/task/new", .run = nothing, .template = "new.cs"},
    {.method = POST, .path = "/task/new", .run = nothing},
    {.method = POST, .path = "/only", .run = nothing},
};
static const struct program program = {.name = "agent", .route = routes, .n_route = sizeof routes / sizeof routes[0]};

static void patterns(void **state)
{
    static const struct {
        const char *pattern, *path, *first; /* NULL = does not fit */
    } rows[] = {
        {"/t/{id}", "/t/1", "1"},
        {"/t/{id}", "/t/18446744073709551615", "18446744073709551615"},
        {"/t/{id}", "/t/18446744073709551616", NULL},
        {"/t/{id}", "/t/0", NULL},
        {"/t/{id}", "/t/01", NULL},
        {"/t/{id}", "/t/-1", NULL},
        {"/t/{id}", "/t/1x", NULL},
        {"/t/{id}", "/t/", NULL},
        {"/t/{id}", "/t/1/", NULL},
        {"/t/{ref}", "/t/INC-1042", "INC-1042"},
        {"/t/{ref}", "/t/INC_1042", NULL},
        {"/t/{ref}", "/t/0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789"},
        {"/t/{ref}", "/t/01234567890123456789012345678901234567890", NULL},
        {"/t/{name}", "/t/a.b_c~d-e", "a.b_c~d-e"},
        {"/t/{name}", "/t/a b", NULL},
        {"/t/{name}", "/t/a%2F", NULL},
        {"/t/{name}/x", "/t/a/x", "a"},
        {"/t/{name}/x", "/t/a/y", NULL},
    };
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct route_match m;
        bool fits = route_fits(mem, rows[i].pattern, rows[i].path, &m);
        if (fits != (rows[i].first != NULL))
            fail_msg("%s and %s", rows[i].pattern, rows[i].path);
        if (fits)
            assert_string_equal(m.param[0], rows[i].first);
    }
    arena_free(mem);
}

static void table(void **state)
{
    static const struct {
        enum method method;
        const char *path;
        enum err code;
        int row;
    } rows[] = {
        {GET, "/agent", OK, 0},           {GET, "/agent/", OK, 0},          {GET, "/agent/task/7", OK, 1},
        {GET, "/agent/task/new", OK, 3},  {POST, "/agent/task/new", OK, 4}, {GET, "/agent/only", E_METHOD, 0},
        {POST, "/agent/", E_METHOD, 0},   {GET, "/agents", E_NOTFOUND, 0},  {GET, "/portal/", E_NOTFOUND, 0},
        {GET, "/agent/x", E_NOTFOUND, 0}, {GET, "", E_NOTFOUND, 0},
    };
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct route_match m = {0};
        assert_int_equal(route_find(mem, &program, rows[i].method, rows[i].path, &m), rows[i].code);
        if (rows[i].code == OK)
            assert_ptr_equal(m.route, &routes[rows[i].row]);
        else
            assert_null(m.route);
    }
    arena_free(mem);
}

static void form_pages(void **state)
{
    assert_ptr_equal(route_form_page(&program, &routes[2]), &routes[1]);
    assert_ptr_equal(route_form_page(&program, &routes[4]), &routes[3]);
    assert_null(route_form_page(&program, &routes[5]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(patterns), cmocka_unit_test(table), cmocka_unit_test(form_pages)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

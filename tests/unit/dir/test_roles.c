/* tests/unit/dir/test_roles.c - groups to roles by a table. */
#include "dir/roles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#define GROUPS ",ou=groups,dc=x"

static const struct role_map map[] = {
    {"cn=L1" GROUPS, "sd_l1"},
    {"CN = everybody , ou=Groups,dc=x", "requester"},
    {"cn=staff" GROUPS, "requester"},
    {"not a name", "admin"},
    {"", "auditor"},
    {"cn=Miller\\, Anna" GROUPS, "designer"},
};

static void roles_by_table(void **state)
{
    /* clang-format off */
    static const struct { const char *group[4]; const char *roles; } t[] = {
        {{NULL},                                                    ""},
        {{"cn=other" GROUPS},                                       ""},
        {{"cn=everybody" GROUPS},                                   "requester"},
        {{"cn=l1" GROUPS, "cn=everybody" GROUPS},                   "requester,sd_l1"},
        {{"cn=everybody" GROUPS, "cn=l1" GROUPS},                   "requester,sd_l1"},
        {{"cn=staff" GROUPS, "cn=everybody" GROUPS},                "requester"},
        {{"cn=miller\\2c anna" GROUPS},                             "designer"},
        {{"not a name"},                                            ""},
    };
    /* clang-format on */
    struct arena *mem = arena_new(0);

    log_open("test_roles", LOG_ALERT);
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        struct dir_groups g = {.dn = ARENA_NEW_N(mem, const char *, 4)};
        while (g.n < 4 && t[i].group[g.n] != NULL) {
            g.dn[g.n] = t[i].group[g.n];
            g.n++;
        }
        assert_string_equal(roles_of(mem, &g, map, sizeof map / sizeof map[0]), t[i].roles);
    }
    arena_free(mem);
}

static void no_table_no_role(void **state)
{
    struct arena *mem = arena_new(0);
    struct dir_groups g = {.dn = (const char *[]){"cn=l1" GROUPS}, .n = 1};

    assert_string_equal(roles_of(mem, &g, NULL, 0), "");
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(roles_by_table), cmocka_unit_test(no_table_no_role)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

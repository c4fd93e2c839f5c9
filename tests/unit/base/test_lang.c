/* tests/unit/base/test_lang.c - catalogues, plural rules, choice of a language; a damaged catalogue is a missing one. */
#include "base/lang.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* A .mo of N sorted pairs; a text may hold plural forms divided by '^'. */
static size_t make_mo(unsigned char *out, const char *const (*pair)[2], uint32_t n)
{
    uint32_t head[7] = {MO_MAGIC, 0, n, 28, 28 + 8 * n, 0, 0}, at = 28 + 16 * n;

    memcpy(out, head, sizeof head);
    for (int table = 0; table < 2; table++) {
        for (uint32_t i = 0; i < n; i++) {
            uint32_t row[2] = {(uint32_t)strlen(pair[i][table]), at};
            memcpy(out + head[3 + table] + 8 * i, row, sizeof row);
            for (const char *s = pair[i][table];; s++) {
                out[at++] = *s == '^' ? '\0' : (unsigned char)*s;
                if (*s == '\0')
                    break;
            }
        }
    }
    return at;
}

struct folder {
    struct arena *mem;
    char path[40];
};

static void put_file(struct folder *f, const char *name, const void *p, size_t n)
{
    FILE *file = fopen(arena_printf(f->mem, "%s/%s", f->path, name), "w");

    assert_non_null(file);
    assert_int_equal(fwrite(p, 1, n, file), n);
    fclose(file);
}

static struct folder folder_new(void)
{
    struct folder f = {.mem = arena_new(0), .path = "/tmp/gradus-lang-XXXXXX"};

    assert_non_null(mkdtemp(f.path));
    return f;
}

static void folder_end(struct folder *f)
{
    for (int i = 0; i < LANG_COUNT; i++)
        unlink(arena_printf(f->mem, "%s/%s.mo", f->path, lang_names[i]));
    rmdir(f->path);
    arena_free(f->mem);
}

static const char *const english[][2] = {{"", "Plural-Forms: nplurals=2; plural=(n != 1);\n"},
                                         {"a", "A"},
                                         {"empty", ""},
                                         {"n^n", "{1} thing^{1} things"},
                                         {"only", "only English"}};
static const char *const polish[][2] = {
    {"", "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"},
    {"a", "\xc4\x84"},
    {"n^n", "rzecz^rzeczy^rzeczy\xe2\x80\xa6"}};

static void texts(void **state)
{
    struct folder f = folder_new();
    unsigned char mo[2000];
    struct lang *l;

    put_file(&f, "en.mo", mo, make_mo(mo, english, 5));
    put_file(&f, "pl.mo", mo, make_mo(mo, polish, 3));
    assert_int_equal(lang_open(f.mem, f.path, &l), OK);
    assert_string_equal(lang_text(l, "en", "a"), "A");
    assert_string_equal(lang_text(l, "pl", "a"), "\xc4\x84");
    assert_string_equal(lang_text(l, "pl", "only"), "only English");
    assert_string_equal(lang_text(l, "de", "a"), "A"); /* no catalogue */
    assert_string_equal(lang_text(l, "pl", "no.such"), "no.such");
    assert_string_equal(lang_text(l, "en", "empty"), "empty");
    assert_null(lang_find(l, "pl", "no.such"));
    assert_null(lang_find(l, "en", ""));
    assert_string_equal(lang_plural(l, "en", "n", 1), "{1} thing");
    assert_string_equal(lang_plural(l, "en", "n", 0), "{1} things");
    assert_string_equal(lang_plural(l, "pl", "n", 1), "rzecz");
    assert_string_equal(lang_plural(l, "pl", "n", 23), "rzeczy");
    assert_string_equal(lang_plural(l, "pl", "n", 12), "rzeczy\xe2\x80\xa6");
    assert_string_equal(lang_text(NULL, "en", "a"), "a");
    folder_end(&f);
}

/* Every single byte of the file set to every of four values: never a crash, and never text from outside. */
static void damaged(void **state)
{
    static const unsigned char damage[] = {0x00, 0x7f, 0x80, 0xff};
    unsigned char mo[2000], bad[2000];
    size_t n = make_mo(mo, english, 5);
    struct folder f = folder_new();

    for (size_t at = 0; at < n; at++) {
        for (size_t k = 0; k < sizeof damage; k++) {
            struct arena *mem = arena_new(0);
            struct lang *l;
            memcpy(bad, mo, n);
            bad[at] = damage[k];
            put_file(&f, "en.mo", bad, n);
            if (lang_open(mem, f.path, &l) == OK) {
                const char *s = lang_plural(l, "en", "n", 5);
                assert_true(text_valid(s, strlen(s)));
            }
            arena_free(mem);
        }
    }
    for (size_t cut = 0; cut < n; cut++) {
        struct arena *mem = arena_new(0);
        struct lang *l;
        put_file(&f, "en.mo", mo, cut);
        assert_int_equal(lang_open(mem, f.path, &l), E_CONF);
        arena_free(mem);
    }
    folder_end(&f);
}

static void plural_rules(void **state)
{
    static const struct {
        const char *rule;
        uint64_t n, form;
    } rows[] = {
        {"", 1, 0},    {"", 2, 1},  {"0", 7, 0},  {"n>1", 1, 0}, {"n>1", 2, 1},  {"n==1 ? 0 : 1", 1, 0}, {"!(n==1)", 3, 1},
        {"n%0", 3, 0}, {"n", 9, 0}, {"(n", 1, 0}, {"x", 1, 0},   {"n &&", 1, 0}, {"n<=2||n>=9", 5, 0},   {"n<=2||n>=9", 9, 1},
    };
    char deep[200];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (plural_form(rows[i].rule, rows[i].n) != rows[i].form)
            fail_msg("%s for %d", rows[i].rule, (int)rows[i].n);
    }
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(plural_form(deep, 1), 0);
}

static void choice(void **state)
{
    static const struct {
        const char *header, *want;
    } rows[] = {
        {"de-AT,de;q=0.9,en;q=0.8", "de"},
        {"fr,it;q=0.5,pl;q=0.7", "pl"},
        {"fr", NULL},
        {"", NULL},
        {"*", NULL},
        {"HU", "hu"},
        {"en;q=0,it", "it"},
        {"english", NULL},
        {"de;q=0.1,en;q=0.100", "de"},
        {",,;,de", "de"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = lang_accept(rows[i].header);
        if (rows[i].want == NULL ? got != NULL : got == NULL || strcmp(got, rows[i].want) != 0)
            fail_msg("'%s' gives %s", rows[i].header, got != NULL ? got : "none");
    }
    assert_null(lang_accept(NULL));
    assert_string_equal(lang_known("pl_PL"), "pl");
    assert_null(lang_known("d"));
    assert_null(lang_known(""));
}

static void filling(void **state)
{
    struct arena *mem = arena_new(0);
    const char *arg[] = {"<a>", "{1}", NULL};

    assert_string_equal(lang_fill(mem, "{1} and {2}, {3} {x} {", arg), "<a> and {1},  {x} {");
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),  cmocka_unit_test(damaged), cmocka_unit_test(plural_rules),
        cmocka_unit_test(choice), cmocka_unit_test(filling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

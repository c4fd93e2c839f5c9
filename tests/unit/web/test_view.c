/* tests/unit/web/test_view.c - the view, and every template with its fixtures.
 *
 * tests/view/X.hdf and X~case.hdf are data for templates/X.cs; the frame.hdf of the folders above are read before it. A
 * variable that is not set, a text key that is in no catalogue and an include that is not there fail. Where X.gold
 * (X~case.gold) stands beside the fixture the page must equal it; GOLD=write writes them. Every page is rendered once more with
 * markup in every value: none of it may come out as markup. */
#include "web/view.c"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* the library loses 32 bytes with every template that does not parse */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:cs_parse_string";
}

static const char hostile[] = "<x y=\"'&>";

struct bench {
    struct arena *mem;
    struct views *views;
    struct lang *lang;
};

static struct bench bench_new(bool strict)
{
    struct bench b = {.mem = arena_new(0)};

    if (lang_open(b.mem, "build/lang", &b.lang) != OK)
        fail_msg("%s (make lang)", trouble()->text);
    assert_int_equal(views_open(b.mem, "templates", b.lang, &b.views), OK);
    if (strict)
        views_strict(b.views);
    return b;
}

/* Renders TEXT as a template of a folder of its own. */
static enum err render_text(struct bench *b, struct view *v, const char *text, const char **out)
{
    char dir[] = "/tmp/gradus-view-XXXXXX";
    struct buf page = buf_new(b->mem, LIMIT_PAGE);

    assert_non_null(mkdtemp(dir));
    const char *path = arena_printf(b->mem, "%s/t.cs", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    struct views *vs;
    assert_int_equal(views_open(b->mem, arena_strdup(b->mem, dir), b->lang, &vs), OK);
    vs->strict = b->views->strict;
    enum err e = view_render(vs, v, "t.cs", &page);
    *out = buf_text(&page);
    unlink(path);
    rmdir(dir);
    return e;
}

static void escaping(void **state)
{
    struct bench b = bench_new(false);
    struct view *v = view_new(b.mem, b.lang, "en");
    const char *out;

    view_set(v, "a", hostile);
    view_set(v, "t", "<?cs var:Config.VarEscapeMode ?>");
    assert_int_equal(
        render_text(&b, v,
                    "<?cs def:m(x) ?>[<?cs var:x ?>]<?cs /def ?><?cs var:a ?><?cs call:m(a) ?><?cs var:\"&\" + a ?>"
                    "<?cs set:c = a ?><?cs var:c ?><?cs var:t ?>#{no.such<key|a}",
                    &out),
        OK);
    assert_null(strstr(out, "<"));
    assert_non_null(strstr(out, "&lt;x y=&quot;&#39;&amp;&gt;[&lt;x"));
    assert_non_null(strstr(out, "no.such&lt;key"));
    arena_free(b.mem);
}

static void texts_with_variables(void **state)
{
    struct bench b = bench_new(false);
    struct view *v = view_new(b.mem, b.lang, "en");
    const char *out;

    view_text(v, "said", "{1} of {2}", "<1>", "9", NULL);
    view_set(v, "who", "<b>");
    assert_int_equal(
        render_text(
            &b, v, "<?cs var:said ?>|#{model.findings|who}|<?cs def:m(x) ?><?cs var:x ?><?cs /def ?><?cs call:m(\"#{x<y}\") ?>",
            &out),
        OK);
    assert_string_equal(out, "&lt;1&gt; of 9|What was found in &lt;b&gt;|x&lt;y");
    arena_free(b.mem);
}

static void refused(void **state)
{
    static const char *const path[] = {"", "a..b", ".a", "a.", "Config.x", "Page.title", "a b", "a/b", "a[0]", "0"};
    static const char *const text[] = {
        "#{open",      "#{k|a b}", "<?cs include:\"/../x\" ?>", "<?cs include:\"/none.cs\" ?>", "<?cs include:\"t.cs\" ?>",
        "<?cs if:a ?>"};
    struct bench b = bench_new(false);
    const char *out;

    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
        struct view *v = view_new(b.mem, b.lang, "en");
        view_set(v, path[i], "1");
        if (!v->bad)
            fail_msg("path '%s' was taken", path[i]);
        assert_int_equal(render_text(&b, v, "x", &out), E_BUG);
    }
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        if (render_text(&b, view_new(b.mem, b.lang, "en"), text[i], &out) != E_BUG)
            fail_msg("template '%s' was taken", text[i]);
    }
    arena_free(b.mem);
}

static void strict_mode(void **state)
{
    struct bench b = bench_new(true);
    struct view *v = view_new(b.mem, b.lang, "en");
    const char *out;

    view_set(v, "a", "");
    assert_int_equal(render_text(&b, v, "<?cs var:a ?>.<?cs var:b ?>.<?cs var:Form.x.value ?>", &out), OK);
    assert_string_equal(out, ".UNSET(b).");
    assert_int_equal(render_text(&b, v, "#{no.such.key}", &out), E_BUG);
    arena_free(b.mem);
}

static void moments(void **state)
{
    static const struct {
        const char *lang, *want;
    } rows[] = {{"en", "21 Nov 2026, 20:15 UTC"},
                {"de", "21.11.2026 20:15 UTC"},
                {"it", "21/11/2026 20:15 UTC"},
                {"pl", "21.11.2026 20:15 UTC"},
                {"hu", "2026. 11. 21. 20:15 UTC"}};
    struct arena *mem = arena_new(0);
    int64_t t;

    assert_true(clock_parse("2026-11-21T20:15:00Z", &t));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(date_text(mem, rows[i].lang, t), rows[i].want);
    assert_string_equal(date_text(mem, "en", -1), "31 Dec 1969, 23:59 UTC");
    arena_free(mem);
}

/* ---- every template ---- */

static char *fixture[1000]; /* nftw has no place for a context */
static int fixtures;

static int note(const char *path, const struct stat *st, int type, struct FTW *at)
{
    size_t n = strlen(path);

    if (type == FTW_F && n > 4 && strcmp(path + n - 4, ".hdf") == 0 && strcmp(path + at->base, "frame.hdf") != 0)
        fixture[fixtures++] = strdup(path);
    return fixtures == 1000;
}

static void read_data(struct view *v, const char *path)
{
    char *text;

    if (access(path, R_OK) != 0)
        return;
    assert_null(ne_load_file(path, &text));
    if (hdf_read_string(v->hdf, text) != STATUS_OK)
        fail_msg("%s is no HDF", path);
    free(text);
}

/* "name =" of a fixture means an empty text; the library's reader makes it no value at all. */
static void fill_empty(HDF *h)
{
    for (HDF *c = hdf_obj_child(h); c != NULL; c = hdf_obj_next(c)) {
        if (hdf_obj_value(c) == NULL && hdf_obj_child(c) == NULL)
            assert_null(hdf_set_value(c, NULL, ""));
        fill_empty(c);
    }
}

/* frame.hdf of tests/view and of every folder on the way, then the fixture */
static void read_fixture(struct bench *b, struct view *v, const char *path)
{
    for (const char *s = path + strlen("tests/view"); s != NULL && *s == '/'; s = strchr(s + 1, '/'))
        read_data(v, arena_printf(b->mem, "%.*s/frame.hdf", (int)(s - path), path));
    read_data(v, path);
    fill_empty(v->hdf);
}

static void make_hostile(struct bench *b, HDF *h)
{
    for (HDF *c = hdf_obj_child(h); c != NULL; c = hdf_obj_next(c)) {
        const char *value = hdf_obj_value(c);
        if (value != NULL && *value != '\0')
            assert_null(hdf_set_value(c, NULL, arena_printf(b->mem, "%s%s", value, hostile)));
        make_hostile(b, c);
    }
}

static char *file_text(struct bench *b, const char *path)
{
    char *text, *copy;

    if (access(path, R_OK) != 0)
        return NULL;
    assert_null(ne_load_file(path, &text));
    copy = arena_strdup(b->mem, text);
    free(text);
    return copy;
}

static int check_gold(struct bench *b, const char *path, const char *page)
{
    const char *gold = arena_printf(b->mem, "%.*s.gold", (int)(strlen(path) - 4), path);
    const char *mode = getenv("GOLD");

    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *f = fopen(gold, "w");
        assert_non_null(f);
        fputs(page, f);
        fclose(f);
        return 0;
    }
    const char *want = file_text(b, gold);
    if (want == NULL || strcmp(want, page) == 0)
        return 0;
    print_error("%s: the page differs from its gold\n", path);
    return 1;
}

static int check_fixture(struct bench *b, const char *path)
{
    const char *name = path + strlen("tests/view/");
    const char *template = arena_printf(b->mem, "%.*s.cs", (int)strcspn(name, "~."), name);
    struct view *v = view_new(b->mem, b->lang, "en");
    struct buf page = buf_new(b->mem, LIMIT_PAGE), again = buf_new(b->mem, LIMIT_PAGE);
    int bad = 0;

    view_page(v, "Page.base", ""); /* at the root, as a demo is */
    read_fixture(b, v, path);
    if (view_render(b->views, v, template, &page) != OK) {
        print_error("%s: %s\n", path, trouble()->text);
        return 1;
    }
    for (const char *s = buf_text(&page); (s = strstr(s, "UNSET(")) != NULL; s++) {
        print_error("%s: %.*s)\n", path, (int)strcspn(s, ")"), s);
        bad = 1;
    }
    bad |= check_gold(b, path, buf_text(&page));
    make_hostile(b, v->hdf);
    if (view_render(b->views, v, template, &again) != OK || strstr(buf_text(&again), "<x y=") != NULL) {
        print_error("%s: a value comes out as markup\n", path);
        bad = 1;
    }
    return bad;
}

static void templates(void **state)
{
    struct bench b = bench_new(true);
    int bad = 0;

    assert_int_equal(nftw("tests/view", note, 16, FTW_PHYS), 0);
    assert_true(fixtures > 0);
    for (int i = 0; i < fixtures; i++) {
        bad += check_fixture(&b, fixture[i]);
        free(fixture[i]);
    }
    arena_free(b.mem);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escaping), cmocka_unit_test(texts_with_variables),
        cmocka_unit_test(refused),  cmocka_unit_test(strict_mode),
        cmocka_unit_test(moments),  cmocka_unit_test(templates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

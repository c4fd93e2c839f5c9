/* tests/unit/model/test_xml.c - the gate for XML: every limit at N and N+1, every refusal, and what the tree holds. */
#include "base/buf.h"
#include "model/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

enum { ROOM = 8 * 1024 * 1024 };

static enum err read_text(struct arena *mem, struct span text, const struct xml_limits *limits, struct xml_error *error)
{
    struct xml_node *root = NULL;
    enum err e = xml_read(mem, text, limits, &root, error);

    assert_true((e == OK) == (root != NULL));
    return e;
}

static struct span span_of(const char *s)
{
    return (struct span){.p = s, .n = strlen(s)};
}

static struct span done(struct buf *b)
{
    assert_int_equal(buf_done(b), OK);
    return (struct span){.p = buf_text(b), .n = b->len};
}

/* ---- limits ---- */

static struct span file_of_bytes(struct arena *mem, size_t n)
{
    struct buf b = buf_new(mem, ROOM);

    buf_str(&b, "<a>");
    while (b.len < n - 4)
        buf_char(&b, 'x');
    buf_str(&b, "</a>");
    return done(&b);
}

static struct span file_of_tag(struct arena *mem, size_t n)
{
    struct buf b = buf_new(mem, ROOM);

    buf_str(&b, "<a b='");
    while (b.len < n - 3)
        buf_char(&b, '>');
    buf_str(&b, "'/>");
    return done(&b);
}

static struct span file_of_attributes(struct arena *mem, size_t n)
{
    struct buf b = buf_new(mem, ROOM);

    buf_str(&b, "<a");
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, " a%zu = '='", i);
    buf_str(&b, "/>");
    return done(&b);
}

static struct span file_of_namespaces(struct arena *mem, size_t n)
{
    struct buf b = buf_new(mem, ROOM);
    size_t levels = (n + 1) / 2;

    for (size_t i = 0; i < levels; i++)
        buf_fmt(&b, i * 2 + 1 < n ? "<a xmlns:n%zu = 'urn:n' xmlns:m%zu='urn:m'>" : "<a xmlns:n%zu='urn:n'>", i, i);
    for (size_t i = 0; i < levels; i++)
        buf_str(&b, "</a>");
    return done(&b);
}

static struct span file_of_depth(struct arena *mem, size_t n)
{
    struct buf b = buf_new(mem, ROOM);

    for (size_t i = 0; i < n; i++)
        buf_str(&b, "<a>");
    for (size_t i = 0; i < n; i++)
        buf_str(&b, "</a>");
    return done(&b);
}

static struct span file_of_nodes(struct arena *mem, size_t n)
{
    struct buf b = buf_new(mem, ROOM);

    buf_str(&b, "<a>");
    for (size_t i = 1; i < n; i++)
        buf_str(&b, "<b/>");
    buf_str(&b, "</a>");
    return done(&b);
}

static void test_limits(void **state)
{
    static const struct {
        const char *what;
        struct span (*make)(struct arena *mem, size_t n);
        size_t limit;
    } rows[] = {
        {"bytes", file_of_bytes, LIMIT_XML_BYTES},
        {"tag", file_of_tag, LIMIT_XML_TAG},
        {"attributes", file_of_attributes, LIMIT_XML_ATTRIBUTES},
        {"namespaces", file_of_namespaces, LIMIT_XML_NAMESPACES},
        {"depth", file_of_depth, LIMIT_XML_DEPTH},
        {"nodes", file_of_nodes, LIMIT_XML_NODES},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct xml_error error = {0};

        enum err at = read_text(mem, rows[i].make(mem, rows[i].limit), NULL, &error);
        enum err over = read_text(mem, rows[i].make(mem, rows[i].limit + 1), NULL, &error);
        if (at != OK || over != E_TOOBIG)
            fail_msg("%s: %zu gives %s, %zu gives %s", rows[i].what, rows[i].limit, at == OK ? "OK" : err_name(at),
                     rows[i].limit + 1, over == OK ? "OK" : err_name(over));
        assert_non_null(error.message);
        arena_free(mem);
    }
}

/* Files that declare their namespaces anew at every element are common; what is over is not counted. */
static void test_namespaces_go_out_of_scope(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, ROOM);
    struct xml_error error;

    buf_str(&b, "<a>");
    for (int i = 0; i < LIMIT_XML_NAMESPACES * 4; i++)
        buf_str(&b, i % 2 == 0 ? "<p:b xmlns:p='urn:p'/>" : "<p:b xmlns:p='urn:p'></p:b>");
    buf_str(&b, "</a>");
    assert_int_equal(read_text(mem, done(&b), NULL, &error), OK);
    arena_free(mem);
}

static void test_limits_are_parameters(void **state)
{
    struct xml_limits small = xml_limits_default;
    struct arena *mem = arena_new(0);
    struct xml_error error;

    small.nodes = 2;
    small.bytes = 20;
    assert_int_equal(read_text(mem, span_of("<a><b/></a>"), &small, &error), OK);
    assert_int_equal(read_text(mem, span_of("<a><b/><b/></a>"), &small, &error), E_TOOBIG);
    assert_int_equal(read_text(mem, span_of("<a>                  </a>"), &small, &error), E_TOOBIG);
    arena_free(mem);
}

/* 100,000 attributes in one tag cost the library alone half a minute. */
static void test_attribute_flood_is_cheap(void **state)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, ROOM);
    struct timespec from, to;
    struct xml_error error;

    buf_str(&b, "<a");
    for (int i = 0; i < 100000; i++)
        buf_fmt(&b, " a%d=''", i);
    buf_str(&b, "/>");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    assert_int_equal(read_text(mem, done(&b), NULL, &error), E_TOOBIG);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 200);
    arena_free(mem);
}

/* ---- refusals ---- */

static void test_refused(void **state)
{
    static const struct {
        const char *what, *text;
        size_t n; /* 0 = strlen */
        int line;
        const char *part; /* of the message */
    } rows[] = {
        {"empty", "", 0, 0, "no XML element"},
        {"no element", "\n\nplain", 0, 0, "no XML element"},
        {"doctype", "<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>", 0, 2, "document type"},
        {"doctype in small letters", "<!doctype a><a/>", 0, 1, "document type"},
        {"doctype behind the root", "<a/>\n<!DOCTYPE a>", 0, 2, "document type"},
        {"entity", "<a>&x;</a>", 0, 1, "Not well-formed"},
        {"gzip", "\x1f\x8b\x08 <a/>", 0, 1, "compressed"},
        {"zip", "PK\x03\x04 <a/>", 0, 1, "compressed"},
        {"xz",
         "\xfd"
         "7zXZ <a/>",
         0, 1, "compressed"},
        {"zero", "<a>\n\0</a>", 9, 2, "zero byte"},
        {"latin 1", "<a>\n\n\xe4</a>", 0, 3, "not UTF-8"},
        {"surrogate in UTF-8", "<a>\xed\xa0\x80</a>", 0, 1, "not UTF-8"},
        {"declared latin 2", "<?xml version='1.0' encoding='ISO-8859-2'?><a>\xc3\xa4</a>", 0, 1, "encoding"},
        {"a byte that the encoding lacks", "<?xml version='1.0' encoding='windows-1252'?>\n<a>\x81</a>", 0, 2, "does not have"},
        {"zero in latin 1", "<?xml version='1.0' encoding='latin1'?>\n<a>\0</a>", 47, 2, "zero byte"},
        {"doctype in latin 1", "<?xml version='1.0' encoding='latin1'?>\n<!DOCTYPE a><a>\xe4</a>", 0, 2, "document type"},
        {"declared UTF-7", "<?xml version='1.0' encoding='UTF-7'?><a/>", 0, 1, "encoding"},
        {"end without beginning", "<a/></a>", 0, 1, "without its beginning"},
        {"declared UTF-16 in UTF-8", "<?xml version='1.0' encoding='UTF-16'?><a/>", 0, 1, "encoding"},
        {"encoding without quotes", "<?xml version='1.0' encoding=UTF-8?><a/>", 0, 1, "encoding"},
        {"odd UTF-16", "\xff\xfe<\0a", 5, 1, "half a character"},
        {"UTF-16 with a lone surrogate", "\xff\xfe\x00\xd8<\0", 6, 1, "broken character"},
        {"open tag", "<a b='>", 0, 1, "inside a tag"},
        {"open comment", "<a/><!-- ", 0, 1, "without its"},
        {"comment that is none", "<a/><!-->", 0, 1, "without its"},
        {"open CDATA", "<a><![CDATA[ x", 0, 1, "without its"},
        {"bracket in a tag", "<a <b/>", 0, 1, "inside a tag"},
        {"wrong end", "<a>\n<b></a>", 0, 2, "Not well-formed"},
        {"no end", "<a><b/>", 0, 1, "Not well-formed"},
        {"two roots", "<a/><b/>", 0, 1, "Not well-formed"},
        {"same attribute twice", "<a b='' b=''/>", 0, 1, "Not well-formed"},
        {"prefix without namespace", "<x:a/>", 0, 1, "Not well-formed"},
        {"control character", "<a>\x01</a>", 0, 1, "Not well-formed"},
        {"reference to zero", "<a>&#0;</a>", 0, 1, "Not well-formed"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct xml_error error = {.line = -1};
        struct span text = {.p = rows[i].text, .n = rows[i].n != 0 ? rows[i].n : strlen(rows[i].text)};
        enum err e = read_text(mem, text, NULL, &error);

        if (e != E_INPUT || strstr(error.message, rows[i].part) == NULL || error.line != rows[i].line)
            fail_msg("%s: %s, line %d: %s", rows[i].what, e == OK ? "OK" : err_name(e), error.line,
                     e == OK ? "" : error.message);
        arena_free(mem);
    }
}

/* ---- the tree ---- */

static void test_tree(void **state)
{
    static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<!-- <b> & \"it's\" -->\n"
                               "<a xmlns='urn:a' xmlns:p='urn:p' x='1 &amp; &#50; &lt;' p:x=\"&quot;\">\n"
                               "one<b>t&amp;wo</b><![CDATA[<three>&]]>\n"
                               "<p:c\n y='>'/>four<?target <x>?><b/></a>\n";
    struct arena *mem = arena_new(0);
    struct xml_node *a = NULL;
    struct xml_error error;

    assert_int_equal(xml_read(mem, span_of(text), NULL, &a, &error), OK);
    assert_string_equal(a->name, "a");
    assert_string_equal(a->ns, "urn:a");
    assert_string_equal(a->text, "\none<three>&\nfour");
    assert_int_equal(a->line, 3);
    assert_null(a->parent);
    assert_string_equal(xml_attr(a, "", "x"), "1 & 2 <");
    assert_string_equal(xml_attr(a, "urn:p", "x"), "\"");
    assert_null(xml_attr(a, "urn:a", "x"));
    assert_null(xml_attr(a, "", "xmlns"));
    const struct xml_node *b = xml_child(a, "urn:a", "b");
    assert_string_equal(b->text, "t&wo");
    assert_int_equal(b->line, 4);
    assert_ptr_equal(b->parent, a);
    const struct xml_node *again = xml_again(b);
    assert_non_null(again);
    assert_string_equal(again->text, "");
    assert_ptr_equal(again, a->last);
    assert_null(xml_again(again));
    const struct xml_node *c = xml_child(a, "urn:p", "c");
    assert_int_equal(c->line, 5);
    assert_string_equal(xml_attr(c, "", "y"), ">");
    assert_null(xml_child(a, "urn:a", "c"));
    assert_null(xml_child(NULL, "urn:a", "c"));
    arena_free(mem);
}

static void test_encodings(void **state)
{
    static const char le[] = "\xff\xfe<\0a\0>\0\xe4\0\x3d\xd8\x00\xde<\0/\0a\0>\0";
    static const char be[] = "\xfe\xff\0<\0a\0>\0\xe4\xd8\x3d\xde\x00\0<\0/\0a\0>";
    static const char declared[] = "\xff\xfe<\0?\0x\0m\0l\0 \0v\0e\0r\0s\0i\0o\0n\0=\0'\0"
                                   "1\0.\0"
                                   "0\0'\0 \0e\0n\0c\0o\0d\0i\0n\0g\0=\0'\0U\0T\0F\0-\0"
                                   "1\0"
                                   "6\0'\0?\0>\0<\0a\0/\0>\0";
    struct arena *mem = arena_new(0);
    struct xml_node *a = NULL;
    struct xml_error error;

    assert_int_equal(xml_read(mem, (struct span){le, sizeof le - 1}, NULL, &a, &error), OK);
    assert_string_equal(a->text, "ä😀");
    assert_int_equal(xml_read(mem, (struct span){be, sizeof be - 1}, NULL, &a, &error), OK);
    assert_string_equal(a->text, "ä😀");
    assert_int_equal(xml_read(mem, (struct span){declared, sizeof declared - 1}, NULL, &a, &error), OK);
    assert_int_equal(xml_read(mem, span_of("\xef\xbb\xbf<a>ä</a>"), NULL, &a, &error), OK);
    assert_string_equal(a->text, "ä");
    assert_int_equal(xml_read(mem, span_of("<?xml version='1.0' encoding = \"utf-8\" ?><a/>"), NULL, &a, &error), OK);
    /* nothing but ASCII in it: the old encodings say the same */
    assert_int_equal(xml_read(mem, span_of("<?xml version='1.0' encoding='Windows-1250'?><a/>"), NULL, &a, &error), OK);
    arena_free(mem);
}

/* What old modelers write: the letters of the three encodings that differ, and lines counted on in them. */
static void test_single_bytes(void **state)
{
    static const struct {
        const char *encoding, *bytes, *text;
    } rows[] = {
        {"ISO-8859-1", "\xe4\xa4", "ä¤"},   {"iso-8859-1", "\xdf", "ß"},  {"ISO-8859-15", "\xe4\xa4", "ä€"},
        {"WINDOWS-1252", "\x80\xe4", "€ä"}, {"cp1252", "\x9f\xff", "Ÿÿ"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct xml_node *a = NULL;
        struct xml_error error;
        const char *text =
            arena_printf(mem, "<?xml version=\"1.0\" encoding=\"%s\" standalone=\"yes\"?>\n<a b='%s'>%s\n<c/></a>",
                         rows[i].encoding, rows[i].bytes, rows[i].bytes);

        assert_int_equal(xml_read(mem, span_of(text), NULL, &a, &error), OK);
        assert_string_equal(xml_attr(a, "", "b"), rows[i].text);
        assert_memory_equal(a->text, rows[i].text, strlen(rows[i].text));
        assert_int_equal(a->first->line, 3);
        arena_free(mem);
    }
}

static void test_utf16_without_mark(void **state)
{
    static const char le[] = "<\0?\0x\0m\0l\0 \0v\0e\0r\0s\0i\0o\0n\0=\0'\0"
                             "1\0.\0"
                             "0\0'\0?\0>\0<\0a\0>\0\xe4\0<\0/\0a\0>\0";
    struct arena *mem = arena_new(0);
    struct xml_node *a = NULL;
    struct xml_error error;

    assert_int_equal(xml_read(mem, (struct span){le, sizeof le - 1}, NULL, &a, &error), OK);
    assert_string_equal(a->text, "ä");
    arena_free(mem);
}

/* Only where the caller says so: what a prefix that nobody declares stands for is nobody's, not nothing. */
static void test_lenient(void **state)
{
    struct arena *mem = arena_new(0);
    struct xml_node *a = NULL;
    struct xml_error error;
    static const char text[] = "<a xmlns='urn:a' x:b='1' b='2'><x:a/><a/></a>";

    assert_int_equal(xml_read(mem, span_of(text), NULL, &a, &error), E_INPUT);
    assert_int_equal(xml_read(mem, span_of(text), &xml_limits_lenient, &a, &error), OK);
    assert_string_equal(xml_attr(a, "", "b"), "2");
    assert_string_equal(xml_attr(a, "x:", "b"), "1");
    assert_string_equal(a->first->ns, "x:");
    assert_string_equal(a->last->ns, "urn:a");
    assert_int_equal(xml_read(mem, span_of("<a><b></a>"), &xml_limits_lenient, &a, &error), E_INPUT);
    assert_int_equal(xml_read(mem, span_of("\xef\xbb\xbf<?xml version='1.0' encoding='utf-16'?><a>ä</a>"), NULL, &a, &error),
                     OK);
    assert_string_equal(a->text, "ä");
    arena_free(mem);
}

static void test_prefixes(void **state)
{
    static const char text[] = "<a xmlns='urn:a' xmlns:p='urn:p'><b xmlns='' xmlns:p='urn:q'/><c/></a>";
    struct arena *mem = arena_new(0);
    struct xml_node *a = NULL;
    struct xml_error error;

    assert_int_equal(xml_read(mem, span_of(text), NULL, &a, &error), OK);
    const struct xml_node *b = a->first, *c = b->next;
    assert_string_equal(xml_namespace(b, span_of("")), "");
    assert_string_equal(xml_namespace(b, span_of("p")), "urn:q");
    assert_string_equal(xml_namespace(c, span_of("")), "urn:a");
    assert_string_equal(xml_namespace(c, span_of("p")), "urn:p");
    assert_string_equal(xml_namespace(c, span_of("xml")), XML_NS);
    assert_null(xml_namespace(c, span_of("q")));
    arena_free(mem);
}

/* Texts longer than a piece of the feed, and than the library's own buffers, arrive whole. */
static void test_long_text(void **state)
{
    struct arena *mem = arena_new(0);
    struct span text = file_of_bytes(mem, 200000);
    struct xml_node *a = NULL;
    struct xml_error error;

    assert_int_equal(xml_read(mem, text, NULL, &a, &error), OK);
    assert_int_equal(strlen(a->text), 200000 - 7);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_namespaces_go_out_of_scope),
        cmocka_unit_test(test_limits_are_parameters),
        cmocka_unit_test(test_attribute_flood_is_cheap),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_single_bytes),
        cmocka_unit_test(test_utf16_without_mark),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_lenient),
        cmocka_unit_test(test_long_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tests/unit/web/test_multipart.c - bodies of multipart/form-data. */
#include "web/multipart.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct arena *mem;
static struct conf conf;

static int setup(void **state)
{
    mem = arena_new(0);
    conf_defaults(&conf);
    return 0;
}

static int teardown(void **state)
{
    arena_free(mem);
    return 0;
}

static enum err feed(const char *body, size_t n, struct request *rq)
{
    *rq = (struct request){.body = {.p = arena_memdup(mem, body, n), .n = n}};
    return multipart_read(mem, "B", &conf, rq);
}

#define FEED(s, rq) feed((s), sizeof(s) - 1, (rq))
#define PART "--B\r\nContent-Disposition: form-data; "
#define END "\r\n--B--\r\n"

static void good_bodies(void **state)
{
    struct request rq;

    assert_int_equal(FEED(PART "name=\"a\"\r\n\r\n1" END, &rq), OK);
    assert_int_equal(rq.n_field, 1);
    assert_string_equal(rq.field[0].name, "a");
    assert_string_equal(rq.field[0].value, "1");
    assert_int_equal(FEED(PART "name=\"a\"\r\n\r\n" END, &rq), OK);
    assert_string_equal(rq.field[0].value, "");
    assert_int_equal(
        FEED(PART "name=\"f\"; filename=\"C:\\tmp\\x.png\"\r\nContent-Type: text/html\r\n\r\n\x89PNG\r\n\x1a\n\0z" END, &rq),
        OK);
    assert_int_equal(rq.n_file, 1);
    assert_string_equal(rq.file[0].name, "x.png");
    assert_string_equal(rq.file[0].type, "image/png");
    assert_int_equal(rq.file[0].bytes.n, 10);
    assert_int_equal(FEED(PART "name=\"f\"; filename=\"\"\r\n\r\n" END, &rq), OK);
    assert_int_equal(rq.n_file, 0);
    assert_int_equal(FEED(PART "name=\"a%22b\"\r\n\r\n--B not a boundary line\r\n--" END, &rq), OK);
    assert_string_equal(rq.field[0].name, "a\"b");
    assert_string_equal(rq.field[0].value, "--B not a boundary line\r\n--");
    assert_int_equal(FEED("--B--", &rq), OK);
}

static void bad_bodies(void **state)
{
    static const struct {
        const char *body;
        const char *why;
    } rows[] = {
        {"", "empty"},
        {"preamble\r\n" PART "name=\"a\"\r\n\r\n1" END, "preamble"},
        {PART "name=\"a\"\r\n\r\n1", "no end"},
        {PART "name=\"a\"\r\n\r\n1\r\n--B--\r\nmore", "bytes after the end"},
        {PART "name=\"a\"\r\n\r\n1\r\n--Bx\r\n", "a boundary that goes on"},
        {PART "name=\"a\"\n\n1" END, "bare LF"},
        {PART "name=\"\"\r\n\r\n1" END, "no name"},
        {"--B\r\nContent-Type: text/plain\r\n\r\n1" END, "no disposition"},
        {"--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1" END, "not form-data"},
        {PART "name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1" END, "two dispositions"},
        {PART "name=\"a\r\n folded\"\r\n\r\n1" END, "folded header"},
        {PART "name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==" END, "transfer encoding"},
        {PART "name=\"a\"\r\n\r\n\xff\xfe" END, "a field that is not UTF-8"},
        {PART "name=\"\xff\"\r\n\r\n1" END, "a name that is not UTF-8"},
        {PART "name=\"a\"; filename=\"x\"\r\nX: y\r\n\r\n", "a file without end"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct request rq;
        if (feed(rows[i].body, strlen(rows[i].body), &rq) != E_INPUT)
            fail_msg("accepted: %s", rows[i].why);
    }
    struct request rq;
    assert_int_equal(FEED(PART "name=\"a\"\r\n\r\na\0b" END, &rq), E_INPUT);
}

static enum err many(int parts, const char *what)
{
    struct buf b = buf_new(mem, 1 << 20);
    struct request rq;

    for (int i = 0; i < parts; i++)
        buf_fmt(&b, "%s" PART "name=\"f%d\"%s\r\n\r\nx", i > 0 ? "\r\n" : "", i, what);
    buf_str(&b, END);
    return feed(buf_text(&b), b.len, &rq);
}

static enum err header_of(size_t n)
{
    struct buf b = buf_new(mem, 1 << 20);
    struct request rq;
    static const char head[] = "Content-Disposition: form-data; name=\"a\"\r\nX-Long: ";

    buf_str(&b, "--B\r\n");
    buf_str(&b, head);
    for (size_t i = sizeof head - 1 + 4; i < n; i++)
        buf_char(&b, 'x');
    buf_str(&b, "\r\n\r\n1" END);
    return feed(buf_text(&b), b.len, &rq);
}

static void limits(void **state)
{
    assert_int_equal(many(LIMIT_FIELDS, ""), OK);
    assert_int_equal(many(LIMIT_FIELDS + 1, ""), E_INPUT);
    assert_int_equal(many((int)conf.upload_files, "; filename=\"x\""), OK);
    assert_int_equal(many((int)conf.upload_files + 1, "; filename=\"x\""), E_TOOBIG);
    assert_int_equal(header_of(LIMIT_PART_HEAD), OK);
    assert_int_equal(header_of(LIMIT_PART_HEAD + 1), E_INPUT);
}

/* A file over the limit does not refuse the request: its form does, and shows what was typed. */
static void big_file(void **state)
{
    static const char text[] = PART "name=\"f\"; filename=\"a.txt\"\r\n\r\n1234" END;
    int64_t most = conf.upload_max;
    struct request rq;

    conf.upload_max = 4;
    assert_int_equal(feed(text, sizeof text - 1, &rq), OK);
    assert_false(rq.file[0].big);
    assert_int_equal(rq.file[0].bytes.n, 4);
    conf.upload_max = 3;
    assert_int_equal(feed(text, sizeof text - 1, &rq), OK);
    assert_true(rq.file[0].big);
    assert_int_equal(rq.file[0].bytes.n, 0);
    conf.upload_max = most;
}

static void boundaries(void **state)
{
    assert_string_equal(multipart_boundary(mem, "multipart/form-data; boundary=abc"), "abc");
    assert_string_equal(multipart_boundary(mem, "multipart/form-data; charset=x; boundary=\"a b\""), "a b");
    assert_null(multipart_boundary(mem, "multipart/form-data"));
    assert_null(multipart_boundary(mem, "multipart/form-data; boundary="));
    assert_null(multipart_boundary(mem, "multipart/form-data; boundary=\"a"));
    assert_null(multipart_boundary(mem, "multipart/form-data; boundary=a\x80"));
    assert_non_null(multipart_boundary(mem, arena_printf(mem, "multipart/form-data; boundary=%070d", 0)));
    assert_null(multipart_boundary(mem, arena_printf(mem, "multipart/form-data; boundary=%071d", 0)));
}

static void file_names(void **state)
{
    static const struct {
        const char *given, *want;
    } rows[] = {
        {"report.pdf", "report.pdf"},     {"../../etc/passwd", "passwd"},
        {"C:\\a\\b.txt", "b.txt"},        {"..", "file"},
        {".htaccess", "htaccess"},        {"", "file"},
        {"a\"\r\nX: y", "a_ X_ y"},       {"a<b>.html", "a_b_.html"},
        {"\xc3\xa4.txt", "\xc3\xa4.txt"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(multipart_file_name(mem, rows[i].given), rows[i].want);
    const char *cut = multipart_file_name(mem, arena_printf(mem, "%0300d.pdf", 0));
    assert_int_equal(strlen(cut), LIMIT_FILE_NAME);
    assert_string_equal(cut + LIMIT_FILE_NAME - 4, ".pdf");
}

static void types_by_magic(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *type;
    } rows[] = {
        {"%PDF-1.7", 8, "application/pdf"},        {"<svg onload=alert(1)>", 21, "text/plain"},
        {"RIFF\0\0\0\0WEBPVP8", 15, "image/webp"}, {"\xff\xd8\xff\xe0", 4, "image/jpeg"},
        {"", 0, "application/octet-stream"},       {"a\0b", 3, "application/octet-stream"},
        {"\xc3\xa4\r\n", 4, "text/plain"},         {"\xc3", 1, "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(multipart_magic((struct span){.p = rows[i].bytes, .n = rows[i].n}), rows[i].type);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_bodies),    cmocka_unit_test(bad_bodies), cmocka_unit_test(limits),
        cmocka_unit_test(big_file),       cmocka_unit_test(boundaries), cmocka_unit_test(file_names),
        cmocka_unit_test(types_by_magic),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

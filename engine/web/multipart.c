/* engine/web/multipart.c - bodies of multipart/form-data (RFC 7578), read strictly.
 *
 * For     fields and attached files of one form.
 * Owns    the cleaning of file names and the guess of a file's type by its first bytes.
 * Never   copies a file (a part's bytes stay in the body); believes a content type or a path in a name; reads preambles.
 * Holds   every part begins right after a boundary line and ends right before one; the last boundary ends the body.
 *
 * What browsers send is read; everything beyond (nested multiparts, folded headers, transfer encodings) is refused, because two
 * readers that differ about the same bytes are how filters are passed. */
#include <stdio.h>
#include <string.h>

#include "web/web_int.h"

static bool boundary_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("'()+_,-./:=? ", c) != NULL;
}

const char *multipart_boundary(struct arena *mem, const char *content_type)
{
    const char *s = strchr(content_type, ';');
    size_t n;

    while (s != NULL) {
        s += 1 + strspn(s + 1, " \t");
        if (strncasecmp(s, "boundary=", 9) == 0)
            break;
        s = strchr(s, ';');
    }
    if (s == NULL)
        return NULL;
    s += 9;
    if (*s == '"') {
        s++;
        n = strcspn(s, "\"");
        if (s[n] != '"')
            return NULL;
    } else {
        n = strcspn(s, "; \t");
    }
    if (n == 0 || n > LIMIT_BOUNDARY || s[n - 1] == ' ')
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\0' || !boundary_letter(s[i]))
            return NULL;
    }
    return arena_strndup(mem, s, n);
}

/* The parameter NAME of a Content-Disposition value: quoted; %22 %0D %0A and backslash quotes as browsers write them. */
static char *parameter(struct arena *mem, const char *head, const char *name)
{
    size_t n = strlen(name);

    for (const char *s = strchr(head, ';'); s != NULL;) {
        s += 1 + strspn(s + 1, " \t");
        bool ours = strncasecmp(s, name, n) == 0 && s[n] == '=' && s[n + 1] == '"';
        s += strcspn(s, "=;\"");
        if (*s == '=' && s[1] == '"') {
            char *out = arena_alloc(mem, strlen(s) + 1);
            size_t used = 0;
            for (s += 2; *s != '\0' && *s != '"'; s++) {
                if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
                    s++;
                if (strncmp(s, "%22", 3) == 0) {
                    out[used++] = '"';
                    s += 2;
                } else {
                    out[used++] = *s;
                }
            }
            if (*s != '"')
                return NULL;
            if (ours)
                return out;
        }
        s = strchr(s, ';');
    }
    return NULL;
}

const char *multipart_file_name(struct arena *mem, const char *s)
{
    const char *base = s;

    for (const char *c = s; *c != '\0'; c++) {
        if (*c == '/' || *c == '\\')
            base = c + 1;
    }
    char *name = text_clean(mem, base, false);
    while (*name == '.' || *name == ' ') /* no hidden files, no "..": a name is only shown and offered for saving */
        name++;
    size_t n = strlen(name);
    if (n > LIMIT_FILE_NAME) { /* keep the ending, it is what people look at */
        const char *dot = strrchr(name, '.');
        size_t tail = dot != NULL && strlen(dot) <= 16 ? strlen(dot) : 0;
        size_t head = LIMIT_FILE_NAME - tail;
        while (head > 0 && ((unsigned char)name[head] & 0xc0) == 0x80)
            head--;
        name = arena_printf(mem, "%.*s%s", (int)head, name, tail > 0 ? dot : "");
    }
    for (char *c = name; *c != '\0'; c++) {
        if (strchr("\"<>|:*?", *c) != NULL)
            *c = '_';
    }
    return *name != '\0' ? name : "file";
}

static bool plain_text(struct span b)
{
    for (size_t i = 0; i < b.n; i++) {
        unsigned char c = (unsigned char)b.p[i];
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7f)
            return false;
    }
    return text_valid(b.p, b.n);
}

const char *multipart_magic(struct span b)
{
    /* clang-format off */
    static const struct {
        const char *bytes;
        uint8_t n, at;
        const char *type;
    } magic[] = {
        {"\x89PNG\r\n\x1a\n", 8, 0, "image/png"},
        {"\xff\xd8\xff",      3, 0, "image/jpeg"},
        {"GIF87a",            6, 0, "image/gif"},
        {"GIF89a",            6, 0, "image/gif"},
        {"WEBP",              4, 8, "image/webp"},
        {"%PDF-",             5, 0, "application/pdf"},
        {"PK\3\4",            4, 0, "application/zip"},
        {"\x1f\x8b",          2, 0, "application/gzip"},
        {"7z\xbc\xaf\x27\x1c",6, 0, "application/x-7z-compressed"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof magic / sizeof magic[0]; i++) {
        if (b.n >= (size_t)magic[i].at + magic[i].n && memcmp(b.p + magic[i].at, magic[i].bytes, magic[i].n) == 0)
            return magic[i].type;
    }
    return b.n > 0 && plain_text(b) ? "text/plain" : "application/octet-stream";
}

/* The header block of a part: its Content-Disposition value; NULL if the block is malformed. */
static char *disposition(struct arena *mem, const char *p, size_t n)
{
    static const char name[] = "Content-Disposition:";
    char *found = NULL;

    if (!text_valid(p, n))
        return NULL;
    for (const char *end = p + n; p < end;) {
        const char *stop = memmem(p, (size_t)(end - p), "\r\n", 2);
        size_t line = stop != NULL ? (size_t)(stop - p) : (size_t)(end - p);
        if (line == 0 || *p == ' ' || *p == '\t' || memchr(p, ':', line) == NULL || memchr(p, '\n', line) != NULL ||
            memchr(p, '\r', line) != NULL)
            return NULL;
        if (line >= sizeof name - 1 && strncasecmp(p, name, sizeof name - 1) == 0) {
            if (found != NULL)
                return NULL;
            found = arena_strndup(mem, p + sizeof name - 1, line - (sizeof name - 1));
        }
        if (line > 26 && strncasecmp(p, "Content-Transfer-Encoding:", 26) == 0 && memmem(p, line, "ase64", 5) != NULL)
            return NULL;
        p += line + (stop != NULL ? 2 : 0);
    }
    return found;
}

struct reading {
    struct arena *mem;
    const struct conf *conf;
    struct request *rq;
    size_t text;
};

static enum err part_add(struct reading *r, const char *head, struct span body)
{
    struct request *rq = r->rq;
    const char *name = parameter(r->mem, head, "name"), *file = parameter(r->mem, head, "filename");

    if (strncasecmp(head + strspn(head, " "), "form-data;", 10) != 0 || name == NULL || *name == '\0' ||
        strlen(name) > LIMIT_FIELD_NAME)
        return fail(E_INPUT, "a part without a decent name");
    if (file == NULL) {
        if (rq->n_field == LIMIT_FIELDS)
            return fail(E_INPUT, "more than %d fields", LIMIT_FIELDS);
        if ((r->text += body.n) > LIMIT_FIELD_TEXT)
            return fail(E_TOOBIG, "fields of more than %d bytes", LIMIT_FIELD_TEXT);
        if (!text_valid(body.p, body.n))
            return fail(E_INPUT, "field '%s' is not UTF-8", name);
        rq->field[rq->n_field++] = (struct pair){.name = name, .value = arena_strndup(r->mem, body.p, body.n)};
        return OK;
    }
    if (*file == '\0' && body.n == 0) /* what browsers send when no file was chosen */
        return OK;
    if (rq->n_file == (size_t)r->conf->upload_files)
        return fail(E_TOOBIG, "more than %d files", (int)r->conf->upload_files);
    bool big = body.n > (size_t)r->conf->upload_max; /* its form says so, with everything typed; nobody sees the bytes */
    rq->file[rq->n_file++] = (struct part){.field = name,
                                           .name = multipart_file_name(r->mem, file),
                                           .type = multipart_magic(body),
                                           .bytes = big ? (struct span){"", 0} : body,
                                           .big = big};
    return OK;
}

enum err multipart_read(struct arena *mem, const char *boundary, const struct conf *conf, struct request *rq)
{
    struct reading r = {.mem = mem, .conf = conf, .rq = rq};
    char line[LIMIT_BOUNDARY + 8];
    size_t n = (size_t)snprintf(line, sizeof line, "\r\n--%s", boundary);
    const char *p = rq->body.p, *end = p + rq->body.n;

    rq->field = ARENA_NEW_N(mem, struct pair, LIMIT_FIELDS);
    rq->file = ARENA_NEW_N(mem, struct part, (size_t)conf->upload_files);
    if (rq->body.n < n || memcmp(p, line + 2, n - 2) != 0)
        return fail(E_INPUT, "the body does not begin with its boundary");
    p += n - 2;
    for (int parts = 0; parts <= LIMIT_FIELDS + conf->upload_files; parts++) {
        if (end - p >= 2 && memcmp(p, "--", 2) == 0)
            return end - p == 2 || (end - p == 4 && memcmp(p + 2, "\r\n", 2) == 0) ? OK
                                                                                   : fail(E_INPUT, "bytes after the last part");
        if (end - p < 2 || memcmp(p, "\r\n", 2) != 0)
            return fail(E_INPUT, "a boundary line is malformed");
        p += 2;
        size_t window = (size_t)(end - p) < LIMIT_PART_HEAD ? (size_t)(end - p) : LIMIT_PART_HEAD;
        const char *blank = memmem(p, window, "\r\n\r\n", 4);
        char *head = blank != NULL ? disposition(mem, p, (size_t)(blank - p)) : NULL;
        if (head == NULL)
            return fail(E_INPUT, "the header of part %d is malformed", parts + 1);
        const char *body = blank + 4, *stop = memmem(body, (size_t)(end - body), line, n);
        if (stop == NULL)
            return fail(E_INPUT, "part %d does not end", parts + 1);
        TRY(part_add(&r, head, (struct span){.p = body, .n = (size_t)(stop - body)}));
        p = stop + n;
    }
    return fail(E_INPUT, "too many parts");
}

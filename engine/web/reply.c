/* engine/web/reply.c - the answer: status, headers, body.
 *
 * For     what a handler says, and the headers that every answer carries.
 * Owns    the header block and the cookies' attributes.
 * Never   redirects to another host; lets a control byte into a header; sends half a page (the body is complete before the head).
 * Holds   every answer has Content-Length, a type with charset where it is text, and the security headers below. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/web_int.h"

enum { LIMIT_HEAD = 16384, LIMIT_LOCATION = 2000 };

static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
static const char file_policy[] = "default-src 'none'; sandbox; frame-ancestors 'none'";

static const char *reason(int status)
{
    /* clang-format off */
    static const struct {
        int status;
        const char *text;
    } rows[] = {
        {200, "OK"}, {303, "See Other"}, {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
        {404, "Not Found"}, {405, "Method Not Allowed"}, {409, "Conflict"}, {413, "Content Too Large"},
        {422, "Unprocessable Content"}, {429, "Too Many Requests"}, {500, "Internal Server Error"}, {503, "Service Unavailable"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].status == status)
            return rows[i].text;
    }
    return "Answer";
}

static bool header_decent(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    }
    return true;
}

void reply_reset(struct web *w)
{
    w->reply = (struct reply){.status = 200};
}

bool reply_is_done(const struct web *w)
{
    return w->reply.location != NULL || w->reply.bytes;
}

void reply_status(struct web *w, int status)
{
    w->reply.status = status;
}

void reply_header(struct web *w, const char *name, const char *value)
{
    if (w->reply.n_header < LIMIT_HEADERS && header_decent(name) && header_decent(value))
        w->reply.header[w->reply.n_header++] =
            (struct pair){.name = arena_strdup(w->mem, name), .value = arena_strdup(w->mem, value)};
}

const char *reply_cookie_name(struct web *w, const char *base)
{
    return w->site->conf.cookie_secure ? arena_printf(w->mem, "__Host-%s", base) : base;
}

void reply_cookie(struct web *w, const char *name, const char *value, int64_t max_age)
{
    struct buf b = buf_new(w->mem, 512);

    buf_fmt(&b, "%s=%s; Path=/; HttpOnly; SameSite=Lax", reply_cookie_name(w, name), value);
    if (w->site->conf.cookie_secure)
        buf_str(&b, "; Secure");
    if (max_age >= 0)
        buf_fmt(&b, "; Max-Age=%" PRId64, max_age);
    if (w->reply.n_cookie < LIMIT_COOKIES_SET && buf_done(&b) == OK && header_decent(buf_text(&b)))
        w->reply.cookie[w->reply.n_cookie++] = buf_text(&b);
}

void reply_look(struct web *w, const char *lang, const char *theme)
{
    static const int64_t year = 365 * 86400;

    if (lang != NULL && lang_known(lang) != NULL)
        reply_cookie(w, "gradus_lang", lang_known(lang), year);
    if (theme != NULL && text_in_list("light dark auto", theme))
        reply_cookie(w, "gradus_theme", theme, year);
}

/* PATH with everything but plain letters of a URL percent-encoded; what is encoded already stays. */
static char *location(struct arena *mem, const char *base, const char *path)
{
    struct buf b = buf_new(mem, 3 * LIMIT_LOCATION);

    buf_str(&b, base);
    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;
        if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL)
            buf_fmt(&b, "%%%02X", c);
        else
            buf_char(&b, (char)c);
    }
    return buf_done(&b) == OK ? arena_strdup(mem, buf_text(&b)) : NULL;
}

enum err reply_see_other(struct web *w, const char *path)
{
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\' || strlen(path) > LIMIT_LOCATION)
        return fail(E_BUG, "a redirect to '%.100s' is none to a path of our own", path);
    w->reply.status = 303;
    w->reply.location = location(w->mem, w->site->conf.base_path, path);
    return w->reply.location != NULL ? OK : fail(E_BUG, "a redirect that is too long");
}

enum err reply_see_other_said(struct web *w, const char *path, const char *key)
{
    if (strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.") != strlen(key))
        return fail(E_BUG, "'%s' is no text key", key);
    TRY(reply_see_other(w, path));
    reply_cookie(w, "gradus_said", csrf_sign(w, key), 60);
    return OK;
}

enum err reply_bytes(struct web *w, const char *type, const char *name, const void *p, size_t n)
{
    if (!header_decent(type))
        return fail(E_BUG, "a content type with control characters");
    w->reply.bytes = true;
    w->reply.type = arena_strdup(w->mem, type);
    w->reply.download = name != NULL ? multipart_file_name(w->mem, name) : NULL;
    w->reply.body = (struct span){.p = arena_memdup(w->mem, p, n), .n = n};
    return OK;
}

enum err reply_json(struct web *w, const char *text)
{
    return reply_bytes(w, "application/json; charset=utf-8", NULL, text, strlen(text));
}

/* RFC 6266: an ASCII name for old readers, and the true one percent-encoded (RFC 8187) */
static void put_download(struct buf *b, const char *name)
{
    buf_str(b, "Content-Disposition: attachment; filename=\"");
    for (const char *s = name; *s != '\0'; s++) {
        if (((unsigned char)*s & 0xc0) != 0x80)
            buf_char(b, (unsigned char)*s < 0x80 && *s != '"' && *s != '\\' && *s != '%' ? *s : '_');
    }
    buf_str(b, "\"; filename*=UTF-8''");
    for (const char *s = name; *s != '\0'; s++) {
        if ((*s >= '0' && *s <= '9') || ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') || strchr("-._~", *s) != NULL)
            buf_char(b, *s);
        else
            buf_fmt(b, "%%%02X", (unsigned char)*s);
    }
    buf_str(b, "\r\n");
}

static bool has_header(const struct reply *r, const char *name)
{
    for (int i = 0; i < r->n_header; i++) {
        if (text_same_nocase(r->header[i].name, name))
            return true;
    }
    return false;
}

static void put_security(struct buf *b, const struct web *w)
{
    const struct reply *r = &w->reply;

    if (!has_header(r, "Content-Security-Policy"))
        buf_fmt(b, "Content-Security-Policy: %s\r\n", r->bytes ? file_policy : page_policy);
    buf_str(b, "X-Content-Type-Options: nosniff\r\n"
               "X-Frame-Options: DENY\r\n"
               "Referrer-Policy: same-origin\r\n" /* no-referrer would make the Origin of our own forms "null" */
               "Cross-Origin-Opener-Policy: same-origin\r\n"
               "Cross-Origin-Resource-Policy: same-origin\r\n");
    if (!has_header(r, "Cache-Control"))
        buf_str(b, "Cache-Control: no-store\r\n");
    if (w->rq.https || text_starts(w->site->conf.base_url, "https://"))
        buf_str(b, "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
}

bool reply_send(struct gateway *g, struct web *w)
{
    struct reply *r = &w->reply;
    struct buf b = buf_new(w->mem, LIMIT_HEAD);

    if (r->location != NULL && r->status != 303)
        r->status = 303;
    buf_fmt(&b, "Status: %d %s\r\n", r->status, reason(r->status));
    if (r->location != NULL)
        buf_fmt(&b, "Location: %s\r\n", r->location);
    buf_fmt(&b, "Content-Type: %s\r\n", r->type != NULL ? r->type : "text/html; charset=utf-8");
    buf_fmt(&b, "Content-Length: %zu\r\n", r->body.n);
    if (w->lang != NULL && !r->bytes)
        buf_fmt(&b, "Content-Language: %s\r\n", w->lang);
    if (r->download != NULL)
        put_download(&b, r->download);
    put_security(&b, w);
    for (int i = 0; i < r->n_header; i++)
        buf_fmt(&b, "%s: %s\r\n", r->header[i].name, r->header[i].value);
    for (int i = 0; i < r->n_cookie; i++)
        buf_fmt(&b, "Set-Cookie: %s\r\n", r->cookie[i]);
    buf_fmt(&b, "X-Request-Id: %s\r\n\r\n", w->id);
    return buf_done(&b) == OK && gateway_answer(g, buf_text(&b), b.len, r->body.p, w->rq.head ? 0 : r->body.n);
}

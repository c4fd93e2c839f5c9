/* engine/web/request.c - the gate: what a web server hands over becomes typed, bounded UTF-8, or is refused.
 *
 * For     reading method, path, query, cookies and body of one request.
 * Owns    the limits on them (web_int.h).
 * Never   takes identity from anything that a client can send (HTTP_*); decodes twice; guesses at malformed input.
 * Holds   text that leaves here is valid UTF-8 without NUL; the body is exactly CONTENT_LENGTH bytes.
 *
 * Headers that change a request's meaning on other systems (X-HTTP-Method-Override, X-Original-URL, X-Forwarded-*,
 * X-Remote-User) are not read at all: what is not in the table of variables below does not exist. */
#include <string.h>

#include "web/web_int.h"

struct variables {
    const char *method, *uri, *script, *info, *query, *type, *length, *address, *https, *host, *origin, *site, *agent, *cookie;
    const char *accept_language, *htmx;
};

/* clang-format off */
static const struct variable {
    const char *name;
    size_t offset, most; /* bytes of the value */
} variables[] = {
    {"REQUEST_METHOD",       offsetof(struct variables, method),          16},
    {"REQUEST_URI",          offsetof(struct variables, uri),             8192},
    {"SCRIPT_NAME",          offsetof(struct variables, script),          LIMIT_PATH},
    {"PATH_INFO",            offsetof(struct variables, info),            LIMIT_PATH},
    {"QUERY_STRING",         offsetof(struct variables, query),           8192},
    {"CONTENT_TYPE",         offsetof(struct variables, type),            256},
    {"CONTENT_LENGTH",       offsetof(struct variables, length),          20},
    {"REMOTE_ADDR",          offsetof(struct variables, address),         45},
    {"HTTPS",                offsetof(struct variables, https),           8},
    {"HTTP_HOST",            offsetof(struct variables, host),            255},
    {"HTTP_ORIGIN",          offsetof(struct variables, origin),          512},
    {"HTTP_SEC_FETCH_SITE",  offsetof(struct variables, site),            32},
    {"HTTP_USER_AGENT",      offsetof(struct variables, agent),           2048},
    {"HTTP_COOKIE",          offsetof(struct variables, cookie),          LIMIT_COOKIE_BYTES},
    {"HTTP_ACCEPT_LANGUAGE", offsetof(struct variables, accept_language), 1024},
    {"HTTP_HX_REQUEST",      offsetof(struct variables, htmx),            8},
};
/* clang-format on */

/* Repeated variables are refused: which of the two a program believes is what attackers live on. Client headers that nobody
 * reads may stand twice. */
static enum err variables_read(const char *const *env, struct variables *v)
{
    for (size_t i = 0; env[i] != NULL; i++) {
        const char *value = strchr(env[i], '=');
        size_t n = value != NULL ? (size_t)(value - env[i]) : 0;

        for (size_t k = 0; n > 0 && k < sizeof variables / sizeof variables[0]; k++) {
            const struct variable *row = &variables[k];
            if (strlen(row->name) != n || memcmp(row->name, env[i], n) != 0)
                continue;
            const char **slot = (const char **)((char *)v + row->offset);
            if (*slot != NULL)
                return fail(E_INPUT, "%s stands twice", row->name);
            if (strlen(value + 1) > row->most)
                return fail(E_INPUT, "%s is longer than %zu bytes", row->name, row->most);
            *slot = value + 1;
        }
    }
    return OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoding, once; with PLUS also '+' for a blank. NULL if a sequence is malformed or the result is not UTF-8. */
static char *decode(struct arena *mem, const char *s, size_t n, bool plus)
{
    char *out = arena_alloc(mem, n + 1);
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%') {
            if (i + 2 >= n || hex_digit(s[i + 1]) < 0 || hex_digit(s[i + 2]) < 0)
                return NULL;
            out[used++] = (char)(hex_digit(s[i + 1]) << 4 | hex_digit(s[i + 2]));
            i += 2;
        } else {
            out[used++] = plus && s[i] == '+' ? ' ' : s[i];
        }
    }
    return text_valid(out, used) ? out : NULL;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    }
    return false;
}

enum err request_path(struct arena *mem, const char *uri, const char *base, const char **out)
{
    size_t n = strcspn(uri, "?");

    if (uri[0] != '/' || n > 3 * LIMIT_PATH)
        return fail(E_INPUT, "the target is no path");
    const char *path = decode(mem, uri, n, false);
    if (path == NULL || has_control(path) || strlen(path) > LIMIT_PATH || strchr(path, '\\') != NULL)
        return fail(E_INPUT, "the path is not decent UTF-8");
    for (const char *s = path; (s = strchr(s, '/')) != NULL;) {
        s++;
        size_t step = strcspn(s, "/");
        if ((step == 1 && s[0] == '.') || (step == 2 && s[0] == '.' && s[1] == '.'))
            return fail(E_INPUT, "the path has dot segments");
    }
    size_t skip = strlen(base);
    if (strncmp(path, base, skip) != 0 || (path[skip] != '/' && path[skip] != '\0'))
        return fail(E_NOTFOUND, "the path is not below base_path");
    *out = path[skip] != '\0' ? path + skip : "/";
    return OK;
}

static bool name_decent(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= LIMIT_FIELD_NAME && !has_control(s);
}

enum err request_fields(struct arena *mem, const char *s, size_t n, struct pair **out, size_t *count)
{
    struct pair *p = ARENA_NEW_N(mem, struct pair, LIMIT_FIELDS);
    const char *end = s + n;
    size_t text = 0;

    *count = 0;
    *out = p;
    while (s < end) {
        const char *stop = memchr(s, '&', (size_t)(end - s));
        if (stop == NULL)
            stop = end;
        const char *eq = memchr(s, '=', (size_t)(stop - s));
        const char *name_end = eq != NULL ? eq : stop;
        if (stop > s) {
            if (*count == LIMIT_FIELDS)
                return fail(E_INPUT, "more than %d fields", LIMIT_FIELDS);
            if (name_end - s > 3 * LIMIT_FIELD_NAME)
                return fail(E_INPUT, "a field's name is longer than %d bytes", LIMIT_FIELD_NAME);
            const char *value = eq != NULL ? eq + 1 : stop;
            if ((text += (size_t)(stop - value)) > 3 * (size_t)LIMIT_FIELD_TEXT)
                return fail(E_TOOBIG, "fields of more than %d bytes", LIMIT_FIELD_TEXT);
            p[*count].name = decode(mem, s, (size_t)(name_end - s), true);
            p[*count].value = decode(mem, value, (size_t)(stop - value), true);
            if (p[*count].name == NULL || p[*count].value == NULL || !name_decent(p[*count].name))
                return fail(E_INPUT, "field %zu is malformed", *count + 1);
            ++*count;
        }
        s = stop + 1;
    }
    text = 0;
    for (size_t i = 0; i < *count; i++)
        text += strlen(p[i].value);
    return text <= LIMIT_FIELD_TEXT ? OK : fail(E_TOOBIG, "fields of more than %d bytes", LIMIT_FIELD_TEXT);
}

enum err request_cookies(struct arena *mem, const char *s, struct request *rq)
{
    rq->cookie = ARENA_NEW_N(mem, struct pair, LIMIT_COOKIES);
    rq->n_cookie = 0;
    for (s += strspn(s, "; "); *s != '\0'; s += strspn(s, "; ")) {
        size_t n = strcspn(s, ";");
        const char *eq = memchr(s, '=', n);

        if (eq != NULL && eq > s) {
            if (rq->n_cookie == LIMIT_COOKIES)
                return fail(E_INPUT, "more than %d cookies", LIMIT_COOKIES);
            struct pair *p = &rq->cookie[rq->n_cookie++];
            p->name = arena_strndup(mem, s, (size_t)(eq - s));
            p->value = arena_strndup(mem, eq + 1, n - (size_t)(eq - s) - 1);
        }
        s += n;
    }
    return OK;
}

const char *request_find(const struct pair *p, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(p[i].name, name) == 0)
            return p[i].value;
    }
    return NULL;
}

const char *request_cookie(const struct request *rq, const char *name)
{
    const char *value = NULL;

    for (size_t i = 0; i < rq->n_cookie; i++) {
        if (strcmp(rq->cookie[i].name, name) != 0)
            continue;
        if (value != NULL) /* set by two parties: believe neither */
            return NULL;
        value = rq->cookie[i].value;
    }
    return value;
}

static enum err method_read(const char *s, struct request *rq)
{
    rq->head = s != NULL && strcmp(s, "HEAD") == 0;
    rq->method = GET;
    if (rq->head || (s != NULL && strcmp(s, "GET") == 0))
        return OK;
    rq->method = POST;
    return s != NULL && strcmp(s, "POST") == 0 ? OK : fail(E_METHOD, "this method is not offered");
}

/* CONTENT_LENGTH: absent and empty are 0 */
static enum err length_read(const char *s, const struct conf *conf, uint64_t *out)
{
    *out = 0;
    if (s == NULL || *s == '\0')
        return OK;
    for (const char *d = s; *d != '\0'; d++) {
        if (*d < '0' || *d > '9')
            return fail(E_INPUT, "CONTENT_LENGTH is no number");
    }
    if (!text_u64(s, out) || *out > (uint64_t)conf->body_max)
        return fail(E_TOOBIG, "a body of %s bytes", s);
    return OK;
}

static enum err body_read(struct gateway *g, struct arena *mem, const struct variables *v, const struct conf *conf,
                          struct request *rq)
{
    uint64_t n;

    TRY(length_read(v->length, conf, &n));
    if (rq->method == GET)
        return n == 0 ? OK : fail(E_INPUT, "a GET with a body");
    if (n > 0) {
        char *p = arena_alloc(mem, n + 1);
        if (!gateway_body(g, p, n))
            return fail(E_INPUT, "the body is shorter than CONTENT_LENGTH");
        rq->body = (struct span){.p = p, .n = n};
    }
    return !gateway_body_more(g) ? OK : fail(E_INPUT, "the body is longer than CONTENT_LENGTH");
}

static enum err body_fields(struct arena *mem, const struct conf *conf, struct request *rq)
{
    static const char form[] = "application/x-www-form-urlencoded";
    char *word = arena_strndup(mem, rq->type, strcspn(rq->type, "; "));
    const char *boundary;

    if (rq->body.n == 0)
        return OK;
    if (text_same_nocase(word, form))
        return request_fields(mem, rq->body.p, rq->body.n, &rq->field, &rq->n_field);
    if (text_same_nocase(word, "multipart/form-data")) {
        boundary = multipart_boundary(mem, rq->type);
        if (boundary == NULL)
            return fail(E_INPUT, "multipart without a boundary");
        return multipart_read(mem, boundary, conf, rq);
    }
    return fail(E_INPUT, "a body of a type that is not read here");
}

/* A header value as text, or "" if it is absent or not decent. */
static const char *decent(const char *s)
{
    return s != NULL && text_valid(s, strlen(s)) && !has_control(s) ? s : "";
}

enum err request_read(struct gateway *g, struct arena *mem, const struct conf *conf, struct request *rq)
{
    struct variables v = {0};

    *rq = (struct request){.path = "/"};
    TRY(variables_read(gateway_env(g), &v));
    rq->host = decent(v.host);
    rq->origin = decent(v.origin);
    rq->site = decent(v.site);
    rq->agent = decent(v.agent);
    rq->address = decent(v.address);
    rq->type = decent(v.type);
    rq->accept_language = decent(v.accept_language);
    rq->https = v.https != NULL && strcmp(v.https, "on") == 0;
    rq->htmx = v.htmx != NULL && strcmp(v.htmx, "true") == 0;
    TRY(method_read(v.method, rq));
    if (v.uri == NULL) /* plain CGI without it: these two are decoded already, so a '%' in them is none of an escape */
        v.uri = arena_printf(mem, "%s%s", v.script != NULL ? v.script : "", v.info != NULL ? v.info : "");
    TRY(request_path(mem, v.uri, conf->base_path, &rq->path));
    if (v.query != NULL)
        TRY(request_fields(mem, v.query, strlen(v.query), &rq->query, &rq->n_query));
    TRY(request_cookies(mem, v.cookie != NULL ? v.cookie : "", rq));
    TRY(body_read(g, mem, &v, conf, rq));
    return body_fields(mem, conf, rq);
}

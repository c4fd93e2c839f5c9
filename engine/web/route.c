/* engine/web/route.c - from method and path to a row of the program's table.
 *
 * For     finding the row, and the GET row that shows a form.
 * Owns    the meaning of {…} in a pattern.
 * Never   decodes (the gate did); looks at rights.
 * Holds   the first fitting row wins; a path that fits some row under another method is E_METHOD, else E_NOTFOUND. */
#include <string.h>

#include "web/web_int.h"

enum { LIMIT_REF = 40, LIMIT_NAME = 100, LIMIT_ID_DIGITS = 20 };

static bool letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does the segment S[0..N) fit the placeholder KIND ("id", "ref", any other name)? */
static bool segment_fits(const char *kind, size_t n_kind, const char *s, size_t n)
{
    uint64_t id = 0;

    if (n_kind == 2 && memcmp(kind, "id", 2) == 0) {
        if (n == 0 || n > LIMIT_ID_DIGITS || s[0] == '0')
            return false;
        for (size_t i = 0; i < n; i++) {
            if (s[i] < '0' || s[i] > '9' || __builtin_mul_overflow(id, 10, &id) ||
                __builtin_add_overflow(id, (uint64_t)(s[i] - '0'), &id))
                return false;
        }
        return true;
    }
    bool ref = n_kind == 3 && memcmp(kind, "ref", 3) == 0;
    if (n == 0 || n > (ref ? (size_t)LIMIT_REF : (size_t)LIMIT_NAME))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!letter_or_digit(s[i]) && s[i] != '-' && (ref || strchr("._~", s[i]) == NULL))
            return false;
    }
    return true;
}

bool route_fits(struct arena *mem, const char *pattern, const char *path, struct route_match *out)
{
    out->n_param = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const char *close = strchr(pattern, '}');
        size_t n = strcspn(path, "/");
        if (close == NULL || out->n_param == LIMIT_ROUTE_PARAMS ||
            !segment_fits(pattern + 1, (size_t)(close - pattern - 1), path, n))
            return false;
        out->param[out->n_param++] = arena_strndup(mem, path, n);
        pattern = close + 1;
        path += n;
    }
    return *path == '\0';
}

enum err route_find(struct arena *mem, const struct program *p, enum method m, const char *path, struct route_match *out)
{
    size_t n = strlen(p->name);
    bool other = false;

    if (path[0] != '/' || strncmp(path + 1, p->name, n) != 0 || (path[n + 1] != '/' && path[n + 1] != '\0'))
        return fail(E_NOTFOUND, "not a path of %s", p->name);
    path += n + 1;
    if (*path == '\0')
        path = "/";
    for (size_t i = 0; i < p->n_route; i++) {
        if (!route_fits(mem, p->route[i].path, path, out))
            continue;
        if (p->route[i].method == m) {
            out->route = &p->route[i];
            return OK;
        }
        other = true;
    }
    out->route = NULL;
    return other ? fail(E_METHOD, "the path has no such method") : fail(E_NOTFOUND, "no such path");
}

const struct route *route_form_page(const struct program *p, const struct route *r)
{
    const char *path = r->form_page != NULL ? r->form_page : r->path;

    for (size_t i = 0; i < p->n_route; i++) {
        if (p->route[i].method == GET && strcmp(p->route[i].path, path) == 0 && p->route[i].template != NULL)
            return &p->route[i];
    }
    return NULL;
}

/* tests/fuzz/fuzz_request.c - the parts of a request line and its headers that people type: target, cookies, languages.
 *
 * For     request_path, request_cookies, lang_accept, route_fits.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   an accepted path begins with '/', is valid text without dot segments and control bytes; cookies keep their limit. */
#include <stdlib.h>
#include <string.h>

#include "web/web_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(struct arena *mem, const char *path)
{
    static const char *const pattern[] = {"/{name}/{id}", "/{ref}", "/a/{name}", "/{id}/{id}/{id}"};

    if (path[0] != '/' || strlen(path) > LIMIT_PATH || !text_valid(path, strlen(path)) || strstr(path, "/../") != NULL)
        abort();
    for (const char *s = path; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '\\')
            abort();
    }
    for (size_t i = 0; i < sizeof pattern / sizeof pattern[0]; i++) {
        struct route_match m;
        if (route_fits(mem, pattern[i], path, &m)) {
            for (int k = 0; k < m.n_param; k++) {
                if (m.param[k][0] == '\0' || strchr(m.param[k], '/') != NULL)
                    abort();
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    const char *s = arena_strndup(mem, (const char *)data, size), *path;
    struct request rq = {0};

    if (request_path(mem, s, "", &path) == OK)
        check_path(mem, path);
    if (request_cookies(mem, s, &rq) == OK && rq.n_cookie > LIMIT_COOKIES)
        abort();
    for (size_t i = 0; i < rq.n_cookie; i++)
        (void)request_cookie(&rq, rq.cookie[i].name);
    const char *lang = lang_accept(s);
    if (lang != NULL && lang_known(lang) != lang)
        abort();
    arena_free(mem);
    return 0;
}

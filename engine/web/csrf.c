/* engine/web/csrf.c - was this POST sent by a form that we showed to this browser, and was it done before?
 *
 * For     refusing forged POSTs, and doing repeated ones once.
 * Owns    the fields `once` and `csrf` of every form, the cookie of browsers that are not signed in, the signing of short
 *         texts.
 * Never   stores a token; puts one into a URL.
 * Holds   token = HMAC(key, once); key = the session's secret, or the pre-session cookie. `once` is random for each page
 *         that is rendered, so no two pages share a token and a token tells nothing about the secret. No program is part of it:
 *         the menu of every page posts to gradus-login (sign out, language).
 *
 * Three things must agree: the token, the Origin (or Sec-Fetch-Site) header if the browser sends one, and the cookie.
 *
 * The idempotency key of a POST is a hash over session, once, path and all fields and files: a form that is sent twice (double
 * click, reload, a gateway that repeats) is done once and answered twice; a form that was changed before it is sent again is a
 * new one, even with the same `once`.
 *
 * One that ended in an error of ours may have been done all the same (its COMMIT got no answer). The form of the error page
 * therefore carries the key itself, signed, as `settle`: what it sends is the same form again, whatever became of line ends and
 * files on the way. */
#include <stdio.h>
#include <string.h>

#include "base/rand.h"
#include "web/web_int.h"

enum { PRE_SIZE = 16, LIMIT_SIGNED = 200 };
static const char settles[] = "settle ";

static struct digest key_of(const struct web *w)
{
    return w->session.found ? w->session.csrf : digest_of(w->pre, strlen(w->pre));
}

static struct digest token_of(const struct web *w, const char *once)
{
    struct digest key = key_of(w);
    const char *text = arena_printf(w->mem, "form %s", once);

    return digest_hmac(key.b, sizeof key.b, text, strlen(text));
}

const char *csrf_pre_cookie(struct web *w)
{
    unsigned char raw[PRE_SIZE];
    const char *value = request_cookie(&w->rq, reply_cookie_name(w, "gradus_pre"));

    return value != NULL && text_unhex(value, raw, sizeof raw) ? value : "";
}

void csrf_prepare(struct web *w)
{
    unsigned char raw[ONCE_SIZE];

    if (!w->session.found && *w->pre == '\0') {
        rand_bytes(raw, sizeof raw);
        w->pre = digest_hex(w->mem, raw, sizeof raw);
        reply_cookie(w, "gradus_pre", w->pre, -1);
    }
    rand_bytes(raw, sizeof raw);
    snprintf(w->once, sizeof w->once, "%s", digest_hex(w->mem, raw, sizeof raw));
    struct digest token = token_of(w, w->once);
    snprintf(w->csrf, sizeof w->csrf, "%s", digest_hex(w->mem, token.b, sizeof token.b));
}

/* Does ORIGIN ("https://desk.example.org:8443") name us? */
static bool origin_ours(const struct web *w, const char *origin)
{
    const char *base = w->site->conf.base_url, *host;

    if (*base != '\0') {
        size_t n = strlen(base);
        while (n > 0 && base[n - 1] == '/')
            n--;
        return strncasecmp(origin, base, n) == 0 && origin[n] == '\0';
    }
    host = strstr(origin, "://");
    return host != NULL && *w->rq.host != '\0' && text_same_nocase(host + 3, w->rq.host);
}

enum err csrf_check(struct web *w)
{
    const char *once = request_find(w->rq.field, w->rq.n_field, "once");
    const char *given = request_find(w->rq.field, w->rq.n_field, "csrf");
    unsigned char raw[ONCE_SIZE], token[DIGEST_SIZE];

    if (*w->rq.origin != '\0' && !origin_ours(w, w->rq.origin))
        return fail(E_CSRF, "the form was sent from %s", w->rq.origin);
    if (*w->rq.origin == '\0' && *w->rq.site != '\0' && strcmp(w->rq.site, "same-origin") != 0 &&
        strcmp(w->rq.site, "none") != 0)
        return fail(E_CSRF, "the form was sent from another site");
    if (once == NULL || given == NULL || !text_unhex(once, raw, sizeof raw) || !text_unhex(given, token, sizeof token) ||
        (!w->session.found && *w->pre == '\0'))
        return fail(E_CSRF, "the form has no token, or the browser no cookie");
    struct digest want = token_of(w, once);
    if (!digest_same(want.b, token, sizeof token))
        return fail(E_CSRF, "the form's token is not of this session");
    return OK;
}

static void add_text(struct digest_ctx *ctx, const char *p, size_t n)
{
    uint64_t length = n;

    digest_add(ctx, &length, sizeof length);
    digest_add(ctx, p, n);
}

/* The key in the form of an error page, NULL if there is none or it is not of this session. */
static const char *key_again(struct web *w)
{
    const char *given = request_find(w->rq.field, w->rq.n_field, "settle");
    const char *text = given != NULL ? csrf_signed(w, given) : NULL;

    return text != NULL && text_starts(text, settles) ? text + strlen(settles) : NULL;
}

char *csrf_settle(struct web *w, const char *key)
{
    return csrf_sign(w, arena_printf(w->mem, "%s%s", settles, key));
}

const char *csrf_key(struct web *w)
{
    const char *again = key_again(w);
    struct digest_ctx *ctx = digest_new(w->mem);
    struct digest key = key_of(w);

    if (again != NULL)
        return again;
    digest_start(ctx);
    digest_add(ctx, key.b, sizeof key.b);
    add_text(ctx, w->rq.path, strlen(w->rq.path));
    for (size_t i = 0; i < w->rq.n_field; i++) {
        add_text(ctx, w->rq.field[i].name, strlen(w->rq.field[i].name));
        add_text(ctx, w->rq.field[i].value, strlen(w->rq.field[i].value));
    }
    for (size_t i = 0; i < w->rq.n_file; i++) {
        add_text(ctx, w->rq.file[i].field, strlen(w->rq.file[i].field));
        add_text(ctx, w->rq.file[i].name, strlen(w->rq.file[i].name));
        add_text(ctx, w->rq.file[i].bytes.p, w->rq.file[i].bytes.n);
    }
    struct digest d = digest_end(ctx);
    return digest_hex(w->mem, d.b, sizeof d.b);
}

static char *signature(struct web *w, const char *text)
{
    struct digest key = key_of(w);
    const char *what = arena_printf(w->mem, "said %s", text);
    struct digest d = digest_hmac(key.b, sizeof key.b, what, strlen(what));

    return digest_hex(w->mem, d.b, DIGEST_SIZE / 2);
}

char *csrf_sign(struct web *w, const char *text)
{
    return arena_printf(w->mem, "%s~%s", text, signature(w, text));
}

char *csrf_signed(struct web *w, const char *s)
{
    const char *mark = strrchr(s, '~');

    if (mark == NULL || strlen(s) > LIMIT_SIGNED || (!w->session.found && *w->pre == '\0'))
        return NULL;
    char *text = arena_strndup(w->mem, s, (size_t)(mark - s));
    const char *want = signature(w, text);
    return strlen(mark + 1) == strlen(want) && digest_same(mark + 1, want, strlen(want)) ? text : NULL;
}

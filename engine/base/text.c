/* engine/base/text.c - the UTF-8 gate and small helpers on bounded text.
 *
 * For     deciding once, at the gate, what is text; and the few operations that all rooms need on it.
 * Owns    nothing.
 * Never   locale, case mapping beyond ASCII, format strings.
 * Holds   behind the gate every const char * is valid UTF-8 without NUL. */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

size_t text_decode(const char *p, size_t n, uint32_t *cp)
{
    const unsigned char *s = (const unsigned char *)p;
    uint32_t c;
    size_t len;

    if (n == 0)
        return 0;
    if (s[0] < 0x80) {
        c = s[0];
        len = 1;
    } else if (s[0] >= 0xc2 && s[0] < 0xe0) {
        c = s[0] & 0x1fU;
        len = 2;
    } else if (s[0] >= 0xe0 && s[0] < 0xf0) {
        c = s[0] & 0x0fU;
        len = 3;
    } else if (s[0] >= 0xf0 && s[0] < 0xf5) {
        c = s[0] & 0x07U;
        len = 4;
    } else {
        return 0;
    }
    if (len > n)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3fU);
    }
    if ((len == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (len == 4 && (c < 0x10000 || c > 0x10ffff)))
        return 0;
    if (cp != NULL)
        *cp = c;
    return len;
}

bool text_valid(const char *p, size_t n)
{
    while (n > 0) {
        if ((unsigned char)*p < 0x80) {
            if (*p == '\0')
                return false;
            p++;
            n--;
            continue;
        }
        size_t len = text_decode(p, n, NULL);
        if (len == 0)
            return false;
        p += len;
        n -= len;
    }
    return true;
}

size_t text_encode(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

size_t text_count(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

char *text_clean(struct arena *mem, const char *s, bool lines)
{
    char *out = arena_alloc(mem, strlen(s) + 1);
    size_t n = 0;

    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\r') {
            if (lines && s[1] != '\n')
                out[n++] = '\n';
        } else if (c == '\n' || c == '\t') {
            out[n++] = lines ? (char)c : ' ';
        } else if (c >= 0x20 && c != 0x7f) {
            out[n++] = (char)c;
        }
    }
    while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\n' || out[n - 1] == '\t'))
        n--;
    out[n] = '\0';
    while (*out == ' ' || *out == '\n' || *out == '\t')
        out++;
    return out;
}

char *text_cut(struct arena *mem, const char *s, size_t max)
{
    const char *p = s;

    for (size_t n = 0; *p != '\0'; p++) {
        if (((unsigned char)*p & 0xc0) != 0x80 && n++ == max)
            return arena_printf(mem, "%.*s\xe2\x80\xa6", (int)(p - s), s);
    }
    return arena_strdup(mem, s);
}

static int fold(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool text_same_nocase(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if (fold(*a) != fold(*b))
            return false;
    }
    return *a == *b;
}

bool text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_in_list(const char *list, const char *name)
{
    size_t n = strlen(name);

    while (*list != '\0') {
        list += strspn(list, ", \t\n");
        size_t len = strcspn(list, ", \t\n");
        if (len == n && n > 0 && memcmp(list, name, n) == 0)
            return true;
        list += len;
    }
    return false;
}

bool text_u64(const char *s, uint64_t *out)
{
    uint64_t v = 0;

    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10U, &v) || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
            return false;
    }
    *out = v;
    return true;
}

bool text_i64(const char *s, int64_t *out)
{
    uint64_t v;
    bool minus = *s == '-';

    if (!text_u64(s + minus, &v) || v > (uint64_t)INT64_MAX + minus)
        return false;
    *out = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool text_unhex(const char *s, void *out, size_t n)
{
    unsigned char *o = out;

    for (size_t i = 0; i < n; i++) {
        int hi = hex_digit(s[2 * i]);
        int lo = hi < 0 ? -1 : hex_digit(s[2 * i + 1]);
        if (lo < 0)
            return false;
        o[i] = (unsigned char)(hi << 4 | lo);
    }
    return s[2 * n] == '\0';
}

/* engine/base/buf.c - a text builder that cannot be made without its maximum.
 *
 * For     putting texts and binary records together piece by piece.
 * Owns    the growth of the buffer inside its arena.
 * Never   more than MAX bytes; a silent cut.
 * Holds   p[len] is NUL as soon as anything was appended. */
#include "base/buf.h"

#include "base/format.h"

enum { BUF_FIRST = 256 };

struct buf buf_new(struct arena *mem, size_t max)
{
    return (struct buf){.mem = mem, .max = max};
}

static bool room(struct buf *b, size_t n)
{
    if (b->over || n > b->max - b->len) {
        b->over = true;
        return false;
    }
    if (b->len + n + 1 > b->cap) {
        size_t cap = b->cap != 0 ? b->cap : BUF_FIRST;
        while (cap < b->len + n + 1)
            cap *= 2;
        if (b->cap > 0 && arena_extend(b->mem, b->p, b->cap, cap)) {
            b->cap = cap;
            return true;
        }
        char *p = arena_alloc(b->mem, cap);
        if (b->len > 0)
            memcpy(p, b->p, b->len);
        b->p = p;
        b->cap = cap;
    }
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!room(b, n))
        return;
    if (n > 0)
        memcpy(b->p + b->len, p, n);
    b->len += n;
    b->p[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = format_into(NULL, 0, fmt, ap);
    if (n >= 0 && room(b, (size_t)n)) {
        format_into(b->p + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

void buf_u8(struct buf *b, uint8_t v)
{
    buf_add(b, &v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
    buf_u8(b, (uint8_t)(v >> 8));
    buf_u8(b, (uint8_t)v);
}

void buf_u32(struct buf *b, uint32_t v)
{
    buf_u16(b, (uint16_t)(v >> 16));
    buf_u16(b, (uint16_t)v);
}

void buf_u64(struct buf *b, uint64_t v)
{
    buf_u32(b, (uint32_t)(v >> 32));
    buf_u32(b, (uint32_t)v);
}

void buf_hex(struct buf *b, const void *p, size_t n)
{
    static const char digit[] = "0123456789abcdef";
    const unsigned char *q = p;

    for (size_t i = 0; i < n; i++) {
        char two[2] = {digit[q[i] >> 4], digit[q[i] & 15]};
        buf_add(b, two, 2);
    }
}

enum err buf_done(const struct buf *b)
{
    return b->over ? fail(E_TOOBIG, "text is longer than the %zu bytes allowed here", b->max) : OK;
}

const char *buf_text(const struct buf *b)
{
    return b->p != NULL ? b->p : "";
}

/* engine/base/buf.h - a text builder that cannot be made without its maximum.
 *
 * Appending past the maximum cuts nothing silently: the builder remembers it and buf_done() answers E_TOOBIG. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct buf {
    struct arena *mem; /* owns the bytes */
    char *p;           /* always NUL-terminated after the first append */
    size_t len;
    size_t cap;
    size_t max; /* bytes without the NUL */
    bool over;  /* something did not fit */
};

/* An empty builder in MEM for at most MAX bytes. */
struct buf buf_new(struct arena *mem, size_t max);

/* Append N bytes, a text, one byte, a formatted text; what does not fit is left out and remembered. */
void buf_add(struct buf *b, const void *p, size_t n);
/* A NUL-terminated text. */
void buf_str(struct buf *b, const char *s);
/* One byte. */
void buf_char(struct buf *b, char c);
/* As printf() would write it. */
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Big-endian numbers for binary formats. */
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);

/* Lower-case hexadecimal of N bytes. */
void buf_hex(struct buf *b, const void *p, size_t n);

/* E_TOOBIG if anything did not fit, else OK. */
enum err buf_done(const struct buf *b) __attribute__((warn_unused_result));

/* The text so far; never NULL. */
const char *buf_text(const struct buf *b);

#endif

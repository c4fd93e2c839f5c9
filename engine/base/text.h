/* engine/base/text.h - the UTF-8 gate and small helpers on bounded text. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* N bytes that need not end in NUL; used in lexers and for binary values. */
struct span {
    const char *p;
    size_t n;
};

/* Is P[0..N) well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, <= U+10FFFF) without NUL? */
bool text_valid(const char *p, size_t n);

/* Bytes of the first sequence at P (1 to 4); 0 if it is not well-formed. CP may be NULL. */
size_t text_decode(const char *p, size_t n, uint32_t *cp);

/* Writes the UTF-8 of CP to OUT[4]; returns its length. */
size_t text_encode(uint32_t cp, char *out);

/* Code points of a valid text. */
size_t text_count(const char *s);

/* A copy without control characters (but TAB and LF, which stay when LINES), with CR LF made LF and blanks at both ends cut. */
char *text_clean(struct arena *mem, const char *s, bool lines);

/* The first MAX code points of S, with "…" when cut. */
char *text_cut(struct arena *mem, const char *s, size_t max);

/* ASCII only; other bytes must be equal. */
bool text_same_nocase(const char *a, const char *b);
bool text_starts(const char *s, const char *prefix);

/* Is NAME one of the comma- or blank-separated words of LIST? */
bool text_in_list(const char *list, const char *name);

/* An unsigned or signed decimal number that fills the whole of S; false on anything else or out of range. */
bool text_u64(const char *s, uint64_t *out);
bool text_i64(const char *s, int64_t *out);

/* Hexadecimal of 2*N letters into OUT[N]; false if S is not exactly that. */
bool text_unhex(const char *s, void *out, size_t n);

#endif

/* engine/model/feel/xre.h - regular expressions of XPath and XQuery (Functions and Operators 3.1, 5.6.1) as text of PCRE2. */
#ifndef MODEL_FEEL_XRE_H
#define MODEL_FEEL_XRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum {
    LIMIT_XRE_PATTERN = 4096,   /* bytes of a pattern */
    LIMIT_XRE_TEXT = 32 * 1024, /* bytes of what it becomes */
    LIMIT_XRE_DEPTH = 100,      /* brackets inside each other */
    LIMIT_XRE_GROUPS = 250,     /* capturing groups */
    LIMIT_XRE_REPEAT = 10000    /* the bounds in {n,m} */
};

enum xre_flag { XRE_DOT_ALL = 1, XRE_LINES = 2, XRE_NOCASE = 4, XRE_SPACED = 8, XRE_LITERAL = 16 };

/* The set of enum xre_flag that the letters s, m, i, x, q stand for, each as often as it likes; false at any other letter. */
bool xre_flags(const char *s, size_t n, unsigned *flags);

struct xre_result {
    const char *text; /* for PCRE2 with UTF, DOTALL, MATCH_UNSET_BACKREF and, under XRE_NOCASE, CASELESS; NULL = refused */
    size_t n;
    uint32_t groups; /* capturing groups */
    bool branches;   /* alternatives stand at the top, outside of any group */
    const char *why; /* it was refused */
};

/* PATTERN[0..N) is valid UTF-8. What is accepted compiles, unless it is too large for the library. */
struct xre_result xre_translate(struct arena *mem, const char *pattern, size_t n, unsigned flags);

#endif

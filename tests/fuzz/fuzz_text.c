/* tests/fuzz/fuzz_text.c - base/text and base/clock: the UTF-8 gate says the same in all its forms; readers never run past the
 * end.
 *
 * For     text_valid, text_decode, text_encode, text_clean, text_cut, the checked numbers, clock_parse.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   a text is valid exactly when it can be decoded to its end without NUL; encoding gives the same bytes; what was
 * cleaned or cut is valid; a moment that was read is written and read as the same moment. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

enum { CUT_AT = 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static bool decodes(const char *p, size_t n)
{
    size_t at = 0;

    while (at < n) {
        uint32_t cp = 0;
        char back[4];
        size_t step = text_decode(p + at, n - at, &cp);

        if (step == 0 || cp == 0)
            return false;
        must(step <= n - at && text_encode(cp, back) == step && memcmp(back, p + at, step) == 0);
        at += step;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    const char *p = (const char *)data;
    bool valid = text_valid(p, size);

    must(valid == decodes(p, size));
    if (valid) {
        const char *s = arena_strndup(mem, p, size);
        uint64_t u;
        int64_t i, t, same;

        for (int lines = 0; lines < 2; lines++) {
            const char *clean = text_clean(mem, s, lines == 1);
            must(text_valid(clean, strlen(clean)));
            must(strcmp(text_clean(mem, clean, lines == 1), clean) == 0);
        }
        const char *cut = text_cut(mem, s, CUT_AT);
        must(text_valid(cut, strlen(cut)) && text_count(cut) <= CUT_AT + 1);
        if (text_u64(s, &u))
            must(strtoull(s, NULL, 10) == u);
        if (text_i64(s, &i))
            must(strtoll(s, NULL, 10) == i);
        if (clock_parse(s, &t) && clock_parse(clock_text(mem, t), &same))
            must(same == t);
    }
    arena_free(mem);
    return 0;
}

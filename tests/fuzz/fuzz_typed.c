/* tests/fuzz/fuzz_typed.c - typed JSON of values: what was read, written and read again, is the same.
 *
 * For     the typed JSON that programs send to `gradus decide`.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   write(read(x)) is a fixed point; the value can also be stored, and what was stored can be read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/feel/typed.h"

enum { LIMIT_WRITTEN = 1 << 22 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static enum err read_typed(struct arena *mem, const char *text, size_t n, struct val *out)
{
    const struct json *j;

    TRY(json_read(mem, "fuzz", text, n, &j));
    return typed_read(mem, j, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    struct buf typed = buf_new(mem, LIMIT_WRITTEN), again = buf_new(mem, LIMIT_WRITTEN), stored = buf_new(mem, LIMIT_WRITTEN);
    struct val v, w;

    if (size < 65536 && read_typed(mem, (const char *)data, size, &v) == OK && typed_write(&typed, v) == OK) {
        must(read_typed(mem, buf_text(&typed), typed.len, &w) == OK);
        must(typed_write(&again, w) == OK && again.len == typed.len && memcmp(again.p, typed.p, again.len) == 0);
        if (val_write(&stored, v) == OK)
            must(val_read(mem, buf_text(&stored), stored.len, &w) == OK && val_string(mem, w) != NULL);
    }
    arena_free(mem);
    return 0;
}

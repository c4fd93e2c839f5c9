/* tests/fuzz/fuzz_json.c - base/json: what was read, written and read again, is the same; nothing crashes on the way.
 *
 * For     the reader (own parser of outside bytes) and the writer.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   write(read(x)) is a fixed point, valid UTF-8, and holds no byte that could end a script element. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { LIMIT_OUT = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(struct buf *b, const struct json *j)
{
    bool first = true;

    switch (json_kind(j)) {
    case JSON_NULL:
        buf_str(b, "null");
        break;
    case JSON_BOOL:
        buf_str(b, json_bool(j) ? "true" : "false");
        break;
    case JSON_NUMBER:
        buf_str(b, json_number(j));
        break;
    case JSON_STRING:
        json_put_text(b, json_text(j));
        break;
    case JSON_ARRAY:
        buf_char(b, '[');
        for (size_t i = 0; i < json_count(j); i++) {
            if (i > 0)
                buf_char(b, ',');
            put(b, json_at(j, i));
        }
        buf_char(b, ']');
        break;
    case JSON_OBJECT:
        buf_char(b, '{');
        for (size_t i = 0; i < json_count(j); i++) {
            json_put_name(b, &first, json_name_at(j, i));
            put(b, json_value_at(j, i));
            if (json_get(j, json_name_at(j, i)) != json_value_at(j, i))
                abort(); /* a name stands once and is found */
        }
        buf_char(b, '}');
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    const struct json *j, *again;
    struct buf one = buf_new(mem, LIMIT_OUT), two = buf_new(mem, LIMIT_OUT);

    if (json_read(mem, "fuzz", (const char *)data, size, &j) == OK) {
        put(&one, j);
        if (buf_done(&one) == OK) {
            if (!text_valid(buf_text(&one), one.len) || strchr(buf_text(&one), '<') != NULL)
                abort();
            if (json_read(mem, "again", buf_text(&one), one.len, &again) != OK)
                abort();
            put(&two, again);
            if (two.len != one.len || memcmp(buf_text(&one), buf_text(&two), one.len) != 0)
                abort();
        }
    }
    arena_free(mem);
    return 0;
}

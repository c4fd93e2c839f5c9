/* tests/fuzz/fuzz_urlencoded.c - query strings and urlencoded bodies.
 *
 * For     request_fields.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   what is accepted is valid text within the limits, names are decent. */
#include <stdlib.h>
#include <string.h>

#include "web/web_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    struct pair *p;
    size_t n, sum = 0;

    if (request_fields(mem, (const char *)data, size, &p, &n) == OK) {
        if (n > LIMIT_FIELDS)
            abort();
        for (size_t i = 0; i < n; i++) {
            size_t name = strlen(p[i].name);
            sum += strlen(p[i].value);
            if (name == 0 || name > LIMIT_FIELD_NAME || !text_valid(p[i].name, name) ||
                !text_valid(p[i].value, strlen(p[i].value)))
                abort();
        }
        if (sum > LIMIT_FIELD_TEXT || sum > size)
            abort();
    }
    arena_free(mem);
    return 0;
}

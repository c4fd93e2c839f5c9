/* tests/fuzz/fuzz_feel.c - model/feel: any text compiles or is refused with a place; what compiles ends within its limits; what it
 * answers is written, read and written again as the same bytes.
 *
 * For     lexer, parser, evaluator, built-ins, regular expressions, typed JSON.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   the first byte chooses the form; an error's offset lies in the text; write(read(write(v))) = write(v). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/feel/feel.h"

enum { LIMIT_OUT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* Every variable is there; its value depends on the first letter of its name. */
static bool get(const void *ctx, const char *name, struct val *out)
{
    const struct val *values = ctx;

    *out = values[(unsigned char)name[0] % 8];
    return name[0] != 'z';
}

static void values_make(struct arena *mem, struct val *v)
{
    static const char *const texts[8] = {
        "null",        "[1,2,3.5,\"a\",null,true]", "{\"a\":1,\"b c\":{\"a\":[{\"a\":2}]}}",
        "\"text\"",    "123456789012345678901234",  "{\"@date and time\":\"2026-03-29T02:30:00@Europe/Paris\"}",
        "-0.00000012", "{\"@duration\":\"P1Y2M\"}"};

    for (size_t i = 0; i < 8; i++)
        must(val_read(mem, texts[i], strlen(texts[i]), &v[i]) == OK);
}

static void check_round_trip(struct arena *mem, struct val v)
{
    struct buf a = buf_new(mem, LIMIT_OUT), b = buf_new(mem, LIMIT_OUT);
    struct val again;

    val_string(mem, v);
    val_copy(mem, v);
    if (val_write(&a, v) != OK)
        return;
    must(val_read(mem, buf_text(&a), a.len, &again) == OK);
    must(val_write(&b, again) == OK);
    must(a.len == b.len && memcmp(buf_text(&a), buf_text(&b), a.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const known[] = {"b c", "Profit and loss", "a-b"};
    static const struct feel_limits limits = {.steps = 20000, .depth = 50, .bytes = 4 << 20, .list = 5000, .string = 65536};
    const struct feel_names names = {.name = known, .n = sizeof known / sizeof *known};
    struct feel_error error = {.offset = 0};
    struct val values[8], out;
    struct feel_prog *p;

    if (size < 1 || !text_valid((const char *)data + 1, size - 1))
        return 0;
    struct arena *mem = arena_new(0);
    const char *text = arena_strndup(mem, (const char *)data + 1, size - 1);
    values_make(mem, values);
    enum feel_form form = data[0] % 2 == 0 ? FEEL_EXPRESSION : FEEL_UNARY_TESTS;
    if (feel_compile(mem, text, form, &names, &p, &error) != OK)
        must(error.message != NULL && error.offset <= size - 1 && error.line >= 1 && error.column >= 1);
    else {
        const struct feel_env env = {.get = get, .ctx = values, .limits = &limits, .input = values[data[0] / 2 % 8]};
        struct feel_note *notes;
        if (feel_eval(p, &env, mem, &out, &notes) == OK)
            check_round_trip(mem, out);
    }
    if (val_read(mem, text, size - 1, &out) == OK)
        check_round_trip(mem, out);
    arena_free(mem);
    return 0;
}

/* tests/fuzz/fuzz_zone.c - model/feel/zone: any bytes as a zone file, any second; texts of dates, times and durations.
 *
 * For     zone_find, when_parse and its relatives, when_text.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   the first 8 bytes are the second that is asked for. A leap forward is not negative, a clock of a
 * moment leads back to that moment, and the same question has the same answer. What is read as a text is written and read as the same text, and can be moved to and fro. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/feel/temporal.h"

/* Two thousand million years either way; no value lies farther. */
#define SECOND_MOST INT64_C(64000000000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void check_file(const uint8_t *file, size_t n, int64_t second)
{
    static const enum zone_clock clocks[] = {ZONE_LOCAL, ZONE_UTC, ZONE_STANDARD};

    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        struct zone_time a = {.offset = 0}, b = {.offset = 0};
        bool found = zone_find(file, n, clocks[i], second, &a);
        must(found == zone_find(file, n, clocks[i], second, &b));
        must(a.offset == b.offset && a.skipped == b.skipped && a.later == b.later && a.skipped >= 0);
    }
    struct zone_time z, local;
    if (zone_find(file, n, ZONE_UTC, second, &z) && !z.later) {
        must(zone_find(file, n, ZONE_LOCAL, second + z.offset, &local));
        must(local.offset == z.offset);
    }
}

static void check_text(struct arena *mem, const char *p, size_t n)
{
    char text[WHEN_TEXT], again[WHEN_TEXT];
    struct val v, back;
    int order;

    if (!when_parse(mem, p, n, &v))
        return;
    when_text(v, text);
    must(when_parse(mem, text, strlen(text), &back) && back.tag == v.tag && when_cmp(v, back, &order) && order == 0);
    when_text(back, again);
    must(strcmp(text, again) == 0);
    struct val step = when_duration(SECOND_MOST / 7919, NANO / 3), there = when_add(mem, v, step);
    if (v.tag != VAL_DATE && there.tag != VAL_NULL) {
        struct val home = when_sub(mem, there, step);
        must(when_cmp(v, home, &order) && order == 0);
    }
    when_neg(v);
    when_mul(mem, v, val_int(3));
    when_div(mem, v, val_int(7));
    when_add(mem, v, when_months(-7919));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t second;

    if (size < sizeof second)
        return 0;
    struct arena *mem = arena_new(0);
    memcpy(&second, data, sizeof second);
    check_file(data + sizeof second, size - sizeof second, second % SECOND_MOST);
    if (text_valid((const char *)data, size))
        check_text(mem, (const char *)data, size);
    arena_free(mem);
    return 0;
}

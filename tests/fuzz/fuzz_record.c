/* tests/fuzz/fuzz_record.c - FastCGI records off a connection: any bytes, and a peer that then closes.
 *
 * For     record_start, record_body, record_pairs.
 * Owns    one socket pair a run.
 * Never   expects that an input is accepted.
 * Holds   it ends; the environment keeps its limit; the body gives no more bytes than were sent. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/gateway.h"
#include "web/record.h"

enum { LIMIT_SENT = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record r = {.deadline = clock_monotonic() + CLOCK_SECOND};
    int pair[2];

    if (size > LIMIT_SENT || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return 0;
    if (size > 0 && send(pair[1], data, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size)
        abort();
    shutdown(pair[1], SHUT_WR);
    struct arena *mem = arena_new(0);
    struct buf env = buf_new(mem, LIMIT_ENV_BYTES);
    if (record_start(&r, pair[0], &env)) {
        char body[512];
        size_t sum = 0;
        long n;

        while ((n = record_body(&r, body, sizeof body)) > 0)
            sum += (size_t)n;
        if (sum > size || env.len > LIMIT_ENV_BYTES || !record_pairs(buf_text(&env), env.len))
            abort();
    }
    arena_free(mem);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

/* engine/base/rand.c - random bytes of the kernel.
 *
 * For     session ids, form keys, salts, back-off.
 * Owns    the call to getrandom().
 * Never   a seed, a fallback.
 * Holds   every byte asked for is random, or the process is gone. */
#include "base/rand.h"

#include <sys/random.h>
#include <unistd.h>

void rand_bytes(void *p, size_t n)
{
    unsigned char *q = p;

    while (n > 0) {
        ssize_t got = getrandom(q, n, 0);
        if (got < 0)
            _exit(75);
        q += got;
        n -= (size_t)got;
    }
}

uint64_t rand_u64(void)
{
    uint64_t v;

    rand_bytes(&v, sizeof v);
    return v;
}

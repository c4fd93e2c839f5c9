/* engine/base/rand.h - random bytes of the kernel (getrandom(2)); never a seeded generator. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

/* Fills P; ends the process if the kernel cannot. */
void rand_bytes(void *p, size_t n);
uint64_t rand_u64(void);

#endif

/* engine/base/arena.h - memory with one owner and one end.
 *
 * Everything of one unit of work (one request, one job, one evaluation) is allocated in one arena and released with it; nobody
 * frees a single thing. Allocation never returns NULL: when the machine has no memory left the process logs it and ends with
 * exit code 75 (EX_TEMPFAIL); the supervisor starts it anew and the database rolls back. Outside data cannot get that far,
 * since every gate has a limit of its own. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct arena;

/* A place to come back to: everything allocated after it can be dropped with arena_rewind(). */
struct arena_mark {
    void *chunk;
    size_t used;
    void *ends;
};

/* A new arena whose chunks are of CHUNK bytes (0 = 16 KiB). The caller owns it: arena_free(). */
struct arena *arena_new(size_t chunk);

/* Runs the registered ends, newest first, and releases all memory. NULL is allowed. */
void arena_free(struct arena *mem);

/* SIZE bytes, zeroed and aligned for any type. */
void *arena_alloc(struct arena *mem, size_t size);

/* The same for COUNT elements of SIZE; an overflow of the product ends the process like want of memory. */
void *arena_alloc_n(struct arena *mem, size_t count, size_t size);

/* Copies of a text, of its first N bytes (NUL added), of N bytes. */
char *arena_strdup(struct arena *mem, const char *s);
/* The first N bytes of S, which must all be there. */
char *arena_strndup(struct arena *mem, const char *s, size_t n);
/* N bytes of P; P may be NULL if N is 0. */
void *arena_memdup(struct arena *mem, const void *p, size_t n);
/* A formatted text of whatever length. */
char *arena_printf(struct arena *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same from a va_list, which is left used up. */
char *arena_vprintf(struct arena *mem, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Can the SIZE bytes at P, if they are what was allocated last, become WANTED bytes where they are? The new ones are not zeroed. */
bool arena_extend(struct arena *mem, const void *p, size_t size, size_t wanted);

/* Calls FN(PTR) when the arena is freed or rewound past this point (for xmlDoc, HDF, FILE and other things that need closing). */
void arena_at_end(struct arena *mem, void (*fn)(void *), void *ptr);

/* The place where MEM stands now. */
struct arena_mark arena_mark(struct arena *mem);
/* Back to MARK, which must be of this arena and not older than one rewound to before: ends run, memory goes. */
void arena_rewind(struct arena *mem, struct arena_mark mark);

/* Bytes handed out since the arena was made or last rewound (for limits and statistics). */
size_t arena_used(const struct arena *mem);

#define ARENA_NEW(mem, type) ((type *)arena_alloc((mem), sizeof(type)))
#define ARENA_NEW_N(mem, type, n) ((type *)arena_alloc_n((mem), (n), sizeof(type)))

#endif

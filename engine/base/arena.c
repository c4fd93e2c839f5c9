/* engine/base/arena.c - memory with one owner and one end.
 *
 * For     giving a unit of work its memory and taking it back in one movement.
 * Owns    malloc and free: no other file of the house calls them.
 * Never   returns NULL; shrinks one allocation; knows what is stored in it.
 * Holds   what was allocated later is released earlier; ends run before the memory under them goes. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/format.h"

enum { ARENA_CHUNK = 16384, ARENA_ALIGN = 16, EXIT_NO_MEMORY = 75 };

struct chunk {
    struct chunk *prev;
    size_t size; /* usable bytes after the header */
    size_t used;
    size_t pad;
};

struct end {
    struct end *prev;
    void (*fn)(void *);
    void *ptr;
};

struct arena {
    struct chunk *top;
    struct end *ends;
    size_t chunk;
    size_t total; /* bytes in all chunks below the top one */
};

static void *memory_or_exit(size_t size)
{
    void *p = size <= PTRDIFF_MAX ? malloc(size) : NULL;

    if (p == NULL) {
        static const char text[] = "gradus: out of memory, ending so that the supervisor starts this process anew\n";
        if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
            _exit(EXIT_NO_MEMORY);
        _exit(EXIT_NO_MEMORY);
    }
    return p;
}

static void chunk_push(struct arena *mem, size_t size)
{
    struct chunk *c = memory_or_exit(sizeof *c + size);

    c->prev = mem->top;
    c->size = size;
    c->used = 0;
    if (mem->top != NULL)
        mem->total += mem->top->used;
    mem->top = c;
}

struct arena *arena_new(size_t chunk)
{
    struct arena *mem = memory_or_exit(sizeof *mem);

    *mem = (struct arena){.chunk = chunk != 0 ? chunk : ARENA_CHUNK};
    chunk_push(mem, mem->chunk);
    return mem;
}

void *arena_alloc(struct arena *mem, size_t size)
{
    if (size > SIZE_MAX / 2)
        memory_or_exit(SIZE_MAX);
    size_t need = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (need == 0)
        need = ARENA_ALIGN;
    if (mem->top->size - mem->top->used < need)
        chunk_push(mem, need > mem->chunk ? need : mem->chunk);
    void *p = (char *)(mem->top + 1) + mem->top->used;
    mem->top->used += need;
    return memset(p, 0, need);
}

bool arena_extend(struct arena *mem, const void *p, size_t size, size_t wanted)
{
    struct chunk *c = mem->top;
    size_t has = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1),
           need = (wanted + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);

    if (wanted < size || wanted > SIZE_MAX / 2 || has > c->used || (const char *)p != (const char *)(c + 1) + c->used - has ||
        c->size - c->used < need - has)
        return false;
    c->used += need - has;
    return true;
}

void *arena_alloc_n(struct arena *mem, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    return arena_alloc(mem, bytes);
}

void *arena_memdup(struct arena *mem, const void *p, size_t n)
{
    void *copy = arena_alloc(mem, n);

    if (n > 0)
        memcpy(copy, p, n);
    return copy;
}

char *arena_strndup(struct arena *mem, const char *s, size_t n)
{
    char *copy = arena_alloc(mem, n + 1);

    if (n > 0)
        memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(struct arena *mem, const char *s)
{
    return arena_strndup(mem, s, strlen(s));
}

/* Into what is left of the chunk; most texts fit there, and then they are formatted once. */
/* Into what is left of the chunk: most texts fit there, and are formatted only once. */
char *arena_vprintf(struct arena *mem, const char *fmt, va_list ap)
{
    struct chunk *c = mem->top;
    char *s = (char *)(c + 1) + c->used;
    size_t left = c->size - c->used;
    va_list again;

    va_copy(again, ap);
    int n = format_into(s, left, fmt, ap);
    if (n >= 0 && (size_t)n < left) {
        size_t need = ((size_t)n + ARENA_ALIGN) & ~(size_t)(ARENA_ALIGN - 1);
        c->used += need < left ? need : left;
    } else {
        s = arena_alloc(mem, n > 0 ? (size_t)n + 1 : 1);
        if (n > 0)
            format_into(s, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return s;
}

char *arena_printf(struct arena *mem, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *s = arena_vprintf(mem, fmt, ap);
    va_end(ap);
    return s;
}

void arena_at_end(struct arena *mem, void (*fn)(void *), void *ptr)
{
    struct end *e = arena_alloc(mem, sizeof *e);

    *e = (struct end){.prev = mem->ends, .fn = fn, .ptr = ptr};
    mem->ends = e;
}

struct arena_mark arena_mark(struct arena *mem)
{
    return (struct arena_mark){.chunk = mem->top, .used = mem->top->used, .ends = mem->ends};
}

void arena_rewind(struct arena *mem, struct arena_mark mark)
{
    while (mem->ends != mark.ends) {
        struct end *e = mem->ends;
        mem->ends = e->prev;
        e->fn(e->ptr);
    }
    while (mem->top != mark.chunk) {
        struct chunk *c = mem->top;
        mem->top = c->prev;
        mem->total -= mem->top->used;
        free(c);
    }
    mem->top->used = mark.used;
}

size_t arena_used(const struct arena *mem)
{
    return mem->total + mem->top->used;
}

void arena_free(struct arena *mem)
{
    if (mem == NULL)
        return;
    while (mem->ends != NULL) {
        struct end *e = mem->ends;
        mem->ends = e->prev;
        e->fn(e->ptr);
    }
    while (mem->top != NULL) {
        struct chunk *c = mem->top;
        mem->top = c->prev;
        free(c);
    }
    free(mem);
}

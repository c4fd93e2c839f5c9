/* engine/base/digest.h - the door to OpenSSL: SHA-256, HMAC-SHA-256, Ed25519, comparison in constant time. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { DIGEST_SIZE = 32, SIGN_SIZE = 64, SIGN_KEY = 32 };

struct digest {
    unsigned char b[DIGEST_SIZE];
};

/* SHA-256 (FIPS 180-4) of one piece, or of pieces through a context that lives in MEM. */
struct digest digest_of(const void *p, size_t n);

struct digest_ctx;
/* A context in MEM, to be used again and again. */
struct digest_ctx *digest_new(struct arena *mem);
/* Begins a new message. */
void digest_start(struct digest_ctx *ctx);
/* Adds N bytes to it. */
void digest_add(struct digest_ctx *ctx, const void *p, size_t n);
/* The hash of all that was added since digest_start(). */
struct digest digest_end(struct digest_ctx *ctx);

/* HMAC-SHA-256 (RFC 2104). */
struct digest digest_hmac(const void *key, size_t nkey, const void *p, size_t n);

/* Equal? The time taken does not depend on where they differ. */
bool digest_same(const void *a, const void *b, size_t n);

/* 64 lower-case hexadecimal letters in MEM. */
char *digest_hex(struct arena *mem, const void *p, size_t n);

/* Ed25519 (RFC 8032) with raw 32-byte keys. */
enum err sign_keypair(unsigned char secret[SIGN_KEY], unsigned char public[SIGN_KEY]) CHECKED;
enum err sign_make(const unsigned char secret[SIGN_KEY], const void *p, size_t n, unsigned char out[SIGN_SIZE]) CHECKED;
bool sign_check(const unsigned char public[SIGN_KEY], const void *p, size_t n, const unsigned char sig[SIGN_SIZE]);

#endif

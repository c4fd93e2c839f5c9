/* engine/base/digest.c - the door to OpenSSL.
 *
 * For     hashing, authenticating and signing bytes.
 * Owns    every OpenSSL call of the house.
 * Never   key storage, certificates, TLS.
 * Holds   algorithms are fixed here: SHA-256, HMAC-SHA-256, Ed25519. */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

struct digest_ctx {
    EVP_MD *md; /* fetched once: an implicit fetch per hash costs more than the hash */
    EVP_MD_CTX *ctx;
};

static void ctx_end(void *p)
{
    struct digest_ctx *c = p;

    EVP_MD_CTX_free(c->ctx);
    EVP_MD_free(c->md);
}

struct digest_ctx *digest_new(struct arena *mem)
{
    struct digest_ctx *c = ARENA_NEW(mem, struct digest_ctx);

    c->md = EVP_MD_fetch(NULL, "SHA256", NULL);
    c->ctx = EVP_MD_CTX_new();
    if (c->md == NULL || c->ctx == NULL)
        _exit(75);
    arena_at_end(mem, ctx_end, c);
    return c;
}

void digest_start(struct digest_ctx *c)
{
    EVP_DigestInit_ex(c->ctx, c->md, NULL);
}

void digest_add(struct digest_ctx *c, const void *p, size_t n)
{
    EVP_DigestUpdate(c->ctx, p, n);
}

struct digest digest_end(struct digest_ctx *c)
{
    struct digest d;

    EVP_DigestFinal_ex(c->ctx, d.b, NULL);
    return d;
}

struct digest digest_of(const void *p, size_t n)
{
    struct digest d;

    EVP_Digest(p, n, d.b, NULL, EVP_sha256(), NULL);
    return d;
}

struct digest digest_hmac(const void *key, size_t nkey, const void *p, size_t n)
{
    struct digest d;
    unsigned int len = sizeof d.b;

    HMAC(EVP_sha256(), key, (int)nkey, p, n, d.b, &len);
    return d;
}

bool digest_same(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

char *digest_hex(struct arena *mem, const void *p, size_t n)
{
    static const char digit[] = "0123456789abcdef";
    const unsigned char *q = p;
    char *s = arena_alloc(mem, 2 * n + 1);

    for (size_t i = 0; i < n; i++) {
        s[2 * i] = digit[q[i] >> 4];
        s[2 * i + 1] = digit[q[i] & 15];
    }
    return s;
}

enum err sign_keypair(unsigned char secret[SIGN_KEY], unsigned char public[SIGN_KEY])
{
    size_t n = SIGN_KEY, m = SIGN_KEY;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    bool good =
        key != NULL && EVP_PKEY_get_raw_private_key(key, secret, &n) == 1 && EVP_PKEY_get_raw_public_key(key, public, &m) == 1;

    EVP_PKEY_free(key);
    return good ? OK : fail(E_IO, "OpenSSL cannot make an Ed25519 key");
}

enum err sign_make(const unsigned char secret[SIGN_KEY], const void *p, size_t n, unsigned char out[SIGN_SIZE])
{
    size_t len = SIGN_SIZE;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, SIGN_KEY);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = key != NULL && ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestSign(ctx, out, &len, p, n) == 1;

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good ? OK : fail(E_IO, "OpenSSL cannot sign with this key");
}

bool sign_check(const unsigned char public[SIGN_KEY], const void *p, size_t n, const unsigned char sig[SIGN_SIZE])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, SIGN_KEY);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = key != NULL && ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(ctx, sig, SIGN_SIZE, p, n) == 1;

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good;
}

/* tests/unit/base/test_digest.c - the vectors of FIPS 180-4, RFC 4231 and RFC 8032. */
#include "base/digest.c"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void sha256(void **state)
{
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct digest d = digest_of(rows[i].text, strlen(rows[i].text));
        assert_string_equal(digest_hex(mem, d.b, sizeof d.b), rows[i].hex);
        struct digest_ctx *ctx = digest_new(mem);
        digest_start(ctx);
        for (const char *s = rows[i].text; *s != '\0'; s++)
            digest_add(ctx, s, 1);
        struct digest same = digest_end(ctx);
        assert_true(digest_same(d.b, same.b, sizeof d.b));
    }
    arena_free(mem);
}

static void hmac(void **state)
{
    struct arena *mem = arena_new(0);
    struct digest d = digest_hmac("Jefe", 4, "what do ya want for nothing?", 28);

    assert_string_equal(digest_hex(mem, d.b, sizeof d.b), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_true(digest_same("abc", "abc", 3));
    assert_false(digest_same("abc", "abd", 3));
    assert_false(digest_same("xbc", "abc", 3));
    arena_free(mem);
}

static void ed25519(void **state)
{
    unsigned char secret[SIGN_KEY], public[SIGN_KEY], sig[SIGN_SIZE], want[SIGN_SIZE];

    assert_true(text_unhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", secret, sizeof secret));
    assert_true(text_unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", public, sizeof public));
    assert_true(text_unhex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                           "4a7c15e9716ed28dc027beceea1ec40a",
                           want, sizeof want));
    assert_int_equal(sign_make(secret, "\xaf\x82", 2, sig), OK);
    assert_memory_equal(sig, want, sizeof sig);
    assert_true(sign_check(public, "\xaf\x82", 2, sig));
    assert_false(sign_check(public, "\xaf\x83", 2, sig));
    sig[0] ^= 1;
    assert_false(sign_check(public, "\xaf\x82", 2, sig));
    assert_int_equal(sign_keypair(secret, public), OK);
    assert_int_equal(sign_make(secret, "x", 1, sig), OK);
    assert_true(sign_check(public, "x", 1, sig));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sha256), cmocka_unit_test(hmac), cmocka_unit_test(ed25519)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

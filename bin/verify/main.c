/* bin/verify/main.c - gradus-verify FILE: is this export of a trail what Gradus wrote?
 *
 * For     an auditor with a file and no access to the system it came from.
 * Owns    reading the file in lines of bounded length, the words and the exit code.
 * Never   a database, a network, a configuration; writes anything but its answer.
 * Holds   exit code 0 intact, 1 altered (place named), 2 unusable; at most 64 MB of memory for a file of any size. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audit/seal.h"
#include "base/clock.h"

enum { EXIT_INTACT = 0, EXIT_ALTERED = 1, EXIT_UNUSABLE = 2 };

static const char usage[] = "usage: gradus-verify FILE [--key PUB] [--head HEADS]\n"
                            "Checks a JSON export of a Gradus audit trail (\"-\" = standard input).\n"
                            "  --key PUB      the sealer's public key, had from elsewhere: who signed the seal?\n"
                            "  --head HEADS   heads kept earlier: does the seal continue them?\n"
                            "Exit code: 0 intact, 1 altered, 2 unusable.\n";

struct call {
    const char *file, *key_file, *head_file;
    unsigned char key[SIGN_KEY];
    struct audit_kept kept;
    struct audit_trust trust;
};

/* Hands the file to V line by line. A line longer than the limit is handed over in parts, which V cannot read: altered. */
static enum err check(FILE *f, struct arena *mem, struct audit_verify *v)
{
    char *buf = arena_alloc(mem, LIMIT_AUDIT_LINE);
    size_t have = 0, got;

    do {
        got = fread(buf + have, 1, LIMIT_AUDIT_LINE - have, f);
        size_t searched = have, at = 0;
        have += got;
        for (char *nl = memchr(buf + searched, '\n', have - searched); nl != NULL; nl = memchr(buf + at, '\n', have - at)) {
            size_t end = (size_t)(nl - buf) + 1;
            TRY(audit_verify_line(v, buf + at, end - at));
            at = end;
        }
        if (at == 0 && have == LIMIT_AUDIT_LINE) {
            TRY(audit_verify_line(v, buf, have));
            at = have;
        }
        have -= at;
        memmove(buf, buf + at, have);
    } while (got > 0);
    if (ferror(f) != 0)
        return fail(E_IO, "cannot be read: %s", strerror(errno));
    return have > 0 ? audit_verify_line(v, buf, have) : OK;
}

static enum err small_file(struct arena *mem, const char *path, size_t max, struct span *out)
{
    struct buf b = buf_new(mem, max);
    char part[4096];
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return fail(E_INPUT, "%s: %s", path, strerror(errno));
    for (size_t got = sizeof part; got == sizeof part && !b.over;) {
        got = fread(part, 1, sizeof part, f);
        buf_add(&b, part, got);
    }
    bool bad = ferror(f) != 0;
    fclose(f);
    if (bad || b.over)
        return fail(E_INPUT, "%s: cannot be read, or is too long", path);
    *out = (struct span){.p = buf_text(&b), .n = b.len};
    return OK;
}

/* What the auditor brings along. */
static enum err trust(struct arena *mem, struct call *c)
{
    struct span text;

    c->trust.now = clock_now();
    if (c->key_file != NULL) {
        TRY(small_file(mem, c->key_file, LIMIT_SEAL_KEY, &text));
        if (!audit_key_read(text.p, text.n, c->key))
            return fail(E_INPUT, "%s: not a public key of gradus-sealer --new-key", c->key_file);
        c->trust.key = c->key;
    }
    if (c->head_file != NULL) {
        TRY(small_file(mem, c->head_file, LIMIT_SEAL_KEPT, &text));
        if (audit_kept_read(mem, text.p, text.n, &c->kept) != OK)
            return fail(E_INPUT, "%s: %s", c->head_file, arena_strdup(mem, trouble()->text));
        c->trust.kept = &c->kept;
    }
    return OK;
}

static int verify(struct arena *mem, const struct call *c)
{
    const char *path = c->file;
    bool bad = true;
    const char *why = NULL;
    uint64_t count = 0;
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (f == NULL) {
        fprintf(stderr, "gradus-verify: %s: %s\n", path, strerror(errno));
        return EXIT_UNUSABLE;
    }
    struct audit_verify *v = audit_verify_new(mem);
    audit_verify_trust(v, &c->trust);
    enum err e = check(f, mem, v);
    if (f != stdin)
        fclose(f);
    if (e == OK)
        e = audit_verify_end(v, &bad, &why, &count);
    if (e != OK) {
        fprintf(stderr, "gradus-verify: %s: %s\n", path, trouble()->text);
        return EXIT_UNUSABLE;
    }
    if (bad)
        printf("altered: %s: %s\n", path, why);
    else
        printf("intact: %s: %llu events\n%s\n", path, (unsigned long long)count, audit_verify_words(v));
    return bad ? EXIT_ALTERED : EXIT_INTACT;
}

static bool call_read(int argc, char **argv, struct call *c)
{
    for (int i = 1; i < argc; i++) {
        const char **option = NULL;
        if (strcmp(argv[i], "--key") == 0)
            option = &c->key_file;
        else if (strcmp(argv[i], "--head") == 0)
            option = &c->head_file;
        else if (argv[i][0] != '-' || argv[i][1] == '\0')
            option = &c->file;
        if (option == NULL || *option != NULL || (option != &c->file && ++i == argc))
            return false;
        *option = argv[i];
    }
    return c->file != NULL;
}

int main(int argc, char **argv)
{
    struct call c = {0};

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0 ? EXIT_UNUSABLE : EXIT_INTACT;
    if (!call_read(argc, argv, &c)) {
        fputs(usage, stderr);
        return EXIT_UNUSABLE;
    }
    struct arena *mem = arena_new(0);
    int code = EXIT_UNUSABLE;
    if (trust(mem, &c) != OK)
        fprintf(stderr, "gradus-verify: %s\n", trouble()->text);
    else
        code = verify(mem, &c);
    arena_free(mem);
    return fflush(stdout) == 0 ? code : EXIT_UNUSABLE;
}

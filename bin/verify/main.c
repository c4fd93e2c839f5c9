/* bin/verify/main.c - gradus-verify FILE: is this export of a trail what Gradus wrote?
 *
 * For     an auditor with a file and no access to the system it came from.
 * Owns    reading the file in lines of bounded length, the words and the exit code.
 * Never   a database, a network, a configuration; writes anything but its answer.
 * Holds   exit code 0 intact, 1 altered (place named), 2 unusable; at most 64 MB of memory for a file of any size. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"

enum { EXIT_INTACT = 0, EXIT_ALTERED = 1, EXIT_UNUSABLE = 2 };

static const char usage[] = "usage: gradus-verify FILE\n"
                            "Checks a JSON export of a Gradus audit trail (\"-\" = standard input).\n"
                            "Exit code: 0 intact, 1 altered, 2 unusable.\n";

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

static int verify(struct arena *mem, const char *path)
{
    bool bad = true;
    const char *why = NULL;
    uint64_t count = 0;
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (f == NULL) {
        fprintf(stderr, "gradus-verify: %s: %s\n", path, strerror(errno));
        return EXIT_UNUSABLE;
    }
    struct audit_verify *v = audit_verify_new(mem);
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
        printf("intact: %s: %llu events\n", path, (unsigned long long)count);
    return bad ? EXIT_ALTERED : EXIT_INTACT;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0 ? EXIT_UNUSABLE : EXIT_INTACT;
    if (argc != 2 || (argv[1][0] == '-' && argv[1][1] != '\0')) {
        fputs(usage, stderr);
        return EXIT_UNUSABLE;
    }
    struct arena *mem = arena_new(0);
    int code = verify(mem, argv[1]);
    arena_free(mem);
    return fflush(stdout) == 0 ? code : EXIT_UNUSABLE;
}

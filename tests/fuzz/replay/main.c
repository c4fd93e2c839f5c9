/* tests/fuzz/replay/main.c - the fuzz targets as plain tests.
 *
 * For     giving every input of a corpus to LLVMFuzzerTestOneInput where no libFuzzer is linked, and a few inputs of its own.
 * Owns    nothing beyond one file's bytes.
 * Never   makes inputs; judges: a target fails by ending the process (sanitizer, assert).
 * Holds   each input stands in a heap block of its exact size, so that one byte too far is seen. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_INPUT = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(const char *name, const void *bytes, size_t size)
{
    uint8_t *data = malloc(size > 0 ? size : 1);

    if (data == NULL)
        exit(75);
    memcpy(data, bytes, size);
    fprintf(stderr, "input %s\n", name); /* the last one named is the culprit */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    printf("ok %s\n", name);
}

static int one_file(const char *dir, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    char *bytes = f != NULL ? malloc(LIMIT_INPUT) : NULL;
    if (bytes == NULL) {
        printf("not ok %s cannot be read\n", path);
        if (f != NULL)
            fclose(f);
        return 1;
    }
    size_t n = fread(bytes, 1, LIMIT_INPUT, f);
    fclose(f);
    one(name, bytes, n);
    free(bytes);
    return 0;
}

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    static const char all[] =
        "<a b=\"&lt;\"/>{\"a\":[1,\"\\u00e9\"]} if x = 1 then -2 else \"\xc3\xa9\" %41=\xff\xfe\x80 \r\n\r\n--x;q=0";
    struct dirent **list;
    int failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    one("(empty)", "", 0);
    one("(a bit of everything)", all, sizeof all - 1);
    one("(with its NUL)", all, sizeof all);
    for (int i = 1; i < argc; i++) {
        int n = scandir(argv[i], &list, visible, alphasort);
        for (int k = 0; k < n; k++) {
            failed += one_file(argv[i], list[k]->d_name);
            free(list[k]);
        }
        if (n >= 0)
            free(list);
    }
    return failed > 0 ? 1 : 0;
}

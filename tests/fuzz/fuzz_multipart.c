/* tests/fuzz/fuzz_multipart.c - bodies of multipart/form-data; the first line is the content type.
 *
 * For     multipart_boundary, multipart_read, multipart_file_name, multipart_magic.
 * Owns    nothing.
 * Never   expects that an input is accepted.
 * Holds   names of fields and files are valid, bounded text without path; a file's bytes lie inside the body. */
#include <stdlib.h>
#include <string.h>

#include "web/web_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct request *rq)
{
    const char *end = rq->body.p + rq->body.n;

    for (size_t i = 0; i < rq->n_field; i++) {
        if (strlen(rq->field[i].name) > LIMIT_FIELD_NAME || !text_valid(rq->field[i].value, strlen(rq->field[i].value)))
            abort();
    }
    for (size_t i = 0; i < rq->n_file; i++) {
        const struct part *f = &rq->file[i];
        size_t n = strlen(f->name);
        if (n == 0 || n > LIMIT_FILE_NAME || !text_valid(f->name, n) || strpbrk(f->name, "/\\\r\n\"") != NULL ||
            f->name[0] == '.')
            abort();
        if (f->bytes.p < rq->body.p || f->bytes.p + f->bytes.n > end || f->type == NULL)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0);
    struct conf conf;
    const uint8_t *line = memchr(data, '\n', size);

    conf_defaults(&conf);
    if (line != NULL) {
        const char *type = arena_strndup(mem, (const char *)data, (size_t)(line - data));
        const char *boundary = multipart_boundary(mem, type);
        struct request rq = {.body = {.p = (const char *)line + 1, .n = size - (size_t)(line + 1 - data)}};
        if (boundary != NULL && multipart_read(mem, boundary, &conf, &rq) == OK)
            check(&rq);
    }
    arena_free(mem);
    return 0;
}

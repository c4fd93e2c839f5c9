/* engine/run/shelf.c - decision models at hand: those that a story brings along.
 *
 * For     stories on the pure machine, and stories about decisions alone.
 * Owns    the list of models.
 * Never   opens a file; knows versions.
 * Holds   a model may import those that were added before it. */
#include "run/decide.h"
#include "run/limit.h"

struct run_shelf {
    struct arena *mem;
    struct dmn_file file[LIMIT_STORY_MODELS];
    const struct dmn *model[LIMIT_STORY_MODELS];
    size_t n;
};

struct run_shelf *run_shelf_new(struct arena *mem)
{
    struct run_shelf *shelf = ARENA_NEW(mem, struct run_shelf);

    shelf->mem = mem;
    return shelf;
}

enum err run_shelf_add(struct run_shelf *shelf, const struct dmn_file *file, struct findings *f)
{
    struct dmn_source source = {.model = *file, .import = shelf->file, .n_import = shelf->n};
    struct dmn *model;

    if (shelf->n == LIMIT_STORY_MODELS)
        return fail(E_TOOBIG, "a story has at most %d decision models", (int)LIMIT_STORY_MODELS);
    TRY(dmn_read(shelf->mem, &source, f, &model));
    shelf->file[shelf->n] = *file;
    shelf->model[shelf->n++] = model;
    return OK;
}

const struct dmn *run_shelf_find(const struct run_shelf *shelf, const char *key)
{
    for (size_t i = shelf->n; i > 0; i--) {
        if (run_decision_find(shelf->model[i - 1], key) >= 0)
            return shelf->model[i - 1];
    }
    return NULL;
}

static enum err shelf_decide(const void *ctx, const struct run_question *q, struct run_decided *out)
{
    struct run_source from = {.model = run_shelf_find(ctx, q->key), .version = ""};

    if (from.model != NULL)
        return run_decide(q, &from, out);
    *out = (struct run_decided){
        .value = val_null(), .decision = q->key, .version = "", .words = "", .trouble = run_decision_missing(q)};
    return OK;
}

struct run_decisions run_shelf_decisions(const struct run_shelf *shelf)
{
    return (struct run_decisions){.decide = shelf_decide, .ctx = shelf};
}

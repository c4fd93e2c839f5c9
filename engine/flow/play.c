/* engine/flow/play.c - a host without tickets, for stories and stages.
 *
 * For     story.c and stage.c.
 * Owns    hooks that do nothing: what is played is about nothing (subject 0).
 * Never   a service: whoever plays answers for them.
 * Holds   the cache is that of the program's own host; limits are the machine's own, whatever the house has set. */
#include "flow/flow_int.h"

static enum err subject_lock(struct unit *u, uint64_t id, void **subject)
{
    *subject = u->mem;
    return OK;
}

static enum err subject_make(struct unit *u, struct flow_birth *b)
{
    b->subject = u->mem;
    return OK;
}

static enum err subject_save(struct unit *u, void *subject)
{
    return OK;
}

static const char *subject_name(const void *subject)
{
    return "play";
}

static uint64_t subject_id(const void *subject)
{
    return 0;
}

static enum err task_opened(struct unit *u, void *subject, struct flow_task *t)
{
    return OK;
}

static enum err task_closed(struct unit *u, void *subject, const struct flow_task *t, bool completed)
{
    return OK;
}

static enum err ended(struct unit *u, void *subject, const char *how)
{
    return OK;
}

struct flow_host flow_play_host(const struct flow_host *ours, const struct flow_play *play)
{
    return (struct flow_host){.subject_lock = subject_lock,
                              .subject_make = subject_make,
                              .subject_save = subject_save,
                              .subject_name = subject_name,
                              .subject_id = subject_id,
                              .task_opened = task_opened,
                              .task_closed = task_closed,
                              .ended = ended,
                              .cache = ours->cache,
                              .fuel = RUN_FUEL,
                              .play = play};
}

/* engine/base/fault.c - failing on purpose.
 *
 * For     the fault tests: the N-th call of a kind fails, is cut, or kills the process.
 * Owns    the fault counter (one of the three mutable objects of the house), only in builds with -DGRADUS_FAULT.
 * Never   anything in a release build: the file is then empty.
 * Holds   the same N fails at the same place in a deterministic run. */
#include "base/fault.h"

#ifdef GRADUS_FAULT
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    char kind[16];
    unsigned at, passed;
    enum fault mode;
    bool read;
} plan;

static enum fault mode_of(const char *name)
{
    static const char *const names[] = {"none", "before", "after", "cutb", "cuta", "killb", "killa"};

    for (int i = 1; i <= FAULT_KILL_AFTER; i++) {
        if (strcmp(name, names[i]) == 0)
            return (enum fault)i;
    }
    return FAULT_NONE;
}

static void plan_read(void)
{
    const char *s = getenv("GRADUS_FAULT");
    char mode[16];

    plan.read = true;
    if (s != NULL && sscanf(s, "%15[^:]:%u:%15s", plan.kind, &plan.at, mode) == 3)
        plan.mode = mode_of(mode);
}

enum fault fault_next(const char *kind)
{
    if (!plan.read)
        plan_read();
    if (strcmp(kind, plan.kind) != 0)
        return FAULT_NONE;
    plan.passed++;
    return plan.passed == plan.at ? plan.mode : FAULT_NONE;
}

unsigned fault_passed(void)
{
    return plan.passed;
}

void fault_kill(void)
{
    kill(getpid(), SIGKILL);
}
#endif

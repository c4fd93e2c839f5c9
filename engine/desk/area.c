/* engine/desk/area.c - the programs that a person may enter.
 *
 * For     the menu of every page.
 * Owns    the table program -> capability.
 * Never   lets anybody in: routes do.
 * Holds   the order is that of the menu. */
#include "desk/area.h"

#include <stddef.h>

#include "desk/may.h"

/* clang-format off */
static const struct {
    const char *program;
    uint64_t cap;
} areas[] = {
    {"portal",   CAP_PORTAL},
    {"agent",    CAP_QUEUE_SEE},
    {"designer", CAP_MODEL_SEE},
    {"auditor",  CAP_TRAIL_SEE},
    {"admin",    CAP_ADMIN_SEE},
};
/* clang-format on */

const char *area_of(const struct actor *who, int i)
{
    for (size_t k = 0; k < sizeof areas / sizeof areas[0]; k++) {
        if (actor_can(who, areas[k].cap) && i-- == 0)
            return areas[k].program;
    }
    return NULL;
}

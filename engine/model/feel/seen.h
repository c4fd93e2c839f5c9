/* engine/model/feel/seen.h - which of the values met so far equals this one. */
#ifndef MODEL_FEEL_SEEN_H
#define MODEL_FEEL_SEEN_H

#include "model/feel/feel_int.h"

/* An index over values that somebody gathers one by one; {0} is empty. */
struct seen {
    uint32_t *slot; /* positions + 1 by hash; NULL while there are few */
    uint32_t size;
};

/* The position of a value equal to V (val_same) among ITEMS[0..N), or N, which the caller then appends; ITEMS has grown by what earlier
 * calls answered. SEEN_NONE when the limits of the evaluation are met. */
#define SEEN_NONE UINT32_MAX
uint32_t seen_place(struct state *s, struct seen *seen, const struct val *items, uint32_t n, struct val v);

#endif

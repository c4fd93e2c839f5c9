/* engine/desk/area.h - the programs that a person may enter, for the menu of every page. */
#ifndef DESK_AREA_H
#define DESK_AREA_H

#include "base/actor.h"

/* The I-th program that the actor may enter ("portal", "agent", …), NULL after the last. */
const char *area_of(const struct actor *who, int i);

#endif

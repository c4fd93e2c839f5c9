/* engine/desk/services.h - what process models may call, and the host that flow is handed at start. */
#ifndef DESK_SERVICES_H
#define DESK_SERVICES_H

#include "base/conf.h"
#include "flow/flow.h"

/* Makes the struct flow_host of this program in MEM (fits struct program.start). */
enum err services_host(struct arena *mem, const struct conf *conf, const void **host) CHECKED;

#endif

/* engine/desk/store.h - fields of a ticket as variables of its process (data stores). */
#ifndef DESK_STORE_H
#define DESK_STORE_H

#include "desk/ticket.h"

/* Sets the priority "P1" to "P4", with its event. */
enum err store_classify(struct unit *u, struct ticket *t, const char *priority) CHECKED;

/* The hooks that flow calls (struct flow_host). */
enum err store_vars(struct unit *u, void *subject, const struct proc *p, struct val *vars) CHECKED;
enum err store_write(struct unit *u, void *subject, const struct val_entry *field) CHECKED;

/* An asset as a process sees it: name and last day of the warranty; null without a NAME. */
enum err store_asset(struct unit *u, const char *name, const int64_t *warranty, struct val *out) CHECKED;

#endif

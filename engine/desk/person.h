/* engine/desk/person.h - people as the directory knows them, their roles, and the back-off of sign-in. */
#ifndef DESK_PERSON_H
#define DESK_PERSON_H

#include "db/unit.h"

/* A person as read from the directory just now; roles = comma-separated role keys that follow from the groups. */
struct person_entry {
    const char *directory, *entry_id, *uid, *name, *mail, *lang, *roles;
    bool active;
};

/* One line of the mapping table. */
struct person_role {
    uint64_t id;
    const char *group_dn, *role;
};
enum err person_role_map(struct unit *u, struct person_role **out, size_t *n) CHECKED;

/* Signs the person in: made or brought up to date, event in his stream. E_LOGIN if not active or without any role. */
enum err person_sign_in(struct unit *u, const struct person_entry *e, uint64_t *id) CHECKED;

/* Brings a known person up to date with the directory. A change of roles is an event; a person who is gone or disabled loses
 * everything, open sessions with it. *CHANGED says whether roles or activity changed. */
enum err person_refresh(struct unit *u, uint64_t id, const struct person_entry *e, bool *changed) CHECKED;

/* People whose directory entry was last read before BEFORE (at most 200). */
struct person_due {
    uint64_t id;
    const char *directory, *entry_id, *uid;
};
enum err person_due(struct unit *u, int64_t before, struct person_due **out, size_t *n) CHECKED;

/* Back-off of sign-in per (name, address) and per address. *WAIT = seconds still to wait, 0 = go on. */
enum err person_backoff(struct unit *u, const char *name, const char *address, int64_t tries, int64_t *wait) CHECKED;
enum err person_failed(struct unit *u, const char *name, const char *address) CHECKED;
enum err person_failures_forget(struct unit *u, const char *name, const char *address) CHECKED;
enum err person_failures_sweep(struct unit *u) CHECKED;

/* Own preferences. LANG one of en de it pl hu; THEME auto, light or dark; NULL = as it is. */
enum err person_prefer(struct unit *u, const char *lang, const char *theme) CHECKED;

#endif

/* engine/dir/dir.h - people and groups of an LDAP directory: who signs in, who is in which group, who is gone.
 *
 * One struct dir a process. It keeps two connections, one bound as the service account for searches and one on which passwords
 * are tried, so that a search never runs with a person's rights. Both are made when first needed and made anew when lost. No
 * call takes longer than ldap_timeout seconds in all, however many servers are dead or silent.
 *
 * Results are valid UTF-8, cleaned and bounded, and live in the arena that the call was given. */
#ifndef DIR_DIR_H
#define DIR_DIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"

enum {
    LIMIT_DIR_SERVERS = 8,
    LIMIT_DIR_NAME = 64,       /* bytes of a sign-in name                                  */
    LIMIT_DIR_PASSWORD = 1024, /* bytes of a password                                      */
    LIMIT_DIR_VALUE = 200,     /* code points of a name or address taken from an entry     */
    LIMIT_DIR_DN = 2048,       /* bytes of a distinguished name                            */
    LIMIT_DIR_GROUPS = 1000    /* groups of one person, nested ones included               */
};

struct dir;

struct dir_person {
    const char *id;   /* never changes and is never given to somebody else (ldap_id); binary ones as hexadecimal */
    const char *dn;   /* as the server wrote it */
    const char *uid;  /* the sign-in name as the directory writes it */
    const char *name; /* for showing; the sign-in name if the entry has none */
    const char *mail; /* "" if none */
    const char *lang; /* two small letters, "" if none */
    bool disabled;    /* matches ldap_disabled */
};

/* Distinguished names in the form of dir_dn_normal(), without doubles. */
struct dir_groups {
    const char **dn;
    size_t n;
};

/* Checks the settings and makes the handle in MEM (the program's arena); nobody is contacted yet. E_CONF if a server's address,
 * the service account or a filter is not usable. CONF must live as long as MEM. Side effects on the process: sets LDAPNOINIT,
 * so that libldap reads neither ldaprc nor LDAP* variables (one line there would switch certificate checks off), and ignores
 * SIGPIPE. */
enum err dir_open(struct arena *mem, const struct conf *conf, struct dir **out) CHECKED;

/* Is this NAME with this PASSWORD a person who may sign in? OK fills *OUT (in MEM).
 *
 * E_LOGIN: no. The text is the same for every reason: unknown, wrong password, disabled, ambiguous, not a possible name, empty
 * password; the reason is logged without name and password. Names are 1 to 64 bytes of [A-Za-z0-9._@-]. An empty password, one
 * with a NUL or a longer one than LIMIT_DIR_PASSWORD is refused before anything is sent, since servers take an empty one for an
 * anonymous sign-in and answer "success".
 *
 * E_DIRECTORY: no server gave an answer; nothing is known about the person. */
enum err dir_login(struct dir *d, struct arena *mem, const char *name, struct span password, struct dir_person *out) CHECKED;

/* The person whose ldap_id is ID. *FOUND = false: the directory is well and has no such person any more. E_DIRECTORY: not
 * known, also when the whole base is missing or unreadable: a service account that lost its rights must not look like a house
 * without people. */
enum err dir_find_by_id(struct dir *d, struct arena *mem, const char *id, struct dir_person *out, bool *found) CHECKED;

/* All groups that hold DN, directly or through groups in groups, ldap_depth levels up. Groups in a circle are met once.
 * E_DIRECTORY as above, and when there are more than LIMIT_DIR_GROUPS: half a list could miss the group that matters. */
enum err dir_groups_of(struct dir *d, struct arena *mem, const char *dn, struct dir_groups *out) CHECKED;

/* One spelling for equal names (RFC 4514): types in small letters without blanks, values in small ASCII letters with blanks
 * reduced, parts of a multi-valued RDN sorted, special bytes as \xx. E_INPUT if DN is not a distinguished name. */
enum err dir_dn_normal(struct arena *mem, const char *dn, const char **out) CHECKED;

#endif

/* engine/base/conf.h - settings: name, type, range, default and prose come from engine/conf.def. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* One field a setting; read with conf_read(), then never changed. */
struct conf {
#define CONF_TEXT(name, def, secret, prose) const char *name;
#define CONF_INT(name, def, least, most, prose) int64_t name;
#include "conf.def"
#undef CONF_TEXT
#undef CONF_INT
};

/* All defaults. */
void conf_defaults(struct conf *c);

/* Reads PATH ("name = value" lines, # comments) over the defaults; texts live in MEM. An unknown name, a repeated name or a value
 * out of range is E_CONF with file and line. */
enum err conf_read(struct arena *mem, const char *path, struct conf *c) CHECKED;

/* The path of the configuration: $GRADUS_CONF, else /etc/gradus/gradus.conf. */
const char *conf_path(void);

/* The password of ACCOUNT: from the file db_passwords if set, else db_password. "" = unix_socket login. */
enum err conf_db_password(struct arena *mem, const struct conf *c, const char *account, const char **out) CHECKED;

/* The example file with the prose of every setting as comment; with EFFECTIVE the values of *C, secrets masked. */
void conf_example(struct buf *b, const struct conf *c, bool effective);

#endif

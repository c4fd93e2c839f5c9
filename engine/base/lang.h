/* engine/base/lang.h - text keys to text: the message catalogues (gettext .mo files) of the five languages.
 *
 * A key is a msgid such as "err.denied"; each language, English too, has its msgstr. Nothing here depends on the process's
 * locale, so one process serves people of all languages. */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct lang; /* all catalogues; immutable after lang_open */

enum { LANG_COUNT = 5, LIMIT_LANG_ARGS = 9 };

/* Maps DIR/<language>.mo for en, de, it, pl and hu. A missing or damaged file is logged and its language falls back to English;
 * E_CONF if English itself is missing or damaged. The mappings end with MEM. */
enum err lang_open(struct arena *mem, const char *dir, struct lang **out) CHECKED;

/* "en", "de", … as a constant; NULL if S names none of ours. Only the first two letters of "de-AT" count. */
const char *lang_known(const char *s);

/* The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); NULL if it names none. */
const char *lang_accept(const char *header);

/* The text of KEY, or English, or the key itself; never NULL. L may be NULL (keys only). */
const char *lang_text(const struct lang *l, const char *lang, const char *key);

/* The same, NULL if neither the language nor English has it. */
const char *lang_find(const struct lang *l, const char *lang, const char *key);

/* The form of KEY for N things, by the catalogue's own plural rule. */
const char *lang_plural(const struct lang *l, const char *lang, const char *key, uint64_t n);

/* TEXT with {1} … {9} replaced by ARG[0] …; a NULL argument ends the list, places without one stay empty. */
char *lang_fill(struct arena *mem, const char *text, const char *const *arg);

#endif

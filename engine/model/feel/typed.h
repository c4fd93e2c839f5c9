/* engine/model/feel/typed.h - values as the typed JSON of tools and test drivers (docs/dmn.md), in both directions.
 *
 * A kind that JSON lacks is an object with the member "@": {"@":"date","v":"2026-03-02"}. What is stored and hashed is written
 * otherwise, by val_write(): there the same value always gives the same bytes, and nothing is lost. Here a one-sided range becomes
 * a range with an end that is null, "(= 10)" one from 10 to 10, and a function its name. */
#ifndef MODEL_FEEL_TYPED_H
#define MODEL_FEEL_TYPED_H

#include "base/json.h"
#include "model/feel/value.h"

/* Appends V. Errors: E_TOOBIG. */
enum err typed_write(struct buf *b, struct val v) CHECKED;

/* The value that J stands for, in MEM. E_INPUT: an unknown kind, a text that is none of its kind, a function; E_TOOBIG. */
enum err typed_read(struct arena *mem, const struct json *j, struct val *out) CHECKED;

#endif

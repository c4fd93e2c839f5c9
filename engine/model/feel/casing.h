/* engine/model/feel/casing.h - capitals and small letters of texts (Unicode, 3.13: toUppercase, toLowercase). */
#ifndef MODEL_FEEL_CASING_H
#define MODEL_FEEL_CASING_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends TEXT[0..N), valid UTF-8, with its letters as capitals or as small letters. The length may change. */
void casing_put(struct buf *b, const char *text, size_t n, bool upper);

#endif

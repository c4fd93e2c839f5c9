/* engine/model/feel/number.h - decimal numbers of the folder: 34 digits, half-even, no infinities (DMN 1.5, 10.3.2.3.1).
 *
 * A number that fits int64 x 10^-scale (scale 0 to 18) is computed there; all others are decimal128. A result that does not
 * exist (division by zero, overflow) is null. No caller sees which of the two paths was taken. */
#ifndef MODEL_FEEL_NUMBER_H
#define MODEL_FEEL_NUMBER_H

#include "model/feel/value.h"

enum { DEC_TEXT = 64, DEC_SCALE = 18, DEC_SCALE_LEAST = -6111, DEC_SCALE_MOST = 6176, DEC_POWER_MOST = 999999999 };

enum dec_mode { DEC_HALF_EVEN, DEC_UP, DEC_DOWN, DEC_HALF_UP, DEC_HALF_DOWN, DEC_FLOOR, DEC_CEILING };

/* COEF x 10^-SCALE, any scale. */
struct val dec_make(struct arena *mem, int64_t coef, int scale);
/* The text P[0..N): digits, an optional point, an optional exponent; "1.", "", "+1" are none. */
bool dec_parse(struct arena *mem, const char *p, size_t n, struct val *out);
/* The shortest exact text, without trailing zeros; returns its length. Plain up to 40 digits, else "1.5E+50". */
size_t dec_text(struct val v, char out[DEC_TEXT]);
struct val dec_copy(struct arena *mem, struct val v);

struct val dec_add(struct arena *mem, struct val a, struct val b);
struct val dec_sub(struct arena *mem, struct val a, struct val b);
struct val dec_mul(struct arena *mem, struct val a, struct val b);
struct val dec_div(struct arena *mem, struct val a, struct val b);
struct val dec_neg(struct arena *mem, struct val a);
struct val dec_abs(struct arena *mem, struct val a);
/* The remainder with the sign of the divisor. */
struct val dec_mod(struct arena *mem, struct val a, struct val b);
/* B within plus and minus DEC_POWER_MOST; exp, log and pow are right to the last digit. */
struct val dec_pow(struct arena *mem, struct val a, struct val b);
struct val dec_sqrt(struct arena *mem, struct val a);
struct val dec_exp(struct arena *mem, struct val a);
struct val dec_log(struct arena *mem, struct val a);
/* V with at most SCALE digits after the point (negative: before it). */
struct val dec_round(struct arena *mem, struct val v, int scale, enum dec_mode mode);

/* The small number V (VAL_NUMBER) x 10^SCALE, which is at least its own scale and at most DEC_SCALE; false if that does not fit. */
bool dec_scaled(struct val v, int scale, int64_t *out);

/* -1, 0, 1 */
int dec_cmp(struct val a, struct val b);
int dec_sign(struct val v);
/* The integer part, cut towards zero; false if it does not fit. */
bool dec_int(struct val v, int64_t *out);
bool dec_whole(struct val v);

/* Is V a number, in either form? */
static inline bool val_numeric(struct val v)
{
    return v.tag == VAL_NUMBER || v.tag == VAL_BIG;
}

#endif

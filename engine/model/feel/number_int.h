/* engine/model/feel/number_int.h - what number.c and power.c know of numbers. */
#ifndef MODEL_FEEL_NUMBER_INT_H
#define MODEL_FEEL_NUMBER_INT_H

#include "model/feel/number.h"

__extension__ typedef unsigned __int128 u128;

/* COEF x 10^EXPONENT; COEF has at most 34 digits. */
struct dec_parts {
    bool minus;
    u128 coef;
    int exponent;
};

struct dec_parts dec_parts(struct val v);
/* Null if that is out of range. */
struct val dec_of_parts(struct arena *mem, struct dec_parts p);

/* power.c: each right to the last digit, or null if out of range. ESTIMATE is the logarithm of A > 0, right to about 34 digits. */
struct val power_exp(struct arena *mem, struct val a);
struct val power_log(struct arena *mem, struct val a, struct val estimate);
struct val power_raise(struct arena *mem, struct val a, struct val b, struct val estimate);

#endif

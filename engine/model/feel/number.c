/* engine/model/feel/number.c - decimal numbers: an int64 fast path, decimal128 behind it.
 *
 * For     exact decimal arithmetic with 34 digits at the price of integer arithmetic where the digits allow it.
 * Owns    the library of decimal128: no other file includes bid_functions.h.
 * Never   lets an infinity, a NaN or a negative zero out; keeps state (rounding and flags are parameters).
 * Holds   a VAL_BIG never has a value that fits VAL_NUMBER. */
#include "model/feel/number.h"

#include <stdio.h>

#include "model/feel/number_int.h"

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

/* Numbers of 34 digits have exponents from -6176 to 6111 (IEEE 754-2008, 3.3). */
enum { BIAS = 6176, EXPONENT_MOST = 6111, DIGITS_BIG = 34, PLAIN = 40 };

struct val_big {
    BID_UINT128 d;
};

static const int64_t ten[DEC_SCALE + 1] = {1,
                                           10,
                                           100,
                                           1000,
                                           10000,
                                           100000,
                                           1000000,
                                           10000000,
                                           100000000,
                                           1000000000,
                                           10000000000,
                                           100000000000,
                                           1000000000000,
                                           10000000000000,
                                           100000000000000,
                                           1000000000000000,
                                           10000000000000000,
                                           100000000000000000,
                                           1000000000000000000};

static struct val small(int64_t coef, int scale)
{
    return (struct val){.tag = VAL_NUMBER, .scale = (int16_t)scale, .u.i = coef};
}

/* The interchange format (IEEE 754-2008, 3.5.2, binary encoding): sign, 14 bits of exponent, 113 bits of coefficient. Only
 * canonical finite numbers come here, whose two leading exponent bits are never 11. */
static BID_UINT128 pack(bool minus, u128 coef, int exponent)
{
    BID_UINT128 d;

    d.w[0] = (BID_UINT64)coef;
    d.w[1] = (BID_UINT64)(coef >> 64) | (BID_UINT64)(exponent + BIAS) << 49 | (BID_UINT64)minus << 63;
    return d;
}

static void unpack(BID_UINT128 d, bool *minus, u128 *coef, int *exponent)
{
    *minus = d.w[1] >> 63;
    *coef = (u128)(d.w[1] & 0x1ffffffffffffULL) << 64 | d.w[0];
    *exponent = (int)(d.w[1] >> 49 & 0x3fff) - BIAS;
}

static BID_UINT128 wide(struct val v)
{
    if (v.tag == VAL_BIG)
        return v.u.big->d;
    u128 coef = v.u.i < 0 ? (u128)0 - (u128)v.u.i : (u128)v.u.i;
    return pack(v.u.i < 0, coef, -v.scale);
}

/* COEF x 10^E in its one form: small if it fits, null if it is out of range. COEF has at most 34 digits. */
static struct val compact(struct arena *mem, bool minus, u128 coef, int e)
{
    if (coef == 0)
        return small(0, 0);
    while (e < 0 && coef % 10 == 0) {
        coef /= 10;
        e++;
    }
    while (e > 0 && coef <= INT64_MAX / 10) {
        coef *= 10;
        e--;
    }
    if (e <= 0 && e >= -DEC_SCALE && coef <= INT64_MAX)
        return small(minus ? -(int64_t)coef : (int64_t)coef, -e);
    if (e > EXPONENT_MOST || e < -BIAS)
        return val_null();
    struct val_big *big = ARENA_NEW(mem, struct val_big);
    big->d = pack(minus, coef, e);
    return (struct val){.tag = VAL_BIG, .u.big = big};
}

/* What the library computed: D, and what it said of it. A result that needs a scale out of range is null (10.3.2.13). */
static struct val narrow(struct arena *mem, BID_UINT128 d, _IDEC_flags flags)
{
    bool minus;
    u128 coef;
    int e;

    if (!bid128_isFinite(d) || (flags & (BID_UNDERFLOW_EXCEPTION | BID_OVERFLOW_EXCEPTION | BID_INVALID_EXCEPTION)) != 0)
        return val_null();
    unpack(d, &minus, &coef, &e);
    return compact(mem, minus, coef, e);
}

struct val dec_make(struct arena *mem, int64_t coef, int scale)
{
    if (scale >= 0 && scale <= DEC_SCALE)
        return small(coef, scale);
    return compact(mem, coef < 0, coef < 0 ? (u128)0 - (u128)coef : (u128)coef, -scale);
}

struct dec_parts dec_parts(struct val v)
{
    struct dec_parts p;

    unpack(wide(v), &p.minus, &p.coef, &p.exponent);
    return p;
}

struct val dec_of_parts(struct arena *mem, struct dec_parts p)
{
    return compact(mem, p.minus, p.coef, p.exponent);
}

struct val dec_copy(struct arena *mem, struct val v)
{
    if (v.tag == VAL_BIG)
        v.u.big = arena_memdup(mem, v.u.big, sizeof *v.u.big);
    return v;
}

/* Checks the form and gathers up to 18 digits; *LONG says that there are more, or an exponent. */
static bool scan(const char *p, size_t n, int64_t *coef, int *scale, bool *longer)
{
    size_t i = n > 0 && p[0] == '-', digits = 0;

    *coef = 0;
    *scale = 0;
    *longer = false;
    for (bool point = false; i < n && (p[i] == '.' || (p[i] >= '0' && p[i] <= '9')); i++) {
        if (p[i] == '.') {
            if (point || i + 1 >= n || p[i + 1] < '0' || p[i + 1] > '9')
                return false;
            point = true;
            continue;
        }
        if (++digits <= DEC_SCALE)
            *coef = *coef * 10 + (p[i] - '0');
        *scale += point;
    }
    if (digits == 0)
        return false;
    *longer = digits > DEC_SCALE;
    if (i < n && (p[i] == 'e' || p[i] == 'E')) {
        *longer = true;
        i++;
        if (i < n && (p[i] == '+' || p[i] == '-'))
            i++;
        size_t first = i;
        while (i < n && p[i] >= '0' && p[i] <= '9')
            i++;
        if (i == first)
            return false;
    }
    if (p[0] == '-')
        *coef = -*coef;
    return i == n;
}

bool dec_parse(struct arena *mem, const char *p, size_t n, struct val *out)
{
    int64_t coef;
    int scale;
    bool longer;

    if (n == 0 || !scan(p, n, &coef, &scale, &longer))
        return false;
    if (!longer && scale <= DEC_SCALE) {
        *out = small(coef, scale);
        return true;
    }
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_from_string(arena_strndup(mem, p, n), BID_ROUNDING_TO_NEAREST, &flags);
    *out = narrow(mem, d, flags);
    return out->tag != VAL_NULL;
}

static size_t digits_of(u128 coef, char out[DEC_TEXT])
{
    char back[DEC_TEXT];
    size_t n = 0;

    for (; coef > UINT64_MAX; coef /= 10)
        back[n++] = (char)('0' + (int)(coef % 10));
    uint64_t rest = (uint64_t)coef;
    do {
        back[n++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    for (size_t i = 0; i < n; i++)
        out[i] = back[n - 1 - i];
    out[n] = '\0';
    return n;
}

/* DIGITS with the point E places left of their end (E < 0), inside PLAIN places. */
static size_t plain_fraction(const char *digits, int n, int e, char *out)
{
    int lead = -e >= n ? -e - n : -1;
    size_t len = 0;

    if (lead >= 0) {
        out[len++] = '0';
        out[len++] = '.';
        for (int i = 0; i < lead; i++)
            out[len++] = '0';
    }
    for (int i = 0; i < n; i++) {
        if (lead < 0 && i == n + e)
            out[len++] = '.';
        out[len++] = digits[i];
    }
    out[len] = '\0';
    return len;
}

size_t dec_text(struct val v, char out[DEC_TEXT])
{
    bool minus;
    u128 coef;
    int e;
    char digits[DEC_TEXT];

    unpack(wide(v), &minus, &coef, &e);
    if (coef == 0)
        return (size_t)snprintf(out, DEC_TEXT, "0");
    while (coef % 10 == 0 && (e < 0 || v.tag == VAL_BIG)) {
        coef /= 10;
        e++;
    }
    int n = (int)digits_of(coef, digits);
    size_t at = 0;
    if (minus)
        out[at++] = '-';
    if (e >= 0 && n + e <= PLAIN) {
        memcpy(out + at, digits, (size_t)n);
        memset(out + at + n, '0', (size_t)e);
        out[at + (size_t)(n + e)] = '\0';
        return at + (size_t)(n + e);
    }
    if (e < 0 && -e <= PLAIN)
        return at + plain_fraction(digits, n, e, out + at);
    return at + (size_t)snprintf(out + at, DEC_TEXT - at, "%c%s%sE%+d", digits[0], n > 1 ? "." : "", digits + 1, e + n - 1);
}

/* ---- arithmetic ---- */

/* Brings two small numbers to one scale; false if that overflows. */
static bool align(struct val a, struct val b, int64_t *x, int64_t *y, int *scale)
{
    *x = a.u.i;
    *y = b.u.i;
    *scale = a.scale;
    if (a.tag != VAL_NUMBER || b.tag != VAL_NUMBER)
        return false;
    if (a.scale == b.scale)
        return true;
    if (a.scale > b.scale)
        return !__builtin_mul_overflow(b.u.i, ten[a.scale - b.scale], y);
    *scale = b.scale;
    return !__builtin_mul_overflow(a.u.i, ten[b.scale - a.scale], x);
}

struct val dec_add(struct arena *mem, struct val a, struct val b)
{
    int64_t x, y, r;
    int scale;

    if (align(a, b, &x, &y, &scale) && !__builtin_add_overflow(x, y, &r))
        return small(r, scale);
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_add(wide(a), wide(b), BID_ROUNDING_TO_NEAREST, &flags);
    return narrow(mem, d, flags);
}

struct val dec_sub(struct arena *mem, struct val a, struct val b)
{
    int64_t x, y, r;
    int scale;

    if (align(a, b, &x, &y, &scale) && !__builtin_sub_overflow(x, y, &r))
        return small(r, scale);
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_sub(wide(a), wide(b), BID_ROUNDING_TO_NEAREST, &flags);
    return narrow(mem, d, flags);
}

struct val dec_mul(struct arena *mem, struct val a, struct val b)
{
    int64_t r;

    if (a.tag == VAL_NUMBER && b.tag == VAL_NUMBER && a.scale + b.scale <= DEC_SCALE &&
        !__builtin_mul_overflow(a.u.i, b.u.i, &r))
        return small(r, a.scale + b.scale);
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_mul(wide(a), wide(b), BID_ROUNDING_TO_NEAREST, &flags);
    return narrow(mem, d, flags);
}

struct val dec_div(struct arena *mem, struct val a, struct val b)
{
    enum { TRIES = 4 };

    if (dec_sign(b) == 0)
        return val_null();
    if (a.tag == VAL_NUMBER && b.tag == VAL_NUMBER && b.u.i != -1) {
        int64_t x = a.u.i;
        for (int k = 0, scale = a.scale - b.scale; k <= TRIES && scale <= DEC_SCALE; k++, scale++) {
            if (scale >= 0 && x % b.u.i == 0)
                return small(x / b.u.i, scale);
            if (__builtin_mul_overflow(x, 10, &x))
                break;
        }
    }
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_div(wide(a), wide(b), BID_ROUNDING_TO_NEAREST, &flags);
    return narrow(mem, d, flags);
}

struct val dec_neg(struct arena *mem, struct val a)
{
    if (a.tag == VAL_NUMBER && a.u.i != INT64_MIN)
        return small(-a.u.i, a.scale);
    return narrow(mem, bid128_negate(wide(a)), 0);
}

struct val dec_abs(struct arena *mem, struct val a)
{
    return dec_sign(a) < 0 ? dec_neg(mem, a) : a;
}

struct val dec_mod(struct arena *mem, struct val a, struct val b)
{
    int64_t x, y;
    int scale;

    if (dec_sign(b) == 0)
        return val_null();
    if (align(a, b, &x, &y, &scale) && y != -1) {
        int64_t r = x % y;
        return small(r != 0 && (r < 0) != (y < 0) ? r + y : r, scale);
    }
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_fmod(wide(a), wide(b), &flags);
    struct val r = narrow(mem, d, flags);
    if (r.tag != VAL_NULL && dec_sign(r) != 0 && dec_sign(r) != dec_sign(b))
        r = dec_add(mem, r, b);
    return r;
}

/* Raises A to the power N > 0 by squaring, as long as that is exact; else false. */
static bool power_exact(struct arena *mem, struct val a, int64_t n, struct val *out)
{
    BID_UINT128 base = wide(a), r = wide(small(1, 0));
    _IDEC_flags flags = 0;

    for (; n > 0 && flags == 0; n >>= 1) {
        if (n & 1)
            r = bid128_mul(r, base, BID_ROUNDING_TO_NEAREST, &flags);
        if (n > 1)
            base = bid128_mul(base, base, BID_ROUNDING_TO_NEAREST, &flags);
    }
    if (flags == 0)
        *out = narrow(mem, r, 0);
    return flags == 0;
}

static struct val log_estimate(struct arena *mem, struct val a)
{
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_log(wide(a), BID_ROUNDING_TO_NEAREST, &flags);

    return narrow(mem, d, flags);
}

struct val dec_pow(struct arena *mem, struct val a, struct val b)
{
    const struct val most = small(DEC_POWER_MOST, 0);
    int64_t n = 0;
    bool whole = dec_whole(b) && dec_int(b, &n);
    struct val r;

    if (dec_cmp(b, most) > 0 || dec_cmp(dec_neg(mem, b), most) > 0 || (!whole && dec_sign(a) < 0))
        return val_null();
    if (dec_sign(b) == 0 || dec_cmp(a, small(1, 0)) == 0)
        return small(1, 0);
    if (dec_sign(a) == 0)
        return dec_sign(b) > 0 ? small(0, 0) : val_null();
    if (whole && power_exact(mem, a, n < 0 ? -n : n, &r))
        return n < 0 ? dec_div(mem, small(1, 0), r) : r;
    struct val positive = dec_abs(mem, a);
    if (dec_cmp(positive, small(1, 0)) == 0)
        return n % 2 == 0 ? positive : a;
    r = power_raise(mem, positive, b, log_estimate(mem, positive));
    return val_numeric(r) && dec_sign(a) < 0 && n % 2 != 0 ? dec_neg(mem, r) : r;
}

struct val dec_sqrt(struct arena *mem, struct val a)
{
    _IDEC_flags flags = 0;
    BID_UINT128 d = bid128_sqrt(wide(a), BID_ROUNDING_TO_NEAREST, &flags);

    return narrow(mem, d, flags);
}

struct val dec_exp(struct arena *mem, struct val a)
{
    return power_exp(mem, a);
}

struct val dec_log(struct arena *mem, struct val a)
{
    if (dec_sign(a) <= 0)
        return val_null();
    struct val estimate = log_estimate(mem, a);
    return dec_sign(estimate) == 0 ? estimate : power_log(mem, a, estimate);
}

/* ---- rounding ---- */

/* Does a quotient with a rest go one step away from zero? HALF is -1, 0, 1: the rest below, at, above one half. */
static bool away(enum dec_mode mode, bool minus, bool odd, int half)
{
    switch (mode) {
    case DEC_UP:
        return true;
    case DEC_DOWN:
        return false;
    case DEC_FLOOR:
        return minus;
    case DEC_CEILING:
        return !minus;
    case DEC_HALF_UP:
        return half >= 0;
    case DEC_HALF_DOWN:
        return half > 0;
    case DEC_HALF_EVEN:
        break;
    }
    return half > 0 || (half == 0 && odd);
}

/* A small number rounded while it stays small; false if it does not. */
static bool round_small(struct val v, int scale, enum dec_mode mode, struct val *out)
{
    int drop = v.scale - scale;

    if (drop > DEC_SCALE || scale < 0)
        return false;
    int64_t unit = ten[drop], q = v.u.i / unit, rest = v.u.i % unit;
    bool minus = v.u.i < 0;
    uint64_t r = minus ? 0 - (uint64_t)rest : (uint64_t)rest, other = (uint64_t)unit - r;
    if (rest != 0 && away(mode, minus, (q & 1) != 0, r > other ? 1 : r == other ? 0 : -1))
        q += minus ? -1 : 1;
    *out = small(q, scale);
    return true;
}

struct val dec_round(struct arena *mem, struct val v, int scale, enum dec_mode mode)
{
    bool minus;
    u128 coef, unit = 1;
    struct val quick;
    int e;

    if (v.tag == VAL_NUMBER && (v.scale <= scale || round_small(v, scale, mode, &quick)))
        return v.scale <= scale ? v : quick;
    unpack(wide(v), &minus, &coef, &e);
    if (coef == 0 || -e <= scale)
        return v;
    int drop = -e - scale;
    u128 q = 0, rest = coef;
    int half = -1; /* more than all digits are dropped: the rest is below a tenth */
    if (drop <= DIGITS_BIG + 1) {
        for (int i = 0; i < drop; i++)
            unit *= 10;
        q = coef / unit;
        rest = coef % unit;
        half = rest > unit - rest ? 1 : rest == unit - rest ? 0 : -1;
    }
    if (rest != 0 && away(mode, minus, (q & 1) != 0, half))
        q++;
    if (q == 0)
        return small(0, 0);
    return compact(mem, minus, q, -scale);
}

/* ---- questions ---- */

bool dec_scaled(struct val v, int scale, int64_t *out)
{
    return !__builtin_mul_overflow(v.u.i, ten[scale - v.scale], out);
}

int dec_cmp(struct val a, struct val b)
{
    int64_t x, y;
    int scale;

    if (align(a, b, &x, &y, &scale))
        return x < y ? -1 : x > y;
    _IDEC_flags flags = 0;
    BID_UINT128 p = wide(a), q = wide(b);
    if (bid128_quiet_less(p, q, &flags))
        return -1;
    return bid128_quiet_equal(p, q, &flags) ? 0 : 1;
}

int dec_sign(struct val v)
{
    if (v.tag == VAL_NUMBER)
        return v.u.i < 0 ? -1 : v.u.i > 0;
    return v.u.big->d.w[1] >> 63 ? -1 : 1;
}

bool dec_int(struct val v, int64_t *out)
{
    if (v.tag == VAL_NUMBER) {
        *out = v.u.i / ten[v.scale];
        return true;
    }
    bool minus;
    u128 coef;
    int e;
    unpack(v.u.big->d, &minus, &coef, &e);
    for (; e < 0 && coef != 0; e++)
        coef /= 10;
    if (e > 0 || coef > INT64_MAX)
        return false;
    *out = minus ? -(int64_t)coef : (int64_t)coef;
    return true;
}

bool dec_whole(struct val v)
{
    if (v.tag == VAL_NUMBER)
        return v.scale == 0 || v.u.i % ten[v.scale] == 0;
    bool minus;
    u128 coef;
    int e;
    unpack(v.u.big->d, &minus, &coef, &e);
    return e >= 0; /* no trailing zeros are kept below the point */
}

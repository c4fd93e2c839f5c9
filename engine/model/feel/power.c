/* engine/model/feel/power.c - exp, log and ** right to the last of 34 digits.
 *
 * For     number.c.
 * Owns    numbers of ten limbs to the base 10^9, some 80 digits, as they are needed on the way.
 * Never   fails: what has no result was sorted out before, what leaves the range is null.
 * Holds   the error on the way is below 10^-60 of the result. A result that is nearer than that to the middle between two numbers of
 * 34 digits is that middle: powers of rational numbers can lie there, and only they can.
 *
 * exp(x) = 10^k e^r: |r| <= ln(10)/2 is divided by 2^8, the series takes 28 terms, and the sum is squared 8 times. log(x) is the
 * library's estimate of 34 digits and one step of Halley's, which triples them. a ** b = exp(b log(a)). */
#include "model/feel/number_int.h"

enum { LIMBS = 10, BASE = 1000000000, LIMB_DIGITS = 9, DEEP_DIGITS = LIMBS * LIMB_DIGITS, HALVED = 8, TERMS = 28 };
enum { KEPT = 60, DIGITS_BIG = 34, EXP_MOST = 15000 };

/* (limb[0] + limb[1] / BASE + limb[2] / BASE^2 ...) x BASE^e; limb[0] is 0 only in the number 0. */
struct deep {
    bool minus;
    int32_t e;
    uint32_t limb[LIMBS];
};

static const struct deep ln_ten = {
    .limb = {2, 302585092, 994045684, 17991454, 684364207, 601101488, 628772976, 33327900, 967572609, 677352480}};

static struct deep deep_int(uint32_t i)
{
    return (struct deep){.limb = {i}};
}

/* W[0..N) with its first place at BASE^E as a number; further limbs are cut. */
static struct deep deep_of(const uint64_t *w, int n, int32_t e, bool minus)
{
    struct deep r = {.minus = minus};
    int first = 0;

    while (first < n && w[first] == 0)
        first++;
    if (first == n)
        return deep_int(0);
    r.e = e - first;
    for (int i = 0; i < LIMBS && first + i < n; i++)
        r.limb[i] = (uint32_t)w[first + i];
    return r;
}

static struct deep deep_mul(const struct deep *a, const struct deep *b)
{
    uint64_t w[2 * LIMBS] = {0};

    for (int i = 0; i < LIMBS; i++)
        for (int j = 0; j < LIMBS; j++)
            w[i + j + 1] += (uint64_t)a->limb[i] * b->limb[j]; /* ten products below 10^18 fit */
    for (int i = 2 * LIMBS - 1; i > 0; i--) {
        w[i - 1] += w[i] / BASE;
        w[i] %= BASE;
    }
    return deep_of(w, 2 * LIMBS, a->e + b->e + 1, a->minus != b->minus);
}

static struct deep deep_div_int(const struct deep *a, uint32_t d)
{
    uint64_t w[LIMBS + 1], rest = 0;

    for (int i = 0; i <= LIMBS; i++) {
        rest = rest * BASE + (i < LIMBS ? a->limb[i] : 0);
        w[i] = rest / d;
        rest %= d;
    }
    return deep_of(w, LIMBS + 1, a->e, a->minus);
}

static bool deep_less(const struct deep *a, const struct deep *b)
{
    if (a->limb[0] == 0 || b->limb[0] == 0)
        return a->limb[0] < b->limb[0];
    if (a->e != b->e)
        return a->e < b->e;
    for (int i = 0; i < LIMBS; i++)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i];
    return false;
}

static struct deep deep_add(const struct deep *a, const struct deep *b)
{
    if (deep_less(a, b)) {
        const struct deep *swap = a;
        a = b;
        b = swap;
    }
    if (b->limb[0] == 0 || a->e - b->e >= LIMBS)
        return *a;
    int64_t w[LIMBS + 1] = {0}, sign = a->minus == b->minus ? 1 : -1;
    int shift = a->e - b->e;
    for (int i = 0; i < LIMBS; i++)
        w[i + 1] = a->limb[i] + (i >= shift ? sign * b->limb[i - shift] : 0);
    for (int i = LIMBS; i > 0; i--) {
        int carry = w[i] < 0 ? -1 : w[i] >= BASE;
        w[i] -= (int64_t)carry * BASE;
        w[i - 1] += carry;
    }
    uint64_t u[LIMBS + 1];
    for (int i = 0; i <= LIMBS; i++)
        u[i] = (uint64_t)w[i];
    return deep_of(u, LIMBS + 1, a->e + 1, a->minus);
}

/* A x 10^N */
static struct deep deep_shift(struct deep a, int n)
{
    uint32_t factor = 1;
    int whole = n / LIMB_DIGITS, rest = n % LIMB_DIGITS;

    if (rest < 0) {
        rest += LIMB_DIGITS;
        whole--;
    }
    for (int i = 0; i < rest; i++)
        factor *= 10;
    struct deep f = deep_int(factor);
    a = deep_mul(&a, &f);
    a.e += whole;
    return a;
}

static struct deep deep_number(struct val v)
{
    struct dec_parts p = dec_parts(v);
    uint64_t w[5];

    for (int i = 4; i >= 0; i--) {
        w[i] = (uint64_t)(p.coef % BASE);
        p.coef /= BASE;
    }
    return deep_shift(deep_of(w, 5, 4, p.minus), p.exponent);
}

/* Rounds the decimal digits P[0..*N) to KEEP of them, half to even; *E counts the places that go, P[-1] is room for a carry. */
static char *digits_round(char *p, int *n, int keep, int *e)
{
    if (*n <= keep)
        return p;
    bool rest = false;
    for (int i = keep + 1; i < *n; i++)
        rest = rest || p[i] != 0;
    bool up = p[keep] > 5 || (p[keep] == 5 && (rest || p[keep - 1] % 2 == 1));
    *e += *n - keep;
    *n = keep;
    for (int i = keep - 1; up && i >= 0; i--) {
        up = p[i] == 9;
        p[i] = up ? 0 : (char)(p[i] + 1);
    }
    if (!up)
        return p;
    *--p = 1;
    ++*n;
    return p;
}

static struct val deep_val(struct arena *mem, const struct deep *a)
{
    char digits[DEEP_DIGITS + 2], *p = digits + 2;
    int n = DEEP_DIGITS, e = (a->e - (LIMBS - 1)) * LIMB_DIGITS;
    u128 coef = 0;

    for (int i = 0; i < LIMBS; i++) {
        uint32_t limb = a->limb[i];
        for (int j = LIMB_DIGITS - 1; j >= 0; j--, limb /= 10)
            p[i * LIMB_DIGITS + j] = (char)(limb % 10);
    }
    while (n > 1 && *p == 0) {
        p++;
        n--;
    }
    p = digits_round(p, &n, KEPT, &e);
    p = digits_round(p, &n, DIGITS_BIG, &e);
    for (int i = 0; i < n; i++)
        coef = coef * 10 + (unsigned)p[i];
    return dec_of_parts(mem, (struct dec_parts){.minus = a->minus, .coef = coef, .exponent = e});
}

/* ---- the functions ---- */

/* |A| < EXP_MOST */
static bool exp_fits(const struct deep *a)
{
    return a->e < 0 || (a->e == 0 && a->limb[0] < EXP_MOST);
}

static struct deep deep_exp(const struct deep *x)
{
    struct deep one = deep_int(1), sum = one, factor, r;
    double approx = 0;

    if (x->e >= -1)
        approx = ((double)x->limb[0] + x->limb[1] / (double)BASE) * (x->e == 0 ? 1 : 1 / (double)BASE) / 2.302585092994046;
    int k = (int)(approx + 0.5);
    factor = deep_int((uint32_t)k);
    r = deep_mul(&ln_ten, &factor);
    r.minus = !x->minus;
    r = deep_add(x, &r);
    r = deep_div_int(&r, 1 << HALVED);
    for (uint32_t i = TERMS; i > 0; i--) {
        sum = deep_mul(&sum, &r);
        sum = deep_div_int(&sum, i);
        sum = deep_add(&sum, &one);
    }
    for (int i = 0; i < HALVED; i++)
        sum = deep_mul(&sum, &sum);
    return deep_shift(sum, x->minus ? -k : k);
}

/* The logarithm of A, of which 34 digits are ESTIMATE. */
static struct deep deep_log(struct arena *mem, struct val a, struct val estimate)
{
    struct deep x = deep_number(a), y = deep_number(estimate), e = deep_exp(&y);
    struct deep sum = deep_add(&x, &e);

    e.minus = !e.minus;
    struct deep less = deep_add(&x, &e);
    if (less.limb[0] == 0)
        return y;
    less.e -= sum.e; /* the quotient is small; both sides stay in range */
    sum.e = 0;
    struct val q = dec_div(mem, deep_val(mem, &less), deep_val(mem, &sum));
    struct deep step = deep_number(dec_add(mem, q, q));
    return deep_add(&y, &step);
}

struct val power_exp(struct arena *mem, struct val a)
{
    struct deep x = deep_number(a);

    if (!exp_fits(&x))
        return val_null();
    x = deep_exp(&x);
    return deep_val(mem, &x);
}

struct val power_log(struct arena *mem, struct val a, struct val estimate)
{
    struct deep y = deep_log(mem, a, estimate);

    return deep_val(mem, &y);
}

struct val power_raise(struct arena *mem, struct val a, struct val b, struct val estimate)
{
    struct deep y = deep_log(mem, a, estimate), times = deep_number(b);

    y = deep_mul(&y, &times);
    if (!exp_fits(&y))
        return val_null();
    y = deep_exp(&y);
    return deep_val(mem, &y);
}

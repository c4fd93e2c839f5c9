/* engine/model/dmn/external.c - functions that a model says are Java's (DMN 1.5, 10.3.2.13.3), as far as they are emulated.
 *
 * For     build.c: "external" in a FEEL text, and function definitions of kind Java.
 * Owns    the list of what is emulated, and how FEEL values become Java's and back.
 * Never   runs a virtual machine, loads a class, or calls anything outside of this file: what is not on the list is null.
 * Holds   class and signature must be written exactly (blanks do not count); an argument that is not of the parameter's type, or
 *         does not fit it, makes the call null, and so does a result that Java would throw instead of (or that is no number). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dmn/dmn_int.h"
#include "model/feel/number.h"

enum { JAVA_ARGS = 8, SIGNATURE = 120 };

struct java {
    double d;
    int64_t i;
    const char *s;
    struct val v;
};

struct call {
    struct state *s;
    struct java arg[JAVA_ARGS];
    unsigned n;
};

typedef struct val java_function(struct call *c);

/* ---- numbers back and forth ---- */

static bool to_double(struct val v, double *out)
{
    char text[DEC_TEXT];

    if (!val_numeric(v))
        return false;
    dec_text(v, text);
    *out = strtod(text, NULL);
    return isfinite(*out);
}

/* The shortest decimal that reads back as D, which is what Java prints. */
static struct val from_double(struct call *c, double d)
{
    enum { LEAST = 15, MOST = 17 };
    char text[DEC_TEXT];
    struct val v;
    int n = 0;

    if (!isfinite(d))
        return val_null();
    for (int digits = LEAST; digits <= MOST; digits++) {
        n = snprintf(text, sizeof text, "%.*g", digits, d);
        if (strtod(text, NULL) == d)
            break;
    }
    return dec_parse(c->s->mem, text[0] == '-' ? text + 1 : text, (size_t)n - (text[0] == '-'), &v)
               ? text[0] == '-' ? dec_neg(c->s->mem, v) : v
               : val_null();
}

static struct val from_float(struct call *c, double d)
{
    enum { LEAST = 6, MOST = 9 };
    char text[DEC_TEXT];
    float f = (float)d;

    if (!isfinite(f))
        return val_null();
    for (int digits = LEAST; digits <= MOST; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)f);
        if (strtof(text, NULL) == f)
            break;
    }
    return from_double(c, strtod(text, NULL));
}

/* ---- the functions ---- */

static struct val math_cos(struct call *c)
{
    return from_double(c, cos(c->arg[0].d));
}

static struct val math_sin(struct call *c)
{
    return from_double(c, sin(c->arg[0].d));
}

static struct val math_sqrt(struct call *c)
{
    return from_double(c, sqrt(c->arg[0].d));
}

static struct val math_pow(struct call *c)
{
    return from_double(c, pow(c->arg[0].d, c->arg[1].d));
}

static struct val math_abs(struct call *c)
{
    return from_double(c, fabs(c->arg[0].d));
}

static struct val math_max(struct call *c)
{
    return from_double(c, fmax(c->arg[0].d, c->arg[1].d));
}

static struct val math_min(struct call *c)
{
    return from_double(c, fmin(c->arg[0].d, c->arg[1].d));
}

static struct val math_max_float(struct call *c)
{
    return from_float(c, fmax(c->arg[0].d, c->arg[1].d));
}

static struct val math_min_float(struct call *c)
{
    return from_float(c, fmin(c->arg[0].d, c->arg[1].d));
}

static struct val math_max_whole(struct call *c)
{
    return val_int(c->arg[0].i > c->arg[1].i ? c->arg[0].i : c->arg[1].i);
}

static struct val math_min_whole(struct call *c)
{
    return val_int(c->arg[0].i < c->arg[1].i ? c->arg[0].i : c->arg[1].i);
}

static struct val whole(struct call *c)
{
    return val_int(c->arg[0].i);
}

static struct val text(struct call *c)
{
    return eval_string(c->s, c->arg[0].s, strlen(c->arg[0].s));
}

static struct val whole_of_text(struct call *c, int64_t least, int64_t most)
{
    const char *s = c->arg[0].s;
    int64_t i;

    if (!text_i64(*s == '+' && s[1] != '-' ? s + 1 : s, &i) || i < least || i > most)
        return val_null();
    return val_int(i);
}

static struct val byte_of_text(struct call *c)
{
    return whole_of_text(c, INT8_MIN, INT8_MAX);
}

static struct val short_of_text(struct call *c)
{
    return whole_of_text(c, INT16_MIN, INT16_MAX);
}

static struct val integer_of_text(struct call *c)
{
    return whole_of_text(c, INT32_MIN, INT32_MAX);
}

static struct val long_of_text(struct call *c)
{
    return whole_of_text(c, INT64_MIN, INT64_MAX);
}

static bool double_of_text(struct call *c, double *out)
{
    const char *s = c->arg[0].s;
    bool sign = *s == '-' || *s == '+';
    struct val v;

    if (!dec_parse(c->s->mem, s + sign, strlen(s + sign), &v) || !to_double(v, out))
        return false;
    *out = *s == '-' ? -*out : *out;
    return true;
}

static struct val double_value(struct call *c)
{
    double d;

    return double_of_text(c, &d) ? from_double(c, d) : val_null();
}

static struct val float_value(struct call *c)
{
    double d;

    return double_of_text(c, &d) ? from_float(c, d) : val_null();
}

/* ---- String.format ---- */

struct conversion {
    bool left;
    int width, precision; /* -1 = none */
    char letter;
};

static bool read_number(const char **p, int *out)
{
    enum { MOST = 1000 };

    for (*out = 0; **p >= '0' && **p <= '9'; (*p)++)
        if ((*out = *out * 10 + (**p - '0')) > MOST)
            return false;
    return true;
}

/* Behind "%": an optional "-", width and precision, and one of s, f. */
static bool read_conversion(const char **p, struct conversion *c)
{
    *c = (struct conversion){.width = -1, .precision = -1};
    if (**p == '-') {
        c->left = true;
        (*p)++;
    }
    if (**p >= '1' && **p <= '9' && !read_number(p, &c->width))
        return false;
    if (**p == '.') {
        (*p)++;
        if (**p < '0' || **p > '9' || !read_number(p, &c->precision))
            return false;
    }
    if (**p == '\0' || (c->left && c->width < 0))
        return false;
    c->letter = *(*p)++;
    return c->letter == 's' || c->letter == 'f';
}

static bool add_converted(struct call *c, struct buf *b, const struct conversion *how, struct val v)
{
    enum { DIGITS = 6 };
    const char *s;

    if (how->letter == 'f') {
        int digits = how->precision >= 0 ? how->precision : DIGITS;
        if (!val_numeric(v) || digits > DEC_SCALE)
            return false;
        s = val_string(c->s->mem, dec_round(c->s->mem, v, digits, DEC_HALF_UP));
        const char *point = strchr(s, '.');
        int have = point != NULL ? (int)strlen(point + 1) : 0;
        if (strchr(s, 'E') != NULL || have > digits)
            return false;
        s = arena_printf(c->s->mem, "%s%s%.*s", s, have == 0 && digits > 0 ? "." : "", digits - have, "000000000000000000");
    } else {
        s = v.tag == VAL_NULL ? "null" : val_string(c->s->mem, v);
        if (how->precision >= 0) {
            size_t end = 0;
            for (int i = 0; i < how->precision && s[end] != '\0'; i++)
                end += text_decode(s + end, strlen(s + end), NULL);
            s = arena_strndup(c->s->mem, s, end);
        }
    }
    int pad = how->width - (int)text_count(s);
    buf_fmt(b, "%*s%s%*s", !how->left && pad > 0 ? pad : 0, "", s, how->left && pad > 0 ? pad : 0, "");
    return true;
}

static struct val format(struct call *c)
{
    struct buf b = buf_new(c->s->mem, c->s->limits->string);
    unsigned next = 1;

    for (const char *p = c->arg[0].s; *p != '\0' && !b.over;) {
        struct conversion how;
        if (*p != '%') {
            buf_char(&b, *p++);
            continue;
        }
        p++;
        if (*p == '%' || *p == 'n')
            buf_char(&b, *p++ == '%' ? '%' : '\n');
        else if (!read_conversion(&p, &how) || next >= c->n || !add_converted(c, &b, &how, c->arg[next++].v))
            return val_null();
    }
    if (b.over)
        return eval_stop(c->s, E_TOOBIG, "a text grows too long");
    return eval_string(c->s, buf_text(&b), b.len);
}

/* ---- the list ---- */

/* A letter a parameter: d double, f float, b byte, h short, i int, l long, c char, s String, * any further objects. */
/* clang-format off */
static const struct row {
    const char *class_name, *signature, *params;
    java_function *run;
} rows[] = {
    {"java.lang.Math",    "abs(double)",                                "d",  math_abs},
    {"java.lang.Math",    "cos(double)",                                "d",  math_cos},
    {"java.lang.Math",    "max(double,double)",                         "dd", math_max},
    {"java.lang.Math",    "max(float,float)",                           "ff", math_max_float},
    {"java.lang.Math",    "max(int,int)",                               "ii", math_max_whole},
    {"java.lang.Math",    "max(long,long)",                             "ll", math_max_whole},
    {"java.lang.Math",    "min(double,double)",                         "dd", math_min},
    {"java.lang.Math",    "min(float,float)",                           "ff", math_min_float},
    {"java.lang.Math",    "min(int,int)",                               "ii", math_min_whole},
    {"java.lang.Math",    "min(long,long)",                             "ll", math_min_whole},
    {"java.lang.Math",    "pow(double,double)",                         "dd", math_pow},
    {"java.lang.Math",    "sin(double)",                                "d",  math_sin},
    {"java.lang.Math",    "sqrt(double)",                               "d",  math_sqrt},
    {"java.lang.Byte",    "valueOf(byte)",                              "b",  whole},
    {"java.lang.Byte",    "valueOf(java.lang.String)",                  "s",  byte_of_text},
    {"java.lang.Short",   "valueOf(short)",                             "h",  whole},
    {"java.lang.Short",   "valueOf(java.lang.String)",                  "s",  short_of_text},
    {"java.lang.Integer", "valueOf(int)",                               "i",  whole},
    {"java.lang.Integer", "valueOf(java.lang.String)",                  "s",  integer_of_text},
    {"java.lang.Long",    "valueOf(long)",                              "l",  whole},
    {"java.lang.Long",    "valueOf(java.lang.String)",                  "s",  long_of_text},
    {"java.lang.Float",   "valueOf(java.lang.String)",                  "s",  float_value},
    {"java.lang.Double",  "valueOf(java.lang.String)",                  "s",  double_value},
    {"java.lang.String",  "valueOf(char)",                              "c",  text},
    {"java.lang.String",  "format(java.lang.String,[Ljava.lang.Object;)", "s*", format},
};
/* clang-format on */

static const struct row *find(const char *class_name, const char *signature)
{
    char plain[SIGNATURE];
    size_t n = 0;

    for (const char *p = signature; *p != '\0' && n + 1 < sizeof plain; p++)
        if (*p != ' ')
            plain[n++] = *p;
    plain[n] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].class_name, class_name) == 0 && strcmp(rows[i].signature, plain) == 0)
            return &rows[i];
    return NULL;
}

static bool fits(const struct java *a, int64_t least, int64_t most)
{
    return a->i >= least && a->i <= most;
}

/* V as a parameter of the kind LETTER. */
static bool convert(char letter, struct val v, struct java *out)
{
    out->v = v;
    switch (letter) {
    case 'd':
    case 'f':
        return to_double(v, &out->d) && (letter == 'd' || isfinite((float)out->d)) &&
               (letter == 'd' || (out->d = (double)(float)out->d, true));
    case 'b':
        return val_int_of(v, &out->i) && fits(out, INT8_MIN, INT8_MAX);
    case 'h':
        return val_int_of(v, &out->i) && fits(out, INT16_MIN, INT16_MAX);
    case 'i':
        return val_int_of(v, &out->i) && fits(out, INT32_MIN, INT32_MAX);
    case 'l':
        return val_int_of(v, &out->i);
    case 'c':
        out->s = v.u.s;
        return v.tag == VAL_STRING && text_count(v.u.s) == 1 && v.n < 4; /* a char is one unit of UTF-16 */
    case 's':
        out->s = v.u.s;
        return v.tag == VAL_STRING;
    default:
        return true;
    }
}

/* What the body of an external function says: {java: {class: ..., method signature: ...}}, of a box only the inner one. */
static const struct row *meant(struct val body)
{
    struct val java = val_is(body, VAL_CONTEXT) ? val_get(body, "java") : val_null();
    struct val said = val_is(java, VAL_CONTEXT) ? java : body;

    if (!val_is(said, VAL_CONTEXT))
        return NULL;
    struct val name = val_get(said, "class"), signature = val_get(said, "method signature");
    return val_is(name, VAL_STRING) && val_is(signature, VAL_STRING) ? find(name.u.s, signature.u.s) : NULL;
}

struct val external_call(const struct node *n, struct frame *f)
{
    const struct row *row = meant(eval_node(n->kid[0], f));
    struct call c = {.s = f->s, .n = n->slot};

    if (row == NULL)
        return eval_note(f, n, "this function outside of the engine is not among those that are emulated");
    size_t fixed = strcspn(row->params, "*");
    if (c.n > JAVA_ARGS || c.n < fixed || (c.n > fixed && row->params[fixed] != '*'))
        return eval_note(f, n, "the Java method takes another number of arguments");
    for (unsigned i = 0; i < c.n; i++)
        if (!convert(i < fixed ? row->params[i] : '*', f->slot[i], &c.arg[i]))
            return eval_note(f, n, "an argument does not fit the parameter of the Java method");
    struct val v = row->run(&c);
    return v.tag == VAL_NULL ? eval_note(f, n, "the Java method has no result for these arguments") : v;
}

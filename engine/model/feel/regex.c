/* engine/model/feel/regex.c - matching: what xre.c wrote, run by PCRE2.
 *
 * For     matches(), replace() and split() (XPath and XQuery Functions and Operators 3.1, 5.6.3 to 5.6.5).
 * Owns    the library: no other file includes pcre2.h; the texts of replacements.
 * Never   runs without limits on steps, backtracking and memory; leaves memory behind: all of it is the arena's or on the stack.
 * Holds   the work that the library does is charged as it goes on.
 *
 * A pattern that stands in the program is compiled with the program. Patterns that are computed are compiled once an evaluation: the
 * last few are kept. There is no just-in-time compilation: it needs writable code in memory, counts its work in another way than the
 * interpreter, and costs more than what a usual pattern gains by it.
 *
 * The library's limit on backtracking counts anew at each place of the text where a match may begin, so by itself it bounds nothing.
 * Each pattern therefore begins with a callout, which charges steps for every such place; where a place needs more than FEW steps of
 * backtracking, that place alone is tried again with the whole limit, at the price of it. */
#include "model/feel/regex.h"

#include "model/feel/builtins.h"
#include "model/feel/xre.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    STEPS_COMPILE = 50, /* and one for each BYTES_COMPILED of what the library reads */
    BYTES_COMPILED = 16,
    STEPS_MATCH = 4,
    BYTES_A_STEP = 512,  /* of text that may be walked over from one place */
    MATCHES_A_STEP = 32, /* backtracking */
    FEW = 250
};
enum { MEMO = 4, ROOM = 28 * 1024 };
enum { MOVED_ON = PCRE2_ERROR_CALLOUT };

struct regex {
    pcre2_code *code; /* or */
    const char *why;
    bool library;
    uint32_t groups;
    bool literal; /* flag q: the replacement is literal, too */
};

/* The last patterns that one evaluation computed. */
struct regex_memo {
    struct val pattern[MEMO], flags[MEMO];
    const struct regex *regex[MEMO];
    unsigned next;
};

/* ---- patterns ---- */

static void *arena_give(size_t n, void *mem)
{
    return arena_alloc(mem, n);
}

static void keep(void *p, void *mem)
{
}

/* Codes that speak of size; any other would mean that xre.c wrote what it should not. */
static bool too_large(int code)
{
    return code == PCRE2_ERROR_PATTERN_TOO_LARGE || code == PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP ||
           code == PCRE2_ERROR_PATTERN_TOO_COMPLICATED;
}

static void compile(struct arena *mem, struct regex *r, const struct xre_result *x, unsigned flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOTALL |
                       ((flags & XRE_NOCASE) != 0 ? PCRE2_CASELESS : 0);
    const char *text = arena_printf(mem, x->branches ? "(?C1)(?:%s)" : "(?C1)%s", x->text);
    int code;
    size_t offset;

    pcre2_general_context *general = pcre2_general_context_create(arena_give, keep, mem);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    r->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &code, &offset, context);
    r->library = r->code == NULL && too_large(code);
    if (r->code == NULL)
        r->why = r->library ? "the pattern is too large" : "the pattern cannot be compiled";
}

const struct regex *regex_make(struct arena *mem, struct val pattern, struct val flags)
{
    struct regex *r = ARENA_NEW(mem, struct regex);
    unsigned set = 0;

    if (flags.tag == VAL_STRING && !xre_flags(flags.u.s, flags.n, &set)) {
        r->why = "the flags of a pattern are s, m, i, x and q";
        return r;
    }
    struct xre_result x = xre_translate(mem, pattern.u.s, pattern.n, set);
    r->why = x.why;
    r->groups = x.groups;
    r->literal = (set & XRE_LITERAL) != 0;
    if (x.text != NULL)
        compile(mem, r, &x, set);
    return r;
}

const char *regex_trouble(const struct regex *r, bool *library)
{
    *library = r->library;
    return r->why;
}

/* ---- where the pattern of a call comes from ---- */

static bool takes_pattern(const struct builtin *b)
{
    return b->run == bif_matches || b->run == bif_replace || b->run == bif_split;
}

void regex_prepare(struct arena *mem, struct node *n)
{
    if (n->kind != N_CALL_BUILTIN || !takes_pattern(n->builtin) || n->n < 2 || n->kid[1]->kind != N_LITERAL)
        return;
    uint32_t at = n->builtin->run == bif_replace ? 3 : 2; /* flags */
    bool flagged = n->n > at && n->builtin->run != bif_split;
    struct val pattern = n->kid[1]->value, flags = flagged ? n->kid[at]->value : val_null();
    if (pattern.tag == VAL_STRING && (!flagged || n->kid[at]->kind == N_LITERAL) &&
        (flags.tag == VAL_STRING || flags.tag == VAL_NULL))
        n->data = regex_make(mem, pattern, flags);
}

static bool same_text(struct val a, struct val b)
{
    return a.tag == b.tag && a.n == b.n && (a.tag != VAL_STRING || memcmp(a.u.s, b.u.s, a.n) == 0);
}

/* The regular expression of a call; NULL when the evaluation ends or (with a note) it was refused. */
static const struct regex *regex_of(struct frame *f, const struct node *at, struct val pattern, struct val flags)
{
    struct state *s = f->s;
    const struct regex *r = at->kind == N_CALL_BUILTIN && takes_pattern(at->builtin) ? at->data : NULL;

    if (s->regex == NULL && r == NULL && (s->regex = eval_alloc(s, sizeof *s->regex)) == NULL)
        return NULL;
    for (unsigned i = 0; r == NULL && i < MEMO; i++)
        if (s->regex->regex[i] != NULL && same_text(s->regex->pattern[i], pattern) && same_text(s->regex->flags[i], flags))
            r = s->regex->regex[i];
    if (r == NULL) {
        if (!eval_charge(s, STEPS_COMPILE + pattern.n))
            return NULL;
        size_t before = arena_used(s->mem);
        r = regex_make(s->mem, pattern, flags);
        if (!eval_charge(s, (arena_used(s->mem) - before) / BYTES_COMPILED))
            return NULL;
        s->regex->pattern[s->regex->next] = pattern;
        s->regex->flags[s->regex->next] = flags;
        s->regex->regex[s->regex->next] = r;
        s->regex->next = (s->regex->next + 1) % MEMO;
    }
    if (r->why != NULL)
        eval_note(f, at, r->why);
    return r->why == NULL ? r : NULL;
}

/* ---- matching ---- */

/* One text being searched. What the library needs comes from ROOM, and from the arena when that is used up. */
struct search {
    struct frame *f;
    const struct regex *regex;
    struct val text;
    pcre2_match_data *data;
    pcre2_match_context *context;
    const size_t *at; /* pairs of offsets: the match, its groups */
    size_t place;     /* where the library tries to match */
    uint64_t price;   /* of one place, in steps */
    bool one_place, tried;
    size_t used;
    _Alignas(max_align_t) unsigned char room[ROOM];
};

static void *search_give(size_t n, void *arg)
{
    struct search *s = arg;
    size_t need = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);

    if (need > ROOM - s->used)
        return arena_alloc(s->f->s->mem, n);
    s->used += need;
    return s->room + s->used - need;
}

/* Called at each place where a match may begin. */
static int next_place(pcre2_callout_block *block, void *arg)
{
    struct search *s = arg;

    if (s->one_place && s->tried) {
        s->place = block->start_match;
        return MOVED_ON;
    }
    struct state *state = s->f->s;
    s->place = block->start_match;
    s->tried = true;
    bool on = eval_charge(state, s->price + (s->text.n - s->place) / BYTES_A_STEP) && (state->until > 0 || eval_refill(state));
    return on ? 0 : PCRE2_ERROR_INTERNAL;
}

static void search_open(struct search *s, struct frame *f, const struct regex *r, struct val text)
{
    s->f = f;
    s->regex = r;
    s->text = text;
    s->place = s->used = 0;
    pcre2_general_context *general = pcre2_general_context_create(search_give, keep, s);
    s->context = pcre2_match_context_create(general);
    s->data = pcre2_match_data_create(r->groups + 1, general);
    s->at = pcre2_get_ovector_pointer(s->data);
    pcre2_set_heap_limit(s->context, f->s->limits->heap);
    pcre2_set_callout(s->context, next_place, s);
}

static int search_run(struct search *s, size_t from, uint32_t most, uint64_t price)
{
    s->price = price;
    s->tried = false;
    s->one_place = most > FEW;
    pcre2_set_match_limit(s->context, most);
    return pcre2_match(s->regex->code, (PCRE2_SPTR)s->text.u.s, s->text.n, from, PCRE2_NO_UTF_CHECK, s->data, s->context);
}

/* The groups of the first match at FROM or later; 0 = none; -1 = a limit was met. */
static int search_next(struct search *s, size_t from)
{
    uint32_t most = s->f->s->limits->match;
    int rc;

    if (!eval_charge(s->f->s, STEPS_MATCH))
        return -1;
    do {
        rc = search_run(s, from, most < FEW ? most : FEW, 1);
        if (rc == PCRE2_ERROR_MATCHLIMIT && most > FEW)
            rc = search_run(s, s->place, most, most / MATCHES_A_STEP);
        from = s->place;
    } while (rc == MOVED_ON);
    return rc > 0 ? rc : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

/* Null for a search that ended at a limit: of the evaluation, or of the pattern. */
static struct val hopeless(struct frame *f, const struct node *at)
{
    return f->s->err != OK ? val_null() : eval_note(f, at, "the pattern takes too many steps or too much memory");
}

struct val regex_matches(struct frame *f, const struct node *at, const struct val *arg)
{
    const struct regex *r = regex_of(f, at, arg[1], arg[2]);
    struct search s;

    if (r == NULL)
        return val_null();
    struct arena_mark mark = arena_mark(f->s->mem); /* what backtracking needed is of no use afterwards */
    search_open(&s, f, r, arg[0]);
    int rc = search_next(&s, 0);
    arena_rewind(f->s->mem, mark);
    return rc < 0 ? hopeless(f, at) : val_bool(rc > 0);
}

/* Does R match the empty text? replace() and split() refuse such patterns (FORX0003). */
static bool matches_empty(struct frame *f, const struct regex *r)
{
    uint32_t maybe = 0;
    struct search s;

    pcre2_pattern_info(r->code, PCRE2_INFO_MATCHEMPTY, &maybe);
    if (maybe == 0)
        return false;
    search_open(&s, f, r, (struct val){.tag = VAL_STRING, .u.s = ""});
    return search_next(&s, 0) != 0;
}

/* ---- replace ---- */

/* '$' stands before a digit, '\' before '\' or '$' (FORX0004). */
static bool replacement_fits(struct val v)
{
    for (uint32_t i = 0; i < v.n; i++) {
        char c = v.u.s[i], next = i + 1 < v.n ? v.u.s[i + 1] : '\0';
        if (c == '$' && (next < '0' || next > '9'))
            return false;
        if (c == '\\' && next != '\\' && next != '$')
            return false;
        i += c == '\\' || c == '$';
    }
    return true;
}

/* Appends the replacement of one match of GROUPS groups. As many digits as name a group belong to $N; a group that does not exist, or
 * took no part, is empty. */
static void put_replacement(struct buf *b, const struct search *s, struct val v, uint32_t groups)
{
    for (uint32_t i = 0; i < v.n; i++) {
        char c = v.u.s[i];
        if (s->regex->literal || (c != '$' && c != '\\'))
            buf_char(b, c);
        else if (c == '\\')
            buf_char(b, v.u.s[++i]);
        else {
            uint32_t g = (uint32_t)(v.u.s[++i] - '0');
            for (; i + 1 < v.n && v.u.s[i + 1] >= '0' && v.u.s[i + 1] <= '9'; i++) {
                uint32_t longer = g * 10 + (uint32_t)(v.u.s[i + 1] - '0');
                if (longer > s->regex->groups)
                    break;
                g = longer;
            }
            if (g < groups && s->at[2 * g] != PCRE2_UNSET)
                buf_add(b, s->text.u.s + s->at[2 * g], s->at[2 * g + 1] - s->at[2 * g]);
        }
    }
}

struct val regex_replace(struct frame *f, const struct node *at, const struct val *arg)
{
    const struct regex *r = regex_of(f, at, arg[1], arg[3]);
    struct buf b = buf_new(f->s->mem, f->s->limits->string);
    struct search s;
    size_t from = 0;
    int rc;

    if (r == NULL)
        return val_null();
    if (!r->literal && !replacement_fits(arg[2]))
        return eval_note(f, at, "a replacement has $ only before a digit and \\ only before \\ and $");
    if (matches_empty(f, r))
        return f->s->err != OK ? val_null() : eval_note(f, at, "the pattern matches the empty text");
    search_open(&s, f, r, arg[0]);
    while ((rc = search_next(&s, from)) > 0 && s.at[1] > s.at[0] && !b.over) {
        buf_add(&b, arg[0].u.s + from, s.at[0] - from);
        put_replacement(&b, &s, arg[2], (uint32_t)rc);
        from = s.at[1];
    }
    if (rc < 0)
        return hopeless(f, at);
    buf_add(&b, arg[0].u.s + from, arg[0].n - from);
    if (b.over)
        return eval_stop(f->s, E_TOOBIG, "a text grows too long");
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)b.len, .u.s = buf_text(&b)};
}

/* ---- split ---- */

struct val regex_split(struct frame *f, const struct node *at, const struct val *arg)
{
    const struct regex *r = regex_of(f, at, arg[1], val_null());
    struct vec parts = {.n = 0};
    struct search s;
    size_t from = 0;
    int rc;

    if (r == NULL)
        return val_null();
    if (matches_empty(f, r))
        return f->s->err != OK ? val_null() : eval_note(f, at, "the delimiter matches the empty text");
    search_open(&s, f, r, arg[0]);
    while ((rc = search_next(&s, from)) > 0 && s.at[1] > s.at[0]) {
        if (!vec_push(f->s, &parts, eval_string(f->s, arg[0].u.s + from, s.at[0] - from)))
            return val_null();
        from = s.at[1];
    }
    if (rc < 0)
        return hopeless(f, at);
    vec_push(f->s, &parts, eval_string(f->s, arg[0].u.s + from, arg[0].n - from));
    return vec_list(f->s, &parts);
}

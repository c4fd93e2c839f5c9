/* engine/model/xml.c - the gate for XML from outside; the only user of libxml2.
 *
 * For     bytes that somebody uploaded -> a plain tree with lines, or one sentence why not.
 * Owns    the gate before the parser, the parser's switches, the tree.
 * Never   entities, DTD, XInclude, schemas, network, files; libxml2 types in a header.
 * Holds   the parser is only ever fed text that the gate has counted: valid UTF-8 without NUL, without "<!DOCTYPE", with
 * bounded tags, attributes, namespaces, depth and elements.
 *
 * Why the parse may run in this process. What makes a parser of XML dangerous is (1) what a document type declaration brings:
 * entities that read files, call out, or grow without end; (2) work that grows faster than the input. (1) cannot reach the
 * parser: the gate stops at any "<!" that is neither a comment nor CDATA, and the parser's own callback stops as well. (2) has
 * three sources in libxml2: attributes of one tag are compared each with each (100,000 cost half a minute), a prefix is looked
 * up among all declarations in scope, and long names and tags are scanned again when they come in pieces. All three are bounded
 * by counting first, and the count is one pass over the bytes: a file of 2 MB is refused or let through within a few
 * milliseconds. What is left is linear, and limited by the size. */
#include "model/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdbool.h>
#include <strings.h>

#include "base/buf.h"

const struct xml_limits xml_limits_default = {
    .bytes = LIMIT_XML_BYTES,
    .tag = LIMIT_XML_TAG,
    .attributes = LIMIT_XML_ATTRIBUTES,
    .namespaces = LIMIT_XML_NAMESPACES,
    .depth = LIMIT_XML_DEPTH,
    .nodes = LIMIT_XML_NODES,
};

const struct xml_limits xml_limits_lenient = {
    .bytes = LIMIT_XML_BYTES,
    .tag = LIMIT_XML_TAG,
    .attributes = LIMIT_XML_ATTRIBUTES,
    .namespaces = LIMIT_XML_NAMESPACES,
    .depth = LIMIT_XML_DEPTH,
    .nodes = LIMIT_XML_NODES,
    .lenient = true,
};

enum { FEED = 16 * 1024, BOM_UTF8 = 3, BOM_UTF16 = 2, DECLARATION_MAX = 200 };

struct gate {
    struct arena *mem;
    struct xml_limits max;
    struct span in; /* UTF-8 */
    size_t at;
    int line;
    int depth, nodes;
    int namespaces; /* declarations in scope at the cursor */
    int *declared;  /* of them, by level */
    bool ascii;     /* no byte beyond it: declared single-byte encodings say the same as UTF-8 */
    int *lines;     /* of each start tag, in document order */
    int cap_lines;
    bool marked; /* a byte order mark says that it is UTF-8, whatever is declared */
    bool utf16;  /* what the bytes were before they were made UTF-8 */
    bool single; /* one of the single-byte encodings of tables below */
    struct xml_error *error;
};

static enum err refuse(struct gate *g, enum err e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static enum err refuse(struct gate *g, enum err e, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    *g->error = (struct xml_error){.line = g->line, .message = arena_vprintf(g->mem, fmt, ap)};
    va_end(ap);
    return fail(e, "XML line %d: %s", g->line, g->error->message);
}

static bool begins(struct span s, const char *word)
{
    size_t n = strlen(word);

    return s.n >= n && memcmp(s.p, word, n) == 0;
}

static struct span rest(const struct gate *g)
{
    return (struct span){.p = g->in.p + g->at, .n = g->in.n - g->at};
}

/* Moves on by N bytes and counts their lines. */
static void move(struct gate *g, size_t n)
{
    const char *p = g->in.p + g->at, *end = p + n;

    for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        g->line++;
    g->at += n;
}

/* ---- bytes to UTF-8 ---- */

/* What a few old encodings have where ISO 8859-1 has something else, by byte; 0 = nothing stands there. */
struct difference {
    unsigned char byte;
    uint32_t letter;
};

/* clang-format off */
static const struct difference windows_1252[] = {
    {0x80, 0x20ac}, {0x81, 0},      {0x82, 0x201a}, {0x83, 0x0192}, {0x84, 0x201e}, {0x85, 0x2026}, {0x86, 0x2020}, {0x87, 0x2021},
    {0x88, 0x02c6}, {0x89, 0x2030}, {0x8a, 0x0160}, {0x8b, 0x2039}, {0x8c, 0x0152}, {0x8d, 0},      {0x8e, 0x017d}, {0x8f, 0},
    {0x90, 0},      {0x91, 0x2018}, {0x92, 0x2019}, {0x93, 0x201c}, {0x94, 0x201d}, {0x95, 0x2022}, {0x96, 0x2013}, {0x97, 0x2014},
    {0x98, 0x02dc}, {0x99, 0x2122}, {0x9a, 0x0161}, {0x9b, 0x203a}, {0x9c, 0x0153}, {0x9d, 0},      {0x9e, 0x017e}, {0x9f, 0x0178},
};

static const struct difference latin_9[] = {
    {0xa4, 0x20ac}, {0xa6, 0x0160}, {0xa8, 0x0161}, {0xb4, 0x017d}, {0xb8, 0x017e}, {0xbc, 0x0152}, {0xbd, 0x0153}, {0xbe, 0x0178},
};

/* The single-byte encodings that modelers really write. Others are read as long as nothing but ASCII stands in the file. */
static const struct {
    const char *name;
    const struct difference *other;
    size_t n;
} single_byte[] = {
    {"ISO-8859-1",   NULL,         0},
    {"ISO8859-1",    NULL,         0},
    {"latin1",       NULL,         0},
    {"ISO-8859-15",  latin_9,      sizeof latin_9 / sizeof *latin_9},
    {"windows-1252", windows_1252, sizeof windows_1252 / sizeof *windows_1252},
    {"cp1252",       windows_1252, sizeof windows_1252 / sizeof *windows_1252},
};
/* clang-format on */

enum { SINGLE_BYTE = sizeof single_byte / sizeof *single_byte };

/* Where the declaration at the head of RAW names one of them: its place in the table, else SINGLE_BYTE. */
static size_t declared_single_byte(struct span raw)
{
    struct span head = {.p = raw.p, .n = raw.n < DECLARATION_MAX ? raw.n : DECLARATION_MAX};
    const char *end = begins(head, "<?xml") ? memmem(head.p, head.n, "?>", 2) : NULL;
    const char *word = end != NULL ? memmem(head.p, (size_t)(end - head.p), "encoding", strlen("encoding")) : NULL;

    if (word == NULL)
        return SINGLE_BYTE;
    for (word += strlen("encoding"); word < end && strchr(" \t\r\n=", *word) != NULL;)
        word++;
    for (size_t i = 0; word < end && (*word == '"' || *word == '\'') && i < SINGLE_BYTE; i++) {
        size_t n = strlen(single_byte[i].name);

        if ((size_t)(end - word) > n + 1 && word[n + 1] == *word && strncasecmp(word + 1, single_byte[i].name, n) == 0)
            return i;
    }
    return SINGLE_BYTE;
}

static enum err from_single_byte(struct gate *g, struct span raw, size_t encoding)
{
    struct buf out = buf_new(g->mem, raw.n * 3);
    uint32_t letter[256];

    for (uint32_t i = 0; i < 256; i++)
        letter[i] = i;
    for (size_t i = 0; i < single_byte[encoding].n; i++)
        letter[single_byte[encoding].other[i].byte] = single_byte[encoding].other[i].letter;
    for (size_t i = 0; i < raw.n; i++) {
        uint32_t c = letter[(unsigned char)raw.p[i]];
        char utf8[4];

        g->line += raw.p[i] == '\n';
        if (c == 0 && raw.p[i] == 0)
            return refuse(g, E_INPUT, "A zero byte. The file is damaged or not XML.");
        if (c == 0)
            return refuse(g, E_INPUT, "A byte that %s does not have. Save the file as UTF-8.", single_byte[encoding].name);
        buf_add(&out, utf8, text_encode(c, utf8));
    }
    TRY(buf_done(&out));
    g->line = 1;
    g->single = true;
    g->in = (struct span){.p = buf_text(&out), .n = out.len};
    return OK;
}

/* RAW without its byte order mark. */
static enum err from_utf16(struct gate *g, struct span raw, bool big)
{
    struct buf out = buf_new(g->mem, raw.n / 2 * 3);
    size_t i = 0;

    if (raw.n % 2 != 0)
        return refuse(g, E_INPUT, "UTF-16 with half a character at its end. Save the file as UTF-8.");
    while (i < raw.n) {
        const unsigned char *p = (const unsigned char *)raw.p + i;
        uint32_t c = big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
        char utf8[4];

        i += 2;
        if (c >= 0xd800 && c < 0xdc00 && i < raw.n) {
            const unsigned char *q = p + 2;
            uint32_t low = big ? (uint32_t)q[0] << 8 | q[1] : (uint32_t)q[1] << 8 | q[0];

            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        if (c == 0 || (c >= 0xd800 && c < 0xe000))
            return refuse(g, E_INPUT, "UTF-16 with a broken character. Save the file as UTF-8.");
        buf_add(&out, utf8, text_encode(c, utf8));
    }
    TRY(buf_done(&out));
    g->utf16 = true;
    g->in = (struct span){.p = buf_text(&out), .n = out.len};
    return OK;
}

static enum err to_utf8(struct gate *g, struct span raw)
{
    if (raw.n > g->max.bytes)
        return refuse(g, E_TOOBIG, "The file has %zu bytes; at most %zu are read.", raw.n, g->max.bytes);
    if (begins(raw, "\x1f\x8b") || begins(raw, "PK\x03\x04") || begins(raw, "BZh") ||
        begins(raw, "\xfd"
                    "7zXZ"))
        return refuse(g, E_INPUT, "The file is compressed. Unpack it and upload the XML file itself.");
    if (begins(raw, "\xff\xfe") || begins(raw, "\xfe\xff"))
        return from_utf16(g, (struct span){.p = raw.p + BOM_UTF16, .n = raw.n - BOM_UTF16}, raw.p[0] == '\xfe');
    if (raw.n >= 4 && (memcmp(raw.p, "<\0?\0", 4) == 0 || memcmp(raw.p, "\0<\0?", 4) == 0))
        return from_utf16(g, raw, raw.p[0] == '\0');
    g->marked = begins(raw, "\xef\xbb\xbf");
    if (g->marked)
        raw = (struct span){.p = raw.p + BOM_UTF8, .n = raw.n - BOM_UTF8};
    size_t encoding = g->marked ? SINGLE_BYTE : declared_single_byte(raw);
    if (encoding < SINGLE_BYTE)
        return from_single_byte(g, raw, encoding);
    g->in = raw;
    g->ascii = true;
    for (size_t i = 0; i < raw.n;) {
        if ((signed char)raw.p[i] > 0) { /* ASCII: nearly all of a model */
            g->line += raw.p[i++] == '\n';
            continue;
        }
        uint32_t c = 0;
        size_t n = text_decode(raw.p + i, raw.n - i, &c);

        if (n == 0)
            return refuse(g, E_INPUT, "Bytes that are not UTF-8. Save the file as UTF-8.");
        if (c == 0)
            return refuse(g, E_INPUT, "A zero byte. The file is damaged or not XML.");
        g->ascii = false;
        i += n;
    }
    g->line = 1;
    return OK;
}

/* ---- the scan ---- */

static bool extends_ascii(const char *encoding)
{
    static const char *const families[] = {"iso-8859-", "windows-125", "cp125"};
    char small[16] = "";

    for (size_t i = 0; i < sizeof small - 1 && encoding[i] != '\0'; i++)
        small[i] = (char)(encoding[i] >= 'A' && encoding[i] <= 'Z' ? encoding[i] + 32 : encoding[i]);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (text_starts(small, families[i]))
            return true;
    }
    return false;
}

/* "<?xml ... encoding='X'": only what the bytes really are may be declared. */
static enum err scan_declaration(struct gate *g, struct span decl)
{
    const char *found = memmem(decl.p, decl.n, "encoding", strlen("encoding"));

    if (decl.n > DECLARATION_MAX)
        return refuse(g, E_INPUT, "An XML declaration of %zu bytes. Write <?xml version=\"1.0\" encoding=\"UTF-8\"?>.", decl.n);
    if (found == NULL)
        return OK;
    size_t i = (size_t)(found - decl.p) + strlen("encoding");
    while (i < decl.n && strchr(" \t\r\n=", decl.p[i]) != NULL)
        i++;
    if (i >= decl.n || (decl.p[i] != '"' && decl.p[i] != '\''))
        return refuse(g, E_INPUT, "A broken encoding in the XML declaration. Write encoding=\"UTF-8\".");
    const char *name = decl.p + i + 1;
    const char *end = memchr(name, decl.p[i], decl.n - i - 1);
    if (end == NULL)
        return refuse(g, E_INPUT, "A broken encoding in the XML declaration. Write encoding=\"UTF-8\".");
    const char *word = arena_strndup(g->mem, name, (size_t)(end - name));
    if (text_same_nocase(word, "UTF-8") || text_same_nocase(word, "US-ASCII") || text_same_nocase(word, "UTF8") ||
        (g->utf16 && strncasecmp(word, "UTF-16", strlen("UTF-16")) == 0) || g->single || g->marked ||
        (g->ascii && extends_ascii(word)))
        return OK;
    return refuse(g, E_INPUT, "The declared encoding \"%s\" is not read. Save the file as UTF-8.", word);
}

/* Comments, CDATA and processing instructions: to their end. */
static enum err scan_until(struct gate *g, const char *open, const char *close)
{
    struct span s = rest(g);
    const char *end = s.n < strlen(open) ? NULL : memmem(s.p + strlen(open), s.n - strlen(open), close, strlen(close));

    if (end == NULL)
        return refuse(g, E_INPUT, "\"%s\" without its \"%s\". The file is cut off or damaged.", open, close);
    size_t n = (size_t)(end - s.p) + strlen(close);
    if (begins(s, "<?") && n > g->max.tag)
        return refuse(g, E_TOOBIG, "A processing instruction of %zu bytes; at most %zu are read.", n, g->max.tag);
    if (begins(s, "<?xml ") || begins(s, "<?xml\t") || begins(s, "<?xml\r") || begins(s, "<?xml\n"))
        TRY(scan_declaration(g, (struct span){.p = s.p, .n = n}));
    move(g, n);
    return OK;
}

/* The length of the tag at the cursor and its namespace declarations; attributes are counted by their "=" outside of quotes. */
static enum err scan_tag(struct gate *g, size_t *length, int *declared)
{
    struct span s = rest(g);
    int attributes = 0;
    char quote = 0;
    size_t word = 0; /* where the last word began, outside of values */
    bool in_word = true;

    for (size_t i = 1; i < s.n; i++) {
        char c = s.p[i];

        if (i >= g->max.tag)
            return refuse(g, E_TOOBIG, "A tag longer than %zu bytes. Move long texts out of attributes.", g->max.tag);
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            *length = i + 1;
            return OK;
        } else if (c == '<') {
            return refuse(g, E_INPUT, "\"<\" inside a tag. The file is damaged.");
        } else if (c == '=') {
            if (++attributes > g->max.attributes)
                return refuse(g, E_TOOBIG, "A tag with more than %d attributes.", g->max.attributes);
            struct span name = {.p = s.p + word, .n = i - word};
            if (begins(name, "xmlns"))
                ++*declared;
            in_word = false;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            in_word = false;
        } else if (!in_word) {
            word = i;
            in_word = true;
        }
    }
    return refuse(g, E_INPUT, "The file ends inside a tag. It is cut off.");
}

static void note_line(struct gate *g)
{
    if (g->nodes > g->cap_lines) {
        int cap = g->cap_lines == 0 ? 256 : g->cap_lines * 2;
        int *more = ARENA_NEW_N(g->mem, int, (size_t)cap);

        if (g->cap_lines > 0)
            memcpy(more, g->lines, (size_t)g->cap_lines * sizeof *more);
        g->lines = more;
        g->cap_lines = cap;
    }
    g->lines[g->nodes - 1] = g->line;
}

static enum err scan_start(struct gate *g, int declared, bool empty)
{
    if (++g->nodes > g->max.nodes)
        return refuse(g, E_TOOBIG, "More than %d elements. Split the model into several files.", g->max.nodes);
    if (g->depth >= g->max.depth)
        return refuse(g, E_TOOBIG, "Elements more than %d levels deep.", g->max.depth);
    if (g->namespaces + declared > g->max.namespaces)
        return refuse(g, E_TOOBIG, "More than %d namespace declarations around one element. Declare each once, at the root.",
                      g->max.namespaces);
    note_line(g);
    if (!empty) {
        g->declared[g->depth++] = declared;
        g->namespaces += declared;
    }
    return OK;
}

static enum err scan_element(struct gate *g)
{
    struct span s = rest(g);
    size_t n = 0;
    int declared = 0;

    TRY(scan_tag(g, &n, &declared));
    if (s.p[1] != '/')
        TRY(scan_start(g, declared, s.p[n - 2] == '/'));
    else if (g->depth == 0)
        return refuse(g, E_INPUT, "An end tag without its beginning. The file is damaged.");
    else
        g->namespaces -= g->declared[--g->depth];
    move(g, n);
    return OK;
}

static enum err scan(struct gate *g)
{
    g->declared = ARENA_NEW_N(g->mem, int, (size_t)g->max.depth + 1);
    while (g->at < g->in.n) {
        struct span s = rest(g);
        const char *open = memchr(s.p, '<', s.n);

        move(g, open == NULL ? s.n : (size_t)(open - s.p));
        s = rest(g);
        if (s.n == 0)
            break;
        if (begins(s, "<!--"))
            TRY(scan_until(g, "<!--", "-->"));
        else if (begins(s, "<![CDATA["))
            TRY(scan_until(g, "<![CDATA[", "]]>"));
        else if (begins(s, "<?"))
            TRY(scan_until(g, "<?", "?>"));
        else if (begins(s, "<!"))
            return refuse(g, E_INPUT, "A document type declaration. Remove the lines from <!DOCTYPE to its end.");
        else
            TRY(scan_element(g));
    }
    g->line = 0;
    if (g->nodes == 0)
        return refuse(g, E_INPUT, "There is no XML element in the file.");
    return OK;
}

/* ---- the parser ---- */

struct piece { /* character data of an element, before it is joined */
    const char *p;
    size_t n;
    struct piece *next;
};

struct open_node {
    struct piece *first, **last;
    size_t total;
};

struct reader {
    struct gate *gate;
    xmlParserCtxtPtr ctxt;
    struct xml_node *root, *now;
    const xmlChar *uri; /* the namespace met last, which most elements share, and its copy */
    const char *ns;
    struct open_node *open; /* one per level */
    int depth, seen;
    int line;
    const char *trouble; /* the first one; NULL = none */
};

static void stop(struct reader *r, int line, const char *why)
{
    if (r->trouble != NULL)
        return;
    r->trouble = why;
    r->line = line;
    if (r->ctxt != NULL)
        xmlStopParser(r->ctxt);
}

static const char *text_of(struct reader *r, const xmlChar *s)
{
    return s == NULL ? "" : arena_strdup(r->gate->mem, (const char *)s);
}

/* The namespace URI, or what stands for that of a prefix which nobody has declared: see struct xml_attr. */
static const char *space_of(struct reader *r, const xmlChar *prefix, const xmlChar *uri)
{
    if (uri == NULL && prefix != NULL)
        return arena_printf(r->gate->mem, "%s:", (const char *)prefix);
    if (r->ns == NULL || uri != r->uri) {
        r->uri = uri;
        r->ns = text_of(r, uri);
    }
    return r->ns;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns, const xmlChar **ns,
                     int n_attr, int n_default, const xmlChar **attr)
{
    struct reader *r = ctx;
    struct xml_node *n = ARENA_NEW(r->gate->mem, struct xml_node);
    struct xml_attr **tail = &n->attr;

    if (r->seen >= r->gate->nodes || r->depth >= r->gate->max.depth) {
        stop(r, 0, "The parser sees more elements than the gate has counted. The file is damaged.");
        return;
    }
    n->ns = space_of(r, prefix, uri);
    n->name = text_of(r, name);
    n->text = "";
    n->line = r->gate->lines[r->seen++];
    n->parent = r->now;
    for (int i = 0; i < n_ns; i++) {
        struct xml_prefix *one = ARENA_NEW(r->gate->mem, struct xml_prefix);

        *one = (struct xml_prefix){.prefix = text_of(r, ns[i * 2]), .ns = text_of(r, ns[i * 2 + 1]), .next = n->prefix};
        n->prefix = one;
    }
    for (int i = 0; i < n_attr; i++) {
        const xmlChar **a = attr + i * 5; /* local name, prefix, URI, begin and end of the value */
        struct xml_attr *one = ARENA_NEW(r->gate->mem, struct xml_attr);

        one->name = text_of(r, a[0]);
        one->ns = a[2] == NULL && a[1] != NULL ? space_of(r, a[1], NULL) : text_of(r, a[2]);
        one->value = arena_strndup(r->gate->mem, (const char *)a[3], (size_t)(a[4] - a[3]));
        *tail = one;
        tail = &one->next;
    }
    if (r->now == NULL)
        r->root = n;
    else if (r->now->first == NULL)
        r->now->first = n;
    else
        r->now->last->next = n;
    if (r->now != NULL)
        r->now->last = n;
    r->now = n;
    r->open[r->depth] = (struct open_node){0};
    r->open[r->depth].last = &r->open[r->depth].first;
    r->depth++;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *r = ctx;

    if (r->now == NULL || r->depth == 0)
        return;
    struct open_node *o = &r->open[--r->depth];
    if (o->total > 0) {
        char *all = arena_alloc(r->gate->mem, o->total + 1);
        size_t at = 0;

        for (const struct piece *p = o->first; p != NULL; p = p->next) {
            memcpy(all + at, p->p, p->n);
            at += p->n;
        }
        r->now->text = all;
    }
    r->now = r->now->parent;
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
    struct reader *r = ctx;

    if (r->depth == 0 || n <= 0)
        return;
    struct open_node *o = &r->open[r->depth - 1];
    struct piece *p = ARENA_NEW(r->gate->mem, struct piece);
    p->p = arena_memdup(r->gate->mem, text, (size_t)n);
    p->n = (size_t)n;
    *o->last = p;
    o->last = &p->next;
    o->total += p->n;
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    stop(ctx, 0, "A document type declaration. Remove the lines from <!DOCTYPE to its end.");
}

/* Only the five entities of XML itself exist: nothing else can be declared without a DTD. */
static xmlEntityPtr on_entity(void *ctx, const xmlChar *name)
{
    return xmlGetPredefinedEntity(name);
}

static void on_error(void *ctx, xmlErrorPtr e)
{
    struct reader *r = ctx;

    if (e->level < XML_ERR_ERROR || (e->domain == XML_FROM_NAMESPACE && r->gate->max.lenient))
        return;
    char *said = text_clean(r->gate->mem, e->message != NULL ? e->message : "not well-formed", false);
    if (!text_valid(said, strlen(said)))
        said = arena_strdup(r->gate->mem, "not well-formed");
    stop(r, e->line, arena_printf(r->gate->mem, "Not well-formed XML: %s.", text_cut(r->gate->mem, said, 200)));
}

static enum err parse(struct gate *g, struct reader *r)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_doctype,
        .getEntity = on_entity,
        .serror = on_error,
    };

    r->open = ARENA_NEW_N(g->mem, struct open_node, (size_t)g->max.depth + 1);
    r->ctxt = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
    if (r->ctxt == NULL)
        return fail(E_BUG, "libxml2 gives no parser");
    /* NOENT makes &amp; and character references plain text in attributes; there are no other entities, see on_entity(). */
    xmlCtxtUseOptions(r->ctxt, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    xmlSwitchEncoding(r->ctxt, XML_CHAR_ENCODING_UTF8);
    for (size_t at = 0; at < g->in.n && r->trouble == NULL; at += FEED) {
        size_t n = g->in.n - at < FEED ? g->in.n - at : FEED;

        xmlParseChunk(r->ctxt, g->in.p + at, (int)n, 0);
    }
    if (r->trouble == NULL)
        xmlParseChunk(r->ctxt, "", 0, 1);
    if (r->trouble == NULL && (!r->ctxt->wellFormed || r->root == NULL || r->depth != 0))
        stop(r, 0, "Not well-formed XML. The file is cut off or damaged.");
    xmlFreeParserCtxt(r->ctxt);
    r->ctxt = NULL;
    return OK;
}

enum err xml_read(struct arena *mem, struct span file, const struct xml_limits *limits, struct xml_node **root,
                  struct xml_error *error)
{
    struct gate g = {.mem = mem, .max = limits != NULL ? *limits : xml_limits_default, .line = 1, .error = error};
    struct reader r = {.gate = &g};

    *root = NULL;
    TRY(to_utf8(&g, file));
    TRY(scan(&g));
    TRY(parse(&g, &r));
    if (r.trouble != NULL) {
        g.line = r.line;
        return refuse(&g, E_INPUT, "%s", r.trouble);
    }
    *root = r.root;
    return OK;
}

/* ---- looking into the tree ---- */

const char *xml_attr(const struct xml_node *n, const char *ns, const char *name)
{
    for (const struct xml_attr *a = n->attr; a != NULL; a = a->next) {
        if (strcmp(a->name, name) == 0 && strcmp(a->ns, ns) == 0)
            return a->value;
    }
    return NULL;
}

const char *xml_namespace(const struct xml_node *n, struct span prefix)
{
    for (; n != NULL; n = n->parent) {
        for (const struct xml_prefix *x = n->prefix; x != NULL; x = x->next) {
            if (strlen(x->prefix) == prefix.n && memcmp(x->prefix, prefix.p, prefix.n) == 0)
                return *x->ns != '\0' || prefix.n == 0 ? x->ns : NULL;
        }
    }
    return prefix.n == 0 ? "" : prefix.n == 3 && memcmp(prefix.p, "xml", 3) == 0 ? XML_NS : NULL;
}

static const struct xml_node *named(const struct xml_node *n, const char *ns, const char *name)
{
    while (n != NULL && (strcmp(n->name, name) != 0 || strcmp(n->ns, ns) != 0))
        n = n->next;
    return n;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name)
{
    return n == NULL ? NULL : named(n->first, ns, name);
}

const struct xml_node *xml_again(const struct xml_node *n)
{
    return named(n->next, n->ns, n->name);
}

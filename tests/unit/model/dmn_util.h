/* tests/unit/model/dmn_util.h - small decision models written in a test. */
#ifndef TESTS_DMN_UTIL_H
#define TESTS_DMN_UTIL_H

/* clang-format off */
#include "model/dmn/dmn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h> /* last: it has a macro fail() of its own */
/* clang-format on */

#define DMN_NS "https://www.omg.org/spec/DMN/20230324/MODEL/"
#define MODEL_OF(ns, body) "<definitions xmlns='" DMN_NS "' id='d' name='m' namespace='" ns "'>\n" body "</definitions>"
#define MODEL(body) MODEL_OF("urn:m", body)
/* A decision whose logic is LOGIC (XML), and one whose logic is a text. */
#define DECISION(name, logic) "<decision id='" name "' name='" name "'><variable name='" name "'/>" logic "</decision>\n"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"
#define INPUT(name, type)                                                                                                      \
    "<inputData id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>\n"
#define NEEDS(kind, href) "<informationRequirement><required" kind " href='" href "'/></informationRequirement>"
#define KNOWS(href) "<knowledgeRequirement><requiredKnowledge href='" href "'/></knowledgeRequirement>"
#define KNOWLEDGE(name, logic)                                                                                                 \
    "<businessKnowledgeModel id='" name "' name='" name "'><variable name='" name "'/><encapsulatedLogic>" logic               \
    "</encapsulatedLogic></businessKnowledgeModel>\n"

struct util_dmn {
    struct dmn *model;
    struct findings f;
    enum err err;
};

static inline struct dmn_file util_dmn_file(const char *name, const char *xml)
{
    return (struct dmn_file){.name = name, .bytes = {xml, strlen(xml)}};
}

static inline struct util_dmn util_dmn_limited(struct arena *mem, const char *xml, const struct dmn_limits *limits)
{
    struct util_dmn u = {.f = findings_new(mem)};
    const struct dmn_source s = {.model = util_dmn_file("m.dmn", xml), .limits = limits};

    u.err = dmn_read(mem, &s, &u.f, &u.model);
    return u;
}

/* The model of XML, which must be readable; findings are allowed. */
static inline struct util_dmn util_dmn(struct arena *mem, const char *xml)
{
    struct util_dmn u = util_dmn_limited(mem, xml, NULL);

    if (u.err != OK)
        fprintf(stderr, "%s\n", u.f.first != NULL ? u.f.first->message : "?");
    assert_int_equal(u.err, OK);
    return u;
}

/* What decision NAME comes to, and its notes. */
static inline struct dmn_answer util_decide(struct arena *mem, const struct dmn *m, const char *name,
                                            const struct dmn_input *input, size_t n)
{
    int64_t i = dmn_find(m, DMN_DECISION, name);
    struct dmn_answer a;

    if (i < 0)
        fprintf(stderr, "no decision %s\n", name);
    assert_true(i >= 0);
    const struct dmn_call call = {.model = m, .element = (uint32_t)i, .input = input, .n_input = n};
    assert_int_equal(dmn_decide(&call, mem, &a), OK);
    return a;
}

/* The string() of decision NAME without inputs. */
static inline const char *util_says_value(struct arena *mem, const struct dmn *m, const char *name)
{
    struct val v = util_decide(mem, m, name, NULL, 0).value;

    return v.tag == VAL_NULL ? "null" : val_string(mem, v);
}

static inline const struct finding *util_finding(const struct findings *f, const char *rule)
{
    for (const struct finding *one = f->first; one != NULL; one = one->next)
        if (strcmp(one->rule, rule) == 0)
            return one;
    return NULL;
}

#endif

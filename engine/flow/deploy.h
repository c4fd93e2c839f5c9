/* engine/flow/deploy.h - definitions: drafts, versions, release by a second person. A definition's bytes never change.
 *
 * A definition is a process (BPMN: one for each process of a file) or a decision model (DMN: one for a file). The root element tells
 * which; all else here is the same for both. A key belongs to one of the two kinds for good. */
#ifndef FLOW_DEPLOY_H
#define FLOW_DEPLOY_H

#include "db/unit.h"
#include "model/finding.h"

enum definition_state { DEFINITION_DRAFT = 1, DEFINITION_RELEASED = 2, DEFINITION_RETIRED = 3, DEFINITION_DISCARDED = 4 };

/* Is the file a decision model? What is no XML at all is none. */
bool deploy_is_decision(const void *bytes, size_t n);

/* Reads, checks and compiles a file of either kind as far as the file alone tells. E_FINDINGS if there are errors. */
enum err deploy_lint(struct arena *mem, const char *file, struct span bytes, struct findings *f) CHECKED;

/* The same, and what only the house knows (service topics that nobody registered, keys that are taken). Stores nothing. */
enum err deploy_check(struct unit *u, const char *file, const void *bytes, size_t n, struct findings *f) CHECKED;

struct deploy_draft {
    const char *file; /* name as uploaded, for messages */
    const void *bytes;
    size_t n;
    const char *why;          /* what is new, as the author says; NULL = nothing said */
    bool any_topic;           /* a story answers for services: topics need not be registered */
    struct findings findings; /* out: all of them */
    uint64_t id;              /* out: definition.id of the (first) process, or of the decision model */
    const uint64_t *all;      /* out: those of all processes of the file, in its order */
    size_t n_all;             /* out */
    const char *key;          /* out: id of the process; id (or name) of the decision model, made fit for addresses */
    bool decision;            /* out: it is a decision model */
};
/* Checks a file and stores a draft of each process in it, or of the decision model that it is, bytes as sent. E_FINDINGS and nothing
 * stored if there is an error. */
enum err deploy_draft(struct unit *u, struct deploy_draft *d) CHECKED;

/* Makes a draft the next version; the version before is retired for new instances, running ones stay on theirs. What
 * deploy_obstacles() and deploy_clash() tell is not released (E_STATE). The author may not release (E_DENIED) unless ALONE (the
 * command line, for first installations). *VERSION = the number given. */
enum err deploy_release(struct unit *u, uint64_t id, bool alone, const char *why, uint32_t *version) CHECKED;

/* The version in force of KEY is retired without a successor: nothing begins by it any more, running instances go on. E_NOTFOUND if none
 * is in force. */
enum err deploy_retire(struct unit *u, const char *key, const char *why) CHECKED;

/* A draft that nobody wants; it stays in the trail. E_STATE if it is no draft any more. */
enum err deploy_discard(struct unit *u, uint64_t id) CHECKED;

/* The released version that new instances of this process get; 0 if there is none. */
enum err deploy_current(struct unit *u, const char *key, uint64_t *id, uint32_t *version) CHECKED;

/* A decision of the model ID that another model in force answers for already: what keeps ID from being released. KEY is NULL if
 * there is none. */
struct deploy_clash {
    const char *key, *name;     /* of the decision */
    const char *model, *called; /* key and name of the other model */
    uint32_t version;
};
enum err deploy_clash(struct unit *u, uint64_t id, struct deploy_clash *out) CHECKED;

/* What else keeps the draft ID from being released: the process is not executable or asks for a decision that is not in force; the
 * decision model (DECISION) drops one that a process in force asks for. An error for each. */
enum err deploy_obstacles(struct unit *u, uint64_t id, bool decision, struct findings *f) CHECKED;

/* Findings as the JSON text that definition.findings holds: [{"severity":…,"rule":…,"line":…,"element":…,"message":…}]. */
enum err deploy_findings_json(struct buf *b, const struct findings *f) CHECKED;

#endif

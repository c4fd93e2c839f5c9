/* engine/run/scenario.h - process stories (.scn): parsed once, told by two drivers (the pure machine here, MariaDB in flow/).
 *
 * Lines, '#' begins a comment:
 *   model FILE [PROCESS]             BPMN file, relative to the story
 *   decision FILE                    DMN file with decisions that the process asks for; several are allowed
 *   start [name=value ...]           FEEL values; starts the instance
 *   at NODE ...                      exactly these nodes hold tokens (any order; NODE*2 = two tokens). A sub-process at work is
 *                                    where the tokens inside it are; armed boundary events do not count
 *   clock +1h30m                     moves the clock (s, m, h, d), firing what falls due on the way, in order of due
 *   begin NODE [name=value ...]      the event of NODE starts the instance; NODE#2: the second of its definitions
 *   message NAME [key VALUE] [...]   a message with this payload, for the oldest that waits for it and whose key fits
 *   signal NAME [name=value ...]     a signal, for all that wait for it
 *   claim NODE                       somebody takes the oldest user task at NODE
 *   done NODE [name=value ...]       completes the oldest user task at NODE (here and below NODE#2 is the second oldest ...)
 *   service NODE [name=value ...]    answers the oldest service call at NODE
 *   failed NODE "text"               the service call gave up
 *   called NODE [name=value ...]     what the call activity called has completed with these variables
 *   error NODE CODE [name=value ...] the work at NODE (user task, service, call) ends with this BPMN error
 *   escalation NODE CODE [...]       it raises this escalation
 *   retry NODE [name=value ...]      the incident there, after setting variables
 *   skip NODE [name=value ...]       the incident there is left as if its work were done
 *   set name=value ...               variables of the instance, by an operator
 *   suspend "reason"                 nothing moves ...
 *   resume                           ... until here
 *   move NODE TO                     the oldest token at NODE is taken away and a new one begins at TO
 *   add NODE [SUB]                   a new token begins at NODE, in the sub-process SUB at work
 *   activate SUB NODE                somebody begins the activity NODE of the ad-hoc sub-process SUB
 *   drop NODE                        the oldest token at NODE is taken away
 *   cancel "reason"
 *   fails LINE CODE                  the rest of the line must be refused with this error code
 *   var NAME = VALUE                 variable of the instance
 *   task NODE name=value ...         attributes of the newest task opened at NODE: assignee, groups, users, priority, due
 *   call NODE VALUE                  the input of the newest service call at NODE, or what a call activity hands over
 *   decided NODE name=value ...      the newest answer to the business rule task NODE: decision, value, rules (a list of numbers),
 *                                    words
 *   sent NAME [name=value ...]       the newest message or signal of that name that left the instance, and what it carries
 *   timers N                         so many timers are armed
 *   incident NODE "part of text"
 *   ended completed|terminated|cancelled|faulted
 *   trail WORD ...                   these appear in the trace in this order (others between are allowed): completed:triage,
 *                                    entered:x, timer:x, cancelled:x, occurred:x, thrown:x, compensated:x,
 *                                    changed:x, decided:x, flow:id, started, ended */
#ifndef RUN_SCENARIO_H
#define RUN_SCENARIO_H

#include "base/arena.h"
#include "base/err.h"
#include "model/proc.h"
#include "run/run.h"

struct scenario;

/* Reads the story TEXT, named PATH in messages. Its model is the caller's to read, so that a release gate can use a draft instead
 * of a file. E_INPUT, E_TOOBIG. */
enum err scenario_read(struct arena *mem, const char *path, const char *text, size_t n, struct scenario **out) CHECKED;
const char *scenario_model(const struct scenario *s);   /* path as written */
const char *scenario_process(const struct scenario *s); /* "" = the only executable one */
/* The decision models, paths as written, in this order; *N of them. They are the caller's to read, too. */
const char *const *scenario_decisions(const struct scenario *s, size_t *n);

/* The body that a story is told to. Each function answers as run_trigger() would. */
struct scenario_body {
    void *ctx;
    enum err (*trigger)(void *ctx, const struct trigger *t, int64_t now, struct effects *out);
    const struct inst *(*state)(void *ctx); /* the state as it is now, loaded anew */
};

/* Tells the story; on failure WHY is a sentence with file and line, and the answer E_STATE. */
enum err scenario_tell(struct arena *mem, const struct scenario *s, const struct proc *p, const struct scenario_body *body,
                       const char **why) CHECKED;

/* The same on the pure machine. DECISIONS may be NULL. */
enum err scenario_run(struct arena *mem, const struct scenario *s, const struct proc *p, const struct run_decisions *decisions,
                      const char **why) CHECKED;

#endif

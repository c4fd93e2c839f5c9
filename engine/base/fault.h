/* engine/base/fault.h - failing on purpose.
 *
 * In builds with -DGRADUS_FAULT a point asks fault_at(kind) whether to fail now; elsewhere the macro is the constant FAULT_NONE and
 * the function does not exist (a lint rule looks for the symbol in release programs). The mode comes from the environment:
 * GRADUS_FAULT=KIND:N:MODE with KIND a name such as "db", N the N-th time, MODE one of before, after (error before or after the
 * act), cutb, cuta (connection cut before or after), killb, killa (process ends before or after). */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

enum fault { FAULT_NONE, FAULT_BEFORE, FAULT_AFTER, FAULT_CUT_BEFORE, FAULT_CUT_AFTER, FAULT_KILL_BEFORE, FAULT_KILL_AFTER };

#ifdef GRADUS_FAULT
enum fault fault_next(const char *kind);
/* How many points of the configured kind were passed (the test loops N until the count stays below it). */
unsigned fault_passed(void);
/* Ends the process like kill -9, without flushing or closing. */
void fault_kill(void);
#define FAULT_AT(kind) fault_next(kind)
#define FAULT_KILL() fault_kill()
#else
#define FAULT_AT(kind) FAULT_NONE
#define FAULT_KILL() ((void)0)
#endif

#endif

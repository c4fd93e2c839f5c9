/* engine/run/limit.h - every limit of the machine (reference sec 3.9). Over a limit is an incident with the limit's name. */
#ifndef RUN_LIMIT_H
#define RUN_LIMIT_H

enum {
    LIMIT_TOKENS = 10000,          /* tokens of one instance at a time */
    LIMIT_INSTANCES = 10000,       /* instances of one multi-instance activity */
    LIMIT_VARS = 4000,             /* variables of one instance */
    LIMIT_VAR_NAME = 255,          /* bytes of a variable's name */
    LIMIT_VAR_BYTES = 1 << 20,     /* all variables of one instance together */
    LIMIT_VALUE_DEPTH = 64,        /* lists in contexts in lists ... of one value */
    LIMIT_CYCLE_BEHIND = 1000,     /* missed occurrences of a timer that are made up for */
    LIMIT_TRIGGER_BYTES = 4 << 20, /* text of one trigger */
    LIMIT_CALL_DEPTH = 100,        /* calls of calls ... above one instance */
    LIMIT_STAGE_DEEDS = 200000,    /* steps of instances in one operation of a stage */
    LIMIT_STORY_LINES = 2000,      /* lines of one scenario */
    LIMIT_STORY_WORDS = 64,        /* words of one of its lines */
    LIMIT_STORY_MODELS = 20,       /* decision models that one scenario names */
    LIMIT_STORY_FIRINGS = 10000    /* timers that one clock line may fire */
};

#endif

/* engine/model/bpmn_int.h - what the files that read BPMN share. */
#ifndef MODEL_BPMN_INT_H
#define MODEL_BPMN_INT_H

#include "base/buf.h"
#include "model/bpmn.h"

/* ---- bpmn.c ---- */

/* Is it the standard's element LOCAL? */
bool bpmn_is(const struct xml_node *n, const char *local);
/* The attribute without namespace, "" if it is not there. */
const char *bpmn_attr(const struct xml_node *n, const char *name);
bool bpmn_attr_true(const struct xml_node *n, const char *name, bool otherwise);
/* The text of the child LOCAL of the standard without blanks around, NULL if there is none or it is empty. */
const char *bpmn_child_text(const struct bpmn_file *f, const struct xml_node *n, const char *local);
/* Literal or FEEL behind "=". */
struct bpmn_expr bpmn_text(struct bpmn_file *f, const struct xml_node *x, const char *text);
/* An expression of the standard: always FEEL; X may be NULL. */
struct bpmn_expr bpmn_formal(struct bpmn_file *f, const struct xml_node *x);

/* ---- bpmn_event.c ---- */

/* The event definitions that stand in X; their number goes to *N. */
struct bpmn_event *bpmn_events(struct bpmn_file *f, const struct xml_node *x, int32_t *n);
/* The one that a reference leads to; NULL if none. */
struct bpmn_event *bpmn_event_ref(struct bpmn_file *f, const char *ref, int line);
void bpmn_read_events(struct bpmn_file *f, struct bpmn_node *n);
/* When all nodes are known: what compensation and links lead to, which handler an activity has. */
void bpmn_settle_events(struct bpmn_file *f);

/* ---- bpmn_activity.c ---- */

void bpmn_read_activity(struct bpmn_file *f, struct bpmn_node *n);

/* ---- bpmn_data.c ---- */

/* Is it something that data stands in: an item, property, data object or store? */
bool bpmn_is_item(const struct xml_node *x);
/* The variable of a data item, data object or property: its name, else its id. */
const char *bpmn_item_name(const struct bpmn_file *f, const struct xml_node *x);
/* The name of the variable that a reference to data means: of an item, property, data object or store of the file; else its text. */
const char *bpmn_data_name(const struct bpmn_file *f, const char *ref);
/* Variables that stand in X. */
struct bpmn_data *bpmn_data(struct bpmn_file *f, const struct xml_node *x, int32_t *n);
/* The fields of the desk that P names, by references to stores and by associations; all stores of the file are known. */
void bpmn_read_stores(const struct bpmn_file *f, struct bpmn_process *p);
/* The FEEL of a variable's name. */
struct bpmn_expr bpmn_name_expr(const char *name, int line);
/* All names of data in the file that are no plain words. */
void bpmn_read_names(struct bpmn_file *f);

/* ---- bpmn_mapping.c ---- */

/* The expression in FEEL: itself in brackets, or a string literal. */
void bpmn_source_text(struct buf *b, const struct bpmn_expr *e);
/* The data associations of N, if no dialect has said it otherwise. */
void bpmn_read_mappings(struct bpmn_file *f, struct bpmn_node *n);

/* ---- bpmn_message.c ---- */

/* Message flows give names to messages that have none; correlation keys. When all nodes are known. */
void bpmn_settle_messages(struct bpmn_file *f);

#endif

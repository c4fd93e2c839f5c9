-- schema/0006_events.sql: events and calls of processes: who waits for which message or signal, what nobody has taken yet, what begins
-- an instance, which instance called which.
--
-- Columns only come in addition, with the values that rows of before have: a token with a host was a listener, and whatever had a moment
-- of its own waited for the only event definition of its node. No foreign keys: these rows change with every step.

ALTER TABLE token
  ADD COLUMN msg_key MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL, -- correlation key it waits for; NULL = any
  ADD COLUMN role    TINYINT UNSIGNED NOT NULL DEFAULT 0,                     -- enum token_role
  ADD COLUMN event   INT          NOT NULL DEFAULT -1 COMMENT 'event definition of the node, -1 = none';
UPDATE token SET role = 1 WHERE host <> 0;
UPDATE token SET event = 0 WHERE host <> 0 OR due <> 0;

ALTER TABLE inst
  ADD COLUMN called       TINYINT(1)   NOT NULL DEFAULT 0,                    -- 1 = a call activity began it
  ADD COLUMN parent_inst  BIGINT UNSIGNED NULL,                               -- the instance that called it; NULL = nobody did
  ADD COLUMN parent_token INT UNSIGNED NOT NULL DEFAULT 0,                    -- and its call activity's token
  ADD COLUMN depth        INT UNSIGNED NOT NULL DEFAULT 0,                    -- calls above it
  ADD KEY inst_parent (parent_inst, parent_token);

-- A token that waits for a message or a signal. How a payload makes the key that a message has for a token is a "way": a correlation of
-- a model (definition, node, event), or, with empty columns, what the message says itself. There are few ways to a name, and the index
-- leads from each to the oldest row with this key without looking at the others.
CREATE TABLE subscription (
  inst_id        BIGINT UNSIGNED NOT NULL,
  token          INT UNSIGNED NOT NULL,
  kind           TINYINT UNSIGNED NOT NULL,                                   -- 1 message, 2 signal; 10 more while the instance is suspended
  name           VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  way_definition BIGINT UNSIGNED NOT NULL,
  way_node       VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  way_event      INT          NOT NULL,
  key_hash       BINARY(32)   NOT NULL,                                       -- SHA-256 of token.msg_key; zeros = any
  id             BIGINT UNSIGNED NOT NULL,                                    -- of two of one moment the smaller one is the older
  definition_id  BIGINT UNSIGNED NOT NULL,
  node           VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  subject_id     BIGINT UNSIGNED NOT NULL,
  created        BIGINT       NOT NULL,
  PRIMARY KEY (inst_id, token),
  KEY subscription_find (kind, name, way_definition, way_node, way_event, key_hash, created, id)
) ENGINE=InnoDB;

CREATE TABLE message (                                                        -- kept for a receiver that comes later
  id            BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name          VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  msg_key       MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,  -- NULL = it names none
  payload       MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- typed text
  wanted        MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- typed text: variables that the receiver must have
  created       BIGINT       NOT NULL,
  expires       BIGINT       NOT NULL,
  KEY message_find (name, created, id)
) ENGINE=InnoDB;

-- Whoever begins to wait for a message reads the gate of its name, whoever keeps a message for later changes it: so neither of two at
-- once can miss the other.
CREATE TABLE message_gate (
  no            INT UNSIGNED NOT NULL PRIMARY KEY                             -- the name's hash modulo 64
) ENGINE=InnoDB;
INSERT INTO message_gate (no) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18),
  (19), (20), (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31), (32), (33), (34), (35), (36), (37), (38), (39), (40), (41),
  (42), (43), (44), (45), (46), (47), (48), (49), (50), (51), (52), (53), (54), (55), (56), (57), (58), (59), (60), (61), (62), (63);

CREATE TABLE start_point (                                                    -- what begins instances of the versions in force
  definition_id BIGINT UNSIGNED NOT NULL,
  node          VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  event         INT          NOT NULL,                                        -- event definition of the node
  kind          TINYINT UNSIGNED NOT NULL,                                    -- 1 message, 2 signal, 3 condition, 4 timer
  name          VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- of the message or signal, else ''
  position      INT UNSIGNED NOT NULL,                                        -- among those of its version
  due           BIGINT       NOT NULL DEFAULT 0,                              -- timer: its next moment, 0 = no more
  count         INT UNSIGNED NOT NULL DEFAULT 0,                              -- timer: how often it has begun an instance
  job_id        BIGINT UNSIGNED NOT NULL DEFAULT 0,                           -- timer: the job that does it next
  PRIMARY KEY (definition_id, node, event),
  KEY start_point_find (kind, name, definition_id, position)
) ENGINE=InnoDB;

-- schema/0005_decided.sql: what business rule tasks decided for a ticket, and why, for those who read the ticket.
--
-- The trail has the same as events; pages may not read the trail. Rows are written with the step and never changed.

CREATE TABLE decided (
  id            BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  subject_id    BIGINT UNSIGNED NOT NULL,                                     -- the ticket
  inst_id       BIGINT UNSIGNED NOT NULL,
  node          VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- the business rule task
  at            BIGINT       NOT NULL,
  definition_id BIGINT UNSIGNED NOT NULL,                                     -- the decision model
  decision      VARCHAR(255) NOT NULL,                                        -- name of the decision
  version       INT UNSIGNED NULL,                                            -- of its model; NULL = a draft
  value         MEDIUMTEXT   NOT NULL,                                        -- typed text
  facts         MEDIUMTEXT   NOT NULL,                                        -- typed text: [[label, value], ...] of the rule's inputs
  rules         VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,   -- "3" or "1, 4": numbers of the matching rules
  by_default    TINYINT(1)   NOT NULL,                                        -- 1 = no rule matched, the defaults were taken
  KEY decided_subject (subject_id, at, id)
) ENGINE=InnoDB;

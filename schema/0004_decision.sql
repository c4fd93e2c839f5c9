-- schema/0004_decision.sql: the decisions of each stored decision model (a definition of kind dmn), by the id that business rule tasks name.
--
-- A row is written with the draft and goes with its definition through all states. `current` repeats definition.current, so that the
-- unique key can promise what a program could only hope for when two people release at once: at most one decision in force has a key.

CREATE TABLE decision (
  definition_id BIGINT UNSIGNED NOT NULL,                                      -- the model that it stands in
  decision_key  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- attribute id of the decision
  name          VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- FEEL tells capital letters apart
  current       TINYINT(1)   NULL,                                             -- 1 = its model is in force, else NULL
  PRIMARY KEY (definition_id, decision_key),
  UNIQUE KEY decision_current (decision_key, current)
) ENGINE=InnoDB;

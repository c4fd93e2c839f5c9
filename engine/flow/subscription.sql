-- engine/flow/subscription.sql - who waits for a message or a signal.

-- subscription_add(inst u64, token u32, kind u32, name text, way_definition u64, way_node text, way_event i32, key_hash blob, id u64, definition u64, node text, subject u64, at i64) -> bulk
--   by portal agent worker cli admin
INSERT INTO subscription (inst_id, token, kind, name, way_definition, way_node, way_event, key_hash, id, definition_id, node, subject_id, created)
VALUES (:inst, :token, :kind, :name, :way_definition, :way_node, :way_event, :key_hash, :id, :definition, :node, :subject, :at);

-- subscription_drop(inst u64, token u32) -> bulk
--   by portal agent worker cli admin
DELETE FROM subscription WHERE inst_id = :inst AND token = :token;

-- subscription_rest(inst u64) -> none
--   by portal agent worker cli admin
UPDATE subscription SET kind = kind + 10 WHERE inst_id = :inst AND kind < 10;

-- subscription_resume(inst u64) -> none
--   by portal agent worker cli admin
UPDATE subscription SET kind = kind - 10 WHERE inst_id = :inst AND kind >= 10;

-- The ways in which a name's keys are made, one after the other: each is found by a leap in the index. (GROUP BY would leap as well, but a
-- prepared statement does so at its first execution only.)
-- subscription_way(name text, definition u64, node text, event i32) -> one (definition u64, node text, event i32)
--   by worker cli admin
SELECT way_definition, way_node, way_event FROM subscription
WHERE kind = 1 AND name = :name COLLATE utf8mb4_bin AND (way_definition > :definition OR (way_definition = :definition AND
  (way_node > :node COLLATE utf8mb4_bin OR (way_node = :node COLLATE utf8mb4_bin AND way_event > :event))))
ORDER BY kind, name, way_definition, way_node, way_event LIMIT 1;

-- subscription_oldest(name text, definition u64, node text, event i32, key_hash blob) -> one (inst u64, token u32, subject u64, created i64, id u64)
--   by worker cli admin
SELECT inst_id, token, subject_id, created, id FROM subscription
WHERE kind = 1 AND name = :name AND way_definition = :definition AND way_node = :node AND way_event = :event AND key_hash = :key_hash
ORDER BY created, id LIMIT 1;

-- For messages that say which variables their receiver must have: one after the other, oldest first.
-- subscription_next(name text, created i64, id u64) -> many (inst u64, token u32, subject u64, created i64, id u64)
--   by worker cli admin
SELECT inst_id, token, subject_id, created, id FROM subscription
WHERE kind = 1 AND name = :name AND created >= :created AND (created > :created OR id > :id) ORDER BY created, id LIMIT 100;

-- Under the subject's lock: is it still there?
-- subscription_still(inst u64, token u32, id u64) -> one (id u64)
--   by worker cli admin
SELECT id FROM subscription WHERE inst_id = :inst AND token = :token AND id = :id AND kind = 1;

-- Each instance once, who has waited longest first.
-- subscription_hearers(name text, created i64, id u64) -> many (inst u64, created i64, id u64)
--   by worker cli admin
SELECT inst_id, MIN(created) AS since, MIN(id) AS first FROM subscription WHERE kind = 2 AND name = :name
GROUP BY inst_id HAVING since >= :created AND (since > :created OR first > :id) ORDER BY since, first LIMIT 500;

-- Does an instance of this version wait for the signal in the very place?
-- subscription_begun(name text, definition u64, node text) -> one (inst u64)
--   by worker cli admin
SELECT inst_id FROM subscription WHERE kind = 2 AND name = :name AND definition_id = :definition AND node = :node LIMIT 1;

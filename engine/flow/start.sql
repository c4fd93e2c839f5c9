-- engine/flow/start.sql - what begins instances of the versions in force.

-- start_add(definition u64, node text, event i32, kind u32, name text, position u32, due i64, job u64) -> bulk
--   by designer cli     untraced: the release has its own event
INSERT INTO start_point (definition_id, node, event, kind, name, position, due, job_id) VALUES (:definition, :node, :event, :kind, :name, :position, :due, :job);

-- start_jobs(definition u64) -> many (job u64)
--   by designer cli
SELECT job_id FROM start_point WHERE definition_id = :definition AND job_id <> 0 LIMIT 10000;

-- start_drop(definition u64) -> none
--   by designer cli     untraced: the release that takes its place has its own event
DELETE FROM start_point WHERE definition_id = :definition;

-- start_find(kind u32, name text) -> many (definition u64, node text, event i32)
--   by worker cli admin
SELECT definition_id, node, event FROM start_point WHERE kind = :kind AND name = :name ORDER BY definition_id, position LIMIT 1000;

-- start_timer(definition u64, node text, event i32) -> one (due i64, count u32, job u64)
--   by worker cli
SELECT due, count, job_id FROM start_point WHERE definition_id = :definition AND node = :node AND event = :event FOR UPDATE;

-- start_again(definition u64, node text, event i32, due i64, count u32, job u64) -> none
--   by worker cli     untraced: the instance that begins has its own event
UPDATE start_point SET due = :due, count = :count, job_id = :job WHERE definition_id = :definition AND node = :node AND event = :event;

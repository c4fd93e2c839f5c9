-- task_add(id u64, inst u64, token u32, subject u64, node text, name text, tier text, role text, groups text, users text, assignee u64?, priority i32, opened i64, due i64?) -> bulk
--   by portal agent worker cli admin
INSERT INTO task (id, inst_id, token, subject_id, node, name, tier, role, groups_, users_, assignee_id, state, priority, version, opened, due)
VALUES (:id, :inst, :token, :subject, :node, :name, :tier, :role, :groups, :users, :assignee, 1, :priority, 1, :opened, :due);

-- task_close(inst u64, token u32, state u32, at i64, by u64) -> bulk
--   by portal agent worker cli admin
UPDATE task SET state = :state, closed = :at, closed_by = :by, version = version + 1 WHERE inst_id = :inst AND token = :token AND state = 1;

-- task_assign(id u64, assignee u64?, version u32) -> none
--   by agent
UPDATE task SET assignee_id = :assignee, version = version + 1 WHERE id = :id AND state = 1 AND version = :version;

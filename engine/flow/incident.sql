-- incident_add(id u64, inst u64, token u32, subject u64, node text, message text, at i64) -> none
--   by portal agent worker cli admin
INSERT INTO incident (id, inst_id, token, subject_id, node, message, at) VALUES (:id, :inst, :token, :subject, :node, :message, :at);

-- incident_end(inst u64, token u32, at i64) -> none
--   by portal agent worker cli admin
UPDATE incident SET state = 2, ended = :at WHERE inst_id = :inst AND token = :token AND state = 1;

-- incident_get(id u64) -> one (inst u64, token u32, subject u64, state u32, node text)
--   by admin cli
SELECT inst_id, token, subject_id, state, node FROM incident WHERE id = :id;

-- incident_list(state u32) -> many (id u64, inst u64, token u32, subject u64, node text, message text, at i64)
--   by admin cli
SELECT id, inst_id, token, subject_id, node, message, at FROM incident WHERE state = :state ORDER BY at DESC, id DESC LIMIT 200;

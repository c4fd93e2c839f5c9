-- One statement for all rows of an instance. Of the instance: depth, definition, state, next_no, seq, subject, parent token, parent, called. Of a
-- token: scope, state, inner, host, count, step, role, event; its key as value.
-- inst_rows(inst u64) -> many (kind u32, no u32, node text?, flow text?, a u64, b u64, c u64, d u64, e u64, f u64, g u64, h i32, due i64, value text?)
--   by portal agent worker cli admin
SELECT 0, depth, NULL, NULL, definition_id, state, next_no, seq, subject_id, parent_token, COALESCE(parent_inst, 0), called, started, HEX(visited)
FROM inst WHERE id = :inst
UNION ALL
SELECT 1, no, node, flow, scope, state, inner_scope, host, count, step, role, event, due, msg_key FROM token WHERE inst_id = :inst
UNION ALL
SELECT 2, no, node, NULL, parent, token, 0, 0, 0, 0, 0, 0, 0, NULL FROM scope WHERE inst_id = :inst
UNION ALL
SELECT 3, scope, name, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, value FROM variable WHERE inst_id = :inst
LIMIT 40000;

-- inst_add(id u64, definition u64, subject u64, state u32, next_no u32, seq u64, visited blob, started i64, ended i64?, called bool, parent u64?, parent_token u32, depth u32) -> none
--   by portal agent worker cli admin
INSERT INTO inst (id, definition_id, subject_id, state, next_no, seq, visited, started, ended, called, parent_inst, parent_token, depth)
VALUES (:id, :definition, :subject, :state, :next_no, :seq, :visited, :started, :ended, :called, :parent, :parent_token, :depth);

-- inst_put(id u64, state u32, next_no u32, seq u64, visited blob, ended i64?) -> none
--   by portal agent worker cli admin
UPDATE inst SET state = :state, next_no = :next_no, seq = :seq, visited = :visited, ended = :ended WHERE id = :id;

-- inst_migrate(id u64, definition u64) -> none
--   by admin cli
UPDATE inst SET definition_id = :definition WHERE id = :id;

-- What the call activity at a token has called and what still runs; with token 0 what all of them have.
-- inst_called(inst u64, token u32) -> many (id u64)
--   by portal agent worker cli admin
SELECT id FROM inst WHERE parent_inst = :inst AND (:token = 0 OR parent_token = :token) AND state IN (0, 5) ORDER BY id LIMIT 10000;

-- inst_token_put(inst u64, no u32, node text, flow text?, scope u32, state u32, step u32, inner u32, host u32, count u32, due i64, role u32, event i32, key text?) -> bulk
--   by portal agent worker cli admin
INSERT INTO token (inst_id, no, node, flow, scope, state, step, inner_scope, host, count, due, role, event, msg_key)
VALUES (:inst, :no, :node, :flow, :scope, :state, :step, :inner, :host, :count, :due, :role, :event, :key)
ON DUPLICATE KEY UPDATE node = VALUES(node), flow = VALUES(flow), scope = VALUES(scope), state = VALUES(state),
  step = VALUES(step), inner_scope = VALUES(inner_scope), host = VALUES(host), count = VALUES(count), due = VALUES(due),
  role = VALUES(role), event = VALUES(event), msg_key = VALUES(msg_key);

-- inst_token_drop(inst u64, nos text) -> none
--   by portal agent worker cli admin
DELETE k, j, s FROM token k LEFT JOIN job j ON j.inst_id = k.inst_id AND j.token = k.no
  LEFT JOIN subscription s ON s.inst_id = k.inst_id AND s.token = k.no WHERE k.inst_id = :inst AND FIND_IN_SET(k.no, :nos);

-- inst_scope_put(inst u64, no u32, parent u32, node text?, token u32) -> bulk
--   by portal agent worker cli admin
INSERT INTO scope (inst_id, no, parent, node, token) VALUES (:inst, :no, :parent, :node, :token)
ON DUPLICATE KEY UPDATE parent = VALUES(parent), node = VALUES(node), token = VALUES(token);

-- inst_scope_drop(inst u64, no u32) -> bulk
--   by portal agent worker cli admin
DELETE FROM scope WHERE inst_id = :inst AND no = :no;

-- inst_var_put(inst u64, scope u32, name text, value text) -> bulk
--   by portal agent worker cli admin
INSERT INTO variable (inst_id, scope, name, value) VALUES (:inst, :scope, :name, :value)
ON DUPLICATE KEY UPDATE value = VALUES(value);

-- inst_var_drop(inst u64, scope u32, name text) -> bulk
--   by portal agent worker cli admin
DELETE FROM variable WHERE inst_id = :inst AND scope = :scope AND name = :name;

-- inst_trigger_add(inst u64, seq u64, body text) -> bulk
--   by portal agent worker cli admin
INSERT INTO trigger_log (inst_id, seq, body) VALUES (:inst, :seq, :body);

-- inst_triggers(inst u64, after u64) -> many (seq u64, body text)
--   by cli auditor
SELECT seq, body FROM trigger_log WHERE inst_id = :inst AND seq > :after ORDER BY seq LIMIT 500;

-- inst_first_migration(inst u64) -> one (body text)
--   by cli auditor
SELECT body FROM trigger_log WHERE inst_id = :inst AND body LIKE 'migrate %' ORDER BY seq LIMIT 1;

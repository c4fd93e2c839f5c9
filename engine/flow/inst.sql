-- inst_rows(inst u64) -> many (kind u32, no u32, node text?, flow text?, a u64, b u64, c u64, d u64, e u64, f u64, due i64, value text?)
--   by portal agent worker cli admin
SELECT 0, 0, NULL, NULL, definition_id, state, next_no, seq, subject_id, 0, 0, HEX(visited) FROM inst WHERE id = :inst
UNION ALL
SELECT 1, no, node, flow, scope, state, inner_scope, host, count, step, due, NULL FROM token WHERE inst_id = :inst
UNION ALL
SELECT 2, no, node, NULL, parent, token, 0, 0, 0, 0, 0, NULL FROM scope WHERE inst_id = :inst
UNION ALL
SELECT 3, scope, name, NULL, 0, 0, 0, 0, 0, 0, 0, value FROM variable WHERE inst_id = :inst
LIMIT 40000;

-- inst_add(id u64, definition u64, subject u64, state u32, next_no u32, seq u64, visited blob, started i64, ended i64?) -> none
--   by portal agent worker cli
INSERT INTO inst (id, definition_id, subject_id, state, next_no, seq, visited, started, ended)
VALUES (:id, :definition, :subject, :state, :next_no, :seq, :visited, :started, :ended);

-- inst_put(id u64, state u32, next_no u32, seq u64, visited blob, ended i64?) -> none
--   by portal agent worker cli admin
UPDATE inst SET state = :state, next_no = :next_no, seq = :seq, visited = :visited, ended = :ended WHERE id = :id;

-- inst_token_put(inst u64, no u32, node text, flow text?, scope u32, state u32, step u32, inner u32, host u32, count u32, due i64) -> bulk
--   by portal agent worker cli admin
INSERT INTO token (inst_id, no, node, flow, scope, state, step, inner_scope, host, count, due)
VALUES (:inst, :no, :node, :flow, :scope, :state, :step, :inner, :host, :count, :due)
ON DUPLICATE KEY UPDATE node = VALUES(node), flow = VALUES(flow), scope = VALUES(scope), state = VALUES(state),
  step = VALUES(step), inner_scope = VALUES(inner_scope), host = VALUES(host), count = VALUES(count), due = VALUES(due);

-- inst_token_drop(inst u64, nos text) -> none
--   by portal agent worker cli admin
DELETE k, j FROM token k LEFT JOIN job j ON j.inst_id = k.inst_id AND j.token = k.no WHERE k.inst_id = :inst AND FIND_IN_SET(k.no, :nos);

-- inst_scope_put(inst u64, no u32, parent u32, node text?, token u32) -> bulk
--   by portal agent worker cli admin
INSERT INTO scope (inst_id, no, parent, node, token) VALUES (:inst, :no, :parent, :node, :token);

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

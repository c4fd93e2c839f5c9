-- engine/flow/operate.sql - what operators need besides the rows of an instance.

-- operate_subject(inst u64) -> one (subject u64)
--   by admin cli
SELECT subject_id FROM inst WHERE id = :inst;

-- operate_task_node(inst u64, token u32, node text) -> bulk
--   by admin cli
UPDATE task SET node = :node WHERE inst_id = :inst AND token = :token AND state = 1;

-- operate_incident_node(inst u64, token u32, node text) -> bulk
--   by admin cli
UPDATE incident SET node = :node WHERE inst_id = :inst AND token = :token AND state = 1;

-- operate_subscription_node(inst u64, token u32, definition u64, node text) -> bulk
--   by admin cli
UPDATE subscription SET definition_id = :definition, node = :node WHERE inst_id = :inst AND token = :token;

-- operate_instances(state u32) -> many (id u64, subject u64, process_key text, version u32?, name text, started i64, incidents u64)
--   by admin
SELECT i.id, i.subject_id, d.process_key, d.version, d.name, i.started, (SELECT COUNT(*) FROM incident c WHERE c.inst_id = i.id AND c.state = 1)
FROM inst i FORCE INDEX (inst_state) JOIN definition d ON d.id = i.definition_id WHERE i.state = :state ORDER BY i.id DESC LIMIT 100;

-- operate_instances_of(subject u64) -> many (id u64, subject u64, process_key text, version u32?, name text, state u32, started i64, incidents u64)
--   by admin
SELECT i.id, i.subject_id, d.process_key, d.version, d.name, i.state, i.started, (SELECT COUNT(*) FROM incident c WHERE c.inst_id = i.id AND c.state = 1)
FROM inst i JOIN definition d ON d.id = i.definition_id WHERE i.subject_id = :subject ORDER BY i.id DESC LIMIT 100;

-- operate_instance(id u64) -> one (subject u64, definition u64, process_key text, version u32?, name text, started i64, ended i64?)
--   by admin
SELECT i.subject_id, d.id, d.process_key, d.version, d.name, i.started, i.ended FROM inst i JOIN definition d ON d.id = i.definition_id WHERE i.id = :id;

-- operate_incidents(inst u64) -> many (id u64, token u32, node text, message text, at i64)
--   by admin
SELECT id, token, node, message, at FROM incident WHERE inst_id = :inst AND state = 1 ORDER BY at, id LIMIT 100;

-- operate_versions(process_key text) -> many (id u64, version u32)
--   by admin
SELECT id, version FROM definition WHERE process_key = :process_key AND kind = 'bpmn' AND version IS NOT NULL ORDER BY version DESC LIMIT 50;

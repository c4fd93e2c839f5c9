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

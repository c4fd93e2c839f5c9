-- engine/flow/decision.sql - which stored model answers for a decision, and what was decided.

-- decision_in_force(keys text) -> many (decision_key text, definition u64)
--   by portal agent worker cli admin designer
SELECT x.decision_key, x.definition_id
FROM JSON_TABLE(:keys, '$[*]' COLUMNS (k VARCHAR(255) CHARACTER SET utf8mb4 PATH '$')) j
  JOIN decision x ON x.decision_key = j.k COLLATE utf8mb4_bin AND x.current = 1 LIMIT 1000;

-- decision_of_version(key text, version u32) -> one (definition u64)
--   by portal agent worker cli admin designer
SELECT x.definition_id FROM decision x JOIN definition d ON d.id = x.definition_id
WHERE x.decision_key = :key AND d.version = :version ORDER BY x.current DESC, d.released DESC LIMIT 1;

-- decision_at_release(key text, process u64) -> one (definition u64)
--   by portal agent worker cli admin
SELECT x.definition_id FROM decision x JOIN definition d ON d.id = x.definition_id
WHERE x.decision_key = :key AND d.released <= (SELECT p.released FROM definition p WHERE p.id = :process) ORDER BY d.released DESC, d.id DESC LIMIT 1;

-- Decisions that would be in force no longer if the draft were: those of the version that it replaces and does not hold itself.
-- decision_leaving(draft u64) -> many (decision_key text)
--   by cli designer
SELECT o.decision_key FROM definition n JOIN definition d ON d.process_key = n.process_key AND d.current = 1 JOIN decision o ON o.definition_id = d.id
WHERE n.id = :draft AND NOT EXISTS (SELECT 1 FROM decision x WHERE x.definition_id = :draft AND x.decision_key = o.decision_key) LIMIT 1000;

-- decision_processes() -> many (id u64)
--   by cli designer
SELECT id FROM definition WHERE current = 1 AND kind = 'bpmn' LIMIT 1000;

-- decision_decided_add(id u64, subject u64, inst u64, node text, at i64, definition u64, decision text, version u32?, value text, facts text, rules text, by_default bool) -> bulk
--   by portal agent worker cli admin
INSERT INTO decided (id, subject_id, inst_id, node, at, definition_id, decision, version, value, facts, rules, by_default)
VALUES (:id, :subject, :inst, :node, :at, :definition, :decision, :version, :value, :facts, :rules, :by_default);

-- definition_source(id u64) -> one (process_key text, version u32?, state u32, source blob)
--   by portal agent worker cli admin designer auditor
SELECT process_key, version, state, source FROM definition WHERE id = :id;

-- definition_draft_add(id u64, kind text, key text, name text, file text, sha256 blob, source blob, findings text, author u64, at i64) -> none
--   by designer cli
INSERT INTO definition (id, kind, process_key, version, state, current, name, file_name, sha256, source, findings, author_id, created)
VALUES (:id, :kind, :key, NULL, 1, NULL, :name, :file, :sha256, :source, :findings, :author, :at);

-- definition_lock(id u64) -> one (kind text, process_key text, version u32?, state u32, name text, author u64, sha256 blob, source blob)
--   by designer cli
SELECT kind, process_key, version, state, name, author_id, sha256, source FROM definition WHERE id = :id FOR UPDATE;

-- definition_other_kind(key text, kind text) -> one (id u64)
--   by designer cli
SELECT id FROM definition WHERE process_key = :key AND kind <> :kind AND state <> 4 LIMIT 1;

-- decision_draft_add(definition u64, key text, name text) -> bulk
--   by designer cli
INSERT INTO decision (definition_id, decision_key, name, current) VALUES (:definition, :key, :name, NULL);

-- decision_clash(definition u64) -> one (decision_key text, name text, model text, called text, version u32?)
--   by designer cli
SELECT x.decision_key, x.name, d.process_key, d.name, d.version
FROM decision x JOIN definition m ON m.id = x.definition_id JOIN decision o ON o.decision_key = x.decision_key AND o.current = 1
  JOIN definition d ON d.id = o.definition_id AND d.process_key <> m.process_key
WHERE x.definition_id = :definition ORDER BY x.decision_key LIMIT 1;

-- decision_enforce(definition u64) -> none
--   by designer cli
UPDATE decision SET current = 1 WHERE definition_id = :definition;

-- decision_retire(definition u64) -> none
--   by designer cli
UPDATE decision SET current = NULL WHERE definition_id = :definition;

-- definition_last_version(key text) -> one (version u32?)
--   by designer cli
SELECT MAX(version) FROM definition WHERE process_key = :key;

-- definition_retire_current(key text) -> none
--   by designer cli
UPDATE definition SET current = NULL, state = 3 WHERE process_key = :key AND current = 1;

-- definition_release(id u64, version u32, releaser u64, at i64) -> none
--   by designer cli
UPDATE definition SET state = 2, current = 1, version = :version, releaser_id = :releaser, released = :at WHERE id = :id AND state = 1;

-- definition_discard(id u64) -> none
--   by designer cli
UPDATE definition SET state = 4 WHERE id = :id AND state = 1;

-- definition_current(key text) -> one (id u64, version u32, sha256 blob)
--   by designer cli portal agent worker
SELECT id, version, sha256 FROM definition WHERE process_key = :key AND current = 1;

-- definition_keys() -> many (process_key text, kind text, name text, version u32?, drafts u64, running u64, changed i64, author text?)
--   by designer
SELECT d.process_key, l.kind, l.name, MAX(CASE WHEN d.current = 1 THEN d.version END), SUM(d.state = 1),
  (SELECT COUNT(*) FROM definition x JOIN inst i ON i.definition_id = x.id WHERE x.process_key = d.process_key AND i.state IN (0, 5)),
  l.created, (SELECT p.name FROM person p WHERE p.id = l.author_id)
FROM definition d JOIN definition l ON l.id = (SELECT m.id FROM definition m WHERE m.process_key = d.process_key AND m.state <> 4 ORDER BY m.created DESC, m.id DESC LIMIT 1)
WHERE d.state <> 4 GROUP BY d.process_key, l.id, l.kind, l.name, l.created, l.author_id ORDER BY d.process_key LIMIT 500;

-- definition_versions(key text) -> many (id u64, kind text, version u32?, state u32, is_current u32, name text, file text, sha256 blob, author_id u64, author text?, created i64, releaser text?, released i64?, running u64)
--   by designer
SELECT d.id, d.kind, d.version, d.state, d.current IS NOT NULL, d.name, d.file_name, d.sha256, d.author_id, a.name, d.created, r.name, d.released,
  (SELECT COUNT(*) FROM inst i WHERE i.definition_id = d.id AND i.state IN (0, 5))
FROM definition d LEFT JOIN person a ON a.id = d.author_id LEFT JOIN person r ON r.id = d.releaser_id
WHERE d.process_key = :key AND d.state <> 4 ORDER BY d.created DESC, d.id DESC LIMIT 200;

-- definition_file(id u64, key text) -> one (file text, version u32?, name text, source blob)
--   by designer
SELECT file_name, version, name, source FROM definition WHERE id = :id AND process_key = :key;

-- definition_kind(id u64, key text) -> one (kind text)
--   by designer
SELECT kind FROM definition WHERE id = :id AND process_key = :key AND state <> 4;

-- definition_findings(id u64) -> one (findings text)
--   by designer
SELECT findings FROM definition WHERE id = :id;

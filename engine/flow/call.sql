-- engine/flow/call.sql - which version of a process a call activity means.

-- call_in_force(key text) -> one (id u64)
--   by portal agent worker cli admin designer
SELECT id FROM definition WHERE process_key = :key AND current = 1 AND kind = 'bpmn';

-- call_version(key text, version u32) -> one (id u64)
--   by portal agent worker cli admin
SELECT id FROM definition WHERE process_key = :key AND version = :version AND kind = 'bpmn';

-- call_at_release(key text, caller u64) -> one (id u64)
--   by portal agent worker cli admin
SELECT d.id FROM definition d WHERE d.process_key = :key AND d.kind = 'bpmn' AND d.released <= (SELECT p.released FROM definition p WHERE p.id = :caller)
ORDER BY d.released DESC, d.version DESC LIMIT 1;

-- engine/audit/audit.sql - appending to the trail and reading it.

-- audit_append(packed blob) -> none
--   by login portal agent designer auditor admin worker cli     untraced: it is the trace
CALL append_audit(:packed);

-- audit_rows(stream u32, id u64, after u64) -> many (seq u64, at i64, event u32, actor u64, prev blob, hash blob, body blob)
--   by auditor cli sealer
SELECT seq, at, event, actor, prev, hash, body FROM audit_event
 WHERE stream = :stream AND id = :id AND seq > :after ORDER BY seq LIMIT 500;

-- audit_head_get(stream u32, id u64) -> one (seq u64, hash blob)
--   by auditor cli sealer
SELECT seq, hash FROM audit_head WHERE stream = :stream AND id = :id;

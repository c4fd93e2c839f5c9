-- tests/sql/try_audit.sql - statements of the tests of engine/audit.

-- trail_thing_set(id u64, n u32) -> none
--   by cli
UPDATE thing SET n = :n WHERE id = :id;

-- trail_plain(stream u32, id u64, seq u64, at i64, event u32, actor u64, prev blob, hash blob, body blob) -> none
--   by cli     untraced: what append_audit is measured against
INSERT INTO plain_event VALUES (:stream, :id, :seq, :at, :event, :actor, :prev, :hash, :body);

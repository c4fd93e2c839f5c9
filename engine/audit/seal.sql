-- engine/audit/seal.sql - leaves and seals: read by the sealer, the exports and the proofs; written by the sealer alone.

-- seal_lock() -> one (got bool?)
--   by sealer
SELECT CASE WHEN IS_USED_LOCK(CONCAT('gradus.seal.', DATABASE())) = CONNECTION_ID() THEN 1
       ELSE GET_LOCK(CONCAT('gradus.seal.', DATABASE()), 0) END;

-- seal_leaves() -> one (n u64)
--   by sealer cli
SELECT COALESCE((SELECT number FROM audit_leaf ORDER BY number DESC LIMIT 1), 0);

-- seal_last() -> one (number u64, at i64, size u64, root blob, prev blob, key_id blob, signature blob)
--   by sealer auditor cli
SELECT number, at, size, root, prev, key_id, signature FROM audit_seal ORDER BY number DESC LIMIT 1;

-- seal_get(number u64) -> one (number u64, at i64, size u64, root blob, prev blob, key_id blob, signature blob)
--   by sealer auditor cli
SELECT number, at, size, root, prev, key_id, signature FROM audit_seal WHERE number = :number;

-- seal_page(after u64) -> many (number u64, at i64, size u64, root blob, prev blob, key_id blob, signature blob)
--   by sealer cli
SELECT number, at, size, root, prev, key_id, signature FROM audit_seal WHERE number > :after ORDER BY number LIMIT 500;

-- seal_leaf_page(after u64) -> many (number u64, stream u32, id u64, seq u64, hash blob, seal u64)
--   by sealer auditor cli
SELECT number, stream, id, seq, hash, seal FROM audit_leaf WHERE number > :after ORDER BY number LIMIT 5000;

-- seal_moved(stream u32, id u64) -> many (stream u32, id u64, seq u64, hash blob, event blob?, sealed u64?)
--   by sealer
SELECT h.stream, h.id, h.seq, h.hash, e.hash,
       (SELECT MAX(s.seq) FROM audit_leaf s WHERE s.stream = h.stream AND s.id = h.id)
  FROM audit_head h LEFT JOIN audit_event e ON e.stream = h.stream AND e.id = h.id AND e.seq = h.seq
 WHERE h.stream >= :stream AND (h.stream > :stream OR h.id > :id) AND h.seq > 0
   AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.stream = h.stream AND l.id = h.id AND l.seq = h.seq AND l.hash = h.hash)
 ORDER BY h.stream, h.id LIMIT 500;

-- seal_leaf_events(after u64) -> many (number u64, stream u32, id u64, seq u64, same bool)
--   by sealer cli
SELECT l.number, l.stream, l.id, l.seq, COALESCE(e.hash = l.hash, 0)
  FROM audit_leaf l LEFT JOIN audit_event e ON e.stream = l.stream AND e.id = l.id AND e.seq = l.seq
 WHERE l.number > :after ORDER BY l.number LIMIT 5000;

-- seal_streams(stream u32, id u64) -> many (stream u32, id u64)
--   by sealer
SELECT stream, id FROM audit_head WHERE stream >= :stream AND (stream > :stream OR id > :id) ORDER BY stream, id LIMIT 500;

-- seal_leaf_add(number u64, stream u32, id u64, seq u64, hash blob, seal u64) -> bulk
--   by sealer     untraced: it is the proof of the trace
INSERT INTO audit_leaf (number, stream, id, seq, hash, seal) VALUES (:number, :stream, :id, :seq, :hash, :seal);

-- seal_add(number u64, at i64, size u64, root blob, prev blob, key_id blob, signature blob) -> none
--   by sealer     untraced: it is the proof of the trace
INSERT INTO audit_seal (number, at, size, root, prev, key_id, signature)
VALUES (:number, :at, :size, :root, :prev, :key_id, :signature);

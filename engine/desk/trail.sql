-- engine/desk/trail.sql - what the trail is about, for the auditor's account.

-- trail_ticket(id u64) -> one (title text, state u32, definition u64, process text, version u32?)
--   by auditor
SELECT t.title, t.state, t.definition_id, d.name, d.version FROM ticket t JOIN definition d ON d.id = t.definition_id WHERE t.id = :id;

-- trail_tickets(since i64, until i64, changed i64, id u64) -> many (id u64, title text, state u32, requester text, events u64?, changed i64)
--   by auditor
SELECT t.id, t.title, t.state, r.name, h.seq, t.changed
FROM ticket t JOIN person r ON r.id = t.requester_id LEFT JOIN audit_head h ON h.stream = 1 AND h.id = t.id
WHERE t.changed >= :since AND t.changed < :until AND t.changed <= :changed AND (t.changed < :changed OR t.id < :id)
ORDER BY t.changed DESC, t.id DESC LIMIT 51;

-- trail_search(words text, since i64, until i64) -> many (id u64, title text, state u32, requester text, events u64?, changed i64)
--   by auditor
SELECT t.id, t.title, t.state, r.name, h.seq, t.changed
FROM ticket t JOIN person r ON r.id = t.requester_id LEFT JOIN audit_head h ON h.stream = 1 AND h.id = t.id
WHERE MATCH(t.title) AGAINST (:words IN BOOLEAN MODE) AND t.changed >= :since AND t.changed < :until ORDER BY t.id DESC LIMIT 50;

-- trail_definition(id u64) -> one (process_key text, name text, version u32?, state u32)
--   by auditor
SELECT process_key, name, version, state FROM definition WHERE id = :id;

-- trail_definitions(before u64) -> many (id u64, process_key text, name text, version u32?, state u32, author text?, created i64, events u64?)
--   by auditor
SELECT d.id, d.process_key, d.name, d.version, d.state, a.name, d.created, h.seq
FROM definition d LEFT JOIN person a ON a.id = d.author_id LEFT JOIN audit_head h ON h.stream = 2 AND h.id = d.id
WHERE d.id < :before ORDER BY d.id DESC LIMIT 51;

-- trail_last(stream u32, id u64, event u32) -> one (seq u64?)
--   by auditor
SELECT MAX(seq) FROM audit_event WHERE stream = :stream AND id = :id AND event = :event;

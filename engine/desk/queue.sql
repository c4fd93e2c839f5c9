-- queue_all() -> many (id u64, queue_key text, name text, tier text, area text, role text, open_count u32)
--   by agent
SELECT id, queue_key, name, tier, area, role, open_count FROM queue ORDER BY position, id LIMIT 200;

-- queue_rows(queue u64, priority u32, created i64, id u64, only u32, words text, nobody bool, who u64) -> many (id u64, service text, title text, state u32, priority u32, tier text, stage text, due i64?, created i64, changed i64, requester text, assignee text?)
--   by agent
SELECT t.id, (SELECT s.name FROM service s WHERE s.id = t.service_id), t.title, t.state, t.priority, t.tier, t.stage, t.due, t.created, t.changed, r.name,
  (SELECT a.name FROM person a WHERE a.id = t.assignee_id)
FROM ticket t JOIN person r ON r.id = t.requester_id
WHERE t.queue_id = :queue AND t.priority >= :priority
  AND (t.priority > :priority OR t.created > :created OR (t.created = :created AND t.id > :id))
  AND (:only = 0 OR t.priority = :only) AND (:words = '' OR LOCATE(:words, t.title) > 0)
  AND (:nobody = 0 OR t.assignee_id IS NULL) AND (:who = 0 OR t.assignee_id = :who)
ORDER BY t.priority, t.created, t.id LIMIT 51;

-- queue_mine(assignee u64, priority u32, created i64, id u64, only u32, words text, nobody bool, who u64) -> many (id u64, service text, title text, state u32, priority u32, tier text, stage text, due i64?, created i64, changed i64, requester text, assignee text?)
--   by agent
SELECT t.id, (SELECT s.name FROM service s WHERE s.id = t.service_id), t.title, t.state, t.priority, t.tier, t.stage, t.due, t.created, t.changed, r.name,
  (SELECT a.name FROM person a WHERE a.id = t.assignee_id)
FROM ticket t JOIN person r ON r.id = t.requester_id
WHERE t.assignee_id = :assignee AND t.priority >= :priority
  AND (t.priority > :priority OR t.created > :created OR (t.created = :created AND t.id > :id))
  AND (:only = 0 OR t.priority = :only) AND (:words = '' OR LOCATE(:words, t.title) > 0)
  AND (:nobody = 0 OR t.assignee_id IS NULL) AND (:who = 0 OR t.assignee_id = :who)
ORDER BY t.priority, t.created, t.id LIMIT 51;

-- queue_search(words text, area1 text, area2 text) -> many (id u64, service text, title text, state u32, priority u32, tier text, stage text, due i64?, created i64, changed i64, requester text, assignee text?)
--   by agent
SELECT t.id, (SELECT s.name FROM service s WHERE s.id = t.service_id), t.title, t.state, t.priority, t.tier, t.stage, t.due, t.created, t.changed, r.name,
  (SELECT a.name FROM person a WHERE a.id = t.assignee_id)
FROM ticket t JOIN person r ON r.id = t.requester_id
WHERE MATCH(t.title) AGAINST (:words IN BOOLEAN MODE) AND t.area IN (:area1, :area2) ORDER BY t.id DESC LIMIT 51;

-- queue_own(requester u64, changed i64, id u64, from_state u32, to_state u32) -> many (id u64, title text, state u32, priority u32, created i64, changed i64, stage text, definition u64, service text)
--   by portal
SELECT t.id, t.title, t.state, t.priority, t.created, t.changed, t.stage, t.definition_id, s.name
FROM ticket t JOIN service s ON s.id = t.service_id
WHERE t.requester_id = :requester AND t.changed <= :changed AND (t.changed < :changed OR t.id < :id)
  AND t.state BETWEEN :from_state AND :to_state
ORDER BY t.changed DESC, t.id DESC LIMIT 51;

-- queue_add(id u64, key text, name text, tier text, area text, role text) -> none
--   by cli
INSERT INTO queue (id, queue_key, name, tier, area, role, position)
SELECT :id, :key, :name, :tier, :area, :role, COALESCE(MAX(q.position) + 1, 0) FROM queue q;

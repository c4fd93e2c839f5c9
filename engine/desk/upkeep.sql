-- upkeep_counts() -> none
--   by worker     untraced: a counter for display
UPDATE queue q LEFT JOIN (SELECT queue_id, COUNT(*) AS n FROM ticket WHERE queue_id IS NOT NULL GROUP BY queue_id) c ON c.queue_id = q.id
SET q.open_count = COALESCE(c.n, 0) WHERE q.open_count <> COALESCE(c.n, 0);

-- upkeep_keys(before i64) -> none
--   by worker     untraced: keys whose repeat can no longer come
DELETE FROM done_key WHERE at < :before LIMIT 1000;

-- upkeep_sessions(before i64) -> none
--   by worker     untraced: sessions that ended long ago
DELETE FROM session WHERE expires < :before LIMIT 1000;

-- upkeep_end_sessions(person u64, at i64) -> none
--   by worker admin
UPDATE session SET ended = :at WHERE person_id = :person AND ended IS NULL;

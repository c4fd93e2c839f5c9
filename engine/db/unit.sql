-- engine/db/unit.sql - idempotency keys and ranges of numbers.

-- unit_key_put(name text, result text, at i64) -> none
--   by login portal agent designer auditor admin worker cli     untraced: says that the unit was done, nothing else
INSERT INTO done_key (name, result, at) VALUES (:name, :result, :at);

-- unit_key_get(name text) -> one (result text)
--   by login portal agent designer auditor admin worker cli
SELECT result FROM done_key WHERE name = :name;

-- unit_key_result(name text, result text) -> none
--   by login portal agent designer auditor admin worker cli     untraced: the answer to a repeat
UPDATE done_key SET result = :result WHERE name = :name;

-- unit_pool_take(pool u32, size u64) -> one (next u64)
--   by login portal agent designer auditor admin worker cli     untraced: numbers have no meaning until they are used
INSERT INTO id_pool (pool, next) VALUES (:pool, 1 + :size) ON DUPLICATE KEY UPDATE next = next + :size RETURNING next;

-- tests/sql/try_db.sql - statements of the tests of engine/db.

-- thing_add(id u64, n i32?, big i64, flag bool, name text?, raw blob?) -> none
--   by cli
INSERT INTO thing (id, n, big, flag, name, raw) VALUES (:id, :n, :big, :flag, :name, :raw);

-- thing_put(id u64, n i32?, name text?) -> bulk
--   by cli
INSERT INTO thing (id, n, big, flag, name) VALUES (:id, :n, 0, 0, :name) ON DUPLICATE KEY UPDATE n = :n, name = :name;

-- thing_get(id u64) -> one (id u64, n i32?, big i64, flag bool, name text?, raw blob?)
--   by cli
SELECT id, n, big, flag, name, raw FROM thing WHERE id = :id;

-- thing_lock(id u64) -> one (n i32?)
--   by cli
SELECT n FROM thing WHERE id = :id FOR UPDATE;

-- thing_rows(least u64) -> many (id u64, name text?)
--   by cli
SELECT id, name FROM thing WHERE id >= :least ORDER BY id LIMIT 5000;

-- thing_count() -> one (n u64)
--   by cli
SELECT COUNT(*) FROM thing;

-- thing_set(id u64, n i32) -> none
--   by cli
UPDATE thing SET n = :n WHERE id = :id;

-- thing_touch(id u64, n i32) -> none
--   by cli     untraced: for the tests
UPDATE thing SET n = :n WHERE id = :id;

-- thing_narrow(id u64) -> one (big i32)
--   by cli
SELECT big FROM thing WHERE id = :id;

-- thing_wrong_count() -> one (a u64)
--   by cli
SELECT 1, 2;

-- thing_wrong_type() -> one (a u64)
--   by cli
SELECT name FROM thing LIMIT 1;

-- thing_two() -> one (a u64)
--   by cli
SELECT id FROM thing LIMIT 2;

-- thing_nul(id u64) -> one (name text)
--   by cli
SELECT CONCAT('a', x'00', 'b') FROM thing WHERE id = :id;

-- thing_key(name text) -> one (n u64)
--   by cli
SELECT COUNT(*) FROM done_key WHERE name = :name;

-- thing_me() -> one (id u64)
--   by cli
SELECT CONNECTION_ID();

-- thing_secret() -> one (n u64)
--   by cli
SELECT COUNT(*) FROM secret;

-- thing_slow() -> one (n u64)
--   by cli
SELECT SLEEP(30);

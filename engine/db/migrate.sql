-- engine/db/migrate.sql - which migrations have run.

-- migrate_lock() -> one (got bool?)
--   by cli
SELECT GET_LOCK(CONCAT('gradus.migrate.', DATABASE()), 10);

-- migrate_unlock() -> one (done bool?)
--   by cli
SELECT RELEASE_LOCK(CONCAT('gradus.migrate.', DATABASE()));

-- migrate_house() -> one (n u64)
--   by cli
SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schema_migration';

-- migrate_rows() -> many (number u32, name text, sha256 blob, begun i64, done i64?)
--   by cli
SELECT number, name, sha256, begun, done FROM schema_migration ORDER BY number LIMIT 10000;

-- migrate_begin(number u32, name text, sha256 blob, at i64) -> none
--   by cli     untraced: gradus migrate writes EV_MIGRATED when all have run
INSERT INTO schema_migration (number, name, sha256, begun) VALUES (:number, :name, :sha256, :at);

-- migrate_done(number u32, at i64) -> none
--   by cli     untraced: gradus migrate writes EV_MIGRATED when all have run
UPDATE schema_migration SET done = :at WHERE number = :number;

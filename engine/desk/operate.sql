-- engine/desk/operate.sql - the state of the house in numbers, for the operators' account. No text of a ticket is within its reach.

-- operate_health(now i64) -> one (server text, schema u32?, half u32?, late u64, oldest i64?, waiting u64, failed u64, incidents u64, synced i64?, tickets u64?, sessions u64)
--   by admin
SELECT VERSION(), (SELECT MAX(number) FROM schema_migration), (SELECT MIN(number) FROM schema_migration WHERE done IS NULL),
  (SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 1 AND due < :now AND lease_until < :now LIMIT 10000) a),
  (SELECT MIN(due) FROM job WHERE state = 1 AND due < :now AND lease_until < :now),
  (SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 1 LIMIT 10000) b),
  (SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 2 LIMIT 10000) c),
  (SELECT COUNT(*) FROM (SELECT 1 FROM incident WHERE state = 1 LIMIT 10000) d),
  (SELECT MIN(synced) FROM person WHERE active = 1), (SELECT SUM(open_count) FROM queue),
  (SELECT COUNT(*) FROM (SELECT 1 FROM session WHERE ended IS NULL AND expires > :now LIMIT 10000) e);

-- operate_queues() -> many (role text, name text)
--   by admin
SELECT role, name FROM queue ORDER BY position, id LIMIT 200;

-- engine/db/db.sql - what a fresh connection asks about itself.

-- db_session() -> one (mode text, zone text, level text, collation text, rollback bool, autocommit bool)
--   by login portal agent designer auditor admin worker cli
SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.tx_isolation, @@SESSION.collation_connection,
       @@GLOBAL.innodb_rollback_on_timeout, @@SESSION.autocommit;

-- db_snapshot() -> one (value text?)
--   by login portal agent designer auditor admin worker cli
SELECT MAX(VARIABLE_VALUE) FROM information_schema.SESSION_VARIABLES WHERE VARIABLE_NAME = 'INNODB_SNAPSHOT_ISOLATION';

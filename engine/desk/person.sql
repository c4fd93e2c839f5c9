-- person_by_entry(directory text, entry text) -> one (id u64, uid text, name text, mail text, lang text, roles text, caps u64, active bool)
--   by login worker cli
SELECT id, uid, name, mail, lang, roles, caps, active FROM person WHERE directory = :directory AND entry_id = :entry FOR UPDATE;

-- person_add(id u64, directory text, entry text, uid text, name text, mail text, lang text, roles text, caps u64, at i64) -> none
--   by login cli
INSERT INTO person (id, directory, entry_id, uid, name, mail, lang, roles, caps, active, created, synced)
VALUES (:id, :directory, :entry, :uid, :name, :mail, :lang, :roles, :caps, 1, :at, :at);

-- person_put(id u64, uid text, name text, mail text, roles text, caps u64, active bool, at i64) -> none
--   by login worker cli
UPDATE person SET uid = :uid, name = :name, mail = :mail, roles = :roles, caps = :caps, active = :active, synced = :at WHERE id = :id;

-- person_seen(id u64, at i64) -> none
--   by login worker cli     untraced: when the directory was last read, nothing changed
UPDATE person SET synced = :at WHERE id = :id;

-- person_lang(id u64, lang text?, theme text?) -> none
--   by login     untraced: a preference of one's own
UPDATE person SET lang = COALESCE(:lang, lang), theme = COALESCE(:theme, theme) WHERE id = :id;

-- person_stale(before i64) -> many (id u64, directory text, entry text, uid text, name text, mail text, roles text)
--   by worker
SELECT id, directory, entry_id, uid, name, mail, roles FROM person WHERE active = 1 AND synced < :before ORDER BY synced LIMIT 200;

-- person_role_map() -> many (id u64, group_dn text, role text)
--   by login worker admin cli
SELECT id, group_dn, role FROM role_map ORDER BY group_dn, role LIMIT 1000;

-- person_role_map_add(id u64, group text, role text) -> none
--   by cli
INSERT INTO role_map (id, group_dn, role) VALUES (:id, :group, :role);

-- person_failures(name blob, address text, since i64) -> one (by_name u64, by_address u64, last i64?)
--   by login
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM login_failure WHERE name_hash = :name AND address = :address AND at >= :since LIMIT 1000) a),
       (SELECT COUNT(*) FROM (SELECT 1 FROM login_failure WHERE address = :address AND at >= :since LIMIT 1000) b),
       (SELECT MAX(at) FROM login_failure WHERE name_hash = :name AND address = :address);

-- person_failure_add(id u64, name blob, address text, at i64) -> none
--   by login
INSERT INTO login_failure (id, name_hash, address, at) VALUES (:id, :name, :address, :at);

-- person_failures_forget(name blob, address text) -> none
--   by login     untraced: the sign-in is the event
DELETE FROM login_failure WHERE name_hash = :name AND address = :address;

-- person_failures_sweep(before i64) -> none
--   by worker     untraced: old back-off counters
DELETE FROM login_failure WHERE at < :before LIMIT 1000;

-- person_list(pattern text) -> many (id u64, uid text, name text, roles text, active bool)
--   by admin
SELECT id, uid, name, roles, active FROM person WHERE name LIKE :pattern OR CONVERT(uid USING utf8mb4) COLLATE utf8mb4_uca1400_ai_ci LIKE :pattern
ORDER BY name, id LIMIT 51;

-- person_get(id u64) -> one (uid text, name text, mail text, roles text, active bool, synced i64, directory text)
--   by admin
SELECT uid, name, mail, roles, active, synced, directory FROM person WHERE id = :id;

-- person_sessions(id u64) -> many (created i64, seen i64, expires i64, address text)
--   by admin
SELECT created, seen, expires, address FROM session WHERE person_id = :id AND ended IS NULL ORDER BY seen DESC LIMIT 100;

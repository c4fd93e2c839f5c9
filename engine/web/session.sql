-- Sessions. The rows hold only the hash of what the browser has. Signing in and out is traced by cgi-bin/login; the row itself is
-- bookkeeping.

-- session_with_person(id blob) -> one (person u64, csrf blob, created i64, seen i64, expires i64, agent_hash blob, synced i64, uid text, name text, lang text, theme text, roles text, caps u64)
--   by login portal agent designer auditor admin
SELECT s.person_id, s.csrf, s.created, s.seen, s.expires, s.agent_hash, p.synced, p.uid, p.name, p.lang, p.theme, p.roles, p.caps
  FROM session s JOIN person p ON p.id = s.person_id WHERE s.id_hash = :id AND s.ended IS NULL AND p.active = 1;

-- session_seen(id blob, now i64, before i64) -> none
--   by login portal agent designer auditor admin     untraced: the time of the last visit, at most once a minute
UPDATE session SET seen = :now WHERE id_hash = :id AND seen < :before;

-- session_add(id blob, person u64, csrf blob, now i64, expires i64, address text, agent_hash blob) -> none
--   by login     untraced: the sign-in itself is traced by the login program
INSERT INTO session (id_hash, person_id, csrf, created, seen, expires, address, agent_hash)
VALUES (:id, :person, :csrf, :now, :now, :expires, :address, :agent_hash);

-- session_open_of(person u64, now i64) -> many (id blob)
--   by login
SELECT id_hash FROM session WHERE person_id = :person AND ended IS NULL AND expires > :now ORDER BY created DESC LIMIT 200;

-- session_close(id blob, now i64) -> none
--   by login     untraced: signing out is traced by the login program
UPDATE session SET ended = :now WHERE id_hash = :id AND ended IS NULL;

-- session_close_all(person u64, now i64) -> none
--   by login admin     untraced: the caller traces why (EV_SESSIONS_ENDED)
UPDATE session SET ended = :now WHERE person_id = :person AND ended IS NULL;

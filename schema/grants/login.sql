-- schema/grants/login.sql: made by `make grants` from the statements that say `by login`; reviewed as a diff.
GRANT SELECT, INSERT, UPDATE (result) ON gradus.done_key TO gradus_login@localhost;
GRANT SELECT, INSERT, UPDATE (next, pool) ON gradus.id_pool TO gradus_login@localhost;
GRANT SELECT, INSERT, DELETE ON gradus.login_failure TO gradus_login@localhost;
GRANT SELECT, INSERT, UPDATE (active, caps, lang, mail, name, roles, synced, theme, uid) ON gradus.person TO gradus_login@localhost;
GRANT SELECT ON gradus.role_map TO gradus_login@localhost;
GRANT SELECT, INSERT, UPDATE (ended, seen) ON gradus.session TO gradus_login@localhost;
GRANT EXECUTE ON PROCEDURE gradus.append_audit TO gradus_login@localhost;

-- schema/grants/auditor.sql: made by `make grants` from the statements that say `by auditor`; reviewed as a diff.
GRANT SELECT ON gradus.audit_event TO gradus_auditor@localhost;
GRANT SELECT ON gradus.audit_head TO gradus_auditor@localhost;
GRANT SELECT ON gradus.audit_leaf TO gradus_auditor@localhost;
GRANT SELECT ON gradus.audit_seal TO gradus_auditor@localhost;
GRANT SELECT ON gradus.definition TO gradus_auditor@localhost;
GRANT SELECT, INSERT, UPDATE (result) ON gradus.done_key TO gradus_auditor@localhost;
GRANT SELECT, INSERT, UPDATE (next, pool) ON gradus.id_pool TO gradus_auditor@localhost;
GRANT SELECT ON gradus.person TO gradus_auditor@localhost;
GRANT SELECT, UPDATE (seen) ON gradus.session TO gradus_auditor@localhost;
GRANT SELECT ON gradus.ticket TO gradus_auditor@localhost;
GRANT SELECT ON gradus.trigger_log TO gradus_auditor@localhost;
GRANT EXECUTE ON PROCEDURE gradus.append_audit TO gradus_auditor@localhost;

-- schema/grants/designer.sql: made by `make grants` from the statements that say `by designer`; reviewed as a diff.
GRANT SELECT, INSERT, UPDATE (current) ON gradus.decision TO gradus_designer@localhost;
GRANT SELECT, INSERT, UPDATE (current, released, releaser_id, state, version) ON gradus.definition TO gradus_designer@localhost;
GRANT SELECT, INSERT, UPDATE (result) ON gradus.done_key TO gradus_designer@localhost;
GRANT SELECT, INSERT, UPDATE (next, pool) ON gradus.id_pool TO gradus_designer@localhost;
GRANT SELECT ON gradus.inst TO gradus_designer@localhost;
GRANT SELECT, DELETE ON gradus.job TO gradus_designer@localhost;
GRANT SELECT, DELETE ON gradus.message TO gradus_designer@localhost;
GRANT SELECT ON gradus.message_gate TO gradus_designer@localhost;
GRANT SELECT ON gradus.person TO gradus_designer@localhost;
GRANT SELECT, UPDATE (seen) ON gradus.session TO gradus_designer@localhost;
GRANT SELECT, INSERT, DELETE ON gradus.start_point TO gradus_designer@localhost;
GRANT EXECUTE ON PROCEDURE gradus.append_audit TO gradus_designer@localhost;

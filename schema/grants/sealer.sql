-- schema/grants/sealer.sql: made by `make grants` from the statements that say `by sealer`; reviewed as a diff.
GRANT SELECT ON gradus.audit_event TO gradus_sealer@localhost;
GRANT SELECT ON gradus.audit_head TO gradus_sealer@localhost;
GRANT SELECT, INSERT ON gradus.audit_leaf TO gradus_sealer@localhost;
GRANT SELECT, INSERT ON gradus.audit_seal TO gradus_sealer@localhost;

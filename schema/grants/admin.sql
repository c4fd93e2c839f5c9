-- schema/grants/admin.sql: made by `make grants` from the statements that say `by admin`; reviewed as a diff.
GRANT SELECT ON gradus.definition TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (result) ON gradus.done_key TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (next, pool) ON gradus.id_pool TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (ended, state) ON gradus.incident TO gradus_admin@localhost;
GRANT SELECT, UPDATE (ended, next_no, seq, state, visited) ON gradus.inst TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (attempts, due, error, state), DELETE ON gradus.job TO gradus_admin@localhost;
GRANT SELECT ON gradus.person TO gradus_admin@localhost;
GRANT SELECT ON gradus.queue TO gradus_admin@localhost;
GRANT SELECT ON gradus.role_map TO gradus_admin@localhost;
GRANT SELECT ON gradus.schema_migration TO gradus_admin@localhost;
GRANT SELECT, INSERT, DELETE ON gradus.scope TO gradus_admin@localhost;
GRANT SELECT, UPDATE (ended, seen) ON gradus.session TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (closed, closed_by, state, version) ON gradus.task TO gradus_admin@localhost;
GRANT SELECT, UPDATE (assignee_id, changed, closed, due, priority, queue_id, resolved, stage, state, tier, version) ON gradus.ticket TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (count, due, flow, host, inner_scope, inst_id, no, node, scope, state, step), DELETE ON gradus.token TO gradus_admin@localhost;
GRANT INSERT ON gradus.trigger_log TO gradus_admin@localhost;
GRANT SELECT, INSERT, UPDATE (inst_id, name, scope, value), DELETE ON gradus.variable TO gradus_admin@localhost;
GRANT EXECUTE ON PROCEDURE gradus.append_audit TO gradus_admin@localhost;

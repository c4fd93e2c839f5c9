-- tests/sql/many.sql - copies of the demo's rows, so that the optimiser sees tables of a grown house. Only the tables that a page reads.
SET SESSION max_statement_time = 0;
INSERT INTO ticket (id, version, title, state, priority, impact, urgency, area, service_id, requester_id, assignee_id, queue_id, tier,
    inst_id, definition_id, stage, due, created, changed, resolved, closed)
  SELECT t.id + 1000000 * s.seq, version, title, state, priority, impact, urgency, area, service_id, requester_id + 1000000 * s.seq, assignee_id,
    queue_id, tier, inst_id + 1000000 * s.seq, definition_id, stage, due, created + s.seq, changed + s.seq, resolved, closed
  FROM ticket t, seq_1_to_100 s;
INSERT INTO article SELECT id + 1000000 * seq, ticket_id + 1000000 * seq, at, author_id, kind, body, salt FROM article, seq_1_to_100;
INSERT INTO task
  SELECT id + 1000000 * seq, inst_id + 1000000 * seq, token, subject_id + 1000000 * seq, node, name, tier, role, groups_, users_, assignee_id,
    state, priority, version, opened, due, closed, closed_by FROM task, seq_1_to_100;
INSERT INTO token
  SELECT inst_id + 1000000 * seq, no, node, flow, scope, state, step, inner_scope, host, count, due, msg_key, role, event FROM token, seq_1_to_100;
INSERT INTO subscription (inst_id, token, kind, name, way_definition, way_node, way_event, key_hash, id, definition_id, node, subject_id, created)
  SELECT 1000000 * seq, 7, MOD(seq, 2) + 1, CONCAT('paid', MOD(seq, 50)), 0, '', 0, UNHEX(SHA2(seq, 256)), seq, 1, 'wait', 1, seq FROM seq_1_to_100000;
INSERT INTO message (id, name, msg_key, payload, wanted, created, expires)
  SELECT seq, CONCAT('paid', MOD(seq, 50)), NULL, '{}', 'null', seq, seq FROM seq_1_to_20000;
INSERT INTO start_point (definition_id, node, event, kind, name, position)
  SELECT seq, 'start', 0, MOD(seq, 4) + 1, CONCAT('paid', seq), 0 FROM seq_1_to_1000;
INSERT INTO variable SELECT inst_id + 1000000 * seq, scope, name, value FROM variable, seq_1_to_100;
INSERT INTO trigger_log SELECT inst_id + 1000000 * t.seq, l.seq, body FROM trigger_log l, seq_1_to_100 t;
INSERT INTO inst (id, definition_id, subject_id, state, next_no, seq, visited, started, ended)
  SELECT i.id + 1000000 * t.seq, definition_id, subject_id + 1000000 * t.seq, state, next_no, i.seq, visited, started, ended FROM inst i, seq_1_to_100 t;
INSERT INTO job
  SELECT id + 1000000 * seq, kind, inst_id + 1000000 * seq, token, due + 60000000 * seq, payload, attempts, attempts_max, state, lease_until,
    lease_owner, error, created FROM job, seq_1_to_100;
INSERT INTO person (id, directory, entry_id, uid, name, mail, caps, roles, lang, theme, active, created, synced)
  SELECT id + 1000000 * seq, directory, CONCAT(entry_id, seq), CONCAT(uid, seq), CONCAT(name, seq), mail, caps, roles, lang, theme, active, created, synced + seq
  FROM person, seq_1_to_1000;
INSERT INTO session (id_hash, person_id, csrf, created, seen, expires, address, agent_hash)
  SELECT UNHEX(SHA2(seq, 256)), 1000000 * MOD(seq, 100) + 1, UNHEX(SHA2(seq, 256)), seq, seq, 4000000000000000, '127.0.0.1',
    UNHEX(SHA2(seq, 256)) FROM seq_1_to_5000;
INSERT INTO ci (id, version, class_id, number, name, status, owner_uid, location_id, serial, vendor, model, criticality, changed)
  SELECT id + 1000000 * seq, version, class_id, CONCAT(number, '-', seq), CONCAT(name, ' ', seq), status, CONCAT(owner_uid, seq), location_id,
    serial, vendor, model, criticality, changed FROM ci, seq_1_to_100;
INSERT INTO ticket_ci SELECT ticket_id + 1000000 * seq, ci_id + 1000000 * seq FROM ticket_ci, seq_1_to_100;
INSERT INTO audit_event (stream, id, seq, at, event, actor, prev, hash, body)
  SELECT stream, id + 1000000 * t.seq, e.seq, at, event, actor, prev, hash, body FROM audit_event e, seq_1_to_100 t;
ANALYZE TABLE ticket, article, task, token, subscription, message, start_point, variable, trigger_log, inst, job, person, session, ci, ticket_ci, audit_event;

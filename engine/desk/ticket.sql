-- The service, and the asset that is named first, if it is the requester's own.
-- ticket_service(service u64, ci u64, owner text) -> one (service_key text, area text, process_key text, definition u64?, asset text?, warranty i64?)
--   by portal cli
SELECT s.service_key, s.area, s.process_key, (SELECT d.id FROM definition d WHERE d.process_key = s.process_key AND d.current = 1), c.name, c.warranty
FROM service s LEFT JOIN ci c ON c.id = :ci AND c.owner_uid = :owner WHERE s.id = :service AND s.active = 1;

-- ticket_add(id u64, title text, state u32, priority u32, impact text, urgency text, area text, service u64, requester u64, assignee u64?, role text, tier text, inst u64, definition u64, stage text, due i64?, at i64, resolved i64?, closed i64?) -> none
--   by portal worker cli admin
INSERT INTO ticket (id, version, title, state, priority, impact, urgency, area, service_id, requester_id, assignee_id, queue_id, tier,
  inst_id, definition_id, stage, due, created, changed, resolved, closed)
VALUES (:id, 1, :title, :state, :priority, :impact, :urgency, :area, :service, :requester, :assignee,
  (SELECT q.id FROM queue q WHERE q.role = :role AND q.area = :area LIMIT 1), :tier, :inst, :definition, :stage, :due, :at, :at, :resolved, :closed);

-- ticket_put(id u64, version u32, title text, state u32, priority u32, impact text, urgency text, assignee u64?, role text, tier text, stage text, due i64?, at i64, resolved i64?, closed i64?) -> none
--   by portal agent worker cli admin
UPDATE ticket SET version = version + 1, title = :title, state = :state, priority = :priority, impact = :impact, urgency = :urgency, assignee_id = :assignee,
  queue_id = (SELECT q.id FROM queue q WHERE q.role = :role AND q.area = ticket.area LIMIT 1), tier = :tier, stage = :stage, due = :due,
  changed = :at, resolved = :resolved, closed = :closed
WHERE id = :id AND version = :version;

-- ticket_lock(id u64) -> one (version u32, title text, state u32, priority u32, impact text, urgency text, area text, service u64, requester u64, requester_uid text, assignee u64?, role text?, tier text, inst u64, definition u64, stage text, due i64?, created i64, resolved i64?, closed i64?)
--   by portal agent worker cli admin
SELECT version, title, state, priority, impact, urgency, area, service_id, requester_id, (SELECT p.uid FROM person p WHERE p.id = requester_id),
  assignee_id, (SELECT q.role FROM queue q WHERE q.id = queue_id), tier, inst_id, definition_id, stage, due, created, resolved, closed
FROM ticket WHERE id = :id FOR UPDATE;

-- ticket_lock_by_task(task u64) -> one (id u64, version u32, title text, state u32, priority u32, impact text, urgency text, area text, service u64, requester u64, requester_uid text, assignee u64?, role text?, tier text, inst u64, definition u64, stage text, due i64?, created i64, resolved i64?, closed i64?, k_inst u64, k_token u32, k_node text, k_name text, k_tier text, k_role text, k_groups text, k_users text, k_assignee u64?, k_state u32, k_version u32, k_opened i64, k_due i64?, k_closed_by text?)
--   by agent portal
SELECT t.id, t.version, t.title, t.state, t.priority, t.impact, t.urgency, t.area, t.service_id, t.requester_id,
  (SELECT p.uid FROM person p WHERE p.id = t.requester_id), t.assignee_id, (SELECT q.role FROM queue q WHERE q.id = t.queue_id), t.tier, t.inst_id,
  t.definition_id, t.stage, t.due, t.created, t.resolved, t.closed, k.inst_id, k.token, k.node, k.name, k.tier, k.role, k.groups_, k.users_,
  k.assignee_id, k.state, k.version, k.opened, k.due, (SELECT p.name FROM person p WHERE p.id = k.closed_by)
FROM task k JOIN ticket t ON t.id = k.subject_id WHERE k.id = :task FOR UPDATE;

-- ticket_task_of(ticket u64, person u64) -> one (id u64)
--   by portal
SELECT k.id FROM task k WHERE k.subject_id = :ticket AND k.state = 1 AND k.assignee_id = :person ORDER BY k.opened, k.id LIMIT 1;

-- ticket_task_candidates(ticket u64) -> many (groups text, users text, assignee u64?)
--   by agent
SELECT groups_, users_, assignee_id FROM task WHERE subject_id = :ticket AND state = 1 LIMIT 50;

-- ticket_article_add(id u64, ticket u64, at i64, author u64, kind u32, body text, salt blob) -> none
--   by portal agent worker cli admin
INSERT INTO article (id, ticket_id, at, author_id, kind, body, salt) VALUES (:id, :ticket, :at, :author, :kind, :body, :salt);

-- ticket_blob_add(sha256 blob, size u32, data blob) -> none
--   by portal agent
INSERT INTO blob_data (sha256, size, data) SELECT :sha256, :size, :data FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM blob_data b WHERE b.sha256 = :sha256);

-- ticket_attachment_add(id u64, ticket u64, article u64, name text, type text, size u32, sha256 blob, internal u32) -> bulk
--   by portal agent
INSERT INTO attachment (id, ticket_id, article_id, name, type, size, sha256, internal)
VALUES (:id, :ticket, :article, :name, :type, :size, :sha256, :internal);

-- ticket_ci_add(ticket u64, ci u64, owner text) -> none
--   by portal cli
INSERT INTO ticket_ci (ticket_id, ci_id) SELECT :ticket, c.id FROM ci c WHERE c.id = :ci AND c.owner_uid = :owner AND c.status IN (2, 3);

-- ticket_touch(id u64, at i64) -> none
--   by portal agent
UPDATE ticket SET changed = :at WHERE id = :id;

-- ticket_person_by_uid(uid text) -> one (id u64, name text)
--   by portal agent worker cli admin
SELECT id, name FROM person WHERE uid = :uid AND active = 1 ORDER BY id LIMIT 1;

-- Whom a process that began by itself is for: who is named, else the author of the version.
-- ticket_birth_person(uid text, definition u64) -> one (id u64, uid text)
--   by worker cli admin
SELECT p.id, p.uid FROM person p WHERE p.active = 1 AND p.id = COALESCE((SELECT MIN(x.id) FROM person x WHERE x.uid = :uid AND x.active = 1),
  (SELECT d.author_id FROM definition d WHERE d.id = :definition));

-- ticket_birth_service(service text, process text) -> one (id u64, service_key text, area text)
--   by worker cli admin
SELECT s.id, s.service_key, s.area FROM service s WHERE s.active = 1 AND (s.service_key = :service OR s.process_key = :process)
ORDER BY s.service_key <> :service, s.position, s.id LIMIT 1;

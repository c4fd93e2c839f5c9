-- DECIDED is a list of what business rule tasks decided, newest first; without INSIDE only what gave the priority, since of all that was
-- decided this alone is the requester's.
-- story_ticket(id u64, inside bool) -> one (version u32, title text, state u32, priority u32, impact text, urgency text, area text, service text, requester_id u64, requester text, requester_uid text, requester_mail text, assignee_id u64?, assignee text?, tier text, stage text, inst u64, definition u64, def_version u32?, process_key text, queue text?, due i64?, created i64, changed i64, resolved i64?, closed i64?, decided text?)
--   by agent portal
SELECT t.version, t.title, t.state, t.priority, t.impact, t.urgency, t.area, s.name, r.id, r.name, r.uid, r.mail, t.assignee_id,
  (SELECT a.name FROM person a WHERE a.id = t.assignee_id), t.tier, t.stage, t.inst_id, t.definition_id, d.version, d.process_key,
  (SELECT q.name FROM queue q WHERE q.id = t.queue_id), t.due, t.created, t.changed, t.resolved, t.closed,
  (SELECT JSON_ARRAYAGG(JSON_ARRAY(x.node, x.at, x.decision, x.version, x.value, x.facts, x.rules, x.by_default) ORDER BY x.at DESC, x.id DESC LIMIT 50)
   FROM decided x WHERE x.subject_id = t.id AND (:inside OR x.value = CONCAT('"P', t.priority, '"')))
FROM ticket t JOIN person r ON r.id = t.requester_id JOIN service s ON s.id = t.service_id JOIN definition d ON d.id = t.definition_id
WHERE t.id = :id;

-- Newest first by time: ids come from ranges that each process takes for itself, so they do not tell an order.
-- story_articles(ticket u64) -> many (id u64, at i64, author_id u64, author text?, kind u32, body text)
--   by agent
SELECT a.id, a.at, a.author_id, p.name, a.kind, a.body FROM article a LEFT JOIN person p ON p.id = a.author_id
WHERE a.ticket_id = :ticket ORDER BY a.at DESC, a.id DESC LIMIT 200;

-- story_articles_public(ticket u64) -> many (id u64, at i64, author_id u64, author text?, kind u32, body text)
--   by portal
SELECT a.id, a.at, a.author_id, p.name, a.kind, a.body FROM article_public a LEFT JOIN person p ON p.id = a.author_id
WHERE a.ticket_id = :ticket ORDER BY a.at DESC, a.id DESC LIMIT 200;

-- story_tasks(ticket u64) -> many (id u64, node text, name text, tier text, role text, groups text, users text, assignee_id u64?, assignee text?, state u32, version u32, opened i64, due i64?, closed i64?)
--   by agent
SELECT k.id, k.node, k.name, k.tier, k.role, k.groups_, k.users_, k.assignee_id, (SELECT p.name FROM person p WHERE p.id = k.assignee_id), k.state, k.version,
  k.opened, k.due, k.closed FROM task k WHERE k.subject_id = :ticket ORDER BY k.opened DESC, k.id DESC LIMIT 100;

-- story_files(ticket u64) -> many (id u64, article u64, name text, type text, size u32, internal u32)
--   by agent
SELECT id, article_id, name, type, size, internal FROM attachment WHERE ticket_id = :ticket ORDER BY id LIMIT 500;

-- story_files_public(ticket u64) -> many (id u64, article u64, name text, type text, size u32, internal u32)
--   by portal
SELECT id, article_id, name, type, size, internal FROM attachment WHERE ticket_id = :ticket AND internal = 0 ORDER BY id LIMIT 500;

-- story_assets(ticket u64) -> many (id u64, number text, name text, class text, icon text, status u32, location text?)
--   by agent portal
SELECT c.id, c.number, c.name, k.name, k.icon, c.status, (SELECT l.name FROM location l WHERE l.id = c.location_id)
FROM ticket_ci x JOIN ci c ON c.id = x.ci_id JOIN ci_class k ON k.id = c.class_id WHERE x.ticket_id = :ticket ORDER BY c.name LIMIT 100;

-- story_file(id u64) -> one (ticket u64, requester u64, area text, name text, type text, internal u32, data blob)
--   by agent portal
SELECT a.ticket_id, t.requester_id, t.area, a.name, a.type, a.internal, b.data
FROM attachment a JOIN ticket t ON t.id = a.ticket_id JOIN blob_data b ON b.sha256 = a.sha256 WHERE a.id = :id;

-- story_waits(ticket u64, person u64) -> one (id u64)
--   by portal
SELECT k.id FROM task k WHERE k.subject_id = :ticket AND k.state = 1 AND k.assignee_id = :person ORDER BY k.opened, k.id LIMIT 1;

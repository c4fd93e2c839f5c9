-- ci_own(owner text) -> many (id u64, number text, name text, class text, icon text, status u32, location text?)
--   by portal
SELECT c.id, c.number, c.name, k.name, k.icon, c.status, (SELECT l.name FROM location l WHERE l.id = c.location_id)
FROM ci c JOIN ci_class k ON k.id = c.class_id WHERE c.owner_uid = :owner AND c.status IN (2, 3) ORDER BY c.name LIMIT 50;

-- ci_rows(name text, id u64) -> many (id u64, number text, name text, class text, icon text, status u32, owner text?, location text?, tickets u64)
--   by agent
SELECT c.id, c.number, c.name, k.name, k.icon, c.status, c.owner_uid, (SELECT l.name FROM location l WHERE l.id = c.location_id),
  (SELECT COUNT(*) FROM ticket_ci x JOIN ticket t ON t.id = x.ticket_id WHERE x.ci_id = c.id AND t.state < 4)
FROM ci c JOIN ci_class k ON k.id = c.class_id WHERE c.name >= :name AND (c.name > :name OR c.id > :id) ORDER BY c.name, c.id LIMIT 51;

-- ci_rows_of_class(class u64, name text, id u64) -> many (id u64, number text, name text, class text, icon text, status u32, owner text?, location text?, tickets u64)
--   by agent
SELECT c.id, c.number, c.name, k.name, k.icon, c.status, c.owner_uid, (SELECT l.name FROM location l WHERE l.id = c.location_id),
  (SELECT COUNT(*) FROM ticket_ci x JOIN ticket t ON t.id = x.ticket_id WHERE x.ci_id = c.id AND t.state < 4)
FROM ci c JOIN ci_class k ON k.id = c.class_id WHERE c.class_id = :class AND c.name >= :name AND (c.name > :name OR c.id > :id)
ORDER BY c.name, c.id LIMIT 51;

-- ci_classes() -> many (id u64, class_key text, name text, icon text)
--   by agent
SELECT id, class_key, name, icon FROM ci_class ORDER BY name LIMIT 200;

-- ci_show(number text) -> one (id u64, number text, name text, class text, icon text, status u32, owner_uid text?, owner text?, location text?, serial text, vendor text, model text, criticality u32, warranty i64?, attributes text, changed i64)
--   by agent
SELECT c.id, c.number, c.name, k.name, k.icon, c.status, c.owner_uid, (SELECT MAX(p.name) FROM person p WHERE p.uid = c.owner_uid),
  (SELECT l.name FROM location l WHERE l.id = c.location_id), c.serial, c.vendor, c.model, c.criticality, c.warranty, c.attributes, c.changed
FROM ci c JOIN ci_class k ON k.id = c.class_id WHERE c.number = :number;

-- ci_relations(id u64) -> many (forward u32, kind text, other u64, number text, name text, class text, icon text, status u32)
--   by agent
SELECT 1, r.kind, c.id, c.number, c.name, k.name, k.icon, c.status FROM ci_relation r JOIN ci c ON c.id = r.to_id JOIN ci_class k ON k.id = c.class_id WHERE r.from_id = :id
UNION ALL
SELECT 0, r.kind, c.id, c.number, c.name, k.name, k.icon, c.status FROM ci_relation r JOIN ci c ON c.id = r.from_id JOIN ci_class k ON k.id = c.class_id WHERE r.to_id = :id
LIMIT 200;

-- ci_tickets(ci u64) -> many (id u64, title text, state u32, priority u32, tier text, area text, changed i64, requester text)
--   by agent
SELECT t.id, t.title, t.state, t.priority, t.tier, t.area, t.changed, p.name FROM ticket_ci x JOIN ticket t ON t.id = x.ticket_id JOIN person p ON p.id = t.requester_id
WHERE x.ci_id = :ci ORDER BY x.ticket_id DESC LIMIT 50;

-- engine/desk/demo.sql - the demo's people, queues, services, assets and backdated tickets. Only `gradus demo` runs these.

-- demo_queue_add(id u64, key text, name text, tier text, area text, role text, position u32) -> bulk
--   by cli     untraced: demo data
INSERT INTO queue (id, queue_key, name, tier, area, role, position) VALUES (:id, :key, :name, :tier, :area, :role, :position);

-- demo_service_add(id u64, key text, name text, description text, icon text, area text, process text, position u32) -> bulk
--   by cli     untraced: demo data
INSERT INTO service (id, service_key, name, description, icon, area, process_key, position)
VALUES (:id, :key, :name, :description, :icon, :area, :process, :position);

-- demo_location_add(id u64, parent u64?, name text) -> bulk
--   by cli     untraced: demo data
INSERT INTO location (id, parent_id, name) VALUES (:id, :parent, :name);

-- demo_class_add(id u64, key text, name text, icon text, personal bool) -> bulk
--   by cli     untraced: demo data
INSERT INTO ci_class (id, class_key, name, icon, personal) VALUES (:id, :key, :name, :icon, :personal);

-- demo_ci_add(id u64, class u64, number text, name text, status u32, owner text?, location u64?, serial text, vendor text, model text, criticality u32, warranty i64?, attributes text, at i64) -> bulk
--   by cli
INSERT INTO ci (id, class_id, number, name, status, owner_uid, location_id, serial, vendor, model, criticality, warranty, attributes, changed)
VALUES (:id, :class, :number, :name, :status, :owner, :location, :serial, :vendor, :model, :criticality, :warranty, :attributes, :at);

-- demo_relation_add(from u64, kind text, to u64) -> bulk
--   by cli     untraced: demo data
INSERT INTO ci_relation (from_id, kind, to_id) VALUES (:from, :kind, :to);

-- demo_loaded() -> one (n u64)
--   by cli
SELECT COUNT(*) FROM queue;

-- demo_people() -> many (id u64, uid text, name text, roles text)
--   by cli
SELECT id, uid, name, roles FROM person WHERE active = 1 ORDER BY uid LIMIT 500;

-- demo_ci_of(owner text) -> many (id u64)
--   by cli
SELECT id FROM ci WHERE owner_uid = :owner AND status IN (2, 3) ORDER BY id LIMIT 5;

-- demo_open_task(ticket u64) -> one (id u64, version u32, node text, role text, tier text)
--   by cli
SELECT id, version, node, role, tier FROM task WHERE subject_id = :ticket AND state = 1 ORDER BY id LIMIT 1;

-- demo_ahead(by i64) -> none
--   by cli     untraced: moves the demo's clock, not its facts
UPDATE job SET due = due - :by WHERE state = 1;

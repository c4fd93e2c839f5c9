-- catalog_all() -> many (id u64, service_key text, name text, description text, icon text, area text, process_key text, ready u32)
--   by portal
SELECT s.id, s.service_key, s.name, s.description, s.icon, s.area, s.process_key,
  EXISTS (SELECT 1 FROM definition d WHERE d.process_key = s.process_key AND d.current = 1)
FROM service s WHERE s.active = 1 ORDER BY s.position, s.name LIMIT 200;

-- catalog_get(id u64) -> one (service_key text, name text, description text, icon text, ready u32)
--   by portal
SELECT s.service_key, s.name, s.description, s.icon, EXISTS (SELECT 1 FROM definition d WHERE d.process_key = s.process_key AND d.current = 1)
FROM service s WHERE s.id = :id AND s.active = 1;

-- catalog_service_add(id u64, key text, name text, description text, icon text, area text, process text) -> none
--   by cli
INSERT INTO service (id, service_key, name, description, icon, area, process_key, position)
SELECT :id, :key, :name, :description, :icon, :area, :process, COALESCE(MAX(s.position) + 1, 0) FROM service s;

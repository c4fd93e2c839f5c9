-- What a process sees of a ticket that stands in other tables: the key of its service, the first of its assets.
-- store_beside(ticket u64) -> one (service_key text, asset text?, warranty i64?)
--   by portal agent worker cli admin
SELECT s.service_key, c.name, c.warranty FROM ticket t JOIN service s ON s.id = t.service_id
LEFT JOIN ci c ON c.id = (SELECT MIN(x.ci_id) FROM ticket_ci x WHERE x.ticket_id = t.id) WHERE t.id = :ticket;

-- task_face(id u64) -> one (ticket u64, title text, area text, requester u64, definition u64, node text, name text, tier text, groups text, users text, assignee u64?, state u32, version u32, due i64?)
--   by agent
SELECT t.id, t.title, t.area, t.requester_id, t.definition_id, k.node, k.name, k.tier, k.groups_, k.users_, k.assignee_id, k.state, k.version, k.due
FROM task k JOIN ticket t ON t.id = k.subject_id WHERE k.id = :id;

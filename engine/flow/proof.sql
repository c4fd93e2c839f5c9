-- engine/flow/proof.sql - reading for `gradus replay` and `gradus check`: everything here must be true at any moment.

-- proof_instances(after u64) -> many (id u64)
--   by cli
SELECT id FROM inst WHERE id > :after ORDER BY id LIMIT 500;

-- proof_streams(stream u32, id u64) -> many (stream u32, id u64)
--   by cli
SELECT stream, id FROM audit_head WHERE stream >= :stream AND (stream > :stream OR id > :id) ORDER BY stream, id LIMIT 500;

-- proof_invariants(now i64) -> many (name text, bad u64)
--   by cli     bounded: one row an invariant
SELECT 'I1 every ticket has an instance, a first article and an event of its creation' AS name, COUNT(*) AS bad FROM ticket t
 WHERE NOT EXISTS (SELECT 1 FROM inst i WHERE i.id = t.inst_id) OR NOT EXISTS (SELECT 1 FROM article a WHERE a.ticket_id = t.id)
    OR NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.stream = 1 AND e.id = t.id AND e.event = 101)
UNION ALL SELECT 'I2 the head of each stream counts its events', COUNT(*) FROM audit_head h
 WHERE h.seq <> (SELECT COUNT(*) FROM audit_event e WHERE e.stream = h.stream AND e.id = h.id)
UNION ALL SELECT 'I3 no event without a head', COUNT(*) FROM audit_event e
 WHERE NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.stream = e.stream AND h.id = e.id AND h.seq >= e.seq)
UNION ALL SELECT 'I4 the trigger log is dense', COUNT(*) FROM inst i
 WHERE i.seq <> (SELECT COUNT(*) FROM trigger_log l WHERE l.inst_id = i.id) OR i.seq <> (SELECT COALESCE(MAX(l.seq), 0) FROM trigger_log l WHERE l.inst_id = i.id)
UNION ALL SELECT 'I5 an instance is ended exactly if no token is alive', COUNT(*) FROM inst i
 WHERE (i.state IN (0, 5)) <> EXISTS (SELECT 1 FROM token k WHERE k.inst_id = i.id)
UNION ALL SELECT 'I6 an open task has its waiting token, and only one task stands for a token', COUNT(*) FROM task k
 WHERE k.state = 1 AND (NOT EXISTS (SELECT 1 FROM token x WHERE x.inst_id = k.inst_id AND x.no = k.token AND x.node = k.node)
    OR EXISTS (SELECT 1 FROM task o WHERE o.inst_id = k.inst_id AND o.token = k.token AND o.state = 1 AND o.id <> k.id))
UNION ALL SELECT 'I7 a job of an instance has its token', COUNT(*) FROM job j
 WHERE j.inst_id IS NOT NULL AND j.token <> 0 AND j.state IN (1, 3) AND NOT EXISTS (SELECT 1 FROM token x WHERE x.inst_id = j.inst_id AND x.no = j.token)
UNION ALL SELECT 'I8 a token has at most one waiting job, and a token that is due has one', COUNT(*) FROM token x
 WHERE (SELECT COUNT(*) FROM job j WHERE j.inst_id = x.inst_id AND j.token = x.no AND j.state = 1) > 1
    OR (x.due > 0 AND x.state = 1 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.inst_id = x.inst_id AND j.token = x.no))
UNION ALL SELECT 'I9 a closed ticket has an ended instance and no open task', COUNT(*) FROM ticket t
 WHERE (t.state IN (4, 5)) <> EXISTS (SELECT 1 FROM inst i WHERE i.id = t.inst_id AND i.state NOT IN (0, 5))
    OR (t.state IN (4, 5) AND EXISTS (SELECT 1 FROM task k WHERE k.subject_id = t.id AND k.state = 1))
UNION ALL SELECT 'I10 the ticket names the assignee of an open task', COUNT(*) FROM ticket t
 WHERE t.assignee_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM task k WHERE k.subject_id = t.id AND k.state = 1 AND k.assignee_id = t.assignee_id)
UNION ALL SELECT 'I11 attached bytes hash to their name', COUNT(*) FROM blob_data b WHERE UNHEX(SHA2(b.data, 256)) <> b.sha256 OR LENGTH(b.data) <> b.size
UNION ALL SELECT 'I12 every attachment has its bytes and its article', COUNT(*) FROM attachment a
 WHERE NOT EXISTS (SELECT 1 FROM blob_data b WHERE b.sha256 = a.sha256) OR NOT EXISTS (SELECT 1 FROM article x WHERE x.id = a.article_id AND x.ticket_id = a.ticket_id)
UNION ALL SELECT 'I13 one current version a process, and it is released', COUNT(*) FROM definition d WHERE d.current = 1 AND (d.state <> 2 OR d.version IS NULL)
UNION ALL SELECT 'I14 nobody released his own draft but the command line', COUNT(*) FROM definition d WHERE d.releaser_id = d.author_id AND d.author_id <> 0
UNION ALL SELECT 'I15 a leased job is not held past its lease by more than a minute', COUNT(*) FROM job j
 WHERE j.state = 1 AND j.lease_owner <> '' AND j.lease_until < :now - 60000000 AND j.due < :now - 60000000
UNION ALL SELECT 'I16 caps and activity go together', COUNT(*) FROM person p WHERE p.active = 0 AND (p.caps <> 0 OR p.roles <> '')
UNION ALL SELECT 'I17 whoever waits for a message or signal has its token', COUNT(*) FROM subscription s
 WHERE NOT EXISTS (SELECT 1 FROM token y WHERE y.inst_id = s.inst_id AND y.no = s.token AND y.node = s.node AND y.state = 1)
UNION ALL SELECT 'I18 what begins instances is of a version in force, and its timer has its job', COUNT(*) FROM start_point p
 WHERE NOT EXISTS (SELECT 1 FROM definition d WHERE d.id = p.definition_id AND d.current = 1)
    OR (p.job_id <> 0 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.id = p.job_id AND j.kind = 'start'))
UNION ALL SELECT 'I19 a called instance has its caller, which waits for it as long as it runs', COUNT(*) FROM inst c
 WHERE c.parent_inst IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM inst p WHERE p.id = c.parent_inst)
    OR (c.state IN (0, 5) AND NOT EXISTS (SELECT 1 FROM token y WHERE y.inst_id = c.parent_inst AND y.no = c.parent_token)));

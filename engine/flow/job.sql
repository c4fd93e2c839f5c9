-- job_add(id u64, kind text, inst u64?, token u32, due i64, payload text, attempts_max u32, state u32, at i64) -> bulk
--   by portal agent worker cli admin     untraced: part of a step that has its own event
INSERT INTO job (id, kind, inst_id, token, due, payload, attempts_max, state, created)
VALUES (:id, :kind, :inst, :token, :due, :payload, :attempts_max, :state, :at);

-- job_drop(inst u64, token u32) -> bulk
--   by portal agent worker cli admin     untraced: part of a step that has its own event
DELETE FROM job WHERE inst_id = :inst AND token = :token;

-- job_rest(inst u64, from u32, to u32) -> none
--   by portal agent worker cli admin     untraced: part of a step that has its own event
UPDATE job SET state = :to WHERE inst_id = :inst AND state = :from;

-- job_forget(id u64) -> none
--   by designer cli worker     untraced: the release or the start that makes it pointless has its own event
DELETE FROM job WHERE id = :id;

-- job_due(low i64, now i64, n u32) -> many (id u64, kind text, inst u64?, subject u64?, token u32, due i64, payload text, attempts u32, attempts_max u32)
--   by worker
SELECT j.id, j.kind, j.inst_id, (SELECT i.subject_id FROM inst i WHERE i.id = j.inst_id), j.token, j.due, j.payload, j.attempts, j.attempts_max
FROM job j WHERE j.state = 1 AND j.due <= :now AND j.due >= :low AND j.lease_until < :now
ORDER BY j.due, j.id LIMIT :n FOR UPDATE SKIP LOCKED;

-- job_lease(id u64, until i64, owner text) -> bulk
--   by worker     untraced: lease bookkeeping, no business meaning
UPDATE job SET lease_until = :until, lease_owner = :owner WHERE id = :id;

-- job_done(id u64, owner text) -> none
--   by worker cli     untraced: the effect of the job has its own event, in the same unit
DELETE FROM job WHERE id = :id AND lease_owner = :owner AND state = 1;

-- job_again(id u64, owner text, due i64, error text) -> none
--   by worker     untraced: the failure is an event of its own
UPDATE job SET attempts = attempts + 1, due = :due, error = :error, lease_until = 0, lease_owner = '' WHERE id = :id AND lease_owner = :owner;

-- job_give_up(id u64, owner text, error text) -> none
--   by worker     untraced: the failure is an event of its own
UPDATE job SET attempts = attempts + 1, state = 2, error = :error, lease_until = 0, lease_owner = '' WHERE id = :id AND lease_owner = :owner;

-- job_next() -> one (due i64?)
--   by worker
SELECT MIN(due) FROM job WHERE state = 1;

-- job_revive(id u64, now i64) -> none
--   by admin     untraced: the verb that calls it logs the retry
UPDATE job SET state = 1, due = :now, attempts = 0, error = '' WHERE id = :id AND state = 2;

-- job_list(state u32) -> many (id u64, kind text, subject u64?, node text?, due i64, attempts u32, attempts_max u32, lease_until i64, lease_owner text, error text)
--   by admin
SELECT j.id, j.kind, (SELECT i.subject_id FROM inst i WHERE i.id = j.inst_id), (SELECT t.node FROM token t WHERE t.inst_id = j.inst_id AND t.no = j.token),
  j.due, j.attempts, j.attempts_max, j.lease_until, j.lease_owner, j.error
FROM job j WHERE j.state = :state ORDER BY j.due, j.id LIMIT 200;

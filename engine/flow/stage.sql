-- engine/flow/stage.sql - the stage in MariaDB: what a test run needs besides the product's own statements.

-- stage_strangers() -> one (n u64)
--   by cli
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM ticket LIMIT 1) t)
  + (SELECT COUNT(*) FROM (SELECT 1 FROM definition WHERE current = 1 AND file_name NOT LIKE 'stage: %' LIMIT 1) d);

-- stage_keys() -> many (process_key text)
--   by cli
SELECT process_key FROM definition WHERE current = 1 LIMIT 10000;

-- stage_running() -> many (id u64)
--   by cli
SELECT id FROM inst WHERE state IN (0, 5) AND subject_id = 0 AND parent_inst IS NULL LIMIT 10000;

-- stage_message_sweep() -> none
--   by cli     untraced: of a test run; nobody waits for it any more
DELETE FROM message;

-- stage_job_sweep() -> none
--   by cli     untraced: of a test run; nobody waits for it any more
DELETE FROM job WHERE inst_id IS NULL;

-- What is thrown is delivered before timers fall due, and all that one signal reaches before the next delivery.
-- stage_next(now i64) -> one (id u64, kind text, inst u64?, token u32, due i64, payload text, timed bool)
--   by cli
SELECT id, kind, inst_id, token, due, payload, kind IN ('timer', 'start', 'expire') AS timed FROM job WHERE state = 1 AND due <= :now
ORDER BY timed, due, kind IN ('hear', 'begin') DESC, id LIMIT 1;

-- stage_due() -> one (due i64?)
--   by cli
SELECT MIN(due) FROM job WHERE state = 1;

-- stage_timers() -> one (n u64)
--   by cli
SELECT COUNT(*) FROM job WHERE kind IN ('timer', 'start') AND state IN (1, 3);

-- stage_inst(id u64) -> one (definition u64, state u32, caller u64?, token u32)
--   by cli
SELECT definition_id, state, parent_inst, parent_token FROM inst WHERE id = :id;

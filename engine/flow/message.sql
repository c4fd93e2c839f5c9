-- engine/flow/message.sql - messages that are kept for a later receiver.

-- message_add(id u64, name text, key text?, payload text, wanted text, at i64, expires i64) -> none
--   by worker cli admin     untraced: that it is kept is an event of its own
INSERT INTO message (id, name, msg_key, payload, wanted, created, expires) VALUES (:id, :name, :key, :payload, :wanted, :at, :expires);

-- message_take(id u64) -> none
--   by portal agent worker cli admin designer     untraced: part of a step that has its own event
DELETE FROM message WHERE id = :id;

-- message_kept(name text, now i64, created i64, id u64) -> many (id u64, key text?, payload text, wanted text, created i64, expires i64)
--   by portal agent worker cli admin designer
SELECT id, msg_key, payload, wanted, created, expires FROM message
WHERE name = :name AND expires > :now AND created >= :created AND (created > :created OR id > :id) ORDER BY created, id LIMIT 200;

-- Whoever begins to wait shares the gate of the name until the commit, whoever keeps a message has it alone.
-- message_gate_share(no u32) -> one (no u32)
--   by portal agent worker cli admin designer
SELECT no FROM message_gate WHERE no = :no LOCK IN SHARE MODE;

-- message_gate_close(no u32) -> one (no u32)
--   by worker cli admin
SELECT no FROM message_gate WHERE no = :no FOR UPDATE;

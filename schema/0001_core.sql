-- schema/0001_core.sql: people, desk, processes, CMDB. The trail and the house's own tables are 0000_house.sql.
--
-- Times are BIGINT microseconds UTC. Ids come from id_pool, never from AUTO_INCREMENT. No foreign key cascades. Texts of people are
-- utf8mb4_uca1400_ai_ci; keys that are compared by bytes are ascii_bin or VARBINARY.

CREATE TABLE person (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  directory    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,   -- which directory the person comes from
  entry_id     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,   -- entryUUID: never changes, never mail or uid
  uid          VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name         VARCHAR(200) NOT NULL,
  mail         VARCHAR(254) NOT NULL DEFAULT '',
  lang         CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'en',
  theme        VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'auto',
  roles        VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- comma-separated role keys, sorted
  caps         BIGINT UNSIGNED NOT NULL DEFAULT 0,                            -- capability bits that follow from the roles
  active       TINYINT(1)   NOT NULL DEFAULT 1,
  created      BIGINT       NOT NULL,
  synced       BIGINT       NOT NULL,                                         -- when the directory was last read for this person
  UNIQUE KEY person_entry (directory, entry_id),
  KEY person_uid (uid),
  KEY person_synced (active, synced)
) ENGINE=InnoDB;

CREATE TABLE role_map (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  group_dn     VARCHAR(500) NOT NULL,
  role         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  KEY role_map_role (role)
) ENGINE=InnoDB;

CREATE TABLE session (
  id_hash      BINARY(32)   NOT NULL PRIMARY KEY,                             -- SHA-256 of what the cookie holds
  person_id    BIGINT UNSIGNED NOT NULL,
  csrf         BINARY(32)   NOT NULL,
  created      BIGINT       NOT NULL,
  seen         BIGINT       NOT NULL,
  expires      BIGINT       NOT NULL,
  address      VARCHAR(45)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_hash   BINARY(32)   NOT NULL,
  ended        BIGINT       NULL,
  KEY session_person (person_id, ended),
  KEY session_open (ended, expires)
) ENGINE=InnoDB;

CREATE TABLE login_failure (                                                   -- back-off of sign-in; rows older than a day are swept
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name_hash    BINARY(32)   NOT NULL,
  address      VARCHAR(45)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at           BIGINT       NOT NULL,
  KEY login_failure_name (name_hash, address, at),
  KEY login_failure_address (address, at)
) ENGINE=InnoDB;

-- ---- desk ----

CREATE TABLE queue (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  queue_key    VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name         VARCHAR(100) NOT NULL,
  tier         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  area         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,    -- candidate group whose tasks it shows
  position     INT UNSIGNED NOT NULL DEFAULT 0,
  open_count   INT UNSIGNED NOT NULL DEFAULT 0,                               -- refreshed by the worker every few seconds
  UNIQUE KEY queue_key (queue_key),
  KEY queue_role (role)
) ENGINE=InnoDB;

CREATE TABLE service (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  service_key  VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name         VARCHAR(100) NOT NULL,
  description  VARCHAR(500) NOT NULL DEFAULT '',
  icon         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  area         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  process_key  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  active       TINYINT(1)   NOT NULL DEFAULT 1,
  position     INT UNSIGNED NOT NULL DEFAULT 0,
  UNIQUE KEY service_key (service_key)
) ENGINE=InnoDB;

CREATE TABLE ticket (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,                          -- the number in its reference: INC-<id>
  version      INT UNSIGNED NOT NULL DEFAULT 1,                               -- guard against lost updates
  title        VARCHAR(200) NOT NULL,
  state        TINYINT UNSIGNED NOT NULL,                                     -- enum ticket_state
  priority     TINYINT UNSIGNED NOT NULL DEFAULT 0,                           -- 1 to 4; 0 = not classified yet
  impact       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  urgency      VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  area         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  service_id   BIGINT UNSIGNED NOT NULL,
  requester_id BIGINT UNSIGNED NOT NULL,
  assignee_id  BIGINT UNSIGNED NULL,                                          -- of its open task; NULL = nobody, or closed
  queue_id     BIGINT UNSIGNED NULL,                                          -- where its open task waits; NULL = none
  tier         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  inst_id      BIGINT UNSIGNED NULL,
  definition_id BIGINT UNSIGNED NOT NULL,
  stage        VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- node of the open task
  due          BIGINT       NULL,
  created      BIGINT       NOT NULL,
  changed      BIGINT       NOT NULL,
  resolved     BIGINT       NULL,
  closed       BIGINT       NULL,
  KEY ticket_queue (queue_id, priority, created, id),                         -- most urgent first, then oldest
  KEY ticket_assignee (assignee_id, priority, created, id),
  KEY ticket_requester (requester_id, changed, id),
  KEY ticket_changed (changed, id),
  FULLTEXT KEY ticket_title (title)
) ENGINE=InnoDB;

CREATE TABLE article (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  ticket_id    BIGINT UNSIGNED NOT NULL,
  at           BIGINT       NOT NULL,
  author_id    BIGINT UNSIGNED NOT NULL,                                      -- 0 = the process
  kind         TINYINT UNSIGNED NOT NULL,                                     -- enum article_kind: 1 public, 2 internal, 3 findings (internal)
  body         MEDIUMTEXT   NOT NULL,
  salt         BINARY(16)   NOT NULL,                                         -- of the commitment in the trail
  KEY article_ticket (ticket_id, at, id)                                      -- ids come in ranges: only the time tells the order
) ENGINE=InnoDB;

-- What a requester may see, for the portal's account: no internal row ever leaves through it.
CREATE SQL SECURITY DEFINER VIEW article_public AS
  SELECT id, ticket_id, at, author_id, kind, body FROM article WHERE kind = 1;

CREATE TABLE blob_data (
  sha256       BINARY(32)   NOT NULL PRIMARY KEY,
  size         INT UNSIGNED NOT NULL,
  data         LONGBLOB     NOT NULL
) ENGINE=InnoDB;

CREATE TABLE attachment (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  ticket_id    BIGINT UNSIGNED NOT NULL,
  article_id   BIGINT UNSIGNED NOT NULL,
  name         VARCHAR(200) NOT NULL,
  type         VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size         INT UNSIGNED NOT NULL,
  sha256       BINARY(32)   NOT NULL,
  internal     TINYINT(1)   NOT NULL,
  KEY attachment_ticket (ticket_id, id)
) ENGINE=InnoDB;

CREATE TABLE ticket_ci (
  ticket_id    BIGINT UNSIGNED NOT NULL,
  ci_id        BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (ticket_id, ci_id),
  KEY ticket_ci_ci (ci_id, ticket_id)
) ENGINE=InnoDB;

-- ---- processes ----

CREATE TABLE definition (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  kind         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,    -- bpmn, dmn
  process_key  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version      INT UNSIGNED NULL,                                             -- given at release
  state        TINYINT UNSIGNED NOT NULL,                                     -- enum definition_state: 1 draft, 2 released, 3 retired, 4 discarded
  current      TINYINT(1)   NULL,                                             -- 1 = the version that new instances get, else NULL
  name         VARCHAR(200) NOT NULL,
  file_name    VARCHAR(200) NOT NULL,
  sha256       BINARY(32)   NOT NULL,
  source       MEDIUMBLOB   NOT NULL,                                         -- the bytes as sent
  findings     MEDIUMTEXT   NOT NULL,                                         -- JSON of warnings and information
  author_id    BIGINT UNSIGNED NOT NULL,
  created      BIGINT       NOT NULL,
  releaser_id  BIGINT UNSIGNED NULL,
  released     BIGINT       NULL,
  UNIQUE KEY definition_version (process_key, version),
  UNIQUE KEY definition_current (process_key, current),
  KEY definition_key (process_key, created, id)
) ENGINE=InnoDB;

CREATE TABLE inst (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  definition_id BIGINT UNSIGNED NOT NULL,
  subject_id   BIGINT UNSIGNED NOT NULL,                                      -- what it is about: the ticket
  state        TINYINT UNSIGNED NOT NULL,                                     -- enum inst_state
  next_no      INT UNSIGNED NOT NULL,
  seq          BIGINT UNSIGNED NOT NULL,
  visited      VARBINARY(1300) NOT NULL DEFAULT '',                           -- a bit for each node of the model that was entered, for the picture
  started      BIGINT       NOT NULL,
  ended        BIGINT       NULL,
  KEY inst_subject (subject_id),
  KEY inst_definition (definition_id, state)
) ENGINE=InnoDB;

CREATE TABLE token (
  inst_id      BIGINT UNSIGNED NOT NULL,
  no           INT UNSIGNED NOT NULL,
  node         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- id in the model
  flow         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  scope        INT UNSIGNED NOT NULL,
  state        TINYINT UNSIGNED NOT NULL,
  step         TINYINT UNSIGNED NOT NULL DEFAULT 1,                           -- enum token_step: where an incident stopped it
  inner_scope  INT UNSIGNED NOT NULL DEFAULT 0,
  host         INT UNSIGNED NOT NULL DEFAULT 0,
  count        INT UNSIGNED NOT NULL DEFAULT 0,
  due          BIGINT       NOT NULL DEFAULT 0,
  PRIMARY KEY (inst_id, no)
) ENGINE=InnoDB;

CREATE TABLE scope (
  inst_id      BIGINT UNSIGNED NOT NULL,
  no           INT UNSIGNED NOT NULL,
  parent       INT UNSIGNED NOT NULL,
  node         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  token        INT UNSIGNED NOT NULL,
  PRIMARY KEY (inst_id, no)
) ENGINE=InnoDB;

CREATE TABLE variable (
  inst_id      BIGINT UNSIGNED NOT NULL,
  scope        INT UNSIGNED NOT NULL,
  name         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  value        MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- typed text of val_write()
  PRIMARY KEY (inst_id, scope, name)
) ENGINE=InnoDB;

CREATE TABLE trigger_log (                                                     -- what replay reads
  inst_id      BIGINT UNSIGNED NOT NULL,
  seq          BIGINT UNSIGNED NOT NULL,
  body         MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (inst_id, seq)
) ENGINE=InnoDB;

CREATE TABLE task (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  inst_id      BIGINT UNSIGNED NOT NULL,
  token        INT UNSIGNED NOT NULL,
  subject_id   BIGINT UNSIGNED NOT NULL,
  node         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name         VARCHAR(255) NOT NULL,
  tier         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  role         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- first candidate group
  groups_      VARCHAR(500) NOT NULL DEFAULT '',                              -- all candidate groups, comma-separated
  users_       VARCHAR(500) NOT NULL DEFAULT '',
  assignee_id  BIGINT UNSIGNED NULL,
  state        TINYINT UNSIGNED NOT NULL,                                     -- 1 open, 2 completed, 3 cancelled
  priority     INT          NOT NULL DEFAULT 50,
  version      INT UNSIGNED NOT NULL DEFAULT 1,
  opened       BIGINT       NOT NULL,
  due          BIGINT       NULL,
  closed       BIGINT       NULL,
  closed_by    BIGINT UNSIGNED NULL,
  KEY task_inst (inst_id, token),
  KEY task_subject (subject_id, state, opened),
  KEY task_role (role, state, id),
  KEY task_assignee (assignee_id, state, id)
) ENGINE=InnoDB;

CREATE TABLE job (                                                             -- timers, service calls, deliveries: everything that is due
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  kind         VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inst_id      BIGINT UNSIGNED NULL,
  token        INT UNSIGNED NOT NULL DEFAULT 0,
  due          BIGINT       NOT NULL,
  payload      MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  attempts     INT UNSIGNED NOT NULL DEFAULT 0,
  attempts_max INT UNSIGNED NOT NULL DEFAULT 3,
  state        TINYINT UNSIGNED NOT NULL DEFAULT 1,                           -- 1 waiting, 2 failed for good
  lease_until  BIGINT       NOT NULL DEFAULT 0,
  lease_owner  VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  error        VARCHAR(500) NOT NULL DEFAULT '',
  created      BIGINT       NOT NULL,
  KEY job_due (state, due, id),
  KEY job_inst (inst_id, token)
) ENGINE=InnoDB;

CREATE TABLE incident (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  inst_id      BIGINT UNSIGNED NOT NULL,
  token        INT UNSIGNED NOT NULL,
  subject_id   BIGINT UNSIGNED NOT NULL,
  node         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  message      VARCHAR(1000) NOT NULL,
  state        TINYINT UNSIGNED NOT NULL DEFAULT 1,                           -- 1 open, 2 solved
  at           BIGINT       NOT NULL,
  ended        BIGINT       NULL,
  KEY incident_state (state, at, id),
  KEY incident_inst (inst_id, token)
) ENGINE=InnoDB;

-- ---- CMDB ----

CREATE TABLE location (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  parent_id    BIGINT UNSIGNED NULL,
  name         VARCHAR(100) NOT NULL,
  KEY location_parent (parent_id)
) ENGINE=InnoDB;

CREATE TABLE ci_class (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  class_key    VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name         VARCHAR(100) NOT NULL,
  parent_id    BIGINT UNSIGNED NULL,
  icon         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  personal     TINYINT(1)   NOT NULL DEFAULT 0,                               -- its items have an owner who may pick them in the portal
  UNIQUE KEY ci_class_key (class_key)
) ENGINE=InnoDB;

CREATE TABLE ci (
  id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  version      INT UNSIGNED NOT NULL DEFAULT 1,
  class_id     BIGINT UNSIGNED NOT NULL,
  number       VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,    -- inventory number
  name         VARCHAR(200) NOT NULL,
  status       TINYINT UNSIGNED NOT NULL,                                     -- enum ci_status: 1 planned, 2 in use, 3 in repair, 4 in stock, 5 retired
  owner_uid    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,        -- by uid: an owner need not have signed in yet
  location_id  BIGINT UNSIGNED NULL,
  serial       VARCHAR(100) NOT NULL DEFAULT '',
  vendor       VARCHAR(100) NOT NULL DEFAULT '',
  model        VARCHAR(100) NOT NULL DEFAULT '',
  criticality  TINYINT UNSIGNED NOT NULL DEFAULT 3,                           -- 1 high to 4 none
  warranty     BIGINT       NULL,
  attributes   TEXT         CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '{}', -- JSON, by class
  changed      BIGINT       NOT NULL,
  UNIQUE KEY ci_number (number),
  KEY ci_owner (owner_uid, status),
  KEY ci_class (class_id, name, id),
  KEY ci_name (name, id)
) ENGINE=InnoDB;

CREATE TABLE ci_relation (
  from_id      BIGINT UNSIGNED NOT NULL,
  kind         VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,    -- runs_on, depends_on, part_of, connected_to, used_by
  to_id        BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (from_id, kind, to_id),
  KEY ci_relation_to (to_id, kind)
) ENGINE=InnoDB;

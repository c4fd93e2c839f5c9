-- schema/0000_house.sql - the tables that the house itself needs: migrations, numbers, idempotency keys, the trail.
--
-- No foreign key touches the trail: a cascade deletes and renumbers rows in spite of missing privileges. No AUTO_INCREMENT: numbers
-- that commit late would look like gaps. Nobody is granted UPDATE or DELETE on audit_event or audit_head; append_audit is the only
-- way in, and it runs with the rights of the account that migrates.

CREATE TABLE schema_migration (
    number SMALLINT UNSIGNED NOT NULL,
    name   VARCHAR(100)      NOT NULL,
    sha256 BINARY(32)        NOT NULL,
    begun  BIGINT            NOT NULL COMMENT 'microseconds UTC',
    done   BIGINT                NULL COMMENT 'NULL: ended half-way, a person must look',
    PRIMARY KEY (number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE id_pool (
    pool TINYINT UNSIGNED NOT NULL COMMENT 'enum unit_pool',
    next BIGINT UNSIGNED  NOT NULL COMMENT 'first number that no process has taken',
    PRIMARY KEY (pool)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE done_key (
    name   VARBINARY(64) NOT NULL,
    result VARCHAR(255)  NOT NULL COMMENT 'what a repeat is answered with',
    at     BIGINT        NOT NULL COMMENT 'microseconds UTC; the worker removes old ones',
    PRIMARY KEY (name),
    KEY done_key_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE audit_head (
    stream TINYINT UNSIGNED NOT NULL COMMENT 'enum audit_stream',
    id     BIGINT UNSIGNED  NOT NULL,
    seq    BIGINT UNSIGNED  NOT NULL COMMENT 'of the newest event',
    hash   BINARY(32)       NOT NULL COMMENT 'of the newest event',
    PRIMARY KEY (stream, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE audit_event (
    stream TINYINT UNSIGNED  NOT NULL,
    id     BIGINT UNSIGNED   NOT NULL,
    seq    BIGINT UNSIGNED   NOT NULL COMMENT '1, 2, 3, ... in its stream',
    at     BIGINT            NOT NULL COMMENT 'copy of the body, for filtering',
    event  SMALLINT UNSIGNED NOT NULL COMMENT 'copy of the body, for filtering',
    actor  BIGINT UNSIGNED   NOT NULL COMMENT 'copy of the body, for filtering',
    prev   BINARY(32)        NOT NULL,
    hash   BINARY(32)        NOT NULL,
    body   MEDIUMBLOB        NOT NULL COMMENT 'docs/audit-format.md',
    PRIMARY KEY (stream, id, seq),
    KEY audit_event_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- PACKED is 0x01, then for each event: stream u8, id u64, length of the body u32, body (all big-endian), sorted by stream and id, so
-- that every unit locks the heads in the same order. A body begins with 0x01, at i64, event u16, actor u64.
DELIMITER //
CREATE PROCEDURE append_audit(IN packed LONGBLOB)
    MODIFIES SQL DATA
    SQL SECURITY DEFINER
BEGIN
    DECLARE pos, len, total, size BIGINT UNSIGNED DEFAULT 2;
    DECLARE place, last_place BINARY(9) DEFAULT NULL;
    DECLARE v_stream TINYINT UNSIGNED;
    DECLARE v_id, v_seq BIGINT UNSIGNED;
    DECLARE v_prev, v_hash BINARY(32);
    DECLARE v_body MEDIUMBLOB;
    DECLARE v_at BIGINT;
    DECLARE found BOOL;

    SET total = LENGTH(packed);
    IF packed IS NULL OR total < 2 OR SUBSTRING(packed, 1, 1) <> x'01' THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'append_audit: not version 1 of the packed form';
    END IF;
    WHILE pos <= total DO
        IF pos + 13 > total THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'append_audit: cut short';
        END IF;
        SET place = SUBSTRING(packed, pos, 9);
        SET len = CONV(HEX(SUBSTRING(packed, pos + 9, 4)), 16, 10);
        SET v_body = SUBSTRING(packed, pos + 13, len);
        SET size = LENGTH(v_body);
        IF size <> len OR size < 19 OR SUBSTRING(v_body, 1, 1) <> x'01' THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'append_audit: not version 1 of the body';
        END IF;
        SET v_at = CONV(HEX(SUBSTRING(v_body, 2, 8)), 16, 10);
        IF last_place IS NULL OR place <> last_place THEN
            IF last_place IS NOT NULL THEN
                IF place < last_place THEN
                    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'append_audit: streams are not in order';
                END IF;
                UPDATE audit_head SET seq = v_seq, hash = v_hash WHERE stream = v_stream AND id = v_id;
            END IF;
            SET v_stream = CONV(HEX(SUBSTRING(place, 1, 1)), 16, 10);
            SET v_id = CONV(HEX(SUBSTRING(place, 2, 8)), 16, 10);
            SET last_place = place;
            SET found = FALSE;
            BEGIN
                DECLARE CONTINUE HANDLER FOR NOT FOUND SET found = FALSE;
                SET found = TRUE;
                SELECT seq, hash INTO v_seq, v_hash FROM audit_head WHERE stream = v_stream AND id = v_id FOR UPDATE;
            END;
            IF NOT found THEN
                INSERT INTO audit_head (stream, id, seq, hash) VALUES (v_stream, v_id, 0, REPEAT(x'00', 32))
                    ON DUPLICATE KEY UPDATE stream = v_stream;
                SELECT seq, hash INTO v_seq, v_hash FROM audit_head WHERE stream = v_stream AND id = v_id FOR UPDATE;
            END IF;
        END IF;
        SET v_prev = v_hash;
        SET v_seq = v_seq + 1;
        SET v_hash = UNHEX(SHA2(CONCAT(x'004752414455532d41554449542d31', place, UNHEX(LPAD(HEX(v_seq), 16, '0')), v_prev, v_body), 256));
        INSERT INTO audit_event (stream, id, seq, at, event, actor, prev, hash, body)
            VALUES (v_stream, v_id, v_seq, v_at, CONV(HEX(SUBSTRING(v_body, 10, 2)), 16, 10),
                    CONV(HEX(SUBSTRING(v_body, 12, 8)), 16, 10), v_prev, v_hash, v_body);
        SET pos = pos + 13 + len;
    END WHILE;
    UPDATE audit_head SET seq = v_seq, hash = v_hash WHERE stream = v_stream AND id = v_id;
END//
DELIMITER ;

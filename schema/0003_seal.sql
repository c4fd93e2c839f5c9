-- schema/0003_seal.sql - the seals of the trail: a Merkle tree over the heads of all streams, and its signed roots.
--
-- Both tables are only added to. Nobody is granted UPDATE or DELETE; the account `sealer` alone may insert. No foreign key, no
-- AUTO_INCREMENT, for the reasons of 0000_house.sql.

CREATE TABLE audit_seal (
    number    BIGINT UNSIGNED NOT NULL COMMENT '1, 2, 3, ...',
    at        BIGINT          NOT NULL COMMENT 'microseconds UTC',
    size      BIGINT UNSIGNED NOT NULL COMMENT 'leaves that the root covers: 1 to size',
    root      BINARY(32)      NOT NULL,
    prev      BINARY(32)      NOT NULL COMMENT 'hash of the seal before; zeros in the first',
    key_id    BINARY(32)      NOT NULL COMMENT 'SHA-256 of the public key; also the name of the log',
    signature BINARY(64)      NOT NULL COMMENT 'Ed25519, docs/audit-format.md',
    PRIMARY KEY (number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE audit_leaf (
    number BIGINT UNSIGNED  NOT NULL COMMENT '1, 2, 3, ... over all streams',
    stream TINYINT UNSIGNED NOT NULL,
    id     BIGINT UNSIGNED  NOT NULL,
    seq    BIGINT UNSIGNED  NOT NULL COMMENT 'of the newest event of the stream at that moment',
    hash   BINARY(32)       NOT NULL COMMENT 'of that event',
    seal   BIGINT UNSIGNED  NOT NULL COMMENT 'the first seal that covers the leaf',
    PRIMARY KEY (number),
    KEY audit_leaf_stream (stream, id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

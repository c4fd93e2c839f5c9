-- conf/mariadb/accounts.sql - database and accounts, run once by the DBA: mariadb < accounts.sql
--
-- Each account is the operating system's user of the same name, by unix_socket: no password exists. Then, as the user gradus_owner,
-- `gradus migrate`, and as the DBA `gradus grants | mariadb gradus`. MAX_USER_CONNECTIONS is twice the processes of the program.
CREATE DATABASE IF NOT EXISTS gradus CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci;
CREATE USER IF NOT EXISTS gradus_owner@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 2;
CREATE USER IF NOT EXISTS gradus_login@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
CREATE USER IF NOT EXISTS gradus_portal@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
CREATE USER IF NOT EXISTS gradus_agent@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 16;
CREATE USER IF NOT EXISTS gradus_designer@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
CREATE USER IF NOT EXISTS gradus_auditor@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
CREATE USER IF NOT EXISTS gradus_admin@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
CREATE USER IF NOT EXISTS gradus_worker@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
CREATE USER IF NOT EXISTS gradus_sealer@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 4;
CREATE USER IF NOT EXISTS gradus_cli@localhost IDENTIFIED VIA unix_socket WITH MAX_USER_CONNECTIONS 8;
GRANT ALL ON gradus.* TO gradus_owner@localhost WITH GRANT OPTION;
-- Between migrations the owner is locked; procedures that run with its rights go on working:
--   ALTER USER gradus_owner@localhost ACCOUNT LOCK;      before a migration: ACCOUNT UNLOCK

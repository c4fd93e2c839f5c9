#!/usr/bin/env python3
"""What each account may do, for tests/sql/test_grants.sh.

usage: grants.py FOLDER ROOT OWNER...   FOLDER holds <account>.cnf, client files; ROOT the superuser's client command, one word each

Expectations come from schema/grants/<account>.sql. Each account tries each kind of statement on each table and view, UPDATE and
ON DUPLICATE KEY UPDATE column by column. Refused means an error of rights (1044, 1045, 1142, 1143, 1227, 1370); an error of another kind
means that the right was there. The statements find no row or fail on a missing value, and all of it is rolled back.
"""
import glob
import os
import re
import subprocess
import sys

DENIED = {1044, 1045, 1142, 1143, 1227, 1370}
folder, root = sys.argv[1], sys.argv[2:]
passed = failed = 0


def say(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("not ok", what)


def run(command, statements):
    """error number of each statement, 0 for none"""
    text = "\n".join(s + ";" for s in statements)
    r = subprocess.run(command + ["--force", "--batch", "-N", "gradus"], input=text, capture_output=True, encoding="utf-8", errors="replace")
    errors = [0] * len(statements)
    for m in re.finditer(r"^ERROR (\d+) \([0-9A-Z]+\) at line (\d+)", r.stderr, re.M):
        errors[int(m[2]) - 1] = int(m[1])
    if "ERROR 1045" in r.stderr and "at line" not in r.stderr:
        raise SystemExit(f"not ok {command}: {r.stderr}")
    return errors


def ask(sql):
    r = subprocess.run(root + ["-N", "-B", "-e", sql], capture_output=True, encoding="utf-8", errors="replace", check=True)
    return [line.split("\t") for line in r.stdout.splitlines()]


def parse(line):
    """GRANT list ON [PROCEDURE] thing TO account -> (thing, set of rights, UPDATE as UPDATE.column)"""
    m = re.match(r"GRANT (.+) ON (PROCEDURE )?(\S+) TO (\S+?)(?: .*)?;?$", line.replace("`", ""))
    rights = set()
    for right, columns in re.findall(r"([A-Z ]+?)(?: \(([^)]*)\))?(?:, |$)", m[1]):
        rights |= {f"{right}.{c.strip()}" for c in columns.split(",")} if columns else {right}
    return m[3], rights


accounts = sorted(os.path.basename(f)[:-4] for f in glob.glob("schema/grants/*.sql"))
tables, keys = {}, {}
for t, c, k in ask("SELECT table_name, column_name, column_key FROM information_schema.columns WHERE table_schema = 'gradus' ORDER BY table_name, ordinal_position"):
    tables.setdefault(t, []).append(c)
    if k == "PRI" or (t == "article_public" and c == "id"):
        keys.setdefault(t, []).append(c)
reviewed = {}
for a in accounts:
    reviewed[a] = dict(parse(line) for line in open(f"schema/grants/{a}.sql") if line.startswith("GRANT"))

# the server's grants are the reviewed ones, and there is no other account
for a in accounts:
    shown = {}
    for (line,) in ask(f"SHOW GRANTS FOR gradus_{a}@localhost"):
        if line.startswith("GRANT USAGE ON *.*"):
            say("GRANT OPTION" not in line and "MAX_USER_CONNECTIONS" in line, f"{a}: {line}")
            continue
        thing, rights = parse(line)
        shown[thing] = rights
    say(shown == reviewed[a], f"{a}: SHOW GRANTS is not schema/grants/{a}.sql: {[(k, shown.get(k), reviewed[a].get(k)) for k in set(shown) | set(reviewed[a]) if shown.get(k) != reviewed[a].get(k)]}")
known = {f"gradus_{a}" for a in accounts} | {"gradus_owner", "mariadb.sys", "root", os.environ.get("USER", "root")}
for user, host in ask("SELECT user, host FROM mysql.user"):
    say(user in known and host == "localhost", f"account {user}@{host} is none of ours")

KINDS = {  # kind -> what it needs of the table
    "SELECT 1 FROM {t} LIMIT 1": {"SELECT"},
    "HANDLER {t} OPEN": {"SELECT"},
    "INSERT INTO {t} () VALUES ()": {"INSERT"},
    "DELETE FROM {t} WHERE FALSE": {"DELETE"},
    "REPLACE INTO {t} () VALUES ()": {"INSERT", "DELETE"},
    "TRUNCATE TABLE {t}": {"DROP"},
    "DROP TABLE {t}": {"DROP"},
    "DROP VIEW {t}": {"DROP"},
    "RENAME TABLE {t} TO {t}_x": {"ALTER"},
    "ALTER TABLE {t} ADD x INT": {"ALTER"},
    "CREATE INDEX x ON {t} ({c})": {"INDEX"},
    "CREATE TRIGGER x BEFORE DELETE ON {t} FOR EACH ROW SET @x = 1": {"TRIGGER"},
    "LOCK TABLES {t} WRITE": {"LOCK TABLES"},
    "LOAD DATA INFILE '/etc/hostname' INTO TABLE {t}": {"FILE"},
    "SELECT * FROM {t} LIMIT 1 INTO OUTFILE '/tmp/gradus-test-outfile'": {"FILE"},
    "SELECT * FROM {t} LIMIT 1 INTO DUMPFILE '/tmp/gradus-test-outfile'": {"FILE"},
    "CREATE TABLE x LIKE {t}": {"CREATE"},
    "CREATE VIEW x AS SELECT * FROM {t}": {"CREATE VIEW"},
    "GRANT SELECT ON {t} TO gradus_login@localhost": {"GRANT OPTION"},
    "REVOKE ALL ON {t} FROM gradus_login@localhost": {"GRANT OPTION"},
}
WHOLE = [  # what nobody may, whatever the table
    "CREATE TABLE x (a INT)", "CREATE TEMPORARY TABLE x (a INT)", "CREATE DATABASE x", "DROP DATABASE gradus", "CREATE USER x", "DROP USER gradus_login@localhost",
    "ALTER USER gradus_login@localhost ACCOUNT LOCK", "SET PASSWORD FOR gradus_owner@localhost = PASSWORD('x')", "SET GLOBAL max_connections = 1",
    "SET SESSION sql_log_bin = 0", "FLUSH TABLES", "FLUSH PRIVILEGES", "SHUTDOWN", "SELECT * FROM mysql.global_priv", "SELECT LOAD_FILE('/etc/hostname') INTO OUTFILE '/tmp/x'",
    "CREATE PROCEDURE x() SELECT 1", "DROP PROCEDURE append_audit", "ALTER PROCEDURE append_audit SQL SECURITY INVOKER",
    "CREATE EVENT x ON SCHEDULE EVERY 1 DAY DO SELECT 1", "CREATE DEFINER=gradus_owner@localhost VIEW x AS SELECT 1", "SHOW CREATE USER gradus_owner@localhost",
    "INSTALL SONAME 'ha_spider'", "CREATE FUNCTION gradus_x RETURNS STRING SONAME 'x.so'", "SET ROLE gradus_owner", "LOCK TABLES audit_head READ",
]
TRAIL = "SELECT COUNT(*), SUM(CRC32(hash)), SUM(CRC32(body)) FROM audit_event"
before = ask(TRAIL)
for a in accounts:
    # An attacker may empty the sql_mode of the session. The server then adds rows with missing values; the transaction ends in ROLLBACK.
    statements, wants = ["SET SESSION TRANSACTION READ WRITE", "SET SESSION sql_mode = ''", "START TRANSACTION"], [None, None, None]
    for t, columns in tables.items():
        held = reviewed[a].get(f"gradus.{t}", set())
        for kind, need in KINDS.items():
            statements += [kind.format(t=t, c=columns[0]), "UNLOCK TABLES", "START TRANSACTION"]
            wants += [need <= held, None, None]
        for c in columns:
            # An existing row can only be met through its key, and for a key that is listed the server asks for UPDATE on it.
            listed = ", ".join(keys[t])
            statements += [f"UPDATE {t} SET {c} = DEFAULT WHERE FALSE",
                           f"INSERT INTO {t} ({listed}) VALUES ({', '.join('0' for _ in keys[t])}) ON DUPLICATE KEY UPDATE {c} = DEFAULT"]
            wants += [f"UPDATE.{c}" in held, "INSERT" in held and {f"UPDATE.{k}" for k in keys[t] + [c]} <= held]
    for s in WHOLE:
        statements.append(s)
        wants.append(False)
    statements += ["CALL append_audit(x'00')", "ROLLBACK"]
    wants += ["EXECUTE" in reviewed[a].get("gradus.append_audit", set()), None]
    errors = run(["mariadb", f"--defaults-file={folder}/{a}.cnf"], statements)
    for s, want, error in zip(statements, wants, errors):
        if want is None:
            continue
        refused = error in DENIED or (not want and error in (1290, 1347, 1356, 1396, 1959))
        say(refused != want, f"{a}: {s}: error {error}, the right is {'held' if want else 'not held'}")
print(f"# {passed} of {passed + failed} tries of {len(accounts)} accounts on {len(tables)} tables and views end as the reviewed grants say")

# what the design promises, whatever the files say
def holds(a, t, right):
    return any(r == right or r.startswith(right + ".") for r in reviewed[a].get(f"gradus.{t}", ()))


def rule(what, found):
    say(not found, f"{what}: {found}")
    if not found:
        print("ok", what)


rule("nobody may change the trail but through append_audit", [(a, t, r) for a in accounts for t in ("audit_event", "audit_head") for r in ("INSERT", "UPDATE", "DELETE") if holds(a, t, r)])
rule("the sign-in reads no ticket, no text, no file", [t for t in ("ticket", "article", "article_public", "attachment", "blob_data", "task", "audit_event") if holds("login", t, "SELECT")])
rule("the portal reads public texts only", [r for r in ("SELECT",) if holds("portal", "article", r)])
rule("the portal reads neither trail nor replay log", [t for t in ("audit_event", "audit_head", "trigger_log") if holds("portal", t, "SELECT")])
own = {"done_key": {"UPDATE.result", "INSERT", "SELECT"}, "id_pool": {"UPDATE.next", "UPDATE.pool", "INSERT", "SELECT"}, "person": {"UPDATE.lang", "UPDATE.theme", "SELECT"},
       "session": {"UPDATE.seen", "UPDATE.ended", "SELECT"}}
rule("the auditor changes nothing but keys, numbers and the look of their own pages",
     [(t, r) for t in tables for r in reviewed["auditor"].get(f"gradus.{t}", ()) if r != "SELECT" and r not in own.get(t, ())])
rule("nobody deletes tickets, texts, files, people", [(a, t) for a in accounts for t in ("ticket", "article", "attachment", "blob_data", "person") if holds(a, t, "DELETE")])
rule("the designer sees no ticket", [t for t in ("ticket", "article", "task", "variable") if holds("designer", t, "SELECT")])
rule("no account of a page writes roles or rights of people but the sign-in", [(a, c) for a in accounts if a not in ("login", "worker", "cli") for c in ("roles", "caps", "active") if f"UPDATE.{c}" in reviewed[a].get("gradus.person", ())])
rule("no page changes who a ticket belongs to or when it came", [(a, c) for a in accounts for c in ("requester_id", "created", "id") if f"UPDATE.{c}" in reviewed[a].get("gradus.ticket", ())])
after = ask(TRAIL)
rule("the trail is as it was before", [] if before == after else [before, after])

# the only way in
body = "01" + "0000000000000001" + "0001" + "0000000000000007" + "00"
packed = "01" + "07" + "00000000000003E7" + f"{len(body) // 2:08X}" + body
count = "SELECT COUNT(*) FROM audit_event WHERE stream = 7 AND id = 999"
said = run(["mariadb", f"--defaults-file={folder}/portal.cnf"], [f"CALL append_audit(x'{packed}')", f"CALL append_audit(x'{packed}')"])
rule("append_audit appends", [] if said == [0, 0] and ask(count) == [["2"]] else [said, ask(count)])
forged = run(["mariadb", f"--defaults-file={folder}/portal.cnf"], ["CALL append_audit(x'01')", f"CALL append_audit(x'{packed[:-2]}')", "CALL append_audit(NULL)", f"CALL append_audit(x'00{packed[2:]}')"])
rule("append_audit refuses what is not packed as documented", [] if all(e == 1644 for e in forged) and ask(count) == [["2"]] else forged)
print(f"{passed} passed, {failed} failed")

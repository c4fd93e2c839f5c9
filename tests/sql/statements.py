#!/usr/bin/env python3
"""The plan of every SELECT of the house on tables with many rows, for tests/sql/test_statements.sh.

usage: statements.py LIST EXCEPTIONS CLIENT...     LIST from `statements list`; CLIENT is the mariadb command that sees all tables

A parameter that is compared with a column gets a value which stands in that column, so that the server does not answer
"impossible". Prints one line a statement: "ok ..." or "not ok ...". A full scan (type ALL, or the whole of an index) of a big
table fails unless EXCEPTIONS names the statement ("NAME TABLE reason"); an exception that nothing needs fails as well.
"""
import re
import subprocess
import sys

BIG = "ticket article task token subscription message start_point variable job audit_event trigger_log session person ci".split()
WORD = {"u64": "1", "i64": "1", "u32": "1", "i32": "1", "bool": "0", "text": "'l1'", "blob": "X'00'"}


def ask(client, sql):
    r = subprocess.run(client + ["-N", "-B", "-e", sql], capture_output=True, encoding="utf-8", errors="replace")
    if r.returncode:
        raise RuntimeError(r.stderr.strip())
    return [line.split("\t") for line in r.stdout.splitlines()]


def tables_of(sql):
    """alias -> table"""
    found = {}
    for table, alias in re.findall(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+([a-z_]+)(?:\s+(?:AS\s+)?([a-z_0-9]+))?", sql):
        found[table] = table
        if alias:
            found[alias] = table
    return found


def bind(client, sql, types, memo):
    """the statement with literals; the k-th ? is compared with the column left of it, if there is one"""
    tables, out, k = tables_of(sql), "", 0
    for part in re.split(r"(\?)", sql):
        if part != "?":
            out += part
            continue
        m = re.search(r"(?:([a-z_0-9]+)\.)?([a-z_0-9]+)\s*(?:=|<=>|<=|>=|<|>|LIKE|IN\s*\()\s*$", out)
        value, typ = WORD[types[k]], types[k]
        k += 1
        if re.search(r"LIMIT\s*$", out):
            value = "20"
        if m:
            where = [tables[m[1]]] if m[1] in tables else sorted(set(tables.values()))
            for t in where:
                if (t, m[2]) not in memo:
                    try:
                        rows = ask(client, f"SELECT HEX({m[2]}) FROM {t} WHERE {m[2]} IS NOT NULL LIMIT 100,1")
                        rows = rows or ask(client, f"SELECT HEX({m[2]}) FROM {t} WHERE {m[2]} IS NOT NULL LIMIT 1")
                    except RuntimeError:
                        rows = []
                    memo[t, m[2]] = rows[0] if rows else None
                if memo[t, m[2]]:
                    hexed = memo[t, m[2]][0]
                    value = {"blob": f"X'{hexed}'", "text": f"_utf8mb4 X'{hexed}'"}.get(typ) or str(int(hexed, 16))
                    break
        out += value
    return out


def main():
    listed, exceptions, client = sys.argv[1], sys.argv[2], sys.argv[3:]
    excuse, used, memo = {}, set(), {}
    for line in open(exceptions):
        if line.strip() and not line.startswith("#"):
            name, table, reason = line.split(None, 2)
            excuse[name, table] = reason.strip()
    for line in open(listed):
        name, shape, place, by, params, sql = line.rstrip("\n").split("\t")
        if not re.match(r"\s*(SELECT|WITH)\b", sql):
            continue
        types = [p.split(" ")[1] for p in params.split(",") if p]
        try:
            plan = ask(client, "EXPLAIN " + bind(client, sql.rstrip("; "), types, memo))
        except RuntimeError as e:
            print(f"not ok plan of {name} ({place}): {e}")
            continue
        tables, bad = tables_of(sql), []
        for row in plan:
            table = tables.get(row[2], row[2])
            if row[3] in ("ALL", "index") and table in BIG:
                if (name, table) in excuse:
                    used.add((name, table))
                else:
                    bad.append(f"{table} by {row[3]} over {row[8]} rows")
        print(f"not ok plan of {name} ({place}): {', '.join(bad)}" if bad else f"ok plan of {name}")
    for name, table in sorted(set(excuse) - used):
        print(f"not ok {exceptions}: nothing needs '{name} {table}'")


main()

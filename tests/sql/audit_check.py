#!/usr/bin/env python3
"""A second checker of the audit trail, written from docs/audit-format.md and sharing nothing with the C code.

audit_check.py export FILE     checks a JSON export
audit_check.py rows FILE       checks rows: stream id seq at event actor hex(prev) hex(hash) hex(body), TAB-separated, sorted
Exit code 0 intact, 1 altered (the place on standard output)."""
import datetime, hashlib, json, struct, sys

STREAMS = {"ticket": 1, "definition": 2, "person": 3, "ci": 4, "system": 5, "job": 6}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def altered(text):
    print("altered:", text)
    sys.exit(1)


def text(s):
    if s is None:
        return struct.pack(">I", 0xFFFFFFFF)
    b = s.encode("utf-8")
    return struct.pack(">I", len(b)) + b


def body(e):
    at = datetime.datetime.strptime(e["at"], "%Y-%m-%dT%H:%M:%S.%f%z") - EPOCH
    us = (at.days * 86400 + at.seconds) * 1000000 + at.microseconds
    b = struct.pack(">BqHQ", 1, us, e["event"], int(e["actor"]))
    for name in ("actor_name", "channel", "request", "subject", "reason"):
        b += text(e[name])
    b += struct.pack(">Q", int(e["definition"])) + text(e["version"]) + text(e["node"])
    b += struct.pack(">H", len(e["fields"]))
    for f in e["fields"]:
        b += text(f["name"]) + text(f["before"]) + text(f["after"])
    return b


def link(stream, ident, seq, prev, b):
    return hashlib.sha256(b"\0GRADUS-AUDIT-1" + struct.pack(">BQQ", stream, ident, seq) + prev + b).digest()


def check_export(path):
    data = open(path, "rb").read()
    lines = data.split(b"\n")
    if lines[-1] != b"" or len(lines) < 3:
        altered("no last line")
    head, last = json.loads(lines[0]), json.loads(lines[-2])
    if head["format"] != "gradus-audit" or head["version"] != 1:
        altered("not an export")
    prev, seq = bytes(32), 0
    for n, raw in enumerate(lines[1:-2], 2):
        e = json.loads(raw)
        seq += 1
        if int(e["seq"]) != seq or bytes.fromhex(e["prev"]) != prev:
            altered("line %d: not the next link" % n)
        prev = link(STREAMS[head["stream"]], int(head["id"]), seq, prev, body(e))
        if prev.hex() != e["hash"]:
            altered("line %d: hash" % n)
    if int(last["count"]) != seq or last["head"] != prev.hex():
        altered("count or head")
    if last["sha256"] != hashlib.sha256(data[: len(data) - len(lines[-2]) - 1]).hexdigest():
        altered("sha256 of the file")
    print("intact: %d events" % seq)


def take(b, at):
    (n,) = struct.unpack_from(">I", b, at)
    return at + 4 + (0 if n == 0xFFFFFFFF else n)


def check_rows(path):
    place, prev, seq, n = None, bytes(32), 0, 0
    for row in open(path):
        stream, ident, number, at, event, actor, before, mark, hexed = row.rstrip("\n").split("\t")
        if (stream, ident) != place:
            place, prev, seq = (stream, ident), bytes(32), 0
        seq, n, b = seq + 1, n + 1, bytes.fromhex(hexed)
        if int(number) != seq or bytes.fromhex(before) != prev:
            altered("%s/%s seq %s: not the next link" % (stream, ident, number))
        prev = link(int(stream), int(ident), seq, prev, b)
        if prev.hex() != mark.lower():
            altered("%s/%s seq %s: hash" % (stream, ident, number))
        if struct.unpack_from(">BqHQ", b) != (1, int(at), int(event), int(actor)):
            altered("%s/%s seq %s: columns differ from the body" % (stream, ident, number))
        end = 19
        for _ in range(5):
            end = take(b, end)
        end = take(b, take(b, end + 8))
        (fields,) = struct.unpack_from(">H", b, end)
        end += 2
        for _ in range(3 * fields):
            end = take(b, end)
        if end != len(b):
            altered("%s/%s seq %s: %d bytes too many" % (stream, ident, number, len(b) - end))
    print("intact: %d rows" % n)


{"export": check_export, "rows": check_rows}[sys.argv[1]](sys.argv[2])

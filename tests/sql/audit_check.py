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


def leaf_hash(stream, ident, seq, mark):
    return hashlib.sha256(b"\0GRADUS-LEAF-1" + struct.pack(">BQQ", stream, ident, seq) + mark).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def included(leaf, index, size, proof):
    """The root that the proof gives: from the leaf up, left or right by where the leaf stands."""
    if size == 1:
        return leaf if not proof else None
    k = 1
    while 2 * k < size:
        k *= 2
    if not proof:
        return None
    if index < k:
        below = included(leaf, index, k, proof[:-1])
        return below and node(below, proof[-1])
    below = included(leaf, index - k, size - k, proof[:-1])
    return below and node(proof[-1], below)


def grown(old, size, proof, root, whole=True):
    """Old and new root that the proof gives for a tree that grew from OLD to SIZE leaves."""
    if old == size:
        if whole:
            return (root, root) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    k = 1
    while 2 * k < size:
        k *= 2
    if not proof:
        return None
    if old <= k:
        below = grown(old, k, proof[:-1], root, whole)
        return below and (below[0], node(below[1], proof[-1]))
    below = grown(old - k, size - k, proof[:-1], root, False)
    return below and (node(proof[-1], below[0]), node(proof[-1], below[1]))


def message(number, s):
    at = datetime.datetime.strptime(s["at"], "%Y-%m-%dT%H:%M:%S.%f%z") - EPOCH
    us = (at.days * 86400 + at.seconds) * 1000000 + at.microseconds
    return (b"GRADUS-SEAL-1" + bytes.fromhex(s["key"]) + struct.pack(">QQ", number, int(s["size"])) + bytes.fromhex(s["root"])
            + bytes.fromhex(s["prev"]) + struct.pack(">Q", us))


def check_seal(head, lines):
    """The lines of the seal; answers how many they are and which event they cover. Signatures are the affair of gradus-verify."""
    seal, after, covered, n = None, None, (0, ""), 0
    for raw in lines:
        s = json.loads(raw)
        hashes = [bytes.fromhex(h) for h in s.get("proof", [])]
        if any(len(h) != 32 for h in hashes):
            altered("a proof with an element of a wrong length")
        if "seal" in s and seal is None:
            seal = after = s
            number = int(s["seal"])
        elif "leaf" in s and seal:
            leaf = leaf_hash(STREAMS[head["stream"]], int(head["id"]), int(s["seq"]), bytes.fromhex(s["hash"]))
            if included(leaf, int(s["leaf"]) - 1, int(seal["size"]), hashes) != bytes.fromhex(seal["root"]):
                altered("the leaf is not under the root")
            covered = (int(s["seq"]), s["hash"])
        elif "since" in s and seal:
            roots = (bytes.fromhex(s["root"]), bytes.fromhex(seal["root"]))
            if s["to"] != seal["seal"] or grown(int(s["size"]), int(seal["size"]), hashes, roots[0]) != roots:
                altered("seal %s is not continued" % s["since"])
            mark = hashlib.sha256(message(int(s["since"]), s) + bytes.fromhex(s["signature"])).hexdigest()
            if int(s["since"]) + 1 == number and mark != after["prev"]:
                altered("seal %s is not the one before" % s["since"])
            after, number = s, int(s["since"])
        else:
            break
        n += 1
    return n, covered


def check_export(path):
    data = open(path, "rb").read()
    lines = data.split(b"\n")
    if lines[-1] != b"" or len(lines) < 3:
        altered("no last line")
    head, last = json.loads(lines[0]), json.loads(lines[-2])
    if head["format"] != "gradus-audit" or head["version"] not in (1, 2):
        altered("not an export")
    prev, seq = bytes(32), 0
    skip, covered = check_seal(head, lines[1:-2]) if head["version"] == 2 else (0, (0, ""))
    for n, raw in enumerate(lines[1 + skip:-2], 2 + skip):
        e = json.loads(raw)
        seq += 1
        if int(e["seq"]) != seq or bytes.fromhex(e["prev"]) != prev:
            altered("line %d: not the next link" % n)
        prev = link(STREAMS[head["stream"]], int(head["id"]), seq, prev, body(e))
        if prev.hex() != e["hash"]:
            altered("line %d: hash" % n)
        if seq == covered[0] and e["hash"] != covered[1]:
            altered("line %d: not the sealed event" % n)
    if seq < covered[0]:
        altered("a sealed event is missing")
    if head["version"] == 2 and int(last["unsealed"]) != (covered[0] + 1 if covered[0] < seq else 0):
        altered("unsealed")
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

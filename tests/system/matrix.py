#!/usr/bin/env python3
"""Every route as every role on every kind of object, against tests/system/matrix.expect. Run by matrix.sh on a loaded instance.

usage: matrix.py ROUTES EXPECT CALLS    (build/gen/routes.txt, tests/system/matrix.expect; CALLS is written for budget.py)

First all calls that must not change anything: every GET, every POST that is to be refused, every POST without its token, from
another origin or with the token of another session, and every path under the method that it does not have; the tables are the same
afterwards. Then the POSTs that are to succeed, each on an object of its own. Missing and forbidden must look the same, byte by byte
but for the number of the request, the tokens and the name of the object itself.
"""
import fnmatch
import re
import sys
from itertools import product

from desk import Browser, Instance, Report

routes_file, expect_file, calls_file = sys.argv[1:4]
done = open(calls_file, "w")
desk, report = Instance(), Report()
MODEL = open("workflows/incident/incident.bpmn").read()
RULES = open("tests/fixtures/dmn/request.dmn").read()
GONE = {"ref": "INC-999999", "id": "999999999", "name": "nosuch"}
ODD = {"ref": ["INC-0", "INC-x", "INC-99999999999999999999999"], "id": ["0", "x", "-1", "18446744073709551616"], "name": ["%2e%2e", "a%00b"]}
LAST = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}

# ---- the expectations ----
roles, rules = {}, []
for line in open(expect_file):
    words = line.split()
    if not words or line.startswith("#"):
        continue
    if words[0] == "role":
        roles[words[1]] = (words[2], {f"CAP_{c}" for c in words[3:]})
    else:
        rules.append((words[0], words[1], words[2], words[3], set(map(int, words[4].split("|")))))
used = set()


def expected(method, path, role, obj, may):
    for n, (m, p, r, o, status) in enumerate(rules):
        if m not in ("*", method) or not fnmatch.fnmatchcase(path, p.replace("[", "[[]")):
            continue
        if not (r == "*" or role in r.split(",") or (r == "!cap" and not may)) or not (o == "*" or obj in o.split(",")):
            continue
        used.add(n)
        return status
    return None


# ---- people and objects ----
people = {r: Browser(desk.url, uid) if uid != "-" else Browser(desk.url) for r, (uid, _) in roles.items()}
extra = {uid: Browser(desk.url, uid) for uid in ("sofia", "clara")}
uid_of = {r: uid for r, (uid, _) in roles.items()}
IT = ("l1", "l2", "l3")


def ticket(by, area="it"):
    return by.request(f"Matrix {area}", service=desk.service("workplace" if area == "it" else "facility"), files=[("file", "note.txt", b"a note of mine")])


def work(browser, ref, verb, **fields):
    task, version, _, _ = desk.open_task(ref)
    a = browser.post(f"/agent/ticket/{ref}/{verb}", {**browser.token("/portal/"), "task": task, "version": version, **fields})
    if a.status != 303:
        raise AssertionError(f"{browser.uid}: {verb} {ref}: {a.status} {re.sub('<[^>]*>', ' ', a.text)[-600:]}")


def assigned(role):
    """a new ticket that the role's person works on"""
    ref = ticket(extra["clara"], "facility" if role == "facility" else "it")
    for r in ("l1", "l2", "l3"):
        who = people["facility" if role == "facility" else r]
        work(who, ref, "take")
        if r == role or role == "facility":
            return ref
        work(who, ref, "handover", findings="not a case for this tier")


def draft(by, key=None):
    """a new draft of a model; (key, definition id)"""
    draft.count = getattr(draft, "count", 0) + 1
    key = key or f"matrix_{draft.count}"
    text = re.sub(r'(<bpmn:process|<process)( [^>]*?)id="[^"]*"', rf'\1\2id="{key}"', MODEL)
    text = text.replace('processRef="incident"', f'processRef="{key}"').replace('bpmnElement="incident"', f'bpmnElement="{key}"')
    a = by.send("/designer/upload", "/designer/upload", [("file", f"{key}.bpmn", text.encode())])
    if a.status != 303:
        raise AssertionError(f"{by.uid}: upload: {a.status} {re.sub('<[^>]*>', ' ', a.text)[-900:]}")
    return key, desk.one(f"SELECT id FROM definition WHERE process_key = '{key}' ORDER BY id DESC LIMIT 1")


def rules_draft(by):
    """a new draft of a decision model whose decisions nobody else has; (key, definition id)"""
    rules_draft.count = getattr(rules_draft, "count", 0) + 1
    key = f"matrix_rules_{rules_draft.count}"
    text = RULES.replace('id="request_rules"', f'id="{key}"').replace("request_", f"{key}_")
    a = by.send("/designer/upload", "/designer/upload", [("file", f"{key}.dmn", text.encode())])
    if a.status != 303:
        raise AssertionError(f"{by.uid}: upload: {a.status} {re.sub('<[^>]*>', ' ', a.text)[-900:]}")
    return key, desk.one(f"SELECT id FROM definition WHERE process_key = '{key}' ORDER BY id DESC LIMIT 1")


def file_of(ref):
    return desk.one(f"SELECT id FROM attachment WHERE ticket_id = {ref[4:]} ORDER BY id LIMIT 1")


shared = {}


def once(key, make):
    if key not in shared:
        shared[key] = make()
    return shared[key]


def portal_object(role, kind):
    who = people[role]
    if kind == "own":
        return once(("portal", role), lambda: ticket(who)) if uid_of[role] != "-" else once("anna", lambda: ticket(people["requester"]))
    other = "colleague" if role == "requester" else "requester"
    return once(("portal", other), lambda: ticket(people[other])) if kind == "same" else once(("portal", other, "f"), lambda: ticket(people[other], "facility"))


def agent_object(role, kind, fresh):
    area = "facility" if role == "facility" else "it"
    if kind == "own" and role in IT + ("facility",):
        return assigned(role) if fresh else once(("agent", role, "own"), lambda: assigned(role))
    if kind == "other":
        area = "it" if area == "facility" else "facility"
    return ticket(extra["clara"], area) if fresh else once(("agent", area), lambda: ticket(extra["clara"], area))


def model_object(role, kind, fresh, rules=False):
    if rules and kind == "other":
        return desk.one("SELECT process_key FROM definition WHERE kind = 'dmn' AND current = 1 ORDER BY id LIMIT 1"), desk.one(
            "SELECT id FROM definition WHERE kind = 'dmn' AND current = 1 ORDER BY id LIMIT 1")
    if rules:
        by = people["designer"] if kind == "own" else extra["sofia"]
        return rules_draft(by) if fresh else once(("rules", kind), lambda: rules_draft(by))
    if kind == "other":
        return "incident", desk.one("SELECT id FROM definition WHERE process_key = 'incident' AND current = 1")
    by = people["designer"] if kind == "own" else extra["sofia"]
    return draft(by) if fresh else once(("model", kind), lambda: draft(by))


def queue_of(role, kind):
    area = "facility" if role == "facility" else "it"
    tier = {"l2": "l2", "l3": "l3", "facility": "facility"}.get(role, "l1")
    if kind == "own":
        return desk.one(f"SELECT id FROM queue WHERE queue_key = '{tier}'")
    return desk.one(f"SELECT id FROM queue WHERE area {'=' if kind == 'same' else '<>'} '{area}' AND queue_key <> '{tier}' ORDER BY id LIMIT 1")


def place(path, role, kind, fresh=False):
    """PATH with the object of this kind in it: (path, what to send, the object's name); None where there is no such object"""
    slots = re.findall(r"\{(\w+)\}", path)
    program = path.split("/")[1]
    if not slots:
        return path, {}, ""
    if kind == "missing":
        return re.sub(r"\{(\w+)\}", lambda m: GONE[m[1]], path), {}, GONE[slots[-1]]
    if program == "portal":
        ref = portal_object(role, kind)
        name = file_of(ref) if path.startswith("/portal/file/") else ref
        return path.replace("{ref}", name).replace("{id}", name), {}, name
    if program == "agent" and "/queue/" in path:
        name = queue_of(role, kind)
        return (path.replace("{id}", name), {}, name) if name else None
    if program == "agent" and "/ci/" in path:
        want = {"own": f"owner_uid = '{uid_of[role]}'", "same": "owner_uid <> 'anna'", "other": "owner_uid IS NULL"}[kind]
        name = desk.one(f"SELECT number FROM ci WHERE {want} ORDER BY id LIMIT 1") or desk.one("SELECT number FROM ci ORDER BY id LIMIT 1")
        return path.replace("{ref}", name), {}, name
    if program == "agent":
        ref = agent_object(role, kind, fresh)
        task = desk.open_task(ref)
        name = {"ticket": ref, "task": task[0], "file": file_of(ref)}[path.split("/")[2]]
        return path.replace("{ref}", name).replace("{id}", name), {"task": task[0], "version": task[1]}, name
    if program == "designer":
        key, number = model_object(role, kind, fresh, "/designer/model/" not in path)
        return path.replace("{name}", key).replace("{id}", number), {}, key
    found = once((program, path, kind), lambda: other_program(path, kind))
    return found


def other_program(path, kind):
    """auditor and admin look at everything: one object that is there"""
    ref = once(("agent", "it"), lambda: ticket(extra["clara"], "it"))
    number = ref[4:]
    names = {"ref": ref, "name": "ticket", "id": number}
    if path.startswith("/auditor/definition"):
        names["id"] = desk.one("SELECT id FROM definition WHERE current = 1 LIMIT 1")
    if path.startswith("/admin/person"):
        names["id"] = desk.one("SELECT id FROM person WHERE uid = 'helga'")
    if path.startswith("/admin/job"):
        names["id"] = desk.one("SELECT id FROM job ORDER BY id LIMIT 1")
    if path.startswith("/admin/incident"):
        names["id"] = desk.one("SELECT id FROM incident ORDER BY id LIMIT 1") or GONE["id"]
    if path.startswith("/admin/instance"):
        names["id"] = desk.one("SELECT MIN(id) FROM inst")
    return re.sub(r"\{(\w+)\}", lambda m: names[m[1]], path), {}, number


def fields_for(path, role, extra_fields):
    """what a person would send; more than one form reads, a form ignores what it does not know"""
    f = {"title": "A matter", "description": "Something to look at", "impact": "person", "urgency": "low", "service": desk.service("workplace"),
         "answer": "My answer", "note": "My note", "findings": "My findings", "back": "Please look again", "solution": "Mended",
         "reason": "It came back", "why": "Not needed any more", "comment": "Reviewed", "user": "nobody-known", "password": "wrong", "theme": "dark"}
    return {**f, "format": "json", "purpose": "A check of the matrix", **extra_fields}


def complete_fields(who, path):
    """the task's own form, chosen so that it is complete"""
    return who.filled(path, path) or {}


HEX = re.compile(r"\b[0-9a-f]{16,64}\b")


def plain(text, name):
    text = re.sub(r">[^<]*</textarea>", "></textarea>", text)  # what was typed comes back: it names another task
    return HEX.sub("#", text.replace(name, "OBJECT") if name else text)


def remember(answer, method, path, kind):
    if answer.status in (200, 303) and kind in ("own", "same", "-"):
        print(method, path, answer.header("X-Request-Id"), sep="\t", file=done)


def head_of(answer, what):
    for name, want in LAST.items():
        report.check(f" {what}: {name}", want in answer.header(name), answer.header(name))
    policy = answer.header("Content-Security-Policy")
    report.check(f" {what}: no frame, no foreign script", "frame-ancestors 'none'" in policy and "unsafe" not in policy and "default-src" in policy, policy)


routes = []
for line in open(routes_file):
    method, path, rest = line.rstrip("\n").split("\t")
    if desk.dir and path.split("/")[1] in desk.programs():
        routes.append((method, path, re.search(r"capability (\w+)", rest)[1], re.search(r"(\w+)$", rest)[1]))
have = {(m, p) for m, p, _, _ in routes}
calls, doing = [], []
for (method, path, cap, _), role in product(routes, roles):
    may = set(re.findall(r"CAP_\w+", cap)) <= roles[role][1]
    kinds = ("own", "same", "other", "missing", "odd") if "{" in path else ("-",)
    for kind in kinds:
        want = expected(method, path, role, kind, may)
        if want is None:
            report.check(f"{method} {path} as {role} on {kind}: no line of {expect_file} says what is right", False)
            continue
        (doing if method == "POST" and kind != "odd" and (want & {200, 303} or path.startswith("/login/")) else calls).append((method, path, role, kind, want))

doing.sort(key=lambda c: (c[1].startswith("/login/"), c[1].endswith("everywhere")))  # signing out comes last

# ---- what must not change anything ----
desk.stop_worker()
for method, path, role, kind, want in calls:
    if kind != "odd":
        place(path, role, kind)
tokens = {r: people[r].token("/portal/" if uid_of[r] != "-" else "/login/") for r in roles}
for method, path, _, _ in routes:  # the forms that are refused name a task that exists
    if path.startswith("/agent/"):
        for r in roles:
            place(path, r, "same")
            place(path, r, "own")
before = desk.fingerprint()
seen = {}
for method, path, role, kind, want in calls:
    who = people[role]
    if kind == "odd":
        slot = re.findall(r"\{(\w+)\}", path)[-1]
        for odd in ODD[slot]:
            where = path
            for other in re.findall(r"\{(\w+)\}", path)[:-1]:
                where = where.replace("{%s}" % other, GONE[other], 1)
            where = where.replace("{%s}" % slot, odd)
            a = who.get(where) if method == "GET" else who.post(where, {**tokens[role], **fields_for(path, role, {})})
            report.check(f" {method} {where} as {role}", a.status in want | ({400, 422} if method == "POST" else {400}), a.status)
        continue
    found = place(path, role, kind)
    if found is None:
        continue
    where, more, name = found
    if kind == "missing":  # the same fields as for what is there, so that only the object differs
        near = place(path, role, "same") or place(path, role, "own")
        more = near[1]
    if not re.search("/(take|release|handover|back|resolve)$", path):
        more = {k: v for k, v in more.items() if k == "version"}
    a = who.get(where) if method == "GET" else who.post(where, {**fields_for(path, role, more), **tokens[role]})
    report.check(f" {method} {where} as {role} on {kind} ({path})", a.status in want, f"{a.status}, not {sorted(want)}")
    head_of(a, f"{method} {where} as {role}")
    if role != "nobody":
        remember(a, method, path, kind)
    if a.status == 404:
        seen.setdefault((method, path, role), {})[kind] = plain(a.text, name)
for (method, path, role), texts in seen.items():
    for kind in texts:
        if kind != "missing" and "missing" in texts:
            report.check(f" {method} {path} as {role}: {kind} looks like missing", texts[kind] == texts["missing"],
                         next(((x, y) for x, y in zip(texts[kind].split("\n"), texts["missing"].split("\n")) if x != y), "the pages differ"))
# the method that a path does not have
for path in sorted({p for _, p in have}):
    for method in ("GET", "POST"):
        if (method, path) in have:
            continue
        for role in roles:
            found = place(path, role, "missing")
            who = people[role]
            a = who.get(found[0]) if method == "GET" else who.post(found[0], tokens[role])
            clash = any(m == method and p != path and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), found[0]) for m, p in have)
            report.check(f" {method} {found[0]} as {role}: no such method", a.status == 405 or clash, a.status)
            if role in ("nobody", "l1"):
                b = who.ask("PUT", found[0])
                report.check(f" PUT {found[0]} as {role}", b.status in (405, 400, 501), b.status)
# forms that did not come from our page
for method, path, role, kind, want in doing:
    if kind not in ("own", "-") or role == "nobody" or path.startswith("/login/"):
        continue
    found = place(path, role, kind)
    if found is None:
        continue
    stranger = tokens["colleague" if role != "colleague" else "requester"]
    send = fields_for(path, role, found[1])
    mine = tokens[role]
    for what, fields, head in (("no token", send, {}), ("an empty token", {**send, **mine, "csrf": ""}, {}), ("somebody else's token", {**send, **stranger}, {}),
                               ("another once", {**send, **mine, "once": "0" * 32}, {}), ("a foreign origin", {**send, **mine}, {"Origin": "https://evil.example"}),
                               ("the origin null", {**send, **mine}, {"Origin": "null"}), ("a foreign site", {**send, **mine}, {"Sec-Fetch-Site": "cross-site"})):
        a = people[role].post(found[0], fields, headers=head)
        report.check(f" POST {found[0]} as {role} with {what}", a.status == 403, a.status)
after = desk.fingerprint()
report.check("no refused call and no GET changed a row", before == after, [x for x in zip(before, after) if x[0] != x[1]])

# ---- what is to succeed, each on an object of its own ----
for method, path, role, kind, want in doing:
    who = people[role] if not path.startswith("/login/out") or role == "nobody" else Browser(desk.url, uid_of[role])
    found = place(path, role, kind, fresh=True)
    if found is None:
        continue
    where, more, _ = found
    send = {**fields_for(path, role, more), **who.token("/portal/" if who.jar.get("gradus") else "/login/")}
    if path == "/agent/task/{id}":
        send = complete_fields(who, where)
    a = who.post(where, send)
    report.check(f" POST {where} as {role} on {kind} ({path})", a.status in want, f"{a.status}, not {sorted(want)}")
    head_of(a, f"POST {where} as {role}")
    remember(a, method, path, kind)
programs = {p.split("/")[1] for _, p, _, _ in routes}
for n, rule in enumerate(rules):
    if n not in used and rule[1].split("/")[1:2] != [""] and (rule[1] == "*" or rule[1].split("/")[1] in programs):
        report.check(f"line '{' '.join(map(str, rule[:4]))}' of the expectations fits a call", False)
report.check("no process died", not desk.deaths(), desk.deaths())
done.close()
print(f"# {report.passed + report.failed} checks of {len(routes)} routes as {len(roles)} roles")
report.end()

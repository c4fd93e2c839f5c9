"""tests/lib/desk.py - a browser without JavaScript, and the parts of an instance that tests look at.

    from desk import Browser, Instance, Report      (PYTHONPATH=tests/lib, environment of tests/lib/instance.sh)

A Browser keeps cookies, follows no redirect by itself and fills the forms that a page shows. Instance asks the database as the
superuser. Report prints "ok ..." and "not ok ..." and ends with the line that tests/run.sh counts.
"""
import http.client
import html
import os
import re
import subprocess
import sys
import time
import urllib.parse
import uuid
from html.parser import HTMLParser

PASSWORD = {}  # uid -> password where it is not the uid itself


class Forms(HTMLParser):
    """forms of a page: action, method, enctype and fields [name, value, type]"""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.area, self.select = [], None, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.form = {"action": a.get("action") or "", "method": (a.get("method") or "get").lower(), "fields": []}
            self.forms.append(self.form)
        elif self.form is None or not a.get("name"):
            if tag == "option" and self.select is not None:
                self.select[3].append(a.get("value") or "")
                if self.select[1] is None or "selected" in a:
                    self.select[1] = a.get("value") or ""
        elif tag == "input" and not (a.get("type") in ("checkbox", "radio") and "checked" not in a):
            self.form["fields"].append([a["name"], a.get("value") or "", a.get("type") or "text"])
        elif tag == "button":
            self.form["fields"].append([a["name"], a.get("value") or "", "submit"])
        elif tag == "textarea":
            self.area = [a["name"], "", "textarea"]
            self.form["fields"].append(self.area)
        elif tag == "select":
            self.select = [a["name"], None, "select", []]
            self.form["fields"].append(self.select)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select" and self.select:
            self.select[1] = self.select[1] or ""
            self.select = None

    def handle_data(self, data):
        if self.area is not None:
            self.area[1] += data


class Answer:
    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds
        self.text = body.decode("utf-8", "replace")

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")

    def all(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]


class Browser:
    def __init__(self, base, uid=None):
        self.base, self.uid, self.jar = urllib.parse.urlsplit(base), uid, {}
        self.line = None
        if uid is not None:
            self.sign_in(uid)

    def ask(self, method, path, body=None, headers=None, timeout=20):
        send = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.jar.items())} if self.jar else {}
        send.update(headers or {})
        for again in (True, False):
            fresh = self.line is None
            if fresh:
                self.line = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=timeout)
            begun = time.monotonic()
            try:
                self.line.request(method, path, body, send)
                r = self.line.getresponse()
                answer = Answer(r.status, r.getheaders(), r.read(), time.monotonic() - begun)
                break
            except (OSError, http.client.HTTPException):
                self.line.close()
                self.line = None
                if fresh or not again:
                    raise
        if answer.header("Connection") == "close":
            self.line.close()
            self.line = None
        for cookie in answer.all("Set-Cookie"):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            if "Max-Age=0" in cookie:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path, fields, files=(), headers=None):
        """FIELDS is a dict or list of pairs; FILES are (field, file name, bytes)"""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(pairs).encode()
        if files:
            edge = uuid.uuid4().hex
            body = b"".join(f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in pairs)
            for field, name, data in files:
                body += f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'.encode() + data + b"\r\n"
            body += f"--{edge}--\r\n".encode()
            head["Content-Type"] = f"multipart/form-data; boundary={edge}"
        head.update(headers or {})
        return self.ask("POST", path, body, head)

    def token(self, path):
        """the hidden fields csrf and once of a page; they are good for the forms of all programs"""
        page = self.get(path).text
        found = {k: re.search(f'name="{k}" value="([^"]*)"', page) for k in ("csrf", "once")}
        return {k: m[1] for k, m in found.items() if m}

    def form(self, path, action):
        """the fields of the form of the page at PATH that is sent to ACTION, as a dict"""
        forms = [f for f in Forms(self.get(path).text).forms if (f["action"] or path) == action and f["method"] == "post"]
        return {f[0]: f[1] for f in forms[0]["fields"] if f[2] not in ("submit", "file")} if forms else None

    def filled(self, path, action):
        """the same, with what a careless person would put into empty fields"""
        forms = [f for f in Forms(self.get(path).text).forms if (f["action"] or path) == action and f["method"] == "post"]
        fill = lambda f: f[1] or next((o for o in f[3] if o), "") if f[2] == "select" else f[1] or ("" if f[2] == "hidden" else "abc")
        return {f[0]: fill(f) for f in forms[0]["fields"] if f[2] not in ("submit", "file")} if forms else None

    def send(self, path, action, files=(), **fields):
        """fills the form at PATH for ACTION and sends it"""
        have = self.form(path, action)
        if have is None:
            raise AssertionError(f"{self.uid}: {path} has no form for {action}")
        have.update(fields)
        return self.post(action, have, files)

    def sign_in(self, uid, password=None):
        self.uid = uid
        token = self.token("/login/")
        return self.post("/login/", {**token, "next": "", "user": uid, "password": PASSWORD.get(uid, uid) if password is None else password})

    def request(self, title, service=None, files=(), **fields):
        """opens a ticket in the portal and returns its reference"""
        a = self.send("/portal/request/new", "/portal/request/new", files, title=title, service=service or Instance().service("workplace"),
                      **{"description": "It does not work since this morning.", "impact": "person", "urgency": "low", **fields})
        m = re.search(r"/portal/request/(INC-\d+)$", a.header("Location"))
        if a.status != 303 or not m:
            raise AssertionError(f"{self.uid}: no ticket: {a.status} {a.text[-800:]}")
        return m[1]


class Instance:
    def __init__(self):
        self.dir, self.url, self.socket = os.environ["D"], os.environ["URL"], os.environ["DB_SOCKET"]

    def sql(self, text):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
        r = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", f"--user={user}", "-N", "-B", "gradus", "-e", text],
                           capture_output=True, encoding="utf-8", errors="replace")
        if r.returncode:
            raise RuntimeError(r.stderr)
        return [line.split("\t") for line in r.stdout.splitlines()]

    def one(self, text):
        rows = self.sql(text)
        return rows[0][0] if rows else None

    def service(self, key):
        return self.one(f"SELECT id FROM service WHERE service_key = '{key}'")

    def open_task(self, ref):
        """(task id, version, node, assignee or 0) of a ticket's open task"""
        rows = self.sql(f"SELECT id, version, node, COALESCE(assignee_id, 0) FROM task WHERE subject_id = {ref[4:]} AND state = 1 ORDER BY id LIMIT 1")
        return tuple(rows[0]) if rows else None

    def tables(self, but=()):
        return [t for (t,) in self.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'gradus' AND table_type = 'BASE TABLE'")
                if t not in but]

    def fingerprint(self, but=("session", "id_pool", "audit_leaf", "audit_seal")):
        """changes when any row of any table changes, but for the last visit of sessions, reserved numbers, and seals, which come by themselves"""
        return self.sql("CHECKSUM TABLE " + ", ".join(sorted(self.tables(but)))) + self.sql("SELECT COUNT(*), SUM(ended IS NULL) FROM session")

    def workers(self):
        """process ids of all FastCGI processes, by program"""
        found = {}
        for f in sorted(os.listdir(f"{self.dir}/run")):
            if f.endswith(".pid.workers"):
                text = open(f"{self.dir}/run/{f}").read()
                found[f[:-12]] = (re.findall(r"^worker \d+ (\d+)", text, re.M), int(re.search(r"^deaths (\d+)", text, re.M)[1]))
        return found

    def deaths(self):
        return {p: d for p, (_, d) in self.workers().items() if d}

    def stop_worker(self):
        """the daemon, so that nothing but the test writes"""
        path = f"{self.dir}/run/worker.pid"
        if os.path.exists(path):
            pid = int(open(path).read())
            try:
                os.kill(pid, 15)
                while os.path.exists(f"/proc/{pid}") and "Z" not in open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1][:3]:
                    time.sleep(0.02)
            except (OSError, ProcessLookupError):
                pass

    def programs(self):
        return [p for p in ("login", "portal", "agent", "designer", "auditor", "admin") if os.path.exists(f"{self.dir}/run/{p}.sock")]


class Report:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, what, good, seen=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
        if not good or not what.startswith(" "):
            print(("ok " if good else "not ok ") + what.strip() + ("" if good or seen == "" else f": {seen}"), flush=True)
        return good

    def skip(self, what, why):
        self.skipped += 1
        print(f"ok {what} # skip {why}", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else ""))
        sys.exit(self.failed > 0)


def unescape(text):
    return html.unescape(text)

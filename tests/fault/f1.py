"""f1.py [OPERATION...] - every database call of every operation of the journey fails, is cut, or kills the program, one after the other.

For each operation the fault is set at call n = 1, 2, 3 ... in the six modes of base/fault.h, always on an object that was brought into its
starting state anew. The program with fault points runs as a plain CGI command; what the user does next (the same form once more, hidden
fields and all) goes through the web server to the programs as they are shipped. Held after each point:

  atomic   after the fault the object is as before or as it must become, never between; acknowledged (303) means: as it must become
  settled  the user's repeat is answered like a first success, and afterwards the object is exactly as it must become: one effect
  kept     an answer of 503 shows what was typed

What "as it must become" is, a first run without a fault tells. FAULT_ROUND=long takes every point; else FAULT_PART (3) of the points of each
mode are drawn with FAULT_SEED, and printed. Where a worker has to act, killed or cut workers are followed by a sound one."""
import html, itertools, os, random, re, secrets, signal, subprocess, sys, time

from desk import D, HIDDEN, TOP, Answer, Form, Person, Sql

MODES = ['killb', 'before', 'after', 'cutb', 'cuta', 'killa']
LONG = os.environ.get('FAULT_ROUND') == 'long'
SEED = int(os.environ.get('FAULT_SEED') or random.randrange(1, 10**6))
PART = int(os.environ.get('FAULT_PART') or 3)
LIMIT_POINTS = 600
TAG = itertools.count()
RUN = secrets.token_hex(4) # the same database may be used for several runs
sql = Sql()
people = {uid: Person(uid) for uid in ('anna', 'luca', 'marta', 'peter', 'sofia')}
dice = random.Random(SEED)


# ---- what is looked at ----

def ticket_state(t):
    """Everything of a ticket that an operation could do twice or half."""
    rows = sql.rows(f"""
        SELECT 'events', COALESCE((SELECT GROUP_CONCAT(event ORDER BY seq) FROM audit_event WHERE stream = 1 AND id = {t}), '')
        UNION ALL SELECT 'articles', COALESCE((SELECT GROUP_CONCAT(kind ORDER BY at, id) FROM article WHERE ticket_id = {t}), '')
        UNION ALL SELECT 'files', (SELECT COUNT(*) FROM attachment WHERE ticket_id = {t})
        UNION ALL SELECT 'assets', (SELECT COUNT(*) FROM ticket_ci WHERE ticket_id = {t})
        UNION ALL SELECT 'tasks', (SELECT COUNT(*) FROM task WHERE subject_id = {t})
        UNION ALL SELECT 'open', COALESCE((SELECT GROUP_CONCAT(CONCAT(node, ' ', COALESCE(assignee_id, '-')) ORDER BY id) FROM task WHERE subject_id = {t} AND state = 1), '')
        UNION ALL SELECT 'ticket', (SELECT CONCAT_WS(' ', state, tier, stage, COALESCE(assignee_id, '-'), priority) FROM ticket WHERE id = {t})
        UNION ALL SELECT 'version', (SELECT version FROM ticket WHERE id = {t})
        UNION ALL SELECT 'triggers', (SELECT COUNT(*) FROM trigger_log l JOIN ticket x ON x.inst_id = l.inst_id WHERE x.id = {t})
        UNION ALL SELECT 'jobs', COALESCE((SELECT GROUP_CONCAT(CONCAT(j.kind, ' ', k.node) ORDER BY j.token) FROM job j JOIN ticket x ON x.inst_id = j.inst_id
            JOIN token k ON k.inst_id = j.inst_id AND k.no = j.token WHERE x.id = {t} AND j.state = 1), '')""")
    return dict(rows)


def change(before, after):
    """What happened between two states: lists by what was appended, counts by difference, the rest as it is."""
    out = {}
    for k, new in after.items():
        old = before.get(k, '')
        if k in ('events', 'articles'):
            out[k] = new[len(old):].strip(',') if new.startswith(old) else 'REWRITTEN ' + new
        elif k in ('files', 'assets', 'tasks', 'version', 'triggers', 'rows', 'sessions', 'ended'):
            out[k] = int(new) - int(old or 0)
        else:
            out[k] = new
    return out


# ---- bringing a ticket to where an operation begins ----

class Desk:
    """Tickets in the state an operation needs; one that was used is used again where the process leads back."""

    def __init__(self):
        self.ids, self.asset = {}, sql.one("SELECT id FROM ci WHERE owner_uid = 'anna' AND status = 2 ORDER BY id LIMIT 1")
        self.service = sql.one("SELECT id FROM service WHERE service_key = 'workplace'")

    def request(self, title, files=False):
        return people['anna'].form('/portal/request/new', '/portal/request/new', {
            'service': self.service, 'title': title, 'description': 'It does not start.\r\nSince Monday.', 'impact': 'team', 'urgency': 'medium',
            'asset': self.asset}, {'file': ('log.txt', b'line of ' + title.encode())} if files else None)

    def fresh(self):
        a = people['anna'].send(self.request('Fault test'))
        return int(a.to.rsplit('-', 1)[1].split('?')[0])

    def at(self, t):
        row = sql.rows(f"SELECT k.node, COALESCE(p.uid, '') FROM task k LEFT JOIN person p ON p.id = k.assignee_id WHERE k.subject_id = {t} AND k.state = 1")
        return tuple(row[0]) if row else ('', '')

    def act(self, who, t, verb, **typed):
        people[who].do(f'/agent/ticket/INC-{t}', f'/agent/ticket/INC-{t}/{verb}', typed)

    def bring(self, name, node, who):
        """A ticket whose open task is NODE, taken by WHO ('' = nobody)."""
        t = self.ids.get(name)
        if t is None or self.at(t)[0] == '' or (node == 'confirm' and self.at(t)[0] not in ('confirm', 'diagnose')) or sql.number(f'SELECT COUNT(*) FROM article WHERE ticket_id = {t}') > 60:
            t = self.ids[name] = self.fresh()
        for _ in range(12):
            at, by = self.at(t)
            if at == node and (by == who or node == 'confirm'):
                return t
            level = {'triage': 'luca', 'diagnose': 'marta'}.get(at)
            if at == node and by != '':
                self.act(by, t, 'release')
            elif at in ('triage', 'diagnose') and by == '':
                self.act(level, t, 'take')
            elif at == node:
                raise RuntimeError(f'INC-{t} is with {by}')
            elif node == 'confirm':
                self.act(by, t, 'resolve', solution='Plugged it in.')
            elif at == 'triage':
                self.act('luca', t, 'handover', findings='Power supply is dead.')
            elif at == 'diagnose':
                self.act('marta', t, 'back', back='Try the other socket first.')
            else:
                t = self.ids[name] = self.fresh()
        raise RuntimeError(f'INC-{t} does not come to {node}')


# ---- operations ----

class Page:
    """An operation that is a form of a ticket's page."""

    def __init__(self, name, program, who, start, verb, typed=None, files=None):
        self.name, self.program, self.who, self.start, self.verb, self.typed, self.files = name, program, who, start, verb, typed, files

    def prepare(self, tag):
        t = desk.bring(self.name, *self.start) if self.start else desk.fresh()
        root = f'/portal/request/INC-{t}' if self.program == 'portal' else f'/agent/ticket/INC-{t}'
        self.look = lambda: ticket_state(t)
        form = people[self.who].form(root, f'{root}/{self.verb}', self.typed, self.files)
        if form is None:
            raise RuntimeError(f'{root} does not offer {self.verb}')
        return form

    def strike(self, form, fault):
        return people[self.who].command(self.program, form, fault)

    def repeat(self, form, first):
        a = people[self.who].send(form)
        if not a.done:
            return f'the repeat was answered {a.status}'
        return f'the repeat leads to {a.to}, the first to {first.to}' if first.done and a.to != first.to else ''


class Create(Page):
    def __init__(self):
        super().__init__('create with file and asset', 'portal', 'anna', None, None)

    def prepare(self, tag):
        title = f'{RUN} {tag}'
        form = desk.request(title, True)

        def look():
            ids = [r[0] for r in sql.rows(f"SELECT id FROM ticket WHERE title = '{title}'")]
            return {**(ticket_state(ids[0]) if ids else {}), 'rows': str(len(ids)), 'asset': 'right' if ids and sql.one(f'SELECT ci_id FROM ticket_ci WHERE ticket_id = {ids[0]}') == desk.asset else ''}
        self.look = look
        return form


class SignIn(Page):
    """Has no key: whoever signs in again gets a session again. Each session has its event; the one nobody holds ends unused."""

    def __init__(self):
        super().__init__('sign-in', 'login', 'helga', None, None)

    def prepare(self, tag):
        people['helga'] = Person('helga')
        self.look = lambda: {'sessions': sql.one("SELECT COUNT(*) FROM session s JOIN person p ON p.id = s.person_id WHERE p.uid = 'helga'"),
                             'rows': sql.one("SELECT COUNT(*) FROM audit_event e JOIN person p ON p.id = e.id WHERE e.stream = 3 AND e.event = 301 AND p.uid = 'helga'"),
                             'people': sql.one("SELECT COUNT(*) FROM person WHERE uid = 'helga'")}
        return people['helga'].form('/login/', '/login/', {'user': 'helga', 'password': 'helga'})

    def strike(self, form, fault):
        a, killed = people['helga'].command('login', form, fault)
        self.in_now = a.done
        return a, killed

    def repeat(self, form, first):
        if self.in_now: # the browser followed the redirect; nobody sends the form again
            return '' if people['helga'].get('/portal/').status == 200 else 'signed in, but the session is not good'
        a = people['helga'].send(form)
        return '' if a.done and people['helga'].get('/portal/').status == 200 else f'the repeat was answered {a.status}'

    @staticmethod
    def settled(want, got):
        return got['people'] == want['people'] and got['sessions'] == got['rows'] and 1 <= got['sessions'] <= 2


class SignOut(Page):
    """Sent again after it was done there is no session: "sign in" is the answer, and what was asked for is so."""

    def __init__(self):
        super().__init__('sign-out', 'login', 'helga', None, None)

    def prepare(self, tag):
        people['helga'] = Person('helga')
        if not people['helga'].sign_in():
            raise RuntimeError('helga cannot sign in')
        self.look = lambda: {'ended': sql.one("SELECT COUNT(*) FROM session s JOIN person p ON p.id = s.person_id WHERE p.uid = 'helga' AND s.ended IS NOT NULL"),
                             'rows': sql.one("SELECT COUNT(*) FROM audit_event e JOIN person p ON p.id = e.id WHERE e.stream = 3 AND e.event = 303 AND p.uid = 'helga'")}
        form = people['helga'].form('/portal/', '/login/out')
        self.cookies = dict(people['helga'].jar)
        return form

    def repeat(self, form, first):
        people['helga'].jar = dict(self.cookies)
        a = people['helga'].send(form)
        return '' if a.status in (303, 401) else f'the repeat was answered {a.status}'


MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gradus="https://gradus.example/bpmn" targetNamespace="urn:faults">
  <process id="{key}" name="Fault test" isExecutable="true">
    <startEvent id="s"><outgoing>f1</outgoing></startEvent>
    <sequenceFlow id="f1" sourceRef="s" targetRef="e"/>
    <endEvent id="e"><incoming>f1</incoming></endEvent>
  </process>
</definitions>
"""


def definition_state(key):
    return {'rows': sql.one(f"SELECT COUNT(*) FROM definition WHERE process_key = '{key}'"),
            'states': sql.one(f"SELECT COALESCE(GROUP_CONCAT(CONCAT(state, ' ', COALESCE(version, '-'), ' ', COALESCE(current, '-')) ORDER BY id), '') FROM definition WHERE process_key = '{key}'"),
            'events': sql.one(f"SELECT COALESCE(GROUP_CONCAT(e.event ORDER BY e.id, e.seq), '') FROM audit_event e JOIN definition d ON d.id = e.id WHERE e.stream = 2 AND d.process_key = '{key}'")}


class Upload(Page):
    def __init__(self):
        super().__init__('draft upload', 'designer', 'peter', None, None)

    def prepare(self, tag):
        self.key = f'p_{RUN}_' + re.sub('[^a-z0-9]', '_', tag)
        self.look = lambda: definition_state(self.key)
        return people['peter'].form('/designer/upload', '/designer/upload', {'comment': 'first'}, {'file': (self.key + '.bpmn', MODEL.format(key=self.key).encode())})


class Release(Upload):
    def __init__(self):
        super().__init__()
        self.name, self.who = 'release of a version', 'sofia'

    def prepare(self, tag):
        form = super().prepare(tag)
        if not people['peter'].send(form).done:
            raise RuntimeError('no draft to release')
        number = sql.one(f"SELECT id FROM definition WHERE process_key = '{self.key}'")
        return people['sofia'].form(f'/designer/model/{self.key}', f'/designer/model/{self.key}/{number}/release', {'comment': 'good'})


class Due(Page):
    """A timer that the worker fires. The form is the job's number; the repeat is a sound worker after the lease has ended."""

    def __init__(self, name, start, node):
        super().__init__(name, 'worker', None, start, None)
        self.node, self.ready = node, []

    def stock(self):
        """Tickets whose timer has run out already; the wait for that is shared by many."""
        for _ in range(30 if LONG else 10):
            desk.ids.pop(self.name, None)
            t = desk.bring(self.name, *self.start)
            row = sql.rows(f"SELECT j.id, j.due FROM job j JOIN ticket x ON x.inst_id = j.inst_id JOIN token k ON k.inst_id = j.inst_id AND k.no = j.token WHERE x.id = {t} AND k.node = '{self.node}'")
            if not row:
                raise RuntimeError(f'INC-{t} has no timer {self.node}')
            self.ready.append((t, row[0][0]))
            last = int(row[0][1])
        sql.rows(f'UPDATE job SET lease_until = {HIDDEN} WHERE lease_until < {HIDDEN} AND kind = "timer"')
        time.sleep(max(0, last / 1e6 - time.time() + .01))

    def prepare(self, tag):
        if not self.ready:
            self.stock()
        t, self.job = self.ready.pop()
        self.look = lambda: ticket_state(t)
        self.before = self.look()
        return Form('/', {})

    def worker(self, fault, over):
        """Runs a worker until OVER() or its death. True = it was killed by its fault."""
        build = 'fault' if fault else 'bin'
        with open(os.path.join(D, 'log', 'faults.log'), 'ab') as log:
            p = subprocess.Popen([f'{TOP}/build/{build}/gradus-worker'], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, 'GRADUS_FAULT': fault})
        end = time.monotonic() + (1.5 if fault else 8)
        while p.poll() is None and time.monotonic() < end and not over():
            time.sleep(.01)
        if p.poll() is None:
            time.sleep(self.linger)
            if p.poll() is None:
                p.send_signal(signal.SIGTERM)
        p.wait(20)
        return p.returncode == -9

    linger = 0.0

    def fired(self):
        return change(self.before, self.look()) == self.want if hasattr(self, 'want') else sql.one(f'SELECT id FROM job WHERE id = {self.job}') is None

    def leased(self):
        """Seconds of a lease that is longer than worker_lease."""
        until = sql.number(f'SELECT lease_until FROM job WHERE id = {self.job}') / 1e6
        return round(until - time.time()) if until > time.time() + 61 else 0

    def tried(self):
        return self.fired() or sql.number(f"SELECT attempts FROM job WHERE id = {self.job}") > 0

    def strike(self, form, fault):
        sql.rows(f'UPDATE job SET lease_until = 0 WHERE id = {self.job}')
        if fault:
            self.linger = .05
            killed = self.worker(fault, self.tried)
            return Answer(), killed
        self.linger = 0.0
        self.worker('', self.fired)
        return Answer(303 if self.fired() else 0), False

    def repeat(self, form, first):
        sql.rows(f'UPDATE job SET due = 1, lease_until = 0 WHERE id = {self.job} AND state = 1') # as if the lease and the pause had ended
        self.linger = 0.0
        self.worker('', self.fired)
        return '' if self.fired() else 'the timer did not fire'


OPERATIONS = [
    SignIn(), Create(),
    Page('take', 'agent', 'luca', ('triage', ''), 'take'),
    Page('release', 'agent', 'luca', ('triage', 'luca'), 'release'),
    Page('answer of an agent', 'agent', 'luca', ('triage', 'luca'), 'answer', {'answer': 'Which socket <is> it & since when?'}, {'file': ('a.txt', b'see here')}),
    Page('internal note', 'agent', 'luca', ('triage', 'luca'), 'note', {'note': 'Calls often, is <always> right.'}),
    Page('answer of the requester', 'portal', 'anna', ('triage', 'luca'), 'answer', {'answer': 'The left one.\r\n\r\nSince Monday.'}),
    Page('hand-over', 'agent', 'luca', ('triage', 'luca'), 'handover', {'findings': 'Power supply is dead.', 'tried': 'Other cable.'}),
    Page('back', 'agent', 'marta', ('diagnose', 'marta'), 'back', {'back': 'Try the other socket first.'}),
    Page('resolve', 'agent', 'luca', ('triage', 'luca'), 'resolve', {'solution': 'Plugged it in.'}),
    Page('confirm', 'portal', 'anna', ('confirm', ''), 'confirm'),
    Page('reject', 'portal', 'anna', ('confirm', ''), 'reject', {'reason': 'It went off again.'}),
    Page('withdraw', 'portal', 'anna', ('triage', ''), 'withdraw', {'why': 'Bought a new one.'}),
    Due('timer warns', ('triage', ''), 'triage_warn'),
    Due('timer escalates', ('triage', ''), 'triage_late'),
    Due('unanswered solution is closed', ('confirm', ''), 'confirm_late'),
    Upload(), Release(), SignOut(),
]


# ---- a series ----

def typed_is_shown(form, page):
    values = [v for k, v in form.fields.items() if k not in ('csrf', 'once', 'password', 'next', 'task', 'version') and v]
    shown = html.unescape(page).replace('\r\n', '\n')
    return all(v.replace('\r\n', '\n') in shown for v in values)


class Series:
    def __init__(self, op):
        self.op, self.points, self.wrong, self.statuses, self.lost, self.doubled = op, 0, [], {}, 0, 0
        form = op.prepare(f'{op.name} clean')
        before = op.look()
        a, _ = op.strike(form, '')
        self.want = change(before, op.look())
        if not a.done:
            raise RuntimeError(f'{op.name}: without a fault it is answered {a.status}')
        op.want = self.want

    def bad(self, n, mode, why):
        self.wrong.append(f'{mode} at {n}: {why}')

    def point(self, n, mode):
        """One fault. (killed, the effect was there when the program ended)"""
        op = self.op
        form = op.prepare(f'{op.name} {mode} {n} {next(TAG)}')
        if form is None:
            raise RuntimeError(f'the page before {mode} at {n} does not offer the form')
        before = op.look()
        first, killed = op.strike(form, f'db:{n}:{mode}')
        after = change(before, op.look())
        complete = after == self.want
        self.points += 1
        word = 'killed' if killed else str(first.status)
        self.statuses[word] = self.statuses.get(word, 0) + 1
        if not complete and op.look() != before:
            self.bad(n, mode, f'half done: {self.differs(after)}')
        if first.done and not complete:
            self.lost += 1
            self.bad(n, mode, f'acknowledged, but: {self.differs(after)}')
        if not killed and not first.done and op.program != 'worker' and first.status != 503:
            self.bad(n, mode, f'answered {first.status}, not 303 or 503')
        if first.status == 503 and not typed_is_shown(form, first.page):
            self.bad(n, mode, 'what was typed is not on the page of the 503')
        if op.program == 'worker' and op.leased():
            self.bad(n, mode, f'the job is leased for {op.leased()} s')
        why = op.repeat(form, first)
        if why:
            self.bad(n, mode, why)
        end = change(before, op.look())
        settled = op.settled(self.want, end) if hasattr(op, 'settled') else end == self.want
        if not settled:
            more = any(isinstance(v, int) and v > self.want[k] for k, v in end.items()) or len(end.get('events', '')) > len(self.want.get('events', ''))
            self.doubled += more
            self.lost += not more
            self.bad(n, mode, f'after the repeat: {self.differs(end)}')
        return killed, complete

    def differs(self, got):
        return ', '.join(f'{k} is {got.get(k)!r} and not {v!r}' for k, v in self.want.items() if got.get(k) != v) or 'nothing of it'

    def count(self):
        """How many calls an operation makes: the first n at which killb kills nobody. A worker never ends, so there: some after its effect."""
        step, last, beyond = 1 if LONG else 16, 0, 0
        n = 1
        while n < LIMIT_POINTS:
            killed, complete = self.point(n, 'killb')
            if killed:
                last = n
                beyond += step if complete and self.op.program == 'worker' else 0
                if beyond > 12:
                    return n
                n += step
            elif step > 1:
                n, step = last + 1, step // 4 or 1
            else:
                return last
        raise RuntimeError(f'{self.op.name}: more than {LIMIT_POINTS} calls')

    def run(self):
        calls = self.count()
        for mode in MODES if not LONG else MODES[1:]:
            for n in range(1, calls + 1) if LONG else sorted(dice.sample(range(1, calls + 1), min(PART, calls))):
                self.point(n, mode)
        word = 'not ok' if self.wrong or calls < 10 else 'ok'
        told = ' '.join(f'{k}:{v}' for k, v in sorted(self.statuses.items()))
        print(f'{word} F1 {self.op.name}: {self.points} points at {calls} calls, {self.lost} lost, {self.doubled} doubled ({told})', flush=True)
        for w in self.wrong[:12]:
            print(f'#   {w}', flush=True)


def proofs():
    for what in ('check', 'replay'):
        r = subprocess.run([f'{TOP}/build/bin/gradus', what], stdout=subprocess.PIPE, text=True, check=False)
        bad = [line for line in r.stdout.splitlines() if line.startswith('not ok')]
        print(f"{'ok' if r.returncode == 0 else 'not ok'} gradus {what} after all points: {r.stdout.splitlines()[-1] if r.stdout else 'no answer'}", flush=True)
        for line in bad[:10]:
            print('#   ' + line)


print(f'# seed {SEED}, {"every point" if LONG else str(PART) + " points of each mode"}', flush=True)
for p in people.values():
    if not p.sign_in():
        print(f'not ok {p.uid} signs in')
        sys.exit(1)
desk = Desk()
for op in OPERATIONS:
    if sys.argv[1:] and not any(a in op.name for a in sys.argv[1:]):
        continue
    began = time.monotonic()
    try:
        Series(op).run()
    except RuntimeError as e:
        print(f'not ok F1 {op.name}: {e}', flush=True)
    print(f'#   {time.monotonic() - began:.1f} s', flush=True)
proofs()

"""kills.py - simulated people work while workers, the daemon and the database are killed; afterwards their histories are compared.

Each person keeps what every POST was answered with, and its idempotency key, computed here from the session's secret as csrf.c does.
Whatever got no definite answer (nothing, 5xx) is sent again until it has one. Then: acknowledged = the key is in done_key and the text
stands exactly once; refused = neither; timers neither early nor twice. Kills are of this instance's processes, by their pid files."""
import glob, hashlib, os, random, re, secrets, signal, subprocess, sys, threading, time

from desk import D, TOP, Form, Person, Sql, forms_of

LONG = os.environ.get('FAULT_ROUND') == 'long'
SEED = int(os.environ.get('FAULT_SEED') or random.randrange(1, 10**6))
KILLS, DEATHS = (50, 10) if LONG else (8, 2)  # of workers and daemon; of mariadbd
WARN, LATE, UNANSWERED = 6, 12, 20            # seconds; kills.sh writes them into the process
LIMIT_SETTLE = 90                             # seconds in which an unknown outcome must become known
REQUESTERS = ['anna', 'ben', 'clara', 'dorota', 'gabor', 'helga']
AGENTS = ['luca', 'nina', 'tom', 'marta', 'paul', 'jan', 'ildiko']
dice = random.Random(SEED)
over = threading.Event()
hot, mine_lock = [], threading.Lock()
failed = 0


def check(what, good, why=''):
    global failed
    failed += not good
    print(f'ok {what}' if good else f'not ok {what}: {why}', flush=True)


def note(text):
    print('# ' + text, flush=True)


class Worker(threading.Thread):
    """One person at work."""

    def __init__(self, uid, agent, seed):
        super().__init__(daemon=True)
        self.me, self.agent, self.dice, self.history, self.refs = Person(uid, 15), agent, random.Random(seed), [], []
        self.retries = self.unknown = self.doubles = 0
        self.apart = []

    def page(self, path):
        for _ in range(2000):
            a = self.me.get(path)
            if a.status == 200:
                return a.page
            if a.status == 303 and not a.to.startswith('/login/'):
                path = a.to
                continue
            if a.status == 404 or over.is_set():
                return ''
            time.sleep(.05)
        return ''

    def twice(self, form):
        """A double click: the same form at once on two connections. Both are told the same."""
        other, got = Person(self.me.uid, 15), []
        other.jar = dict(self.me.jar)
        thread = threading.Thread(target=lambda: got.append(other.send(form)))
        thread.start()
        a = self.me.send(form)
        thread.join()
        self.doubles += 1
        if a.done and got[0].done and a.to != got[0].to:
            self.apart.append(f'{form.path}: {a.to} and {got[0].to}')
        return a if a.done or not got[0].done else got[0]

    def post(self, verb, path, hidden, typed, files=None):
        form = Form(path, {**hidden, **typed}, files)
        a = self.twice(form) if self.dice.random() < .15 else self.me.send(form)
        entry = {'verb': verb, 'path': path, 'form': form, 'mark': typed.get('mark'), 'first': a.status, 'cookies': dict(self.me.jar)}
        end = time.monotonic() + LIMIT_SETTLE
        if a.status == 0 or a.status >= 500:
            self.unknown += 1
        while (a.status == 0 or a.status >= 500) and time.monotonic() < end:
            time.sleep(.1)
            self.retries += 1
            a = self.me.send(form)
        entry['last'], entry['to'], entry['at'] = a.status, a.to, time.time()
        self.history.append(entry)
        return a

    def say(self):
        mark = secrets.token_hex(8)
        return mark, f'Said {mark} <once>.\r\nAnd no more.'

    def run(self):
        while not self.me.sign_in() and not over.is_set():
            time.sleep(.2)
        while not over.is_set():
            try:
                self.turn_agent() if self.agent else self.turn_requester()
            except RuntimeError:
                pass
            time.sleep(self.dice.random() * .05)

    def write(self, root, offered):
        """Fills one of the forms of a ticket's page."""
        verbs = [v for v in ('take', 'answer', 'note', 'handover', 'back', 'resolve', 'release', 'confirm', 'reject') if f'{root}/{v}' in offered]
        if 'take' in verbs and self.dice.random() < .7:
            verbs = ['take']
        if not verbs:
            return
        verb = self.dice.choice(verbs)
        mark, text = self.say()
        field = {'answer': 'answer', 'note': 'note', 'handover': 'findings', 'back': 'back', 'resolve': 'solution', 'reject': 'reason'}.get(verb)
        a = self.post(verb, f'{root}/{verb}', offered[f'{root}/{verb}'], {field: text} if field else {})
        self.history[-1]['mark'] = mark if field else None
        return a

    def turn_requester(self):
        dive = self.dice.random()
        if dive < .25 or not self.refs:
            page = self.page('/portal/request/new')
            hidden = forms_of(page).get('/portal/request/new')
            services = re.findall(r'<option value="(\d+)"', page)
            if hidden is None or not services:
                return
            mark, text = self.say()
            a = self.post('create', '/portal/request/new', hidden, {'service': services[0], 'title': f'Kill test {mark}', 'description': text, 'impact': 'team',
                          'urgency': self.dice.choice(['low', 'high'])}, {'file': ('f.txt', mark.encode())} if self.dice.random() < .3 else None)
            self.history[-1]['mark'] = mark
            if a.done:
                ref = re.search(r'INC-\d+', a.to).group(0)
                self.refs.append(ref)
                with mine_lock:
                    if len(hot) < 5:
                        hot.append(ref)
            return
        ref = self.dice.choice(self.refs[-8:])
        root = f'/portal/request/{ref}'
        self.write(root, forms_of(self.page(root)))

    def turn_agent(self):
        if self.dice.random() < .2 and hot:
            ref = self.dice.choice(hot)
        else:
            page = self.page('/agent/queue/mine' if self.dice.random() < .4 else '/agent/queue')
            refs = re.findall(r'/agent/ticket/(INC-\d+)', page)
            queues = re.findall(r'/agent/queue/(\d+)', page)
            if queues and (not refs or self.dice.random() < .5):
                refs = re.findall(r'/agent/ticket/(INC-\d+)', self.page('/agent/queue/' + self.dice.choice(queues)))
            if not refs:
                time.sleep(.1)
                return
            ref = self.dice.choice(refs[:4])
        root = f'/agent/ticket/{ref}'
        self.write(root, forms_of(self.page(root)))


# ---- killing ----

def pid_of(name):
    try:
        with open(f'{D}/run/{name}.pid') as f:
            return int(f.read())
    except (OSError, ValueError):
        return 0


def ours(pid):
    try:
        with open(f'/proc/{pid}/cmdline', 'rb') as c, open(f'/proc/{pid}/environ', 'rb') as e:
            return (D + '/').encode() in c.read() + e.read()
    except OSError:
        return False


def end_of(pid):
    os.kill(pid, signal.SIGKILL)
    while ours(pid): # a killed process needs a moment to be gone
        time.sleep(.005)


def targets():
    found = []
    for path in glob.glob(f'{D}/run/*.pid.workers'):
        program = os.path.basename(path).split('.')[0]
        with open(path) as f:
            found += [(program, int(line.split()[2])) for line in f if line.startswith('worker')]
    found = [(n, p) for n, p in found if n in ('login', 'portal', 'agent')]
    return [t for t in found + [('daemon', pid_of('worker'))] * 2 if t[1] > 0 and ours(t[1])]


def again(parts):
    """What a supervisor does in production: starts what does not run."""
    r = subprocess.run([f'{TOP}/tools/instance/instance.sh', 'start', D], env={**os.environ, 'INSTANCE_PARTS': parts}, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, check=False)
    if r.returncode != 0:
        note('start: ' + r.stdout.strip()[-300:])
    return r.returncode == 0


def back(probe, since):
    """Seconds until the programs work with the database again."""
    while time.monotonic() < since + 60:
        if all(probe.get(f'/{p}/ready').status == 200 for p in ('portal', 'agent', 'login')):
            return time.monotonic() - since
        time.sleep(.02)
    return 60.0


def storm():
    probe, killed, after_db, from_kill = Person('probe', 5), {}, [], []
    plan = ['worker'] * KILLS + ['mariadbd'] * DEATHS
    dice.shuffle(plan)
    for what in plan:
        time.sleep(min(dice.expovariate(1 / .8), 3))
        if what == 'mariadbd':
            began = time.monotonic()
            end_of(pid_of('db'))
            time.sleep(dice.random())
            again('db')
            up = time.monotonic()
            back(probe, up)
            after_db.append(time.monotonic() - up)
            from_kill.append(time.monotonic() - began)
            if not ours(pid_of('worker')):
                again('app')
            killed['mariadbd'] = killed.get('mariadbd', 0) + 1
            continue
        here = targets()
        if not here:
            continue
        program, pid = dice.choice(here)
        end_of(pid)
        killed[program] = killed.get(program, 0) + 1
        if program == 'daemon':
            again('app')
    return killed, after_db, from_kill


# ---- comparing ----

def key_of(sql, entry):
    """The idempotency key as engine/web/csrf.c makes it."""
    session = hashlib.sha256(bytes.fromhex(entry['cookies']['gradus'])).hexdigest()
    secret = sql.one(f"SELECT HEX(csrf) FROM session WHERE id_hash = UNHEX('{session}')")
    h = hashlib.sha256(bytes.fromhex(secret))

    def add(b):
        h.update(len(b).to_bytes(8, sys.byteorder) + b)
    add(entry['path'].encode())
    for k, v in entry['form'].fields.items():
        add(k.encode())
        add(str(v).encode())
    for field, (name, data) in entry['form'].files.items():
        add(field.encode())
        add(name.encode())
        add(data)
    return h.hexdigest()


def compare(sql, history):
    done = {r[0] for r in sql.rows('SELECT name FROM done_key')}
    said = {}
    for (body,) in sql.rows("SELECT SUBSTRING(body, 6, 16) FROM article WHERE body LIKE 'Said %'"):
        said[body] = said.get(body, 0) + 1
    lost, ghosts, doubled, open_ = [], [], [], []
    for e in history:
        e['key'] = key_of(sql, e)
        there, times = e['key'] in done, said.get(e['mark'], 0) if e['mark'] else None
        what = f"{e['verb']} {e['path']} first {e['first']} last {e['last']}"
        if e['last'] == 303:
            if not there or times == 0:
                lost.append(what)
        elif e['last'] == 0 or e['last'] >= 500:
            open_.append(what)
        elif there or times:
            ghosts.append(what)
        if times is not None and times > 1:
            doubled.append(what)
    acked = [e for e in history if e['last'] == 303]
    check(f'{len(acked)} acknowledged of {len(history)} sent: none is lost', not lost and len(acked) > 50, lost[:5])
    check('nothing was done twice', not doubled, doubled[:5])
    check('nothing refused was done', not ghosts, ghosts[:5])
    check('every unknown outcome became known', not open_, open_[:5])
    mine = {e['key'] for e in acked}
    count = {}
    for e in acked:
        ref = re.search(r'INC-(\d+)', e['path'] + ' ' + e['to'])
        if e['verb'] in ('take', 'create', 'confirm', 'release'):
            k = (int(ref.group(1)), {'take': 103, 'create': 101, 'confirm': 109, 'release': 104}[e['verb']])
            count[k] = count.get(k, 0) + 1
    got = {(int(i), int(ev)): int(n) for i, ev, n in sql.rows('SELECT id, event, COUNT(*) FROM audit_event WHERE stream = 1 AND event IN (101, 103, 104, 109) GROUP BY id, event')}
    different = [(k, count.get(k, 0), got.get(k, 0)) for k in set(count) | set(got) if count.get(k, 0) != got.get(k, 0)]
    check(f'{sum(got.values())} events of creating, taking, giving back and confirming: one for each acknowledged form', not different, different[:5])
    check(f'{len(done - mine)} keys of forms that nobody sent', not done - mine, list(done - mine)[:3])


def timers(sql):
    fired = sql.rows('SELECT e.id, e.event, e.at FROM audit_event e WHERE e.stream = 1 AND e.event IN (112, 113)')
    opened = {}
    for t, at in sql.rows("SELECT subject_id, opened FROM task WHERE node = 'triage'"):
        opened.setdefault(int(t), []).append(int(at))
    early = [(t, ev) for t, ev, at in fired if not any(o + (LATE if ev == '112' else WARN) * 1000000 <= int(at) for o in opened.get(int(t), []))]
    count = {}
    for t, ev, _ in fired:
        count[(int(t), ev)] = count.get((int(t), ev), 0) + 1
    # giving a task back makes its timers anew: at most one firing for each time that nobody had it
    free = {int(t): int(n) for t, n in sql.rows('SELECT id, COUNT(*) FROM audit_event WHERE stream = 1 AND event = 104 GROUP BY id')}
    twice = [k for k, n in count.items() if n > len(opened.get(k[0], [])) + free.get(k[0], 0)]
    slack = sql.one(f"SELECT COALESCE(MAX(e.at - k.opened) / 1000000 - {WARN}, 0) FROM audit_event e JOIN task k ON k.subject_id = e.id AND k.node = 'triage' WHERE e.stream = 1 AND e.event = 113 AND (SELECT COUNT(*) FROM task o WHERE o.subject_id = e.id AND o.node = 'triage') = 1 AND NOT EXISTS (SELECT 1 FROM audit_event r WHERE r.stream = 1 AND r.id = e.id AND r.event = 104)")
    check(f'{len(fired)} warnings and escalations: none early', not early and fired, early[:5])
    check('and none twice', not twice, twice[:5])
    check(f'the latest warning came {float(slack):.1f} s after its time', float(slack) < 60, 'more than a minute')


def proofs(when=''):
    for what in ('check', 'replay'):
        r = subprocess.run([f'{TOP}/build/bin/gradus', what], stdout=subprocess.PIPE, text=True, check=False)
        bad = [line for line in r.stdout.splitlines() if line.startswith('not ok')]
        check(f'gradus {what}{when}: {r.stdout.splitlines()[-1] if r.stdout else ""}', r.returncode == 0, bad[:5])


def main():
    note(f'seed {SEED}')
    people = [Worker(u, False, SEED + i) for i, u in enumerate(REQUESTERS)] + [Worker(u, True, SEED + 50 + i) for i, u in enumerate(AGENTS)]
    began = time.monotonic()
    for p in people:
        p.start()
    while sum(len(p.history) for p in people) < 30 and time.monotonic() < began + 60:
        time.sleep(.1)
    proofs(' while everybody works')
    killed, after_db, from_kill = storm()
    time.sleep(1)
    over.set()
    for p in people:
        p.join(LIMIT_SETTLE + 30)
    note(f'{time.monotonic() - began:.0f} s; killed: ' + ', '.join(f'{n} {k}' for k, n in sorted(killed.items())))
    history = [e for p in people for e in p.history]
    note(f'{sum(p.unknown for p in people)} of {len(history)} outcomes unknown at first, {sum(p.retries for p in people)} repeats; by verb: ' +
         ', '.join(f'{v} {sum(e["verb"] == v and e["last"] == 303 for e in history)}' for v in sorted({e['verb'] for e in history})))
    check('all were killed that were to be', sum(killed.values()) == KILLS + DEATHS, killed)
    check(f'service is back after the database: mean {sum(after_db) / len(after_db):.1f} s, worst {max(after_db):.1f} s (from the kill: worst {max(from_kill):.1f} s)',
          max(after_db) <= 10, after_db)
    apart = [x for p in people for x in p.apart]
    check(f'{sum(p.doubles for p in people)} double clicks: both are told the same', not apart, apart[:5])
    again('app')
    sql = Sql()
    end = time.monotonic() + 40
    while time.monotonic() < end and sql.number(f'SELECT COUNT(*) FROM job WHERE state = 1 AND due < {int(time.time() * 1e6)}') > 0:
        time.sleep(.2)
    late = sql.rows(f'SELECT id, kind, lease_owner, (lease_until - {int(time.time() * 1e6)}) / 1e6, attempts, error FROM job WHERE state = 2 OR (state = 1 AND due < {int(time.time() * 1e6) - 2000000})')
    check('no job is left over or given up', not late, late[:3])
    compare(sql, history)
    timers(sql)
    proofs()
    sys.exit(failed > 0)


main()

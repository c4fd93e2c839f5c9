#!/usr/bin/env python3
"""bench/run.py - measures the product beside the raw stack in one run; `make bench` calls it, bench/README.md explains it.

Settings from the environment: BENCH_SECONDS (of each point, 3), BENCH_ROUNDS (3), BENCH_WORKERS (processes of each program, 4),
BENCH_MEMORY (requests of the memory run, 100000; 0 leaves it out), BENCH_DIR, BENCH_PORT, BENCH_KEEP=1 (leaves the instance running),
BENCH_ONLY (blank-separated: ticket queue create handover), BENCH_BOOST=1 (root, Linux's autogroups: the instance, the raw programs and
the generators come before everything else on the machine; both sides alike).
"""
import os, re, statistics, subprocess, sys, threading, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import instance, plan

ENV = os.environ.get
SECONDS, ROUNDS, WORKERS = float(ENV('BENCH_SECONDS', '3')), int(ENV('BENCH_ROUNDS', '3')), int(ENV('BENCH_WORKERS', '4'))
MEMORY, ONLY = int(ENV('BENCH_MEMORY', '100000')), ENV('BENCH_ONLY', 'ticket queue create handover').split()
DIR, PORT = ENV('BENCH_DIR', '/tmp/gradus-bench'), int(ENV('BENCH_PORT', '18840'))
BIN = f'{instance.ROOT}/build/bench'
CLIENTS, CONNECTIONS = (1, 8, 32), (1, 4, 16)
QUEUE_ROWS = 20000
COPIES = int(ENV('BENCH_COPIES', '16000'))  # tickets in hand for the product's hand-overs, and as many for the bare transaction
FAMILY = {'luca': 0, 'nina': 1, 'tom': 2, 'raw': 3, 'queue': 4}
# name: (least ratio to the raw point, the clients and connections it is taken at)
GOALS = {'ticket': 0.70, 'queue': 0.60, 'create': 0.50, 'handover': 0.40}
ARTICLES, NOTES = 12, 7  # with the description: 20


def say(text=''):
    print(text, flush=True)


class Bench:
    def __init__(self):
        self.site = instance.Site(DIR, PORT, WORKERS, '2G')
        self.used = {'create': 0, 'handover': 0, 'tx-create': 1, 'tx-handover': 1}
        self.result = {}

    # ---- what stands before the first measurement ----

    def prepare(self):
        s, begun = self.site, time.monotonic()
        s.start()
        self.agents = {u: [s.sign_in(u) for _ in range(2)] for u in ('luca', 'nina', 'tom')}
        self.people = [s.sign_in(u) for u in ('ben', 'anna', 'clara', 'dorota')]
        s.sql("UPDATE person SET lang = 'en'")  # the raw page knows one language
        self.form = self.new_form(self.people[0])
        self.ticket = self.full_ticket()
        self.queue = int(s.sql(f'SELECT queue_id FROM ticket WHERE id = {self.ticket}')[0][0])
        self.proto = {}
        for name, copies in (('luca', COPIES // 3), ('nina', COPIES // 3), ('tom', COPIES // 3), ('raw', COPIES), ('queue', QUEUE_ROWS)):
            agent = {'raw': 'luca', 'queue': None}.get(name, name)
            self.proto[name] = self.new_ticket(f'Scanner in room {FAMILY[name]} jams', agent and self.agents[agent][0])
            # the list of the queue shows the most urgent and oldest first: they stay on top whatever is handed over meanwhile
            change = {('ticket', 'title'): "CONCAT('Device ', s.seq, ' answers slowly since the update')", ('ticket', 'priority'): '1',
                      ('ticket', 'created'): 'x.created - (86400 + s.seq) * 1000000'} if name == 'queue' else {}
            s.clone(self.proto[name], FAMILY[name], copies, change)
        s.sql('ANALYZE TABLE ticket, task, article, token, job, audit_event')
        self.record()
        say(f'prepared in {time.monotonic() - begun:.0f} s')

    def new_form(self, person):
        page = person.get('/portal/request/new')
        return {'service': re.search(r'<option value="(\d+)"', page).group(1),
                'asset': re.search(r'name="asset" value="(\d+)"', page).group(1)}

    def fields(self, title, person=None):
        asset = self.form['asset'] if person in (None, self.people[0]) else ''
        return {'service': self.form['service'], 'asset': asset, 'title': title, 'impact': 'team', 'urgency': 'high',
                'description': 'Since this morning every second page is empty. Restarting did not help; the paper is new.'}

    def new_ticket(self, title, agent):
        url = self.people[0].post('/portal/request/new', self.fields(title), multipart=True)
        ticket = int(url.rsplit('-', 1)[1].split('?')[0])
        if agent:
            agent.post(f'/agent/ticket/INC-{ticket}/take', self.task_of(ticket))
        return ticket

    def task_of(self, ticket):
        task, version = self.site.sql(f'SELECT id, version FROM task WHERE subject_id = {ticket} AND state = 1')[0]
        return {'task': task, 'version': version}

    def full_ticket(self):
        """Twenty texts, about thirty events in its trail: all by the forms that people use."""
        agent = self.agents['luca'][0]
        ticket = self.new_ticket('Printer on floor 3 prints empty pages', agent)
        for i in range(ARTICLES):
            agent.post(f'/agent/ticket/INC-{ticket}/answer', {'answer': f'Answer {i + 1}: the drum was changed and a test page printed. Is it <better> now?'}, multipart=True)
        for i in range(NOTES):
            agent.post(f'/agent/ticket/INC-{ticket}/note', {'note': f'Note {i + 1}: the log of the printer holds error 49.4C02 & a time-out of the fuser.'})
        for _ in range(2):
            agent.post(f'/agent/ticket/INC-{ticket}/release', self.task_of(ticket))
            agent.post(f'/agent/ticket/INC-{ticket}/take', self.task_of(ticket))
        return ticket

    # ---- recordings ----

    def record(self):
        s, luca, ben = self.site, self.agents['luca'][0], self.people[0]
        path = {'ticket': f'/agent/ticket/INC-{self.ticket}', 'queue': f'/agent/queue/{self.queue}'}
        self.path = path
        rec = instance.Recorder(s, 'agent')
        pages, units, self.statements = {}, {}, {}
        for name in path:
            rec.ask(luca, path[name])
            status, pages[name], raw = rec.ask(luca, path[name])
            expect(status, 200, path[name])
            units[name] = plan.last_unit(plan.steps(raw), b'START TRANSACTION READ ONLY')
            self.statements[name] = count(plan.steps(raw))
        for n in range(2):
            status, page, raw = rec.ask(luca, *self.handover('luca', n))
            expect(status, 303, 'handover', page)
        units['handover'] = plan.last_unit(plan.steps(raw), b'START TRANSACTION READ WRITE')
        self.statements['handover'] = count(plan.steps(raw))
        self.used['handover'] = 2
        rec.stop()
        rec = instance.Recorder(s, 'portal')
        for n in range(3):
            status, page, raw = rec.ask(ben, '/portal/request/new', self.fields(f'Recorded {n}'), True)
            expect(status, 303, 'create', page)
        units['create'] = plan.last_unit(plan.steps(raw), b'START TRANSACTION READ WRITE')
        self.statements['create'] = count(plan.steps(raw))
        rec.stop()
        self.raw_transactions(units)
        self.raw_pages(units, pages)

    def raw_transactions(self, units):
        """The hand-over was recorded with copy 1 of luca's; repetition N is done to copy N of the family 'raw'."""
        keep, s = [], self.site
        plan.write(self.file('create'), units['create'], plan.patches(units['create'], keep))
        moved = []
        for at, param, row, offset, how, first in plan.patches(units['handover'], keep):
            if first in s.copies(FAMILY['luca'], 1, self.proto['luca']):
                first += s.copies(FAMILY['raw'], 0, self.proto['raw'])[0] - s.copies(FAMILY['luca'], 1, self.proto['luca'])[0]
            moved.append((at, param, row, offset, how, first))
        plan.write(self.file('handover'), units['handover'], moved)

    def raw_pages(self, units, pages):
        s, names = self.site, ('ticket', 'queue')
        for name in names:
            unit = units[name]
            plan.write(self.file(name), unit)
            rows = plan.results(s, self.file(name))
            t, page = plan.Template(unit, rows), pages[name]
            if name == 'ticket':
                step = plan.step_with(unit, b'FROM article')
                page = self.items(t, page, r'(<li class="msg[^"]*">.*?</li>)', step, lambda r: plan.escaped(r[5]))
                for other in rows:
                    for row in range(len(rows[other])):
                        if other != step:
                            page = t.fill(page, other, row)
            else:
                step = plan.step_with(unit, b't.queue_id')
                page = self.items(t, page, r'(<tr data-row>.*?</tr>)', step, lambda r: plan.escaped(r[2]))
                for other in rows:
                    for row in range(len(rows[other])):
                        if other != step:
                            page = t.fill(page, other, row)
            t.finish()
            plan.write(self.file(name), unit)
            open(f'{s.dir}/tmp/{name}.cs', 'w').write(page)
            s.raw_serve(name, [f'{BIN}/page', self.file(name), f'{s.dir}/tmp/{name}.cs', f'{s.dir}/run/db.sock', instance.user()])
        s.raw_locations(names)
        for name in names:
            ours, raw = (self.agents['luca'][0].get(p) for p in (self.path[name], f'/raw/{name}'))
            self.result[f'bytes {name}'] = (len(ours.encode()), len(raw.encode()), plan.same(ours, raw))
            if not plan.same(ours, raw):
                open(f'{s.dir}/tmp/{name}-product.html', 'w').write(ours)
                open(f'{s.dir}/tmp/{name}-raw.html', 'w').write(raw)

    def items(self, template, page, pattern, step, mark):
        """Each item of a list is filled from the row whose MARK it holds."""
        rows, parts = template.rows[step], re.split(pattern, page, flags=re.S)
        for i in range(1, len(parts), 2):
            own = [r for r in range(len(rows)) if mark(rows[r]) + '<' in parts[i]]
            if own:
                parts[i] = template.fill(parts[i], step, own[0])
        return ''.join(parts)

    def file(self, name):
        return f'{self.site.dir}/tmp/{name}.plan'

    # ---- requests ----

    def handover(self, family, n):
        ticket, task = self.site.copies(FAMILY[family], n, self.proto[family], 'task')
        return (f'/agent/ticket/INC-{ticket}/handover',
                {'task': str(task), 'version': '2', 'findings': f'Drum and fuser were changed, the fault is in the firmware (case {n}).'})

    def requests(self, point, number):
        """A file of prepared requests for one measurement."""
        name, out = f'{self.site.dir}/tmp/{point}.rq', []
        if point == 'ticket':
            out = [p.prepared(self.path[point]) for p in self.agents['luca']]
        elif point == 'queue':
            out = [p.prepared(self.path[point]) for a in self.agents.values() for p in a]
        elif point in ('raw-ticket', 'raw-queue'):
            out = [self.agents['luca'][0].prepared('/raw/' + point[4:])]
        elif point == 'create':
            for _ in range(number):
                self.used['create'] += 1
                p = self.people[self.used['create'] % len(self.people)]
                out.append(p.prepared('/portal/request/new', self.fields(f'Monitor {self.used["create"]} flickers', p), True))
        else:
            order = ('luca', 'nina', 'tom')
            while len(out) < number and self.used['handover'] // 3 < COPIES // 3:
                n = self.used['handover']
                self.used['handover'] += 1
                agent = order[n % 3]
                if n // 3 >= 2: # the first ones were recorded
                    out.append(self.agents[agent][n % 2].prepared(*self.handover(agent, n // 3)))
        open(name, 'wb').write(b''.join(out))
        return name, len(out)

    def load(self, point, clients, seconds, status, mode, name):
        program = point if point.startswith('raw-') else 'portal' if point == 'create' else 'agent'
        before = self.site.cpu(program)
        r = subprocess.run([f'{BIN}/load', str(clients), str(seconds), str(PORT), str(status), mode, name], capture_output=True, text=True,
                           check=False)
        if r.returncode != 0:
            raise SystemExit(f'bench: {r.stderr}')
        if r.stderr:
            say(r.stderr)
        return self.costs(figures(r.stdout), program, before)

    def costs(self, f, program, before):
        """Processor time for each request, in milliseconds: it varies less than requests/s where others use the machine."""
        after = self.site.cpu(program)
        f['cpu'] = {k: (after[k] - before[k]) * 1000 / max(f['n'], 1) for k in after}
        return f

    def product(self, point, clients, seconds=SECONDS):
        if point in ('create', 'handover'):
            name, made = self.requests(point, int(seconds * 1500 if point == 'create' else self.share(clients)))
            f = self.load(point, clients, seconds, 303, 'once', name)
            if point == 'handover':  # what was not sent stays for the next point
                self.used['handover'] -= f['left']
            return f
        name, _ = self.requests(point, 0)
        return self.load(point, clients, seconds, 200, 'loop', name)

    def share(self, clients):
        """Hand-overs for one point, so that the tickets in hand last for all rounds."""
        return max(50, int(COPIES / ROUNDS / (len(CLIENTS) + 0.5) / (2 if clients == 1 else 0.85)))

    def bare(self, point, connections):
        key = f'tx-{point}'
        number = 10**6 if point == 'create' else min(COPIES // ROUNDS // len(CONNECTIONS), COPIES - self.used[key])
        before = self.site.cpu(None)
        r = subprocess.run([f'{BIN}/tx', str(connections), str(SECONDS), str(self.used[key]), str(number), self.file(point),
                            f'{self.site.dir}/run/db.sock', instance.user()], capture_output=True, text=True, check=False)
        if r.returncode != 0 or r.stderr:
            say(f'tx {point}: {r.stderr}')
        f = self.costs(figures(r.stdout), None, before)
        self.used[key] += number - f['left'] if point != 'create' else number - f['left'] + connections
        return f

    # ---- the run ----

    def points(self):
        for point in ONLY:
            if point in ('ticket', 'queue'):
                for c in CLIENTS:
                    yield point, c, lambda p=point, c=c: self.product(p, c)
                    yield f'raw-{point}', c, lambda p=point, c=c: self.product(f'raw-{p}', c)
            else:
                for c, n in zip(CLIENTS, CONNECTIONS):
                    yield point, c, lambda p=point, c=c: self.product(p, c)
                    yield f'tx-{point}', n, lambda p=point, n=n: self.bare(p, n)

    def boost(self):
        """Where others use the machine, both sides of a ratio get the same precedence over them."""
        if ENV('BENCH_BOOST') != '1':
            return
        pids = [os.getpid()] + [int(open(f'{self.site.dir}/run/{n}.pid').read())
                                for n in ('db', 'web', 'agent', 'portal', 'login', 'raw-ticket', 'raw-queue')]
        for pid in pids:
            with open(f'/proc/{pid}/autogroup', 'w') as f:
                f.write('-12')

    def measure(self):
        self.boost()
        all_points = list(self.points())
        for r in range(ROUNDS):
            for name, n, run in all_points:
                f = run()
                self.result.setdefault((name, n), []).append(f)
            say(f'round {r + 1} of {ROUNDS}, load {os.getloadavg()[0]:.1f}')
        for point in ONLY:
            self.result[(point, 64)] = [self.product(point, 64, min(SECONDS, 2))]

    def median(self, name, n, what='rate'):
        return statistics.median(f[what] for f in self.result[(name, n)])

    def table(self):
        say(f'\n{"point":<14}{"clients":>8}{"req/s":>9}{"(min-max)":>16}{"p50 ms":>9}{"p99 ms":>9}{"p99/p50":>9}{"errors":>8}{"ratio to raw":>14}')
        for point in ONLY:
            page = point in ('ticket', 'queue')
            raw = f'raw-{point}' if page else f'tx-{point}'
            for name, ns in ((point, CLIENTS + (64,)), (raw, CLIENTS if page else CONNECTIONS)):
                for n in ns:
                    fs, against = self.result[(name, n)], ''
                    if name == point and n in CLIENTS:
                        against = f'{self.ratio(point, n):.0%}'
                    say(f'{name:<14}{n:>8}{self.median(name, n):>9.0f}{"(%.0f-%.0f)" % (min(f["rate"] for f in fs), max(f["rate"] for f in fs)):>16}'
                        f'{self.median(name, n, "p50") / 1000:>9.2f}{self.median(name, n, "p99") / 1000:>9.2f}'
                        f'{self.median(name, n, "p99") / max(self.median(name, n, "p50"), 1):>9.1f}{sum(f["errors"] for f in fs):>8}{against:>14}')

    def ratio(self, point, clients):
        """To the raw page with as many clients; to the bare transaction with as many connections as requests can be in work at
        once. Taken round by round, so that a slow minute of the machine hits both sides."""
        other = (f'raw-{point}', clients) if point in ('ticket', 'queue') else (f'tx-{point}', max(n for n in CONNECTIONS if n <= min(clients, WORKERS)))
        return statistics.median(a['rate'] / b['rate'] for a, b in zip(self.result[(point, clients)], self.result[other]))

    def processor(self):
        """Where the time of a request goes, at 8 clients."""
        say('\nprocessor time of a request at 8 clients, ms (8 clients or 4 connections)')
        for point in ONLY:
            page = point in ('ticket', 'queue')
            for name, n in ((point, 8), (f'raw-{point}' if page else f'tx-{point}', 8 if page else 4)):
                cpu = {k: statistics.median(f['cpu'][k] for f in self.result[(name, n)]) for k in ('program', 'db', 'web')}
                say(f'  {name:<14} program {cpu["program"]:.2f}  MariaDB {cpu["db"]:.2f}  nginx {cpu["web"]:.2f}  sum {sum(cpu.values()):.2f}')

    def goals(self):
        say('\ngoals')
        verdict = lambda ok: 'met   ' if ok else 'MISSED'
        for point in ONLY:
            at = self.ratio(point, 8)
            say(f'  {verdict(at >= GOALS[point])} {point}: {at:.0%} of the raw point at 8 clients (goal {GOALS[point]:.0%})')
        for point in ONLY:
            tail = self.median(point, 8, 'p99') / max(self.median(point, 8, 'p50'), 1)
            say(f'  {verdict(tail <= 3)} {point}: p99 is {tail:.1f} times p50 at 8 clients (goal 3)')
        errors = sum(f['errors'] for p in ONLY for f in self.result[(p, 64)])
        say(f'  {verdict(errors == 0)} {errors} errors at 64 clients')

    # ---- memory ----

    def memory(self):
        if MEMORY == 0:
            return
        seen, done = {}, threading.Event()

        def watch():
            while not done.wait(0.25):
                for pid in self.site.workers_of('agent'):
                    size = anonymous(pid)
                    if size:
                        seen.setdefault(pid, []).append(size)
        thread = threading.Thread(target=watch)
        thread.start()
        name, _ = self.requests('ticket', 0)
        f = self.load('ticket', 8, f'n{MEMORY}', 200, 'loop', name)
        done.set()
        thread.join()
        lives = [v for v in seen.values() if len(v) > 8]
        early = statistics.median(v[len(v) // 4] for v in lives)
        late = statistics.median(v[-2] for v in lives)
        first, last = lives[0], lives[-1]
        say(f'\nmemory of gradus-agent over {f["n"]} ticket pages at 8 clients ({len(seen)} processes lived, each ends after 10,000 requests)')
        say(f'  anonymous RSS: {max(max(v) for v in seen.values()) / 1024:.1f} MiB at most (goal 25); a quarter into its life {early / 1024:.2f}, at its '
            f'end {late / 1024:.2f} MiB ({late / early - 1:+.1%}); first generation {first[-2] / 1024:.2f}, last {last[-2] / 1024:.2f} MiB; {f["errors"]} errors')

    def conditions(self):
        out = lambda *a: subprocess.run(a, capture_output=True, text=True, cwd=instance.ROOT).stdout.strip()
        model = re.search(r'model name\s*: (.*)', open('/proc/cpuinfo').read())
        say(f'Gradus {out("git", "describe", "--always", "--dirty")}, {time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())}')
        say(f'  {os.cpu_count()} x {model.group(1) if model else "?"}, load {" ".join("%.1f" % x for x in os.getloadavg())} before the run; '
            f'kernel {os.uname().release}')
        say(f'  {out("mariadbd", "--version").split("Ver ")[-1].split(" for")[0]}, {subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.strip()}; '
            f'{WORKERS} processes of each program, {SECONDS:g} s a point, {ROUNDS} rounds, median')
        say('  MariaDB: buffer pool 2 GiB, log 1 GiB, ROW binlog, sync_binlog=1, innodb_flush_log_at_trx_commit=1, READ COMMITTED, Unix socket'
            + ('; raised priority' if ENV('BENCH_BOOST') == '1' else ''))

    def run(self):
        self.conditions()
        try:
            self.prepare()
            self.measure()
            self.table()
            for name in ('ticket', 'queue'):
                ours, raw, same = self.result[f'bytes {name}']
                say(f'{name} page: {ours} bytes, raw {raw} bytes, {"equal but for tokens" if same else "NOT EQUAL"}')
            say('statements (without START TRANSACTION and COMMIT): ' + ', '.join(f'{k} {v}' for k, v in self.statements.items()))
            self.processor()
            self.goals()
            self.memory()
            say(f'load at the end {os.getloadavg()[0]:.1f}')
        finally:
            if ENV('BENCH_KEEP') != '1':
                self.site.raw_stop(('ticket', 'queue'))
                self.site.stop()


def expect(status, wanted, what, page=''):
    if status != wanted:
        raise SystemExit(f'bench: {what} answers {status} and not {wanted}\n{page[:3000]}')


def count(steps):
    return sum(s.kind == 'X' for s in steps)


def anonymous(pid):
    try:
        return int(re.search(r'RssAnon:\s+(\d+)', open(f'/proc/{pid}/status').read()).group(1))
    except (OSError, AttributeError):
        return 0


def figures(line):
    n, seconds, errors, p50, p90, p99, most, size, left = line.split()
    return {'n': int(n), 'rate': int(n) / float(seconds), 'errors': int(errors), 'p50': int(p50), 'p90': int(p90), 'p99': int(p99),
            'max': int(most), 'bytes': int(size), 'left': int(left)}


if __name__ == '__main__':
    Bench().run()

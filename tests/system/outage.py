"""outage.py [STEP...] - the database and the directory go away and come back, and MariaDB refuses in every way of its error table; through pages.

Held: a page of a person is answered with 503 (500 where we are to blame) in time, what was typed is on it, no name of a table or account
is; when the cause has gone, the very same form is done, once; the programs are never started anew."""
import glob, html, os, re, secrets, signal, subprocess, sys, threading, time

from desk import D, TOP, Form, Person, Sql, forms_of

failed = 0
HELD_PAGE = re.compile(r'gradus_|article|audit_|INSERT|SELECT|mysql|MariaDB|\.c:\d', re.I)


def check(what, good, why=''):
    global failed
    failed += not good
    print(f'ok {what}' if good else f'not ok {what}: {why}', flush=True)


def pid_of(path):
    with open(f'{D}/{path}') as f:
        return int(f.read())


def programs():
    out = {}
    for path in glob.glob(f'{D}/run/*.pid.workers'):
        with open(path) as f:
            out[os.path.basename(path)] = f.read()
    return out


def start(parts):
    subprocess.run([f'{TOP}/tools/instance/instance.sh', 'start', D], env={**os.environ, 'INSTANCE_PARTS': parts}, stdout=subprocess.DEVNULL, check=True)


def timed(call):
    began = time.monotonic()
    a = call()
    return a, time.monotonic() - began


def main_of(page):
    return html.unescape(re.sub(r'(?s).*<main|</main>.*', '', page))


class Answering:
    """luca answers on one ticket; each form says something of its own."""

    def __init__(self):
        self.anna, self.luca = Person('anna'), Person('luca')
        for p in (self.anna, self.luca):
            check(f'{p.uid} signs in', p.sign_in())
        service = sql.one("SELECT id FROM service WHERE service_key = 'workplace'")
        a = self.anna.do('/portal/request/new', '/portal/request/new', {'service': service, 'title': 'Outage', 'description': 'It is dark.', 'impact': 'team', 'urgency': 'low'})
        self.id = int(re.search(r'INC-(\d+)', a.to).group(1))
        self.root = f'/agent/ticket/INC-{self.id}'
        self.luca.do(self.root, f'{self.root}/take')

    def form(self):
        self.mark = 'Said ' + secrets.token_hex(6)
        return self.luca.form(self.root, f'{self.root}/note', {'note': self.mark + ' <now>'})

    def times(self):
        return sql.number(f"SELECT COUNT(*) FROM article WHERE body LIKE '{self.mark}%'")

    def refused(self, what, a, status, seconds, most):
        shown = self.mark + ' <now>' in html.unescape(a.page)
        check(f'{what}: {status} with what was typed, in time', a.status == status and shown and seconds < most, f'{a.status}, typed {shown}, {seconds:.1f} s')
        told = HELD_PAGE.search(main_of(a.page).replace(self.mark, ''))
        check(f'{what}: the page tells no detail', told is None, told and told.group(0))

    def done(self, what, form):
        a = self.luca.send(form)
        check(f'{what}, and afterwards: the same form is done, once', a.done and self.times() == 1, f'{a.status}, {self.times()} times')


def database_away(t):
    form = t.form()
    os.kill(pid_of('run/db.pid'), signal.SIGKILL)
    sql.close()
    a, s = timed(lambda: t.luca.get(t.root))
    check('database away: a page is 503 in time, as HTML', a.status == 503 and s < 2 and '<main' in a.page, f'{a.status}, {s:.1f} s')
    a, s = timed(lambda: t.luca.send(form))
    t.refused('database away', a, 503, s, 2)
    check('database away: health says alive, ready says no', t.luca.get('/agent/health').status == 200 and t.luca.get('/agent/ready').status == 503)
    start('db')
    sql.open()
    t.done('database away', form)
    a = t.anna.get('/portal/')
    check('database away: another program is back as well, and the person still signed in', a.status == 200, a.status)


def database_hangs(t):
    form = t.form()
    os.kill(pid_of('run/db.pid'), signal.SIGSTOP)
    got = []
    other = threading.Thread(target=lambda: got.append(timed(lambda: t.anna.get('/portal/'))))
    other.start()
    a, s = timed(lambda: t.luca.send(form))
    other.join()
    os.kill(pid_of('run/db.pid'), signal.SIGCONT)
    t.refused('database hangs', a, 503, s, 12)
    check('database hangs: a page of another program is 503 in time', got[0][0].status == 503 and got[0][1] < 12, f'{got[0][0].status} {got[0][1]:.1f}')
    t.done('database hangs', form)


def read_only(t):
    form = t.form()
    sql.rows('SET GLOBAL read_only = 1')
    a, s = timed(lambda: t.luca.send(form))
    look = t.luca.get(t.root).status
    sql.rows('SET GLOBAL read_only = 0')
    t.refused('1290 read-only server', a, 503, s, 2)
    check('1290 read-only server: pages are read all the same', look == 200, look)
    t.done('1290 read-only server', form)


def denied(t):
    form = t.form()
    grants = [r[0] for r in sql.rows("SHOW GRANTS FOR gradus_agent@localhost") if '`article`' in r[0]]
    sql.rows('REVOKE INSERT ON gradus.article FROM gradus_agent@localhost')
    a, s = timed(lambda: t.luca.send(form))
    with open(f'{D}/log/agent.log') as f:
        alarmed = '<1>' in f.read()
    for g in grants:
        sql.rows(g)
    t.refused('1142 grant missing', a, 500, s, 2)
    check('1142 grant missing: an alarm is in the log', alarmed)
    t.done('1142 grant missing', form)


def crowd(t):
    form = t.form()
    n = sql.number("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'gradus_agent'")
    sql.rows(f'ALTER USER gradus_agent@localhost WITH MAX_USER_CONNECTIONS {max(n, 1)}')
    a, killed = t.luca.command('agent', form)
    sql.rows('ALTER USER gradus_agent@localhost WITH MAX_USER_CONNECTIONS 30')
    t.refused('1226 connections of the account used up', a, 503, 0, 2)
    t.done('1226 connections of the account used up', form)
    form = t.form()
    most = sql.one('SELECT @@max_connections')
    clients = [Sql() for _ in range(12)]
    for c in clients:
        c.rows('DO 1')
    sql.rows('SET GLOBAL max_connections = 10')
    a, killed = t.luca.command('agent', form)
    # which process takes the request is chance, and one that has not served yet has no connection
    check('1040 too many connections: those who have one go on', any(t.luca.get(t.root).status == 200 for _ in range(10)))
    for c in clients:
        c.close()
    sql.rows(f'SET GLOBAL max_connections = {most}')
    t.refused('1040 too many connections', a, 503, 0, 2)
    t.done('1040 too many connections', form)


def held_by(statement):
    """Another session of the database in a transaction; the keeper must be closed."""
    k = Sql()
    k.rows('SET SESSION idle_transaction_timeout = 0, idle_write_transaction_timeout = 0, innodb_lock_wait_timeout = 20')
    k.rows('START TRANSACTION')
    k.rows(statement)
    return k


def waiting():
    """Connection of a program that waits for a lock, or ''."""
    for _ in range(40):
        time.sleep(.15) # the table is made anew only when nobody has read it for 0.1 s
        found = sql.one("SELECT p.id FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id WHERE x.trx_state = 'LOCK WAIT' AND p.user LIKE 'gradus_%'") # inside a procedure it is the definer
        if found:
            return found
    return ''


def sending(t, form):
    got = []
    thread = threading.Thread(target=lambda: got.append(timed(lambda: t.luca.send(form))))
    thread.start()
    return thread, got


def lock_wait(t):
    form = t.form()
    k = held_by(f'SELECT id FROM ticket WHERE id = {t.id} FOR UPDATE')
    thread, got = sending(t, form)
    waits = waiting()
    other, s = timed(lambda: t.anna.get('/portal/'))
    check('1205 lock held: only that ticket waits', waits and other.status == 200 and s < 1, f'{other.status} {s:.1f} s')
    thread.join()
    t.refused('1205 lock held', got[0][0], 503, got[0][1], 6)
    k.close()
    t.done('1205 lock held', form)


def lost_before(t):
    form = t.form()
    k = held_by(f'SELECT id FROM ticket WHERE id = {t.id} FOR UPDATE')
    thread, got = sending(t, form)
    victim = waiting()
    sql.rows(f'KILL {victim}')
    k.close()
    thread.join()
    check('2013 connection lost before COMMIT: repeated unseen, once', victim and got[0][0].done and t.times() == 1, f'{got[0][0].status}, {t.times()} times')


def deadlock(t):
    form = t.form()
    # the one with more changed rows survives: make that ours
    k = held_by("UPDATE queue SET open_count = open_count + 1")
    for i in range(20):
        k.rows(f"INSERT INTO done_key VALUES ('dead{i}', '', 0)")
    k.rows(f'SELECT id FROM audit_head WHERE stream = 1 AND id = {t.id} FOR UPDATE')
    thread, got = sending(t, form)
    waits = waiting()
    k.rows(f'SELECT id FROM ticket WHERE id = {t.id} FOR UPDATE') # closes the circle
    k.rows('ROLLBACK')
    k.close()
    thread.join()
    with open(f'{D}/log/agent.log') as f:
        seen = 'E_DEADLOCK' in f.read()
    check('1213 deadlock: repeated unseen, once', waits and seen and got[0][0].done and t.times() == 1, f'{got[0][0].status}, {t.times()} times, seen {seen}')


def too_long(t):
    form = t.form()
    k = Sql()
    k.rows('LOCK TABLES article WRITE')
    a, s = timed(lambda: t.luca.get(t.root))
    check('1969 statement too long, reading: 503 in time', a.status == 503 and s < 4, f'{a.status} {s:.1f} s')
    a, s = timed(lambda: t.luca.send(form))
    k.close()
    t.refused('1969 statement too long, writing', a, 503, s, 8)
    t.done('1969 statement too long, writing', form)


def directory(t):
    slapd = pid_of('ldap/slapd.pid')
    for how, sig in (('hangs', signal.SIGSTOP), ('is down', signal.SIGKILL)):
        os.kill(slapd, sig)
        time.sleep(.1 if sig == signal.SIGKILL else 0)
        nina = Person('nina')
        form = nina.form('/login/', '/login/', {'user': 'nina', 'password': 'nina'})
        a, s = timed(lambda: nina.send(form))
        check(f'directory {how}: sign-in says so within 6 s', a.status == 503 and s < 6 and 'value="nina"' in a.page + 'value="nina"', f'{a.status} {s:.1f} s')
        check(f'directory {how}: it does not show the password', 'nina</textarea>' not in a.page.replace('id="t-user" name="user" rows="1">nina</textarea>', ''))
        a, s = timed(lambda: t.luca.get(t.root))
        note = t.form()
        check(f'directory {how}: who is signed in goes on', a.status == 200 and s < 1 and t.luca.send(note).done, f'{a.status} {s:.1f} s')
        if sig == signal.SIGSTOP:
            os.kill(slapd, signal.SIGCONT)
        else:
            start('ldap')
        check(f'directory {how}, and afterwards: sign-in works', nina.sign_in())


sql = Sql()
before = programs()
table = Answering()
for step in (database_away, read_only, denied, crowd, lost_before, deadlock, lock_wait, too_long, database_hangs, directory):
    if sys.argv[1:] and step.__name__ not in sys.argv[1:]:
        continue
    try:
        step(table)
    except (RuntimeError, AttributeError, OSError) as e:
        check(step.__name__, False, repr(e))
        sql.close()
        sql.open()
check('no program ended or was started anew', programs() == before, f'{before} {programs()}')
for what in ('check', 'replay'):
    r = subprocess.run([f'{TOP}/build/bin/gradus', what], stdout=subprocess.PIPE, text=True, check=False)
    check(f'gradus {what}', r.returncode == 0, [line for line in r.stdout.splitlines() if line.startswith('not ok')][:3])
sys.exit(failed > 0)

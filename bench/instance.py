"""bench/instance.py - a private Gradus for measuring: starts it, fills it, signs people in, writes their requests.

Everything real goes through HTTP (sign-in, creating, taking, writing). Only mass is copied: `clone` multiplies one real ticket by
SQL, with all of its rows, under numbers that no process will ever hand out. The trail of a copy does not verify, and need not.
"""
import http.cookiejar, os, re, socket, struct, subprocess, time, urllib.error, urllib.parse, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STRIDE = 100                       # numbers between two copies; bench/raw/plan.c knows it
POOL_TICKET, POOL_ID = 1_000_000_000, 2_000_000_000   # numbers of tickets and rows that programs hand out: ten digits each,
COPY_TICKET, COPY_ID = 3_000_000_000, 4_000_000_000   # copies,
FRESH = 5_000_000_000              # and what the bare transaction adds to a number of the first two

BROWSER = 'gradus-bench'
# table: (column of its own number, columns that point to another row)
TABLES = {
    'ticket': ('id', {'inst_id'}), 'inst': ('id', {'subject_id'}), 'token': (None, {'inst_id'}), 'scope': (None, {'inst_id'}),
    'variable': (None, {'inst_id'}), 'trigger_log': (None, {'inst_id'}), 'task': ('id', {'inst_id', 'subject_id'}),
    'job': ('id', {'inst_id'}), 'article': ('id', {'ticket_id'}), 'ticket_ci': (None, {'ticket_id'}),
    'audit_head': (None, {'id'}), 'audit_event': (None, {'id'}),
}


def user():
    """The superuser of the private MariaDB is whoever runs it, without a password."""
    import getpass
    return getpass.getuser()


class Site:
    def __init__(self, folder, port, workers, pool_size):
        self.dir, self.port, self.workers = folder, port, workers
        self.env = dict(os.environ, GRADUS_CONF=f'{folder}/gradus.conf', INSTANCE_PROGRAMS=f'login:1 portal:{workers} agent:{workers}',
                        INSTANCE_DB_OPTIONS=f'--innodb-buffer-pool-size={pool_size} --innodb-log-file-size=1G --log-bin={folder}/db/binlog '
                                            '--binlog-format=ROW --server-id=1 --max-connections=300')
        self.family, self.tasks = {}, {}

    def tool(self, *args):
        subprocess.run([f'{ROOT}/tools/instance/instance.sh', *args], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self.tool('wipe', self.dir)
        os.makedirs(self.dir, mode=0o700)
        with open(f'{self.dir}/settings', 'w') as f:
            f.write('site_zone = UTC\n')  # the raw page knows no other
        self.tool('start', self.dir, str(self.port), 'nginx')
        self.tool('load', self.dir)
        # all later numbers have ten digits, so that a recorded request and its repetitions have the same length
        self.sql(f'UPDATE id_pool SET next = {POOL_ID} WHERE pool = 0; UPDATE id_pool SET next = {POOL_TICKET} WHERE pool = 1')

    def stop(self):
        self.tool('wipe', self.dir)

    def sql(self, text):
        r = subprocess.run(['mariadb', '--no-defaults', f'--socket={self.dir}/run/db.sock', '-N', '-B', '--raw', 'gradus', '-e', text],
                           capture_output=True, check=False)
        if r.returncode != 0:
            raise SystemExit(f'bench: {r.stderr.decode()}\n{text[:2000]}')
        return [line.split('\t') for line in r.stdout.decode('utf-8', 'replace').splitlines()]

    def workers_of(self, program):
        master = int(open(f'{self.dir}/run/{program}.pid').read())
        return [int(c) for c in open(f'/proc/{master}/task/{master}/children').read().split()]

    def cpu(self, program):
        """Seconds of processor time so far: of a program's processes (those that ended too), of MariaDB, of the web server."""
        def of(pid, ended=False):
            try:
                cell = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
            except OSError:
                return 0
            return sum(int(c) for c in cell[11:15 if ended else 13])
        pid = lambda name: int(open(f'{self.dir}/run/{name}.pid').read())
        tick = os.sysconf('SC_CLK_TCK')
        children = lambda p: [int(c) for c in open(f'/proc/{p}/task/{p}/children').read().split()]
        own = 0 if program is None else of(pid(program), True) + sum(of(c) for c in children(pid(program)))
        return {'program': own / tick, 'db': of(pid('db')) / tick, 'web': sum(of(c) for c in children(pid('web'))) / tick}

    # ---- people ----

    def sign_in(self, uid):
        return Person(self, uid)

    # ---- more of the same ----

    def rows_of(self, ticket):
        """Numbers of the rows of a ticket: its own, its process instance, then every other row's."""
        inst = int(self.sql(f'SELECT inst_id FROM ticket WHERE id = {ticket}')[0][0])
        other = self.sql(f'SELECT id FROM task WHERE inst_id = {inst} UNION ALL SELECT id FROM job WHERE inst_id = {inst} '
                         f'UNION ALL SELECT id FROM article WHERE ticket_id = {ticket}')
        return [ticket, inst] + [int(r[0]) for r in other]

    def clone(self, ticket, family, count, change=None):
        """COUNT copies of TICKET; copy N of FAMILY has the number COPY_TICKET + FAMILY * 10^8 + N * STRIDE."""
        ids = self.rows_of(ticket)
        if len(ids) >= STRIDE:
            raise SystemExit('bench: the ticket has too many rows to be copied')
        base = [COPY_TICKET + family * 10**8] + [COPY_ID + family * 10**8 + i for i in range(1, len(ids))]
        name = lambda column: f"CASE x.{column} {' '.join(f'WHEN {a} THEN {b}' for a, b in zip(ids, base))} END + s.seq * {STRIDE}"
        where = {'ticket': f'x.id = {ids[0]}', 'inst': f'x.id = {ids[1]}', 'audit_head': f'x.stream = 1 AND x.id = {ids[0]}',
                 'audit_event': f'x.stream = 1 AND x.id = {ids[0]}', 'article': f'x.ticket_id = {ids[0]}', 'ticket_ci': f'x.ticket_id = {ids[0]}'}
        for table, (own, refs) in TABLES.items():
            columns = [r[0] for r in self.sql(f"SELECT column_name FROM information_schema.columns WHERE table_schema = 'gradus' "
                                              f"AND table_name = '{table}' ORDER BY ordinal_position")]
            values = [name(c) if c == own or c in refs else (change or {}).get((table, c), f'x.{c}') for c in columns]
            self.sql(f"SET SESSION sql_log_bin = 0, max_statement_time = 0; INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
                     f"FROM {table} x JOIN seq_0_to_{count - 1} s WHERE {where.get(table, f'x.inst_id = {ids[1]}')}")
        self.family[family] = dict(zip(ids, base))

    def copies(self, family, n, proto, kind=None):
        """Numbers of the rows of copy N; with KIND 'task' only the ticket's and its open task's."""
        base = self.family[family]
        if kind == 'task':
            if family not in self.tasks:
                self.tasks[family] = int(self.sql(f'SELECT id FROM task WHERE subject_id = {proto} AND state = 1')[0][0])
            return base[proto] + n * STRIDE, base[self.tasks[family]] + n * STRIDE
        return [b + n * STRIDE for b in base.values()]

    # ---- the raw pages beside the product ----

    def raw_serve(self, name, argv):
        """Processes for /raw/NAME behind the same web server; restarts it with the new location once all are known."""
        sock = f'{self.dir}/run/raw-{name}.sock'
        subprocess.Popen([f'{ROOT}/build/bin/gradus-master', '-s', sock, '-n', str(self.workers), '-m', '0660', '-p',
                          f'{self.dir}/run/raw-{name}.pid', '--', *argv], stdin=subprocess.DEVNULL,
                         stdout=open(f'{self.dir}/log/raw-{name}.log', 'w'), stderr=subprocess.STDOUT, start_new_session=True)

    def raw_locations(self, names):
        conf = f'{self.dir}/web/nginx.conf'
        text = open(conf).read()
        rows = ''.join(f'        location = /raw/{n} {{ include {self.dir}/web/params.conf; fastcgi_pass unix:{self.dir}/run/raw-{n}.sock; }}\n'
                       for n in names)
        open(conf, 'w').write(text.replace(f'        include {self.dir}/web/locations.conf;\n',
                                           f'        include {self.dir}/web/locations.conf;\n{rows}'))
        os.kill(int(open(f'{self.dir}/run/web.pid').read()), 1)
        time.sleep(1)

    def raw_stop(self, names):
        for n in names:
            try:
                os.kill(int(open(f'{self.dir}/run/raw-{n}.pid').read()), 15)
            except (OSError, ValueError):
                pass


class Person:
    """A session: signed in with the person's own password. All its POSTs carry the token of one page that it was shown; what makes
    each a POST of its own, with a key of its own, is that its fields differ (engine/web/csrf.c)."""
    def __init__(self, site, uid):
        self.site, self.uid, jar = site, uid, http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        opener.addheaders = [('User-Agent', BROWSER)]
        self.open = opener.open
        token = self.token(self.get('/login/'))
        self.open(self.url('/login/'), urllib.parse.urlencode({'user': uid, 'password': uid, **token}).encode()).read()
        self.cookie = {c.name: c.value for c in jar}['gradus']
        self.form = self.token(self.get('/portal/profile'))

    def url(self, path):
        return f'http://127.0.0.1:{self.site.port}{path}'

    def get(self, path):
        return self.open(self.url(path)).read().decode()

    def token(self, page):
        return {k: re.search(f'name="{k}" value="([^"]*)"', page).group(1) for k in ('csrf', 'once')}

    def post(self, path, fields, multipart=False):
        """Sends a form; the address of the page that it leads to."""
        body, kind = body_of({**self.form, **fields}, multipart)
        try:
            return self.open(urllib.request.Request(self.url(path), body, {'Content-Type': kind})).geturl()
        except urllib.error.HTTPError as e:
            raise SystemExit(f'bench: POST {path} answers {e.code}: {e.read().decode()[:3000]}')

    def prepared(self, path, fields=None, multipart=False):
        """The same as bytes for bench/load.c."""
        head = f'Host: 127.0.0.1:{self.site.port}\r\nCookie: gradus={self.cookie}\r\nUser-Agent: {BROWSER}\r\n'
        if fields is None:
            raw = f'GET {path} HTTP/1.1\r\n{head}\r\n'.encode()
        else:
            body, kind = body_of({**self.form, **fields}, multipart)
            raw = f'POST {path} HTTP/1.1\r\n{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body
        return struct.pack('<I', len(raw)) + raw


def body_of(fields, multipart):
    if not multipart:
        return urllib.parse.urlencode(fields).encode(), 'application/x-www-form-urlencoded'
    b = 'bench7f3a'
    text = ''.join(f'--{b}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    return (text + f'--{b}--\r\n').encode(), f'multipart/form-data; boundary={b}'


class Recorder:
    """One process of a program with build/bench/record.so, spoken to in FastCGI: what it sends to MariaDB, request by request."""
    def __init__(self, site, program):
        self.site, self.program = site, program
        self.sock, self.file = f'{site.dir}/run/rec.sock', f'{site.dir}/tmp/record-{program}'
        self.pid = f'{site.dir}/run/rec.pid'
        env = dict(site.env, RECORD=self.file, LD_PRELOAD=f'{ROOT}/build/bench/record.so')
        subprocess.Popen(['env', f'LD_PRELOAD={env.pop("LD_PRELOAD")}', f'{ROOT}/build/bin/gradus-master', '-s', self.sock, '-n', '1', '-p',
                          self.pid, '--', f'{ROOT}/build/bin/gradus-{program}.fcgi'], env=env, cwd=f'{site.dir}/tmp',
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(f'{site.dir}/log/record.log', 'a'), start_new_session=True)
        for _ in range(100):
            if os.path.exists(self.sock) and os.path.exists(self.pid):
                break
            time.sleep(0.05)

    def stop(self):
        os.kill(int(open(self.pid).read()), 15)
        for _ in range(100):
            if not os.path.exists(self.pid):
                break
            time.sleep(0.05)

    def file_now(self):
        import glob
        files = glob.glob(self.file + '.*')
        return max(files, key=os.path.getmtime) if files else None

    def ask(self, person, path, fields=None, multipart=False):
        """(status, page, bytes that were recorded for this request)"""
        name, start = self.file_now(), 0
        if name:
            start = os.path.getsize(name)
        env = {'REQUEST_METHOD': 'GET', 'REQUEST_URI': path, 'HTTP_HOST': f'127.0.0.1:{self.site.port}', 'REMOTE_ADDR': '127.0.0.1',
               'HTTP_COOKIE': f'gradus={person.cookie}', 'HTTP_USER_AGENT': BROWSER}
        body = b''
        if fields is not None:
            body, kind = body_of({**person.form, **fields}, multipart)
            env.update(REQUEST_METHOD='POST', CONTENT_LENGTH=str(len(body)), CONTENT_TYPE=kind)
        record = lambda t, b=b'': struct.pack('>BBHHBB', 1, t, 1, len(b), 0, 0) + b
        pairs = b''.join(struct.pack('>II', len(k) | 1 << 31, len(v) | 1 << 31) + k.encode() + v.encode() for k, v in env.items())
        raw = b''
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(10)
            s.connect(self.sock)
            s.sendall(record(1, b'\0\1\0\0\0\0\0\0') + record(4, pairs) + record(4) + (record(5, body) if body else b'') + record(5))
            while piece := s.recv(65536):
                raw += piece
        text = b''
        while len(raw) >= 8:
            _, t, _, n, pad, _ = struct.unpack('>BBHHBB', raw[:8])
            text += raw[8:8 + n] if t == 6 else b''
            raw = raw[8 + n + pad:]
        head, _, page = text.decode().partition('\r\n\r\n')
        name = self.file_now()
        with open(name, 'rb') as f:
            f.seek(start)
            return int(re.search(r'Status: (\d+)', head).group(1)), page, f.read()

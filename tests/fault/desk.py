"""desk.py - people at a private instance, for the fault suites: a browser without pictures, the database, programs as commands.

The instance's folder, address and sockets come from the environment that tests/lib/instance.sh sets (D, URL, DB_SOCKET, GRADUS_CONF)."""
import html, http.client, os, re, secrets, subprocess, threading, urllib.parse

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
D = os.environ['D']
HOST = os.environ['URL'].split('//')[1]
HIDDEN = 2 << 51  # microseconds: a lease that ends long after this test


class Sql:
    """One mariadb client, kept open; answers rows as lists of strings. As the server's superuser: the tests look, and move due times."""

    def __init__(self):
        self.lock = threading.Lock()
        self.open()

    def open(self):
        self.client = subprocess.Popen(['mariadb', '--no-defaults', '--socket=' + os.environ['DB_SOCKET'], '--user=' + os.environ.get('USER', 'root'),
                                        '--batch', '--skip-column-names', '--unbuffered', '--force', 'gradus'],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def close(self):
        self.client.kill()
        self.client.wait()

    def rows(self, text):
        with self.lock:
            mark = 'end ' + secrets.token_hex(8)
            self.client.stdin.write(f"{text};\nSELECT '{mark}';\n")
            self.client.stdin.flush()
            out = []
            for line in self.client.stdout:
                line = line.rstrip('\n')
                if line == mark:
                    return out
                out.append(line.split('\t'))
        raise RuntimeError('the database client ended at: ' + text)

    def one(self, text):
        rows = self.rows(text)
        return rows[0][0] if rows else None

    def number(self, text):
        return int(self.one(text) or 0)


class Answer:
    def __init__(self, status=0, to='', page=''):
        self.status, self.to, self.page = status, to, page  # status 0: no answer came

    @property
    def done(self):
        return self.status == 303 and not self.to.startswith('/login/?')


class Form:
    """What a page's form sends: path, fields (hidden ones first, as on the page), files {field: (name, bytes)}."""

    def __init__(self, path, fields, files=None):
        self.path, self.fields, self.files = path, fields, files or {}
        if self.files:
            edge = 'edge-of-the-test'
            parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
            parts += [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"; filename="{n}"\r\nContent-Type: text/plain\r\n\r\n'.encode()
                      + b + b'\r\n' for k, (n, b) in self.files.items()]
            self.body, self.type = b''.join(parts) + f'--{edge}--\r\n'.encode(), f'multipart/form-data; boundary={edge}'
        else:
            self.body, self.type = urllib.parse.urlencode(fields).encode(), 'application/x-www-form-urlencoded'


def forms_of(page):
    """{action: {hidden fields}} of a page."""
    out = {}
    for action, inner in re.findall(r'<form [^>]*action="([^"]*)"[^>]*>(.*?)</form>', page, re.S):
        fields = {}
        for tag in re.findall(r'<input type="hidden"[^>]*>', inner):
            name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
            fields[name.group(1)] = html.unescape(value.group(1)) if value else ''
        out[html.unescape(action)] = fields
    return out


class Person:
    """One browser."""

    def __init__(self, uid, timeout=30):
        self.uid, self.jar, self.timeout, self.link = uid, {}, timeout, None

    def cookie(self):
        return '; '.join(f'{k}={v}' for k, v in self.jar.items())

    def keep(self, headers):
        for name, value in headers:
            if name.lower() == 'set-cookie':
                k, _, rest = value.partition('=')
                v = rest.split(';')[0]
                if 'Max-Age=0' in rest:
                    self.jar.pop(k, None)
                else:
                    self.jar[k] = v

    def ask(self, method, path, body=None, kind=None):
        """Through the web server; status 0 when no answer came."""
        head = {'Cookie': self.cookie()} if self.jar else {}
        if kind:
            head['Content-Type'] = kind
        for fresh in (False, True):
            try:
                if self.link is None:
                    self.link, fresh = http.client.HTTPConnection(HOST, timeout=self.timeout), True
                self.link.request(method, path, body, head)
                r = self.link.getresponse()
                page = r.read().decode('utf-8', 'replace')
                self.keep(r.getheaders())
                return Answer(r.status, r.getheader('Location') or '', page)
            except (OSError, http.client.HTTPException):
                self.link = None
                if fresh or method == 'POST':
                    return Answer()
        return Answer()

    def get(self, path):
        return self.ask('GET', path)

    def send(self, form):
        return self.ask('POST', form.path, form.body, form.type)

    def form(self, page, path, typed=None, files=None):
        """The form of a page that posts to path, filled in; None if the page does not offer it."""
        a = self.get(page)
        hidden = forms_of(a.page).get(path)
        return Form(path, {**hidden, **(typed or {})}, files) if a.status == 200 and hidden is not None else None

    def sign_in(self):
        self.jar.clear()
        form = self.form('/login/', '/login/', {'user': self.uid, 'password': self.uid})
        return form is not None and self.send(form).done

    def do(self, page, path, typed=None, files=None):
        form = self.form(page, path, typed, files)
        if form is None:
            raise RuntimeError(f'{self.uid}: {page} does not offer {path}')
        a = self.send(form)
        if not a.done:
            raise RuntimeError(f'{self.uid}: POST {path} answered {a.status}')
        return a

    def command(self, program, form, fault=''):
        """The same POST to a program run as a plain CGI command, here the one with fault points. (answer, killed)"""
        env = {'PATH': os.environ['PATH'], 'GRADUS_CONF': os.environ['GRADUS_CONF'], 'REQUEST_METHOD': 'POST', 'REQUEST_URI': form.path,
               'CONTENT_LENGTH': str(len(form.body)), 'CONTENT_TYPE': form.type, 'HTTP_HOST': HOST, 'REMOTE_ADDR': '127.0.0.1',
               'HTTP_COOKIE': self.cookie(), 'GRADUS_FAULT': fault}
        with open(os.path.join(D, 'log', 'faults.log'), 'ab') as log:
            p = subprocess.run([f'{TOP}/build/fault/gradus-{program}.fcgi'], input=form.body, env=env, stdout=subprocess.PIPE, stderr=log,
                               timeout=60, check=False)
        killed = p.returncode == -9
        head, _, page = p.stdout.partition(b'\r\n\r\n')
        if killed or not head:
            return Answer(), killed
        lines = [line.partition(': ')[::2] for line in head.decode().split('\r\n')]
        self.keep(lines)
        said = dict((k.lower(), v) for k, v in lines)
        return Answer(int(said.get('status', '200').split()[0]), said.get('location', ''), page.decode('utf-8', 'replace')), killed

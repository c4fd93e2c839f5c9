"""web_flow.py SOCKET - sessions, tokens, forms and refusals of engine/web, spoken to in FastCGI (tests/system/web.sh starts it)."""
import re, socket, struct, sys, urllib.parse

SOCKET = sys.argv[1]
jar, failed = {}, 0


def record(kind, body=b''):
    return struct.pack('>BBHHBB', 1, kind, 1, len(body), 0, 0) + body


def pairs(d):
    out = b''
    for k, v in d.items():
        k, v = k.encode(), v.encode()
        out += struct.pack('>II', len(k) | 1 << 31, len(v) | 1 << 31) + k + v
    return out


def ask(path, fields=None, body=None, kind='application/x-www-form-urlencoded', cookies=True, **head):
    env = {'REQUEST_METHOD': 'GET', 'REQUEST_URI': path, 'HTTP_HOST': 'desk.example', 'REMOTE_ADDR': '192.0.2.1'}
    if fields is not None:
        body = urllib.parse.urlencode(fields).encode()
    if body is not None:
        env.update(REQUEST_METHOD='POST', CONTENT_LENGTH=str(len(body)), CONTENT_TYPE=kind)
    if cookies and jar:
        env['HTTP_COOKIE'] = '; '.join(f'{k}={v}' for k, v in jar.items())
    env.update(head)
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(SOCKET)
        s.sendall(record(1, b'\0\1\0\0\0\0\0\0') + record(4, pairs(env)) + record(4) + (record(5, body) if body else b'') + record(5))
        raw = b''
        while piece := s.recv(65536):
            raw += piece
    text = b''
    while len(raw) >= 8:
        _, t, _, n, pad, _ = struct.unpack('>BBHHBB', raw[:8])
        text += raw[8:8 + n] if t == 6 else b''
        raw = raw[8 + n + pad:]
    header, _, page = text.decode().partition('\r\n\r\n')
    for name, value, rest in re.findall(r'Set-Cookie: ([^=]+)=([^;]*)([^\r]*)', header):
        if 'Max-Age=0' in rest:
            jar.pop(name, None)
        else:
            jar[name] = value
    found = re.search(r'Location: (\S+)', header)
    return int(re.search(r'Status: (\d+)', header).group(1)), found.group(1) if found else '', page, header


def token(page):
    return {k: re.search(f'name="{k}" value="([^"]*)"', page).group(1) for k in ('csrf', 'once')}


def check(what, got, want):
    global failed
    print(f'ok {what}' if got == want else f'not ok {what}: {got!r} and not {want!r}')
    failed += got != want


check('without a session: to the sign-in', ask('/probe/in')[:2], (303, '/login/?next=/probe/in'))
status, _, page, head = ask('/probe/open')
t = token(page)
check('open page', (status, 'value="prefilled"' in page), (200, True))
for name in ('Content-Security-Policy', 'X-Content-Type-Options', 'Referrer-Policy', 'Cache-Control: no-store', 'Content-Language'):
    check(f'header {name}', name in head, True)
check('POST without a token', ask('/probe/open', {'title': 'x'})[0], 403)
status, _, page, _ = ask('/probe/open', {'title': 'b<"', 'text': 'keep & <me>', 'password': 'sec ret', 'csrf': '0' * 64, 'once': t['once']})
check('a wrong token shows the form as typed', (status, 'b&lt;&quot;' in page, 'keep &amp; &lt;me&gt;' in page, 'sec ret' in page), (403, True, True, False))
check('foreign Origin', ask('/probe/open', {'title': 'x', **t}, HTTP_ORIGIN='https://evil.example')[0], 403)
check('Origin null', ask('/probe/open', {'title': 'x', **t}, HTTP_ORIGIN='null')[0], 403)
check('Sec-Fetch-Site', ask('/probe/open', {'title': 'x', **t}, HTTP_SEC_FETCH_SITE='cross-site')[0], 403)
status, _, page, _ = ask('/probe/open', {'title': 'bad', 'text': 'stay', **t})
check('a field error', (status, 'stay' in page, 'class="wrong"' in page), (422, True, True))
t = token(page)
check('text of 21 letters', ask('/probe/open', {'title': 'x' * 21, **t})[0], 422)
check('text of 20 letters, and signed in', ask('/probe/open', {'title': 'x' * 20, **t}, HTTP_ORIGIN='http://desk.example')[:2], (303, '/probe/in'))
status, _, page, _ = ask('/probe/in')
check('signed in', (status, 'Marta &lt;b&gt;' in page, 'say-good' in page), (200, True, True))
page = ask('/probe/in')[2]
check('a message is shown once', 'say-good' in page, False)
check('a missing right', ask('/probe/denied')[0], 403)
t = token(page)
check('the same POST twice', [ask('/probe/in', {'title': 'ok', **t})[:2] for _ in range(2)], [(303, '/probe/in')] * 2)
status, _, page, _ = ask('/probe/in', {'title': 'conflict', 'text': 'mine', **t})
check('a conflict shows the form as typed', (status, 'mine' in page), (409, True))
asked = [ask('/probe/ask', {'title': 'how?', 'text': 'mine', **t})[:3] for _ in range(2)]
check('a POST that only asks is answered with its page', [(a[0], a[1], '<p>how?</p>' in a[2], 'mine' in a[2]) for a in asked], [(200, '', True, True)] * 2)
check('... asks for its token', ask('/probe/ask', {'title': 'how?'})[0], 403)
status, _, page, _ = ask('/probe/ask', {'title': 'bad', 'text': 'mine', **t})
check('... says what is wrong with a field', (status, 'mine' in page, 'class="wrong"' in page), (422, True, True))
check('... and cannot write', ask('/probe/ask', {'title': 'write', **t})[0], 500)
check('a field twice', ask('/probe/in', [('title', 'a'), ('title', 'b'), *t.items()])[0], 400)
old = jar.pop('gradus')
status, _, page, _ = ask('/probe/in', {'title': 'lost', 'text': 'typed', 'password': 'swordfish', **t})
check('a lost session keeps what was typed', (status, 'typed' in page, 'swordfish' in page), (401, True, False))
jar['gradus'] = old
check('HEAD', (lambda r: (r[0], r[2]))(ask('/probe/in', REQUEST_METHOD='HEAD')), (200, ''))
part = ''.join(f'--B\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in {'title': 'multi', **t}.items())
part += '--B\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhello\r\n--B--\r\n'
check('multipart', ask('/probe/in', body=part.encode(), kind='multipart/form-data; boundary=B')[:2], (303, '/probe/in'))
check('a body of another type', ask('/probe/in', body=b'{}', kind='application/json')[0], 400)
check('a body shorter than stated', ask('/probe/in', {'a': '1'}, CONTENT_LENGTH='99')[0], 400)
check('a body longer than stated', ask('/probe/in', {'a': '1'}, CONTENT_LENGTH='2')[0], 400)
status, _, _, head = ask('/probe/in', cookies=False, HTTP_HX_REQUEST='true')
check('htmx without a session', (status, 'HX-Redirect: /login/?next=/probe/in' in head), (401, True))
check('the cookie twice', ask('/probe/in', cookies=False, HTTP_COOKIE=f'gradus={old}; gradus={"0" * 32}')[0], 303)
check('identity by headers', ask('/probe/in', cookies=False, REMOTE_USER='admin', HTTP_X_REMOTE_USER='admin')[0], 303)
check('a download', 'filename="x_ _.txt"; filename*=UTF-8\'\'x_%20%C3%A4.txt' in ask('/probe/file/5')[3], True)
t = token(ask('/probe/open')[2])
ask('/probe/open', {'title': 'again', **t})
new = jar['gradus']
check('signing in again: a new session', new != old, True)
jar['gradus'] = old
check('and the old one is over', ask('/probe/in')[0], 303)
jar['gradus'] = new
status, to, _, head = ask('/probe/out', token(ask('/probe/in')[2]))
check('signing out', (status, to, 'Clear-Site-Data' in head, 'gradus' in jar), (303, '/probe/open', True, False))
jar['gradus'] = new
check('and the session is over', ask('/probe/in')[0], 303)
check('no such path', ask('/probe/nix')[0], 404)
check('no such method', (ask('/probe/out')[0], ask('/probe/in', REQUEST_METHOD='PUT')[0]), (405, 405))
check('health and readiness', (ask('/probe/health')[0], ask('/probe/ready')[0]), (200, 200))
sys.exit(failed > 0)

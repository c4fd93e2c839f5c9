"""tests/system/decide_batch.py GRADUS FIXTURES DIR - drives `gradus decide --batch` as a program does, and as one that means it ill."""
import json, os, select, subprocess, sys, time

G, F, D = sys.argv[1:4]
DESK, HOURS = F + '/desk.dmn', F + '/hours.dmn'
TICKET = {'impact': 1, 'urgency': 1, 'opened at': None}


def ok(what, good, seen=''):
    print(('ok ' if good else 'not ok ') + what + ('' if good else ': %.600r' % (seen,)), flush=True)


def batch(lines, *words, code=0):
    """-> the replies; LINES are requests, or bytes as they are"""
    data = b'\n'.join(x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines) + b'\n'
    p = subprocess.run([G, 'decide', '--batch', *words], input=data, capture_output=True, timeout=120)
    if p.returncode != code or p.stderr:
        ok('batch ends with %d and says nothing on stderr' % code, False, (p.returncode, p.stderr[-500:]))
    return [json.loads(x) for x in p.stdout.splitlines()]


def desk(node, inputs=None, **more):
    return dict(id=node, model=DESK, imports=[HOURS], node=node, inputs=inputs or {}, **more)


# ---- each line has its reply, in order ----
r = batch([
    {'id': '1', 'expr': 'x + 1', 'inputs': {'x': 1}, 'nobody': ['knows', 'this']},
    b'', b'no json', b'[1]', b'"x"', b'{"id":"half"', b'\xff\xfe', b'{"id":"twice","id":"twice"}', b'{"expr":"\\u0000"}',
    {'id': '2', 'unary': '> 3', 'inputs': {'?': 5}},
    {'id': '3', 'unary': '> least', 'inputs': {'?': 5, 'least': 5}},
    {'id': '4', 'expr': '1 +'},
    {'id': '5', 'expr': 1},
    {'id': '6'},
    {'id': '7', 'expr': 'x', 'inputs': [1]},
    {'id': '8', 'expr': 'x', 'inputs': {'x': {'@': 'date', 'v': 'no'}}},
    {'id': '9', 'expr': 'nobody'},
    {'id': 10, 'expr': 'if nobody = null then 1 else 2'},
    {'expr': 'null'},
])
ok('one reply a line', len(r) == 19, r)
ok('a value', r[0]['value'] == 2 and 'error' not in r[0] and r[0]['id'] == '1', r[0])
ok('lines that are no object', all(x['id'] is None and x['error'] and 'value' not in x for x in r[1:9]), r[1:9])
ok('unary tests', [r[9]['value'], r[10]['value']] == [True, False], r[9:11])
ok('a text that is no FEEL', r[11]['id'] == '4' and r[11]['value'] is None and 'line 1, column' in r[11]['error'] and
   r[11]['messages'][0]['column'] == 4, r[11])
ok('requests that ask nothing', all(x['value'] is None and x['error'] and x['id'] == str(i + 5) for i, x in enumerate(r[12:16])), r[12:16])
ok('null because of an error', r[16]['value'] is None and r[16]['error'] and r[16]['messages'][0]['severity'] == 'error', r[16])
ok('a value in spite of one', r[17]['value'] == 1 and r[17]['id'] == 10 and
   all(m['severity'] == 'warn' for m in r[17].get('messages', [])), r[17])
ok('no id', r[18]['id'] is None and r[18]['value'] is None and 'error' not in r[18], r[18])
ok('time is told', all(isinstance(x['us'], float) for x in (r[0], r[9])), r[0])

# ---- models ----
r = batch([
    desk('Priority', {'Ticket': TICKET}), desk('Broken'), desk('Wrong', {'Customer Tier': 'x'}), desk('Promised Hours', {'Priority': 'P1'}),
    desk('Nosuch'), desk('Promised Hours', {'Ticket': TICKET}, service='Both'), desk('Priority', {'Ticket': TICKET}, service='Both'),
    desk('Due', service='Both'), desk('x', service='Nosuch'), desk('Open Now', {'Hour': 7}, inputNs={'Hour': 'urn:gradus:test:hours'}),
    desk('Open Now', {'Hour': 7}, inputNs={'Hour': 'urn:gradus:test:other'}),
    {'id': 'none', 'model': D + '/none.dmn', 'node': 'x'}, {'id': 'none', 'model': D + '/none.dmn', 'node': 'y'},
    {'id': 'bare', 'model': DESK, 'node': 'Priority', 'inputs': {'Ticket': TICKET}},
    desk('Promise Service', {'Priority': 'P1', 'Customer Tier': 'gold', 'Ticket': TICKET}),
    {'id': 'l', 'model': DESK, 'imports': 'x', 'node': 'Priority'}, {'id': 'l', 'model': DESK, 'imports': [1], 'node': 'Priority'},
])
v = [x.get('value') for x in r]
ok('decisions of a model', (v[0], v[3], v[5], v[6]) == ('P1', 4, 4, 'P1'), r)
ok('broken ones answer null with element and line', v[1] is None and v[2] is None and r[1]['error'] and r[2]['error'] and
   r[2]['messages'][0]['node'] == 'Wrong' and r[1]['messages'][0]['line'] > 0, r[1:3])
ok('no such decision, output, service', all(v[i] is None and r[i]['error'] for i in (4, 7, 8)), r)
ok('input of one namespace', v[9] is False and v[10] is None, r[9:11])
ok('no such file, each time', all(x['value'] is None and 'none.dmn' in x['error'] for x in r[11:13]), r[11:13])
ok('the same file without its import is another model', v[13] == 'P1', r[13])
ok('a service by its name alone', v[14] == 2, r[14])
ok('imports that are no list of texts', all('imports' in x['error'] for x in r[15:17]), r[15:17])

# ---- repeat, limits, explain ----
r = batch([dict(id='n', expr='x * 2', inputs={'x': 3}, repeat=1000), desk('Priority', {'Ticket': TICKET}, repeat=1000),
           dict(id='0', expr='1', repeat=0), dict(id='m', expr='1', repeat=10000001), dict(id='t', expr='1', repeat='2')])
ok('repeat says ns of one evaluation', (r[0]['value'], r[1]['value']) == (6, 'P1') and all(x['ns'] > 0 and x['compileNs'] > 0 for x in r[:2]), r)
ok('repeat is bounded', all('repeat' in x['error'] for x in r[2:]), r[2:])
r = batch([dict(id='a', expr='for i in 1..1001 return i'), dict(id='b', expr='count(for i in 1..1000 return i)')], '--limits', 'list=1000')
ok('a limit ends one request, not the next', r[0]['value'] is None and r[0]['error'] and r[1]['value'] == 1000, r)
r = batch([desk('Promised Hours', {'Ticket': TICKET})], '--explain')
ok('explain in a batch', r[0]['hits'][0]['rules'] == [1], r)

# ---- more models than are kept ----
paths = []
for i in range(103):
    paths.append('%s/m%d.dmn' % (D, i))
    with open(paths[-1], 'w') as f:
        f.write('<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m"><decision id="d" name="D">'
                '<variable name="D"/><literalExpression><text>%d</text></literalExpression></decision></definitions>' % i)
r = batch([{'id': str(i), 'model': p, 'node': 'D'} for i, p in enumerate(paths + paths[:5])])
ok('more models than are kept', [x['value'] for x in r] == list(range(103)) + list(range(5)), r[:2])

# ---- long lines ----
long = 'x' * 3000000
r = batch([{'id': 'long', 'expr': 'string length(s)', 'inputs': {'s': long}}, {'id': 'after', 'expr': '1'}])
ok('a line of 3 MB', [x['value'] for x in r] == [3000000, 1], r)
r = batch([b'{"id":"' + b'x' * (64 << 20) + b'"}', {'id': 'after', 'expr': '1'}])
ok('a line over 64 MiB is refused, the next one is not', len(r) == 2 and '67108864' in r[0]['error'] and r[1]['value'] == 1, [x.get('error') for x in r])
r = batch([b'{"id":"' + b'<' * (16 << 20) + b'"}', {'id': 'after', 'expr': '1'}])
ok('an id that does not fit into a reply', len(r) == 2 and r[0]['id'] is None and r[0]['error'] and r[1]['value'] == 1, [x.get('error') for x in r])
r = batch([b'[' * 300, {'id': 'after', 'expr': '1'}])
ok('a line nested too deep', r[0]['error'] and r[1]['value'] == 1, r)

# ---- flushed after each line; pieces of lines; the last line without an end ----
p = subprocess.Popen([G, 'decide', '--batch'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
for n, cut in enumerate((1, 5, 17, 25)):
    line = b'{"id":"%d","expr":"%d + 1"}\n' % (n, n)
    p.stdin.write(line[:cut])
    early = select.select([p.stdout], [], [], 0.05)[0]
    p.stdin.write(line[cut:])
    there = select.select([p.stdout], [], [], 60)[0]
    reply = json.loads(p.stdout.readline()) if there else None
    ok('the reply comes with its line, not before (cut at %d)' % cut, not early and reply and reply['value'] == n + 1, reply)
p.stdin.write(b'{"id":"last","expr":"7"}')
p.stdin.close()
reply = json.loads(p.stdout.readline())
ok('the last line needs no end', reply['value'] == 7 and p.stdout.read() == b'' and p.wait() == 0, reply)
p = subprocess.run([G, 'decide', '--batch'], input=b'', capture_output=True)
ok('no request, no reply', (p.returncode, p.stdout, p.stderr) == (0, b'', b''), p)
with open('/dev/full', 'w') as full:
    p = subprocess.run([G, 'decide', '--batch'], input=b'{"expr":"1"}\n', stdout=full, stderr=subprocess.PIPE)
ok('replies that cannot be written end it', p.returncode == 2 and b'cannot be written' in p.stderr, p)

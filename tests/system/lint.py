"""tests/system/lint.py GRADUS FIXTURES CORPORA - gradus lint: its three forms, what it reads, and how long it takes."""
import json, os, re, resource, subprocess, sys, tempfile

G, F, C = sys.argv[1:4]
MODEL = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
GOOD, BAD = F + '/check/schema-text/good.bpmn', F + '/check/schema-text/bad.bpmn'
LINE = re.compile(r'^(.+?):(\d+): (error|warning|info) ([a-z0-9-]+) (\S+): (.+)$')


def ok(what, good, seen=''):
    print(('ok ' if good else 'not ok ') + what + ('' if good else ': %.600r' % (seen,)), flush=True)


def lint(*words):
    p = subprocess.run([G, 'lint', *words], capture_output=True, timeout=300)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


# ---- the three forms ----
code, out, err = lint(BAD, GOOD)
lines = [LINE.match(x) for x in out.splitlines()]
ok('each finding is FILE:LINE: severity RULE element: message', all(lines) and err == '', out)
ok('an error anywhere makes it 1', code == 1, code)
ok('the slip is named with line and element', (BAD, '5', 'error', 'schema-text', 't') in [x.groups()[:5] for x in lines], out)
code, out, err = lint(GOOD)
ok('without errors it is 0', code == 0, (code, out))
code, out, err = lint('--json', BAD, GOOD)
told = [json.loads(x) for x in out.splitlines()]
ok('--json: a line for each file', [x['file'] for x in told] == [BAD, GOOD] and code == 1, out)
ok('--json: the findings have their five words',
   all({'element', 'line', 'message', 'rule', 'severity'} <= set(f) for x in told for f in x['findings']) and told[0]['findings'], out)
code, out, err = lint('--counts', BAD)
ok('--counts: one file, one object, also of a file with errors', code == 0 and
   json.loads(out) == {'definitions': 1, 'endEvent': 1, 'process': 1, 'sequenceFlow': 2, 'startEvent': 1, 'task': 1}, out)
code, out, err = lint('--counts', BAD, GOOD)
ok('--counts: of several files a line each', [json.loads(x)['file'] for x in out.splitlines()] == [BAD, GOOD], out)
ok('one of the two', lint('--json', '--counts', GOOD)[0] == 2)
ok('a file that is not there is an error', lint(GOOD + '.not')[0] == 2)

# ---- files as they come ----
XML = '<?xml version="1.0" encoding="%s"?>\n<b:definitions xmlns:b="' + MODEL + '" targetNamespace="urn:x"><b:process id="p" name="ä€"/></b:definitions>'
with tempfile.TemporaryDirectory(prefix='gradus-lint-') as tmp:
    def file(name, data):
        path = os.path.join(tmp, name)
        with open(path, 'wb') as f:
            f.write(data)
        return path

    two = {'definitions': 1, 'process': 1}
    for name, data in [
        ('UTF-8', (XML % 'UTF-8').encode()),
        ('UTF-8 with mark', b'\xef\xbb\xbf' + (XML % 'utf-8').encode()),
        ('UTF-16', (XML % 'utf-16').encode('utf-16')),
        ('UTF-16 without mark', (XML % 'UTF-16').encode('utf-16-be')),
        ('Windows 1252', (XML % 'WINDOWS-1252').encode('cp1252')),
        ('ISO 8859-15', (XML % 'ISO-8859-15').encode('iso8859-15')),
        ('CR LF', (XML % 'UTF-8').replace('\n', '\r\n').encode()),
    ]:
        code, out, err = lint('--counts', file('a.bpmn', data))
        ok('%s is read' % name, code == 0 and json.loads(out) == two, (code, out, err))
    broken = file('b.bpmn', (XML % 'UTF-8').encode()[:-5])
    code, out, err = lint('--counts', broken, GOOD)
    ok('what is no XML has no counts, the next file has', code == 1 and len(out.splitlines()) == 1 and ' error xml -: ' in err, (code, out, err))
    code, out, err = lint('--json', file('c.bpmn', b'<a>' + b' ' * (17 << 20) + b'</a>'), GOOD)
    told = [json.loads(x) for x in out.splitlines()]
    ok('a file that is too large is a finding', code == 1 and len(told) == 2 and told[0]['findings'][0]['rule'] == 'xml', (code, out[:300], err))
    code, out, err = lint('--json', file('d.bpmn', (XML % 'UTF-8').replace('/></b', '>' + '<b:nonsense/>' * 3000 + '</b:process></b').encode()))
    ok('a thousand findings of a severity at most', code == 1 and len(json.loads(out)['findings']) <= 3000, (code, out[:300]))

# ---- the exports of modelers ----
try:
    with open(C + '/miwg/manifest.json') as f:
        files = json.load(f)['files']
except OSError:
    print('ok the exports of modelers # skip the shared corpus is not there; set GRADUS_SHARED')
    sys.exit(0)
paths = [C + '/miwg/' + x['file'] for x in files]
code, out, err = lint('--counts', *paths)
counts = {x['file']: x['counts'] for x in map(json.loads, out.splitlines())}
for x, path in zip(files, paths):
    ok('counts of ' + x['file'], counts.get(path) == x['model'], counts.get(path))
before = resource.getrusage(resource.RUSAGE_CHILDREN)
code, out, err = lint('--json', *paths)
after = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
told = {x['file']: x['findings'] for x in map(json.loads, out.splitlines())}
ok('every export is read', sorted(told) == sorted(paths) and not any(f['rule'] == 'xml' for x in told.values() for f in x), err)
for x, path in zip(files, paths):
    said = [f for f in told.get(path, []) if f['severity'] != 'info' and (f['rule'].startswith('schema-') or f['rule'] == 'element-unknown')]
    if x['xsd'] == 'valid':
        ok('nothing is said about the structure of ' + x['file'], not said, said)
    elif x['xsd'] == 'invalid':
        strict = [f for f in told.get(path, []) if f['severity'] != 'info']
        ok('something is said about ' + x['file'], bool(strict), told.get(path))
ok('%d files in less than 2 s of processor time' % len(paths), seconds < 2, seconds)

"""bench/feel/run.py GRADUS - FEEL and decision tables: compiled, and read and evaluated each time, beside feelin in the same run.

Both sides are measured by processor time, one after the other on the same machine, and every answer is checked. Exit code 1 when an
answer of Gradus is wrong; the peer is left out, and that is said, where npm is not there. bench/feel/README.md explains the figures."""
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, '..', '..', 'build', 'bench', 'feel')
EXPRESSIONS = os.path.join(HERE, 'expressions.json')
REPEAT, REPEAT_TABLE, ROUNDS = 20000, 5000, 5
NAMES = {'desk': 'service desk', 'basic': 'basic expressions', 'tests': 'unary tests'}


def same(a, b):
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) < 1e-8
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a == b


def requests(data, table):
    for e in data['expressions']:
        inputs = {k: data['world'][k] for k in e['inputs']}
        if 'tested' in e:
            inputs['?'] = e['tested']
        yield {'id': e['name'], 'unary' if 'tested' in e else 'expr': e['expr'], 'inputs': inputs, 'repeat': REPEAT}
    for i, row in enumerate(table['rows']):
        for node in ('Route First', 'Route Collect'):
            yield {'id': '%s %d' % (node, i), 'model': os.path.join(WORK, 'table.dmn'), 'node': node, 'inputs': row, 'repeat': REPEAT_TABLE}


def run_gradus(gradus, data, table):
    """-> the replies of each round by id; the model is read anew in each."""
    text = '\n'.join(map(json.dumps, requests(data, table))) + '\n'
    rounds = []
    for _ in range(ROUNDS):
        p = subprocess.run([gradus, 'decide', '--batch'], input=text, capture_output=True, text=True, check=True)
        rounds.append({r['id']: r for r in map(json.loads, p.stdout.splitlines())})
    return rounds


def run_peer():
    npm = shutil.which('npm')
    if npm is None or shutil.which('node') is None:
        return None, 'npm is not here'
    installed = os.path.join(HERE, 'node_modules', '.package-lock.json')
    lock = os.path.join(HERE, 'package-lock.json')
    if not os.path.exists(installed) or os.path.getmtime(installed) < os.path.getmtime(lock):
        p = subprocess.run([npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd=HERE, capture_output=True, text=True)
        if p.returncode != 0:
            return None, 'it cannot be installed: ' + (p.stderr.strip().splitlines() or ['?'])[-1]
        os.utime(installed)
    p = subprocess.run(['node', os.path.join(HERE, 'peer.mjs'), EXPRESSIONS, os.path.join(WORK, 'table.json')], capture_output=True, text=True)
    return (json.loads(p.stdout), '') if p.returncode == 0 else (None, 'it failed: ' + p.stderr.strip()[-200:])


def median(values):
    return sorted(values)[len(values) // 2]


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def number(x):
    return '-' if x is None else '%d' % x if x >= 100 else '%.1f' % x


def ratio(a, b):
    return '-' if not a or not b else '%.0fx' % (a / b)


def table_right(r, i, node, table):
    v = r.get('value')
    if node == 'Route First':
        return same(v, table['first'][i])
    return isinstance(v, list) and len(v) == table['hits'][i]


def main(gradus):
    os.makedirs(WORK, exist_ok=True)
    subprocess.run([sys.executable, os.path.join(HERE, 'table.py'), WORK], check=True)
    with open(EXPRESSIONS) as f:
        data = json.load(f)
    with open(os.path.join(WORK, 'table.json')) as f:
        table = json.load(f)
    print('%s, load %.1f %.1f %.1f, %s' % (time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime()), *os.getloadavg(), platform.release()))
    rounds = run_gradus(gradus, data, table)
    peer, why = run_peer()
    print('per second of processor time, median of %d runs; feelin: %s\n' % (ROUNDS, '8.2.0, as shipped: it parses at each call' if peer else 'left out, ' + why))
    print('%-8s %-36s %12s %14s %12s %9s %9s' % ('set', 'expression', 'compiled/s', 'with reading/s', 'feelin/s', 'compiled', 'reading'))
    wrong, sets, shared = 0, {}, {}
    for e in data['expressions']:
        replies = [r[e['name']] for r in rounds]
        right = all(same(e['value'], r.get('value')) for r in replies)
        wrong += not right
        compiled = 1e9 / median([r['ns'] for r in replies]) if right else None
        whole = 1e9 / median([r['ns'] + r['compileNs'] for r in replies]) if right else None
        other = peer['expressions'][e['name']]['rate'] if peer else None
        print('%-8s %-36s %12s %14s %12s %9s %9s%s' % (e['set'], e['name'], number(compiled), number(whole), number(other), ratio(compiled, other),
              ratio(whole, other), '' if right else '  WRONG: %.200s' % json.dumps(replies[0])))
        if right:
            sets.setdefault(e['set'], []).append((compiled, whole))
            if other:
                shared.setdefault(e['set'], []).append((compiled, whole, other))
    print()
    for s, v in sets.items():
        both = shared.get(s, [])
        other = mean([x[2] for x in both])
        print('geometric mean, %-18s compiled %10s/s, with reading %9s/s; feelin %7s/s (on %d of %d): %s, %s' % (
            NAMES[s], number(mean([x[0] for x in v])), number(mean([x[1] for x in v])), number(other), len(both), len(v),
            ratio(mean([x[0] for x in both]), other), ratio(mean([x[1] for x in both]), other)))
    for node, key in (('Route First', 'first'), ('Route Collect', 'collect')):
        ids = ['%s %d' % (node, i) for i in range(len(table['rows']))]
        bad = sum(not all(table_right(r[x], i, node, table) for r in rounds) for i, x in enumerate(ids))
        wrong += bad
        rate = median([len(ids) * 1e9 / sum(r[x]['ns'] for x in ids) for r in rounds]) if not bad else None
        other = peer['table'][key] if peer else None
        print('table of 200 rules, %-7s %9s tables/s; feelin %6s/s: %s%s' % (key.upper(), number(rate), number(other), ratio(rate, other), '  %d WRONG' % bad if bad else ''))
    compile_ns = [r['Route First 0'].get('compileNs') for r in rounds]
    if all(compile_ns):
        print('reading and compiling that model (%d KiB, two such tables): %.2f ms' % (
            os.path.getsize(os.path.join(WORK, 'table.dmn')) // 1024, median(compile_ns) / 1e6))
    print('\n%d answers, %d wrong' % (len(data['expressions']) + 2 * len(table['rows']), wrong))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))

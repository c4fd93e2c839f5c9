"""bench/feel/table.py DIR - writes a decision table of 200 rules and 50 rows of inputs into DIR: table.dmn and table.json.

The same seed gives the same files. What a row must answer is worked out here, by looking at the rules as Python sees them, and by
neither of the engines that are measured."""
import json
import random
import sys
from xml.sax.saxutils import escape

RULES, ROWS, SEED = 200, 50, 20261121
AREAS = ['network', 'mail', 'printer', 'badge', 'phone', 'erp', 'heating', 'cleaning']
TIERS = ['basic', 'standard', 'premium']
TEAMS = ['l1', 'l2-net', 'l2-apps', 'facility', 'vendor', 'night']
INPUTS = [('Area', 'string'), ('Impact', 'number'), ('Age Hours', 'number'), ('Tier', 'string'), ('Cost', 'number')]
OUTPUTS = [('team', 'string'), ('hours', 'number')]


def texts(values, r):
    chosen = r.sample(values, r.randint(1, 3))
    if r.random() < 0.2:
        return 'not(%s)' % ', '.join('"%s"' % x for x in chosen), lambda v: v not in chosen
    return ', '.join('"%s"' % x for x in chosen), lambda v: v in chosen


def bounds(most, r):
    low, high = sorted(r.sample(range(most), 2))
    kind = r.randrange(4)
    if kind == 0:
        return '< %d' % high, lambda v: v < high
    if kind == 1:
        return '>= %d' % low, lambda v: v >= low
    if kind == 2:
        return '[%d..%d)' % (low, high), lambda v: low <= v < high
    return '(%d..%d]' % (low, high), lambda v: low < v <= high


def cell(column, r):
    if r.random() < 0.25:
        return '-', lambda v: True
    if column == 0:
        return texts(AREAS, r)
    if column == 1:
        n = r.randint(1, 4)
        return str(n), lambda v: v == n
    if column == 3:
        return texts(TIERS, r)
    return bounds(96 if column == 2 else 2000, r)


def rule(r):
    cells = [cell(i, r) for i in range(len(INPUTS))]
    return [c[0] for c in cells], [c[1] for c in cells], [r.choice(TEAMS), r.choice([1, 2, 4, 8, 24, 72])]


def decision(name, policy, rules):
    x = ['  <decision id="%s" name="%s"><variable name="%s"/>' % (policy.lower(), name, name)]
    for i, (n, _) in enumerate(INPUTS):
        x.append('    <informationRequirement><requiredInput href="#i%d"/></informationRequirement>' % i)
    x.append('    <decisionTable hitPolicy="%s">' % policy)
    for n, t in INPUTS:
        x.append('      <input><inputExpression typeRef="%s"><text>%s</text></inputExpression></input>' % (t, n))
    for n, t in OUTPUTS:
        x.append('      <output name="%s" typeRef="%s"/>' % (n, t))
    for when, _, then in rules:
        row = ''.join('<inputEntry><text>%s</text></inputEntry>' % escape(c) for c in when)
        row += '<outputEntry><text>"%s"</text></outputEntry><outputEntry><text>%d</text></outputEntry>' % tuple(then)
        x.append('      <rule>%s</rule>' % row)
    x.append('    </decisionTable>\n  </decision>')
    return '\n'.join(x)


def model(rules):
    inputs = ['  <inputData id="i%d" name="%s"><variable name="%s" typeRef="%s"/></inputData>' % (i, n, n, t)
              for i, (n, t) in enumerate(INPUTS)]
    return '\n'.join(['<?xml version="1.0" encoding="UTF-8"?>',
                      '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="table" name="table" namespace="urn:gradus:bench:table">',
                      *inputs, decision('Route First', 'FIRST', rules), decision('Route Collect', 'COLLECT', rules), '</definitions>', ''])


def main(folder):
    r = random.Random(SEED)
    rules = [rule(r) for _ in range(RULES - 1)]
    rules.append((['-'] * len(INPUTS), [lambda v: True] * len(INPUTS), ['l1', 72]))
    rows, first, hits = [], [], []
    for _ in range(ROWS):
        row = [r.choice(AREAS), r.randint(1, 4), r.randint(0, 95), r.choice(TIERS), r.randint(0, 1999)]
        found = [then for _, tests, then in rules if all(t(v) for t, v in zip(tests, row))]
        rows.append(dict(zip((n for n, _ in INPUTS), row)))
        first.append(dict(zip((n for n, _ in OUTPUTS), found[0])))
        hits.append(len(found))
    with open(folder + '/table.dmn', 'w') as f:
        f.write(model(rules))
    with open(folder + '/table.json', 'w') as f:
        json.dump({'inputs': [n for n, _ in INPUTS], 'outputs': [n for n, _ in OUTPUTS], 'rules': [[w, t] for w, _, t in rules],
                   'rows': rows, 'first': first, 'hits': hits}, f)


if __name__ == '__main__':
    main(sys.argv[1])

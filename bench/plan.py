"""bench/plan.py - from a recorded request to what the raw programs repeat: statements with the places that change, and a page.

record.so's format is described in bench/raw/record.c, the plan's in bench/raw/plan.c.
"""
import html, json, re, struct, subprocess

import instance as bench

NUMBER = {1: 1, 3: 4, 8: 8}  # MYSQL_TYPE_TINY, _LONG, _LONGLONG
HOW_NUMBER, HOW_BE, HOW_DIGITS, HOW_HEX = range(4)


class Step:
    def __init__(self, kind, sql):
        self.kind, self.sql, self.types, self.rows, self.values, self.used = kind, sql, [], 0, [], []


def steps(raw):
    """The statements of a recording."""
    out, at = [], 0

    def take(n):
        nonlocal at
        at += n
        return raw[at - n:at]

    def u32():
        return struct.unpack('<I', take(4))[0]
    while at < len(raw):
        step = Step(take(1).decode(), take(u32()))
        if step.kind == 'X':
            n, step.rows = u32(), u32()
            step.types = [tuple(take(2)) for _ in range(n)]
            for _ in range(max(step.rows, 1)):
                step.values.append([None if take(1) != b'\0' else take(u32()) for _ in range(n)])
        out.append(step)
    return out


def last_unit(all_steps, begin):
    """From the last BEGIN to its COMMIT."""
    start = max(i for i, s in enumerate(all_steps) if s.sql == begin)
    end = next(i for i in range(start, len(all_steps)) if all_steps[i].sql == b'COMMIT')
    return all_steps[start:end + 1]


def moved(number):
    """What a repetition counts from: a copy from itself, a number that was handed out from a range of the bench's own."""
    if bench.COPY_TICKET <= number < bench.FRESH:
        return number
    if bench.POOL_TICKET <= number < bench.COPY_TICKET:
        return number + bench.FRESH
    return None


def numbers_of(unit, keep):
    found = set()
    for s in unit:
        for row in s.values:
            for (kind, _), v in zip(s.types, row):
                if v is not None and kind == 8 and moved(struct.unpack('<Q', v)[0]) is not None:
                    found.add(struct.unpack('<Q', v)[0])
    return found - set(keep)


def patches(unit, keep):
    """Where the numbers and the key of this request stand. KEEP: numbers that stay (who did it)."""
    numbers, out = numbers_of(unit, keep), []
    key = next((s.values[0][0] for s in unit if s.sql.startswith(b'INSERT INTO done_key')), None)
    for at, s in enumerate(unit):
        for row, values in enumerate(s.values):
            for param, ((kind, _), v) in enumerate(zip(s.types, values)):
                if v is None:
                    continue
                if kind in NUMBER:
                    n = struct.unpack('<Q', v)[0] if kind == 8 else None
                    if n in numbers:
                        out.append((at, param, row, 0, HOW_NUMBER, moved(n)))
                    continue
                if key is not None and v == key:
                    out.append((at, param, row, 0, HOW_HEX, 0))
                for n in numbers:
                    for m in re.finditer(re.escape(struct.pack('>Q', n)), v):
                        out.append((at, param, row, m.start(), HOW_BE, moved(n)))
                    for m in re.finditer(str(n).encode(), v):
                        out.append((at, param, row, m.start(), HOW_DIGITS, moved(n)))
    return out


def write(name, unit, patch=()):
    with open(name, 'wb') as f:
        u32 = lambda n: f.write(struct.pack('<I', n))
        u32(len(unit))
        for at, s in enumerate(unit):
            f.write(s.kind.encode())
            u32(len(s.sql))
            f.write(s.sql)
            if s.kind == 'X':
                u32(len(s.types))
                u32(s.rows)
                for t in s.types:
                    f.write(bytes(t))
                for row in s.values:
                    for v in row:
                        f.write(b'\1' if v is None else b'\0' + struct.pack('<I', len(v)) + v)
                mine = [p for p in patch if p[0] == at]
                u32(len(mine))
                for _, param, row, offset, how, first in mine:
                    f.write(struct.pack('<IIIBQ', param, row, offset, how, first))
            u32(len(s.used))
            for column, time in s.used:
                f.write(struct.pack('<IB', column, time))


def results(site, plan):
    """{step: [row of texts]} of a plan, by the raw program itself."""
    out = subprocess.run([f'{bench.ROOT}/build/bench/page', plan, '-', f'{site.dir}/run/db.sock', bench.user(), 'dump'],
                         capture_output=True, check=True, text=True).stdout
    rows = {}
    for step, _, *cells in json.loads(out):
        rows.setdefault(step, []).append([bytes.fromhex(c).decode('utf-8', 'replace') for c in cells])
    return rows


# ---- the page as a template ----

TIME = re.compile(r'\d{16}')


def escaped(text):
    return html.escape(text, quote=True).replace('&#x27;', '&#39;')


def cs(name):
    return f'<?cs var:{name} ?>'


class Template:
    """Takes values out of a page and puts variables there. Every item of a list (an article, a row of the queue) stands by itself
    and names its own row, so the raw program fills as many values as the page shows; what it does not show is not filled."""
    def __init__(self, unit, rows):
        self.unit, self.rows, self.used = unit, rows, {}

    def fill(self, text, step, row):
        for column, value in sorted(enumerate(self.rows[step][row]), key=lambda c: -len(c[1])):
            name = f'q{step}.{row}.c{column}'
            if TIME.fullmatch(value):
                iso = f'datetime="{moment(int(value))}"'
                var = f'datetime="{cs(name + ".iso")}"'
                new = re.sub(iso + r' title="[^"<]*">([^<]*)</time>', f'{var} title="{cs(name + ".text")}">{cs(name + ".ago")}</time>', text)
                new = re.sub(iso + r' title="[^"<]*">', f'{var} title="{cs(name + ".text")}">', new)  # an icon stands between
                new = re.sub(iso + r'>[^<]*</time>', f'{var}>{cs(name + ".text")}</time>', new)
            elif len(value) >= 4 and not value.isdigit() or len(value) == 10:
                new = replace_outside(text, escaped(value), cs(name))
            else:
                continue
            if new != text:
                self.used.setdefault(step, {})[column] = TIME.fullmatch(value) is not None
            text = new
        return text

    def finish(self):
        for step, columns in self.used.items():
            self.unit[step].used = sorted(columns.items())


def replace_outside(text, old, new):
    """REPLACE, but not inside tags of a template."""
    return ''.join(p if p.startswith('<?cs') else p.replace(old, new) for p in re.split(r'(<\?cs .*?\?>)', text))


def moment(us):
    import datetime
    t = datetime.datetime.fromtimestamp(us // 1000000, datetime.timezone.utc)
    return t.strftime('%Y-%m-%dT%H:%M:%S.') + f'{us % 1000000:06d}Z'


def step_with(unit, *words):
    return next(i for i, s in enumerate(unit) if all(w in s.sql for w in words))


def same(a, b):
    """Are two pages equal but for tokens, the request's name, counts of queues and the words for how long ago something was?"""
    plain = lambda t: re.sub(r'[0-9a-f]{64}|\b[0-9a-f]{32}\b|class="mono">[0-9a-f]{16}|>[^<]*(ago|just now)</time>|<b>\d+</b>', '', t).strip()
    return plain(a) == plain(b)

"""bench/process/durable.py - the machine's body in MariaDB beside the bare statements, in one run; `make bench-durable` calls it.

How the bare side stays honest: a pass of the product is recorded (bench/raw/record.c writes down every statement with its values), the
database is put back to what it was before that pass, and bench/process/player.c sends the same statements in the same order. What
the product takes longer is the machine, the loading and writing of rows, the trail. bench/process/README.md explains the figures.

From the environment: DURABLE_COUNT (transitions of a pass, 6000), DURABLE_TIMERS (1000000), DURABLE_DIR, DURABLE_ONLY (blank-separated:
transitions audit timers messages), DURABLE_PEER=1 (bpmn-engine's recover and resume beside it)."""
import glob
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN, BENCH = ROOT + '/build/bin', ROOT + '/build/bench'
ENV = os.environ.get
DIR, COUNT, TIMERS = ENV('DURABLE_DIR', '/tmp/gradus-durable'), int(ENV('DURABLE_COUNT', '6000')), int(ENV('DURABLE_TIMERS', '1000000'))
ONLY = ENV('DURABLE_ONLY', 'transitions audit timers messages').split()
INSTANCES, BATCH, ROUNDS = 2000, 100, 3


class Site:
    """A private MariaDB with every commit on disk (flush at commit, synchronous binary log)."""

    def __init__(self):
        options = f'--innodb-buffer-pool-size=2G --innodb-log-file-size=1G --log-bin={DIR}/db/binlog --binlog-format=ROW --server-id=1'
        self.env = dict(os.environ, INSTANCE_PARTS='db', INSTANCE_DB_OPTIONS=options, GRADUS_CONF=DIR + '/gradus.conf')

    def tool(self, *args):
        subprocess.run([ROOT + '/tools/instance/instance.sh', *args], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self.tool('start', DIR, 'auto', 'nginx')

    def fresh(self):
        self.tool('wipe', DIR)
        self.start()
        with open(DIR + '/instance.env') as f:
            names = dict(re.findall(r"^(?:export )?(\w+)='?([^'\n]*)'?$", f.read(), re.M))
        self.socket = names['DB_SOCKET']
        with open(names['DB_PASSWORDS']) as f:
            self.password = dict(line.split()[:2] for line in f if line.strip())['gradus_worker']
        self.gradus('migrate', '--schema', ROOT + '/schema')
        grants = subprocess.run([BIN + '/gradus', 'grants', '--schema', ROOT + '/schema'], env=self.env, capture_output=True, check=True)
        self.sql(grants.stdout.decode())

    def gradus(self, *args):
        subprocess.run([BIN + '/gradus', *args], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def sql(self, text):
        r = subprocess.run(['mariadb', '--no-defaults', '--socket=' + self.socket, '-N', '-B', 'gradus'], input=text.encode(),
                           capture_output=True, check=False)
        if r.returncode != 0:
            raise SystemExit('durable: ' + r.stderr.decode()[:500])
        return [line.split('\t') for line in r.stdout.decode().splitlines()]

    def keep(self):
        """What is there now, to come back to."""
        self.tool('stop', DIR)
        shutil.rmtree(DIR + '/kept', ignore_errors=True)
        shutil.copytree(DIR + '/db', DIR + '/kept', symlinks=True)
        self.start()

    def back(self):
        self.tool('stop', DIR)
        shutil.rmtree(DIR + '/db')
        shutil.copytree(DIR + '/kept', DIR + '/db', symlinks=True)
        self.start()

    def durable(self, *args, given='', record=None):
        env = dict(self.env)
        if record:
            env.update(LD_PRELOAD=BENCH + '/record.so', RECORD=record)
        p = subprocess.run([BENCH + '/durable', DIR + '/gradus.conf', *map(str, args)], env=env, input=given, capture_output=True, text=True)
        if p.returncode != 0:
            raise SystemExit('durable: ' + p.stderr[-500:])
        done, seconds = p.stdout.split()
        return int(done) / float(seconds)

    def player(self, files):
        env = dict(os.environ, PLAYER_PASSWORD=self.password)
        p = subprocess.run([BENCH + '/player', self.socket, 'gradus_worker', *files], env=env, capture_output=True, text=True)
        if p.returncode != 0:
            raise SystemExit('durable: ' + p.stderr[-500:])
        return float(p.stdout.split()[1])


def released(site, model, key):
    site.gradus('deploy', f'{HERE}/{model}', '--release')
    return site.sql(f"SELECT id FROM definition WHERE process_key = '{key}' AND current = 1")[0][0]


def median(values):
    return sorted(values)[len(values) // 2]


def say(name, ours, raw, goal):
    print('%-44s %12s %12s %7s %7s' % (name, '{:,.0f}'.format(ours), '-' if raw is None else '{:,.0f}'.format(raw),
                                       '-' if raw is None else '%d%%' % round(100 * ours / raw), goal), flush=True)


def recorded(folder):
    return sorted(glob.glob(folder + '/r.*'))


def passes(site, run, count):
    """-> product and bare rate: recorded once, then each side ROUNDS times in turn, from the same state."""
    folder = DIR + '/records'
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    site.keep()
    run(folder + '/r')
    ours, bare = [], []
    for _ in range(ROUNDS):
        site.back()
        ours.append(run(None))
        site.back()
        bare.append(count / site.player(recorded(folder)))
    site.back()
    return median(ours), median(bare)


def places(site):
    return '\n'.join(' '.join(r) for r in site.sql("SELECT t.inst_id, i.subject_id, t.no FROM token t JOIN inst i ON i.id = t.inst_id "
                                                   "WHERE t.node = 'work_task' AND t.state = 1 AND t.role = 0 ORDER BY t.inst_id"))


def transitions(site):
    definition = released(site, 'work.bpmn', 'work')
    site.durable('instances', definition, INSTANCES)
    given = places(site)
    rates = {}
    for connections in (1, 16):
        count = COUNT // 3 if connections == 1 else COUNT
        rates[connections], bare = passes(
            site, lambda record: site.durable('transitions', connections, count, given=given, record=record), count)
        say(f'transitions/s, {connections} connection{"s" if connections > 1 else ""}', rates[connections], bare, '70%')
    return rates, given


def audit(site, given):
    """The same transitions, with a procedure that links no hashes."""
    with open(glob.glob(ROOT + '/schema/0000*.sql')[0]) as f:
        text = f.read()
    body = re.search(r'CREATE PROCEDURE append_audit.*?END//', text, re.S).group(0)
    plain = re.sub(r'UNHEX\(SHA2\(.*?, 256\)\)', "REPEAT(x'00', 32)", body, flags=re.S)
    if plain == body:
        raise SystemExit('durable: append_audit links no hashes any more')
    site.keep()
    ours, bare = [], []
    for _ in range(ROUNDS):
        site.back()
        ours.append(site.durable('transitions', 16, COUNT, given=given))
        site.back()
        definer = 'CREATE OR REPLACE DEFINER=' + site.sql(
            "SELECT DEFINER FROM information_schema.ROUTINES WHERE ROUTINE_NAME = 'append_audit'")[0][0].replace('@', '`@`').join('``')
        site.sql('DELIMITER //\n' + plain.replace('CREATE', definer, 1) + '\nDELIMITER ;\n')
        bare.append(site.durable('transitions', 16, COUNT, given=given))
    site.back()
    say('transitions/s, 16 connections, against no hash', median(ours), median(bare), '85%')


def timers(site):
    site.sql(f"INSERT INTO job (id, kind, inst_id, token, due, payload, created) SELECT 9000000000 + seq, 'timer', NULL, 0, "
             f"1700000000000000 + seq * 1000, '', 0 FROM seq_1_to_{TIMERS}; ANALYZE TABLE job")
    some = min(50000, TIMERS // 4)
    ours, bare = passes(site, lambda record: site.durable('timers', some, BATCH, record=record), some)
    say(f'due timers/s of {TIMERS:,}, batches of {BATCH}', ours, bare, '60%')
    first = site.durable('timers', some, BATCH)
    site.durable('timers', TIMERS // 2 - some, BATCH)
    say('due timers/s after half of them, against first', site.durable('timers', some, BATCH), first, '70%')


def messages(site):
    definition = released(site, 'wait.bpmn', 'wait')
    rates = []
    for n in (1000, 100000):
        site.durable('instances', definition, n)
        site.sql('ANALYZE TABLE subscription')
        rates.append(site.durable('messages', 'answer', 1, 500))
        site.sql("DELETE FROM subscription WHERE id > 0")
    say('messages/s among 100,000, against among 1,000', rates[1], rates[0], '')


def peer(rate):
    sys.path.insert(0, HERE)
    import run
    theirs, why = run.peer()
    if not theirs:
        print('bpmn-engine: left out, ' + why)
        return
    print('%-44s %12s %12s %7s %7s' % ('transitions/s, bpmn-engine recover-resume', '{:,.0f}'.format(rate),
                                       '{:,.0f}'.format(theirs['ticket', 'steps']), '%.0fx' % (rate / theirs['ticket', 'steps']), '15x'))


def main():
    site = Site()
    print('%s, load %.1f %.1f %.1f' % (time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime()), *os.getloadavg()))
    print('%-44s %12s %12s %7s %7s' % ('', 'Gradus', 'bare', 'ratio', 'goal'), flush=True)
    try:
        site.fresh()
        if 'transitions' in ONLY or 'audit' in ONLY:
            rates, given = transitions(site)
            if ENV('DURABLE_PEER', '1') == '1':
                peer(rates[1])
            if 'audit' in ONLY:
                audit(site, given)
        if 'timers' in ONLY:
            timers(site)
        if 'messages' in ONLY:
            messages(site)
    finally:
        if ENV('DURABLE_KEEP') is None:
            site.tool('wipe', DIR)


main()

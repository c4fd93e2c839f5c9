"""bench/process/run.py BIN - the process machine in memory, beside bpmn-engine on the same models in the same run.

Rates are per second of processor time. The peer is left out, and that is said, where npm is not there. bench/process/README.md explains
the figures."""
import os
import platform
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = [os.path.join(HERE, name + '.bpmn') for name in ('tasks', 'split', 'ticket')]
GOALS = {('tasks', 'instances'): 200, ('split', 'instances'): 200}


def rates(command):
    p = subprocess.run(command, capture_output=True, text=True)
    if p.returncode != 0:
        return {}, p.stderr.strip()[-300:]
    return {(w[0], w[1]): float(w[2]) for w in map(str.split, p.stdout.splitlines())}, ''


def peer():
    npm = shutil.which('npm')
    if npm is None or shutil.which('node') is None:
        return {}, 'npm is not here'
    installed = os.path.join(HERE, 'node_modules', '.package-lock.json')
    lock = os.path.join(HERE, 'package-lock.json')
    if not os.path.exists(installed) or os.path.getmtime(installed) < os.path.getmtime(lock):
        p = subprocess.run([npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd=HERE, capture_output=True,
                           text=True)
        if p.returncode != 0:
            return {}, 'it cannot be installed: ' + (p.stderr.strip().splitlines() or ['?'])[-1]
        os.utime(installed)
    return rates(['node', os.path.join(HERE, 'peer.mjs')] + MODELS)


def main(memory):
    print('%s, load %.1f %.1f %.1f, %s' % (time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime()), *os.getloadavg(), platform.release()))
    ours, why = rates([memory] + MODELS)
    if not ours:
        print('the machine failed: ' + why)
        return 1
    theirs, why = peer()
    print('per second of processor time; bpmn-engine: %s\n' % ('25.0.1, the definition parsed once' if theirs else 'left out, ' + why))
    print('%-8s %-12s %14s %14s %9s %9s' % ('model', 'measure', 'Gradus', 'bpmn-engine', 'ratio', 'goal'))
    for key, value in ours.items():
        other = theirs.get(key)
        goal = '1,000,000/s' if key[1] == 'transitions' else '%dx' % GOALS[key] if key in GOALS else ''
        print('%-8s %-12s %14s %14s %9s %9s' % (*key, '{:,.0f}'.format(value), '-' if other is None else '{:,.1f}'.format(other),
                                                '-' if other is None else '{:,.0f}x'.format(value / other), goal))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))

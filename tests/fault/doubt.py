"""doubt.py - nobody can say whether a COMMIT was applied: the person is told so, and one button settles it.

The answer of a COMMIT is lost and no server can be asked within db_timeout. Both outcomes are made: it had been applied, it had not.
Then the person sends the form of the error page (as it stands there, files lost), or goes back and sends the first form again. In
all four ways there is exactly one effect; two of them at once too. The message must not claim either outcome."""
import os, secrets, sys, threading

from cutter import Cutter
from desk import D, Form, Person, Sql, forms_of

sql, cutter = Sql(), Cutter(os.path.join(D, 'run', 'cut.sock'), os.environ['DB_SOCKET'])
with open(os.environ['GRADUS_CONF']) as f:
    text = f.read()
conf = os.path.join(D, 'cut.conf')
with open(os.open(conf, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as f:
    f.write(''.join(line for line in text.splitlines(True) if not line.startswith(('db_socket', 'db_timeout'))))
    f.write(f'db_socket = {cutter.path}\ndb_timeout = 1\n')
failed = 0


def check(what, good, why=''):
    global failed
    failed += not good
    print(f'ok {what}' if good else f'not ok {what}: {why}', flush=True)


ben = Person('ben') # reads English
check('a requester signs in', ben.sign_in())
service = sql.one("SELECT id FROM service WHERE service_key = 'workplace'")
for lose in ('after', 'before'):
    for how in ('the error page', 'the first form', 'both at once'):
        title = f'Doubt {secrets.token_hex(4)}'
        form = ben.form('/portal/request/new', '/portal/request/new', {'service': service, 'title': title, 'impact': 'person', 'urgency': 'low',
                         'description': '\r\nFirst line empty.\r\n<b>second & last</b>'}, {'file': ('a.txt', b'a file')})
        cutter.arm(lose, 1)
        os.environ['GRADUS_CONF'], kept = conf, os.environ['GRADUS_CONF']
        a, _ = ben.command('portal', form)
        os.environ['GRADUS_CONF'] = kept
        name = f'COMMIT lost {lose} the server saw it'
        there = sql.number(f"SELECT COUNT(*) FROM ticket WHERE title = '{title}'")
        check(f'{name}: as meant', there == (1 if lose == 'after' else 0), f'{there} tickets')
        check(f'{name}: 503, not a word of success or failure', a.status == 503 and 'only once' in a.page, a.status)
        again = forms_of(a.page).get('/portal/request/new')
        check(f'{name}: the page sends it again', again is not None and 'settle' in again and title in a.page)
        if again is None:
            continue
        fields = {k: v for k, v in form.fields.items() if k not in ('csrf', 'once')}
        fields['description'] = fields['description'].lstrip() # what a browser makes of it
        second = Form('/portal/request/new', {**again, **fields})
        ways = {'the error page': [second], 'the first form': [form], 'both at once': [second, form]}[how]
        got = []
        threads = [threading.Thread(target=lambda f=f: got.append(send(f))) for f in ways]

        def send(f):
            browser = Person('ben')
            browser.jar = dict(ben.jar)
            return browser.send(f)
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        n = sql.number(f"SELECT COUNT(*) FROM ticket WHERE title = '{title}'")
        check(f'{name}, then {how}: one ticket', n == 1 and all(g.done for g in got) and len({g.to for g in got}) == 1, f'{n} tickets, {[(g.status, g.to) for g in got]}')
        if again is not None and how == 'the error page':
            wrong = Form('/portal/request/new', {**again, **fields, 'title': title + ' x', 'settle': again['settle'][:-1] + ('0' if again['settle'][-1] != '0' else '1')})
            a = ben.send(wrong)
            check(f'{name}: a forged settle is none', a.done and sql.number(f"SELECT COUNT(*) FROM ticket WHERE title = '{title} x'") == 1, a.status)
sys.exit(failed > 0)

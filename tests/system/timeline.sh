#!/bin/bash
# tests/system/timeline.sh - what is said in turns by programs with ranges of ids of their own is shown in the order in which it was said.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
release workflows/decisions/*.dmn workflows/incident/incident.bpmn >"$D/log/load.log" 2>&1 &&
    build/bin/gradus demo load --tickets 0 >>"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
export D URL DB_SOCKET PYTHONPATH=tests/fault
python3 - <<'PY'
import sys
from desk import Person, Sql
anna, luca = Person('anna'), Person('luca')
anna.sign_in(), luca.sign_in()
service = Sql().one("SELECT id FROM service WHERE service_key = 'workplace'")
a = anna.do('/portal/request/new', '/portal/request/new', {'service': service, 'title': 'Order', 'description': 'said 0', 'impact': 'person', 'urgency': 'low'})
ref = a.to.rsplit('/', 1)[1].split('?')[0]
luca.do(f'/agent/ticket/{ref}', f'/agent/ticket/{ref}/take')
for i in range(1, 7):
    who, root = (luca, '/agent/ticket/') if i % 2 else (anna, '/portal/request/')
    who.do(root + ref, f'{root}{ref}/answer', {'answer': f'said {i}'})
failed = 0
for who, root in ((anna, '/portal/request/'), (luca, '/agent/ticket/')):
    page = who.get(root + ref).page
    places = [page.find(f'said {i}') for i in range(7)]
    good = -1 not in places and places in (sorted(places), sorted(places, reverse=True))
    failed += not good
    print(f"{'ok' if good else 'not ok'} {root} shows the turns in order{'' if good else ' ' + str(places)}")
sys.exit(failed > 0)
PY

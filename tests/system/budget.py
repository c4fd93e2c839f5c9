#!/usr/bin/env python3
"""Statements per request, held to the budgets of the route tables; run by matrix.sh on the calls that it made.

usage: budget.py ROUTES CALLS LOG...

The programs log the number of database statements of each request (without START TRANSACTION and COMMIT). The median of a route's
successful calls counts: the first request of a process reads what later ones have in memory, and takes a range of numbers. No route
may state more than the house allows: 6 for a page, 3 for a list, 15 for opening a ticket (one asks which decisions are in force, one
keeps their reasons), 14 for handing it over. The pages of gradus-admin show several lists each, they count as pages.
"""
import re
import statistics
import sys

routes, calls, logs = sys.argv[1], sys.argv[2], sys.argv[3:]
HOUSE = {("POST", "/portal/request/new"): 15, ("POST", "/agent/ticket/{ref}/handover"): 14}
passed = failed = 0


def check(what, good, why):
    global passed, failed
    passed, failed = passed + good, failed + (not good)
    print(f"{'ok' if good else 'not ok'} {what}{'' if good else ': ' + why}")


took = {}
for name in logs:
    for line in open(name, errors="replace"):
        m = re.search(r"\[([0-9a-f]{16})\] \w+ \S+ \d+ \d+ bytes \d+ us (\d+) statements", line)
        if m:
            took[m[1]] = int(m[2])
seen = {}
for line in open(calls):
    method, path, number = line.rstrip("\n").split("\t")
    if number in took:
        seen.setdefault((method, path), []).append(took[number])
for line in open(routes):
    method, path, rest = line.rstrip("\n").split("\t")
    stated = int(re.search(r"statements (\d+)", rest)[1]) or (6 if method == "GET" else 20)
    is_list = not path.startswith("/admin/") and re.search(r"template \S*(list\.cs|queue/show\.cs|search/show\.cs)", rest)
    house = HOUSE.get((method, path), 3 if is_list else 6 if method == "GET" else 0)
    if house:
        check(f"{method} {path} states at most {house}", stated <= house, f"{stated}")
    if (method, path) in seen:
        n = seen[method, path]
        check(f"{method} {path} keeps to {stated}: {statistics.median_low(n)} ({min(n)} to {max(n)} in {len(n)} calls)", statistics.median_low(n) <= stated, "over")
    elif "/login/" not in path:
        print(f"# {method} {path}: no successful call")
print(f"{passed} passed, {failed} failed")

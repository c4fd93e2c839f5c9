#!/usr/bin/env python3
"""Broken BPMN files against `gradus lint --json`: every constraint of the standard that they break is told, and no control is refused.

usage: invalid.py [GRADUS [CONSTRAINT...]]    (default: build/bin/gradus, all constraints)

The files lie outside of the project, below $GRADUS_SHARED/corpora/bpmn-invalid; without them the suite is skipped. A file to be
rejected needs an error, one to be warned of a warning or an error, a control no error. A finding names the constraint when the rule
carries its number (column "constraint" of engine/model/check.def and its like). A line counts as hit when a finding of whatever
severity stands there.
"""
import glob
import json
import os
import re
import subprocess
import sys

GRADUS = sys.argv[1] if len(sys.argv) > 1 else "build/bin/gradus"
ONLY = set(sys.argv[2:])
SHARED = os.environ.get("GRADUS_SHARED") or "../shared"
HERE = os.path.join(SHARED, "corpora", "bpmn-invalid")
BATCH = 60
# Files whose content does not bear out what the list says of them: the authors' repaired copies, filed under what they repaired.
DISPUTED = {
    "spector/098/fail_multiple_manualFix.bpmn": "the same model as the control spector/098/success_timer.bpmn",
    "spector/106/fail_sub_process_manualFix.bpmn": "there is no cancel event left in it",
    "spector/128/EXT128_failure_endEvent_manualFix.bpmn": "isExecutable is false, and the constraint is about executable processes",
}


def rules():
    """-> {rule id: set of constraint numbers}"""
    out = {}
    for file in glob.glob("engine/model/*.def"):
        for m in re.finditer(r'^\w+\(\s*\w+,\s*"([^"]+)",\s*\w+,\s*"([^"]*)"', open(file).read(), re.M):
            out[m.group(1)] = set(m.group(2).split())
    return out


def lint(files):
    """-> {file: findings}"""
    out = {}
    for i in range(0, len(files), BATCH):
        p = subprocess.run([GRADUS, "lint", "--json", *files[i:i + BATCH]], capture_output=True, timeout=300)
        if p.returncode not in (0, 1):
            sys.exit("not ok gradus lint ended with %d: %s" % (p.returncode, p.stderr.decode(errors="replace")[-500:]))
        for line in p.stdout.splitlines():
            one = json.loads(line)
            out[one["file"]] = one["findings"]
    return out


def main():
    manifest = os.path.join(HERE, "manifest.json")
    if not os.path.exists(manifest):
        print("ok invalid models # skip skipped: no corpus; set GRADUS_SHARED")
        return 0
    numbers = rules()
    cases = [c for c in json.load(open(manifest))["files"] if not ONLY or c["constraint"] in ONLY]
    found = lint([os.path.join(HERE, c["file"]) for c in cases])
    score = {k: [0, 0] for k in ("reject", "warn", "accept", "named", "lines", "disputed")}
    families = {}
    for c in cases:
        f = found[os.path.join(HERE, c["file"])]
        errors = [x for x in f if x["severity"] == "error"]
        told = [x for x in f if x["severity"] != "info"]
        good = {"reject": bool(errors), "warn": bool(told), "accept": not errors}[c["recommend"]]
        named = c["recommend"] == "accept" or any(c["constraint"] in numbers.get(x["rule"], ()) for x in told)
        if c["file"] in DISPUTED:
            score["disputed"][0] += good
            score["disputed"][1] += 1
            print("# disputed %s: %s" % (c["file"], DISPUTED[c["file"]]))
            continue
        lines = {v["line"] for v in c["violations"] if v.get("line")}
        hit = lines & {x["line"] for x in f}
        score[c["recommend"]][0] += good
        score[c["recommend"]][1] += 1
        if c["recommend"] != "accept":
            score["named"][0] += named
            score["named"][1] += 1
            score["lines"][0] += len(hit)
            score["lines"][1] += len(lines)
        one = families.setdefault(c["constraint"], [0, 0, []])
        one[0] += good and named
        one[1] += 1
        if not (good and named and hit == lines) and (c["recommend"] != "accept" or not good):
            why = "good" if good else "wrong"
            why += "" if named else ", not named"
            why += "" if hit == lines else ", lines %s not told of" % sorted(lines - hit)
            one[2].append("#   %s %s: %s; says %s" % (c["recommend"], c["file"], why, " ".join(
                sorted({"%s:%s@%d" % (x["severity"][0], x["rule"], x["line"]) for x in (errors if c["recommend"] == "accept" else told)})) or "nothing"))
    for name in sorted(families):
        good, n, why = families[name]
        print("%s %s %d of %d" % ("ok" if good == n else "not ok", name, good, n))
        for line in why:
            print(line)
    print("# " + ", ".join("%s %d/%d" % (k, *v) for k, v in score.items()))
    return 0 if all(good == n for good, n, _ in families.values()) else 1


sys.exit(main())

#!/usr/bin/env python3
"""tools/support.py - docs/bpmn-support.md out of the node table, the table of event definitions and the tests.

Reads engine/model/node.def and event.def, and looks into every model that a story (tests/scenario/*/*.scn) or a conformance case
(tests/conformance/manifest.json) runs: an element counts as proved where such a model holds it. What no test runs is said to be
unproved, and the run ends with 1."""
import glob
import json
import os
import re
import sys
import xml.etree.ElementTree as ET

NS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SHOWN = 3  # proofs named for one element

# What has no row of its own in the tables: element or attribute=value, where it stands in the standard.
MORE = [
    ("Activities", [
        ("standardLoopCharacteristics", "10.3.8, 13.3.6"), ("@testBefore=true", "10.3.8"), ("@loopMaximum", "10.3.8"),
        ("multiInstanceLoopCharacteristics", "10.3.8, 13.3.7"), ("@isSequential=true", "13.3.7"), ("loopCardinality", "10.3.8"),
        ("loopDataInputRef", "10.3.8"), ("loopDataOutputRef", "10.3.8"), ("completionCondition", "10.3.8"),
        ("@behavior=None", "10.3.8"), ("@behavior=One", "10.3.8"), ("@behavior=Complex", "10.3.8"),
        ("@startQuantity", "10.3, 13.3.2"), ("@completionQuantity", "10.3, 13.3.2"), ("@isForCompensation=true", "10.7, 13.5.5"),
        ("@ordering=Sequential", "10.3.5"), ("globalTask", "10.3.7"), ("globalUserTask", "10.3.7"), ("globalScriptTask", "10.3.7"),
    ]),
    ("Events and gateways", [
        ("@parallelMultiple=true", "10.5.5"), ("eventDefinitionRef", "10.5.1"), ("@cancelActivity=false", "10.5.4"),
        ("@isInterrupting=false", "10.3.5, 10.5.2"), ("@waitForCompletion=false", "10.5.5"), ("activationCondition", "10.6.5"),
        ("@instantiate=true", "10.6.6, 13.4.4"), ("@eventGatewayType=Parallel", "10.6.6"), ("@default", "13.4.2"),
        ("conditionExpression", "13.3.2"), ("timeDate", "10.5.5"), ("timeDuration", "10.5.5"), ("timeCycle", "10.5.5"),
    ]),
    ("Data, participants and messages", [
        ("property", "10.4.1"), ("dataObject", "10.4.1"), ("dataObjectReference", "10.4.1"), ("ioSpecification", "10.4.2"),
        ("dataInputAssociation", "10.4.2"), ("dataOutputAssociation", "10.4.2"), ("assignment", "10.4.2"),
        ("transformation", "10.4.2"), ("dataStoreReference", "10.4.1"), ("laneSet", "10.8"), ("childLaneSet", "10.8"),
        ("participant", "9.3"), ("messageFlow", "9.4"), ("correlationKey", "8.4.2"), ("correlationSubscription", "8.4.2"),
    ]),
]


def rows(path, macro):
    for line in open(path, encoding="utf-8"):
        m = re.match(macro + r"\((.*?)\)\s*(?:/\*.*)?$", line.strip())
        if m:
            yield [c.strip().strip('"') for c in re.split(r",\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", m.group(1))]


def proofs():
    """model file -> the tests that run it"""
    found = {}
    for scn in sorted(glob.glob("tests/scenario/*/*.scn") + glob.glob("workflows/*/*.scn")):
        for line in open(scn, encoding="utf-8"):
            words = line.split()
            if words and words[0] == "model":
                model = os.path.normpath(os.path.join(os.path.dirname(scn), words[1]))
                found.setdefault(model, []).append(scn)
    manifest = "tests/conformance/manifest.json"
    if os.path.exists(manifest):
        with open(manifest, encoding="utf-8") as f:
            for case in json.load(f)["cases"]:
                for name in case.get("files", [case.get("file")]):
                    model = os.path.normpath(os.path.join("tests/conformance", name))
                    found.setdefault(model, []).append("conformance " + case["id"])
    return found


def features(model):
    """Everything that the tables ask for and this model holds."""
    out = set()
    for n in ET.parse(model).iter():
        if not isinstance(n.tag, str) or not n.tag.startswith(NS):
            continue
        local = n.tag[len(NS):]
        kind = local
        if local == "subProcess" and n.get("triggeredByEvent") == "true":
            kind = "event sub-process"
        out.add(kind)
        for name, value in n.attrib.items():
            out.add("@" + name)
            out.add("@" + name + "=" + value)
        if local == "subProcess" and kind != local:
            for start in n.findall(NS + "startEvent"):
                out |= {"ESP " + d.tag[len(NS):] for d in start}
        if local in PLACES:
            defs = [d.tag[len(NS):] for d in n if d.tag.endswith("EventDefinition")]
            out |= {PLACES[local] + " " + d for d in defs}
            if len(defs) > 1:
                out.add(PLACES[local] + " multiple")
            if not defs:
                out.add(PLACES[local] + " none")
    return out


PLACES = {"startEvent": "START", "intermediateCatchEvent": "CATCH", "boundaryEvent": "BOUNDARY", "intermediateThrowEvent": "THROW",
          "endEvent": "END"}
TITLES = {"START": "start", "ESP": "start of event sub-process", "CATCH": "intermediate catch", "BOUNDARY": "boundary",
          "THROW": "intermediate throw", "END": "end"}


def main():
    by_feature, unproved = {}, []
    for model, tests in sorted(proofs().items()):
        if not os.path.exists(model):
            continue
        for f in features(model):
            by_feature.setdefault(f, []).extend(tests)

    def proof(feature, prefer=""):
        tests = sorted(set(by_feature.get(feature, [])), key=lambda t: (not (prefer and prefer in t), t.startswith("conf"), t))
        if not tests:
            unproved.append(feature)
            return "**no test**"
        more = len(tests) - SHOWN
        return ", ".join("`" + t.replace("tests/scenario/", "") + "`" for t in tests[:SHOWN]) + (f" and {more} more" if more > 0 else "")

    out = ["# What of BPMN 2.0 runs", "",
           "Made by `tools/support.py` from `engine/model/node.def`, `engine/model/event.def` and the tests: do not edit. Clauses are those of",
           "ISO/IEC 19510:2013. A proof is a story below `tests/scenario/` or a case of `tests/conformance/`; each runs on the pure machine and,",
           "the same file, through MariaDB. What is not listed here does not run, and a file that needs it is refused with its line.", "",
           "## Flow nodes", "", "| element | kind | clause | proved by |", "|---|---|---|---|"]
    for name, local, family, waits, clause in rows("engine/model/node.def", "NODE"):
        feature = "event sub-process" if name == "event_sub_process" else local
        out.append(f"| `{local}` | {name.replace('_', ' ')} | {clause} | {proof(feature, '/' + name + '/')} |")
    out += ["", "## Events", "", "| event definition | where | proved by |", "|---|---|---|"]
    for place in ("START", "CATCH", "THROW", "END"):
        out.append(f"| none | {TITLES[place]} | {proof(place + ' none') if place != 'CATCH' else 'not allowed: an event that catches nothing'} |")
    for name, local, places in rows("engine/model/event.def", "EVENT"):
        for place in places.split(" | "):
            feature = place + " " + local
            out.append(f"| `{local}` | {TITLES[place]} | {proof(feature)} |")
    for place in ("START", "CATCH", "BOUNDARY", "THROW", "END"):
        out.append(f"| several | {TITLES[place]} | {proof(place + ' multiple')} |")
    for title, more in MORE:
        out += ["", "## " + title, "", "| element or attribute | clause | proved by |", "|---|---|---|"]
        for feature, clause in more:
            out.append(f"| `{feature.lstrip('@')}` | {clause} | {proof(feature)} |")
    out += ["", "## Drawn, not run", "",
            "Choreographies, conversations, groups, text annotations and associations (but those of compensation) are kept in the file and",
            "shown; they have no effect on what runs.", ""]
    text = "\n".join(out)
    if "--check" in sys.argv:
        same = os.path.exists("docs/bpmn-support.md") and open("docs/bpmn-support.md", encoding="utf-8").read() == text
        if not same:
            print("docs/bpmn-support.md: stale, run make support")
        return 0 if same else 1
    with open("docs/bpmn-support.md", "w", encoding="utf-8") as f:
        f.write(text)
    for u in unproved:
        print("no test runs", u)
    return 1 if unproved else 0


sys.exit(main())

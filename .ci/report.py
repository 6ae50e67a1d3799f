"""The outcome of every case id in the last run of the server's tests, from their XML reports.

An id counts where a test's name holds it (``PX-34``, ``F-01``, ``A3``; ``PX-20..32`` and
``PX-41 and 45-47`` are read as ranges and lists). Ids without a test are listed as such.
"""

import pathlib
import re
import xml.etree.ElementTree as xml

CATALOGUE = {
    "PX-": [f"{n:02}" for n in range(1, 93)],
    "IN-": [f"{n:02}" for n in range(1, 31)],
    "AU-": [f"{n:02}" for n in range(1, 26)],
    "DA-": [f"{n:02}" for n in [*range(1, 18), *range(20, 34)]],
    "F-": [f"{n:02}" for n in range(1, 41)],
}
EDGES = {"A": 9, "B": 3, "C": 12, "D": 7, "E": 8, "F": 4, "G": 3, "H": 4, "I": 4}

ID = re.compile(r"\b(PX|IN|AU|DA|F)-(\d\d)((?:(?:\.\.|-|, | and |/)(?:(?:PX|IN|AU|DA|F)-)?\d\d(?!\d))*)")
METHOD = re.compile(r"\b(px|in|au|da|f)(\d\d)(?=[A-Z_(]|$)")
EDGE = re.compile(r"\b([A-I])(\d{1,2})\b(?!-)")
STEP = re.compile(r"(\.\.|-|, | and |/)(?:(?:PX|IN|AU|DA|F)-)?(\d\d)")


def ids(name):
    for prefix, first, rest in ID.findall(name):
        last = int(first)
        yield f"{prefix}-{first}"
        for joint, number in STEP.findall(rest):
            start = last + 1 if joint in ("..", "-") else int(number)
            for n in range(start, int(number) + 1):
                yield f"{prefix}-{n:02}"
            last = int(number)
    for prefix, number in METHOD.findall(name):
        yield f"{prefix.upper()}-{number}"
    for letter, number in EDGE.findall(name):
        if 1 <= int(number) <= EDGES[letter]:
            yield f"{letter}{int(number)}"


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def main():
    found = {}
    for report in pathlib.Path("server/target").glob("*-reports/TEST-*.xml"):
        for case in xml.parse(report).iter("testcase"):
            name = f"{case.get('classname', '')} {case.get('name', '')}"
            for one in set(ids(name)):
                found.setdefault(one, []).append(outcome(case))
    every = [p + n for p, numbers in CATALOGUE.items() for n in numbers]
    every += [f"{letter}{n}" for letter, count in EDGES.items() for n in range(1, count + 1)]
    totals = {"passed": 0, "failed": 0, "skipped": 0, "no test of this name": 0}
    print(f"{'id':7}{'tests':>6}  outcome")
    for one in every:
        results = found.get(one, [])
        if not results:
            word = "no test of this name"
        elif "failed" in results:
            word = "failed"
        else:
            word = "passed" if "passed" in results else "skipped"
        totals[word] += 1
        print(f"{one:7}{len(results):>6}  {word}")
    print(f"{len(every)} ids: " + ", ".join(f"{count} {word}" for word, count in totals.items()))


if __name__ == "__main__":
    main()

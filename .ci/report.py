"""The outcome of every case id and named test of the specification in the last run of all tests.

Reads the JUnit XML that each runner wrote (surefire, failsafe, pytest, vitest, node). An id counts
where a test's name holds it: ``PX-34``, ``F-01``, ``A3``, also in ranges and lists (``PX-20..32``,
``PX-41 and 45-47``). A *row* is an id of the catalogue, a *spelling* is one test that names it.

  report.py            the table, from the reports
  report.py --sources  which ids no test names, from the tests' sources; nothing has to run
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as xml

CATALOGUE = {
    "PX-": [f"{n:02}" for n in range(1, 93)],
    "IN-": [f"{n:02}" for n in range(1, 31)],
    "AU-": [f"{n:02}" for n in range(1, 26)],
    "DA-": [f"{n:02}" for n in [*range(1, 18), *range(20, 34)]],
    "F-": [f"{n:02}" for n in range(1, 41)],
}
EDGES = {"A": 9, "B": 3, "C": 12, "D": 7, "E": 8, "F": 4, "G": 3, "H": 4, "I": 4}
# Failures seen in public systems, each with the test that keeps this one from them.
NAMED = """
    dumpHoldsNoCanary otherOriginReadsNothing sendsProviderKeyVerbatim requestNeverNamesDestination
    newOriginNeedsKey echoedKeyIsDropped errorsHoldNoCanary ssrfListIsRefused onlyGateOpensSockets
    rebindingReachesNothing TenantMatrixIT bodyNeverNamesTenant sameTraceIdInTwoProjects
    forgedSignatureIsPlainText itemReferenceStaysInProject replayOfForeignProviderIs404
    unknownSlugIsRefused RoleMatrixIT oddNamesRoundTrip duplicateEnvelopeNameIs400
    cancelsNeverMixAnswers freshStartIs401 refusesWeakKeyFile logoutHoldsInOneSecond
    forgedForwardedForIsIgnored naughtyKeysCauseNoQuery carriersAnswerAlike oneNetworkCountsOnce
    noDynamicCode hostileOutputIsInert logsHoldNoPayload slowReaderHoldsLittle
    cancelsTheUpstreamWhenTheClientLeaves truncationIsVisible gzipAnswerIsUntouched
    structuredOutputGetsNoByte sseMatchesReference noKeyNoBodyRead FramingIT
    onlyExplicitIdsAreDuplicates overloadRefusesNeverDrops killBetweenStepsLosesNothing
    twoBuildsAreEqual
""".split()

REPORTS = [
    "server/target/*-reports/TEST-*.xml",
    "sdk/java/*/target/surefire-reports/TEST-*.xml",
    "sdk/python/reports/*.xml",
    "sdk/typescript/reports/*.xml",
    "dashboard/reports/*.xml",
]
SOURCES = ["server/src/test/**/*.java", "sdk/java/*/src/test/**/*.java", "sdk/python/tests/**/*.py",
           "sdk/typescript/tests/**/*.mjs", "dashboard/tests/**/*.ts", ".ci/*.sh",
           "server/src/test/resources/streams/*.jsonl"]

ID = re.compile(r"\b(PX|IN|AU|DA|F)-(\d\d)((?:(?:\.\.|-|, | and |/)(?:(?:PX|IN|AU|DA|F)-)?\d\d(?!\d))*)")
METHOD = re.compile(r"\b(px|in|au|da|f)(\d\d)(?=[A-Z_(]|$)")
EDGE = re.compile(r"(?<![%\w.-])([A-I])(\d{1,2})\b(?!-)")
STEP = re.compile(r"(\.\.|-|, | and |/)(?:(?:PX|IN|AU|DA|F)-)?(\d\d)")
WORD = re.compile(r"\w+")
# A line of a source that may name a test.
NAMES_A_TEST = re.compile(r"void |class |\b(test|it|describe)\b|def test_|^/\*\* |^part ")
OUTCOMES = ["passed", "failed", "skipped"]


def every_id():
    ids = [p + n for p, numbers in CATALOGUE.items() for n in numbers]
    return ids + [f"{letter}{n}" for letter, count in EDGES.items() for n in range(1, count + 1)] + NAMED


def ids(name):
    """All ids that a test's name holds."""
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
    yield from set(WORD.findall(name)).intersection(NAMED)


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed", ""
    skipped = case.find("skipped")
    if skipped is not None:
        return "skipped", (skipped.get("message") or skipped.text or "no reason given").strip()
    return "passed", ""


# What XML 1.0 does not allow: names of tests hold hostile texts, and runners write them as they are.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cases_of(report):
    text = NOT_XML.sub("\ufffd", report.read_text("utf-8", "replace"))
    try:
        return list(xml.fromstring(text.encode()).iter("testcase"))
    except xml.ParseError as e:
        print(f"{report}: no whole report, {e}", file=sys.stderr)
        return []


def read_reports():
    """id -> [(outcome, reason)], and the number of all tests."""
    found, tests = {}, 0
    for pattern in REPORTS:
        for report in sorted(pathlib.Path().glob(pattern)):
            for case in cases_of(report):
                tests += 1
                name = f"{case.get('classname', '')} {case.get('name', '')}"
                for one in set(ids(name)):
                    found.setdefault(one, []).append(outcome(case))
    return found, tests


def word_for(results):
    got = {word for word, _ in results}
    return next((word for word in ("failed", "passed", "skipped") if word in got), "no test of this name")


def print_table(found, tests):
    totals = dict.fromkeys([*OUTCOMES, "no test of this name"], 0)
    spellings = dict.fromkeys(OUTCOMES, 0)
    print(f"{'id':38}{'spellings':>10}  outcome")
    for one in every_id():
        results = found.get(one, [])
        word = word_for(results)
        totals[word] += 1
        for each, _ in results:
            spellings[each] += 1
        reasons = sorted({reason.splitlines()[0] for each, reason in results if each == "skipped" and reason})
        print(f"{one:38}{len(results):>10}  {word}" + (f" ({'; '.join(reasons)})" if reasons else ""))
    print(f"{len(every_id())} rows: " + ", ".join(f"{n} {word}" for word, n in totals.items()))
    print(f"{sum(spellings.values())} spellings: " + ", ".join(f"{n} {word}" for word, n in spellings.items()))
    print(f"{tests} tests in all reports")


def print_labelled_sets():
    """How well origins, findings and divergences are told, as the last run measured it."""
    for table in sorted(pathlib.Path("server/target/why").glob("*.txt")):
        print(f"\n{table.read_text(encoding='utf-8').rstrip()}")


def print_missing_in_sources():
    named = set()
    for pattern in SOURCES:
        for file in pathlib.Path().glob(pattern):
            named.update(set(WORD.findall(file.stem)).intersection(NAMED))
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                if '"' in line or NAMES_A_TEST.search(line):
                    named.update(ids(line))
    missing = [one for one in every_id() if one not in named]
    print(f"{len(every_id())} rows, {len(missing)} without a test: {' '.join(missing)}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--sources"]:
        print_missing_in_sources()
    else:
        print_table(*read_reports())
        print_labelled_sets()

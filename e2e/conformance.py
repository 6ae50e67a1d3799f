"""Compares what the official clients gave straight to the provider and through the gateway.

    conformance.py OUTCOMES.json …

Two legs must be equal value by value, and the direct one must be what the case expects, so that no
case is content with two equal failures. Outcomes with "ownWays" are of clients so old that they
take some cases otherwise: there the legs must be equal, and most cases as expected. Prints one line
per difference and a table of counts.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Iterator

CASES = Path(__file__).parents[1] / "sdk" / "contract" / "conformance" / "cases.json"
SHOWN_MAX = 300
MISSING = object()


def main(files: list[Path]) -> int:
    cases = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    counts: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        outcomes = json.loads(file.read_text(encoding="utf-8"))
        legs, own_ways = outcomes["legs"], 0
        for case, direct, gateway in zip(cases, legs["direct"], legs["gateway"], strict=True):
            otherwise = [*unexpected(case, direct)]
            wrong = [*differences(settled(direct), settled(gateway))]
            if otherwise and outcomes.get("ownWays"):
                own_ways += 1
                if got_no_answer(direct) and failed_at_all(gateway):
                    wrong = []  # the gateway says 502 where the provider just hangs up
            else:
                wrong = otherwise + wrong
            for line in wrong:
                print(f"{file.stem}: {case['dialect']}: {case['name']}: {line}")
            client = f"{case['dialect']} {outcomes['clients'][case['dialect']]}"
            counts[(file.stem, client, "failed" if wrong else "passed")] += 1
        if own_ways:
            print(f"{file.stem}: {own_ways} of {len(cases)} cases are taken otherwise, alike on both legs")
        if own_ways > len(cases) / 3:
            counts[(file.stem, "too many cases are taken otherwise", "failed")] += 1
    print_table(counts)
    failed = sum(count for (_, _, word), count in counts.items() if word == "failed")
    print(f"conformance: {counts.total() - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not counts else 0


def settled(outcome: dict[str, Any]) -> dict[str, Any]:
    """A client hangs up on an answer that it tries again: who is faster with the rest is chance."""
    tries = [
        {name: value for name, value in one.items() if name != "end"} for one in outcome["tries"][:-1]
    ]
    return {**outcome, "tries": tries + outcome["tries"][-1:]}


def unexpected(case: dict[str, Any], outcome: dict[str, Any]) -> Iterator[str]:
    if "tries" in case and len(outcome["tries"]) != case["tries"]:
        yield f"{len(outcome['tries'])} requests instead of {case['tries']}"
    for pointer, wanted in case["expect"].items():
        found = at(outcome, pointer)
        if not fits(found, wanted):
            yield f"{pointer} is {shown(found)}, not {shown(wanted)}"


def at(value: Any, pointer: str) -> Any:
    """A JSON pointer whose negative numbers count from the end."""
    for name in pointer.split("/")[1:]:
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, TypeError, ValueError):
            return MISSING
    return value


def got_no_answer(outcome: dict[str, Any]) -> bool:
    return any("error" in step and step["error"]["status"] is None for step in outcome["steps"])


def failed_at_all(outcome: dict[str, Any]) -> bool:
    return any("error" in step for step in outcome["steps"])


def fits(found: Any, wanted: Any) -> bool:
    if found is MISSING:
        return False
    match wanted:
        case {"matches": pattern}:
            return re.search(pattern, str(found)) is not None
        case {"length": length}:
            return len(found) == length
        case {"longer": length}:
            return len(found) > length
        case {"present": True}:
            return found is not None
    return bool(found == wanted)


def differences(direct: Any, gateway: Any, path: str = "") -> Iterator[str]:
    if isinstance(direct, dict) and isinstance(gateway, dict):
        for name in [*direct, *(name for name in gateway if name not in direct)]:
            yield from differences(
                direct.get(name, MISSING), gateway.get(name, MISSING), f"{path}/{name}"
            )
    elif isinstance(direct, list) and isinstance(gateway, list) and len(direct) == len(gateway):
        for index, (one, other) in enumerate(zip(direct, gateway)):
            yield from differences(one, other, f"{path}/{index}")
    elif direct != gateway:
        yield f"{path} is {shown(direct)} directly and {shown(gateway)} through the gateway"


def shown(value: Any) -> str:
    text = "absent" if value is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"


def print_table(counts: Counter[tuple[str, str, str]]) -> None:
    for language, client in sorted({(language, client) for language, client, _ in counts}):
        passed = counts[(language, client, "passed")]
        total = passed + counts[(language, client, "failed")]
        print(f"conformance: {language:<20} {client:<22} {passed} of {total} cases equal")


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))

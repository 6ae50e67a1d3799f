"""What the server ships: every library, its checksum and its licence, as server/libraries.txt says.

    python3 .ci/libraries.py           compares the build with the list; exit code 1 on a difference
    python3 .ci/libraries.py --write   writes the list anew; its change is part of the review

Reads the bill of materials that the build makes (server/target/bom.json) and hashes the very jars
that are run (server/target/lib).
"""

import hashlib
import json
import pathlib
import sys

LIST = pathlib.Path("server/libraries.txt")
BILL = pathlib.Path("server/target/bom.json")
JARS = pathlib.Path("server/target/lib")

# Compatible with Apache-2.0 for a work that is passed on together with them. Where a library offers
# several, one is enough.
ALLOWED = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Bouncy Castle Licence",
    "CC0-1.0",
    "EPL-2.0",
    "Go License",
    "MIT",
}

HEADER = """\
# The libraries that the server runs with: SHA-256 of the jar, coordinates, licences.
# Written by `python3 .ci/libraries.py --write`, verified by every build.
"""


def coordinates(component):
    parts = [component["group"], component["name"], component["version"]]
    qualifiers = dict(q.split("=") for q in component["purl"].partition("?")[2].split("&") if q)
    if "classifier" in qualifiers:
        parts.append(qualifiers["classifier"])
    return ":".join(parts)


def licences(component):
    for choice in component.get("licenses", []):
        licence = choice.get("license", {})
        yield licence.get("id") or licence.get("name") or choice.get("expression", "unknown")


def jar_name(component):
    return "-".join(coordinates(component).split(":")[1:]) + ".jar"


def shipped():
    """Lines of the list, from the build, and what is wrong with it."""
    lines, faults, named = [], [], set()
    for component in json.loads(BILL.read_text())["components"]:
        jar = JARS / jar_name(component)
        named.add(jar.name)
        if not jar.is_file():
            faults.append(f"{jar.name} is in the bill of materials, but not in {JARS}")
            continue
        offered = list(licences(component))
        if not ALLOWED.intersection(offered):
            faults.append(f"{coordinates(component)}: licence {offered or 'unknown'} is not allowed")
        digest = hashlib.sha256(jar.read_bytes()).hexdigest()
        lines.append(f"{digest}  {coordinates(component)}  {' or '.join(sorted(offered))}")
    faults += [
        f"{jar.name} is in {JARS}, but not in the bill of materials"
        for jar in sorted(JARS.glob("*.jar"))
        if jar.name not in named
    ]
    return sorted(lines, key=lambda line: line.split("  ")[1]), faults


def main():
    lines, faults = shipped()
    if "--write" in sys.argv[1:]:
        LIST.write_text(HEADER + "\n".join(lines) + "\n")
    listed = [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    faults += [f"not in {LIST}: {line}" for line in lines if line not in listed]
    faults += [f"only in {LIST}: {line}" for line in listed if line not in lines]
    for fault in faults:
        print(f"libraries: {fault}", file=sys.stderr)
    if faults:
        sys.exit("libraries: if the change is meant, run: python3 .ci/libraries.py --write")
    print(f"libraries: {len(lines)}, checksums and licences as listed")


if __name__ == "__main__":
    main()

"""What the server ships: every library, its checksum and its licence, as server/libraries.txt says.

    python3 .ci/libraries.py           compares the build with the list; exit code 1 on a difference
    python3 .ci/libraries.py --write   writes the list anew; its change is part of the review

Reads the bill of materials that the build makes (server/target/bom.json) and hashes the very jars
that are run (server/target/lib). Maven 3.8 has no trusted checksums, so the jars of its plugins are
hashed as well, in the local repository that the build has just used, and compared with
server/plugins.txt. A plugin that this build had no use for is not there and is passed by.
"""

import hashlib
import json
import os
import pathlib
import re
import sys

LIST = pathlib.Path("server/libraries.txt")
BILL = pathlib.Path("server/target/bom.json")
JARS = pathlib.Path("server/target/lib")
PLUGINS = pathlib.Path("server/plugins.txt")
POMS = [pathlib.Path("pom.xml"), pathlib.Path("server/pom.xml")]
REPOSITORY = pathlib.Path(os.environ.get("MAVEN_REPOSITORY", pathlib.Path.home() / ".m2/repository"))

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

PLUGINS_HEADER = """\
# The Maven plugins that the build runs: SHA-256 of the jar, coordinates. What they load in turn is
# pinned by version only. Written by `python3 .ci/libraries.py --write`, verified by every build.
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


def plugins():
    """Lines for every plugin that the POMs name with a version; None for a jar that is not here."""
    text = "".join(pom.read_text() for pom in POMS)
    properties = dict(re.findall(r"<([\w.-]+\.version)>([^<]+)</", text))
    found = {}
    for block in re.findall(r"<plugin>(.*?)</plugin>", text, re.S):
        head = block.split("<executions>")[0].split("<configuration>")[0].split("<dependencies>")[0]
        part = {tag: value for tag, value in re.findall(r"<(groupId|artifactId|version)>([^<]+)<", head)}
        if "version" not in part:
            continue
        version = re.sub(r"\$\{([^}]+)\}", lambda match: properties[match[1]], part["version"])
        group = part.get("groupId", "org.apache.maven.plugins")
        name = part["artifactId"]
        jar = REPOSITORY / group.replace(".", "/") / name / version / f"{name}-{version}.jar"
        digest = hashlib.sha256(jar.read_bytes()).hexdigest() if jar.is_file() else None
        found[f"{group}:{name}:{version}"] = digest
    return found


def check_plugins(write):
    found = plugins()
    listed = {}
    if PLUGINS.is_file():
        rows = [line.split("  ") for line in PLUGINS.read_text().splitlines() if not line.startswith("#")]
        listed = {name: digest for digest, name in rows}
    if write:
        listed = {name: digest or listed.get(name) for name, digest in found.items()}
        rows = [f"{digest}  {name}" for name, digest in sorted(listed.items()) if digest]
        PLUGINS.write_text(PLUGINS_HEADER + "\n".join(rows) + "\n")
    faults = [
        f"{name}: its jar is {digest}, not as {PLUGINS} says"
        for name, digest in found.items()
        if digest and listed.get(name) != digest
    ]
    faults += [f"only in {PLUGINS}: {name}" for name in listed if name not in found]
    return sum(1 for digest in found.values() if digest), faults


def main():
    write = "--write" in sys.argv[1:]
    lines, faults = shipped()
    checked, wrong = check_plugins(write)
    faults += wrong
    if write:
        LIST.write_text(HEADER + "\n".join(lines) + "\n")
    listed = [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    faults += [f"not in {LIST}: {line}" for line in lines if line not in listed]
    faults += [f"only in {LIST}: {line}" for line in listed if line not in lines]
    for fault in faults:
        print(f"libraries: {fault}", file=sys.stderr)
    if faults:
        sys.exit("libraries: if the change is meant, run: python3 .ci/libraries.py --write")
    print(f"libraries: {len(lines)}, checksums and licences as listed; {checked} plugins of the build as listed")


if __name__ == "__main__":
    main()

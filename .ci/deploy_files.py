"""Reads the files of deploy/ as their tools would, and says what is wrong with them.

    python3 .ci/deploy_files.py        exit code 1 on a fault

No container engine is needed. compose.yaml is read by PyYAML and the unit by systemd-analyze where
they are installed; where not, that part is named as skipped.
"""

import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

DEPLOY = pathlib.Path("deploy")
SETTINGS = pathlib.Path("server/src/main/java/dev/whyops/config/Setting.java")

# What one process of production needs, wherever it is started.
FLAGS = {
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dio.netty.noUnsafe=false",
    "-Dio.netty.leakDetection.level=disabled",
    "-XX:+UseCompactObjectHeaders",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-HeapDumpOnOutOfMemoryError",
}
INSTRUCTIONS = {
    "FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    "ARG", "LABEL", "STOPSIGNAL", "SHELL", "ADD", "ONBUILD", "MAINTAINER",
}
SERVICE_KEYS = {
    "build", "image", "ports", "environment", "volumes", "restart", "stop_grace_period", "read_only", "tmpfs",
    "cap_drop", "security_opt", "healthcheck", "user", "mem_limit",
}
HARDENING = {
    "NoNewPrivileges": "true", "ProtectSystem": "strict", "ProtectHome": "true", "PrivateTmp": "true",
    "StateDirectoryMode": "0700",
}

faults = []


def fault(file, text):
    faults.append(f"{file}: {text}")


def instructions(text):
    """(name, arguments) of a Dockerfile, with continued lines joined and comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    for line in filter(None, map(str.strip, joined.splitlines())):
        name, _, arguments = line.partition(" ")
        yield name.upper(), arguments.strip()


def variables():
    """Names that the server knows, from the code that reads them."""
    return {"WHYOPS_" + name for name in re.findall(r'^\s+([A-Z][A-Z_]+)\(', SETTINGS.read_text(), re.M)}


def check_variables(file, names):
    for name in names:
        if name.startswith("WHYOPS_") and name not in variables():
            fault(file, f"{name} is no setting of the server")


def check_flags(file, words):
    for flag in sorted(FLAGS.difference(words)):
        fault(file, f"the server is started without {flag}")
    if not any(re.fullmatch(r"-Xmx\d+[mg]", word) for word in words):
        fault(file, "the server is started without a bound of its heap (-Xmx)")


def check_dockerfile():
    file = DEPLOY / "Dockerfile"
    found = {}
    for name, arguments in instructions(file.read_text()):
        found.setdefault(name, []).append(arguments)
        if name not in INSTRUCTIONS:
            fault(file, f"{name} is no instruction")
        if name in ("ADD", "ONBUILD", "MAINTAINER"):
            fault(file, f"{name} has no place here")
        if name in ("ENTRYPOINT", "CMD"):
            try:
                json.loads(arguments)
            except ValueError:
                fault(file, f"{name} is not in the form that runs without a shell")
        if name == "FROM" and not re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}( AS \w+)?", arguments):
            fault(file, f"FROM {arguments} is not pinned by tag and digest")
        if name == "COPY":
            for source in arguments.split()[:-1]:
                if not source.startswith("server/target/"):
                    fault(file, f"COPY {source}: only what a build makes is copied")
        if name == "ENV":
            check_variables(file, [pair.split("=")[0] for pair in shlex.split(arguments)])
    for needed in ("FROM", "USER", "HEALTHCHECK", "ENTRYPOINT", "EXPOSE", "VOLUME"):
        if needed not in found:
            fault(file, f"{needed} is missing")
    if found.get("USER", ["root"])[-1] in ("root", "0"):
        fault(file, "the server would run as root")
    check_flags(file, json.loads(found["ENTRYPOINT"][-1]))


def check_compose():
    file = DEPLOY / "compose.yaml"
    try:
        import yaml
    except ImportError:
        return "compose.yaml skipped, PyYAML is not installed"
    document = yaml.safe_load(file.read_text())
    for key in document.keys() - {"services", "volumes", "name"}:
        fault(file, f"{key} is not known at the top")
    for name, service in document["services"].items():
        for key in service.keys() - SERVICE_KEYS:
            fault(file, f"{name}: {key} is not known")
        for port in service.get("ports", []):
            if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", str(port)):
                fault(file, f"{name}: port {port} is open to the network")
        for volume in service.get("volumes", []):
            if volume.split(":")[0] not in document.get("volumes", {}):
                fault(file, f"{name}: volume {volume} is not declared")
        if "no-new-privileges:true" not in service.get("security_opt", []) or service.get("cap_drop") != ["ALL"]:
            fault(file, f"{name}: privileges are not dropped")
        dockerfile = service.get("build", {}).get("dockerfile")
        if dockerfile and not (DEPLOY / service["build"]["context"] / dockerfile).is_file():
            fault(file, f"{name}: {dockerfile} does not exist")
        check_variables(file, service.get("environment", {}))
    return "compose.yaml"


def check_unit():
    file = DEPLOY / "whyops.service"
    options = [line.split("=", 1) for line in file.read_text().splitlines() if re.match(r"\w+=", line)]
    values = dict(options)
    for key, wanted in HARDENING.items():
        if values.get(key) != wanted:
            fault(file, f"{key} is not {wanted}")
    check_flags(file, shlex.split(values.get("ExecStart", "")))
    check_variables(file, [value.split("=")[0] for key, value in options if key == "Environment"])
    if not shutil.which("systemd-analyze"):
        return "whyops.service (without systemd-analyze, which is not installed)"
    told = subprocess.run(
        ["systemd-analyze", "verify", str(file.resolve())], capture_output=True, text=True, check=False
    )
    for line in (told.stdout + told.stderr).splitlines():
        if "whyops.service" in line:
            fault(file, line)
    return "whyops.service by systemd-analyze"


def main():
    check_dockerfile()
    done = ["Dockerfile", check_compose(), check_unit()]
    for line in faults:
        print(f"deploy: {line}", file=sys.stderr)
    if faults:
        sys.exit(1)
    print(f"deploy: {', '.join(done)}")


if __name__ == "__main__":
    main()

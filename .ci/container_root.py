"""Takes the steps of deploy/Dockerfile in a folder, and starts what comes of it, without a container engine.

    container_root.py ROOT.tar JRE     as root, after ./whyops build

ROOT.tar is a small root of a Linux with bash (mmdebstrap --variant=minbase SUITE ROOT.tar), JRE a Java
runtime for it; together they stand for the base image, which needs an engine or a registry to get. The
server runs as compose.yaml runs it: own namespaces, the root read-only, one volume, no capabilities.
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from deploy_files import DEPLOY, instructions  # noqa: E402

SECONDS = 60


def build(root, steps):
    """Runs what an engine would, and tells how the container is started."""
    settings = {"env": {"PATH": "/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, "user": "root", "folder": "/"}
    for name, arguments in steps:
        if name == "RUN":
            subprocess.run(["chroot", root, "/bin/sh", "-c", arguments], check=True, env=settings["env"])
        elif name == "COPY":
            source, target = arguments.split()
            place = root / target.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if pathlib.Path(source).is_dir() else shutil.copy)(source, place)
        elif name == "ENV":
            settings["env"].update(pair.split("=", 1) for pair in shlex.split(arguments))
        elif name in ("USER", "WORKDIR"):
            settings["user" if name == "USER" else "folder"] = arguments
        elif name in ("ENTRYPOINT", "CMD"):
            settings[name] = json.loads(arguments)
        elif name == "HEALTHCHECK":
            settings[name] = json.loads(arguments[arguments.index("CMD") + 3 :])
        elif name == "VOLUME":
            settings[name] = arguments
    return settings


def start(root, settings):
    """In namespaces of its own; the exit code of a server that was healthy and then told to stop.

    70 when it ended by itself, 71 when it never was healthy.
    """
    inside = ["setpriv", "--reuid", settings["user"], "--regid", settings["user"], "--clear-groups"]
    inside += ["--bounding-set=-all", "--no-new-privs", "env", "-C", settings["folder"]]
    command = shlex.join(inside + settings["ENTRYPOINT"] + settings["CMD"])
    health = shlex.join(inside + settings["HEALTHCHECK"])
    volume = root.parent / "volume"
    shutil.copytree(root / settings["VOLUME"].lstrip("/"), volume)
    owner = (root / settings["VOLUME"].lstrip("/")).stat()
    os.chown(volume, owner.st_uid, owner.st_gid)
    log = root.parent / "log"
    script = f"""
        set -e
        ip link set lo up
        mount --bind {root} {root}
        mount --bind {volume} {root}{settings["VOLUME"]}
        mount -t tmpfs tmpfs {root}/tmp
        mount --rbind /dev {root}/dev
        mount -t proc proc {root}/proc
        mount -o remount,bind,ro {root}
        chroot {root} {command} >{log} 2>&1 &
        server=$!
        for i in $(seq {SECONDS}); do
          kill -0 $server || exit 70
          if chroot {root} {health} 2>/dev/null && grep -q "is ready" {log}; then healthy=$i; break; fi
          sleep 1
        done
        [ -n "$healthy" ] || exit 71
        kill -TERM $server
        wait $server
    """
    namespaces = ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork"]
    code = subprocess.run([*namespaces, "bash", "-c", script], env=settings["env"], check=False).returncode
    if code:
        print(log.read_text(), file=sys.stderr)
    return code


def main():
    archive, runtime = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="whyops-container-") as scratch:
        root = pathlib.Path(scratch, "root")
        root.mkdir()
        root.chmod(0o755)
        pathlib.Path(scratch).chmod(0o755)
        subprocess.run(["tar", "-xf", archive, "-C", root, "--exclude=./dev/*"], check=True)
        shutil.copytree(pathlib.Path(runtime).resolve(), root / "opt/java", symlinks=True)
        code = start(root, build(root, instructions((DEPLOY / "Dockerfile").read_text())))
    print(f"container: exit code {code}" if code else "container: built, started, healthy, stopped")
    sys.exit(code)


if __name__ == "__main__":
    main()

"""Walk an installation from an empty Debian, as it is written, and say how many minutes each part took.

python -m tests.installation.walk host FOLDER       what docs/operation.md says under "On one host"
python -m tests.installation.walk container FOLDER  the steps of deploy/Containerfile

FOLDER is a root that ``debootstrap --variant=minbase bookworm FOLDER`` has made, and is changed. As root. No
systemd and no container engine runs in it: a stand-in starts the units' commands as their users, and RUN and
COPY are done one after the other in one root for each FROM.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STAND_IN = Path(__file__).parent / "systemctl"
CERTIFICATES = "/run/certificates.pem"  #: of this network
ARGUMENTS = "concord.example.org smtp://127.0.0.1:2525 you@example.org"


def within(
    root: Path, command: str, *, user: str = "root", environment: dict[str, str] | None = None
) -> None:
    """Run a line of a shell in the root; what it prints is shown."""
    began = time.monotonic()
    plain = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "PIP_CERT": CERTIFICATES}
    who = ["--userspec", user] if user != "root" else []
    subprocess.run(
        ["chroot", *who, root, "/bin/sh", "-c", command],
        check=True,
        env=plain | quiet | (environment or {}),
    )
    print(f"# {time.monotonic() - began:6.1f} s  {command.splitlines()[0][:100]}", flush=True)


def prepared(root: Path) -> None:
    """What every machine has and an empty root has not: processes, names of hosts, this network's keys."""
    for kind, place in (("proc", "proc"), ("sysfs", "sys"), ("devpts", "dev/pts")):
        if not os.path.ismount(root / place):
            subprocess.run(["mount", "-t", kind, kind, root / place], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc")
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / CERTIFICATES[1:])


def checked_out(root: Path) -> None:
    """As ``git clone`` would."""
    (root / "opt/concord").mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", root / "opt/concord"], input=archive, check=True)


def host(root: Path) -> None:
    prepared(root)
    checked_out(root)
    shutil.copy(STAND_IN, root / "usr/local/bin/systemctl")
    allowed = root / "usr/sbin/policy-rc.d"  # packages may start what they bring, as they do under systemd
    allowed.write_text("#!/bin/sh\nexit 0\n")
    allowed.chmod(0o755)
    within(root, "apt-get update")
    within(root, f"/opt/concord/deploy/install-debian {ARGUMENTS}")


def container(base: Path) -> None:
    """Each FROM in a copy of the base."""
    roots: dict[str, Path] = {}
    text = (ROOT / "deploy/Containerfile").read_text().replace("\\\n", " ")
    context = base.parent / "context"
    (context).mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", context], input=archive, check=True)
    root, folder, user, environment = base, "/", "root", dict[str, str]()
    for line in text.splitlines():
        step, _, words = line.partition(" ")
        match step:
            case "FROM":
                name = words.split(" AS ")[1] if " AS " in words else "final"
                root = roots[name] = base.parent / name
                subprocess.run(["cp", "-a", base, root], check=True)
                prepared(root)
                folder, user, environment = "/", "root", {}
            case "WORKDIR":
                folder = words
                (root / folder[1:]).mkdir(parents=True, exist_ok=True)
            case "RUN":
                within(root, f"cd {folder} && {words}", user=user, environment=environment)
            case "COPY":
                *sources, target = words.split()
                there = root / os.path.normpath(os.path.join(folder, target))[1:]
                origin = context
                if sources[0].startswith("--from="):
                    origin, sources = roots[sources[0].removeprefix("--from=")], sources[1:]
                for source in sources:
                    copied(origin / source.lstrip("/"), there, into=target.endswith("/"))
            case "ENV":
                environment |= dict(pair.split("=", 1) for pair in shlex.split(words))
            case "USER":
                user = words
            case "CMD" | "HEALTHCHECK" | "EXPOSE" | "VOLUME":
                print("#", line)
            case _:
                assert not step or step.startswith("#"), line
    (base.parent / "final.json").write_text(
        json.dumps({"user": user, "environment": environment, "folder": folder})
    )


def copied(source: Path, target: Path, *, into: bool) -> None:
    if source.is_dir():
        subprocess.run(
            ["cp", "-a", f"{source}/.", target] if target.exists() else ["cp", "-a", source, target],
            check=True,
        )
    else:
        target.mkdir(parents=True, exist_ok=True) if into else target.parent.mkdir(
            parents=True, exist_ok=True
        )
        shutil.copy2(source, target)


if __name__ == "__main__":
    began = time.monotonic()
    {"host": host, "container": container}[sys.argv[1]](Path(sys.argv[2]).resolve())
    print(f"# {(time.monotonic() - began) / 60:.1f} minutes")

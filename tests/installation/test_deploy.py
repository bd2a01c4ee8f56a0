"""What deploy/ holds for operators is what docs/operation.md says, and keeps what it promises."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.kernel import release
from config import PREFIX, Config
from tests.conftest import required
from tests.house.laws import ROOT

DEPLOY = ROOT / "deploy"
OPERATION = (ROOT / "docs" / "operation.md").read_text()
UNITS = sorted(DEPLOY.glob("*.service"))
WORST = 40  #: tenths of systemd's figure for how exposed a service is
SECRETS = {"CONCORD_OWNER_PASSWORD", "CONCORD_DATABASE_PASSWORD", "CONCORD_SECRET_KEY"}


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", OPERATION, re.M | re.S)
    assert found is not None, title
    return found[1]


def commands(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_script_does_what_the_guide_says_line_by_line() -> None:
    _first, second = re.findall(r"```sh\n(.*?)```", section("On one host"), re.S)
    script = (DEPLOY / "install-debian").read_text()
    set_up, _, rest = script.partition('ADMINISTRATOR="$3"\n')
    assert commands(set_up)[0] == "set -euo pipefail"
    assert commands(rest) == commands(second)


def unit(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_service_is_little_exposed(path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        required("systemd-analyze is not installed")
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={WORST}", str(path)]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_systemd_understands_every_line_of_the_services() -> None:
    if shutil.which("systemd-analyze") is None:
        required("systemd-analyze is not installed")
    command = ["systemd-analyze", "verify", *map(str, UNITS)]
    told = subprocess.run(command, check=False, capture_output=True, text=True).stderr.splitlines()
    ours = [line for line in told if "concord" in line and "/opt/concord/" not in line]
    assert ours == []  # what stands in /opt/concord is not there


def test_the_services_are_confined_alike() -> None:
    hardening = [path.read_text().partition("ProtectSystem=")[2].partition("\n\n")[0] for path in UNITS]
    assert len(UNITS) == 3 and len({words.strip() for words in hardening}) == 1


def test_server_and_worker_wait_for_the_migrations_which_another_account_makes() -> None:
    names = ("concord", "concord-worker", "concord-migrate")
    server, worker, migrate = (unit(DEPLOY / f"{name}.service") for name in names)
    for service in (server, worker):
        assert service["Requires"] == ["concord-migrate.service"]
        assert "concord-migrate.service" in service["After"][0]
        assert service["User"] == ["concord"] and service["StateDirectory"] == ["concord"]
    assert migrate["Type"] == ["oneshot"] and migrate["User"] == ["concord-owner"]


def test_the_example_of_settings_is_made_of_settings() -> None:
    known = {PREFIX + name.upper() for name in Config.__dataclass_fields__}
    lines = dict(line.split("=", 1) for line in commands((DEPLOY / "concord.env.example").read_text()))
    assert lines.keys() <= known
    assert not any("SECRET" in name for name in lines)  # it is made on the host


@pytest.fixture
def composed() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_parts_of_the_composition_wait_for_each_other(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert services.keys() == {"postgres", "migrate", "web", "worker", "caddy"}
    after = {name: about.get("depends_on", {}) for name, about in services.items()}
    assert after["web"] == after["worker"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert after["migrate"] == {"postgres": {"condition": "service_healthy"}}
    assert after["caddy"] == {"web": {"condition": "service_healthy"}}


def test_a_part_is_told_its_own_secrets_alone(composed: dict[str, Any]) -> None:
    told = {
        name: set(re.findall(r"\$\{(\w+)", str(about.get("environment", {})))) & SECRETS
        for name, about in composed["services"].items()
    }
    served = {"CONCORD_DATABASE_PASSWORD", "CONCORD_SECRET_KEY"}
    assert told == {
        "postgres": SECRETS - {"CONCORD_SECRET_KEY"},
        "migrate": {"CONCORD_OWNER_PASSWORD", "CONCORD_SECRET_KEY"},
        "web": served,
        "worker": served,
        "caddy": set(),
    }
    asked = set(re.findall(r"\$\{(\w+):\?\}", (DEPLOY / "compose.yaml").read_text()))
    offered = {line.split("=")[0] for line in commands((DEPLOY / "compose.env.example").read_text())}
    assert asked == offered


def test_no_secret_is_in_a_layer_of_the_image() -> None:
    steps = [line.split(maxsplit=1) for line in commands((DEPLOY / "Containerfile").read_text())]
    assert [step for step, _ in steps].count("FROM") == 2
    taken = {source for step, words in steps if step == "COPY" for source in words.split()[:-1]}
    let_in = {line[1:] for line in commands((ROOT / ".dockerignore").read_text()) if line.startswith("!")}
    assert taken - {"--from=build", "/opt/concord"} == let_in
    assert not let_in & {".", ".env", "deploy", "var"}
    assert release.PROJECT.name in let_in, "it says which version this is"
    assert not re.search("ARG|SECRET|PASSWORD", "".join(words for _, words in steps))
    assert all((ROOT / name).exists() for name in let_in)


def test_the_image_runs_without_root_and_is_asked_whether_it_lives() -> None:
    steps = [line.split(maxsplit=1) for line in commands((DEPLOY / "Containerfile").read_text())]
    order = [step for step, _ in steps]
    assert order.index("USER") < order.index("CMD") and ["USER", "concord"] in steps
    assert order.count("HEALTHCHECK") == 1
    made = (DEPLOY / "Containerfile").read_text()
    uid = re.search(r"useradd .*--uid (\d+)", made)
    assert uid is not None and f"chown {uid[1]} signing-key.pem" in section("In containers")


def test_a_script_of_deploy_can_be_run() -> None:
    for path in DEPLOY.iterdir():
        begins = path.is_file() and path.read_bytes().startswith(b"#!")
        assert not begins or os.access(path, os.X_OK), path.name
        if begins and b"sh" in path.read_bytes().splitlines()[0]:
            subprocess.run(["bash", "-n", path], check=True)

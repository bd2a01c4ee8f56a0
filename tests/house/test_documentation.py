"""Every setting, command and operation of the API is described where an operator looks for it."""

import dataclasses
import re
from collections.abc import Iterator

import click
import pytest

from app import cli
from app.api.openapi import PART
from app.api.operations import OPERATIONS
from config import PREFIX, Config
from tests.house.laws import ROOT

OPERATION = (ROOT / "docs" / "operation.md").read_text()
COMMANDS = (ROOT / "docs" / "commands.md").read_text()


def names(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from names(child, f"{path} {name}")
    else:
        yield path


OURS = [
    path
    for late in cli.COMMANDS
    if late.name != "db"  # Flask-Migrate's
    for path in names(late.command, f"flask {late.name}")
]


@pytest.mark.parametrize("setting", [field.name for field in dataclasses.fields(Config)])
def test_a_setting_is_in_the_table_of_settings(setting: str) -> None:
    assert f"| `{PREFIX}{setting.upper()}` |" in OPERATION


def test_the_table_of_settings_names_no_setting_that_does_not_exist() -> None:
    documented = set(re.findall(rf"^\| `{PREFIX}([A-Z_]+)` \|", OPERATION, re.M))
    of_the_server = {"BIND", "THREADS"}  # read by deploy/gunicorn.conf.py
    assert documented - of_the_server == {field.name.upper() for field in dataclasses.fields(Config)}


@pytest.mark.parametrize("command", OURS)
def test_a_command_is_described(command: str) -> None:
    assert f"`{command}" in COMMANDS


def test_no_command_is_described_that_does_not_exist() -> None:
    described = set(re.findall(r"^### `(flask [a-z ]+[a-z])", COMMANDS, re.M))
    assert described <= set(OURS)


WHOLE = {late.name: late.command for late in cli.COMMANDS}
SAID = re.compile(
    r"(?:^ *|&& |exec web |(?:--rm|--no-deps|:ro\"?) (?:web|migrate) )"
    r"(?:flask|concord|concord-owner) ([a-z][^\n#;&|<]*)",
    re.M,
)


def fault_of(words: list[str]) -> str | None:
    """What does not exist of a command as a guide names it: ["norm", "step", "S", "--override", "REASON"]."""
    command: click.Command | None = WHOLE.get(words[0])
    while isinstance(command, click.Group) and (words := words[1:]) and words[0].isascii():
        command = command.commands.get(words[0])
    if command is None:
        return words[0]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {
        "--help"
    }
    asked = {word.split("=")[0] for word in words if word.startswith("-")}
    return next(iter(asked - known), None)


def test_every_command_that_a_guide_names_exists_with_its_options() -> None:
    guides = [ROOT / "README.md", ROOT / "deploy" / "install-debian", *(ROOT / "docs").glob("*.md")]
    faults, found = [], 0
    for guide in guides:
        text = guide.read_text()
        code = re.findall(r"```sh\n(.*?)```", text, re.S) + re.findall(r"`([^`\n]+)`", text)
        for said in [text] if guide.suffix != ".md" else code:
            for words in map(str.split, SAID.findall(said)):
                found += 1
                faults += [f"{guide.name}: {' '.join(words)}"] if fault_of(words) else []
    assert faults == [] and found > 60
    assert fault_of(["norm", "leap"]) == "leap" and fault_of(["db", "upgrade", "--fast"]) == "--fast"


def test_a_night_of_the_runbook_is_told_from_its_sign_to_what_comes_afterwards() -> None:
    nights = re.split(r"^## ", (ROOT / "docs" / "runbook.md").read_text(), flags=re.M)[1:]
    assert len(nights) >= 10
    for night in nights:
        assert re.findall(r"^\| (\w+) \| \S", night, re.M) == ["sign", "check", "act", "afterwards"], night[
            :40
        ]


def test_what_needs_the_owner_of_the_tables_is_told_for_containers_too() -> None:
    nights = re.split(r"^## ", (ROOT / "docs" / "runbook.md").read_text(), flags=re.M)[1:]
    owned = r"(?:restore|db downgrade)"
    found = 0
    for night in nights:
        asked = set(re.findall(rf"concord-owner ({owned})", night))
        found += len(asked)
        assert asked == set(re.findall(rf"docker compose run --rm .*?migrate flask ({owned})", night))
        assert not re.search(rf"(?:exec web flask|concord) {owned}", night)
    assert found >= 2


def test_every_operation_of_the_api_is_described_and_no_other() -> None:
    described = re.findall(r"^### `([A-Z]+ \S+)`$", (ROOT / "docs" / "api.md").read_text(), re.M)
    offered = [one.method + " " + PART.sub(r"{\2}", one.path) for one in OPERATIONS.values()]
    assert sorted(described) == sorted(offered)


def test_the_map_of_packages_is_the_tree() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    drawn = re.search(r"^```\ndemo.*?^```$", text, re.M | re.S)
    assert drawn is not None
    packages = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    told = [re.split(r"\s{3,}", line)[:2] for line in drawn[0].splitlines()[:-1] if line and "`" not in line]
    assert {name for name, _ in told} == packages and all(words for _, words in told)


def test_a_room_has_its_templates_and_its_tests() -> None:
    rooms = {path.parent.name for path in (ROOT / "app" / "web").glob("*/__init__.py")} - {"parts", "site"}
    subjects = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    templates = {path.name for path in (ROOT / "app" / "templates").iterdir() if path.is_dir()}
    assert templates - {"parts", "site", "mail"} <= rooms
    assert rooms - subjects == {"moderation", "my", "publications", "record"}  # each gathers several subjects

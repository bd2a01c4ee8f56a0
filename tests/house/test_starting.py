"""What a start reads and compiles."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.cli import COMMANDS, LateCommand
from app.kernel.routing import LateRule
from config import Config
from tests.house.laws import LARGE_LIBRARIES, ROOT

WIDTH = 62  #: characters of a line in the list, beside the longest name


def read_by(program: str, folder: Path) -> set[str]:
    """The modules that a process has read when it has done this."""
    said = f"{program}\nimport sys\nprint(*sorted(sys.modules))"
    asked = [sys.executable, "-c", said]
    environment = {"CONCORD_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_list_of_commands_reads_neither_pages_nor_tables(tmp_path: Path) -> None:
    listing = "from flask.cli import cli\ncli.main(['--help'], standalone_mode=False)"
    read = read_by(listing, tmp_path)
    assert "app.cli" in read
    assert not {"app.web", "app.api", "app.cli.norms", "sqlalchemy", "flask_migrate"} & read


def test_the_pages_are_made_without_large_libraries(tmp_path: Path) -> None:
    read = read_by("from app import create_app\ncreate_app()", tmp_path)
    assert "app.consensus.assessing" in read
    assert not LARGE_LIBRARIES & {name.partition(".")[0] for name in read}


def test_a_large_library_is_read_when_something_of_it_is_used(tmp_path: Path) -> None:
    assert "numpy" in read_by("from app.foundation.libraries import np\nnp.zeros(1)", tmp_path)


@pytest.mark.parametrize("late", COMMANDS, ids=lambda late: str(late.name))
def test_a_command_is_listed_under_its_own_name_with_its_own_words(late: LateCommand) -> None:
    assert late.command.name == late.name
    listed = late.get_short_help_str(WIDTH)
    assert listed == late.command.get_short_help_str(WIDTH)
    assert listed.endswith(".") and not listed.endswith("...")  # cut


def test_an_address_is_compiled_when_it_is_first_written(
    make_app: Callable[[Config], Flask], config: Config
) -> None:
    app = make_app(config)
    rules = list(app.url_map.iter_rules())
    assert {type(rule) for rule in rules} == {LateRule}
    with app.test_request_context(), pytest.MonkeyPatch.context() as patch:
        compiled: list[str] = []
        compiling = Rule._compile_builder

        def counted(rule: Rule, append_unknown: bool = True) -> object:
            compiled.append(rule.rule)
            return compiling(rule, append_unknown)

        patch.setattr(Rule, "_compile_builder", counted)
        for _ in range(2):
            assert app.url_for("site.method", lang="fr") == "/fr/method/"
    assert compiled == ["/<lang:lang>/method/"]


def test_what_an_application_keeps_can_be_forgotten(
    make_app: Callable[[Config], Flask], config: Config
) -> None:
    """The tests share an application; what it kept of one would be shown to the next."""
    app = make_app(config)
    keeping = {
        name
        for name, part in app.extensions.items()
        if type(part).__module__.startswith("app.") and not hasattr(part, "forget")
    }
    assert {"page_cache", "draft_cache", "result_cache"} <= app.extensions.keys() and keeping == set()

"""What a service writes to its log: whole lines of JSON an operator can act on, and no words of people."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app.kernel import logs
from tests import logged

WORDS = "Amina Wanjiru <amina@example.org> wrote: who decides?"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    logs.write_to(sys.stderr)


def fail() -> None:
    try:
        raise KeyError(WORDS)
    except KeyError as error:
        raise ValueError(WORDS) from error


def lines(captured: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.splitlines()]


def test_an_exception_is_told_by_kind_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.of_service()
    try:
        fail()
    except ValueError:
        structlog.get_logger("worker").exception("job failed", job=3)
        logging.getLogger("app").exception("unexpected")
    output, errors = capsys.readouterr()
    assert errors == ""
    ours, librarys = lines(output)
    assert (ours["event"], ours["job"], ours["level"]) == ("job failed", 3, "error")
    assert librarys["logger"] == "app"
    for line in (ours, librarys):
        assert [one["kind"] for one in line["exceptions"]] == ["builtins.KeyError", "builtins.ValueError"]
        assert line["exceptions"][1]["frames"][-1].endswith(" fail")
    assert "Amina" not in output and "decides" not in output


def test_exceptions_that_name_each_other_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.of_service()
    one, other = KeyError(WORDS), ValueError(WORDS)
    one.__cause__, other.__cause__ = other, one
    structlog.get_logger().error("job-failed", exc_info=one)
    (line,) = lines(capsys.readouterr().out)
    assert [each["kind"] for each in line["exceptions"]] == ["builtins.ValueError", "builtins.KeyError"]


def test_a_librarys_message_is_told_without_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    logs.of_service()
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/en/reset/0123456789abcdef/")
    (line,) = lines(capsys.readouterr().out)
    assert line["event"] == "Error handling request %s"
    assert line["logger"] == "gunicorn.error"


def test_a_message_that_may_hold_its_values_is_told_by_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.of_service()
    for message in (f"Exception on {WORDS}", ValueError(WORDS)):
        logging.getLogger("gunicorn.error").error(message)
    output = capsys.readouterr().out
    assert "Amina" not in output
    assert [line["event"].split(":")[0] for line in lines(output)] == ["test_logs", "test_logs"]


def test_what_is_only_chatter_of_a_library_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.of_service()
    logging.getLogger("alembic").info("Running upgrade %s", "x")
    assert capsys.readouterr().out == ""


def test_a_log_that_tells_of_people_is_found() -> None:
    """As the suite looks through the log of every test."""
    tells = '{"event": "job failed", "to": "person3@example.org"}'
    silent = '{"event": "job failed", "job": 3}'
    assert logged.of_people(f"{silent}\n{tells}\n") == tells
    assert logged.of_people(f"{silent}\nPerson 3, printed by a command\n") == ""

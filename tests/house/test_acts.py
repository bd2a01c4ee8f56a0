"""What pages and API hand to a verb through ``act`` is what it takes, which types alone do not tell."""

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

from tests.house.laws import PAGES_AND_API, ROOT, Source

SOURCES = [
    Source(path.relative_to(ROOT).as_posix(), path.read_text())
    for place in PAGES_AND_API
    for path in sorted((ROOT / place).rglob("*.py"))
]


def handed(source: Source) -> list[tuple[str, ast.Call]]:
    """Each verb that a file does, and the call that does it."""
    return [(ast.unparse(call.args[0]), call) for call, name in source.calls if name == "act" and call.args]


def misfit(verb: inspect.Signature, call: ast.Call) -> str | None:
    """What of a call the verb does not take, or what it misses; what comes in a mapping is not known here."""
    things = ["session", "actor", *(ast.unparse(one) for one in call.args[1:])]
    named = {one.arg: one.value for one in call.keywords if one.arg} | {"now": None}
    try:
        bind = verb.bind if all(one.arg for one in call.keywords) else verb.bind_partial
        bind(*things, **named)
    except TypeError as error:
        return str(error)
    return None


@pytest.mark.parametrize("source", [one for one in SOURCES if handed(one)], ids=lambda one: one.path)
def test_a_verb_is_handed_what_it_takes(source: Source) -> None:
    module = import_module(str(Path(source.path).with_suffix("")).replace("/", "."))
    for verb, call in handed(source):
        found = getattr_along(module, verb)
        if found is not None:  # a choice between verbs, or one that was handed on
            assert misfit(inspect.signature(found), call) is None, f"{source.path}:{call.lineno}"


def getattr_along(module: object, path: str) -> object:
    for name in path.split("."):
        module = getattr(module, name, None)
    return module


def test_a_misfit_is_noticed() -> None:
    def verb(session: object, actor: object, norm: object, *, reason: str, now: object) -> None: ...

    takes = inspect.signature(verb)

    def call(text: str) -> ast.Call:
        (node,) = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call)]
        return node

    assert misfit(takes, call("act(verb, norm, reason=words)")) is None
    assert misfit(takes, call("act(verb, norm, **form)")) is None
    assert misfit(takes, call("act(verb, norm)"))
    assert misfit(takes, call("act(verb, norm, said, reason=words)"))
    assert misfit(takes, call("act(verb, norm, cause=words, **form)"))

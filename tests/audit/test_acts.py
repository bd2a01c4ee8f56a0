"""Every act that is recorded has its words on the pages of the record."""

import ast
from collections.abc import Iterator

from app.audit.chain import ANCHORED
from app.kernel.event_labels import ACTS
from tests.house.laws import ROOT

ACT_IN = {"record": 2, "_record": 2, "Deed": 0}  #: call → which of its arguments is the act


def strings(node: ast.AST) -> Iterator[str]:
    yield from (
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def recorded(tree: ast.AST) -> Iterator[str]:
    """Acts written into calls of ``ACT_IN``, or into a variable named ``act`` before them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = ACT_IN.get(name)
            if place is not None and len(node.args) > place:
                yield from strings(node.args[place])
        elif isinstance(node, ast.Assign) and any(getattr(to, "id", "") == "act" for to in node.targets):
            yield from strings(node.value)


def test_every_act_has_words_and_no_words_are_left_over() -> None:
    found = {ANCHORED} | {
        act
        for file in (ROOT / "app").rglob("*.py")
        for act in recorded(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert found == set(ACTS)

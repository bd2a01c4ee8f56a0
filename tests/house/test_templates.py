"""Templates: all parse, nothing runs inline, and what people typed is escaped everywhere."""

import re
from collections.abc import Container

import jinja2
import jinja2.meta
import pytest
from jinja2 import nodes

from app import create_app
from config import Config
from tests.house.laws import ROOT

LONGEST = 160
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
NOT_ALLOWED = {
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "a script without a nonce or a source": re.compile(r"<script\b(?![^>]*\b(src|nonce)=)", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape\s+false", re.I),
}
BREACHES = {
    "an event handler": '<a href="/" onclick="x()">',
    "a style attribute": '<p style="color:red">',
    "an inline style sheet": "<style>p{}</style>",
    "a script without a nonce or a source": "<script>x()</script>",
    "a javascript: address": '<a href="javascript:x()">',
    "unescaped output": "{{ text|safe }}",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> jinja2.Environment:
    folder = tmp_path_factory.mktemp("var")
    return create_app(Config(data_dir=folder, secret_key="x")).jinja_env


def test_every_template_parses_and_finds_what_it_includes(environment: jinja2.Environment) -> None:
    assert TEMPLATES
    for path in TEMPLATES:
        tree = environment.parse(path.read_text(), str(path.name), str(path))
        for name in jinja2.meta.find_referenced_templates(tree):
            if name is not None:
                environment.get_template(name)


def named_badly(tree: nodes.Template, macros: Container[str]) -> list[str]:
    """The macros that a template calls without naming where they are from, and those it names in vain."""
    imported = {
        name if isinstance(name, str) else name[1]
        for one in tree.find_all(nodes.FromImport)
        for name in one.names
    }
    own = {one.name for one in tree.find_all(nodes.Macro)}
    given = {one.name for one in tree.find_all(nodes.Name) if one.ctx != "load"}
    read = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
    called = {one.node.name for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}
    from_nowhere = {name for name in called - imported - own - given if name in macros}
    return sorted(from_nowhere | (imported - read))


def test_a_template_names_the_macros_it_uses_and_no_others(environment: jinja2.Environment) -> None:
    trees = {path: environment.parse(path.read_text()) for path in TEMPLATES}
    macros = {one.name for tree in trees.values() for one in tree.find_all(nodes.Macro)}
    found = {
        path.name: named_badly(tree, macros - environment.globals.keys()) for path, tree in trees.items()
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_a_macro_from_nowhere_and_one_named_in_vain_are_noticed(environment: jinja2.Environment) -> None:
    page = environment.parse('{% from "macros.html" import csrf %}{{ field("a", "b") }}')
    assert named_badly(page, {"csrf", "field"}) == ["csrf", "field"]


def test_no_line_of_a_template_is_too_long_to_be_read() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ] == []


@pytest.mark.parametrize("what", NOT_ALLOWED)
def test_no_template_holds(what: str) -> None:
    assert [
        str(path.relative_to(ROOT)) for path in TEMPLATES if NOT_ALLOWED[what].search(path.read_text())
    ] == []


@pytest.mark.parametrize("what", NOT_ALLOWED)
def test_the_template_law_notices(what: str) -> None:
    assert NOT_ALLOWED[what].search(BREACHES[what])

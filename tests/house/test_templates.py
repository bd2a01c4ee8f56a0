"""Templates: all parse, nothing runs inline, and what people typed is escaped everywhere."""

import re

import jinja2
import jinja2.meta
import pytest

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

"""English: British spelling, agents, nouns on pages; no literary or gendered words, in the code neither."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.house.laws import ROOT, Source
from tests.house.test_catalogues import entries, forms, words_in_the_code
from tests.house.test_laws import SOURCES

AMERICAN = re.compile(
    r"\b\w*(?:[aeiou]lyz|(?:organ|recogn|summar|author|general|minim|maxim|normal|final|real)iz)\w*\b"
    r"|\b(?:behavior|color|favor|center|labeled|canceled|fulfill)\w*\b",
    re.IGNORECASE,
)
ARCHAIC = r"anew|somebody|cease|look into"
LITERARY_IN_CODE = re.compile(rf"\b(?:{ARCHAIC}|nobody['’]s)\b", re.IGNORECASE)
LITERARY = re.compile(rf"\b(?:{ARCHAIC}|nobody|everybody|nothing|at present|throw)\b", re.IGNORECASE)
GENDERED = re.compile(r"\b(?:he|she|him|his|hers?|himself|herself|chairman|mankind)\b", re.IGNORECASE)
WITHOUT_A_NOUN = re.compile(r"^\w+ (?:it|them|this|those)$")


@pytest.fixture(scope="module")
def said() -> list[str]:
    return [text for message in entries(words_in_the_code()) for text in forms(message.id)]


@pytest.mark.parametrize("fault", [AMERICAN, LITERARY, GENDERED, WITHOUT_A_NOUN])
def test_no_words_on_pages_have_this_fault(said: list[str], fault: re.Pattern[str]) -> None:
    assert [text for text in said if fault.search(text)] == []


def remarks(source: Source) -> Iterator[tuple[int, str]]:
    """What a file tells who reads it: each comment and each line of a docstring, with its number."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from enumerate(str(node.value.value).splitlines(), node.lineno)


@pytest.fixture(scope="module")
def templates() -> list[tuple[str, str]]:
    """The comments of each template, with its path."""
    return [
        (path.relative_to(ROOT).as_posix(), remark)
        for path in sorted((ROOT / "app" / "templates").rglob("*.html"))
        for remark in re.findall(r"{#.*?#}", path.read_text(), re.DOTALL)
    ]


@pytest.mark.parametrize("fault", [LITERARY_IN_CODE, GENDERED])
def test_no_comments_and_docstrings_have_this_fault(
    templates: list[tuple[str, str]], fault: re.Pattern[str]
) -> None:
    said = [(f"{source.path}:{line}", text) for source in SOURCES for line, text in remarks(source)]
    assert [place for place, text in said + templates if fault.search(text)] == []


def test_comments_and_docstrings_are_read() -> None:
    source = Source("app/norms/rules.py", '"""Rules\n\nof hers."""\n\nA = "her"  # anew\n')
    assert sorted(line for line, text in remarks(source) if GENDERED.search(text)) == [3]
    assert sorted(line for line, text in remarks(source) if LITERARY_IN_CODE.search(text)) == [5]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (AMERICAN, "Organizations"),
        (AMERICAN, "Analyzed"),
        (LITERARY, "Save it anew."),
        (LITERARY_IN_CODE, "Nobody's, somebody's."),
        (GENDERED, "Draft for her entity"),
        (WITHOUT_A_NOUN, "Explain it"),
    ],
)
def test_the_faults_are_noticed(fault: re.Pattern[str], text: str) -> None:
    assert fault.search(text)
    assert not fault.search("Organisations: analysed; answer this comment. The other text is ready.")

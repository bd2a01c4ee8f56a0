"""One word for one thing in each language: the catalogues keep to the table of docs/terms.md."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.house.laws import ROOT
from tests.house.test_catalogues import catalogue, entries, forms

LANGUAGES = ("fr", "es", "ru", "zh", "ar")
LABEL = 5  #: words at most; longer sentences may say a thing by a pronoun
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

#: (language, words) -> why the term is not there.
EXCEPTIONS = {("zh", "Clause by clause"): "a set phrase of Chinese drafting, 逐条"}


class Term(NamedTuple):
    english: str
    definition: str
    translations: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        plural = re.sub(r"y$", "(?:y|ies)", re.escape(self.english))
        return bool(re.search(rf"(?<![\w-]){plural}(?:s|es)?(?![\w-])", text, re.IGNORECASE))


def table() -> list[Term]:
    rows = re.findall(r"^\| (.+) \|$", (ROOT / "docs" / "terms.md").read_text(), re.MULTILINE)
    cells = [row.split(" | ") for row in rows[1:]]
    return [Term(english, definition, tuple(others)) for english, definition, *others in cells]


TERMS = table()


def folded(text: str) -> str:
    """Without case, accents and vowel signs; any space is a space."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(one for one in letters if unicodedata.category(one) != "Mn").split())


def stems(cell: str) -> Iterator[list[str]]:
    """Of each form of a cell the words up to where their endings begin."""
    for form in cell.split(" / "):
        yield [word.partition("·")[0] for word in folded(form).split()]


def says(translation: str, cell: str) -> bool:
    return any(all(stem in folded(translation) for stem in form) for form in stems(cell))


def labels(language: str) -> Iterator[tuple[str, str]]:
    for message in entries(catalogue(language)):
        english = PLACEHOLDER.sub("", " ".join(forms(message.id)))
        if len(forms(message.id)[0].split()) <= LABEL:
            yield english, " ".join(forms(message.string))


def test_each_term_has_a_definition_and_a_word_in_every_language() -> None:
    assert len(TERMS) >= 55
    assert [term.english for term in TERMS if len(term.translations) != len(LANGUAGES)] == []
    assert [
        term.english for term in TERMS if not (term.definition.endswith(".") and all(term.translations))
    ] == []
    assert [term.english for term in TERMS] == sorted({term.english for term in TERMS}, key=str.casefold)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_keep_to_the_terms(language: str) -> None:
    cells = [(term, term.translations[LANGUAGES.index(language)]) for term in TERMS]
    strays = [
        (term.english, english, translation)
        for english, translation in labels(language)
        for term, cell in cells
        if term.is_in(english) and not says(translation, cell) and (language, english) not in EXCEPTIONS
    ]
    assert strays == []


def test_a_stray_word_is_noticed() -> None:
    conflict = next(term for term in TERMS if term.english == "conflict")
    assert conflict.is_in("2 conflicts to resolve") and not conflict.is_in("Conflicting changes")
    assert says("2 conflits à résoudre", conflict.translations[0])
    assert not says("2 heurts à trancher", conflict.translations[0])


@pytest.mark.parametrize("place", EXCEPTIONS)
def test_an_exception_is_still_one(place: tuple[str, str]) -> None:
    assert place[1] in {english for english, _ in labels(place[0])}

"""English on pages: British spelling, agents and nouns; no literary and no gendered words."""

import re

import pytest

from tests.house.test_catalogues import entries, forms, words_in_the_code

AMERICAN = re.compile(
    r"\b\w*(?:[aeiou]lyz|(?:organ|recogn|summar|author|general|minim|maxim|normal|final|real)iz)\w*\b"
    r"|\b(?:behavior|color|favor|center|labeled|canceled|fulfill)\w*\b",
    re.IGNORECASE,
)
LITERARY = re.compile(
    r"\b(?:anew|somebody|nobody|everybody|nothing|at present|throw|cease|look into)\b", re.IGNORECASE
)
GENDERED = re.compile(r"\b(?:he|she|him|his|hers?|himself|herself|chairman|mankind)\b", re.IGNORECASE)
WITHOUT_A_NOUN = re.compile(r"^\w+ (?:it|them|this|those)$")


@pytest.fixture(scope="module")
def said() -> list[str]:
    return [text for message in entries(words_in_the_code()) for text in forms(message.id)]


@pytest.mark.parametrize("fault", [AMERICAN, LITERARY, GENDERED, WITHOUT_A_NOUN])
def test_no_words_on_pages_have_this_fault(said: list[str], fault: re.Pattern[str]) -> None:
    assert [text for text in said if fault.search(text)] == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (AMERICAN, "Organizations"),
        (AMERICAN, "Analyzed"),
        (LITERARY, "Save it anew."),
        (GENDERED, "Draft for her entity"),
        (WITHOUT_A_NOUN, "Explain it"),
    ],
)
def test_the_faults_are_noticed(fault: re.Pattern[str], text: str) -> None:
    assert fault.search(text)
    assert not fault.search("Organisations: analysed; answer this comment. The other text is ready.")

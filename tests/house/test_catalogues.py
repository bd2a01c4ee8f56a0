"""Catalogues: every word for people, in every language of the interface, and nothing else."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app.reference.languages import INTERFACE_LANGUAGES
from tests.house.laws import ROOT
from translations.extraction import extract

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
TRANSLATED = [code for code in INTERFACE_LANGUAGES if code != "en"]


def words_in_the_code() -> Catalog:
    with open(ROOT / "babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        found.add(message, context=context)
    assert len(found) > 0
    return found


@pytest.fixture(scope="module")
def words() -> Catalog:
    return words_in_the_code()


def catalogue(language: str) -> Catalog:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    assert path.exists(), f"{path.relative_to(ROOT)} is missing; run: make messages"
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {""}


def misplaced(message: Message) -> bool:
    """A translated form names a value the words do not have, or lacks one that no form may lack.

    Forms for one and two may leave the number out, as Arabic does.
    """
    wanted = set.union(*map(placeholders, forms(message.id)))
    said = [placeholders(form) for form in forms(message.string) if form]
    if any(named - wanted for named in said):
        return True
    return not any(named == wanted for named in said) if message.pluralizable else said != [wanted]


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_the_catalogue_is_fresh(language: str, words: Catalog) -> None:
    wanted = {message.id for message in entries(words)}
    present = {message.id for message in entries(catalogue(language))}
    assert (sorted(map(str, wanted - present)), sorted(map(str, present - wanted))) == ([], [])


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_missing_or_fuzzy(language: str) -> None:
    unsaid = [m.id for m in entries(catalogue(language)) if m.fuzzy or not all(forms(m.string))]
    assert unsaid == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_equal(language: str) -> None:
    assert [m.id for m in entries(catalogue(language)) if any(forms(m.string)) and misplaced(m)] == []


def test_the_two_forms_of_a_phrase_are_found_as_a_pair() -> None:
    code = b'Phrase(N_("%(count)s draft"), {"count": n}, plural=N_("%(count)s drafts"), count=n); N_("a" "b")'
    found = [(function, words) for _, function, words, _ in extract(BytesIO(code), (), (), {})]
    assert found == [("ngettext", ("%(count)s draft", "%(count)s drafts")), ("gettext", "ab")]


def test_a_misplaced_placeholder_is_noticed() -> None:
    assert misplaced(Message("%(count)s drafts", "%(number)s Entwürfe"))
    assert misplaced(Message("%(count)s drafts", "Entwürfe"))
    assert not misplaced(Message("%(count)s drafts", "%(count)s Entwürfe"))


def test_arabic_has_its_six_forms_where_the_language_puts_them() -> None:
    """Arabic: zero, one, two, few (3–10), many (11–99), other (100–102)."""
    arabic = catalogue("ar")
    assert arabic.num_plurals == 6
    made = Catalog(locale="ar")
    made._num_plurals, made._plural_expr = arabic.num_plurals, arabic.plural_expr
    made.add(("one", "many"), ("zero", "one", "two", "few", "many", "other"))
    compiled = BytesIO()
    write_mo(compiled, made)
    compiled.seek(0)
    spoken = Translations(compiled)
    assert [spoken.ungettext("one", "many", n) for n in (0, 1, 2, 3, 11, 100)] == [
        "zero", "one", "two", "few", "many", "other",
    ]  # fmt: skip

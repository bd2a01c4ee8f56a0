"""Which language a reader gets, and which way a text runs."""

import pytest

from app.reference.languages import INTERFACE_LANGUAGES, direction, negotiate, primary


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ar-EG,fr;q=0.8", "ar"),
        ("fr;q=0.8,ar-EG", "ar"),
        ("fr;q=0.1, en;q=0.9", "en"),
        ("es,ru", "es"),
        ("ES-419", "es"),
        ("zh-Hant-TW", "zh"),
        ("sw,ne;q=0.9,ru;q=0.1", "ru"),
        ("fr;Q=0.2,en;q=0.5", "en"),
        ("fr ; q=0.2 , en ; q=0.5", "en"),
        ("en;q=0,ru;q=0.1", "ru"),
        ("fr;q=much,ru;q=0.1", "ru"),
        ("fr;q=nan,ru;q=0.1", "ru"),
        ("fr;q=inf,ru;q=0.1", "ru"),
        ("sw", None),
        ("*", None),
        ("", None),
        (",;,;q=1", None),
    ],
)
def test_a_reader_gets_the_first_language_she_prefers(header: str, language: str | None) -> None:
    assert negotiate(header) == language


def test_a_header_without_end_is_read_only_so_far() -> None:
    assert negotiate("sw," * 100_000 + "fr") is None


@pytest.mark.parametrize("tag", ["ar", "ar-EG", "fa", "FA-IR", "ur_PK", "he", "ckb", "yi", "ps"])
def test_these_run_from_right_to_left(tag: str) -> None:
    assert direction(tag) == "rtl"


@pytest.mark.parametrize("tag", ["en", "ru", "zh-Hans", "arn", "hi", "", "x-private"])
def test_all_others_run_from_left_to_right(tag: str) -> None:
    assert direction(tag) == "ltr"


def test_of_the_six_only_arabic_runs_from_right_to_left() -> None:
    assert [code for code in INTERFACE_LANGUAGES if direction(code) == "rtl"] == ["ar"]


def test_a_tag_is_known_by_its_first_part() -> None:
    assert [primary(tag) for tag in ("pt-BR", "zh_Hant_TW", " EN ")] == ["pt", "zh", "en"]

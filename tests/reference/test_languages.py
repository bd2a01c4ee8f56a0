"""What a language tag says, and which way a text runs."""

import pytest

from app.reference.languages import INTERFACE_LANGUAGES, direction, primary


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

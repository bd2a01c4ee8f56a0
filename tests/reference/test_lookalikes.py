"""Names that can be taken for each other, and changes nobody can see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reference.lookalikes import LONGEST_SKELETON, confusables, folded, skeleton, unseen_difference

MINISTRY = "Ministry of Digital Affairs, Kenya"


def test_the_table_is_that_of_the_standard() -> None:
    table = confusables()
    assert len(table) == 6307
    assert {sign: table[sign] for sign in "\u043e\u0430\u0391m\u03bf01I"} == {
        **{
            "\u043e": "o",
            "\u0430": "a",
            "\u0391": "A",
            "m": "rn",
            "\u03bf": "o",
            "0": "O",
            "1": "l",
            "I": "l",
        }
    }


@pytest.mark.parametrize(
    "name",
    [
        "ministry of digital affairs, kenya",
        "MINISTRY OF DIGITAL AFFAIRS, KENYA",
        "Ministry  of Digital Affairs Kenya",
        "Ministr\u0443 of Digital Affairs, Kenya",  # Cyrillic
        "\u041cinistry of Digital Affairs, \u041aenya",  # Cyrillic capitals
        "\u039cinistry of Digital Affairs, Kenya",  # Greek
        "\uff2dinistry of Digital Affairs, Kenya",  # full width
        "\U0001d40cinistry of Digital Affairs, Kenya",  # mathematical
        "Ministry of Digita1 Affairs, Kenya",
        "rninistry of Digital Affairs, Kenya",
        "Ministry of D\u00edgital Affa\u0131rs, Kenya",
        "Minis\u200btry of Digital Affairs, Kenya\u200b",
        "Ministry\u3164of Digital Affairs \u2013 Kenya",
        "Ministry of Digital Affairs, \u1d0b\u1d07\u0274\u028f\u1d00",  # small capitals
        "Ministry of Digital Affairs, Kenya\U00013441",  # a blank among hieroglyphs
        "Ministry of Digital Affairs, Kenya\u0e31",  # a vowel sign of Thai
        "Ministry of Digital Affairs, Kenya \u1734\u0488",
        "Ministry of Digital Affairs, Kenya\u2122",
    ],
)
def test_what_looks_like_a_name_has_its_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton(MINISTRY)


@pytest.mark.parametrize(
    "name",
    [
        "Ministry of Digital Affairs, Uganda",
        "Ministry of Digital Affairs",
        "Wizara ya Mambo ya Kidijitali, Kenya",
        "Министерство цифрового развития, Кения",
        "وزارة الشؤون الرقمية، كينيا",
    ],
)
def test_other_names_have_others(name: str) -> None:
    assert skeleton(name) != skeleton(MINISTRY)


def test_names_of_other_scripts_that_differ_have_skeletons_that_differ() -> None:
    names = [
        "हिन्दी",
        "हन्दी",
        "がく",
        "かく",
        "ที่ดิน",
        "ทดน",
        "한국",
        "중국",
        "中国",
        "中華",
        "وزارة",
        "وزير",
        "Нил",
        "Нал",
    ]
    assert len({skeleton(name) for name in names}) == len(names)


@given(st.text(max_size=60))
def test_a_skeleton_knows_no_blanks_and_no_unseen_signs_and_fits_its_column(name: str) -> None:
    assert skeleton(f" {name}\u200b") == skeleton(name)
    assert len(skeleton(name * 20)) <= LONGEST_SKELETON


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("казахстан", "Казахстан"),
        ("mexico", "MÉXICO"),
        ("senegal", "Sénégal"),
        ("ОЛЬГА", "Ольга"),
        ("مد", "مُدّ"),
        ("الاردن", "الأردن"),
        ("وزاره", "وزارة"),
        ("istanbul", "İstanbul"),
        ("kenya", "ＫＥＮＹＡ"),
    ],
)
def test_what_is_looked_for_is_found(typed: str, name: str) -> None:
    assert folded(typed) == folded(name)


def test_vowel_signs_and_marks_of_voice_are_letters() -> None:
    assert (folded("हिन्दी"), folded("がぎ"), folded("한국")) == ("हिन्दी", "がぎ", "한국")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("слoво дня", "слово дня"),  # a Latin o put right
        ("на СОР решили", "на COP решили"),  # the Latin abbreviation
        ("на COP решили", "на СОР решили"),
        ("میخواهم", "می\u200cخواهم"),  # the non-joiner shows in Persian
        ("modern", "modem"),
        ("Annex I", "Annex l"),
        ("it's", "it’s"),
        ("one\ntwo", "one\n\ntwo"),
    ],
)
def test_what_a_reader_sees_or_needs_is_a_difference(before: str, after: str) -> None:
    assert unseen_difference(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "signs"),
    [
        ("слово дня", "слoво дня", ["U+006F LATIN SMALL LETTER O (3)"]),
        ("a b", "\u0430 b", ["U+0430 CYRILLIC SMALL LETTER A (1)"]),
        ("in COP now", "in \u0421OP now", ["U+0421 CYRILLIC CAPITAL LETTER ES (4)"]),
        ("ab", "a\u200db", ["U+200D ZERO WIDTH JOINER (2)"]),
        ("a\u00a0b", "a b", ["U+00A0 NO-BREAK SPACE (2)"]),
        ("a b", "a\u2003b", ["U+2003 EM SPACE (2)"]),
        ("a\u200bb", "ab", ["U+200B ZERO WIDTH SPACE (2)"]),
    ],
)
def test_what_nobody_sees_is_named(before: str, after: str, signs: list[str]) -> None:
    assert unseen_difference(before, after) == signs


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_difference_that_letters_make_is_seen(one: str, other: str) -> None:
    if folded(one) != folded(other) and skeleton(one) != skeleton(other):
        assert unseen_difference(one, other) == []

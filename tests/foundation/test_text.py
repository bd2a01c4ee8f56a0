"""Text as it is kept, and its words."""

import hashlib
import itertools
import time
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import BadInput
from app.foundation.text import (
    TextField,
    UnsafeText,
    check_clean,
    normalise,
    says_something,
    taken_out,
    text_digest,
    words,
)

ORDINARY = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf"]), max_size=200)


def test_line_ends_normal_form_and_blanks_are_made_one() -> None:
    assert normalise("\ufeffCafe\u0301  \r\n two\t\rthree \n\n") == "Café\n two\nthree"


def test_what_pasting_leaves_behind_is_taken_out_or_made_a_line_break() -> None:
    pasted = "\ufeffone\x0btwo\u2028three\x0c\x00\x07e\ufeff\u0301\uffff\x85\tfour\r\n"
    assert normalise(pasted) == "one\ntwo\nthree\n\u00e9\n\tfour"
    assert taken_out(pasted) == [
        "U+FEFF",
        "U+000B",
        "U+2028",
        "U+000C",
        "U+0000",
        "U+0007",
        "U+FFFF",
        "U+0085",
    ]
    assert taken_out("typed\r\n\tby hand\n") == []


@given(st.text(max_size=200))
def test_whatever_was_pasted_nothing_is_left_to_be_taken_out(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert taken_out(once) == []


#: Characters that leave nothing on the page: zero-width, fillers, blanks, joiners, marks alone, controls.
UNSEEN = (
    *["\u200b\u200b\u200b", "\u3164\u3164", "\u2800\u2800", "\u00ad\u00ad", "\u034f", "\u200d\u200d"],
    *["\u200e\u200f", "\ufe0f", "\u2060", "\u200b\u3164", "\u115f\u1160", "\uffa0", "\u180e", "\u17b4"],
    *["\u00a0\u3000\u2007", "\u2062", "\u0301", "\u20dd", "\u2067\u2069", "\U000e0020", "\x00\x1b", "\ue000"],
    *["\ufffc", "\U0001d159", "\U00013441", "\u2800\u200b\n\t\u00a0", ""],
)


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_can_see_says_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize(
    "text", ["a", ".", "٣", "हि", "👍", "中", "\u200bx", "e\u0301", "می\u200cخواهم", "ㅏ"]
)
def test_what_can_be_seen_says_something(text: str) -> None:
    assert says_something(text)


class Lacking(BadInput):
    code = "lacking"


def test_a_field_keeps_clean_words_and_refuses_with_its_name() -> None:
    field = TextField("reason", 5, missing=Lacking)
    assert field.clean(" a\x0bb\u200b ") == "a\nb\u200b"
    with pytest.raises(Lacking) as lacking:
        field.clean("\u200b")
    assert lacking.value.field == "reason"
    with pytest.raises(BadInput) as long:
        field.clean("123456")
    assert (long.value.field, long.value.values) == ("reason", {"limit": 5, "length": 6})
    with pytest.raises(UnsafeText):
        field.clean("a\u202eb")


def test_a_field_that_may_be_empty_keeps_nothing_of_what_says_nothing() -> None:
    assert TextField("note", 5).clean("\u200b\u3164") == ""
    assert TextField("title", 5, in_one_line=True).clean("a \r\n  b") == "a b"


def test_blanks_between_words_are_not_collapsed() -> None:
    assert normalise("a  b\n\n\nc") == "a  b\n\n\nc"


@given(ORDINARY)
def test_a_normalised_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u202a", "U+202A LEFT-TO-RIGHT EMBEDDING"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u2069", "U+2069 POP DIRECTIONAL ISOLATE"),
        ("\u206f", "U+206F NOMINAL DIGIT SHAPES"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufffb", "U+FFFB INTERLINEAR ANNOTATION TERMINATOR"),
        ("\ufffe", "U+FFFE"),
        ("\ud800", "U+D800"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
    ],
)
def test_a_hidden_character_is_refused_with_its_name_and_place(character: str, name: str) -> None:
    with pytest.raises(UnsafeText) as refusal:
        check_clean(f"ab{character}c")
    assert refusal.value.values == {"name": name, "position": 3}
    assert refusal.value.code == "unsafe-text"
    assert name in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم",  # Persian needs the non-joiner
        "ක්‍ෂ",  # Sinhala needs the joiner
        "قال \u2067الأمين\u2069 العام",
        "mark\u200e and \u200fmark",
        "ភាសា\u200bខ្មែរ",  # Khmer breaks lines at zero-width spaces
        "tab\tand\nline",
        "\U0001fae8 \U0001f468\u200d\U0001f469\u200d\U0001f467",  # younger than the Unicode of Python 3.11
    ],
)
def test_what_scripts_need_passes(text: str) -> None:
    check_clean(text)


def test_an_isolate_must_be_closed_in_its_line() -> None:
    check_clean("\u2067a \u2066b\u2069 c\u2069 d")
    with pytest.raises(UnsafeText) as refusal:
        check_clean("ok\na \u2067b\nc\u2069")
    assert refusal.value.values["position"] == 6


def test_texts_equal_after_nfc_share_their_digest_in_any_order() -> None:
    one = text_digest({"fr": "Café", "en": "Coffee"})
    assert one == text_digest({"en": "Coffee", "fr": "Cafe\u0301"})
    assert len(one) == 32


@given(
    st.dictionaries(st.sampled_from(["ar", "en", "fr"]), st.text("a:1e\n", max_size=6), max_size=3),
    st.dictionaries(st.sampled_from(["ar", "en", "fr"]), st.text("a:1e\n", max_size=6), max_size=3),
)
def test_only_equal_sets_of_texts_share_their_digest(one: dict[str, str], other: dict[str, str]) -> None:
    assert (text_digest(one) == text_digest(other)) == (one == other)


def test_the_framing_of_the_digest_never_changes() -> None:
    # Positions are bound to it: another framing would unconfirm every position ever stated.
    written_out = b"ar:9:\xd9\x88\xd8\xa7\xd8\xad\xd8\xaf." + b"en:4:One."
    assert text_digest({"en": "One.", "ar": "واحد."}) == hashlib.sha256(written_out).digest()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("States shall, where", ["States", " ", "shall", ",", " ", "where"]),
        (
            "don't l’État e.g. 3.2 and 1,000",
            ["don't", " ", "l’État", " ", "e.g", ".", " ", "3.2", " ", "and", " ", "1,000"],
        ),
        ("one,two", ["one", ",", "two"]),
        ("Каждый человек.", ["Каждый", " ", "человек", "."]),
        ("لكل إنسان حقٌّ", ["لكل", " ", "إنسان", " ", "حقٌّ"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("人人生而自由。", ["人", "人", "生", "而", "自", "由", "。"]),
        ("AI与人", ["AI", "与", "人"]),
        ("コーヒー", ["コ", "ー", "ヒ", "ー"]),
        ("ที่ดิน", ["ที่", "ดิ", "น"]),
        ("មនុស្ស", ["ម", "នុ", "ស្ស"]),
        ("हिन्दी भाषा", ["हिन्दी", " ", "भाषा"]),
        ("모든 사람", ["모든", " ", "사람"]),
        ("👨‍👩‍👧 🇪🇺!", ["👨‍👩‍👧", " ", "🇪🇺", "!"]),
        ("a \n\nb", ["a", " \n\n", "b"]),
        ("", []),
    ],
)
def test_words_of_every_script(text: str, expected: list[str]) -> None:
    assert words(text) == expected


#: Words, numbers and signs of the scripts of the United Nations' languages and of others.
PIECES = [
    *["States", "don't", "l’État", "e.g.", "co-op", "3.2", "1,000.5", "v2", "e\u0301te\u0301", "§5(a)", "№7"],
    *["Государства", "всё-таки", "на", "الدول", "تضمنَ", "الحقّ", "٣٫٥", "١٬٠٠٠", "٪", "والمساءلة،"],
    *["राज्य", "क्षत्रिय", "करेंगे।", "श्री", "国家", "应当。", "รัฐต้อง", "ความ"],
    *["👨‍👩‍👧", "👍🏽", "🇺🇳", "—", "(a)", "“%”", "..."],
]
BOUNDARY = regex.compile(r"(?w)\b")  # of words by Unicode's UAX 29


@given(st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join))
def test_words_are_those_of_the_unicode_standard(text: str) -> None:
    places = sorted({0, len(text), *(found.start() for found in BOUNDARY.finditer(text))})
    assert words(text) == [text[one:following] for one, following in itertools.pairwise(places)]


@given(st.text(max_size=300))
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@pytest.mark.parametrize(
    "unit",
    [
        "a'",
        "a.",
        "1,",
        "中",
        "ក្",
        "\u0301",
        "\u200d",
        "🇪",
        "🇪\u0301",
        "👨\u200d",
        "\u0600",
        " \n",
        "('",
        "word ",
    ],
)
def test_a_hundred_thousand_characters_take_no_time(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    began = time.process_time()
    assert "".join(words(text)) == text
    check_clean(text)
    normalise(text)
    assert time.process_time() - began < 1.0

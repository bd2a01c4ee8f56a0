"""Text as it is kept, and its words."""

import hashlib
import itertools
import time
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.text import UnsafeText, check_clean, normalise, text_digest, words

ORDINARY = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf"]), max_size=200)


def test_line_ends_normal_form_and_blanks_are_made_one() -> None:
    assert normalise("\ufeffCafe\u0301  \r\n two\t\rthree \n\n") == "Café\n two\nthree"


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

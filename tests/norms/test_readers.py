import time
import tracemalloc

import pytest

from app.foundation.text import UnsafeText
from app.norms.models import ClauseKind
from app.norms.readers.alignment import Misaligned, align
from app.norms.readers.blocks import Format
from app.norms.readers.decoding import CharacterHidden, EncodingUnknown, TooLong
from app.norms.readers.numbering import parse_han, parse_roman
from app.norms.readers.reading import NothingToRead, Reading, TooManyClauses, read_file, read_text


def shape(reading: Reading) -> list[tuple[str, str, int, str]]:
    return [(c.label, c.kind.value, c.depth, c.text) for c in reading.clauses]


def test_where_nothing_is_numbered_every_paragraph_is_a_clause_and_gets_a_number() -> None:
    reading = read_text("# Title\n\nFirst one.\n\nSecond,\non two lines.\n", Format.MARKDOWN)
    assert reading.title == "Title"
    assert shape(reading) == [
        ("1", "operative", 0, "First one."),
        ("2", "operative", 0, "Second, on two lines."),
    ]


def test_paragraphs_before_the_first_number_are_the_preamble() -> None:
    reading = read_text("# N\n\nRecalling this,\n\nNoting that,\n\n1. Decides;\n\nA rest.", Format.MARKDOWN)
    assert shape(reading) == [
        ("PP1", "preambular", 0, "Recalling this,"),
        ("PP2", "preambular", 0, "Noting that,"),
        ("1", "operative", 0, "Decides;"),
        ("§1", "operative", 0, "A rest."),
    ]


def test_numbers_letters_and_roman_numerals_give_depth_and_labels() -> None:
    text = (
        "1. One\n   (a) alpha\n   (b) beta\n      (i) first\n      (ii) second\n"
        "   (c) gamma\n2) Two\n2.1 Deeper\n"
    )
    assert [(c.label, c.depth) for c in read_text(text, Format.PLAIN).clauses] == [
        ("1", 0),
        ("1(a)", 1),
        ("1(b)", 1),
        ("1(b)(i)", 2),
        ("1(b)(ii)", 2),
        ("1(c)", 1),
        ("2", 0),
        ("2.1", 1),
    ]


def test_an_i_after_h_is_a_letter_and_an_i_alone_is_a_numeral() -> None:
    letters = "1. One\n(g) g\n(h) h\n(i) i\n(j) j\n"
    assert [c.label for c in read_text(letters, Format.PLAIN).clauses][3] == "1(i)"
    assert [c.depth for c in read_text(letters, Format.PLAIN).clauses] == [0, 1, 1, 1, 1]
    nested = "1. One\n(a) a\n(i) first\n(v) odd\n"
    assert [c.depth for c in read_text(nested, Format.PLAIN).clauses] == [0, 1, 2, 1]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Article 3. Text", "3"),
        ("Article premier\n\nTexte", "1"),
        ("Статья 3\n\nТекст", "3"),
        ("المادة 3\n\nنص", "3"),
        ("المادة ٣\n\nنص", "3"),
        ("第三条 正文", "3"),
        ("第二十一条\n\n正文", "21"),
        ("一、正文", "1"),
        ("1) Text", "1"),
        ("١. نص", "1"),
    ],
)
def test_numbers_of_six_languages_give_the_same_labels(text: str, label: str) -> None:
    clauses = read_text(text, Format.PLAIN).clauses
    assert [(c.label, c.depth) for c in clauses] == [(label, 0)]


@pytest.mark.parametrize("text", ["(а) a\n(б) b", "(أ) a\n(ب) b", "a) a\nb) b"])
def test_letters_of_any_alphabet_stand_one_step_deeper(text: str) -> None:
    assert [c.depth for c in read_text(f"1. One\n{text}", Format.PLAIN).clauses] == [0, 1, 1]


def test_an_article_alone_on_its_line_numbers_the_paragraphs_under_it() -> None:
    text = (
        "## Preamble\n\nWhereas.\n\n## Article 1\n\nAll.\n\n## Article 2\n\nSome.\n\nOthers.\n\n"
        "## Article 3 – Life\n\n1. Yes\n"
    )
    assert shape(read_text(text, Format.MARKDOWN)) == [
        ("", "heading", 0, "Preamble"),
        ("PP1", "preambular", 0, "Whereas."),
        ("1", "operative", 0, "All."),
        ("2.1", "operative", 0, "Some."),
        ("2.2", "operative", 0, "Others."),
        ("3", "heading", 0, "Life"),
        ("3.1", "operative", 0, "Yes"),
    ]


@pytest.mark.parametrize(
    "text", ["Article 1 of the Charter applies.", "2030 is near.", "(the) cat", "i.e. this", "1.x"]
)
def test_words_that_only_look_like_a_number_stay_words(text: str) -> None:
    (clause,) = read_text(text, Format.MARKDOWN).clauses
    assert clause.text == text


def test_markdown_marks_are_taken_off_and_plain_text_is_left_alone() -> None:
    text = "A **bold** [link](http://x) and 1 \\* 2 &amp; `code`."
    assert read_text(text, Format.MARKDOWN).clauses[0].text == "A bold link and 1 * 2 & code."
    assert read_text(text, Format.PLAIN).clauses[0].text == text


def test_list_items_without_a_number_stand_below_their_paragraph() -> None:
    reading = read_text("1. One:\n- red\n- green\n2. Two", Format.MARKDOWN)
    assert [(c.label, c.depth) for c in reading.clauses] == [("1", 0), ("1.1", 1), ("1.2", 1), ("2", 0)]


def test_an_underlined_line_is_a_heading_also_in_plain_text() -> None:
    reading = read_text("Title\n=====\n\nPart\n----\n\nWords.", Format.PLAIN)
    assert (reading.title, shape(reading)) == (
        "Title",
        [("", "heading", 0, "Part"), ("1", "operative", 0, "Words.")],
    )


def test_chinese_lines_are_joined_without_a_blank() -> None:
    assert (
        read_text("人人生而自由，\n在尊严上一律平等。", Format.PLAIN).clauses[0].text
        == "人人生而自由，在尊严上一律平等。"
    )


def test_chinese_and_roman_numerals() -> None:
    assert [parse_han(text) for text in ("十", "十一", "二十", "三十九", "一百零三")] == [10, 11, 20, 39, 103]
    assert [parse_roman(text) for text in ("i", "iv", "xxxix", "iiii", "abc")] == [1, 4, 39, None, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are_read_alike(encoding: str) -> None:
    assert read_file("# Ж\n\nСлово.".encode(encoding), "n.md") == read_text("# Ж\n\nСлово.", Format.MARKDOWN)


def test_another_encoding_is_refused_with_the_position_of_its_byte() -> None:
    with pytest.raises(EncodingUnknown) as refusal:
        read_file(b"fine\nfine\ncaf\xe9 au lait", "n.txt")
    assert (refusal.value.values["position"], refusal.value.values["line"]) == (13, 3)


def test_letters_are_kept_in_their_composed_form() -> None:
    assert read_file("cafe\u0301".encode(), "n.txt").clauses[0].text == "caf\u00e9"


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\x00", "\x84"])
def test_characters_that_hide_are_refused_with_line_and_column(character: str) -> None:
    with pytest.raises(CharacterHidden, match=r"Line 2, column 3"):
        read_file(f"One.\nTw{character}o.".encode(), "n.md")


def test_a_character_reference_hides_nothing_either() -> None:
    with pytest.raises(UnsafeText):
        read_file(b"One &#x202E; two.", "n.md")


def test_a_clause_of_a_hundred_thousand_characters_is_read() -> None:
    long = "word " * 20_000
    assert len(read_file(long.encode(), "n.md").clauses[0].text) == 99_999


def test_fifty_megabytes_are_refused_at_once_and_without_a_copy() -> None:
    data = b"x" * 50_000_000
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(TooLong, match=r"47\.7 MB; at most 8\.0 MB"):
        read_file(data, "n.md")
    took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 1
    assert peak < 1_000_000


@pytest.mark.parametrize("text", ["*a **b " * 30_000, "[" * 190_000, "_a" * 90_000, "`" * 5 + "a`" * 90_000])
def test_a_text_made_to_be_slow_is_read_quickly(text: str) -> None:
    began = time.perf_counter()
    read_text(text, Format.MARKDOWN)
    assert time.perf_counter() - began < 2


def test_a_text_of_too_many_clauses_is_refused() -> None:
    with pytest.raises(TooManyClauses):
        read_text("(a) x\n" * 10_001, Format.PLAIN)


@pytest.mark.parametrize("text", ["", "# Only a title", "\n\n---\n"])
def test_a_text_without_a_clause_is_refused(text: str) -> None:
    with pytest.raises(NothingToRead):
        read_text(text, Format.MARKDOWN)


def test_languages_are_laid_side_by_side_and_the_first_one_gives_the_labels() -> None:
    english = read_text("1. One\n(a) alpha", Format.PLAIN)
    russian = read_text("1. Один\n(а) альфа", Format.PLAIN)
    rows = align({"en": english, "ru": russian})
    assert [(row.label, row.depth, dict(row.texts)) for row in rows] == [
        ("1", 0, {"en": "One", "ru": "Один"}),
        ("1(a)", 1, {"en": "alpha", "ru": "альфа"}),
    ]
    assert rows[0].kind is ClauseKind.OPERATIVE


def test_languages_that_differ_are_refused_where_they_first_differ() -> None:
    english = read_text("1. One\n2. Two\n3. Three", Format.PLAIN)
    french = read_text("1. Un\n2. Deux", Format.PLAIN)
    with pytest.raises(Misaligned) as refusal:
        align({"en": english, "fr": french})
    assert str(refusal.value.phrase).endswith("first differ at clause 3.")
    assert [str(line) for line in refusal.value.details] == ["en, line 3, depth 0: 3 “Three”", "fr: nothing."]
    deeper = read_text("1. Un\n(a) Deux\n3. Trois", Format.PLAIN)
    with pytest.raises(Misaligned, match="first differ at clause 2"):
        align({"en": english, "fr": deeper})

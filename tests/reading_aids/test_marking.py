"""Terms found in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading_aids.term_marking import GlossaryTerm, Piece, marked

PLAIN = st.text(st.sampled_from("aA بِال人工 \n.ß-İſ"), max_size=30)


def found(text: str, language: str, *spellings: str) -> list[str]:
    entries = [GlossaryTerm(number, [spelling]) for number, spelling in enumerate(spellings, 1)]
    return [piece.text for piece in marked(text, entries, language) if piece.term is not None]


@pytest.mark.parametrize(
    ("language", "text", "spellings", "terms"),
    [
        ("en", "Each State bears it; the state of the art.", ["state"], ["State"]),
        ("en", "Interstate statements.", ["state"], []),
        ("en", "An AI\nsystem, and AI alone.", ["AI", "AI system"], ["AI\nsystem", "AI"]),
        ("en", "A (C++) and a.b", ["C++", "a.b"], ["C++", "a.b"]),
        ("fr", "L’État et l'Etat", ["État"], ["État"]),
        ("fr", "Un système d’IA", ["système d'IA"], ["système d’IA"]),
        ("fr", "Un système d'IA", ["système d’IA"], ["système d'IA"]),
        ("de", "Jede Maßnahme zählt.", ["Maßnahme"], ["Maßnahme"]),
        ("de", "MASSNAHMEN, MASSNAHME", ["Maßnahme"], ["MASSNAHME"]),
        ("tr", "Bugün İstanbul büyük.", ["İstanbul"], ["İstanbul"]),
        ("hy", "Լույս արևելք ծագեց", ["արևելք"], ["արևելք"]),
        ("ru", "Система и СИСТЕМЫ", ["система", "системы"], ["Система", "СИСТЕМЫ"]),
        ("ar", "وللخوارزمية أثر، والخوارزمية", ["خوارزمية"], ["وللخوارزمية"]),
        ("zh", "各国应当监督人工智能系统。", ["人工智能", "人工智能系统"], ["人工智能系统"]),
        ("en", "No entries.", [], []),
        ("en", "Blank", ["", "  "], []),
    ],
)
def test_terms_are_found_as_whole_words(
    language: str, text: str, spellings: list[str], terms: list[str]
) -> None:
    assert found(text, language, *spellings) == terms


def test_only_the_first_place_of_a_term_is_marked_in_whichever_form() -> None:
    assert marked("One system, two systems.", [GlossaryTerm(7, ["system", "systems"])], "en") == [
        Piece("One "),
        Piece("system", 7),
        Piece(", two systems."),
    ]


@given(PLAIN, st.lists(PLAIN, max_size=4), st.sampled_from(["en", "ar", "zh"]))
def test_the_pieces_together_are_the_text(text: str, spellings: list[str], language: str) -> None:
    entries = [GlossaryTerm(number, [spelling]) for number, spelling in enumerate(spellings)]
    pieces = marked(text, entries, language)
    assert "".join(piece.text for piece in pieces) == text
    numbers = [piece.term for piece in pieces if piece.term is not None]
    assert len(numbers) == len(set(numbers))

"""What differs between two texts: edits and redlines."""

import itertools
import random
import time

import pytest
from hypothesis import given

from app.compilation.merge.alignment import aligned
from app.compilation.merge.edits import apply, edits
from app.compilation.merge.passage import Passage
from app.compilation.merge.redline import redline
from app.foundation.text import words
from tests.compilation.drafting import texts


def shown(old: str, new: str) -> str:
    marks = {"equal": "{}", "struck": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[run.kind].format(run.text) for run in redline(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("States should act.", "States shall act.", "States [-should-][+shall+] act."),
        ("a b c.", "a c.", "a[- b-] c."),
        ("a b c.", "a b.", "a b[- c-]."),
        ("The cat sat", "cat sat", "[-The -]cat sat"),
        ("x, y and z", "x and z", "x[-, y-] and z"),
        ("x, z", "x, y, z", "x[+, y+], z"),
        ("A b. C d.", "A b. X y. C d.", "A b.[+ X y.+] C d."),
        ("(a b)", "(b)", "([-a -]b)"),
        ("one two three", "uno dos three", "[-one two-][+uno dos+] three"),
        ("One.\n\nTwo.", "One.\n\nAnd.\n\nTwo.", "One.[+\n\nAnd.+]\n\nTwo."),
        ("a shall shall b", "a shall b", "a shall[- shall-] b"),
        ("Xxxx cccc aaaa aaaa bbbb", "Yyyy cccc aaaa bbbb", "[-Xxxx-][+Yyyy+] cccc aaaa[- aaaa-] bbbb"),
        ("我的书", "我的新的书", "我的[+新的+]书"),
        ("甲、乙", "甲、丙、乙", "甲[+、丙+]、乙"),
        ("لكل إنسان حق", "لكل فرد حق", "لكل [-إنسان-][+فرد+] حق"),
        ("Каждый человек имеет право", "Каждый имеет право", "Каждый[- человек-] имеет право"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("States shall report now", "States shall never report", "States shall[+ never+] report[- now-]"),
        # What stays by chance between two changed words, or little of a sentence, is part of the change.
        (
            "We seek the care of the young",
            "We seek the duty of the child",
            "We seek the [-care of the young-][+duty of the child+]",
        ),
        (
            "All who live here may vote. They decide.",
            "Nobody under age takes part. They decide.",
            "[-All who live here may vote.-][+Nobody under age takes part.+] They decide.",
        ),
        ("Alpha acts. Beta rests.", "Beta rests. Alpha acts.", "[-Alpha acts. -]Beta rests.[+ Alpha acts.+]"),
        ("We act.", "We act; they rest.", "We act[-.-][+; they rest.+]"),
        ("a  b", "a b", "a[-  -][+ +]b"),
        ("same", "same", "same"),
        ("", "", ""),
    ],
)
def test_a_redline_reads_as_a_person_would_mark_it(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


LAKES = "Every State protects its lakes and rivers."
FISHING = "Local communities decide about fishing."


@pytest.mark.parametrize(
    ("apart", "joined", "struck", "put"),
    [
        (f"{LAKES} {FISHING}", f"{LAKES[:-1]}, {FISHING}", ".", ","),
        (f"{LAKES} {FISHING}", f"{LAKES[:-1]} and {FISHING}", ".", " and"),
        (f"{LAKES} {FISHING} Alpha rests.", f"{LAKES[:-1]} {FISHING} Alpha rests.", ".", ""),
        (f"Alpha rests. {LAKES} {FISHING}", f"Alpha rests. {LAKES[:-1]} {FISHING}", ".", ""),
        (
            "国家应当确保系统安全。各国人民决定发展道路。",
            "国家应当确保系统安全，各国人民决定发展道路。",
            "。",
            "，",
        ),
        (
            "على الدول ضمان السلامة. تقرر الشعوب مصيرها.",
            "على الدول ضمان السلامة، تقرر الشعوب مصيرها.",
            ".",
            "،",
        ),
        (
            "Государства защищают реки; народы решают судьбу.",
            "Государства защищают реки, народы решают судьбу.",
            ";",
            ",",
        ),
    ],
)
def test_of_sentences_that_are_joined_or_cut_the_sign_alone_is_marked(
    apart: str, joined: str, struck: str, put: str
) -> None:
    for old, new, gone, come in ((apart, joined, struck, put), (joined, apart, put, struck)):
        runs = redline(old, new)
        assert "".join(run.text for run in runs if run.kind == "struck") == gone
        assert "".join(run.text for run in runs if run.kind == "added") == come


def test_three_sentences_are_joined_and_cut_again() -> None:
    apart = f"{LAKES} {FISHING} Courts hear complaints promptly."
    joined = f"{LAKES[:-1]}; {FISHING[:-1]}, courts hear complaints promptly."
    joined = joined.replace("; L", ", l")
    for old, new in ((apart, joined), (joined, apart)):
        stayed = [run.text for run in redline(old, new) if run.kind == "equal"]
        assert "protects its lakes" in stayed[0] and "communities decide" in stayed[1]
        assert stayed[-1] == " hear complaints promptly."


def test_a_sentence_that_is_struck_is_not_taken_for_a_joined_one() -> None:
    """The sentence beside it holds some of its words, but of its own."""
    assert shown(f"{LAKES} States protect lakes.", "Every State protects its lakes.").endswith(
        "[- States protect lakes.-]"
    )


@given(texts, texts)
def test_a_redline_holds_both_texts_and_never_touches_itself(old: str, new: str) -> None:
    runs = redline(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "struck") == new
    for one, following in itertools.pairwise(runs):
        assert one.kind != following.kind and one.text and following.text


@given(texts, texts)
def test_the_edits_turn_one_text_into_the_other(old: str, new: str) -> None:
    base = Passage(old)
    found = edits(base, new)
    assert apply(base.tokens, found, 0, len(base.tokens)) == new
    assert all(one.end <= following.start for one, following in itertools.pairwise(found))
    assert found == sorted(found)


@given(texts, texts)
def test_small_texts_share_as_many_words_as_they_can(old: str, new: str) -> None:
    one, other = ([word for word in words(text) if not word.isspace()] for text in (old, new))
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, j in itertools.product(range(len(one)), range(len(other))):
        longest[i + 1][j + 1] = (
            longest[i][j] + 1 if one[i] == other[j] else max(longest[i][j + 1], longest[i + 1][j])
        )
    assert sum(size for _, _, size in aligned(one, other)) == longest[-1][-1]


def test_beyond_the_exact_search_words_that_occur_once_hold_the_texts_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.compilation.merge.alignment.MOST_CELLS", 1_000)
    old = [f"old{place}" for place in range(200)]
    new = [f"new{place}" for place in range(200)]
    for place in (10, 100, 150):
        old[place], new[place + 20] = f"kept{place}", f"kept{place}"
    assert aligned(old, new) == [(10, 30, 1), (100, 120, 1), (150, 170, 1)]


def test_words_that_changed_their_order_are_matched_once() -> None:
    old = [f"w{place}" for place in range(200)]
    assert aligned(old, old[100:] + old[:100]) in ([(0, 100, 100)], [(100, 0, 100)])


def test_two_small_changes_far_apart_in_a_long_clause_stay_small() -> None:
    middle = "the same words again and again, " * 1_000
    assert shown(f"First {middle}last", f"Prime {middle}end") == f"[-First-][+Prime+] {middle}[-last-][+end+]"


MANY = [f". Word{number:x}" for number in range(5_000, 12_000)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 50_000, "b " * 50_000),
        ("a b " * 25_000, "b a a " * 16_000),
        ("人" * 100_000, "人工" * 50_000),
        (
            "".join(random.Random(1).choices("ab ", k=100_000)),
            "".join(random.Random(2).choices("ab ", k=100_000)),
        ),
        (
            "".join(random.Random(3).choices("一二三四", k=100_000)),
            "".join(random.Random(4).choices("一二三四", k=100_000)),
        ),
        (
            " ".join(f"w{number}" for number in random.Random(5).sample(range(20_000), 20_000)),
            " ".join(f"w{number}" for number in random.Random(6).sample(range(20_000), 20_000)),
        ),
        ("Aa bb. Cc. " * 9_000, "Cc. Aa bb. Dd ee. " * 5_500),
        ("x" * 100_000, "x" * 50_000 + "y" * 50_000),
        (
            " ".join(f"Word{number:x}" for number in range(5_000)) + "".join(MANY),
            " ".join(f"Word{number:x}" for number in range(5_000)) + "".join(MANY).replace(".", ",") + ".",
        ),
    ],
    ids=[
        *(
            "nothing shared",
            "periodic",
            "one sign",
            "two letters",
            "four signs",
            "shuffled",
            "short",
            "solid",
        ),
        "joined",
    ],
)
def test_hostile_texts_of_a_hundred_thousand_characters_take_bounded_time(old: str, new: str) -> None:
    began = time.process_time()
    runs = redline(old, new)
    assert time.process_time() - began < 5.0
    assert "".join(run.text for run in runs if run.kind != "struck") == new

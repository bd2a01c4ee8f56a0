"""Many changes to one text."""

import itertools
import random
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.foundation.text import words
from app.merging.nway import Agreed, Alternative, Collision, Segment, choose, collisions, merge, settle
from app.merging.provenance import BASE, EDITOR, text_of
from tests.merging.drafting import proposals, texts

MINISTERS = "States should ensure safety and accountability of AI."


def agreed_text(segments: list[Segment]) -> str:
    assert not collisions(segments)
    return text_of(settle(segments, {}))


def base_of(segment: Segment) -> str:
    if isinstance(segment, Collision):
        return segment.base
    return segment.text if segment.sources == (BASE,) else segment.replaced


@given(texts, texts)
def test_one_change_merged_is_that_change_exactly(base: str, text: str) -> None:
    assert agreed_text(merge(base, {"c1": text})) == text


@given(texts, st.sets(st.sampled_from(["c1", "c2", "c3"])))
def test_changes_that_change_nothing_give_the_base(base: str, sources: set[str]) -> None:
    segments = merge(base, dict.fromkeys(sources, base))
    assert settle(segments, {}) == ([(base, (BASE,))] if base else [])


@given(texts, texts)
def test_identical_changes_are_shared_by_all_their_sources(base: str, text: str) -> None:
    segments = merge(base, {"c2": text, "c1": text})
    assert agreed_text(segments) == text
    assert {one.sources for one in segments if isinstance(one, Agreed)} <= {(BASE,), ("c1", "c2")}


@given(proposals(), st.randoms())
def test_the_order_in_which_changes_are_given_does_not_matter(
    case: tuple[str, dict[str, str]], chance: random.Random
) -> None:
    base, changes = case
    shuffled = list(changes.items())
    chance.shuffle(shuffled)
    assert merge(base, dict(shuffled)) == merge(base, changes)


@given(proposals())
def test_the_segments_cover_the_base_once_and_in_order(case: tuple[str, dict[str, str]]) -> None:
    base, changes = case
    assert "".join(base_of(segment) for segment in merge(base, changes)) == base


@given(proposals())
def test_every_word_of_the_result_is_in_the_text_of_each_of_its_sources(
    case: tuple[str, dict[str, str]],
) -> None:
    base, changes = case
    known = {BASE: base, **changes}
    for segment in merge(base, changes):
        parts = segment.alternatives if isinstance(segment, Collision) else [segment]
        for part in parts:
            assert part.sources
            assert all(part.text in known[source] for source in part.sources)


@given(proposals())
def test_every_change_appears_whole_agreed_or_contested(case: tuple[str, dict[str, str]]) -> None:
    """What a source says, put in place of the base wherever it says something, is its text."""
    base, changes = case
    segments = merge(base, changes)
    for source, text in changes.items():
        said = []
        for segment in segments:
            if isinstance(segment, Collision):
                own = [one.text for one in segment.alternatives if source in one.sources]
                said.append(own[0] if own else segment.base)
            else:
                said.append(segment.text if source in segment.sources else base_of(segment))
        assert "".join(said) == text


@given(proposals())
def test_without_collisions_no_two_words_run_together(case: tuple[str, dict[str, str]]) -> None:
    segments = merge(*case)
    assume(not collisions(segments))
    parts = [word for segment in segments for word in words(segment.text)]
    assert words("".join(parts)) == parts


@given(proposals())
def test_merging_never_doubles_or_drops_a_blank_that_nobody_wrote(case: tuple[str, dict[str, str]]) -> None:
    segments = merge(*case)
    assume(not collisions(segments))
    assert "  " not in text_of(settle(segments, {}))


def test_disjoint_changes_in_every_script_all_apply() -> None:
    base = "Государства должны act 国家应当确保安全 وتضمن الدول السلامة"
    changes = {
        "c1": base.replace("должны", "обязаны"),
        "c2": base.replace("应当", "必须"),
        "c3": base.replace("السلامة", "السلامة والمساءلة"),
        "c4": base.replace(" act", ""),
    }
    assert settle(merge(base, changes), {}) == [
        ("Государства ", (BASE,)),
        ("обязаны", ("c1",)),
        (" 国家", (BASE,)),
        ("必须", ("c2",)),
        ("确保安全 وتضمن الدول السلامة", (BASE,)),
        (" والمساءلة", ("c3",)),
    ]


@pytest.mark.parametrize(
    ("base", "one", "other", "expected"),
    [
        ("a b c.", "a c.", "a b.", "a."),
        ("x, y, z.", "x, z.", "x, y.", "x."),
        ("A b. C d. E f.", "A b. E f.", "A b. C d.", "A b."),
        ("a b.", "a b c.", "a b, d.", "a b c, d."),
        ("a b c", "a B c", "a b, x c", "a B, x c"),
        ("甲、乙、丙。", "甲、丙。", "甲、乙。", "甲。"),
        ("P.\n\nQ.", "P.\n\nX.\n\nQ.", "P.\n\nQ.\n\nY.", "P.\n\nX.\n\nQ.\n\nY."),
    ],
)
def test_neighbouring_changes_leave_no_stray_blank_or_comma(
    base: str, one: str, other: str, expected: str
) -> None:
    assert agreed_text(merge(base, {"c1": one, "c2": other})) == expected


def test_insertions_at_one_place_stand_in_the_order_of_their_words() -> None:
    changes = {"c9": "a new b", "c1": "a zealous b", "c5": "a new b"}
    assert settle(merge("a b", changes), {}) == [
        ("a", (BASE,)),
        (" new", ("c5", "c9")),
        (" zealous", ("c1",)),
        (" b", (BASE,)),
    ]


def test_insertions_that_would_run_together_collide() -> None:
    [_, collision, _] = merge("()", {"c1": "(one)", "c2": "(two)"})
    assert collision == Collision("", (Alternative("one", ("c1",)), Alternative("two", ("c2",))))


def test_deletions_that_would_glue_the_words_around_them_collide() -> None:
    segments = merge("x (y", {"c1": "x y", "c2": "x(y"})
    assert [one.text for one in collisions(segments)[0].alternatives] == [" ", "("]


def test_different_words_for_the_same_place_collide_and_both_stay_whole() -> None:
    changes = {
        "c1": MINISTERS.replace("should ensure", "shall guarantee"),
        "c2": MINISTERS.replace("ensure safety", "promote security"),
        "c3": MINISTERS.replace("of AI", "of AI systems"),
    }
    segments = merge(MINISTERS, changes)
    assert collisions(segments) == [
        Collision(
            "should ensure safety",
            (
                Alternative("shall guarantee safety", ("c1",)),
                Alternative("should promote security", ("c2",)),
            ),
        )
    ]
    assert text_of(settle(segments, {})) == (
        "States [shall guarantee safety] [should promote security] and accountability of AI systems."
    )


COLLISION = Collision(
    " should ensure safety", (Alternative("", ("c3",)), Alternative(" shall ensure security", ("c1", "c2")))
)


@pytest.mark.parametrize(
    ("chosen", "own_words", "expected"),
    [
        ("base", "", [(" should ensure safety", (BASE,))]),
        ("c3", "", []),
        (
            "c2",
            "",
            [(" ", (BASE,)), ("shall", ("c1", "c2")), (" ensure ", (BASE,)), ("security", ("c1", "c2"))],
        ),
        (
            "editor",
            "must ensure security ",
            [(" ", (BASE,)), ("must", (EDITOR,)), (" ensure ", (BASE,)), ("security", ("c1", "c2"))],
        ),
        ("editor", "  ", []),
        (
            "brackets",
            "",
            [
                (" ", (BASE,)),
                ("[] [", (EDITOR,)),
                ("shall", ("c1", "c2")),
                (" ensure ", (BASE,)),
                ("security", ("c1", "c2")),
                ("]", (EDITOR,)),
            ],
        ),
    ],
)
def test_a_collision_is_settled_and_every_word_keeps_its_source(
    chosen: str, own_words: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert choose(COLLISION, chosen, own_words) == expected


def test_only_a_source_of_the_collision_can_be_chosen() -> None:
    with pytest.raises(KeyError):
        choose(COLLISION, "c7")


def test_a_choice_of_no_words_at_all_settles_the_collision() -> None:
    segments = merge("a b c d", {"c1": "a d", "c2": "a B c d"})
    assert text_of(settle(segments, {0: choose(collisions(segments)[0], "c1")})) == "a d"


def test_a_choice_of_no_words_leaves_no_doubled_blank() -> None:
    segments = merge("a b", {"c1": "", "c2": "new a b new", "c3": "a"})
    [collision] = collisions(segments)
    assert text_of(settle(segments, {0: choose(collision, "c1")})) == "new new"


def test_the_editors_own_words_stand_apart_from_those_around() -> None:
    segments = merge("a b c d", {"c1": "a d", "c2": "a B c d"})
    assert text_of(settle(segments, {0: choose(collisions(segments)[0], "editor", "own")})) == "a own d"


@given(proposals(), st.data())
def test_a_settled_merge_holds_no_other_words_than_its_sources(
    case: tuple[str, dict[str, str]], data: st.DataObject
) -> None:
    base, changes = case
    segments = merge(base, changes)
    choices = {}
    for number, collision in enumerate(collisions(segments)):
        sources = [source for one in collision.alternatives for source in one.sources]
        choices[number] = choose(collision, data.draw(st.sampled_from([BASE, *sources])))
    runs = settle(segments, choices)
    known = {BASE: words(base)} | {source: words(text) for source, text in changes.items()}
    for text, sources in runs:
        for word, source in itertools.product(words(text), sources):
            assert word in known[source]
    assert all(one[1] != following[1] for one, following in itertools.pairwise(runs))


@pytest.mark.parametrize("apart", [True, False])
def test_two_hundred_changes_to_five_hundred_words_merge_at_once(apart: bool) -> None:
    chance = random.Random(7)
    base = [chance.choice([f"word{number}" for number in range(200)]) for _ in range(500)]
    changes = {}
    for number in range(200):
        text = list(base)
        for step in range(3):
            place = (number * 2 + step * 500 // 3) % 500 if apart else chance.randrange(500)
            text[place] = f"new{number}.{step}"
        changes[f"c{number}"] = " ".join(text)
    began = time.process_time()
    segments = merge(" ".join(base), changes)
    # A quarter of a second on an idle machine of two cores; loaded ones get room.
    assert time.process_time() - began < 1.0
    assert collisions(segments)

"""Many changes to one text."""

import time

import pytest

from app.merging.nway import Alternative, Collision, Segment, choose, collisions, merge, settle
from app.merging.provenance import BASE, EDITOR, text_of
from bench.merging import clause

MINISTERS = "States should ensure safety and accountability of AI."


def agreed_text(segments: list[Segment]) -> str:
    assert not collisions(segments)
    return text_of(settle(segments, {}))


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


def test_who_strikes_one_of_two_like_words_strikes_the_same_as_everybody() -> None:
    base = "rights of the States shall shall act"
    changes = {"c1": "rights of the States shall act", "c2": "duties of the States shall act"}
    assert agreed_text(merge(base, changes)) == "duties of the States shall act"


def test_the_same_words_by_different_edits_are_not_put_twice() -> None:
    base, change, other = "อธิสิงงรัลวอฐ", "อธิสิสิงรัลวอก", "ลปสิสิงรัลวอฐ"
    segments = merge(base, {"c1": change, "c2": other})
    assert text_of(settle(segments, {})).count("สิ") == 2


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


@pytest.mark.parametrize("apart", [True, False])
def test_two_hundred_changes_to_five_hundred_words_merge_at_once(apart: bool) -> None:
    base, changes = clause(apart)
    began = time.process_time()
    segments = merge(base, changes)
    # A tenth of a second on an idle machine of two cores; loaded ones get room.
    assert time.process_time() - began < 1.0
    assert len(changes) == 200
    assert collisions(segments)

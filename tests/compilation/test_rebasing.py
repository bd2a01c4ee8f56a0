"""A change that was not merged, put to the text that came after it."""

import pytest
from hypothesis import given

from app.compilation.merge.edits import edits
from app.compilation.merge.nway import collisions, merge, settle
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import text_of
from app.compilation.merge.rebasing import CHANGE, DRAFT, Rebased, prevailing, rebase
from app.discussion.models import Rebasing
from tests.compilation.drafting import texts

CARRIED, RETURNED, MET = Rebasing.CARRIED, Rebasing.RETURNED, Rebasing.MET
BASE = "States should ensure the safety of AI systems."


@pytest.mark.parametrize(
    ("change", "new", "outcome", "wording"),
    [
        ("States shall ensure the safety of AI systems.", BASE, CARRIED, None),
        (
            "States shall ensure the safety of AI systems.",
            "States should ensure the safety of AI systems and data.",
            CARRIED,
            "States shall ensure the safety of AI systems and data.",
        ),
        # The same words were changed to others.
        (
            "States shall ensure the safety of AI systems.",
            "States must ensure the safety of AI systems.",
            RETURNED,
            None,
        ),
        # The word beside was changed.
        (
            "States shall ensure the safety of AI systems.",
            "States should promote the safety of AI systems.",
            RETURNED,
            None,
        ),
        # Something was put at the same place.
        (
            "States should ensure the safety of AI systems and data.",
            "States should ensure the safety of AI systems and models.",
            RETURNED,
            None,
        ),
        ("States shall ensure the safety of AI systems.",) * 2 + (MET, None),
        # One of two edits is in the new text already.
        (
            "States shall ensure the safety of AI systems and data.",
            "States should ensure the safety of AI systems and data.",
            CARRIED,
            "States shall ensure the safety of AI systems and data.",
        ),
        (None, BASE, CARRIED, None),
        (None, BASE + " Always.", RETURNED, None),
        (None, None, MET, None),
        ("States shall ensure the safety of AI systems.", None, RETURNED, None),
    ],
)
def test_what_becomes_of_a_change(
    change: str | None, new: str | None, outcome: Rebasing, wording: str | None
) -> None:
    expected = change if outcome is CARRIED and wording is None else wording
    assert rebase(BASE, change, new) == Rebased(outcome, expected)


@pytest.mark.parametrize(
    ("base", "change", "new", "wording"),
    [
        (
            "国家应当确保系统安全。",
            "国家必须确保系统安全。",
            "国家应当确保系统的安全。",
            "国家必须确保系统的安全。",
        ),
        (
            "على الدول أن تضمن سلامة النظم.",
            "يجب على الدول أن تضمن سلامة النظم.",
            "على الدول أن تضمن سلامة جميع النظم.",
            "يجب على الدول أن تضمن سلامة جميع النظم.",
        ),
    ],
)
def test_a_change_is_carried_in_any_script(base: str, change: str, new: str, wording: str) -> None:
    assert rebase(base, change, new) == Rebased(CARRIED, wording)


@given(texts, texts)
def test_to_a_text_that_stayed_every_change_is_carried_as_it_was(base: str, change: str) -> None:
    expected = Rebased(MET) if change == base else Rebased(CARRIED, change)
    assert rebase(base, change, base) == expected


@given(texts, texts)
def test_a_change_that_became_the_text_is_met(base: str, change: str) -> None:
    assert rebase(base, change, change) == Rebased(MET)


@given(texts, texts, texts)
def test_a_carried_change_is_what_merging_gives_and_changes_the_same_words(
    base: str, change: str, new: str
) -> None:
    found = rebase(base, change, new)
    if found.outcome is CARRIED:
        segments = merge(base, {DRAFT: new, CHANGE: change})
        assert not collisions(segments)
        assert found.wording == text_of(settle(segments, {}))
        changed = [
            edit.text for edit in edits(Passage(base), change) if edit not in edits(Passage(base), new)
        ]
        assert found.wording is not None
        assert all(text in found.wording for text in changed)


@given(texts, texts)
def test_a_change_to_a_text_that_stayed_is_carried_as_it_was_written(base: str, change: str) -> None:
    found = rebase(base, change, base)
    assert found == (Rebased(CARRIED, change) if change != base else Rebased(MET))
    segments = merge(base, {DRAFT: base, CHANGE: change})
    assert not collisions(segments)
    assert text_of(settle(segments, {})) == change


@given(texts, texts, texts)
def test_where_nothing_collides_the_author_is_offered_both(base: str, change: str, new: str) -> None:
    segments = merge(base, {DRAFT: new, CHANGE: change})
    if not collisions(segments):
        assert prevailing(base, change, new) == text_of(settle(segments, {}))


def test_where_they_collide_the_author_is_offered_the_changed_sentence_in_the_new_text() -> None:
    base, change = f"{BASE} They act.", f"{BASE.replace('should', 'shall')} They act."
    new = "All States must ensure the safety of AI systems and data. They report."
    assert prevailing(base, change, new) == "States shall ensure the safety of AI systems. They report."

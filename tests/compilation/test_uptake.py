"""Which proposed changes stand in a wording."""

import pytest
from hypothesis import given

from app.compilation.merge.nway import choose, collisions, merge, settle
from app.compilation.merge.provenance import EDITOR, RunList, attribute, text_of
from app.compilation.uptake import taken_up
from tests.compilation.drafting import Case, cases, disjoint

BASE = "States should ensure the safety of AI systems."
SHALL, MAY = BASE.replace("should", "shall"), BASE.replace("should", "may")


def settled(changes: dict[str, str], choice: str, own_words: str = "") -> RunList:
    segments = merge(BASE, changes)
    return settle(
        segments, {place: choose(one, choice, own_words) for place, one in enumerate(collisions(segments))}
    )


def merged(**changes: str) -> RunList:
    return settle(merge(BASE, changes), {})


@given(disjoint())
def test_of_changes_to_different_words_all_stands(case: tuple[str, dict[str, str], str]) -> None:
    base, changes, _ = case
    wanted = {source: True for source, text in changes.items() if text != base}
    assert taken_up(base, changes, settle(merge(base, changes), {})) == wanted


@given(cases)
def test_what_does_not_collide_stands_and_in_the_base_nothing_does(case: Case) -> None:
    base, changes = case
    segments = merge(base, changes)
    if not collisions(segments):
        standing = taken_up(base, changes, settle(segments, {}))
        assert all(standing.values())
        assert standing.keys() == {source for source, text in changes.items() if text != base}
    for source, text in changes.items():
        assert taken_up(base, {source: text}, [(base, ("base",))]) == {}


def test_what_lost_a_collision_does_not_stand() -> None:
    both = {"c1": SHALL, "c2": MAY}
    assert taken_up(BASE, both, settled(both, "c1")) == {"c1": True}
    assert taken_up(BASE, both, settled(both, "base")) == {}
    assert taken_up(BASE, both, settled(both, EDITOR, "must")) == {}


def test_words_among_others_stand_in_part() -> None:
    both = {"c1": SHALL, "c2": MAY}
    assert taken_up(BASE, both, settled(both, "brackets")) == {"c1": False, "c2": False}
    assert taken_up(BASE, both, settled(both, EDITOR, "shall always")) == {"c1": False}


def test_a_change_that_says_the_contrary_with_the_same_word_is_another() -> None:
    both = {"c1": SHALL, "c2": BASE.replace("should", "shall not")}
    assert taken_up(BASE, both, settled(both, "c2")) == {"c2": True}


def test_what_the_editor_took_out_again_does_not_stand() -> None:
    assert taken_up(BASE, {"c1": SHALL}, attribute(merged(c1=SHALL), "AI is safe.")) == {}
    two = SHALL.replace("AI", "all AI")
    assert taken_up(BASE, {"c1": two}, attribute(merged(c1=two), SHALL)) == {"c1": False}


def test_words_the_editor_adds_elsewhere_take_nothing_away() -> None:
    text = SHALL.replace("systems", "systems and data")
    assert taken_up(BASE, {"c1": SHALL}, attribute(merged(c1=SHALL), text)) == {"c1": True}
    beside = SHALL.replace("ensure", "guarantee")
    assert taken_up(BASE, {"c1": SHALL}, attribute(merged(c1=SHALL), beside)) == {"c1": False}


def test_a_deletion_stands_where_its_words_are_missing_and_not_where_all_is() -> None:
    without = BASE.replace("AI ", "")
    runs = merged(c1=without)
    assert taken_up(BASE, {"c1": without}, runs) == {"c1": True}
    assert taken_up(BASE, {"c1": without}, attribute(runs, without.replace("systems", "tools"))) == {
        "c1": False
    }
    assert taken_up(BASE, {"c1": without}, attribute(runs, BASE)) == {}
    assert taken_up(BASE, {"c1": without}, attribute(runs, "Everybody has a say.")) == {}
    first, second = "States should ensure", "the safety of systems."
    assert taken_up(BASE, {"c1": without}, attribute(runs, first)) == {}
    assert taken_up(BASE, {"c1": without}, attribute(runs, second)) == {"c1": False}


def test_a_deletion_beside_changed_sentences_stands() -> None:
    base = f"First things first. {BASE} Last things last."
    changes = {
        "c1": base.replace("AI ", ""),
        "c2": base.replace("First things first", "All things first"),
        "c3": base.replace(" Last things last.", ""),
    }
    runs = settle(merge(base, changes), {})
    assert taken_up(base, changes, runs) == {"c1": True, "c2": True, "c3": True}


BANKS = "States should publish reports. Banks should pay yearly fees. Courts should decide quickly."
WITHOUT_BANKS = BANKS.replace(" Banks should pay yearly fees.", "")
WITHOUT_COURTS = BANKS.replace(" Courts should decide quickly.", "")


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        (BANKS.replace(" yearly", ""), BANKS.replace(" yearly", ""), BANKS.replace(" yearly", "")),
        (WITHOUT_BANKS, WITHOUT_BANKS, WITHOUT_BANKS),
        (WITHOUT_BANKS, WITHOUT_COURTS, "States should publish reports."),
        (WITHOUT_BANKS, BANKS.replace("quickly", "promptly"), WITHOUT_BANKS.replace("quickly", "promptly")),
    ],
    ids=["the same word", "the same sentence", "sentences beside each other", "beside a change"],
)
def test_what_two_people_strike_is_gone_and_taken_up_whole(one: str, other: str, text: str) -> None:
    changes = {"c1": one, "c2": other}
    segments = merge(BANKS, changes)
    assert collisions(segments) == []
    runs = settle(segments, {})
    assert text_of(runs) == text
    assert taken_up(BANKS, changes, runs) == {"c1": True, "c2": True}


def test_a_deletion_within_a_larger_one_that_is_chosen_is_taken_with_modification() -> None:
    changes = {"c1": WITHOUT_BANKS, "c2": "States should publish reports."}
    (collision,) = collisions(segments := merge(BANKS, changes))
    runs = settle(segments, {0: choose(collision, "c2")})
    assert text_of(runs) == changes["c2"]
    assert taken_up(BANKS, changes, runs) == {"c1": False, "c2": True}

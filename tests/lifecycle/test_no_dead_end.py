"""Whatever the chair does, with reasons or without: a norm that has not come to its end has a way on."""

import datetime as dt
from dataclasses import dataclass, replace

from app.lifecycle.facts import Facts
from app.lifecycle.guards import ADOPTED, missing
from app.lifecycle.models import DeterminationOutcome
from app.norms.stages import FINAL, TAKES_POSITIONS, Stage, reachable

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=40)

#: Everything that people can leave undone, and everything done.
NOTHING_DONE = Facts(
    Stage.PREPARATION,
    NOW,
    opens_at=NOW - dt.timedelta(days=20),
    closes_at=NOW + dt.timedelta(days=20),
    minimum_days=14,
    rules_fault="unreadable",
    lacking={"fr": ("1",)},
    unanswered=(1,),
    held=(2,),
    under_review=(3,),
    unsettled=("1",),
    behind={"fr": ("1",)},
    decided_otherwise=(4,),
    open_objections=("p1",),
    without_note=("p2",),
    unassessed=("balanced",),
)
ALL_DONE = Facts(
    Stage.PREPARATION, NOW, opens_at=NOW - dt.timedelta(days=20), closes_at=NOW, minimum_days=14, clauses=1
)


@dataclass(frozen=True)
class Place:
    """Where a norm can be: its stage, whence it was suspended, what was determined on its present draft."""

    stage: Stage
    left: Stage | None = None
    outcome: DeterminationOutcome | None = None


def steps(place: Place, facts: Facts, *, with_a_reason: bool) -> set[Place]:
    """Where one step leads if things stand so."""
    found = set()
    facts = replace(facts, stage=place.stage, outcome=place.outcome)
    ways = reachable(place.stage, place.left)
    for to, closes_at in [(to, None) for to in ways] + [(to, LATER) for to in ways & TAKES_POSITIONS]:
        lacks = missing(facts, to, closes_at=closes_at)
        if all(with_a_reason and not lack.is_firm for lack in lacks):
            opens_a_draft = place.stage is Stage.COMPILATION and to is not Stage.SUSPENDED
            left = place.stage if to is Stage.SUSPENDED else None
            found.add(Place(to, left, None if opens_a_draft else place.outcome))
    return found


def determinations(place: Place) -> set[Place]:
    if place.stage is not Stage.CONSENSUS_CALL or place.outcome is not None:
        return set()
    return {replace(place, outcome=outcome) for outcome in DeterminationOutcome}


def everywhere() -> set[Place]:
    """Each place to which some sequence of steps and determinations leads."""
    found, ahead = set(), {Place(Stage.PREPARATION)}
    while ahead:
        found |= ahead
        ahead = {
            to
            for place in ahead
            for to in determinations(place)
            | steps(place, NOTHING_DONE, with_a_reason=True)
            | steps(place, ALL_DONE, with_a_reason=True)
        } - found
    return found


def test_the_walk_reaches_every_stage() -> None:
    assert {place.stage for place in everywhere()} == set(Stage)


def test_every_place_but_the_last_has_a_way_on_that_needs_only_work_and_a_reason() -> None:
    for place in everywhere():
        if place.stage in FINAL or place.left in FINAL:
            continue
        ways = steps(place, ALL_DONE, with_a_reason=True) | determinations(place)
        assert {way for way in ways if way.stage is not Stage.SUSPENDED}, place


def test_from_every_place_before_the_outcome_a_publication_can_be_reached() -> None:
    for place in everywhere():
        seen, ahead = set(), {place}
        while ahead:
            seen |= ahead
            ahead = {
                to for one in ahead for to in determinations(one) | steps(one, ALL_DONE, with_a_reason=True)
            } - seen
        ends = {place.stage, place.left} & {Stage.NOT_ADOPTED, Stage.UNDER_REVIEW}
        assert ends or Stage.PUBLISHED in {one.stage for one in seen}, place


def test_no_reason_leads_to_an_outcome_that_was_not_determined() -> None:
    for place in everywhere():
        stages = {place.stage, place.left}
        if stages & {Stage.ADOPTED, Stage.PUBLISHED, Stage.UNDER_REVIEW}:
            assert place.outcome in ADOPTED
        if Stage.NOT_ADOPTED in stages:
            assert place.outcome is DeterminationOutcome.NOT_ADOPTED


def test_without_a_reason_an_adoption_stands() -> None:
    adopted = Place(Stage.ADOPTED, outcome=DeterminationOutcome.CONSENSUS)
    assert {one.stage for one in steps(adopted, ALL_DONE, with_a_reason=False)} == {
        Stage.PUBLISHED,
        Stage.SUSPENDED,
    }
    assert Place(Stage.COMPILATION, outcome=DeterminationOutcome.CONSENSUS) in steps(
        adopted, ALL_DONE, with_a_reason=True
    )

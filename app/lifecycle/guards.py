"""What is missing before a step (pure). The table is chapter 2's, line by line."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from app.foundation.errors import plain
from app.lifecycle.facts import Facts
from app.lifecycle.missing import Lack, on_clauses
from app.lifecycle.models import DeterminationOutcome
from app.norms.stages import Stage

Guard = Callable[[Facts, dt.datetime | None], Iterator[Lack]]

ADOPTED = (DeterminationOutcome.CONSENSUS, DeterminationOutcome.RESERVATIONS)


def a_closing_date(facts: Facts, closes_at: dt.datetime | None) -> Iterator[Lack]:
    if closes_at is None:
        yield Lack("closing-date")
    elif closes_at < facts.now + dt.timedelta(days=facts.minimum_days):
        yield Lack("round-too-short", {"days": facts.minimum_days})


def an_end_to_the_call(facts: Facts, closes_at: dt.datetime | None) -> Iterator[Lack]:
    if closes_at is None:
        yield Lack("closing-date")
    elif closes_at <= facts.now:
        yield Lack("call-ends-before-it-begins")


def not_shortened(facts: Facts, closes_at: dt.datetime | None) -> Iterator[Lack]:
    """What was suspended goes on for as long as was announced, or longer."""
    announced = facts.closes_at
    if closes_at is not None and announced is not None and closes_at < announced:
        yield Lack("shortened", {"moment": plain(announced)})


def call_stays_closed(facts: Facts, closes_at: dt.datetime | None) -> Iterator[Lack]:
    """What was determined rests on the call that has ended: nothing may be said in it afterwards."""
    if facts.outcome is not None and closes_at is not None and closes_at > facts.now:
        yield Lack("determined-already")


def readable_rules(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.rules_fault:
        yield Lack("rules-unreadable", {"what": facts.rules_fault})


def authentic_texts(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if not facts.clauses:
        yield Lack("no-clauses")
    for language, labels in facts.lacking.items():
        yield Lack("authentic-text", {"language": language, "labels": list(labels)})


def round_closed(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    """Earlier than was announced only with a reason, and not before the shortest time the rules allow."""
    if facts.closes_at is None:
        yield Lack("round-endless")
    elif facts.now < facts.closes_at:
        shortest = (facts.opens_at or facts.now) + dt.timedelta(days=facts.minimum_days)
        if facts.opens_at is not None and facts.now < shortest:
            yield Lack("minimum-not-over", {"moment": plain(min(shortest, facts.closes_at))})
        else:
            yield Lack("round-open", {"moment": plain(facts.closes_at)})


def comments_answered(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.held:
        yield Lack("comments-held", {"comments": list(facts.held)})
    if facts.unanswered:
        yield Lack("comments-unanswered", {"comments": list(facts.unanswered)})


def reviews_ended(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.under_review:
        yield Lack("reviews-open", {"comments": list(facts.under_review)})


def collisions_settled(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.unsettled:
        yield Lack("collisions", {"labels": list(facts.unsettled)})


def decisions_agree(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.decided_otherwise:
        yield Lack("decided-otherwise", {"comments": list(facts.decided_otherwise)})


def commitments_kept(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.not_taken_up:
        yield Lack("not-taken-up", {"comments": list(facts.not_taken_up)})


def languages_follow(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    for language, labels in facts.behind.items():
        yield Lack("languages-behind", {"language": language, "labels": list(labels)})


def objections_answered(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    for code, provisions in (
        ("objections-unanswered", facts.open_objections),
        ("objections-without-note", facts.without_note),
    ):
        if provisions:
            yield on_clauses(code, provisions, facts.labels)


def assessed(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.unassessed:
        yield Lack("not-assessed", {"schemes": list(facts.unassessed)})


def determined_adopted(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.outcome not in ADOPTED:
        yield Lack("not-determined-adopted")


def determined_not_adopted(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.outcome is not DeterminationOutcome.NOT_ADOPTED:
        yield Lack("not-determined-not-adopted")


def adoption_reopened(facts: Facts, _: dt.datetime | None) -> Iterator[Lack]:
    if facts.stage is Stage.ADOPTED or facts.outcome in ADOPTED:
        yield Lack("adoption-stands")


NEXT_ROUND: tuple[Guard, ...] = (
    comments_answered,
    commitments_kept,
    decisions_agree,
    collisions_settled,
    languages_follow,
    a_closing_date,
)
GUARDS: Mapping[tuple[Stage, Stage], tuple[Guard, ...]] = {
    (Stage.PREPARATION, Stage.CONSULTATION): (authentic_texts, readable_rules, a_closing_date),
    (Stage.CONSULTATION, Stage.COMPILATION): (round_closed,),
    (Stage.LAST_CALL, Stage.COMPILATION): (round_closed,),
    (Stage.COMPILATION, Stage.CONSULTATION): NEXT_ROUND,
    (Stage.COMPILATION, Stage.LAST_CALL): NEXT_ROUND,
    (Stage.LAST_CALL, Stage.CONSENSUS_CALL): (
        round_closed,
        comments_answered,
        commitments_kept,
        reviews_ended,
        objections_answered,
        assessed,
        an_end_to_the_call,
    ),
    (Stage.CONSENSUS_CALL, Stage.COMPILATION): (adoption_reopened,),
    (Stage.CONSENSUS_CALL, Stage.ADOPTED): (determined_adopted,),
    (Stage.CONSENSUS_CALL, Stage.NOT_ADOPTED): (determined_not_adopted,),
    (Stage.ADOPTED, Stage.COMPILATION): (adoption_reopened,),
    (Stage.ADOPTED, Stage.PUBLISHED): (determined_adopted,),
    (Stage.SUSPENDED, Stage.CONSULTATION): (not_shortened,),
    (Stage.SUSPENDED, Stage.LAST_CALL): (not_shortened,),
    (Stage.SUSPENDED, Stage.CONSENSUS_CALL): (not_shortened, call_stays_closed),
}


def missing(facts: Facts, to: Stage, *, closes_at: dt.datetime | None) -> list[Lack]:
    """Everything that is missing before the norm can go ``to`` a stage; empty if nothing is."""
    guards = GUARDS.get((facts.stage, to), ())
    return [lack for guard in guards for lack in guard(facts, closes_at)]

"""What is missing before a step, in words (pure). The table is chapter 2's, line by line."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.foundation.errors import N_, Phrase
from app.norms.lifecycle import Stage
from app.procedure.facts import Facts
from app.procedure.models import Outcome

Guard = Callable[[Facts, dt.datetime | None], Iterator[Phrase]]

NAMED = 10  #: of a long list; the rest is counted


def named(names: Sequence[object], mark: str = "") -> str:
    """The first names of a list: "c1, c2, c3 …"."""
    shown = ", ".join(f"{mark}{name}" for name in names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} …"


def a_closing_date(facts: Facts, closes_at: dt.datetime | None) -> Iterator[Phrase]:
    if closes_at is None:
        yield Phrase(N_("Say when the round closes."))
    elif closes_at < facts.now + dt.timedelta(days=facts.minimum_days):
        yield Phrase(
            N_("The round must stay open for at least %(days)s day."),
            {"days": facts.minimum_days},
            plural=N_("The round must stay open for at least %(days)s days."),
            count=facts.minimum_days,
        )


def readable_rules(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.rules_fault:
        yield Phrase(N_("The rules of procedure cannot be frozen: %(what)s"), {"what": facts.rules_fault})


def authentic_texts(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if not facts.clauses:
        yield Phrase(N_("The draft has no clauses yet."))
    for language, labels in facts.lacking.items():
        yield Phrase(
            N_("%(count)s clause has no authentic text in %(language)s: %(labels)s."),
            {"count": len(labels), "language": language, "labels": named(labels)},
            plural=N_("%(count)s clauses have no authentic text in %(language)s: %(labels)s."),
            count=len(labels),
        )


def round_closed(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.closes_at is None:
        yield Phrase(N_("The round has no closing date, so it has not ended."))
    elif facts.now < facts.closes_at:
        yield Phrase(
            N_("The round is open until %(moment)s."),
            {"moment": facts.closes_at.strftime("%Y-%m-%d %H:%M UTC")},
        )


def comments_answered(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.held:
        yield Phrase(
            N_("%(count)s comment waits for a moderator: %(comments)s."),
            {"count": len(facts.held), "comments": named(facts.held, "c")},
            plural=N_("%(count)s comments wait for a moderator: %(comments)s."),
            count=len(facts.held),
        )
    if facts.unanswered:
        yield Phrase(
            N_("%(count)s comment has no disposition with a reason: %(comments)s."),
            {"count": len(facts.unanswered), "comments": named(facts.unanswered, "c")},
            plural=N_("%(count)s comments have no disposition with a reason: %(comments)s."),
            count=len(facts.unanswered),
        )


def reviews_ended(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.under_review:
        yield Phrase(
            N_("The chair has yet to review %(count)s disposition: %(comments)s."),
            {"count": len(facts.under_review), "comments": named(facts.under_review, "c")},
            plural=N_("The chair has yet to review %(count)s dispositions: %(comments)s."),
            count=len(facts.under_review),
        )


def collisions_settled(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.unsettled:
        yield Phrase(
            N_("Changes still collide in clause %(labels)s: settle them or leave them in brackets."),
            {"labels": named(facts.unsettled)},
            plural=N_("Changes still collide in clauses %(labels)s: settle them or leave them in brackets."),
            count=len(facts.unsettled),
        )


def decisions_agree(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.decided_otherwise:
        yield Phrase(
            N_(
                "%(count)s merged change was decided otherwise: %(comments)s. "
                "Change the decision, or take its words out."
            ),
            {"count": len(facts.decided_otherwise), "comments": named(facts.decided_otherwise, "c")},
            plural=N_(
                "%(count)s merged changes were decided otherwise: %(comments)s. "
                "Change the decisions, or take their words out."
            ),
            count=len(facts.decided_otherwise),
        )


def languages_follow(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    for language, labels in facts.behind.items():
        yield Phrase(
            N_("%(count)s clause has no text in %(language)s that follows the others: %(labels)s."),
            {"count": len(labels), "language": language, "labels": named(labels)},
            plural=N_("%(count)s clauses have no text in %(language)s that follows the others: %(labels)s."),
            count=len(labels),
        )


def objections_answered(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.open_objections:
        yield Phrase(
            N_("%(count)s objection has no answer yet, on %(provisions)s."),
            {"count": len(facts.open_objections), "provisions": named(sorted(set(facts.open_objections)))},
            plural=N_("%(count)s objections have no answer yet, on %(provisions)s."),
            count=len(facts.open_objections),
        )
    if facts.without_note:
        yield Phrase(
            N_("%(count)s maintained objection has no note from the chair, on %(provisions)s."),
            {"count": len(facts.without_note), "provisions": named(sorted(set(facts.without_note)))},
            plural=N_("%(count)s maintained objections have no note from the chair, on %(provisions)s."),
            count=len(facts.without_note),
        )


def assessed(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.unassessed:
        yield Phrase(
            N_("The draft has not been assessed under every frozen scheme: %(schemes)s."),
            {"schemes": ", ".join(facts.unassessed)},
        )


def determined_adopted(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.outcome not in (Outcome.CONSENSUS, Outcome.RESERVATIONS):
        yield Phrase(N_("The chair has not determined that this draft is adopted."))


def determined_not_adopted(facts: Facts, _: dt.datetime | None) -> Iterator[Phrase]:
    if facts.outcome is not Outcome.NOT_ADOPTED:
        yield Phrase(N_("The chair has not determined that this draft is not adopted."))


NEXT_ROUND: tuple[Guard, ...] = (
    comments_answered,
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
        reviews_ended,
        objections_answered,
        assessed,
    ),
    (Stage.CONSENSUS_CALL, Stage.ADOPTED): (determined_adopted,),
    (Stage.CONSENSUS_CALL, Stage.NOT_ADOPTED): (determined_not_adopted,),
    (Stage.ADOPTED, Stage.PUBLISHED): (determined_adopted,),
}


def missing(facts: Facts, to: Stage, *, closes_at: dt.datetime | None) -> list[Phrase]:
    """Everything that is missing before the norm can go ``to`` a stage; empty if nothing is."""
    guards = GUARDS.get((facts.stage, to), ())
    return [phrase for guard in guards for phrase in guard(facts, closes_at)]

"""Gathering what a publication shows."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.chain import PLATFORM, Break
from app.audit.models import AuditEntry
from app.audit.queries import head
from app.compilation.commitments import uptakes
from app.consensus.activity_queries import decisions
from app.consensus.assessing import published
from app.consensus.frozen import Roll
from app.consensus.models import Assessment, SetAsideStakeholder
from app.discussion import queries as discussion
from app.foundation.canonical import canonical, digest
from app.lifecycle.models import Determination
from app.lifecycle.overrides import overrides
from app.norms.models import Norm
from app.norms.queries import clauses
from app.positions import queries as positions
from app.positions.explanations_of_position import explanations
from app.positions.reservations import standing
from app.publication.facts import (
    clause_facts,
    disposition_facts,
    explanation_facts,
    objection_facts,
    reservation_facts,
)
from app.publication.models import Publication
from app.stakeholders.models import Category, Stakeholder

AT_A_TIME = 10_000  #: stakeholders whose names are asked for in one statement


def of_norm(session: Session, norm_id: int) -> list[Publication]:
    """A norm's publications, newest first."""
    return list(
        session.scalars(
            sa.select(Publication).where(Publication.norm_id == norm_id).order_by(Publication.number.desc())
        )
    )


def numbered(session: Session, norm_id: int, number: int) -> Publication | None:
    return session.scalars(
        sa.select(Publication).where(Publication.norm_id == norm_id, Publication.number == number)
    ).one_or_none()


def every(session: Session) -> Iterator[Publication]:
    """All publications of all norms, oldest first."""
    query = sa.select(Publication).options(joinedload(Publication.norm)).order_by(Publication.id)
    yield from session.scalars(query.execution_options(yield_per=10))


def unlike_published(session: Session) -> Break | None:
    """The first entry that a publication names and that is not, or not any more, the one it names."""
    rows = session.execute(
        sa.select(Norm.slug, Publication.number, Publication.summary["record"])
        .join(Norm, Norm.id == Publication.norm_id)
        .order_by(Publication.id)
    )
    for slug, number, named in rows:
        for chain, place, sealed in _named_heads(named):
            there = sa.select(AuditEntry.digest).where(AuditEntry.chain == chain, AuditEntry.place == place)
            if session.scalar(there) != sealed:
                return Break(chain, place, f"not the one that publication {slug}-{number} names")
    return None


def _named_heads(record: Any) -> Iterator[tuple[str, int, bytes]]:
    """Chain, place and digest of what a summary names; the first publications named one, the platform's."""
    for named in [record] if isinstance(record, dict) else record or []:
        yield named.get("chain", PLATFORM), named["number"], bytes.fromhex(named["digest"])


def summary(
    session: Session,
    norm: Norm,
    assessment: Assessment,
    determination: Determination,
    roll: Roll,
    *,
    number: int,
    now: dt.datetime,
) -> dict[str, Any]:
    """Everything the page and the package show, as JSON.

    Who was counted as what, and how objections stood, is what the ``roll`` says, whatever happened since.
    """
    draft = clauses(session, norm.current_draft_id or 0)
    outstanding = sorted(
        language
        for language in norm.languages
        if any(language not in {text.language for text in clause.texts} for clause in draft)
    )
    return {
        "norm": norm.slug,
        "publication": number,
        "published_at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "titles": norm.titles,
        "summaries": norm.summaries,
        "draft": norm.current_draft.number if norm.current_draft else 0,
        "languages": norm.languages,
        "authentic_languages": norm.authentic_languages,
        "languages_outstanding": outstanding,
        "assessment_digest": digest(published(assessment.result)),
        "verification": assessment.result["verification"],
        "determination": {
            "outcome": determination.outcome.value,
            "texts": determination.texts,
            "despite": determination.despite,
            "reasons": determination.reasons,
        },
        "overrides": overrides(session, norm.id),
        "record": record_facts(session, norm),
        "heard": heard(roll, assessment.result["verification"]),
        "stakeholders": entities(session, roll),
        "set_aside": set_aside_facts(session, norm, roll),
        "clauses": [clause_facts(clause) for clause in draft],
        "objections": in_no_order_of_time(
            objection_facts(line, roll)
            for line in positions.ledger(session, norm.id)
            if line.objection.id in roll.objections
        ),
        "reservations": in_no_order_of_time(reservation_facts(one, roll) for one in standing(session, norm)),
        "explanations": in_no_order_of_time(
            explanation_facts(one) for one in explanations(session, norm.current_draft_id)
        ),
        "dispositions": dispositions(session, norm),
    }


def in_no_order_of_time(acts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By provision and words: what follows one another in time may come from one individual."""
    return sorted(acts, key=lambda one: (one.get("provision", ""), canonical(one)))


def heard(roll: Roll, verification: bool) -> dict[str, int]:
    """How many of those who have spoken count, entities only when verified; from how many countries."""
    counted = [
        one
        for one in roll.counted.values()
        if one.verified or one.category == Category.INDIVIDUAL or not verification
    ]
    return {
        "stakeholders": len(counted),
        "not_counted": len(roll.counted) - len(counted),
        "countries": len({one.country for one in counted if one.country}),
    }


def entities(session: Session, roll: Roll) -> list[dict[str, Any]]:
    """Every entity on the roll that was not refused, in the order of their names in files."""
    listed = {number: one for number, one in roll.counted.items() if one.category != Category.INDIVIDUAL}
    names = _public_names(session, list(listed))
    return [
        {
            "id": one.name,
            "name": names[number],
            "category": one.category,
            "country": one.country,
            "verified": one.verified,
        }
        for number, one in sorted(listed.items(), key=lambda pair: pair[1].name)
    ]


def _public_names(session: Session, numbers: list[int]) -> dict[int, str]:
    return {
        one.id: one.name
        for begin in range(0, len(numbers), AT_A_TIME)
        for one in session.scalars(
            sa.select(Stakeholder).where(Stakeholder.id.in_(numbers[begin : begin + AT_A_TIME]))
        )
    }


def set_aside_facts(session: Session, norm: Norm, roll: Roll) -> list[dict[str, Any]]:
    """The decisions in force not to count stakeholders: which entities, how many individuals, and why."""
    found = []
    for decision, _ in reversed(decisions(session, norm.id)):
        if decision.id in roll.set_aside:
            chosen = session.scalars(
                sa.select(SetAsideStakeholder.stakeholder_id).where(
                    SetAsideStakeholder.set_aside_id == decision.id
                )
            )
            people = [roll.counted[one] for one in chosen if one in roll.counted]
            named = sorted(one.name for one in people if one.category != Category.INDIVIDUAL)
            found.append(
                {
                    "stakeholders": named,
                    "individuals": len(people) - len(named),
                    "reason": decision.reason,
                    "language": decision.language,
                    "decided_at": decision.decided_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
                }
            )
    return found


def record_facts(session: Session, norm: Norm) -> list[dict[str, Any]]:
    """The last entries of the norm's chain and of the platform's before the publication."""
    heads = ((chain, head(session, chain)) for chain in (norm.slug, PLATFORM))
    return [
        {"chain": chain, "number": last.place, "digest": last.digest.hex()} for chain, last in heads if last
    ]


def dispositions(session: Session, norm: Norm) -> list[dict[str, Any]]:
    """Every comment with its decision, and the draft that took it up."""
    lines = discussion.lines(session, norm.id, limit=None)
    kept = uptakes(session, [line.disposition.id for line in lines if line.disposition])
    return [
        disposition_facts(one, kept.get(one.disposition.id) if one.disposition else None) for one in lines
    ]

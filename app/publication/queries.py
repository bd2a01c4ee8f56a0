"""Gathering what a publication shows."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.chain import PLATFORM, Break
from app.audit.models import Entry
from app.audit.queries import head
from app.consensus.frozen import Roll
from app.consensus.models import Assessment, SetAsideStakeholder
from app.consensus.watching import decisions
from app.discussion import queries as discussion
from app.merging.commitments import uptakes
from app.merging.models import Uptake
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.queries import clauses
from app.positions import queries as positions
from app.positions.explaining import explanations
from app.positions.models import Explanation, Reservation
from app.positions.reserving import standing
from app.procedure.models import Determination
from app.procedure.overriding import overrides
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
        for chain, place, digest in _named_heads(named):
            there = sa.select(Entry.digest).where(Entry.chain == chain, Entry.place == place)
            if session.scalar(there) != digest:
                return Break(chain, place, f"not the one that publication {slug}-{number} names")
    return None


def _named_heads(record: Any) -> Iterator[tuple[str, int, bytes]]:
    """Chain, place and digest of what a summary names; the first publications named one, the platform's."""
    for named in [record] if isinstance(record, dict) else record or []:
        yield named.get("chain", PLATFORM), named["number"], bytes.fromhex(named["digest"])


def public_name(stakeholder: Stakeholder, category: str | None = None) -> str:
    """Entities by their name; an individual by a number, because a package cannot be taken back.

    category: as what it was counted, where that is known.
    """
    if Category.INDIVIDUAL in (category, stakeholder.category):
        return stakeholder.external_id or f"s{stakeholder.id}"
    return stakeholder.name


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
        "assessment_digest": assessment.digest,
        "verification": assessment.result["verification"],
        "determination": {
            "outcome": determination.outcome.value,
            "texts": determination.texts,
            "despite": determination.despite,
            "reasons": determination.reasons,
        },
        "overrides": overrides(session, norm.id),
        "record": record_facts(session, norm),
        "stakeholders": heard(session, roll),
        "set_aside": set_aside_facts(session, norm, roll),
        "clauses": [clause_facts(clause) for clause in draft],
        "objections": [
            objection_facts(line, roll)
            for line in positions.ledger(session, norm.id)
            if line.objection.id in roll.objections
        ],
        "reservations": [reservation_facts(one) for one in standing(session, norm)],
        "explanations": [explanation_facts(one) for one in explanations(session, norm.current_draft_id)],
        "dispositions": dispositions(session, norm),
    }


def heard(session: Session, roll: Roll) -> list[dict[str, Any]]:
    """Everybody on the roll who was not refused, in the order of their names in files."""
    listed = sorted(roll.counted.items(), key=lambda pair: pair[1].name)
    names = _public_names(session, roll)
    return [
        {
            "id": one.name,
            "name": names[number],
            "category": one.category,
            "country": one.country,
            "verified": one.verified,
        }
        for number, one in listed
    ]


def _public_names(session: Session, roll: Roll) -> dict[int, str]:
    found = sorted(roll.counted)
    return {
        one.id: public_name(one, roll.counted[one.id].category)
        for begin in range(0, len(found), AT_A_TIME)
        for one in session.scalars(
            sa.select(Stakeholder).where(Stakeholder.id.in_(found[begin : begin + AT_A_TIME]))
        )
    }


def set_aside_facts(session: Session, norm: Norm, roll: Roll) -> list[dict[str, Any]]:
    """The decisions that were in force not to count somebody: whom, and why."""
    found = []
    for decision, _ in reversed(decisions(session, norm.id)):
        if decision.id in roll.set_aside:
            chosen = session.scalars(
                sa.select(SetAsideStakeholder.stakeholder_id).where(
                    SetAsideStakeholder.set_aside_id == decision.id
                )
            )
            people = roll.counted
            found.append(
                {
                    "stakeholders": sorted(people[one].name for one in chosen if one in people),
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


def clause_facts(clause: Clause) -> dict[str, Any]:
    return {
        "provision": clause.provision.code,
        "label": clause.label,
        "kind": clause.kind.value,
        "depth": clause.depth,
        "counted": clause.is_counted and clause.kind is not ClauseKind.HEADING,
        "texts": {
            text.language: {
                "text": text.text,
                "status": text.status.value,
                "provenance": text.provenance,
                "out_of_date": text.source_digest != clause.text_digest,
            }
            for text in clause.texts
        },
    }


def objection_facts(line: positions.LedgerLine, roll: Roll) -> dict[str, Any]:
    objection = line.objection
    objector = roll.stakeholders[objection.stakeholder_id]
    return {
        "provision": objection.provision.code,
        "stakeholder": public_name(objection.stakeholder, objector.category),
        "category": objector.category,
        "country": objector.country,
        "verified": objector.verified,
        "refused": objector.refused,
        "state": roll.objections[objection.id],
        "language": objection.position.language,
        "reason": objection.position.reason,
        "remedy": objection.position.remedy,
        "answers": [
            {"language": one.language, "text": one.text, "is_note": one.is_note} for one in line.answers
        ],
    }


def reservation_facts(one: Reservation) -> dict[str, Any]:
    return {
        "provision": one.provision.code,
        "stakeholder": public_name(one.stakeholder),
        "refused": one.stakeholder.is_refused,
        "language": one.language,
        "text": one.text,
    }


def explanation_facts(one: Explanation) -> dict[str, Any]:
    return {
        "stakeholder": public_name(one.stakeholder),
        "refused": one.stakeholder.is_refused,
        "language": one.language,
        "text": one.text,
    }


def dispositions(session: Session, norm: Norm) -> list[dict[str, Any]]:
    """Every comment with its decision, and the draft that took it up."""
    lines = discussion.lines(session, norm.id, limit=None)
    kept = uptakes(session, [line.disposition.id for line in lines if line.disposition])
    return [
        disposition_facts(one, kept.get(one.disposition.id) if one.disposition else None) for one in lines
    ]


def disposition_facts(line: discussion.Line, uptake: Uptake | None) -> dict[str, Any]:
    comment, change, decided = line.comment, line.comment.change, line.disposition
    return {
        "comment": f"c{comment.number}",
        "provision": comment.provision.code if comment.provision else None,
        "kind": comment.kind.value,
        "stakeholder": public_name(comment.stakeholder),
        "country": comment.stakeholder.country,
        "words": comment.body,
        "words_language": comment.language,
        "operation": change.operation.value if change else None,
        "wording": change.wording if change else None,
        "wording_language": change.language if change else None,
        "decision": decided.decision.value if decided else None,
        "language": decided.language if decided else None,
        "reason": decided.reason if decided else None,
        "taken_up_in_draft": uptake.draft.number if uptake else None,
        "author_says": line.reply.satisfaction.value if line.reply else None,
    }

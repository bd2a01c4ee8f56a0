"""Gathering what a publication shows."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.chain import PLATFORM, Break
from app.audit.models import Entry
from app.audit.queries import head
from app.consensus.models import Assessment, SetAsideStakeholder
from app.consensus.watching import decisions
from app.discussion import queries as discussion
from app.merging.commitments import uptakes
from app.merging.models import Uptake
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.queries import clauses
from app.positions import queries as positions
from app.positions.explaining import explanations
from app.positions.models import Explanation, Position, Reservation
from app.positions.reserving import standing
from app.procedure.models import Determination
from app.procedure.overriding import overrides
from app.publication.models import Publication
from app.stakeholders.models import Category, Stakeholder, Verification
from app.stakeholders.naming import file_names


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


def public_name(stakeholder: Stakeholder) -> str:
    """Entities by their name; an individual by a number, because a package cannot be taken back."""
    if stakeholder.category is Category.INDIVIDUAL:
        return stakeholder.external_id or f"s{stakeholder.id}"
    return stakeholder.name


def summary(
    session: Session,
    norm: Norm,
    assessment: Assessment,
    determination: Determination,
    *,
    number: int,
    now: dt.datetime,
) -> dict[str, Any]:
    """Everything the page and the package show, as JSON."""
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
        "determination": {
            "outcome": determination.outcome.value,
            "texts": determination.texts,
            "despite": determination.despite,
            "reasons": determination.reasons,
        },
        "overrides": overrides(session, norm.id),
        "record": record_facts(session, norm),
        "stakeholders": heard(session, norm),
        "set_aside": set_aside_facts(session, norm),
        "clauses": [clause_facts(clause) for clause in draft],
        "objections": [objection_facts(line) for line in positions.ledger(session, norm.id)],
        "reservations": [reservation_facts(one) for one in standing(session, norm)],
        "explanations": [explanation_facts(one) for one in explanations(session, norm.current_draft_id)],
        "dispositions": dispositions(session, norm),
    }


def heard(session: Session, norm: Norm) -> list[dict[str, Any]]:
    """Everybody not refused with a current position on the norm, in the order of their names in files."""
    return [stakeholder_facts(one, name) for one, name in _named(session, norm)]


def _named(session: Session, norm: Norm) -> list[tuple[Stakeholder, str]]:
    with_a_position = sa.select(Position.stakeholder_id).where(
        Position.norm_id == norm.id, Position.superseded_at.is_(None)
    )
    counted = (Stakeholder.id.in_(with_a_position), Stakeholder.verification != Verification.REFUSED)
    found = session.scalars(sa.select(Stakeholder).where(*counted)).all()
    names = file_names((one.id, one.origin, one.external_id) for one in found)
    return sorted(((one, names[one.id]) for one in found), key=lambda pair: pair[1])


def set_aside_facts(session: Session, norm: Norm) -> list[dict[str, Any]]:
    """The decisions in force not to count somebody: whom, and why."""
    names = {one.id: name for one, name in _named(session, norm)}
    found = []
    for decision, _ in reversed(decisions(session, norm.id)):
        if decision.confirmed_at is not None and decision.lifted_at is None:
            chosen = session.scalars(
                sa.select(SetAsideStakeholder.stakeholder_id).where(
                    SetAsideStakeholder.set_aside_id == decision.id
                )
            )
            found.append(
                {
                    "stakeholders": sorted(names[one] for one in chosen if one in names),
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


def stakeholder_facts(one: Stakeholder, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": public_name(one),
        "category": one.category.value,
        "country": one.country,
        "verified": one.verification is Verification.VERIFIED,
    }


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


def objection_facts(line: positions.LedgerLine) -> dict[str, Any]:
    objection = line.objection
    return {
        "provision": objection.provision.code,
        "stakeholder": public_name(objection.stakeholder),
        "category": objection.stakeholder.category.value,
        "country": objection.stakeholder.country,
        "verified": objection.stakeholder.verification is Verification.VERIFIED,
        "refused": objection.stakeholder.is_refused,
        "state": objection.state.value,
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

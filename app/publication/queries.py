"""Gathering what a publication shows."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.models import Assessment
from app.discussion import queries as discussion
from app.norms.models import Norm
from app.norms.queries import clauses
from app.positions import queries as positions
from app.procedure.models import Determination
from app.publication.models import Publication
from app.stakeholders.models import Category, Stakeholder


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
    ledger = positions.ledger(session, norm.id)
    lines = discussion.lines(session, norm.id, limit=1_000_000)
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
        "determination": {"outcome": determination.outcome.value, "texts": determination.texts},
        "clauses": [
            {
                "provision": clause.provision.code,
                "label": clause.label,
                "kind": clause.kind.value,
                "depth": clause.depth,
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
            for clause in draft
        ],
        "objections": [
            {
                "provision": line.objection.provision.code,
                "stakeholder": public_name(line.objection.stakeholder),
                "category": line.objection.stakeholder.category.value,
                "country": line.objection.stakeholder.country,
                "state": line.objection.state.value,
                "language": line.objection.position.language,
                "reason": line.objection.position.reason,
                "remedy": line.objection.position.remedy,
                "answers": [
                    {"language": one.language, "text": one.text, "is_note": one.is_note}
                    for one in line.answers
                ],
            }
            for line in ledger
        ],
        "reservations": [
            {
                "provision": one.provision.code,
                "stakeholder": public_name(one.stakeholder),
                "language": one.language,
                "text": one.text,
            }
            for one in positions.reservations(session, norm.id)
        ],
        "dispositions": [
            {
                "comment": f"c{line.comment.number}",
                "provision": line.comment.provision.code if line.comment.provision else None,
                "kind": line.comment.kind.value,
                "decision": line.disposition.decision.value if line.disposition else None,
                "language": line.disposition.language if line.disposition else None,
                "reason": line.disposition.reason if line.disposition else None,
                "author_says": line.reply.satisfaction.value if line.reply else None,
            }
            for line in lines
        ],
    }

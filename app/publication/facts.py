"""What a publication says of a clause, an objection, a comment: entities by name, individuals without
(pure)."""

from typing import Any

from app.compilation.models import Uptake
from app.consensus.frozen import Roll
from app.discussion import queries as discussion
from app.norms.models import Clause, ClauseKind
from app.positions import queries as positions
from app.positions.models import Explanation, Reservation
from app.stakeholders.models import Category, Stakeholder


def public_name(stakeholder: Stakeholder, category: str | None = None) -> str | None:
    """Entities act in public, by their name; individuals have none, because a package cannot be taken back.

    category: as what it was counted, where that is known.
    """
    return None if Category.INDIVIDUAL in (category, stakeholder.category) else stakeholder.name


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
        "country": None if objector.category == Category.INDIVIDUAL else objector.country,
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


def reservation_facts(one: Reservation, roll: Roll) -> dict[str, Any]:
    at_closing = roll.stakeholders.get(one.stakeholder_id)
    return {
        "provision": one.provision.code,
        "stakeholder": public_name(one.stakeholder),
        "refused": at_closing.refused if at_closing else one.stakeholder.is_refused,
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


def disposition_facts(line: discussion.CommentLine, uptake: Uptake | None) -> dict[str, Any]:
    comment, change, decided = line.comment, line.comment.change, line.disposition
    name = public_name(comment.stakeholder)
    return {
        "comment": f"c{comment.number}",
        "provision": comment.provision.code if comment.provision else None,
        "kind": comment.kind.value,
        "stakeholder": name,
        "country": comment.stakeholder.country if name else None,
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

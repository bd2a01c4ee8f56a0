"""The facts that are in view when a draft is determined to be adopted or not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus import queries as consensus
from app.foundation.canonical import digest
from app.lifecycle.freezing import in_full
from app.lifecycle.missing import Lack, on_clauses
from app.lifecycle.queries import rules_of
from app.norms.models import Clause, Norm, Provision
from app.positions.models import Objection, ObjectionState
from app.positions.reservations import standing
from app.representation.rules import MeasurementRules
from app.stakeholders.models import Stakeholder, Verification

NEVER_ASSESSED: Mapping[str, Any] = {"clauses": [], "coverage": {"missing": []}}
STAND = (ObjectionState.OPEN, ObjectionState.MAINTAINED)  #: what silence does not cover


@dataclass(frozen=True)
class Outlook:
    """How things stand with a draft at the end of its call.

    ``statuses``: clause status → number of clauses, by the last assessment, whose digest is ``assessment``
    ("" where there is none). ``objections``: state → number, of everybody. ``blocking``: codes of provisions
    on which an objection of a verified stakeholder that counts stands open or maintained, one for each;
    ``labels``: their codes → labels of their clauses.
    """

    assessment: str
    statuses: Mapping[str, int]
    unheard: Sequence[str]  #: labels of clauses that were not heard enough
    blocs: Sequence[str]  #: of which nobody takes part
    objections: Mapping[str, int]
    blocking: Sequence[str]
    labels: Mapping[str, str]
    reservations: int

    @property
    def against(self) -> list[Lack]:
        """What stands against an adoption and asks for a printed reason."""
        found = []
        if self.blocking:
            found.append(on_clauses("objections-stand", self.blocking, self.labels))
        if not self.assessment:
            found.append(Lack("no-figures"))
        if self.unheard:
            found.append(Lack("clauses-unheard", {"labels": list(self.unheard)}))
        if self.blocs:
            found.append(Lack("blocs-missing", {"blocs": list(self.blocs)}))
        return found

    @cached_property
    def digest(self) -> str:
        return digest(asdict(self))


def outlook(session: Session, norm: Norm) -> Outlook:
    """The facts as they are now, in a constant number of statements."""
    draft_id = norm.current_draft_id or 0
    assessment = consensus.latest(session, norm.id, draft_id)
    result: Mapping[str, Any] = assessment.result if assessment else NEVER_ASSESSED
    counted = MeasurementRules.read(in_full(rules_of(session, norm).content).measurement).categories
    rows = session.execute(
        sa.select(
            Objection.state, Provision.code, Clause.label, Stakeholder.verification, Stakeholder.category
        )
        .join(Provision, Provision.id == Objection.provision_id)
        .join(Stakeholder, Stakeholder.id == Objection.stakeholder_id)
        .join(Clause, sa.and_(Clause.provision_id == Provision.id, Clause.draft_id == draft_id))
        .where(Objection.norm_id == norm.id)
        .order_by(Clause.place, Objection.id)
    ).all()
    blocking = [
        row
        for row in rows
        if row.state in STAND and row.verification is Verification.VERIFIED and row.category.value in counted
    ]
    return Outlook(
        assessment=assessment.digest if assessment else "",
        statuses=dict(Counter(one["status"] for one in result["clauses"])),
        unheard=[one["label"] for one in result["clauses"] if one["status"] == "insufficient-coverage"],
        blocs=list(result["coverage"]["missing"]),
        objections=dict(Counter(row.state.value for row in rows)),
        blocking=[row.code for row in blocking],
        labels={row.code: row.label for row in blocking},
        reservations=sum(not one.stakeholder.is_refused for one in standing(session, norm)),
    )

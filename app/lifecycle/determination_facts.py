"""The facts that are in view when a draft is determined to be adopted or not."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus import queries as consensus
from app.consensus.frozen import FrozenStakeholder, Roll
from app.consensus.models import Assessment
from app.foundation.canonical import digest
from app.lifecycle.freezing import in_full
from app.lifecycle.missing import Lack, on_clauses
from app.lifecycle.queries import rules_of
from app.norms.models import Clause, Norm, Provision
from app.positions.models import Objection, ObjectionState, Reservation
from app.positions.reservations import standing
from app.representation.rules import MeasurementRules
from app.stakeholders.models import Stakeholder, Verification, VerificationDecision

NEVER_ASSESSED: Mapping[str, Any] = {"clauses": [], "coverage": {"missing": []}}
NOBODY = Roll({}, {}, ())
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
    """The facts of the closing assessment, where there is one, whatever happened since; else as they are now.

    In a constant number of statements.
    """
    draft_id = norm.current_draft_id or 0
    assessment = consensus.latest(session, norm.id, draft_id)
    result: Mapping[str, Any] = assessment.result if assessment else NEVER_ASSESSED
    counted = MeasurementRules.read(in_full(rules_of(session, norm).content).measurement).categories
    roll = _roll(session, norm, assessment)
    rows = session.execute(
        sa.select(Objection, Stakeholder, Provision.code, Clause.label)
        .join(Provision, Provision.id == Objection.provision_id)
        .join(Stakeholder, Stakeholder.id == Objection.stakeholder_id)
        .join(Clause, sa.and_(Clause.provision_id == Provision.id, Clause.draft_id == draft_id))
        .where(Objection.norm_id == norm.id)
        .order_by(Clause.place, Objection.id)
    ).all()
    blocking, states = [], []
    for objection, stakeholder, code, label in rows:
        objector = _known_as(roll, stakeholder)
        states.append(ObjectionState(roll.objections.get(objection.id, objection.state)))
        if states[-1] in STAND and objector.verified and objector.category in counted:
            blocking.append((code, label))
    return Outlook(
        assessment=assessment.digest if assessment else "",
        statuses=dict(Counter(one["status"] for one in result["clauses"])),
        unheard=[one["label"] for one in result["clauses"] if one["status"] == "insufficient-coverage"],
        blocs=list(result["coverage"]["missing"]),
        objections=dict(Counter(state.value for state in states)),
        blocking=[code for code, _ in blocking],
        labels=dict(blocking),
        reservations=sum(not _known_as(roll, one.stakeholder).refused for one in standing(session, norm)),
    )


def _known_as(roll: Roll, stakeholder: Stakeholder) -> FrozenStakeholder:
    """Who a stakeholder was at the closing; who it is now, where the roll does not have it."""
    kind, known = stakeholder.category.value, stakeholder.verification
    now = FrozenStakeholder(
        "", kind, stakeholder.country, known is Verification.VERIFIED, known is Verification.REFUSED
    )
    return roll.stakeholders.get(stakeholder.id, now)


def _roll(session: Session, norm: Norm, assessment: Assessment | None) -> Roll:
    """Of the closing assessment; it is large, and read only where something is otherwise by now."""
    if assessment is None or not consensus.stands(session, norm, assessment):
        return NOBODY
    if not session.scalar(sa.select(_changed_since(norm.id, assessment.made_at))):
        return NOBODY
    return consensus.closing(session, assessment).roll


def _changed_since(norm_id: int, at: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether an objection, or how well a stakeholder who objects or reserves is known, has changed."""
    decision = VerificationDecision
    speakers = sa.union_all(
        *(sa.select(kind.stakeholder_id).where(kind.norm_id == norm_id) for kind in (Objection, Reservation))
    )
    return sa.or_(
        sa.exists().where(Objection.norm_id == norm_id, Objection.changed_at >= at),
        sa.exists().where(
            decision.stakeholder_id.in_(speakers),
            sa.or_(decision.decided_at >= at, decision.revoked_at >= at),
        ),
    )

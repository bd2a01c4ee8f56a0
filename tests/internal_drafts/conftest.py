"""An entity with a contact point and two reviewers, another entity, and a norm under consultation."""

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, MandateRole
from app.internal_drafts import service
from app.internal_drafts.models import ContributionKind, InternalDraft
from app.norms.models import Clause, Norm
from app.stakeholders.models import Stakeholder
from tests.factories import Make
from tests.positions.saying import clause_of
from tests.seen import token

LANGUAGES = {"language": "en", "read_language": "en", "seen": token(en="Everybody has a say.")}
FIELDS = {
    ContributionKind.COMMENT: {"kind": "technical", "body": "Say who decides.", "quote": "a say"},
    ContributionKind.CHANGE: {"operation": "replace", "wording": "All have a say.", "body": "Shorter."},
    ContributionKind.POSITION: {"stance": "object", "reason": "Too vague.", "remedy": "Name who."},
}


@dataclass
class House:
    """People by what they are for the entity, and what they write about."""

    session: Session
    make: Make
    norm: Norm
    entity: Stakeholder
    people: dict[str, User]
    now: dt.datetime

    def actor(self, person: str) -> Actor:
        return self.make.actor(self.people[person])

    @property
    def clause(self) -> Clause:
        return clause_of(self.session, self.norm, 1)

    def draft(
        self,
        kind: ContributionKind = ContributionKind.COMMENT,
        /,
        *,
        person: str = "reviewer",
        clause: Clause | None = None,
        **fields: str,
    ) -> InternalDraft:
        return service.draft(
            self.session,
            self.actor(person),
            self.norm,
            clause=clause or self.clause,
            stakeholder_id=self.entity.id,
            kind=kind,
            fields=FIELDS[kind] | LANGUAGES | fields,
            now=self.now,
        )


@pytest.fixture
def house(session: Session, make: Make, now: dt.datetime) -> House:
    norm = make.norm("Everybody has a say.", "States share what they learn.", slug="s")
    entity, other = make.stakeholder("Ministry"), make.stakeholder("Embassy")
    names = ("contact", "deputy", "reviewer", "colleague", "observer", "elsewhere")
    people = {name: make.user(name.title()) for name in names}
    for name, role in (
        ("contact", MandateRole.CONTACT_POINT),
        ("deputy", MandateRole.DEPUTY),
        ("reviewer", MandateRole.REVIEWER),
        ("colleague", MandateRole.REVIEWER),
        ("observer", MandateRole.OBSERVER),
    ):
        make.mandate(people[name], entity, role)
    make.mandate(people["elsewhere"], other)
    session.commit()
    return House(session, make, norm, entity, people, now)

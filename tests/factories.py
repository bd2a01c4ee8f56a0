"""Makers of test objects: the least that is valid, everything else said by the test."""

import datetime as dt
import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, MandateRole, Role
from app.foundation.text import text_digest
from app.norms.models import (
    Clause,
    ClauseKind,
    ClauseText,
    Draft,
    Norm,
    Provision,
    RulesOfProcedure,
    Seat,
    TextStatus,
)
from app.norms.queries import actor_for
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification


class Make:
    """Adds to the session and flushes; the test commits where it needs to."""

    def __init__(self, session: Session, now: dt.datetime, *, first: int = 1) -> None:
        """``first``: the number in the first name that is given, where others have been given before."""
        self.session, self.now = session, now
        self._count = itertools.count(first)

    def _add(self, thing: Any) -> Any:
        self.session.add(thing)
        self.session.flush()
        return thing

    def user(self, name: str = "", **values: Any) -> User:
        number = next(self._count)
        name = name or f"Person {number}"
        given = {
            "pseudonym": f"person-{number}",
            "email": f"person{number}@example.org",
            "name": name,
            "language": "en",
            "confirmed_at": self.now,
            "created_at": self.now,
        }
        return self._add(User(**given | values))

    def stakeholder(self, name: str = "", **values: Any) -> Stakeholder:
        number = next(self._count)
        given = {
            "category": Category.GOVERNMENT,
            "country": "KE",
            "name": name or f"Stakeholder {number}",
            "language": "en",
            "verification": Verification.VERIFIED,
            "created_at": self.now,
        }
        return self._add(Stakeholder(**given | values))

    def mandate(
        self,
        user: User,
        stakeholder: Stakeholder,
        role: MandateRole = MandateRole.CONTACT_POINT,
        **values: Any,
    ) -> Mandate:
        given = {"starts_at": self.now - dt.timedelta(days=1)}
        return self._add(Mandate(user_id=user.id, stakeholder_id=stakeholder.id, role=role, **given | values))

    def seat(self, user: User, role: Role, norm: Norm | None = None) -> Seat:
        return self._add(
            Seat(user_id=user.id, role=role, norm_id=norm.id if norm else None, given_at=self.now)
        )

    def actor(self, user: User) -> Actor:
        return actor_for(self.session, user, now=self.now)

    def speaker(self, **stakeholder: Any) -> tuple[Actor, Stakeholder]:
        """A contact point, as an actor, and the stakeholder she speaks for."""
        user, holder = self.user(), self.stakeholder(**stakeholder)
        self.mandate(user, holder)
        return self.actor(user), holder

    def seated(self, role: Role, norm: Norm | None = None) -> Actor:
        """Somebody with this seat, as an actor."""
        user = self.user()
        self.seat(user, role, norm)
        return self.actor(user)

    def norm(
        self,
        *texts: str | dict[str, str],
        slug: str = "",
        stage: Stage = Stage.CONSULTATION,
        languages: tuple[str, ...] = ("en",),
        rules: Rules | None = None,
        **values: Any,
    ) -> Norm:
        """A norm with one clause for each text, its first draft open unless in preparation."""
        slug = slug or f"norm-{next(self._count)}"
        given = {
            "titles": {"en": f"Norm {slug}"},
            "summaries": {},
            "languages": list(languages),
            "authentic_languages": list(languages),
            "closes_at": None if stage is Stage.PREPARATION else self.now + dt.timedelta(days=30),
            "created_at": self.now,
        }
        norm = self._add(Norm(slug=slug, stage=stage, **given | values))
        self._add(
            RulesOfProcedure(
                norm_id=norm.id,
                content=(rules or Rules()).content(),
                frozen_at=None if stage is Stage.PREPARATION else self.now,
                digest=None if stage is Stage.PREPARATION else "sha256:" + "0" * 64,
            )
        )
        opened = None if stage is Stage.PREPARATION else self.now
        draft = self._add(Draft(norm_id=norm.id, number=1, created_at=self.now, opened_at=opened))
        norm.current_draft_id = draft.id
        for place, text in enumerate(texts or ("Everybody has a say.",), 1):
            self.clause(draft, text, place=place)
        self.session.flush()
        self.session.expire(norm, ["current_draft"])
        return norm

    def clause(
        self,
        draft: Draft,
        text: str | dict[str, str],
        *,
        place: int,
        provision: Provision | None = None,
        **values: Any,
    ) -> Clause:
        texts = {"en": text} if isinstance(text, str) else text
        norm = self.session.get_one(Norm, draft.norm_id)
        if provision is None:
            provision = self._add(Provision(norm_id=norm.id, code=f"p{place}", created_at=self.now))
        authentic = {code: texts[code] for code in norm.authentic_languages if code in texts}
        digest = text_digest(authentic)
        given = {"label": str(place), "kind": ClauseKind.OPERATIVE, "depth": 0}
        clause = self._add(
            Clause(
                draft_id=draft.id,
                provision_id=provision.id,
                place=place,
                text_digest=digest,
                **given | values,
            )
        )
        for code, words in texts.items():
            status = TextStatus.AUTHENTIC if code in authentic else TextStatus.VERIFIED
            self._add(
                ClauseText(
                    clause_id=clause.id, language=code, text=words, status=status, source_digest=digest
                )
            )
        self.session.expire(clause, ["texts"])
        return clause

"""The people of the demonstration: accounts with a seat, and everybody's contact point."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.queries import by_email
from app.authority.actor import SYSTEM, Actor, MandateRole, Role
from app.norms import seats
from app.norms.queries import actor_for
from app.positions import verification
from app.stakeholders import offers, service
from app.stakeholders.models import Category, Stakeholder, Verification

PASSWORD = "demonstration only"  # noqa: S105 - printed by `make run`, in development alone
EVIDENCE = "A fictional organisation of the demonstration."


class DemoPeople:
    """Who acts in the demonstration, by the keys of its files."""

    def __init__(self, session: Session, now: dt.datetime) -> None:
        self.session, self.now = session, now
        self.password_hash = passwords.digest(PASSWORD)
        self.users: dict[str, User] = {}
        self.stakeholders: dict[str, Stakeholder] = {}
        self._actors: dict[str, Actor] = {}

    def load(self, accounts_file: list[dict[str, Any]], stakeholders_file: list[dict[str, Any]]) -> None:
        """Make the accounts and their seats, then the stakeholders, verified where the file says so."""
        for row in accounts_file:
            user = self._user(row["key"], row["name"], row["email"], row["language"])
            if row["role"] == "administrator":
                seats.set_administrator(self.session, SYSTEM, user, administers=True, now=self.now)
            elif row["role"]:
                seats.give_seat(self.session, SYSTEM, user, role=Role(row["role"]), norm=None, now=self.now)
        for row in stakeholders_file:
            self._stakeholder(row)
        for row in accounts_file:
            if row["mandate"] not in (None, MandateRole.CONTACT_POINT.value):
                holder = self.stakeholders[row["stakeholder"]]
                role = MandateRole(row["mandate"])
                offered = offers.offer(
                    self.session,
                    self.voice(row["stakeholder"]),
                    holder,
                    email=row["email"],
                    role=role,
                    now=self.now,
                )
                user = self.users[row["key"]]
                actor = actor_for(self.session, user, now=self.now)
                offers.accept(self.session, actor, user, offered, now=self.now)

    def _user(self, key: str, name: str, email: str, language: str) -> User:
        user = by_email(self.session, email)
        if user is None:
            user = accounts.create(
                self.session,
                email=email,
                name=name,
                language=language,
                password_hash=self.password_hash,
                now=self.now,
            )
            user.confirmed_at = self.now
        self.users[key] = user
        self.session.flush()
        return user

    def _stakeholder(self, row: dict[str, Any]) -> None:
        contact = row["contact"]
        user = self._user(row["key"], contact["name"], contact["email"], row["language"])
        actor, category = actor_for(self.session, user, now=self.now), Category(row["category"])
        if category is Category.INDIVIDUAL:
            holder = service.register_individual(
                self.session, actor, user, country=row["country"], now=self.now
            )
        else:
            holder = service.register_entity(
                self.session,
                actor,
                name=row["name"],
                category=category,
                country=row["country"],
                language=row["language"],
                evidence=EVIDENCE,
                now=self.now,
            )
        if row["verified"]:
            verification.decide_verification(
                self.session,
                self.seated("moderator"),
                holder,
                verdict=Verification.VERIFIED,
                reason=EVIDENCE,
                now=self.now,
            )
        self.stakeholders[row["key"]] = holder

    def seated(self, key: str) -> Actor:
        """The account with this key, as an actor with its seat."""
        return actor_for(self.session, self.users[key], now=self.now)

    def voice(self, key: str) -> Actor:
        """The contact point of the stakeholder with this key."""
        if key not in self._actors:
            self._actors[key] = actor_for(self.session, self.users[key], now=self.now)
        return self._actors[key]

"""The world of a consultation evening: a consultation at volume, people who can sign in, and norms that are
ready to be published.
"""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.audit.service import bind_what_is_there
from app.authority.actor import Role
from app.foundation.clock import utc_now
from app.kernel.extensions import db
from app.norms.models import Norm
from app.notices.models import NoticeMark
from app.stakeholders.models import Mandate
from bench.delegates import DELEGATE, MODERATOR, PUBLISHER, VISITOR
from bench.publishing import Full, adopted
from bench.speech import CLAUSES, COMMENTS, STAKEHOLDERS
from bench.volume import world
from bench.volume_world import SLUG
from tests.factories import Make

PASSWORD = "an evening at the consultation"


@dataclass(frozen=True)
class Size:
    """``delegates``: people who can sign in and speak. ``publishable``: norms, and the positions on each."""

    comments: int = COMMENTS
    clauses: int = CLAUSES
    stakeholders: int = STAKEHOLDERS
    delegates: int = 200
    publishable: int = 6
    positions: int = 20_000
    its_clauses: int = 40


@dataclass(frozen=True)
class Cast:
    """Mail addresses by role, and the norm on which each acts."""

    people: dict[str, list[tuple[str, str]]]

    def of(self, role: str, first: int, count: int) -> list[tuple[str, str, str]]:
        """(role, address, norm) of so many, from one on."""
        return [(role, *one) for one in self.people[role][first : first + count]]


def furnish(url: str, data_dir: Path, size: Size) -> Cast:
    """Fill an empty database; every row is in the record."""
    made = world(url, data_dir, (size.comments, size.clauses, size.stakeholders))
    with made.app.app_context():
        session = db.session()
        cast = cast_in(session, size)
        session.commit()
        bind_what_is_there(session, now=utc_now())
        told = session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0
        session.add(NoticeMark(id=1, through=told))  # everybody was told of it on the days before
        session.commit()
        if db.engine.dialect.name == "postgresql":  # where autovacuum does it
            session.execute(sa.text("ANALYZE"))
            session.commit()
        db.engine.dispose()
    return cast


def cast_in(session: Session, size: Size) -> Cast:
    known = session.scalar(sa.select(sa.func.count()).select_from(User)) or 0
    make = Make(session, utc_now(), first=1_000 * (known + 1))
    norm, digest = session.scalars(sa.select(Norm).where(Norm.slug == SLUG)).one(), passwords.digest(PASSWORD)
    speakers = sa.select(User).join(Mandate, Mandate.user_id == User.id).order_by(User.id)
    delegates = session.scalars(speakers.limit(size.delegates)).all()
    moderators = [make.user(f"Moderator {number}") for number in (1, 2)]
    for user in moderators:
        make.seat(user, Role.MODERATOR, norm)
        make.seat(user, Role.EDITOR, norm)
    ready = [
        Full(make, size.positions, size.its_clauses, f"ready-{number}") for number in range(size.publishable)
    ]
    publishers = [adopted(make, one) for one in ready]
    for user in (*delegates, *moderators, *publishers):
        user.password_hash = digest
    session.flush()
    return Cast(
        {
            DELEGATE: [(str(user.email), SLUG) for user in delegates],
            MODERATOR: [(str(user.email), SLUG) for user in moderators],
            PUBLISHER: [
                (str(user.email), one.norm.slug) for user, one in zip(publishers, ready, strict=True)
            ],
            VISITOR: [("", SLUG)] * 20,
        }
    )

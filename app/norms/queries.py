"""Reading norms, drafts, clauses, and who sits where."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from app.accounts.models import User
from app.authority.actor import VISITOR, Actor, MandateRole, Role
from app.foundation.database import Moment, id_of
from app.norms.models import (
    Clause,
    ClauseKind,
    ClauseText,
    ClauseTextVersion,
    Draft,
    Norm,
    Provision,
    ProvisionLineage,
    RulesOfProcedure,
    Seat,
)
from app.norms.parts import OutlineLine
from app.norms.seen import Seen, seen_of_draft, text_read
from app.stakeholders.models import Mandate, Stakeholder, Verification

# Built once, as what is asked in most requests is: to build a statement costs more than to ask it.
NORM_BY_SLUG = (
    sa.select(Norm).where(Norm.slug == sa.bindparam("slug")).options(joinedload(Norm.current_draft))
)
CLAUSE_OF = (
    sa.select(Clause)
    .join(Clause.provision)
    .where(Clause.draft_id == sa.bindparam("draft"), Provision.code == sa.bindparam("code"))
    .options(contains_eager(Clause.provision), joinedload(Clause.texts))
)
_HELD = sa.union_all(
    sa.select(
        sa.literal(True).label("is_seat"),
        sa.cast(Seat.role, sa.String).label("role"),
        Seat.norm_id.label("of"),
        sa.literal(False).label("is_refused"),
    ).where(Seat.user_id == sa.bindparam("user"), Seat.ended_at.is_(None)),
    sa.select(
        sa.literal(False),
        sa.cast(Mandate.role, sa.String),
        Mandate.stakeholder_id,
        Stakeholder.verification == Verification.REFUSED,
    )
    .join(Stakeholder, Stakeholder.id == Mandate.stakeholder_id)
    .where(
        Mandate.user_id == sa.bindparam("user"),
        Mandate.starts_at <= sa.bindparam("now", type_=Moment),
        sa.or_(Mandate.ends_at.is_(None), Mandate.ends_at > sa.bindparam("now", type_=Moment)),
    ),
).subquery()
DUTIES = (
    sa.select(User.pseudonym, User.is_administrator, User.confirmed_at, *_HELD.c)
    .outerjoin(_HELD, sa.true())
    .where(User.id == sa.bindparam("user"))
)


class Place(NamedTuple):
    """Where a provision is found: its permanent code, for addresses, and its clause's label, for readers."""

    code: str
    label: str


def actor_for(session: Session, user: User, *, now: dt.datetime) -> Actor:
    """The person with their seats and the mandates that hold today, all as it is now; one statement."""
    rows = session.execute(DUTIES, {"user": id_of(user), "now": now}).all()
    one = rows[0]
    return Actor(
        user_id=id_of(user),
        pseudonym=one.pseudonym,
        is_administrator=one.is_administrator,
        is_confirmed=one.confirmed_at is not None,
        seats=frozenset((Role(row.role), row.of) for row in rows if row.is_seat),
        mandates=frozenset((MandateRole(row.role), row.of) for row in rows if row.is_seat is False),
        refused=frozenset(row.of for row in rows if row.is_refused),
    )


def without_verification(norm_id: Any) -> sa.ColumnElement[bool]:
    """The condition that the norm's rules do without verification: everybody counts as if verified."""
    asked = RulesOfProcedure.content[("measurement", "verification")].as_boolean()
    return sa.exists().where(RulesOfProcedure.norm_id == norm_id, asked.is_(False))


def verifies_nobody(session: Session, norm: Norm) -> bool:
    """Whether the norm's rules do without verification."""
    return bool(session.scalar(sa.select(without_verification(norm.id))))


def norm_by_slug(session: Session, slug: str) -> Norm | None:
    return session.scalars(NORM_BY_SLUG, {"slug": slug}).one_or_none()


def draft(session: Session, norm: Norm, number: int) -> Draft | None:
    return session.scalars(
        sa.select(Draft).where(Draft.norm_id == norm.id, Draft.number == number)
    ).one_or_none()


def clauses(session: Session, draft_id: int, *conditions: sa.ColumnElement[bool]) -> Sequence[Clause]:
    """A draft's clauses, or some, in order with provisions and texts: three statements however many."""
    return session.scalars(
        sa.select(Clause)
        .where(Clause.draft_id == draft_id, *conditions)
        .order_by(Clause.place)
        .options(joinedload(Clause.provision), selectinload(Clause.texts))
    ).all()


def outline(session: Session, draft_id: int) -> list[OutlineLine]:
    """A line for each clause of a draft in order; of its texts the longest is measured. One statement."""
    longest = sa.select(sa.func.coalesce(sa.func.max(sa.func.length(ClauseText.text)), 0))
    rows = session.execute(
        sa.select(
            Clause.place,
            Provision.code,
            Clause.label,
            Clause.kind == ClauseKind.HEADING,
            longest.where(ClauseText.clause_id == Clause.id).scalar_subquery(),
        )
        .join(Clause.provision)
        .where(Clause.draft_id == draft_id)
        .order_by(Clause.place)
    )
    return [OutlineLine(*row) for row in rows]


def clause_of(session: Session, draft_id: int, code: str) -> Clause | None:
    """The wording of the provision ``code`` in a draft, in all its languages; one statement."""
    return session.scalars(CLAUSE_OF, {"draft": draft_id, "code": code}).unique().one_or_none()


def public_norms(session: Session) -> Sequence[Norm]:
    """Every norm that anybody may read, newest first."""
    return readable_norms(session, VISITOR)


def readable_norms(session: Session, actor: Actor) -> Sequence[Norm]:
    """Every norm that this person may read, newest first."""
    seats = [norm for _, norm in actor.seats]
    reads_all = actor.is_administrator or None in seats
    return session.scalars(
        sa.select(Norm)
        .where(sa.true() if reads_all else sa.or_(Norm.is_public, Norm.id.in_(seats)))
        .order_by(Norm.created_at.desc(), Norm.id.desc())
        .options(joinedload(Norm.current_draft))
    ).all()


def drafts(session: Session, norm_id: int) -> Sequence[Draft]:
    return session.scalars(sa.select(Draft).where(Draft.norm_id == norm_id).order_by(Draft.number)).all()


def history(session: Session, provision_id: int) -> Sequence[Clause]:
    """A provision's wording in each draft that has it, oldest first."""
    return session.scalars(
        sa.select(Clause)
        .join(Clause.draft)
        .where(Clause.provision_id == provision_id)
        .order_by(Draft.number)
        .options(joinedload(Clause.draft), selectinload(Clause.texts))
    ).all()


def lineage(session: Session, provision_id: int) -> Sequence[ProvisionLineage]:
    """Where a provision's words came from and went to, when drafts were opened; one statement."""
    origin, heir = aliased(Provision), aliased(Provision)
    return session.scalars(
        sa.select(ProvisionLineage)
        .join(ProvisionLineage.draft)
        .join(ProvisionLineage.origin.of_type(origin))
        .join(ProvisionLineage.heir.of_type(heir))
        .where(sa.or_(origin.id == provision_id, heir.id == provision_id))
        .order_by(Draft.number, ProvisionLineage.id)
        .options(
            contains_eager(ProvisionLineage.draft),
            contains_eager(ProvisionLineage.origin.of_type(origin)),
            contains_eager(ProvisionLineage.heir.of_type(heir)),
        )
    ).all()


def last_clause(session: Session, norm: Norm, code: str) -> Clause | None:
    """A provision's newest wording, in whatever draft it last stood."""
    return session.scalars(
        sa.select(Clause)
        .join(Clause.provision)
        .join(Clause.draft)
        .where(Provision.norm_id == norm.id, Provision.code == code)
        .order_by(Draft.number.desc())
        .limit(1)
        .options(joinedload(Clause.provision), joinedload(Clause.draft), selectinload(Clause.texts))
    ).first()


def places(session: Session, norm_ids: Collection[int]) -> dict[int, Place]:
    """Provision's id → its place in the newest draft that has it, in the order of that draft, those that
    are gone last; one statement.
    """
    found: dict[int, Place] = {}
    rows = session.execute(
        sa.select(Provision.id, Provision.code, Clause.label)
        .join(Clause, Clause.provision_id == Provision.id)
        .join(Draft, Draft.id == Clause.draft_id)
        .where(Provision.norm_id.in_(norm_ids))
        .order_by(Draft.number.desc(), Clause.place)
    )
    for row in rows:
        found.setdefault(row.id, Place(row.code, row.label or row.code))
    return found


def draft_seen(session: Session, draft_id: int | None) -> Seen:
    """The words of a whole draft as a token; one statement."""
    rows = session.execute(
        sa.select(Provision.code, Clause.text_digest)
        .join(Clause, Clause.provision_id == Provision.id)
        .where(Clause.draft_id == draft_id)
        .order_by(Clause.place)
    )
    return seen_of_draft((code, digest) for code, digest in rows)


def words_seen(session: Session, clause: Clause, language: str, seen: Seen) -> str | None:
    """The text that was read of the clause's provision in a language; None: it is not kept."""
    same = [one for one in history(session, clause.provision_id) if one.text_digest == seen.wording]
    for wording in reversed(same):
        text = text_read(wording, language)
        if text is not None and seen.translation in (None, text.digest):
            return text.text
    return session.scalars(
        sa.select(ClauseTextVersion.text).where(
            ClauseTextVersion.clause_id.in_([one.id for one in same]),
            ClauseTextVersion.language == language,
            ClauseTextVersion.digest == seen.translation,
        )
    ).first()


def draft_seen_as(session: Session, norm: Norm, seen: Seen) -> Draft | None:
    """The draft of a norm whose words these are."""
    known = reversed(drafts(session, norm.id))
    return next((one for one in known if draft_seen(session, one.id) == seen), None)


def closed_slugs(session: Session) -> set[str]:
    """Norms that not everybody may read; their names are not shown to everybody either."""
    return set(session.scalars(sa.select(Norm.slug).where(~Norm.is_public)))

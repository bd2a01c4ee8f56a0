"""Reading the record."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.audit.chain import ANCHORED, PLATFORM, START, Break, Link
from app.audit.models import AuditEntry

CHAINS, ABOVE = 0x434F4E43, 0x434F4E44  #: kinds of advisory locks: on a chain; on numbers still to come


def links(session: Session) -> Iterator[Link]:
    """Every entry, chain by chain, the platform's first, in order; read in blocks."""
    query = (
        sa.select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.place).execution_options(yield_per=1000)
    )
    with session.execute(query) as rows:
        for entry in rows.scalars():
            yield link(entry)


def link(entry: AuditEntry) -> Link:
    """An entry as the chain sees it."""
    return Link(
        entry.number,
        entry.chain,
        entry.place,
        entry.at,
        entry.actor,
        entry.act,
        entry.norm,
        entry.subject,
        entry.details,
        entry.previous,
        entry.digest,
        entry.binds,
    )


def _last(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int | None]:
    return (
        sa.select(AuditEntry.number)
        .where(condition)
        .order_by(AuditEntry.number.desc())
        .limit(1)
        .scalar_subquery()
    )


_TABLE = AuditEntry.__table__.c
HEAD = (
    sa.select(_TABLE.place, _TABLE.digest)
    .where(_TABLE.chain == sa.bindparam("chain"))
    .order_by(_TABLE.place.desc())
    .limit(1)
)


def head(session: Session, chain: str) -> sa.Row[int, bytes] | None:
    """Place and digest of a chain's last entry."""
    return session.execute(HEAD, {"chain": chain}).one_or_none()


def unrooted(session: Session) -> Break | None:
    """A norm's chain that does not begin with the digest of an entry of the platform's."""
    root = aliased(AuditEntry)
    query = (
        sa.select(AuditEntry.chain)
        .outerjoin(root, sa.and_(root.digest == AuditEntry.previous, root.chain == PLATFORM))
        .where(
            AuditEntry.place == 1,
            AuditEntry.chain != PLATFORM,
            AuditEntry.previous != START,
            root.number.is_(None),
        )
        .order_by(AuditEntry.chain)
        .limit(1)
    )
    chain = session.scalar(query)
    return Break(chain, 1, "does not begin in the platform's chain") if chain else None


def settled(session: Session) -> int:
    """The number up to which every entry is there: none can come any more at or below it.

    Writers of different norms do not wait for each other, so a lower number may be committed after a higher
    one. Who is still writing has said above which number (``service.QUEUE``).
    """
    newest = last_number(session)
    if session.get_bind().dialect.name != "postgresql":
        return newest  # one writer at a time
    coming = sa.text(
        "SELECT min(objid::bigint) FROM pg_locks WHERE locktype = 'advisory' AND classid = :above "
        "AND objsubid = 2 AND pid <> pg_backend_pid() "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    above = session.scalar(coming, {"above": ABOVE})
    return newest if above is None else min(newest, above)


def anchored_through(session: Session) -> int:
    """Up to which number the platform's chain has taken up the heads of the norms'."""
    query = sa.select(AuditEntry.details).where(AuditEntry.chain == PLATFORM, AuditEntry.act == ANCHORED)
    last = session.scalar(query.order_by(AuditEntry.place.desc()).limit(1))
    return int(last["through"]) if last else 0


def moved_heads(session: Session, after: int, upto: int) -> list[bytes]:
    """The digests of the last entries of the norms' chains that grew between two numbers, in their order."""
    between = (AuditEntry.chain != PLATFORM, AuditEntry.number > after, AuditEntry.number <= upto)
    last = sa.select(sa.func.max(AuditEntry.number)).where(*between).group_by(AuditEntry.chain)
    return list(
        session.scalars(
            sa.select(AuditEntry.digest).where(AuditEntry.number.in_(last)).order_by(AuditEntry.number)
        )
    )


# Built once: every page of a norm asks this first.
REVISION = sa.select(_last(AuditEntry.norm == sa.bindparam("norm")), _last(AuditEntry.norm.is_(None)))


def revision(connection: sa.Connection, norm: str) -> tuple[int, int]:
    """The last entry on the norm and the last on the platform: what a page of the norm depends on."""
    row = connection.execute(REVISION, {"norm": norm}).one()
    return row[0] or 0, row[1] or 0


def last_number(session: Session) -> int:
    """The number of the newest entry; 0 before the first."""
    return session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0


def page(
    session: Session, *, before: int | None = None, norm: str | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Newest entries first; ``before`` continues below that number."""
    query = sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.number < before)
    if norm is not None:
        query = query.where(AuditEntry.norm == norm)
    return list(session.scalars(query))


def of_person(
    session: Session, actor: str, stakeholder_id: int, *, before: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """What a person, by their pseudonym, did on or for a stakeholder, newest first, below ``before``."""
    for_it = sa.cast(AuditEntry.details["stakeholder"].as_string(), sa.String) == str(stakeholder_id)
    query = (
        sa.select(AuditEntry)
        .where(
            AuditEntry.actor == actor, sa.or_(AuditEntry.subject == f"stakeholder/{stakeholder_id}", for_it)
        )
        .order_by(AuditEntry.number.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(AuditEntry.number < before)
    return list(session.scalars(query))


def of_act(session: Session, norm: str, act: str) -> list[AuditEntry]:
    """Every entry of one act on a norm, oldest first."""
    query = (
        sa.select(AuditEntry)
        .where(AuditEntry.norm == norm, AuditEntry.act == act)
        .order_by(AuditEntry.number)
    )
    return list(session.scalars(query))

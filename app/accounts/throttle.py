"""Limits on attempts, counted in the database so that all hosts share them."""

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Tries
from app.foundation.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """``tries`` of ``act`` within ``window``. A ``shared`` count is one of many people together."""

    act: str
    tries: int
    window: dt.timedelta
    shared: bool = False


QUARTER, HOUR = dt.timedelta(minutes=15), dt.timedelta(hours=1)
HALL = 400  #: people behind one address: a hall with two delegates for each of 193 countries

# Wrong passwords. A browser that has signed in to an account before is told apart from all others, so that
# whoever tries passwords elsewhere shuts neither it nor its network out.
PASSWORD_HERE = Limit("password-here", 5, QUARTER)  #: one account on a browser that it knows
PASSWORD = Limit("password", 5, QUARTER)  #: one account from one network, on browsers that it does not know
PASSWORD_ANYWHERE = Limit("password-anywhere", 100, HOUR, shared=True)  #: one account, on all of those
PASSWORD_FROM = Limit("password-from", 100, QUARTER, shared=True)  #: all accounts from one network, on those

MAIL = Limit("mail", 5, HOUR)  #: to one address, asked for from one network
MAIL_TO = Limit("mail-to", 20, HOUR)  #: to one address
MAIL_FROM = Limit("mail-from", HALL, HOUR, shared=True)  #: asked for from one network
INVITATION = Limit("invitation", 20, HOUR)  #: by one person
REGISTRATION_FROM = Limit("registration-from", HALL, HOUR, shared=True)  #: of stakeholders, from one network

Try = tuple[Limit, str]  #: what is limited, and who tries it


def count(session: Session, limit: Limit, who: str, *, now: dt.datetime) -> None:
    """Count one try. Commit it before the try itself, or a refusal would take the count back.

    :raises TooMany: this is one more than the limit allows within the window.
    """
    fresh = Tries.window_ends_at <= now
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    ends_at = now + limit.window
    statement = (
        dialect.insert(Tries)
        .values(bucket=_bucket(limit, who), window_ends_at=ends_at, count=1)
        .on_conflict_do_update(
            index_elements=[Tries.bucket],
            set_={
                "count": sa.case((fresh, 1), else_=Tries.count + 1),
                "window_ends_at": sa.case((fresh, ends_at), else_=Tries.window_ends_at),
            },
        )
        .returning(Tries.count, Tries.window_ends_at)
    )
    tries, ends_at = session.execute(statement).one()
    if tries > limit.tries:
        raise TooMany(seconds=max(1, int((ends_at - now).total_seconds())))


def give_back(session: Session, tries: Iterable[Try]) -> None:
    """Take back the count of tries that were right: only failures count.

    What one person has tried is forgotten; of what many share, one is taken off.
    """
    for limit, who in tries:
        bucket = Tries.bucket == _bucket(limit, who)
        if limit.shared:
            taken = sa.update(Tries).where(bucket, Tries.count > 0).values(count=Tries.count - 1)
            session.execute(taken.execution_options(synchronize_session=False))
        else:
            session.execute(sa.delete(Tries).where(bucket))


def _bucket(limit: Limit, who: str) -> str:
    return f"{limit.act}:{hashlib.sha256(who.encode()).hexdigest()}"


def network_of(address: str | None) -> str:
    """Whom an address counts as: an IPv4 address as itself, an IPv6 address as its /64."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def forget(session: Session, *, now: dt.datetime) -> None:
    """Remove what counts no longer."""
    session.execute(sa.delete(Tries).where(Tries.window_ends_at <= now))

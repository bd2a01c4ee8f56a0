"""How often something may be tried, counted in the database so that all hosts share it."""

import datetime as dt
import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Tries
from app.foundation.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """``tries`` of ``act`` within ``window`` for each person or address that tries."""

    act: str
    tries: int
    window: dt.timedelta


QUARTER, HOUR = dt.timedelta(minutes=15), dt.timedelta(hours=1)

PASSWORD = Limit("password", 5, QUARTER)  #: for one account
PASSWORD_FROM = Limit("password-from", 30, QUARTER)  #: from one network: a whole office may share it
MAIL = Limit("mail", 5, HOUR)  #: to one address
MAIL_FROM = Limit("mail-from", 30, HOUR)
INVITATION = Limit("invitation", 20, HOUR)  #: by one person


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


def clear(session: Session, limit: Limit, who: str) -> None:
    """Forget the tries after one that was right."""
    session.execute(sa.delete(Tries).where(Tries.bucket == _bucket(limit, who)))


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

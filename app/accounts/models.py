"""People's logins: who signs in, with what, since when."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.foundation.database import Base, choice
from app.reference.lookalikes import folded


class Rhythm(StrEnum):
    """How often a person is told by mail of what concerns them."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class User(Base):
    """A person's login. ``pseudonym`` is what the record keeps of the person for ever."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint("erased_at IS NULL OR (email IS NULL AND password_hash IS NULL)", name="erased"),
    )
    __bound__ = ("is_administrator",)

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(sa.String(32), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)  #: lower case, NFC
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(16))
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[dt.datetime | None]  #: when the e-mail address was confirmed
    created_at: Mapped[dt.datetime]
    erased_at: Mapped[dt.datetime | None]
    rhythm: Mapped[Rhythm] = mapped_column(choice(Rhythm, "notice_rhythm"), default=Rhythm.DAILY)
    told_through: Mapped[int] = mapped_column(default=0)  #: the record's entry up to which they were told
    folded: Mapped[str | None] = mapped_column(sa.Text)  #: the name as it is looked for

    @validates("name")
    def _fold(self, _: str, name: str) -> str:
        self.folded = folded(name)
        return name


class SignIn(Base):
    """One signed-in browser. Ending it makes its cookie worthless, wherever a copy is."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)  #: SHA-256 of the cookie's token
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    user: Mapped[User] = relationship()


class Purpose(StrEnum):
    CONFIRM = "confirm"
    RESET = "reset"


class Token(Base):
    """A single-use link sent by e-mail; only its digest is kept."""

    __tablename__ = "account_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "token_purpose"))
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    user: Mapped[User] = relationship()


class Tries(Base):
    """How often something was tried within a window; shared by all hosts."""

    __tablename__ = "tries"

    bucket: Mapped[str] = mapped_column(sa.String(120), primary_key=True)  #: act and digest of who tried
    window_ends_at: Mapped[dt.datetime]
    count: Mapped[int]


class Scope(StrEnum):
    """What a program may do with a token."""

    READ = "read"
    WRITE = "write"  #: reads as well


class ApiToken(Base):
    """A token with which a program acts for a person, until a day. Only its digest is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))  #: what its owner calls it
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)  #: SHA-256 of the token
    scope: Mapped[Scope] = mapped_column(choice(Scope, "token_scope"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    user: Mapped[User] = relationship()

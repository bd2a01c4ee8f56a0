"""Norms, their drafts and provisions, the wording of each, the rules, and the seats at the table."""

import datetime as dt
import hashlib
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.models import User
from app.authority.actor import Matter, Role
from app.foundation.database import Base, append_only, choice
from app.foundation.versions import Fields
from app.norms.stages import OPEN_ROUNDS, TAKES_EXPLANATIONS, TAKES_POSITIONS, Stage


class Norm(Base):
    """The instrument under deliberation."""

    __tablename__ = "norm"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["id", "current_draft_id"],
            ["draft.norm_id", "draft.id"],
            name="fk_norm_id_current_draft_id",
            use_alter=True,
        ),
        sa.CheckConstraint(
            "(stage = 'suspended') = (suspended_from IS NOT NULL)", name="suspended_from_a_stage"
        ),
        sa.CheckConstraint("suspended_from IS NULL OR suspended_from <> 'suspended'", name="suspended_once"),
    )
    __bound__ = ("slug", "authentic_languages", "stage")
    __bound_later__ = (("titles", "languages", "suspended_from", "opens_at", "closes_at", "is_public",
                        "current_draft_id"), ("suspended_at",))  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)  # although it is part of a key
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    titles: Mapped[dict[str, str]]  #: language → title
    summaries: Mapped[dict[str, str]]  #: language → a few plain sentences
    languages: Mapped[list[str]]  #: every language the norm is to exist in
    authentic_languages: Mapped[list[str]]  #: those whose text is law
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage"), default=Stage.PREPARATION)
    suspended_from: Mapped[Stage | None] = mapped_column(choice(Stage, "suspended_from"))
    suspended_at: Mapped[dt.datetime | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[dt.datetime | None]  #: of the present round, later by as long as it was suspended
    closes_at: Mapped[dt.datetime | None]  #: of the present round
    time_zone: Mapped[str] = mapped_column(sa.String(40), default="UTC")  #: in which the closing is announced
    current_draft_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("draft.id", use_alter=True, name="fk_norm_current_draft_id")
    )
    created_at: Mapped[dt.datetime]

    current_draft: Mapped["Draft | None"] = relationship(foreign_keys=[current_draft_id])

    @property
    def round_ends_at(self) -> dt.datetime | None:
        """None where the stage has no round."""
        return self.closes_at if self.stage in TAKES_POSITIONS else None

    def round_is_open(self, now: dt.datetime) -> bool:
        return self.closes_at is None or now < self.closes_at

    def after_pause(self, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Begin and end of the round if it goes on now: later by as long as it has been suspended."""
        pause = now - self.suspended_at if self.suspended_at else dt.timedelta()
        was_open = self.closes_at is not None and self.round_is_open(now - pause)
        return (
            self.opens_at and self.opens_at + pause,
            self.closes_at + pause if self.closes_at is not None and was_open else self.closes_at,
        )

    def matter(
        self, now: dt.datetime, *, stakeholder_id: int | None = None, author_id: int | None = None
    ) -> Matter:
        """The norm as permission sees it at this moment."""
        is_open = self.round_is_open(now)
        return Matter(
            norm_id=self.id,
            is_public=self.is_public,
            takes_positions=is_open and self.stage in TAKES_POSITIONS,
            takes_comments=is_open and self.stage in OPEN_ROUNDS,
            takes_explanations=self.stage in TAKES_EXPLANATIONS,
            in_preparation=self.stage is Stage.PREPARATION,
            in_compilation=self.stage is Stage.COMPILATION,
            stakeholder_id=stakeholder_id,
            author_id=author_id,
        )


class Draft(Base):
    """One numbered version of the text; immutable once opened. Draft 1 may be edited until then."""

    __tablename__ = "draft"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "number"),
        sa.UniqueConstraint("norm_id", "id"),
    )
    __bound__ = ("norm_id", "number")
    __bound_later__ = (("opened_at",),)

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    number: Mapped[int]
    created_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]

    norm: Mapped[Norm] = relationship(foreign_keys=[norm_id])


class Provision(Base):
    """The smallest addressable part across its whole life. ``code`` is its permanent id in the norm."""

    __tablename__ = "provision"
    __table_args__ = (
        sa.UniqueConstraint("norm_id", "code"),
        sa.UniqueConstraint("norm_id", "id"),
    )
    __bound__ = ("norm_id", "code")

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    code: Mapped[str] = mapped_column(sa.String(16))  #: "p1", "p2" … in order of creation; never reused
    created_at: Mapped[dt.datetime]

    norm: Mapped[Norm] = relationship()


class Descent(StrEnum):
    SPLIT = "split"
    JOIN = "join"


class ProvisionLineage(Base):
    """Words that went from one provision to another when a draft was opened."""

    __tablename__ = "provision_lineage"
    __table_args__ = (
        sa.UniqueConstraint("draft_id", "from_id", "to_id"),
        sa.CheckConstraint("from_id <> to_id", name="goes_on"),
    )
    __bound__ = ("draft_id", "from_id", "to_id", "kind")

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    from_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id))
    kind: Mapped[Descent] = mapped_column(choice(Descent, "descent"))

    draft: Mapped[Draft] = relationship()
    origin: Mapped[Provision] = relationship(foreign_keys=[from_id])
    heir: Mapped[Provision] = relationship(foreign_keys=[to_id])


class ClauseKind(StrEnum):
    PREAMBULAR = "preambular"
    OPERATIVE = "operative"
    DEFINITION = "definition"
    HEADING = "heading"


class RiskTier(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Clause(Base):
    """The wording of one provision in one draft."""

    __tablename__ = "clause"
    __table_args__ = (
        sa.UniqueConstraint("draft_id", "provision_id"),
        sa.UniqueConstraint("draft_id", "place"),
        sa.UniqueConstraint("draft_id", "id"),
        sa.UniqueConstraint("provision_id", "id"),
        sa.UniqueConstraint("draft_id", "provision_id", "id"),
    )
    __bound__ = ("draft_id", "provision_id", "place", "depth", "label", "kind", "subject", "risk_tier",
                 "is_counted", "text_digest")  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey(Draft.id))
    provision_id: Mapped[int] = mapped_column(sa.ForeignKey(Provision.id))
    place: Mapped[int]  #: order in the draft, from 1
    depth: Mapped[int] = mapped_column(default=0)  #: 0 for a paragraph, 1 for (a), 2 for (i) …
    label: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ClauseKind] = mapped_column(choice(ClauseKind, "clause_kind"), default=ClauseKind.OPERATIVE)
    subject: Mapped[str] = mapped_column(sa.String(80), default="")
    risk_tier: Mapped[RiskTier | None] = mapped_column(choice(RiskTier, "risk_tier"))
    is_counted: Mapped[bool] = mapped_column(default=True)  #: False: kept, but moderated out at its source
    text_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  #: of the authentic texts together

    draft: Mapped[Draft] = relationship()
    provision: Mapped[Provision] = relationship()
    texts: Mapped[list["ClauseText"]] = relationship(
        back_populates="clause", order_by="ClauseText.language", cascade="all, delete-orphan"
    )


class TextStatus(StrEnum):
    AUTHENTIC = "authentic"
    VERIFIED = "verified"
    DRAFT = "draft"
    MACHINE = "machine"


def words_of(text: str) -> bytes:
    """The digest of a text's words alone."""
    return hashlib.sha256(text.encode()).digest()


def _digest_of_text(context: DefaultExecutionContext) -> bytes:
    return words_of(context.get_current_parameters()["text"])  # type: ignore[no-untyped-call]


class ClauseText(Base):
    """A clause in one language. Out of date when ``source_digest`` is not the clause's digest."""

    __tablename__ = "clause_text"
    __table_args__ = (
        sa.UniqueConstraint("clause_id", "language"),
        sa.CheckConstraint("trim(text) <> ''", name="not_empty"),
    )
    __bound__ = ("clause_id", "language", "text", "status")
    __bound_later__ = (("source_digest", "written_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(sa.ForeignKey(Clause.id))
    language: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)  #: NFC
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), default=_digest_of_text)  #: of the words alone
    version: Mapped[int] = mapped_column(default=1)  #: 2 and more: rewritten; the words before are kept
    written_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  #: None: it is not known
    status: Mapped[TextStatus] = mapped_column(choice(TextStatus, "text_status"))
    source_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))  #: the authentic wording it renders
    provenance: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: runs [text, [sources]] that add up to ``text``; None where the text was never merged

    clause: Mapped[Clause] = relationship(back_populates="texts")

    @property
    def fields(self) -> Fields:
        """What the form of a translation shows."""
        return {"text": self.text, "status": self.status, "language": self.language}

    @validates("text")
    def _digest(self, _name: str, text: str) -> str:
        self.digest = words_of(text)
        return text


class ClauseTextVersion(Base):
    """A translation as it stood on an opened draft before it was rewritten. Nothing of it ever changes."""

    __tablename__ = "clause_text_version"
    __table_args__ = (sa.Index("ix_clause_text_version_digest", "digest"),)
    __bound__ = ("text", "status", "replaced_by", "replaced_at")

    clause_id: Mapped[int] = mapped_column(sa.ForeignKey(Clause.id), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    status: Mapped[TextStatus] = mapped_column(choice(TextStatus, "text_version_status"))
    replaced_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    replaced_at: Mapped[dt.datetime]


append_only(ClauseTextVersion.__table__)


class RulesOfProcedure(Base):
    """The rules of one norm. Edited in preparation, then frozen and hashed."""

    __tablename__ = "rules_of_procedure"
    __table_args__ = (
        sa.CheckConstraint("(frozen_at IS NULL) = (digest IS NULL)", name="frozen_with_digest"),
    )
    __bound__ = ("norm_id", "content", "frozen_at", "digest")

    id: Mapped[int] = mapped_column(primary_key=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id), unique=True)
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)  #: counts the edits, so that two editors cannot overwrite
    frozen_at: Mapped[dt.datetime | None]
    digest: Mapped[str | None] = mapped_column(sa.String(71))  #: "sha256:…" of the canonical content

    norm: Mapped[Norm] = relationship()


class Seat(Base):
    """A role at one norm's table, or at every norm's where ``norm_id`` is None."""

    __tablename__ = "seat"
    __table_args__ = (
        sa.Index("ix_seat_user", "user_id"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="dates_in_order"),
        *(
            sa.Index(
                name, *columns, unique=True, sqlite_where=sa.text(present), postgresql_where=sa.text(present)
            )
            for name, columns, present in (
                ("uq_seat_at_norm", ("user_id", "role", "norm_id"), "ended_at IS NULL"),
                ("uq_seat_everywhere", ("user_id", "role"), "ended_at IS NULL AND norm_id IS NULL"),
            )
        ),
    )
    __bound__ = ("user_id", "norm_id", "role", "given_at", "ended_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    norm_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Norm.id))
    role: Mapped[Role] = mapped_column(choice(Role, "seat_role"))
    given_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    user: Mapped[User] = relationship()

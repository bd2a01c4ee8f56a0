"""Internal drafts: texts of an entity's members before a contact point or deputy endorses them."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.discussion.models import Comment, HidingReason
from app.foundation.database import Base, agrees, choice
from app.norms.models import Clause, Norm, Provision
from app.positions.models import Position
from app.stakeholders.models import Stakeholder


class ContributionKind(StrEnum):
    COMMENT = "comment"
    CHANGE = "change"
    POSITION = "position"


class State(StrEnum):
    DRAFTED = "drafted"
    ENDORSED = "endorsed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class InternalDraft(Base):
    """A comment, proposed change or position that a member drafts; the entity's own only once endorsed."""

    __tablename__ = "contribution"
    __table_args__ = (
        sa.CheckConstraint("state <> 'declined' OR trim(note) <> ''", name="declined_with_note"),
        sa.CheckConstraint(
            "(state = 'endorsed') = (comment_id IS NOT NULL OR position_id IS NOT NULL)",
            name="endorsed_became_something",
        ),
        sa.CheckConstraint("kind = 'comment' OR clause_id IS NOT NULL", name="place_fits_kind"),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claim_is_whole"),
        sa.CheckConstraint("(clause_id IS NULL) = (provision_id IS NULL)", name="clause_has_provision"),
        agrees("provision", norm_id="norm_id", provision_id="id"),
        agrees("clause", provision_id="provision_id", clause_id="id"),
        agrees("comment", norm_id="norm_id", comment_id="id"),
        agrees("comment", stakeholder_id="stakeholder_id", comment_id="id"),
        agrees("position", provision_id="provision_id", stakeholder_id="stakeholder_id", position_id="id"),
        sa.Index("ix_contribution_stakeholder", "stakeholder_id", "state", "id"),
        sa.Index("ix_contribution_provision", "provision_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stakeholder_id: Mapped[int] = mapped_column(sa.ForeignKey(Stakeholder.id))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)
    norm_id: Mapped[int] = mapped_column(sa.ForeignKey(Norm.id))
    clause_id: Mapped[int | None] = mapped_column()  #: None: the whole draft
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Provision.id))
    kind: Mapped[ContributionKind] = mapped_column(choice(ContributionKind, "contribution_kind"))
    content: Mapped[dict[str, str]]  #: the fields of its form; see content.py
    state: Mapped[State] = mapped_column(choice(State, "contribution_state"), default=State.DRAFTED)
    version: Mapped[int] = mapped_column(default=1)  #: 2 and more: edited; the words before are kept
    note: Mapped[str] = mapped_column(sa.Text, default="")  #: of whoever declined it
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    decided_at: Mapped[dt.datetime | None]
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Comment.id))  #: what it became
    position_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Position.id))  #: what it became
    claimed_by: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  #: who works on it alone
    claimed_until: Mapped[dt.datetime | None]
    hiding_reason: Mapped[HidingReason | None] = mapped_column(
        choice(HidingReason, "contribution_hiding_reason")
    )  #: why everybody else does not read it, whatever the rules show
    created_at: Mapped[dt.datetime]

    stakeholder: Mapped[Stakeholder] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])
    claimer: Mapped[User | None] = relationship(foreign_keys=[claimed_by])
    norm: Mapped[Norm] = relationship()
    clause: Mapped[Clause | None] = relationship(
        primaryjoin=lambda: Clause.id == InternalDraft.clause_id, foreign_keys=[clause_id]
    )
    provision: Mapped[Provision | None] = relationship(foreign_keys=[provision_id])
    comment: Mapped[Comment | None] = relationship(foreign_keys=[comment_id])

    @property
    def is_open(self) -> bool:
        """It can be edited, endorsed or withdrawn."""
        return self.state in (State.DRAFTED, State.DECLINED)

    def is_claimed_by_another(self, user_id: int | None, now: dt.datetime) -> bool:
        return self.claimed_by not in (None, user_id) and (self.claimed_until or now) > now


class ContributionVersion(Base):
    """The words of a contribution as they stood before an edit."""

    __tablename__ = "contribution_version"

    contribution_id: Mapped[int] = mapped_column(sa.ForeignKey(InternalDraft.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, str]]
    note: Mapped[str] = mapped_column(sa.Text, default="")  #: why these words were declined, if they were
    edited_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id), index=True)  #: who replaced them
    edited_at: Mapped[dt.datetime]

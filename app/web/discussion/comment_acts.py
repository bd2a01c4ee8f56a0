"""What a person may do about one comment, as its page offers it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.authority.grants import Permission
from app.discussion import editing
from app.discussion.models import Comment, Visibility
from app.discussion.queries import CommentLine
from app.kernel import context
from app.norms.models import Norm
from app.stakeholders.models import Stakeholder


@dataclass(frozen=True)
class CommentActs:
    """``holders``: for whom the person speaks, while comments are taken; ``speaks``: for its author too."""

    said: Comment
    has_disposition: bool
    holders: Sequence[Stakeholder]
    takes_comments: bool
    speaks: bool
    may_change: bool
    disposes: bool
    may_moderate: bool

    @property
    def opens_a_thread(self) -> bool:
        return self.said.parent_id is None

    @property
    def shows_backers(self) -> bool:
        return self.said.is_shown and self.opens_a_thread

    @property
    def others(self) -> Sequence[Stakeholder]:
        """Those for whom the person speaks, but who did not say it: they may back it."""
        return [one for one in self.holders if one.id != self.said.stakeholder_id]

    @property
    def may_back(self) -> bool:
        """Whoever speaks for nobody yet is shown the form too, and told how to take part."""
        return self.takes_comments and bool(self.others or not self.holders)

    @property
    def may_reply(self) -> bool:
        return self.takes_comments and bool(self.holders) and self.said.is_shown

    @property
    def may_dispose(self) -> bool:
        """A hidden comment keeps the disposition it had, which may be mended."""
        is_hidden = self.said.visibility is Visibility.HIDDEN
        is_there = self.said.is_shown or (is_hidden and self.has_disposition)
        return self.disposes and is_there and self.opens_a_thread

    @property
    def may_choose_reasons(self) -> bool:
        return self.may_moderate and self.said.provision is not None and self.said.is_shown

    @property
    def may_release(self) -> bool:
        return self.may_moderate and self.said.visibility in (Visibility.HELD, Visibility.HIDDEN)

    @property
    def may_hide(self) -> bool:
        return self.may_moderate and self.said.visibility in (Visibility.HELD, Visibility.SHOWN)

    @property
    def may_edit(self) -> bool:
        return self.speaks and self.takes_comments and self.may_change

    @property
    def may_withdraw(self) -> bool:
        is_there = self.said.visibility in (Visibility.HELD, Visibility.SHOWN)
        return self.speaks and self.takes_comments and is_there


def acts_about(norm: Norm, line: CommentLine, holders: Sequence[Stakeholder]) -> CommentActs:
    said, actor = line.comment, context.actor()
    speaks, takes_comments = actor.acts_for(said.stakeholder_id), norm.matter(context.now()).takes_comments
    return CommentActs(
        said,
        line.disposition is not None,
        holders,
        takes_comments,
        speaks,
        speaks and takes_comments and editing.may_change(context.session(), said),
        context.may(Permission.DISPOSE, norm),
        context.may(Permission.MODERATE, norm),
    )

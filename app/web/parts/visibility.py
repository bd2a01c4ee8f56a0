"""Visibility of comments."""

from app.authority.grants import Permission
from app.discussion.models import Comment, Visibility
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.lookup import comment_or_404
from app.norms.models import Norm


def is_readable(norm: Norm, said: Comment) -> bool:
    """Whether this person may read the words, and whose they are: those that wait are for a moderator and
    their author, those that were hidden or taken back for nobody.
    """
    actor = context.actor()
    is_theirs = actor.speaks_for(said.stakeholder_id) or (
        actor.user_id is not None and actor.user_id == said.author_id
    )
    return said.visibility is Visibility.SHOWN or (
        said.visibility is Visibility.HELD and (is_theirs or context.may(Permission.MODERATE, norm))
    )


def has_place(norm: Norm, said: Comment) -> bool:
    """Whether it stands anywhere for this person, if only as a tombstone."""
    return said.visibility is not Visibility.HELD or is_readable(norm, said)


def place_or_404(norm: Norm, number: int) -> Comment:
    """:raises NotFound: there is none, or it waits for a moderator."""
    said = comment_or_404(norm, number)
    if not has_place(norm, said):
        raise NotFound
    return said

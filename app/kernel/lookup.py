"""Objects that an address names, or 404."""

from app.discussion import queries as discussion
from app.discussion.models import Comment
from app.foundation.errors import NotFound
from app.kernel import context
from app.norms import queries as norms
from app.norms.models import Clause, Norm
from app.stakeholders import queries as stakeholders
from app.stakeholders.models import Stakeholder


def clause_or_404(norm: Norm, code: str) -> Clause:
    """The provision's clause in the current draft."""
    found = norms.clause_of(context.session(), norm.current_draft_id or 0, code)
    if found is None:
        raise NotFound
    return found


def comment_or_404(norm: Norm, number: int) -> Comment:
    """A comment by its number in the norm."""
    found = discussion.by_number(context.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


def stakeholder_or_404(number: int) -> Stakeholder:
    """:raises NotFound: nobody has this number."""
    stakeholder = stakeholders.by_id(context.session(), number)
    if stakeholder is None:
        raise NotFound
    return stakeholder

"""Objects that an address names, or 404; and for an act, a transaction in which they are found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.discussion import queries as discussion
from app.discussion.models import Comment
from app.foundation.database import Base
from app.foundation.errors import NotFound
from app.kernel import context
from app.norms import queries as norms
from app.norms.models import Clause, Norm
from app.stakeholders import queries as stakeholders
from app.stakeholders.models import Stakeholder

R = TypeVar("R", bound=Base)


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


def row_or_404(kind: type[R], number: int, **of: int | None) -> R:
    """A row by its number, if it is ``of`` what the address names besides: ``stakeholder_id=number``."""
    found = context.session().get(kind, number)
    if found is None or any(getattr(found, name) != value for name, value in of.items()):
        raise NotFound
    return found


@contextmanager
def at_norm(slug: str) -> Iterator[Norm]:
    """One transaction on a norm."""
    with context.work():
        yield context.norm_or_404(slug)


@contextmanager
def at_clause(slug: str, code: str) -> Iterator[tuple[Norm, Clause]]:
    """One transaction on a clause of the current draft; the norm is held from its first reading on."""
    with context.work():
        norm = context.held_or_404(slug)
        yield norm, clause_or_404(norm, code)


@contextmanager
def at_comment(slug: str, number: int) -> Iterator[tuple[Norm, Comment]]:
    """One transaction on a comment."""
    with at_norm(slug) as norm:
        yield norm, comment_or_404(norm, number)


@contextmanager
def at_stakeholder(number: int) -> Iterator[Stakeholder]:
    """One transaction on a stakeholder."""
    with context.work():
        yield stakeholder_or_404(number)

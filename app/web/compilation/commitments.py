"""Accepted comments at the bench: what is to be taken up where, and what a form says that a step takes up."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from flask import request

from app.compilation.commitments import Commitment, commitments
from app.compilation.models import CompilationItem
from app.discussion.binding_decisions import TAKEN_UP
from app.discussion.models import ChangeOperation, Visibility
from app.foundation.errors import N_, BadInput
from app.kernel import context
from app.kernel.formats import comma
from app.norms.models import Norm
from app.triage.queries import group_by_number, members
from app.triage.service import MOST

NAME = re.compile(r"([cg]?)([1-9][0-9]{0,8})")
BETWEEN = re.compile(r"[\s,;،、]+")
SHOWN = 10  #: of the comments of one group


class CommentsUnclear(BadInput):
    code = "comments-unclear"
    message = N_(
        "%(name)s: name accepted comments by their numbers, such as c12, or their group, such as g3."
    )


@dataclass(frozen=True)
class ToDo:
    """One accepted comment, or those of one group that were accepted, that nothing takes up yet.

    ``name`` is what forms call it.
    """

    name: str
    commitments: list[Commitment] = field(default_factory=list)

    @property
    def shown(self) -> Sequence[Commitment]:
        return self.commitments[:SHOWN]

    @property
    def comments(self) -> str:
        names = comma().join(f"c{one.said.number}" for one in self.shown)
        return names if len(self.commitments) <= SHOWN else f"{names} …"

    @property
    def group(self) -> int | None:
        return self.commitments[0].group if self.name.startswith("g") else None

    @property
    def is_shown(self) -> bool:
        """Whether the first of them may be read; what a moderator has hidden is still to be taken up."""
        return self.commitments[0].said.visibility is Visibility.SHOWN

    @property
    def is_insertion(self) -> bool:
        change = self.commitments[0].said.change
        return change is not None and change.operation is ChangeOperation.INSERT_AFTER

    def is_of(self, entry: CompilationItem) -> bool:
        """Whether any of it was said of the entry's provision."""
        return any(one.said.provision_id == entry.provision_id for one in self.commitments if entry.provision)

    def is_elsewhere(self, provisions: Collection[int | None]) -> bool:
        """Whether all was said of the whole draft, or of provisions that are not among these."""
        return all(one.said.provision_id not in provisions for one in self.commitments)


def to_do(norm: Norm) -> list[ToDo]:
    """What was accepted and is not taken up, those of a group as one, in order of the first comment."""
    found: dict[str, ToDo] = {}
    for one in commitments(context.session(), norm):
        name = f"g{one.group}" if one.group else f"c{one.said.number}"
        found.setdefault(name, ToDo(name)).commitments.append(one)
    return list(found.values())


def provisions_of(entries: Iterable[CompilationItem]) -> set[int]:
    return {entry.provision_id for entry in entries if entry.provision_id is not None}


def names_asked() -> list[str]:
    """What the address or the form names, as it was written."""
    return _names(request.values.getlist("takes_up"))


def _names(values: Iterable[str]) -> list[str]:
    return [name for name in BETWEEN.split(",".join(values)) if name]


def taken_up(norm: Norm, values: Iterable[str]) -> list[int]:
    """The numbers of the comments that a form names; of a group, those of its comments that are accepted.

    :raises CommentsUnclear: something else is named.
    """
    return sorted({number for name in _names(values) for number in _named(norm, name)})


def _named(norm: Norm, name: str) -> set[int]:
    match = NAME.fullmatch(name.lower())
    if match is None:
        raise CommentsUnclear(name=name[:40], field="takes_up")
    number = int(match[2])
    if match[1] != "g":
        return {number}
    group = group_by_number(context.session(), norm.id, number)
    rows = members(context.session(), group, limit=MOST) if group else []
    accepted = {said.number for said, answer in rows if answer is not None and answer.decision in TAKEN_UP}
    if not accepted:
        raise CommentsUnclear(name=name, field="takes_up")
    return accepted

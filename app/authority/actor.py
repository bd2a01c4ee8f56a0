"""Actors and objects of a decision: plain values, so that permission needs no database (pure)."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A seat at a norm's table."""

    EDITOR = "editor"
    MODERATOR = "moderator"
    TRANSLATOR = "translator"
    CHAIR = "chair"
    PUBLISHER = "publisher"


class MandateRole(StrEnum):
    """What a person may do for a stakeholder."""

    CONTACT_POINT = "contact-point"
    DEPUTY = "deputy"
    REVIEWER = "reviewer"
    OBSERVER = "observer"


SPEAKERS = frozenset({MandateRole.CONTACT_POINT, MandateRole.DEPUTY})
DRAFTERS = SPEAKERS | {MandateRole.REVIEWER}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind an act, as far as permission is concerned.

    ``user_id`` is None for a visitor and for the system itself. ``pseudonym`` is what the record keeps.
    ``seats`` pairs a role with a norm's id, or None for every norm. ``mandates`` pairs a role with a
    stakeholder's id; an individual holds a contact point's mandate for themselves. ``refused`` are those of
    these stakeholders whose verification was refused.
    """

    user_id: int | None
    pseudonym: str
    is_system: bool = False
    is_administrator: bool = False
    is_confirmed: bool = False
    seats: frozenset[tuple[Role, int | None]] = frozenset()
    mandates: frozenset[tuple[MandateRole, int]] = frozenset()
    refused: frozenset[int] = frozenset()

    def sits(self, role: Role, norm_id: int | None) -> bool:
        return (role, None) in self.seats or (norm_id is not None and (role, norm_id) in self.seats)

    def norms_as(self, role: Role) -> list[int] | None:
        """The norms at which the person sits in this role; None for every norm."""
        seats = {norm_id for seat, norm_id in self.seats if seat is role}
        return None if None in seats else sorted(norm_id for norm_id in seats if norm_id is not None)

    def speaks_for(self, stakeholder_id: int | None) -> bool:
        return any(holder == stakeholder_id and role in SPEAKERS for role, holder in self.mandates)

    def acts_for(self, stakeholder_id: int | None) -> bool:
        """Whether what the person says for it on a norm would be taken."""
        return self.speaks_for(stakeholder_id) and stakeholder_id not in self.refused

    def drafts_inside(self, stakeholder_id: int | None) -> bool:
        return any(holder == stakeholder_id and role in DRAFTERS for role, holder in self.mandates)

    def belongs_to(self, stakeholder_id: int | None) -> bool:
        return any(holder == stakeholder_id for _, holder in self.mandates)


VISITOR = Actor(user_id=None, pseudonym="visitor")
SYSTEM = Actor(user_id=None, pseudonym="system", is_system=True, is_administrator=True)


@dataclass(frozen=True, slots=True)
class Matter:
    """What an act concerns, as far as permission is concerned."""

    norm_id: int | None = None
    is_public: bool = True
    takes_positions: bool = False
    takes_comments: bool = False
    takes_explanations: bool = False
    in_preparation: bool = False
    in_compilation: bool = False
    stakeholder_id: int | None = None
    author_id: int | None = None


PLATFORM = Matter()

"""Who may reach which route: every route of the application × every kind of person, row by row.

A row names an endpoint and says what each person's request is answered with. A route without a row fails
the test, so that none can be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PEOPLE = (
    "visitor",
    "stranger",
    "contact",
    "reviewer",
    "editor",
    "moderator",
    "translator",
    "chair",
    "publisher",
    "administrator",
)

OK, SEE_OTHER, SIGN_IN, NO, NOTHING, UNCLEAR, CLOSED = 200, 303, 401, 403, 404, 422, 409


@dataclass(frozen=True)
class Row:
    """What each person gets. ``others`` is for whoever is not named; ``visitor`` is always said.

    ``args`` fill the address, ``form`` is sent with a POST. Both may use the names of the world's things:
    "{slug}", "{code}", "{comment}", "{change}", "{objection}", "{stakeholder}", "{disposition}" …
    ``stage`` puts the world's norm into that stage first.
    """

    visitor: int
    others: int
    but: Mapping[str, int] = field(default_factory=dict)
    args: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    stage: str = "consultation"

    def expected(self, person: str) -> int:
        return self.visitor if person == "visitor" else self.but.get(person, self.others)


def public(**args: str) -> Row:
    """A page for everybody."""
    return Row(OK, OK, args=args)

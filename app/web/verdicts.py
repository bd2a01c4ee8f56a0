"""What an assessment says of a clause, in one or two sentences."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from app.web.formatting import percent
from app.web.vocabulary import word

STANDING = ("open", "answered", "maintained")


def shares(clause: Mapping[str, Any]) -> list[float]:
    """The shares that can accept, one for each scheme that has a figure."""
    return [figure["share"] for figure in clause["agreement"].values() if figure["share"] is not None]


def standing(clause: Mapping[str, Any]) -> int:
    """Objections that are neither withdrawn nor accommodated."""
    return sum(clause["objections"].get(state, 0) for state in STANDING)


def title(clause: Mapping[str, Any]) -> str:
    """The verdict itself, and that it hangs on the weighting where it does."""
    verdict = word(clause["status"])
    if clause["robustness"] == "depends-on-scheme":
        return gettext("%(verdict)s, depending on the weighting.", verdict=verdict)
    return f"{verdict}."


def sentence(clause: Mapping[str, Any]) -> str:
    """How many can accept it, and what stands against it."""
    parts = []
    values = shares(clause)
    if not values:
        parts.append(gettext("Nobody has taken a side yet."))
    else:
        low, high = percent(min(values)), percent(max(values))
        if low == high:
            parts.append(gettext("%(share)s can accept it under every weighting.", share=low))
        else:
            parts.append(
                gettext(
                    "Between %(low)s and %(high)s can accept it, depending on the weighting.",
                    low=low,
                    high=high,
                )
            )
    stand = standing(clause)
    if stand:
        parts.append(ngettext("%(num)d objection stands.", "%(num)d objections stand.", stand))
    elif values:
        parts.append(gettext("No objection stands."))
    return " ".join(parts)

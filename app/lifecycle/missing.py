"""What is missing before a step: a code with values, which is kept, and the words for it (pure)."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.foundation.errors import N_, Code, Phrase, Tongue

NAMED = 10  #: of a long list; the rest is counted


@dataclass(frozen=True, slots=True)
class Sort:
    """The words for one code. ``counted``: the value whose length, or which itself, picks the plural.

    ``mark`` stands before each name of a list. What is ``firm`` gives way to no reason.
    """

    message: str
    plural: str | None = None
    counted: str = ""
    mark: str = ""
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing; ``values`` are JSON, lists whole."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_firm(self) -> bool:
        """Whether it keeps a step shut whatever reason the chair gives."""
        return _sort(self.code).firm

    @property
    def phrase(self) -> Phrase:
        sort = _sort(self.code)
        values = self.values
        if "provisions" in values:  # earlier versions kept no labels
            values = {"labels": values["provisions"]} | dict(values)
        shown = {name: _shown(name, value, sort.mark) for name, value in values.items()}
        if not sort.counted:
            return Phrase(sort.message, shown)
        counted = self.values[sort.counted]
        count = counted if isinstance(counted, int) else len(counted)
        return Phrase(sort.message, shown | {"count": count}, plural=sort.plural, count=count)

    def content(self) -> dict[str, Any]:
        """As it is kept."""
        return {"code": self.code, "values": dict(self.values)}


def on_clauses(code: str, provisions: Sequence[str], labels: Mapping[str, str]) -> Lack:
    """So many things that are missing on provisions, one for each: their codes for the record, each once, and
    the labels of their clauses for readers.
    """
    codes = list(dict.fromkeys(provisions))
    named = [labels.get(one) or one for one in codes]
    return Lack(code, {"count": len(provisions), "provisions": codes, "labels": named})


def read(kept: Sequence[Mapping[str, Any] | str]) -> list[Lack]:
    """What was kept; earlier versions kept words."""
    return [
        Lack("recorded", {"words": one}) if isinstance(one, str) else Lack(one["code"], one["values"])
        for one in kept
    ]


def _shown(name: str, value: Any, mark: str) -> object:
    """What a value is; of a list the first names: "c1, c2, c3 …"."""
    if name in MEANT:
        return MEANT[name](value)
    if not isinstance(value, list | tuple):
        return value
    names = [f"{mark}{name}" for name in value[:NAMED]]
    return tuple(names if len(value) <= NAMED else [*names[:-1], f"{names[-1]} …"])


#: The values that are kept as texts and read otherwise in each language.
MEANT: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "moment": lambda kept: dt.datetime.fromisoformat(kept.replace(" UTC", "+00:00")),
        "language": Tongue,
        "schemes": lambda kept: tuple(map(Code, kept)),
    }
)


def _sort(code: str) -> Sort:
    return SORTS.get(code, UNKNOWN)


UNKNOWN = Sort(N_("This version of the platform has no text for this entry."))

SORTS: Mapping[str, Sort] = MappingProxyType(
    {
        "closing-date": Sort(N_("Give the closing date of the round."), firm=True),
        "round-too-short": Sort(
            N_("The round must stay open for at least %(days)s day."),
            plural=N_("The round must stay open for at least %(days)s days."),
            counted="days",
            firm=True,
        ),
        "call-ends-before-it-begins": Sort(N_("The round must close in the future."), firm=True),
        "shortened": Sort(N_("The round cannot close before the announced date: %(moment)s."), firm=True),
        "determined-already": Sort(
            N_("The chair has recorded the determination, so the call stays closed. Give no closing date."),
            firm=True,
        ),
        "rules-unreadable": Sort(N_("The rules of procedure cannot be frozen: %(what)s"), firm=True),
        "no-clauses": Sort(N_("The draft has no clauses yet."), firm=True),
        "authentic-text": Sort(
            N_("%(count)s clause has no authentic text in %(language)s: %(labels)s."),
            plural=N_("%(count)s clauses have no authentic text in %(language)s: %(labels)s."),
            counted="labels",
            firm=True,
        ),
        "round-endless": Sort(N_("The round has no closing date, so it has not ended.")),
        "round-open": Sort(N_("The round is open until %(moment)s.")),
        "minimum-not-over": Sort(
            N_("The round stays open for the shortest time that the rules allow, until %(moment)s."),
            firm=True,
        ),
        "comments-held": Sort(
            N_("%(count)s comment is awaiting a moderator: %(comments)s."),
            plural=N_("%(count)s comments are awaiting a moderator: %(comments)s."),
            counted="comments",
            mark="c",
        ),
        "comments-unanswered": Sort(
            N_("%(count)s comment has no disposition with a reason: %(comments)s."),
            plural=N_("%(count)s comments have no disposition with a reason: %(comments)s."),
            counted="comments",
            mark="c",
        ),
        "reviews-open": Sort(
            N_("The chair has yet to review %(count)s disposition: %(comments)s."),
            plural=N_("The chair has yet to review %(count)s dispositions: %(comments)s."),
            counted="comments",
            mark="c",
        ),
        "collisions": Sort(
            N_(
                "Changes still conflict in clause %(labels)s: resolve the conflicts or leave the "
                "alternatives in square brackets."
            ),
            plural=N_(
                "Changes still conflict in clauses %(labels)s: resolve the conflicts or leave the "
                "alternatives in square brackets."
            ),
            counted="labels",
            firm=True,
        ),
        "decided-otherwise": Sort(
            N_(
                "The disposition of %(count)s comment that the next draft takes up has changed: "
                "%(comments)s. Change the disposition, or undo the step."
            ),
            plural=N_(
                "The dispositions of %(count)s comments that the next draft takes up have changed: "
                "%(comments)s. Change the dispositions, or undo the steps."
            ),
            counted="comments",
            mark="c",
        ),
        "not-taken-up": Sort(
            N_(
                "%(count)s accepted comment is not taken up by any step of a draft: %(comments)s. "
                "Name it in a step of the next draft, or change its disposition."
            ),
            plural=N_(
                "%(count)s accepted comments are not taken up by any step of a draft: "
                "%(comments)s. Name them in steps of the next draft, or change their dispositions."
            ),
            counted="comments",
            mark="c",
        ),
        "languages-behind": Sort(
            N_("%(count)s clause has no up-to-date text in %(language)s: %(labels)s."),
            plural=N_("%(count)s clauses have no up-to-date text in %(language)s: %(labels)s."),
            counted="labels",
            firm=True,
        ),
        "objections-unanswered": Sort(
            N_("%(count)s objection has no answer yet, on clause %(labels)s."),
            plural=N_("%(count)s objections have no answer yet, on clauses %(labels)s."),
            counted="count",
        ),
        "objections-without-note": Sort(
            N_("%(count)s maintained objection has no note from the chair, on clause %(labels)s."),
            plural=N_("%(count)s maintained objections have no note from the chair, on clauses %(labels)s."),
            counted="count",
        ),
        "not-assessed": Sort(N_("The draft has not been assessed under every frozen scheme: %(schemes)s.")),
        "not-determined-adopted": Sort(
            N_("The chair has not determined that this draft is adopted."), firm=True
        ),
        "not-determined-not-adopted": Sort(
            N_("The chair has not determined that this draft is not adopted."), firm=True
        ),
        "adoption-stands": Sort(
            N_(
                "The chair has determined that the draft is adopted. It can be returned to compilation "
                "only with a public reason."
            )
        ),
        "objections-stand": Sort(
            N_("%(count)s objection of a verified stakeholder is maintained or open, on clause %(labels)s."),
            plural=N_(
                "%(count)s objections of verified stakeholders are maintained or open, on clauses %(labels)s."
            ),
            counted="count",
        ),
        "no-figures": Sort(N_("The draft has never been assessed.")),
        "clauses-unheard": Sort(
            N_("Coverage is insufficient for %(count)s clause: %(labels)s."),
            plural=N_("Coverage is insufficient for %(count)s clauses: %(labels)s."),
            counted="labels",
        ),
        "blocs-missing": Sort(
            N_("No participants from %(count)s group covered by the rules."),
            plural=N_("No participants from %(count)s groups covered by the rules."),
            counted="blocs",
        ),
        "recorded": Sort("%(words)s"),  # as an earlier version kept it
    }
)

"""Two people on one thing: what was saved meanwhile beside what was typed, and a button that saves on top."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import Flask, render_template, request
from flask_babel import gettext as _

from app.compilation.merge.redline import redline
from app.foundation.errors import N_
from app.foundation.versions import ChangedMeanwhile, Fields, version_of
from app.kernel.formats import autonym
from app.kernel.labels import WRITTEN, said_in_words, word
from app.kernel.redlines import Runs, as_runs
from app.kernel.refusals import Answer, again
from app.reference.countries import FLAGS

RENEWED = frozenset({"csrf_token", "version"})

#: What the fields of forms are called in which one of several values is chosen.
CHOSEN = {
    "decision": N_("Decision"),
    "developing": N_("Developing country"),
    "language": N_("Language"),
    "ldc": N_("Least developed country"),
    "lldc": N_("Landlocked developing country"),
    "screening": N_("Comments"),
    "shows_unendorsed": N_("Unendorsed internal drafts are public"),
    "shows_work": N_("The next draft is public while it is being prepared"),
    "sids": N_("Small island developing State"),
    "stance": N_("Position"),
    "status": N_("Kind of translation"),
    "verdict": N_("Decision"),
}

#: What is written in several lines, however little there is.
LONG = frozenset({"text", "body", "wording", "reason", "evidence", "forms", "measurement"})


@dataclass(frozen=True)
class FieldDifference:
    """One field in which the two are not the same; ``runs`` lead from theirs to mine."""

    name: str
    label: str
    theirs: str
    mine: str
    runs: Runs = ()

    @property
    def is_written(self) -> bool:
        return self.name in WRITTEN

    @property
    def is_editable(self) -> bool:
        """Whether its words were typed in the form."""
        return self.is_written and self.name in request.form

    @property
    def rows(self) -> int:
        """Of the field to write it in; 0: a single line."""
        return 6 if self.name in LONG or len(self.mine) > 60 or "\n" in self.mine else 0


View = Callable[..., Any]


def shows_both(back: Callable[..., str]) -> Callable[[View], View]:
    """Of a view that takes a form: where others have saved meanwhile, both are shown.

    ``back`` is called with the address's values, and says where theirs is read.
    """

    def wrapped(view: View) -> View:
        @wraps(view)
        def tried(**address: Any) -> Any:
            try:
                return view(**address)
            except ChangedMeanwhile as refusal:
                return both(refusal, back=back(**address))

        return tried

    return wrapped


def both(refusal: ChangedMeanwhile, *, back: str) -> Answer:
    """The page with both; ``back``: where theirs is read."""
    theirs, mine = in_words(refusal.theirs), refusal.mine
    names = [name for name in mine if theirs.get(name, "") != mine[name]]
    differences = [difference(name, theirs.get(name, ""), mine[name]) for name in names]
    to_edit = {one.name: request.form[one.name] for one in differences if one.is_editable}
    kept = RENEWED | to_edit.keys()
    page = render_template(
        "parts/saved_meanwhile.html",
        refusal=refusal,
        differences=differences,
        languages=(theirs.get("language"), mine.get("language")),
        to_edit=to_edit,
        target=request.full_path if request.query_string else request.path,
        hidden=[pair for pair in request.form.items(multi=True) if pair[0] not in kept],
        back=back,
    )
    return again(page, refusal)


def in_words(shown: Fields) -> Fields:
    """What the program itself gave as a reason is kept as a code."""
    if "reason" not in shown:
        return shown
    reason, language = said_in_words(shown["reason"], shown.get("language", ""))
    return {**shown, "reason": reason, "language": language}


def difference(name: str, theirs: str, mine: str) -> FieldDifference:
    if name in WRITTEN:
        return FieldDifference(name, _(WRITTEN[name]), theirs, mine, as_runs(redline(theirs, mine)))
    return FieldDifference(name, _(CHOSEN[name]), said(name, theirs), said(name, mine))


def said(name: str, value: str) -> str:
    """A value that was chosen, in words."""
    if isinstance(value, StrEnum):
        return word(value)
    if name.startswith("shows_") or name in FLAGS:
        return _("Yes") if value else _("No")
    return autonym(value) if value else ""


def register(app: Flask) -> None:
    app.jinja_env.filters["version"] = version_of

"""What the pages say after an act at the bench."""

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.compilation import queries
from app.compilation.models import CompilationItem
from app.kernel import context
from app.norms.models import Norm
from app.web.parts.done import Done, WayOn, told, way_on


def name_of(item: CompilationItem) -> str:
    """What a clause of the next draft is called; without a label, by its provision."""
    return item.label or (item.provision.code if item.provision else "–")


def next_clause(norm: Norm, item: CompilationItem) -> WayOn:
    """To the clause that follows in the next draft, or to all."""
    places = queries.entries(context.session(), item.compilation)
    after = [one for one in places if (one.place, one.id) > (item.place, item.id)]
    if not after:
        return way_on(_("All clauses of the next draft"), "compilation.bench", slug=norm.slug)
    words = told(_("Next clause: %(label)s"), label=name_of(after[0]))
    return way_on(words, "compilation.entry", slug=norm.slug, number=after[0].id)


def worked(norm: Norm, item: CompilationItem, made: str, follows: str = "") -> Response:
    """Say what was done to a clause of the next draft, on its page or, where it is no more, on the bench."""
    undone = _("It can be undone until the next draft opens.")
    done = Done(told(made, label=name_of(item)), follows or undone, next_clause(norm, item))
    if not item.is_there:
        return done.on("compilation.bench", slug=norm.slug)
    language = {"in": request.form["language"]} if request.form.get("language") else {}
    return done.on("compilation.entry", slug=norm.slug, number=item.id, **language)


def still_in_conflict(item: CompilationItem, language: str) -> str:
    """How many conflicts the merged text leaves in brackets; nothing where there are none."""
    left = next((one.unsettled for one in item.wordings if one.language == language), 0)
    if not left:
        return ""
    return str(
        ngettext(
            "%(num)d conflict is unresolved; the alternatives are shown in square brackets.",
            "%(num)d conflicts are unresolved; the alternatives are shown in square brackets.",
            left,
        )
    )

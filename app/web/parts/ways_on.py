"""Where a reader may go on after an act."""

from flask_babel import gettext as _

from app.discussion.progress import held, progress
from app.kernel import context
from app.norms.models import Clause, Norm
from app.web.parts.done import WayOn, label_of, told, way_on


def my_contributions() -> WayOn:
    return way_on(_("My contributions"), "my.index")


def to_clause(norm: Norm, clause: Clause | None) -> WayOn:
    """To a clause within its draft, or to the whole."""
    if clause is None:
        return way_on(_("Back to the text"), "norms.current", slug=norm.slug)
    words = told(_("Back to clause %(label)s"), label=label_of(clause))
    code = clause.provision.code
    return way_on(words, "norms.current", slug=norm.slug, at=code, _anchor=code)


def unanswered(norm: Norm) -> WayOn:
    """To the comments that await an answer."""
    far = progress(context.session(), norm.id)
    words = _("Comments without an answer: %(number)s", number=far.total - far.answered)
    return way_on(words, "triage.index", slug=norm.slug)


def next_held(norm: Norm) -> WayOn:
    """To the comment that has awaited a moderator longest."""
    waiting = held(context.session(), [norm.id], limit=1)
    if not waiting:
        return my_contributions()
    words = told(_("Next comment awaiting a moderator: %(number)s"), number=f"c{waiting[0].number}")
    return way_on(words, "discussion.comment", slug=norm.slug, number=waiting[0].number)

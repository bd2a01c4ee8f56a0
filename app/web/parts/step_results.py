"""Where a step that was asked for leads to."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel.context import see_other, session
from app.kernel.formats import in_language, in_words
from app.kernel.labels import word
from app.lifecycle.models import StepAsked
from app.norms.stages import TAKES_POSITIONS, Stage
from app.publication import queries as publications
from app.web.parts.done import Done, sentences, told, way_on
from app.web.parts.ways_on import to_clause
from app.web.site.page_cache import has_acted


def came_of(asked: StepAsked) -> Response:
    """To what came of the step, or to the page that says how far it is, or why it was not taken."""
    has_acted()  # when the step was taken, which may be long after it was asked for
    norm = asked.norm
    named = {"norm": in_language(norm.titles)}
    if asked.ended_at is None or asked.refusal is not None:
        return see_other("lifecycle.under_way", slug=norm.slug, number=asked.id)
    if asked.to is Stage.PUBLISHED:
        number = max(one.number for one in publications.of_norm(session(), norm.id))
        made = told(_("Publication %(number)s of “%(norm)s” has been issued."), number=number, **named)
        follows = _("It is signed and no longer changes. Its data package can be downloaded here.")
        done = Done(made, follows, way_on(_("Publications"), "publications.index", slug=norm.slug))
        return done.on("publications.show", slug=norm.slug, number=number)
    made = told(_("“%(norm)s” is now at the stage “%(stage)s”."), stage=word(norm.stage), **named)
    closes = (
        _("The round closes on %(moment)s.", moment=in_words(norm.closes_at))
        if norm.closes_at and norm.stage in TAKES_POSITIONS
        else ""
    )
    follows = sentences(closes, _("Those who take part in the norm will be notified."))
    return Done(made, follows, to_clause(norm, None)).on("lifecycle.steps", slug=norm.slug)

"""Where a step that was asked for leads to."""

from flask import flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel.context import see_other, session
from app.lifecycle.models import StepAsked
from app.norms.stages import Stage
from app.publication import queries as publications


def came_of(asked: StepAsked) -> Response:
    """To what came of the step, or to the page that says how far it is, or why it was not taken."""
    norm = asked.norm
    if asked.ended_at is None or asked.refusal is not None:
        return see_other("lifecycle.under_way", slug=norm.slug, number=asked.id)
    if asked.to is Stage.PUBLISHED:
        number = max(one.number for one in publications.of_norm(session(), norm.id))
        return see_other("publications.show", slug=norm.slug, number=number)
    flash(_("The step has been taken."))
    return see_other("lifecycle.steps", slug=norm.slug)

"""Choosing a reason for or against a clause from a comment."""

from typing import Any

from flask import Blueprint

from app.kernel import context
from app.kernel.context import Form
from app.kernel.lookup import comment_or_404
from app.kernel.refusals import shows_again
from app.reading_aids import reasons
from app.reading_aids.models import Bearing
from app.web.discussion import acts_told
from app.web.discussion.views import comment_page

blueprint = Blueprint("reasons", __name__, url_prefix="/<lang:lang>/norms/<slug>")


class ReasonForm(Form):
    bearing: Bearing
    words: str = ""


@blueprint.post("/comments/<int:number>/reason/")
@shows_again(comment_page)
def choose(slug: str, number: int) -> Any:
    values = context.read(ReasonForm)
    with context.work() as session:
        norm = context.norm_or_404(slug)
        said = comment_or_404(norm, number)
        reasons.choose(session, context.actor(), norm, said, **values.model_dump(), now=context.now())
    done = acts_told.chosen(norm, said, values.bearing)
    return done.on("discussion.comment", slug=slug, number=number)

"""Acts on one comment: backing it, moderating it, answering it, and choosing it as a reason."""

from flask import url_for
from werkzeug.wrappers import Response

from app.discussion import backing, moderation, queries, replying, service
from app.discussion.models import Comment, Side
from app.discussion.reviews.service import find as find_on
from app.kernel.context import act, read, session
from app.kernel.input_limits import whole
from app.kernel.lookup import at_comment, stakeholder_or_404
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.reading_aids import reasons
from app.web.discussion import acts_told
from app.web.discussion.acts_told import on_its_page
from app.web.discussion.forms import (
    BackForm,
    DispositionForm,
    FindingForm,
    ReasonForm,
    ReleaseForm,
    ReplyForm,
)
from app.web.discussion.views import blueprint, comment_page
from app.web.parts.hiding import HideForm
from app.web.parts.saved_meanwhile import shows_both


@blueprint.post("/comments/<int:number>/back/")
@shows_again(comment_page)
def back(slug: str, number: int) -> Response:
    form = read(BackForm)
    side = Side(form.side) if form.side in set(Side) else None
    with at_comment(slug, number) as (norm, said):
        act(backing.back, norm, said, **{**dict(form), "side": side})
    return on_its_page(said, acts_told.backed(norm, said, stakeholder_or_404(form.stakeholder_id), side))


@blueprint.post("/comments/<int:number>/withdraw/")
def withdraw(slug: str, number: int) -> Response:
    with at_comment(slug, number) as (norm, said):
        act(service.withdraw, norm, said)
    return on_its_page(said, acts_told.withdrawn(norm, said))


@blueprint.post("/comments/<int:number>/release/")
def release(slug: str, number: int) -> Response:
    form = read(ReleaseForm)
    with at_comment(slug, number) as (norm, said):
        act(moderation.release, norm, said, seen=form.seen)
    return on_its_page(said, acts_told.released(norm, said))


@blueprint.post("/comments/<int:number>/hide/")
@shows_again(comment_page)
def hide(slug: str, number: int) -> Response:
    form = read(HideForm)
    with at_comment(slug, number) as (norm, said):
        act(moderation.hide, norm, said, reason=form.reason)
    return on_its_page(said, acts_told.hidden(norm, said, form.reason))


@blueprint.post("/comments/<int:number>/disposition/")
@shows_again(comment_page)
@shows_both(lambda number, slug, **_address: url_for("discussion.comment", slug=slug, number=number))
def dispose(slug: str, number: int) -> Response | tuple[str, int]:
    form = read(DispositionForm)
    with at_comment(slug, number) as (norm, said):
        original = comment_named(norm, form.duplicate_of)
        act(moderation.dispose, norm, said, **{**dict(form), "duplicate_of": original})
    return on_its_page(said, acts_told.answered(norm, said, form.decision))


def comment_named(norm: Norm, name: str) -> Comment | None:
    """A comment of the norm by what a person typed: "c12" or "12"."""
    try:
        return queries.by_number(session(), norm.id, whole(name.strip().lower().removeprefix("c")))
    except ValueError:
        return None


@blueprint.post("/comments/<int:number>/reply/")
@shows_again(comment_page)
def reply(slug: str, number: int) -> Response:
    form = read(ReplyForm)
    with at_comment(slug, number) as (norm, said):
        act(replying.reply, norm, said, **dict(form))
    return on_its_page(said, acts_told.replied(said, form.satisfaction))


@blueprint.post("/comments/<int:number>/review/")
@shows_again(comment_page)
def find(slug: str, number: int) -> Response:
    """The chair's finding on a decision that does not satisfy."""
    form = read(FindingForm)
    with at_comment(slug, number) as (norm, said):
        act(find_on, norm, said, **dict(form))
    return on_its_page(said, acts_told.reviewed(said, form.finding))


@blueprint.post("/comments/<int:number>/reason/")
@shows_again(comment_page)
def choose(slug: str, number: int) -> Response:
    """Choose it as a reason for or against its clause."""
    form = read(ReasonForm)
    with at_comment(slug, number) as (norm, said):
        act(reasons.choose, norm, said, **dict(form))
    return on_its_page(said, acts_told.chosen(norm, said, form.bearing))

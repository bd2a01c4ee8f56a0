"""Commenting and proposing wording; one comment with its thread, and the list of all with their answers."""

from typing import Any

from flask import Blueprint, render_template, request

from app.authority.grants import Permission
from app.compilation.commitments import uptakes
from app.discussion import backing, progress, queries, unsent_comments
from app.discussion.mentions import MentionPart, parts
from app.discussion.models import (
    CommentKind,
    Decision,
    HidingReason,
    SpeechForm,
)
from app.discussion.queries import Wanted
from app.discussion.reviews import service as reviewing
from app.discussion.unsent_comments import UnsentPlace
from app.foundation.paging import page as first_page
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.labels import member
from app.kernel.redlines import Runs, change_runs
from app.kernel.refusals import shows_again
from app.norms.queries import places
from app.reading_aids.models import Bearing
from app.reading_aids.queries import chosen_from
from app.stakeholders.models import Category
from app.triage import queries as triage
from app.triage.identical_words import same_words
from app.web.discussion import writing
from app.web.discussion.comment_acts import acts_about
from app.web.discussion.writing import WritingDesk
from app.web.parts.languages import languages_to_choose
from app.web.parts.speaking_for import form_key, read_language, speaks_for_any, voices
from app.web.parts.visibility import has_place, is_readable, place_or_404

blueprint = Blueprint("discussion", __name__, url_prefix="/<lang:lang>/norms/<slug>")
PAGE, REPLIES = 50, 100
NARROWING = ("show", "clause", "kind", "category", "words")  #: what an address of the list may say


@blueprint.get("/provisions/<code>/comment/")
def form(slug: str, code: str) -> str:
    return writing.form_page(WritingDesk(SpeechForm.COMMENT, slug, code))


@blueprint.get("/comment/")
def draft_form(slug: str) -> str:
    return writing.form_page(WritingDesk(SpeechForm.COMMENT, slug))


def comment_again(slug: str, code: str | None = None, **extra: Any) -> str:
    return writing.form_page(WritingDesk(SpeechForm.COMMENT, slug, code), **extra)


def proposal_again(slug: str, code: str, **extra: Any) -> str:
    return writing.form_page(WritingDesk(SpeechForm.PROPOSE, slug, code), **extra)


@blueprint.post("/comment/")
@shows_again(comment_again)
def send_on_draft(slug: str) -> Any:
    return writing.answer(WritingDesk(SpeechForm.COMMENT, slug))


@blueprint.post("/provisions/<code>/comment/")
@shows_again(comment_again)
def send(slug: str, code: str) -> Any:
    return writing.answer(WritingDesk(SpeechForm.COMMENT, slug, code))


@blueprint.get("/provisions/<code>/propose/")
def propose_form(slug: str, code: str) -> str:
    return writing.form_page(WritingDesk(SpeechForm.PROPOSE, slug, code))


@blueprint.post("/provisions/<code>/propose/")
@shows_again(proposal_again)
def propose(slug: str, code: str) -> Any:
    return writing.answer(WritingDesk(SpeechForm.PROPOSE, slug, code))


@blueprint.app_template_filter("runs")
def runs(line: queries.CommentLine) -> Runs:
    """A proposed change as words that stay, are struck, and are added."""
    change = line.comment.change
    if change is None:
        return []
    return change_runs(change.operation, line.base, change.wording)


@blueprint.app_template_filter("mentions")
def mentions(text: str) -> list[MentionPart]:
    """People's words cut at the comments and stakeholders they name."""
    return parts(text)


@blueprint.get("/comments/<int:number>/")
def comment(slug: str, number: int) -> str:
    return comment_page(slug, number)


def comment_page(slug: str, number: int, **extra: Any) -> str:
    """One comment with its thread, its disposition, and what this person may do about it."""
    norm = context.norm_or_404(slug)
    said = place_or_404(norm, number)
    actor, session = context.actor(), context.session()
    takes_comments = norm.matter(context.now()).takes_comments
    holders = voices() if takes_comments and speaks_for_any(actor) else []
    place = UnsentPlace(SpeechForm.COMMENT, norm.id, None, said.id)
    after = request.args.get("after", 0, type=whole)
    found = queries.replies(session, said, after=after, limit=REPLIES + 1)
    replies, later = first_page(found, REPLIES, lambda reply: reply.number)
    line = queries.line(session, said)
    acts = acts_about(norm, line, holders)
    return render_template(
        "discussion/comment.html",
        norm=norm,
        said=said,
        line=line,
        uptakes=uptakes(session, [line.disposition.id] if line.disposition else []),
        replies=[one for one in replies if has_place(norm, one)],
        later=later,
        backing=backing.backers(session, said),
        reviews=reviewing.reviews_of(session, said),
        may_review=context.may(Permission.REVIEW_DISPOSITION, norm),
        now=context.now(),
        together=next(iter(triage.bundles(session, norm.id, comment_ids=[said.id])), None),
        same=same_words(session, norm.id, [said]).get(said.id, 1),
        is_readable=is_readable(norm, said),
        readable=lambda one: is_readable(norm, one),
        acts=acts,
        holders=holders,
        spoke=queries.spoke_before(session, said, [one.id for one in holders]),
        form_key=form_key(),
        device_key=place.key,
        kept=unsent_comments.kept_for(session, actor, place) if holders else None,
        read_language=read_language(norm),
        decisions=Decision,
        hiding=HidingReason,
        bearings=Bearing,
        chosen=chosen_from(session, said.id) if acts.may_moderate else [],
        **{"typed": {}} | extra,
    )


def wanted_lines() -> Wanted:
    """What the address asks for; what it does not understand narrows nothing."""
    given = request.args
    return Wanted(
        given.get("show", ""),
        given.get("clause", ""),
        member(CommentKind, given.get("kind", "")),
        member(Category, given.get("category", "")),
        given.get("words", ""),
    )


@blueprint.get("/dispositions/")
def dispositions(slug: str) -> str:
    norm = context.norm_or_404(slug)
    wanted, after = wanted_lines(), request.args.get("after", 0, type=whole)
    found = queries.lines(context.session(), norm.id, wanted, after=after, limit=PAGE + 1)
    lines, more = first_page(found, PAGE, lambda line: line.comment.number)
    decided = progress.statistics(context.session(), norm.id)
    answered = sum(one.comments for one in decided)
    far = progress.Progress(answered, progress.wanting(context.session(), norm.id))
    return render_template(
        "discussion/dispositions.html",
        norm=norm,
        lines=lines,
        uptakes=uptakes(context.session(), [line.disposition.id for line in lines if line.disposition]),
        more=more,
        wanted=wanted,
        within={name: request.args[name] for name in NARROWING if request.args.get(name)},
        decisions=Decision,
        kinds=CommentKind,
        categories=Category,
        languages=languages_to_choose(norm),
        statistics=decided,
        headway=triage.headway(context.session(), norm.id, far, now=context.now()),
        same=same_words(context.session(), norm.id, [line.comment for line in lines]),
        may_comment=norm.matter(context.now()).takes_comments,
        may_dispose=context.may(Permission.DISPOSE, norm),
        places=places(context.session(), [norm.id]),
    )

"""Commenting, proposing wording, backing, moderating and answering."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from app.authority.grants import Permission
from app.discussion import backing, moderation, queries, service
from app.discussion.models import Comment, CommentKind, Decision, HidingReason, Operation, Side, Visibility
from app.foundation.errors import AppError, NotFound
from app.merging.redline import redline
from app.norms.models import Clause, Norm
from app.web import desk
from app.web.admission import whole
from app.web.comment_forms import BackForm, ChangeForm, CommentForm, DispositionForm, HideForm, ReplyForm
from app.web.norms import clause_or_404
from app.web.voices import form_key, read_language, speaks_for_somebody, voices

blueprint = Blueprint("comments", __name__, url_prefix="/<lang:lang>/norms/<slug>")
PAGE = 50
ELSEWHERE = (401, 403, 404)  #: refusals that a better filled form does not cure


def form_page(template: str, norm: Norm, clause: Clause | None, **extra: Any) -> str:
    """A form to comment or propose, filled with what was typed before."""
    typed = extra.pop("typed", None) or MultiDict()
    texts = {one.language: one.text for one in clause.texts} if clause else {}
    asked = typed.get("read_language") or request.args.get("in")
    language = asked if asked in texts else read_language(norm)
    was_sent = isinstance(extra.get("refusal"), service.AlreadySent)
    return render_template(
        template,
        norm=norm,
        clause=clause,
        holders=voices(),
        typed=typed,
        read_language=language,
        present=texts.get(language, ""),
        parent=typed.get("parent", 0, type=whole),
        form_key=form_key() if was_sent else typed.get("form_key") or form_key(),
        kinds=CommentKind,
        operations=Operation,
        **extra,
    )


@blueprint.get("/provisions/<code>/comment/")
def form(slug: str, code: str) -> str:
    norm = desk.norm_or_404(slug)
    return form_page("comments/form.html", norm, clause_or_404(norm, code))


@blueprint.get("/comment/")
def draft_form(slug: str) -> str:
    return form_page("comments/form.html", desk.norm_or_404(slug), None)


@blueprint.post("/comment/")
def send_on_draft(slug: str) -> Any:
    return sent(slug, None)


@blueprint.post("/provisions/<code>/comment/")
def send(slug: str, code: str) -> Any:
    return sent(slug, code)


def sent(slug: str, code: str | None) -> Any:
    try:
        values = desk.read(CommentForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            said = service.comment(
                session,
                desk.actor(),
                norm,
                clause=clause_or_404(norm, code) if code else None,
                stakeholder_id=values.stakeholder,
                kind=values.kind,
                body=values.body,
                quote=values.quote,
                language=values.language,
                read_language=values.read_language,
                parent=comment_or_404(norm, values.parent) if values.parent else None,
                form_key=values.form_key,
                now=desk.now(),
            )
    except AppError as refusal:
        if refusal.status in ELSEWHERE:
            raise
        norm = desk.norm_or_404(slug)
        clause = clause_or_404(norm, code) if code else None
        page = form_page("comments/form.html", norm, clause, refusal=refusal, typed=request.form)
        return page, refusal.status
    return desk.see_other("comments.comment", slug=slug, number=said.number)


@blueprint.get("/provisions/<code>/propose/")
def propose_form(slug: str, code: str) -> str:
    norm = desk.norm_or_404(slug)
    return form_page("comments/propose.html", norm, clause_or_404(norm, code))


@blueprint.post("/provisions/<code>/propose/")
def propose(slug: str, code: str) -> Any:
    try:
        values = desk.read(ChangeForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            said = service.propose(
                session,
                desk.actor(),
                norm,
                clause=clause_or_404(norm, code),
                stakeholder_id=values.stakeholder,
                operation=values.operation,
                wording=values.wording,
                body=values.body,
                language=values.language,
                read_language=values.read_language,
                form_key=values.form_key,
                now=desk.now(),
            )
    except AppError as refusal:
        if refusal.status in ELSEWHERE:
            raise
        norm = desk.norm_or_404(slug)
        page = form_page(
            "comments/propose.html", norm, clause_or_404(norm, code), refusal=refusal, typed=request.form
        )
        return page, refusal.status
    return desk.see_other("comments.comment", slug=slug, number=said.number)


@blueprint.app_template_filter("runs")
def runs(line: queries.Line) -> list[tuple[str, str]]:
    """A proposed change as words that stay, are struck, and are added."""
    change = line.comment.change
    if change is None:
        return []
    base = "" if change.operation is Operation.INSERT_AFTER else line.base
    return [(run.kind, run.text) for run in redline(base, change.wording or "")]


def comment_or_404(norm: Norm, number: int) -> Comment:
    """A comment by its number in the norm."""
    found = queries.by_number(desk.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


def comment_named(norm: Norm, name: str) -> Comment | None:
    """A comment of the norm by what a person typed: "c12" or "12"."""
    try:
        return queries.by_number(desk.session(), norm.id, whole(name.strip().lower().removeprefix("c")))
    except ValueError:
        return None


@blueprint.get("/comments/<int:number>/")
def comment(slug: str, number: int) -> str:
    norm = desk.norm_or_404(slug)
    return comment_page(norm, comment_or_404(norm, number))


def comment_page(norm: Norm, said: Comment, **extra: Any) -> str:
    """One comment with its thread, its disposition, and what this person may do about it."""
    actor, session = desk.actor(), desk.session()
    matter = norm.matter(desk.now())
    speaks = actor.speaks_for(said.stakeholder_id)
    is_author = actor.user_id is not None and actor.user_id == said.author_id
    may_moderate = desk.may(Permission.MODERATE, norm)
    return render_template(
        "comments/comment.html",
        norm=norm,
        said=said,
        line=queries.line(session, said),
        replies=queries.replies(session, said),
        backing=backing.backers(session, said),
        is_readable=said.visibility is Visibility.SHOWN
        or (said.visibility is Visibility.HELD and (may_moderate or is_author or speaks)),
        holders=voices() if matter.takes_comments and speaks_for_somebody(actor) else [],
        form_key=form_key(),
        read_language=read_language(norm),
        may_moderate=may_moderate,
        may_dispose=desk.may(Permission.DISPOSE, norm),
        may_reply=speaks or is_author,
        may_withdraw=speaks and matter.takes_comments,
        takes_comments=matter.takes_comments,
        decisions=Decision,
        hiding=HidingReason,
        **extra,
    )


@blueprint.post("/comments/<int:number>/back/")
def back(slug: str, number: int) -> Any:
    values = desk.read(BackForm)
    side = Side(values.side) if values.side in set(Side) else None
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        said = comment_or_404(norm, number)
        backing.back(
            session, desk.actor(), norm, said, stakeholder_id=values.stakeholder, side=side, now=desk.now()
        )
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.post("/comments/<int:number>/withdraw/")
def withdraw(slug: str, number: int) -> Any:
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        service.withdraw(session, desk.actor(), norm, comment_or_404(norm, number), now=desk.now())
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.post("/comments/<int:number>/release/")
def release(slug: str, number: int) -> Any:
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        moderation.release(session, desk.actor(), norm, comment_or_404(norm, number), now=desk.now())
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.post("/comments/<int:number>/hide/")
def hide(slug: str, number: int) -> Any:
    values = desk.read(HideForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        said = comment_or_404(norm, number)
        moderation.hide(session, desk.actor(), norm, said, reason=values.reason, now=desk.now())
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.post("/comments/<int:number>/disposition/")
def dispose(slug: str, number: int) -> Any:
    try:
        values = desk.read(DispositionForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            original = comment_named(norm, values.duplicate_of)
            moderation.dispose(
                session,
                desk.actor(),
                norm,
                comment_or_404(norm, number),
                decision=values.decision,
                reason=values.reason,
                language=values.language,
                duplicate_of=original,
                now=desk.now(),
            )
    except AppError as refusal:
        if refusal.status in ELSEWHERE:
            raise
        norm = desk.norm_or_404(slug)
        page = comment_page(norm, comment_or_404(norm, number), refusal=refusal, typed=request.form)
        return page, refusal.status
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.post("/comments/<int:number>/reply/")
def reply(slug: str, number: int) -> Any:
    values = desk.read(ReplyForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        said = comment_or_404(norm, number)
        moderation.reply(
            session,
            desk.actor(),
            norm,
            said,
            satisfaction=values.satisfaction,
            note=values.note,
            now=desk.now(),
        )
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.get("/dispositions/")
def dispositions(slug: str) -> str:
    norm = desk.norm_or_404(slug)
    wanted, code = request.args.get("show", ""), request.args.get("clause", "")
    after = request.args.get("after", 0, type=whole)
    lines = queries.lines(desk.session(), norm.id, show=wanted, code=code, after=after, limit=PAGE + 1)
    return render_template(
        "comments/dispositions.html",
        norm=norm,
        lines=lines[:PAGE],
        more=lines[PAGE - 1].comment.number if len(lines) > PAGE else None,
        wanted=wanted,
        code=code,
        decisions=Decision,
        progress=queries.progress(desk.session(), norm.id),
        may_comment=norm.matter(desk.now()).takes_comments,
        may_dispose=desk.may(Permission.DISPOSE, norm),
    )

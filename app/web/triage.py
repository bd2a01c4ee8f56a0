"""Answering many comments: what waits where, near copies together, one answer to all that are chosen."""

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_babel import ngettext
from pydantic import Field

from app.authority.grants import Permission, require
from app.discussion.models import Comment, CommentKind, Decision
from app.discussion.queries import progress
from app.foundation.errors import AppError
from app.norms.models import Norm
from app.norms.queries import clauses
from app.stakeholders.models import Category
from app.triage import service as triage
from app.triage.near_copies import near_copies
from app.web import desk
from app.web.admission import Number, whole
from app.web.desk import Form

blueprint = Blueprint("triage", __name__, url_prefix="/<lang:lang>/norms/<slug>/triage")
PAGE = 50
ELSEWHERE = (401, 403, 404)


class Answer(Form):
    decision: Decision
    reason: str = ""
    language: str
    comment: list[Number] = Field(default_factory=list)


@blueprint.get("/")
def index(slug: str) -> str:
    norm = desk.norm_or_404(slug)
    require(desk.actor(), Permission.DISPOSE, norm.matter(desk.now()))
    return page(norm)


def page(norm: Norm, **extra: Any) -> str:
    """The queues, and of the chosen one the comments in groups of near copies."""
    session = desk.session()
    there = triage.queues(session, norm.id)
    codes = [code for code, _ in there]
    asked = request.args.get("clause", codes[0] if codes else "")
    wanted = triage.Filter(
        asked,
        member(CommentKind, request.args.get("kind", "")),
        member(Category, request.args.get("category", "")),
        request.args.get("words") or None,
    )
    found = triage.waiting(session, norm.id, wanted)
    first = request.args.get("from", 0, type=whole)
    together = grouped(found)
    shown = together[first : first + PAGE]
    return render_template(
        "moderation/triage.html",
        norm=norm,
        draft=norm.current_draft,
        queues=there,
        labels={one.provision.code: one.label for one in clauses(session, norm.current_draft_id or 0)},
        wanted=wanted,
        copies=[group for group in shown if len(group) > 1],
        alone=[one for group in shown if len(group) == 1 for one in group],
        more=first + PAGE if len(together) > first + PAGE else None,
        found=len(found),
        most=triage.MOST,
        kinds=CommentKind,
        categories=Category,
        decisions=[one for one in Decision if one is not Decision.DUPLICATE],
        progress=progress(session, norm.id),
        **extra,
    )


def member(kind: Any, value: str) -> Any:
    """The enumeration's member, None for anything else."""
    return kind(value) if value in set(kind) else None


def grouped(comments: Any) -> list[list[Comment]]:
    """Near copies together, the largest groups first, then one by one as they came."""
    texts = [f"{one.change.wording or ''}\n{one.body}" if one.change else one.body for one in comments]
    copies = near_copies(texts)
    copied = {number for group in copies for number in group}
    alone = [[comments[number]] for number in range(len(comments)) if number not in copied]
    many = sorted(([comments[number] for number in group] for group in copies), key=lambda group: -len(group))
    return many + alone


@blueprint.post("/")
def answer(slug: str) -> Any:
    """One disposition, with its reason, to every comment that was chosen."""
    try:
        values = desk.read(Answer)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            done = triage.dispose_all(
                session,
                desk.actor(),
                norm,
                values.comment,
                decision=values.decision,
                reason=values.reason,
                language=values.language,
                now=desk.now(),
            )
    except AppError as refusal:
        if refusal.status in ELSEWHERE:
            raise
        norm = desk.norm_or_404(slug)
        require(desk.actor(), Permission.DISPOSE, norm.matter(desk.now()))
        chosen = set(request.form.getlist("comment"))
        return page(norm, refusal=refusal, typed=request.form, chosen=chosen), refusal.status
    flash(ngettext("%(num)d comment is answered.", "%(num)d comments are answered.", done))
    return desk.see_other("triage.index", slug=slug, clause=request.args.get("clause", ""))

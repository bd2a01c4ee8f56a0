"""Groups of comments that say the same: what suggests one, and what a moderator makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from pydantic import Field
from werkzeug.wrappers import Response

from app.authority.grants import Permission
from app.discussion.models import Comment, Visibility
from app.foundation.errors import NotFound
from app.foundation.paging import page as first_page
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number, Seen, whole
from app.kernel.lookup import at_norm, comment_or_404
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.triage import answer_templates, embeddings, grouping, near_copy_search, queries, queue, service
from app.triage.models import CommentGroup
from app.web.parts.done import Done, told, way_on
from app.web.parts.ways_on import unanswered
from app.web.triage.views import ANSWERS, AnswerToMany, answered, norm_to_answer, queue_page

blueprint = Blueprint("groups", __name__, url_prefix="/<lang:lang>/norms/<slug>/groups")
PAGE = 50
NEAREST = 5
SUGGESTIONS = 20  #: on a page
LOOKED_AT, MOST_LOOKED_AT = 60, 600  #: bundles at a time: some were answered since they were found


class Some(Form):
    """Which comments; the queue's form sends more than this, which concerns other buttons."""

    comment: list[Number] = Field(default_factory=list)
    seen: list[Seen] = Field(default_factory=list)
    title: str = ""
    results: str = ""
    decision: str = ""
    reason: str = ""
    language: str = ""
    template: str = ""
    to: str = ""


class Other(Form):
    other: Number


@blueprint.get("/")
def index(slug: str) -> str:
    norm = context.norm_or_404(slug)
    return render_template(
        "triage/groups.html",
        norm=norm,
        draft=norm.current_draft,
        bundles=queries.bundles(context.session(), norm.id),
        may_answer=context.may(Permission.DISPOSE, norm),
    )


@blueprint.post("/")
@shows_again(queue_page)
def form(slug: str) -> Response:
    """A new group of the comments that were chosen."""
    values = context.read(Some)
    with at_norm(slug) as norm:
        number = context.act(grouping.form, norm, values.comment, title=values.title).number
    made = told(_("Group %(number)s has been created."), number=number)
    return shown(slug, number, made, _("One answer can be given to all its comments on this page."))


@blueprint.get("/<int:number>/")
def group(slug: str, number: int) -> str:
    return page(slug, number)


def page(slug: str, number: int, **extra: Any) -> str:
    norm = context.norm_or_404(slug)
    one = group_or_404(norm, number)
    session, may_answer = context.session(), context.may(Permission.DISPOSE, norm)
    after = request.args.get("after", 0, type=whole)
    found = queries.members(session, one, after=after, limit=PAGE + 1)
    members, more = first_page(found, PAGE, lambda member: member[0].number)
    bundles = queries.bundles(session, norm.id)
    kept = answer_templates.template(session, norm.id, request.args.get("template", 0, type=whole))
    return render_template(
        "triage/group.html",
        norm=norm,
        draft=norm.current_draft,
        group=one,
        bundle=next((each for each in bundles if each.group.id == one.id), None),
        others=[each for each in bundles if each.group.id != one.id],
        members=members,
        more=more,
        may_answer=may_answer,
        templates=answer_templates.templates(session, norm.id) if may_answer else [],
        decisions=ANSWERS,
        most=service.MOST,
        typed=extra.pop("typed", filled(kept) if may_answer and kept else {}),
        **extra,
    )


def filled(kept: Any) -> dict[str, str]:
    """The fields of the answer's form as a kept answer fills them."""
    return {"decision": kept.decision.value, "reason": kept.reason, "language": kept.language}


def group_or_404(norm: Norm, number: int) -> CommentGroup:
    found = queries.group_by_number(context.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


def shown(slug: str, number: int, made: str, follows: str) -> Response:
    """The group, after an act on it."""
    done = Done(made, follows, way_on(_("All groups"), "groups.index", slug=slug))
    return done.on("groups.group", slug=slug, number=number)


@contextmanager
def at_group(slug: str, number: int) -> Iterator[tuple[Norm, CommentGroup]]:
    """One transaction on a group, for those who answer its comments."""
    with context.work():
        norm = norm_to_answer(slug)
        yield norm, group_or_404(norm, number)


@blueprint.post("/<int:number>/answer/")
@shows_again(page)
def answer(slug: str, number: int) -> Response:
    """One disposition, with its reason, to all of a group that wait; the rest keep the answer they have."""
    values = context.read(AnswerToMany)
    with at_group(slug, number) as (norm, one):
        waiting = queries.waiting_members(context.session(), one, limit=service.MOST)
        answers = context.act(service.dispose_all, norm, waiting, **values.disposition)
    return answered(norm, answers, values.decision).on("groups.group", slug=slug, number=number)


@blueprint.post("/<int:number>/join/")
@shows_again(page)
def join(slug: str, number: int) -> Response:
    values = context.read(Some)
    with at_group(slug, number) as (_norm, one):
        context.act(grouping.join, one, values.comment)
    made = _("The comments have been added to the group.")
    return shown(slug, number, made, _("They receive the next answer that is given to the group."))


@blueprint.post("/<int:number>/unite/")
@shows_again(page)
def unite(slug: str, number: int) -> Response:
    values = context.read(Other)
    with at_group(slug, number) as (norm, one):
        context.act(grouping.unite, one, group_or_404(norm, values.other))
    made = _("The two groups have been merged.")
    return shown(slug, number, made, _("The comments of both are in this group."))


@blueprint.post("/<int:number>/split/")
@shows_again(page)
def split(slug: str, number: int) -> Response:
    values = context.read(Some)
    with at_group(slug, number) as (_norm, one):
        part = context.act(grouping.split, one, values.comment)
        where = part.number if part else number
    made = _("The comments have been removed from the group.")
    apart = _("They form this group of their own.") if part else _("They are answered individually.")
    return shown(slug, where, made, apart)


@blueprint.post("/<int:number>/dissolve/")
def dissolve(slug: str, number: int) -> Response:
    with at_group(slug, number) as (norm, one):
        context.act(grouping.dissolve, one)
    made = _("The group has been dissolved; its comments keep their answers.")
    done = Done(made, _("Comments without an answer are answered individually."), unanswered(norm))
    return done.on("groups.index", slug=slug)


@blueprint.get("/like/<int:number>/")
def alike(slug: str, number: int) -> str:
    """A comment and those on the same clause that are most like it."""
    norm, session = norm_to_answer(slug), context.session()
    said = comment_or_404(norm, number)
    if said.visibility is not Visibility.SHOWN or said.parent_id is not None:
        raise NotFound
    near = queries.nearest(
        session, norm, said.provision_id, queries.words_of(said), said.language, count=NEAREST + 1
    )
    near = [one for one in near if one.comment.id != said.id][:NEAREST]
    shown_here = [said.id, *(one.comment.id for one in near)]
    return render_template(
        "triage/alike.html",
        norm=norm,
        draft=norm.current_draft,
        said=said,
        near=near,
        across=embeddings.installed() is not None,
        bundles=queries.bundles(session, norm.id, comment_ids=shown_here),
        group_of=queries.groups_of(session, shown_here),
    )


@blueprint.get("/copies/")
def copies(slug: str) -> str:
    """Comments on a clause that wait and say nearly the same, as they were last looked for."""
    norm, session = norm_to_answer(slug), context.session()
    asked = request.args.get("clause", "")
    found = near_copy_search.last_found(session, norm.id)
    groups = [numbers for code, numbers in (found.groups if found else []) if asked in ("", code or "-")]
    shown, left = still_waiting(norm, groups)
    return render_template(
        "triage/near_copies.html",
        norm=norm,
        draft=norm.current_draft,
        queues=[one for one in queue.queues(session, norm) if one.waiting],
        code=asked,
        found=found,
        copies=shown,
        first=first_of(norm, shown),
        left=left,
        most=service.MOST,
    )


def still_waiting(norm: Norm, groups: list[list[int]]) -> tuple[list[list[int]], int]:
    """The first groups without what was answered or bundled since, and how many others were not looked at."""
    shown: list[list[int]] = []
    for first in range(0, min(len(groups), MOST_LOOKED_AT), LOOKED_AT):
        some = [numbers[: service.MOST] for numbers in groups[first : first + LOOKED_AT]]
        present = queries.still_ungrouped(context.session(), norm.id, {one for each in some for one in each})
        for place, numbers in enumerate(some, first + 1):
            waiting = [one for one in numbers if one in present]
            shown += [waiting] if len(waiting) > 1 else []
            if len(shown) == SUGGESTIONS:
                return shown, len(groups) - place
    return shown, max(len(groups) - MOST_LOOKED_AT, 0)


@blueprint.post("/copies/")
def look(slug: str) -> Response:
    """Let near copies be looked for again."""
    with context.work() as session:
        norm = norm_to_answer(slug)
        near_copy_search.ask_for_copies(session, norm.id, now=context.now())
    made = _("The search for similar comments is in progress.")
    results = way_on(_("Show the results"), "groups.copies", slug=slug)
    done = Done(made, _("The results will be on this page in a moment."), results)
    return done.on("groups.copies", slug=slug)


def first_of(norm: Norm, numbers: list[list[int]]) -> dict[int, Comment]:
    """The comments that open each of these lists, by number."""
    if not numbers:
        return {}
    opening = service.chosen(context.session(), norm, [each[0] for each in numbers])
    return {said.number: said for said in opening}

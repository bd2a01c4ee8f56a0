"""Editing a comment until it is answered, its history, and whom its words name."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.authority.grants import Permission, require
from app.discussion import editing
from app.discussion.mentions import plain_name
from app.discussion.models import Comment
from app.foundation.text import normalise
from app.kernel import context
from app.kernel.lookup import at_comment, comment_or_404
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.notices.mention_queries import active
from app.stakeholders.queries import by_ids
from app.web.discussion import acts_told
from app.web.discussion.forms import CommentEditForm
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.speaking_for import form_key
from app.web.parts.visibility import is_readable, place_or_404

blueprint = Blueprint("editing", __name__, url_prefix="/<lang:lang>/norms/<slug>")


@blueprint.get("/comments/<int:number>/edit/")
def form(slug: str, number: int) -> str:
    norm = context.norm_or_404(slug)
    said = comment_or_404(norm, number)
    require_author(norm, said)
    if not editing.may_change(context.session(), said):
        raise editing.AnsweredAlready
    return form_page(slug, number)


def require_author(norm: Norm, said: Comment) -> None:
    """:raises NotAllowed: they do not speak for its stakeholder, or no round is open."""
    require(
        context.actor(), Permission.COMMENT, norm.matter(context.now(), stakeholder_id=said.stakeholder_id)
    )


def form_page(slug: str, number: int, *, typed: Mapping[str, str] | None = None, **extra: Any) -> str:
    """The form, filled with what was typed before, and else with the words as they stand."""
    norm = context.norm_or_404(slug)
    said = comment_or_404(norm, number)
    language = said.change.language if said.change else said.read_language
    texts = {one.language: one.text for one in said.clause.texts} if said.clause else {}
    fields = words_of(norm, said) | dict((typed or {}).items())
    wording = said.change.wording if said.change else None
    return render_template(
        "discussion/edit.html",
        norm=norm,
        said=said,
        typed=fields,
        has_wording=wording is not None,
        is_another=normalise(fields.get("wording", "")) not in ("", wording),
        form_key=form_key(),
        read_language=language,
        present=texts.get(language, ""),
        may_quote=bool(texts.get(language)) and said.change is None and said.parent_id is None,
        is_spoken_on=editing.is_spoken_on(context.session(), said),
        device_key=f"edit:{said.id}",
        **extra,
    )


def words_of(norm: Norm, said: Comment) -> dict[str, str]:
    """The fields of the form as they stand; none of what is not shown, not even to its author."""
    if not is_readable(norm, said):
        return {}
    words = {"body": said.body, "language": said.language, "quote": said.quote}
    return words | ({"wording": said.change.wording or ""} if said.change else {})


@blueprint.post("/comments/<int:number>/edit/")
@shows_again(form_page)
@shows_both(lambda number, slug, **_address: url_for("discussion.comment", slug=slug, number=number))
def edit(slug: str, number: int) -> Any:
    norm = context.norm_or_404(slug)
    require_author(norm, comment_or_404(norm, number))
    values = context.read(CommentEditForm)
    with at_comment(slug, number) as (norm, said):
        context.act(editing.edit, norm, said, **dict(values))
    return acts_told.on_its_page(said, acts_told.edited(norm, said))


@blueprint.get("/comments/<int:number>/history/")
def history(slug: str, number: int) -> str:
    norm = context.norm_or_404(slug)
    said = place_or_404(norm, number)
    return render_template(
        "discussion/history.html",
        norm=norm,
        said=said,
        versions=list(editing.history(context.session(), said)),
        is_readable=is_readable(norm, said),
    )


@blueprint.get("/named/")
def named(slug: str) -> Any:
    """The stakeholder whom a person's words name, or those who share the name."""
    norm, name = context.norm_or_404(slug), plain_name(request.args.get("name", ""))
    numbers = active(context.session(), norm.id, [name]).get(name, [])
    if len(numbers) == 1:
        return context.see_other("stakeholders.show", number=numbers[0])
    found = by_ids(context.session(), numbers)
    return render_template("discussion/named.html", norm=norm, name=name, found=found)

"""Inside an entity: the list of what its members draft, and what becomes of each draft."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import Field
from werkzeug.wrappers import Response

from app.authority.actor import Matter
from app.authority.grants import Permission, allowed, require
from app.discussion.models import ChangeOperation
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.paging import page as first_page
from app.internal_drafts import endorsing, queries, service
from app.internal_drafts.models import InternalDraft, State
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number, whole
from app.kernel.labels import word
from app.kernel.lookup import at_norm, row_or_404, stakeholder_or_404
from app.kernel.redlines import Runs, change_runs
from app.kernel.refusals import shows_again
from app.positions.models import Stance
from app.stakeholders.models import Category, Stakeholder
from app.web.parts.done import Done, told
from app.web.parts.hiding import HideForm
from app.web.parts.ways_on import my_contributions, to_clause

blueprint = Blueprint("internal_drafts", __name__, url_prefix="/<lang:lang>")
OF_ENTITY = "/stakeholders/<int:number>/internal-drafts/"
TOLD_IN_MAILS = "/stakeholders/<int:number>/inside/"  #: the address of the list before


class NoDraftChosen(BadInput):
    code = "no-draft-chosen"
    message = N_("Select at least one draft.")


class SeenForm(Form):
    seen_version: Number | None = Field(None, alias="seen")


class NoteForm(SeenForm):
    note: str = ""


class Chosen(Form):
    """Each as its id and the version that was seen: "12.1"."""

    contribution: list[str] = Field(default_factory=list)

    def pairs(self) -> list[tuple[int, int]]:
        """:raises NoDraftChosen: none. :raises BadInput: not of this form."""
        try:
            parts = [one.split(".") for one in self.contribution]
            pairs = [(whole(number), whole(version)) for number, version in parts]
        except ValueError as error:
            raise BadInput(field="contribution") from error
        if not pairs:
            raise NoDraftChosen(field="contribution")
        return sorted(set(pairs))


def entity_or_404(number: int) -> Stakeholder:
    """:raises NotFound: there is none, or this person may not draft inside it."""
    if (
        not context.actor().drafts_inside(number)
        or stakeholder_or_404(number).category is Category.INDIVIDUAL
    ):
        raise NotFound
    return stakeholder_or_404(number)


def contribution_or_404(number: int, contribution: int) -> InternalDraft:
    """A draft of the entity with this number, for its members alone."""
    one = queries.by_id(context.session(), context.actor(), contribution)
    if one is None or one.stakeholder_id != number or not context.may(Permission.READ_NORM, one.norm):
        raise NotFound
    return one


@blueprint.get(OF_ENTITY)
def index(number: int) -> str:
    return list_page(number)


@blueprint.get(TOLD_IN_MAILS)
def formerly(number: int) -> Response:
    """To the list, from the address of it in earlier mails."""
    return redirect(url_for("internal_drafts.index", number=number), code=301)


def list_page(number: int, contribution: int = 0, **extra: Any) -> str:
    """An entity's drafts, newest first; of norms that this person may read."""
    entity, session = entity_or_404(number), context.session()
    readable = [
        norm for norm in queries.norms_inside(session, number) if context.may(Permission.READ_NORM, norm)
    ]
    norm = next((one for one in readable if one.slug == request.args.get("norm")), None)
    state = next((one for one in State if one.value == request.args.get("state")), None)
    before = request.args.get("before", 0, type=whole)
    limit = queries.PAGE + 1
    ids = [norm.id] if norm else [one.id for one in readable]
    found = queries.inside(session, number, state=state, norm_ids=ids, before=before, limit=limit)
    lines, more = first_page(found, queries.PAGE, lambda line: line.id)
    return render_template(
        "internal_drafts/index.html",
        entity=entity,
        norms=readable,
        norm=norm,
        state=state,
        states=State,
        lines=lines,
        more=more,
        may_endorse=allowed(context.actor(), Permission.ENDORSE, Matter(stakeholder_id=number)),
        my_id=context.actor().user_id,
        now=context.now(),
        **extra,
    )


@blueprint.app_template_filter("drafted_runs")
def drafted_runs(contribution: InternalDraft) -> Runs:
    """A drafted change as words that stay, are struck, and are added."""
    content, clause = contribution.content, contribution.clause
    texts = {one.language: one.text for one in clause.texts} if clause else {}
    base = texts.get(content["read_language"], "")
    return change_runs(ChangeOperation(content["operation"]), base, content["wording"])


@blueprint.app_template_filter("stance_word")
def stance_word(stance: str) -> str:
    """A drafted position's stance in the page's language."""
    return word(Stance(stance))


@blueprint.post(OF_ENTITY + "endorse/")
@shows_again(list_page)
def endorse(number: int) -> Any:
    """Those that are chosen; what could not be endorsed is said, one by one."""
    entity_or_404(number)
    pairs = context.read(Chosen).pairs()
    with context.work():
        seen = [(contribution_or_404(number, each), version) for each, version in pairs]
        refused = context.act(endorsing.endorse_all, seen)
    count = len(pairs) - len(refused)
    made = ngettext(
        "%(num)d internal draft has been endorsed.", "%(num)d internal drafts have been endorsed.", count
    )
    follows = told(_("What was endorsed is submitted for %(who)s."), who=stakeholder_or_404(number).name)
    done = Done(made, follows, my_contributions())
    if refused:
        if count:
            done.say()
        return list_page(number, refused=refused), refused[0][1].status
    return done.on("internal_drafts.index", number=number)


def told_inside(one: InternalDraft, made: str, follows: str) -> Response:
    """What became of a draft, on the list of its entity."""
    done = Done(told(made, who=one.stakeholder.name), follows, to_clause(one.norm, one.clause))
    return done.on("internal_drafts.index", number=one.stakeholder_id)


@blueprint.post("/norms/<slug>/unendorsed/<int:number>/hide/")
def hide(slug: str, number: int) -> Response:
    """For moderators: what nobody endorsed yet is shown no more, with a reason."""
    form = context.read(HideForm)
    with at_norm(slug) as norm:
        require(context.actor(), Permission.MODERATE, norm.matter(context.now()))
        one = row_or_404(InternalDraft, number, norm_id=norm.id)
        if one.provision is None:
            raise NotFound
        code = one.provision.code
        context.act(endorsing.hide, one, reason=form.reason)
    made = told(_("Internal draft of %(who)s hidden."), who=one.stakeholder.name)
    done = Done(made, _("Members of the entity can still read it."), to_clause(norm, one.clause))
    return done.on("norms.provision", slug=slug, code=code)


@contextmanager
def at_draft(number: int, contribution: int) -> Iterator[InternalDraft]:
    """One transaction on a draft, for members of its entity."""
    with context.work():
        yield contribution_or_404(number, contribution)


@blueprint.post(OF_ENTITY + "<int:contribution>/decline/")
@shows_again(list_page)
def decline(number: int, contribution: int) -> Response:
    form = context.read(NoteForm)
    with at_draft(number, contribution) as one:
        context.act(endorsing.decline, one, **dict(form))
    return told_inside(one, _("Internal draft of %(who)s declined."), _("Its author will be notified."))


@blueprint.post(OF_ENTITY + "<int:contribution>/withdraw/")
def withdraw(number: int, contribution: int) -> Response:
    form = context.read(SeenForm)
    with at_draft(number, contribution) as one:
        context.act(endorsing.withdraw, one, **dict(form))
    made = _("Internal draft of %(who)s withdrawn.")
    return told_inside(one, made, _("Members of the entity can still read it."))


@blueprint.post(OF_ENTITY + "<int:contribution>/claim/")
def claim(number: int, contribution: int) -> Response:
    """Begin to edit: for a while nobody else can."""
    with at_draft(number, contribution) as one:
        context.act(service.claim, one)
    return context.see_other("internal_drafting.edit_form", number=number, contribution=contribution)


@blueprint.post(OF_ENTITY + "<int:contribution>/release/")
def release(number: int, contribution: int) -> Response:
    with at_draft(number, contribution) as one:
        context.act(service.release, one)
    made = _("You no longer edit the internal draft of %(who)s.")
    return told_inside(one, made, _("Other members can edit it now."))

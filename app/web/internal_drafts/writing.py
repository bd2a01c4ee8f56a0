"""The forms in which members of an entity draft inside it, and edit what was drafted."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from app.discussion.models import ChangeOperation, CommentKind
from app.foundation.errors import N_, Conflict, NotFound
from app.internal_drafts import queries, service
from app.internal_drafts.models import ContributionKind, InternalDraft
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number, Speaker
from app.kernel.labels import options
from app.kernel.lookup import at_norm, clause_or_404
from app.kernel.refusals import shows_again
from app.kernel.wordings import changed, what_is_read
from app.lifecycle.queries import rules_of
from app.norms import queries as norms
from app.norms.models import Clause, Norm
from app.norms.rules import Rules
from app.positions.models import Stance
from app.web.internal_drafts.views import OF_ENTITY, at_draft, contribution_or_404, told_inside
from app.web.parts.speaking_for import read_language

blueprint = Blueprint("internal_drafting", __name__, url_prefix="/<lang:lang>")


class ProvisionGone(Conflict):
    code = "provision-gone"
    message = N_("This provision is not part of the current draft. Internal drafts on it can be withdrawn.")


class InternalDraftForm(Form):
    """The fields of all kinds; each kind reads its own."""

    language: str
    read_language: str
    seen: str = ""  #: the words that were read
    kind: str = ""
    body: str = ""
    quote: str = ""
    operation: str = ""
    wording: str = ""
    stance: str = ""
    reason: str = ""
    remedy: str = ""

    def fields(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in InternalDraftForm.model_fields}


class DraftForm(InternalDraftForm):
    stakeholder: Speaker
    what: ContributionKind


class InternalDraftEditForm(InternalDraftForm):
    version: Number


@blueprint.get(OF_ENTITY + "<int:contribution>/")
def edit_form(number: int, contribution: int) -> str:
    one = contribution_or_404(number, contribution)
    return edit_page(one, typed=one.content, version=one.version)


def edit_page(one: InternalDraft, **extra: Any) -> str:
    """The words to be edited, beside the clause as it stands, and what they were before."""
    clause = clause_today(one)
    address = url_for("internal_drafting.edit", number=one.stakeholder_id, contribution=one.id)
    shown = {"what": one.kind, "contribution": one, "holders": [], "address": address}
    return form_page(one.norm, clause, **shown, versions=queries.versions(context.session(), one), **extra)


def clause_today(one: InternalDraft) -> Clause | None:
    """The clause in the present draft.

    :raises ProvisionGone: it has none any more.
    """
    if one.provision is None:
        return None
    clause = norms.clause_of(context.session(), one.norm.current_draft_id or 0, one.provision.code)
    if clause is None:
        raise ProvisionGone
    return clause


def edited_again(number: int, contribution: int, **extra: Any) -> str:
    """The page with what was typed: it is sent again in view of the words that are now shown beside it."""
    one = contribution_or_404(number, contribution)
    return edit_page(one, version=one.version, **extra)


@blueprint.post(OF_ENTITY + "<int:contribution>/")
@shows_again(edited_again)
def edit(number: int, contribution: int) -> Any:
    form = context.read(InternalDraftEditForm)
    with at_draft(number, contribution) as one:
        words = {"fields": form.fields(), "seen_version": form.version}
        context.act(service.revise, one, clause=clause_today(one), **words)
    made = _("The new text of the internal draft of %(who)s has been saved.")
    return told_inside(one, made, _("It can be endorsed by a contact point or deputy."))


@blueprint.get("/norms/<slug>/internal-drafts/")
@blueprint.get("/norms/<slug>/provisions/<code>/internal-drafts/")
def form(slug: str, code: str | None = None) -> str:
    return draft_page(context.norm_or_404(slug), code, what=asked_for(request.args), typed={})


def draft_page(norm: Norm, code: str | None, *, what: ContributionKind, **extra: Any) -> str:
    """A form to draft for one of the person's entities.

    :raises NotFound: they draft inside none.
    """
    holders = queries.drafts_for(context.session(), context.actor())
    if not holders:
        raise NotFound
    clause = clause_or_404(norm, code) if code else None
    return form_page(
        norm,
        clause,
        what=what if clause else ContributionKind.COMMENT,
        holders=holders,
        address=url_for(
            "internal_drafting.draft", slug=norm.slug, code=clause.provision.code if clause else None
        ),
        **extra,
    )


def form_page(norm: Norm, clause: Clause | None, *, typed: Any, **extra: Any) -> str:
    texts = {one.language: one.text for one in clause.texts} if clause else {}
    language = read_language(norm, clause, typed.get("read_language") or request.args.get("in"))
    return render_template(
        "internal_drafts/form.html",
        norm=norm,
        clause=clause,
        typed=typed,
        read_language=language,
        seen=what_is_read(norm, clause, None, language),
        changed=changed(norm, clause, language, typed.get("seen")),
        present=texts.get(language, ""),
        whats=ContributionKind,
        kinds=CommentKind,
        operations=ChangeOperation,
        stances=options(Stance),
        is_shown=Rules.read(rules_of(context.session(), norm).content).shows_unendorsed,
        **extra,
    )


def drafted_again(slug: str, code: str | None = None, **extra: Any) -> str:
    """The form for what was drafted, as it was typed."""
    return draft_page(context.norm_or_404(slug), code, what=asked_for(request.form), **extra)


def asked_for(given: Mapping[str, str]) -> ContributionKind:
    sent = given.get("what")
    return next((one for one in ContributionKind if one.value == sent), ContributionKind.COMMENT)


@blueprint.post("/norms/<slug>/internal-drafts/")
@blueprint.post("/norms/<slug>/provisions/<code>/internal-drafts/")
@shows_again(drafted_again)
def draft(slug: str, code: str | None = None) -> Any:
    form = context.read(DraftForm)
    with at_norm(slug) as norm:
        place = {"clause": clause_or_404(norm, code) if code else None, "stakeholder_id": form.stakeholder}
        drafted = context.act(service.draft, norm, **place, kind=form.what, fields=form.fields())
    follows = _("Contact points will be notified; they or a deputy can endorse it.")
    return told_inside(drafted, _("Internal draft saved for %(who)s."), follows)

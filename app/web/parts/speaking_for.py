"""For whom the person may speak, and what a form of theirs needs."""

import secrets
from collections.abc import Sequence

from flask import g, request, url_for

from app.authority.actor import Actor
from app.authority.grants import StandingRefused
from app.foundation.errors import N_, NotAllowed
from app.internal_drafts.models import ContributionKind
from app.internal_drafts.queries import drafts_for
from app.kernel import context
from app.norms.models import Clause, Norm
from app.norms.seen import text_read
from app.stakeholders.models import Stakeholder
from app.stakeholders.queries import by_ids


class NobodyToSpeakFor(NotAllowed):
    code = "nobody-to-speak-for"
    message = N_("Register as an individual, or register your organisation, before you take part.")


class OnlyInside(NobodyToSpeakFor):
    """The person is a reviewer: what they write on this page they can draft inside their entity."""

    code = "only-inside"
    message = N_(
        "Reviewers may not submit on behalf of their entity. Save an internal draft for a contact "
        "point or deputy to endorse."
    )

    @property
    def way_on(self) -> str | None:
        """The address of the form for the same inside, where the page is one of a norm."""
        place = {name: (request.view_args or {}).get(name) for name in ("slug", "code")}
        what = FORMS.get(request.endpoint or "", ContributionKind.COMMENT)
        return url_for("internal_drafting.form", **place, what=what) if place["slug"] else None


FORMS = {
    "discussion.propose_form": ContributionKind.CHANGE,
    "positions.position": ContributionKind.POSITION,
}


def voices() -> Sequence[Stakeholder]:
    """The stakeholders the person speaks for, by name.

    :raises SignInNeeded: nobody is signed in. :raises NobodyToSpeakFor: they speak for none.
    :raises OnlyInside: they speak for none and draft inside one.
    :raises StandingRefused: the verification of all was refused.
    """
    context.person()
    actor = context.actor()
    holders = {holder for _, holder in actor.mandates if actor.speaks_for(holder)}
    present = by_ids(context.session(), holders - actor.refused)
    if not present and holders:
        raise StandingRefused
    if not present:
        raise OnlyInside if drafts_for(context.session(), context.actor()) else NobodyToSpeakFor
    return present


def the_one(holders: Sequence[Stakeholder], asked: int | None) -> int | None:
    """The stakeholder that was asked for, or the only one; who speaks for several says for whom."""
    known = [holder.id for holder in holders]
    return asked if asked in known else known[0] if len(known) == 1 else None


def read_language(norm: Norm, clause: Clause | None = None, asked: str | None = None) -> str:
    """The language in which the page shows a clause, or else the norm: the one that was asked for, or the
    page's, where the words exist in it.
    """
    here: str = g.lang
    if clause is None:
        return here if here in norm.languages else norm.authentic_languages[0]
    there = {text.language for text in clause.texts}
    text = text_read(clause, asked if asked in there else here)
    return text.language if text else norm.authentic_languages[0]


def form_key() -> str:
    """A fresh name for a form, so that sending it twice counts once."""
    return secrets.token_hex(16)


def speaks_for_any(actor: Actor) -> bool:
    """Whether they are a contact point, a deputy or an individual; of a stakeholder not refused."""
    return any(actor.acts_for(holder) for _, holder in actor.mandates)

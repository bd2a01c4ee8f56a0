"""For whom the person may speak, and what a form of hers needs."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from flask import g, request, url_for

from app.authority.actor import Actor
from app.authority.grants import StandingRefused
from app.endorsement.models import ContributionKind
from app.endorsement.queries import drafts_for
from app.foundation.errors import N_, NotAllowed, SignInNeeded
from app.norms.models import Norm
from app.stakeholders.models import Stakeholder
from app.web import desk


class NobodyToSpeakFor(NotAllowed):
    code = "nobody-to-speak-for"
    message = N_("Register as an individual, or register your organisation, before you take part.")


class OnlyInside(NobodyToSpeakFor):
    """She is a reviewer: what she writes on this page she can draft inside her entity."""

    code = "only-inside"
    message = N_(
        "A reviewer does not speak for her entity. Draft it inside; who speaks for it can endorse it."
    )

    @property
    def way_on(self) -> str | None:
        """The address of the form for the same inside, where the page is one of a norm."""
        place = {name: (request.view_args or {}).get(name) for name in ("slug", "code")}
        what = FORMS.get(request.endpoint or "", ContributionKind.COMMENT)
        return url_for("inside.form", **place, what=what) if place["slug"] else None


FORMS = {
    "comments.propose_form": ContributionKind.CHANGE,
    "positions.position": ContributionKind.POSITION,
}


def voices() -> Sequence[Stakeholder]:
    """The stakeholders the person speaks for, by name.

    :raises SignInNeeded: nobody is signed in. :raises NobodyToSpeakFor: she speaks for none.
    :raises OnlyInside: she speaks for none and drafts inside one.
    :raises StandingRefused: the verification of all was refused.
    """
    if desk.signed_in() is None:
        raise SignInNeeded
    actor = desk.actor()
    holders = {holder for _, holder in actor.mandates if actor.speaks_for(holder)}
    found = desk.session().scalars(
        sa.select(Stakeholder).where(Stakeholder.id.in_(holders - actor.refused)).order_by(Stakeholder.name)
    )
    present = found.all()
    if not present and holders:
        raise StandingRefused
    if not present:
        raise OnlyInside if drafts_for(desk.session(), desk.actor()) else NobodyToSpeakFor
    return present


def read_language(norm: Norm) -> str:
    """The language in which the person most likely reads the norm."""
    language: str = g.lang
    return language if language in norm.languages else norm.authentic_languages[0]


def form_key() -> str:
    """A fresh name for a form, so that sending it twice counts once."""
    return secrets.token_hex(16)


def speaks_for_somebody(actor: Actor) -> bool:
    """Whether she is a contact point, deputy or individual of her own; of somebody not refused."""
    return any(actor.acts_for(holder) for _, holder in actor.mandates)

"""Reading: the list of norms, a draft, one provision with its history, and what changed between drafts."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, render_template, request

from app.authority.grants import Permission
from app.discussion.models import HidingReason
from app.foundation.errors import NotFound
from app.internal_drafts.queries import drafts_for, shown_unendorsed
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.locale import preferred_language
from app.kernel.redlines import between_drafts
from app.norms import queries
from app.norms.models import Draft, Norm
from app.norms.parts import DraftPart, divided, part_at
from app.notices.following import holders_of, is_followed
from app.triage.identical_words import mass_comments
from app.web.norms.draft_reading import DraftReading, read_draft
from app.web.norms.reading import read_provision
from app.web.parts import verdicts
from app.web.site.page_cache import RenewingCache, age, for_visitors, present_state

T = TypeVar("T")
Parts = tuple[DraftPart, ...]
blueprint = Blueprint("norms", __name__, url_prefix="/<lang:lang>")


@blueprint.get("/norms/")
def index() -> str:
    may_create = context.actor().is_administrator or bool(context.actor().seats)
    found = queries.readable_norms(context.session(), context.actor())
    return render_template("norms/index.html", norms=found, may_create=may_create)


@blueprint.get("/norms/<slug>/")
def current(slug: str) -> Response | str:
    def page() -> str:
        norm = context.norm_or_404(slug)
        return draft_page(norm, norm.current_draft)

    return for_visitors(slug, page)


@blueprint.get("/norms/<slug>/drafts/<int:number>/")
def draft(slug: str, number: int) -> Response | str:
    def page() -> str:
        norm = context.norm_or_404(slug)
        return draft_page(norm, queries.draft(context.session(), norm, number))

    return for_visitors(slug, page)


def draft_page(norm: Norm, chosen: Draft | None) -> str:
    """The draft as this person sees it; what everybody sees alike is made once for all."""
    if chosen is None:
        raise NotFound
    beside = request.args.get("beside")
    beside = beside if beside in norm.languages else None
    parts: Parts = kept((norm.id, chosen.number), norm, lambda: divided_draft(chosen))
    part = part_at(parts, request.args.get("at", ""))

    def read() -> DraftReading:
        asked = (context.session(), norm, chosen, parts, part, g.lang, beside)
        return read_draft(*asked, context.now())

    reading: DraftReading = kept((norm.id, chosen.number, parts, part, g.lang, beside), norm, read)
    return render_template(
        "norms/draft.html",
        norm=norm,
        draft=chosen,
        reading=reading,
        mine=reading.mine(context.session(), context.actor()),
        speaks_for_several=len(holders_of(context.actor())) > 1,
        beside=beside,
        may_state=is_current(norm, chosen) and norm.matter(context.now()).takes_positions,
        may_comment=is_current(norm, chosen) and norm.matter(context.now()).takes_comments,
        may=lambda permission: context.may(Permission(permission), norm),
    )


def divided_draft(chosen: Draft) -> Parts:
    return divided(queries.outline(context.session(), chosen.id))


def kept(key: Hashable, norm: Norm, make: Callable[[], T]) -> T:
    """What everybody sees alike of a norm."""

    def make_now() -> T:
        context.session().rollback()  # what was read while others rendered is older than the state
        return make()

    cache: RenewingCache[T] = current_app.extensions["draft_cache"]
    return cache.get(key, lambda: present_state(norm.slug), make_now, age=age())


def is_current(norm: Norm, chosen: Draft) -> bool:
    return chosen.id == norm.current_draft_id


@blueprint.get("/norms/<slug>/drafts/<int:number>/compare/<int:other>/")
def compare(slug: str, number: int, other: int) -> Response | str:
    def page() -> str:
        norm = context.norm_or_404(slug)
        newer, older = (queries.draft(context.session(), norm, n) for n in (number, other))
        if newer is None or older is None:
            raise NotFound
        language = request.args.get("in", "")
        language = language if language in norm.languages else preferred_language(norm)
        return render_template(
            "norms/compare.html",
            norm=norm,
            older=older,
            newer=newer,
            language=language,
            changes=between_drafts(context.session(), older, newer, language),
        )

    return page()


@blueprint.get("/norms/<slug>/provisions/<code>/")
def provision(slug: str, code: str) -> Response | str:
    def page() -> str:
        return provision_page(context.norm_or_404(slug), code)

    return for_visitors(slug, page)


def provision_page(norm: Norm, code: str, **extra: Any) -> str:
    """One provision: its texts, what is said of it, its history and where its words come from."""
    after, before, later = (
        request.args.get(name, 0, type=whole) for name in ("after", "before", "positions")
    )
    of = request.args.get("of", "")
    reading = read_provision(
        context.session(), norm, code, g.lang, of=of, after=after, before=before, positions_after=later
    )
    matter, actor, provision_id = norm.matter(context.now()), context.actor(), reading.clause.provision_id
    return render_template(
        "norms/provision.html",
        norm=norm,
        reading=reading,
        of=of,
        may_explain=context.may(Permission.EXPLAIN, norm),
        may_moderate=context.may(Permission.MODERATE, norm),
        mass=mass_comments(context.session(), norm.id, provision_id),
        follows=is_followed(context.session(), actor, provision_id) if actor.user_id else None,
        unendorsed=shown_unendorsed(
            context.session(),
            norm,
            provision_id,
            before=request.args.get("unendorsed", 0, type=whole),
            now=context.now(),
        ),
        hiding=HidingReason,
        drafts_inside=actor.mandates and drafts_for(context.session(), actor),
        verdicts=verdicts,
        may_state=matter.takes_positions,
        may_comment=matter.takes_comments,
        **extra,
    )

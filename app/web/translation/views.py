"""Pages: what each language lacks, and writing, verifying and correcting a translation."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.foundation.errors import BadInput, NotFound
from app.kernel.context import Form, act, actor, may, norm_or_404, now, read, session, work
from app.kernel.formats import autonym
from app.kernel.input_limits import Read
from app.kernel.refusals import shows_again
from app.kernel.wordings import changed
from app.norms.models import Clause, ClauseText, Norm, TextStatus
from app.norms.queries import clause_of, clauses
from app.norms.seen import Seen
from app.norms.stages import is_settled
from app.translation.queries import outstanding
from app.translation.service import correct, verify_translation, write_translation
from app.translation.staleness import is_out_of_date
from app.web.parts.done import Done, WayOn, label_of, told, way_on
from app.web.parts.saved_meanwhile import shows_both

blueprint = Blueprint("translation", __name__, url_prefix="/<lang:lang>/norms/<slug>")
ONE = "/provisions/<code>/translation/<language>/"


class TranslationForm(Form):
    text: str
    status: TextStatus
    seen: Read
    version: str


class CorrigendumForm(Form):
    text: str
    reason: str = ""
    language: str
    seen: Read
    version: str


class VerificationForm(Form):
    seen: str


@blueprint.get("/translations/")
def translations(slug: str) -> str:
    """What the current draft lacks in each language."""
    norm = norm_or_404(slug)
    found = clauses(session(), norm.current_draft_id or 0)
    done = {
        language: {
            clause.id
            for clause in found
            for text in clause.texts
            if text.language == language
            and text.status in (TextStatus.AUTHENTIC, TextStatus.VERIFIED)
            and not is_out_of_date(text, clause)
        }
        for language in norm.languages
    }
    return render_template(
        "translation/index.html",
        norm=norm,
        counts=outstanding(session(), norm, norm.current_draft_id or 0),
        clauses=found,
        done=done,
        may_translate=may(Permission.TRANSLATE, norm),
    )


@blueprint.get(ONE)
def translation(slug: str, code: str, language: str) -> str:
    require(actor(), Permission.TRANSLATE, norm_or_404(slug).matter(now()))
    return translation_page(slug, code, language)


def translation_page(slug: str, code: str, language: str, **extra: Any) -> str:
    norm = norm_or_404(slug)
    clause = clause_of(session(), norm.current_draft_id or 0, code)
    if clause is None or language in norm.authentic_languages:
        raise NotFound
    present = next((text for text in clause.texts if text.language == language), None)
    may_only_correct = present is not None and is_settled(norm.stage, norm.suspended_from)
    saving = "make_corrigendum" if may_only_correct else "save_translation"
    return render_template(
        "translation/translation.html",
        norm=norm,
        clause=clause,
        language=language,
        authentic=[text for text in clause.texts if text.language in norm.authentic_languages],
        present=present,
        is_out_of_date=present is not None and is_out_of_date(present, clause),
        statuses=[TextStatus.DRAFT, TextStatus.MACHINE],
        is_verified=present is not None
        and present.status is TextStatus.VERIFIED
        and not is_out_of_date(present, clause),
        is_own=present is not None
        and present.written_by is not None
        and present.written_by == actor().user_id,
        is_settled=may_only_correct,
        target=url_for(f"translation.{saving}", slug=slug, code=code, language=language),
        seen=Seen(clause.text_digest),
        changed=changed(norm, clause, norm.authentic_languages[0], request.form.get("seen"))
        if extra
        else None,
        **{"typed": {}, **extra},
    )


@blueprint.post(ONE)
@shows_again(translation_page)
@shows_both(lambda **one: url_for("translation.translation", **one))
def save_translation(slug: str, code: str, language: str) -> Response:
    form = read(TranslationForm)
    made = _("The translation of clause %(label)s (%(language)s) has been saved.")
    follows = _("It is shown as not verified until another person verifies it.")
    return translated(slug, code, language, write_translation, (made, follows), **dict(form))


@blueprint.post(f"{ONE}verification/")
@shows_again(translation_page)
@shows_both(lambda **one: url_for("translation.translation", **one))
def verify(slug: str, code: str, language: str) -> Response:
    """By a person who has not written it."""
    try:
        seen = bytes.fromhex(read(VerificationForm).seen)
    except ValueError as error:
        raise BadInput(field="seen") from error
    made = _("The translation of clause %(label)s (%(language)s) has been verified.")
    said = (made, _("It is shown as a verified translation."))
    return translated(slug, code, language, verify_translation, said, seen=seen)


@blueprint.post(f"{ONE}corrigendum/")
@shows_again(translation_page)
@shows_both(lambda **one: url_for("translation.translation", **one))
def make_corrigendum(slug: str, code: str, language: str) -> Response:
    """Once the words are put to adoption."""
    form = read(CorrigendumForm)
    given = dict(form)
    given["reason_language"] = given.pop("language")
    made = _("The corrigendum to clause %(label)s (%(language)s) has been recorded.")
    said = (made, _("The corrigendum is listed with the text."))
    return translated(slug, code, language, correct, said, **given)


def translated(
    slug: str, code: str, language: str, verb: Callable[..., Any], said: tuple[str, str], **given: Any
) -> Response:
    """An act on a translation of the present draft."""
    with work():
        norm = norm_or_404(slug)
        clause = clause_of(session(), norm.current_draft_id or 0, code)
        if clause is None:
            raise NotFound
        act(verb, norm, clause, language=language, **given)
    made = told(said[0], label=label_of(clause), language=autonym(language))
    return Done(made, said[1], next_to_translate(norm, clause, language)).on(
        "norms.provision", slug=slug, code=code
    )


def next_to_translate(norm: Norm, clause: Clause, language: str) -> WayOn:
    """To the next clause without an up-to-date text in the language, or to the list of languages."""
    found = clauses(session(), clause.draft_id)
    lacking = [one for one in found if not any(is_current(text, one, language) for text in one.texts)]
    if not lacking:
        return way_on(_("Languages"), "translation.translations", slug=norm.slug)
    left = min(lacking, key=lambda one: (one.place <= clause.place, one.place))
    words = told(_("Next clause without an up-to-date translation: %(label)s"), label=label_of(left))
    place = {"slug": norm.slug, "code": left.provision.code, "language": language}
    return way_on(words, "translation.translation", **place)


def is_current(text: ClauseText, clause: Clause, language: str) -> bool:
    return text.language == language and not is_out_of_date(text, clause)

"""The glossary, what explains a clause, questions put to its readers, and reasons chosen from comments."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.authority.grants import Permission, require
from app.foundation.errors import AppError, NotFound
from app.foundation.versions import ChangedMeanwhile
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number
from app.kernel.lookup import clause_or_404
from app.kernel.refusals import ELSEWHERE
from app.norms.models import Clause, Norm
from app.reading_aids import queries, reasons, service
from app.reading_aids.models import AidKind, ReadingAid, Reason
from app.reading_aids.wording import AidWords
from app.web.parts.saved_meanwhile import both
from app.web.parts.text_columns import columns
from app.web.site.page_cache import for_visitors

blueprint = Blueprint("reading_aids", __name__, url_prefix="/<lang:lang>/norms/<slug>")


class WordsForm(Form):
    language: str
    title: str = ""
    forms: str = ""
    text: str = ""

    @property
    def words(self) -> AidWords:
        return AidWords(self.language, self.text, self.title, self.forms)


class AidForm(WordsForm):
    kind: AidKind
    version: Number = 0


class AgainForm(WordsForm):
    version: Number


@blueprint.get("/glossary/")
def glossary(slug: str) -> Response | str:
    return for_visitors(slug, lambda: glossary_page(context.norm_or_404(slug)))


def glossary_page(norm: Norm, **extra: Any) -> str:
    def place(term: ReadingAid) -> str:
        return term.read_in(g.lang).title.casefold()

    terms, may_explain = queries.terms(context.session(), norm.id), context.may(Permission.EXPLAIN, norm)
    return render_template(
        "reading_aids/glossary.html",
        norm=norm,
        draft=norm.current_draft,
        terms=sorted(terms, key=place),
        may_explain=may_explain,
        earlier=queries.earlier(context.session(), terms) if may_explain else {},
        **{"typed": {}, "typed_in": "", **extra},
    )


@blueprint.get("/provisions/<code>/explaining/")
def form(slug: str, code: str) -> str:
    norm = context.norm_or_404(slug)
    require(context.actor(), Permission.EXPLAIN, norm.matter(context.now()))
    return provision_page(norm, clause_or_404(norm, code))


def provision_page(norm: Norm, clause: Clause, **extra: Any) -> str:
    explained = queries.explained(context.session(), norm.id, clause.provision_id)
    aids = [*explained.questions, *([explained.note] if explained.note else [])]
    return render_template(
        "reading_aids/provision.html",
        norm=norm,
        clause=clause,
        shown=columns(norm, clause, g.lang, None),
        explained=explained,
        earlier=queries.earlier(context.session(), aids),
        **{"typed": {}, "typed_in": "", **extra},
    )


@blueprint.post("/glossary/")
def add_term(slug: str) -> Any:
    return added(slug, None)


@blueprint.post("/provisions/<code>/explaining/")
def add(slug: str, code: str) -> Any:
    return added(slug, code)


def added(slug: str, code: str | None) -> Any:
    """A term of the glossary, or what explains a clause, is written for the first time."""
    try:
        values = context.read(AidForm)
        with context.work() as session:
            norm = context.norm_or_404(slug)
            clause = clause_or_404(norm, code) if code else None
            service.add(
                session,
                context.actor(),
                norm,
                kind=values.kind,
                clause=clause,
                words=values.words,
                version=values.version,
                now=context.now(),
            )
    except ChangedMeanwhile as refusal:
        return both(refusal, back=address(slug, code))
    except AppError as refusal:
        return again(slug, code, refusal, f"-new-{request.form.get('kind', '')}")
    flash(_("Saved."))
    return back_to(slug, code)


@blueprint.post("/aids/<int:number>/")
def word(slug: str, number: int) -> Any:
    """What an aid says in one language is written, or changed."""
    aid = aid_or_404(context.norm_or_404(slug), number)
    code = code_of(aid)
    try:
        values = context.read(AgainForm)
        with context.work() as session:
            norm = context.norm_or_404(slug)
            service.word(
                session,
                context.actor(),
                norm,
                aid_or_404(norm, number),
                clause=clause_or_404(norm, code) if code else None,
                words=values.words,
                version=values.version,
                now=context.now(),
            )
    except ChangedMeanwhile as refusal:
        return both(refusal, back=address(slug, code))
    except AppError as refusal:
        language = request.form.get("language", "") if request.form.get("version") != "0" else ""
        return again(slug, code, refusal, f"-{number}-{language}")
    flash(_("Saved."))
    return back_to(slug, code)


@blueprint.post("/aids/<int:number>/remove/")
def remove(slug: str, number: int) -> Any:
    code = code_of(aid_or_404(context.norm_or_404(slug), number))
    with context.work() as session:
        norm = context.norm_or_404(slug)
        service.remove(session, context.actor(), norm, aid_or_404(norm, number), now=context.now())
    flash(_("Removed."))
    return back_to(slug, code)


@blueprint.post("/reasons/<int:number>/drop/")
def drop(slug: str, number: int) -> Any:
    code = code_of(reason_or_404(context.norm_or_404(slug), number).comment)
    with context.work() as session:
        norm = context.norm_or_404(slug)
        reasons.drop(session, context.actor(), norm, reason_or_404(norm, number), now=context.now())
    flash(_("Removed from the list."))
    return back_to(slug, code)


def again(slug: str, code: str | None, refusal: AppError, typed_in: str) -> tuple[str, int]:
    """The page with the reason of the refusal, and what was typed in the form it came from."""
    if refusal.status in ELSEWHERE:
        raise refusal
    norm = context.norm_or_404(slug)
    kept = {"refusal": refusal, "typed": request.form, "typed_in": typed_in}
    page = provision_page(norm, clause_or_404(norm, code), **kept) if code else glossary_page(norm, **kept)
    return page, refusal.status


def address(slug: str, code: str | None) -> str:
    """Where it is seen."""
    if code is None:
        return url_for("reading_aids.glossary", slug=slug)
    return url_for("norms.provision", slug=slug, code=code)


def back_to(slug: str, code: str | None) -> Any:
    return redirect(address(slug, code), 303)


def aid_or_404(norm: Norm, number: int) -> ReadingAid:
    found = queries.aid(context.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


def reason_or_404(norm: Norm, number: int) -> Reason:
    found = queries.reason(context.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


def code_of(thing: Any) -> str | None:
    """Of its provision, if it is about one."""
    return thing.provision.code if thing.provision else None


@blueprint.app_template_global()
def pairs(questions: Any) -> list[tuple[str, str]]:
    """Number and words of each question, for a select."""
    return [(str(question.id), question.read_in(g.lang).text) for question in questions]

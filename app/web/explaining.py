"""The glossary, what explains a clause, questions put to its readers, and reasons chosen from comments."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.authority.grants import Permission, require
from app.explaining import choosing, queries, service
from app.explaining.models import Aid, AidKind, Bearing, Reason
from app.explaining.wording import Words
from app.foundation.errors import AppError, NotFound
from app.foundation.versions import ChangedMeanwhile
from app.norms.models import Clause, Norm
from app.web import desk
from app.web.admission import Number
from app.web.comments import comment_page
from app.web.desk import Form
from app.web.meanwhile import both
from app.web.norms import clause_or_404
from app.web.page_cache import for_visitors
from app.web.reading import columns
from app.web.writing import ELSEWHERE, comment_or_404

blueprint = Blueprint("explaining", __name__, url_prefix="/<lang:lang>/norms/<slug>")


class WordsForm(Form):
    language: str
    title: str = ""
    forms: str = ""
    text: str = ""

    @property
    def words(self) -> Words:
        return Words(self.language, self.text, self.title, self.forms)


class AidForm(WordsForm):
    kind: AidKind
    version: Number = 0


class AgainForm(WordsForm):
    version: Number


class ReasonForm(Form):
    bearing: Bearing
    words: str = ""


@blueprint.get("/glossary/")
def glossary(slug: str) -> Response | str:
    return for_visitors(slug, lambda: glossary_page(desk.norm_or_404(slug)))


def glossary_page(norm: Norm, **extra: Any) -> str:
    def place(term: Aid) -> str:
        return term.read_in(g.lang).title.casefold()

    terms, may_explain = queries.terms(desk.session(), norm.id), desk.may(Permission.EXPLAIN, norm)
    return render_template(
        "explaining/glossary.html",
        norm=norm,
        draft=norm.current_draft,
        terms=sorted(terms, key=place),
        may_explain=may_explain,
        earlier=queries.earlier(desk.session(), terms) if may_explain else {},
        **{"typed": {}, "typed_in": "", **extra},
    )


@blueprint.get("/provisions/<code>/explaining/")
def form(slug: str, code: str) -> str:
    norm = desk.norm_or_404(slug)
    require(desk.actor(), Permission.EXPLAIN, norm.matter(desk.now()))
    return provision_page(norm, clause_or_404(norm, code))


def provision_page(norm: Norm, clause: Clause, **extra: Any) -> str:
    explained = queries.explained(desk.session(), norm.id, clause.provision_id)
    aids = [*explained.questions, *([explained.note] if explained.note else [])]
    return render_template(
        "explaining/provision.html",
        norm=norm,
        clause=clause,
        shown=columns(norm, clause, g.lang, None),
        explained=explained,
        earlier=queries.earlier(desk.session(), aids),
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
        values = desk.read(AidForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            clause = clause_or_404(norm, code) if code else None
            service.add(
                session,
                desk.actor(),
                norm,
                kind=values.kind,
                clause=clause,
                words=values.words,
                version=values.version,
                now=desk.now(),
            )
    except ChangedMeanwhile as refusal:
        return both(refusal, back=address(slug, code))
    except AppError as refusal:
        return again(slug, code, refusal, f"-new-{request.form.get('kind', '')}")
    flash(_("Written."))
    return back_to(slug, code)


@blueprint.post("/aids/<int:number>/")
def word(slug: str, number: int) -> Any:
    """What an aid says in one language is written, or changed."""
    aid = aid_or_404(desk.norm_or_404(slug), number)
    code = code_of(aid)
    try:
        values = desk.read(AgainForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            service.word(
                session,
                desk.actor(),
                norm,
                aid_or_404(norm, number),
                clause=clause_or_404(norm, code) if code else None,
                words=values.words,
                version=values.version,
                now=desk.now(),
            )
    except ChangedMeanwhile as refusal:
        return both(refusal, back=address(slug, code))
    except AppError as refusal:
        language = request.form.get("language", "") if request.form.get("version") != "0" else ""
        return again(slug, code, refusal, f"-{number}-{language}")
    flash(_("Written."))
    return back_to(slug, code)


@blueprint.post("/aids/<int:number>/remove/")
def remove(slug: str, number: int) -> Any:
    code = code_of(aid_or_404(desk.norm_or_404(slug), number))
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        service.remove(session, desk.actor(), norm, aid_or_404(norm, number), now=desk.now())
    flash(_("Removed."))
    return back_to(slug, code)


@blueprint.post("/comments/<int:number>/reason/")
def choose(slug: str, number: int) -> Any:
    try:
        values = desk.read(ReasonForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            said = comment_or_404(norm, number)
            choosing.choose(session, desk.actor(), norm, said, **values.model_dump(), now=desk.now())
    except AppError as refusal:
        if refusal.status in ELSEWHERE:
            raise
        norm = desk.norm_or_404(slug)
        page = comment_page(norm, comment_or_404(norm, number), refusal=refusal, typed=request.form)
        return page, refusal.status
    flash(_("It is on the list of reasons."))
    return desk.see_other("comments.comment", slug=slug, number=number)


@blueprint.post("/reasons/<int:number>/drop/")
def drop(slug: str, number: int) -> Any:
    code = code_of(reason_or_404(desk.norm_or_404(slug), number).comment)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        choosing.drop(session, desk.actor(), norm, reason_or_404(norm, number), now=desk.now())
    flash(_("Taken off the list."))
    return back_to(slug, code)


def again(slug: str, code: str | None, refusal: AppError, typed_in: str) -> tuple[str, int]:
    """The page with the reason of the refusal, and what was typed in the form it came from."""
    if refusal.status in ELSEWHERE:
        raise refusal
    norm = desk.norm_or_404(slug)
    kept = {"refusal": refusal, "typed": request.form, "typed_in": typed_in}
    page = provision_page(norm, clause_or_404(norm, code), **kept) if code else glossary_page(norm, **kept)
    return page, refusal.status


def address(slug: str, code: str | None) -> str:
    """Where it is seen."""
    if code is None:
        return url_for("explaining.glossary", slug=slug)
    return url_for("norms.provision", slug=slug, code=code)


def back_to(slug: str, code: str | None) -> Any:
    return redirect(address(slug, code), 303)


def aid_or_404(norm: Norm, number: int) -> Aid:
    found = queries.aid(desk.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


def reason_or_404(norm: Norm, number: int) -> Reason:
    found = queries.reason(desk.session(), norm.id, number)
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

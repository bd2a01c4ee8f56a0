"""The glossary, what explains a clause, questions put to its readers, and reasons chosen from comments."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _

from app.authority.grants import Permission, require
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number
from app.kernel.lookup import at_norm, clause_or_404
from app.kernel.refusals import shows_again
from app.norms.models import Clause, Norm
from app.reading_aids import queries, reasons, service
from app.reading_aids.models import AidKind, ReadingAid, Reason
from app.reading_aids.wording import AidWords
from app.web.parts.done import Done
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.text_columns import columns
from app.web.parts.ways_on import to_clause
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


def new_again(slug: str, code: str | None = None, **extra: Any) -> str:
    """The page a new aid was written on."""
    return aids_page(slug, code, typed_in=f"-new-{request.form.get('kind', '')}", **extra)


def word_again(slug: str, number: int, **extra: Any) -> str:
    """The page what an aid says was written on."""
    language = request.form.get("language", "") if request.form.get("version") != "0" else ""
    code = code_of(aid_or_404(context.norm_or_404(slug), number))
    return aids_page(slug, code, typed_in=f"-{number}-{language}", **extra)


def aids_page(slug: str, code: str | None, **extra: Any) -> str:
    norm = context.norm_or_404(slug)
    return provision_page(norm, clause_or_404(norm, code), **extra) if code else glossary_page(norm, **extra)


def address(slug: str, code: str | None = None) -> str:
    """Where it is seen."""
    if code is None:
        return url_for("reading_aids.glossary", slug=slug)
    return url_for("norms.provision", slug=slug, code=code)


def address_of_aid(slug: str, number: int) -> str:
    return address(slug, code_of(aid_or_404(context.norm_or_404(slug), number)))


@blueprint.post("/glossary/", endpoint="add_term")
@blueprint.post("/provisions/<code>/explaining/")
@shows_again(new_again)
@shows_both(address)
def add(slug: str, code: str | None = None) -> Any:
    """A term of the glossary, or what explains a clause, is written for the first time."""
    form = context.read(AidForm)
    with at_norm(slug) as norm:
        clause = clause_or_404(norm, code) if code else None
        said = {"words": form.words, "version": form.version}
        aid = context.act(service.add, norm, kind=form.kind, clause=clause, **said)
    return saved(norm, aid, code)


@contextmanager
def at_aid(slug: str, number: int) -> Iterator[tuple[Norm, ReadingAid]]:
    """One transaction on a reading aid."""
    with at_norm(slug) as norm:
        yield norm, aid_or_404(norm, number)


@blueprint.post("/aids/<int:number>/")
@shows_again(word_again)
@shows_both(address_of_aid)
def word(slug: str, number: int) -> Any:
    """What an aid says in one language is written, or changed."""
    form = context.read(AgainForm)
    with at_aid(slug, number) as (norm, aid):
        code = code_of(aid)
        clause = clause_or_404(norm, code) if code else None
        context.act(service.word, norm, aid, clause=clause, words=form.words, version=form.version)
    return saved(norm, aid, code)


def saved(norm: Norm, aid: ReadingAid, code: str | None) -> Any:
    """What is said after an aid was written."""
    made = {
        AidKind.TERM: _("The term of the glossary has been saved."),
        AidKind.NOTE: _("The explanatory note has been saved."),
        AidKind.QUESTION: _("The question on the clause has been saved."),
    }[aid.kind]
    return told_here(norm, code, made, _("It is public now. It is not part of the text."))


def told_here(norm: Norm, code: str | None, made: str, follows: str) -> Any:
    clause = clause_or_404(norm, code) if code else None
    return Done(made, follows, to_clause(norm, clause)).at(address(norm.slug, code))


@blueprint.post("/aids/<int:number>/remove/")
def remove(slug: str, number: int) -> Any:
    with at_aid(slug, number) as (norm, aid):
        code = code_of(aid)
        context.act(service.remove, norm, aid)
    made = _("The entry has been removed from the page.")
    return told_here(norm, code, made, _("The record shows that it was there."))


@blueprint.post("/reasons/<int:number>/drop/")
def drop(slug: str, number: int) -> Any:
    with at_norm(slug) as norm:
        reason = reason_or_404(norm, number)
        code = code_of(reason.comment)
        context.act(reasons.drop, norm, reason)
    made = _("The comment is no longer listed among the reasons.")
    return told_here(norm, code, made, _("The comment itself remains."))


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

"""The objection ledger: answers to one objection or to many, and what each objector makes of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BeforeValidator, Field
from werkzeug.wrappers import Response

from app.authority.grants import Permission
from app.foundation.canonical import digest
from app.foundation.paging import page as first_page
from app.foundation.text import plain
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number, whole
from app.kernel.labels import member, word
from app.kernel.lookup import at_norm, row_or_404
from app.kernel.refusals import shows_again
from app.lifecycle.guards import objections_answered
from app.lifecycle.queries import of_objections
from app.norms.models import Norm
from app.norms.queries import places
from app.positions import grounds, ledger, queries, reservations
from app.positions.models import Objection, ObjectionState
from app.stakeholders.models import Category
from app.web.parts.done import Done, WayOn, label_of, told, way_on
from app.web.parts.ways_on import my_contributions
from app.web.positions.views import blueprint

PAGE = 25
GROUNDS = 30  #: shared by objections, that are offered
WITHOUT_REASON = "none"  #: objections that were imported without a reason


class FilterForm(Form):
    """Which objections are shown."""

    state: str = ""
    clause: str = ""
    category: str = ""
    grounds: str = ""  #: WITHOUT_REASON, or the number of an objection that gives the reason
    answer: str = ""  #: the number of an answer that others got as well

    def wanted(self, norm: Norm) -> queries.ObjectionFilter:
        state, alike, answer = member(ObjectionState, self.state), number(self.grounds), number(self.answer)
        return queries.ObjectionFilter(
            states=[state] if state else [],
            code=self.clause,
            category=member(Category, self.category),
            without_reason=self.grounds == WITHOUT_REASON,
            reasons=grounds.ways_to_say(context.session(), norm.id, alike) if alike is not None else None,
            answered_as=answer,
        )


def number(text: str) -> int | None:
    """None for what is no number."""
    try:
        return whole(text)
    except ValueError:
        return None


def _stood(text: str) -> tuple[int, queries.Stood]:
    """An objection's number, and how it stood on the page: "12.7.open"."""
    objection, position, state = text.split(".")
    return whole(objection), (whole(position), ObjectionState(state))


class AnswerForm(Form):
    """``position``, ``state``: how the objection stood on the page."""

    text: str = ""
    language: str
    position: Number
    state: ObjectionState


class TogetherForm(FilterForm):
    """``objection``: those that are chosen; ``all``: instead all that the filter shows, by their digest."""

    text: str = ""
    language: str
    objection: list[Annotated[tuple[Number, tuple[Number, ObjectionState]], BeforeValidator(_stood)]] = Field(
        default_factory=list
    )
    all: str = ""

    def seen(self, norm: Norm) -> dict[int, queries.Stood]:
        """:raises RestatedSince: the filter shows others by now, or these otherwise."""
        if not self.all:
            return dict(self.objection)
        there = ledger.stood(context.session(), norm.id, self.wanted(norm))
        if listed(there) != self.all:
            raise ledger.RestatedSince(field="text")
        return there


def listed(stood: Mapping[int, queries.Stood]) -> str:
    """What stands for a list of objections in a form."""
    return digest([[number, *how] for number, how in stood.items()])


class SettleForm(Form):
    """``seen``: the last answer that was on the page; ``was``: the state that was."""

    state: ObjectionState
    was: ObjectionState | None = None
    seen: Number = Field(alias="answer")


@blueprint.get("/objections/")
def objections(slug: str) -> str:
    return objections_page(slug)


def objections_page(slug: str, number: int = 0, **extra: Any) -> str:
    norm = context.norm_or_404(slug)
    session, given = context.session(), request.args
    filtered = FilterForm(**{name: given[name] for name in FilterForm.model_fields if name in given})
    wanted, may_answer = filtered.wanted(norm), context.may(Permission.ANSWER_OBJECTION, norm)
    facts = of_objections(session, norm, now=context.now())
    after = given.get("after", 0, type=whole)
    found = queries.ledger(session, norm.id, wanted, after=after, limit=PAGE + 1)
    lines, more = first_page(found, PAGE, lambda line: line.objection.id)
    there = ledger.stood(session, norm.id, wanted) if may_answer else {}
    alike = grounds.shared(session, norm.id, queries.ObjectionFilter(states=ledger.LIVE))
    chosen = alike.get(plain(wanted.reasons[0])) if wanted.reasons else None
    answers = [given for line in lines for given in line.answers]
    return render_template(
        "positions/objections.html",
        norm=norm,
        lines=lines,
        more=more,
        counts=ledger.counted(session, norm.id),
        missing=[lack.phrase for lack in objections_answered(facts, None)],
        within={name: value for name, value in filtered if value},
        category=wanted.category,
        all_there=len(there),
        listed=listed(there),
        categories=Category,
        places=places(session, [norm.id]),
        reservations=reservations.standing(session, norm),
        wanted=wanted.states[0] if wanted.states else None,
        states=list(ObjectionState),
        live=ledger.LIVE,
        takes_positions=norm.matter(context.now()).takes_positions,
        may_answer=may_answer,
        alike={line.objection.id: alike.get(plain(line.objection.position.reason)) for line in lines},
        shared=list(alike.values())[:GROUNDS],
        grounds=str(chosen.first) if chosen else filtered.grounds,
        reach=grounds.reach(session, norm.id, answers),
        speaks_for=context.actor().acts_for,
        **extra,
    )


@contextmanager
def at_objection(slug: str, number: int) -> Iterator[tuple[Norm, Objection]]:
    """One transaction on an objection."""
    with at_norm(slug) as norm:
        yield norm, row_or_404(Objection, number, norm_id=norm.id)


def beside(objection: Objection, slug: str, made: str, follows: str, on: WayOn) -> Response:
    """What was done about an objection, said beside it."""
    return Done(made, follows, on, place=f"o{objection.id}").on("positions.objections", slug=slug)


@blueprint.post("/objections/<int:number>/answer/")
@shows_again(objections_page)
def answer(slug: str, number: int) -> Response:
    form = context.read(AnswerForm)
    stood, words = (form.position, form.state), {"text": form.text, "language": form.language}
    with at_objection(slug, number) as (norm, objection):
        context.act(ledger.answer, norm, objection, **words, seen=stood)
    if objection.state is ObjectionState.MAINTAINED:
        said = _("Note added to the objection of %(who)s on clause %(label)s.")
        follows = _("The objection remains maintained, with the note beside it.")
    else:
        said = _("Answer sent to %(who)s on clause %(label)s.")
        follows = _("They will say whether the answer resolves their objection.")
    return beside(objection, slug, told(said, **words_of(objection)), follows, open_ones(norm))


def words_of(objection: Objection) -> dict[str, str]:
    return {"who": objection.stakeholder.name, "label": label_of(objection.position.clause)}


def open_ones(norm: Norm) -> WayOn:
    """To the objections that have no answer."""
    left = ledger.counted(context.session(), norm.id).get(ObjectionState.OPEN, 0)
    words = _("Objections without an answer: %(number)s", number=left)
    return way_on(words, "positions.objections", slug=norm.slug, state="open" if left else None)


@blueprint.post("/objections/answer/")
@shows_again(objections_page)
def answer_together(slug: str) -> Response:
    """One answer to many objections: those that were chosen, or all that the filter shows."""
    form = context.read(TogetherForm)
    with at_norm(slug) as norm:
        words = {"text": form.text, "language": form.language}
        given = context.act(ledger.answer_together, norm, form.seen(norm), **words)
    done = Done(
        ngettext(
            "%(num)d objection has been answered.", "%(num)d objections have been answered.", len(given)
        ),
        _("Each objector will say whether the answer resolves the objection."),
        open_ones(norm),
    )
    within = {name: getattr(form, name) or None for name in FilterForm.model_fields}
    return done.on("positions.objections", slug=slug, **within)


@blueprint.post("/objections/<int:number>/settle/")
@shows_again(objections_page)
def settle(slug: str, number: int) -> Response:
    form = context.read(SettleForm)
    with at_objection(slug, number) as (norm, objection):
        context.act(ledger.settle, norm, objection, **dict(form))
    said = _("Objection of %(who)s on clause %(label)s: %(state)s.")
    if form.state is ObjectionState.MAINTAINED:
        follows = _("The objection stands. The chair may add a note to it.")
    else:
        follows = _("The objection is closed. A new position on the clause can reopen it.")
    made = told(said, **words_of(objection), state=word(form.state))
    return beside(objection, slug, made, follows, my_contributions())

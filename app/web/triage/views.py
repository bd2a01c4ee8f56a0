"""Answering many comments: what waits, one answer to all that are chosen, and who is to answer what."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BeforeValidator, Field
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.authority.grants import Permission, require
from app.discussion.models import CommentKind, Decision
from app.discussion.progress import Progress
from app.discussion.queries import WHOLE_DRAFT, by_number
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form, FormUnclear
from app.kernel.input_limits import Number, Seen, whole
from app.kernel.labels import member, word
from app.kernel.lookup import at_norm
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.reference.countries import DEVELOPMENT_BLOCS, development_bloc
from app.representation.service import in_force
from app.stakeholders.models import Category
from app.triage import answer_templates, queries, queue, service
from app.triage.queue import Queue, QueueFilter, QueuePlace, Show
from app.triage.results import Results
from app.web.parts.done import Done, sentences, told
from app.web.parts.languages import languages_to_choose
from app.web.parts.ways_on import next_held, unanswered

blueprint = Blueprint("triage", __name__, url_prefix="/<lang:lang>/norms/<slug>/triage")
PAGE = 50
LISTED = 20  #: clauses that are listed, those with most comments pending; all may be chosen
#: What an address of the queue may say, apart from where its page begins.
NARROWING = ("show", "clause", "kind", "category", "bloc", "words", "to", "same", "first")
TO_TAKE_UP = (Decision.ACCEPTED, Decision.MODIFIED)
ANSWERS = [one for one in Decision if one is not Decision.DUPLICATE]


class AnswerToMany(Form):
    """One answer to many comments, as they were ``seen``."""

    seen: list[Seen] = Field(default_factory=list)
    decision: Decision
    reason: str = ""
    language: str

    @property
    def disposition(self) -> dict[str, Any]:
        words = {"decision": self.decision, "reason": self.reason, "language": self.language}
        return {**words, "seen": dict(self.seen)}


class Ticked(AnswerToMany):
    """The queue is one form with several buttons; each reads what it needs."""

    comment: list[Number] = Field(default_factory=list)
    decision: Decision = Decision.NOTED
    language: str = ""
    template: Number | Literal[""] = ""
    results: Annotated[Results | None, BeforeValidator(Results.read)] = None
    title: str = ""
    to: Number | Literal[""] = ""


def norm_to_answer(slug: str) -> Norm:
    """The norm, for those who answer its comments."""
    norm = context.norm_or_404(slug)
    require(context.actor(), Permission.DISPOSE, norm.matter(context.now()))
    return norm


@blueprint.get("/")
def index(slug: str) -> str:
    return page(norm_to_answer(slug))


def page(norm: Norm, **extra: Any) -> str:
    """A page of the queue as the address narrows it, with what was typed and ticked before."""
    session, wanted = context.session(), asked(norm)
    queues = queue.queues(session, norm)
    total = sum(one.total for one in queues)
    far = Progress(total - sum(one.waiting for one in queues), total)
    if wanted.show is Show.HELD:
        require(context.actor(), Permission.MODERATE, norm.matter(context.now()))
    to_answer = [one for one in queues if one.waiting]
    sheet = queue.sheet(session, norm.id, wanted, after=begins(), limit=PAGE)
    found = found_by(norm, wanted)
    return render_template(
        "triage/queue.html",
        norm=norm,
        draft=norm.current_draft,
        queues=to_answer[:LISTED],
        wanted=wanted,
        narrowed=narrowed(),
        clauses=clauses_to_choose(to_answer, wanted.code),
        chosen_clause=WHOLE_DRAFT if wanted.code == "" else wanted.code,
        languages=languages_to_choose(norm),
        sheet=sheet,
        results=found if found.count <= service.MOST_RESULTS else None,
        most=service.MOST_RESULTS,
        next_page=address_after(norm, sheet.next) if sheet.next else None,
        headway=queries.headway(session, norm.id, far, now=context.now()),
        templates=answer_templates.templates(session, norm.id),
        people=service.answerers(session, norm.id),
        shows=[one for one in Show if one is not Show.HELD or context.may(Permission.MODERATE, norm)],
        kinds=CommentKind,
        categories=Category,
        blocs=[(bloc, word(bloc)) for bloc in DEVELOPMENT_BLOCS],
        decisions=ANSWERS,
        **{"typed": {}, "ticked": ()} | extra,
    )


def found_by(norm: Norm, wanted: QueueFilter) -> Results:
    """All that a filter finds, or one more than can be answered at once."""
    limit = service.MOST_RESULTS + 1
    return Results.of(queue.versions(context.session(), norm.id, wanted, limit=limit))


def clauses_to_choose(queues: Sequence[Queue], code: str | None) -> list[tuple[str, str]]:
    """In the order of the draft; the one that is chosen too, where nothing waits there any more."""
    found = [
        (one.code or WHOLE_DRAFT, f"{one.label or _('the whole draft')} ({one.waiting})")
        for one in sorted(queues, key=lambda one: one.place)
    ]
    return found + ([(code, code)] if code and code not in dict(found) else [])


def address_after(norm: Norm, place: QueuePlace) -> str:
    """Of the next page of what the address narrows the queue to."""
    after = f"{'o' if place.objects else ''}{place.number}"
    asked: dict[str, Any] = {"slug": norm.slug, "after": after, **narrowed()}
    return url_for("triage.index", **asked)


def asked(norm: Norm) -> QueueFilter:
    """What the address asks for; what it does not understand narrows nothing."""
    given = request.args
    bloc, to = given.get("bloc"), given.get("to")
    same = (
        by_number(context.session(), norm.id, given.get("same", 0, type=whole)) if "same" in given else None
    )
    facts = in_force(context.session()) if bloc in DEVELOPMENT_BLOCS else {}
    return QueueFilter(
        show=member(Show, given.get("show", "")) or Show.WAITING,
        code={"": None, "-": ""}.get(given.get("clause", ""), given.get("clause")),
        kind=member(CommentKind, given.get("kind", "")),
        category=member(Category, given.get("category", "")),
        countries=frozenset(code for code, one in facts.items() if development_bloc(one) == bloc)
        if facts
        else None,
        language=given.get("words") or None,
        assignee={"mine": context.actor().user_id, "nobody": 0}.get(to or ""),
        words=same.words_digest if same else None,
        objections_first=given.get("first") == "objections",
    )


def begins() -> QueuePlace | None:
    """Where the page begins: "o12" after comment 12 of those who object, "12" of all or of the others."""
    after = request.args.get("after", "")
    try:
        return QueuePlace(after.startswith("o"), whole(after.removeprefix("o")))
    except ValueError:
        return None


def narrowed() -> Mapping[str, str]:
    """What the address says, without where its page begins."""
    return {name: request.args[name] for name in NARROWING if request.args.get(name)}


def back(slug: str, done: Done) -> Response:
    return done.on("triage.index", slug=slug, **narrowed())


def answered(norm: Norm, number: int, decision: Decision, later: int = 0) -> Done:
    """What is said where one answer was given to many comments. ``later``: those that came meanwhile."""
    made = ngettext("%(num)d comment has been answered.", "%(num)d comments have been answered.", number)
    asked = _("Each author will be asked whether the answer is satisfactory.")
    to_do = _("It remains to take up in the next draft what was accepted.") if decision in TO_TAKE_UP else ""
    left = _("Comments received meanwhile and not answered: %(number)s.", number=later) if later else ""
    return Done(made, sentences(asked, to_do, left), unanswered(norm))


def queue_page(slug: str, **extra: Any) -> str:
    """The queue with everything that was typed and ticked."""
    return page(norm_to_answer(slug), ticked=set(request.form.getlist("comment")), **extra)


@blueprint.post("/")
@shows_again(queue_page)
def answer(slug: str) -> Any:
    """One disposition, with its reason, to every comment that was chosen."""
    values = context.read(Ticked)
    with at_norm(slug) as norm:
        number = context.act(service.dispose_all, norm, values.comment, **values.disposition)
    return back(slug, answered(norm, number, values.decision))


@blueprint.post("/answer-all/")
@shows_again(queue_page)
def answer_all(slug: str) -> Any:
    """The same to all that the address asks for, as it was shown."""
    values = context.read(Ticked)
    if values.results is None:
        raise FormUnclear(["results"])
    with at_norm(slug) as norm:
        wanted, shown = asked(norm), values.results
        answer = {"decision": values.decision, "reason": values.reason, "language": values.language}
        number = context.act(service.dispose_results, norm, wanted, shown=shown, **answer)
        later = found_by(norm, wanted).count
    return back(slug, answered(norm, number, values.decision, later))


@blueprint.post("/prefill/")
def prefill(slug: str) -> str:
    """The queue again, with the words of a kept answer in the form; nothing is written."""
    norm, values = norm_to_answer(slug), context.read(Ticked)
    kept = answer_templates.template(context.session(), norm.id, values.template or 0)
    if kept is None:
        raise NotFound
    typed = MultiDict(request.form)
    typed["decision"], typed["reason"], typed["language"] = kept.decision.value, kept.reason, kept.language
    return page(norm, typed=typed, ticked=set(request.form.getlist("comment")))


@blueprint.post("/assign/")
@shows_again(queue_page)
def assign(slug: str) -> Any:
    """Ask a person to answer the comments that were chosen."""
    return assigned(slug, lambda norm, values: values.comment)


@blueprint.post("/assign-all/")
@shows_again(queue_page)
def assign_all(slug: str) -> Any:
    """Ask a person to answer all that the address asks for, such as all that waits on a clause."""
    return assigned(
        slug,
        lambda norm, _: list(queue.versions(context.session(), norm.id, asked(norm), limit=service.MOST)),
    )


def assigned(slug: str, numbers: Any) -> Any:
    values = context.read(Ticked)
    with context.work() as session:
        norm = norm_to_answer(slug)
        to = session.get(User, values.to or 0)
        if to is None:
            raise service.NoSeatHere(field="to")
        number = context.act(service.assign, norm, numbers(norm, values), to=to)
    made = ngettext(
        "%(num)d comment is assigned to %(name)s.",
        "%(num)d comments are assigned to %(name)s.",
        number,
        name="%(name)s",
    )
    follows = told(_("%(who)s will be notified and finds them under My contributions."), who=to.name)
    return back(slug, Done(told(made, name=to.name), follows, unanswered(norm)))


@blueprint.post("/unassign/")
@shows_again(queue_page)
def unassign(slug: str) -> Any:
    values = context.read(Ticked)
    with at_norm(slug) as norm:
        context.act(service.unassign, norm, values.comment)
    follows = _("Any editor or moderator of the norm may answer them.")
    return back(slug, Done(_("These comments are no longer assigned."), follows, unanswered(norm)))


@blueprint.post("/release/")
@shows_again(queue_page)
def release(slug: str) -> Any:
    """Show the comments that were held and are chosen."""
    values = context.read(Ticked)
    with at_norm(slug) as norm:
        number = context.act(service.release_all, norm, values.comment, seen=dict(values.seen))
    made = ngettext("%(num)d comment is now visible.", "%(num)d comments are now visible.", number)
    return back(slug, Done(made, _("Their authors will be notified."), next_held(norm)))

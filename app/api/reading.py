"""Read operations."""

from typing import Annotated, Any, Literal

from flask import url_for
from pydantic import Field

from app.api import sayings, shapes
from app.api.operations import Shape, operation
from app.audit import queries as record
from app.compilation.commitments import uptakes
from app.consensus.queries import latest, told
from app.discussion import queries as discussion
from app.discussion.models import Decision
from app.foundation.errors import NotFound
from app.foundation.paging import page as first_page
from app.kernel import context
from app.kernel.input_limits import LARGEST
from app.lifecycle.overrides import on_the_way_to, overrides
from app.lifecycle.queries import rules_of
from app.norms import queries as norms
from app.norms.models import Norm
from app.positions.queries import of_individuals
from app.positions.statements import heard
from app.publication import queries as publications

MOST = 100

Limit = Annotated[int, Field(ge=1, le=MOST)]
After = Annotated[int, Field(ge=0, le=LARGEST)]


class Paging(Shape):
    """``cursor``: from ``next`` of the answer before."""

    cursor: After = 0
    limit: Limit = 50


class Filed(Paging):
    """``provision``: of this provision only. ``show``: those not answered, those whose author is not
    satisfied or whose decision the chair looks at, or those with one decision.
    """

    provision: str = ""
    show: Literal["", "unanswered", "not-satisfied", "under-review"] | Decision = ""


@operation("GET", "/norms")
def list_norms(asked: Paging) -> shapes.PageData[shapes.NormLine]:
    """Every norm that anybody may read, newest first.

    ``cursor`` is a number of norms to leave out.
    """
    end = asked.cursor + asked.limit
    found = norms.public_norms(context.session())[asked.cursor : end + 1]
    shown, last = first_page(found, asked.limit, lambda _: end)
    lines = [shapes.NormLine(**shapes.NormLine.facts(one)) for one in shown]
    return shapes.page(lines, following("list_norms", asked, last))


@operation("GET", "/norms/<slug>")
def get_norm(slug: str) -> shapes.NormData:
    """A norm: its stage, its drafts, the rules under which it is decided, and steps taken nevertheless."""
    norm = context.norm_or_404(slug)
    rules = rules_of(context.session(), norm)
    drafts = [
        shapes.DraftLine(number=one.number, opened_at=one.opened_at)
        for one in norms.drafts(context.session(), norm.id)
    ]
    facts = shapes.NormLine.facts(norm)
    steps = [shapes.OverrideData.of(one) for one in overrides(context.session(), norm.id)]
    return shapes.NormData(
        **facts, drafts=drafts, rules=rules.content, rules_digest=rules.digest, overrides=steps
    )


@operation("GET", "/norms/<slug>/drafts/<int:number>")
def get_draft(slug: str, number: int) -> shapes.DraftData:
    """A draft: every clause in order, in every language."""
    norm = context.norm_or_404(slug)
    draft = norms.draft(context.session(), norm, number)
    if draft is None:
        raise NotFound
    clauses = [shapes.ClauseData.of(one) for one in norms.clauses(context.session(), draft.id)]
    steps = [shapes.OverrideData.of(one) for one in on_the_way_to(context.session(), norm.id, number)]
    return shapes.DraftData(
        norm=slug, number=number, opened_at=draft.opened_at, clauses=clauses, overrides=steps
    )


@operation("GET", "/norms/<slug>/provisions/<code>")
def get_provision(slug: str, code: str) -> shapes.ProvisionData:
    """A provision: its wording in each draft, and how many take which position on the present one."""
    norm = context.norm_or_404(slug)
    last = last_clause(norm, code)
    editions = [
        shapes.Edition(draft=one.draft.number, clause=shapes.ClauseData.of(one))
        for one in norms.history(context.session(), last.provision_id)
    ]
    positions = None
    if last.draft_id == norm.current_draft_id:
        said = heard(context.session(), last.draft_id, [last.provision_id]).get(last.provision_id)
        positions = shapes.Stances.of(said) if said is not None else None
    return shapes.ProvisionData(norm=slug, provision=code, editions=editions, positions=positions)


@operation("GET", "/norms/<slug>/provisions/<code>/comments")
def list_comments(slug: str, code: str, asked: Paging) -> shapes.PageData[sayings.CommentData]:
    """All that is said about a provision in every draft, oldest first, replies among it."""
    norm = context.norm_or_404(slug)
    clause = last_clause(norm, code)
    lines = discussion.said_of(
        context.session(), norm.id, clause.provision_id, after=asked.cursor, limit=asked.limit + 1
    )
    return comments(norm, lines, asked, "list_comments", slug=slug, code=code)


@operation("GET", "/norms/<slug>/dispositions")
def list_dispositions(slug: str, asked: Filed) -> shapes.PageData[sayings.CommentData]:
    """Every comment that wants an answer, oldest first, with the decision on it and its reason."""
    norm = context.norm_or_404(slug)
    wanted = discussion.Wanted(asked.show, asked.provision)
    lines = discussion.lines(context.session(), norm.id, wanted, after=asked.cursor, limit=asked.limit + 1)
    return comments(norm, lines, asked, "list_dispositions", slug=slug)


@operation("GET", "/norms/<slug>/assessment")
def get_assessment(slug: str) -> shapes.AssessmentData:
    """The last assessment of the present draft: what ``flask assess --json`` prints and the pages show.

    Opinion groups name entities; of individuals each group has their number.
    """
    norm = context.norm_or_404(slug)
    found = latest(context.session(), norm.id, norm.current_draft_id)
    if found is None:
        raise NotFound
    return shapes.AssessmentData(told(context.session(), found))


@operation("GET", "/norms/<slug>/publications/<int:number>")
def get_publication(slug: str, number: int) -> shapes.PublicationData:
    """A publication as it was signed, and where its data package is."""
    norm = context.norm_or_404(slug)
    found = publications.numbered(context.session(), norm.id, number)
    if found is None:
        raise NotFound
    return shapes.PublicationData(
        norm=slug,
        number=number,
        published_at=found.published_at,
        public_key=found.public_key,
        package_digest=found.package_digest,
        package=url_for("publications.package", slug=slug, number=number),
        summary=found.summary,
    )


@operation("GET", "/audit")
def list_audit(asked: Paging) -> shapes.PageData[shapes.AuditEntryData]:
    """The record of every act, newest first. Persons are named by a pseudonym.

    ``cursor`` is the number of the last entry that was read.
    """
    session = context.session()
    found = record.page(session, before=asked.cursor or None, limit=asked.limit + 1)
    shown, last = first_page(found, asked.limit, lambda entry: entry.number)
    closed = norms.closed_slugs(session)
    hidden = of_individuals(session, shown)
    entries = [shapes.AuditEntryData.of(one, closed, hidden) for one in shown]
    return shapes.page(entries, following("list_audit", asked, last))


def last_clause(norm: Norm, code: str) -> Any:
    found = norms.last_clause(context.session(), norm, code)
    if found is None:
        raise NotFound
    return found


def comments(
    norm: Norm, found: list[discussion.CommentLine], asked: Paging, name: str, **address: str
) -> shapes.PageData[sayings.CommentData]:
    lines, last = first_page(found, asked.limit, lambda line: line.comment.number)
    kept = uptakes(context.session(), [line.disposition.id for line in lines if line.disposition])
    items = [
        sayings.CommentData.of(norm, line, kept.get(line.disposition.id) if line.disposition else None)
        for line in lines
    ]
    return shapes.page(items, following(name, asked, last, **address))


def following(name: str, asked: Paging, cursor: int | None, **address: str) -> str | None:
    """The address of what comes after this page, asked as this one was; None at the end."""
    if cursor is None:
        return None
    query: dict[str, Any] = asked.model_dump(exclude_defaults=True) | {"cursor": cursor}
    return url_for(f"api.{name}", **(address | query))

"""What changed in a draft, clause by clause: the words, why, and whose they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from app.compilation import queries as merging
from app.compilation.effective_operations import lasting
from app.compilation.merge.provenance import EDITOR
from app.compilation.models import CompilationItem, MergeOperation, Treatment
from app.discussion.models import Comment
from app.discussion.queries import by_numbers
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.locale import preferred_language
from app.kernel.redlines import ClauseChange, between_drafts
from app.lifecycle.overrides import on_the_way_to
from app.norms import queries
from app.norms.models import Draft, Norm
from app.web.parts.overrides import told as told_of

blueprint = Blueprint("changelog", __name__, url_prefix="/<lang:lang>/norms/<slug>")


@dataclass
class Reasons:
    """What the editors did to one clause and why. ``sources``: numbers of the comments taken up in it."""

    treatments: list[Treatment] = field(default_factory=list)
    motives: list[str] = field(default_factory=list)
    sources: set[int] = field(default_factory=set)
    is_edited: bool = False  #: some words are the editor's own


@dataclass(frozen=True)
class ChangelogLine:
    """One clause of the changelog."""

    change: ClauseChange
    reasons: Reasons
    sources: Sequence[Comment]


@blueprint.get("/drafts/<int:number>/changes/")
def page(slug: str, number: int) -> str:
    norm, session = context.norm_or_404(slug), context.session()
    newer, older = (queries.draft(session, norm, one) for one in (number, number - 1))
    if newer is None or newer.opened_at is None:
        raise NotFound
    asked = request.args.get("in", "")
    language = asked if asked in norm.languages else preferred_language(norm)
    changes = between_drafts(session, older, newer, language) if older else []
    reasons = reasons_of(session, newer)
    lines = told(session, norm, changes, reasons)
    return render_template(
        "norms/changelog.html",
        norm=norm,
        draft=newer,
        older=older,
        language=language,
        lines=lines,
        unchanged=len(changes) - len(lines),
        rebased=merging.rebased(session, newer),
        overrides=told_of(on_the_way_to(session, norm.id, number)),
    )


def told(
    session: Session, norm: Norm, changes: Sequence[ClauseChange], reasons: Mapping[str, Reasons]
) -> list[ChangelogLine]:
    """The clauses to tell of: whose words changed, or to which something was done."""
    wanted = [one for one in changes if one.is_changed or one.code in reasons]
    found = by_numbers(session, norm.id, {n for one in reasons.values() for n in one.sources})
    lines = []
    for one in wanted:
        why = reasons.get(one.code, Reasons())
        lines.append(
            ChangelogLine(one, why, [found[number] for number in sorted(why.sources) if number in found])
        )
    return lines


def reasons_of(session: Session, draft: Draft) -> Mapping[str, Reasons]:
    """Provision's code → what was done to it in the compilation that became this draft."""
    compilation = merging.compilation_that_made(session, draft)
    if compilation is None:
        return {}
    entries = merging.entries(session, compilation)
    codes = codes_of(session, draft, entries)
    steps: dict[int, list[MergeOperation]] = {}
    for step in merging.all_steps(session, compilation):
        steps.setdefault(step.entry_id, []).append(step)
    told = [one for one in entries if one.id in codes]
    found = {codes[entry.id]: summed_up(entry, steps.get(entry.id, [])) for entry in told}
    return {code: reasons for code, reasons in found.items() if reasons.treatments}


def codes_of(session: Session, draft: Draft, entries: Sequence[CompilationItem]) -> Mapping[int, str]:
    """Entry's id → the provision's code. What is new got its provision when the draft was opened."""
    known = {entry.provision_id for entry in entries}
    new = (one for one in queries.clauses(session, draft.id) if one.provision_id not in known)
    made = (entry for entry in entries if entry.provision or not entry.is_left_out)
    return {entry.id: entry.provision.code if entry.provision else next(new).provision.code for entry in made}


def summed_up(entry: CompilationItem, steps: Sequence[MergeOperation]) -> Reasons:
    """The steps that still show in the clause, the comments they take up, the changes that stand in it."""
    found = Reasons()
    for step in lasting(steps):
        if step.treatment not in found.treatments:
            found.treatments.append(step.treatment)
        if step.motive and step.motive not in found.motives:
            found.motives.append(step.motive)
        found.sources |= {said.number for said in step.takes_up}
    if not entry.is_left_out:
        found.sources |= {number for one in entry.wordings for number in one.merge.get("taken", ())}
    sources = {source for wording in entry.wordings for _, each in wording.runs for source in each}
    found.is_edited = EDITOR in sources
    return found

"""The editor's verbs on the next draft, and its opening."""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Operation
from app.foundation.errors import N_, BadInput, NotFound, RuleBroken
from app.merging import nway, provenance, queries
from app.merging.models import Compilation, Entry, Treatment, Wording
from app.merging.places import nth
from app.merging.steps import Act, NoCompilation, begin, checked_motive, create, open_compilation, put, treat
from app.norms import queries as norms
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.wording import clean_wording


class ChangeUnknown(BadInput):
    code = "change-unknown"
    message = N_("%(number)s does not propose wording for this clause in this language.")


class WordsElsewhere(RuleBroken):
    code = "words-elsewhere"
    message = N_("This clause was split, or another was joined into it. Undo that first.")


class NothingChosen(BadInput):
    code = "nothing-chosen"
    message = N_("Choose at least one proposed change, or keep the clause as it is.")


def source_of(comment: Comment) -> str:
    """A proposed change's name among the sources of words."""
    return f"c{comment.number}"


def start(session: Session, actor: Actor, norm: Norm, *, now: dt.datetime) -> Compilation:
    """Begin the next draft: every clause of the current one is kept until an editor says otherwise.

    A compilation that was begun on the same draft before is taken up again.
    """
    require(actor, Permission.MOVE_STAGE, norm.matter(now))
    present = queries.compilation_of(session, norm)
    if present is not None:
        return present
    if norm.current_draft_id is None:
        raise NoCompilation
    compilation = Compilation(norm_id=norm.id, base_draft_id=norm.current_draft_id, started_at=now)
    session.add(compilation)
    session.flush()
    session.add_all(
        Entry(
            compilation_id=compilation.id,
            provision_id=clause.provision_id,
            place=nth(clause.place),
            depth=clause.depth,
            label=clause.label,
            kind=clause.kind,
        )
        for clause in norms.clauses(session, norm.current_draft_id)
    )
    session.flush()
    audit.record(session, actor, "compilation-started", norm.slug, norm=norm.slug, now=now)
    return compilation


def keep(session: Session, actor: Actor, norm: Norm, entry: Entry, *, version: int, now: dt.datetime) -> None:
    """Back to the wording of the draft before, in every language; where it was moved to it stays.

    :raises NotFound: it is new. :raises WordsElsewhere: it was split, or another was joined into it.
    """
    act = begin(session, actor, norm, entry, version, now)
    if entry.provision_id is None:
        raise NotFound
    whole(session, entry)
    entry.wordings.clear()
    entry.motive = ""
    treat(entry, Treatment.KEEP)
    act.done(Treatment.KEEP)


def whole(session: Session, entry: Entry) -> None:
    """:raises WordsElsewhere: it shares its words with another entry."""
    if queries.parts_of(session, entry) or queries.joined_into(session, entry):
        raise WordsElsewhere


def merge(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: Entry,
    *,
    language: str,
    numbers: Sequence[int],
    choices: Mapping[int, tuple[str, str]],
    version: int,
    now: dt.datetime,
) -> Wording:
    """Merge proposed changes into the clause's text in one language.

    ``numbers`` are the chosen comments'; ``choices`` settles collisions by their number: the source that
    prevails, "base", "brackets", or "editor" with the editor's own words. What is not settled stays in
    brackets and counts as unsettled.

    :raises EntryChanged: another editor was faster.
    :raises ChangeUnknown: a number is not a change to this clause in this language.
    :raises WordsElsewhere: it was split, or another was joined into it.
    """
    act = begin(session, actor, norm, entry, version, now)
    whole(session, entry)
    base = base_text(session, norm, entry, language)
    chosen = _chosen(session, norm, entry, language, numbers)
    segments = nway.merge(base, {source_of(one): wording_of(one) for one in chosen})
    collisions = nway.collisions(segments)
    settled = {}
    for place, (source, own_words) in choices.items():
        if 0 <= place < len(collisions) and source:
            try:
                settled[place] = nway.choose(collisions[place], source, own_words)
            except KeyError as error:
                raise ChangeUnknown(number=source) from error
    runs = nway.settle(segments, settled)
    text = clean_wording(provenance.text_of(runs))
    wording = put(session, entry, language, text, provenance.attribute(runs, text))
    wording.merge = {
        "changes": sorted(one.number for one in chosen),
        "choices": {str(place): list(choices[place]) for place in settled},
    }
    wording.unsettled = len(collisions) - len(settled)
    treat(entry, Treatment.MERGE)
    act.done(Treatment.MERGE, language=language, sources=[source_of(one) for one in chosen], text=text)
    return wording


def edit(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: Entry,
    *,
    language: str,
    text: str,
    motive: str,
    version: int,
    now: dt.datetime,
) -> Wording:
    """Put the editor's own wording; words that stay keep their sources.

    :raises MotiveMissing: no reason was given.
    """
    act = begin(session, actor, norm, entry, version, now)
    motive = checked_motive(motive)
    text = clean_wording(text)
    runs = provenance.attribute(present_runs(session, norm, entry, language), text)
    wording = put(session, entry, language, text, runs)
    wording.unsettled = 0
    treat(entry, Treatment.EDIT, motive)
    act.done(
        Treatment.EDIT if entry.provision_id else entry.treatment, language=language, motive=motive, text=text
    )
    return wording


def present_runs(session: Session, norm: Norm, entry: Entry, language: str) -> provenance.RunList:
    """The words an entry has at present in one language with their sources; none where it has no text."""
    wording = entry.wording(language)
    if wording is not None:
        return [(run, tuple(sources)) for run, sources in wording.runs]
    text = base_text(session, norm, entry, language, needed=False)
    return [(text, (provenance.BASE,))] if text else []


def delete(
    session: Session, actor: Actor, norm: Norm, entry: Entry, *, motive: str, version: int, now: dt.datetime
) -> None:
    """Leave the provision out of the next draft.

    :raises WordsElsewhere: another was joined into it.
    """
    act = begin(session, actor, norm, entry, version, now)
    motive = checked_motive(motive)
    if queries.joined_into(session, entry):
        raise WordsElsewhere
    treat(entry, Treatment.DELETE, motive)
    act.done(Treatment.DELETE, motive=motive)


def add(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    after: Entry | None,
    label: str,
    language: str,
    text: str,
    motive: str,
    source: Comment | None = None,
    now: dt.datetime,
) -> Entry:
    """Add a new provision behind another, from the editor or from a proposed insertion."""
    act = Act(session, actor, norm, open_compilation(session, actor, norm, now), now)
    text, motive = clean_wording(text), checked_motive(motive)
    entry = create(
        act,
        after,
        depth=after.depth if after else 0,
        label=label,
        kind=ClauseKind.OPERATIVE,
        treatment=Treatment.ADD,
        motive=motive,
    )
    named = (source_of(source),) if source is not None else (provenance.EDITOR,)
    wording = put(session, entry, language, text, [(text, named)])
    wording.merge = {"changes": [source.number] if source is not None else []}
    act.done(Treatment.ADD, language=language, sources=list(named), motive=motive, text=text)
    return entry


def base_text(session: Session, norm: Norm, entry: Entry, language: str, *, needed: bool = True) -> str:
    """The clause's text in the draft the compilation starts from.

    :raises NotFound: there is none in this language, and one is needed.
    """
    clause = base_clause(session, norm, entry)
    text = next((one.text for one in clause.texts if one.language == language), "") if clause else ""
    if needed and not text:
        raise NotFound
    return text


def base_clause(session: Session, norm: Norm, entry: Entry) -> Clause | None:
    return session.scalars(
        sa.select(Clause).where(
            Clause.draft_id == norm.current_draft_id, Clause.provision_id == entry.provision_id
        )
    ).one_or_none()


def wording_of(comment: Comment) -> str:
    """What a change proposes on the norm's current draft, where it was made or to which it was carried."""
    wording = comment.change.wording_on(comment.norm.current_draft_id) if comment.change else None
    assert wording is not None  # noqa: S101 - chosen as such
    return wording


def _chosen(
    session: Session, norm: Norm, entry: Entry, language: str, numbers: Sequence[int]
) -> list[Comment]:
    proposed = {
        one.number: one
        for one in queries.changes(session, norm.current_draft_id or 0)
        if one.change is not None
        and one.provision_id == entry.provision_id
        and one.change.operation is Operation.REPLACE
        and one.change.language == language
    }
    if not numbers:
        raise NothingChosen
    for number in numbers:
        if number not in proposed:
            raise ChangeUnknown(number=f"c{number}")
    return [proposed[number] for number in sorted(set(numbers))]

"""The editor's verbs on the next draft, and its opening."""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Operation
from app.foundation.errors import N_, BadInput, NotFound
from app.merging import nway, provenance, queries
from app.merging.models import Compilation, Entry, Step, Treatment, Wording
from app.merging.steps import NoCompilation, begin, checked_motive, done, open_compilation, put
from app.norms import queries as norms
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.wording import clean_wording

GAP = 10  #: between places, so that an addition finds room without renumbering


class ChangeUnknown(BadInput):
    code = "change-unknown"
    message = N_("%(number)s does not propose wording for this clause in this language.")


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
            place=clause.place * GAP,
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
    """Back to the wording of the draft before, in every language; an added clause goes away."""
    begin(session, actor, norm, entry, version, now)
    session.execute(sa.delete(Wording).where(Wording.entry_id == entry.id))
    session.expire(entry, ["wordings"])
    done(session, actor, norm, entry, Treatment.KEEP, now=now)
    if entry.provision_id is None:
        session.execute(sa.delete(Step).where(Step.entry_id == entry.id))
        session.execute(sa.delete(Entry).where(Entry.id == entry.id))


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
    """
    begin(session, actor, norm, entry, version, now)
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
    done(
        session,
        actor,
        norm,
        entry,
        Treatment.MERGE,
        language=language,
        sources=[source_of(one) for one in chosen],
        text=text,
        now=now,
    )
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
    begin(session, actor, norm, entry, version, now)
    motive = checked_motive(motive)
    before = next((one for one in entry.wordings if one.language == language), None)
    if before is not None:
        runs: provenance.RunList = [(run, tuple(sources)) for run, sources in before.runs]
    elif entry.treatment is Treatment.ADD:
        runs = []
    else:
        present = base_text(session, norm, entry, language, needed=False)
        runs = [(present, (provenance.BASE,))] if present else []
    text = clean_wording(text)
    wording = put(session, entry, language, text, provenance.attribute(runs, text))
    wording.unsettled = 0
    treatment = entry.treatment if entry.treatment in (Treatment.ADD, Treatment.MERGE) else Treatment.EDIT
    done(session, actor, norm, entry, treatment, language=language, motive=motive, text=text, now=now)
    return wording


def delete(
    session: Session, actor: Actor, norm: Norm, entry: Entry, *, motive: str, version: int, now: dt.datetime
) -> None:
    """Leave the provision out of the next draft."""
    begin(session, actor, norm, entry, version, now)
    if entry.provision_id is None:
        raise NotFound
    done(session, actor, norm, entry, Treatment.DELETE, motive=checked_motive(motive), now=now)


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
    compilation = open_compilation(session, actor, norm, now)
    text = clean_wording(text)
    motive = checked_motive(motive)
    place = _room_behind(session, compilation, after)
    entry = Entry(
        compilation_id=compilation.id,
        provision_id=None,
        place=place,
        depth=after.depth if after else 0,
        label=label.strip()[:40],
        kind=ClauseKind.OPERATIVE,
        treatment=Treatment.ADD,
        motive=motive,
    )
    session.add(entry)
    session.flush()
    named = (source_of(source),) if source is not None else (provenance.EDITOR,)
    wording = put(session, entry, language, text, [(text, named)])
    wording.merge = {"changes": [source.number] if source is not None else []}
    done(
        session,
        actor,
        norm,
        entry,
        Treatment.ADD,
        language=language,
        sources=list(named),
        motive=motive,
        text=text,
        now=now,
    )
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


def _room_behind(session: Session, compilation: Compilation, after: Entry | None) -> int:
    """A free place behind ``after``; later entries move up where there is none."""
    place = after.place if after is not None else 0
    following = session.scalar(
        sa.select(sa.func.min(Entry.place)).where(Entry.compilation_id == compilation.id, Entry.place > place)
    )
    if following is None:
        return place + GAP
    if following - place > 1:
        return place + (following - place) // 2
    session.execute(
        sa.update(Entry)
        .where(Entry.compilation_id == compilation.id, Entry.place > place)
        .values(place=Entry.place + GAP)
    )
    return place + GAP // 2

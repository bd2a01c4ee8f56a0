"""The editor's verbs on the next draft, and its opening."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.compilation import queries
from app.compilation.attribution import credit
from app.compilation.effective_operations import lasting, motive_of
from app.compilation.merge import provenance
from app.compilation.merge.nway import METHOD
from app.compilation.merged_wording import ChangeUnknown, present_runs, source_of, weave, wording_of
from app.compilation.models import Compilation, CompilationItem, Treatment, Wording
from app.compilation.operations import (
    MOTIVE,
    Act,
    NoCompilation,
    begin,
    check_language,
    create,
    open_compilation,
    put,
    treat,
)
from app.compilation.order_keys import nth
from app.discussion.models import Comment
from app.foundation.errors import N_, Conflict, NotFound, RuleBroken
from app.norms import queries as norms
from app.norms.locking import lock
from app.norms.models import ClauseKind, Norm
from app.norms.wording import WORDING


class AddedAlready(Conflict):
    code = "added-already"
    message = N_(
        "This form has already been submitted, as clause %(label)s. To add a second clause with "
        "this text, submit it again."
    )


class WordsElsewhere(RuleBroken):
    code = "words-elsewhere"
    message = N_("This clause was split, or another was joined into it. Undo that step first.")


class DecidedOtherwise(RuleBroken):
    code = "decided-otherwise"
    message = N_("Disposition differs: %(comments)s. Change that disposition first.")


def start(session: Session, actor: Actor, norm: Norm, *, now: dt.datetime) -> Compilation:
    """Begin the next draft: every clause of the current one is kept until an editor says otherwise.

    A compilation that was begun on the same draft before is taken up again.
    """
    lock(session, norm)
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
        CompilationItem(
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


def keep(
    session: Session, actor: Actor, norm: Norm, entry: CompilationItem, *, version: int, now: dt.datetime
) -> None:
    """Back to the wording of the draft before, in every language; where it was moved to it stays, moved.

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
    left = queries.steps_done(session, entry)
    if lasting(left):
        treat(entry, Treatment.MOVE, motive_of(left))
    session.flush()


def whole(session: Session, entry: CompilationItem) -> None:
    """:raises WordsElsewhere: it shares its words with another entry."""
    if queries.parts_of(session, entry) or queries.joined_into(session, entry):
        raise WordsElsewhere


def merge(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    *,
    language: str,
    numbers: Sequence[int],
    choices: Mapping[int, tuple[str, str]],
    version: int,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> Wording:
    """Merge proposed changes into the clause's text in one language.

    ``numbers`` are the chosen comments'; ``choices`` settles collisions by their number: the source that
    prevails, "base", "brackets", or "editor" with the editor's own words. What is not settled stays in
    brackets and counts as unsettled. The motive of a wording it replaces goes with that wording.
    ``takes_up``, here and in the verbs below: numbers of accepted comments that the step takes up.

    :raises EntryChanged: another editor was faster.
    :raises ChangeUnknown: a number is not a change to this clause in this language.
    :raises WordsElsewhere: it was split, or another was joined into it.
    :raises DecidedOtherwise: something of one would stand in the text that is decided not to be merged.
    """
    act = begin(session, actor, norm, entry, version, now)
    whole(session, entry)
    woven = weave(session, norm, entry, language, numbers, choices)
    text = WORDING.clean(provenance.text_of(woven.runs))
    wording = put(session, entry, language, text, provenance.attribute(woven.runs, text))
    wording.merge = {
        "method": METHOD,
        "choices": {str(place): list(choices[place]) for place in woven.settled},
    }
    credit(session, norm, wording, woven.numbers)
    undecided(session, norm, wording.merge["taken"])
    wording.unsettled = woven.unsettled
    treat(entry, Treatment.MERGE)
    act.done(
        Treatment.MERGE,
        language=language,
        sources=[f"c{number}" for number in woven.numbers],
        text=text,
        takes_up=takes_up,
    )
    entry.motive = motive_of(queries.steps_done(session, entry))
    session.flush()
    return wording


def undecided(session: Session, norm: Norm, numbers: Collection[int]) -> None:
    """:raises DecidedOtherwise: it was decided that one of these changes is not to be merged."""
    if otherwise := queries.decided_otherwise(session, norm, numbers):
        raise DecidedOtherwise(comments=", ".join(f"c{number}" for number in otherwise))


def edit(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    *,
    language: str,
    text: str,
    motive: str,
    version: int,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> Wording:
    """Put the editor's own wording; words that stay keep their sources.

    :raises MotiveMissing: no reason was given.
    """
    act = begin(session, actor, norm, entry, version, now)
    check_language(norm, language)
    motive = MOTIVE.clean(motive)
    text = WORDING.clean(text)
    present = present_runs(session, norm, entry, language)
    runs = provenance.attribute(present, text, provenance.editors(takes_up))
    wording = put(session, entry, language, text, runs)
    credit(session, norm, wording, wording.merge.get("changes", ()))
    wording.unsettled = 0
    treat(entry, Treatment.EDIT, motive)
    treatment = Treatment.EDIT if entry.provision_id else entry.treatment
    act.done(treatment, language=language, motive=motive, text=text, takes_up=takes_up)
    return wording


def delete(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    *,
    motive: str,
    version: int,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> None:
    """Leave the provision out of the next draft.

    :raises WordsElsewhere: another was joined into it.
    """
    act = begin(session, actor, norm, entry, version, now)
    motive = MOTIVE.clean(motive)
    if queries.joined_into(session, entry):
        raise WordsElsewhere
    treat(entry, Treatment.DELETE, motive)
    act.done(Treatment.DELETE, motive=motive, takes_up=takes_up)


def add(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    after: CompilationItem | None,
    label: str,
    language: str,
    text: str,
    motive: str,
    source: Comment | None = None,
    form_key: str | None = None,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> CompilationItem:
    """Add a new provision behind another, from the editor or from a proposed insertion, ``source``.

    Its words are taken where no ``text`` is given; of a text those that are the insertion's are named so.
    The same ``form_key`` twice is one provision.

    :raises NotFound: ``after`` is no part of this next draft, or the norm does not speak the language.
    :raises ChangeUnknown: the insertion is in another language.
    :raises AddedAlready: something else came with the same ``form_key`` before.
    :raises DecidedOtherwise: it was decided that the insertion is not to be merged.
    """
    compilation = open_compilation(session, actor, norm, now)
    check_language(norm, language)
    if after is not None and (after.compilation_id != compilation.id or not after.is_there):
        raise NotFound
    if source is not None and (source.change is None or source.change.language != language):
        raise ChangeUnknown(number=source_of(source), field="language")
    proposed: provenance.RunList = [(wording_of(source), (source_of(source),))] if source is not None else []
    text, motive = WORDING.clean(text or provenance.text_of(proposed)), MOTIVE.clean(motive)
    if (before := queries.entry_from(session, compilation, form_key)) is not None:
        return _same(session, before, (language, text, motive))
    undecided(session, norm, [source.number] if source is not None else ())
    act = Act(session, actor, norm, compilation, now)
    try:
        with session.begin_nested():
            entry = create(
                act,
                after,
                depth=after.depth if after else 0,
                label=label,
                kind=ClauseKind.OPERATIVE,
                treatment=Treatment.ADD,
                motive=motive,
                form_key=form_key,
            )
    except IntegrityError as error:  # the same form came in the same moment
        if (before := queries.entry_from(session, compilation, form_key)) is None:
            raise Conflict from error
        return _same(session, before, (language, text, motive))
    runs = provenance.attribute(proposed, text, provenance.editors(takes_up))
    named = sorted({one for _, sources in runs for one in sources})
    wording = put(session, entry, language, text, runs)
    credit(session, norm, wording, [source.number] if source and source_of(source) in named else ())
    act.done(Treatment.ADD, language=language, sources=named, motive=motive, text=text, takes_up=takes_up)
    return entry


def _same(session: Session, entry: CompilationItem, sent: tuple[str, str, str]) -> CompilationItem:
    """The provision that came of a form, if the form is as it was then."""
    first = queries.steps(session, entry)[0]
    if not entry.is_there or (first.language, first.text, first.motive) != sent:
        raise AddedAlready(label=entry.label)
    return entry

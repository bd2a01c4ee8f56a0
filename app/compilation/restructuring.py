"""The editor's verbs that change where provisions stand, and which there are: move, split, join.

``takes_up``: numbers of accepted comments that the step takes up.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.compilation import queries
from app.compilation.attribution import credit
from app.compilation.merge import provenance
from app.compilation.merge.provenance import BASE, RunList
from app.compilation.merged_wording import base_clause, present_runs
from app.compilation.models import Compilation, CompilationItem, Treatment
from app.compilation.operations import LABEL, MOTIVE, begin, create, place_behind, put, treat
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.text import says_something
from app.norms.models import Norm
from app.norms.wording import WORDING

DEEPEST = 6


class BehindItself(BadInput):
    code = "behind-itself"
    message = N_("A clause cannot be moved after itself or after one of its sub-clauses.")


class TooDeep(BadInput):
    code = "too-deep"
    message = N_("The clause, or one of its sub-clauses, would be more than %(deepest)s levels deep.")


class PartMissing(BadInput):
    code = "part-missing"
    message = N_("Enter the text of at least two clauses, each also in %(language)s.")


class NoSuchTarget(BadInput):
    code = "no-such-target"
    message = N_("Select another clause that is part of the next draft.")


@dataclass(frozen=True)
class SplitPart:
    """What one of the clauses is to be into which a clause is split. ``texts``: language → words."""

    label: str
    texts: Mapping[str, str]


def move(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    *,
    after: CompilationItem | None,
    depth: int,
    label: str,
    motive: str,
    version: int,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> None:
    """Put a clause behind another (None: at the beginning), with what stands under it, and number it again.

    :raises EntryChanged: another editor was faster. :raises MotiveMissing: no reason was given.
    :raises BehindItself: it cannot be there. :raises TooDeep: it, or what stands under it, would be.
    """
    act = begin(session, actor, norm, entry, version, now)
    motive = MOTIVE.clean(motive)
    if depth < 0:
        raise BadInput(field="depth")
    moved = [entry, *under(session, act.compilation, entry)]
    deeper = depth - entry.depth
    if any(one.depth + deeper > max(DEEPEST, one.depth) for one in moved):
        raise TooDeep(deepest=DEEPEST, field="depth")
    if after is not None and (after.compilation_id != act.compilation.id or not after.is_there):
        raise NotFound
    if after in moved:
        raise BehindItself(field="after")
    entry.label = LABEL.clean(label) or entry.label
    going = {one.id for one in moved}
    for one in moved:
        if one is not entry:
            act.touch(one)
        one.place = place_behind(session, act.compilation, after, but=going)
        one.depth = max(0, one.depth + deeper)
        treat(one, Treatment.MOVE, motive if one is entry or one.treatment is Treatment.KEEP else "")
        session.flush()
        after = one
        going.discard(one.id)
    act.done(Treatment.MOVE, motive=motive, takes_up=takes_up)


def under(session: Session, compilation: Compilation, entry: CompilationItem) -> Sequence[CompilationItem]:
    """The entries that stand under one: those behind it that are deeper, up to the first that is not."""
    found = []
    for one in queries.entries(session, compilation):
        if (one.place, one.id) > (entry.place, entry.id):
            if one.depth <= entry.depth:
                break
            found.append(one)
    return found


def split(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    *,
    parts: Sequence[SplitPart],
    motive: str,
    version: int,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> list[CompilationItem]:
    """Make several clauses of one. The first stays the provision; the others are new and know their origin.

    Words that stay keep their sources. Gives the new entries.

    :raises EntryChanged: another editor was faster. :raises MotiveMissing: no reason was given.
    :raises PartMissing: there is one part only, or one that lacks an authentic language.
    """
    act = begin(session, actor, norm, entry, version, now)
    motive = MOTIVE.clean(motive)
    texts = [checked_texts(norm, part.texts) for part in parts]
    if len(parts) < 2:
        raise PartMissing(language=norm.authentic_languages[0], field="text")
    runs = {code: present_runs(session, norm, entry, code) for code in norm.languages}
    merged = {one.language: one.merge.get("changes", ()) for one in entry.wordings}
    own = provenance.editors(takes_up)
    entry.label = LABEL.clean(parts[0].label) or entry.label
    into = [entry]
    for part in parts[1:]:
        into.append(
            create(
                act,
                into[-1],
                label=part.label,
                depth=entry.depth,
                kind=entry.kind,
                treatment=Treatment.SPLIT,
                motive=motive,
                split_from_id=entry.split_from_id or entry.id,
            )
        )
    for each, words in zip(into, texts, strict=True):
        for code, text in words.items():
            wording = put(session, each, code, text, provenance.attribute(runs[code], text, own))
            credit(session, norm, wording, merged.get(code, ()))
            wording.unsettled = 0
    treat(entry, Treatment.SPLIT, motive)
    act.done(Treatment.SPLIT, motive=motive, takes_up=takes_up)
    return into[1:]


def join(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    *,
    into: CompilationItem,
    texts: Mapping[str, str],
    motive: str,
    version: int,
    into_version: int,
    takes_up: Collection[int] = (),
    now: dt.datetime,
) -> None:
    """Put a clause's words into another one, whose whole new ``texts`` are given; its provision ends.

    Words keep their sources; those of the clause itself are named after its provision.

    :raises EntryChanged: another editor was faster on one of the two.
    :raises NoSuchTarget: there is nothing to join it into. :raises MotiveMissing: no reason was given.
    :raises PartMissing: an authentic language is lacking.
    """
    act = begin(session, actor, norm, entry, version, now)
    motive = MOTIVE.clean(motive)
    if into.id == entry.id or into.compilation_id != entry.compilation_id:
        raise NoSuchTarget(field="into")
    act.touch(into, into_version)
    if not into.is_there or into.is_left_out:
        raise NoSuchTarget(field="into")
    for code, text in checked_texts(norm, texts).items():
        old, coming = present_runs(session, norm, into, code), coming_runs(session, norm, entry, code)
        before, wording = into.wording(code), entry.wording(code)
        changes = {n for one in (before, wording) if one for n in one.merge.get("changes", ())}
        both = [*old, (" ", (BASE,)), *coming] if old else coming
        made = put(session, into, code, text, provenance.attribute(both, text, provenance.editors(takes_up)))
        credit(session, norm, made, changes)
        made.unsettled = 0
    treat(into, Treatment.EDIT, motive)
    entry.joined_into_id = into.id
    treat(entry, Treatment.JOIN, motive)
    act.done(Treatment.JOIN, motive=motive, takes_up=takes_up)


def coming_runs(session: Session, norm: Norm, entry: CompilationItem, language: str) -> RunList:
    """A clause's words as they are known in another one, traced through the drafts before."""
    runs = present_runs(session, norm, entry, language)
    root = entry.split_from or entry
    clause = base_clause(session, norm, root)
    if clause is None:
        return runs
    known = next((one.provenance for one in clause.texts if one.language == language), None)
    if known:
        runs = provenance.traced(runs, [(run, tuple(sources)) for run, sources in known])
    return [
        (run, tuple(clause.provision.code if source == BASE else source for source in sources))
        for run, sources in runs
    ]


def checked_texts(norm: Norm, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that were given, cleaned.

    :raises PartMissing: an authentic language is lacking.
    """
    given = {
        code: WORDING.clean(text)
        for code, text in texts.items()
        if says_something(text) and code in norm.languages
    }
    for code in norm.authentic_languages:
        if code not in given:
            raise PartMissing(language=code, field="text")
    return given

"""Parts that all acts on a compilation share: permission, version and record."""

import datetime as dt
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.compilation import commitments, queries
from app.compilation.effective_operations import WORDS, is_reworded
from app.compilation.merge.provenance import RunList
from app.compilation.models import (
    LEFT_OUT,
    Compilation,
    CompilationItem,
    MergeOperation,
    StepComment,
    Treatment,
    Wording,
)
from app.compilation.order_keys import FIRST, LAST, between
from app.discussion.models import Comment
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict, NotFound, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm

LONGEST_MOTIVE = 5_000  #: characters
LONGEST_LABEL = 40
AT_WORK = dt.timedelta(minutes=15)  #: others are told for so long who works on a clause

STATE = ("place", "depth", "label", "treatment", "motive", "is_there", "split_from_id", "joined_into_id")


class EntryChanged(Conflict):
    code = "entry-changed"
    message = N_(
        "Another person has edited this clause since you opened it. Their version is shown; yours "
        "is kept below."
    )


class MotiveMissing(BadInput):
    code = "motive-missing"
    message = N_("Give a reason for the change. It will be public.")


class MotiveTooLong(BadInput):
    code = "motive-too-long"
    message = N_("A reason may have %(limit)s characters; this one has %(length)s.")


class LabelTooLong(BadInput):
    code = "label-too-long"
    message = N_("A label may have %(limit)s characters; this one has %(length)s.")


MOTIVE = TextField("motive", LONGEST_MOTIVE, MotiveTooLong, MotiveMissing)
LABEL = TextField("label", LONGEST_LABEL, LabelTooLong, in_one_line=True)


class NoCompilation(RuleBroken):
    code = "no-compilation"
    message = N_("No next draft is being prepared.")


class JoinedAlready(RuleBroken):
    code = "joined-already"
    message = N_("This clause was joined into another. Undo that step first.")


class NotAccepted(RuleBroken):
    code = "not-accepted-comment"
    message = N_(
        "%(comments)s: a step can take up only comments of this norm that are visible and "
        "accepted. Decide on them first."
    )


class NothingTakenUp(RuleBroken):
    code = "nothing-taken-up"
    message = N_(
        "The clause would have the same text as in the previous draft, so it would not take up "
        "%(comments)s. Change its text, or change the disposition."
    )


@dataclass
class Act:
    """One act of an editor on one or more entries; the first that is touched is the one it is about."""

    session: Session
    actor: Actor
    norm: Norm
    compilation: Compilation
    now: dt.datetime
    before: list[tuple[CompilationItem, dict[str, Any]]] = field(default_factory=list)

    def touch(self, entry: CompilationItem, version: int | None = None) -> None:
        """Remember how an entry is before the act, and let nobody else act on what it was.

        :raises NotFound: it is another compilation's.
        :raises EntryChanged: it is no longer at the version that was seen.
        """
        if entry.compilation_id != self.compilation.id:
            raise NotFound
        until = {"worked_on_by": self.actor.user_id, "worked_on_until": self.now + AT_WORK}
        changed = self.session.execute(
            sa.update(CompilationItem)
            .where(
                CompilationItem.id == entry.id,
                CompilationItem.version == (entry.version if version is None else version),
            )
            .values(version=CompilationItem.version + 1, **until)
            .returning(CompilationItem.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if changed is None:
            raise EntryChanged
        self.session.refresh(entry)
        self.before.append((entry, state(entry)))

    def done(
        self,
        treatment: Treatment,
        *,
        language: str | None = None,
        sources: Sequence[str] = (),
        motive: str = "",
        text: str | None = None,
        takes_up: Collection[int] = (),
    ) -> None:
        """Record the act: a step on each entry it touched, and one entry of the record.

        :raises NotAccepted: a comment is not there to be taken up.
        :raises NothingTakenUp: comments are said to be, and the words are as they were.
        """
        first: MergeOperation | None = None
        taken = self._taken_up(treatment, takes_up)
        for entry, before in self.before:
            step = MergeOperation(
                entry_id=entry.id,
                part_of_id=first.id if first else None,
                treatment=treatment,
                language=language,
                sources=list(sources),
                motive=motive,
                text=text,
                before=before,
                done_by=self.actor.user_id or 0,
                done_at=self.now,
            )
            self.session.add(step)
            self.session.flush()
            if first is None:
                self.session.add_all(StepComment(step_id=step.id, comment_id=said.id) for said in taken)
                first = step
        audit.record(
            self.session,
            self.actor,
            "merge-operation",
            f"entry:{self.before[0][0].id}",
            norm=self.norm.slug,
            now=self.now,
            details={
                "treatment": treatment.value,
                "language": language,
                "sources": list(sources),
                "takes_up": [said.number for said in taken],
            },
        )

    def _taken_up(self, treatment: Treatment, numbers: Collection[int]) -> list[Comment]:
        found = commitments.accepted_among(self.session, self.norm, numbers)
        names = {said.number for said in found}
        if lacking := sorted(set(numbers) - names):
            raise NotAccepted(comments=named(lacking), field="takes_up")
        entry = self.before[0][0]
        if found and treatment in WORDS and entry.provision_id is not None:
            before = queries.texts_before(self.session, self.compilation, entry)
            if not is_reworded(entry, before):
                raise NothingTakenUp(comments=named(sorted(names)), field="takes_up")
        return found


def named(numbers: Sequence[int]) -> str:
    """Comments by their names: "c1, c2"."""
    return ", ".join(f"c{number}" for number in numbers)


def open_compilation(session: Session, actor: Actor, norm: Norm, now: dt.datetime) -> Compilation:
    """The compilation editors work on. It is not opened before the transaction ends.

    :raises NoCompilation: there is none, or it has become a draft.
    """
    lock(session, norm)
    require(actor, Permission.COMPILE, norm.matter(now))
    return locked(session, norm, by_many=True)


def locked(session: Session, norm: Norm, *, by_many: bool) -> Compilation:
    """The compilation as it is now, for many who work on it or for the one who opens it; each waits here.

    :raises NoCompilation: there is none, or it has become a draft.
    """
    compilation = queries.compilation_of(session, norm)
    if compilation is None:
        raise NoCompilation
    locking.lock(session, compilation, Hold.BESIDE if by_many else Hold.ALONE)
    if compilation.draft_id is not None:
        raise NoCompilation
    return compilation


def begin(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: CompilationItem,
    version: int,
    now: dt.datetime,
    *,
    is_undoing: bool = False,
) -> Act:
    """Only while compiling, only in this norm's compilation, and only on the version that was seen.

    :raises NotFound: the entry is not there. :raises EntryChanged: another editor was faster.
    :raises JoinedAlready: its words are in another clause now.
    """
    act = Act(session, actor, norm, open_compilation(session, actor, norm, now), now)
    act.touch(entry, version)
    if not is_undoing and not entry.is_there:
        raise NotFound
    if not is_undoing and entry.treatment is Treatment.JOIN:
        raise JoinedAlready
    return act


def create(act: Act, after: CompilationItem | None, *, label: str, **values: Any) -> CompilationItem:
    """A new entry behind another one, which the act makes."""
    entry = CompilationItem(
        compilation_id=act.compilation.id,
        provision_id=None,
        place=place_behind(act.session, act.compilation, after),
        label=LABEL.clean(label),
        is_there=False,
        **values,
    )
    act.session.add(entry)
    act.session.flush()
    act.touch(entry)
    entry.is_there = True
    return entry


def place_behind(
    session: Session, compilation: Compilation, after: CompilationItem | None, *, but: Container[int] = ()
) -> str:
    """A free place behind ``after``, None for the beginning; ``but``: entries that go away from theirs."""
    low = after.place if after is not None else FIRST
    stay = [one.place for one in queries.entries(session, compilation) if one.id not in but]
    high = min((place for place in stay if place > low), default=LAST)
    return between(low, high, queries.taken_places(session, compilation))


def state(entry: CompilationItem) -> dict[str, Any]:
    """An entry as it is, to go back to."""
    wordings = [
        {name: getattr(one, name) for name in ("language", "text", "runs", "merge", "unsettled")}
        for one in entry.wordings
    ]
    return {name: getattr(entry, name) for name in STATE} | {"wordings": wordings}


def treat(entry: CompilationItem, treatment: Treatment, motive: str = "") -> None:
    """Say what becomes of an entry; what is new stays new, and a merge or split that is edited stays one."""
    stays = {
        Treatment.EDIT: (Treatment.MERGE, Treatment.SPLIT),
        Treatment.MOVE: tuple(set(Treatment) - {Treatment.KEEP}),
    }
    if entry.provision_id is None and treatment not in LEFT_OUT:
        treatment = Treatment.ADD if entry.split_from_id is None else Treatment.SPLIT
    elif entry.treatment in stays.get(treatment, ()):
        treatment = entry.treatment
    entry.treatment = treatment
    entry.motive = motive or entry.motive


def put(session: Session, entry: CompilationItem, language: str, text: str, runs: RunList) -> Wording:
    wording = entry.wording(language)
    if wording is None:
        wording = Wording(language=language, merge={}, unsettled=0)
        entry.wordings.append(wording)
    wording.text, wording.runs = text, [[run, list(sources)] for run, sources in runs]
    session.flush()
    return wording


def check_language(norm: Norm, language: str) -> None:
    """:raises NotFound: the norm does not speak this language."""
    if language not in norm.languages:
        raise NotFound

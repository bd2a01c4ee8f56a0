"""What editors keep for themselves while they work: half-written wordings, and who is at which clause.

Neither is a step: nothing of the next draft changes, and nothing is put on the record.
"""

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission, require
from app.compilation.models import CompilationItem, WorkingNote
from app.compilation.operations import AT_WORK, check_language, open_compilation
from app.foundation import locking
from app.foundation.errors import NotFound
from app.foundation.text import TextField
from app.norms.models import Norm
from app.norms.wording import LONGEST_CLAUSE, ClauseTooLong

TEXT, MOTIVE = (TextField(name, LONGEST_CLAUSE, ClauseTooLong) for name in ("text", "motive"))


def keep_note(
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
) -> None:
    """Keep a wording that is not finished, in place of what the editor kept for it before.

    ``version``: the entry's that it was begun on, so that no later work is overwritten by it.

    :raises ClauseTooLong: it, or its motive, is longer than a clause may be. :raises UnsafeText: with signs
        that hide.
    """
    say_at_work(session, actor, norm, entry, now=now)
    check_language(norm, language)
    text, motive = TEXT.clean(text), MOTIVE.clean(motive)
    forget_note(session, actor, entry, language)
    session.add(
        WorkingNote(
            user_id=actor.user_id or 0,
            entry_id=entry.id,
            version=version,
            language=language,
            text=text,
            motive=motive,
            takes_up=sorted(takes_up),
            kept_at=now,
        )
    )
    session.flush()


def forget_note(session: Session, actor: Actor, entry: CompilationItem, language: str) -> None:
    """The editor's note on a wording is needed no longer."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=actor.user_id))
    session.execute(
        sa.delete(WorkingNote).where(
            WorkingNote.user_id == actor.user_id,
            WorkingNote.entry_id == entry.id,
            WorkingNote.language == language,
        )
    )


def say_at_work(
    session: Session, actor: Actor, norm: Norm, entry: CompilationItem, *, now: dt.datetime
) -> None:
    """Let other editors know who works on a clause. It hinders nobody and ends by itself.

    The entry is locked, so that of two notes kept in one moment the second comes in place of the first.
    """
    compilation = open_compilation(session, actor, norm, now)
    if entry.compilation_id != compilation.id:
        raise NotFound
    locking.lock(session, entry)
    entry.worked_on_by, entry.worked_on_until = actor.user_id, now + AT_WORK
    session.flush()


def note_of(session: Session, actor: Actor, entry: CompilationItem, language: str) -> WorkingNote | None:
    return session.scalars(
        sa.select(WorkingNote).where(
            WorkingNote.user_id == actor.user_id,
            WorkingNote.entry_id == entry.id,
            WorkingNote.language == language,
        )
    ).one_or_none()


def at_work(
    session: Session, entries: Sequence[CompilationItem], actor: Actor, *, now: dt.datetime
) -> dict[int, User]:
    """Entry's id → who else works on it now; one statement."""
    rows = session.scalars(
        sa.select(CompilationItem)
        .where(
            CompilationItem.id.in_([one.id for one in entries]),
            CompilationItem.worked_on_until > now,
            CompilationItem.worked_on_by != (actor.user_id or 0),
        )
        .options(joinedload(CompilationItem.worker))
    )
    return {one.id: one.worker for one in rows if one.worker is not None}


def forget_person(session: Session, actor: Actor, user: User) -> None:
    """Remove what an editor kept for themselves, when their account is erased."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    session.execute(sa.delete(WorkingNote).where(WorkingNote.user_id == user.id))
    session.execute(
        sa.update(CompilationItem)
        .where(CompilationItem.worked_on_by == user.id)
        .values(worked_on_by=None, worked_on_until=None)
        .execution_options(synchronize_session=False)
    )

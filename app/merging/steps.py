"""What every step on a compilation has in common: who may, on which version, and how it is recorded."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.errors import N_, BadInput, Conflict, NotFound, RuleBroken
from app.merging import queries
from app.merging.models import Compilation, Entry, Step, Treatment, Wording
from app.merging.provenance import RunList
from app.norms.models import Norm


class EntryChanged(Conflict):
    code = "entry-changed"
    message = N_(
        "Somebody has worked on this clause since you opened it. Their work is shown; yours is kept below."
    )


class MotiveMissing(BadInput):
    code = "motive-missing"
    message = N_("Say why, so that everybody can follow the change.")


class NoCompilation(RuleBroken):
    code = "no-compilation"
    message = N_("No next draft is being made.")


def open_compilation(session: Session, actor: Actor, norm: Norm, now: dt.datetime) -> Compilation:
    require(actor, Permission.COMPILE, norm.matter(now))
    compilation = queries.compilation_of(session, norm)
    if compilation is None or compilation.draft_id is not None:
        raise NoCompilation
    return compilation


def begin(
    session: Session, actor: Actor, norm: Norm, entry: Entry, version: int, now: dt.datetime
) -> Compilation:
    """Only while compiling, only in this norm's compilation, and only on the version that was seen."""
    compilation = open_compilation(session, actor, norm, now)
    if entry.compilation_id != compilation.id:
        raise NotFound
    changed = session.execute(
        sa.update(Entry)
        .where(Entry.id == entry.id, Entry.version == version)
        .values(version=version + 1)
        .returning(Entry.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        raise EntryChanged
    session.refresh(entry)
    return compilation


def put(session: Session, entry: Entry, language: str, text: str, runs: RunList) -> Wording:
    wording = next((one for one in entry.wordings if one.language == language), None)
    if wording is None:
        wording = Wording(language=language, merge={}, unsettled=0)
        entry.wordings.append(wording)
    wording.text, wording.runs = text, [[run, list(sources)] for run, sources in runs]
    session.flush()
    return wording


def checked_motive(motive: str) -> str:
    motive = motive.strip()
    if not motive:
        raise MotiveMissing(field="motive")
    return motive


def done(
    session: Session,
    actor: Actor,
    norm: Norm,
    entry: Entry,
    treatment: Treatment,
    *,
    language: str | None = None,
    sources: Sequence[str] = (),
    motive: str = "",
    text: str | None = None,
    now: dt.datetime,
) -> None:
    """Record the step: the entry's treatment, the merge operation, and the audit entry."""
    entry.treatment = entry.treatment if entry.treatment is Treatment.ADD else treatment
    entry.motive = motive or entry.motive
    session.add(
        Step(
            entry_id=entry.id,
            treatment=treatment,
            language=language,
            sources=list(sources),
            motive=motive,
            text=text,
            done_by=actor.user_id or 0,
            done_at=now,
        )
    )
    session.flush()
    details: dict[str, Any] = {"treatment": treatment.value, "language": language, "sources": list(sources)}
    audit.record(
        session, actor, "merge-operation", f"entry:{entry.id}", norm=norm.slug, now=now, details=details
    )

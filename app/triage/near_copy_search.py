"""Near copies among a norm's comments, looked for beside the pages because it takes seconds."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.foundation import jobs
from app.triage.models import CopiesFound
from app.triage.near_copies import near_copies

COPIES = "copies"  #: the kind of job


def ask_for_copies(session: Session, norm_id: int, *, now: dt.datetime) -> None:
    """Let them be looked for; once, however often it is asked."""
    jobs.enqueue(session, COPIES, {"norm": norm_id}, now=now, key=f"{COPIES}:{norm_id}")


def copies_among(said: Mapping[str, Sequence[tuple[int, str]]]) -> list[list[Any]]:
    """[code, numbers] of comments on one provision that say nearly the same, the largest groups first.

    said: (number, words) by provision, as ``queries.ungrouped`` gives them.
    """
    found = [
        [code, [comments[place][0] for place in places]]
        for code, comments in said.items()
        for places in near_copies([words for _number, words in comments])
    ]
    return sorted(found, key=lambda group: (-len(group[1]), group[1]))


def keep(session: Session, norm_id: int, groups: list[list[Any]], *, now: dt.datetime) -> None:
    """Keep what was found in place of what was found before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    found = {"groups": groups, "found_at": now}
    session.execute(
        insert(CopiesFound)
        .values(norm_id=norm_id, **found)
        .on_conflict_do_update(index_elements=[CopiesFound.norm_id], set_=found)
    )


def last_found(session: Session, norm_id: int) -> CopiesFound | None:
    """What was found when they were last looked for."""
    return session.get(CopiesFound, norm_id)

"""What is done to many at once: comments answered alike, positions imported, a draft opened with changes.

python -m bench.bulk [share of the volume]
"""

import csv
import datetime as dt
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.authority.actor import SYSTEM, Role
from app.compilation import queries as compilations
from app.compilation import service as compiling
from app.discussion import moderation
from app.discussion.models import ChangeOperation, Comment, CommentKind, Decision, ProposedChange, Visibility
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.importing import positions_csv
from app.importing.service import Source, import_positions
from app.kernel.extensions import db
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.queries import clauses
from app.norms.stages import Stage
from app.positions.models import Stance
from app.triage.service import dispose_all
from bench.speech import wording
from bench.volume_world import Furnishing
from config import Config
from tests import postgres
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.factories import Make
from tests.moments import statements

ANSWERED, IMPORTED, CARRIED = 1_000, 25_000, 5_000
CLAUSES, STAKEHOLDERS = 100, 250
SENTENCES = 4  #: of a clause
MERGED = 20  #: clauses with changes merged into them when the draft opens
EDITED = 40  #: clauses whose words the editor changed
Act = Callable[[Session], object]
#: Database → what was measured → seconds, CPU, statements before acts on many were set-based (df3e550).
BEFORE = {
    "SQLite": {
        "answered": "9.82 | 3.88 | 9,006",
        "imported": "6.22 | 3.12 | 357",
        "opened": "9.48 | 5.52 | 676",
    },
    "PostgreSQL": {
        "answered": "6.18 | 3.96 | 10,005",
        "imported": "2.80 | 1.67 | 61",
        "opened": "5.45 | 4.57 | 697",
    },
}


class Sayings(Furnishing):
    """A norm with clauses as long as those of a real one, and what is said of them."""

    def __init__(self, make: Make, slug: str) -> None:
        self.session, self.now = make.session, make.now
        self.norm = make.norm(*(" ".join(sentences(place)) for place in range(CLAUSES)), slug=slug)
        self.there = clauses(self.session, self.norm.current_draft_id or 0)
        self.holders = [make.speaker()[1] for _ in range(20)]

    def comments(self, count: int, **changed: object) -> list[int]:
        """Comments on every clause in turn, their ids."""
        alike = {"norm_id": self.norm.id, "draft_id": self.norm.current_draft_id, "language": "en"}
        alike |= {"kind": CommentKind.SUBSTANTIVE, "visibility": Visibility.SHOWN, "read_language": "en"}
        return self.put(
            Comment,
            (
                {
                    **alike,
                    **changed,
                    "number": number + 1,
                    "clause_id": self.there[number % CLAUSES].id,
                    "provision_id": self.there[number % CLAUSES].provision_id,
                    "stakeholder_id": self.holders[number % len(self.holders)].id,
                    "body": f"It should say so more clearly ({number}).",
                    "created_at": self.now,
                }
                for number in range(count)
            ),
        )

    def changes(self, count: int) -> None:
        """Proposed changes, each of one word of its clause; the first on each to its first sentence."""
        rows = []
        for number, own in enumerate(self.comments(count)):
            turn, text = number // CLAUSES, sentences(number % CLAUSES)
            place = 1 + turn % (SENTENCES - 1) if turn else 0
            words = text[place].split()
            words[5 + turn % (len(words) - 10)] = f"word{number}"
            text[place] = " ".join(words)
            change = {"operation": ChangeOperation.REPLACE, "language": "en", "wording": " ".join(text)}
            rows.append(change | {"comment_id": own})
        self.session.execute(sa.insert(ProposedChange), rows)


def sentences(place: int) -> list[str]:
    """Of the clause at a place, from 0: some 90 words."""
    return [wording(SENTENCES * place + one) for one in range(SENTENCES)]


def answering(make: Make, count: int) -> tuple[Act, Act]:
    """Answering alike: one after the other, and in one act."""
    session = make.session
    found = []
    for slug, act in (("singly", _singly), ("together", _together)):
        said = Sayings(make, slug)
        said.comments(count)
        found.append((said.norm.id, act))
    editor = make.seated(Role.EDITOR)
    session.commit()
    answer = {"decision": Decision.NOTED, "reason": "Considered with the others.", "language": "en"}
    one, other = (
        (lambda own, norm=norm, act=act: act(own, editor, own.get_one(Norm, norm), answer))
        for norm, act in found
    )
    return one, other


def _singly(session: Session, editor: object, norm: Norm, answer: dict[str, object]) -> None:
    said = session.scalars(
        sa.select(Comment).where(Comment.norm_id == norm.id).order_by(Comment.number)
    ).all()
    for one in said:
        moderation.dispose(session, editor, norm, one, **answer, seen=1, version=0, now=utc_now())  # type: ignore[arg-type]


def _together(session: Session, editor: object, norm: Norm, answer: dict[str, object]) -> None:
    numbers = session.scalars(sa.select(Comment.number).where(Comment.norm_id == norm.id)).all()
    dispose_all(session, editor, norm, numbers, **answer, seen=dict.fromkeys(numbers, 1), now=utc_now())  # type: ignore[arg-type]


def importing(make: Make, count: int) -> Act:
    """A table of a new norm's clauses."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(
        ["clause", "stakeholder", "category", "country", "position", "reason", "verified", "clause_text"]
    )
    per = max(count // STAKEHOLDERS, 1)
    for number in range(count):
        stance = Stance.OBJECT if number % 30 == 0 else list(Stance)[number % 3]
        reason = "It cannot be done." if stance is Stance.OBJECT else ""
        clause = number % per
        rows.writerow(
            [
                clause + 1,
                f"Body {number // per}",
                "government",
                "KE",
                stance,
                reason,
                "yes",
                " ".join(sentences(clause)),
            ]
        )
    whole = text.getvalue().encode()

    def act(session: Session) -> None:
        table = positions_csv.positions(io.BytesIO(whole), "table.csv")
        source = Source("table.csv", "sha256:" + "0" * 64)
        made = import_positions(
            session, SYSTEM, slug="imported", source=source, positions=table, now=utc_now()
        )
        assert made.positions == count

    return act


def opening(make: Make, count: int) -> Act:
    """A next draft into which some changes are merged, and to which all others are carried."""
    session = make.session
    said = Sayings(make, "opening")
    norm = said.norm
    said.changes(count + MERGED)
    editor = make.seated(Role.EDITOR, norm)
    later = {"decision": Decision.DEFERRED, "reason": "Until the next draft.", "language": "en"}
    ids = session.scalars(sa.select(Comment.id).where(Comment.norm_id == norm.id)).all()
    rows = [later | {"comment_id": own, "decided_by": editor.user_id, "decided_at": make.now} for own in ids]
    session.execute(sa.insert(moderation.Disposition), rows)
    norm.stage = Stage.COMPILATION
    compiling.start(session, SYSTEM, norm, now=make.now)
    compilation = compilations.compilation_of(session, norm)
    assert compilation is not None
    for place, entry in enumerate(compilations.entries(session, compilation)):
        about = {"language": "en", "version": entry.version, "now": make.now}
        if place < MERGED:
            compiling.merge(session, editor, norm, entry, numbers=[place + 1], choices={}, **about)  # type: ignore[arg-type]
        elif place < MERGED + EDITED:
            text = f"{' '.join(sentences(place))} It is looked at every year."
            compiling.edit(session, editor, norm, entry, text=text, motive="It was missing.", **about)  # type: ignore[arg-type]
    session.commit()

    def act(session: Session) -> None:
        step(
            session,
            SYSTEM,
            session.get_one(Norm, norm.id),
            Stage.CONSULTATION,
            closes_at=make.now + dt.timedelta(days=90),
            override_reason="For a measurement.",
            now=utc_now(),
        )

    return act


def used() -> float:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime


def measured(what: str, act: Act, before: str = "| | ") -> str:
    """A line of the table; ``before``: its figures of that time."""
    session = db.session()
    session.expire_all()
    with statements(session) as sent:
        begun, used_before = time.perf_counter(), used()
        with unit_of_work(session):
            act(session)
        took, cpu = time.perf_counter() - begun, used() - used_before
    session.close()
    return f"| {what} | {took:.2f} | {cpu:.2f} | {len(sent):,} | {before} |"


def rows(url: str, folder: Path, share: float, before: Mapping[str, str]) -> Iterator[str]:
    config = Config(database_url=url, data_dir=folder, secret_key="a secret for benchmarks only")
    app = create_app(config)
    answered, imported, carried = (round(share * number) for number in (ANSWERED, IMPORTED, CARRIED))
    with app.app_context():
        upgrade()
        make = Make(db.session(), utc_now())
        singly, together = answering(make, answered)
        yield measured(f"{answered:,} comments answered, one act each", singly)
        yield measured(f"{answered:,} comments answered in one act", together, before["answered"])
        yield measured(f"{imported:,} positions imported", importing(make, imported), before["imported"])
        draft = opening(make, carried)
        yield measured(f"a draft opened with {carried:,} carried changes", draft, before["opened"])
        db.engine.dispose()


def main(words: list[str]) -> None:
    share = float(words[0]) if words else 1.0
    print("# Many at once\n")
    print(
        "Wall clock and CPU of this process in seconds, and the statements it sent; one for many rows counts"
    )
    print("once. On the right what it took, on the same machine, before acts on many were set-based. Other")
    print("processes were at work beside it: CPU and statements are to be compared, not the wall clock.")
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        kinds = {"SQLite": SqliteDatabases(Path(folder)), "PostgreSQL": PostgresDatabases(server)}
        for name, databases in kinds.items():
            with databases.empty() as url:
                print(f"\n## {name}\n\n| what | s | CPU | statements | before: s | CPU | statements |")
                print("|---|---|---|---|---|---|---|")
                for row in rows(url, Path(folder), share, BEFORE[name]):
                    print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

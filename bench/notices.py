"""What telling costs: 2,000 people, a position of each on 200 clauses, 50,000 comments, then 500 more."""

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.authority.actor import SYSTEM
from app.discussion import service as discussion
from app.discussion.models import Comment, CommentKind, Visibility
from app.discussion.submissions import Submission
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.foundation.jobs import Job
from app.kernel.extensions import db
from app.norms.models import Clause, Norm
from app.norms.queries import actor_for, clauses
from app.norms.seen import seen_in
from app.notices import service
from app.positions.models import Position, Stance
from app.stakeholders.models import Mandate
from app.worker import loop
from config import Config
from tests.conftest import StoppedClock
from tests.databases import fill
from tests.factories import Make
from tests.moments import statements
from tests.postgres import server

PEOPLE, CLAUSES, COMMENTS, NEW = 2000, 200, 50_000, 500
WORDS = "Say who decides, by when, and what happens where nobody does. " * 6
Row = tuple[str, str, str]


def crowd(session: Session, make: Make) -> Norm:
    """Everybody has a position on every clause; the comments are spread evenly."""
    norm = make.norm(*(f"Clause {number}." for number in range(CLAUSES)), slug="bench")
    there = clauses(session, norm.current_draft_id or 0)
    mandates = [make.mandate(make.user(), make.stakeholder()) for _ in range(PEOPLE)]
    said = {"language": "en", "read_language": "en", "norm_id": norm.id}
    for clause in there:
        stated = said | place(clause) | {"stance": Stance.ACCEPT, "text_digest": clause.text_digest}
        stated |= {"reason": "", "remedy": "", "stated_at": make.now}
        session.execute(
            sa.insert(Position), [stated | {"stakeholder_id": m.stakeholder_id} for m in mandates]
        )
    written = said | {"draft_id": norm.current_draft_id, "kind": CommentKind.GENERAL, "body": WORDS}
    written |= {"visibility": Visibility.SHOWN, "quote": "", "created_at": make.now}
    rows = []
    for number in range(COMMENTS):
        author = mandates[number % PEOPLE]
        whose = {"stakeholder_id": author.stakeholder_id, "author_id": author.user_id}
        rows.append(written | place(there[number % CLAUSES]) | whose | {"number": number + 1})
    session.execute(sa.insert(Comment), rows)
    session.commit()
    return norm


def place(clause: Clause) -> dict[str, int]:
    return {"clause_id": clause.id, "provision_id": clause.provision_id}


def comment(session: Session, norm: Norm, there: list[Clause], number: int, now: dt.datetime) -> None:
    """One person more says something more."""
    author = session.scalars(sa.select(Mandate).where(Mandate.id == number % PEOPLE + 1)).one()
    user = session.get_one(User, author.user_id)
    clause = there[number * 7 % CLAUSES]
    words = (f"{number}. {WORDS}", "en", "en", seen_in(clause, "en"))
    given = Submission(author.stakeholder_id, *words, kind=CommentKind.GENERAL)
    with unit_of_work(session):
        discussion.comment(session, actor_for(session, user, now=now), norm, given, clause=clause, now=now)


@contextmanager
def timed(kept: list[float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    kept.append(time.perf_counter() - begun)


def measured(url: str, folder: Path) -> Iterator[Row]:
    """(what, measured, statements) on one database."""
    fill(url)
    clock = StoppedClock(utc_now())
    app = create_app(Config(database_url=url, data_dir=folder, secret_key="for benchmarks only"), clock=clock)
    with app.app_context():
        session = db.session()
        norm = crowd(session, Make(session, clock()))
        there, took = list(clauses(session, norm.current_draft_id or 0)), list[float]()
        for number in range(NEW):
            with timed(took):
                comment(session, norm, there, number, clock())
        yield "a comment, with its author looked up", each(took), ""
        clock.forward(days=1)
        took = []
        with statements(db.engine) as sent:
            while not took or session.scalar(sa.select(Job.id).where(Job.kind == service.ROUND)):
                with timed(took), unit_of_work(session):
                    session.execute(sa.delete(Job).where(Job.kind == service.ROUND))
                    service.go_round(session, SYSTEM, now=clock())
        yield f"a round (of {len(took)}, for {PEOPLE:,} people)", each(took), f"{len(sent)} in all"
        took, handlers = [], loop.HANDLERS
        count = session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == service.DIGEST))
        session.rollback()
        with timed(took), statements(db.engine) as sent:
            done = loop.work_off({service.DIGEST: handlers[service.DIGEST]})
        assert done == count == PEOPLE
        yield (
            "a digest of 50 notices, written and sent",
            f"{1000 * took[0] / done:.1f} ms each, {took[0]:.0f} s in all",
            f"{len(sent) / done:.1f} each",
        )
        took = []
        for _ in range(20):
            with timed(took), unit_of_work(session):
                service.go_round(session, SYSTEM, now=clock())
        yield "a round when there is nothing to tell", each(took), ""


def each(took: list[float]) -> str:
    in_order = sorted(took)
    return f"{1000 * in_order[len(took) // 2]:.1f} ms (the longest {1000 * in_order[-1]:.1f} ms)"


def main() -> None:
    print(f"# Notices: {PEOPLE:,} people follow {CLAUSES} clauses; {COMMENTS:,} comments, then {NEW} more")
    for name in ("SQLite", "PostgreSQL"):
        print(f"\n## {name}\n\n| what | measured | statements |\n|---|---|---|")
        with tempfile.TemporaryDirectory() as folder:
            local = nullcontext(f"sqlite:///{folder}/bench.db")
            with local if name == "SQLite" else server() as url:
                for row in measured(url, Path(folder)):
                    print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()

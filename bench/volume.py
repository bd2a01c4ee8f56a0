"""Every list page of a consultation with 50,000 comments: time on the server, and statements to the database.

Each page is measured as it is after a person has acted: nothing is kept from before, but the parsed
assessment, which no act changes; and once more as it is kept, where it is. CPU is that of this process, so on
PostgreSQL without the database's. Beside it stands a bare Jinja page of as many bytes, rendered in the same
run, and for the pages that people who are signed in open most what they were on 1 December 2026, before they
were made lighter (commit df3e550, SQLite, the same world).

python -m bench.volume [comments [who…]]: "author" for that person's pages alone
"""

import datetime as dt
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from jinja2 import Environment

from app import create_app
from app.accounts import sign_ins
from app.authority.actor import SYSTEM, Role
from app.consensus import service as consensus
from app.foundation.clock import utc_now
from app.kernel.extensions import db
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.stages import Stage
from app.worker.similarity import look_for_copies
from bench.bare import BARE, clauses
from bench.speech import CLAUSES, COMMENTS, STAKEHOLDERS
from bench.volume_world import SLUG, furnish
from config import Config
from tests import postgres
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.factories import Make
from tests.moments import statements

TIMES = 20
SLOW = 19  #: of 20 requests in order, the one that 95 of 100 do not exceed
AIM = 100  #: ms on the server, for 95 of 100 requests
BYTES = 60_000
FEW = (500, 20, 50)  #: comments, clauses, stakeholders of the small world, for the number of statements
NORM = f"/en/norms/{SLUG}"
ABOUT = f"""# A consultation at volume

{{count:,}} comments in six languages on {CLAUSES} clauses by {STAKEHOLDERS:,} stakeholders, {TIMES}
requests of each page. CPU, in ms: of the page when it has to be made, and where it is kept. Aim: ≤ {AIM} ms
by the clock for 95 of 100 requests, ≤ {BYTES:,} bytes, and as many statements as for {FEW[0]} comments.
Beside it: how many times the CPU of a bare Jinja page of as many bytes the kept page takes; and what CPU,
bytes and statements were before pages were made lighter, on SQLite. The load average over the five minutes
before was {{load:.1f}}; where others use the machine, CPU says more than the clock."""
HEAD = """
## {name}

| who | page | made | kept | 95 % ms | bytes | bare pages | few | many | before |
|---|---|---|---|---|---|---|---|---|---|"""
VISITOR, MODERATOR, CHAIR, AUTHOR = "visitor", "moderator", "chair", "author"
IN_CONSULTATION: tuple[tuple[str, str], ...] = (
    (VISITOR, f"{NORM}/"),
    (VISITOR, f"{NORM}/provisions/p1/"),
    (VISITOR, f"{NORM}/provisions/p1/?after=500"),
    (VISITOR, f"{NORM}/provisions/p1/?positions=60"),
    (VISITOR, f"{NORM}/provisions/p1/?of=questions"),
    (VISITOR, f"{NORM}/glossary/"),
    (VISITOR, f"{NORM}/comments/1/"),
    (VISITOR, f"{NORM}/dispositions/"),
    (VISITOR, f"{NORM}/dispositions/?show=unanswered"),
    (VISITOR, f"{NORM}/dispositions/?show=not-satisfied"),
    (VISITOR, f"{NORM}/dispositions/?show=noted&kind=question&category=government&words=ar"),
    (VISITOR, f"{NORM}/dispositions/?clause=-"),
    (VISITOR, f"{NORM}/dispositions/?clause=p1&show=unanswered"),
    (VISITOR, f"{NORM}/objections/"),
    (VISITOR, f"{NORM}/groups/"),
    (VISITOR, f"{NORM}/consensus/"),
    (VISITOR, f"{NORM}/record/"),
    (VISITOR, "/en/record/"),
    (VISITOR, "/en/norms/"),
    (VISITOR, "/en/stakeholders/"),
    (VISITOR, "/en/stakeholders/1/"),
    (VISITOR, f"/api/v1/norms/{SLUG}/provisions/p1/comments"),
    (VISITOR, f"/api/v1/norms/{SLUG}/dispositions"),
    (AUTHOR, f"{NORM}/"),
    (AUTHOR, f"{NORM}/?at=-"),
    (AUTHOR, f"{NORM}/provisions/p1/"),
    (AUTHOR, f"{NORM}/dispositions/"),
    (AUTHOR, f"{NORM}/dispositions/?show=not-satisfied"),
    (AUTHOR, f"{NORM}/consensus/"),
    (AUTHOR, f"{NORM}/objections/"),
    (AUTHOR, f"{NORM}/provisions/p1/comment/"),
    (AUTHOR, f"{NORM}/comment/"),
    (AUTHOR, "/en/my/"),
    (MODERATOR, "/en/my/"),
    (MODERATOR, "/en/moderation/"),
    (MODERATOR, f"{NORM}/triage/"),
    (MODERATOR, f"{NORM}/triage/?clause=p1&words=fr&category=government&bloc=ldc"),
    (MODERATOR, f"{NORM}/triage/?first=objections"),
    (MODERATOR, f"{NORM}/triage/?show=held"),
    (MODERATOR, f"{NORM}/triage/?same=1"),
    (MODERATOR, f"{NORM}/triage/answer-templates/"),
    (MODERATOR, f"{NORM}/groups/like/1/"),
    (MODERATOR, f"{NORM}/groups/copies/"),
    (CHAIR, f"{NORM}/steps/"),
)
IN_COMPILATION: tuple[tuple[str, str], ...] = (
    (MODERATOR, f"{NORM}/compilation/"),
    (MODERATOR, f"{NORM}/compilation/1/?in=en"),
    (MODERATOR, f"{NORM}/compilation/reading/"),
    (CHAIR, f"{NORM}/steps/"),
)


#: CPU in ms made and kept, bytes, and statements.
BEFORE: Mapping[tuple[str, str], str] = {
    (AUTHOR, f"{NORM}/"): "296, 27; 508,512; 19",
    (AUTHOR, f"{NORM}/?at=-"): "296, 27; 508,512; 19",
    (AUTHOR, f"{NORM}/provisions/p1/"): "247; 72,911; 25",
    (AUTHOR, f"{NORM}/dispositions/"): "81; 52,707; 16",
    (AUTHOR, f"{NORM}/dispositions/?show=not-satisfied"): "84; 64,249; 16",
    (AUTHOR, f"{NORM}/consensus/"): "88; 412,247; 8",
    (AUTHOR, f"{NORM}/objections/"): "59; 38,985; 15",
    (AUTHOR, "/en/my/"): "12; 2,706; 18",
    (MODERATOR, "/en/my/"): "40; 45,468; 19",
    (MODERATOR, f"{NORM}/triage/"): "59; 74,134; 12",
    (MODERATOR, f"{NORM}/triage/?clause=p1&words=fr&category=government&bloc=ldc"): "70; 50,413; 13",
    (MODERATOR, f"{NORM}/triage/?first=objections"): "89; 76,290; 12",
    (MODERATOR, f"{NORM}/triage/?same=1"): "63; 32,554; 11",
}


@dataclass
class World:
    """An application on a furnished database, and the sign-in of each person."""

    app: Flask
    tokens: dict[str, str]

    def page(self, person: str, path: str) -> Callable[..., bytes]:
        client = self.app.test_client()
        if person in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[person]

        def ask(*, kept: bool = False) -> bytes:
            for name in () if kept else ("page_cache", "draft_cache"):
                self.app.extensions[name].forget()
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return answer.data

        return ask

    def asked(self, page: Callable[[], bytes]) -> int:
        with self.app.app_context():
            engine = db.engine
        with statements(engine) as sent:
            page()
        return len(sent)


def world(url: str, folder: Path, size: tuple[int, int, int]) -> World:
    config = Config(database_url=url, data_dir=folder, secret_key="a secret for benchmarks only")
    app, now = create_app(config), utc_now()
    comments, clauses, stakeholders = size
    with app.app_context():
        upgrade()
        session = db.session()
        make, tokens = Make(session, now), {}
        norm = furnish(make, count=comments, clauses_=clauses, stakeholders=stakeholders)
        moderator, author = make.user("A moderator"), make.user("An author")
        chair = make.user("A chair")
        for user, role in ((moderator, Role.MODERATOR), (moderator, Role.EDITOR), (chair, Role.CHAIR)):
            make.seat(user, role, norm)
        make.mandate(author, make.stakeholder("A ministry", country="UY"))
        for name, user in ((MODERATOR, moderator), (CHAIR, chair), (AUTHOR, author)):
            tokens[name] = sign_ins.begin(session, user, now=now)
        consensus.assess(session, SYSTEM, norm, now=now)
        session.commit()
        look_for_copies(norm.id)
        if db.engine.dialect.name == "postgresql":  # where autovacuum does it
            session.execute(sa.text("ANALYZE"))
            session.commit()
    return World(app, tokens)


def compile_next(one: World) -> None:
    """The round is over and the next draft in the making."""
    with one.app.app_context():
        session, now = db.session(), utc_now()
        norm = session.scalars(sa.select(Norm)).one()
        norm.closes_at = now - dt.timedelta(hours=1)
        step(session, SYSTEM, norm, Stage.COMPILATION, now=now)
        session.commit()


def times(page: Callable[[], object]) -> tuple[float, float]:
    """Median of the CPU and 95th percentile of the time by the clock, in ms."""
    spent, seconds = [], []
    for _ in range(TIMES):
        started, used = time.perf_counter(), time.process_time()
        page()
        spent.append(1000 * (time.process_time() - used))
        seconds.append(1000 * (time.perf_counter() - started))
    return sorted(spent)[TIMES // 2], sorted(seconds)[SLOW - 1]


def measured(few: World, many: World, pages: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line of the table for each page."""
    gc.collect()
    gc.freeze()  # as the server does: deploy/gunicorn.conf.py
    bare = Environment(autoescape=True).from_string(BARE)
    for person, path in pages:
        page = many.page(person, path)
        size = len(page())
        made, slow = times(page)
        kept, _ = times(partial(page, kept=True))
        shown = clauses(size, max(size // 1000, 1))
        peer, _ = times(partial(bare.render, title="Draft", clauses=shown))
        asked = [one.asked(one.page(person, path)) for one in (few, many)]
        cells = (
            person,
            f"`{path}`",
            f"{made:.0f}",
            f"{kept:.0f}",
            f"{slow:.0f}",
            f"{size:,}",
            f"{kept / peer:.0f}",
            *asked,
            BEFORE.get((person, path), ""),
        )
        yield "| " + " | ".join(map(str, cells)) + " |"


def main(words: list[str]) -> None:
    count = int(words[0]) if words else COMMENTS
    print(ABOUT.format(count=count, load=os.getloadavg()[1]))
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        kinds = {"SQLite": SqliteDatabases(Path(folder)), "PostgreSQL": PostgresDatabases(server)}
        for name, databases in kinds.items():
            with databases.empty() as few_url, databases.empty() as many_url:
                few = world(few_url, Path(folder), FEW)
                many = world(many_url, Path(folder), (count, CLAUSES, STAKEHOLDERS))
                print(HEAD.format(name=name))
                table(few, many, words[1:] or [VISITOR, AUTHOR, MODERATOR, CHAIR])


def table(few: World, many: World, who: Collection[str]) -> None:
    for row in measured(few, many, (one for one in IN_CONSULTATION if one[0] in who)):
        print(row, flush=True)
    for one in (few, many):
        compile_next(one)
    for row in measured(few, many, (one for one in IN_COMPILATION if one[0] in who)):
        print(row, flush=True)
    for one in (few, many):
        with one.app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])

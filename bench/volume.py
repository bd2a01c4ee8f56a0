"""Every list page of a consultation with 50,000 comments: time on the server, and statements to the database.

Each page is measured as it is after a person has acted: nothing is kept from before, but the parsed
assessment, which no act changes. Beside it stands a bare Jinja page of as many bytes, rendered in the
same run.

python -m bench.volume [comments]
"""

import datetime as dt
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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

TIMES = 60
SLOW = 57  #: of 60 requests in order, the one that 95 of 100 do not exceed
AIM = 150  #: ms on the server, for 95 of 100 requests
FEW = (500, 20, 50)  #: comments, clauses, stakeholders of the small world, for the number of statements
NORM = f"/en/norms/{SLUG}"
VISITOR, MODERATOR, CHAIR, AUTHOR = "visitor", "moderator", "chair", "author"
IN_CONSULTATION: tuple[tuple[str, str], ...] = (
    (VISITOR, f"{NORM}/"),
    (VISITOR, f"{NORM}/provisions/p1/"),
    (VISITOR, f"{NORM}/provisions/p1/?after=500"),
    (VISITOR, f"{NORM}/provisions/p1/?positions=100"),
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
    (AUTHOR, f"{NORM}/provisions/p1/"),
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


@dataclass
class World:
    """An application on a furnished database, and the sign-in of each person."""

    app: Flask
    tokens: dict[str, str]

    def page(self, person: str, path: str) -> Callable[[], bytes]:
        client = self.app.test_client()
        if person in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[person]

        def ask() -> bytes:
            for name in ("page_cache", "draft_cache"):  # nothing is kept from the time before
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
    """Median and 95th percentile in ms."""
    seconds = []
    for _ in range(TIMES):
        started = time.perf_counter()
        page()
        seconds.append(1000 * (time.perf_counter() - started))
    seconds.sort()
    return seconds[TIMES // 2], seconds[SLOW - 1]


def measured(few: World, many: World, pages: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """A line of the table for each page."""
    gc.collect()
    gc.freeze()  # as the server does: deploy/gunicorn.conf.py
    bare = Environment(autoescape=True).from_string(BARE)
    for person, path in pages:
        page = many.page(person, path)
        size = len(page())
        median, slow = times(page)
        shown = clauses(size, max(size // 1000, 1))
        peer, _ = times(partial(bare.render, title="Draft", clauses=shown))
        asked = [one.asked(one.page(person, path)) for one in (few, many)]
        cells = (
            person,
            f"`{path}`",
            f"{median:.0f}",
            f"{slow:.0f}",
            size // 1024,
            f"{median / peer:.0f}",
            *asked,
        )
        yield "| " + " | ".join(map(str, cells)) + " |"


def main(words: list[str]) -> None:
    count = int(words[0]) if words else COMMENTS
    print("# A consultation at volume\n")
    print(f"{count:,} comments in six languages on {CLAUSES} clauses by {STAKEHOLDERS:,} stakeholders,")
    print(f"no page kept from before; {TIMES} requests each. Aim: ≤ {AIM} ms for 95 of 100, and as many")
    print(
        f"statements as for {FEW[0]} comments. Beside it: how many times a bare Jinja page of as many bytes."
    )
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        kinds = {"SQLite": SqliteDatabases(Path(folder)), "PostgreSQL": PostgresDatabases(server)}
        for name, databases in kinds.items():
            with databases.empty() as few_url, databases.empty() as many_url:
                few = world(few_url, Path(folder), FEW)
                many = world(many_url, Path(folder), (count, CLAUSES, STAKEHOLDERS))
                print(f"\n## {name}\n\n| who | page | median ms | 95 % ms | KB | bare pages | few | many |")
                print("|---|---|---|---|---|---|---|---|")
                table(few, many)


def table(few: World, many: World) -> None:
    for row in measured(few, many, IN_CONSULTATION):
        print(row, flush=True)
    for one in (few, many):
        compile_next(one)
    for row in measured(few, many, IN_COMPILATION):
        print(row, flush=True)
    for one in (few, many):
        with one.app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])

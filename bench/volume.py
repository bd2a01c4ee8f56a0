"""Every list page of a consultation with 50,000 comments: time on the server, and statements to the database.

python -m bench.volume [comments]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.accounts import sign_ins
from app.authority.actor import SYSTEM, Role
from app.consensus import service as consensus
from app.foundation.clock import utc_now
from app.web.extensions import db
from bench.speech import CLAUSES, COMMENTS, STAKEHOLDERS
from bench.volume_world import SLUG, furnish
from config import Config
from tests import postgres
from tests.factories import Make
from tests.moments import statements

TIMES = 21
AIM = 150  #: ms on the server, for 95 of 100 requests
FEW = (500, 20, 50)  #: comments, clauses, stakeholders of the small world, for the number of statements
NORM = f"/en/norms/{SLUG}"
VISITOR, MODERATOR, AUTHOR = "visitor", "moderator", "author"
PAGES: tuple[tuple[str, str], ...] = (
    (VISITOR, f"{NORM}/"),
    (VISITOR, f"{NORM}/provisions/p1/"),
    (VISITOR, f"{NORM}/comments/1/"),
    (VISITOR, f"{NORM}/dispositions/"),
    (VISITOR, f"{NORM}/dispositions/?show=unanswered"),
    (VISITOR, f"{NORM}/dispositions/?show=not-satisfied"),
    (VISITOR, f"{NORM}/objections/"),
    (VISITOR, f"{NORM}/groups/"),
    (VISITOR, f"{NORM}/consensus/"),
    (VISITOR, f"{NORM}/record/"),
    (VISITOR, "/en/stakeholders/"),
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
    (MODERATOR, f"{NORM}/triage/?code=p1&language=fr"),
    (MODERATOR, f"{NORM}/triage/?order=objections"),
    (MODERATOR, f"{NORM}/groups/copies/"),
    (MODERATOR, f"{NORM}/groups/like/3/"),
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
        make.seat(moderator, Role.MODERATOR, norm)
        make.mandate(author, make.stakeholder("A ministry", country="UY"))
        for name, user in ((MODERATOR, moderator), (AUTHOR, author)):
            tokens[name] = sign_ins.begin(session, user, now=now)
        consensus.assess(session, SYSTEM, norm, now=now)
        session.commit()
        session.execute(sa.text("ANALYZE"))
        session.commit()
    return World(app, tokens)


def measured(few: World, many: World) -> Iterator[tuple[str, str, float, float, int, int, int]]:
    """(person, page, median and 95th percentile in ms, KB, statements for few and for many comments)."""
    for person, path in PAGES:
        page, seconds = many.page(person, path), []
        size = len(page())
        for _ in range(TIMES):
            started = time.perf_counter()
            page()
            seconds.append(1000 * (time.perf_counter() - started))
        seconds.sort()
        counts = [one.asked(one.page(person, path)) for one in (few, many)]
        yield person, path, seconds[TIMES // 2], seconds[-2], size // 1024, counts[0], counts[1]


def main(words: list[str]) -> None:
    count = int(words[0]) if words else COMMENTS
    print("# A consultation at volume\n")
    print(
        f"{count:,} comments in six languages on {CLAUSES} clauses by {STAKEHOLDERS:,} stakeholders, without"
    )
    print(f"any page kept from before; {TIMES} requests each. Aim: ≤ {AIM} ms for 95 of 100, and as many")
    print(f"statements as for {FEW[0]} comments.\n")
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/many.db"), ("PostgreSQL", server)):
            few = world(f"sqlite:///{folder}/few-{name}.db", Path(folder), FEW)
            many = world(url, Path(folder), (count, CLAUSES, STAKEHOLDERS))
            print(
                f"## {name}\n\n| who | page | median ms | 95 % ms | KB | statements, few | statements, many |"
            )
            print("|---|---|---|---|---|---|---|")
            for person, path, median, slow, size, before, after in measured(few, many):
                print(f"| {person} | `{path}` | {median:.0f} | {slow:.0f} | {size} | {before} | {after} |")
            print(flush=True)
            for one in (few, many):
                with one.app.app_context():
                    db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])

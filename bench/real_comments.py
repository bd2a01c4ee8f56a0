"""Real comments: the 5,633 of Decide Madrid on 80 proposals, said through the verbs and read on the pages.

Each proposal stands for a clause. An answer to an answer belongs to the thread it is in; an answer to what
the file does not hold opens a thread. Votes come as numbers: so many imagined people back or oppose it.

python -m bench.real_comments
"""

import csv
import datetime as dt
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import create_app
from app.authority.actor import Actor, MandateRole
from app.discussion import service
from app.discussion.models import Backing, Comment, CommentKind, Side
from app.discussion.submissions import Submission
from app.foundation.clock import utc_now
from app.foundation.errors import AppError
from app.kernel.extensions import db
from app.norms.models import Norm
from app.norms.queries import clauses
from app.norms.seen import seen_in
from app.stakeholders.models import Category, Stakeholder
from app.triage.near_copies import near_copies
from bench.coordination import DATA
from config import Config
from tests.factories import Make

FOLDER = DATA / "comments"
SLUG = "madrid"
NORM = f"/en/norms/{SLUG}/"
NEXT = re.compile(r'href="(\?after=\d+)#comments"')
Row = tuple[str, object]


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Loaded:
    """What became of the file."""

    comments: dict[str, Comment] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    orphans: int = 0
    depth: dict[str, int] = field(default_factory=dict)
    votes: int = 0
    votes_on_replies: int = 0


def load(make: Make) -> tuple[Norm, Loaded]:
    session, now = make.session, make.now
    proposals = table("decide_madrid_proposals.csv")
    texts = [{"es": f"{one['title']}. {one['summary']}".strip()} for one in proposals]
    norm = make.norm(*texts, languages=("es",), slug=SLUG)
    there = clauses(session, norm.current_draft_id or 0)
    clause_of = {one["id"]: clause for one, clause in zip(proposals, there, strict=True)}
    people: dict[str, tuple[Actor, int]] = {}
    loaded, lines = Loaded(), table("decide_madrid.csv")
    known = {line["id"] for line in lines}
    for line in lines:
        if line["userId"] not in people:
            user = make.user()
            holder = make.stakeholder(f"Person {line['userId']}", category=Category.INDIVIDUAL, country="ES")
            make.mandate(user, holder, MandateRole.CONTACT_POINT)
            people[line["userId"]] = (make.actor(user), holder.id)
        actor, holder_id = people[line["userId"]]
        parent = loaded.comments.get(line["parentId"])
        loaded.orphans += line["parentId"] != "-1" and line["parentId"] not in known
        loaded.depth[line["id"]] = loaded.depth.get(line["parentId"], -1) + 1
        try:
            loaded.comments[line["id"]] = service.comment(
                session,
                actor,
                norm,
                Submission(
                    stakeholder_id=holder_id,
                    kind=CommentKind.GENERAL,
                    body=line["text"],
                    language="es",
                    read_language="es",
                    seen=parent.version if parent else seen_in(clause_of[line["proposalId"]], "es"),
                ),
                clause=None if parent else clause_of[line["proposalId"]],
                parent=parent,
                now=now,
            )
        except AppError as refusal:
            loaded.refused[refusal.code] += 1
    vote(make, lines, loaded)
    session.commit()
    return norm, loaded


def vote(make: Make, lines: list[dict[str, str]], loaded: Loaded) -> None:
    """So many people back and oppose each comment that opens a thread, the same people each time."""
    given = [(line["id"], int(line["numPositiveVotes"]), int(line["numNegativeVotes"])) for line in lines]
    crowd = [
        Stakeholder(
            category=Category.INDIVIDUAL,
            country="ES",
            name=f"Voter {number}",
            language="es",
            created_at=make.now,
        )
        for number in range(max(ayes + noes for _, ayes, noes in given))
    ]
    make.session.add_all(crowd)
    make.session.flush()
    rows = []
    for mark, ayes, noes in given:
        said = loaded.comments.get(mark)
        loaded.votes += ayes + noes
        if said is None or said.parent_id is not None:
            loaded.votes_on_replies += ayes + noes
            continue
        for place in range(ayes + noes):
            side = Side.BACK if place < ayes else Side.OPPOSE
            row = {"comment_id": said.id, "stakeholder_id": crowd[place].id, "side": side}
            rows.append(row | {"stated_at": make.now})
    make.session.execute(sa.insert(Backing), rows)


def about_the_file(loaded: Loaded) -> Iterator[Row]:
    bodies = [said.body for said in loaded.comments.values()]
    yield "comments said", len(bodies)
    yield "refused", ", ".join(f"{code}: {count}" for code, count in loaded.refused.items()) or "none"
    yield "answers to what is not there, which open a thread", loaded.orphans
    yield "the deepest answer", max(loaded.depth.values())
    yield "the longest, in characters", max(map(len, bodies))
    yield "with emoji or other symbols", sum(map(has_symbols, bodies))
    yield "votes; of these on answers, which are not backed", f"{loaded.votes}; {loaded.votes_on_replies}"
    yield "near copies", sum(len(group) for group in near_copies(bodies))


def has_symbols(text: str) -> bool:
    return any(unicodedata.category(letter) == "So" for letter in text)


def read(client: FlaskClient, path: str) -> tuple[float, str]:
    """Seconds, and the page."""
    begun = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - begun
    assert answer.status_code == 200, (path, answer.status_code)
    return seconds, answer.get_data(as_text=True)


def on_the_pages(app: Flask, loaded: Loaded) -> Iterator[Row]:
    """Every clause to its last page, and the pages of the comments that are hardest to show."""
    client = app.test_client()
    slowest, pages, found = (0.0, ""), 0, set[int]()
    for number in range(1, 81):
        path: str | None = f"{NORM}provisions/p{number}/"
        while path:
            seconds, page = read(client, path)
            slowest, pages = max(slowest, (seconds, f"{path} ({len(page) // 1024} KB)")), pages + 1
            found |= {int(one) for one in re.findall(r'>c(\d+)(?:</a>)? · <b dir="auto">', page)}
            following = NEXT.search(page)
            path = f"{NORM}provisions/p{number}/{following[1]}" if following else None
    yield "pages of clauses; the slowest", f"{pages}; {slowest[1]} {1000 * slowest[0]:.0f} ms"
    yield "comments that no page of a clause shows", len(loaded.comments) - len(found)
    replies = Counter(said.parent_id for said in loaded.comments.values() if said.parent_id)
    by_id = {said.id: said for said in loaded.comments.values()}
    thread, count = replies.most_common(1)[0]
    hardest = [by_id[thread], *sorted(by_id.values(), key=lambda said: -len(said.body))[:20]]
    hardest += [said for said in by_id.values() if has_symbols(said.body)][:100]
    slowest = (0.0, "")
    for said in hardest:
        seconds, page = read(client, f"{NORM}comments/{said.number}/")
        slowest = max(slowest, (seconds, f"c{said.number}"))
        first = said.body.split("\n")[0].strip()
        assert first in unescape(page), said.number
    yield f"pages of {len(hardest)} comments; the slowest", f"{slowest[1]} {1000 * slowest[0]:.0f} ms"
    seconds, page = read(client, f"{NORM}comments/{by_id[thread].number}/")
    yield f"the longest thread, of {count} answers", f"{1000 * seconds:.0f} ms, {len(page) // 1024} KB"
    for path in (NORM, f"{NORM}dispositions/", f"{NORM}dispositions/?show=unanswered"):
        seconds, page = read(client, path)
        yield f"`{path}`", f"{1000 * seconds:.0f} ms, {len(page) // 1024} KB"


def main() -> None:
    if not FOLDER.is_dir():
        sys.exit(f"The real comments are not here: {FOLDER}")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/real.db"
        config = Config(database_url=url, data_dir=Path(folder), secret_key="a secret for benchmarks only")
        app = create_app(config)
        print("# Real comments\n\n| what | |\n|---|---|")
        with app.app_context():
            upgrade()
            begun = time.perf_counter()
            _, loaded = load(Make(db.session(), utc_now() - dt.timedelta(days=1)))
            seconds = time.perf_counter() - begun
            rows = list(about_the_file(loaded))
        rows.append(("said through the verbs in", f"{seconds:.0f} s"))
        rows += on_the_pages(app, loaded)
        with app.app_context():
            db.engine.dispose()
        for what, value in rows:
            print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()

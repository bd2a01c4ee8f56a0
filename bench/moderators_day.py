"""A moderator's full day, and the chair's evening, on the pages of a consultation at volume.

What was held is shown or hidden; what waits is answered alone, together and from kept answers; comments that
say the same are grouped, changes are merged at the bench, and the next draft is opened. Every page has to
come; at the end every comment is accounted for and the record holds.

python -m bench.moderators_day [comments]
"""

import datetime as dt
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import passwords
from app.accounts.models import User
from app.audit.chain import first_break
from app.audit.queries import links
from app.authority.actor import Role
from app.compilation.models import MergeOperation
from app.discussion.models import Comment, Decision, Disposition, Visibility
from app.discussion.queries import OPENS_A_THREAD, answered
from app.foundation.clock import utc_now
from app.kernel.extensions import db
from app.norms.models import Draft, Norm
from app.norms.stages import Stage
from bench.speech import CLAUSES, COMMENTS, STAKEHOLDERS
from bench.volume_world import SLUG, furnish
from config import Config
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.factories import Make

PASSWORD = "a long day at the desk"
NORM = f"/en/norms/{SLUG}/"
QUEUE = f"{NORM}triage/"
UNANSWERED = {"seen": "1", "version": "0"}  #: what the page of a comment without a decision says was read
SINGLY = (Decision.ACCEPTED, Decision.MODIFIED, Decision.NOT_ACCEPTED, Decision.NOTED, Decision.DEFERRED)
HOURS = 9
TICK = re.compile(r'name="comment" value="(\d+)"')
CHOICE = re.compile(r'type="radio" name="(choice\.\d+)" value="([^"]+)"')
ENTRY = re.compile(rf'href="{NORM}compilation/(\d+)/"')


@dataclass(frozen=True)
class Work:
    """How much is to be done on a day."""

    waiting: int = 180  #: comments without an answer in the morning
    held: int = 40
    singly: int = 60  #: answered one by one
    merges: int = 30


@dataclass
class Day:
    """A browser without JavaScript that notes how long each page took."""

    browser: Browser
    took: list[tuple[float, str]] = field(default_factory=list)

    def get(self, path: str) -> str:
        return self._asked("GET", path, {}, 200)

    def post(self, path: str, expected: int = 303, **fields: Any) -> str:
        """Send the form of the page that is shown; the page one is sent on to."""
        return self._asked("POST", path, fields, expected)

    def _asked(self, method: str, path: str, fields: dict[str, Any], expected: int) -> str:
        begun = time.perf_counter()
        ask = self.browser.get if method == "GET" else self.browser.post
        answer = ask(path, **fields)
        self.took.append((time.perf_counter() - begun, f"{method} {path}"))
        assert answer.status_code == expected, (method, path, answer.status_code, self.browser.page[:2000])
        return self.get(answer.headers["Location"]) if expected == 303 else self.browser.page

    def sign_in(self, user: User) -> None:
        self.browser.client.delete_cookie("concord")
        self.get("/en/sign-in/")
        self.post("/en/sign-in/", email=user.email, password=PASSWORD, next="/en/my/")


def morning(make: Make, norm: Norm, work: Work) -> tuple[User, User]:
    """Leave so much to be done and the round open until tonight; the moderator, and the chair."""
    session = make.session
    settle(session, norm, work, make.now)
    norm.closes_at = make.now + dt.timedelta(hours=HOURS - 1)
    digest = passwords.digest(PASSWORD)
    moderator = make.user("A moderator", password_hash=digest)
    chair = make.user("A chair", password_hash=digest)
    for user, role in ((moderator, Role.MODERATOR), (moderator, Role.EDITOR), (chair, Role.CHAIR)):
        make.seat(user, role, norm)
    session.commit()
    return moderator, chair


def settle(session: Session, norm: Norm, work: Work, now: dt.datetime) -> None:
    """Everything but the last comments has been shown and answered on the days before."""
    is_held = sa.and_(Comment.norm_id == norm.id, Comment.visibility == Visibility.HELD)
    last = sa.select(Comment.id).where(is_held).order_by(Comment.number.desc()).limit(work.held).subquery()
    earlier = sa.and_(is_held, Comment.id.not_in(sa.select(last.c.id)))
    session.execute(sa.update(Comment).where(earlier).values(visibility=Visibility.SHOWN))
    waiting = waiting_ids(session, norm)[: -work.waiting or None]
    before = {
        "decision": Decision.DEFERRED,
        "reason": "Until the next draft.",
        "language": "en",
        "decided_at": now,
    }
    for first in range(0, len(waiting), 1000):
        rows = [before | {"comment_id": own} for own in waiting[first : first + 1000]]
        session.execute(sa.insert(Disposition), rows)


def waiting_ids(session: Session, norm: Norm) -> Sequence[int]:
    return session.scalars(
        sa.select(Comment.id)
        .where(
            Comment.norm_id == norm.id, Comment.visibility == Visibility.SHOWN, OPENS_A_THREAD, ~answered()
        )
        .order_by(Comment.number)
    ).all()


def ticked(page: str) -> list[str]:
    """The comments of the page's queue."""
    return list(dict.fromkeys(TICK.findall(page)))


def look_at_held(day: Day) -> None:
    """A few are hidden, some are shown one by one, and the rest together."""
    numbers = ticked(day.get(f"{QUEUE}?show=held"))
    hidden, shown = numbers[: len(numbers) // 4], numbers[len(numbers) // 4 : len(numbers) // 2]
    for number in hidden:
        day.get(f"{NORM}comments/{number}/")
        day.post(f"{NORM}comments/{number}/hide/", reason="spam")
    for number in shown:
        day.get(f"{NORM}comments/{number}/")
        day.post(f"{NORM}comments/{number}/release/", seen="1")
    while numbers := ticked(day.get(f"{QUEUE}?show=held")):
        day.post(f"{QUEUE}release/?show=held", comment=numbers)


def answer_singly(day: Day, many: int) -> None:
    """Each read on its own page; the last is a duplicate of the first."""
    numbers = ticked(day.get(QUEUE)) + ticked(day.get(f"{QUEUE}?first=objections"))
    chosen = list(dict.fromkeys(numbers))[:many]
    for number, decision in zip(chosen[:-1], cycle(SINGLY), strict=False):
        day.get(f"{NORM}comments/{number}/")
        reason = f"Read on its own: {decision.value} for clause and comment {number}."
        answer = {"decision": decision, "reason": reason, "language": "en", **UNANSWERED}
        day.post(f"{NORM}comments/{number}/disposition/", **answer)
    day.get(f"{NORM}comments/{chosen[-1]}/")
    same = {"decision": Decision.DUPLICATE, "reason": "Said before.", "duplicate_of": f"c{chosen[0]}"}
    day.post(f"{NORM}comments/{chosen[-1]}/disposition/", language="en", **UNANSWERED, **same)


def answer_together(day: Day) -> None:
    """From a kept answer, as a group, and page by page until nothing waits."""
    kept = {"title": "Scope", "language": "en", "decision": Decision.OUT_OF_SCOPE, "reason": "Another norm."}
    day.get(f"{QUEUE}answer-templates/")
    day.post(f"{QUEUE}answer-templates/", **kept)
    page = day.get(QUEUE)
    template = re.search(r'<option value="(\d+)"[^>]*>[^<]*Scope', page)
    assert template is not None
    some = ticked(page)[:10]
    page = day.post(f"{QUEUE}prefill/", 200, comment=some, template=template[1])
    assert "Another norm." in page
    day.post(QUEUE, comment=some, decision=Decision.OUT_OF_SCOPE, reason="Another norm.", language="en")
    day.get(f"{NORM}groups/copies/")
    group = day.post(f"{NORM}groups/", comment=ticked(day.get(QUEUE))[:4], title="Alike")
    address = re.search(rf'action="({NORM}groups/\d+/answer/)"', group)
    assert address is not None
    day.post(address[1], decision=Decision.ACCEPTED, reason="All four are right.", language="en")
    while numbers := ticked(day.get(QUEUE)):
        day.post(QUEUE, comment=numbers, decision=Decision.NOTED, reason="Read and weighed.", language="en")


def merge(day: Day, many: int) -> int:
    """Merge changes into so many clauses, collisions by the first wording; undo and redo the first."""
    done = 0
    for number in dict.fromkeys(ENTRY.findall(day.get(f"{NORM}compilation/"))):
        if done == many:
            break
        address = f"{NORM}compilation/{number}/"
        page = day.get(f"{address}?in=en")
        changes = re.findall(r'name="changes" value="(\d+)"', page)[:2]
        if changes:
            merge_into(day, address, changes)
            done += 1
            if done == 1:
                day.post(f"{address}undo/", version=version(day.browser.page))
                merge_into(day, address, changes)
    return done


def merge_into(day: Day, address: str, changes: list[str]) -> None:
    page = day.post(f"{address}preview/", 200, language="en", changes=changes, settles="")
    choices = dict(reversed(CHOICE.findall(page)))
    settles = ",".join(changes)
    day.post(
        f"{address}merge/", version=version(page), language="en", changes=changes, settles=settles, **choices
    )


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def run(app: Flask, clock: StoppedClock, moderator: User, chair: User, work: Work) -> Day:
    """The whole day, from signing in to reading the new draft."""
    day = Day(Browser(app.test_client()))
    steps = f"{NORM}steps/"
    day.sign_in(moderator)
    for path in ("/en/moderation/", NORM, f"{NORM}dispositions/", f"{NORM}objections/", f"{NORM}record/"):
        day.get(path)
    look_at_held(day)
    answer_singly(day, work.singly)
    answer_together(day)
    clock.forward(hours=HOURS)
    day.sign_in(chair)
    day.get(steps)
    day.post(steps, to=Stage.COMPILATION)
    day.sign_in(moderator)
    assert merge(day, work.merges) == work.merges
    day.get(f"{NORM}compilation/reading/")
    day.sign_in(chair)
    day.get(steps)
    closing = clock().date() + dt.timedelta(days=40)
    later = "What was accepted and is not yet in the text is for the third draft."
    opened = {"to": Stage.CONSULTATION, "closes_on": closing.isoformat()}
    day.post(steps, 422, **opened)  # accepted comments are not in the text yet: the chair says why
    day.post(steps, **opened, override_reason=later)
    for path in (NORM, f"{NORM}drafts/2/changes/", f"{NORM}drafts/2/compare/1/", f"{NORM}dispositions/"):
        day.get(path)
    return day


def check(session: Session, norm: Norm, moderator: User, comments: int, work: Work) -> int:
    """Everything is where it should be; how many comments the moderator answered."""
    session.rollback()
    session.refresh(norm)
    assert norm.stage is Stage.CONSULTATION
    drafts = sa.select(Draft.number).where(Draft.norm_id == norm.id).order_by(Draft.number)
    assert session.scalars(drafts).all() == [1, 2]
    assert not waiting_ids(session, norm)
    kept = session.execute(sa.select(Comment.visibility, sa.func.count()).group_by(Comment.visibility)).all()
    assert sum(number for _, number in kept) == comments
    assert Visibility.HELD not in {visibility for visibility, _ in kept}
    doubled = sa.select(Disposition.comment_id).where(Disposition.superseded_at.is_(None))
    assert not session.scalars(doubled.group_by(Disposition.comment_id).having(sa.func.count() > 1)).all()
    merged = session.scalar(
        sa.select(sa.func.count(MergeOperation.entry_id.distinct())).where(MergeOperation.undone_at.is_(None))
    )
    assert merged is not None and merged >= work.merges
    assert first_break(links(session)) is None
    by_hand = sa.select(sa.func.count()).where(Disposition.decided_by == moderator.id)
    return session.scalar(by_hand) or 0


def rows(count: int) -> Iterator[str]:
    work, clock = Work(), StoppedClock(utc_now())
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/day.db"
        config = Config(database_url=url, data_dir=Path(folder), secret_key="a secret for benchmarks only")
        app = create_app(config, clock=clock)
        app.testing = True
        with app.app_context():
            upgrade()
            session = db.session()
            make = Make(session, clock())
            norm = furnish(make, count=count, clauses_=CLAUSES, stakeholders=STAKEHOLDERS)
            moderator, chair = morning(make, norm, work)
        begun = time.perf_counter()
        day = run(app, clock, moderator, chair, work)
        took = time.perf_counter() - begun
        with app.app_context():
            done = check(db.session(), db.session().get_one(Norm, norm.id), moderator, count, work)
            db.engine.dispose()
        yield f"| comments answered | {done} |"
        yield f"| changes merged into clauses | {work.merges} |"
        yield f"| pages asked for | {len(day.took)} |"
        yield f"| all together | {took:.0f} s |"
        for seconds, what in sorted(day.took, reverse=True)[:8]:
            yield f"| `{what}` | {1000 * seconds:.0f} ms |"


def main(words: list[str]) -> None:
    count = int(words[0]) if words else COMMENTS
    print("# A moderator's full day\n")
    print(f"{count:,} comments on {CLAUSES} clauses, SQLite; one browser, one thing after another.\n")
    print("| what | |\n|---|---|")
    for row in rows(count):
        print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

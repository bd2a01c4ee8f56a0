"""A link of a notice: sign in, then one click."""

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import User
from app.audit import service as audit
from app.authority.actor import SYSTEM
from app.foundation.jobs import Job, JobState
from app.norms.models import Norm
from app.norms.seen import Seen
from app.positions.models import Position, Stance
from tests.browser import Browser
from tests.discussion.saying import Speaker
from tests.factories import Make
from tests.notices.conftest import PostOffice
from tests.positions.saying import clause_of, next_draft, say

Morning = Callable[..., int]
PASSWORD = "four words of mine"


def test_a_position_is_reaffirmed_by_one_click_after_signing_in(
    session: Session, make: Make, norm: Norm, peru: Speaker, browser: Browser, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    user = session.get_one(User, peru[0].user_id)
    user.password_hash = passwords.digest(PASSWORD)
    say(session, norm, clause_of(session, norm, 1), peru, Stance.SUPPORT, reason="It is right.", now=now)
    next_draft(make, norm, "Machines serve all people.", "States report.", "Nobody is harmed.")
    audit.record(session, SYSTEM, "draft-opened", "draft:2", norm=norm.slug, now=now)
    morning()
    found = re.search(r"http\S+/position/\S+", office.text(user.email))
    assert found is not None
    parts = urlsplit(found[0])
    assert browser.get(f"{parts.path}?{parts.query}").status_code == 401
    fields = browser.hidden | {"email": user.email, "password": PASSWORD}
    entered = browser.post("/en/sign-in/", **fields)
    assert entered.status_code == 303
    browser.get(entered.headers["Location"])
    assert "Reaffirm on this wording" in browser.page and "It is right." in browser.page
    form = re.search(r'action="([^"]+/reaffirm/)".*?</form>', browser.page, re.S)
    assert form is not None
    seen = re.search(r'name="seen" value="([^"]+)"', form[0])
    assert seen is not None
    read = {"seen": seen[1], "read_language": "en"}
    assert browser.post(form[1], stakeholder=str(peru[1].id), **read).status_code == 303
    session.rollback()
    present = session.scalars(sa.select(Position).where(Position.superseded_at.is_(None))).one()
    assert (present.stance, present.text_digest) == (Stance.SUPPORT, Seen.read(seen[1]).wording)


def test_every_link_of_a_mail_leads_to_a_page(
    session: Session, make: Make, norm: Norm, peru: Speaker, browser: Browser, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    say(session, norm, clause_of(session, norm, 1), peru, Stance.SUPPORT, now=now)
    next_draft(make, norm, "Machines serve all people.", "States report.", "Nobody is harmed.")
    audit.record(session, SYSTEM, "draft-opened", "draft:2", norm=norm.slug, now=now)
    morning()
    links = re.findall(r"http://\S+", office.text(session.get_one(User, peru[0].user_id).email))
    assert len(links) >= 5
    for link in links:
        parts = urlsplit(link)
        assert browser.get(f"{parts.path}?{parts.query}").status_code in (200, 401), link


def test_the_worker_command_makes_a_round(runner: FlaskCliRunner, session: Session, norm: Norm) -> None:
    norm.closes_at = None
    session.commit()
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    done = session.execute(sa.select(Job.kind, Job.state)).all()
    assert [tuple(row) for row in done] == [("notices", JobState.DONE)]

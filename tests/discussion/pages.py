"""Short words for what tests of pages do again and again."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Role
from app.discussion.models import Comment
from app.kernel.extensions import db
from app.norms.models import Norm
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.factories import Make
from tests.moments import statements

NORM = "/en/norms/ai/"
COMMENT = f"{NORM}provisions/p1/comment/"
PROPOSE = f"{NORM}provisions/p1/propose/"
DECISIONS = f"{NORM}dispositions/"
SignIn = Callable[[User], str]
Enter = Callable[[Role], str]


def seated(make: Make, role: Role, norm: Norm) -> User:
    user = make.user()
    make.seat(user, role, norm)
    return user


def asked(app: Flask, browser: Browser, pages: Sequence[str]) -> list[int]:
    """How many statements each page sends to the database."""
    with app.app_context():
        engine = db.engine
    found = []
    for page in pages:
        with statements(engine) as sent:
            assert browser.get(page).status_code == 200
        found.append(len(sent))
    return found


def words(browser: Browser, holder: Stakeholder, body: str, **more: str) -> dict[str, str]:
    """The fields of the form that is shown, filled in."""
    hidden = {name: browser.hidden[name] for name in ("read_language", "seen", "form_key")}
    hidden |= {"kept": browser.hidden["kept"]} if "kept" in browser.hidden else {}
    return {"stakeholder": str(holder.id), "body": body, "language": "en", **hidden, **more}


def comments(session: Session) -> list[Comment]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(Comment).order_by(Comment.number)))

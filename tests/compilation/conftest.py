"""A norm of two clauses on its way from draft to draft, and who edits it."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Role
from tests.compilation.opened import Course, course
from tests.factories import Make


@pytest.fixture
def way(session: Session, make: Make, now: dt.datetime) -> Course:
    return course(session, make, now)


@pytest.fixture
def editor(way: Course, make: Make) -> User:
    user = make.user("Edda")
    make.seat(user, Role.EDITOR, way.norm)
    return user

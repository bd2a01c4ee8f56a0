"""A norm in two languages, and Peru, for whom an author speaks."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, Role
from app.discussion.models import Comment
from app.norms.models import Clause, Norm
from app.stakeholders.models import Stakeholder
from tests.discussion.pages import Enter, SignIn, seated
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.positions.saying import clause_of


@pytest.fixture
def norm(make: Make) -> Norm:
    texts = {"en": "Machines serve people.", "fr": "Les machines servent les gens."}
    return make.norm(texts, languages=("en", "fr"), slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def ghana(make: Make) -> Speaker:
    return make.speaker(name="Ghana", country="GH")


@pytest.fixture
def author(make: Make, peru: Stakeholder) -> User:
    user = make.user()
    make.mandate(user, peru)
    return user


@pytest.fixture
def speaker(make: Make, author: User, peru: Stakeholder) -> Speaker:
    """The author as an actor, with Peru."""
    return make.actor(author), peru


@pytest.fixture
def said_by_peru(session: Session, clause: Clause, norm: Norm, speaker: Speaker, now: dt.datetime) -> Comment:
    """The first comment, on the first clause."""
    return remark(session, norm, clause, speaker, now=now)


@pytest.fixture
def signed_in(norm: Norm, author: User, sign_in: SignIn) -> None:
    """The author is signed in."""
    sign_in(author)


@pytest.fixture
def editor(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.EDITOR, norm)


@pytest.fixture
def enter(make: Make, norm: Norm, sign_in: SignIn) -> Enter:
    """Sign in a person with this seat at the norm."""
    return lambda role: sign_in(seated(make, role, norm))


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)

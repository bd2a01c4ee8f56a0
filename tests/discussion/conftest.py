"""A norm in two languages, and Peru, for whom an author speaks."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.norms.models import Clause, Norm
from app.stakeholders.models import Stakeholder
from tests.discussion.saying import Speaker
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
def author(make: Make, peru: Stakeholder) -> User:
    user = make.user()
    make.mandate(user, peru)
    return user


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)


@pytest.fixture
def ghana(make: Make) -> Speaker:
    return make.speaker(name="Ghana", country="GH")

"""A norm of two clauses in two languages, and those who explain it."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, Role
from app.norms.models import Clause, Norm
from tests.factories import Make
from tests.positions.saying import clause_of


@pytest.fixture
def norm(make: Make) -> Norm:
    one = {"en": "An AI system serves people.", "fr": "Un système d’IA sert les gens."}
    two = {"en": "States watch over AI systems.", "fr": "Les États y veillent."}
    return make.norm(one, two, languages=("en", "fr"), slug="ai")


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)


def sitting(make: Make, norm: Norm, role: Role) -> User:
    user = make.user(role.value)
    make.seat(user, role, norm)
    make.session.commit()
    return user


@pytest.fixture
def editor(make: Make, norm: Norm) -> User:
    return sitting(make, norm, Role.EDITOR)


@pytest.fixture
def moderator(make: Make, norm: Norm) -> User:
    return sitting(make, norm, Role.MODERATOR)


@pytest.fixture
def writing(make: Make, editor: User) -> Actor:
    return make.actor(editor)


@pytest.fixture
def choosing_actor(make: Make, moderator: User) -> Actor:
    return make.actor(moderator)

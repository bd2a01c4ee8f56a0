"""Persons with a seat at a norm, signed in."""

from collections.abc import Callable

import pytest

from app.accounts.models import User
from app.authority.actor import Role
from app.norms.models import Norm
from tests.factories import Make

Seat = Callable[[Role, Norm], User]


@pytest.fixture
def seat(make: Make, sign_in: Callable[[User], str]) -> Seat:
    def seat(role: Role, norm: Norm) -> User:
        user = make.user()
        make.seat(user, role, norm)
        sign_in(user)
        return user

    return seat

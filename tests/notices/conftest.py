"""A norm, the people around it, and a real mail server on this machine."""

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Connection
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.norms.models import Norm
from app.worker import loop
from config import Config
from tests.conftest import StoppedClock
from tests.discussion.saying import Speaker
from tests.factories import Make


@dataclass
class PostOffice:
    """Keeps what it is given, or refuses it with ``answer``; takes only every ``busy``-th at once."""

    answer: str = "250 OK"
    busy: int = 1
    kept: list[EmailMessage] = field(default_factory=list)
    tries: int = 0

    async def handle_DATA(self, server: SMTP, session: Connection, envelope: Envelope) -> str:  # noqa: N802
        self.tries += 1
        if self.tries % self.busy:
            return "451 Too many at once"
        if self.answer.startswith("250"):
            content = envelope.original_content or b""
            self.kept.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]
        return self.answer

    def to(self, address: str | None) -> list[EmailMessage]:
        return [mail for mail in self.kept if mail["To"] == address]

    def text(self, address: str | None) -> str:
        """The words of the only mail to a person."""
        (mail,) = self.to(address)
        return str(mail.get_content())


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def config(config: Config, office: PostOffice) -> Iterator[Config]:
    """Settings whose mail goes to that server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    yield Config(**vars(config) | {"mail_url": f"smtp://127.0.0.1:{port}"})
    controller.stop()


@pytest.fixture
def morning(app: Flask, session: Session, clock: StoppedClock) -> Callable[..., int]:
    """Commit what the test has made, let a day go by, and let the worker do what is due."""

    def pass_by(**duration: float) -> int:
        session.commit()
        clock.forward(**duration or {"days": 1})
        with app.app_context():
            loop.see_who_is_to_be_told()
            done = loop.work_off(loop.HANDLERS)
        session.expire_all()
        return done

    return pass_by


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", "States report.", "Nobody is harmed.", slug="ai")


@pytest.fixture
def peru(make: Make) -> Speaker:
    return make.speaker(name="Peru", country="PE")


@pytest.fixture
def ghana(make: Make) -> Speaker:
    return make.speaker(name="Ghana", country="GH")


def person(session: Session, speaker: Speaker) -> User:
    return session.get_one(User, speaker[0].user_id)

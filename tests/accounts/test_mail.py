"""How mail leaves: to a folder, or to a server."""

import email
import email.policy
import smtplib
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Connection

from app.foundation.jobs import Hopeless
from app.foundation.mail import Folder, Message, Smtp, post_at
from tests.conftest import NOW

SENDER = "Concord <concord@example.org>"
MESSAGE = Message("job-7", "amina@example.org", "تأكيد", "مرحبا\n\nhttps://example.org/x/\n", "ar", NOW)


class Received(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[email.message.Message] = []
        self.raw: list[bytes] = []

    def prepare_message(self, session: Connection, envelope: Envelope) -> email.message.Message:
        self.raw.append(envelope.original_content or b"")
        return super().prepare_message(session, envelope)

    def handle_message(self, message: email.message.Message) -> None:
        self.mails.append(message)


@pytest.fixture
def server() -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Received(), hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    yield controller
    controller.stop()


def test_a_server_gets_the_mail_as_it_was_written(server: Controller) -> None:
    post_at(f"smtp://127.0.0.1:{server.port}", folder=Path("nowhere"), sender=SENDER).send(MESSAGE)
    (got,) = server.handler.mails
    read = email.message_from_bytes(got.as_bytes(), policy=email.policy.default)
    assert read["Message-ID"] == "<job-7@example.org>" and read["Subject"] == "تأكيد"
    assert read["Content-Language"] == "ar"
    assert read.get_content().replace("\r\n", "\n") == MESSAGE.body


def test_the_address_that_ends_mails_stands_in_the_head_as_it_is(server: Controller) -> None:
    address = "https://concord.example.org/ar/notices/stop/" + "x" * 200 + "/"
    subject = "تأكيد " * 40
    long = replace(MESSAGE, unsubscribe=address, subject=subject)
    post_at(f"smtp://127.0.0.1:{server.port}", folder=Path("nowhere"), sender=SENDER).send(long)
    (raw,) = server.handler.raw
    lines = raw.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert f"List-Unsubscribe: <{address}>".encode() in lines
    assert all(len(line) < 79 for line in lines if b"Unsubscribe" not in line)
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Subject"] == subject.strip()


class Moody(SMTP):
    """Takes leave with an error."""

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        await self.push("421 Service closing")
        self._handler_coroutine.cancel()


def test_a_mail_that_was_taken_is_sent_whatever_follows(server: Controller) -> None:
    server.factory = lambda: Moody(server.handler)  # type: ignore[method-assign]
    post_at(f"smtp://127.0.0.1:{server.port}", folder=Path("nowhere"), sender=SENDER).send(MESSAGE)
    assert len(server.handler.mails) == 1


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("RCPT", "550 No such person", Hopeless),
        ("DATA", "554 No", Hopeless),
        ("RCPT", "450 Mailbox busy", smtplib.SMTPRecipientsRefused),
        ("DATA", "451 Later", smtplib.SMTPDataError),
    ],
)
def test_what_a_server_will_never_take_is_not_tried_again(
    server: Controller, where: str, answer: str, error: type[Exception]
) -> None:
    async def refuse(*_: object) -> str:
        return answer

    setattr(server.handler, f"handle_{where}", refuse)
    with pytest.raises(error):
        post_at(f"smtp://127.0.0.1:{server.port}", folder=Path("nowhere"), sender=SENDER).send(MESSAGE)


def test_a_folder_keeps_each_mail_once_and_readable(tmp_path: Path) -> None:
    post = post_at("", folder=tmp_path / "mail", sender=SENDER)
    for _ in range(2):
        post.send(MESSAGE)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "job-7.eml" and "https://example.org/x/" in file.read_text()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", Smtp("mail.example", 25, SENDER)),
        ("smtps://u%40x:p%2F@mail.example", Smtp("mail.example", 465, SENDER, "u@x", "p/", True)),
        ("smtp://mail.example:587?tls=required", Smtp("mail.example", 587, SENDER, tls_needed=True)),
        ("folder:", Folder(Path("f"), SENDER)),
    ],
)
def test_an_address_names_the_way(url: str, expected: object) -> None:
    assert post_at(url, folder=Path("f"), sender=SENDER) == expected


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="CONCORD_MAIL_URL"):
        post_at(url, folder=Path("f"), sender=SENDER)


FOREIGN = replace(MESSAGE, to="дева@xn--e1afmkfd.xn--p1ai")


def test_an_address_with_foreign_letters_is_written_to_where_the_server_can(server: Controller) -> None:
    server.SMTP_kwargs["enable_SMTPUTF8"] = True
    post_at(f"smtp://127.0.0.1:{server.port}", folder=Path("nowhere"), sender=SENDER).send(FOREIGN)
    (got,) = server.handler.mails
    assert got["X-RcptTo"] == FOREIGN.to
    assert FOREIGN.to.encode() in server.handler.raw[0]


def test_where_the_server_cannot_the_mail_is_given_up_at_once(server: Controller) -> None:
    server.SMTP_kwargs["enable_SMTPUTF8"] = False
    with pytest.raises(Hopeless, match="SMTPUTF8"):
        post_at(f"smtp://127.0.0.1:{server.port}", folder=Path("nowhere"), sender=SENDER).send(FOREIGN)
    assert server.handler.mails == []


def test_a_folder_keeps_mail_to_such_an_address_too(tmp_path: Path) -> None:
    post_at("", folder=tmp_path / "mail", sender=SENDER).send(FOREIGN)
    (file,) = (tmp_path / "mail").iterdir()
    assert MESSAGE.body.strip() in file.read_text().replace("\r\n", "\n")

"""How mail leaves: to a folder, or to a server."""

import email
import email.policy
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler

from app.foundation.mail import Folder, Message, Smtp, post_at
from tests.conftest import NOW

SENDER = "Concord <concord@example.org>"
MESSAGE = Message("job-7", "amina@example.org", "تأكيد", "مرحبا\n\nhttps://example.org/x/\n", "ar", NOW)


class Received(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[email.message.Message] = []

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

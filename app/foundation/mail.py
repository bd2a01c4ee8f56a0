"""Mail: a message as a value, and the two ways it can leave (no database)."""

import datetime as dt
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import structlog

from app.foundation.jobs import Hopeless

log = structlog.get_logger("mail")
TIMEOUT_SECONDS = 10


class _Whole(EmailPolicy):
    """A list's address stands in one line: a fold would encode it, and nothing reads that (RFC 2047, 5)."""

    def fold(self, name: str, value: Any) -> str:
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == "List-Unsubscribe":
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


@dataclass(frozen=True, slots=True)
class Message:
    """A mail in plain text. Two messages with the same ``key`` are one mail, sent again."""

    key: str
    to: str
    subject: str
    body: str
    language: str
    at: dt.datetime
    unsubscribe: str = ""  #: where one request ends mails of this kind (RFC 8058)

    def mime(self, sender: str, *, encoding: str | None = None) -> EmailMessage:
        """The mail with its headers. A line break in a header is a blank."""
        domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        mime = EmailMessage(policy=_Whole())
        mime["From"], mime["To"] = sender, _one_line(self.to)
        mime["Subject"] = _one_line(self.subject)
        mime["Date"] = format_datetime(self.at)
        mime["Message-ID"] = f"<{self.key}@{domain}>"
        mime["Auto-Submitted"] = "auto-generated"
        if self.unsubscribe:
            mime["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            mime["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mime.set_content(self.body, cte=encoding)
        mime["Content-Language"] = self.language
        return mime


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Post(Protocol):
    """Where mail leaves."""

    def send(self, message: Message) -> None: ...

    def reach(self) -> str:
        """Where it is, after it was reached and, where there is a name, signed in to.

        :raises OSError, SMTPException: it could not be.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """Keeps each mail as a file that one can open: for development."""

    path: Path
    sender: str

    def reach(self) -> str:
        self.path.mkdir(parents=True, exist_ok=True)
        return f"kept in {self.path}"

    def send(self, message: Message) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        unfinished = self.path / f".{message.key}"
        unfinished.write_bytes(message.mime(self.sender, encoding="8bit").as_bytes())
        unfinished.rename(self.path / f"{message.key}.eml")
        log.info("mail", key=message.key, to=message.to, subject=message.subject, body=message.body)


@dataclass(frozen=True, slots=True)
class Smtp:
    """Hands each mail to a server: ``smtp://`` upgrades to TLS where offered, ``smtps://`` begins with it."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls_from_the_start: bool = False
    tls_needed: bool = False

    def reach(self) -> str:
        server = self._connected()
        try:
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
            return f"{self.host}:{self.port}"
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def send(self, message: Message) -> None:
        """Hand it over; what the server says after it has taken the mail changes nothing.

        :raises Hopeless: the server will never take it: it says so, or the address has foreign letters
            before the @ and the server has no SMTPUTF8 (RFC 6531).
        """
        server = self._connected()
        try:
            server.ehlo_or_helo_if_needed()
            if not message.to.isascii() and not server.has_extn("smtputf8"):
                raise Hopeless("SMTPUTF8")
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message.mime(self.sender))
        except smtplib.SMTPRecipientsRefused as error:
            raise _judged(error, *(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPDataError as error:
            raise _judged(error, error.smtp_code) from error
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        if self.tls_from_the_start:
            trusted = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if self.tls_needed or self.user or server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        return server


def _judged(error: Exception, *codes: int) -> Exception:
    """Codes from 500 on are for good (RFC 5321, 4.2.1)."""
    return Hopeless(type(error).__name__) if all(code >= 500 for code in codes) else error


def post_at(url: str, *, folder: Path, sender: str) -> Post:
    """The post of ``CONCORD_MAIL_URL``: ``smtp[s]://[user:password@]host[:port][?tls=required]``.

    Without an address, or for ``folder:``, mails are kept in ``folder``.

    :raises ValueError: another scheme, or no host.
    """
    parts = urlsplit(url)
    if parts.scheme in ("", "folder"):
        return Folder(folder, sender)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("CONCORD_MAIL_URL must be smtp://host:port or smtps://host:port")
    secure = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=parts.port or (465 if secure else 25),
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_from_the_start=secure,
        tls_needed=parse_qs(parts.query).get("tls") == ["required"],
    )

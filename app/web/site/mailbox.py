"""The mails that were kept in a folder in place of being sent: for development alone."""

import email
import email.policy
from functools import partial
from pathlib import Path

from flask import Blueprint, current_app, render_template

from app.foundation.errors import NotFound
from app.foundation.mail import Folder
from app.mail.letters import folder, post
from config import Config

blueprint = Blueprint("mailbox", __name__, url_prefix="/<lang:lang>/mail")


def kept_mails() -> list[Path]:
    """The development folder's mails, newest first.

    :raises NotFound: mail leaves by a server, or this is production.
    """
    config: Config = current_app.extensions["config"]
    if config.is_production or not isinstance(post(), Folder):
        raise NotFound
    return sorted(folder(config).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


@blueprint.get("/")
def index() -> str:
    read = partial(email.message_from_bytes, policy=email.policy.default)
    mails = [(path.stem, read(path.read_bytes())) for path in kept_mails()[:100]]
    return render_template("mail/index.html", mails=mails)


@blueprint.get("/<name>/")
def show(name: str) -> str:
    path = next((path for path in kept_mails() if path.stem == name), None)
    if path is None:
        raise NotFound
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return render_template("mail/show.html", message=message, body=message.get_content())

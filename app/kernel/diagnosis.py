"""What an installation lacks, and what its operator does about it: for readiness and for ``flask doctor``."""

import datetime as dt
import os
import shutil
import smtplib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation import jobs
from app.foundation.database import missing_guards
from app.foundation.mail import post_at
from app.foundation.schema import clock_of, is_empty, migrations_reached, missing_columns, try_once
from app.publication.signing import KeyMissing, key_at
from config import Config

LEAST_ROOM = 200 * 2**20  #: bytes that are to be free in the data folder
NO_ROOM = 2**20  #: with less, nothing can be written
LONGEST_WAIT = dt.timedelta(minutes=2)  #: of a job that is due, while a worker is there
LONGEST_SILENCE = dt.timedelta(minutes=5)  #: of workers, which look every minute for notices
LARGEST_SKEW = dt.timedelta(seconds=5)  #: between this host's clock and the database's
TRIED_OFTEN = 3  #: attempts after which it is no chance that a mail does not go out


class Condition(StrEnum):
    """In the order of their weight."""

    OK = "ok"
    DEGRADED = "degraded"  #: pages are served, something else does not happen
    UNAVAILABLE = "unavailable"  #: acts fail


@dataclass(frozen=True)
class Diagnosis:
    part: str
    condition: Condition
    words: str = ""  #: what is found, or what is wrong and what to do

    @property
    def line(self) -> str:
        return f"{self.condition:<12} {self.part:<9} {self.words}".rstrip()


def worst(findings: list[Diagnosis]) -> Condition:
    return max((one.condition for one in findings), key=list(Condition).index, default=Condition.OK)


def readiness(session: Session, config: Config, *, now: dt.datetime) -> list[Diagnosis]:
    """What can be asked at any moment: database, schema, data folder, signing key, worker, mail."""
    found = [data_folder(config.data_dir), signing_key(config)]
    try:
        try_once(session)
        found.append(tables := schema(session))
        if tables.condition is Condition.OK:
            found += [worker(session, now), failures(session), mail_queue(session)]
    except SQLAlchemyError as error:
        words = f"it does not respond ({type(error).__name__}); check CONCORD_DATABASE_URL and the server"
        found.append(Diagnosis("database", Condition.UNAVAILABLE, words))
    else:
        found.append(Diagnosis("database", Condition.OK, session.get_bind().dialect.name))
    return found


def data_folder(folder: Path) -> Diagnosis:
    if not os.access(folder, os.W_OK | os.X_OK):
        words = f"this account cannot write to {folder}; change its owner"
        return Diagnosis("storage", Condition.UNAVAILABLE, words)
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        words = f"{free // 2**20} MiB are free in {folder}; make room, {LEAST_ROOM // 2**20} MiB at least"
        return Diagnosis("storage", Condition.DEGRADED if free >= NO_ROOM else Condition.UNAVAILABLE, words)
    return Diagnosis("storage", Condition.OK, f"{free // 2**20:,} MiB are free in {folder}")


def signing_key(config: Config) -> Diagnosis:
    """In development the key is made with the first publication."""
    if not config.is_production and not config.signing_key.exists():
        return Diagnosis("key", Condition.OK, "made with the first publication")
    try:
        key_at(config.signing_key, may_create=False)
    except KeyMissing as missing:
        return Diagnosis("key", Condition.DEGRADED, f"nothing can be published: {missing}")
    return Diagnosis("key", Condition.OK, str(config.signing_key))


def schema(session: Session) -> Diagnosis:
    """Whether every table has the columns and triggers that this version reads; asked once a revision."""
    if is_empty(session):
        return Diagnosis("schema", Condition.UNAVAILABLE, "the database is empty; run: flask db upgrade")
    present = migrations_reached(session)
    if present != newest_revision():
        words = f"it stands at {', '.join(sorted(present)) or 'nothing'}; run: flask db upgrade"
        return Diagnosis("schema", Condition.UNAVAILABLE, words)
    if current_app.extensions.get("schema_found_whole") != present:
        lacking = [*missing_columns(session), *missing_guards(session)]
        if lacking:
            words = f"it lacks what its revision has, such as: {lacking[0]}; restore a backup"
            return Diagnosis("schema", Condition.UNAVAILABLE, words)
        current_app.extensions["schema_found_whole"] = present
    return Diagnosis("schema", Condition.OK, f"revision {', '.join(present)}")


def newest_revision() -> set[str]:
    """Of this version; its files are read once."""
    known: set[str] | None = current_app.extensions.get("newest_revision")
    if known is None:
        config = AlembicConfig()
        config.set_main_option("script_location", current_app.extensions["migrate"].directory)
        known = current_app.extensions["newest_revision"] = set(
            ScriptDirectory.from_config(config).get_heads()
        )
    return known


def worker(session: Session, now: dt.datetime) -> Diagnosis:
    since = jobs.due_since(session, now=now)
    if jobs.is_in_hand(session, now=now):
        return Diagnosis("worker", Condition.OK, "a job is being done")
    if since is not None and now - since > LONGEST_WAIT:
        minutes = (now - since) // dt.timedelta(minutes=1)
        words = f"a job has been due for {minutes} minutes: no mail, no assessment; start: flask worker"
        return Diagnosis("worker", Condition.DEGRADED, words)
    seen = jobs.last_done(session)
    if seen is not None and now - seen > LONGEST_SILENCE:
        minutes = (now - seen) // dt.timedelta(minutes=1)
        words = f"none has done anything for {minutes} minutes: no notices; start: flask worker"
        return Diagnosis("worker", Condition.DEGRADED, words)
    return Diagnosis("worker", Condition.OK, "no job waits" if since is None else "it has not waited long")


def failures(session: Session) -> Diagnosis:
    failed = jobs.failed(session)
    if not failed:
        return Diagnosis("jobs", Condition.OK, "none has failed")
    told = ", ".join(f"{count} of {kind} ({error})" for kind, error, count in failed)
    words = f"failed: {told}; mend the cause, then: flask worker --once --again"
    return Diagnosis("jobs", Condition.DEGRADED, words)


def mail_queue(session: Session) -> Diagnosis:
    waiting = jobs.tried(session, "mail", times=TRIED_OFTEN)
    if waiting:
        words = f"held up: {waiting}; the mail server does not take them, check CONCORD_MAIL_URL"
        return Diagnosis("mail", Condition.DEGRADED, words)
    return Diagnosis("mail", Condition.OK, "no mail is held up")


def surroundings(session: Session, config: Config, *, now: dt.datetime) -> list[Diagnosis]:
    """What takes a moment to ask of others: the mail server and the database's clock."""
    return [mail_server(config), clock(session, now)]


def mail_server(config: Config) -> Diagnosis:
    try:
        post = post_at(config.mail_url, folder=config.data_dir / "mail", sender=config.mail_from)
        told = post.reach()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        words = f"the mail server does not respond ({type(error).__name__}); check CONCORD_MAIL_URL"
        return Diagnosis("mail", Condition.DEGRADED, words)
    return Diagnosis("mail", Condition.OK, told)


def clock(session: Session, now: dt.datetime) -> Diagnosis:
    try:
        theirs = clock_of(session)
    except SQLAlchemyError:
        return Diagnosis("clock", Condition.DEGRADED, "the database could not be asked")
    if theirs is None:
        return Diagnosis("clock", Condition.OK, "the database has this host's")
    if abs(theirs - now) > LARGEST_SKEW:
        seconds = round(abs(theirs - now).total_seconds())
        words = f"it differs by {seconds} seconds from the database's; let both hosts follow a time server"
        return Diagnosis("clock", Condition.DEGRADED, words)
    return Diagnosis("clock", Condition.OK, "as the database's")

"""Commands: one file with the database and its packages, and an empty installation filled from it."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import URL

from app.foundation import archive
from app.foundation.schema import is_empty, migrations_reached
from app.kernel.command_line import now, refusable, say, session
from app.kernel.extensions import db
from app.kernel.publishing import FOLDERS
from config import Config

FORMAT = 1
DATABASE, DATA = "database", "data"


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@refusable
def backup(file: Path) -> None:
    """Copy the database, with published packages, into a new FILE.

    The platform goes on running meanwhile. Keys and settings are not in it: the last line says what to keep
    apart.
    """
    config: Config = current_app.extensions["config"]
    revisions = sorted(migrations_reached(session()))
    session().rollback()
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=f".{file.name}-") as folder:
        database = Path(folder) / DATABASE
        dump(address(), database)
        kept = packages(config.data_dir)  # after the database, so that all it names are there
        parts = {DATABASE: database} | {f"{DATA}/{name}": config.data_dir / name for name in kept}
        facts = {"format": FORMAT, "made_at": now().isoformat(), "revisions": revisions}
        try:
            archive.write(file, parts, facts | {"database": address().get_backend_name()})
        except FileExistsError as error:
            raise click.ClickException(f"{file} is there already; name a new file.") from error
    say(f"{file}: the database at revision {', '.join(revisions)}, files of packages: {len(kept)}")
    say(f"Keep apart, since it is not in there: {config.signing_key}, CONCORD_SECRET_KEY, the other settings")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@refusable
def restore(file: Path) -> None:
    """Fill an empty database and its data folder from FILE.

    Nothing that is there is replaced.
    """
    config: Config = current_app.extensions["config"]
    try:
        facts = archive.facts_of(file)
    except archive.Damaged as fault:
        raise click.ClickException(str(fault)) from fault
    kind = address().get_backend_name()
    if (facts.get("format"), facts["database"]) != (FORMAT, kind):
        raise click.ClickException(f"The backup is of {facts['database']}, this database is {kind}.")
    if not is_empty(session()):
        raise click.ClickException(
            f"{address().database} has tables. Create an empty database, and name it in CONCORD_DATABASE_URL."
        )
    db.session.remove()
    db.engine.dispose()
    with tempfile.TemporaryDirectory(dir=config.data_dir, prefix=".restoring-") as folder:
        taken = Path(folder)
        archive.extract(file, taken)
        names = sorted(packages(taken / DATA))
        for name in names:
            there = config.data_dir / name
            if there.exists() and archive.sha256(there) != archive.sha256(taken / DATA / name):
                raise click.ClickException(f"{there} is there, and is not as in the backup. Move it away.")
        load(address(), taken / DATABASE)
        for name in names:
            (config.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
            (taken / DATA / name).replace(config.data_dir / name)
    say(f"Restored as of {facts['made_at']}, files of packages: {len(names)}.")
    taking = ", flask worker --once to take those files into the database" if names else ""
    say(f"Next: flask db upgrade{taking}, then flask audit verify")


def address() -> URL:
    return sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])


def packages(data_dir: Path) -> list[str]:
    """Packages that earlier versions wrote as files, by their path below the data folder."""
    found: Iterator[Path] = (
        path for folder in FOLDERS.values() for path in (data_dir / folder).glob("*.zip")
    )
    return sorted(str(path.relative_to(data_dir)) for path in found)


def dump(url: URL, file: Path) -> None:
    """Write a copy of the database as of one moment, and look whether it can be read."""
    if url.get_backend_name() == "postgresql":
        run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
        run("pg_restore", url, "--list", str(file))
        return
    with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(file)) as copy:
        source.backup(copy)
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise click.ClickException(f"The database is damaged: {verdict}. Keep earlier backups.")


def load(url: URL, file: Path) -> None:
    """Fill an empty database, whole or not at all."""
    if url.get_backend_name() == "postgresql":
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        run("pg_restore", url, *options, f"--dbname={url.database}", str(file))
        return
    target = Path(str(url.database))
    for beside in target.parent.glob(f"{target.name}-*"):  # of the empty database
        beside.unlink()
    unfinished = target.with_suffix(".restoring")
    unfinished.touch(mode=0o600)  # before there is a word in it
    shutil.copyfile(file, unfinished)
    unfinished.replace(target)


def run(program: str, url: URL, *options: str) -> None:
    """One of PostgreSQL's own programs on this database; its password is on no command line."""
    named = {"PGHOST": url.host or url.query.get("host"), "PGPORT": url.port, "PGUSER": url.username}
    named |= {"PGPASSWORD": url.password, "PGDATABASE": url.database}
    environment = os.environ | {name: str(value) for name, value in named.items() if value}
    asked = [program, *options]
    asked = [program, *options]
    try:
        done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise click.ClickException(f"{program} is missing; install PostgreSQL's client programs.") from error
    if done.returncode:
        raise click.ClickException(f"{program}: {done.stderr.strip() or done.returncode}")

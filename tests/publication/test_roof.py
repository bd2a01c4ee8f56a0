"""Publishing and verifying through pages and commands: the file and the row, together or not at all."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.accounts.models import User
from app.audit.chain import first_break
from app.audit.queries import links
from app.cli.audit import MISSING
from app.cli.publishing import verify as verify_command
from app.foundation import chunks
from app.foundation.canonical import canonical
from app.foundation.jobs import LEASE
from app.kernel import publishing
from app.lifecycle.models import StepAsked
from app.norms.models import Norm
from app.norms.stages import Stage
from app.publication import storing
from app.publication.models import PackageKind, Publication
from app.publication.signing import public_hex
from app.publication.verifier import verify
from config import Config
from tests.audit.unseen import by_hand
from tests.browser import Browser
from tests.conftest import StoppedClock, have_steps_taken
from tests.factories import Make
from tests.publication.adopted import adopted, package_of
from tests.publication.packages import KEY, OTHER_KEY, files, sealed

PUBLICATIONS = "/en/norms/s/publications/"
ROOT = Path(__file__).parent.parent.parent
AT_ONCE = 4

SignIn = Callable[[User], str]


@pytest.fixture
def publisher(make: Make, session: Session) -> User:
    _, publisher = adopted(make)
    session.commit()
    return publisher


@pytest.fixture
def old_file(config: Config) -> Path:
    """Where earlier versions put the package."""
    return config.data_dir / "publications" / "s-1.zip"


def published(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(sa.select(Publication.number)))


def test_the_publisher_publishes_with_one_button_and_everybody_can_check(
    browser: Browser,
    client: FlaskClient,
    sign_in: SignIn,
    publisher: User,
    session: Session,
    config: Config,
) -> None:
    browser.get(PUBLICATIONS)
    assert "<form" not in browser.page.partition("<main")[2].partition("</main")[0]
    sign_in(publisher)
    browser.get(PUBLICATIONS)
    response = browser.post(PUBLICATIONS)
    assert (response.status_code, response.location) == (303, f"{PUBLICATIONS}1/")
    with client.session_transaction() as cookie:
        cookie.clear()
    browser.get(f"{PUBLICATIONS}1/")
    key = public_hex(publishing.key_at(config.signing_key, may_create=False))
    for words in ("Agreed in the end.", "Everybody has a say.", "Who is everybody?", "=Acme Ltd", key):
        assert words in browser.page
    with client.get(f"{PUBLICATIONS}1/package.zip") as download:
        assert download.headers["Content-Disposition"] == "attachment; filename=s-1.zip"
        assert download.data == package_of(session)
        assert verify(download.data).public_key == key
    assert not list(config.data_dir.rglob("*.zip"))


def test_the_page_speaks_the_readers_language_and_falls_back_where_the_text_does_not(
    browser: Browser, sign_in: SignIn, publisher: User
) -> None:
    sign_in(publisher)
    browser.post(PUBLICATIONS)
    browser.get("/fr/norms/s/publications/1/")
    assert "Adopté à la fin." in browser.page and "Chacun a son mot à dire." in browser.page
    assert "States share what they learn." in browser.page
    for language in ("ar", "en", "es", "ru", "zh"):
        assert f'href="/{language}/norms/s/publications/1/"' in browser.page
        assert browser.get(f"/{language}/norms/s/publications/1/").status_code == 200


@pytest.mark.parametrize("number", ["2", "0", "9" * 30])
def test_a_publication_that_is_not_there_is_not_found(
    number: str, client: FlaskClient, publisher: User
) -> None:
    assert client.get(f"{PUBLICATIONS}{number}/").status_code == 404
    assert client.get(f"{PUBLICATIONS}{number}/package.zip").status_code == 404


def test_a_second_press_of_the_button_publishes_nothing_more(
    browser: Browser, sign_in: SignIn, publisher: User, session: Session
) -> None:
    sign_in(publisher)
    browser.get(PUBLICATIONS)
    token = browser.token
    assert browser.client.post(PUBLICATIONS, data={"csrf_token": token}).status_code == 303
    first = package_of(session)
    assert browser.client.post(PUBLICATIONS, data={"csrf_token": token}).status_code == 409
    assert (published(session), package_of(session)) == ([1], first)


def test_two_publishers_in_one_moment_make_one_publication(
    app: Flask, session: Session, publisher: User, make: Make
) -> None:
    ready = []
    for _ in range(AT_ONCE):
        token = sign_ins.begin(session, publisher, now=make.now)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        ready.append(Browser(client))
    session.commit()
    for browser in ready:
        browser.get(PUBLICATIONS)
    barrier, statuses = threading.Barrier(AT_ONCE), []

    def press(browser: Browser) -> None:
        barrier.wait()
        statuses.append(browser.post(PUBLICATIONS).status_code)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {303, 409} and 303 in statuses  # the same job, or it has been done
    assert published(session) == [1]
    assert session.scalars(sa.select(StepAsked.refusal)).all() == [None]
    package = hashlib.sha256(package_of(session)).hexdigest()
    assert session.scalars(sa.select(Publication.package_digest)).one() == f"sha256:{package}"
    assert first_break(links(session)) is None


def test_a_crash_before_the_commit_leaves_nothing_published_and_another_worker_takes_it_up(
    app: Flask,
    browser: Browser,
    sign_in: SignIn,
    clock: StoppedClock,
    publisher: User,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_chunks = publishing.put_chunks

    def put_and_fall(digest: str, file: BinaryIO) -> None:
        put_chunks(digest, file)
        raise SystemExit

    sign_in(publisher)
    browser.get(PUBLICATIONS)
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "put_chunks", put_and_fall)
        response = browser.post(PUBLICATIONS)
    assert response.location == "/en/norms/s/steps/1/"
    assert published(session) == [] and package_of(session) == b""
    assert session.scalars(sa.select(Norm.stage)).one() is Stage.ADOPTED
    browser.get(response.location)
    assert "Part 4 of 4: Saving the result" in browser.page
    clock.forward(seconds=LEASE.total_seconds() - 1)
    have_steps_taken(app)
    assert published(session) == []  # the lease is that of the worker that fell
    clock.forward(seconds=1)
    have_steps_taken(app)
    assert published(session) == [1]
    assert verify(package_of(session)).holds
    assert browser.get(response.location).location == f"{PUBLICATIONS}1/"


def test_a_publication_without_its_whole_package_is_none(
    runner: FlaskCliRunner, publisher: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storing, "put", full)
    answer = runner.invoke(args=["publish", "s", "--as", publisher.email])
    assert answer.exit_code != 0
    assert published(session) == [] and package_of(session) == b""


def test_the_command_publishes_and_another_writes_the_packages_into_files(
    runner: FlaskCliRunner, publisher: User, session: Session, tmp_path: Path
) -> None:
    answer = runner.invoke(args=["publish", "s", "--as", publisher.email])
    digest = hashlib.sha256(package_of(session)).hexdigest()
    assert (answer.exit_code, answer.output) == (0, f"s-1.zip sha256:{digest}\n")
    again = runner.invoke(args=["publish", "s", "--as", publisher.email])
    assert (again.exit_code, again.stdout) == (1, "") and again.stderr
    assert published(session) == [1]
    public, auditors = (str(tmp_path / name) for name in ("p.zip", "a.zip"))
    assert runner.invoke(args=["package", "s", "1", public]).exit_code == 0
    assert runner.invoke(args=["package", "s", "1", auditors, "--auditors"]).exit_code == 0
    assert check(Path(public), "--auditors", auditors, folder=tmp_path / "var").exit_code == 3
    for words in (["s", "1", public], ["s", "2", str(tmp_path / "n")], ["t", "1", str(tmp_path / "n")]):
        refused = runner.invoke(args=["package", *words])
        assert refused.exit_code == 1 and refused.stderr
    assert Path(public).read_bytes() == package_of(session) and not (tmp_path / "n").exists()


def test_a_package_is_sent_in_parts_and_not_again_to_whoever_has_it(
    runner: FlaskCliRunner,
    client: FlaskClient,
    publisher: User,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (chunks, storing):
        monkeypatch.setattr(module, "SIZE", 1000)  # so that even this one has many chunks
    runner.invoke(args=["publish", "s", "--as", publisher.email])
    whole, address = package_of(session), f"{PUBLICATIONS}1/package.zip"
    assert len(whole) > 10_000
    with client.get(address) as answer:
        assert (answer.data, answer.content_length) == (whole, len(whole))
        tag = answer.headers["ETag"]
    with client.head(address) as answer:
        assert (answer.data, answer.content_length) == (b"", len(whole))
    for asked, begin, end in (("1998-4001", 1998, 4002), ("9990-", 9990, len(whole)), ("-1", -1, len(whole))):
        with client.get(address, headers={"Range": f"bytes={asked}"}) as part:
            assert (part.status_code, part.data) == (206, whole[begin:end])
    assert client.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    with client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"another"'}) as answer:
        assert (answer.status_code, answer.data) == (200, whole)


def test_packages_that_earlier_versions_wrote_as_files_are_taken_into_the_database(
    app: Flask, runner: FlaskCliRunner, client: FlaskClient, publisher: User, session: Session, old_file: Path
) -> None:
    runner.invoke(args=["publish", "s", "--as", publisher.email])
    old_auditors = old_file.parent.parent / "auditors" / "s-1-auditors.zip"
    written = {old_file: package_of(session), old_auditors: package_of(session, PackageKind.AUDITORS)}
    by_hand(session, "DELETE FROM stored_package", "DELETE FROM package_chunk")
    runner.invoke(args=["audit", "bind"])
    verified = runner.invoke(args=["audit", "verify"])
    assert (verified.exit_code, verified.stderr) == (1, f"s-1.zip: {MISSING}\n1 in all\n")
    for file, body in written.items():
        file.parent.mkdir(parents=True)
        file.write_bytes(b"another" + body)
    take(app)
    assert package_of(session) == b"", "what is not the package that was published is not taken"
    for file, body in written.items():
        file.write_bytes(body)
    take(app)
    take(app)
    assert package_of(session) == written[old_file]
    assert package_of(session, PackageKind.AUDITORS) == written[old_auditors]
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    assert all(file.read_bytes() == body for file, body in written.items())
    with client.get(f"{PUBLICATIONS}1/package.zip") as download:
        assert download.data == written[old_file]


def take(app: Flask) -> None:
    with app.app_context():
        publishing.take_files()


@pytest.mark.parametrize(
    "words", [("none", "--as", "publisher@example.org"), ("s", "--as", "who@example.org")]
)
def test_the_command_refuses_a_norm_or_a_person_it_does_not_know(
    words: tuple[str, ...], runner: FlaskCliRunner, publisher: User, session: Session
) -> None:
    answer = runner.invoke(args=["publish", *words])
    assert (answer.exit_code, answer.stdout) == (1, "") and answer.stderr
    assert published(session) == []


def strangers(folder: Path) -> dict[str, str]:
    """Settings of a machine without a database, and without a network to one."""
    return {
        "CONCORD_DATABASE_URL": "postgresql+psycopg://nobody@192.0.2.1:1/none",
        "CONCORD_DATA_DIR": str(folder),
        "CONCORD_TRUSTED_KEYS": str(folder.parent / "trusted-keys"),
    }


def test_verifying_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(sealed(files()))
    command = [sys.executable, "-m", "flask", "verify", str(path), "--key", public_hex(KEY)]
    env = os.environ | strangers(tmp_path / "var")
    good = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1] == f"signed with {public_hex(KEY)}"


def check(path: Path, *words: str, folder: Path) -> Result:
    """``flask verify``, which asks for nothing of an application, in this process."""
    return CliRunner().invoke(verify_command, [str(path), *words], env=strangers(folder))


def test_a_package_signed_with_another_key_than_the_one_that_is_trusted_fails(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(sealed(files()))
    other = check(path, "--key", public_hex(OTHER_KEY), folder=tmp_path / "var")
    assert other.exit_code == 1
    assert other.stderr == "fails: public_key.txt: signed with another key than the one you trust\n"


def test_verifying_names_the_file_that_was_changed(tmp_path: Path) -> None:
    path, body = tmp_path / "package.zip", bytearray(sealed(files()))
    body[body.index(b"Everybody has a say.")] ^= 1
    path.write_bytes(body)
    answer = check(path, folder=tmp_path / "var")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("fails: clauses.csv ")
    assert check(tmp_path / "none.zip", folder=tmp_path / "var").exit_code == 2


def test_a_package_that_holds_but_is_signed_by_nobody_known_ends_with_three(tmp_path: Path) -> None:
    path, listed = tmp_path / "package.zip", tmp_path / "trusted-keys"
    path.write_bytes(sealed(files(), OTHER_KEY))
    unknown = check(path, folder=tmp_path / "var")
    assert unknown.exit_code == 3
    assert unknown.stdout.endswith(f"signed with {public_hex(OTHER_KEY)}\n")
    assert unknown.stderr.startswith("the key is unknown: ")
    listed.write_text(f"{public_hex(KEY)} Somebody else\n")
    assert check(path, folder=tmp_path / "var").exit_code == 3
    listed.write_text(f"# ours\n{public_hex(OTHER_KEY).upper()} from 2026-01-01 The \x1b[2JSecretariat\n")
    known = check(path, folder=tmp_path / "var")
    assert (known.exit_code, known.stderr) == (0, "")
    assert known.stdout.splitlines()[-2] == r"the key is known: The \x1b[2JSecretariat"
    listed.write_text(f"{public_hex(OTHER_KEY)} until 2026-01-01 The Secretariat\n")
    assert check(path, folder=tmp_path / "var").exit_code == 3
    listed.write_text("what is this\n")
    assert check(path, folder=tmp_path / "var").exit_code == 2


def test_a_key_is_given_as_a_file_too(tmp_path: Path) -> None:
    path, pem = tmp_path / "package.zip", tmp_path / "key.pem"
    path.write_bytes(sealed(files()))
    for key, code in ((KEY, 0), (OTHER_KEY, 1)):
        kinds = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        pem.write_bytes(key.public_key().public_bytes(*kinds))
        assert check(path, "--key", str(pem), folder=tmp_path / "var").exit_code == code
    pem.write_bytes(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    assert check(path, "--key", str(pem), folder=tmp_path / "var").exit_code == 2
    assert check(path, "--key", "abc", folder=tmp_path / "var").exit_code == 2


def test_what_a_package_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """A label that clears the screen and shows a better result; signs that turn the line round."""
    label = "1\x1b[2J\x1b[Hholds: signature\r\nsigned with d947\u202e\u2066\u200b\u009b2J"
    honest = files()
    summary = json.loads(honest["summary.json"])
    next(iter(summary["clauses"][0]["texts"].values()))["provenance"] = [["other words", []]]
    summary["clauses"][0]["label"] = label
    path = tmp_path / "package.zip"
    path.write_bytes(sealed(honest | {"summary.json": canonical(summary)}))
    answer = check(path, folder=tmp_path / "var")
    assert answer.exit_code == 1
    assert r"\x1b[2J\x1b[Hholds: signature\x0d\x0asigned with d947\u202e\u2066\u200b\x9b2J" in answer.stderr
    assert all(sign.isprintable() for sign in answer.stderr.replace("\n", ""))

"""Several hosts over one PostgreSQL: what one publishes, another sends, byte for byte."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import sign_ins
from app.foundation.clock import utc_now
from app.kernel.extensions import db
from app.publication.models import Publication
from app.publication.verifier import verify
from bench.server import free_port, wait_for
from config import Config
from tests.browser import Browser
from tests.databases import PostgresDatabases
from tests.factories import Make
from tests.house.laws import ROOT
from tests.publication.adopted import adopted, package_of

PUBLICATIONS = "/en/norms/s/publications/"
SECRET = "of all hosts together"


@pytest.fixture
def database(postgresql_databases: PostgresDatabases) -> Iterator[str]:
    with postgresql_databases.filled() as url:
        yield url


class Hosts:
    """Each has a folder of its own; they share the database and the keys."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database, self.folder = database, folder

    def config(self, name: str) -> Config:
        key = self.folder / "signing-key.pem"
        own = self.folder / name
        return Config(database_url=self.database, data_dir=own, secret_key=SECRET, signing_key_file=key)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        config = self.config(name)
        environment = os.environ | {
            "CONCORD_DATA_DIR": str(config.data_dir),
            "CONCORD_DATABASE_URL": config.database_url,
            "CONCORD_SECRET_KEY": config.secret_key,
            "CONCORD_SIGNING_KEY_FILE": str(config.signing_key),
        }
        return subprocess.Popen([sys.executable, "-m", "flask", *command], cwd=ROOT, env=environment)

    def take_steps(self, name: str) -> None:
        assert self.start(name, "worker", "--once").wait(60) == 0

    @contextmanager
    def serving(self, name: str) -> Iterator[str]:
        port = free_port()
        server = self.start(name, "run", "--port", str(port))
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def test_what_is_published_on_one_host_is_sent_by_another(database: str, tmp_path: Path) -> None:
    hosts = Hosts(database, tmp_path)
    here = create_app(hosts.config("one"), wait=lambda: hosts.take_steps("two"))
    with ExitStack() as ending, here.app_context():
        ending.callback(db.engine.dispose)
        session = Session(db.engine, expire_on_commit=False)
        ending.enter_context(session)
        _, publisher = adopted(Make(session, utc_now()))
        token = sign_ins.begin(session, publisher, now=utc_now())
        session.commit()
        client = here.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        browser = Browser(client)
        browser.get(PUBLICATIONS)
        assert browser.post(PUBLICATIONS).location == f"{PUBLICATIONS}1/"
        with hosts.serving("three") as address:
            with urlopen(f"{address}{PUBLICATIONS}1/package.zip") as answer:
                sent = answer.read()
            part = Request(f"{address}{PUBLICATIONS}1/package.zip", headers={"Range": "bytes=100-199"})
            with urlopen(part) as answer:
                assert (answer.status, answer.read()) == (206, sent[100:200])
        assert sent == package_of(session) and verify(sent).holds
        digest = session.scalars(sa.select(Publication.package_digest)).one()
        assert digest == f"sha256:{hashlib.sha256(sent).hexdigest()}"
        session.rollback()
    for name in ("one", "two", "three"):
        left = {path.name for path in (tmp_path / name).iterdir()} - {"snapshots"}  # computed again
        assert not left, f"host {name} keeps what the others lack"

"""The demonstration served to a real browser, once for all tests of the face."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.demo import load
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.kernel.extensions import db
from config import Config
from tests.conftest import required

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the demonstration's norms."""
    folder: Path = tmp_path_factory.mktemp("face")
    app = create_app(Config(data_dir=folder, secret_key="a secret for tests only"))
    with app.app_context():
        upgrade()
        with unit_of_work(db.session()) as session:
            load(session, utc_now())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def address(demonstration: Flask) -> Iterator[str]:
    """Where the demonstration is served."""
    server = make_server("127.0.0.1", 0, demonstration, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        required("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()

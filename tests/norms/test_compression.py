"""What leaves compressed: once, as the reader likes it, and under one tag."""

import gzip
from collections.abc import Callable

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.web.site import compression
from config import Config
from tests.factories import Make

PAGE, OWN = "/en/norms/ai/", "/en/norms/ai/?notice=asked"
READ: dict[str | None, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


@pytest.fixture
def norm(session: Session, make: Make) -> None:
    make.norm("Everybody has a say. " * 50, slug="ai")
    session.commit()


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=0.8", "gzip"),
        ("br;q=0.9, gzip", "gzip"),
        ("br;q=0, gzip;q=0.001", "gzip"),
        ("gzip;q=0, *", "br"),
        ("identity;q=1, *;q=0", None),
        ("gzip;q=0, br;q=0.0", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("path", [PAGE, OWN, "/api/v1/openapi.json", "/static/concord.css"])
def test_every_answer_is_compressed_once_and_as_the_reader_likes(
    path: str, accepted: str, encoding: str | None, client: FlaskClient, norm: None
) -> None:
    if path.startswith("/static/"):
        with client.application.test_request_context():
            path = client.application.jinja_env.globals["asset"]("concord.css")  # type: ignore[operator]
    plain = client.get(path).data
    for _ in range(2):  # as it is made, and as it is kept
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding") == encoding
        assert READ[encoding](answer.data) == plain or path == OWN
        assert answer.content_length == len(answer.data) and "Accept-Encoding" in answer.vary


def test_one_tag_names_the_page_in_every_encoding(client: FlaskClient, norm: None) -> None:
    for path in (PAGE, "/api/v1/openapi.json", "/api/v1/norms/ai"):
        tags = {
            client.get(path, headers={"Accept-Encoding": accepted}).headers["ETag"]
            for accepted in ("br", "gzip", "")
        }
        (tag,) = tags
        assert tag.startswith("W/")
        again = client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers and "Accept-Encoding" in again.vary


def test_only_what_is_kept_for_visitors_is_kept_compressed(
    make_app: Callable[[Config], Flask], config: Config, norm: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, kept = make_app(config).test_client(), list[bytes]()
    compress = brotli.compress

    def counted(body: bytes, **how: int) -> bytes:
        kept.append(body)
        return bytes(compress(body, **how))

    monkeypatch.setattr("flask_compress.flask_compress.brotli.compress", counted)
    for path, times in ((PAGE, 1), (OWN, 2)):
        kept.clear()
        for _ in range(2):
            client.get(path, headers={"Accept-Encoding": "br"})
        assert len(kept) == times


def test_what_is_small_leaves_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Accept-Encoding": "br"})
    assert len(answer.data) < compression.SETTINGS["COMPRESS_MIN_SIZE"]
    assert "Content-Encoding" not in answer.headers

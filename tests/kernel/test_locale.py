"""Which language a reader gets where the address names none."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ar-EG,fr;q=0.8", "ar"),
        ("fr;q=0.1, en;q=0.9", "en"),
        ("ru,es", "ru"),
        ("zh-Hant-TW,en;q=0.9", "zh"),
        ("sw,ne;q=0.9,ES-419;q=0.1", "es"),
        ("fr;q=0,ru;q=0.1", "ru"),
        ("sw, *;q=0.5", "en"),
        ("", "en"),
    ],
)
def test_a_reader_gets_the_first_language_they_prefer(
    header: str, language: str, client: FlaskClient
) -> None:
    answer = client.get("/", headers={"Accept-Language": header})
    assert answer.location == f"/{language}/" and "Accept-Language" in answer.vary

"""Dates and numbers on pages: each language's own pattern; English is British, as the UN writes it."""

import datetime as dt

import pytest
from flask import Flask
from flask_babel import Babel

from app.foundation.errors import Phrase, Tongue, TooMany
from app.kernel.formats import day, in_words, moment, words

INSTANT = dt.datetime(2026, 12, 20, 17, 33, tzinfo=dt.UTC)


def page_in(language: str) -> Flask:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: language)
    return app


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "20 December 2026, 17:33 UTC"),
        ("fr", "20 décembre 2026, 17:33 UTC"),
        ("es", "20 de diciembre de 2026, 17:33 UTC"),
        ("ru", "20 декабря 2026\u202fг., 17:33 UTC"),
        ("zh", "2026年12月20日 17:33 UTC"),
        ("ar", "20 ديسمبر 2026، 5:33 م UTC"),
    ],
)
def test_what_stands_between_date_and_time_is_the_locales_own(language: str, said: str) -> None:
    with page_in(language).test_request_context():
        assert in_words(INSTANT).replace("\xa0", "\u202f") == said
        assert f">{in_words(INSTANT)}<" in moment(INSTANT)


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    there = INSTANT.astimezone(dt.timezone(dt.timedelta(hours=8)))
    with page_in("en").test_request_context():
        assert in_words(there) == "20 December 2026, 17:33 UTC"


def test_a_day_is_british_in_english() -> None:
    with page_in("en").test_request_context():
        assert day(INSTANT.date()) == '<time datetime="2026-12-20">20 December 2026</time>'


@pytest.mark.parametrize(("language", "said"), [("en", "20,000"), ("fr", "20\u202f000"), ("es", "20.000")])
def test_a_number_within_words_is_grouped_as_the_locale_does(language: str, said: str) -> None:
    with page_in(language).test_request_context():
        assert words(Phrase("At most %(limit)s.", {"limit": 20_000})) == f"At most {said}."


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a, b"), ("ar", "\u2068a\u2069، \u2068b\u2069"), ("zh", "a、b")]
)
def test_a_list_is_divided_as_its_language_does(language: str, said: str) -> None:
    with page_in(language).test_request_context():
        assert words(Phrase("%(all)s", {"all": ("a", "b")})) == said


@pytest.mark.parametrize(
    ("code", "said"), [("ar", "no text in \u2068العربية\u2069: 14"), ("es", "no text in Español: 14")]
)
def test_a_language_that_runs_the_other_way_leaves_the_words_in_place(code: str, said: str) -> None:
    with page_in("en").test_request_context():
        assert words(Phrase("no text in %(language)s: 14", {"language": Tongue(code)})) == said


def test_of_one_minute_the_words_are_singular() -> None:
    with page_in("en").test_request_context():
        assert "Wait 1 minute and" in words(TooMany(seconds=30).phrase)
        assert "Wait 2 minutes and" in words(TooMany(seconds=90).phrase)

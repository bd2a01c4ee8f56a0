"""Values as words on a page: phrases, dates, numbers, a language's own name."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal, format_percent
from flask import Flask, g
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from app.foundation.errors import Code, Phrase, Tongue
from app.kernel.countries import country_name
from app.kernel.labels import word
from app.reference.languages import direction

COMMAS = {"ar": "، ", "zh": "、"}  #: between the members of a list, where it is not a Latin comma


def words(phrase: Phrase | str) -> str:
    """The phrase and its values in the page's language."""
    if isinstance(phrase, str):
        return str(gettext(phrase))
    values = {name: shown(value) for name, value in phrase.values.items()}
    if phrase.plural is not None:
        return str(ngettext(phrase.message, phrase.plural, phrase.count, **values))
    return str(gettext(phrase.message, **values))


def shown(value: object) -> object:
    """What a phrase says of a value, in the page's language."""
    if isinstance(value, Phrase):
        return words(value)
    if isinstance(value, dt.datetime):
        return in_words(value)
    if isinstance(value, tuple):
        return comma().join(isolated(one) if type(one) is str else str(shown(one)) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, Tongue):
        return isolated_language(value)
    return word(value) if isinstance(value, StrEnum | Code) else value


def comma() -> str:
    """What stands between the members of a list in the page's language."""
    return COMMAS.get((get_locale() or Locale("en")).language, ", ")


def isolated(name: str) -> str:
    """A name within a list; among words from right to left, "3(a)" by itself keeps its order."""
    return f"\u2068{name}\u2069" if direction(str(get_locale() or "en")) == "rtl" else name


def isolated_language(code: str) -> str:
    """A language's own name; where it runs against the page's words, what follows keeps its place."""
    runs_along = direction(code) == direction(str(get_locale() or "en"))
    return autonym(code) if runs_along else f"\u2068{autonym(code)}\u2069"


def date_locale() -> Locale:
    """The page's locale; English dates are British, as the United Nations write them."""
    locale = get_locale() or Locale("en")
    return Locale("en", "GB") if locale.language == "en" else locale


def in_words(instant: dt.datetime) -> str:
    """A date and time with its zone; the locale says what stands between the two."""
    locale, there = date_locale(), instant.astimezone(dt.UTC)
    day, hour = format_date(there, "long", locale), format_time(there, "short", locale=locale)
    joined = str(get_datetime_format("long", locale)).replace("{0}", hour).replace("{1}", day)
    return f"{joined} UTC"


def in_language(texts: Mapping[str, str], preferred: str | None = None) -> str:
    """The text in the page's language, else in English, else in whatever there is."""
    wanted = preferred or g.lang
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


def language_of(texts: Mapping[str, str]) -> str:
    """Which language ``in_language`` chose."""
    return next((code for code in (g.lang, "en") if texts.get(code)), next(iter(texts), "en"))


@lru_cache(maxsize=256)
def autonym(code: str) -> str:
    """A language's name in itself; its code where that is unknown."""
    try:
        name = Locale.parse(code, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:] if name else code


def lang_dir(code: str) -> Markup:
    """The ``lang`` and ``dir`` attributes of a person's own words."""
    return Markup('lang="{}" dir="{}"').format(code, direction(code))


def moment(instant: dt.datetime) -> Markup:
    """A date and time with its zone, machine-readable too."""
    return Markup('<time datetime="{}">{}</time>').format(
        instant.astimezone(dt.UTC).isoformat(timespec="minutes"),
        in_words(instant),
    )


def day(date: dt.date) -> Markup:
    """A day without an hour."""
    return Markup('<time datetime="{}">{}</time>').format(
        date.isoformat(), format_date(date, "long", date_locale())
    )


def percent(share: float | None) -> str:
    """A share as a whole percentage; a dash for "nobody"."""
    return "–" if share is None else _percent_in(get_locale(), share)


def number(value: float) -> str:
    return _number_in(get_locale(), value)


@lru_cache(maxsize=4096)  # a page of many clauses says few shares, many times
def _percent_in(locale: Locale | None, share: float) -> str:
    return format_percent(share, "#,##0%", locale=locale)


@lru_cache(maxsize=4096)
def _number_in(locale: Locale | None, value: float) -> str:
    return format_decimal(value, locale=locale)


def register(app: Flask) -> None:
    filters: dict[str, Any] = {
        "words": words,
        "in_language": in_language,
        "language_of": language_of,
        "autonym": autonym,
        "moment": moment,
        "day": day,
        "percent": percent,
        "number": number,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(comma=comma, country_name=country_name, lang_dir=lang_dir)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

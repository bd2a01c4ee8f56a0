"""The page's language: in its address, or negotiated where there is none."""

from typing import Any

from flask import Flask, g, request, url_for
from werkzeug.datastructures import LanguageAccept
from werkzeug.routing import BaseConverter

from app.kernel.extensions import login
from app.norms.models import Norm
from app.reference.languages import INTERFACE_LANGUAGES, direction, primary

DEFAULT = "en"


class InterfaceLanguage(BaseConverter):
    """One of the six languages the pages speak."""

    regex = "|".join(INTERFACE_LANGUAGES)


def locale() -> str:
    """The language of the page that is being made."""
    language: str = g.get("lang") or negotiated(request.accept_languages) or DEFAULT
    return language


def negotiated(accepted: LanguageAccept) -> str | None:
    """The interface language that a reader likes best; None where none of the six is named.

    By primary subtags, so that ``ar-EG, fr;q=0.8`` gives Arabic and ``zh-Hant`` Chinese; Werkzeug's
    ``best_match`` would take an exact match before a better one. Equals come in the reader's order.
    """
    named = (primary(tag) for tag, quality in accepted if quality > 0)
    return next((tag for tag in named if tag in INTERFACE_LANGUAGES), None)


def time_zone() -> str:
    return "UTC"


def in_other_language(code: str) -> str:
    """This page's address in another language; the start page's where this one has none."""
    if request.endpoint and request.view_args is not None and request.method == "GET":
        # Names that url_for takes for itself would let a query choose another host.
        query = {
            name: value
            for name, value in request.args.items()
            if not name.startswith("_") and name not in ("endpoint", "lang")
        }
        return url_for(request.endpoint, **(query | request.view_args | {"lang": code}))
    return url_for("site.index", lang=code)


def in_all_languages() -> list[tuple[str, str]]:
    """Each interface language with this page's address in it."""
    return [(code, in_other_language(code)) for code in INTERFACE_LANGUAGES]


def register(app: Flask) -> None:
    app.url_map.converters["lang"] = InterfaceLanguage

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.lang = (values or {}).pop("lang", None) or locale()
        g.direction = direction(g.lang)

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = locale()

    app.jinja_env.globals.update(
        interface_languages=INTERFACE_LANGUAGES, direction=direction, in_all_languages=in_all_languages
    )

    login.localize_callback = None


def preferred_language(norm: Norm) -> str:
    """The page's language where the norm exists in it, else its first authentic one."""
    return g.lang if g.lang in norm.languages else norm.authentic_languages[0]

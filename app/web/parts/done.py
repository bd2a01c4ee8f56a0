"""What an act has done: said once on the next page, where the reader was, with what follows and a way on."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from flask import Flask, flash, g, get_flashed_messages, get_template_attribute, redirect, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from app.kernel.formats import in_words
from app.norms.models import Clause, Norm

DONE = "done"  #: the category of such a message in the session, and its id on the page


class WayOn(NamedTuple):
    """Where the reader may go on."""

    words: str
    address: str


@dataclass(frozen=True)
class Done:
    """What was done and for whom, what follows from it, and where to go on.

    ``place``: the id of the part of the next page in which this is said; without one it stands on top.
    """

    what: str
    follows: str
    way_on: WayOn
    place: str = ""

    def on(self, endpoint: str, **values: Any) -> Response:
        """To the page on which it is said; reloading that page does not act again."""
        return self.at(url_for(endpoint, **values))

    def at(self, address: str) -> Response:
        self.say()
        return redirect(f"{address}#{DONE}" if self.place else address, code=303)

    def say(self) -> None:
        """On this page, or on the next."""
        kept: Any = asdict(self)  # the session keeps more than text
        flash(kept, DONE)


def told(message: str, **names: object) -> Markup:
    """A translated ``message`` in which each name keeps its own direction."""
    kept = {name: Markup('<span dir="auto">{}</span>').format(value) for name, value in names.items()}
    return escape(message) % kept


def way_on(words: str, endpoint: str, **values: Any) -> WayOn:
    return WayOn(words, url_for(endpoint, **values))


def label_of(clause: Clause) -> str:
    """What a clause is called; without a label, as in some preambles, by its provision."""
    return clause.label or clause.provision.code


def may_change(norm: Norm) -> str:
    """How long what was said can be said otherwise."""
    if norm.closes_at is None:
        return gettext("It can be changed while the round is open.")
    return gettext("It can be changed until %(moment)s.", moment=in_words(norm.closes_at))


def sentences(*parts: str) -> Markup:
    """Sentences in a row; those that are empty are left out. Chinese has no space between them."""
    space = Markup() if str(get_locale()).startswith("zh") else Markup(" ")
    return space.join(part for part in parts if part)


def last_done() -> dict[str, Any] | None:
    """The last act, where this page has still to say it."""
    if "last_done" not in g:
        g.last_done = next(iter(get_flashed_messages(category_filter=[DONE])[::-1]), None)
    found: dict[str, Any] | None = g.last_done
    return found


def done_here(place: str | None = None) -> Markup:
    """What is said in this part of the page; without ``place`` what no part of the page has said."""
    one = last_done()
    if one is None or place not in (None, one["place"]):
        return Markup()
    g.last_done = None
    shown: Markup = get_template_attribute("parts/_done.html", "box")(one, place)
    return shown


def register(app: Flask) -> None:
    app.jinja_env.globals["done_here"] = done_here

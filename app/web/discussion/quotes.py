"""Whether the words a comment quotes still stand in the clause."""

from collections.abc import Mapping, Sequence

from flask import Flask, g

from app.discussion.models import Comment
from app.discussion.queries import present_texts
from app.discussion.quotes import occurs
from app.kernel.context import session


def still_stands(said: Comment) -> bool:
    """Whether the present wording has the words, in the language they were copied from."""
    texts = _present(said.norm_id).get((said.provision_id, said.read_language), ())
    return any(occurs(said.quote, text) for text in texts)


def _present(norm_id: int) -> Mapping[tuple[int | None, str], Sequence[str]]:
    """The texts of the current draft, read once for a page."""
    if g.get("present_texts_of") != norm_id:
        g.present_texts, g.present_texts_of = present_texts(session(), norm_id), norm_id
    found: Mapping[tuple[int | None, str], Sequence[str]] = g.present_texts
    return found


def register(app: Flask) -> None:
    app.jinja_env.filters["still_stands"] = still_stands

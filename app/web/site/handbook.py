"""Pages written in Markdown for people who read the code, shown to people who read the site."""

import re
from functools import cache
from pathlib import Path

from flask_babel import gettext
from markdown_it import MarkdownIt
from markupsafe import Markup

DOCS = Path(__file__).parents[3] / "docs"
INWARD = re.compile(
    r"\[([^\]]+)\]\((?!https?:|#)[^)]+\)"
)  #: links to other files, which the site does not serve


def page(name: str) -> Markup:
    """A document of docs/ as HTML; wide tables scroll by themselves and can be reached by keyboard."""
    label = Markup(' tabindex="0" role="region" aria-label="{}"').format(gettext("Table"))
    return Markup(rendered(name).replace("{region}", label))  # noqa: S704 - our own document


@cache
def rendered(name: str) -> str:
    text = INWARD.sub(r"\1", (DOCS / name).read_text(encoding="utf-8"))
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return html.replace("<table>", '<div class="scroll"{region}><table>').replace(
        "</table>", "</table></div>"
    )

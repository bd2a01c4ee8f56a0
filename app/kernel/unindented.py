"""Templates are indented for who writes them; the pages made of them are not."""

import re

from flask import Flask
from jinja2.ext import Extension

INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Leaves out the indentation of a page's template, about a sixth of the page; lines stay lines."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return INDENT.sub("", source) if name and name.endswith(".html") else source


def register(app: Flask) -> None:
    app.jinja_env.add_extension(Unindented)

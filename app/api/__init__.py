"""The API: the same verbs as the pages, as JSON."""

from flask import Flask


def register(app: Flask) -> None:
    """Nothing to register yet."""

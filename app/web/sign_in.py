"""The bridge between Flask-Login and the accounts package."""

from flask import Flask


def register(app: Flask) -> None:
    """Replaced by the accounts chapter."""

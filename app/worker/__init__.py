"""The worker: what pages leave behind is done beside them."""

from app.worker.loop import commands

__all__ = ["commands"]

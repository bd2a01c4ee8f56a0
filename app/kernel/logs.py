"""Logs: one JSON object a line, of requests, failures and what libraries report; no personal data.

Words of an exception or a message may be a person's: of an exception its kind and its frames are told, of a
library's message the template without its values.
"""

import logging
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from logging.config import dictConfig
from types import MappingProxyType
from typing import Any, TextIO

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

log = structlog.get_logger("request")

FRAMES = 20  #: of each exception, the innermost
Event = MutableMapping[str, Any]

#: For logging.config: everything that a library reports goes on standard output, in the same form.
OF_LIBRARIES: Mapping[str, Any] = MappingProxyType(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "app.kernel.logs.LineFormatter"}},
        "handlers": {
            "output": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
            }
        },
        "root": {"level": "WARNING", "handlers": ["output"]},
        "loggers": {
            name: {"level": "WARNING", "handlers": [], "propagate": True}
            for name in ("gunicorn.error", "gunicorn.access")
        },
    }
)


def without_words(_logger: object, _method: str, event: Event) -> Event:
    """In place of a traceback, the exceptions with their frames, the cause first."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exception()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exceptions"] = [
            {"kind": f"{type(one).__module__}.{type(one).__qualname__}", "frames": _frames(one)}
            for one in reversed(list(_chain(error)))
        ]
    return event


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it came of, each once: two that were raised again may name each other."""
    told: list[BaseException] = []
    while error is not None and error not in told:
        yield error
        told.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


PROCESSORS = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.add_log_level,
    without_words,
    structlog.processors.JSONRenderer(ensure_ascii=False),
)


class LineFormatter(logging.Formatter):
    """What a library reports, as one of our lines."""

    def format(self, record: logging.LogRecord) -> str:
        is_template = isinstance(record.msg, str) and bool(record.args)  # else its values may be in it
        told = record.msg if is_template else f"{record.module}:{record.lineno} {record.funcName}"
        event: Any = {"event": told, "logger": record.name, "exc_info": record.exc_info}
        for step in PROCESSORS:
            event = step(None, record.levelname.lower(), event)
        return str(event)


def write_to(stream: TextIO) -> None:
    structlog.configure(
        processors=PROCESSORS,
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def of_service() -> None:
    """A server's or worker's logs: everything on standard output."""
    dictConfig(dict(OF_LIBRARIES))
    write_to(sys.stdout)


def register(app: Flask) -> None:
    write_to(sys.stderr)  # a command's standard output is its result
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def line(response: Response) -> Response:
        # The rule, not the path or the query: an address may carry a token or a name.
        log.info(
            "request",
            method=request.method,
            rule=str(request.url_rule) if request.url_rule else None,
            language=g.get("lang"),
            status=response.status_code,
            bytes=response.calculate_content_length(),
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
        return response

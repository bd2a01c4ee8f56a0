"""Pages of refusals: the event, its reason, the remedy, and everything that was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from flask import Flask, get_template_attribute, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from app.foundation import metrics
from app.foundation.database import code_of, is_away
from app.foundation.errors import N_, AppError, NotFound, SignInNeeded
from app.kernel.context import FormUnclear, known_as
from app.kernel.formats import words
from app.kernel.labels import WRITTEN
from app.kernel.page_forms import Control
from app.kernel.refused_form import TICKED_TYPES, Fault, RefusedPage

log = structlog.get_logger("refusals")
ELSEWHERE = (401, 403, 404)  #: refusals that a better filled form does not cure
UNKEPT = frozenset({"csrf_token", "password", "new_password", "current_password"})


class FormExpired(AppError):
    code = "form-expired"
    message = N_("Your session has expired. Review the form and submit it again.")
    status = 400


class TooLarge(AppError):
    code = "too-large"
    message = N_("The request is larger than the server accepts. Reduce it, or submit it in parts.")
    status = 413


class Failed(AppError):
    code = "failed"
    message = N_("An error occurred on the server. No changes were made; please try again later.")
    status = 500


class Unavailable(AppError):
    """The database is away, busy or full; the same request may succeed later."""

    code = "unavailable"
    message = N_("The database does not respond. Try again in a minute.")
    status = 503
    seconds = 30


class Unclear(AppError):
    code = "unclear-request"
    message = N_("The request could not be understood.")
    status = 400


def sent() -> MultiDict[str, str]:
    """What came with the request, in its form or its address; nothing where a form cannot be read."""
    try:
        return request.form if request.method == "POST" else request.args
    except HTTPException:
        return MultiDict()


def typed() -> list[tuple[str, str]]:
    """What was typed, in order, without secrets."""
    if request.method != "POST":
        return []
    return [(name, value) for name, value in sent().items(multi=True) if name not in UNKEPT]


Answer = tuple[str, int, dict[str, str]]


def page(template: str, refusal: AppError, **context: Any) -> Answer:
    """A page with a form of its own, shown again with the reason and the refusal's status."""
    return again(render_template(template, refusal=refusal, **context), refusal)


def again(shown: str, refusal: AppError) -> Answer:
    """A page with the form that was refused as it was typed: each fault at its field, and a summary."""
    metrics.REFUSALS.add(refusal.code)
    headers = {"Cache-Control": "no-store"}
    if refusal.seconds is not None:
        headers["Retry-After"] = str(refusal.seconds)
    refused = refused_page(shown)
    refused.fill()
    places = refused.mark(faults(refusal))
    summary = get_template_attribute("macros.html", "refusal_box")(refusal, places, "refusal")
    return refused.shown(str(summary), _("Error")), refusal.status, headers


def refused_page(shown: str) -> RefusedPage:
    return RefusedPage(shown, request.method, request.path, sent().to_dict(flat=False))


def has_place(shown: str) -> bool:
    """Whether the page has the form for what was typed; what is no longer possible is offered no more."""
    is_written = any(name in WRITTEN and value for name, value in typed())
    return not is_written or refused_page(shown).form is not None


def faults(refusal: AppError) -> list[Fault]:
    """What is wrong with which field; the entries that are missing or invalid are worded by their field."""
    if isinstance(refusal, FormUnclear):
        return [Fault(name, entry_wanted) for name in refusal.fields]
    return [Fault(refusal.field, lambda *_: words(refusal.phrase))] if refusal.field else []


def entry_wanted(control: Control | None, label: str) -> str:
    """What a person does about a field that is missing or invalid."""
    if control is None:
        return _("This page is out of date or incomplete. Load it again; your entries are kept below.")
    if control.kind in TICKED_TYPES or control.kind == "select":
        return _("Choose an answer: %(label)s.", label=label)
    if control.kind in ("date", "datetime-local"):
        return _("Enter a date: %(label)s.", label=label)
    if control.kind == "number":
        return _("Enter a whole number: %(label)s.", label=label)
    return _("Enter: %(label)s.", label=label)


View = Callable[..., Any]


def shows_again(form_page: View) -> Callable[[View], View]:
    """Of a view that takes a form: where it is refused, ``form_page`` is shown, filled as it was typed.

    ``form_page`` is called with the address's values, ``refusal`` and ``typed``. Refusals that a better
    filled form does not cure are answered as everywhere.
    """

    def wrapped(view: View) -> View:
        @wraps(view)
        def tried(**address: Any) -> Any:
            try:
                return view(**address)
            except AppError as refusal:
                if refusal.status in ELSEWHERE:
                    raise
                shown = form_page(**address, refusal=refusal, typed=request.form)
                return again(shown, refusal) if has_place(shown) else answer(refusal)

        return tried

    return wrapped


def answer(refusal: AppError) -> Answer:
    target = request.full_path.rstrip("?")
    if isinstance(refusal, SignInNeeded):
        return page("accounts/sign_in.html", refusal, held=typed(), next=target, email="")
    return page("refusal.html", refusal, typed=typed(), written=WRITTEN, target=target)


def away(error: Exception) -> Unavailable:
    """What is answered while the database is away; it is not asked again, not even who is asking."""
    log.error("database away", code=code_of(error), exc_info=error)
    metrics.AWAY.add()
    known_as(None)
    return Unavailable()


def http(error: HTTPException) -> Any:
    """What Flask itself refuses."""
    if isinstance(error, SecurityError) or isinstance(error.response, Response):
        return error  # for another host's name there is no page to make
    if error.code in (301, 302, 303, 304, 308):
        return error
    refusal: AppError = {404: NotFound, 413: TooLarge}.get(error.code or 400, Unclear)()
    words, _, headers = answer(refusal)
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return words, error.code, headers | allow


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, http)

    @app.errorhandler(AppError)
    def refused(refusal: AppError) -> Any:
        return answer(refusal)

    @app.errorhandler(CSRFError)
    def expired(_: CSRFError) -> Any:
        return answer(FormExpired())

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Any:
        if is_away(error):
            return answer(away(error))
        log.exception("unexpected")
        if app.config["PROPAGATE_EXCEPTIONS"] or app.testing:
            raise error
        return answer(Failed())

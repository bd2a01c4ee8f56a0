"""Pages of refusals: the event, its reason, the remedy, and everything that was typed."""

from typing import Any

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from app.foundation.errors import N_, AppError, NotFound, SignInNeeded, TooMany

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


class Unclear(AppError):
    code = "unclear-request"
    message = N_("The request could not be understood.")
    status = 400


def typed() -> list[tuple[str, str]]:
    """What was typed, in order, without secrets."""
    if request.method != "POST":
        return []
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if name not in UNKEPT]
    except HTTPException:
        return []


Answer = tuple[str, int, dict[str, str]]


def page(template: str, refusal: AppError, **context: Any) -> Answer:
    """A page with a form of its own, shown again with the reason and the refusal's status."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.seconds)
    return render_template(template, refusal=refusal, **context), refusal.status, headers


def answer(refusal: AppError) -> Answer:
    target = request.full_path.rstrip("?")
    if isinstance(refusal, SignInNeeded):
        return page("accounts/sign_in.html", refusal, held=typed(), next=target, email="")
    return page("refusal.html", refusal, typed=typed(), target=target)


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
        app.logger.exception("unexpected")
        if app.config["PROPAGATE_EXCEPTIONS"] or app.testing:
            raise error
        return answer(Failed())

"""Security headers on every answer, and no-store on everything personal."""

from flask import Flask, current_app, request, session
from werkzeug.wrappers import Response

from config import Config

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def register(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        config: Config = current_app.extensions["config"]
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if config.is_production:
            headers["Strict-Transport-Security"] = config.hsts
        if request.endpoint != "assets.file":
            headers.setdefault("Cache-Control", "no-store" if session else "no-cache")
        return response

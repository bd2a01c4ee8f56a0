"""The pages: blueprints, and what every request passes through."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import (
    accounts,
    admission,
    answer_library,
    assessed,
    assets,
    bench,
    changelog,
    comment_groups,
    comments,
    compilation,
    compression,
    conduct,
    consensus,
    delegation,
    determination,
    editing,
    explaining,
    formatting,
    headers,
    health,
    home,
    influence,
    inside,
    mail,
    meanwhile,
    moderation,
    my,
    naming,
    navigation,
    norms,
    notices,
    objections,
    page_cache,
    people,
    preparation,
    publications,
    quotes,
    rebased,
    record,
    refusals,
    request_log,
    reshaping,
    sheets,
    sign_in,
    stakeholders,
    tokens,
    tongues,
    triage,
    vocabulary,
    what_if,
)
from app.web.extensions import babel, csrf, db, login, migrate
from config import Config

PAGES = (
    home,
    norms,
    preparation,
    determination,
    what_if,
    objections,  # and positions, whose blueprint it shares
    comments,
    editing,
    explaining,
    rebased,
    sheets,
    compilation,
    bench,
    reshaping,
    changelog,
    consensus,
    influence,
    conduct,
    publications,
    record,
    accounts,
    tokens,
    stakeholders,
    naming,
    moderation,
    people,
    delegation,
    inside,
    mail,
    my,
    notices,
    triage,
    comment_groups,
    answer_library,
)
PASSED_THROUGH = (
    request_log,
    admission,
    tongues,
    assets,
    headers,
    compression,
    page_cache,
    assessed,
    formatting,
    vocabulary,
    navigation,
    quotes,
    meanwhile,
    refusals,
    sign_in,
)


def register(app: Flask, *, migrations: Path) -> None:
    config: Config = app.extensions["config"]
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(migrations), compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=tongues.locale, timezone_selector=tongues.time_zone)
    login.init_app(app)
    for concern in PASSED_THROUGH:
        concern.register(app)
    app.register_blueprint(health.blueprint)
    for page in PAGES:
        app.register_blueprint(page.blueprint)

"""The pages: blueprints, and what every request passes through."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.kernel import formats, input_limits, labels, locale, logs, refusals, routing, unindented
from app.kernel.extensions import babel, csrf, db, login, migrate
from app.web.accounts import administration, api_tokens, settings, sign_in
from app.web.compilation import operations, restructuring
from app.web.compilation import views as compilation
from app.web.consensus import conduct, influence
from app.web.consensus import views as consensus
from app.web.discussion import acts_done, carried_changes, editing, quotes, sheets
from app.web.internal_drafts import views as internal_drafts
from app.web.internal_drafts import writing
from app.web.lifecycle import determination, simulation
from app.web.lifecycle import views as lifecycle
from app.web.moderation import views as moderation
from app.web.my import views as my
from app.web.norms import changelog, new_norm
from app.web.norms import views as norms
from app.web.notices import views as notices
from app.web.operation import views as operation
from app.web.parts import assessments, done, saved_meanwhile
from app.web.positions import objections
from app.web.publications import views as publications
from app.web.reading_aids import views as reading_aids
from app.web.record import views as record
from app.web.site import assets, compression, headers, health, home, mailbox, measured, navigation, page_cache
from app.web.stakeholders import mandates, renaming
from app.web.translation import views as translation
from app.web.triage import answer_templates, groups
from app.web.triage import views as triage
from config import Config

PAGES = (
    home,
    new_norm,
    norms,
    lifecycle,
    translation,
    determination,
    simulation,
    objections,  # and positions, whose blueprint it shares
    acts_done,  # and discussion, whose blueprint it shares
    editing,
    reading_aids,
    carried_changes,
    sheets,
    compilation,
    operations,
    restructuring,
    changelog,
    consensus,
    influence,
    conduct,
    publications,
    record,
    settings,  # and accounts, whose blueprint it shares
    api_tokens,
    mandates,  # and stakeholders, whose blueprint it shares
    renaming,
    moderation,
    administration,
    operation,
    internal_drafts,
    writing,
    mailbox,
    my,
    notices,
    triage,
    groups,
    answer_templates,
)
PASSED_THROUGH = (
    logs,
    input_limits,
    locale,
    assets,
    measured,
    headers,
    compression,
    page_cache,
    assessments,
    unindented,
    formats,
    labels,
    navigation,
    quotes,
    saved_meanwhile,
    done,
    refusals,
    sign_in,
)


def register(app: Flask, *, migrations: Path) -> None:
    app.url_rule_class = routing.LateRule
    config: Config = app.extensions["config"]
    app.wsgi_app = health.by_any_name(app.wsgi_app, config)  # type: ignore[method-assign]
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(migrations), compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=locale.locale, timezone_selector=locale.time_zone)
    login.init_app(app)
    for concern in PASSED_THROUGH:
        concern.register(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(measured.blueprint)
    for page in PAGES:
        app.register_blueprint(page.blueprint)

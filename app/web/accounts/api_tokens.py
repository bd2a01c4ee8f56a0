"""A person's tokens for programs: made, shown once, revoked."""

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts import throttle, tokens
from app.accounts.models import ApiToken, Scope, User
from app.kernel import context
from app.kernel.context import Form
from app.kernel.labels import options
from app.kernel.lookup import row_or_404
from app.kernel.refusals import shows_again
from app.stakeholders import queries as stakeholders
from app.web.parts.done import Done, told, way_on
from app.web.parts.slowing_down import guessing

blueprint = Blueprint("api_tokens", __name__, url_prefix="/<lang:lang>/account/tokens")


class NewToken(Form):
    name: str
    scope: Scope
    days: int
    current_password: str


def shown(user: User, **more: Any) -> dict[str, Any]:
    return {
        "tokens": tokens.live(context.session(), user, now=context.now()),
        "mandates": stakeholders.held_by(context.session(), user, now=context.now()),
        "scopes": options(Scope),
        "lives": [(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in tokens.LIVES],
        "longest": tokens.LONGEST_NAME,
        "typed": {"name": "", "scope": Scope.READ.value, "days": "90"},
        **more,
    }


@blueprint.get("/")
def index() -> str:
    return tokens_page()


def tokens_page(**extra: Any) -> str:
    return render_template("accounts/tokens.html", **shown(context.person(), **extra))


@blueprint.post("/")
@shows_again(tokens_page)
def make() -> Any:
    """The new token is in this one answer and nowhere else: not in a cookie, not in an address."""
    user, form = context.person(), context.read(NewToken)
    with guessing((throttle.PASSWORD_HERE, user.pseudonym)), context.work():
        secret = context.act(tokens.make, user, **form.model_dump())
    return tokens_page(secret=secret), 201


@blueprint.post("/<int:number>/revoke/")
def revoke(number: int) -> Response:
    user = context.person()
    with context.work():
        token = row_or_404(ApiToken, number, user_id=user.id)
        context.act(tokens.revoke, token)
    made = told(_("Token “%(name)s” has been revoked."), name=token.name)
    follows = _("Programs that use it are refused from now on.")
    return Done(made, follows, way_on(_("Account"), "accounts.settings")).on("api_tokens.index")

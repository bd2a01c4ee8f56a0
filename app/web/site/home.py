"""Home and information pages."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.kernel.context import session
from app.kernel.locale import locale
from app.norms.queries import public_norms
from app.web.site import handbook

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
def negotiated() -> Response:
    """To the reader's own language."""
    answer = redirect(url_for("site.index", lang=locale()), code=302)
    answer.vary.add("Accept-Language")
    return answer


@blueprint.get("/<lang:lang>/")
def index() -> str:
    return render_template("site/index.html", norms=public_norms(session()))


@blueprint.get("/<lang:lang>/method/")
def method() -> str:
    return render_template("site/method.html")


@blueprint.get("/<lang:lang>/method/formulas/")
def formulas() -> str:
    """Every formula with its source and a worked example."""
    return render_template("site/formulas.html", document=handbook.page("method.md"))


@blueprint.get("/<lang:lang>/privacy/")
def privacy() -> str:
    return render_template("site/privacy.html")


@blueprint.get("/<lang:lang>/accessibility/")
def accessibility() -> str:
    return render_template("site/accessibility.html")

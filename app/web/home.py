"""The first page, and the few that explain the house."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.norms.queries import public_norms
from app.web import handbook
from app.web.desk import session
from app.web.tongues import locale

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def negotiated() -> Response:
    """To the reader's own language."""
    answer = redirect(url_for("home.index", lang=locale()), code=302)
    answer.vary.add("Accept-Language")
    return answer


@blueprint.get("/<lang:lang>/")
def index() -> str:
    return render_template("home/index.html", norms=public_norms(session()))


@blueprint.get("/<lang:lang>/method/")
def method() -> str:
    return render_template("home/method.html")


@blueprint.get("/<lang:lang>/method/formulas/")
def formulas() -> str:
    """Every formula with its source and a worked example."""
    return render_template("home/formulas.html", document=handbook.page("method.md"))


@blueprint.get("/<lang:lang>/privacy/")
def privacy() -> str:
    return render_template("home/privacy.html")


@blueprint.get("/<lang:lang>/accessibility/")
def accessibility() -> str:
    return render_template("home/accessibility.html")

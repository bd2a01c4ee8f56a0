"""Pages: the rules of a norm, and its readers before it opens."""

import json
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.grants import Permission
from app.kernel.context import Form, act, may, norm_or_404, read, session
from app.kernel.formats import in_language
from app.kernel.labels import options
from app.kernel.lookup import at_norm
from app.kernel.refusals import shows_again
from app.lifecycle.freezing import fields, in_full
from app.lifecycle.queries import rules_of
from app.lifecycle.service import edit_rules
from app.norms import service as norms
from app.norms.models import Norm
from app.norms.rules import RulesUnclear, Screening
from app.web.lifecycle import stages
from app.web.lifecycle.rules import lines
from app.web.parts.done import Done, told, way_on
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.ways_on import to_clause

blueprint = Blueprint("lifecycle", __name__, url_prefix="/<lang:lang>")
blueprint.add_url_rule("/norms/<slug>/steps/", "steps", stages.steps, methods=["GET"])
blueprint.add_url_rule("/norms/<slug>/steps/", "take_step", stages.take_step, methods=["POST"])
blueprint.add_url_rule("/norms/<slug>/steps/<int:number>/", "under_way", stages.under_way, methods=["GET"])


class RulesForm(Form):
    version: int
    minimum_days: str
    review_days: str = "14"
    screening: str
    shows_work: bool = False
    shows_unendorsed: bool = False
    measurement: str


class ReadersForm(Form):
    is_public: bool


@blueprint.get("/norms/<slug>/rules/")
def rules(slug: str) -> str:
    return rules_page(slug)


def rules_page(slug: str, **extra: Any) -> str:
    norm = norm_or_404(slug)
    row = rules_of(session(), norm)
    content = in_full(row.content)
    return render_template(
        "lifecycle/rules.html",
        norm=norm,
        row=row,
        rules=content,
        measurement=fields(content)["measurement"],
        lines=lines(content.measurement),
        screenings=options(Screening),
        may_edit=may(Permission.EDIT_RULES, norm),
        may_try=may(Permission.TRY_RULES, norm),
        **{"typed": {}, **extra},
    )


@blueprint.post("/norms/<slug>/rules/")
@shows_again(rules_page)
@shows_both(lambda slug, **_address: url_for("lifecycle.rules", slug=slug))
def save_rules(slug: str) -> Response | tuple[str, int]:
    form = read(RulesForm)
    content = form.model_dump(exclude={"version"}) | {"measurement": read_json(form.measurement)}
    with at_norm(slug) as norm:
        act(edit_rules, norm, content, version=form.version)
    return saved(norm)


def saved(norm: Norm) -> Response:
    """The rules, after they were changed."""
    made = told(_("The rules of procedure of “%(norm)s” have been saved."), norm=in_language(norm.titles))
    follows = _("They can be changed until the consultation opens, and are frozen then.")
    done = Done(made, follows, way_on(_("Stages"), "lifecycle.steps", slug=norm.slug))
    return done.on("lifecycle.rules", slug=norm.slug)


def read_json(text: str) -> object:
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise RulesUnclear(what=str(error), field="measurement") from error


@blueprint.post("/norms/<slug>/readers/")
@shows_again(stages.steps_page)
def set_readers(slug: str) -> Response:
    form = read(ReadersForm)
    with at_norm(slug) as norm:
        act(norms.set_readers, norm, is_public=form.is_public)
    if form.is_public:
        made = _("“%(norm)s” is now public.")
        follows = _("Everyone can read it while it is in preparation.")
    else:
        made = _("“%(norm)s” is now closed to the public.")
        follows = _("It becomes public when the consultation opens.")
    done = Done(told(made, norm=in_language(norm.titles)), follows, to_clause(norm, None))
    return done.on("lifecycle.steps", slug=slug)

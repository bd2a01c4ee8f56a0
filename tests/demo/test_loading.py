"""The demonstration goes through the verbs; the record holds to what they wrote."""

import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.consensus.assessing import measured
from app.consensus.input_queries import gather
from app.consensus.pooling import pooled
from app.consensus.queries import closing, latest
from app.lifecycle.queries import rules_of
from app.norms.models import Norm
from app.norms.stages import Stage
from app.representation.rules import MeasurementRules
from app.representation.service import in_force


def test_the_demonstration_is_loaded_and_verified_and_pooled_keeps_its_verdicts(
    session: Session, runner: FlaskCliRunner
) -> None:
    """One test, since loading takes most of it."""
    loaded = runner.invoke(args=["demo"])
    assert (loaded.exit_code, loaded.stderr) == (0, "")
    verified = runner.invoke(args=["audit", "verify"])
    assert (verified.exit_code, verified.stderr) == (0, "")
    norms = session.scalars(sa.select(Norm)).all()
    assert {norm.stage for norm in norms} == {Stage.PUBLISHED, Stage.CONSULTATION}
    for norm in norms:
        pooled_and_not_say_the_same(session, norm)


def pooled_and_not_say_the_same(session: Session, norm: Norm) -> None:
    kept = latest(session, norm.id, norm.current_draft_id)
    assert kept is not None
    rules = MeasurementRules.read(rules_of(session, norm).content.get("measurement", {}))
    data = gather(session, norm, rules.categories, in_force(session), closing=kept.is_official)
    data = closing(session, kept).data if kept.is_official else data
    results = [measured(rules, one, rules_digest="") for one in (data, pooled(data))]
    results += [kept.result]
    verdicts = [[(one["status"], one["robustness"]) for one in each["clauses"]] for each in results]
    assert verdicts[0] == verdicts[1] == verdicts[2]

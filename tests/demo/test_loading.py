"""The demonstration goes through the verbs, and the record holds to what they wrote."""

from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session


def test_the_demonstration_is_loaded_and_verified(session: Session, runner: FlaskCliRunner) -> None:
    loaded = runner.invoke(args=["demo"])
    assert (loaded.exit_code, loaded.stderr) == (0, "")
    verified = runner.invoke(args=["audit", "verify"])
    assert (verified.exit_code, verified.stderr) == (0, "")

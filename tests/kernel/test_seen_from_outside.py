"""What Prometheus reads of a running application, and who may."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app.consensus.executors import HERE
from app.foundation import jobs, metrics
from app.kernel import computed_ahead
from app.kernel.extensions import db
from app.norms.models import Norm
from app.web.site.page_cache import RenewingCache
from app.worker.loop import work_off
from config import Config
from tests.house.laws import ROOT

TOKEN = "a token that nobody guesses, of 32 bytes"
MADE = "/en/norms/?a=person@example.org"


class Outside(NamedTuple):
    app: Flask
    client: FlaskClient

    def read(self, **headers: str) -> str:
        answer = self.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})
        assert answer.status_code == 200, answer.text
        return answer.text

    def figures(self, name: str) -> dict[str, float]:
        lines = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", self.read(), re.M)
        return {labels: float(value) for labels, value in lines}


@pytest.fixture
def outside(
    empty_database_url: str, tmp_path: Path, make_app: Callable[[Config], Flask]
) -> Iterator[Outside]:
    """A migrated installation that counts."""
    config = Config(
        database_url=empty_database_url,
        data_dir=tmp_path / "var",
        secret_key="s",
        metrics_token=TOKEN,
        trusted_hosts=("concord.example",),
        base_url="https://concord.example",
    )
    app = make_app(config)
    with app.app_context():
        upgrade()
        metrics.begin(config.metrics_folder)
        yield Outside(app, app.test_client())
        metrics.end()


def test_the_computing_of_an_assessment_is_what_is_timed(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr(metrics, "perf_counter", lambda: passed[0])

    def foresee(*_: object, **__: object) -> None:
        passed[0] += 7

    monkeypatch.setattr(computed_ahead, "foresee", foresee)
    monkeypatch.setattr(computed_ahead, "shelve", lambda *_, **__: None)
    computed_ahead.with_foreseen(Norm(slug="x"), HERE, lambda *_: None)
    assert outside.figures("concord_assessment_seconds_sum") == {"": 7}


def test_nobody_reads_it_without_the_token_and_there_is_no_page_where_there_is_none(
    outside: Outside, client: FlaskClient
) -> None:
    for sent in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xe9"):
        answer = outside.client.get("/metrics", headers={"Authorization": sent} if sent else {})
        assert (answer.status_code, answer.text) == (401, "")
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_requests_are_told_by_their_rule_and_never_by_their_address(outside: Outside) -> None:
    host = {"Host": "concord.example"}
    assert outside.client.get(MADE, headers=host).status_code == 200
    assert outside.client.get("/person@example.org/", headers=host).status_code == 404
    assert outside.client.open("/en/norms/", method="SECRET", headers=host).status_code == 405
    assert outside.client.get("/en/norms/nobody-knows/", headers=host).status_code == 404
    found = outside.figures("concord_requests_total")
    assert found['method="GET",route="/<lang:lang>/norms/",status="200"'] == 1
    assert found['method="GET",route="unknown",status="404"'] == 1
    assert found['method="other",route="unknown",status="405"'] == 1
    assert found['method="GET",route="/<lang:lang>/norms/<slug>/",status="404"'] == 1
    assert outside.figures("concord_request_seconds_count")['route="/<lang:lang>/norms/"'] == 1
    assert outside.figures("concord_refusals_total")['code="not-found"'] == 2
    for personal in ("example.org", "SECRET", "nobody-knows"):
        assert personal not in outside.read()


def test_a_command_tells_the_same(outside: Outside) -> None:
    told = outside.app.test_cli_runner().invoke(args=["metrics"])
    assert told.exit_code == 0 and told.output == outside.read()


def test_probes_and_prometheus_ask_by_number(outside: Outside) -> None:
    by_number = {"Host": "10.0.0.7:8000"}
    assert "concord_info{" in outside.read(**by_number)
    for probe, status in (("/healthz", 200), ("/readyz", 200), ("/en/", 400)):
        assert outside.client.get(probe, headers=by_number).status_code == status


def test_jobs_are_told_by_kind_with_how_long_the_oldest_is_due(outside: Outside) -> None:
    now = outside.app.extensions["clock"]()
    for minutes in (1, 7):
        jobs.enqueue(db.session(), "mail", {}, now=now - dt.timedelta(minutes=minutes))
    jobs.enqueue(db.session(), "mail", {}, now=now, delay=dt.timedelta(hours=1))
    jobs.enqueue(db.session(), "assess", {}, now=now)
    db.session.flush()
    db.session.execute(
        sa.update(jobs.Job).where(jobs.Job.kind == "assess").values(state="failed", done_at=now)
    )
    db.session.commit()
    assert outside.figures("concord_jobs_waiting") == {'kind="assess"': 0, 'kind="mail"': 3}
    assert outside.figures("concord_jobs_failed") == {'kind="assess"': 1, 'kind="mail"': 0}
    assert outside.figures("concord_jobs_oldest_due_seconds") == {'kind="assess"': 0, 'kind="mail"': 420}
    assert outside.figures("concord_condition")['part="jobs"'] == 1
    assert outside.figures("concord_database_up") == {"": 1}


def test_a_worker_counts_what_it_does(outside: Outside) -> None:
    def breaks(*_: object) -> None:
        raise ValueError

    now = outside.app.extensions["clock"]()
    jobs.enqueue(db.session(), "mail", {}, now=now)
    jobs.enqueue(db.session(), "assess", {}, now=now)
    db.session.commit()
    work_off({"mail": lambda *_: None, "assess": breaks})
    found = outside.figures("concord_jobs_total")
    assert found == {'kind="mail",outcome="done"': 1, 'kind="assess",outcome="failed"': 1}
    assert outside.figures("concord_job_seconds_count") == {'kind="assess"': 1, 'kind="mail"': 1}
    locks = outside.figures("concord_lock_wait_seconds_count")
    assert bool(locks) is (db.engine.dialect.name == "sqlite")  # where one writer waits for another


def test_a_cache_tells_what_became_of_a_question(outside: Outside) -> None:
    cache = RenewingCache[str](name="page")
    for state, age in (("a", 0), ("a", 0), ("b", 0), ("b", 60)):
        cache.get("key", lambda state=state: state, lambda: "made", age=age)  # type: ignore[misc]
    told = outside.figures("concord_cache_total")
    assert told == {
        'cache="page",outcome="made"': 2,
        'cache="page",outcome="same"': 1,
        'cache="page",outcome="fresh"': 1,
    }


def test_it_is_told_also_while_the_database_is_away(
    make_app: Callable[[Config], Flask], tmp_path: Path
) -> None:
    away = f"sqlite:///{tmp_path}/nowhere/x.db"
    app = make_app(Config(database_url=away, data_dir=tmp_path, secret_key="s", metrics_token=TOKEN))
    metrics.begin(tmp_path / "metrics")
    try:
        outside = Outside(app, app.test_client())
        assert outside.client.get("/en/norms/").status_code == 503
        assert outside.figures("concord_database_up") == {"": 0}
        assert outside.figures("concord_database_away_total") == {"": 1}
        assert outside.figures("concord_condition")['part="database"'] == 2
    finally:
        metrics.end()


def test_alerts_are_rules_with_words() -> None:
    (group,) = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"]
    assert len(group["rules"]) > 5
    for rule in group["rules"]:
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"].keys() == {"summary", "description"}

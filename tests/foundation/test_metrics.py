"""What processes of a host count together, whatever becomes of each."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.foundation import metrics
from app.foundation.metrics import DATABASE_UP, JOB_SECONDS, JOBS, REQUESTS, Found
from tests.house.laws import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    metrics.begin(tmp_path / "metrics")
    yield tmp_path / "metrics"
    metrics.end()


def shown(folder: Path, name: str, *states: Found) -> dict[str, float]:
    """What is told of a figure, by its labels."""
    lines = re.findall(rf"^{name}(\{{.*\}})? (\S+)$", metrics.exposition(folder, states), re.M)
    return {labels: float(value) for labels, value in lines}


def other(folder: Path, does: str) -> "subprocess.Popen[str]":
    """Another process that counts in the same folder; it says when it has done it, and waits to be ended."""
    program = (
        "import pathlib, sys\nfrom app.foundation import metrics\n"
        f"metrics.begin(pathlib.Path(sys.argv[1]))\n{does}\nprint('done', flush=True)\nsys.stdin.read()"
    )
    asked = [sys.executable, "-c", program, str(folder)]
    process = subprocess.Popen(asked, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "done\n"
    return process


def ended(process: "subprocess.Popen[str]", how: signal.Signals) -> None:
    process.send_signal(how)
    process.communicate()


def test_nothing_is_counted_where_nothing_was_begun(tmp_path: Path) -> None:
    folder = tmp_path
    REQUESTS.add("GET", "/", "200")
    with JOB_SECONDS.measured("mail"):
        pass
    assert shown(folder, "concord_requests_total") == {} == shown(folder, "concord_job_seconds_count")
    said = "from app.foundation.metrics import REQUESTS\nREQUESTS.add('GET', '/', '200')"
    assert subprocess.run(
        [sys.executable, "-c", f"{said}\nimport sys\nassert 'prometheus_client' not in sys.modules"], cwd=ROOT
    ).returncode == 0  # fmt: skip


def test_a_figure_without_labels_says_0_before_it_says_1(folder: Path) -> None:
    assert shown(folder, "concord_database_away_total") == {"": 0}


def test_what_is_measured_counts_also_where_it_fails(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), JOB_SECONDS.measured("mail"):
            _ = 1 / 0
    assert shown(folder, "concord_job_seconds_count") == {'{kind="mail"}': 2}


def test_processes_count_together_and_what_ends_takes_nothing_away(folder: Path) -> None:
    JOBS.add("mail", "done")
    for how, sum_of_all in ((signal.SIGTERM, 3), (signal.SIGKILL, 5)):
        process = other(folder, "for _ in range(2): metrics.JOBS.add('mail', 'done')")
        assert shown(folder, "concord_jobs_total") == {'{kind="mail",outcome="done"}': sum_of_all}
        ended(process, how)
        assert shown(folder, "concord_jobs_total") == {'{kind="mail",outcome="done"}': sum_of_all}


def test_there_are_no_more_files_than_processes_at_one_time(folder: Path) -> None:
    JOBS.add("mail", "done")
    for _ in range(4):
        ended(other(folder, "metrics.JOBS.add('mail', 'done')"), signal.SIGKILL)
    assert len(list(folder.glob("counter_*.db"))) == 2
    assert shown(folder, "concord_jobs_total") == {'{kind="mail",outcome="done"}': 5}


def test_a_file_that_a_killed_process_left_empty_hides_no_other(folder: Path) -> None:
    (folder / "counter_7.db").touch()
    JOBS.add("mail", "done")
    assert shown(folder, "concord_jobs_total") == {'{kind="mail",outcome="done"}': 1}


def test_a_child_of_a_process_counts_beside_it(folder: Path) -> None:
    forks = (
        "import os\nmetrics.JOBS.add('mail', 'done')\nchild = os.fork()\n"
        "for _ in range(3): metrics.JOBS.add('mail', 'done')\n"
        "os.waitpid(child, 0) if child else os._exit(0)"
    )
    ended(other(folder, forks), signal.SIGTERM)
    assert shown(folder, "concord_jobs_total") == {'{kind="mail",outcome="done"}': 7}


def test_what_was_counted_before_all_processes_ended_is_gone(folder: Path) -> None:
    JOBS.add("mail", "done")
    metrics.begin(folder)
    assert shown(folder, "concord_jobs_total") == {}


def test_states_are_told_as_they_are_found(folder: Path) -> None:
    assert shown(folder, "concord_database_up", Found(DATABASE_UP, 1)) == {"": 1}


NAMES = {
    name
    for one in metrics.METRICS
    for name in (
        [f"{one.name}_{part}" for part in ("bucket", "sum", "count")]
        if isinstance(one, metrics.Timed)
        else [one.name]
    )
}


@pytest.mark.parametrize("file", ["deploy/prometheus/alerts.yml", "deploy/grafana/concord.json"])
def test_alerts_and_dashboard_name_figures_that_there_are(file: str) -> None:
    named = set(re.findall(r"\bconcord_[a-z_]+", (ROOT / file).read_text()))
    assert len(named) > 6
    assert named - {metric.name for metric in metrics.METRICS} <= NAMES


def test_every_figure_is_described_to_the_operator() -> None:
    told = (ROOT / "docs" / "operation.md").read_text()
    assert [one.name for one in metrics.METRICS if f"| `{one.name}` |" not in told] == []

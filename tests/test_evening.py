"""The consultation evening of bench/evening.py in small: a real server, real sessions, a killed process."""

import sqlite3
from pathlib import Path

import pytest

from bench.delegates import Asked, Done
from bench.evening import Part, cast_for, run, verified
from bench.evening_tables import told
from bench.evening_world import Size, furnish
from bench.installation import Installation, one_host
from bench.killing import Killing
from bench.soak import rows
from bench.watching import Database, Sample, compared, slope

SIZE = Size(comments=60, clauses=4, stakeholders=12, delegates=4, publishable=1, positions=40, its_clauses=2)
EVENINGS = 5  #: that are tried until somebody has acted: how much is done in one depends on the machine


def test_an_evening_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    database = Database("SQLite", f"sqlite:///{tmp_path}/evening.db")
    with one_host(tmp_path) as hosts:
        cast = furnish(database.url, hosts[0].data_dir, SIZE)
        with Installation(database.url, hosts, processes=2).running() as installation:
            for number in range(EVENINGS):
                part = Part(f"evening {number}", cast_for(cast, hosts, 4, 0, 1), SIZE.clauses, 4.0, 0.1)
                part.disturb = lambda _opening: [killed_process(installation, database)]
                ran = run(part, installation, database)
                assert ran.compared.holds, ran.compared.told()
                assert set(ran.errors) <= {0, 409}, ran.errors
                if ran.compared.acknowledged:
                    break
            assert ran.compared.acknowledged and not ran.done.untold
            assert ran.cpu["web"] > 0
            assert verified(installation).endswith("hold (exit 0)")
    table = "\n".join(told([ran]))
    assert f"| acts acknowledged | {ran.compared.acknowledged} |" in table
    assert "killed" in table


def killed_process(installation: Installation, database: Database) -> str:
    Killing(installation, database, every=0).one_of_web()
    return "a web process was killed"


def test_what_is_lost_or_doubled_is_found(tmp_path: Path) -> None:
    database = Database("SQLite", f"sqlite:///{tmp_path}/marks.db")
    connection = sqlite3.connect(tmp_path / "marks.db")
    for table, column, marks in (
        ("comment", "body", ("(e-1-1)", "(e-1-1)", "(other-1-1)")),
        ("position", "reason", ("so (e-2-1)",)),
        ("disposition", "reason", ("(e-3-9)",)),
    ):
        connection.execute(f"CREATE TABLE {table} ({column} text)")
        connection.executemany(f"INSERT INTO {table} VALUES (?)", [(mark,) for mark in marks])
    connection.commit()
    connection.close()
    done = Done(sent=["e-1-1", "e-1-2", "e-2-1"], acknowledged=["e-1-1", "e-1-2"])
    found = compared(done, database.marks("e"))
    assert (found.lost, found.doubled, found.unasked) == (["e-1-2"], ["e-1-1"], ["e-3-9"])
    assert found.unacknowledged == 1
    assert not found.holds


def test_what_was_done_is_read_as_it_was_written() -> None:
    done = Done([Asked("comment", 303, 1.0, 0.5)], ["a"], ["a"], again=1, computing=2.0)
    assert Done.read(done.written()) == done
    assert (done + done).again == 2


@pytest.mark.parametrize(
    ("values", "grows"), [([1, 2.1, 2.9, 4, 5.1, 6], True), ([5, 7, 4, 6, 5, 7], False), ([3] * 6, False)]
)
def test_growth_is_what_the_samples_show_beyond_chance(values: list[float], grows: bool) -> None:
    assert slope([60.0 * minute for minute in range(6)], values).grows is grows
    samples = [Sample(60.0 * minute, {"files": value}) for minute, value in enumerate([0, 0, *values])]
    (row,) = rows(samples)
    assert row.endswith("| yes |" if grows else "| no |")

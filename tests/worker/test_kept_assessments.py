"""What a worker keeps of the norm it assessed last."""

from collections.abc import Iterator

import pytest

from app.consensus.kept import Kept
from app.worker import assessment


@pytest.fixture(autouse=True)
def _nothing_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessment, "_kept", {})


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Kept | None]]:
    """What assessments begin from, one after another; that of "fails" fails."""
    found: list[Kept | None] = []

    def assess(slug: str, kept: Kept | None = None) -> None:
        found.append(kept)
        if slug == "fails":
            raise ValueError

    monkeypatch.setattr(assessment, "assess_without_waiting", assess)
    yield found


def test_the_same_norm_is_assessed_from_what_was_left_and_another_from_nothing(
    given: list[Kept | None],
) -> None:
    for slug in ("one", "one", "other", "one"):
        assessment.assess_next(slug)
    first, second, third, fourth = given
    assert first is second
    assert len({id(first), id(third), id(fourth)}) == 3


def test_nothing_is_taken_over_from_a_failure(given: list[Kept | None]) -> None:
    with pytest.raises(ValueError):
        assessment.assess_next("fails")
    with pytest.raises(ValueError):
        assessment.assess_next("fails")
    assert given[0] is not given[1]


def test_who_assesses_beside_another_shares_nothing(given: list[Kept | None]) -> None:
    with assessment._alone:
        assessment.assess_next("one")
    assert given == [None]

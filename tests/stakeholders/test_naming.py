"""Names in files are everybody's own."""

from hypothesis import given
from hypothesis import strategies as st

from app.stakeholders.naming import file_names


def test_the_name_in_the_source_or_a_number() -> None:
    assert file_names([(1, None, None), (2, "poll", "17")]) == {1: "s1", 2: "17"}


def test_a_name_that_looks_like_ours_or_that_two_sources_share_gets_its_source() -> None:
    people = [(1, None, None), (2, "poll", "s1"), (3, "poll", "17"), (4, "other", "17")]
    assert file_names(people) == {1: "s1", 2: "poll:s1", 3: "poll:17", 4: "other:17"}


@given(st.sets(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["s1", "s2", "1", "2", "x"]))))
def test_nobody_shares_a_name(sources: set[tuple[str, str]]) -> None:
    people = [(number, *source) for number, source in enumerate(sorted(sources), 10)]
    people += [(1, None, None), (2, None, None)]
    assert len(set(file_names(people).values())) == len(people)

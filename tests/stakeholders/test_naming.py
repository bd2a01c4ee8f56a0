"""Names in files are everybody's own."""

from hypothesis import given
from hypothesis import strategies as st

from app.foundation.csv_injection import neutralise
from app.stakeholders.file_names import file_names


def test_the_name_in_the_source_or_a_number() -> None:
    assert file_names([(1, None, None), (2, "poll", "17")]) == {1: "s1", 2: "17"}


def test_a_name_that_looks_like_ours_or_that_two_sources_share_gets_its_number() -> None:
    people = [(1, None, None), (2, "poll", "s1"), (3, "poll", "17"), (4, "other", "17"), (5, "x", "=1+1")]
    assert file_names(people) == {1: "s1", 2: "s2:s1", 3: "s3:17", 4: "s4:17", 5: "s5:=1+1"}


names = st.text(min_size=1, max_size=6) | st.sampled_from(
    ["s1", "s2", "s2:s1", "17", "=a", "'=a", "x:y", "-1"]
)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a:b"]), names), max_size=12, unique=True))
def test_nobody_shares_a_name_in_a_table_neither(sources: list[tuple[str, str]]) -> None:
    people = [(number, *source) for number, source in enumerate(sources, 10)]
    people += [(1, None, None), (2, None, None)]
    found = file_names(people).values()
    assert len(set(map(neutralise, found))) == len(people)

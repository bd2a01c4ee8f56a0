"""Every word's sources, through editing by hand and from draft to draft."""

import itertools

from hypothesis import example, given

from app.compilation.merge.nway import merge, settle
from app.compilation.merge.provenance import BASE, EDITOR, RunList, attribute, filled, joined, text_of, traced
from tests.compilation.drafting import proposals, texts

C1, C2, OLD, NEW = ("c1",), ("c2",), (BASE,), (EDITOR,)


def test_words_that_stay_keep_their_sources_and_new_ones_are_the_editors() -> None:
    runs: RunList = [("States ", OLD), ("shall", C1), (" report", OLD), (" now", C2)]
    assert attribute(runs, "All States shall never report") == [
        ("All ", NEW),
        ("States ", OLD),
        ("shall", C1),
        (" never", NEW),
        (" report", OLD),
    ]


def test_a_word_of_two_sources_keeps_both_when_it_stays() -> None:
    runs: RunList = [("inter", C1), ("national law", C2)]
    assert attribute(runs, "international treaty law") == [
        ("inter", C1),
        ("national", C2),
        (" treaty", NEW),
        (" law", C2),
    ]


def test_sources_go_back_through_the_drafts_before() -> None:
    first: RunList = [("The ", OLD), ("big", C1), (" dog saw the ", OLD), ("small", C1), (" dog", OLD)]
    base = text_of(first)
    runs = settle(merge(base, {"c2": "A dog saw the small brown dog"}), {})
    assert traced(runs, first) == [
        ("A", C2),
        (" dog saw the ", OLD),
        ("small", C1),
        (" brown", C2),
        (" dog", OLD),
    ]


def test_a_word_keeps_its_source_where_several_people_rewrite_around_it() -> None:
    """What they put makes another sentence together; alone, each leaves most of it."""
    first: RunList = [("The authority publishes ", OLD), ("annual", C1), (" reports.", OLD)]
    runs: RunList = [
        ("The regional councils of all member States", ("c2",)),
        (" publishes annual", OLD),
        (" and independent accounts of all expenditure and revenue, in every language", ("c3",)),
        (" reports.", OLD),
    ]
    assert [run for run in traced(runs, first) if run[1] == C1] == [("annual", C1)]


def test_a_struck_word_does_not_give_its_source_to_its_like_further_on() -> None:
    first: RunList = [("all", C1), (" States and all peoples", OLD)]
    runs = settle(merge(text_of(first), {"c2": "States and all peoples"}), {})
    assert traced(runs, first) == [("States and all peoples", OLD)]


@given(texts, texts, texts)
def test_an_edited_text_is_kept_to_the_letter(one: str, other: str, text: str) -> None:
    runs = attribute(attribute([(one, OLD)], other, C1), text)
    assert text_of(runs) == text
    assert all(run for run, _ in runs)
    assert all(before[1] != after[1] for before, after in itertools.pairwise(runs))


@given(texts)
def test_a_text_that_nobody_edits_keeps_its_sources(text: str) -> None:
    runs = joined([(text, C1)])
    assert attribute(runs, text) == runs


@given(proposals())
def test_tracing_changes_neither_the_text_nor_the_sources_of_new_words(
    case: tuple[str, dict[str, str]],
) -> None:
    base, changes = case
    runs = settle(merge(base, changes), {})
    assert traced(runs, [(base, OLD)]) == runs
    assert text_of(traced(runs, [(base, ("c0",))])) == text_of(runs)


@example(("States shall shall States", {"c1": "States new shall"}))
@given(proposals(most=1))
def test_tracing_one_change_finds_every_word_of_the_base(case: tuple[str, dict[str, str]]) -> None:
    base, changes = case
    runs = settle(merge(base, changes), {})
    assert traced(runs, [(base, ("c0",))]) == filled(runs, OLD, [(text_of(runs), ("c0",))])


def test_neighbours_with_the_same_sources_are_one_run() -> None:
    assert joined([("a", C1), ("", C2), ("b", C1), ("c", C2)]) == [("ab", C1), ("c", C2)]

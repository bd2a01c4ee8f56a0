"""What always holds of many changes to one text, in any script."""

import itertools
import random

from hypothesis import assume, given
from hypothesis import strategies as st

from app.compilation.merge.edits import apply, edits
from app.compilation.merge.nway import Agreed, Collision, Segment, choose, collisions, merge, settle
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import BASE, EDITOR, text_of
from app.compilation.merge.sentences import sentences
from app.foundation.text import words
from tests.compilation.drafting import Case, cases, disjoint, proposals, texts


def agreed_text(segments: list[Segment]) -> str:
    assert not collisions(segments)
    return text_of(settle(segments, {}))


def base_of(segment: Segment) -> str:
    if isinstance(segment, Collision):
        return segment.base
    return segment.text if segment.sources == (BASE,) else segment.replaced


@given(texts, texts)
def test_one_change_merged_is_that_change_exactly(base: str, text: str) -> None:
    assert agreed_text(merge(base, {"c1": text})) == text


@given(texts, st.sets(st.sampled_from(["c1", "c2", "c3"])))
def test_changes_that_change_nothing_give_the_base(base: str, sources: set[str]) -> None:
    segments = merge(base, dict.fromkeys(sources, base))
    assert settle(segments, {}) == ([(base, (BASE,))] if base else [])


@given(texts, texts)
def test_identical_changes_are_shared_by_all_their_sources(base: str, text: str) -> None:
    segments = merge(base, {"c2": text, "c1": text})
    assert agreed_text(segments) == text
    assert {one.sources for one in segments if isinstance(one, Agreed)} <= {(BASE,), ("c1", "c2")}


@given(disjoint())
def test_changes_to_different_words_all_appear_whoever_comes_first(
    case: tuple[str, dict[str, str], str],
) -> None:
    base, changes, everything = case
    assert agreed_text(merge(base, changes)) == everything
    text = base
    for source in sorted(changes, reverse=True):  # one after the other, each on what the others made
        text = agreed_text(merge(base, {"before": text, source: changes[source]}))
    assert text == everything


@given(cases)
def test_where_nothing_collides_every_edit_is_applied(case: Case) -> None:
    base, changes = case
    text = Passage(base)
    segments = merge(base, changes)
    assume(not collisions(segments))
    found = sorted({edit for change in changes.values() for edit in edits(text, change)})
    assert agreed_text(segments) == apply(text.tokens, found, 0, len(text.tokens))


@given(cases, st.data())
def test_whoever_is_chosen_exactly_that_sentence_stands(case: Case, data: st.DataObject) -> None:
    """No sentence that several people change is made of what more than one of them wrote.

    Where the chosen source has no part in a collision, the base's sentence is its wording.
    """
    base, changes = case
    assume(changes)
    source = data.draw(st.sampled_from(sorted(changes)))
    parts = []
    for segment in merge(base, changes):
        if isinstance(segment, Collision):
            own = [one.text for one in segment.alternatives if source in one.sources]
            parts.append(own[0] if own else segment.base)
            assert parts[-1] in changes[source]
            assert is_whole(base, segment.base) and is_whole(changes[source], parts[-1])
    segments = merge(base, changes)
    choices = {
        place: choose(one, source if any(source in each.sources for each in one.alternatives) else BASE)
        for place, one in enumerate(collisions(segments))
    }
    assert [text_of(choices[place]) for place in sorted(choices)] == parts


def is_whole(text: str, part: str) -> bool:
    """Whether a part of a text begins and ends with whole sentences, but for blanks."""
    tokens = words(text)
    offsets = list(itertools.accumulate(map(len, tokens), initial=0))
    starts = {offsets[start] for start, _ in sentences(tokens)} | {0, len(text)}
    bare = part.strip()

    def is_break(place: int) -> bool:
        return any(not text[min(place, one) : max(place, one)].strip() for one in starts)

    places = [place for place in range(len(text)) if text.startswith(bare, place)]
    return not bare or any(is_break(place) and is_break(place + len(bare)) for place in places)


@given(cases, st.randoms())
def test_the_order_in_which_changes_are_given_does_not_matter(case: Case, chance: random.Random) -> None:
    base, changes = case
    shuffled = list(changes.items())
    chance.shuffle(shuffled)
    assert merge(base, dict(shuffled)) == merge(base, changes)


@given(proposals(), st.permutations([f"c{number}" for number in range(1, 9)]))
def test_the_text_does_not_depend_on_what_the_changes_are_called(case: Case, names: list[str]) -> None:
    """Insertions at one place stand in the order of their words, not of their numbers."""
    base, changes = case
    renamed = {names[int(source[1:]) - 1]: text for source, text in changes.items()}
    one, other = merge(base, changes), merge(base, renamed)
    assert text_of(settle(one, {})) == text_of(settle(other, {}))
    assert [found.base for found in collisions(one)] == [found.base for found in collisions(other)]


@given(cases)
def test_the_segments_cover_the_base_once_and_in_order(case: Case) -> None:
    base, changes = case
    assert "".join(base_of(segment) for segment in merge(base, changes)) == base


@given(cases)
def test_every_word_of_the_result_is_in_the_text_of_each_of_its_sources(case: Case) -> None:
    base, changes = case
    known = {BASE: base, **changes}
    for segment in merge(base, changes):
        parts = segment.alternatives if isinstance(segment, Collision) else [segment]
        for part in parts:
            assert part.sources
            assert all(part.text in known[source] for source in part.sources)


@given(cases)
def test_every_change_appears_whole_agreed_or_contested(case: Case) -> None:
    """What a source says, put in place of the base wherever it says something, is its text."""
    base, changes = case
    segments = merge(base, changes)
    for source, text in changes.items():
        said = []
        for segment in segments:
            if isinstance(segment, Collision):
                own = [one.text for one in segment.alternatives if source in one.sources]
                said.append(own[0] if own else segment.base)
            else:
                said.append(segment.text if source in segment.sources else base_of(segment))
        assert "".join(said) == text


@given(cases)
def test_what_nobody_settled_holds_every_wording_whole_in_brackets(case: Case) -> None:
    base, changes = case
    segments = merge(base, changes)
    text = text_of(settle(segments, {}))
    for collision in collisions(segments):
        assert len(collision.alternatives) > 1
        assert all(f"[{one.text.strip()}]" in text for one in collision.alternatives)


@given(proposals())
def test_without_collisions_no_two_words_run_together(case: Case) -> None:
    segments = merge(*case)
    assume(not collisions(segments))
    parts = [word for segment in segments for word in words(text_of(settle([segment], {})))]
    assert words("".join(parts)) == parts


@given(proposals())
def test_merging_never_doubles_or_drops_a_blank_that_nobody_wrote(case: Case) -> None:
    segments = merge(*case)
    assume(not collisions(segments))
    assert "  " not in text_of(settle(segments, {}))


@given(cases, st.data())
def test_a_settled_merge_holds_no_other_words_than_its_sources(case: Case, data: st.DataObject) -> None:
    base, changes = case
    segments = merge(base, changes)
    choices = {}
    for number, collision in enumerate(collisions(segments)):
        sources = [source for one in collision.alternatives for source in one.sources]
        choices[number] = choose(collision, data.draw(st.sampled_from([BASE, *sources])))
    runs = settle(segments, choices)
    known = {BASE: words(base)} | {source: words(text) for source, text in changes.items()}
    for text, sources in runs:
        assert sources
        for word, source in itertools.product(words(text), sources):
            assert word in known[source]
    assert all(one[1] != following[1] for one, following in itertools.pairwise(runs))


@given(cases)
def test_only_brackets_are_the_editors_until_they_write(case: Case) -> None:
    base, changes = case
    runs = settle(merge(base, changes), {})
    assert all(not text.strip(" []\n") for text, sources in runs if sources == (EDITOR,))

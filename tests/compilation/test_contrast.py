"""Collisions among the words they share, and places between places."""

from hypothesis import given
from hypothesis import strategies as st

from app.compilation.merge.contrast import contrasts
from app.compilation.merge.nway import Agreed, Collision, collisions, merge
from app.compilation.order_keys import FIRST, LAST, between, nth
from tests.compilation.drafting import Case, cases

BASE = "States should ensure the safety of systems."


def test_every_wording_is_read_whole_with_what_it_adds_marked() -> None:
    changes = {"c1": BASE.replace("should", "shall always"), "c2": BASE.replace("should", "shall never")}
    (found,) = contrasts(
        merge(f"First. {BASE} Last.", {name: f"First. {text} Last." for name, text in changes.items()})
    )
    assert (found.before, found.base, found.after) == ("First. ", BASE, " Last.")
    assert {one.text for one in found.alternatives} == set(changes.values())
    marked = [[(run.kind, run.text) for run in found.runs(one)] for one in found.alternatives]
    ends = ("equal", "States "), ("equal", " ensure the safety of systems.")
    assert marked == [[ends[0], ("added", f"shall {word}"), ends[1]] for word in ("always", "never")]


def test_of_long_texts_only_what_is_near_is_shown() -> None:
    before = " ".join(f"word{number}" for number in range(20))
    after = " ".join(f"word{number}" for number in range(21, 40))
    changes = {source: f"{before}. Now {source}. {after.capitalize()}" for source in ("c1", "c2")}
    (found,) = contrasts(merge(f"{before}. Now here. {after.capitalize()}", changes))
    assert found.before == "… " + " ".join(f"word{number}" for number in range(13, 20)) + ". "
    assert found.after == " Word21 " + " ".join(f"word{number}" for number in range(22, 29)) + " …"


@given(cases)
def test_each_wording_between_the_shared_words_is_whole(case: Case) -> None:
    base, changes = case
    segments = merge(base, changes)
    for place, found in zip(
        [n for n, one in enumerate(segments) if isinstance(one, Collision)], contrasts(segments), strict=True
    ):
        before, after = (
            "".join(one.text if isinstance(one, Agreed) else one.base for one in near)
            for near in (segments[:place], segments[place + 1 :])
        )
        collision = segments[place]
        assert isinstance(collision, Collision)
        for one, bare in zip(collision.alternatives, found.alternatives, strict=True):
            shown = found.before.removeprefix("… ") + bare.text + found.after.removesuffix(" …")
            assert shown in before + one.text + after
            assert bare.sources == one.sources
    assert len(list(contrasts(segments))) == len(collisions(segments))


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_between_two_places_there_is_always_another(steps: list[int]) -> None:
    order = [FIRST, nth(1), nth(2), LAST]
    for step in steps:
        at = step % (len(order) - 1)
        order.insert(at + 1, between(order[at], order[at + 1], order))
    assert order == sorted(order) and len(set(order)) == len(order)
